"""Infinitely wide networks: variance, correlation and gradient by layer, their fixed points and depth scales.

The recursions are those of Poole et al. 2016 and Schoenholz et al. 2017, in logarithms: q^{l+1} = σb² + σw² E f²,
g^l = χ1(q^l)·g^{l+1} with χ1 = σw² E f′². What normalisation makes of them stands with each. Everything holds at
initialisation, for infinite width at a fixed depth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from actviz.networks.batch import BatchNorm, batch_norm
from actviz.networks.fixed import (
    fixed_correlation,
    fixed_variance,
    log_step,
    next_gap,
)
from actviz.networks.kernels import fall, kernel, slope_kernel
from actviz.networks.moments import Gaussian, Moments
from actviz.networks.setting import Setting

CRITICAL = 1e-9  # |χ1 − 1| up to which it is called critical


@dataclass(frozen=True)
class Theory:
    """What theory says of a setting; lists run over layers 1 to L.

    Args:
        log_q: ln q^l.
        mean: the mean of h^l over units.
        variance: the variance of h^l over units.
        correlation: of two inputs in what enters f.
        gap: 1 − correlation, with all its digits.
        log_factors: ln g^l/g^{l+1} for l < L.
        log_q_fixed: ln q*; −∞ where activations vanish, ∞ where they diverge, None where they cycle.
        chi_q: dq^{l+1}/dq^l at q*.
        chi_1: g^l/g^{l+1} at q*.
        c_fixed: the correlation that layers go to; None where it depends on where they start, or never settles.
        chi_c: the slope of the correlation map there.
        correlation_slope: the slope of the correlation map at c = 1, which is χ1 for continuous functions only.
        batch: what batch normalisation does, where it is asked for.
    """

    log_q: tuple[float, ...]
    mean: tuple[float, ...]
    variance: tuple[float, ...]
    correlation: tuple[float, ...]
    gap: tuple[float, ...]
    log_factors: tuple[float, ...] | None
    log_q_fixed: float | None
    chi_q: float | None
    chi_1: float | None
    c_fixed: float | None
    chi_c: float | None
    correlation_slope: float | None
    batch: BatchNorm | None = None

    @property
    def q(self) -> list[float]:
        """q¹ … q^L; 0 and ∞ beyond float64."""
        return [exponential(value) for value in self.log_q]

    @property
    def log_gradients(self) -> list[float] | None:
        """Ln g^l/g^L for layers 1 to L; None where there is no prediction."""
        if self.log_factors is None:
            return None
        found = [0.0]
        for factor in reversed(self.log_factors):
            found.append(found[-1] + factor)
        return found[::-1]

    @property
    def phase(self) -> str:
        """ordered, critical, chaotic, diverging or cycling."""
        if self.log_q_fixed is None:
            return "cycling"
        if self.log_q_fixed == math.inf:
            return "diverging"
        chi = math.inf if self.correlation_slope == math.inf else self.chi_1  # a jump parts any two inputs
        if chi is None or math.isnan(chi):
            return "unknown"
        if abs(chi - 1) <= CRITICAL:
            return "critical"
        return "ordered" if chi < 1 else "chaotic"


def exponential(logarithm: float) -> float:
    """E to this power; ∞ where float64 ends."""
    return math.exp(logarithm) if logarithm < 709.78 else math.inf


def logarithm(number: float) -> float:
    """Ln of a number that may be 0."""
    return math.log(number) if number > 0 else -math.inf


def propagate(gaussian: Gaussian, setting: Setting) -> Theory:
    """The theory of a setting.

    Args:
        gaussian: the integrals of its function.
        setting: its weights, normalisation and inputs.

    Raises:
        UsageError: a moment that is needed is infinite.
    """
    if setting.norm == "batch":
        return _batch(gaussian, setting)
    if setting.norm == "layer":
        return _layer(gaussian, setting)
    if setting.norm == "layer-after":
        return _layer_after(gaussian, setting)
    return _plain(gaussian, setting)


def _first(setting: Setting) -> tuple[float, float]:
    """q¹ and 1 − c¹."""
    signal = setting.weight_variance * setting.input_square
    q = signal + setting.bias_variance
    return q, signal * setting.input_gap / q


def _plain(gaussian: Gaussian, setting: Setting) -> Theory:
    weight, bias = setting.weight_variance, setting.bias_variance
    q, gap = _first(setting)
    log_q, c = math.log(q), 1 - gap
    start_q, start_c = log_q, c
    log_qs, means, spreads, correlations, gaps, factors = [], [], [], [], [], []
    for _ in range(setting.depth):
        moments = gaussian.moments(log_q)
        log_qs.append(log_q)
        correlations.append(c)
        gaps.append(gap)
        means.append(moments.mean * exponential(log_q / 2) if moments.mean else 0.0)
        spreads.append(moments.variance * exponential(log_q) if moments.variance else 0.0)
        factors.append(logarithm(weight * moments.slope_second))
        after = log_step(gaussian, weight, bias, log_q)
        if math.isfinite(after):
            c, gap = next_gap(gaussian, weight, bias, log_q, after, gap)
        else:
            c = gap = math.nan
        log_q = after
        if not math.isfinite(log_q):
            break
    missing = setting.depth - len(log_qs)  # beyond float64, even in logarithms
    log_qs += [log_q] * missing
    for values in (means, spreads):
        values += [0.0 if log_q < 0 else math.inf] * missing
    for values in (correlations, gaps):
        values += [math.nan] * missing
    factors += [-math.inf if log_q < 0 else math.nan] * missing
    limit = _limit(gaussian, weight, bias, start_q, start_c)
    return Theory(
        tuple(log_qs),
        tuple(means),
        tuple(spreads),
        tuple(correlations),
        tuple(gaps),
        tuple(factors[:-1]),
        *limit,
    )


_Limit = tuple[float | None, float | None, float | None, float | None, float | None, float | None]


def _limit(gaussian: Gaussian, weight: float, bias: float, start_q: float, start_c: float) -> _Limit:
    """Ln q*, χq, χ1, c*, χc and the slope of the correlation map at 1, where layers go from these starts."""
    response = gaussian.response
    log_q = fixed_variance(gaussian, weight, bias, start_q)
    if log_q is None:
        return None, None, None, None, None, None
    if math.isfinite(log_q):
        moments = gaussian.moments(log_q)
        chi = weight * moments.slope_second
        slope = math.inf if response.jumps else weight * moments.slope_second
        growth = weight * moments.derivative  # by Stein's identity, right at kinks
        if response.homogeneous is not None and bias == 0:  # the share of σw² in q is all of it: the map is scale-free
            slope = 1.0
        found = fixed_correlation(gaussian, weight, bias, log_q, start_c, slope)
        c, chi_c = (None, None) if found is None else found
        if _is_line(response.homogeneous) and bias == 0:
            c, chi_c = None, 1.0
        return log_q, growth, chi, c, chi_c, slope
    rays = response.homogeneous or (response.slopes_at_zero if log_q < 0 else response.slopes_far_out)
    chi = weight * (rays[0] ** 2 + rays[1] ** 2) / 2
    if not math.isfinite(chi):
        return log_q, math.inf, math.inf, None, None, None
    if chi == 0 or _is_line(rays):  # correlations are lost with the signal, or stay as they are
        return log_q, chi, chi, None, None, None if chi == 0 else 1.0
    return log_q, chi, chi, 1.0, 1.0, 1.0


def _is_line(rays: tuple[float, float] | None) -> bool:
    """Whether a function is a straight line through 0, which leaves every correlation as it is."""
    return rays is not None and abs(rays[0] - rays[1]) <= 1e-12 * abs(rays[0])


def _layer(gaussian: Gaussian, setting: Setting) -> Theory:
    """Layer normalisation before f: what enters f is N(0, 1); gradients are divided by q^l."""
    weight, bias = setting.weight_variance, setting.bias_variance
    moments = gaussian.moments(0.0)
    q, gap = _first(setting)
    settled = bias + weight * moments.second
    variance = [q] + [settled] * (setting.depth - 1)
    correlations, gaps = _correlations(gaussian, weight, bias, settled, 1 - gap, gap, setting.depth)
    chi = weight * moments.slope_second / settled
    slope = math.inf if gaussian.response.jumps else chi
    found = fixed_correlation(gaussian, weight / settled, bias / settled, 0.0, 1 - gap, slope)
    c, chi_c = (None, None) if found is None else found
    return Theory(
        tuple(math.log(value) for value in variance),
        (moments.mean,) * setting.depth,
        (moments.variance,) * setting.depth,
        correlations,
        gaps,
        tuple(logarithm(weight * moments.slope_second / value) for value in variance[:-1]),
        math.log(settled),
        0.0,
        chi,
        c,
        chi_c,
        slope,
    )


def _correlations(
    gaussian: Gaussian, weight: float, bias: float, settled: float, c: float, gap: float, depth: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """c^l and 1 − c^l where what enters f has variance 1 in every layer."""
    found = [(c, gap)]
    for _ in range(depth - 1):
        found.append(next_gap(gaussian, weight / settled, bias / settled, 0.0, 0.0, found[-1][1]))
    return tuple(pair[0] for pair in found), tuple(pair[1] for pair in found)


def _layer_after(gaussian: Gaussian, setting: Setting) -> Theory:
    """Layer normalisation after f: h has mean 0 and variance 1 over units, so z is N(0, σw² + σb²) from layer 2 on."""
    weight, bias = setting.weight_variance, setting.bias_variance
    q, gap = _first(setting)
    settled = weight + bias
    log_qs = [math.log(q)] + [math.log(settled)] * (setting.depth - 1)
    pairs = [(1 - gap, gap)]
    for log_q in log_qs[:-1]:
        pairs.append(_centred_step(gaussian, weight / settled, bias / settled, log_q, pairs[-1][1]))
    at = [gaussian.moments(log_q) for log_q in log_qs]
    last = gaussian.moments(math.log(settled))
    chi = _centred_growth(weight, last, math.log(settled))
    slope = math.inf if gaussian.response.jumps else chi
    c, chi_c = _centred_limit(gaussian, weight / settled, bias / settled, math.log(settled), slope, 1 - gap)
    return Theory(
        tuple(log_qs),
        (0.0,) * setting.depth,
        (1.0,) * setting.depth,
        tuple(pair[0] for pair in pairs),
        tuple(pair[1] for pair in pairs),
        tuple(
            logarithm(_centred_growth(weight, moments, log_q)) for moments, log_q in zip(at[:-1], log_qs, strict=False)
        ),
        math.log(settled),
        0.0,
        chi,
        c,
        chi_c,
        slope,
    )


def _centred_growth(weight: float, moments: Moments, log_q: float) -> float:
    """σw² E f′²/Var f."""
    return weight * moments.slope_second / (moments.variance * math.exp(log_q))


def _centred_step(gaussian: Gaussian, weight: float, bias: float, log_q: float, gap: float) -> tuple[float, float]:
    """C and 1 − c of the next layer; `weight` and `bias` are shares of its variance."""
    moments = gaussian.moments(log_q)
    if gap < 0.5:
        after = weight * fall(gaussian, log_q, gap) / moments.variance
        if after < 0.5:
            return 1 - after, after
    c = weight * (kernel(gaussian, log_q, 1 - gap, gap) - moments.mean**2) / moments.variance + bias
    return c, 1 - c


def _centred_limit(
    gaussian: Gaussian, weight: float, bias: float, log_q: float, slope: float, start: float
) -> tuple[float | None, float | None]:
    """c* and χc of the centred map, which is convex for c ≥ 0 and takes 0 to the biases' share."""
    moments = gaussian.moments(log_q)

    def steepness(c: float) -> float:
        return weight / moments.variance * slope_kernel(gaussian, log_q, c)

    if start < 0 and bias == 0 and start > -1:
        start = 0.0 if slope > 1 else start
    if start < 0:
        return None, None
    if slope <= 1 + 1e-12:
        return 1.0, slope
    c = 0.0
    for _ in range(200):
        height = _centred_step(gaussian, weight, bias, log_q, 1 - c)[0] - c
        steep = steepness(c)
        if abs(height) < 1e-15 or steep >= 1:
            break
        c += height / (1 - steep)
    return c, steepness(c)


def _batch(gaussian: Gaussian, setting: Setting) -> Theory:
    """Batch normalisation before f, of inputs that are all alike to one another."""
    weight, bias, depth = setting.weight_variance, setting.bias_variance, setting.depth
    norm = batch_norm(gaussian, setting.batch)
    q, _ = _first(setting)
    settled = bias + weight * norm.second
    variance = [q] + [settled] * (depth - 1)
    c = -1 / (setting.batch - 1)
    factors = None
    if norm.stable:
        # The first layer divides by its own variance within the batch, which the inputs' correlation sets.
        own = setting.input_square * setting.input_gap
        first = math.log(norm.growth) + logarithm(norm.variance) - logarithm(own)
        factors = ((first,) + (math.log(norm.growth),) * (depth - 2))[: depth - 1]
    return Theory(
        tuple(math.log(value) for value in variance),
        (norm.mean,) * depth,
        (norm.second - norm.mean**2,) * depth,
        (c,) * depth,
        (1 - c,) * depth,
        factors,
        math.log(settled),
        0.0,
        norm.growth if norm.stable else None,
        c,
        0.0,
        None,
        norm,
    )
