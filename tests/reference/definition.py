"""Trees in mpmath's arithmetic: the second judge, and derivatives by their definition.

Nothing of it is computed as the program does (`actviz.language.numerics.exact`, in balls): precision is raised until
two passes agree, and derivatives are differences of the function. That is slow, and good for a sample.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import mpmath
from mpmath import mp, mpf

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
)

DIGITS = 50
_BITS = 200  # a first pass, good for 50 digits and some cancellation
_MOST_BITS = 1 << 14
_AGREE = mpf(2) ** -172  # 50 digits
FINENESS = 150  # bits by which the step of a difference is smaller than x; its square is the error of the quotient
_DOUBLINGS = 4
_PROBES = (8, 24, 72, 216)  # powers of ten at which a limit is looked for
_TINIEST = mpf(2) ** -1074
_HUGE = 1 << 14  # the exponent (of 2) past which exp is not computed but taken as 0 or ∞


class UndefinedError(ArithmeticError):
    """The expression has no real value here."""


class Exact:
    """A tree with its parameters' values, evaluated with as many digits as it takes.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
    """

    def __init__(self, node: Node, values: Mapping[str, float]) -> None:
        self.node = node
        self.values = values

    def __call__(self, x: Any) -> Any:
        """The value at `x`, an mpf right to at least 50 digits; ±inf where it is beyond any bound.

        Raises:
            UndefinedError: there is no real value at `x`, or it could not be settled.
        """
        bits = _bits_for(x)
        most = max(_MOST_BITS, 2 * bits)
        try:
            passes = [self.at_precision(x, bits)]
        except UndefinedError:  # what it divides by may have been cancelled
            bits = most // 2
            passes = [self.at_precision(x, bits)]
        while bits < most:
            # Two zeros may be one and the same total cancellation: only the last pass is believed.
            bits = min(max(2 * bits, most // 2 if passes[-1] == 0 else 0), most)
            passes.append(self.at_precision(x, bits))
            last, result = passes[-2:]
            with mp.workprec(bits):
                # Two zeros may be one cancellation, so they settle nothing until the last pass.
                if result != 0 and (last == result or abs(result - last) <= abs(result) * _AGREE):
                    return result
        if _vanishes(passes):
            return mpf(0)
        raise UndefinedError(f"no agreement at {_MOST_BITS} bits")

    def at_precision(self, x: Any, bits: int) -> Any:
        """The value at `x` computed once with the given number of bits."""
        with mp.workprec(bits):
            try:
                result = _value(self.node, _exactly(x), self.values)
            except (ZeroDivisionError, ValueError, OverflowError) as error:
                raise UndefinedError(str(error)) from None
            if isinstance(result, mpmath.mpc) or mpmath.isnan(result):
                raise UndefinedError("not a real number")
            return result

    def nearest_float(self, x: float) -> float:
        """The float64 nearest to the value at `x`; NaN where there is none."""
        try:
            return float(self(x))
        except UndefinedError:
            return math.nan

    def derivative(self, x: float, order: int = 1) -> Any:
        """The derivative in x at `x`; see `partial`."""
        return self.partial(x, (VARIABLE,) * order)

    def partial(self, x: float, variables: Sequence[str], fineness: int = FINENESS) -> Any:
        """A derivative at `x` by its definition, from differences of the value at growing precision.

        The tree must be smooth around `x`; its derivative's own formula plays no part.

        Args:
            x: the place.
            variables: what to differentiate in, one after another: ``x`` or a parameter.
            fineness: by how many bits a step is smaller than `x`; what changes within such a step needs more.

        Raises:
            UndefinedError: the value is not defined around `x`.
        """
        axes = []
        for name, order in Counter(variables).items():
            centre = x if name == VARIABLE else self.values[name]
            with mp.workprec(_BITS):
                axes.append(_Axis(name, centre, order, mpf(2) ** -fineness * max(abs(mpf(centre)), mpf(2) ** -1074)))
        sizes = [int(mpmath.mag(axis.step)) for axis in axes]
        cancelled = sum(axis.order * size for axis, size in zip(axes, sizes, strict=True))
        bits = 2 * fineness - cancelled - min(sizes)  # the differences cancel all but the first part
        results = [self._difference(x, axes, bits)]
        for doubled in range(1, _DOUBLINGS + 1):
            results.append(self._difference(x, axes, bits << doubled))
            with mp.workprec(_BITS):
                if abs(results[-1] - results[-2]) <= abs(results[-1]) * _AGREE:
                    return results[-1]
        if _vanishes(results):
            return mpf(0)
        raise UndefinedError(f"no agreement at {bits << _DOUBLINGS} bits")

    def _difference(self, x: float, axes: Sequence[_Axis], bits: int) -> Any:
        """The central difference quotient at `x`, computed with the given number of bits."""
        with mp.workprec(bits):
            total = mpf(0)
            for corner in product(*(axis.points() for axis in axes)):
                places = {axis.name: place for axis, (place, _) in zip(axes, corner, strict=True)}
                weight = math.prod(weight for _, weight in corner)
                at = places.pop(VARIABLE, x)
                total += weight * Exact(self.node, {**self.values, **places}).at_precision(at, bits)
            return total / math.prod(axis.step**axis.order for axis in axes)

    def limit_at_infinity(self, sign: int) -> float:
        """The limit as x → +∞ (`sign` 1) or −∞ (−1) as a float64; NaN where there is none to be found."""
        return self._limit(lambda scale: sign * scale)

    def limit_at(self, x: float, side: int) -> float:
        """The limit as x is approached from above (`side` 1) or below (−1); NaN where there is none."""
        return self._limit(lambda scale: mpf(x) + side / scale)

    def _limit(self, place: Callable[[Any], Any]) -> float:
        answers = []
        for square in (1, 2):  # two sets of probes, one irrational, so that an oscillation is not taken for a trend
            found = []
            with mp.workdps(2 * _PROBES[-1]):
                for power in _PROBES:
                    try:
                        found.append(self(place(mpmath.sqrt(square) * mpf(10) ** power)))
                    except UndefinedError:
                        continue
            answers.append(_trend(found))
        return answers[0] if answers[0] == answers[1] else math.nan


@dataclass(frozen=True)
class _Axis:
    """A variable of a difference quotient: where it is, how often it is differentiated in, and by which steps."""

    name: str
    centre: float
    order: int
    step: Any

    def points(self) -> list[tuple[Any, int]]:
        """The places of a central difference with their weights, at the working precision."""
        return [
            (mpf(self.centre) + (mpf(self.order) / 2 - index) * self.step, (-1) ** index * math.comb(self.order, index))
            for index in range(self.order + 1)
        ]


def _vanishes(passes: Sequence[Any]) -> bool:
    """Whether results at growing precision are the rounding of what is 0: less whenever precision grows.

    After nothing at all comes nothing again, or what is too small for any float64.
    """
    return all(abs(after) <= (abs(before) or _TINIEST) * mpf(2) ** -20 for before, after in pairwise(passes))


def _exactly(x: Any) -> Any:
    """An mpf as it is, not rounded to the working precision."""
    return x if isinstance(x, mpf) else mpf(x)


def _bits_for(x: Any) -> int:
    """A first precision that 1 + x, x − sin(x) or 1 − tanh(x) do not exhaust."""
    x = _exactly(x)
    if x == 0:
        return _BITS
    nearest = mpmath.nint(x) if abs(x) < 1e15 else x
    beside = abs(int(mpmath.mag(x - nearest))) if x != nearest else 0
    return _BITS + 4 * max(abs(int(mpmath.mag(x))), beside)


def _trend(found: list[Any]) -> float:
    """Where a sequence of values is heading: a number, ±inf, or NaN when that cannot be told."""
    if len(found) < 2:
        return math.nan
    before, last = found[-2:]
    if before == last or abs(last - before) <= abs(last) * mpf(10) ** -25:
        return float(last)
    steps = list(pairwise(found))
    if all(abs(after) <= abs(first) / 2 for first, after in steps):
        return 0.0
    if all(first * after > 0 and abs(after) >= 2 * abs(first) for first, after in steps):
        return math.copysign(math.inf, last)
    return math.nan


def _value(node: Node, x: Any, values: Mapping[str, float]) -> Any:
    match node:
        case Number(value):
            return mpf(repr(value))
        case Name(name):
            if name == VARIABLE:
                return x
            if name in values:
                return mpf(values[name])
            return {"pi": +mp.pi, "e": +mp.e}[name] if name in CONSTANTS else mpmath.nan
        case Negation(operand):
            return -_value(operand, x, values)
        case Operation(sign, left, right):
            return _operate(sign, _value(left, x, values), _value(right, x, values))
        case Call(function, arguments):
            return FORMS[function](*(_value(part, x, values) for part in arguments))
        case Conditional(condition, value, otherwise):
            return _value(value if _holds(condition, x, values) else otherwise, x, values)


def _holds(condition: Condition, x: Any, values: Mapping[str, float]) -> bool:
    match condition:
        case Comparison(sign, left, right):
            return bool(COMPARISONS[sign](_value(left, x, values), _value(right, x, values)))
        case Logic("and", conditions):
            return all(_holds(part, x, values) for part in conditions)
        case Logic(_, conditions):
            return any(_holds(part, x, values) for part in conditions)
        case Not(inner):
            return not _holds(inner, x, values)


def _operate(sign: str, left: Any, right: Any) -> Any:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case _:
            return _power(left, right)


def _power(base: Any, exponent: Any) -> Any:
    if base > 0 and not mpmath.isint(exponent):
        return _exp(exponent * mpmath.log(base))
    if mpmath.isint(exponent) and abs(exponent) < 2**53:
        return base ** int(exponent)
    if base > 0:
        return _exp(exponent * mpmath.log(base))
    if base == 0 and exponent > 0:
        return mpf(0)
    raise UndefinedError("a power of a negative number")


def _exp(u: Any) -> Any:
    if abs(u) > mpf(2) ** _HUGE:
        return mpmath.inf if u > 0 else mpf(0)
    if abs(u) < 2**30:
        return mpmath.exp(u)
    # mpmath raises e to a large whole number by repeated multiplication; the power of two is split off instead.
    with mp.extraprec(int(mpmath.mag(u)) + 10):
        twos = mpmath.floor(u / mpmath.ln2)
        rest = mpmath.exp(u - twos * mpmath.ln2)
    return mpmath.ldexp(rest, int(twos))


def _periodic(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def bounded(u: Any) -> Any:
        if abs(u) > mpf(2) ** _HUGE:
            raise UndefinedError("an angle too large to reduce")
        return function(u)

    return bounded


def _log(u: Any) -> Any:
    if u <= 0:
        raise UndefinedError("logarithm of a number that is not positive")
    return mpmath.log(u)


def _sqrt(u: Any) -> Any:
    if u < 0:
        raise UndefinedError("square root of a negative number")
    return mpmath.sqrt(u)


def _expm1(u: Any) -> Any:
    return mpmath.expm1(u) if abs(u) < 1 else _exp(u) - 1


def _log1p(u: Any) -> Any:
    if u <= -1:
        raise UndefinedError("logarithm of a number that is not positive")
    return mpmath.log1p(u) if abs(u) < 1 else mpmath.log(1 + u)


def _sigmoid(u: Any) -> Any:
    return 1 / (1 + _exp(-u)) if u > 0 else _exp(u) / (1 + _exp(u))


def _softplus(u: Any) -> Any:
    return max(u, mpf(0)) + _log1p(_exp(-abs(u)))


def _sech(u: Any) -> Any:
    z = _exp(-abs(u))
    return 2 * z / (1 + z * z)


def _tanh(u: Any) -> Any:
    z = _expm1(-2 * abs(u))
    return (-z / (2 + z)) * (1 if u >= 0 else -1)


def _erfc(u: Any) -> Any:
    if abs(u) > 10**15:
        return mpf(0) if u > 0 else mpf(2)
    return mpmath.erfc(u)


def _erf(u: Any) -> Any:
    return mpf(1 if u > 0 else -1) if abs(u) > 10**15 else mpmath.erf(u)


FORMS: dict[str, Callable[..., Any]] = {
    "exp": _exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "sqrt": _sqrt,
    "abs": abs,
    "sign": mpmath.sign,
    "min": min,
    "max": max,
    "clip": lambda u, low, high: high if u >= high else max(u, low),
    "sin": _periodic(mpmath.sin),
    "cos": _periodic(mpmath.cos),
    "tan": _periodic(mpmath.tan),
    "atan": mpmath.atan,
    "asinh": mpmath.asinh,
    "sinh": lambda u: (_expm1(u) - _expm1(-u)) / 2,
    "cosh": lambda u: (_exp(u) + _exp(-u)) / 2,
    "tanh": _tanh,
    "sech": _sech,
    "erf": _erf,
    "erfc": _erfc,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "log_sigmoid": lambda u: -_softplus(-u),
    "normal_pdf": lambda u: _exp(-u * u / 2) / mpmath.sqrt(2 * mp.pi),
    "normal_cdf": lambda u: _erfc(-u / mpmath.sqrt(2)) / 2,
}
