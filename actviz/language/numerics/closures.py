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
    COMPARISONS,
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
    X,
    depends_on,
    free_names,
    walk,
)

_MOST_BITS = 1 << 13  # of fractions that are computed exactly: 1e300 has 1000
_CONSTANTS: dict[str, Callable[[], arb]] = {"pi": arb.pi, "e": arb.const_e}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}

Closure: TypeAlias = Callable[[Any], Any]

_WHOLE = 1 << 64  # powers beyond go through the exponential function
UNDEFINED = "undefined"  # the truth of a condition on what has no value; None where it is not settled


class NoValueError(ArithmeticError):
    """There is no value here for certain, whatever the precision."""


class PoleError(NoValueError):
    """What is divided by is 0, or a logarithm's argument: to its sides the value may grow without bound."""


class Constant:
    """What a part without the variable is worth, as a function of anything.

    Args:
        result: the number.
        rational: the same as a fraction, where it is one by its form.
    """

    def __init__(self, result: Any, rational: fmpq | None = None) -> None:
        self.result = result
        self.rational = rational

    def __call__(self, _: Any) -> Any:
        """The constant."""
        return self.result


class Compiler:
    """Turns trees into closures; what is special to a kind of number is in its subclasses.

    Args:
        node: the tree.
        values: a number for every parameter in the tree: a float64, or an arb that is a single number.
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
            case [first, second]:
                return lambda x: form(first(x), second(x))
            case _:
                return lambda x: form(*[argument(x) for argument in arguments])

    def power(self, base: Closure, exponent: Closure) -> Closure:
        """A power."""
        raise NotImplementedError

    def choice(self, node: Conditional) -> Closure:
        """A conditional."""
        raise NotImplementedError

    def chooser(
        self, node: Conditional, unsettled: Callable[[Any, Closure, Closure], Any], missing: Callable[[], Any]
    ) -> Closure:
        """A conditional as a closure.

        Args:
            node: the conditional.
            unsettled: gives what it is worth where its condition is not settled, from both branches.
            missing: gives what it is worth where its condition has no truth.
        """
        truth = self.truth(node.condition)
        value, otherwise = self.closure(node.value), self.closure(node.otherwise)

        def chosen(x: Any) -> Any:
            found = truth(x)
            if found is True:
                return value(x)
            if found is False:
                return otherwise(x)
            return missing() if found is UNDEFINED else unsettled(x, value, otherwise)

        fixed = not any(depends_on(node, name) for name in self.variables)
        return constant_or(chosen, [Constant(None)] if fixed else [chosen])

    def closure(self, node: Node) -> Closure:
        """The tree as a function of the variable."""
        found = self.known.get(node)
        if found is None:
            found = self._closure(node)
            if node in self.repeated and not isinstance(found, Constant):
                found = _remembering(found)
            self.known[node] = found
        return found

    def constant(self, rational: fmpq) -> Constant:
        """A fraction at the working precision."""
        return Constant(self.number(arb(rational)), rational)

    def _closure(self, node: Node) -> Closure:
        match node:
            case Number(value):
                return self.constant(literal(value))
            case Name(name):
                if name in self.variables:
                    place = self.variables.index(name)
                    return (lambda x: x) if len(self.variables) == 1 else operator.itemgetter(place)
                return self._named(name)
            case Negation(operand):
                inner = self.closure(operand)
                if isinstance(inner, Constant) and inner.rational is not None:
                    return self.constant(-inner.rational)
                return _folded(operator.neg, [inner])
            case Operation(sign, left, right):
                return self._operation(sign, self.closure(left), self.closure(right))
            case Call(_, arguments):
                parts = [self.closure(part) for part in arguments]
                return constant_or(self.call(node, parts), parts)
            case Conditional():
                return self.choice(node)

    def _operation(self, sign: str, left: Closure, right: Closure) -> Closure:
        if isinstance(left, Constant) and isinstance(right, Constant):
            exact = _exactly(sign, left.rational, right.rational)
            if exact is not None:
                return self.constant(exact)
        if sign == "**":
            return constant_or(self.power(left, right), [left, right])
        return _folded(self.quotient if sign == "/" else _ARITHMETIC[sign], [left, right])

    def _named(self, name: str) -> Constant:
        if name in self.values:
            value = arb(self.values[name])
            return Constant(self.number(value), fraction(value))
        return Constant(self.number(_CONSTANTS[name]() if name in _CONSTANTS else arb.nan()))

    def truth(self, condition: Condition) -> Callable[[Any], Any]:
        """A condition as a function of the variable: True, False, None where that is not settled, or `UNDEFINED`.

        Kleene's logic: one false part settles an 'and', one true part an 'or', whatever the others are.
        """
        match condition:
            case Comparison(sign, left, right):
                first, second = self.closure(left), self.closure(right)
                if bounds_variable(condition):
                    first, second = self._at_float64(first), self._at_float64(second)
                return self.comparison(sign, first, second)
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

    def _at_float64(self, side: Closure) -> Closure:
        """A bound of the variable as the float64 nearest to it."""
        if not isinstance(side, Constant) or side.rational is None:
            return side
        return self.constant(nearest_float64(side.rational))

    def comparison(self, sign: str, left: Closure, right: Closure) -> Callable[[Any], Any]:
        """A comparison of two parts."""
        compare = ORDERS[sign]

        def compared(x: Any) -> Any:
            try:
                return compare(left(x), right(x))
            except NoValueError:
                return UNDEFINED

        first, second = (side.rational if isinstance(side, Constant) else None for side in (left, right))
        if first is not None and second is not None:
            return Constant(bool(COMPARISONS[sign](first, second)))
        return compared


def bounds_variable(condition: Comparison) -> bool:
    """Whether a condition bounds x itself by a number made of parameters, as in ``x > -offset/slope``.

    Parameters are float64 numbers, and so is what they make of a breakpoint: with an offset of 0.5 and the float64
    next to 1/6 for a slope that is −3, and not a number 2e-17 beside it that no x can be.
    """
    for side, other in ((condition.left, condition.right), (condition.right, condition.left)):
        if side == X and not depends_on(other, VARIABLE) and free_names(other):
            return True
    return False


def nearest_float64(value: fmpq) -> fmpq:
    """The float64 nearest to a fraction, the fraction itself where there is none."""
    try:
        return fmpq(*float(Fraction(int(value.p), int(value.q))).as_integer_ratio())
    except OverflowError:
        return value


def _is_leaf(part: Node | Condition) -> bool:
    return isinstance(part, Number | Name | Comparison | Logic | Not)


def _together(found: list[Any], settles: bool) -> Any:
    if settles in found:
        return settles
    if UNDEFINED in found:
        return UNDEFINED
    return None if None in found else not settles


def constant_or(closure: Closure, parts: list[Closure]) -> Closure:
    """The closure, or what it is worth where nothing in it varies and it has a value."""
    if not all(isinstance(part, Constant) for part in parts):
        return closure
    try:
        return Constant(closure(None))
    except NoValueError:
        return closure


def _folded(function: Callable[..., Any], parts: list[Closure]) -> Closure:
    """Arithmetic on parts, with a constant on one side taken in."""
    match parts:
        case [Constant(), Constant()]:
            return constant_or(lambda _: function(*[part(None) for part in parts]), parts)
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


def fraction(value: arb) -> fmpq | None:
    """A number as a fraction; None where it is not known exactly, or has too many digits."""
    if not value.is_exact() or not value.is_finite():
        return None
    mantissa, exponent = value.man_exp()
    return value.fmpq() if abs(exponent) + int(mantissa).bit_length() < _MOST_BITS else None


@lru_cache(maxsize=1024)
def literal(value: float) -> fmpq:
    """A literal as the decimal that was written."""
    exact = Fraction(value) if isinstance(value, int) else Fraction(repr(value))
    return fmpq(exact.numerator, exact.denominator)


def _exactly(sign: str, left: fmpq | None, right: fmpq | None) -> fmpq | None:
    """Arithmetic on two fractions; None where the result is none, or has too many digits."""
    if left is None or right is None:
        return None
    if sign == "**":
        count = int(right.p) if right.q == 1 and abs(right.p) < _MOST_BITS else None
        if count is None or (left == 0 and count < 0) or abs(count) * _bits(left) > _MOST_BITS:
            return None
        power: fmpq = left**count
        return power
    if _bits(left) + _bits(right) > _MOST_BITS or (sign == "/" and right == 0):
        return None
    result: fmpq = left / right if sign == "/" else _ARITHMETIC[sign](left, right)
    return result


def _bits(value: fmpq) -> int:
    return int(value.p).bit_length() + int(value.q).bit_length()


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
