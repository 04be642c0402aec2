"""Remez's algorithm in 50 digits and more: the polynomial, or quotient of polynomials, whose largest error is least.

On a reference of as many points as there are unknowns the error is made to have one size and alternating signs; then
the reference is exchanged for the places where the error is largest, until both agree. For quotients the equations are
not linear; Newton's method solves them, from a start by weighted least squares (Lawson's iteration) in float64.
Polynomials are sums of Chebyshev's on the way, which keeps the equations well conditioned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from flint import arb

from actviz.analysis.approximation.exact import fraction, solved
from actviz.analysis.approximation.target import Target
from actviz.errors import ActvizError
from actviz.language.numerics.special import Array

_ROUNDS = 60
_LEVEL = arb("1e-25")  # how far the extremes may differ in size, relatively, when it ends
_GRID = 16  # points looked at for each unknown
_ZOOMS = 5
_LAWSON = 400
_MOVES, _TEMPER = 300, 0.15
_NEWTON = 60
_NOTHING = arb("1e-45")
_FLOAT = arb("1e-14")
_STALLED = arb("1e-12")


@dataclass(frozen=True)
class Basis:
    """xˢ·Tₖ(t) for k < count, where t runs from −1 to 1 with x, or with x².

    Args:
        count: how many functions.
        first: s, the power of x in front.
        squares: whether t runs with x².
        low: the left end.
        high: the right end.
    """

    count: int
    first: int
    squares: bool
    low: float
    high: float

    def at(self, x: arb) -> list[arb]:
        """The values of all functions at a point."""
        low, high = arb(self.low), arb(self.high)
        u = x * x if self.squares else x
        bottom, top = (low * low, high * high) if self.squares else (low, high)
        t = (2 * u - bottom - top) / (top - bottom)
        values = [arb(1), t]
        while len(values) < self.count:
            values.append(2 * t * values[-1] - values[-2])
        front = x**self.first
        return [front * value for value in values[: self.count]]

    def powers(self, weights: Sequence[arb]) -> list[Fraction]:
        """The coefficients of 1, x, x², … of a weighted sum."""
        low, high = Fraction(self.low), Fraction(self.high)
        bottom, top = (low * low, high * high) if self.squares else (low, high)
        line = [-(bottom + top) / (top - bottom), Fraction(2) / (top - bottom)]
        before, here = [Fraction(0)], [Fraction(1)]
        total = [Fraction(0)] * self.count
        for place, weight in enumerate(weights):
            for power, value in enumerate(here):
                total[power] += fraction(weight) * value
            factor = line if place == 0 else [2 * value for value in line]
            before, here = here, _minus(_times(factor, here), before)
        step = 2 if self.squares else 1
        spread = [Fraction(0)] * (self.first + step * (self.count - 1) + 1)
        for power, value in enumerate(total):
            spread[self.first + step * power] = value
        return spread


def _times(first: list[Fraction], second: list[Fraction]) -> list[Fraction]:
    product = [Fraction(0)] * (len(first) + len(second) - 1)
    for place, value in enumerate(first):
        for spot, other in enumerate(second):
            product[place + spot] += value * other
    return product


def _minus(first: list[Fraction], second: list[Fraction]) -> list[Fraction]:
    longer = [*second, *[Fraction(0)] * (len(first) - len(second))]
    return [value - other for value, other in zip(first, longer, strict=True)]


class Quotient(NamedTuple):
    """P/Q in two bases, the first weight of Q being 1; a polynomial where Q has only that one."""

    above: Basis
    below: Basis
    p: list[arb]
    q: list[arb]
    error: arb

    def parts(self, x: arb) -> tuple[arb, arb]:
        """Numerator and denominator."""
        return _dot(self.p, self.above.at(x)), _dot(self.q, self.below.at(x))

    def at(self, x: arb) -> arb:
        """The value."""
        above, below = self.parts(x)
        return above / below


def _dot(weights: Sequence[arb], values: Sequence[arb]) -> arb:
    total = arb(0)
    for weight, value in zip(weights, values, strict=True):
        total += weight * value
    return total.mid()


def best(function: Target, value: Callable[[arb], arb], above: Basis, below: Basis) -> Quotient:
    """The quotient whose largest error on the interval of its bases is least.

    Args:
        function: gives where formulas change.
        value: the function, at the precision that is set.
        above: of the numerator.
        below: of the denominator; of one function for a polynomial.

    Raises:
        ActvizError: none was found, as where the best one has lower degrees.
    """
    low, high = above.low, above.high
    unknowns = above.count + below.count
    grid = _grid(function, low, high, _GRID * unknowns)
    values = [value(x).mid() for x in grid]
    level = _FLOAT * max(map(abs, values))
    if below.count == 1:
        if above.first:  # at 0 an odd function has no error
            share = np.sin(np.pi / 2 * np.arange(1, unknowns + 1) / unknowns)
        else:
            share = (1 - np.cos(np.pi * np.arange(unknowns) / (unknowns - 1))) / 2
        reference: list[arb] | None = [arb(float(x)) for x in low + (high - low) * share]
        found = Quotient(above, below, [arb(0)] * above.count, [arb(1)], arb(0))
    else:
        found, reference = _started(above, below, grid, values, value, level)
        if reference is None and found.error < level:
            return found  # as good as can be told, as where the function is such a quotient itself
    largest = size = arb(0)
    for _ in range(_ROUNDS):
        if reference is None:
            raise _none(above, below)
        found = _levelled(found, value, reference)
        near = zip(grid, values, strict=True)
        if all(abs(height - found.at(x)) < _NOTHING * (1 + abs(height)) for x, height in near):
            return found  # the function itself
        reference, largest = _exchange(found, value, grid, values, unknowns)
        size = abs(found.error)
        if largest - size <= _LEVEL * largest + arb("1e-60"):
            return found
    if largest - size <= _STALLED * largest:
        return found
    raise _none(above, below)


def _started(
    above: Basis,
    below: Basis,
    grid: Sequence[arb],
    values: Sequence[arb],
    value: Callable[[arb], arb],
    level: arb,
) -> tuple[Quotient, list[arb] | None]:
    """A quotient that is nearly the best, with its reference; without one where there are too few extremes."""
    kept: Quotient | None = None
    for start in (_start, _spread):
        found = start(above, below, grid, values)
        if found is None:
            continue
        kept = found
        reference = _exchange(found, value, grid, values, above.count + below.count)[0]
        if reference is not None or found.error < level:
            return found, reference
    if kept is None:
        raise _none(above, below)
    return kept, None


def _none(above: Basis, below: Basis) -> ActvizError:
    kind = "polynomial" if below.count == 1 else "quotient"
    count = above.count + below.count - 1
    return ActvizError(
        f"no best {kind} with {count} coefficients was found from {above.low:g} to {above.high:g}",
        "Its degrees may be more than are of use there: try others, or another --range.",
    )


def _grid(function: Target, low: float, high: float, count: int) -> list[arb]:
    """Points denser towards the ends, breakpoints among them."""
    x = low / 2 + high / 2 - (high - low) / 2 * np.cos(np.pi * np.arange(count + 1) / count)
    x[0], x[-1] = low, high
    x = np.union1d(x, [place for place in function.breakpoints if low < place < high])
    return [arb(float(point)) for point in x]


def _levelled(found: Quotient, value: Callable[[arb], arb], reference: Sequence[arb]) -> Quotient:
    """The quotient with errors of one size and alternating signs at the reference."""
    above, below = found.above, found.below
    tops, bottoms = [above.at(x) for x in reference], [below.at(x) for x in reference]
    heights = [value(x).mid() for x in reference]
    signs = [1 if place % 2 == 0 else -1 for place in range(len(reference))]
    p, q, error = found.p, found.q, found.error
    for _ in range(1 if below.count == 1 else _NEWTON):
        rows, right = [], []
        for top, bottom, height, sign in zip(tops, bottoms, heights, signs, strict=True):
            above_here, below_here = _dot(p, top), _dot(q, bottom)
            aim = height - sign * error
            rows.append([*top, *(-aim * part for part in bottom[1:]), sign * below_here])
            right.append(-(above_here - aim * below_here))
        try:
            step = solved(rows, right)
        except ZeroDivisionError:
            raise _none(above, below) from None
        p = [(old + new).mid() for old, new in zip(p, step, strict=False)]
        q = [q[0], *((old + new).mid() for old, new in zip(q[1:], step[above.count :], strict=False))]
        change = abs(step[-1])
        error = (error + step[-1]).mid()
        if change <= arb("1e-40") * abs(error):
            break
    return Quotient(above, below, p, q, error)


def _exchange(
    found: Quotient, value: Callable[[arb], arb], grid: Sequence[arb], values: Sequence[arb], unknowns: int
) -> tuple[list[arb] | None, arb]:
    """Where the error is largest, with alternating signs, and its largest size.

    There are as many places as unknowns; None where there are not so many.
    """
    errors = [float((height - found.at(x)).mid()) for x, height in zip(grid, values, strict=True)]
    extremes: list[tuple[arb, float]] = []
    for place, error in enumerate(errors):
        sign = 1 if error > 0 else -1
        left = sign * errors[place - 1] if place else -np.inf
        right = sign * errors[place + 1] if place + 1 < len(errors) else -np.inf
        if sign * error >= left and sign * error >= right:
            x, size = _peak(found, value, grid, errors, place)
            if extremes and (extremes[-1][1] > 0) == (size > 0):
                if abs(size) > abs(extremes[-1][1]):
                    extremes[-1] = (x, size)
            else:
                extremes.append((x, size))
    largest = max((abs(value(x) - found.at(x)).mid() for x, _ in extremes), default=arb(0))
    while len(extremes) > unknowns:
        if len(extremes) - unknowns == 1 or abs(extremes[0][1]) < abs(extremes[-1][1]):
            del extremes[0 if abs(extremes[0][1]) < abs(extremes[-1][1]) else -1]
        else:
            del extremes[-1]
    if len(extremes) < unknowns:
        return None, largest
    return [x for x, _ in extremes], largest


def _peak(
    found: Quotient, value: Callable[[arb], arb], grid: Sequence[arb], errors: Sequence[float], place: int
) -> tuple[arb, float]:
    """An extreme of the error near a point of the grid, by parabolas through ever closer points."""
    if place in (0, len(grid) - 1):
        return grid[place], errors[place]
    sign = 1 if errors[place] > 0 else -1
    middle, width = grid[place], min(grid[place] - grid[place - 1], grid[place + 1] - grid[place])
    best, height = middle, sign * (value(middle) - found.at(middle)).mid()
    for _ in range(_ZOOMS):
        left, right = ((sign * (value(x) - found.at(x))).mid() for x in (best - width, best + width))
        bend = left - 2 * height + right
        move = (left - right) / (2 * bend) * width if bend < 0 else arb(0)
        moved = (best + max(min(move, width), -width)).mid()
        there = (sign * (value(moved) - found.at(moved))).mid()
        if there >= height:
            best, height = moved, there
        width = (width / 32).mid()
    return best, sign * float(height)


def _start(above: Basis, below: Basis, grid: Sequence[arb], values: Sequence[arb]) -> Quotient | None:
    """A quotient that is nearly the best, in float64: least squares whose weights grow where the error is large."""
    tops = np.array([[float(part.mid()) for part in above.at(x)] for x in grid])
    bottoms = np.array([[float(part.mid()) for part in below.at(x)] for x in grid])
    heights = np.array([float(height) for height in values])
    weights = np.full(heights.size, 1.0 / heights.size)
    denominator = np.ones(heights.size)
    best: tuple[float, Array] | None = None
    matrix = np.hstack([tops, -heights[:, None] * bottoms[:, 1:]])
    for _ in range(_LAWSON):
        scale = np.sqrt(weights) / np.abs(denominator)
        solution = np.linalg.lstsq(matrix * scale[:, None], heights * bottoms[:, 0] * scale, rcond=1e-15)[0]
        denominator = bottoms[:, 0] + bottoms[:, 1:] @ solution[above.count :]
        if not np.all(denominator != 0):
            break
        error = np.abs(heights - tops @ solution[: above.count] / denominator)
        if (denominator > 0).all() or (denominator < 0).all():
            largest = float(error.max())
            if best is None or largest < best[0]:
                best = largest, solution
        total = float(np.sum(weights * error))
        if total == 0:
            break
        weights = weights * error / total
    if best is None:
        return None
    p = [arb(float(value)) for value in best[1][: above.count]]
    q = [arb(1), *(arb(float(value)) for value in best[1][above.count :])]
    return Quotient(above, below, p, q, arb(best[0]))


def _spread(above: Basis, below: Basis, grid: Sequence[arb], values: Sequence[arb]) -> Quotient | None:
    """A quotient that is nearly the best, by interpolation at points that move towards where the error is large.

    Between neighbours the error has one extreme, and their signs alternate (the idea of Hofreither's BRASIL, 2021).
    """
    x = np.array([float(point.mid()) for point in grid])
    tops = np.array([[float(part.mid()) for part in above.at(point)] for point in grid])
    bottoms = np.array([[float(part.mid()) for part in below.at(point)] for point in grid])
    heights = np.array([float(height) for height in values])
    count = above.count + below.count - 1
    start, end = int(tops[0, 0] == 0), x.size  # an odd function is met at 0 by itself
    widths = np.diff(np.cos(np.pi * (1 - np.arange(count + 2) / (count + 1))))
    best: tuple[float, Array] | None = None
    for _ in range(_MOVES):
        ends = np.concatenate([[0.0], np.cumsum(widths)]) / widths.sum() * (x[-1] - x[0]) + x[0]
        nodes = ends[1:-1]
        top = np.column_stack([np.interp(nodes, x, column) for column in tops.T])
        bottom = np.column_stack([np.interp(nodes, x, column) for column in bottoms.T])
        level = np.interp(nodes, x, heights)
        solution = np.linalg.lstsq(
            np.hstack([top, -level[:, None] * bottom[:, 1:]]), level * bottom[:, 0], rcond=1e-15
        )[0]
        denominator = bottoms[:, 0] + bottoms[:, 1:] @ solution[above.count :]
        error = np.abs(heights - tops @ solution[: above.count] / denominator)
        if (denominator > 0).all() or (denominator < 0).all():
            largest = float(error.max())
            if best is None or largest < best[0]:
                best = largest, solution
        place = np.clip(np.searchsorted(ends, x[start:end], side="right") - 1, 0, count)
        sizes = np.array([error[start:end][place == spot].max(initial=0.0) for spot in range(count + 1)])
        sizes = np.maximum(sizes, 1e-3 * sizes.max() + 1e-300)
        widths = widths * np.clip((sizes.mean() / sizes) ** _TEMPER, 0.5, 2.0)
        widths /= widths.sum()
    if best is None:
        return None
    p = [arb(float(value)) for value in best[1][: above.count]]
    q = [arb(1), *(arb(float(value)) for value in best[1][above.count :])]
    return Quotient(above, below, p, q, arb(best[0]))
