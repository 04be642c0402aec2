"""Straight pieces: the best line on each of N intervals, with the intervals given or free.

On a stretch where the function is convex (or concave) the best line has the slope m of the chord; its error is half
the gap at the point with f′ = m. With free knots all pieces of a stretch get the same error, by Newton's method for
their knots, and neighbours then meet by themselves. Across an inflection or a kink the other way they do not: the
pieces on its two sides end at opposite sides of the function, E from it. What is continuous there costs a larger E
(`tube`).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from flint import arb

from actviz.analysis.approximation.chebyshev import smallest
from actviz.analysis.approximation.target import Target
from actviz.language.numerics.balls import precision
from actviz.language.numerics.special import Array

_GRID = 4_000  # points at which the bend of a function is looked at
_FLAT = 1e-9  # of the largest bend: less counts as straight
_EXACT = 1e-13
_ZERO = 1e-12  # an inflection this near to 0 is at 0
_NEWTON = 60
_ZOOMS, _ZOOM_POINTS = 7, 17
_EXCHANGES = 20
_LEAST_DAMPING = 1e-6


class Line(NamedTuple):
    """y = slope·x + intercept."""

    slope: float
    intercept: float

    def at(self, x: float) -> float:
        """The height at x."""
        return self.slope * x + self.intercept


class Polygon(NamedTuple):
    """A continuous function of straight pieces.

    Args:
        knots: where pieces meet, both ends of the range included.
        heights: the values there.
    """

    knots: Array
    heights: Array

    def __call__(self, x: Array) -> Array:
        """Values."""
        return np.asarray(np.interp(x, self.knots, self.heights))

    def pieces(self) -> Pieces:
        """The same as lines between knots."""
        slopes = np.diff(self.heights) / np.diff(self.knots)
        lines = zip(slopes.tolist(), (self.heights[:-1] - slopes * self.knots[:-1]).tolist(), strict=True)
        return Pieces(tuple(self.knots.tolist()), tuple(Line(*line) for line in lines))


class Pieces(NamedTuple):
    """Lines, each between two knots; there is one knot more than there are lines."""

    knots: tuple[float, ...]
    lines: tuple[Line, ...]


def free(function: Target, count: int, continuous: bool) -> Pieces:
    """As many best lines as asked for, with knots where they serve best.

    Args:
        function: what is approximated.
        count: how many lines at most.
        continuous: whether they are to meet everywhere.
    """
    from actviz.analysis.approximation import tube

    corners = (function.low, *function.breakpoints, function.high)
    if len(corners) - 1 <= count:
        errors = [line(function, low, high)[1] for low, high in pairwise(corners)]
        if max(errors) <= _EXACT * function.size:  # it consists of straight pieces itself
            return Pieces(corners, tuple(_tangent(function, low / 2 + high / 2) for low, high in pairwise(corners)))
    ends = stretches(function)
    if (continuous and len(ends) > 2) or len(ends) - 1 > count:
        return tube.best(function, count)[0].pieces()
    found, error = _spread(function, ends, count)
    if len(ends) > 2 and tube.leads_through(function, count, error * (1 - 1e-6)):
        polygon, other = tube.best(function, count)
        if other < error:
            return polygon.pieces()
    return found


def _tangent(function: Target, x: float) -> Line:
    """The line that touches the function at a point."""
    with precision(128):
        height, slope = function.series(arb(x), 2)
        return Line(float(slope.mid()), float((height - slope * arb(x)).mid()))


def _spread(function: Target, ends: list[float], count: int) -> tuple[Pieces, float]:
    """Lines spread over stretches: the next one always goes where the error is largest."""
    parts = [chords(function, low, high, 1) for low, high in pairwise(ends)]
    while sum(len(part[0].lines) for part in parts) < count:
        worst = max(range(len(parts)), key=lambda place: parts[place][1])
        if parts[worst][1] <= 1e-14 * function.size:
            break
        number = len(parts[worst][0].lines) + 1
        if len(parts) == 1:
            number = count
        parts[worst] = chords(function, ends[worst], ends[worst + 1], number)
    knots = [function.low]
    lines: list[Line] = []
    for part, _ in parts:
        knots += part.knots[1:]
        lines += part.lines
    return Pieces(tuple(knots), tuple(lines)), max(error for _, error in parts)


def on(function: Target, knots: tuple[float, ...], continuous: bool) -> Pieces:
    """The best lines between given knots, both ends of the range among them."""
    if continuous:
        return _joined(function, np.array(knots)).pieces()
    lines = tuple(line(function, low, high)[0] for low, high in pairwise(knots))
    return Pieces(knots, lines)


def line(function: Target, low: float, high: float) -> tuple[Line, float]:
    """The best line between two points, and its error."""
    x = np.linspace(low, high, 65)
    x = np.union1d(x, [place for place in function.breakpoints if low < place < high])
    middle, half = low / 2 + high / 2, (high - low) / 2
    found = np.zeros(2)
    for _ in range(_EXCHANGES):
        y = inside(function, x, low, high)
        found, left = smallest(y, -np.column_stack([np.ones(x.size), (x - middle) / half]), 4 * function.size + 1)
        near = np.union1d(x, np.linspace(low, high, 513))
        error = inside(function, near, low, high) - found[0] - found[1] * (near - middle) / half
        worst = _closer(function, near, error, found, (middle, half))
        largest = float(
            np.abs(inside(function, worst, low, high) - found[0] - found[1] * (worst - middle) / half).max()
        )
        if largest <= left * (1 + 1e-14) + 1e-15 * function.size:
            break
        x = np.union1d(x, worst)
    slope = float(found[1]) / half
    return Line(slope, float(found[0]) - slope * middle), largest


def _closer(function: Target, x: Array, error: Array, found: Array, scale: tuple[float, float]) -> Array:
    """The places of the largest errors of either sign, by ever finer samples."""
    low, high = float(x[0]), float(x[-1])
    places = []
    for sign in (1.0, -1.0):
        place = int(np.argmax(sign * error))
        left, right = float(x[max(place - 1, 0)]), float(x[min(place + 1, x.size - 1)])
        for _ in range(_ZOOMS):
            near = np.linspace(left, right, _ZOOM_POINTS)
            gap = sign * (inside(function, near, low, high) - found[0] - found[1] * (near - scale[0]) / scale[1])
            best = int(np.argmax(gap))
            left, right = float(near[max(best - 1, 0)]), float(near[min(best + 1, near.size - 1)])
        places.append(float(near[best]))
    return np.array(places)


def inside(function: Target, x: Array, low: float, high: float) -> Array:
    """Values in a closed interval, those at its ends from inside."""
    return function(np.clip(x, math.nextafter(low, high), math.nextafter(high, low)))


def _joined(function: Target, knots: Array) -> Polygon:
    """The polygon of least error with these knots."""
    from actviz.analysis.approximation.tube import worst_places

    x = np.union1d(np.union1d(knots, function.sampled(256)), np.concatenate([knots[:-1] + np.diff(knots) / 2]))
    polygon = Polygon(knots, function(knots))
    best, least = polygon, worst_places(function, polygon)[1]
    for _ in range(_EXCHANGES):
        segment = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, knots.size - 2)
        share = (x - knots[segment]) / np.diff(knots)[segment]
        slopes = np.zeros((x.size, knots.size))
        slopes[np.arange(x.size), segment] = share - 1
        slopes[np.arange(x.size), segment + 1] = -share
        step, left = smallest(function(x) - polygon(x), slopes, 4 * least)
        polygon = Polygon(knots, polygon.heights + step)
        worst, largest = worst_places(function, polygon)
        if largest < least:
            best, least = polygon, largest
        if largest <= left * (1 + 1e-12) + 1e-14 * function.size:
            break
        x = np.union1d(x, worst)
    return best


def stretches(function: Target) -> list[float]:
    """The ends of the range, and between them the points where a convex function turns concave or jumps."""
    x = np.union1d(function.sampled(_GRID), np.array(function.breakpoints))
    y = function(x)
    jumps = {place for place, _, _ in function.jumps}
    slopes = np.diff(y) / np.diff(x)
    bends = np.diff(slopes)
    scale = float(np.max(np.abs(bends), initial=0.0))
    signs = np.where(np.abs(bends) > _FLAT * scale + 1e-13 * np.abs(slopes).max(), np.sign(bends), 0.0)
    ends = [function.low]
    before, at = 0.0, 0
    for place, sign in enumerate(signs.tolist(), 1):
        if x[place] in jumps or (place > 1 and x[place - 1] in jumps):
            sign = 0.0
        if x[place] in jumps:
            ends.append(float(x[place]))
            before = 0.0
        elif sign:
            if before and sign != before:
                ends.append(_turn(function, float(x[at]), float(x[place]), before))
            before, at = sign, place
    return [*ends, function.high]


def _turn(function: Target, low: float, high: float, sign: float) -> float:
    """Where the second derivative, of this sign before, changes it; a breakpoint between is taken for the place."""
    for place in function.breakpoints:
        if low <= place <= high:
            return place
    with precision(128):
        for _ in range(60):
            middle = low / 2 + high / 2
            bend = function.series(arb(middle), 3)[2]
            if middle in (low, high) or bend.contains(0) or abs(middle) < _ZERO * (function.high - function.low):
                return middle if abs(middle) > _ZERO * (function.high - function.low) else 0.0
            if (bend > 0) == (sign > 0):
                low = middle
            else:
                high = middle
    return low


def chords(function: Target, low: float, high: float, count: int) -> tuple[Pieces, float]:
    """So many lines of equal error on a stretch where the function bends one way, and that error."""
    knots = _spaced(function, low, high, count)
    gaps, slopes_low, slopes_high, _ = _gaps(function, knots, low, high)
    for _ in range(_NEWTON):
        error = float(gaps.mean())
        if count == 1 or gaps.max() - gaps.min() <= 1e-14 * function.size + 1e-13 * error:
            break
        matrix = np.zeros((count, count))  # the inner knots, and last the error
        matrix[:, -1] = -1.0
        rows = np.arange(count - 1)
        matrix[rows, rows] += slopes_high[:-1]
        matrix[rows + 1, rows] += slopes_low[1:]
        try:
            step = np.linalg.solve(matrix, error - gaps)[:-1]
        except np.linalg.LinAlgError:
            break
        share = 1.0
        while share > _LEAST_DAMPING:
            moved = knots.copy()
            moved[1:-1] += share * step
            if (np.diff(moved) > 0).all():
                trial = _gaps(function, moved, low, high)
                if np.ptp(trial[0]) < np.ptp(gaps):
                    break
            share /= 2
        else:
            break
        knots, (gaps, slopes_low, slopes_high, _) = moved, trial
    gaps, _, _, signs = _gaps(function, knots, low, high)
    if np.ptp(gaps) > 1e-9 * function.size + 1e-6 * gaps.max():  # a kink in it
        return _walked(function, low, high, count)
    heights = inside(function, knots, low, high)
    slopes = np.diff(heights) / np.diff(knots)
    lines = [
        Line(slope, height + sign * gap - slope * knot)
        for slope, height, sign, gap, knot in zip(
            slopes.tolist(), heights[:-1].tolist(), signs.tolist(), gaps.tolist(), knots[:-1].tolist(), strict=True
        )
    ]
    return Pieces(tuple(knots.tolist()), tuple(lines)), float(gaps.max())


def _walked(function: Target, low: float, high: float, count: int) -> tuple[Pieces, float]:
    from actviz.analysis.approximation import tube

    polygon, error = tube.best(function.between(low, high), count)
    return polygon.pieces(), error


def _gaps(function: Target, knots: Array, low: float, high: float) -> tuple[Array, Array, Array, Array]:
    """Half the gap between function and chord on each interval, its slopes in both knots, and the side it is on."""
    heights = inside(function, knots, low, high)
    widths = np.diff(knots)
    chord = np.diff(heights) / widths
    shares = np.linspace(0.0, 1.0, _ZOOM_POINTS)
    left, right = knots[:-1].copy(), knots[1:].copy()
    rows = np.arange(widths.size)
    for _ in range(_ZOOMS):
        points = left[:, None] + (right - left)[:, None] * shares
        gap = inside(function, points, low, high) - heights[:-1, None] - chord[:, None] * (points - knots[:-1, None])
        best = np.argmax(np.abs(gap), axis=1)
        left, right = points[rows, np.maximum(best - 1, 0)], points[rows, np.minimum(best + 1, _ZOOM_POINTS - 1)]
    at, largest = points[rows, best], gap[rows, best]
    signs = np.sign(largest)
    step = 1e-6 * widths
    start = (inside(function, knots[:-1] + step, low, high) - heights[:-1]) / step - chord
    end = (heights[1:] - inside(function, knots[1:] - step, low, high)) / step - chord
    share = (at - knots[:-1]) / widths
    return (
        np.abs(largest) / 2,
        -signs * (1 - share) * start / 2,
        -signs * share * end / 2,
        signs,
    )


def _spaced(function: Target, low: float, high: float, count: int) -> Array:
    """Knots as they are for very many pieces: as dense as the root of the bend."""
    x = np.linspace(low, high, 1025)
    bends = np.abs(np.diff(inside(function, x, low, high), 2))
    density = np.sqrt(bends + 1e-4 * bends.mean() + 1e-300)
    share = np.concatenate(
        [[0.0], np.cumsum(np.concatenate([density[:1], (density[1:] + density[:-1]) / 2, density[-1:]]))]
    )
    knots = np.interp(np.linspace(0.0, share[-1], count + 1), share, x)
    knots[0], knots[-1] = low, high
    return np.asarray(knots)


def asymptote(function: Target, count: int) -> float:
    """(∫√|f″|)²/16N², what the least error of N free pieces comes to for large N; between its breakpoints."""
    total = 0.0
    nodes, weights = np.polynomial.legendre.leggauss(8)
    ends = np.unique(
        np.concatenate(
            [np.linspace(function.low, function.high, 257), np.array(stretches(function)), function.breakpoints]
        )
    )
    with precision(64):
        for low, high in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            x = (low + high) / 2 + (high - low) / 2 * nodes
            bends = [abs(2 * function.series(arb(float(point)), 3)[2]) for point in x]
            values = [math.sqrt(float(bend.mid())) if bend.is_finite() else 0.0 for bend in bends]
            total += float(np.dot(weights, values)) * (high - low) / 2
    return total**2 / (16 * count**2)
