"""Values at very many points: local polynomials whose error is bounded, exact values where there is none.

The line is cut into cells. On each, the function is its Taylor polynomial around a point in it, whose coefficients and
remainder come from balls, so that the error of the polynomial is proved to be far below float64's; a cell that does
not allow that is halved up to six times. The first coefficient is held in two float64 numbers, and it is most of the
sum, so the rounding of the others hardly shows: the result is within 3 ULP for certain, and within 1 ULP nearly
always. What is left (beside singularities and roots that are no float64, near underflow and overflow, where points
are too few for a polynomial to pay) is computed exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from flint import arb, fmpq

from actviz.errors import UsageError
from actviz.language.cases import expand
from actviz.language.numerics.balls import ball, precision, taylor
from actviz.language.numerics.closures import fraction, literal
from actviz.language.numerics.exact import Exact
from actviz.language.syntax import (
    COMPARISONS,
    VARIABLE,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Name,
    Negation,
    Node,
    Not,
    Number,
    Operation,
    size,
    transform,
    walk,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.language.numerics.special import Array

_REACH = 1024.0  # beyond, points are computed exactly; so is what underflows or overflows before
_CELLS = 16  # in each unit of x
_FINEST = 64  # parts of a cell
_TERMS = 8  # of a polynomial
_WORTH = 8  # points from which a cell's polynomial takes less time than the points themselves
_REST = 0.36  # of the first term, which all others together may reach
_REMAINDER = 2.0**-58  # of the first term
_SMALLEST, _LARGEST = 2.0**-900, 2.0**900
_BITS = 128
_LONGEST = 3_000  # nodes of a tree written by cases
_BLOCK = 1 << 15  # points worked on at once: a handful of such arrays stay in the processor's cache


def values_at(node: Node, x: Array, values: Mapping[str, float], order: int = 0) -> Array:
    """The tree, or its derivative in x of an order, at all elements of a one-dimensional array."""
    table = _table(node, tuple(values.items()), order)
    result = np.empty_like(x)
    for start in range(0, x.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        table.fill(x[block], result[block])
    return result


@lru_cache(maxsize=64)
def _table(node: Node, settings: tuple[tuple[str, float], ...], order: int) -> Table:
    return Table(node, dict(settings), order)


class Table:
    """The polynomials of a tree or a derivative, made where they are asked for.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        order: how many times it is differentiated in x.
    """

    def __init__(self, node: Node, values: Mapping[str, float], order: int) -> None:
        self.exact = Exact(node, values, (VARIABLE,) * order)
        self.values = values
        self.order = order
        try:
            self.tree = expand(node)
            if size(self.tree) > _LONGEST:
                self.tree = node
        except UsageError:
            self.tree = node
        self.lines: dict[Comparison, tuple[fmpq, fmpq] | None] = {}
        self.edges: dict[float, float] = {}  # breakpoints at the ends of cells, and the values there
        count = int(2 * _REACH) * _CELLS
        self.first = np.zeros(count, dtype=np.int32)  # of a cell's parts; 0 is a part without a polynomial
        self.parts = np.zeros(count)
        self.seen = np.zeros(count, dtype=bool)
        self.rows = [(math.nan,) * (_TERMS + 2)]
        self.coefficients = np.array(self.rows).T.copy()

    def fill(self, x: Array, out: Array) -> None:
        """Values at all elements of `x`."""
        inside = np.abs(x) < _REACH
        near = x if inside.all() else np.where(inside, x, 0.0)
        scaled = near * _CELLS
        floor = np.floor(scaled)
        cells = (floor + _REACH * _CELLS).astype(np.int32)
        self._make(cells)
        scaled -= floor
        scaled *= self.parts[cells]
        places = self.first[cells]
        places += scaled.astype(np.int32)
        centre, low, *rest, high = self.coefficients
        offset = near - centre[places]
        np.take(rest[-1], places, out=out)
        for coefficients in (*rest[-2::-1], low):
            out *= offset
            out += coefficients[places]
        out += high[places]
        left = np.isnan(out)
        if near is not x:
            left |= ~inside
        if left.any():
            points, back = np.unique(x[left], return_inverse=True)
            out[left] = np.array(self.exact.nearest_floats(points.tolist()))[back]
        for edge, value in self.edges.items():
            out[x == edge] = value

    def _make(self, cells: NDArray[np.int32]) -> None:
        """Polynomials for cells that have none and enough points."""
        counts = np.bincount(cells, minlength=self.seen.size)
        wanted = np.flatnonzero((counts >= _WORTH) & ~self.seen)
        if not wanted.size:
            return
        edges: set[float] = set()
        with precision(_BITS):
            self._descend(self.tree, 0, self.seen.size, wanted, edges)
        self.seen[wanted] = True
        self.coefficients = np.array(self.rows).T.copy()
        new = sorted(edge for edge in edges if edge not in self.edges)
        self.edges.update(zip(new, self.exact.nearest_floats(new), strict=True))

    def _descend(self, tree: Node, low: int, high: int, wanted: NDArray[np.intp], edges: set[float]) -> None:
        """Halve a stretch of cells down to single ones, with choices decided as early as possible."""
        if not wanted.size:
            return
        tree = self._resolved(tree, _place(low), _place(high), edges)
        if high - low == 1:
            self._cell(tree, low, edges)
            return
        middle = (low + high) // 2
        split = int(np.searchsorted(wanted, middle))
        self._descend(tree, low, middle, wanted[:split], edges)
        self._descend(tree, middle, high, wanted[split:], edges)

    def _cell(self, tree: Node, cell: int, edges: set[float]) -> None:
        start = _place(cell)
        parts = 1
        while True:
            width = 1 / (_CELLS * parts)
            rows = [self._part(tree, start + part * width, width, edges) for part in range(parts)]
            if parts == _FINEST or None not in rows:
                break
            parts *= 2 if parts > 1 else 4
        if all(row is None for row in rows):
            return
        self.first[cell] = len(self.rows)
        self.parts[cell] = parts
        # The share of a cell at which a point lies may be rounded up to 1: the last part stands twice.
        self.rows += [row or self.rows[0] for row in (*rows, rows[-1])]

    def _part(self, tree: Node, low: float, width: float, edges: set[float]) -> tuple[float, ...] | None:
        """The polynomial on [low, low + width): centre, second half of the first coefficient, the others, the first."""
        tree = self._resolved(tree, low, low + width, edges)
        if any(isinstance(part, Conditional) for part in walk(tree)):
            return None
        middle = low + width / 2
        remainder = self._coefficients(tree, arb(middle, width / 2))[_TERMS]
        if not remainder.is_finite():
            return None
        for centre in (middle, low, low + width):
            known = self._coefficients(tree, arb(centre))[:_TERMS]
            row = _row(centre, known, float(abs(remainder).upper()), width / 2 if centre == middle else width)
            if row is not None:
                return row
            if centre != middle and known[0].is_zero():
                break
        return None

    def _coefficients(self, tree: Node, x: arb) -> list[arb]:
        found = taylor(tree, self.values, x, _TERMS + self.order + 1)
        if not self.order:
            return found
        return [found[k + self.order] * math.perm(k + self.order, self.order) for k in range(_TERMS + 1)]

    def _resolved(self, tree: Node, low: float, high: float, edges: set[float]) -> Node:
        """The tree with every choice made that is the same on all of (low, high)."""

        def change(part: Node) -> Node | None:
            if not isinstance(part, Conditional):
                return None
            truth = self._truth(part.condition, low, high, edges)
            if truth is None:
                return None
            return self._resolved(part.value if truth else part.otherwise, low, high, edges)

        return transform(tree, change) if any(isinstance(part, Conditional) for part in walk(tree)) else tree

    def _truth(self, condition: Condition, low: float, high: float, edges: set[float]) -> bool | None:
        match condition:
            case Comparison(sign, left, right):
                found = self._sign(condition, Operation("-", left, right), low, high, edges)
                return None if found is None else bool(COMPARISONS[sign](found, 0))
            case Logic(operator, conditions):
                truths = [self._truth(part, low, high, edges) for part in conditions]
                settles = operator == "or"
                return settles if settles in truths else None if None in truths else not settles
            case Not(inner):
                truth = self._truth(inner, low, high, edges)
                return None if truth is None else not truth

    def _sign(self, key: Comparison, difference: Node, low: float, high: float, edges: set[float]) -> int | None:
        """The sign of a difference on all of (low, high); None where it is not one, or not known to be."""
        if key not in self.lines:
            self.lines[key] = _line(difference, self.values)
        line = self.lines[key]
        if line is None:
            around = ball(difference, self.values, arb(low).union(arb(high)))
            return 1 if around > 0 else -1 if around < 0 else None
        slope, offset = line
        ends = [slope * fraction(arb(x)) + offset for x in (low, high)]
        if slope != 0:
            edges.update(x for x, end in zip((low, high), ends, strict=True) if end == 0)
        if all(end >= 0 for end in ends):
            return 1 if any(end > 0 for end in ends) else 0
        return -1 if all(end <= 0 for end in ends) else None


def _place(cell: int) -> float:
    return cell / _CELLS - _REACH


def _row(centre: float, known: list[arb], remainder: float, reach: float) -> tuple[float, ...] | None:
    """A polynomial as float64 numbers; None where they, or its first terms, do not hold enough of the value."""
    if not all(coefficient.is_finite() for coefficient in known):
        return None
    numbers = [float(coefficient) for coefficient in known]
    leading = next((place for place, number in enumerate(numbers) if number), None)
    if leading is None:
        zero = all(coefficient.is_zero() for coefficient in known) and remainder == 0
        return (centre, *numbers[:1], *numbers[1:], 0.0) if zero else None
    if not all(coefficient.is_zero() for coefficient in known[:leading]):
        return None
    first = abs(numbers[leading])
    others = sum(abs(numbers[place]) * reach ** (place - leading) for place in range(leading + 1, _TERMS))
    if others > _REST * first or remainder * reach ** (_TERMS - leading) > _REMAINDER * first:
        return None
    if not _SMALLEST < first < _LARGEST or leading > 3:
        return None
    return (centre, float(known[0] - numbers[0]), *numbers[1:], numbers[0])


def _line(node: Node, values: Mapping[str, float]) -> tuple[fmpq, fmpq] | None:
    """Slope and offset where the tree is linear in x by its form, else None."""
    match node:
        case Name(name):
            if name == VARIABLE:
                return fmpq(1), fmpq(0)
            number = fraction(arb(values[name])) if name in values else None
            return None if number is None else (fmpq(0), number)
        case Number(value):
            return fmpq(0), literal(value)
        case Negation(operand):
            line = _line(operand, values)
            return None if line is None else (-line[0], -line[1])
        case Operation("+" | "-" | "*" | "/" as sign, left, right):
            first, second = _line(left, values), _line(right, values)
            return None if first is None or second is None else _combined(sign, first, second)
        case _:
            return None


def _combined(sign: str, first: tuple[fmpq, fmpq], second: tuple[fmpq, fmpq]) -> tuple[fmpq, fmpq] | None:
    match sign:
        case "+":
            return first[0] + second[0], first[1] + second[1]
        case "-":
            return first[0] - second[0], first[1] - second[1]
        case "*" if first[0] == 0:
            return first[1] * second[0], first[1] * second[1]
        case "*" if second[0] == 0:
            return first[0] * second[1], first[1] * second[1]
        case "/" if second[0] == 0 and second[1] != 0:
            return first[0] / second[1], first[1] / second[1]
        case _:
            return None
