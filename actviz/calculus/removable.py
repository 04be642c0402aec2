"""Cases that hold at single points only, and what a derivative is at such a point.

The 1 of ``1 if x == 0 else sin(x)/x`` says nothing about slopes: to differentiate it as if it held on an interval
would give f″(0) = 0. Where a function is continuous at the point and the derivatives of the formulas around it have
one and the same limit there, that limit is the derivative (by the mean value theorem). SymPy is loaded on first use.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import sympy

from actviz.language.cases import Case, unfold
from actviz.language.conditions import solved
from actviz.language.numerics.exact import Exact
from actviz.language.numerics.float64 import apply
from actviz.language.parser import literal
from actviz.language.pieces import resolve, split
from actviz.language.syntax import (
    VARIABLE,
    Comparison,
    Condition,
    Logic,
    Name,
    Node,
    Not,
    Number,
    X,
    depends_on,
    free_names,
    transform_condition,
    walk,
)

_MOST_UNRELATED = 3  # comparisons of other things, each of which may be true or false
_MOST_STEPS = 16  # of l'Hôpital's rule
_LARGEST_DENOMINATOR = 1_000
_WORTH_SIMPLIFYING = 60  # operations in what may be zero
_TRUTHS = tuple(Comparison(sign, Number(0), Number(0)) for sign in ("==", "!="))  # always, never


@dataclass(frozen=True)
class Point:
    """A point at which alone a case holds.

    Args:
        place: where, as a tree.
        left: the index of the case to its left.
        right: the index of the case to its right.
        without: the index of the case that would hold there if this one did not.
    """

    place: Node
    left: int
    right: int
    without: int


def isolated(cases: Sequence[Case], variable: str) -> dict[int, list[Point]]:
    """The cases that hold at single points of the variable only, by their indices, each with its points.

    Args:
        cases: the first whose condition holds applies.
        variable: the name that the conditions are seen as conditions on, whatever else they compare.

    Returns:
        Nothing where that cannot be told without the parameters' values.
    """
    conditions = [solved(case.condition, variable) for case in cases if case.condition is not None]
    comparisons = dict.fromkeys(
        part for condition in conditions for part in walk(condition) if isinstance(part, Comparison)
    )
    related = [part for part in comparisons if depends_on(part, variable)]
    if len(cases) < 3 and not any(part.operator in ("==", "!=") for part in related):
        return {}
    unrelated = [part for part in comparisons if part not in related]
    places = {part.right for part in related if part.left == Name(variable)}
    numeric = not any(_names(part) - {variable} for part in related)
    shared = len(places) == 1 and all(part.left == Name(variable) for part in related)
    if not (numeric or shared) or len(unrelated) > _MOST_UNRELATED:
        return {}
    found: dict[int, set[Point]] = {}
    wide: set[int] = set()
    for truths in product(_TRUTHS, repeat=len(unrelated)):
        known = dict(zip(unrelated, truths, strict=True))
        if not numeric:
            known |= {part: Comparison(part.operator, X, Number(0)) for part in related}
        simple = [_seen(condition, known, variable) for condition in conditions]
        cut = split(_numbered(simple), {}, -math.inf, math.inf)
        wide.update(_index(piece.tree) for piece in cut.pieces)
        for point in cut.breakpoints:
            index = _index(point.at)
            others = [_TRUTHS[1] if place == index else condition for place, condition in enumerate(simple)]
            rest = simple[:-1] if index == len(simple) else others
            without = _index(resolve(_numbered(rest), {}, point.x))
            known_places = [place for place in places if not numeric or _float(place) == point.x]
            place = known_places[0] if known_places else literal(point.x)
            found.setdefault(index, set()).add(Point(place, _index(point.left), _index(point.right), without))
    return {index: sorted(points, key=str) for index, points in found.items() if index not in wide}


def continued(
    index: int,
    points: Sequence[Point],
    values: Sequence[Node],
    slopes: Sequence[Node],
    variable: Any,
    elementary: Callable[[Node], Any],
) -> int | Any:
    """The derivative at the points of a case; None where no limit is found.

    Args:
        index: the case.
        points: where it holds.
        values: the formulas of all cases.
        slopes: their derivatives.
        variable: SymPy's symbol for the variable.
        elementary: writes a tree with SymPy's own functions.

    Returns:
        The index of another case whose formula is right there, or else the limit as a SymPy expression.
    """
    limits = []
    for point in points:
        place = elementary(point.place)

        def limit(formulas: Sequence[Node], point: Point = point, place: Any = place) -> Any:
            """The limit from both sides, None where they differ."""
            left, right = (
                _limit(formulas[case], side, variable, place, elementary)
                for case, side in ((point.left, -1), (point.right, 1))
            )
            return left if _equal(left, right) else None

        if not _equal(_value(elementary(values[index]), variable, place), limit(values)):
            return None
        limits.append((place, limit(slopes)))
    if any(found is None for _, found in limits):
        return None
    formula = elementary(slopes[points[0].without])
    if all(_equal(_value(formula, variable, place), found) for place, found in limits):
        return points[0].without
    return limits[0][1] if all(_equal(found, limits[0][1]) for _, found in limits) else None


def _limit(formula: Node, side: int, variable: Any, place: Any, elementary: Callable[[Node], Any]) -> Any:
    """The limit of a formula at a place, None where it is infinite or not found."""
    above, below = sympy.fraction(sympy.together(elementary(formula)))
    for _ in range(_MOST_STEPS):  # l'Hôpital's rule
        bottom, top = (_value(part, variable, place) for part in (below, above))
        if bottom is None or top is None:
            break
        if not _equal(bottom, sympy.Integer(0)):
            return top / bottom
        if not _equal(top, sympy.Integer(0)):
            break
        above, below = above.diff(variable), below.diff(variable)
    if free_names(formula) or not place.is_Rational:
        return None
    limit = Exact(formula, {}).limit_at(float(place), side)
    return _fraction(limit) if math.isfinite(limit) else None


def _fraction(value: float) -> Any:
    """The simple fraction that a float64 is nearest to, or else its own."""
    simple = Fraction(value).limit_denominator(_LARGEST_DENOMINATOR)
    return sympy.Rational(simple if float(simple) == value else value)


def _value(formula: Any, symbol: Any, place: Any) -> Any:
    """The value of a formula at a place, None where it has none."""
    value = formula.subs(symbol, place)
    if value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I) or any(
        part.base == 0 for part in value.atoms(sympy.Pow)
    ):
        return None
    return value


def _equal(first: Any, second: Any) -> bool:
    """Whether two values are known, and known to be the same."""
    if first is None or second is None:
        return False
    difference = first - second
    if difference == 0 or sympy.count_ops(difference) > _WORTH_SIMPLIFYING:
        return bool(difference == 0)
    return bool(sympy.simplify(difference) == 0)


def _seen(condition: Condition, known: Mapping[Comparison, Condition], variable: str) -> Condition:
    """The condition as one on x: known comparisons replaced, the variable renamed."""
    match condition:
        case Comparison():
            taken = known.get(condition, condition)
            return transform_condition(taken, lambda part: X if part == Name(variable) else None)
        case Logic(operator, conditions):
            return Logic(operator, tuple(_seen(part, known, variable) for part in conditions))
        case Not(inner):
            return Not(_seen(inner, known, variable))


def _numbered(conditions: Sequence[Condition]) -> Node:
    """The cases with their indices as values."""
    cases = [Case(condition, Number(index)) for index, condition in enumerate(conditions)]
    return unfold([*cases, Case(None, Number(len(conditions)))])


def _index(tree: Node) -> int:
    assert isinstance(tree, Number)  # as `_numbered` made it
    return int(tree.value)


def _float(place: Node) -> float:
    return float(apply(place, 0.0, {}))


def _names(condition: Condition) -> set[str]:
    return {*free_names(condition), *([VARIABLE] if depends_on(condition, VARIABLE) else [])}
