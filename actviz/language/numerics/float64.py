"""Trees on NumPy arrays.

Two rules make the values trustworthy. What a branch gives where it is not taken is never looked at, and never
warned about. And where float64 arithmetic meets ∞ − ∞ or 0·∞ on the way, or ``x`` itself is infinite, the value or
limit is taken from arbitrary-precision arithmetic (`actviz.language.numerics.exact`) instead of NaN.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from actviz.language.functions import ALL_FUNCTIONS
from actviz.language.numerics.compensated import (
    CIRCULAR,
    SLOPES,
    is_deep,
    is_rounded,
    may_cancel,
    number,
    pair,
    rewritten,
)
from actviz.language.numerics.double_double import LARGEST_ANGLE
from actviz.language.numerics.special import Array
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
    from numpy.typing import ArrayLike, NDArray

Truth: TypeAlias = "NDArray[np.bool_]"

_RECOVERING: ContextVar[bool] = ContextVar("recovering", default=False)  # NaN is looked into, so it may be left
_FEW = 256  # points at once for which a sum that exhausts even pairs is computed exactly: it takes milliseconds each
FEW = 10_000  # points, up to which each result is the float64 nearest to the true one
_SHORT = 16  # points of which each is computed, whatever its neighbours are
BLOCK = 1 << 15  # points worked on at once: a handful of such arrays stay in the processor's cache

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": np.power,
}


def apply(node: Node, x: ArrayLike, values: Mapping[str, float]) -> Array:
    """The tree's value at every element of `x`.

    Args:
        node: the tree.
        x: float64 array of any shape. NaN gives NaN, ±inf gives the limit (NaN where there is none).
        values: a number for every parameter in the tree.

    Returns:
        A new float64 array of the shape of `x`. Of up to `FEW` points each result is the float64 nearest to the true
        value, whatever the other points are. Extra memory is bounded: the work goes block by block.
    """
    points = np.asarray(x, dtype=np.float64)
    if points.size > FEW:
        from actviz.language.numerics.bulk import values_at

        return values_at(node, points.ravel(), values).reshape(points.shape)
    from actviz.language.numerics.exact import Exact

    found = Exact(node, values).nearest_floats(points.ravel().tolist())
    return np.array(found, dtype=np.float64).reshape(points.shape)


def in_bulk(node: Node, x: ArrayLike, values: Mapping[str, float]) -> Array:
    """The tree's value at every element of `x`, in float64 arithmetic as far as that can vouch for it.

    Args:
        node: the tree.
        x: float64 array of any shape, as for `apply`.
        values: a number for every parameter in the tree.
    """
    points = np.asarray(x, dtype=np.float64)
    flat = points.ravel()
    result = np.empty_like(flat)
    overflowed: list[str] = []
    for start in range(0, flat.size, BLOCK):
        block = flat[start : start + BLOCK]
        out = result[start : start + BLOCK]
        overflowed.clear()
        recovering = _RECOVERING.set(flat.size <= _FEW)
        try:
            with np.errstate(all="ignore", over="call", call=lambda kind, _: overflowed.append(kind)):
                out[:] = _value(rewritten(node), block, values)
        finally:
            _RECOVERING.reset(recovering)
        lost = np.isnan(out)
        unknown = np.isnan(block)
        out[unknown] = np.nan
        lost |= np.isinf(block)
        lost &= ~unknown
        if lost.any():
            _recover(node, block, out, np.flatnonzero(lost), values)
        suspect = np.isinf(out)
        if overflowed:
            suspect |= (out == 0) & (block != 0)
        suspect &= np.isfinite(block)
        if suspect.any():
            _recover_overflow(node, block, out, np.flatnonzero(suspect), values)
    return result.reshape(points.shape)


def evaluate(node: Node, x: Array, values: Mapping[str, float]) -> Array:
    """The tree's value on one-dimensional `x` in plain float64 arithmetic, NaN where that breaks down."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(np.asarray(_value(rewritten(node), x, values), dtype=np.float64), x.shape)


@lru_cache(maxsize=256)
def may_be_undefined(node: Node) -> bool:
    """Whether the tree has a part that has no value for some numbers."""
    return any(
        (isinstance(part, Call) and part.function in ("log", "log1p", "sqrt"))
        or (isinstance(part, Operation) and part.operator in ("/", "**") and not isinstance(part.right, Number))
        for part in walk(node)
    )


def holds(condition: Condition, x: Array, values: Mapping[str, float]) -> Truth:
    """Where the condition is true."""
    with np.errstate(all="ignore"):
        return np.broadcast_to(_truth(condition, x, values)[0], x.shape)


