"""Points of the real line known exactly, or to as many digits as anybody asks: where an expression changes its formula.

A float64 is enough to draw a breakpoint and too little to say what happens there: at the float64 next to √0.1 the
function 0.1 − x² is not 0. A place therefore keeps the rational number that it is, or an interval of rationals that
holds it and nothing else of interest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

_CHANCE = 40  # bits by which an interval is narrower than it takes to hold a simple fraction by chance


@dataclass(frozen=True, slots=True)
class Place:
    """A real number; `low` and `high` are the same where it is known exactly."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> bool:
        """Whether the number is known exactly."""
        return self.low == self.high

    @property
    def nearest(self) -> float:
        """The float64 nearest to it; infinite beyond the largest."""
        middle = (self.low + self.high) / 2
        try:
            return float(middle) + 0.0
        except OverflowError:
            return math.inf if middle > 0 else -math.inf


def at(x: float | Fraction) -> Place:
    """A number that is known exactly."""
    return Place(Fraction(x), Fraction(x))


def settled(low: Fraction, high: Fraction) -> Place:
    """The place within bounds: a simple fraction or a float64 where the bounds leave no doubt, else what they hold."""
    simple = simplest(low, high)
    if simple.denominator**2 * (high - low) * 2**_CHANCE < 1:
        return Place(simple, simple)
    try:
        nearest = Fraction(float((low + high) / 2))
    except OverflowError:
        return Place(low, high)
    if low <= nearest <= high and nearest.denominator * (high - low) * 2**_CHANCE < 1:
        return Place(nearest, nearest)
    return Place(low, high)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the smallest denominator between two numbers, both included."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    # The common beginning of both continued fractions, and then the smallest number that fits.
    quotients = []
    while True:
        whole = math.floor(low)
        if whole == low or whole < math.floor(high):
            quotients.append(math.ceil(low))
            break
        quotients.append(whole)
        low, high = 1 / (high - whole), 1 / (low - whole)
    found = Fraction(quotients[-1])
    for quotient in reversed(quotients[:-1]):
        found = quotient + 1 / found
    return found
