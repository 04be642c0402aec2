"""What a function does to the values that reach it: a Gaussian, or numbers that somebody measured.

For a Gaussian, moments are integrals and shares are measures of intervals, whose ends are found to float64. For given
numbers, everything is counted in one pass over blocks, so that millions of them stream.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from actviz.curves.curve import Activation
from actviz.curves.display import Displayed
from actviz.errors import InputError, UsageError
from actviz.language.numerics.special import Array, normal_cdf
from actviz.networks.quadrature import InfiniteError, edges_for, integrate, reach_of
from actviz.networks.response import Response

SATURATED = 0.01  # |f′| below which a unit is called saturated, where nothing else is asked for
_GRID = 4001  # points on which a condition on the slope is looked at between breakpoints
BINS = 120
MOST_UNITS = 1_000_000


def probability(
    response: Response, mean: float, deviation: float, condition: Callable[[Array], NDArray[np.bool_]]
) -> float:
    """P(condition(x)) for x ~ N(mean, deviation²); the condition may change at breakpoints and between them.

    Args:
        response: gives the breakpoints.
        mean: of x.
        deviation: the standard deviation of x.
        condition: takes x and gives truth values.
    """
    z = np.linspace(-9.0, 9.0, _GRID)
    breaks = (response.breaks - mean) / deviation
    grid = np.unique(np.concatenate([z, breaks - 1e-12, breaks + 1e-12]))
    truth = condition(mean + deviation * grid)
    changes = np.flatnonzero(truth[1:] != truth[:-1])
    low, high = grid[changes], grid[changes + 1]
    start = truth[changes]
    for _ in range(60):
        middle = (low + high) / 2
        same = condition(mean + deviation * middle) == start
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    ends = np.concatenate([[-math.inf], (low + high) / 2, [math.inf]])
    # From the nearer tail, so that small probabilities keep their digits.
    total = 0.0
    for place in range(len(ends) - 1):
        holds = bool(truth[0]) if place == 0 else bool(truth[changes[place - 1] + 1])
        if holds:
            left, right = float(ends[place]), float(ends[place + 1])
            left, right = (-right, -left) if left > 0 else (left, right)
            total += _below(right) - _below(left)
    return min(max(total, 0.0), 1.0)


def _below(z: float) -> float:
    if math.isinf(z):
        return 0.0 if z < 0 else 1.0
    return float(normal_cdf(np.array([z]))[0])


@dataclass(frozen=True, repr=False)
class Distribution(Displayed):
    """What a function does to values.

    Args:
        activation: the function.
        source: where the values come from, for people.
        count: how many there are; None for a Gaussian.
        mean_before: their mean; with variance_before, before the function.
        variance_before: their variance.
        mean: of f.
        variance: of f.
        slope_mean: E f′.
        slope_second: E f′².
        flat: the share with f′ = 0.
        saturated: the share with |f′| below `threshold`.
        negative: the share with f < 0.
        threshold: what counts as saturated.
        atoms: pairs of a value that f takes with positive probability, and that probability.
        units: how many units the channel axis has, or None.
        dead: the numbers of the units whose slope is 0 for every sample.
        histogram: edges and densities of the values before, and of f of them; None for a Gaussian.
        normal: mean and standard deviation of the Gaussian, or None.
    """

    activation: Activation
    source: str
    count: int | None
    mean_before: float
    variance_before: float
    mean: float
    variance: float
    slope_mean: float
    slope_second: float
    flat: float
    saturated: float
    negative: float
    threshold: float
    atoms: tuple[tuple[float, float], ...]
    units: int | None = None
    dead: tuple[int, ...] = ()
    histogram: tuple[tuple[Array, Array], tuple[Array, Array]] | None = field(default=None, compare=False)
    normal: tuple[float, float] | None = None

    def __repr__(self) -> str:
        return f"<distribution of {self.activation.spec}: mean {self.mean:.4g}, variance {self.variance:.4g}>"


def check_threshold(threshold: float) -> None:
    """Raise `UsageError` unless slopes can be compared with it."""
    if not (math.isfinite(threshold) and threshold > 0):
        raise UsageError(f"a slope below {threshold:g} cannot be called saturated", "Give a number above 0.")


def of_normal(
    activation: Activation, mean: float = 0.0, deviation: float = 1.0, threshold: float = SATURATED
) -> Distribution:
    """What a function does to x ~ N(mean, deviation²).

    Raises:
        UsageError: the deviation is not positive, or a moment is infinite.
    """
    check_threshold(threshold)
    if not (math.isfinite(mean) and math.isfinite(deviation) and 1e-100 < deviation < 1e100):
        raise UsageError(
            f"N({mean:g}, {deviation:g}²) is no Gaussian to integrate over",
            "Give a mean and a standard deviation above 0.",
        )
    response = Response(activation)
    response.check()

    def logarithm(z: Array) -> Array:
        x = mean + deviation * z
        with np.errstate(all="ignore"):
            return 2 * np.log(np.maximum(np.abs(response.value(x)), np.abs(response.slope(x))))

    def integrand(z: Array) -> Array:
        x = mean + deviation * z
        root = np.exp(-z * z / 4) / (2 * math.pi) ** 0.25
        f, slope = response.value(x) * root, response.slope(x) * root
        return np.stack([f * root, f * f, slope * root, slope * slope])

    reach = reach_of(logarithm)
    try:
        if math.isinf(reach):
            raise InfiniteError(1)
        first, second, slope_mean, slope_second = integrate(
            integrand, edges_for(response.breaks, deviation, reach, mean)
        ).values.tolist()
    except InfiniteError as error:
        name = "E f′²" if error.row >= 2 else "E f²"
        raise UsageError(
            f"{name} of {activation.spec} is infinite, or beyond float64, for N({mean:g}, {deviation:g}²)",
            "Choose another function or a smaller deviation.",
        ) from None
    if abs(first) < 1e-15 * math.sqrt(second):  # an odd function's, rounded
        first = 0.0
    centred = integrate(
        lambda z: np.asarray([(response.value(mean + deviation * z) - first) ** 2 * np.exp(-z * z / 2)]),
        edges_for(response.breaks, deviation, reach, mean),
    ).values[0] / math.sqrt(2 * math.pi)

    def share(condition: Callable[[Array], NDArray[np.bool_]]) -> float:
        return probability(response, mean, deviation, condition)

    def flat(x: Array) -> NDArray[np.bool_]:
        return np.asarray(response.slope(x) == 0)

    return Distribution(
        activation,
        f"N({mean:g}, {deviation:g}²)" if (mean, deviation) != (0.0, 1.0) else "N(0, 1)",
        None,
        mean,
        deviation**2,
        first,
        float(centred) if centred > 1e-30 * second else max(second - first**2, 0.0),
        slope_mean,
        slope_second,
        share(flat) if response.breaks.size else 0.0,
        share(lambda x: np.abs(response.slope(x)) < threshold),
        share(lambda x: response.value(x) < 0),
        threshold,
        _atoms(response, share),
        normal=(mean, deviation),
    )


def _atoms(
    response: Response, share: Callable[[Callable[[Array], NDArray[np.bool_]]], float]
) -> tuple[tuple[float, float], ...]:
    """The values that f takes on whole intervals between breakpoints, with their probabilities."""
    cuts = np.concatenate([[-math.inf], response.breaks, [math.inf]])
    found: dict[float, float] = {}
    for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        left = low if math.isfinite(low) else min(high, 0.0) - 30
        right = high if math.isfinite(high) else max(low, 0.0) + 30
        inside = np.linspace(left, right, 9)[1:-1]
        values = response.value(inside)
        if len(response.breaks) and np.all(values == values[0]) and np.all(response.slope(inside) == 0):
            weight = share(lambda x, low=low, high=high: (x > low) & (x < high))  # type: ignore[misc]
            found[float(values[0])] = found.get(float(values[0]), 0.0) + weight
    return tuple(sorted((value, weight) for value, weight in found.items() if weight > 0))


@dataclass
class _Sums:
    """Sums over blocks: a count, a mean and squared distances from it, merged as Chan et al. do."""

    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, values: Array) -> None:
        size, mean = values.size, float(values.mean())
        squares = float(np.square(values - mean).sum())
        gap, whole = mean - self.mean, self.count + size
        self.mean += gap * size / whole
        self.squares += squares + gap * gap * self.count * size / whole
        self.count = whole

    @property
    def variance(self) -> float:
        return self.squares / self.count


def of_values(
    activation: Activation,
    blocks: Callable[[], Iterable[Array]],
    source: str,
    threshold: float = SATURATED,
) -> Distribution:
    """What a function does to given values.

    Args:
        activation: the function.
        blocks: gives the values anew at each call, as arrays of one dimension, or of two with a column for each unit.
        source: what they are, for people and for errors.
        threshold: slopes below it in size are saturated.

    Raises:
        InputError: there are no values, one is not finite, or they are all the same.
    """
    check_threshold(threshold)
    response = Response(activation)
    before, after = _Sums(), _Sums()
    slopes = squares = 0.0
    flat = saturated = negative = 0
    low, high, least, most = math.inf, -math.inf, math.inf, -math.inf
    alive: NDArray[np.bool_] | None = None
    counts: dict[float, int] = {}
    for block in blocks():
        if not block.size:
            continue
        if not np.isfinite(block).all():
            raise InputError(f"{source} holds values that are not finite", "Leave out NaN and infinities first.")
        f, slope = response.value(block), response.slope(block)
        before.add(block)
        after.add(f)
        slopes += float(slope.sum())
        squares += float(np.square(slope).sum())
        dead = slope == 0
        flat += int(dead.sum())
        saturated += int((np.abs(slope) < threshold).sum())
        negative += int((f < 0).sum())
        low, high = min(low, float(block.min())), max(high, float(block.max()))
        least, most = min(least, float(f.min())), max(most, float(f.max()))
        if block.ndim == 2:
            lives = ~dead.all(axis=0)
            alive = lives if alive is None else alive | lives
        values, times = np.unique(f[dead], return_counts=True)
        if values.size <= 64:
            for value, number in zip(values.tolist(), times.tolist(), strict=True):
                counts[value] = counts.get(value, 0) + number
    count = before.count
    if not count:
        raise InputError(f"{source} holds no numbers", "Write the values that enter the function.")
    if low == high:
        raise InputError(f"{source} holds one value only, {low:g}", "A distribution takes values that differ.")
    atoms = tuple(sorted((value, number / count) for value, number in counts.items() if number > 0.001 * count))
    return Distribution(
        activation,
        source,
        count,
        before.mean,
        before.variance,
        after.mean,
        after.variance,
        slopes / count,
        squares / count,
        flat / count,
        saturated / count,
        negative / count,
        threshold,
        atoms,
        None if alive is None else len(alive),
        () if alive is None else tuple(np.flatnonzero(~alive).tolist()),
        _histograms(response, blocks, (low, high), (least, most), [value for value, _ in atoms], count),
    )


def _histograms(
    response: Response,
    blocks: Callable[[], Iterable[Array]],
    span: tuple[float, float],
    heights: tuple[float, float],
    atoms: list[float],
    count: int,
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Densities before and after, atoms left out of the latter."""
    edges = np.linspace(*span, BINS + 1)
    top = heights if heights[0] < heights[1] else (heights[0] - 0.5, heights[0] + 0.5)
    steps = np.linspace(*top, BINS + 1)
    before, after = np.zeros(BINS), np.zeros(BINS)
    for block in blocks():
        flat = block.ravel()
        before += np.histogram(flat, edges)[0]
        f = response.value(flat)
        after += np.histogram(f[~np.isin(f, atoms)], steps)[0]
    return (edges, before / count / np.diff(edges)), (steps, after / count / np.diff(steps))
