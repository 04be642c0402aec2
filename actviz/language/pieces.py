"""Where an expression changes its formula, and the smooth formulas in between.

With numbers for the parameters, `split` gives the breakpoints in a range and the smooth tree on either side of each:
exact one-sided limits are then plain evaluations. `actviz.language.cases` does the like with symbols.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from actviz.errors import UsageError
from actviz.language.cases import expand
from actviz.language.numerics.float64 import evaluate, holds
from actviz.language.numerics.special import Array
from actviz.language.syntax import (
    VARIABLE,
    Comparison,
    Conditional,
    Name,
    Negation,
    Node,
    Operation,
    depends_on,
    transform,
    walk,
)

REACH = 20.0  # how far breakpoints of conditions that are not linear in x are searched where the range is infinite
_SCAN_POINTS = (1 << 12, 1 << 14, 1 << 16, 1 << 18)  # evenly spaced steps, refined until no more roots turn up
_FAR = np.geomspace(REACH, 1e15, 501)  # where it is seen whether there are more beyond
_NEAR_ZERO = 301  # and this many more on either side of 0, by powers of ten
_MOST_BREAKPOINTS = 2_000
_AT_ONCE = 64  # points at which a tree is evaluated in hardly more time than at one
_SHRINKS = 20  # by a quarter each time


@dataclass(frozen=True, slots=True)
class Piece:
    """A smooth formula and the open interval where it holds; the ends may be infinite."""

    low: float
    high: float
    tree: Node

    @property
    def inside(self) -> float:
        """A point well inside the interval."""
        return _between(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A point where the formula changes: the smooth trees to its left, to its right, and at it."""

    x: float
    left: Node
    right: Node
    at: Node


@dataclass(frozen=True, slots=True)
class Pieces:
    """A range of x cut at its breakpoints; there is always one piece more than there are breakpoints.

    Args:
        pieces: from left to right.
        breakpoints: between them.
        beyond: whether there are more, further out than was searched in an infinite range; the outermost pieces
            are wrong there.
    """

    pieces: tuple[Piece, ...]
    breakpoints: tuple[Breakpoint, ...]
    beyond: bool = False


def split(node: Node, values: Mapping[str, float], low: float, high: float) -> Pieces:
    """Cut the open range (low, high) at the points where the expression changes its formula.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        low: the left end; −inf is allowed, and then conditions that are not linear in x are searched to −`REACH`.
        high: the right end, likewise.
    """
    return _split(node, tuple(values.items()), low, high)


@lru_cache(maxsize=1024)  # a gallery of the whole registry asks again for each
def _split(node: Node, settings: tuple[tuple[str, float], ...], low: float, high: float) -> Pieces:
    values = dict(settings)
    tree = expand(node)
    roots: set[float] = set()
    beyond = False
    for part in walk(tree):
        if isinstance(part, Comparison) and depends_on(part, VARIABLE):
            difference = Operation("-", part.left, part.right)
            roots.update(_roots(difference, values, low, high))
            beyond = beyond or _more_beyond(difference, values, low, high)
    inner = sorted(root for root in roots if low < root < high)
    if len(inner) > _MOST_BREAKPOINTS:
        raise UsageError(
            f"the expression has over {_MOST_BREAKPOINTS:,} breakpoints between {low:g} and {high:g}",
            "Choose a narrower range with --range.",
        )
    pieces = [Piece(low, high, resolve(tree, values, _between(low, inner[0] if inner else high)))]
    breakpoints: list[Breakpoint] = []
    for x, following in pairwise([*inner, high]):
        right = resolve(tree, values, _between(x, following))
        at = resolve(tree, values, x)
        last = pieces[-1]
        if right == last.tree == at:
            pieces[-1] = Piece(last.low, following, right)
            continue
        pieces[-1] = Piece(last.low, x, last.tree)
        breakpoints.append(Breakpoint(x, last.tree, right, at))
        pieces.append(Piece(x, following, right))
    return Pieces(tuple(pieces), tuple(breakpoints), beyond)


def resolve(node: Node, values: Mapping[str, float], x: float) -> Node:
    """The tree with every conditional replaced by the branch that is taken at `x`."""
    point = np.array([x])

    def change(part: Node) -> Node | None:
        if not isinstance(part, Conditional):
            return None
        taken = part.value if holds(part.condition, point, values)[0] else part.otherwise
        return resolve(taken, values, x)

    return transform(node, change)


def _between(low: float, high: float) -> float:
    if math.isinf(low):
        return 0.0 if math.isinf(high) else high - max(1.0, abs(high))
    if math.isinf(high):
        return low + max(1.0, abs(low))
    return low / 2 + high / 2


def _roots(difference: Node, values: Mapping[str, float], low: float, high: float) -> list[float]:
    """Where the difference of a comparison's sides changes its sign or touches zero."""
    line = _line(difference, values)
    if line is not None:
        slope, offset = line
        return [] if slope == 0 or not math.isfinite(offset / slope) else [-offset / slope + 0.0]
    low = -REACH if math.isinf(low) else low
    high = REACH if math.isinf(high) else high
    found: list[float] = []
    for steps in _SCAN_POINTS:
        before, found = found, _scan(difference, values, low, high, steps)
        if steps > _SCAN_POINTS[0] and len(found) <= len(before):
            break
    return found


def _more_beyond(difference: Node, values: Mapping[str, float], low: float, high: float) -> bool:
    """Whether the difference of a comparison's sides changes its sign further out than `_roots` searches."""
    sides = [-_FAR] * math.isinf(low) + [_FAR] * math.isinf(high)
    if not sides or _line(difference, values) is not None:
        return False
    signs = [np.sign(evaluate(difference, far, values)) for far in sides]
    return any((side[:-1] * side[1:] < 0).any() for side in signs)


