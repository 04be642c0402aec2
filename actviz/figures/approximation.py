"""The figure of an approximation: function and approximation in the range and beyond, and the error with its bound."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from actviz.analysis.approximation.results import Approximation
from actviz.figures.spec import FigureSpec, Guide, Line, Panel
from actviz.language.numerics.float64 import apply, evaluate
from actviz.language.numerics.special import Array
from actviz.text import short
from actviz.writing.approximations import headline

_BEYOND = 0.12  # of the range's width is shown to either side of it
_POINTS = 1_200
_MOST_SHOWN = 2.5  # times the bound: an error beyond the range that is larger leaves the frame
_SIZE = (11.0, 4.8)  # inches


def approximation_spec(found: Approximation, **canvas: Any) -> FigureSpec:
    """The figure."""
    low, high = found.low, found.high
    air = _BEYOND * (high - low)
    start, end = low - air, high + air
    function, stand_in, errors = _sampled(found, start, end)
    heights = np.concatenate([y for _, y in (*function, *stand_in)])
    heights = heights[np.isfinite(heights)]
    bottom, top = float(heights.min()), float(heights.max())
    room = 0.08 * (top - bottom) or 1.0
    first = Panel(
        (
            Line(
                found.function.entry.title if not found.function.is_expression else "f",
                tuple(function),
                color=0,
                dash=0,
            ),
            Line("approximation", tuple(stand_in), color=1, dash=1),
        ),
        heading="function and approximation",
        heights=(bottom - room, top + room),
    )
    bound = found.max_error
    sizes = np.concatenate([np.abs(y) for _, y in errors])
    sizes = sizes[np.isfinite(sizes)]
    largest = min(max(float(sizes.max(initial=0.0)), bound), _MOST_SHOWN * bound) or 1.0
    guides = (Guide(bound, f"+{short(bound)}", 1), Guide(-bound, f"−{short(bound)}", 1)) if bound else ()
    second = Panel(
        (Line("error", tuple(errors), color=2, dash=0),),
        heading="error: approximation − function",
        guides=guides,
        labelled=False,
        heights=(-1.2 * largest, 1.2 * largest),
    )
    return FigureSpec(
        title=headline(found),
        subtitle=_subtitle(found),
        panels=(first, second),
        low=start,
        high=end,
        description=f"{headline(found)}. {_subtitle(found)}.",
        **({"size": _SIZE} | canvas),
    )


def _subtitle(found: Approximation) -> str:
    beyond = "it grows without bound" if found.beyond.grows else f"at most {short(found.max_error_beyond)}"
    return (
        f"largest error {short(found.max_error)} at x = {short(found.max_error_at)}, proved; beyond the range {beyond}"
    )


_Curve = list[tuple[Array, Array]]


def _sampled(found: Approximation, start: float, end: float) -> tuple[_Curve, _Curve, _Curve]:
    """The function, the approximation and the error, piece by piece."""
    curve = found.function.curve()
    breakpoints = [point.x for point in curve.pieces(start, end).breakpoints]
    function = curve.samples(start, end, _POINTS)
    stand_in: _Curve = []
    errors: _Curve = []
    for part in found.parts:
        low, high = max(part.low, start), min(part.high, end)
        if low >= high:
            continue
        cuts = [low, *(x for x in breakpoints if low < x < high), high]
        for left, right in itertools.pairwise(cuts):
            x = np.linspace(left, right, max(33, round(_POINTS * (right - left) / (end - start))))
            near = np.clip(x, math.nextafter(left, math.inf), math.nextafter(right, -math.inf))
            y = np.array(evaluate(part.tree, x, {}))
            stand_in.append((x, y))
            errors.append((x, y - apply(curve.defined, near, found.function.values)))
    return function, stand_in, errors
