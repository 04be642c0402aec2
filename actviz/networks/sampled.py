"""Networks of finite width, drawn and run in float64, forward and backward.

A weight matrix with independent Gaussian entries is met by its network in two places only: forward by the signals h,
backward by the gradients δ. What it does to them is drawn, the rest of it never: with h = QR, the columns of WQ are
independent Gaussian vectors, so Wh = (WQ)R; and given that, Wᵀδ = Q(WQ)ᵀδ + (1 − QQᵀ)·(a fresh Gaussian matrix)δ. The
law of everything measured is that of the whole network, exactly, and at width 1000 a layer costs thousands of numbers
instead of a million. Orthogonal matrices are met the same way, by frames. Weights that are uniform (PyTorch's default)
are drawn as Gaussian ones of their variance; they differ by a share of the order of 1/width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from actviz.language.numerics.special import Array
from actviz.networks.moments import is_ordinary
from actviz.networks.response import Response
from actviz.networks.setting import Setting

QUANTILES = {"p10": 0.1, "median": 0.5, "p90": 0.9}
MEASURED = ("log_q", "correlation", "log_gradient", "mean", "variance", "dead")

_FEW = 4  # columns
_DEPENDENT = 1e-13  # of the largest eigenvalue of a Gram matrix

Progress = Callable[[Iterable[int]], Iterable[int]]
Matrices = Callable[[int, int], Array]


@dataclass(frozen=True)
class Sample:
    """What was measured. Quantiles over networks are lists by layer, under ``p10``, ``median`` and ``p90``.

    Args:
        seeds: pairs of the seed and the network's number, from which its weights are drawn.
        rows: arrays with a row for each network and a column for each layer: ``log_q`` (of the mean square of z^l over
            units, for the first input or for a normalised batch), ``correlation`` (of two inputs in what enters f),
            ``log_gradient`` (of g^l/g^L), ``mean`` and ``variance`` (of h^l over units), ``dead`` (the share of units
            whose slope is 0 for every input).
        backend: what ran it.
    """

    seeds: tuple[tuple[int, int], ...]
    rows: Mapping[str, Array]
    backend: str = "numpy"

    @property
    def q(self) -> dict[str, list[float]]:
        """q^l."""
        return self._quantiles("log_q")

    @property
    def correlation(self) -> dict[str, list[float]]:
        """c^l."""
        return self._quantiles("correlation")

    @property
    def gradient(self) -> dict[str, list[float]]:
        """g^l/g^L."""
        return self._quantiles("log_gradient")

    @property
    def gradient_ratio(self) -> dict[str, float]:
        """g¹/g^L, a number for each quantile."""
        return {key: values[0] for key, values in self.gradient.items()}

    @property
    def mean(self) -> dict[str, list[float]]:
        """The mean of h^l."""
        return self._quantiles("mean")

    @property
    def variance(self) -> dict[str, list[float]]:
        """The variance of h^l."""
        return self._quantiles("variance")

    @property
    def dead(self) -> dict[str, list[float]]:
        """The share of dead units."""
        return self._quantiles("dead")

    def _quantiles(self, name: str) -> dict[str, list[float]]:
        found = {key: _quantile(self.rows[name], share) for key, share in QUANTILES.items()}
        if name.startswith("log_"):
            with np.errstate(over="ignore"):
                found = {key: np.exp(values) for key, values in found.items()}
        return {key: values.tolist() for key, values in found.items()}


def _quantile(rows: Array, share: float) -> Array:
    """A quantile over networks, between neighbours in proportion; equal neighbours, infinite ones too, are taken."""
    ordered = np.sort(rows, axis=0)
    place = share * (len(rows) - 1)
    low = math.floor(place)
    high = min(low + 1, len(rows) - 1)
    with np.errstate(invalid="ignore"):
        between = ordered[low] + (place - low) * (ordered[high] - ordered[low])
    result: Array = np.where((ordered[low] == ordered[high]) | (place == low), ordered[low], between)
    return result


class Weights(Protocol):
    """One layer's weights, as far as they are met."""

    def forward(self, h: Array) -> Array:
        """W h."""

    def backward(self, h: Array, delta: Array) -> Array:
        """Wᵀ δ, for the h that went forward."""


