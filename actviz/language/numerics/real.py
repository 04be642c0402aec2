"""Enclosures of real values: every function of the language on balls, narrow or wide, and choices between them.

A ball that is all but a point goes to Arb's own function. Of a wide one the ends are enough where the function rises
or falls throughout, and give an interval that is not wider than need be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any

from flint import arb, ctx

from actviz.language.numerics.closures import Closure, Compiler, Constant, NoValueError, PoleError, whole
from actviz.language.syntax import (
    CONSTANTS,
    Call,
    Comparison,
    Conditional,
    Name,
    Node,
    Number,
    Operation,
)

LARGEST = 1 << 14  # bits of an exponent past which exp(u) is taken as infinite, and of the precision that sees it
_TINY = 1 << 20  # bits that the exponent of a number has lost to 0 before Arb loses digits, and none of ours
_NARROW = 20  # bits of accuracy from which a ball counts as a point; its radius has 30


def monotone(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """A function that rises or falls throughout, on balls of any width."""

    def enclosed(u: arb) -> arb:
        if u.rel_accuracy_bits() >= _NARROW or not u.is_finite():
            return function(u)
        return function(u.lower()).union(function(u.upper()))

    return enclosed


def even(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """A function of |u| that rises or falls with it, on balls of any width."""
    sided = monotone(function)

    def enclosed(u: arb) -> arb:
        if u.rel_accuracy_bits() >= _NARROW or not u.is_finite():
            return function(u)
        return sided(abs(u).nonnegative_part()) if u.contains(0) else sided(abs(u))

    return enclosed


def small(function: Callable[[arb], arb]) -> Callable[[arb], arb]:
    """A function that is u + O(u²) at 0; Arb's own keep but few bits where u is so small that its exponent is huge."""

    def enclosed(u: arb) -> arb:
        if u.rel_accuracy_bits() < _NARROW or abs(u) > arb((1, -_TINY)):
            return function(u)
        return u * arb(1, arb((1, -_TINY)))

    return enclosed


def positive(function: Callable[[arb], arb], least: int = 0) -> Callable[[arb], arb]:
    """A logarithm: nothing below `least`, and a pole there."""
    sided = monotone(function)

    def enclosed(u: arb) -> arb:
        result = sided(u)
        if not result.is_finite() and u <= least:
            raise PoleError("the logarithm of 0") if u == least else NoValueError("the logarithm of a negative number")
        return result

    return enclosed


def quotient(above: arb, below: arb) -> arb:
    """A quotient; a pole where what it divides by is 0 for certain."""
    result: arb = above / below
    if not result.is_finite() and below.is_zero():
        raise PoleError("a division by 0")
    return result


def _root(u: arb) -> arb:
    if u < 0:
        raise NoValueError("the root of a negative number")
    return _SQRT(u)


def _exp(u: arb) -> arb:
    result = u.exp()
    if not result.is_finite() and ctx.prec >= LARGEST and u > 1:
        return arb.pos_inf()  # nothing that has a float64 is left to be told apart
    return result


def sign(u: arb) -> arb:
    """−1, 0 or 1; all of what it may be where that is not settled."""
    return arb.nan() if u.is_nan() else u.sgn()


def sigmoid(u: arb) -> arb:
    """1/(1 + exp(−u)), from the exponential that is small."""
    if u > 0:
        return 1 / (1 + (-u).exp())
    z = _exp(u)
    return z / (1 + z)


def softplus(u: arb) -> arb:
    """ln(1 + exp(u)), from the exponential that is small."""
    if u > 0:
        return u + (-u).exp().log1p()
    return _exp(u).log1p()


def sech(u: arb) -> arb:
    """1/cosh(u), from the exponential that is small."""
    z = (-abs(u)).exp()
    return 2 * z / (1 + z * z)


def _erfc(u: arb) -> arb:
    result = u.erfc()
    if result.contains(0) and u > 1:  # far out, where Arb bounds it by 0 and a radius
        return result.nonnegative_part()
    return result


def normal_pdf(u: arb) -> arb:
    """exp(−u²/2)/√(2π)."""
    return (-u * u / 2).exp() / (2 * arb.pi()).sqrt()


