"""Theory and sample of a setting together: what `actviz.propagate` gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actviz.curves.curve import Activation
from actviz.curves.display import Displayed
from actviz.errors import UsageError
from actviz.networks.batch import STABLE
from actviz.networks.critical import Edge, edge
from actviz.networks.death import both_flat
from actviz.networks.finite import log_q_deviation
from actviz.networks.moments import Gaussian
from actviz.networks.response import Response
from actviz.networks.sampled import Progress, Sample, sample
from actviz.networks.setting import NORMS, Setting, check, variances
from actviz.networks.theory import Theory, exponential, propagate

BATCH = 32

Sampler = Callable[[Response, Setting, Progress | None], Sample]


@dataclass(frozen=True, repr=False)
class Propagation(Displayed):
    """One function in one setting; lists run over layers 1 to L.

    Args:
        setting: what was propagated.
        theory: of infinitely wide networks.
        sample: of networks that were drawn, or None.
        dead: the theoretical share of units whose slope is 0 for both inputs; None with batch normalisation.
        deviation: the standard deviation of ln q^l that theory gives networks of this width; None where unknown.
        edge: the point on the edge of chaos that ``critical`` stands for.
        jumps: whether f jumps, so that χ1 is not the slope of the correlation map.
    """

    setting: Setting
    theory: Theory
    sample: Sample | None
    dead: list[float] | None
    deviation: list[float] | None
    edge: Edge | None
    jumps: bool

    def __repr__(self) -> str:
        return f"<propagation of {self.setting.label}: {self.phase}>"

    @property
    def weight_variance(self) -> float:
        """σw²."""
        return self.setting.weight_variance

    @property
    def bias_variance(self) -> float:
        """σb²."""
        return self.setting.bias_variance

    @property
    def q(self) -> list[float]:
        """q¹ … q^L."""
        return self.theory.q

    @property
    def mean(self) -> list[float]:
        """The mean of h^l over units."""
        return list(self.theory.mean)

    @property
    def variance(self) -> list[float]:
        """The variance of h^l over units."""
        return list(self.theory.variance)

    @property
    def correlation(self) -> list[float]:
        """c¹ … c^L, of two inputs in what enters f."""
        return list(self.theory.correlation)

    @property
    def gradient(self) -> list[float] | None:
        """g^l/g^L, layer by layer."""
        logs = self.theory.log_gradients
        return None if logs is None else [exponential(value) for value in logs]

    @property
    def gradient_ratio(self) -> float | None:
        """g¹/g^L; None where there is no prediction."""
        gradient = self.gradient
        return None if gradient is None else gradient[0]

    @property
    def log10_gradient_ratio(self) -> float | None:
        """Its decimal logarithm, a number where the ratio itself has left float64."""
        logs = self.theory.log_gradients
        return None if logs is None else logs[0] / math.log(10)

    @property
    def q_fixed(self) -> float | None:
        """q*: 0 where activations vanish, ∞ where they diverge, None where they cycle."""
        return None if self.theory.log_q_fixed is None else exponential(self.theory.log_q_fixed)

    @property
    def chi_q(self) -> float | None:
        """χq at q*."""
        return self.theory.chi_q

    @property
    def chi_1(self) -> float | None:
        """The factor of squared gradients per layer at q*."""
        return self.theory.chi_1

    @property
    def c_fixed(self) -> float | None:
        """c*."""
        return self.theory.c_fixed

    @property
    def correlation_slope(self) -> float | None:
        """The slope of the correlation map at c = 1."""
        return self.theory.correlation_slope

    @property
    def xi_q(self) -> float | None:
        """−1/ln|χq|, in layers."""
        return _scale(self.chi_q)

    @property
    def xi_c(self) -> float | None:
        """−1/ln χc, in layers."""
        return _scale(self.theory.chi_c)

    @property
    def xi_gradient(self) -> float | None:
        """1/|ln χ1|, in layers."""
        return None if self.chi_1 is None else _scale(self.chi_1 if self.chi_1 < 1 else 1 / self.chi_1)

    @property
    def phase(self) -> str:
        """ordered, critical, chaotic, diverging or cycling."""
        if self.setting.norm == "batch":
            return "unstable" if not self.stable else "critical" if self.chi_1 == 1 else "chaotic"
        return self.theory.phase

    @property
    def stable(self) -> bool:
        """Whether the point that theory assumes attracts; it may not with batch normalisation."""
        return self.theory.batch is None or self.theory.batch.drift <= STABLE


def _scale(factor: float | None) -> float | None:
    """The depth over which a factor per layer makes e."""
    if factor is None or math.isnan(factor):
        return None
    size = abs(factor)
    if size == 0:
        return 0.0
    return math.inf if size >= 1 - 1e-15 else -1 / math.log(size)


def propagations(
    activations: Sequence[Activation],
    *,
    depth: int = 50,
    width: int = 1000,
    networks: int = 8,
    init: str | float = "lecun",
    bias_std: float | None = None,
    norm: str | Sequence[str] = "none",
    batch: int = BATCH,
    input_mean: float = 0.0,
    input_std: float = 1.0,
    correlation: float = 0.5,
    seed: int = 0,
    progress: Progress | None = None,
    sampler: Sampler | None = None,
) -> list[Propagation]:
    """One result for each function and normalisation; see `actviz.propagate`."""
    norms = [name.strip() for name in norm.split(",")] if isinstance(norm, str) else list(norm)
    for name in norms:
        if name not in NORMS:
            raise UsageError(f"there is no normalisation '{name}'", f"Normalisations: {', '.join(NORMS)}.")
    found = []
    for activation in activations:
        gaussian = Gaussian(Response(activation))
        for name in norms:
            setting, point = _setting(
                gaussian,
                depth=depth,
                width=width,
                networks=networks,
                init=init,
                bias_std=bias_std,
                norm=name,
                batch=batch,
                input_mean=input_mean,
                input_std=input_std,
                correlation=correlation,
                seed=seed,
            )
            found.append(_one(gaussian, setting, point, progress, sampler or sample))
    return found


def _setting(
    gaussian: Gaussian, *, init: str | float, bias_std: float | None, norm: str, batch: int, **rest: object
) -> tuple[Setting, Edge | None]:
    """The setting that options describe, checked, and the edge of chaos where that is asked for."""
    width = int(str(rest["width"]))
    name, weight, own_bias = variances(init, max(width, 1))
    bias = own_bias if bias_std is None else bias_std**2 if math.isfinite(bias_std) and bias_std >= 0 else -1.0
    count = batch if norm == "batch" else 2
    values = {"activation": gaussian.response.activation, "init": name, "norm": norm, "batch": count, **rest}
    check(Setting(**values, weight_variance=1.0 if name == "critical" else weight, bias_variance=bias))  # type: ignore[arg-type]
    gaussian.response.check()
    point = None
    if name == "critical":
        point = edge(gaussian, None if bias_std is None else bias)
        weight, bias = point.weight, point.bias
    return Setting(**values, weight_variance=weight, bias_variance=bias), point  # type: ignore[arg-type]


def _one(
    gaussian: Gaussian, setting: Setting, point: Edge | None, progress: Progress | None, sampler: Sampler
) -> Propagation:
    theory = propagate(gaussian, setting)
    drawn = sampler(gaussian.response, setting, progress) if setting.networks else None
    dead = None if setting.norm == "batch" else both_flat(gaussian, setting, theory)
    plain = setting.norm in ("none", "input") and setting.networks
    deviation = log_q_deviation(gaussian, setting, theory) if plain else None
    return Propagation(setting, theory, drawn, dead, deviation, point, bool(gaussian.response.jumps))
