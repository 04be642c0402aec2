"""What can be seen of an unknown function before anything is fitted to it: numbers that parameters may be, and traits.

A trait is a number that is 0 for every value of the parameters of some entries: f(0), the jump of the slope at 0, the
odd and the even part, the distance from an asymptote. An entry whose trait is always 0 cannot be a function whose trait
is not, and need not be fitted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from actviz.language.numerics.special import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

_REACH = 16.0  # kinks and frequencies are looked for within
_CELLS = 4096
_FAR = (500.0, 1000.0)  # where asymptotes are read off: even σ(0.02x) has arrived
_STEP = 1e-4
_AT = np.array([0.0, -_STEP, _STEP, -1.3, 1.3, -2.9, 2.9, -_FAR[0], -_FAR[1], _FAR[0], _FAR[1]])
_VANISHES = 1e-6
_SEEN = np.array([2e-3, 1e-4, *[2e-3] * 8])  # a target in float32 may be that far from a trait that it has
_MOST_KINKS = 6
_ZOOMS = 12

Function = Callable[[Array], Array]
Truth: TypeAlias = "NDArray[np.bool_]"


@dataclass(frozen=True)
class Features:
    """What was seen of a function.

    Args:
        numbers: what a parameter may be: places of kinks and jumps, heights and slopes of asymptotes, f(0), slopes at
            0, the strongest frequency. The first are the likeliest.
        kinks: places where the slope or the function itself jumps.
        traits: see `trait_values`; NaN where one cannot be told.
    """

    numbers: tuple[float, ...]
    kinks: tuple[float, ...]
    traits: Array


def trait_points() -> Array:
    """The x at which `trait_values` needs a function."""
    return _AT


def trait_values(y: Array) -> Array:
    """The traits of functions, from their values at `trait_points` in the last axis."""
    with np.errstate(all="ignore"):
        zero, before, after, left, right, far_left, far_right, *ends = np.moveaxis(y, -1, 0)
        low, lowest, high, highest = ends
        return np.stack(
            [
                zero,
                (before - 2 * zero + after) / _STEP * 1e-3,  # 0 but for the curvature where the slope does not jump
                np.maximum(abs(left + right), abs(far_left + far_right)),  # odd
                np.maximum(abs(left - right), abs(far_left - far_right)),  # even
                lowest,
                highest,
                lowest - low,
                highest - high,
                (lowest + _FAR[1]) / _FAR[1],
                (highest - _FAR[1]) / _FAR[1],
            ],
            axis=-1,
        )


def always(values: Array) -> Truth:
    """Which traits vanish for all of a family's functions, one a row of values at `trait_points`."""
    traits = trait_values(values)
    usable = np.isfinite(traits).all(axis=0)
    return np.asarray(usable & (np.abs(np.where(usable, traits, 1.0)) < _VANISHES).all(axis=0))


def excluded(traits: Array, vanishing: Truth) -> bool:
    """Whether a function with these traits cannot be one of a family whose traits vanish."""
    return bool((np.isfinite(traits) & (np.abs(traits) > _SEEN) & vanishing).any())


def look(function: Function) -> Features:
    """Look at a function that can be had anywhere."""
    x = np.linspace(-_REACH, _REACH, _CELLS + 1)
    y = function(x)
    at = function(_AT)
    kinks = tuple(_located(function, low, high) for low, high in _kinks(x, y))
    return Features(_numbers(x, y, at, kinks), kinks, trait_values(at))


def look_at(x: Array, y: Array) -> Features:
    """Look at a function of which points are known, in rising order of x."""
    kinks = tuple((low + high) / 2 for low, high in _kinks(x, y)) if x.size > 8 else ()
    inside = (float(x[0]), float(x[-1]))
    even = np.linspace(*inside, min(_CELLS, 4 * x.size) + 1)
    near = np.interp([0.0, -_STEP, _STEP], x, y) if inside[0] < 0 < inside[1] else np.full(3, np.nan)
    at = np.full(_AT.size, np.nan)
    at[:3] = near
    ends = [float(y[0]), float(y[-1]), *(_slope(x[part], y[part]) for part in (slice(0, 3), slice(-3, None)))]
    numbers = _distinct([*_numbers(even, np.interp(even, x, y), at, kinks), *ends])
    return Features(numbers, kinks, np.full(trait_values(_AT).size, np.nan))