def _recover(node: Node, x: Array, out: Array, lost: NDArray[np.intp], values: Mapping[str, float]) -> None:
    """Replace the values at the indices `lost`, where float64 arithmetic broke down or x is infinite."""
    from actviz.language.numerics.exact import Exact

    exact = Exact(node, values)
    for sign in (-1, 1):
        ends = lost[x[lost] == sign * np.inf]
        if ends.size:
            out[ends] = exact.limit_at_infinity(sign)
    finite = lost[np.isfinite(x[lost])]
    out[finite] = _exact_values(exact.nearest_float, x[finite])


def _recover_overflow(
    node: Node, x: Array, out: Array, infinite: NDArray[np.intp], values: Mapping[str, float]
) -> None:
    """Replace infinities that arose on the way to a finite value, as in ``log(cosh(x))`` at 800."""
    from actviz.language.numerics.exact import Exact

    found = _exact_values(Exact(node, values).nearest_float, x[infinite])
    out[infinite] = np.where(np.isfinite(found), found, out[infinite])


def _exact_values(exact: Callable[[float], float], x: Array) -> Array:
    """Values from arbitrary-precision arithmetic, which takes its time.

    A stretch whose ends and middle have one and the same value, such as 0 far out, has that value throughout.
    """
    places, back = np.unique(x, return_inverse=True)
    found = np.full(places.shape, np.nan)
    stretches = []
    if places.size:
        found[0], found[-1] = exact(float(places[0])), exact(float(places[-1]))
        stretches = [(0, places.size - 1)]
    while stretches:
        low, high = stretches.pop()
        if high - low < 2:
            continue
        middle = (low + high) // 2
        found[middle] = exact(float(places[middle]))
        ends = found[[low, middle, high]]
        if high - low > _SHORT and (np.all(ends == ends[0]) or np.isnan(ends).all()):
            found[low:high] = ends[0]
        else:
            stretches += [(low, middle), (middle, high)]
    return np.asarray(found[back])


def overflows(node: Node, x: Array, values: Mapping[str, float]) -> bool:
    """Whether an infinity, or a zero that should not be one, arises on the way to any of the values."""
    met: list[str] = []
    with np.errstate(all="ignore", over="call", under="call", divide="call", call=lambda kind, _: met.append(kind)):
        _value(node, x, values)
    return bool(met)


def _value(node: Node, x: Array, values: Mapping[str, float]) -> Any:
    match node:
        case Number(value):
            return number(value)
        case Name(name):
            if name == VARIABLE:
                return x
            return np.float64(values[name] if name in values else CONSTANTS[name])
        case Negation(operand):
            return -_value(operand, x, values)
        case Operation("+" | "-") if may_cancel(node):
            return _sum(node, x, values)
        case Operation("**", base, Number(2)):
            side = _value(base, x, values)
            return side * side
        case Operation("**", base, exponent) if is_rounded(base) or is_rounded(exponent):
            return _power(base, exponent, x, values)
        case Operation(sign, left, right):
            return _ARITHMETIC[sign](_value(left, x, values), _value(right, x, values))
        case Call(function, (argument, *_)) if function in SLOPES and (is_rounded(argument) or is_deep(argument)):
            return _corrected(node, x, values)
        case Call(function, arguments):
            return ALL_FUNCTIONS[function].numpy(*(_value(part, x, values) for part in arguments))
        case Conditional(condition, value, otherwise):
            return _choose(condition, value, otherwise, x, values)


def _sum(node: Operation, x: Array, values: Mapping[str, float], deep: bool = False) -> Any:
    """A sum in pairs; where it cancels, with the functions among its terms in pairs as well (`deep`)."""
    doubtful: list[Any] = []
    high, low = pair(node, lambda leaf: _value(leaf, x, values), deep, doubtful)
    return _mended(high + low, doubtful, x, deep, lambda some: _sum(node, some, values, deep=True))


def _corrected(node: Call, x: Array, values: Mapping[str, float], deep: bool = False) -> Any:
    """A function that magnifies the rounding of its argument, corrected by what the argument's pair holds more."""
    argument, *others = node.arguments
    rest = [_value(part, x, values) for part in others]
    doubtful: list[Any] = []
    high, low = pair(argument, lambda leaf: _value(leaf, x, values), deep, doubtful)
    first = ALL_FUNCTIONS[node.function].numpy(high, *rest)
    slope = SLOPES[node.function](high, first, *rest)
    if is_deep(argument) and not deep:
        doubtful.append(np.abs(slope * high) > np.abs(first))
    if node.function in CIRCULAR:  # a large angle is rounded by too much to be corrected
        large = np.abs(high) >= LARGEST_ANGLE
        doubtful.append(large)
        low = np.where(large, 0.0, low)
    result = first + _finite(slope * low)
    return _mended(result, doubtful, x, deep, lambda some: _corrected(node, some, values, deep=True))


