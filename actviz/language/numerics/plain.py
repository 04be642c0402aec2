"""Formulas that plain float64 arithmetic gets right: few roundings, none of them magnified.

Of a tree the rounding errors are added up by its form; where the sum stays small and nothing cancels, NumPy computes it
as written, which is the fastest there is. Everything else is for `actviz.language.numerics.bulk`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from actviz.language.functions import FUNCTIONS
from actviz.language.numerics.lines import bound
from actviz.language.syntax import (
    COMPARISONS,
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

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.language.numerics.special import Array

Truth: TypeAlias = "NDArray[np.bool_]"
Form: TypeAlias = Callable[[Any], Any]

_MOST = 5.0  # units of 2⁻⁵³ by which a result may be wrong, 2.5 to 5 ULP at the very worst
_ERRORS = {  # of NumPy's and our forms of a number that is exact, in the same units
    "exp": 1.2,
    "expm1": 2.0,
    "log": 1.2,
    "log1p": 2.0,
    "tanh": 2.0,
    "sinh": 2.0,
    "cosh": 2.0,
    "atan": 2.0,
    "asinh": 2.0,
    "sigmoid": 4.0,
    "softplus": 4.0,
    "log_sigmoid": 4.0,
}
_POSITIVE = frozenset(["exp", "cosh", "sigmoid", "softplus"])
_CHOOSING = ("min", "max", "clip")
_LINEAR_REACH, _REACH = 1e60, 150.0  # of x, so that four factors neither overflow nor underflow
_TINY = 1e-60
_MOST_FACTORS = 4
_UNITS = (1e-4, 1e4)  # sizes of parameters and literals


class Plain:
    """A formula as NumPy functions, with the range of x in which they are right.

    Args:
        form: the value at an array.
        reach: |x| up to which it may be used; from `_TINY` on, and at 0.
    """

    def __init__(self, form: Form, reach: float) -> None:
        self.form = form
        self.reach = reach

    def __call__(self, x: Array) -> tuple[Array, Truth | None]:
        """The values at an array, and a mask of those that are not to be used (None: all are)."""
        size = np.abs(x)
        outside = ~(size <= self.reach)
        outside |= (size < _TINY) & (x != 0)
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(self.form(x), dtype=np.float64), x.shape)
        return values, outside if outside.any() else None


@lru_cache(maxsize=256)
def plain(node: Node, settings: tuple[tuple[str, float], ...]) -> Plain | None:
    """The tree in plain arithmetic; None where that is not known to be right."""
    values = dict(settings)
    numbers = [part.value for part in walk(node) if isinstance(part, Number) and part.value]
    sizes = [abs(number) for number in (*numbers, *values.values()) if number]
    if any(not _UNITS[0] <= size <= _UNITS[1] for size in sizes):
        return None
    if sum(isinstance(part, Operation) and part.operator in "*/**" for part in walk(node)) > _MOST_FACTORS:
        return None
    found = _reading(node, values)
    if found is None or found[1] > _MOST:
        return None
    curved = any(isinstance(part, Call) and part.function in _ERRORS for part in walk(node))
    return Plain(found[0], _REACH if curved else _LINEAR_REACH)


def _reading(node: Node, values: Mapping[str, float]) -> tuple[Form, float] | None:
    """A form of the tree, and by how much it may be wrong."""
    match node:
        case Number(value):
            number = np.float64(value)
            return (lambda _: number), float(Fraction(repr(value)) != Fraction(float(number)))
        case Name(name):
            if name == VARIABLE:
                return (lambda x: x), 0.0
            number = np.float64(values[name] if name in values else CONSTANTS[name])
            return (lambda _: number), float(name not in values)
        case Negation(operand):
            inner = _reading(operand, values)
            return None if inner is None else (_of(np.negative, inner[0]), inner[1])
        case Operation("**", base, Number(2)):
            return _arithmetic("*", base, base, values)
        case Operation("+" | "-" | "*" | "/" as sign, left, right):
            return _arithmetic(sign, left, right, values)
        case Call(function, arguments):
            return _call(function, arguments, values)
        case Conditional(condition, value, otherwise):
            mask = _mask(condition, values)
            branches = [_reading(value, values), _reading(otherwise, values)]
            if mask is None or branches[0] is None or branches[1] is None:
                return None
            (first, error), (second, other) = branches[0], branches[1]
            return (lambda x: np.where(mask(x), first(x), second(x))), max(error, other)
        case _:
            return None


def _arithmetic(sign: str, left: Node, right: Node, values: Mapping[str, float]) -> tuple[Form, float] | None:
    parts = [_reading(left, values), _reading(right, values)]
    if parts[0] is None or parts[1] is None:
        return None
    (first, error), (second, other) = parts[0], parts[1]
    function = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[sign]

    def form(x: Any) -> Any:
        return function(first(x), second(x))

    if sign in "*/":
        exact = any(_is_power_of_two(part, values) for part in ((left, right) if sign == "*" else (right,)))
        return form, error + other + (0.0 if exact else 1.0)
    if error == other == 0.0:
        return form, 1.0
    if sign == "+" and _is_positive(left) and _is_positive(right):
        return form, max(error, other) + 1.0
    return None


def _call(function: str, arguments: tuple[Node, ...], values: Mapping[str, float]) -> tuple[Form, float] | None:
    parts = [_reading(part, values) for part in arguments]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    forms, errors = [form for form, _ in known], [error for _, error in known]
    numpy = FUNCTIONS[function].numpy
    if function in ("abs", *_CHOOSING):
        return (lambda x: numpy(*[form(x) for form in forms])), max(errors)
    if function == "sqrt":
        return _of(np.sqrt, forms[0]), errors[0] / 2 + 1.0
    if function in _ERRORS and errors == [0.0]:
        return _of(numpy, forms[0]), _ERRORS[function]
    return None


def _of(function: Callable[[Any], Any], inner: Form) -> Form:
    return lambda x: function(inner(x))


def _is_power_of_two(node: Node, values: Mapping[str, float]) -> bool:
    """Whether a product with the tree is exact: a literal or a parameter such as 1, 2 or −0.25."""
    match node:
        case Number(value):
            return abs(math.frexp(value)[0]) == 0.5
        case Name(name) if name in values:
            return abs(math.frexp(values[name])[0]) == 0.5
        case Negation(operand):
            return _is_power_of_two(operand, values)
        case _:
            return False


def _is_positive(node: Node) -> bool:
    match node:
        case Number(value):
            return value >= 0
        case Call("abs") | Operation("**", _, Number(2)):
            return True
        case Call(function):
            return function in _POSITIVE
        case Operation("+" | "*" | "/", left, right):
            return _is_positive(left) and _is_positive(right)
        case _:
            return False


def _mask(condition: Condition, values: Mapping[str, float]) -> Form | None:
    """Where a condition holds, decided as exactly as with real numbers; None where it does not compare x itself."""
    match condition:
        case Comparison(sign):
            found = bound(condition, values)
            if found is None or found[0] == 0:
                return None
            slope, offset = (Fraction(int(part.p), int(part.q)) for part in found)
            return _compared(sign if slope > 0 else _TURNED[sign], -offset / slope)
        case Logic(operator, conditions):
            masks = [_mask(part, values) for part in conditions]
            known = [mask for mask in masks if mask is not None]
            if len(known) < len(masks):
                return None
            combine = np.logical_and if operator == "and" else np.logical_or
            return lambda x: combine.reduce([mask(x) for mask in known])
        case Not(inner):
            found_mask = _mask(inner, values)
            return None if found_mask is None else _of(np.logical_not, found_mask)


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _compared(sign: str, place: Fraction) -> Form:
    """Where x compares so with a place, which need not be a float64."""
    nearest = float(place)
    if place != nearest and sign in ("==", "!="):
        equal = sign == "!="
        return lambda x: np.full(np.shape(x), equal)
    if nearest < place:
        sign = {">=": ">", "<": "<="}.get(sign, sign)
    elif nearest > place:
        sign = {">": ">=", "<=": "<"}.get(sign, sign)
    compare = COMPARISONS[sign]
    return lambda x: compare(x, nearest)
