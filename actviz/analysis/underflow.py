"""From where on a slope that tends to 0 is rounded to 0."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb

from actviz.analysis.extrema import negligible
from actviz.analysis.parts import Course, derivatives
from actviz.analysis.records import Underflow
from actviz.language.numerics import balls

# Half the least positive number of each format, below which results are rounded to 0, and its largest: as powers of 2.
FORMATS = {"float64": (-1075, 1024), "float32": (-150, 128), "bfloat16": (-134, 128), "float16": (-25, 16)}
_STEPS = 80
_BITS = 1280  # so that 1 − tanh² and the like still have digits where float64 underflows


def points(first: Course, last: Course, values: Mapping[str, float]) -> tuple[Underflow, ...]:
    """Where f′ rounds to 0 towards −∞ and ∞, for every format.

    Args:
        first: f′ in the leftmost part.
        last: f′ in the rightmost part.
        values: a number for every parameter.
    """
    sides = []
    for here, end, approach in ((first, first.part.low, first.left), (last, last.part.high, last.right)):
        vanishes = end.is_infinite and approach.sign not in (0, None) and approach.limit.is_zero()
        sides.append(_side(here, end.side, abs(approach.core), values) if vanishes else dict.fromkeys(FORMATS))
    return tuple(Underflow(name, sides[0][name], sides[1][name]) for name in FORMATS)


def _side(here: Course, side: int, start: arb, values: Mapping[str, float]) -> dict[str, float | None]:
    slope = derivatives(here.part.tree, 1)
    found: dict[str, float | None] = {}
    with balls.precision(_BITS):
        for name, (least, largest) in FORMATS.items():
            bound = arb(2) ** least

            def rounds(t: arb, bound: arb = bound) -> bool:
                value = abs(balls.ball(slope, values, side * t))
                return bool(value < bound) or negligible(value)

            low, high, top = arb(start), 2 * start, arb(2) ** largest
            while high < top and not rounds(high):
                low, high = high, 2 * high
            if not high < top and not rounds(arb(top)):
                found[name] = None
                continue
            if rounds(low):
                low = low / 1024
            for _ in range(_STEPS):
                middle = arb(((low + high) / 2).mid())
                low, high = (low, middle) if rounds(middle) else (middle, high)
            found[name] = side * float(high.mid())
    return found
