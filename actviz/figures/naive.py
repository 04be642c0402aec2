"""Figures in which what a data type gives is drawn beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from actviz.analysis.datatypes import SMALL, data_type
from actviz.analysis.naive import naive
from actviz.curves.curve import Curve
from actviz.errors import UsageError
from actviz.figures.spec import FigureSpec, Line

_POINTS = 4001


def with_type(spec: FigureSpec, curves: Sequence[Curve], dtype: str) -> FigureSpec:
    """A figure of one panel with a line more for each curve: its values computed in a data type, in steps.

    Raises:
        UsageError: the figure has several panels.
    """
    kind = data_type(dtype)
    if len(spec.panels) > 1:
        raise UsageError("--dtype is drawn in one panel", "Ask for one function, or for one derivative.")
    x = np.linspace(spec.low, spec.high, _POINTS)
    if kind.bits <= SMALL:
        numbers = kind.all_numbers()
        inside = numbers[(numbers >= spec.low) & (numbers <= spec.high)]
        if inside.size < _POINTS:  # each number with the stretch that is rounded to it
            x = np.sort(np.concatenate([x, inside]))
    (panel,) = spec.panels
    lines = [*panel.lines]
    for place, curve in enumerate(curves):
        values = naive(curve, x, kind)
        drawn = np.where(np.isfinite(values), values, np.nan)
        name = f"{curve.column} in {kind.name}" if len(curves) > 1 else f"in {kind.name}"
        lines.append(Line(name, ((x, drawn),), color=len(panel.lines) + place, dash=0))
    subtitle = "   ".join(filter(None, [spec.subtitle, f"computed in {kind.name}, every operation rounded"]))
    return replace(spec, panels=(replace(panel, lines=tuple(lines)),), subtitle=subtitle)