def normal_cdf(u: arb) -> arb:
    """The standard normal distribution function, ½ erfc(−u/√2)."""
    return _erfc(-u / arb(2).sqrt()) / 2


def clip(u: arb, low: arb, high: arb) -> arb:
    """`high` where u is at least that, else the larger of u and `low`."""
    if u >= high:
        return high
    if u < high:
        return u.max(low)
    return u.max(low).min(high) if low <= high else u.max(low).union(high)


def absolute(u: arb) -> arb:
    """|u|, from 0 on where the sign is open."""
    return abs(u) if u > 0 or u < 0 or not u.is_finite() else arb(0).union(abs(u).upper())


def _sinh(u: arb) -> arb:
    # Arb loses the whole value where its exponential overflows; by then sinh is ± half an exponential.
    result = u.sinh()
    if not result.is_finite() and ctx.prec >= LARGEST:
        return _exp(u) if u > 1 else -_exp(-u) if u < -1 else result
    return result


def _cosh(u: arb) -> arb:
    result = u.cosh()
    if not result.is_finite() and ctx.prec >= LARGEST and abs(u) > 1:
        return _exp(abs(u))
    return result


def _expm1(u: arb) -> arb:
    return u.expm1() if u < 1 else _exp(u) - 1


_SQRT = monotone(arb.sqrt)

FORMS: dict[str, Callable[..., arb]] = {
    "exp": monotone(_exp),
    "expm1": monotone(small(_expm1)),
    "log": positive(arb.log),
    "log1p": positive(arb.log1p, -1),
    "sqrt": _root,
    "abs": absolute,
    "sign": sign,
    "min": lambda *parts: reduce(arb.min, parts),
    "max": lambda *parts: reduce(arb.max, parts),
    "clip": clip,
    "sin": arb.sin,
    "cos": arb.cos,
    "tan": arb.tan,
    "atan": monotone(arb.atan),
    "asinh": monotone(arb.asinh),
    "sinh": monotone(small(_sinh)),
    "cosh": even(_cosh),
    "tanh": monotone(small(arb.tanh)),
    "sech": even(sech),
    "erf": monotone(arb.erf),
    "erfc": monotone(_erfc),
    "sigmoid": monotone(sigmoid),
    "softplus": monotone(softplus),
    "log_sigmoid": monotone(lambda u: -softplus(-u)),
    "normal_pdf": even(normal_pdf),
    "normal_cdf": monotone(normal_cdf),
}

_FROM_ZERO = frozenset(["sqrt", "log", "log1p"])  # functions that a radius below 0 would leave without a value
_POSITIVE = frozenset(["abs", "exp", "cosh", "sech", "erfc", "sigmoid", "softplus", "normal_pdf", "normal_cdf", "sqrt"])


def whole_power(base: arb, exponent: int) -> arb:
    """The base to a whole power."""
    if exponent < 0:
        return quotient(arb(1), whole_power(base, -exponent))
    if exponent == 2:
        return base * base if base.rel_accuracy_bits() >= _NARROW or base.is_zero() else _wide_power(base, 2)
    if base.rel_accuracy_bits() >= _NARROW or base.is_zero() or exponent < 2:
        return base**exponent
    return _wide_power(base, exponent)


def _wide_power(base: arb, exponent: int) -> arb:
    if not base.is_finite():
        return arb.nan() if base.is_nan() else base**exponent
    low, high = base.lower() ** exponent, base.upper() ** exponent
    result = low.union(high)
    return result.union(arb(0)) if exponent % 2 == 0 and base.contains(0) else result


def power(base: arb, exponent: arb) -> arb:
    """A power with a real exponent; NaN where base or exponent leave open whether it has a value."""
    count = whole(exponent)
    if count is not None:
        return whole_power(base, count)
    if base > 0:
        return FORMS["exp"](exponent * FORMS["log"](base))
    if base < 0 and exponent.is_exact():
        raise NoValueError("a power of a negative number")
    if base.is_zero() and exponent < 0:
        raise PoleError("a negative power of 0")
    if exponent > 0 and base >= 0:
        if base.is_zero():
            return arb(0)
        return arb(0).union(FORMS["exp"](exponent * base.upper().log()))
    return arb.nan()


