"""Arithmetic in pairs of float64 numbers: about 32 significant digits where 16 are not enough.

A pair is an unevaluated sum: the second number is what rounding took from the first. Both may be arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Pair = tuple[Any, Any]


def plus(first: Pair, second: Pair) -> Pair:
    """The sum of two pairs (Knuth's two-sum)."""
    total = first[0] + second[0]
    other = total - first[0]
    error = (first[0] - (total - other)) + (second[0] - other)
    return _settled(total, error + (first[1] + second[1]))


def minus(first: Pair, second: Pair) -> Pair:
    """The difference of two pairs."""
    return plus(first, (-second[0], -second[1]))


def times(first: Pair, second: Pair) -> Pair:
    """The product of two pairs."""
    product = first[0] * second[0]
    return _settled(product, _product_error(first[0], second[0], product) + first[0] * second[1] + first[1] * second[0])


def over(first: Pair, second: Pair) -> Pair:
    """The quotient of two pairs."""
    quotient = first[0] / second[0]
    back = quotient * second[0]
    rest = (first[0] - back) - _product_error(quotient, second[0], back) + first[1] - quotient * second[1]
    return _settled(quotient, rest / second[0])


def root(square: Pair) -> Pair:
    """The square root of a pair."""
    root = np.sqrt(square[0])
    back = root * root
    rest = (square[0] - back) - _product_error(root, root, back) + square[1]
    return _settled(root, rest / (2 * root))


ARITHMETIC: dict[str, Callable[[Pair, Pair], Pair]] = {"+": plus, "-": minus, "*": times, "/": over}


def _product_error(first: Any, second: Any, product: Any) -> Any:
    """What rounding took from a product, by Veltkamp's splitting and Dekker's product (there is no fused one here)."""
    first_high, first_low = _halves(first)
    second_high, second_low = _halves(second)
    return first_low * second_low - (
        ((product - first_high * second_high) - first_low * second_high) - first_high * second_low
    )


def _halves(value: Any) -> Pair:
    scaled = 134217729.0 * value  # 2**27 + 1
    high = scaled - (scaled - value)
    return high, value - high


def _settled(high: Any, low: Any) -> Pair:
    """A pair without what overflow left in its second half."""
    return high, np.where(np.isfinite(low), low, 0.0)
