"""A tree with its parameters as one Python function, whatever kind of number goes through it.

Enclosures of real numbers, of Taylor series and of complex numbers differ in their functions and in how a choice is
made; walking the tree, constants computed once and equal parts computed once are the same for all, and are here.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias

from flint import arb, fmpq

from actviz.language.syntax import (
    CONSTANTS,
    VARIABLE,
    Call,
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
    walk,
)

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}

Closure: TypeAlias = Callable[[Any], Any]

_WHOLE = 1 << 64  # powers beyond go through the exponential function
UNDEFINED = "undefined"  # the truth of a condition on what has no value; None where it is not settled


class Constant:
    """What a part without the variable is worth, as a function of anything."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def __call__(self, _: Any) -> Any:
        """The constant."""
        return self.result


class Compiler:
    """Turns trees into closures; what is special to a kind of number is in its subclasses.

    Args:
        node: the tree.
        values: a number for every parameter in the tree: a float64 stands for itself, an arb for what it encloses.
        variables: the names that the closure takes: one as its argument, several as a tuple.
    """

    forms: ClassVar[Mapping[str, Callable[..., Any]]]

    def __init__(self, node: Node, values: Mapping[str, Any], variables: tuple[str, ...] = (VARIABLE,)) -> None:
        self.values = values
        self.variables = variables
        self.known: dict[Node, Closure] = {}
        self.repeated = {
            part for part, times in Counter(part for part in walk(node) if not _is_leaf(part)).items() if times > 1
        }
        self.whole = self.closure(node)

    def number(self, value: arb) -> Any:
        """A constant as the kind of number that goes through the tree."""
        raise NotImplementedError

    def quotient(self, above: Any, below: Any) -> Any:
        """A division."""
        return above / below

    def call(self, node: Call, arguments: list[Closure]) -> Closure:
        """A function of the language applied to its arguments."""
        form = self.forms[node.function]
        match arguments:
            case [argument]:
                return lambda x: form(argument(x))
            case _:
                return lambda x: form(*[argument(x) for argument in arguments])

    def power(self, base: Closure, exponent: Closure) -> Closure:
        """A power."""
        raise NotImplementedError

    def choice(self, node: Conditional) -> Closure:
        """A conditional."""
        raise NotImplementedError

    def closure(self, node: Node) -> Closure:
        """The tree as a function of the variable."""
        found = self.known.get(node)
        if found is None:
            found = self._closure(node)
            if node in self.repeated and not isinstance(found, Constant):
                found = _remembering(found)
            self.known[node] = found
        return found

    def _closure(self, node: Node) -> Closure:
        match node:
            case Number(value):
                return Constant(self.number(literal(value)))
            case Name(name):
                if name in self.variables:
                    place = self.variables.index(name)
                    return (lambda x: x) if len(self.variables) == 1 else operator.itemgetter(place)
                return Constant(self.number(_named(name, self.values)))
            case Negation(operand):
                return _folded(operator.neg, [self.closure(operand)])
            case Operation("**", base, exponent):
                parts = [self.closure(base), self.closure(exponent)]
                return _constant_or(self.power(*parts), parts)
            case Operation(sign, left, right):
                function = self.quotient if sign == "/" else _ARITHMETIC[sign]
                return _folded(function, [self.closure(left), self.closure(right)])
            case Call(_, arguments):
                parts = [self.closure(part) for part in arguments]
                return _constant_or(self.call(node, parts), parts)
            case Conditional():
                return self.choice(node)

    def truth(self, condition: Condition) -> Callable[[Any], Any]:
        """A condition as a function of the variable: True, False, None where that is not settled, or `UNDEFINED`.

        Kleene's logic: one false part settles an 'and', one true part an 'or', whatever the others are.
        """
        match condition:
            case Comparison(sign, left, right):
                return self.comparison(sign, self.closure(left), self.closure(right))
            case Logic(sign, conditions):
                parts = [self.truth(part) for part in conditions]
                settles = sign == "or"
                return lambda x: _together([part(x) for part in parts], settles)
            case Not(inner):
                truth = self.truth(inner)

                def opposite(x: Any) -> Any:
                    found = truth(x)
                    return not found if isinstance(found, bool) else found

                return opposite

    def comparison(self, sign: str, left: Closure, right: Closure) -> Callable[[Any], Any]:
        """A comparison of two parts."""
        compare = ORDERS[sign]
        return lambda x: compare(left(x), right(x))