def _scan(difference: Node, values: Mapping[str, float], low: float, high: float, steps: int) -> list[float]:
    """Roots that show on a grid: sign changes, zeros on it, and zeros that are touched between its points."""
    powers = np.geomspace(1e-12, max(abs(low), abs(high)), _NEAR_ZERO)
    grid = np.unique(np.concatenate([np.linspace(low, high, steps + 1), -powers, [0.0], powers]))
    grid = grid[(grid >= low) & (grid <= high)]
    heights = evaluate(difference, grid, values)
    signs = np.sign(heights)
    roots = [float(x) for x in grid[signs == 0]]
    if len(roots) > _MOST_BREAKPOINTS:
        return []  # the sides are equal throughout, not at points
    changes = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    if len(changes) > _MOST_BREAKPOINTS:  # the caller says so; to find each would take long
        return [float(x) for x in grid[changes]]
    roots += bisect(difference, values, grid[changes], grid[changes + 1]).tolist()
    size = np.abs(heights)
    valleys = 1 + np.flatnonzero((size[1:-1] < size[:-2]) & (size[1:-1] <= size[2:]) & (signs[1:-1] != 0))
    valleys = valleys[(signs[valleys - 1] == signs[valleys]) & (signs[valleys] == signs[valleys + 1])]
    valleys = valleys[:_MOST_BREAKPOINTS]
    return roots + _touched(difference, values, grid[valleys - 1], grid[valleys + 1])


def _touched(node: Node, values: Mapping[str, float], low: Array, high: Array) -> list[float]:
    """The numbers between `low` and `high` at which the expression is exactly 0 without changing its sign, if any."""
    if not low.size:
        return []
    rows = np.arange(low.size)
    for _ in range(_SHRINKS):
        grid = np.linspace(low, high, 9, axis=1)
        size = np.abs(evaluate(node, grid.ravel(), values)).reshape(grid.shape)
        place = np.argmin(size, axis=1)
        least = grid[rows, place]
        low, high = grid[rows, np.maximum(place - 1, 0)], grid[rows, np.minimum(place + 1, 8)]
    # Near a minimum values hardly change, so the search ends some 1e-8 beside it; a short decimal may be the point.
    candidates = np.array([[round(float(x), decimals) for decimals in range(9)] + [float(x)] for x in least])
    zero = evaluate(node, candidates.ravel(), values).reshape(candidates.shape) == 0
    return [float(row[found][-1]) for row, found in zip(candidates, zero, strict=True) if found.any()]


def bisect(node: Node, values: Mapping[str, float], low: Array, high: Array) -> Array:
    """The float64 numbers between `low` and `high` where the expression is nearest to 0.

    Where they are few, the intervals are cut into many parts at once rather than into halves.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        low: left ends of intervals.
        high: right ends; the expression has opposite signs at the two ends of each.

    Returns:
        One number for each interval. Where the sign changes through a pole, the float64 nearest to that.
    """
    at_low, at_high = evaluate(node, low, values), evaluate(node, high, values)
    smaller = np.minimum(np.abs(at_low), np.abs(at_high))
    start = np.sign(at_low)[:, None]
    parts = max(2, _AT_ONCE // max(low.size, 1))
    shares = np.arange(1, parts) / parts
    while True:
        middle = low / 2 + high / 2
        if not ((low < middle) & (middle < high)).any():
            break
        cuts = low[:, None] + (middle - low)[:, None] * (2 * shares)
        points = np.sort(np.column_stack([low, np.clip(cuts, low[:, None], high[:, None]), middle, high]), axis=1)
        signs = np.sign(evaluate(node, points.ravel(), values)).reshape(points.shape)
        signs[:, -1] = -start[:, 0]
        following = (signs != start).argmax(axis=1)[:, None]
        low = np.take_along_axis(points, following - 1, axis=1)[:, 0]
        high = np.take_along_axis(points, following, axis=1)[:, 0]
    sizes = np.abs(np.array([evaluate(node, low, values), evaluate(node, high, values)]))
    pole = sizes.min(axis=0) > smaller
    return np.where(np.where(pole, sizes[0] > sizes[1], sizes[0] <= sizes[1]), low, high)


def _line(node: Node, values: Mapping[str, float]) -> tuple[float, float] | None:
    """Slope and offset where the tree is linear in x by its form, else None."""
    if not depends_on(node, VARIABLE):
        constant: Array = evaluate(node, np.zeros(1), values)
        return 0.0, float(constant[0])
    match node:
        case Name():
            return 1.0, 0.0
        case Negation(operand):
            return _scaled(_line(operand, values), -1.0)
        case Operation("+" | "-" as sign, left, right):
            first, second = _line(left, values), _scaled(_line(right, values), 1.0 if sign == "+" else -1.0)
            return None if first is None or second is None else (first[0] + second[0], first[1] + second[1])
        case Operation("*" | "/" as sign, left, right):
            first, second = _line(left, values), _line(right, values)
            if first is None or second is None:
                return None
            if second[0] == 0:
                return _scaled(first, second[1]) if sign == "*" else _divided(first, second[1])
            return _scaled(second, first[1]) if sign == "*" and first[0] == 0 else None
        case _:
            return None


def _scaled(line: tuple[float, float] | None, factor: float) -> tuple[float, float] | None:
    return None if line is None else (line[0] * factor, line[1] * factor)


def _divided(line: tuple[float, float], divisor: float) -> tuple[float, float] | None:
    return None if divisor == 0 else (line[0] / divisor, line[1] / divisor)
