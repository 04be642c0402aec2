"""Charts as frozen data: what is computed about functions, over layers, epochs or values.

A chart has panels in rows; a panel has series: lines with bands, dots, stems, filled outlines, arrows. Quantities over
many powers of ten are given as decimal logarithms and labelled as powers, so that what has left float64 is drawn too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from actviz.figures.spec import DPI, FigureSpec, Line, Panel
from actviz.language.numerics.special import Array

PANEL = (4.6, 3.3)  # inches
_AIR = 0.06  # of the range of y, above and below


@dataclass(frozen=True)
class Series:
    """One curve, or one set of marks.

    Args:
        label: what stands beside its end; empty for none.
        x: places.
        y: heights; not finite where there is nothing.
        style: how it is drawn; ``area`` fills down to 0, ``stems`` drop from dots to it, ``level`` is a thin line.
        color: as in `actviz.figures.spec.Line`.
        dash: as there.
        band: lower and upper heights of a shaded band.
    """

    label: str
    x: Array
    y: Array
    style: Literal["line", "dots", "stems", "area", "level"] = "line"
    color: int | float = 0
    dash: int = 0
    band: tuple[Array, Array] | None = None


@dataclass(frozen=True)
class Arrows:
    """A field of arrows: from places, by steps in the units of the axes."""

    x: Array
    y: Array
    across: Array
    up: Array


@dataclass(frozen=True)
class ChartPanel:
    """One pair of axes.

    Args:
        series: what it shows, the first one at the back.
        heading: a few words above it.
        x_label: what x is.
        span: the range of x.
        heights: the range of y; by default all that is finite is shown.
        log: whether heights are decimal logarithms.
        arrows: a field of arrows.
        sideways: whether x and y change places, for a density beside the axis that it shares.
    """

    series: tuple[Series, ...]
    heading: str
    x_label: str
    span: tuple[float, float]
    heights: tuple[float, float] | None = None
    log: bool = False
    arrows: Arrows | None = None
    sideways: bool = False

    def limits(self) -> tuple[float, float]:
        """The range of y to show."""
        if self.heights is not None:
            return self.heights
        values = [part for one in self.series for part in (one.y, *(one.band or ()))]
        together = np.concatenate([np.ravel(value) for value in values]) if values else np.zeros(1)
        together = together[np.isfinite(together)]
        low, high = (float(together.min()), float(together.max())) if together.size else (0.0, 1.0)
        least = 0.5 if self.log else 1e-12 + 0.02 * max(abs(low), abs(high))
        if high - low < least:
            low, high = (low + high) / 2 - least, (low + high) / 2 + least
        air = _AIR * (high - low)
        return low - air, high + air


@dataclass(frozen=True)
class Chart:
    """A whole figure.

    Args:
        title: the heading.
        subtitle: what it shows.
        panels: in rows of `columns`.
        columns: panels in a row.
        note: sentences below: what is theory, what is sample.
        description: the text alternative.
        frame: size, resolution, theme and the like, as any figure has them.
    """

    title: str
    subtitle: str
    panels: tuple[ChartPanel, ...]
    columns: int
    note: str
    description: str
    frame: FigureSpec


def chart(
    title: str,
    subtitle: str,
    panels: Sequence[ChartPanel],
    columns: int,
    note: str,
    description: str,
    size: tuple[float, float] | None = None,
    dpi: int = DPI,
    theme: str = "light",
    font_scale: float = 1.0,
    transparent: bool = False,
    sheet: str | None = None,
) -> Chart:
    """A chart, as large as its panels need unless a size is given."""
    rows = -(-len(panels) // columns)
    wanted = size or (PANEL[0] * columns, PANEL[1] * rows + 1.7)
    frame = FigureSpec(
        title,
        subtitle,
        (Panel(()),) * len(panels),
        0.0,
        1.0,
        description=description,
        columns=columns,
        size=(min(wanted[0], 40.0), min(wanted[1], 40.0)),
        dpi=dpi,
        theme=theme,
        font_scale=font_scale,
        transparent=transparent,
        sheet=sheet,
    )
    return Chart(title, subtitle, tuple(panels), columns, note, description, frame)


def on_terminal(shown: Chart, place: int) -> FigureSpec:
    """One panel of a chart as curves that a terminal draws; heights of logarithmic panels are decimal logarithms."""
    panel = shown.panels[place]
    lines = [
        Line(one.label or " ", ((one.x, one.y),), color=one.color, dash=one.dash)
        for one in panel.series
        if one.style in ("line", "area") and np.isfinite(one.y).any() and len(one.x) > 1
    ]
    heading = f"log₁₀ {panel.heading}" if panel.log else panel.heading
    low, high = panel.limits()
    drawn = Panel(tuple(lines), heights=(low, high))
    return FigureSpec(heading, f"by {panel.x_label}", (drawn,), *panel.span, description=shown.description)


def drawable(panel: ChartPanel) -> bool:
    """Whether a terminal can draw a panel."""
    return not panel.sideways and any(
        one.style in ("line", "area") and np.isfinite(one.y).any() and len(one.x) > 1 for one in panel.series
    )


def decimal_logs(values: Sequence[float | None]) -> Array:
    """Decimal logarithms, NaN where there are none."""
    found = [math.log10(value) if value is not None and 0 < value < math.inf else math.nan for value in values]
    return np.array(found)