def _is_leaf(part: Node | Condition) -> bool:
    return isinstance(part, Number | Name | Comparison | Logic | Not)


def _together(found: list[Any], settles: bool) -> Any:
    if settles in found:
        return settles
    if UNDEFINED in found:
        return UNDEFINED
    return None if None in found else not settles


def _constant_or(closure: Closure, parts: list[Closure]) -> Closure:
    """The closure, or what it is worth where nothing in it varies."""
    return Constant(closure(None)) if all(isinstance(part, Constant) for part in parts) else closure


def _folded(function: Callable[..., Any], parts: list[Closure]) -> Closure:
    """Arithmetic on parts, with a constant on one side taken in."""
    match parts:
        case [Constant() as left, Constant() as right]:
            return Constant(function(left.result, right.result))
        case [left, Constant() as right]:
            second = right.result
            return lambda x: function(left(x), second)
        case [Constant() as left, right]:
            first = left.result
            return lambda x: function(first, right(x))
        case [Constant() as only]:
            return Constant(function(only.result))
        case [only]:
            return lambda x: function(only(x))
        case _:
            left, right = parts
            return lambda x: function(left(x), right(x))


def _remembering(closure: Closure) -> Closure:
    """A part that occurs more than once, computed once for each argument."""
    last: Any = None
    result: Any = None

    def remembered(x: Any) -> Any:
        nonlocal last, result
        if x is not last or x is None:
            result = closure(x)
            last = x
        return result

    return remembered


def whole(exponent: arb) -> int | None:
    """The whole number that an exponent is for certain; None where it is none, or too large to be raised to."""
    if not (exponent.is_exact() and exponent.is_integer() and abs(exponent) < _WHOLE):
        return None
    number = exponent.unique_fmpz()
    return None if number is None else int(number)


def literal(value: float) -> arb:
    """A literal as the decimal that was written, at the working precision."""
    if isinstance(value, int) or value.is_integer():
        return arb(int(value))
    return arb(_fraction(value))


@lru_cache(maxsize=1024)
def _fraction(value: float) -> fmpq:
    exact = Fraction(repr(value))
    return fmpq(exact.numerator, exact.denominator)


def _named(name: str, values: Mapping[str, Any]) -> arb:
    if name in values:
        return arb(values[name])
    if name not in CONSTANTS:
        return arb.nan()
    return arb.pi() if name == "pi" else arb.const_e()


def _less(left: arb, right: arb) -> Any:
    if left < right:
        return True
    if left >= right:
        return False
    return _unsettled(left, right)


def _at_most(left: arb, right: arb) -> Any:
    if left <= right:
        return True
    if left > right:
        return False
    return _unsettled(left, right)


def _same(left: arb, right: arb) -> Any:
    if left == right:  # of two enclosures, true only where both are single numbers
        return True
    if left != right:
        return False
    return _unsettled(left, right)


def _unsettled(left: arb, right: arb) -> Any:
    return UNDEFINED if left.is_nan() or right.is_nan() else None


def _differ(left: arb, right: arb) -> Any:
    found = _same(left, right)
    return not found if isinstance(found, bool) else found


ORDERS: dict[str, Callable[[arb, arb], Any]] = {
    "<": _less,
    "<=": _at_most,
    ">": lambda left, right: _less(right, left),
    ">=": lambda left, right: _at_most(right, left),
    "==": _same,
    "!=": _differ,
}