class Met:
    """A Gaussian or orthogonal matrix of which only what signals and gradients meet is drawn.

    Args:
        seed: of its generator.
        scale: the standard deviation of an entry, or of an orthogonal matrix the factor before it.
        orthogonal: which of the two it is.
    """

    def __init__(self, seed: tuple[int, ...], scale: float, orthogonal: bool) -> None:
        self.seed, self.scale, self.orthogonal = seed, scale, orthogonal

    def _columns(self, units: int, count: int) -> tuple[Array, np.random.Generator]:
        """WQ without the scale, and the generator as it stands after; the same at every call."""
        random = np.random.default_rng(self.seed)
        columns = random.standard_normal((units, count))
        return (np.linalg.qr(columns)[0] if self.orthogonal else columns), random

    def forward(self, h: Array) -> Array:
        """W h."""
        columns, _ = self._columns(len(h), h.shape[1])
        return self.scale * (columns @ factors(h)[1])

    def backward(self, h: Array, delta: Array) -> Array:
        """Wᵀ δ."""
        basis = factors(h)[0]
        columns, random = self._columns(len(h), h.shape[1])
        met = basis @ (columns.T @ delta)
        if self.orthogonal:
            delta = delta - columns @ (columns.T @ delta)
        fresh = random.standard_normal(delta.shape)
        fresh -= basis @ (basis.T @ fresh)
        if self.orthogonal:
            fresh = np.linalg.qr(fresh)[0]
        return self.scale * (met + fresh @ factors(delta)[1])


class Whole:
    """A matrix that is there, entry by entry."""

    def __init__(self, matrix: Array) -> None:
        self.matrix = matrix

    def forward(self, h: Array) -> Array:
        """W h."""
        return self.matrix @ h

    def backward(self, h: Array, delta: Array) -> Array:  # noqa: ARG002  the interface
        """Wᵀ δ."""
        return self.matrix.T @ delta


def factors(columns: Array) -> tuple[Array, Array]:
    """Q and R with QR = the columns, those of Q orthonormal, or 0 where the columns are linearly dependent.

    Few columns may be parallel but for their last digits, which Householder's QR keeps. Many are those of a batch that
    was normalised, well apart, and their Gram matrix gives the factors many times faster.
    """
    if columns.shape[1] <= _FEW:
        q, r = np.linalg.qr(columns)
        return q, r
    size = float(np.abs(columns).max(initial=0.0)) or 1.0
    scaled = columns / size
    squares, vectors = np.linalg.eigh(scaled.T @ scaled)
    kept = squares > _DEPENDENT * squares[-1]
    lengths = np.sqrt(np.where(kept, squares, 0.0))
    inverse = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=kept)
    return scaled @ (vectors * inverse), size * lengths[:, None] * vectors.T


def sample(
    response: Response, setting: Setting, progress: Progress | None = None, matrices: Matrices | None = None
) -> Sample:
    """Draw the networks of a setting and run them.

    Args:
        response: its function.
        setting: what is drawn; each network from the seed and its own number.
        progress: passes on the numbers of the networks as they are drawn, and shows how many are done.
        matrices: whole weight matrices by network and layer, in place of those that would be drawn.
    """
    numbers = range(setting.networks)
    shown: Iterable[int] = numbers if progress is None else progress(numbers)
    rows = [_one(response, setting, number, matrices) for number in shown]
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return Sample(tuple((setting.seed, number) for number in numbers), columns)


def first_signals(setting: Setting, batch: int) -> Array:
    """Inputs, a column each, of exactly the wanted mean square and cosine; weights prefer no direction."""
    gap = setting.input_gap
    own = math.sqrt(gap)
    common = (math.sqrt(max(1 + (batch - 1) * (1 - gap), 0.0)) - own) / batch
    root = own * np.eye(batch) + common * np.ones((batch, batch))
    inputs = np.zeros((max(setting.width, batch), batch))
    inputs[:batch] = root * math.sqrt(setting.input_square * len(inputs))
    return inputs


