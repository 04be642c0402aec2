"""Exact and 50-digit numbers: fractions from balls, values of a function rounded correctly, systems of equations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from flint import arb, arb_mat, fmpq

from actviz.errors import ActvizError
from actviz.language.numerics.balls import precision

_BITS = (128, 512, 2048)


def fraction(ball: arb) -> Fraction:
    """The middle of a ball."""
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def from_fraction(value: Fraction) -> arb:
    """The ball of a fraction at the precision that is set."""
    return arb(fmpq(value.numerator, value.denominator))


def settled(value: Callable[[], arb], rounded: Callable[[Fraction], float | int]) -> float | int:
    """What all numbers in a ball are rounded to, with as many bits as that takes.

    Args:
        value: gives the ball, at the precision that is set.
        rounded: rounds a fraction. What is in the middle between two results for all bits is taken to be so exactly.
    """
    for bits in _BITS:
        with precision(bits):
            ball = value()
            if not ball.is_finite():
                continue
            low, high, middle = (fraction(part) for part in (ball.lower(), ball.upper(), ball))
        if rounded(low) == rounded(high):
            return rounded(middle)
    if not ball.is_finite():
        raise ActvizError("the function has no value at an entry of the table", "Choose a --range where it has.")
    near = middle.limit_denominator(1 << 200)
    return rounded(near)


def solved(rows: Sequence[Sequence[arb]], right: Sequence[arb]) -> list[arb]:
    """The solution of a system of equations, its balls' middles.

    Raises:
        ZeroDivisionError: it has none.
    """
    matrix = arb_mat([list(row) for row in rows])
    found = matrix.solve(arb_mat([[value] for value in right]))
    return [found[place, 0].mid() for place in range(len(right))]
