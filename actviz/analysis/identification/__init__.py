"""Which function is this? Every entry that it equals, with the parameters found, else the nearest three.

The function is evaluated at generic points. Entries whose traits (`features`) it cannot have are left out, the
parameters of the others are fitted (`fitting`, on `batch`), and what was found is checked at further points, chosen
by the parameters, so that a cap beyond all points is not taken for none. The room knows the registry and curves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from actviz.analysis.identification.batch import rows
from actviz.analysis.identification.features import (
    Features,
    Truth,
    always,
    excluded,
    look,
    look_at,
    trait_points,
)
from actviz.analysis.identification.fitting import Target, fit, jacobian, rounded
from actviz.analysis.identification.spellings import spellings
from actviz.errors import InputError
from actviz.language.numerics.float64 import evaluate
from actviz.language.numerics.special import Array
from actviz.language.syntax import Node
from actviz.registry.entries import Entry
from actviz.registry.lookup import Registry, active

__all__ = ["Identification", "Match", "Nearest", "identify_points", "identify_values"]

TOLERANCE = 3e-6  # constants that agree to six digits, or arithmetic in float32, and no more
RANGE = (-8.0, 8.0)
_FLOOR = 0.02  # of the largest value near 0: errors below it count as errors of that size
_GENERIC = np.array([0.137, 0.291, 0.553, 0.829, 1.113, 1.571, 1.973, 2.477, 3.119, 3.803, 4.441, 5.297, 6.131, 7.207])
_OUTER = np.array([9.213, 11.87, 17.31, 29.7, 61.3, 203.0, 997.0])
_CLOSE = np.array([1e-3, 0.0223])
_NEAR = 3.3  # starts are compared within
_MOST_POINTS = 400  # of data, in a fit
_LARGEST = 16  # digits of float64
_SHOWN = 3
_GRID = 2001
_CANDIDATES = 8
_DRAWS = 12


@dataclass(frozen=True)
class Match:
    """A function that the target equals.

    Args:
        name: of the entry.
        spellings: how frameworks write it with these parameters.
        parameters: a number for each; those that the entry has by default, or those found.
        digits: to how many significant digits the two agree where they agree least.
        undetermined: parameters that may have other values and leave everything seen as it is.
        spec: the text that names it on the command line.
    """

    name: str
    spellings: tuple[str, ...]
    parameters: Mapping[str, float]
    digits: int
    undetermined: tuple[str, ...]
    spec: str


@dataclass(frozen=True)
class Nearest:
    """A function that is near the target.

    Args:
        name: of the entry.
        parameters: those that bring it nearest, in the sense of least squares.
        max_difference: the largest absolute difference in the range.
        at: the x where it is.
        spec: the text that names it on the command line.
    """

    name: str
    parameters: Mapping[str, float]
    max_difference: float
    at: float
    spec: str


@dataclass(frozen=True)
class Identification:
    """What a function is.

    Args:
        matches: the entries that it equals, those at their defaults first.
        nearest: where it equals none, the three that are nearest in the range.
        low: the left end of the range in which they are compared.
        high: the right end.
        tolerance: how large an error counts as none, in parts of the value.
    """

    matches: tuple[Match, ...]
    nearest: tuple[Nearest, ...]
    low: float
    high: float
    tolerance: float


@dataclass(frozen=True)
class _Seen:
    """A target as the search sees it; `function` is None for data."""

    target: Target
    features: Features
    function: Callable[[Array], Array] | None
    low: float
    high: float
    tolerance: float
    noisy: bool = False

    def size(self, errors: Array) -> float:
        """How far errors are from none, in tolerances."""
        worst = float(np.abs(errors).max())
        if not self.noisy:
            return worst / self.tolerance
        return max(math.sqrt(float((errors**2).mean())) / 1.2, worst / 5) / self.tolerance


@dataclass(frozen=True)
class _Found:
    entry: Entry
    parameters: Array
    error: float

    @property
    def names(self) -> list[str]:
        return [parameter.name for parameter in self.entry.parameters]

    @property
    def settings(self) -> dict[str, float]:
        return dict(zip(self.names, self.parameters.tolist(), strict=True))

    @property
    def changed(self) -> dict[str, float]:
        return {name: value for name, value in self.settings.items() if value != self.entry.defaults[name]}

    @property
    def spec(self) -> str:
        return ":".join([self.entry.name, *(f"{name}={value!r}" for name, value in self.changed.items())])


def identify_values(
    function: Callable[[Array], Array],
    tolerance: float = TOLERANCE,
    span: tuple[float, float] = RANGE,
    registry: Registry | None = None,
) -> Identification:
    """Identify a function that can be had anywhere.

    Args:
        function: float64 array of shape (n,) to float64 array of shape (n,); NaN where it has no value.
        tolerance: how large an error counts as none, in parts of the value (of values near 0, in parts of a fiftieth
            of the largest one within |x| ≤ 2).
        span: the range in which the nearest are compared.
        registry: the entries; by default those in force.
    """
    near = np.concatenate([_CLOSE, _GENERIC])
    x = np.unique(np.concatenate([-_OUTER, -near - 0.0171, [0.0], near, _OUTER]))

    def quiet(points: Array) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(function(points), dtype=np.float64)

    features = look(quiet)
    beside = [
        place + side * share * (0.25 + abs(place))
        for place in features.kinks
        for side in (-1, 1)
        for share in (2e-2, 1e-5)
    ]
    x = np.unique(np.concatenate([x, beside]))
    y = quiet(x)
    known = np.isfinite(y) & (np.abs(y) < 1e30)
    seen = _Seen(_target(x[known], y[known]), features, quiet, *span, tolerance)
    return _identify(seen, registry or active())


def identify_points(
    x: Array, y: Array, tolerance: float | None = None, registry: Registry | None = None
) -> Identification:
    """Identify a function of which points are known.

    Args:
        x: float64 array of shape (n,), in any order.
        y: the values there.
        tolerance: the noise level, the standard deviation of the error in y; by default `TOLERANCE` of the values.
        registry: the entries; by default those in force.

    Raises:
        InputError: fewer than four points are finite.
    """
    known = np.isfinite(x) & np.isfinite(y)
    order = np.argsort(x[known], kind="stable")
    x, y = x[known][order], y[known][order]
    if np.unique(x).size < 4:
        raise InputError(
            f"{np.unique(x).size} different points do not tell a function", "Give four at least; more tell more."
        )
    features = look_at(x, y)
    if x.size > _MOST_POINTS:
        places = np.unique(np.linspace(0, x.size - 1, _MOST_POINTS).round().astype(int))
        x, y = x[places], y[places]
    target = _target(x, y)
    if tolerance is not None:
        target = replace(target, weights=np.ones_like(y))
    span = (float(x[0]), float(x[-1]))
    seen = _Seen(target, features, None, *span, tolerance or TOLERANCE, noisy=tolerance is not None)
    return _identify(seen, registry or active())


def _target(x: Array, y: Array) -> Target:
    inner = np.abs(y[np.abs(x) <= 2.0])
    largest = float(inner.max()) if inner.size else float(np.abs(y).max(initial=0.0))
    weights = np.maximum(np.abs(y), _FLOOR * largest or 1.0)
    near = np.flatnonzero(np.abs(x) <= _NEAR)
    if near.size < min(8, x.size):
        near = np.arange(x.size)
    return Target(x, y, weights, near[:: max(1, near.size // 48)])


def _identify(seen: _Seen, registry: Registry) -> Identification:
    matches: list[_Found] = []
    others: list[_Found] = []
    for entry in registry:
        found = _best(entry, seen)
        if found is not None:
            (matches if _equals(found, seen) else others).append(found)
    matches.sort(key=lambda found: len(found.changed))
    return Identification(
        tuple(_match(found, seen) for found in matches),
        () if matches else _nearest(others, seen),
        seen.low,
        seen.high,
        seen.tolerance,
    )


def _best(entry: Entry, seen: _Seen) -> _Found | None:
    """An entry with the parameters that come nearest to the target; None where it cannot be it."""
    target = seen.target
    names = [parameter.name for parameter in entry.parameters]
    defaults = np.array([parameter.default for parameter in entry.parameters])
    error = seen.size(target.errors(evaluate(entry.value, target.x, entry.defaults)))
    found = _Found(entry, defaults, error)
    if not names or error * seen.tolerance < 1e-12:
        return found
    if excluded(seen.features.traits, _vanishing(entry.value, _domain(entry))):
        return found
    fitted, _ = fit(entry, target, seen.features.numbers)
    fitted = rounded(entry.value, names, target, fitted)
    reached = seen.size(target.errors(rows(entry.value, target.x, names, fitted[None, :])[0]))
    if error <= 1 and reached > error / 100:
        return found  # the defaults will do
    return found if error <= reached else _Found(entry, fitted, reached)


def _domain(entry: Entry) -> tuple[tuple[str, float, float, float], ...]:
    return tuple((each.name, each.default, each.above, each.below) for each in entry.parameters)


@lru_cache(maxsize=1024)
def _vanishing(value: Node, domain: tuple[tuple[str, float, float, float], ...]) -> Truth:
    """The traits that vanish for all parameters: for those of a dozen draws."""
    draws = np.random.default_rng(5).normal(size=(_DRAWS, len(domain)))
    defaults, low, high = (np.array([each[place] for each in domain]) for place in (1, 2, 3))
    points = np.where(defaults == 0, draws, defaults * np.exp(draws) * np.where(draws > 1.0, -1.0, 1.0))
    points = np.where((points > low) & (points < high), points, np.where(abs(defaults) > 0, defaults, draws))
    points = np.where((points > low) & (points < high), points, defaults)
    return always(rows(value, trait_points(), [each[0] for each in domain], points))


def _equals(found: _Found, seen: _Seen) -> bool:
    """Whether the target is this function: also where its parameters say that a difference would show."""
    if found.error > 1:
        return False
    if seen.function is None or not found.names:
        return True
    sizes = np.unique(np.abs(found.parameters[(np.abs(found.parameters) > 1e-4) & (np.abs(found.parameters) < 1e4)]))
    places = np.concatenate([sizes * 0.97, sizes * 1.03, sizes * 2.9, 0.31 / sizes if sizes.size else sizes])
    x = np.unique(np.concatenate([-places, places]))
    y = seen.function(x)
    want = evaluate(found.entry.value, x, found.settings)
    known = np.isfinite(y) & np.isfinite(want) & (np.abs(y) < 1e30)
    floor = float(seen.target.weights.min())
    return bool((np.abs(y - want)[known] <= seen.tolerance * np.maximum(np.abs(y[known]), floor)).all())


def _match(found: _Found, seen: _Seen) -> Match:
    error = found.error * seen.tolerance
    digits = _LARGEST if error == 0 else min(_LARGEST, max(0, math.floor(-math.log10(error))))
    return Match(
        found.entry.name,
        spellings(found.entry, found.settings),
        found.settings,
        digits,
        _undetermined(found, seen),
        found.spec,
    )


def _undetermined(found: _Found, seen: _Seen) -> tuple[str, ...]:
    """The parameters that can be moved, alone or together, without leaving the tolerance."""
    names, target, point = found.names, seen.target, found.parameters
    if not names:
        return ()
    steps = np.diag(np.where(point == 0, 0.05, 0.05 * np.abs(point)))
    low = np.array([each.above for each in found.entry.parameters])
    high = np.array([each.below for each in found.entry.parameters])
    errors = target.errors(rows(found.entry.value, target.x, names, point[None, :]))
    slopes = jacobian(found.entry.value, names, target, point[None, :], errors, high)[0]
    scaled = slopes * np.diag(steps)
    _, _, directions = np.linalg.svd(scaled, full_matrices=True)
    moves = np.concatenate([steps, directions[-1:] * np.diag(steps)])
    free: set[str] = set()
    limit = max(1.0, 3 * found.error)
    for move in moves:
        for side in (-1, 1):
            trial = point + side * move
            if not ((trial > low) & (trial < high)).all():
                continue
            moved = target.errors(rows(found.entry.value, target.x, names, trial[None, :])[0])
            if seen.size(moved) <= limit:
                free.update(name for name, part in zip(names, move / np.diag(steps), strict=True) if abs(part) > 0.1)
    return tuple(name for name in names if name in free)


def _nearest(found: Sequence[_Found], seen: _Seen) -> tuple[Nearest, ...]:
    chosen = sorted(found, key=lambda each: _mean(each, seen))[:_CANDIDATES]
    measured = [_measured(each, seen) for each in chosen]
    measured = [each for each in measured if math.isfinite(each.max_difference)]
    return tuple(sorted(measured, key=lambda each: each.max_difference)[:_SHOWN])


def _mean(found: _Found, seen: _Seen) -> float:
    inside = (seen.target.x >= seen.low) & (seen.target.x <= seen.high)
    x, y = seen.target.x[inside], seen.target.y[inside]
    values = rows(found.entry.value, x, found.names, found.parameters[None, :])[0]
    differences = np.where(np.isfinite(values), np.clip(values - y, -1e6, 1e6), 1e6)
    return float((differences**2).mean())


def _measured(found: _Found, seen: _Seen) -> Nearest:
    """The largest difference in the range and where it is: on a grid, then finer and finer around its worst point."""

    def differences(x: Array, y: Array) -> Array:
        gaps = np.abs(evaluate(found.entry.value, x, found.settings) - y)
        return np.where(np.isfinite(gaps), gaps, -1.0)

    if seen.function is None:
        x = seen.target.x
        gaps = differences(x, seen.target.y)
    else:
        low, high = seen.low, seen.high
        x = np.linspace(low, high, _GRID)
        gaps = differences(x, seen.function(x))
        for _ in range(4):
            place = int(np.argmax(gaps))
            low, high = float(x[max(place - 1, 0)]), float(x[min(place + 1, x.size - 1)])
            x = np.concatenate([[x[place]], np.linspace(low, high, 129)])
            gaps = differences(x, seen.function(x))
    place = int(np.argmax(gaps))
    gap = float(gaps[place])
    return Nearest(found.entry.name, found.settings, gap if gap >= 0 else math.inf, float(x[place]), found.spec)
