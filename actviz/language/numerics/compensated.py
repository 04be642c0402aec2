"""What keeps float64 honest: identities that do not cancel, and arithmetic in double_double.

Formulas are read and shown as they are written; before they are evaluated, sums that cancel are replaced by
identities that do not (``exp(u) - 1`` by ``expm1(u)``, ``1 + tanh(u)`` by ``2*sigmoid(2*u)``). Where a function
magnifies the rounding of its argument (``exp(-x**2)`` at x = 20 loses two digits to the rounding of x²), the argument
is computed as an unevaluated sum of two float64 numbers, and the second one corrects the result to first order. The
functions inside (the inner one of ``exp(-exp(-x))``) are computed in pairs only at the points that need it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from actviz.language.numerics import double_double, special
from actviz.language.numerics.double_double import Pair
from actviz.language.syntax import (
    CONSTANTS,
    VARIABLE,
    Call,
    Conditional,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    depends_on,
    terms,
    total,
    transform_condition,
    walk,
)

_X = Name(VARIABLE)
_ONE, _TWO = Number(1), Number(2)
_EXHAUSTED = 1e-11  # of its terms; what is left of a smaller sum has fewer digits than float64
_SMALLEST, _LARGEST = 2.0**-900, 2.0**990  # values beyond have no second half, or one that cannot be multiplied
_POSITIVE = frozenset(  # that are 0 only by underflow
    ["cosh", "erfc", "exp", "normal_cdf", "normal_pdf", "sech", "sech_squared", "sigmoid", "sigmoid_power", "softplus"]
)
CIRCULAR = ("sin", "cos", "tan")
_HALF_PI = Operation("/", Name("pi"), _TWO)
_CONSTANTS: dict[str, Pair] = {
    "pi": (np.float64(CONSTANTS["pi"]), 1.2246467991473532e-16),  # the rest of π beyond float64
    "e": (np.float64(CONSTANTS["e"]), 1.4456468917292502e-16),  # the rest of e
}


@lru_cache(maxsize=2048)
def rewritten(node: Node) -> Node:
    """The tree with every sum that cancels replaced by an identity that does not; only to be evaluated."""
    match node:
        case Call(function, arguments):
            node = Call(function, tuple(rewritten(part) for part in arguments))
        case Negation(operand):
            node = Negation(rewritten(operand))
        case Operation(operator, left, right):
            node = Operation(operator, rewritten(left), rewritten(right))
        case Conditional(condition, value, otherwise):
            inner = transform_condition(condition, rewritten)
            return Conditional(inner, rewritten(value), rewritten(otherwise))
        case _:
            return node
    return _identity(node) or node


def _identity(node: Node) -> Node | None:
    match node:
        case Operation("+" | "-"):
            return _total(node)
        case Call("log", (Operation("+", left, right),)) if _ONE in (left, right):
            return rewritten(Call("log1p", (right if left == _ONE else left,)))
        case Call("log", (Call("sigmoid", (u,)),)):
            return Call("log_sigmoid", (u,))
        case Call("log1p", (Call("exp", (u,)),)):
            return Call("softplus", (u,))
        case Operation("/", above, Operation("+", Number(1), Call("exp", (u,)))) | Operation(
            "/", above, Operation("+", Call("exp", (u,)), Number(1))
        ):
            return _logistic(above, u)
        case Operation("/", Operation("-", Operation("*", u, Call("cos", (v,))), Call("sin", (w,))), square) if (
            u == v == w and square == Operation("**", u, _TWO)
        ):
            return Call("sinc_slope", (u,))
        case Operation("/", Call("sinh", (u,)), Call("cosh", (v,))) if u == v:
            return Call("tanh", (u,))
        case Operation("/", Operation("**", Call("sinh", (u,)), power), Operation("**", Call("cosh", (v,)), other)) if (
            u == v and power == other
        ):
            return Operation("**", Call("tanh", (u,)), power)
        case Operation("**", Call("sech", (u,)), Number(2)):
            return Call("sech_squared", (u,))
        case Operation("**", Call("sigmoid", (u,)), power):
            return Call("sigmoid_power", (u, power))
    return None


def _total(node: Node) -> Node | None:
    """A sum in which two terms, wherever they stand, make one that does not cancel."""
    signed = terms(node)
    for first, (sign, left) in enumerate(signed):
        for second, (other, right) in enumerate(signed[first + 1 :], first + 1):
            if sign == other:
                found = _sum(left, right) or _sum(right, left)
            else:
                plus, minus = (left, right) if sign > 0 else (right, left)
                found = _difference(plus, minus)
                if found is None and len(signed) == 2 and (reverse := _difference(minus, plus)) is not None:
                    found = _negative(reverse)  # among more terms, the order is how the writer paired them
            if found is not None:
                rest = [term for place, term in enumerate(signed) if place not in (first, second)]
                shorter = total([(sign if sign == other else 1, found), *rest])
                return _total(shorter) or shorter
    return None


def _logistic(above: Node, u: Node) -> Node:
    """The fraction above/(1 + exp(u)), which is sigmoid(u) where exp(u) is above as well."""
    match above:
        case Number(1):
            return Call("sigmoid", (_negative(u),))
        case Call("exp", (v,)) if v == u:
            return Call("sigmoid", (u,))
        case Operation("*", factor, Call("exp", (v,))) | Operation("*", Call("exp", (v,)), factor) if v == u:
            return Operation("*", factor, Call("sigmoid", (u,)))
        case _:
            return Operation("*", above, Call("sigmoid", (_negative(u),)))


def _sum(left: Node, right: Node) -> Node | None:
    match left, right:
        case Number(1), Call("tanh", (u,)):
            return Operation("*", _TWO, Call("sigmoid", (Operation("*", _TWO, u),)))
        case Number(1), Call("erf", (u,)):
            return Call("erfc", (_negative(u),))
        case Call("sinh", (u,)), Call("cosh", (v,)) if u == v:
            return Call("exp", (u,))
        case Call("atan", (u,)), other if other == _HALF_PI:
            return Call("atan_from_below", (u,))
        case Call("atan_from_below", (u,)), Operation(
            "/", v, Operation("+", Number(1), Operation("**", w, Number(2)))
        ) if u == v == w:
            return Call("atan_from_below_slope", (u,))
        case u, Call("sqrt", (Operation("+", a, b),)):
            square = Operation("**", u, _TWO)
            if square in (a, b):
                return Call("root_sum", (u, b if a == square else a))
    return None


def _difference(left: Node, right: Node) -> Node | None:
    match left, right:
        case Number(1), Call("tanh", (u,)):
            return Operation("*", _TWO, Call("sigmoid", (Operation("*", Negation(_TWO), u),)))
        case Number(1), Call("erf", (u,)):
            return Call("erfc", (u,))
        case Number(1), Call("sigmoid" | "normal_cdf" as function, (u,)):
            return Call(function, (_negative(u),))
        case Call("cosh", (u,)), Call("sinh", (v,)) if u == v:
            return Call("exp", (_negative(u),))
        case Number(1), Call("cos", (u,)):
            half = Call("sin", (Operation("/", u, _TWO),))
            return Operation("*", _TWO, Operation("*", half, half))
        case Number(1), Operation("*", Number(2), Call("sigmoid", (u,))):
            return Negation(Call("tanh", (Operation("/", u, _TWO),)))
        case Call("exp", (u,)), Number(1):
            return Call("expm1", (u,))
        case Number(1), Operation("**", Call("tanh", (u,)), Number(2)):
            return Call("sech_squared", (u,))
        case Call("expm1", (u,)), v if u == v:
            return Call("expm1_gap", (u,))
        case u, Call("tanh", (v,)) if u == v:
            return Call("tanh_gap", (u,))
        case Call("softplus", (u,)), Call("log", (Number(2),)):
            return Call("softplus_gap", (u,))
    return None


def _negative(node: Node) -> Node:
    return node.operand if isinstance(node, Negation) else Negation(node)


# How much each function moves with its (first) argument: from u and the value there, the derivative, right to a few
# digits.
SLOPES: dict[str, Callable[..., Any]] = {
    "exp": lambda _, value: value,
    "expm1": lambda u, _: np.exp(u),
    "log": lambda u, _: 1 / u,
    "log1p": lambda u, _: 1 / (1 + u),
    "sigmoid": lambda u, value: value * special.sigmoid(-u),
    "sigmoid_power": lambda u, value, power: power * value * special.sigmoid(-u),
    "softplus": lambda u, _: special.sigmoid(u),
    "log_sigmoid": lambda u, _: special.sigmoid(-u),
    "normal_pdf": lambda u, value: -u * value,
    "normal_cdf": lambda u, _: special.normal_pdf(u),
    "erfc": lambda u, _: -1.1283791670955126 * np.exp(-u * u),  # 2/√π
    "sinh": lambda u, _: np.cosh(u),
    "cosh": lambda u, _: np.sinh(u),
    "sech": lambda u, value: -value * np.tanh(u),
    "sech_squared": lambda u, value: -2 * value * np.tanh(u),
    "sin": lambda u, _: np.cos(u),
    "cos": lambda u, _: -np.sin(u),
    "tan": lambda _, value: 1 + value * value,
}


@lru_cache(maxsize=2048)
def is_rounded(node: Node) -> bool:
    """Whether computing the tree in float64 rounds at all before the last step, so that a pair holds more."""
    match node:
        case Name(name):
            return name in CONSTANTS
        case Number():
            return bool(_literal(node)[1] != 0)
        case Negation(operand) | Call("abs", (operand,)):
            return is_rounded(operand)
        case Call("sqrt") | Operation():
            return True
        case _:
            return False


@lru_cache(maxsize=2048)
def is_deep(node: Node) -> bool:
    """Whether a function in the tree can be computed in pairs, so that there is more to be had than float64 gives."""
    return any(
        isinstance(part, Call) and part.function in double_double.FUNCTIONS and part.function != "abs"
        for part in walk(node)
    )


@lru_cache(maxsize=2048)
def may_cancel(node: Operation) -> bool:
    """Whether a sum or difference in x has an operand that was rounded itself, so that cancellation would show it."""
    return depends_on(node, VARIABLE) and any(is_rounded(side) or is_deep(side) for side in (node.left, node.right))


@lru_cache(maxsize=2048)
def _may_saturate(node: Node) -> bool:
    """Whether a difference that is 0 may be the rounding of functions; of two cases it is mostly that they are one."""
    return is_deep(node) and not any(isinstance(part, Conditional) for part in walk(node))


@lru_cache(maxsize=2048)
def holds_more(node: Node) -> bool:
    """Whether a tree computed in pairs, functions too, has more digits than float64 throughout; so do cases, mostly."""
    match node:
        case Number() | Name() | Conditional():
            return True
        case Negation(operand):
            return holds_more(operand)
        case Operation("**", base, exponent):
            return _whole_power(exponent) is not None and holds_more(base)
        case Operation(_, left, right):
            return holds_more(left) and holds_more(right)
        case Call(function, arguments):
            return function in double_double.FUNCTIONS and all(holds_more(part) for part in arguments)


def pair(node: Node, value: Callable[[Node], Any], deep: bool, doubtful: list[Any]) -> Pair:
    """The tree's value as a pair.

    Args:
        node: the tree; its arithmetic, square roots and absolute values are computed in double_double.
        value: gives the float64 value of everything else.
        deep: compute functions in pairs too where `pairs` has them, at twenty times the cost.
        doubtful: gets a mask for every sum that may cancel, of where the rounding of its functions shows; with `deep`,
            of where it cancels so far that even pairs are exhausted.
    """
    match node:
        case Number():
            return _literal(node)
        case Name(name):
            return _CONSTANTS[name] if name in _CONSTANTS else (value(node), 0.0)
        case Negation(operand):
            high, low = pair(operand, value, deep, doubtful)
            return -high, -low
        case Operation("**", base, exponent) if _whole_power(exponent) is not None:
            factor = pair(base, value, deep, doubtful)
            result = factor
            for _ in range((_whole_power(exponent) or 1) - 1):
                result = double_double.times(result, factor)
            return result
        case Operation("+" | "-" | "*" | "/" as operator, left, right):
            first, second = pair(left, value, deep, doubtful), pair(right, value, deep, doubtful)
            result = double_double.ARITHMETIC[operator](first, second)
            if operator in "*/" and deep:
                doubtful.append(_out_of_range(result[0]))
            if operator in "+-" and (deep or is_deep(node)):
                share = _EXHAUSTED if deep and holds_more(node) else 0.5
                lost = np.abs(result[0]) < share * np.maximum(np.abs(first[0]), np.abs(second[0]))
                if deep:  # x − x is 0, and so is exp(0) − 1: what has no second half is as it is; tanh(40) − 1 is not 0
                    saturated = _may_saturate(node) & (value(_X) != 0)
                    lost = lost & ((result[0] != 0) | (first[1] != 0) | (second[1] != 0) | saturated)
                doubtful.append(lost)
            return result
        case Call(function, arguments) if function in ("abs", "sqrt") or (deep and function in double_double.FUNCTIONS):
            inner = [pair(part, value, deep, doubtful) for part in arguments]
            result = double_double.FUNCTIONS[function](*inner)
            if deep:
                doubtful.append(_out_of_range(result[0], zero=function in _POSITIVE))
                if function in CIRCULAR:
                    doubtful.append(np.abs(inner[0][0]) >= double_double.LARGEST_ANGLE)
            return result
        case _:
            return value(node), 0.0


def number(value: float) -> np.float64:
    """A literal's float64. An integer too large for one overflows as arithmetic does, for NumPy's handlers to see."""
    try:
        return np.float64(value)
    except OverflowError:
        return np.float64(np.ldexp(1.0 if value > 0 else -1.0, int(value).bit_length()))


def _out_of_range(value: Any, zero: bool = False) -> Any:
    """Where a value is so large or so small that its second half is lost; a `zero` counts where it is an underflow."""
    size = np.abs(value)
    return (size > _LARGEST) | (size < _SMALLEST) & (zero | (size > 0))


@lru_cache(maxsize=1024)
def _literal(node: Number) -> Pair:
    """A literal as the decimal that was written, not as the float64 nearest to it."""
    nearest = number(node.value)
    if np.isinf(nearest):
        return nearest, np.float64(0.0)
    if nearest.is_integer():
        return nearest, np.float64(node.value - int(nearest))
    from fractions import Fraction

    return nearest, np.float64(Fraction(repr(node.value)) - Fraction(float(nearest)))


def _whole_power(exponent: Node) -> int | None:
    match exponent:
        case Number(int() as power) if 1 <= power <= 8:
            return power
        case _:
            return None
