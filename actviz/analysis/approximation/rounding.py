"""Numbers rounded to data types, to fixed-point formats, and to bytes with a scale, correctly, from fractions."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import NamedTuple

from actviz.errors import UsageError, did_you_mean


class Binary(NamedTuple):
    """A floating-point type.

    Args:
        bits: of the significand, the leading one included.
        lowest: the exponent of the smallest normal number.
        largest: the largest finite number.
    """

    bits: int
    lowest: int
    largest: Fraction


def _ieee(bits: int, highest: int) -> Binary:
    return Binary(bits, 1 - highest, (2 - Fraction(1, 2 ** (bits - 1))) * Fraction(2) ** highest)


DTYPES: dict[str, Binary] = {
    "float64": _ieee(53, 1023),
    "float32": _ieee(24, 127),
    "float16": _ieee(11, 15),
    "bfloat16": _ieee(8, 127),
    "float8_e4m3fn": Binary(4, -6, Fraction(448)),  # OCP 8-bit floating point, revision 1.0, section 5
    "float8_e5m2": _ieee(3, 15),
}


def binary(name: str) -> Binary:
    """The data type of this name.

    Raises:
        UsageError: there is none.
    """
    if name not in DTYPES:
        near = did_you_mean(name, DTYPES)
        hint = f"Did you mean '{near}'? " if near else ""
        raise UsageError(f"there is no data type '{name}'", f"{hint}Types: {', '.join(DTYPES)}.")
    return DTYPES[name]


def rounded(value: Fraction, name: str) -> float:
    """The number of a data type nearest to a fraction, of two equally near ones the even one.

    Raises:
        UsageError: it is beyond the largest number of the type.
    """
    kind = binary(name)
    if value == 0:
        return 0.0
    exponent = max(_exponent(abs(value)), kind.lowest)
    step = Fraction(2) ** (exponent - kind.bits + 1)
    nearest = round(value / step) * step  # Python rounds fractions half to even
    if abs(nearest) > kind.largest:
        raise UsageError(
            f"{float(value):.6g} is too large for {name}", f"Its largest number is {float(kind.largest):.6g}."
        )
    return float(nearest)


def _exponent(value: Fraction) -> int:
    """The largest e with 2ᵉ ≤ value."""
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if Fraction(2) ** guess <= value else guess - 1


class FixedPoint(NamedTuple):
    """Qm.n: a sign, m bits before the point and n after it, in two's complement."""

    whole: int
    fraction: int

    def __str__(self) -> str:
        return f"q{self.whole}.{self.fraction}"

    @property
    def bits(self) -> int:
        """How many bits a number takes."""
        return int(1 + self.whole + self.fraction)

    def code(self, value: Fraction | float, what: str) -> int:
        """The whole number that stands for a value: the nearest, of two equally near ones the even one.

        Raises:
            UsageError: the value is outside the format; `what` says what it is.
        """
        code = round(Fraction(value) * Fraction(2) ** self.fraction)
        limit = 1 << (self.whole + self.fraction)
        if not -limit <= code < limit:
            raise UsageError(
                f"{what} {float(value):.6g} does not fit {self}",
                f"It holds numbers from {-(2**self.whole)} to {2**self.whole}; take more bits before the point.",
            )
        return code

    def rounded(self, value: Fraction | float, what: str) -> float:
        """The number of the format nearest to a value."""
        return float(Fraction(self.code(value, what), 2**self.fraction))


def fixed_point(text: str) -> FixedPoint:
    """The format that a text such as ``q4.11`` names.

    Raises:
        UsageError: it names none.
    """
    match = re.fullmatch(r"[qQ](\d+)\.(\d+)", text)
    if match is None:
        raise UsageError(f"'{text}' is not a fixed-point format", "Write q4.11: 4 bits before the point, 11 after it.")
    found = FixedPoint(int(match[1]), int(match[2]))
    if not 2 <= found.bits <= 53:
        raise UsageError(f"a number in {found} takes {found.bits} bits", "From 2 to 53 bits, the sign included.")
    return found


class Quantized(NamedTuple):
    """Bytes that stand for numbers: q for scale·(q − zero)."""

    scale: float
    zero: int

    def number(self, code: int) -> Fraction:
        """What a byte stands for."""
        return Fraction(self.scale) * (code - self.zero)


def quantized(scale: float, zero: float) -> Quantized:
    """A scale and a zero point, checked.

    Raises:
        UsageError: the scale is not a positive number, or the zero point not a signed byte.
    """
    if not (math.isfinite(scale) and scale > 0):
        raise UsageError(f"the scale {scale:g} of --int8 is not positive", "Write --int8 SCALE,ZERO, as in 0.0478,3.")
    if zero != round(zero) or not -128 <= zero <= 127:
        raise UsageError(f"the zero point {zero:g} of --int8 is not a signed byte", "Whole numbers from -128 to 127.")
    return Quantized(scale, int(zero))
