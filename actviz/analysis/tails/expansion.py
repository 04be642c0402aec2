"""Trees as germs: every function of the language towards an end of the line or of a piece."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb, arb_series, ctx

from actviz.analysis.tails.germs import TAYLOR, Germ, composed, constant, split
from actviz.analysis.tails.monomials import (
    ONE,
    UNIT,
    Coefficient,
    Monomial,
    Start,
    T,
    UndecidedError,
    as_function,
)
from actviz.language.numerics.closures import ORDERS
from actviz.language.numerics.real import FORMS
from actviz.language.numerics.series import SMOOTH
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
)

_RATIONAL = frozenset(
    ["sin", "cos", "tan", "atan", "asinh", "sinh", "cosh", "tanh", "sech", "sigmoid", "expm1", "log1p"]
)  # whose Taylor coefficients at 0 are rational
_DENOMINATOR = 2**10 * 3**3 * 5 * 7  # of the first of them
_MINUS = -ONE
_HALF = Coefficient.rational(Fraction(1, 2))
_TWO = Coefficient.rational(2)


def expand(node: Node, values: Mapping[str, float], start: arb, side: int, place: Fraction | None = None) -> Germ:
    """A tree towards an end.

    Args:
        node: the tree.
        values: a number for every parameter.
        start: from which t on it is enclosed, at least 4.
        side: with no place, whether x = t (1) or x = −t (−1); else whether x = place + 1/t or place − 1/t.
        place: a point; None for infinity.

    Raises:
        UndecidedError: the few rules here do not suffice, or the start is too early.
    """
    origin = Start(start)
    sign = Coefficient.rational(side)
    if place is None:
        x = Germ(origin, ((T, sign),))
    else:
        x = Germ(origin, ((T.raised(_MINUS), sign),))
        if place:
            x = x + constant(origin, Coefficient.rational(place))
    return _Expansion(values, x).of(node)


class _Expansion:
    def __init__(self, values: Mapping[str, float], x: Germ) -> None:
        self.values = values
        self.x = x
        self.known: dict[Node, Germ] = {}

    def of(self, node: Node) -> Germ:
        found = self.known.get(node)
        if found is None:
            self.known[node] = found = self._of(node)
        return found

    def _of(self, node: Node) -> Germ:
        match node:
            case Number(value):
                return self.constant(Coefficient.rational(Fraction(repr(value))))
            case Name(name):
                return self.x if name == VARIABLE else self.constant(self._named(name))
            case Negation(operand):
                return -self.of(operand)
            case Operation("+", left, right):
                return self.of(left) + self.of(right)
            case Operation("-", left, right):
                return self.of(left) - self.of(right)
            case Operation("*", left, right):
                return self.of(left) * self.of(right)
            case Operation("/", left, right):
                return self.of(left) * self.of(right).raised(_MINUS)
            case Operation(_, base, exponent):
                return self._power(self.of(base), self.of(exponent))
            case Conditional(condition, value, otherwise):
                return self.of(value) if self._holds(condition) else self.of(otherwise)
            case Call(function, arguments):
                return self._call(function, [self.of(part) for part in arguments])

    def constant(self, value: Coefficient) -> Germ:
        return constant(self.x.start, value)

    def _named(self, name: str) -> Coefficient:
        if name in self.values:
            return Coefficient.rational(Fraction(self.values[name]))
        if name not in CONSTANTS:
            raise UndecidedError
        return Coefficient.irrational(arb.pi() if name == "pi" else arb.const_e(), name)

    def _holds(self, condition: Condition) -> bool:
        match condition:
            case Comparison(sign, left, right):
                difference = (self.of(left) - self.of(right)).sign
                return bool(ORDERS[sign](arb(difference), arb(0)))
            case Logic(sign, conditions):
                together = all if sign == "and" else any
                return together([self._holds(part) for part in conditions])
            case Not(inner):
                return not self._holds(inner)

    def _power(self, base: Germ, exponent: Germ) -> Germ:
        if exponent.is_zero:
            return self.constant(ONE)
        if exponent.rest is None and exponent.monomial == UNIT:
            return base.raised(exponent.terms[0][1])
        return exponential(exponent * logarithm(base))

    def _call(self, function: str, arguments: list[Germ]) -> Germ:
        match function, arguments:
            case "abs", [u]:
                return u if u.sign >= 0 else -u
            case "sign", [u]:
                return self.constant(Coefficient.rational(u.sign))
            case (("max" | "min"), [first, *others]):
                wanted = 1 if function == "max" else -1
                for other in others:
                    first = first if (first - other).sign in (0, wanted) else other
                return first
            case "clip", [u, low, high]:
                return high if (u - high).sign >= 0 else low if (u - low).sign <= 0 else u
            case "sqrt", [u]:
                return u.raised(_HALF)
            case "exp", [u]:
                return exponential(u)
            case "log", [u]:
                return logarithm(u)
            case _, [u]:
                return _applied(function, u)
            case _:
                raise UndecidedError


def exponential(u: Germ) -> Germ:
    """exp(u): what is infinite in u makes the monomial."""
    start = u.start
    if u.rest is not None and u.rest[1] == UNIT:
        return exponential(Germ(start, u.terms)) * Germ(start, (), (u.rest[0].exp(), UNIT))
    infinite, level, small = split(u)
    monomial = UNIT
    for term, coefficient in infinite.terms:
        monomial = monomial * Monomial(((term.generator, coefficient),))
    factor = ONE if level.is_zero else Coefficient.irrational(level.ball.exp(), "exp", level.residue)
    coefficients = [Coefficient.rational(Fraction(1, math.factorial(k))) for k in range(TAYLOR)]
    series = composed(coefficients, lambda epsilon: epsilon.exp() / math.factorial(TAYLOR), small)
    return series.scaled(factor, monomial)


def logarithm(u: Germ) -> Germ:
    """Log u, for a positive u whose largest term is known."""
    if not u.terms:
        ball, monomial = u.enclosed()
        if not ball > 0:
            raise UndecidedError
        return _log_monomial(u.start, monomial) + Germ(u.start, (), (ball.log(), UNIT))
    coefficient, monomial, small = u.relative()
    if coefficient.sign < 0:
        raise UndecidedError
    level = constant(u.start, Coefficient.irrational(coefficient.ball.log(), "log", coefficient.residue))
    return _log_monomial(u.start, monomial) + level + _log1p(small)


def _log_monomial(start: Start, monomial: Monomial) -> Germ:
    return Germ(start, tuple((as_function(generator), power) for generator, power in monomial.factors))


def _log1p(small: Germ) -> Germ:
    coefficients = [Coefficient.rational(Fraction((-1) ** (k + 1), k) if k else 0) for k in range(TAYLOR)]
    return composed(coefficients, lambda epsilon: (-1) ** (TAYLOR + 1) / (TAYLOR * (1 + epsilon) ** TAYLOR), small)


def _applied(function: str, u: Germ) -> Germ:
    """A function of one argument: by its series where the argument stays finite, by its own law where it does not."""
    if u.is_zero or u.monomial.sign <= 0:
        return _finite(function, u)
    sign = 1 if function in ("sin", "cos", "tan") else u.sign
    law = _LAWS.get(function)
    if law is None:
        raise UndecidedError
    return law(u, sign)


def _finite(function: str, u: Germ) -> Germ:
    start = u.start
    if u.rest is not None and u.rest[1] == UNIT:
        whole = u.rest[0] + sum((value.ball * start.range(part) for part, value in u.terms), arb(0))
        return Germ(start, (), (FORMS[function](whole), UNIT))
    _, level, small = split(u)
    if function in ("log", "log1p"):
        return logarithm(u + constant(start, ONE)) if function == "log1p" and level.is_zero is False else _log1p(small)
    series = _taylor(function, level.ball, TAYLOR)
    coefficients = [
        _rational(ball) if level.is_zero and function in _RATIONAL else _named(ball, function, k, level)
        for k, ball in enumerate(series)
    ]
    if any(not ball.is_finite() for ball in series):
        raise UndecidedError
    return composed(coefficients, lambda epsilon: _taylor(function, level.ball + epsilon, TAYLOR + 1)[TAYLOR], small)


def _named(ball: arb, function: str, k: int, level: Coefficient) -> Coefficient:
    return Coefficient.rational(0) if ball.is_zero() else Coefficient.irrational(ball, function, k, level.residue)


def _rational(ball: arb) -> Coefficient:
    """The rational number that a Taylor coefficient at 0 is known to be; its denominator divides the common one."""
    nearest = (ball * _DENOMINATOR + arb(0.5)).floor().unique_fmpz()
    if nearest is None:
        raise UndecidedError
    return Coefficient.rational(Fraction(int(nearest), _DENOMINATOR))


def _taylor(function: str, at: arb, length: int) -> list[arb]:
    before = ctx.cap
    ctx.cap = length
    try:
        series = SMOOTH[function](arb_series([at, 1]))
        return [series[k] for k in range(length)]
    finally:
        ctx.cap = before


def _number(u: Germ, value: int | Coefficient) -> Germ:
    return constant(u.start, value if isinstance(value, Coefficient) else Coefficient.rational(value))


def _sigmoid(u: Germ, sign: int) -> Germ:
    if sign > 0:
        return (_number(u, 1) + exponential(-u)).raised(_MINUS)
    small = exponential(u)
    return small * (_number(u, 1) + small).raised(_MINUS)


def _softplus(u: Germ, sign: int) -> Germ:
    return u + _log1p(exponential(-u)) if sign > 0 else _log1p(exponential(u))


def _tanh(u: Germ, sign: int) -> Germ:
    small = exponential(u.scaled(Coefficient.rational(-2 * sign)))
    result = (_number(u, 1) - small) * (_number(u, 1) + small).raised(_MINUS)
    return result if sign > 0 else -result


def _sech(u: Germ, sign: int) -> Germ:
    small = exponential(-u if sign > 0 else u)
    return small.scaled(_TWO) * (_number(u, 1) + small * small).raised(_MINUS)


def _hyperbolic(u: Germ, odd: bool) -> Germ:
    up, down = exponential(u), exponential(-u)
    return (up - down if odd else up + down).scaled(_HALF)


def _erfc_from(u: Germ) -> Germ:
    """erfc(u) for u → ∞: its asymptotic series alternates, so that the next term bounds what is left out."""
    inverse_square = (u * u).raised(_MINUS)
    total, term, factor = _number(u, 1), _number(u, 1), ONE
    for k in range(1, TAYLOR):
        factor = factor * Coefficient.rational(Fraction(1 - 2 * k, 2))
        term = term * inverse_square
        total = total + term.scaled(factor)
    ball, scale = (term * inverse_square).enclosed()
    last = factor.ball * (1 - 2 * TAYLOR) / 2
    rest = Germ(u.start, (), (ball * arb(0).union(last), scale))
    root = Coefficient.irrational(1 / arb.const_sqrt_pi(), "1/sqrt(pi)")
    return exponential(-(u * u)) * u.raised(_MINUS) * (total + rest).scaled(root)


def _erfc(u: Germ, sign: int) -> Germ:
    return _erfc_from(u) if sign > 0 else _number(u, 2) - _erfc_from(-u)


def _erf(u: Germ, sign: int) -> Germ:
    return _number(u, 1) - _erfc_from(u) if sign > 0 else _erfc_from(-u) - _number(u, 1)


def _normal_cdf(u: Germ, sign: int) -> Germ:
    if sign > 0:
        return _number(u, 1) - _normal_cdf(-u, -1)
    density = _normal_pdf(u, sign)
    inverse_square = (u * u).raised(_MINUS)
    total, term, factor = _number(u, 1), _number(u, 1), ONE
    for k in range(1, TAYLOR):
        factor = factor * Coefficient.rational(1 - 2 * k)
        term = term * inverse_square
        total = total + term.scaled(factor)
    ball, scale = (term * inverse_square).enclosed()
    rest = Germ(u.start, (), (ball * arb(0).union(factor.ball * (1 - 2 * TAYLOR)), scale))
    return density * (-u).raised(_MINUS) * (total + rest)


def _normal_pdf(u: Germ, _: int) -> Germ:
    root = Coefficient.irrational(1 / (2 * arb.pi()).sqrt(), "1/sqrt(2*pi)")
    return exponential((u * u).scaled(-_HALF)).scaled(root)


def _atan(u: Germ, sign: int) -> Germ:
    half_pi = Coefficient.irrational(arb.pi(), "pi") * Coefficient.rational(Fraction(sign, 2))
    return _number(u, half_pi) - _finite("atan", u.raised(_MINUS))


def _asinh(u: Germ, sign: int) -> Germ:
    size = u if sign > 0 else -u
    result = logarithm(size + (size * size + _number(u, 1)).raised(_HALF))
    return result if sign > 0 else -result


def _wave(u: Germ, _: int) -> Germ:
    return Germ(u.start, (), (arb(-1).union(arb(1)), UNIT))


_LAWS: dict[str, Callable[[Germ, int], Germ]] = {
    "expm1": lambda u, _: exponential(u) - _number(u, 1),
    "log1p": lambda u, _: logarithm(u + _number(u, 1)),
    "sin": _wave,
    "cos": _wave,
    "atan": _atan,
    "asinh": _asinh,
    "sinh": lambda u, _: _hyperbolic(u, True),
    "cosh": lambda u, _: _hyperbolic(u, False),
    "tanh": _tanh,
    "sech": _sech,
    "erf": _erf,
    "erfc": _erfc,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "log_sigmoid": lambda u, sign: -_softplus(-u, -sign),
    "normal_pdf": _normal_pdf,
    "normal_cdf": _normal_cdf,
}