def _power(base: Node, exponent: Node, x: Array, values: Mapping[str, float], deep: bool = False) -> Any:
    """A power, corrected for the rounding of its base and its exponent, which it magnifies."""
    doubtful: list[Any] = []
    below, above = (pair(part, lambda leaf: _value(leaf, x, values), deep, doubtful) for part in (base, exponent))
    first = np.power(below[0], above[0])
    result = first + _finite(first * above[0] * below[1] / below[0]) + _finite(first * np.log(below[0]) * above[1])
    return _mended(result, doubtful, x, deep, lambda some: _power(base, exponent, some, values, deep=True))


def _finite(correction: Any) -> Any:
    return np.where(np.isfinite(correction), correction, 0.0)


def _mended(result: Any, doubtful: list[Any], x: Array, deep: bool, again: Callable[[Array], Any]) -> Any:
    """The result with its doubtful elements computed again at their points.

    What is in doubt in pairs already (`deep`) is left to arbitrary precision: NaN, where the caller looks for that.
    """
    if not doubtful:
        return result
    mask = reduce(np.logical_or, doubtful)
    if deep:
        return np.where(mask, np.nan, result) if _RECOVERING.get() else result
    if np.ndim(mask) == 0:
        return again(x) if mask else result
    places = np.flatnonzero(mask)
    if places.size:
        result = np.array(np.broadcast_to(result, x.shape))
        result[places] = again(x[places])
    return result


def _choose(condition: Condition, value: Node, otherwise: Node, x: Array, values: Mapping[str, float]) -> Any:
    truth, undefined = _truth(condition, x, values)
    if np.ndim(truth) == 0:
        result = _value(value if truth else otherwise, x, values)
    elif truth.all():
        result = _value(value, x, values)
    elif not truth.any():
        result = _value(otherwise, x, values)
    elif not (_is_slow(value) or _is_slow(otherwise)):
        # Sorting the points by branch takes longer than computing both branches at all of them.
        result = np.where(truth, _value(value, x, values), _value(otherwise, x, values))
    else:
        result = np.empty_like(x)
        for mask, branch in ((truth, value), (~truth, otherwise)):
            result[mask] = _value(branch, x[mask], values)
    return result if undefined is None else np.where(undefined, np.nan, result)


@lru_cache(maxsize=1024)
def _is_slow(node: Node) -> bool:
    return any(isinstance(part, Call) and ALL_FUNCTIONS[part.function].slow for part in walk(node))


def _truth(condition: Condition, x: Array, values: Mapping[str, float]) -> tuple[Any, Any]:
    """Where the condition holds, and where it cannot be decided because a side is NaN (None: nowhere)."""
    match condition:
        case Comparison(sign, left, right):
            sides = [_value(left, x, values), _value(right, x, values)]
            truth = COMPARISONS[sign](*sides)
            # x itself needs no look: a NaN there makes the whole result NaN.
            missing = [np.isnan(side) for side, part in zip(sides, (left, right), strict=True) if _may_be_nan(part)]
            return truth, _any(missing)
        case Logic(sign, conditions):
            # Kleene's logic: one false part settles an 'and', one true part an 'or', whatever the others are.
            combine, settles = (np.logical_and, False) if sign == "and" else (np.logical_or, True)
            parts = [_truth(part, x, values) for part in conditions]
            truth = None
            settled: Any = None
            missing = []
            for part, undefined in parts:
                known = part == settles if undefined is None else (part == settles) & ~undefined
                settled = known if settled is None else settled | known
                truth = part if truth is None else combine(truth, part)
                if undefined is not None:
                    missing.append(undefined)
            undefined = _any(missing)
            if undefined is None:
                return truth, None
            return np.where(settled, settles, truth), _any([undefined & ~np.asarray(settled)])
        case Not(inner):
            truth, undefined = _truth(inner, x, values)
            return np.logical_not(truth), undefined


def _may_be_nan(node: Node) -> bool:
    return not isinstance(node, Number | Name)


def _any(masks: list[Any]) -> Any:
    if not masks:
        return None
    result = masks[0]
    for mask in masks[1:]:
        result = np.logical_or(result, mask)
    return result if np.any(result) else None
