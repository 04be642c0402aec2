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
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from flint import arb, fmpq

from actviz.errors import UsageError
from actviz.language.cases import expand
from actviz.language.numerics.balls import ball, precision, taylor
from actviz.language.numerics.exact import Exact
from actviz.language.numerics.lines import bound
from actviz.language.numerics.plain import plain
from actviz.language.syntax import (
    COMPARISONS,
    VARIABLE,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Node,
    Not,
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
_WIDE = (64.0, 8.0, 1.0)  # widths that one polynomial may do for, where the function hardly bends
_FINEST = 64  # parts of a cell
_DONE = 1 << 60
_TERMS = 8  # of a polynomial
_WORTH = 8  # points from which a cell's polynomial takes less time than the points themselves
_REST = 0.36  # of the first term, which all others together may reach
_REMAINDER = 2.0**-58  # of the first term
_SMALLEST, _LARGEST = 2.0**-900, 2.0**900
_BITS, _MORE_BITS = 128, 640
_ACCURATE = 70  # bits of a value that its second float64 still holds some of
_LONGEST = 3_000  # nodes of a tree written by cases
_LOCK = Lock()
_BLOCK = 1 << 15  # points worked on at once: a handful of such arrays stay in the processor's cache


def values_at(node: Node, x: Array, values: Mapping[str, float], order: int = 0) -> Array:
    """The tree, or its derivative in x of an order, at all elements of a one-dimensional float64 array."""
    settings = tuple(values.items())
    simple = None if order else plain(node, settings)
    if simple is None:
        return _table(node, settings, order)(x)
    result = np.empty_like(x)
    left: list[NDArray[np.intp]] = []
    for start in range(0, x.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        result[block], outside = simple(x[block])
        if outside is not None:
            left.append(start + np.flatnonzero(outside))
    if left:
        places = np.concatenate(left)
        result[places] = _table(node, settings, order)(x[places])
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
        self.tried = np.zeros(count, dtype=np.intp)  # with how many points in it a cell was last looked at
        self.rows = [(math.nan,) * (_TERMS + 2)]
        self.coefficients = np.array(self.rows).T.copy()

    def __call__(self, x: Array) -> Array:
        """Values at all elements of a one-dimensional array."""
        blocks = [slice(start, start + _BLOCK) for start in range(0, x.size, _BLOCK)]
        counts = np.zeros(self.tried.size, dtype=np.intp)
        for block in blocks:
            cells, *_ = _located(x[block])
            counts += np.bincount(cells, minlength=counts.size)
        with _LOCK:
            self._make(np.flatnonzero((counts >= _WORTH) & (counts > 2 * self.tried)), counts)
        result = np.empty_like(x)
        for block in blocks:
            self._fill(x[block], result[block])
        return result

    def _fill(self, x: Array, out: Array) -> None:
        cells, share, near, outside = _located(x)
        share *= self.parts[cells]
        places = self.first[cells]
        places += share.astype(np.int32)
        centre, low, *rest, high = self.coefficients
        offset = near - centre[places]
        np.take(rest[-1], places, out=out)
        for coefficients in (*rest[-2::-1], low):
            out *= offset
            out += coefficients[places]
        out += high[places]
        left = np.isnan(out)
        if outside is not None:
            left |= outside
        if left.any():
            points, back = np.unique(x[left], return_inverse=True)
            out[left] = np.array(self.exact.nearest_floats(points.tolist()))[back]
        for edge, value in self.edges.items():
            out[x == edge] = value

    def _make(self, wanted: NDArray[np.intp], counts: NDArray[np.intp]) -> None:
        """Polynomials for cells that have none and enough points."""
        if not wanted.size:
            return
        edges: set[float] = set()
        with precision(_BITS):
            self._descend(self.tree, 0, counts.size, wanted, counts, edges)
        self.tried[wanted] = np.maximum(self.tried[wanted], counts[wanted])
        self.coefficients = np.array(self.rows).T.copy()
        new = sorted(edge for edge in edges if edge not in self.edges)
        self.edges.update(zip(new, self.exact.nearest_floats(new), strict=True))

    def _descend(
        self, tree: Node, low: int, high: int, wanted: NDArray[np.intp], counts: NDArray[np.intp], edges: set[float]
    ) -> None:
        """Halve a stretch of cells down to single ones, with choices decided as early as possible."""
        if not wanted.size:
            return
        tree = self._resolved(tree, _place(low), _place(high), edges)
        if high - low == 1:
            self._cell(tree, low, min(_FINEST, int(counts[low]) // _WORTH), edges)
            return
        width = (high - low) / _CELLS
        if width in _WIDE and wanted.size > 1:
            row = self._part(tree, _place(low), width, edges)
            if row is not None:
                self.first[low:high] = len(self.rows)
                self.parts[low:high] = 1
                self.tried[low:high] = _DONE
                self.rows += [row, row]
                return
        middle = (low + high) // 2
        split = int(np.searchsorted(wanted, middle))
        self._descend(tree, low, middle, wanted[:split], counts, edges)
        self._descend(tree, middle, high, wanted[split:], counts, edges)

    def _cell(self, tree: Node, cell: int, most: int, edges: set[float]) -> None:
        start = _place(cell)
        parts = 1
        while True:
            width = 1 / (_CELLS * parts)
            rows = [self._part(tree, start + part * width, width, edges) for part in range(parts)]
            if None not in rows:
                self.tried[cell] = _DONE
                break
            following = parts * (2 if parts > 1 else 4)
            if following > most:
                break
            parts = following
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
            reach = width / 2 if centre == middle else width
            for bits in (_BITS, _MORE_BITS):
                with precision(bits):
                    known = self._coefficients(tree, arb(centre))[:_TERMS]
                if known[0].is_exact() or known[0].rel_accuracy_bits() > _ACCURATE:
                    break  # else it is what cancellation has left of more
            row = _row(centre, known, float(abs(remainder).upper()), reach)
            if row is not None:
                return row
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
            self.lines[key] = bound(key, self.values)
        known = self.lines[key]
        if known is None:
            around = ball(difference, self.values, arb(low).union(arb(high)))
            return 1 if around > 0 else -1 if around < 0 else None
        slope, offset = known
        ends = [slope * _exactly(x) + offset for x in (low, high)]
        if slope != 0:
            edges.update(x for x, end in zip((low, high), ends, strict=True) if end == 0)
        if all(end >= 0 for end in ends):
            return 1 if any(end > 0 for end in ends) else 0
        return -1 if all(end <= 0 for end in ends) else None


def _located(x: Array) -> tuple[NDArray[np.int32], Array, Array, NDArray[np.bool_] | None]:
    """The cells of points, where in them they are, the points as far as there are cells, and where there are none."""
    inside = np.abs(x) < _REACH
    outside = None if inside.all() else ~inside
    near = x if outside is None else np.where(inside, x, 0.0)
    share = near * _CELLS
    floor = np.floor(share)
    share -= floor
    floor += _REACH * _CELLS
    return floor.astype(np.int32), share, near, outside


def _place(cell: int) -> float:
    return cell / _CELLS - _REACH


def _exactly(x: float) -> fmpq:
    return fmpq(*x.as_integer_ratio())


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
    doubt = [float(coefficient.rad()) * reach ** (place - leading) for place, coefficient in enumerate(known)]
    doubt.append(remainder * reach ** (_TERMS - leading))
    others = sum(abs(numbers[place]) * reach ** (place - leading) for place in range(leading + 1, _TERMS))
    if others > _REST * first or not sum(doubt) <= _REMAINDER * first:
        return None
    if not _SMALLEST < first < _LARGEST or leading > 3:
        return None
    return (centre, float(known[0] - numbers[0]), *numbers[1:], numbers[0])
