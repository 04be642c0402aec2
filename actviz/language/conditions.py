"""Conditions as a person writes them: solved for x, and two bounds on the same thing as one range."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from actviz.language.syntax import (
    COMPARISONS,
    VARIABLE,
    Comparison,
    Condition,
    Logic,
    Name,
    Negation,
    Node,
    Not,
    Number,
    Operation,
    depends_on,
    total,
)

_UPWARDS = {"<": "<", "<=": "<=", ">": "<", ">=": "<="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_ONE = Number(1)
_LARGEST = 10**15  # a number in a linear expression; solving with larger ones would only lengthen what is written


def solved(condition: Condition, variable: str = VARIABLE) -> Condition:
    """The condition with every comparison that is linear in the variable solved for it.

    So ``2*x + 1 >= 4`` becomes ``x >= 1.5``, and ``not (x > 0)`` ``x <= 0``. A comparison stays as it is where the
    variable's factor is not a number, so that its sign is not known.
    """
    match condition:
        case Not(inner):
            return solved(opposite(inner), variable)
        case Logic(word, conditions):
            return Logic(word, tuple(solved(part, variable) for part in conditions))
        case Comparison(sign, left, right):
            if left == Name(variable) and not depends_on(right, variable):
                return condition
            parts = _linear(Operation("-", left, right), variable)
            slope = None if parts is None else parts.pop(Name(variable), None)
            if parts is None or slope is None:
                return condition
            place = _combined({part: -factor / slope for part, factor in parts.items()})
            return Comparison(sign if slope > 0 else _TURNED[sign], Name(variable), place)


def opposite(condition: Condition) -> Condition:
    """The condition that holds where this one does not."""
    match condition:
        case Comparison(sign, left, right):
            return Comparison(_OPPOSITE[sign], left, right)
        case Logic(word, conditions):
            return Logic("or" if word == "and" else "and", tuple(opposite(part) for part in conditions))
        case Not(inner):
            return inner


def _linear(node: Node, variable: str) -> dict[Node, Fraction] | None:
    """The factor of the variable and of everything else in a sum that is linear in it by its form; numbers at 1."""
    match node:
        case Number(value):
            fraction = Fraction(repr(value))
            return {_ONE: fraction} if max(abs(fraction.numerator), fraction.denominator) <= _LARGEST else None
        case Name(name) if name == variable:
            return {node: Fraction(1)}
        case Negation(operand):
            return _multiplied(_linear(operand, variable), Fraction(-1))
        case Operation("+" | "-" as sign, left, right):
            first = _linear(left, variable)
            second = _multiplied(_linear(right, variable), Fraction(1 if sign == "+" else -1))
            if first is None or second is None:
                return None
            summed = {part: first.get(part, Fraction(0)) + second.get(part, Fraction(0)) for part in first | second}
            return {part: factor for part, factor in summed.items() if factor}
        case Operation("*", Number() as number, other) | Operation("*", other, Number() as number):
            return _multiplied(_linear(other, variable), Fraction(repr(number.value)))
        case Operation("/", above, Number(value)) if value:
            return _multiplied(_linear(above, variable), 1 / Fraction(repr(value)))
        case _:
            return None if depends_on(node, variable) else {node: Fraction(1)}


def _multiplied(parts: dict[Node, Fraction] | None, factor: Fraction) -> dict[Node, Fraction] | None:
    return None if parts is None else {part: factor * known for part, known in parts.items() if factor * known}


def _combined(parts: dict[Node, Fraction]) -> Node:
    """The sum of parts, each with its factor."""
    signed: list[tuple[int, Node]] = []
    for part, factor in parts.items():
        size = abs(factor)
        if part == _ONE:
            term = _number(size)
        elif size == 1:
            term = part
        elif size.numerator == 1:
            term = Operation("/", part, _number(Fraction(size.denominator)))
        else:
            term = Operation("*", _number(size), part)
        signed.append((1 if factor > 0 else -1, term))
    return total(signed) if signed else Number(0)


def _number(value: Fraction) -> Node:
    """A positive fraction: whole, a decimal that is exactly it, or a quotient."""
    if value.denominator == 1:
        return Number(value.numerator)
    nearest = float(value)
    if Fraction(repr(nearest)) == value:
        return Number(nearest)
    return Operation("/", Number(value.numerator), Number(value.denominator))


def bounded(condition: Condition) -> Condition:
    """The condition with every pair of bounds on the same thing written as one range: ``-1 < x < 1``."""
    if not isinstance(condition, Logic):
        return condition
    if condition.operator == "or":
        return Logic("or", tuple(map(bounded, condition.conditions)))
    parts = [
        inner
        for part in condition.conditions
        for inner in (
            part.conditions if isinstance(part, Logic) and part.operator == "and" and not _is_range(part) else (part,)
        )
    ]
    for join in (_tighter, _range):  # what is implied goes before ranges are made of the rest
        for first, second in combinations(parts, 2):
            if not (isinstance(first, Comparison) and isinstance(second, Comparison)) or chained(first, second):
                continue
            both = join(first, second)
            if both is not None:
                rest = [part for part in parts if part is not first and part is not second]
                return bounded(Logic("and", (both, *rest))) if rest else both
    return condition


def told_apart(conditions: Sequence[Condition]) -> list[Condition | None]:
    """Conditions of which the first that holds applies, as conditions each of which says alone where it applies.

    Returns:
        For each the range that it leaves to itself, as in ``-1 < x < 1`` for ``x > -1`` after ``x >= 1``; None where
        that is not one range.
    """
    earlier: list[Condition] = []
    found: list[Condition | None] = []
    for condition in map(solved, conditions):
        alone = bounded(Logic("and", (condition, *map(opposite, earlier)))) if earlier else condition
        found.append(alone if not earlier or _is_range(alone) else None)
        earlier.append(condition)
    return found


def _is_range(condition: Condition) -> bool:
    match condition:
        case Comparison():
            return True
        case Logic("and", (Comparison() as first, Comparison() as second)):
            return chained(first, second)
        case _:
            return False


def _tighter(first: Comparison, second: Comparison) -> Comparison | None:
    """Which of two comparisons of one thing implies the other; None where neither is known to."""
    if first.left != second.left:
        return None
    same = first.right == second.right
    here, there = (Fraction(0), Fraction(0)) if same else (_value(first.right), _value(second.right))
    if here is None or there is None:
        return None
    if _implies(first.operator, here, second.operator, there):
        return first
    return second if _implies(second.operator, there, first.operator, here) else None


def _implies(sign: str, place: Fraction, other: str, limit: Fraction) -> bool:
    """Whether ``x sign place`` implies ``x other limit``."""
    if sign == "==":
        return bool(COMPARISONS[other](place, limit))
    if other == "!=":
        return not COMPARISONS[sign](limit, place)
    if sign[0] != other[0] or sign[0] not in "<>":
        return False
    return bool(COMPARISONS[sign[0]](place, limit)) or (place == limit and (sign == other or len(sign) == 1))


def _value(node: Node) -> Fraction | None:
    """The number that a tree is by its form."""
    match node:
        case Number(value):
            return Fraction(repr(value))
        case Negation(Number(value)):
            return -Fraction(repr(value))
        case Operation("/", Number(above), Number(below)) if below:
            return Fraction(repr(above)) / Fraction(repr(below))
        case _:
            return None


def _range(first: Comparison, second: Comparison) -> Condition | None:
    """Two bounds as one range; None where they do not bound the same thing from both sides."""
    low, high = _upwards(first), _upwards(second)
    if low is None or high is None:
        return None
    if high.right == low.left:
        low, high = high, low
    return Logic("and", (low, high)) if low.right == high.left else None


def chained(first: Comparison, second: Comparison) -> bool:
    """Whether two comparisons read as one: ``a < b`` and ``b <= c``."""
    signs = first.operator[0] + second.operator[0]
    return first.right == second.left and signs in ("<<", ">>")


def _upwards(comparison: Comparison) -> Comparison | None:
    """The comparison with the smaller side first; None for = and ≠."""
    sign = _UPWARDS.get(comparison.operator)
    if sign is None:
        return None
    turned = comparison.operator != sign
    left, right = (comparison.right, comparison.left) if turned else (comparison.left, comparison.right)
    return Comparison(sign, left, right)
