"""Which part of the plane a figure shows when nobody says.

**x**: ±5, so that figures can be held side by side. A side reaches further to show a breakpoint, or an extremum
with a quarter of its distance beyond it, and to ±10 where the function is still more than a tenth of its height
away from the value it tends to. What goes on for ever, such as a wave, moves nothing.

**y**: everything, as long as the *core* still takes two ninths of the height. The core is what the function does in
the middle two fifths of the range, around its breakpoints and at its extrema; with a pole it is the middle seven
tenths of the values. A branch so steep that it would press the core flat leaves the frame: the frame is then the core
and three quarters of its height to either side. A derivative is added by the same rule, but its core may take the
height down to a seventh; one that is steeper still leaves the frame too, and all the sooner if it has a pole. The
line y = 0 is shown where that costs at most half of the height.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from actviz.curves.curve import HALF_WIDTH, Activation
from actviz.language.numerics.float64 import evaluate
from actviz.language.numerics.special import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FURTHEST = 10.0  # for a function that tends to its limit slowly
_SEARCH = 20.0  # how far extrema are looked for
_GRID = np.linspace(-_SEARCH, _SEARCH, 802)  # even in number: 0, where formulas divide, is left out
_FEW = 2  # more extrema than these beyond ±5 on one side are taken for a wave
_MIDDLE = 0.4
STEEPEST = 4.5  # how many times the core's height the frame may be to show everything
_SLOPES = 7.0  # and how many times the function's to show a derivative's core
_BEYOND = 0.75  # of the core's height, to either side, where not everything is shown
AIR = 0.06  # of the height, above and below
_HIGHEST = 2e307  # beyond it the distance between two values overflows

Interval = tuple[float, float]
Samples = Sequence[tuple[Array, Array]]


class Drawable(Protocol):
    """What `heights` needs to know of a curve."""

    @property
    def order(self) -> int:
        """0 for a function, 1 for its derivative, and so on."""

    def at(self, x: Array) -> Array:
        """Values."""


def default_range(activations: Iterable[Activation]) -> Interval:
    """The range of x that shows what every activation does; the rule is at the top of this module."""
    low, high = -HALF_WIDTH, HALF_WIDTH
    for activation in activations:
        curve = activation.curve()
        places = [point.x for point in curve.pieces(-math.inf, math.inf).breakpoints]
        y = evaluate(curve.tree, _GRID, activation.values)
        with np.errstate(all="ignore"):
            places += _extrema(_GRID, y)
            scale = float(np.nanmax(y) - np.nanmin(y)) if np.isfinite(y).any() else 0.0
        low = min([low, *(math.floor(1.25 * x) for x in places)])
        high = max([high, *(math.ceil(1.25 * x) for x in places)])
        far = evaluate(curve.tree, np.array([-1e9, -1e6, low, high, 1e6, 1e9]), activation.values)
        if _tends_slowly(far[:3], scale):
            low = min(low, -_FURTHEST)
        if _tends_slowly(far[:2:-1], scale):
            high = max(high, _FURTHEST)
    return low, high


def _extrema(x: Array, y: Array) -> list[float]:
    """The places of extrema beyond the usual range, where they are few."""
    tops = _turns(y) & (np.abs(y - np.roll(y, 8)) > 1e-6 * np.nanmax(np.abs(y), initial=0.0))
    found: list[float] = []
    for side in (-1, 1):
        outside = x[tops & (side * x > 0.9 * HALF_WIDTH) & (np.abs(x) < 0.9 * _SEARCH)].tolist()
        found += outside if len(outside) <= _FEW else []
    return found


def _turns(y: Array) -> NDArray[np.bool_]:
    """Where a sampled function has a local extremum."""
    turns = np.zeros(y.shape, dtype=bool)
    with np.errstate(all="ignore"):
        steps = np.sign(np.diff(y))
    turns[1:-1] = steps[:-1] * steps[1:] < 0
    return turns


def _tends_slowly(values: Array, scale: float) -> bool:
    """Whether a function with these values at 10⁹, 10⁶ and the end shown is still far from its limit there."""
    furthest, far, near = values.tolist()
    return bool(abs(furthest - far) < 1e-3 * scale and abs(near - far) > 0.1 * scale)


class _Extent(NamedTuple):
    """What a curve covers: the part that matters, and all of it (without bounds towards a pole)."""

    core: Interval
    whole: Interval


def heights(
    curves: Sequence[tuple[Drawable, Samples]], low: float, high: float, steepest: float = STEEPEST
) -> Interval:
    """The range of y for curves in one panel; the rule is at the top of this module.

    Args:
        curves: each with a first set of samples, a pair (x, y) for each smooth piece.
        low: the left end of the range of x.
        high: the right end.
        steepest: how many times the core's height a function's frame may be to show all of it.
    """
    orders: dict[int, list[_Extent]] = {}
    for curve, pieces in curves:
        extent = _extent(curve, pieces, low, high)
        if extent is not None:
            orders.setdefault(curve.order, []).append(extent)
    frame: Interval | None = None
    for order in sorted(orders):
        core = _hull([extent.core for extent in orders[order]])
        whole = _hull([extent.whole for extent in orders[order]])
        if frame is None:
            reference = _size(core)
            frame = whole if reference == 0 or _size(whole) <= steepest * reference else _cut(core, whole)
            if reference == 0 < _size(frame) == math.inf:  # a pole, and nothing but a constant besides
                frame = max(whole[0], core[0] - 1), min(whole[1], core[1] + 1)
        elif _size(_hull([frame, whole])) <= STEEPEST * (reference or math.inf):
            frame = _hull([frame, whole])
        elif _size(_hull([frame, core])) <= _SLOPES * _size(frame) and math.isfinite(_size(whole)):
            frame = _hull([frame, _cut(core, whole)])
        else:
            frame = _cut(frame, whole, _BEYOND if math.isfinite(_size(whole)) else _BEYOND / 2)
    return with_air(frame or (0.0, 0.0))


def with_air(frame: Interval) -> Interval:
    """The frame, with the line y = 0 where it is near, and a little room above and below."""
    low, high = max(frame[0], -_HIGHEST), min(frame[1], _HIGHEST)
    with_zero = min(low, 0.0), max(high, 0.0)
    if low == high or _size(with_zero) <= 2 * (high - low):
        low, high = with_zero
    air = AIR * (high - low) or 1.0
    return low - air, high + air


def _extent(curve: Drawable, pieces: Samples, low: float, high: float) -> _Extent | None:
    kept = [(x[np.isfinite(y)], y[np.isfinite(y)]) for x, y in pieces]
    if not any(y.size for _, y in kept):
        return None
    top = max(_peak(curve, x, y, 1) for x, y in kept if y.size)
    bottom = min(-_peak(curve, x, -y, -1) for x, y in kept if y.size)
    ends = [x[0] for x, _ in pieces[1:]]
    middle, reach = low / 2 + high / 2, _MIDDLE / 2 * (high - low)
    near = min([middle - reach, *ends]), max([middle + reach, *ends])
    x, y = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    share = np.concatenate([np.gradient(x) if x.size > 1 else np.ones(x.size) for x, _ in kept])
    turns = np.concatenate([_turns(y) for _, y in kept])
    inside = (x >= near[0]) & (x <= near[1]) | turns
    if not inside.any():
        inside[:] = True
    ordered = np.argsort(y[inside])
    values, weights = y[inside][ordered], np.cumsum(np.maximum(share[inside][ordered], 0))
    places = np.searchsorted(weights, weights[-1] * np.array([0.15, 0.85])).clip(0, values.size - 1)
    lowest, highest = float(values[0]), float(values[-1])
    lowest = bottom if turns[y.argmin()] else lowest
    highest = top if turns[y.argmax()] else highest
    core = (
        lowest if math.isfinite(bottom) else float(values[places[0]]),
        highest if math.isfinite(top) else float(values[places[1]]),
    )
    return _Extent(core, (bottom, top))


def _peak(curve: Drawable, x: Array, y: Array, sign: int) -> float:
    """The largest value of a piece (of `sign` times the curve), or infinity where it grows without bound.

    Looked at ever more closely, a peak between two samples gains less and less; a pole or logarithm does not.
    """
    index = int(y.argmax())
    first = best = float(y[index])
    left, right = float(x[max(index - 1, 0)]), float(x[min(index + 1, x.size - 1)])
    gain = 0.0
    for _ in range(4):
        near = np.linspace(left, right, 34)[1:-1]
        values = sign * curve.at(near)
        place = int(np.where(np.isnan(values), -math.inf, values).argmax())
        if not values[place] > best:
            return best
        gain, best = float(values[place]) - best, float(values[place])
        left, right = float(near[max(place - 1, 0)]), float(near[min(place + 1, near.size - 1)])
    lasting = gain > 0.05 * (best - first) and best - first > 0.05 * abs(first)
    return math.inf if lasting else best


def _cut(core: Interval, whole: Interval, share: float = _BEYOND) -> Interval:
    """The core and what of the whole lies close to it, within a share of its height."""
    beyond = share * _size(core)
    low, high = max(whole[0], core[0] - beyond), min(whole[1], core[1] + beyond)
    return (min(core[0], low), max(core[1], high)) if low <= high else core


def _size(interval: Interval) -> float:
    return interval[1] - interval[0]


def _hull(intervals: Sequence[Interval]) -> Interval:
    return min(low for low, _ in intervals), max(high for _, high in intervals)
