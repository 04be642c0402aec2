"""Enclosures of Taylor coefficients: a tree on power series whose coefficients are balls.

A series stands for the function on one smooth piece. Where a choice is exactly at its boundary there is one series
for each side (`side`), and none for both; where a choice is not settled, every coefficient is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, ClassVar, Literal, TypeAlias

from flint import arb, arb_series, ctx, fmpq

from actviz.language.numerics import real
from actviz.language.numerics.closures import (
    ORDERS,
    UNDEFINED,
    Closure,
    Compiler,
    Constant,
    NoValueError,
    fraction,
    whole,
)
from actviz.language.syntax import COMPARISONS, VARIABLE, Call, Conditional, Node

Form: TypeAlias = Callable[[arb_series], arb_series]
Side: TypeAlias = Literal[-1, 0, 1, "at"]


def nowhere() -> arb_series:
    """The series of what has none."""
    return arb_series([arb.nan()] * ctx.cap)


def divided(above: arb_series, below: arb_series) -> arb_series:
    """A quotient, also where both begin with zeros; no series at a pole, or where there is nothing below."""
    try:
        found: arb_series = above / below
        return found
    except (ValueError, ZeroDivisionError):
        return nowhere()


def _from_slope(slope: Form, value: Callable[[arb], arb]) -> Form:
    """The series of a function from that of its derivative, and its value, right to all its digits."""

    def form(u: arb_series) -> arb_series:
        return _replaced((slope(u) * u.derivative()).integral(), value(u[0]))

    return form


def _sigmoid(u: arb_series) -> arb_series:
    if u[0] > 0:
        return (1 + (-u).exp()).inv()
    z = u.exp()
    return divided(z, 1 + z)


def _sech(u: arb_series) -> arb_series:
    if abs(u[0]) < 1:
        return _cosh(u).inv()
    z = (-u).exp() if u[0] > 0 else u.exp()
    return divided(2 * z, 1 + z * z)


def _sech_squared(u: arb_series) -> arb_series:
    slope = _sech(u)
    return slope * slope


def _expm1(u: arb_series) -> arb_series:
    result = u.exp()
    return _replaced(result, real.FORMS["expm1"](u[0]))


def _sinh(u: arb_series) -> arb_series:
    rise, level = _parts(u)
    return real.FORMS["sinh"](u[0]) * level + real.FORMS["cosh"](u[0]) * rise


def _cosh(u: arb_series) -> arb_series:
    rise, level = _parts(u)
    return real.FORMS["cosh"](u[0]) * level + real.FORMS["sinh"](u[0]) * rise


def _parts(u: arb_series) -> tuple[arb_series, arb_series]:
    """The hyperbolic sine and cosine of what a series adds to its first coefficient."""
    up = _replaced(u, arb(0)).exp()
    down = up.inv()
    return (up - down) / 2, (up + down) / 2


def _square_exponential(u: arb_series) -> arb_series:
    return (-(u * u)).exp()


def _normal_pdf(u: arb_series) -> arb_series:
    return (-(u * u) / 2).exp() / (2 * arb.pi()).sqrt()


def _replaced(series: arb_series, value: arb) -> arb_series:
    coefficients = series.coeffs()
    return arb_series([value, *coefficients[1:]], prec=series.prec)


def _asinh_slope(u: arb_series) -> arb_series:
    return (1 + u * u).rsqrt()


def _atan_slope(u: arb_series) -> arb_series:
    return (1 + u * u).inv()


SMOOTH: dict[str, Form] = {
    "exp": lambda u: u.exp(),
    "expm1": _expm1,
    "log": lambda u: u.log(),
    "log1p": _from_slope(lambda u: (1 + u).inv(), real.FORMS["log1p"]),
    "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(),
    "tan": lambda u: u.tan(),
    "atan": _from_slope(_atan_slope, real.FORMS["atan"]),
    "asinh": _from_slope(_asinh_slope, real.FORMS["asinh"]),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _from_slope(_sech_squared, real.FORMS["tanh"]),
    "sech": _sech,
    "erf": _from_slope(lambda u: 2 * _square_exponential(u) / arb.const_sqrt_pi(), real.FORMS["erf"]),
    "erfc": _from_slope(lambda u: -2 * _square_exponential(u) / arb.const_sqrt_pi(), real.FORMS["erfc"]),
    "sigmoid": _sigmoid,
    "softplus": _from_slope(_sigmoid, real.FORMS["softplus"]),
    "log_sigmoid": _from_slope(lambda u: _sigmoid(-u), real.FORMS["log_sigmoid"]),
    "normal_pdf": _normal_pdf,
    "normal_cdf": _from_slope(_normal_pdf, real.FORMS["normal_cdf"]),
}


AT: Side = "at"
SIDES: tuple[Side, Side] = (-1, 1)


def _together(branches: Sequence[arb_series]) -> arb_series:
    """A series whose coefficients enclose those of all branches."""
    length = min(branch.prec for branch in branches)
    return arb_series([reduce(arb.union, [branch[k] for branch in branches]) for k in range(length)], prec=length)


class Series(Compiler):
    """Trees on power series.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        variables: see `Compiler`; the arguments are series.
        side: where a choice is at its boundary at the point: the series is to hold below (−1) or above (1) it, on both
            sides (0), or it is that of the branch that is taken at the point itself (`AT`).
        ties: what is not settled between two sides of a comparison means that they are equal.
        whole: whether a series of nothing but zeros, as far as it goes, is taken to be 0 throughout.
        both: whether a choice that is not settled gives a series that encloses both, rather than none.
    """

    forms: ClassVar[Mapping[str, Callable[..., Any]]] = SMOOTH

    def __init__(
        self,
        node: Node,
        values: Mapping[str, Any],
        variables: tuple[str, ...] = (VARIABLE,),
        side: Side = 0,
        ties: bool = False,
        whole: bool = True,
        both: bool = False,
    ) -> None:
        self.both = both
        self.side = side
        self.whole_series = whole
        self.ties = ties
        # At the point itself the choices are those of the conditionals that stand for them (`actviz.language.cases`).
        self.choices: dict[str, Callable[..., arb_series]] = {
            "abs": lambda u: self.chosen(u, u, -u, -u),
            "sign": lambda u: self.chosen(u, arb_series([1]), arb_series([-1]), arb_series([])),
            "max": lambda *parts: reduce(lambda b, a: self.chosen(a - b, a, b, b), reversed(parts)),
            "min": lambda *parts: reduce(lambda b, a: self.chosen(b - a, a, b, b), reversed(parts)),
            "clip": self.clip,
            "sqrt": lambda u: self.raised(u, arb(0.5), fmpq(1, 2)),
        }
        super().__init__(node, values, variables)

    def number(self, value: arb) -> arb_series:
        """A constant is a series of one coefficient."""
        return arb_series([value])

    def call(self, node: Call, arguments: list[Closure]) -> Closure:
        """A function: one that chooses, or a smooth one."""
        choice = self.choices.get(node.function)
        if choice is None:
            return super().call(node, arguments)
        return lambda x: choice(*[argument(x) for argument in arguments])

    def power(self, base: Closure, exponent: Closure) -> Closure:
        """A power, of a constant or of what varies."""
        rational = exponent.rational if isinstance(exponent, Constant) else None

        def raised(x: Any) -> Any:
            below, above = base(x), exponent(x)
            if len(above) <= 1:
                return self.raised(below, above[0], rational)
            return (above * below.log()).exp() if below[0] > 0 else nowhere()

        return raised

    def raised(self, base: arb_series, exponent: arb, rational: fmpq | None = None) -> arb_series:
        """A power with a constant exponent; of what is 0 at the point, where the power has a series there."""
        count = whole(exponent)
        if count is not None:
            return self.whole_power(base, count)
        if base[0] > 0:
            return base.sqrt() if exponent == 0.5 else (exponent * base.log()).exp()
        rational = rational or fraction(exponent)
        if not base[0].is_zero() or rational is None or rational <= 0:
            return nowhere()
        return self.from_zero(base, rational)

    def whole_power(self, base: arb_series, exponent: int) -> arb_series:
        """A power with a whole exponent."""
        if exponent < 0:
            return self.quotient(arb_series([1]), self.whole_power(base, -exponent))
        return base**exponent

    def from_zero(self, base: arb_series, exponent: fmpq) -> arb_series:
        """A positive power of a series that begins with zeros: (tᵏ·v)ᵃ = tᵏᵃ·vᵃ, on one side for odd k."""
        count = base.valuation()
        if count < 0:  # 0 throughout, as far as is known
            return nowhere()
        turned = self.side == -1 and count % 2 == 1
        rest = arb_series(base.coeffs()[count:], prec=max(base.prec - count, 1))
        if turned:
            rest = -rest
        if not rest[0] > 0 or (self.side not in (-1, 1) and count % 2 == 1):
            return nowhere()
        total = count * exponent
        if total.q != 1:  # derivatives below this power are 0, the next is infinite
            below = min(int(total.p // total.q) + 1, ctx.cap)
            return arb_series([], prec=below)
        power = int(total.p)
        if self.side not in (-1, 1) and power % 2 == 1:
            return nowhere()  # as the absolute value has none
        sign = -1 if self.side == -1 and power % 2 == 1 else 1
        raised = self.raised(rest, arb(exponent), exponent)
        known = [arb(0)] * power + [sign * raised[index] for index in range(raised.prec)]
        return arb_series(known[: ctx.cap], prec=min(power + raised.prec, ctx.cap))

    def quotient(self, above: Any, below: Any) -> arb_series:
        """A quotient, also where both begin with zeros."""
        return divided(above, below)

    def clip(self, u: arb_series, low: arb_series, high: arb_series) -> arb_series:
        """The series of `high` where u is at least that, else of the larger of u and `low`."""
        return self.chosen(u - high, high, self.chosen(u - low, u, low, low), high)

    def chosen(
        self, difference: arb_series, positive: arb_series, negative: arb_series, zero: arb_series
    ) -> arb_series:
        """One of three series by the sign of another beside the point."""
        found = self.beside(difference)
        if found is None:
            return self.unsettled(difference, positive, negative, zero)
        return positive if found > 0 else negative if found < 0 else zero

    def unsettled(self, difference: arb_series, *branches: arb_series) -> arb_series:
        """What encloses the series whichever of the branches it is, where a point is not known to be at a boundary."""
        if not self.both or difference[0].is_zero() or difference[0].is_nan():
            return nowhere()
        return _together(branches)

    def beside(self, u: arb_series) -> int | None:
        """The sign of a series beside the point; None where it is not settled, or differs between the sides."""
        if u[0] > 0:
            return 1
        if u[0] < 0:
            return -1
        coefficients = u.coeffs()
        for power, coefficient in enumerate(coefficients[:1] if self.side == AT else coefficients):
            if coefficient.is_zero() or (self.ties and coefficient.contains(0)):
                continue
            if coefficient.contains(0) or coefficient.is_nan() or (power % 2 == 1 and self.side == 0):
                return None
            sign = 1 if coefficient > 0 else -1
            return -sign if power % 2 == 1 and self.side == -1 else sign
        return 0 if self.whole_series or self.side == AT else None

    def comparison(self, sign: str, left: Closure, right: Closure) -> Callable[[Any], Any]:
        """A comparison as it holds beside the point; None where the point itself is at the boundary."""
        holds = COMPARISONS[sign]
        if isinstance(left, Constant) and isinstance(right, Constant):
            if left.rational is not None and right.rational is not None:
                return Constant(bool(holds(left.rational, right.rational)))
            found = ORDERS[sign](left.result[0], right.result[0])
            return Constant(bool(holds(0, 0)) if found is None and self.ties else found)

        def compare(x: Any) -> Any:
            try:
                difference = left(x) - right(x)
            except NoValueError:
                return UNDEFINED
            if difference[0].is_nan():
                return UNDEFINED
            found = self.beside(difference)
            if found is None:
                return None
            if self.side == 0 and found and difference[0].contains(0) and holds(found, 0) != holds(0, 0):
                return None  # beside the point, but not at it
            return bool(holds(found, 0))

        return compare

    def choice(self, node: Conditional) -> Closure:
        """The branch that holds beside the point."""

        def unsettled(x: Any, value: Closure, otherwise: Closure) -> arb_series:
            return _together((value(x), otherwise(x))) if self.both else nowhere()

        return self.chooser(node, unsettled, nowhere)
