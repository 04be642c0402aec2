"""Parameters that bring a family of functions nearest to given values: many starts, then Levenberg–Marquardt.

The sum of squares has many valleys where a parameter is a frequency or the place of a kink, so the starts are a fine
grid in one parameter and, in the others, the numbers that were seen in the target.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.analysis.identification.batch import rows
from actviz.language.numerics.special import Array
from actviz.language.syntax import Node
from actviz.registry.entries import Entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KEPT = 5  # starts that are followed
_STEPS = 24
_MOST = 3000  # starts that are tried
_FINE = np.unique(np.concatenate([np.geomspace(1e-3, 200.0, 72), np.arange(0.05, 16.0, 0.05)]))
_COARSE = np.unique(np.concatenate([np.geomspace(1e-2, 30.0, 24), np.arange(0.25, 8.1, 0.25)]))
_USUAL = (0.0, 1.0, 0.5, 2.0, -1.0)
_PERFECT = 2e-16


@dataclass(frozen=True)
class Target:
    """Values to be met.

    Args:
        x: float64 array of shape (n,), in rising order.
        y: the values there, finite.
        weights: what an error at each point is divided by.
        near: the points at which starts are compared: few, and close enough to each other for a frequency.
    """

    x: Array
    y: Array
    weights: Array
    near: NDArray[np.intp]

    def errors(self, values: Array, places: NDArray[np.intp] | slice = slice(None)) -> Array:
        """Weighted differences, with a large number where there is no value."""
        with np.errstate(all="ignore"):
            found = (values - self.y[places]) / self.weights[places]
        return np.where(np.isfinite(found), np.clip(found, -1e6, 1e6), 1e6)


def fit(entry: Entry, target: Target, numbers: Sequence[float]) -> tuple[Array, float]:
    """The parameters of an entry that come nearest to a target, and the root of the mean squared weighted error."""
    names = [parameter.name for parameter in entry.parameters]
    low = np.array([parameter.above for parameter in entry.parameters])
    high = np.array([parameter.below for parameter in entry.parameters])
    starts = _starts(entry, numbers)
    starts = starts[((starts > low) & (starts < high)).all(axis=1)]
    found = target.errors(rows(entry.value, target.x[target.near], names, starts), target.near)
    order = np.argsort((np.minimum(abs(found), 1e3) ** 2).mean(axis=1), kind="stable")
    chosen: list[int] = []
    for place in order.tolist():
        if all(np.abs(starts[place] - starts[other]).max() > 0.02 for other in chosen):
            chosen.append(place)
        if len(chosen) == _KEPT:
            break
    return _descend(entry.value, names, target, starts[chosen], low, high)


def _starts(entry: Entry, numbers: Sequence[float]) -> Array:
    defaults = [parameter.default for parameter in entry.parameters]
    count = len(defaults)
    spelled = [entry.defaults | dict(spelling.defaults) for spelling in entry.spellings]
    given = [defaults, *(list(each.values()) for each in spelled)]
    if count == 1:
        line = np.concatenate([_FINE, -_FINE, [0.0], numbers])
        return np.concatenate([np.array(given), line[:, None]])
    found = list(map(tuple, given))
    each = 14 if count == 2 else 7 if count == 3 else 5
    lists = [list(dict.fromkeys([value, *numbers, *_USUAL]))[:each] for value in defaults]
    found += itertools.islice(itertools.product(*lists), _MOST)
    for place in range(count):
        others = [some[:6] if count == 2 else some[:2] for some in lists]
        others[place] = [*_COARSE.tolist(), *(-_COARSE).tolist()]
        found += itertools.islice(itertools.product(*others), _MOST // count)
    return np.array(found, dtype=np.float64)


def _descend(
    node: Node, names: Sequence[str], target: Target, points: Array, low: Array, high: Array
) -> tuple[Array, float]:
    """Follow several starts at once downhill; the best place and its error."""
    count, width = points.shape
    damping = np.full(count, 1e-3)
    errors = target.errors(rows(node, target.x, names, points))
    squares = (errors**2).mean(axis=1)
    for _ in range(_STEPS):
        slopes = jacobian(node, names, target, points, errors, high)
        normal = np.einsum("bni,bnj->bij", slopes, slopes)
        gradient = np.einsum("bni,bn->bi", slopes, errors)
        scale = np.einsum("bii->bi", normal)
        floor = 1e-12 * (1.0 + scale.max(axis=1, keepdims=True))
        system = normal + np.eye(width) * (damping[:, None] * scale + floor)[:, :, None]
        step = np.linalg.solve(system, -gradient[:, :, None])[:, :, 0]
        trial = points + step
        trial = np.where(trial <= low, (points + low) / 2, np.where(trial >= high, (points + high) / 2, trial))
        trial = np.clip(trial, -1e6, 1e6)
        found = target.errors(rows(node, target.x, names, trial))
        reached = (found**2).mean(axis=1)
        better = reached < squares
        gain = float(np.max(np.where(better, (squares - reached) / np.maximum(squares, 1e-300), 0.0)))
        points = np.where(better[:, None], trial, points)
        errors = np.where(better[:, None], found, errors)
        squares = np.where(better, reached, squares)
        damping = np.clip(np.where(better, damping / 8, damping * 6), 1e-12, 1e9)
        if squares.min() < _PERFECT**2 or (gain < 1e-9 and damping.min() > 1.0):
            break
    best = int(np.argmin(squares))
    return points[best], math.sqrt(float(squares[best]))


def jacobian(node: Node, names: Sequence[str], target: Target, points: Array, errors: Array, high: Array) -> Array:
    """Differences of the weighted errors in each parameter: shape (starts, points, parameters)."""
    count, width = points.shape
    steps = 1e-7 * np.maximum(np.abs(points), 1e-2)
    steps = np.where(points + steps < high, steps, -steps)
    moved = points[:, None, :] + steps[:, :, None] * np.eye(width)
    values = rows(node, target.x, names, moved.reshape(count * width, width))
    found = target.errors(values).reshape(count, width, -1) - errors[:, None, :]
    return np.swapaxes(found / steps[:, :, None], 1, 2)


def rounded(node: Node, names: Sequence[str], target: Target, point: Array) -> Array:
    """The shortest numbers that meet the target as well as those found: 0.2 for 0.19999999998, 1/6 for 0.166666667."""
    limit = 1.01 * _size(node, names, target, point) + 1e-15
    for digits in range(1, 15):
        best = np.array([float(f"{number:.{digits}g}") for number in point])
        if _size(node, names, target, best) <= limit:
            break
    else:
        best = point.copy()
    for place in range(point.size):
        for number in _shorter(float(best[place])):
            trial = best.copy()
            trial[place] = number
            if _size(node, names, target, trial) <= limit:
                best = trial
                break
    return best


def _size(node: Node, names: Sequence[str], target: Target, point: Array) -> float:
    return math.sqrt(float((target.errors(rows(node, target.x, names, point[None, :])) ** 2).mean()))


def _shorter(number: float) -> list[float]:
    if number == 0 or not math.isfinite(number):
        return []
    near = [0.0] if abs(number) < 1e-6 else []
    near += [float(f"{number:.{digits}g}") for digits in (1, 2, 3)]
    near += [round(number * below) / below for below in (3, 6, 7, 9, 11, 12) if round(number * below)]
    near += [sign * math.sqrt(whole) for sign in (1, -1) for whole in (2, 3, 0.5, 2 / math.pi, math.pi)]
    near += [float(f"{number:.{digits}g}") for digits in range(4, 15)]
    return [other for other in near if abs(other - number) <= max(0.05 * abs(number), 1e-6)]
