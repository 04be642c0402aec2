"""The dots at jumps of all curves of a panel, gathered where several would lie on one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from actviz.figures.spec import Dot, Line

_NEAR = 0.006  # of the panel's width, and twice that of its height: dots so close cover one another


@dataclass(frozen=True)
class Mark:
    """What is drawn at one place: a filled dot, a ring, or a filled dot within a wider ring.

    Args:
        x: the place of the first dot.
        y: likewise.
        filled: the curves, by their number, that take this value.
        open: the curves that have it for a limit.
    """

    x: float
    y: float
    filled: tuple[int, ...]
    open: tuple[int, ...]


_Place = tuple[float, float, set[int], set[int]]  # as in `Mark`


def gathered(lines: Sequence[Line], width: float, height: float) -> list[Mark]:
    """The dots of curves, one mark for those that would cover one another.

    Args:
        lines: the curves of a panel.
        width: of the range of x that is shown.
        height: of the range of y.
    """
    places: list[_Place] = []

    def near(place: _Place, dot: Dot) -> bool:
        return abs(place[0] - dot.x) <= _NEAR * width and abs(place[1] - dot.y) <= 2 * _NEAR * height

    for number, line in enumerate(lines):
        for dot in line.dots:
            if not any(near(known, dot) for known in places):
                places.append((dot.x, dot.y, set(), set()))
            place = next(known for known in places if near(known, dot))
            (place[2] if dot.filled else place[3]).add(number)
    return [Mark(x, y, tuple(sorted(filled)), tuple(sorted(hollow))) for x, y, filled, hollow in places]


def passing(lines: Sequence[Line], mark: Mark, height: float) -> list[int]:
    """The curves that run through a mark without a jump; a ring must not look like a hole in them."""
    found = []
    for number, line in enumerate(lines):
        if number in mark.filled or number in mark.open:
            continue
        for x, y in line.pieces:
            if x[0] <= mark.x <= x[-1] and abs(float(np.interp(mark.x, x, y)) - mark.y) <= 2 * _NEAR * height:
                found.append(number)
                break
    return found
