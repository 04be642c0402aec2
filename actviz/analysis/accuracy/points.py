"""Where a function is looked at: every number of a small type; of a large one, a sample over all exponents.

Of float32 and float64 the sample is symmetric around 0. Half of it lies evenly over the bit patterns, so that every
binade has its share, the other half over the range where functions bend, more densely where this one does; breakpoints
are in it with their neighbours, and so are 0, −0, the subnormal numbers' ends and the largest number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from actviz.analysis.accuracy.reference import bends
from actviz.analysis.datatypes import SMALL, DataType, at_ranks, ranks, top_rank
from actviz.curves.curve import Curve
from actviz.language.numerics.special import Array

SAMPLE = {"float32": 1 << 22, "float64": 1 << 16}
_WINDOW = 24.0  # where functions bend
_NEIGHBOURS = 32  # of a breakpoint, on each side
_SEED = 20250101
_BEYOND = 1 << 11  # ranks of float64 reach 2⁶³, ten digits more than float64 holds


def points(kind: DataType, curve: Curve, span: tuple[float, float] | None, count: int | None = None) -> Array:
    """The numbers at which a function is checked, in rising order.

    Args:
        kind: the data type.
        curve: the true function, whose breakpoints and bends are looked at closely.
        span: only numbers in this range.
        count: how many of a large type; by default `SAMPLE`.
    """
    low, high = span or (-kind.largest, kind.largest)
    if kind.bits <= SMALL:
        numbers = kind.all_numbers()
        return numbers[(numbers >= low) & (numbers <= high)]
    count = count or SAMPLE[kind.name]
    ends = ranks(kind, kind.rounded(np.clip(np.array([low, high]), -kind.largest, kind.largest)))
    first, last = int(ends[0]), int(ends[1])
    if last - first < count:
        return at_ranks(kind, np.arange(first, last + 1))
    if span is None:
        chosen = _ranks(kind, curve, 0, top_rank(kind), count // 2, symmetric=True)
        positive = at_ranks(kind, chosen)
        return np.concatenate([-positive[::-1], positive])
    return at_ranks(kind, _ranks(kind, curve, first, last, count, symmetric=False))


def _ranks(kind: DataType, curve: Curve, first: int, last: int, count: int, symmetric: bool) -> NDArray[np.int64]:
    """So many different places among the type's numbers from `first` to `last`."""
    random = np.random.default_rng(_SEED)
    ends = at_ranks(kind, np.array([first, last]))
    low, high = max(float(ends[0]), -_WINDOW), min(float(ends[1]), _WINDOW)
    special = _special(kind, curve, symmetric)
    parts = [np.clip(special, first, last), np.array([first, last])]
    if low < high:
        parts.append(np.clip(_bending(kind, curve, low, high, count // 2, symmetric, random), first, last))
    found = _distinct(parts)
    while found.size < count:
        more = count - found.size
        share = (np.arange(more) + random.random(more)) / more
        even = (first * (1 - share) + last * share).astype(np.int64)
        if kind.bits == 64:  # ranks have more digits than float64, and all of them are to be drawn
            even = even ^ random.integers(0, _BEYOND, more)
        found = _distinct([found, np.clip(even, first, last)])
    return found


def _distinct(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All numbers of some arrays, each once, in rising order."""
    together = np.sort(np.concatenate(parts))  # ten times as fast as np.unique, which hashes
    return together[np.flatnonzero(np.diff(together, prepend=together[0] - 1))]


def _special(kind: DataType, curve: Curve, symmetric: bool) -> NDArray[np.int64]:
    places = [point.x for point in curve.pieces(-np.inf, np.inf).breakpoints]
    places += [0.0, kind.smallest_normal, -kind.smallest_normal, 1.0, -1.0]
    centres = ranks(kind, kind.rounded(np.array([place for place in places if abs(place) < kind.largest])))
    around = (centres[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)).ravel()
    exponents = np.arange(kind.lowest - kind.precision + 1, int(np.frexp(kind.largest)[1]))
    starts = ranks(kind, np.ldexp(1.0, exponents))  # of binades, the smallest of which hold few numbers
    around = np.concatenate([around, starts - 1, starts, starts + 1])
    around = np.concatenate([around, -around])
    return np.abs(around) if symmetric else around


def _bending(
    kind: DataType, curve: Curve, low: float, high: float, count: int, symmetric: bool, random: np.random.Generator
) -> NDArray[np.int64]:
    """Places in a range, half of them evenly, half where the function bends."""
    spread = random.uniform(low, high, count // 2)
    grid, weight = bends(curve, -high if symmetric else low, high)
    cells = np.repeat(np.arange(weight.size), random.multinomial(count - count // 2, weight / weight.sum()))
    closely = grid[cells] + random.random(cells.size) * (grid[1] - grid[0])
    found = ranks(kind, kind.rounded(np.concatenate([spread, closely])))
    return np.abs(found) if symmetric else found
