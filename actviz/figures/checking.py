"""Errors of implementations against x: of each binade the worst point, one curve for each implementation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.analysis.accuracy import Accuracy, Check
from actviz.figures.spec import FigureSpec, Line, Panel, Points
from actviz.language.numerics.special import Array
from actviz.writing.checks import verdict

_NEAREST = 1e-4  # |x| below which x is linear: there is little to see
_TALLEST = 1e12
_LOWEST = 0.05  # ULP, where errors are drawn on a logarithmic axis: less is as good as none
_FAR = 64.0  # |x| beyond which is shown only what is no exact result
_HIGH = 8.0  # ULP, from which on the axis is logarithmic


def check_spec(
    found: Sequence[Check], limit: float | None = None, title: str | None = None, **appearance: Any
) -> FigureSpec:
    """The figure of checks.

    Args:
        found: of one function, or several implementations of it.
        limit: the largest error that is allowed, drawn as a line.
        title: in place of the usual one.
        appearance: as fields of a figure spec.
    """
    panels = [_panel([each.function for each in found], [each.target for each in found], limit, "")]
    slopes = [(each.derivative or each.backward, each.target) for each in found]
    known = [(errors, name) for errors, name in slopes if errors is not None]
    if known:
        panels[0] = _panel([each.function for each in found], [each.target for each in found], limit, "function")
        panels.append(_panel([each for each, _ in known], [name for _, name in known], limit, "derivative"))
    first = found[0]
    low, high = panels[0].span or (-1.0, 1.0)
    heading = f"{first.spec} in {first.dtype}: error in ULP" if title is None else title
    subtitle = "the worst point of each binade; 1 ULP is the spacing at the exact value"
    for word, name in (("overflow", "overflows"), ("NaN", "nans")):
        count = sum(getattr(each.function, name) for each in found)
        subtitle += f"; {word} at {count:,} points is not drawn" if count else ""
    description = " ".join(verdict(each) for each in found)
    return FigureSpec(heading, subtitle, tuple(panels), low, high, description=description, columns=1, **appearance)


def _panel(errors: Sequence[Accuracy], names: Sequence[str], limit: float | None, heading: str) -> Panel:
    lines, points = [], []
    ends = [0.0]
    for place, (each, name) in enumerate(zip(errors, names, strict=True)):
        x, y = _binades(each)
        ends += x.tolist()
        lines.append(Line(name if len(names) > 1 else "", ((x, y),), color=place, dash=place))
        points.append(Points(x, y, color=place))
    span = (min(ends), max(ends))
    if limit is not None:
        level = np.array([limit, limit])
        lines.append(Line(f"{limit:g} ULP", ((np.array(span), level),), color=len(names), dash=1))
    tallest = max(float(line.pieces[0][1].max(initial=1.0)) for line in lines)
    if tallest <= _HIGH:
        scale, heights = "linear", (0.0, 1.15 * tallest)
    else:
        scale, heights = "log", (_LOWEST, 2.0 * tallest)
    return Panel(
        tuple(lines),
        heading,
        points=tuple(points),
        xscale="symlog",
        linear=_NEAREST,
        yscale=scale,
        heights=heights,
        span=span,
        ylabel="ULP",
    )


def _binades(found: Accuracy) -> tuple[Array, Array]:
    """The worst point of each binade, in rising order of x."""
    worst: dict[tuple[float, int], tuple[float, float]] = {}
    for x, ulp in found.profile:
        if abs(x) < _NEAREST / 16 and x != 0:
            continue
        key = (math.copysign(1.0, x), math.frexp(x)[1]) if x else (0.0, 0)
        if ulp > worst.get(key, (0.0, -1.0))[1]:
            worst[key] = (x, min(ulp, _TALLEST))
    far = max([_FAR, *(2 * abs(x) for x, ulp in worst.values() if ulp > _LOWEST)])
    rows = sorted((x, max(ulp, _LOWEST)) for x, ulp in worst.values() if abs(x) <= far)
    return np.array([x for x, _ in rows]), np.array([ulp for _, ulp in rows])
