"""Overview sheets: many functions with their derivatives as small panels, all on one scale.

A sheet has a hundred panels and more, so it is not made of axes: every panel is a rectangle of the figure, measured
in inches, and what all panels share is one artist.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox, TransformedBbox

from actviz.curves.curve import HALF_WIDTH, Activation
from actviz.figures.compose import line
from actviz.figures.dots import gathered
from actviz.figures.mpl.draw import DASHES
from actviz.figures.mpl.style import color_of, quiet_fonts, styled
from actviz.figures.spec import FigureSpec, Line, Panel
from actviz.figures.ticks import ticks
from actviz.registry.entries import FAMILIES, Entry

DPI = 110
_PLOT = (1.62, 1.12)  # inches of one panel's plot
_GAP = (0.2, 0.42)  # inches between plots; the lower one holds the title
_EDGE = 0.2  # inches around the sheet
_LEFT = 0.3  # inches for the tick labels of a row
_HEAD = 0.72  # inches for the sheet's own title
_SECTION = 0.3  # inches for a family's name
_FOOT = 0.34  # inches for the tick labels under a section
_CUT = 5  # at most one panel in so many is cut at the top, and as many at the bottom
_COST = 2.0  # what it costs to cut all panels, in units in which a range e times as high costs 1
_AIR = 0.06


@dataclass(frozen=True)
class Section:
    """Panels under a common heading; no heading where there is only one section."""

    heading: str
    panels: tuple[Panel, ...]


def sections(entries: Sequence[Entry]) -> tuple[Section, ...]:
    """The panels of a sheet, a section for each family."""
    families = [family for family in FAMILIES if any(entry.family == family for entry in entries)]
    return tuple(
        Section(
            family.capitalize() if len(families) > 1 else "",
            tuple(_panel(Activation(entry)) for entry in entries if entry.family == family),
        )
        for family in families
    )


def _panel(activation: Activation) -> Panel:
    lines = [line(activation.curve(order), -HALF_WIDTH, HALF_WIDTH, "", order, order) for order in (0, 1)]
    return Panel(tuple(lines), activation.entry.title, labelled=False)


def sheet_spec(title: str, entries: Sequence[Entry], theme: str) -> tuple[FigureSpec, tuple[Section, ...]]:
    """What a sheet shows, and how its panels are grouped.

    Args:
        title: its heading.
        entries: what to draw, in this order within each family.
        theme: one of the figure themes.
    """
    grouped = sections(entries)
    columns = _columns([len(section.panels) for section in grouped])
    names = ", ".join(entry.title for entry in entries)
    spec = FigureSpec(
        title,
        "solid f(x)   ·   dashed f\u200a′(x)   ·   one scale for all panels; what exceeds it is cut",
        tuple(panel for section in grouped for panel in section.panels),
        -HALF_WIDTH,
        HALF_WIDTH,
        description=f"Small line plots on one scale, each of a function and its derivative: {names}.",
        columns=columns,
        size=_size(columns, grouped),
        theme=theme,
        dpi=DPI,
    )
    return spec, grouped


def render_sheet(spec: FigureSpec, grouped: Sequence[Section]) -> Figure:
    """Draw a sheet. Pure, as `actviz.figures.mpl.render.render` is."""
    with styled(spec.theme), quiet_fonts():
        return _Sheet(spec, grouped).figure


def common_heights(panels: Sequence[Panel], limit: float) -> tuple[float, float]:
    """The range of y for all panels: it holds 0, reaches no further than ±`limit`, and may cut the steepest curves.

    To cut a few curves at the edge of their panels makes all others larger. Of all ranges that cut at most one
    panel in five at either end, the one taken has the least ``log(range) + 2 · (share of panels cut)``.
    """
    lowest, highest = [], []
    for panel in panels:
        values = np.concatenate([y[np.isfinite(y)] for drawn in panel.lines for _, y in drawn.pieces])
        lowest.append(max(-limit, float(values.min(initial=0.0))))
        highest.append(min(limit, float(values.max(initial=0.0))))
    most = len(panels) // _CUT + 1
    _, low, high = min(
        (math.log(max(high - low, 1e-9)) + _COST * (above + below) / len(panels), low, high)
        for below, low in enumerate(sorted(lowest)[:most])
        for above, high in enumerate(sorted(highest, reverse=True)[:most])
    )
    air = _AIR * (high - low) or 1.0
    return low - air, high + air


def _columns(counts: Sequence[int]) -> int:
    """Eight panels in a row where families follow one another; a family alone makes a sheet wider than high."""
    if len(counts) > 1:
        return min(8, max(counts))
    return min(counts[0], max(4, math.ceil(math.sqrt(1.1 * counts[0]))))


def _rows(columns: int, section: Section) -> int:
    return -(-len(section.panels) // columns)


def _size(columns: int, grouped: Sequence[Section]) -> tuple[float, float]:
    width = 2 * _EDGE + _LEFT + columns * _PLOT[0] + (columns - 1) * _GAP[0]
    height = _HEAD + _EDGE + sum(_section_height(columns, section) for section in grouped)
    return round(width, 2), round(height, 2)


def _section_height(columns: int, section: Section) -> float:
    head = _SECTION if section.heading else 0.0
    return head + _rows(columns, section) * (_PLOT[1] + _GAP[1]) + _FOOT


class _Sheet:
    """One sheet in the making; lengths are inches, from the lower left corner."""

    def __init__(self, spec: FigureSpec, grouped: Sequence[Section]) -> None:
        self.spec = spec
        self.figure = Figure(figsize=spec.size, dpi=spec.dpi)
        self.renderer: Any = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self.inches = self.figure.dpi_scale_trans
        self.low, self.high = common_heights(spec.panels, spec.high)
        top = spec.size[1] - _EDGE
        self.text(_EDGE, top, spec.title, 17, weight="bold", va="top")
        self.text(_EDGE, top - 0.32, spec.subtitle, 9.5, color=self.quiet, va="top")
        top = spec.size[1] - _HEAD
        boxes: list[Bbox] = []
        for section in grouped:
            if section.heading:
                self.text(_EDGE, top - 0.1, section.heading, 13, weight="bold", va="top")
            start = top - (_SECTION if section.heading else 0.0)
            boxes += self.section(section, start)
            top -= _section_height(spec.columns, section)
        self.grid(boxes)

    @property
    def quiet(self) -> Any:
        return matplotlib.rcParams["axes.labelcolor"]

    def section(self, section: Section, top: float) -> Iterator[Bbox]:
        """Draw the panels of a section; their boxes."""
        last = len(section.panels) - 1
        for number, panel in enumerate(section.panels):
            row, column = divmod(number, self.spec.columns)
            x = _EDGE + _LEFT + column * (_PLOT[0] + _GAP[0])
            y = top - (row + 1) * (_PLOT[1] + _GAP[1])
            box = Bbox.from_bounds(x, y, *_PLOT)
            self.panel(box, panel)
            if column == 0:
                for tick in ticks(self.low, self.high, 4):
                    self.text(x - 0.06, self.height(box, tick), _number(tick), 7.5, self.quiet, ha="right", va="center")
            if number + self.spec.columns > last:  # nothing below it
                for tick in (-4, 0, 4):
                    self.text(self.across(box, tick), y - 0.05, _number(tick), 7.5, self.quiet, ha="center", va="top")
            yield box

    def panel(self, box: Bbox, panel: Panel) -> None:
        title = self.text(box.x0, box.y1 + 0.07, panel.heading, 9.5, va="bottom")
        while title.get_window_extent(self.renderer).width > _PLOT[0] * self.spec.dpi:
            title.set_fontsize(0.97 * float(title.get_fontsize()))
        clip = TransformedBbox(box, self.inches)
        for drawn in panel.lines:
            self.curve(box, drawn, clip)
        self.dots(box, panel)

    def curve(self, box: Bbox, drawn: Line, clip: TransformedBbox) -> None:
        """A curve, cut where it leaves its panel."""
        color = color_of(drawn.color, self.spec.theme)
        steepest = 50 * (self.high - self.low)  # beyond the panel it does not matter how far
        for x, y in drawn.pieces:
            kept = np.clip(y, self.low - steepest, self.high + steepest)
            part = Line2D(
                self.across(box, x),
                self.height(box, kept),
                color=color,
                linewidth=1.5,
                linestyle=DASHES[drawn.dash % len(DASHES)],
                transform=self.inches,
                zorder=3,
            )
            self.figure.add_artist(part)
            part.set_clip_box(clip)

    def dots(self, box: Bbox, panel: Panel) -> None:
        """The dots at jumps that lie in the panel, as `actviz.figures.mpl.draw.draw_dots` draws them."""
        for mark in gathered(panel.lines, self.spec.high - self.spec.low, self.high - self.low):
            if not (self.spec.low <= mark.x <= self.spec.high and self.low <= mark.y <= self.high):
                continue
            both = bool(mark.filled and mark.open)
            for numbers, filled in ((mark.open, False), (mark.filled, True)):
                if not numbers:
                    continue
                colors = {panel.lines[number].color for number in numbers}
                color = (
                    color_of(colors.pop(), self.spec.theme) if len(colors) == 1 else matplotlib.rcParams["text.color"]
                )
                self.figure.add_artist(
                    Line2D(
                        [self.across(box, mark.x)],
                        [self.height(box, mark.y)],
                        linestyle="none",
                        marker="o",
                        markersize=4 * (1.0 if not both else 0.62 if filled else 1.6),
                        markerfacecolor=color if filled else self.figure.get_facecolor(),
                        markeredgecolor=color,
                        markeredgewidth=0.0 if both and filled else 1.1,
                        transform=self.inches,
                        zorder=4 + filled,
                    )
                )

    def grid(self, boxes: Sequence[Bbox]) -> None:
        """The grid and the axes through the origin of all panels."""
        xs, ys = (-4.0, -2.0, 0.0, 2.0, 4.0), ticks(self.low, self.high, 4)
        light: list[list[tuple[float, float]]] = []
        dark: list[list[tuple[float, float]]] = []
        for box in boxes:
            for tick in xs:
                x = self.across(box, tick)
                (light if tick else dark).append([(x, box.y0), (x, box.y1)])
            for tick in ys:
                y = self.height(box, tick)
                (light if tick else dark).append([(box.x0, y), (box.x1, y)])
        colors = (matplotlib.rcParams["grid.color"], matplotlib.rcParams["axes.edgecolor"])
        for order, (segments, color) in enumerate(zip((light, dark), colors, strict=True)):
            artist = LineCollection(segments, colors=[color], linewidths=0.8, transform=self.inches, zorder=1 + order)
            self.figure.add_artist(artist)

    def across(self, box: Bbox, x: Any) -> Any:
        return box.x0 + (x - self.spec.low) / (self.spec.high - self.spec.low) * box.width

    def height(self, box: Bbox, y: Any) -> Any:
        return box.y0 + (y - self.low) / (self.high - self.low) * box.height

    def text(self, x: float, y: float, content: str, size: float, color: Any = None, **style: Any) -> Text:
        style |= {"parse_math": False, "fontsize": size, "transform": self.inches, "zorder": 6}
        if color is not None:
            style["color"] = color
        return self.figure.text(x, y, content, **style)


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")