def _one(response: Response, setting: Setting, number: int, matrices: Matrices | None) -> dict[str, Any]:
    """One network: every measured quantity by layer."""
    h = first_signals(setting, setting.batch)
    found: dict[str, list[float]] = {name: [] for name in MEASURED}
    layers: list[Weights] = []
    before: list[Array] = []  # z by layer: all that the way back needs
    for layer in range(setting.depth):
        weights: Weights
        if matrices is None:
            orthogonal = setting.init == "orthogonal"
            scale = math.sqrt(setting.weight_variance / (1 if orthogonal else len(h)))
            weights = Met((setting.seed, number, layer), scale, orthogonal)
        else:
            weights = Whole(matrices(number, layer))
        z = weights.forward(h)[: setting.width]
        if setting.bias_variance:
            random = np.random.default_rng((setting.seed, number, layer, 1))
            z = z + math.sqrt(setting.bias_variance) * random.standard_normal((setting.width, 1))
        layers.append(weights)
        before.append(z)
        u, _, slope, h = run_layer(response, setting, z)
        found["log_q"].append(log_mean_square(_of_one(setting, z)))
        found["correlation"].append(mean_cosine(u))
        found["mean"].append(float(h.mean()))
        found["variance"].append(float(h.var(axis=0).mean()))
        found["dead"].append(float((slope == 0).all(axis=1).mean()))
    delta = np.random.default_rng((setting.seed, number, setting.depth, 2)).standard_normal(h.shape)
    found["log_gradient"] = _backward(response, setting, layers, before, delta)
    return found


def run_layer(response: Response, setting: Setting, z: Array) -> tuple[Array, Array, Array, Array]:
    """What enters f, f and f′ there, and h, from z."""
    u = z
    if setting.norm == "batch":
        u = standardised(z, 1)
    elif setting.norm == "layer":
        u = standardised(z, 0)
    size = float(np.sqrt(np.mean(u * u))) if u.size else 0.0
    fast = is_ordinary(size)
    value, slope = response.value(u, fast), response.slope(u, fast)
    return u, value, slope, standardised(value, 0) if setting.norm == "layer-after" else value


def _backward(
    response: Response, setting: Setting, layers: list[Weights], before: list[Array], delta: Array
) -> list[float]:
    """Ln g^l/g^L by layer, from the gradient in h^L."""
    logs: list[float] = []
    scale = 0.0  # ln of what was divided out, so that nothing leaves float64
    for place in range(setting.depth - 1, -1, -1):
        z = before[place]
        _, value, slope, _ = run_layer(response, setting, z)
        if setting.norm == "layer-after":
            delta = through_standardised(value, delta, 0)
        delta = delta * slope
        if setting.norm == "batch":
            delta = through_standardised(z, delta, 1)
        elif setting.norm == "layer":
            delta = through_standardised(z, delta, 0)
        size = log_mean_square(_of_one(setting, delta))
        logs.append(scale + size)
        if not math.isfinite(size):
            logs += [size] * place
            break
        scale += size
        delta = delta * math.exp(-size / 2)
        if place:
            _, _, _, h = run_layer(response, setting, before[place - 1])
            delta = layers[place].backward(h, delta)
    logs.reverse()
    return [value - logs[-1] if math.isfinite(logs[-1]) else -math.inf for value in logs]


def _of_one(setting: Setting, values: Array) -> Array:
    """The column of the first input; of a normalised batch, whose inputs belong together, all columns."""
    return values if setting.norm == "batch" else values[:, :1]


def standardised(values: Array, axis: int) -> Array:
    """Values less their mean along an axis, over their standard deviation; 0 where they do not vary."""
    centred = values - values.mean(axis=axis, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=axis, keepdims=True))
    with np.errstate(all="ignore"):
        return np.where(spread > 0, centred / spread, 0.0)


def through_standardised(values: Array, delta: Array, axis: int) -> Array:
    """The gradient in `values` from that in `standardised(values, axis)`, through mean and deviation."""
    centred = values - values.mean(axis=axis, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=axis, keepdims=True))
    with np.errstate(all="ignore"):
        unit = np.where(spread > 0, centred / spread, 0.0)
        inner = delta - delta.mean(axis=axis, keepdims=True) - unit * (delta * unit).mean(axis=axis, keepdims=True)
        return np.where(spread > 0, inner / spread, 0.0)


def log_mean_square(values: Array) -> float:
    """Ln of the mean square, which may lie beyond float64."""
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0:
        return -math.inf
    if not math.isfinite(largest):
        return math.inf if math.isinf(largest) else math.nan
    scaled = values / largest
    return float(np.log(np.mean(scaled * scaled)) + 2 * math.log(largest))


def mean_cosine(u: Array) -> float:
    """The cosine between the columns of u, averaged over all pairs."""
    with np.errstate(all="ignore"):
        sizes = np.sqrt((u * u).sum(axis=0))
        units = u / sizes
    count = u.shape[1]
    total = units.sum(axis=1)
    return float(((total * total).sum() - count) / (count * (count - 1)))
