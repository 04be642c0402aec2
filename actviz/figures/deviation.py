"""Functions that code or data give, beside each other, and their difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.analysis.deviation import Deviation
from actviz.figures.spec import FigureSpec, Line, Panel
from actviz.language.numerics.special import Array


def deviation_spec(found: Sequence[Deviation], **appearance: Any) -> FigureSpec:
    """A panel with the functions and one with their differences from the first."""
    first = found[0]
    curves = [_line(first.first, first.x, first.values[0], 0)]
    curves += [_line(each.second, each.x, each.values[1], place) for place, each in enumerate(found, 1)]
    with np.errstate(invalid="ignore"):
        gaps = [
            _line(each.second, each.x, each.values[1] - each.values[0], place) for place, each in enumerate(found, 1)
        ]
    names = " and ".join([first.first, *(each.second for each in found)])
    panels = (Panel(tuple(curves), "values"), Panel(tuple(gaps), f"difference from {first.first}"))
    description = " ".join(
        f"{each.second} differs from {each.first} by at most {each.max_absolute:.4g}." for each in found
    )
    return FigureSpec(names, f"in {first.dtype}", panels, first.low, first.high, description=description, **appearance)


def _line(name: str, x: Array, y: Array, place: int) -> Line:
    return Line(name, ((x, np.where(np.isfinite(y), y, np.nan)),), color=place, dash=place)
