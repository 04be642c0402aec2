"""The best continuous function of straight pieces, with free knots, in the maximum norm: a walk through a tube.

A function is within E of f where it stays in the tube between f − E and f + E. How few straight pieces lead through a
tube is found by going as far as possible with each: a piece ends where the steepest and the flattest line through what
was passed meet. On a convex stretch these pieces are its chords, moved by half their gap, and all have the same error.
The least E for which N pieces are enough is bisected. The tube is looked at in points, and where a line leaves it;
points at which the result errs most are added until nothing changes (Remez's exchange), so that it is the optimum of
the whole function, across inflections, kinks and jumps too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from actviz.analysis.approximation.lines import Line, Polygon
from actviz.analysis.approximation.target import Target, peaks, refined
from actviz.language.numerics.special import Array

_START = 256  # points of the tube to start from
_LOOK = 4_096  # points at which the largest errors are looked for
_ROUNDS = 12
_SECANTS = 40
_CLOSE = 1e-9  # of the range: knots nearer to one another are one
_ZERO = 1e-12  # a knot this near to 0 is at 0
_HALVINGS = 60
_SETTLED = 1e-13  # relative to the height of the function, or to the error
_Point = tuple[float, float]


class _Reach(NamedTuple):
    """A line and the x up to which it is followed."""

    line: Line
    end: float


class _Leg(NamedTuple):
    """A line, the first point that it misses, the last ones it touches below and above, and whether it is too high."""

    line: Line
    end: int
    low: int
    high: int
    above: bool


class Tube(NamedTuple):
    """Points with the lowest and highest value of the function near each; the two differ at a jump."""

    x: Array
    low: Array
    high: Array


def best(function: Target, pieces: int) -> tuple[Polygon, float]:
    """The best polygon of so many pieces, and its largest error."""
    points = function.sampled(max(_START, 8 * pieces))
    low, top = 0.0, function.size
    polygon, error = Polygon(np.array([function.low, function.high]), np.zeros(2)), math.inf
    for _ in range(_ROUNDS):
        walk = _Walk(function, points)
        low = walk.least(pieces, low, top)
        new = walk.polygon(low, pieces)
        worst, largest = worst_places(function, new)
        if largest < error:
            polygon, error = new, largest
        if error <= low + _SETTLED * max(low, 1e-2 * function.size):
            break
        top = min(top, error)
        points = np.union1d(points, worst)
    return polygon, error


def worst_places(function: Target, line: Polygon) -> tuple[Array, float]:
    """The places where the error of a polygon is largest or smallest, its knots among them, and the largest error."""
    knots = line.knots
    x = np.union1d(function.sampled(_LOOK), knots)
    with np.errstate(all="ignore"):
        error = function(x) - line(x)
    places = np.flatnonzero(np.isin(x, function.breakpoints) | np.isin(x, knots))
    found = refined(function, line, x, np.union1d(peaks(error, x), places))
    found = np.union1d(found, np.union1d(np.array(function.breakpoints), knots))
    sizes = [float(np.nanmax(np.abs(function(found) - line(found))))]
    for place, left, right in function.jumps:
        height = float(line(np.array([place]))[0])
        sizes += [abs(left - height), abs(right - height)]
    return found, max(sizes)


def tube(function: Target, x: Array) -> Tube:
    """The function at points, with both limits at its jumps."""
    low = function(x)
    high = low.copy()
    for place, left, right in function.jumps:
        at = np.flatnonzero(x == place)
        if at.size:
            low[at], high[at] = min(left, right), max(left, right)
    return Tube(x, low, high)


def leads_through(function: Target, pieces: int, error: float) -> bool:
    """Whether some continuous polygon of so many pieces about has this error, as far as sampled points tell."""
    return len(_Walk(function, function.sampled(2 * _LOOK // 8)).lines(error, pieces)) <= pieces


class _Walk:
    """Ways through the tube around a function, which is looked at in points and where a line leaves it.

    Args:
        function: the function.
        points: where the tube is looked at.
    """

    def __init__(self, function: Target, points: Array) -> None:
        self.function = function
        shape = tube(function, points)
        self.x = shape.x.tolist()
        self.bottom, self.top = shape.low.tolist(), shape.high.tolist()
        self.jump = float(np.max(shape.high - shape.low)) / 2
        self.size = function.size
        step = np.diff(shape.x, append=2 * shape.x[-1] - shape.x[-2]) / 64
        self.right_slopes = _slopes(function, shape.x[:-1], step[:-1]).tolist()
        self.left_slopes = [0.0, *_slopes(function, shape.x[1:], -step[:-1]).tolist()]

    def least(self, pieces: int, low: float, high: float) -> float:
        """The least error with which so many pieces lead through."""
        low = max(low, self.jump)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            if middle in (low, high) or high - low <= 1e-15 * high:
                break
            if len(self.lines(middle, pieces)) <= pieces:
                high = middle
            else:
                low = middle
        return high

    def polygon(self, error: float, pieces: int) -> Polygon:
        """The polygon with this error."""
        lines = self.lines(error, pieces)
        knots, heights = [self.x[0]], [lines[0].line.at(self.x[0])]
        for (first, left), (second, _) in pairwise(lines):
            gap = first.slope - second.slope
            meet = (second.intercept - first.intercept) / gap if gap else left
            if abs(meet) < _ZERO * (self.x[-1] - self.x[0]):
                meet = 0.0
            knots.append(min(max(meet, knots[-1]), left))
            heights.append(first.at(knots[-1]))
        knots.append(self.x[-1])
        heights.append(lines[-1].line.at(self.x[-1]))
        least = _CLOSE * (knots[-1] - knots[0])
        kept = [0, *(place for place in range(1, len(knots) - 1) if knots[place] > knots[place - 1] + least)]
        if len(kept) > 1 and knots[kept[-1]] > knots[-1] - least:
            kept.pop()  # what is left over for the last piece is rounding
        kept.append(len(knots) - 1)
        return Polygon(np.array(knots)[kept], np.array(heights)[kept])

    def lines(self, error: float, most: int) -> list[_Reach]:
        """As few lines as lead through the tube, each as far as it goes; at most one more than `most`."""
        found: list[_Reach] = []
        bottom = top = 0  # from where on the line is to be above, and below
        floor: list[_Point] = []
        ceiling: list[_Point] = []
        while True:
            leg = self.leg(error, bottom, top, floor, ceiling)
            if leg.end >= len(self.x) or len(found) == most:
                return [*found, _Reach(leg.line, self.x[-1])]
            exit_ = self.exit(leg, error)
            found.append(_Reach(leg.line, exit_[0]))
            # Where the next line turns down, it meets this one after this one's last touch below; and so on.
            if leg.above:
                bottom, top, floor, ceiling = leg.low, leg.end, [], [exit_]
            else:
                bottom, top, floor, ceiling = leg.end, leg.high, [exit_], []

    def exit(self, leg: _Leg, error: float) -> _Point:
        """Where a line leaves the tube before the first point that it misses; the function is a cubic in between."""
        line, side, place = leg.line, 1 if leg.above else -1, leg.end - 1
        start, end = self.x[place], self.x[place + 1]
        first = (self.bottom if leg.above else self.top)[place]
        last = (self.bottom if leg.above else self.top)[place + 1]
        width = end - start
        right, left = self.right_slopes[place] * width, self.left_slopes[place + 1] * width

        def outside(share: float) -> float:
            rest = 1 - share
            value = rest * rest * ((1 + 2 * share) * first + share * right) + share * share * (
                (1 + 2 * rest) * last - rest * left
            )
            return float(side * (line.at(start + share * width) - value) - error)

        low, high = 0.0, 1.0
        before, after = outside(low), outside(high)
        for _ in range(
            _SECANTS if before < 0 < after else 0
        ):  # regula falsi, an end that stays counting half (Illinois)
            share = high - after * (high - low) / (after - before)
            if not low < share < high:
                break
            here = outside(share)
            if here > 0:
                high, after, before = share, here, before / 2
            else:
                low, before, after = share, here, after / 2
            if abs(here) <= 1e-16 * self.size:
                break
        x = start + low * width
        return x, line.at(x)

    def leg(self, error: float, bottom: int, top: int, floor: list[_Point], ceiling: list[_Point]) -> _Leg:
        """The line that is above the floor from `bottom` on and below the ceiling from `top` on, as far as it goes.

        Args:
            error: half the height of the tube.
            bottom: the first point at which the line has to be above the floor.
            top: and below the ceiling.
            floor: a point before that it has to be above as well, or none.
            ceiling: likewise below.
        """
        low_hull, low_places = list(floor), [bottom] * len(floor)
        high_hull, high_places = list(ceiling), [top] * len(ceiling)
        steep: Line | None = None
        flat: Line | None = None
        steep_low = flat_low = bottom
        steep_high = flat_high = top
        for place in range(min(bottom, top), len(self.x)):
            at = self.x[place]
            below = self.top[place] - error if place >= bottom else None
            above = self.bottom[place] + error if place >= top else None
            if steep is not None and flat is not None:
                if below is not None and below > steep.at(at):
                    return _Leg(steep, place, steep_low, steep_high, False)
                if above is not None and above < flat.at(at):
                    return _Leg(flat, place, flat_low, flat_high, True)
            if above is not None and low_hull and at > low_hull[0][0] and (steep is None or above < steep.at(at)):
                spot = _tangent(low_hull, at, above, 1)
                steep, steep_low, steep_high = _joined(low_hull[spot], (at, above)), low_places[spot], place
            if below is not None and high_hull and at > high_hull[0][0] and (flat is None or below > flat.at(at)):
                spot = _tangent(high_hull, at, below, -1)
                flat, flat_high, flat_low = _joined(high_hull[spot], (at, below)), high_places[spot], place
            if below is not None:
                _extend(low_hull, low_places, (at, below), place, -1)
            if above is not None:
                _extend(high_hull, high_places, (at, above), place, 1)
        if steep is not None and flat is not None:
            line = Line((steep.slope + flat.slope) / 2, (steep.intercept + flat.intercept) / 2)
        else:
            line = steep or flat or Line(0.0, (low_hull or high_hull)[0][1])
        return _Leg(line, len(self.x), bottom, top, False)


def _slopes(function: Target, x: Array, step: Array) -> Array:
    """One-sided derivatives, from the values at three points."""
    start = x + 1e-9 * step  # not on the other side of a jump
    return np.asarray((4 * function(x + step) - 3 * function(start) - function(x + 2 * step)) / (2 * step))


def _tangent(hull: Sequence[_Point], at: float, height: float, sign: int) -> int:
    """The point of a hull from which the line to (at, height) has the least slope (`sign` 1) or the largest (−1)."""
    low, high = 0, len(hull) - 1
    while low < high:  # the slopes fall and then rise along the hull
        middle = (low + high) // 2
        first, second = hull[middle], hull[middle + 1]
        here = (height - first[1]) / (at - first[0])
        there = (height - second[1]) / (at - second[0])
        if sign * (there - here) <= 0:
            low = middle + 1
        else:
            high = middle
    return low


def _extend(hull: list[_Point], places: list[int], point: _Point, place: int, sign: int) -> None:
    """Add a point at the right to the upper hull (`sign` −1) or the lower one (1)."""
    while len(hull) > 1:
        (x0, y0), (x1, y1) = hull[-2], hull[-1]
        if sign * ((x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)) > 0:
            break
        hull.pop()
        places.pop()
    hull.append(point)
    places.append(place)


def _joined(first: _Point, second: _Point) -> Line:
    slope = (second[1] - first[1]) / (second[0] - first[0])
    return Line(slope, second[1] - slope * second[0])
