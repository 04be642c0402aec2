"""Coefficients that know when they cancel, and the scale of functions in which tails are written.

A monomial is exp(Σ cᵢ gᵢ(t)) with infinite generators gᵢ: log t and its iterated logarithms, or monomials themselves.
So t⁻² is exp(−2 log t), and a Gaussian's tail exp(−t²/2) has the monomial t² for its generator.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import blake2b

from flint import arb, fmpq

PRIME = (1 << 127) - 1


class UndecidedError(Exception):
    """It cannot be told which of two terms is larger, or whether one is zero."""


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A constant with a fingerprint, which is 0 exactly where the constant is identically 0.

    The fingerprint is the constant's residue modulo a prime, with a random number for every irrational part: two ways
    to compute one constant agree in it, and of different constants one in 10³⁸ does.

    Args:
        ball: an enclosure.
        residue: the fingerprint.
    """

    ball: arb
    residue: int

    @staticmethod
    def rational(value: Fraction | int) -> Coefficient:
        """A rational number."""
        value = Fraction(value)
        residue = value.numerator * pow(value.denominator, -1, PRIME) % PRIME
        return Coefficient(arb(fmpq(value.numerator, value.denominator)), residue)

    @staticmethod
    def irrational(ball: arb, *key: object) -> Coefficient:
        """What a function gives; its arguments are in the key. Exact small results are seen as rational."""
        if ball.is_exact() and ball.is_finite() and (16 * ball).is_integer():
            whole = (16 * ball).unique_fmpz()
            if whole is not None:
                return Coefficient.rational(Fraction(int(whole), 16))
        digest = blake2b(repr(key).encode(), digest_size=16).digest()
        return Coefficient(ball, int.from_bytes(digest, "big") % PRIME)

    def __add__(self, other: Coefficient) -> Coefficient:
        residue = (self.residue + other.residue) % PRIME
        return ZERO if residue == 0 else Coefficient(self.ball + other.ball, residue)

    def __mul__(self, other: Coefficient) -> Coefficient:
        return Coefficient(self.ball * other.ball, self.residue * other.residue % PRIME)

    def __neg__(self) -> Coefficient:
        return Coefficient(-self.ball, -self.residue % PRIME)

    def inverse(self) -> Coefficient:
        """1 over it."""
        if self.is_zero:
            raise UndecidedError
        return Coefficient(1 / self.ball, pow(self.residue, -1, PRIME))

    @property
    def is_zero(self) -> bool:
        """Whether it is 0."""
        return self.residue == 0

    @property
    def sign(self) -> int:
        """Its sign."""
        if self.residue == 0:
            return 0
        if self.ball > 0:
            return 1
        if self.ball < 0:
            return -1
        raise UndecidedError


ZERO = Coefficient(arb(0), 0)
ONE = Coefficient(arb(1), 1)


@dataclass(frozen=True)
class Monomial:
    """exp(Σ cᵢ gᵢ), a positive function of t.

    Args:
        factors: (gᵢ, cᵢ), the largest generator first; a number k stands for the k times iterated logarithm.
    """

    factors: tuple[tuple[int | Monomial, Coefficient], ...] = ()

    @cached_property
    def mark(self) -> int:
        """Its fingerprint, by which equal monomials are found; that of a product is the sum."""
        return sum(_mark(generator) * power.residue for generator, power in self.factors) % PRIME

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Monomial) and self.mark == other.mark

    def __hash__(self) -> int:
        return hash(self.mark)

    @cached_property
    def sign(self) -> int:
        """1 where it tends to infinity, −1 where it tends to 0, 0 where it is 1."""
        return self.factors[0][1].sign if self.factors else 0

    def __mul__(self, other: Monomial) -> Monomial:
        if not self.factors:
            return other
        return _product(self, other) if other.factors else self

    def __truediv__(self, other: Monomial) -> Monomial:
        return _quotient(self, other)

    def raised(self, power: Coefficient) -> Monomial:
        """A power of it."""
        if power.is_zero:
            return UNIT
        return Monomial(tuple((generator, exponent * power) for generator, exponent in self.factors))

    @cached_property
    def generator(self) -> int | Monomial:
        """It as a generator: an iterated logarithm by its number."""
        match self.factors:
            case ((int() as level, power),) if level > 1 and power == ONE:
                return level - 1
            case _:
                return self


