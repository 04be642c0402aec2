"""The proof that a derivative is right at every x of a range, not at points: in balls, interval by interval.

On an interval, the derivative that is shown and the one that f's Taylor series gives are both Taylor polynomials with
a remainder. The coefficients of their difference are enclosed around 0 to many digits, and the remainders are
bounded over the whole interval; together they bound the difference at every point of it. Where that bound is not
small enough the interval is halved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import arb

from actviz.language.numerics.balls import precision, taylor
from actviz.language.syntax import Node, size

DIGITS = 30
_BITS = 320
_TERMS = 28
_WIDTH = 0.5  # of the intervals to begin with
_NARROWEST = 2.0**-12  # of those that are given up
_MOST = 100_000  # nodes of trees, all intervals together


@dataclass(frozen=True)
class Proof:
    """Where a derivative is proved.

    Args:
        low: the left end of the range.
        high: the right end.
        digits: the difference is at most 10^−digits, relative to the larger of 1 and the derivative's size.
        gaps: intervals inside the range where it is not proved, as next to a singularity.
    """

    low: float
    high: float
    digits: int
    gaps: tuple[tuple[float, float], ...] = ()


def prove(
    pieces: Sequence[tuple[float, float, Node, Node]], values: Mapping[str, float], order: int, reach: float
) -> Proof | None:
    """Prove a derivative in x on every piece within ±`reach`; None where that takes too long, or little is proved.

    Args:
        pieces: the ends of each, the smooth formula of the function there, and that of its derivative.
        values: a number for every parameter.
        order: of the derivative.
        reach: how far from 0.
    """
    gaps: list[tuple[float, float]] = []
    looked_at = 0
    with precision(_BITS):
        for start, end, function, shown in pieces:
            low, high = max(start, -reach), min(end, reach)
            if not low < high:
                continue
            count = max(1, math.ceil((high - low) / _WIDTH))
            cuts = [low + (high - low) * part / count for part in range(count)] + [high]
            waiting = list(pairwise(cuts))[::-1]
            while waiting:
                looked_at += size(function) + size(shown)
                if looked_at > _MOST:
                    return None
                left, right = waiting.pop()
                if _is_small(function, shown, values, order, left, right):
                    continue
                if right - left <= _NARROWEST:
                    gaps.append((left, right))
                    continue
                middle = (left + right) / 2
                waiting += [(middle, right), (left, middle)]
    merged = _merged(gaps)
    if sum(right - left for left, right in merged) > reach / 8:
        return None
    return Proof(-reach, reach, DIGITS, merged)


def _is_small(function: Node, shown: Node, values: Mapping[str, float], order: int, left: float, right: float) -> bool:
    centre, reach = (left + right) / 2, arb(right - left) / 2
    over = arb(left).union(arb(right))
    remainder = taylor(shown, values, over, _TERMS + 1)[_TERMS] - _from(function, values, over, order)[_TERMS]
    if not remainder.is_finite():
        return False
    given, derived = taylor(shown, values, arb(centre), _TERMS), _from(function, values, arb(centre), order)
    bound = abs(remainder) * reach**_TERMS
    for power in range(_TERMS):
        bound += abs(given[power] - derived[power]) * reach**power
    return bool(bound < arb(10) ** -DIGITS * arb(1).max(abs(given[0])))


def _from(function: Node, values: Mapping[str, float], x: arb, order: int) -> list[arb]:
    """The Taylor coefficients of a derivative from those of the function."""
    found = taylor(function, values, x, _TERMS + order + 1)
    return [found[power + order] * math.perm(power + order, order) for power in range(_TERMS + 1)]


def _merged(gaps: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(gaps):
        if merged and merged[-1][1] >= left:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return tuple(merged)