def fraction_power(base: arb, exponent: arb) -> arb:
    """A power whose exponent is not whole for certain: a negative number has none."""
    if base < 0:
        raise NoValueError("a power of a negative number")
    return power(base, exponent)


class Real(Compiler):
    """Trees on balls.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        ties: what is not settled between two sides of a comparison means that they are equal, rather than both ways.
    """

    forms = FORMS

    def __init__(self, node: Node, values: Any, ties: bool = False) -> None:
        self.ties = ties
        super().__init__(node, values)

    def number(self, value: arb) -> arb:
        """A constant is its ball."""
        return value

    def quotient(self, above: arb, below: arb) -> arb:
        """A quotient."""
        return quotient(above, below)

    def call(self, node: Call, arguments: list[Closure]) -> Closure:
        """A function; its argument cannot be negative where its form says so, whatever its radius is."""
        if node.function in _FROM_ZERO and _is_nonnegative(node.arguments[0]):
            (argument,) = arguments
            form = self.forms[node.function]
            return lambda x: form(_cut(argument(x)))
        if node.function == "sign" and self.ties:
            (argument,) = arguments

            def settled(x: Any) -> arb:
                u = argument(x)
                return arb(0) if u.contains(0) and not u.is_nan() else u.sgn()

            return settled
        return super().call(node, arguments)

    def power(self, base: Closure, exponent: Closure) -> Closure:
        """A power; of a whole number that is known, without a look at it each time."""
        if isinstance(exponent, Constant):
            fixed = exponent.result
            count = whole(fixed)
            if count is not None:
                return lambda x: whole_power(base(x), count)
            if exponent.rational is not None and exponent.rational.q > 1:
                return lambda x: fraction_power(base(x), fixed)
            return lambda x: power(base(x), fixed)
        return lambda x: power(base(x), exponent(x))

    def comparison(self, sign: str, left: Closure, right: Closure) -> Callable[[Any], Any]:
        """A comparison; with `ties`, sides that cannot be told apart are equal."""
        compare = super().comparison(sign, left, right)
        if not self.ties:
            return compare
        tied = sign in ("<=", ">=", "==")

        def decided(x: Any) -> Any:
            found = compare(x)
            return tied if found is None else found

        return decided

    def choice(self, node: Conditional) -> Closure:
        """The branch that is taken; both together where that is not settled."""
        cut = self._cut_at(node.condition)

        def both(x: Any, value: Closure, otherwise: Closure) -> arb:
            first, second = (x, x) if cut is None else cut(x)
            try:
                together: arb = value(first).union(otherwise(second))
                return together
            except NoValueError:  # in a branch that need not be the one that is taken
                return arb.nan()

        return self.chooser(node, both, arb.nan)

    def _cut_at(self, condition: Any) -> Callable[[arb], tuple[arb, arb]] | None:
        """Where the condition bounds x itself by a constant: the parts of a ball where it holds and where not."""
        match condition:
            case Comparison("<" | "<=" | ">" | ">=" as sign, Name(name), right) if self.variables == (name,):
                place = self.closure(right)
            case _:
                return None
        if not isinstance(place, Constant) or not place.result.is_finite():
            return None
        at = place.result

        def parts(x: arb) -> tuple[arb, arb]:
            below, above = x.lower().union(at), at.union(x.upper())
            return (above, below) if sign[0] == ">" else (below, above)

        return parts


def _cut(u: arb) -> arb:
    return u if u.is_nan() else u.nonnegative_part()


@lru_cache(maxsize=2048)
def _is_nonnegative(node: Node) -> bool:
    """Whether the tree cannot be negative by its form."""
    match node:
        case Number(value):
            return value >= 0
        case Name(name):
            return name in CONSTANTS
        case Call("max", arguments):
            return any(_is_nonnegative(part) for part in arguments)
        case Call("min", arguments):
            return all(_is_nonnegative(part) for part in arguments)
        case Call(function):
            return function in _POSITIVE
        case Operation("**", _, Number(int() as exponent)):
            return exponent > 0 and exponent % 2 == 0
        case Operation("+" | "*", left, right):
            return (left == right and node.operator == "*") or (_is_nonnegative(left) and _is_nonnegative(right))
        case _:
            return False
