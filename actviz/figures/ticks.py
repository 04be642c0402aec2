"""Ticks: round numbers as an axis shows them, and scales whose ticks fall on whole character cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PER_TICK = 0.08  # one tick more or fewer than wanted is as bad as this share of the picture left empty


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round numbers from `low` to `high`, and about as many."""
    from matplotlib.ticker import MaxNLocator

    values = MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(value) for value in values if low <= value <= high]


def tick_labels(values: Sequence[float]) -> list[str]:
    """As many digits as tell neighbours apart, and large and small powers of ten written out: 0.5, 2000, 3·10⁶."""
    largest = max((abs(value) for value in values), default=0.0)
    step = min((after - before for before, after in pairwise(values)), default=largest)
    if largest == 0 or step <= 0:
        return ["0"] * len(values)
    decimals = max(0, -math.floor(math.log10(step * 1.001)))
    if largest < 1e5 and decimals < 5:
        return [f"{value:.{decimals}f}".replace("-", "−") for value in values]
    digits = max(1, math.floor(math.log10(largest)) - math.floor(math.log10(step * 1.001)))
    return [_power_of_ten(f"{value:.{digits}e}") if abs(value) > step / 2 else "0" for value in values]


def _power_of_ten(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    head = {"1": "", "-1": "-"}.get(mantissa, f"{mantissa}·")
    return f"{head}10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")


@dataclass(frozen=True)
class Scale:
    """A linear scale over a row or column of character cells, on which every tick is the middle of a cell.

    Args:
        unit: how much of the quantity one cell holds.
        first: cell 0 has the value ``first*unit`` in its middle.
        cells: how many there are.
        ticks: values, in ascending order.
    """

    unit: float
    first: int
    cells: int
    ticks: tuple[float, ...]

    def cell(self, value: float) -> int:
        """The cell in which a value lies; outside 0 to ``cells - 1`` for values off the scale."""
        return math.floor(value / self.unit - self.first + 0.5)


def aligned(low: float, high: float, most: int, wanted: int, apart: int) -> Scale:
    """The finest scale that shows `low` to `high` in at most `most` cells.

    Args:
        low: the smallest value to show.
        high: the largest.
        most: cells at hand.
        wanted: about how many ticks there should be.
        apart: two ticks are at least this many cells apart.
    """
    fits = []
    magnitude = math.floor(math.log10((high - low) / most))
    steps = (float(f"{digit}e{power}") for power in range(magnitude, magnitude + 4) for digit in (1, 2, 5))
    for step in filter(math.isfinite, steps):
        parts = int(most * (step / (high - low))) + 1
        while parts and _cells(low, high, step / parts) > most:
            parts -= 1
        if parts >= apart:
            count = math.floor(high / step) - math.ceil(low / step) + 1
            waste = step / parts * most / (high - low)
            fits.append((count < min(wanted - 1, 3), waste + _PER_TICK * abs(count - wanted), step, parts))
    *_, step, parts = min(fits)
    unit = step / parts
    first, cells = math.floor(low / unit + 0.5), _cells(low, high, unit)
    # A tick just beyond the range, in the middle of a cell that the range reaches, belongs to it.
    inside = [number * step for number in range(-(-first // parts), (first + cells - 1) // parts + 1)]
    return Scale(unit, first, cells, tuple(inside))


def _cells(low: float, high: float, unit: float) -> int:
    """The cells that a range takes."""
    return math.floor(high / unit + 0.5) - math.floor(low / unit + 0.5) + 1


def scale_ticks(kind: str, low: float, high: float, most: int, linear: float = 1.0) -> list[float]:
    """Ticks of a linear, logarithmic or symlog scale.

    A logarithmic one has whole powers of ten, as many apart as fit; below two of these in view it has 1, 2 and 5
    times each, and where even that is too coarse those of a linear one. A symlog scale has 0 and the powers beyond
    the stretch where it is linear, on both sides.

    Args:
        kind: ``"linear"``, ``"log"`` or ``"symlog"``.
        low: the smallest value shown; above 0 for a logarithmic scale.
        high: the largest.
        most: no more ticks than this.
        linear: the distance from 0 below which a symlog scale is linear.
    """
    if kind == "linear":
        return ticks(low, high, most)
    if kind == "log":
        return _powers(low, high, most) or ticks(low, high, most)
    sides = (low < 0) + (high > 0)
    room = max(1, (most - 1) // max(sides, 1))
    above = _powers(linear, high, room) if high > linear else []
    below = [-value for value in reversed(_powers(linear, -low, room))] if -low > linear else []
    return [*below, *([0.0] if low <= 0 <= high else []), *above]


def _powers(low: float, high: float, most: int) -> list[float]:
    """Powers of ten between two positive numbers, or 1, 2 and 5 times them where they are fewer than two."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last - first < 1:
        near = [digit * 10.0**power for power in range(first - 1, last + 1) for digit in (1, 2, 5)]
        found = [float(f"{value:.1g}") for value in near if low <= value <= high]
        return found if 2 <= len(found) <= most else []
    step = -(-(last - first + 1) // max(most, 2))
    return [float(f"1e{power}") for power in range(first, last + 1) if power % step == 0 or last - first < step]


def log_labels(values: Sequence[float]) -> list[str]:
    """Labels of a logarithmic scale: plain between 0.01 and 1000 where all are, powers of ten otherwise."""
    if all(value == 0 or 0.01 <= abs(value) <= 1000 for value in values):
        return [f"{value:g}".replace("-", "−") for value in values]
    return [_power_of_ten(f"{value:.0e}") if value else "0" for value in values]