def _slope(x: Array, y: Array) -> float:
    return float((y[-1] - y[0]) / (x[-1] - x[0])) if x.size > 1 and x[-1] != x[0] else math.nan


def _numbers(x: Array, y: Array, at: Array, kinks: Sequence[float]) -> tuple[float, ...]:
    zero, before, after, _, _, _, _, low, lowest, high, highest = at.tolist()
    slopes = [(zero - before) / _STEP, (after - zero) / _STEP]
    ends = [(low - lowest) / (_FAR[1] - _FAR[0]), (highest - high) / (_FAR[1] - _FAR[0])]
    offsets = [lowest + ends[0] * _FAR[1], highest - ends[1] * _FAR[1]]
    finite = y[np.isfinite(y)]
    extremes = [float(finite.min()), float(finite.max())] if finite.size else []
    frequency = _frequency(x, y)
    found = [*kinks, *ends, *offsets, *(abs(place) for place in kinks), *slopes, zero]
    heights = [float(y[min(int(np.searchsorted(x, place)), y.size - 1)]) for place in kinks]
    return _distinct([*found, frequency, frequency / 2, *heights, *extremes])


def _distinct(numbers: Sequence[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for number in numbers:
        if math.isfinite(number) and abs(number) < 1e4:
            tidy = 0.0 if abs(number) < 1e-9 else float(f"{number:.7g}")
            if all(abs(tidy - other) > 1e-4 * max(abs(tidy), 1e-2) for other in kept):
                kept.append(tidy)
    return tuple(kept)


def _frequency(x: Array, y: Array) -> float:
    """The angular frequency that is strongest in evenly spaced values, without their straight line; NaN without one."""
    if y.size < 32 or not np.isfinite(y).all():
        return math.nan
    rest = y - np.polyval(np.polyfit(x, y, 1), x)
    spectrum = np.abs(np.fft.rfft(rest * np.hanning(y.size)))
    place = int(np.argmax(spectrum[2:])) + 2
    return 2 * math.pi * place / (float(x[-1]) - float(x[0]))


def _kinks(x: Array, y: Array) -> list[tuple[float, float]]:
    """Cells around places where the second difference stands out from those around it."""
    with np.errstate(all="ignore"):
        slopes = np.diff(y) / np.diff(x)
        bends = np.abs(np.diff(slopes))
    if bends.size < 8 or not np.isfinite(bends).any():
        return []
    bends = np.where(np.isfinite(bends), bends, 0.0)
    around = np.max([np.roll(bends, shift) for shift in (-4, -3, 3, 4)], axis=0)
    peak = np.max([np.roll(bends, shift) for shift in (-1, 0, 1)], axis=0)
    noise = 1e-4 * max(1.0, float(np.max(np.abs(slopes[np.isfinite(slopes)]))))
    places = np.flatnonzero((bends == peak) & (bends > 8 * around) & (bends > noise))
    places = places[np.argsort(-bends[places], kind="stable")][:_MOST_KINKS]
    chosen: list[int] = []
    for place in places.tolist():
        if all(abs(place - other) > 2 for other in chosen):
            chosen.append(place)
    return [(float(x[place]), float(x[place + 2])) for place in sorted(chosen)]


def _located(function: Function, low: float, high: float) -> float:
    """The place between `low` and `high` where the slope or the function jumps, to some ten digits."""
    first = (low, high)
    for _ in range(_ZOOMS):
        x = np.linspace(low, high, 17)
        y = function(x)
        bends = np.abs(np.diff(y, 2))
        if not np.isfinite(bends).all() or high - low < 1e-9 * max(1.0, abs(low)):
            break
        place = int(np.argmax(bends))
        low, high = float(x[place]), float(x[place + 2])
    return _meeting(function, *first, (low + high) / 2)


def _meeting(function: Function, low: float, high: float, near: float) -> float:
    """Where the straight lines on both sides of a kink meet, if they do so there; else the place itself."""
    a, b, c, d = function(np.array([low - (high - low), low, high, high + (high - low)])).tolist()
    width = high - low
    left, right = (b - a) / width, (d - c) / width
    if left == right or not math.isfinite(left - right):
        return near
    meeting = (b - left * low - c + right * high) / (right - left)
    return meeting if abs(meeting - near) < 1e-3 * width else near
