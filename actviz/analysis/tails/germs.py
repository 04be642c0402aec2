"""Functions of t → ∞ as sums of known terms and one enclosed term, and arithmetic on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb

from actviz.analysis.tails.monomials import ONE, UNIT, ZERO, Coefficient, Monomial, Start, UndecidedError
from actviz.language.numerics.closures import whole
from actviz.language.numerics.real import whole_power

_MOST_TERMS = 5
_MOST_FACTORS = 64
_ZERO = 2.0**-100
TAYLOR = 4  # terms of a series before its remainder

Enclosed = tuple[arb, Monomial]


@dataclass(frozen=True)
class Germ:
    """Σ cᵢ mᵢ(t) + B·m(t) with B somewhere in a ball for every t from `start` on.

    Args:
        start: where that holds from.
        terms: (mᵢ, cᵢ), the largest first.
        rest: (B, m), m smaller than every mᵢ; None where there is none.
    """

    start: Start
    terms: tuple[tuple[Monomial, Coefficient], ...] = ()
    rest: Enclosed | None = None

    @property
    def is_zero(self) -> bool:
        """Whether the function is 0 throughout."""
        return not self.terms and self.rest is None

    @property
    def monomial(self) -> Monomial:
        """The largest."""
        if self.terms:
            return self.terms[0][0]
        if self.rest is None:
            raise UndecidedError
        return self.rest[1]

    def enclosed(self) -> Enclosed:
        """All of it as a multiple of its largest monomial."""
        scale = self.monomial
        total = arb(0) if self.rest is None else self.rest[0] * self.start.range(self.rest[1] / scale)
        for monomial, coefficient in self.terms:
            total += coefficient.ball * self.start.range(monomial / scale)
        return total, scale

    @property
    def sign(self) -> int:
        """Its sign for all t from the start on; `UndecidedError` where it is not seen to have one."""
        if self.is_zero:
            return 0
        ball, _ = self.enclosed()
        if ball > 0:
            return 1
        if ball < 0:
            return -1
        raise UndecidedError

    @property
    def limit(self) -> arb:
        """The limit, ±∞ among them; NaN where there is none or it is not known."""
        if self.is_zero or self.monomial.sign < 0:
            return arb(0)
        if self.terms:
            monomial, coefficient = self.terms[0]
            if monomial == UNIT:
                return coefficient.ball
            return arb.nan() if coefficient.ball.contains(0) else arb.pos_inf() * coefficient.sign
        ball, monomial = self.rest or (arb(0), UNIT)
        if monomial.sign > 0 and (ball > 0 or ball < 0):
            return arb.pos_inf() if ball > 0 else arb.neg_inf()
        return arb.nan()

    @property
    def values(self) -> arb:
        """An enclosure of all values from the start on, where they are bounded; else infinite or NaN."""
        if self.is_zero:
            return arb(0)
        try:
            ball, monomial = self.enclosed()
            return ball * self.start.range(monomial) if monomial.sign <= 0 else arb.nan()
        except UndecidedError:
            return arb.nan()

    def __add__(self, other: Germ) -> Germ:
        found: dict[Monomial, Coefficient] = dict(self.terms)
        for monomial, coefficient in other.terms:
            found[monomial] = found.get(monomial, ZERO) + coefficient
        return assembled(self.start, list(found.items()), [part for part in (self.rest, other.rest) if part])

    def __neg__(self) -> Germ:
        terms = tuple((monomial, -coefficient) for monomial, coefficient in self.terms)
        return Germ(self.start, terms, self.rest and (-self.rest[0], self.rest[1]))

    def __sub__(self, other: Germ) -> Germ:
        return self + -other

    def __mul__(self, other: Germ) -> Germ:
        found: dict[Monomial, Coefficient] = {}
        rests: list[Enclosed] = []
        for first, one in self.terms:
            for second, two in other.terms:
                product = first * second
                found[product] = found.get(product, ZERO) + one * two
            if other.rest is not None:
                rests.append((one.ball * other.rest[0], first * other.rest[1]))
        if self.rest is not None:
            rests += [(two.ball * self.rest[0], second * self.rest[1]) for second, two in other.terms]
            if other.rest is not None:
                rests.append((self.rest[0] * other.rest[0], self.rest[1] * other.rest[1]))
        return assembled(self.start, list(found.items()), rests)

    def scaled(self, coefficient: Coefficient, monomial: Monomial = UNIT) -> Germ:
        """It times a known term."""
        terms = tuple((part * monomial, value * coefficient) for part, value in self.terms)
        return Germ(self.start, terms, self.rest and (self.rest[0] * coefficient.ball, self.rest[1] * monomial))

    def without(self, count: int) -> Germ:
        """It without its first terms."""
        return Germ(self.start, self.terms[count:], self.rest)

    def relative(self) -> tuple[Coefficient, Monomial, Germ]:
        """c, m and ε with f = c·m·(1 + ε); ε tends to 0."""
        if not self.terms:
            raise UndecidedError
        monomial, coefficient = self.terms[0]
        if coefficient.sign == 0:
            raise UndecidedError
        return coefficient, monomial, self.without(1).scaled(coefficient.inverse(), monomial.raised(-ONE))

    def raised(self, power: Coefficient) -> Germ:
        """A power with a constant exponent."""
        if self.is_zero:
            if power.sign > 0:
                return self
            raise UndecidedError
        count = whole(power.ball)
        if not self.terms:
            ball, monomial = self.enclosed()
            if not (ball > 0 or (count is not None and (ball < 0 or count >= 0))):
                raise UndecidedError
            raised = ball**power.ball if count is None else whole_power(ball, count)
            return Germ(self.start, (), (raised, monomial.raised(power)))
        coefficient, monomial, small = self.relative()
        if coefficient.sign < 0 and count is None:
            raise UndecidedError
        if coefficient == ONE:
            factor = ONE
        elif count is not None and abs(count) <= _MOST_FACTORS:
            factor = ONE
            for _ in range(abs(count)):
                factor = factor * coefficient
            factor = factor.inverse() if count < 0 else factor
        else:
            factor = Coefficient.irrational(coefficient.ball**power.ball, "pow", coefficient.residue, power.residue)
        binomials = [ONE]
        for k in range(TAYLOR):
            binomials.append(binomials[-1] * (power + Coefficient.rational(-k)) * Coefficient.rational(k + 1).inverse())

        def remainder(epsilon: arb) -> arb:
            return binomials[TAYLOR].ball * (1 + epsilon) ** (power.ball - TAYLOR)

        if count is not None and 0 <= count < TAYLOR:
            binomials = binomials[: count + 1]
        return composed(binomials[:TAYLOR], remainder, small).scaled(factor, monomial.raised(power))


def constant(start: Start, value: Coefficient) -> Germ:
    """A constant."""
    return Germ(start) if value.is_zero else Germ(start, ((UNIT, value),))


def assembled(start: Start, terms: list[tuple[Monomial, Coefficient]], rests: Sequence[Enclosed]) -> Germ:
    """A germ from terms in any order and any number of enclosed ones."""
    terms = [(monomial, coefficient) for monomial, coefficient in terms if not coefficient.is_zero]
    ordered: list[tuple[Monomial, Coefficient]] = []
    for monomial, coefficient in terms:
        place = 0
        while place < len(ordered) and (ordered[place][0] / monomial).sign > 0:
            place += 1
        ordered.insert(place, (monomial, coefficient))
    pending = list(rests)
    pending += [(coefficient.ball, monomial) for monomial, coefficient in ordered[_MOST_TERMS:]]
    ordered = ordered[:_MOST_TERMS]
    if not pending:
        return Germ(start, tuple(ordered))
    scale = pending[0][1]
    for _, monomial in pending[1:]:
        if (monomial / scale).sign > 0:
            scale = monomial
    while ordered and (ordered[-1][0] / scale).sign <= 0:
        monomial, coefficient = ordered.pop()
        pending.append((coefficient.ball, monomial))
    total = arb(0)
    for ball, monomial in pending:
        total += ball * start.range(monomial / scale)
    if not total.is_finite():
        raise UndecidedError
    return Germ(start, tuple(ordered), (total, scale))


def composed(coefficients: Sequence[Coefficient], remainder: Callable[[arb], arb], small: Germ) -> Germ:
    """Σ cₖ εᵏ with the next term enclosed, for an ε that tends to 0.

    Args:
        coefficients: the known ones; all there are where they are fewer than `TAYLOR`.
        remainder: encloses the coefficient of the first power left out, over a ball of all values between 0 and ε.
        small: ε.
    """
    start = small.start
    total = constant(start, coefficients[0])
    if small.is_zero:
        return total
    if small.monomial.sign >= 0:
        raise UndecidedError
    power = small
    for coefficient in coefficients[1:]:
        total = total + power.scaled(coefficient)
        power = power * small
    if len(coefficients) < TAYLOR:
        return total
    ball, scale = small.enclosed()
    reach = (ball * start.range(scale)).union(arb(0))
    rest = remainder(reach) * ball ** len(coefficients)
    return total + Germ(start, (), (rest, scale.raised(Coefficient.rational(len(coefficients)))))


def split(germ: Germ) -> tuple[Germ, Coefficient, Germ]:
    """The infinite terms, the constant, and what tends to 0."""
    infinite = tuple(part for part in germ.terms if part[0].sign > 0)
    level = ZERO
    small = []
    for monomial, coefficient in germ.terms[len(infinite) :]:
        if monomial == UNIT:
            level = coefficient
        else:
            small.append((monomial, coefficient))
    if germ.rest is not None and germ.rest[1].sign >= 0:
        raise UndecidedError
    return Germ(germ.start, infinite), level, Germ(germ.start, tuple(small), germ.rest)


def number(ball: arb) -> float:
    """The nearest float64 of a ball's middle; 0 for a narrow ball around it."""
    if ball.is_nan():
        return math.nan
    if ball.contains(0) and ball.rad() < _ZERO:
        return 0.0
    return float(ball.mid()) if ball.is_finite() else (math.inf if ball > 0 else -math.inf)
