"""More digits than a float64 has, each proved; and what is known of the float64 that is given."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

from flint import arb

from actviz.language.numerics.balls import precision
from actviz.language.numerics.exact import Exact, UndefinedError

_LARGEST = 1 << 13  # bits of an exponent up to which decimals are written out


def decimal(exact: Exact, x: float, digits: int) -> str:
    """The value at `x` rounded to significant digits, all of them right; ``nan`` where there is no value.

    Args:
        exact: the tree or derivative.
        x: the point; at ±inf the limit is a float64's digits.
        digits: how many.
    """
    if not math.isfinite(x):
        return _shortened(exact.nearest_float(x))
    more = digits + 5
    while more < 40 * digits:
        try:
            found = exact(x, more)
        except UndefinedError:
            return _shortened(exact.nearest_float(x))
        if found.is_zero():
            return "0"
        if not found.is_finite():
            return "inf" if found > 0 else "-inf"
        low, high = (_rounded(end, digits) for end in _ends(found))
        if low == high:
            return low
        more *= 2
    return _rounded(found.mid(), digits)  # a tie as far as can be told


def judged(exact: Exact, x: float) -> str:
    """What is known of the float64 given for `x`: ``exact``, ``correctly rounded``, ``limit``, or why there is none."""
    value = exact.nearest_float(x)
    if math.isinf(x):
        return "limit" if value == value else "no limit found"
    try:
        found = exact(x)
    except UndefinedError as error:
        return f"pole: {error}" if math.isinf(value) else str(error) if value != value else "correctly rounded"
    if found.is_exact() and found == value:
        return "exact"
    if value != value:
        return f"in [{', '.join(_rounded(end, 20) for end in _ends(found))}]"
    return "correctly rounded"


def _shortened(value: float) -> str:
    return repr(value).removesuffix(".0")


def _ends(found: arb) -> tuple[arb, arb]:
    with precision(_LARGEST):
        return found.lower(), found.upper()


def _rounded(end: arb, digits: int) -> str:
    """A number in so many significant digits, as Python writes decimals."""
    mantissa, exponent = (int(part) for part in end.man_exp())
    if abs(exponent) > 4 * _LARGEST:
        return end.str(digits, radius=False)
    with localcontext() as context:
        context.prec = 2 * abs(exponent) + mantissa.bit_length() + digits
        exact = Decimal(mantissa) * Decimal(2) ** exponent
        context.prec = digits
        return str(+exact).replace("E", "e")