@lru_cache(maxsize=1 << 14)
def _product(first: Monomial, second: Monomial) -> Monomial:
    found: list[tuple[int | Monomial, Coefficient]] = []
    left, right = list(first.factors), list(second.factors)
    while left and right:
        order = compare(left[0][0], right[0][0])
        if order > 0:
            found.append(left.pop(0))
        elif order < 0:
            found.append(right.pop(0))
        else:
            generator, power = left.pop(0)
            power = power + right.pop(0)[1]
            if not power.is_zero:
                found.append((generator, power))
    return Monomial((*found, *left, *right))


@lru_cache(maxsize=1 << 14)
def _quotient(first: Monomial, second: Monomial) -> Monomial:
    return first * second.raised(-ONE)


UNIT = Monomial()
T = Monomial(((1, ONE),))


def as_function(generator: int | Monomial) -> Monomial:
    """A generator as a monomial: log t is exp(log log t)."""
    return Monomial(((generator + 1, ONE),)) if isinstance(generator, int) else generator


@lru_cache(maxsize=1 << 14)
def compare(first: int | Monomial, second: int | Monomial) -> int:
    """1 where the first generator grows faster, −1 where the second does, 0 where they are one."""
    if isinstance(first, int) and isinstance(second, int):
        return (second > first) - (second < first)
    if isinstance(first, Monomial) and isinstance(second, Monomial) and first.mark == second.mark:
        return 0
    return (as_function(first) / as_function(second)).sign


class Start:
    """Where a tail begins: bounds of monomials for all t from there on.

    Args:
        t: the start, at least 4.
    """

    def __init__(self, t: arb) -> None:
        self.t = t
        self.known: dict[Monomial, arb] = {}
        self.logarithms = [t]

    def supremum(self, monomial: Monomial) -> arb:
        """An upper bound of a monomial that tends to 0."""
        found = self.known.get(monomial)
        if found is None:
            found = (-self._depth(monomial)).exp()
            self.known[monomial] = found = arb(found.upper())
        return found

    def range(self, monomial: Monomial) -> arb:
        """An enclosure of a monomial that tends to 0 or is 1."""
        if not monomial.factors:
            return arb(1)
        return arb(0).union(self.supremum(monomial))

    def _depth(self, monomial: Monomial) -> arb:
        """A lower bound of −log of a monomial that tends to 0."""
        (leading, power), *rest = monomial.factors
        if power.sign >= 0:
            raise UndecidedError
        share = arb(0)
        for generator, other in rest:
            if other.sign > 0:
                share += other.ball / -power.ball * self._ratio(generator, leading)
        if not share < 1:
            raise UndecidedError
        return (-power.ball * self.infimum(leading) * (1 - share)).lower()

    def infimum(self, generator: int | Monomial) -> arb:
        """A lower bound of a generator."""
        if isinstance(generator, int):
            return self._logarithm(generator)
        return 1 / self.supremum(generator.raised(-ONE))

    def _ratio(self, smaller: int | Monomial, larger: int | Monomial) -> arb:
        """An upper bound of the ratio of two generators."""
        if isinstance(smaller, int) and isinstance(larger, int):
            bound = arb(1)
            for level in range(larger, smaller):
                u = self._logarithm(level)
                bound *= u.log() / u if u > arb.const_e() else 1 / arb.const_e()  # log u/u falls from e on
            return bound
        return self.supremum(as_function(smaller) / as_function(larger))

    def _logarithm(self, level: int) -> arb:
        while len(self.logarithms) <= level:
            if not self.logarithms[-1] > 1:
                raise UndecidedError
            self.logarithms.append(self.logarithms[-1].log())
        if not self.logarithms[level] > 0:
            raise UndecidedError
        return self.logarithms[level]


@lru_cache(maxsize=1 << 14)
def _mark(generator: int | Monomial) -> int:
    key = generator if isinstance(generator, int) else ("monomial", generator.mark)
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=16).digest(), "big") % PRIME
