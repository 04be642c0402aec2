"""The largest error of an approximation, proved with balls.

The range is cut into cells, and in each the error is enclosed: by its series in the middle, with an enclosure of
the last coefficient over the cell; by its values at the ends where an enclosure of its slope has one sign; by a ball
over the whole cell where there is no series. The cell with the largest bound is halved until that
bound exceeds a value that is attained by no more than `_CLOSE`. What is beyond the range is cut by powers of two up
to |x| = 10¹², and nearer where need be, with as many bits as the size of x asks for; further out the balls of some
functions take gigabytes.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count, pairwise
from typing import NamedTuple

from flint import arb

from actviz.analysis.approximation.results import Bound, Part
from actviz.language.numerics.balls import ball, precision, taylor
from actviz.language.syntax import Node, Operation

_CLOSE = 1e-10  # how far, relatively, the bound may be above a value that is attained
_MOST_CELLS = 20_000
_BITS = 128
_ANY = 1e200  # any bound will do
_FEW_CELLS = 2_000  # to find out whether there is a bound at all
_ORDERS = (2, 8)  # of the last term of the series, the second where the first says too little
_NEAR = 100.0  # further out, where there are thousands of bits, the second would take long
_STEP = 256  # precisions differ by this much, since a tree is prepared for each anew
_REACHES = (1e12, 1e6, 1e3, 1e2)  # where balls give up on a function far out, the proof ends nearer by
_LADDER = (300.0, 1e3, 1e6, 1e8, 1e10, 1e12)
_RISE = 1e-2
_CLOSE_FAR, _MOST_FAR = 1e-6, 3_000
_OVERLAP = 4
_UNDECIDED = 1e-20
_LOOSE = 4.0  # a bound so many times what is attained says little: one for a smaller reach is looked for
_GAP = 1e-9  # cells this narrow are not halved where there is a quotient of zeros
_RATIO = 16.0  # of the ends of the first cells far out
_NOTHING = 1e-300  # bounds this small are not made smaller
_HUGE = 1e100  # an error of this size far out grows without bound


class _Cell(NamedTuple):
    bound: float  # negative, so that a heap gives the largest first
    order: int
    low: float
    high: float
    error: Node


class _Search:
    """A search for the largest error over cells.

    Args:
        values: the parameters' numbers.
    """

    def __init__(self, values: Mapping[str, float]) -> None:
        self.values = values
        self.cells: list[_Cell] = []
        self.best = 0.0
        self.where = math.nan
        self.numbers = count()
        self.gaps: list[float] = []

    def add(self, low: float, high: float, error: Node) -> None:
        """Enclose the error in a cell, and keep what it attains in its middle and at its ends."""
        bits = _BITS + _STEP * -(-2 * max(0, _exponent(low, high) - 8) // _STEP)
        with precision(bits):
            bound = self.enclosed(low, high, error)
        if math.isinf(bound) and high - low <= _GAP * max(1.0, abs(low)) and self.is_removable(low, high, error):
            self.gaps.append(_middle(low, high))
        elif not bound <= self.best:  # of cells without a bound the newest is halved first, and leads to the place
            heapq.heappush(self.cells, _Cell(-bound, -next(self.numbers), low, high, error))

    def enclosed(self, low: float, high: float, error: Node) -> float:
        """An upper bound on |error| in a cell."""
        ends = [self.attained(x, error) for x in (low, high)]
        middle = _middle(low, high)
        if middle in (low, high):
            return _upper(ball(error, self.values, arb(low).union(arb(high))))
        self.attained(middle, error)
        cell = arb(low).union(arb(high))
        _, slope, bend = taylor(error, self.values, cell, 3)
        if (slope > 0 or slope < 0) and all(map(math.isfinite, ends)):
            return max(ends)
        bound = _upper(ball(error, self.values, cell))
        reach = _up(max(high - middle, middle - low))
        far = max(abs(low), abs(high)) > _NEAR
        for order in (_ORDERS[:1] if far else _ORDERS) if bend.is_finite() else ():
            if bound <= self.best:
                break
            bound = min(bound, self.by_series(error, cell, middle, reach, order))
        return bound

    def by_series(self, error: Node, cell: arb, middle: float, reach: float, order: int) -> float:
        """An upper bound from the series in the middle, its last coefficient enclosed over the cell."""
        known = taylor(error, self.values, arb(middle), order)
        known.append(taylor(error, self.values, cell, order + 1)[order])
        total, power = arb(0), arb(1)
        for place, coefficient in enumerate(known):
            total += coefficient * (power.union(-power) if place % 2 else power.union(arb(0)) if place else power)
            power *= reach
        return _upper(total)

    def is_removable(self, low: float, high: float, error: Node) -> bool:
        """Whether the error settles towards a place without a value, from both sides, as at a quotient of zeros."""
        place = min((low, high), key=lambda x: math.isfinite(self.attained(x, error)))
        for side in (-1, 1):
            near = [ball(error, self.values, arb(place) + side * arb(step)) for step in (1e-6, 1e-9, 1e-12)]
            if not all(value.is_finite() for value in near) or not abs(near[1] - near[2]) < 1e-5 + 1e-5 * abs(near[0]):
                return False
        return True

    def attained(self, x: float, error: Node) -> float:
        """An upper bound on |error| at a point, whose lower bound is kept if it is the largest so far."""
        size = abs(ball(error, self.values, arb(x)))
        if not size.is_finite():
            return math.inf
        least = math.nextafter(float(size.lower()), -math.inf)
        if least > self.best:
            self.best, self.where = least, x
        return _upper(size)

    def run(self, close: float = _CLOSE, most: int = _MOST_CELLS) -> Bound:
        """Halve the worst cell until its bound is close to what is attained, or many have been."""
        for _ in range(most):
            bound = -self.cells[0].bound if self.cells else 0.0
            if math.isfinite(bound) and bound <= self.best + self.best * close + _NOTHING:
                break
            cell = self.cells[0]
            middle = _middle(cell.low, cell.high)
            if middle in (cell.low, cell.high):
                break
            heapq.heappop(self.cells)
            self.add(cell.low, middle, cell.error)
            self.add(middle, cell.high, cell.error)
        largest = max(self.best, -self.cells[0].bound) if self.cells else self.best
        return Bound(_up(largest), self.best, self.where, gaps=tuple(self.gaps))


class Truth(NamedTuple):
    """The function that errors are taken from.

    Args:
        tree: its tree.
        values: the numbers of its parameters, and of those in its approximation.
        pieces: its smooth formulas from left to right, each with the interval where it holds.
    """

    tree: Node
    values: Mapping[str, float]
    pieces: Sequence[Part]

    def cells(self, low: float, high: float, stand_in: Node | None) -> Iterator[tuple[float, float, Node]]:
        """An interval cut where the function changes its formula, with the error in each part.

        Neighbours overlap by a few float64 numbers: a place where a formula changes is that near to the one known.
        """
        for piece in self.pieces:
            start = low if piece.low <= low else _moved(piece.low, -_OVERLAP)
            end = high if piece.high >= high else _moved(piece.high, _OVERLAP)
            if piece.low < high and piece.high > low:
                yield start, end, piece.tree if stand_in is None else Operation("-", piece.tree, stand_in)

    def joints(self, low: float, high: float) -> list[float]:
        """Where the function changes its formula in an interval; its right end is the left one of the next."""
        return [piece.low for piece in self.pieces[1:] if low <= piece.low < high]


def _moved(x: float, steps: int) -> float:
    """The float64 so many further on."""
    for _ in range(abs(steps)):
        x = math.nextafter(x, math.copysign(math.inf, steps))
    return x


def largest(function: Truth, parts: Sequence[Part]) -> Bound:
    """The largest error in a bounded range.

    Args:
        function: what is approximated.
        parts: the approximation there, piece by piece.
    """
    search = _Search(function.values)
    taken = 0.0
    for part in parts:
        for low, high, error in function.cells(part.low, part.high, part.tree):
            search.add(low, high, error)
        taken = max(taken, _at_joints(search, function, part))
    found = search.run()
    if math.isnan(found.where):
        found = replace(found, where=parts[0].low)
    return replace(found, largest=max(found.largest, taken))


def _at_joints(search: _Search, function: Truth, part: Part) -> float:
    """The largest error at the points where the formula changes, whose own values may be on neither side."""
    error = Operation("-", function.tree, part.tree)
    worst = 0.0
    for x in function.joints(part.low, part.high):
        with precision(_BITS):
            if ball(error, function.values, arb(x)).rad() < _UNDECIDED:  # else it is that of one of the sides
                worst = max(worst, search.attained(x, error))
    return worst


def is_bounded(function: Truth, low: float, high: float) -> Bound:
    """Whether the function is finite throughout a range: its `largest` is finite then; else about where not."""
    search = _Search(function.values)
    for start, end, tree in function.cells(low, high, None):
        search.add(start, end, tree)
    found = search.run(_ANY, _FEW_CELLS)
    if math.isfinite(found.largest):
        return found
    worst = search.cells[0]
    return Bound(math.inf, search.best, _middle(worst.low, worst.high))


def beyond(function: Truth, tails: Sequence[Part]) -> Bound:
    """The largest error to both sides of the range, up to |x| = 10¹².

    Args:
        function: what is approximated.
        tails: the approximation there; their outer ends are infinite.
    """
    for tail in tails:
        side = 1 if tail.high == math.inf else -1
        if _grows(Operation("-", function.tree, tail.tree), function.values, side):
            return Bound(math.inf, math.inf, side * math.inf, grows=True)
    for reach in _REACHES:
        search = _Search(function.values)
        taken = 0.0
        for tail in tails:
            for start, end in _outwards(tail, 1 if tail.high == math.inf else -1, reach):
                for low, high, error in function.cells(start, end, tail.tree):
                    search.add(low, high, error)
            taken = max(taken, _at_joints(search, function, tail))
        found = search.run(_CLOSE_FAR, _MOST_FAR)
        if found.largest <= _LOOSE * found.attained:
            break
    return replace(found, reach=reach, largest=max(found.largest, taken))


def _grows(error: Node, values: Mapping[str, float], side: int) -> bool:
    """Whether an error grows without bound: it is huge at some point, or grows as much from each step to the next."""
    with precision(_BITS + 2 * _STEP):
        sizes = [abs(ball(error, values, arb(side * x))) for x in _LADDER]
    if any(size > _HUGE for size in sizes):
        return True
    steps = [second - first for first, second in pairwise(sizes[-4:])]
    return all(step > _RISE for step in steps) and bool(2 * steps[-1] > steps[-2]) and bool(2 * steps[-2] > steps[-3])


def _outwards(tail: Part, side: int, reach: float) -> Iterator[tuple[float, float]]:
    """The first cells of a tail."""
    start = tail.low if side > 0 else -tail.high
    places = [start, 1.0] if start < 1 else [start]
    while places[-1] < reach / _RATIO:
        places.append(places[-1] * _RATIO)
    for low, high in pairwise([*places, max(reach, places[-1])]):
        yield (low, high) if side > 0 else (-high, -low)


def _middle(low: float, high: float) -> float:
    """Where a cell is halved: by magnitude where its ends are far apart."""
    if low > 0 and high > 2 * low:
        return math.sqrt(low) * math.sqrt(high)
    if high < 0 and low < 2 * high:
        return -math.sqrt(-low) * math.sqrt(-high)
    return low / 2 + high / 2


def _exponent(low: float, high: float) -> int:
    return math.frexp(max(abs(low), abs(high)))[1]


def _upper(size: arb) -> float:
    return _up(float(abs(size).upper())) if size.is_finite() else math.inf


def _up(value: float) -> float:
    """The next float64, so that rounding leaves a bound one."""
    return value if value == 0 else math.nextafter(value, math.inf)
