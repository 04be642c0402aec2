"""The renderer of charts: a frozen `Chart` in, a matplotlib figure out."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator

from actviz.figures.charts import Chart, ChartPanel, Series
from actviz.figures.mpl.draw import DASHES
from actviz.figures.mpl.paper import Sheet
from actviz.figures.mpl.placement import spread
from actviz.figures.mpl.render import SelfShowing
from actviz.figures.mpl.style import color_of, quiet_fonts, styled
from actviz.figures.ticks import tick_labels, ticks

_NOTE = 0.85  # the size of the note, in that of ordinary text
_LABEL = 0.95
_WIDEST = 0.36  # the share of a panel that labels may take


def render(chart: Chart) -> Figure:
    """Draw a chart. Pure: no global state is changed, and the same chart gives the same figure."""
    with styled(chart.frame.theme, chart.frame.sheet), quiet_fonts():
        return _Drawing(chart).figure


class _Drawing:
    """One chart in the making; lengths are pixels unless said otherwise."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        spec = chart.frame
        self.figure = SelfShowing(figsize=spec.size, dpi=spec.dpi)
        self.figure.theme = spec.theme
        self.sheet = Sheet(spec, self.figure)
        self.unit = self.sheet.unit
        size, pad = 9.0 * self.sheet.scale, 4 * self.sheet.scale
        settings: Any = {"axes.grid": True, "grid.linewidth": rcParams["grid.linewidth"] * self.sheet.lines}
        settings |= {"xtick.labelsize": size, "ytick.labelsize": size, "xtick.major.pad": pad, "ytick.major.pad": pad}
        rcParams.update(settings)
        self.axes = [self.figure.add_axes((0.1, 0.1, 0.8, 0.8)) for _ in chart.panels]
        self.sheet.quiet = self.axes[0].xaxis.label.get_color()
        top = self.headings()
        bottom = self.note()
        self.arrange(top, bottom)

    def headings(self) -> float:
        """Title and subtitle; returns how far down from the top they reach."""
        sheet, edge = self.sheet, 0.9 * self.unit
        y = sheet.height - 0.7 * self.unit
        parts = (
            (self.chart.title, 1.6, 0.4, {"weight": "bold"}),
            (self.chart.subtitle, 1.0, 0.3, {"color": sheet.quiet}),
        )
        for content, size, gap, style in parts:
            text = sheet.text(content, size, **style)
            sheet.fit(text, sheet.width - 2 * edge)
            text.set_verticalalignment("top")
            sheet.put(text, edge, y)
            y -= sheet.extent(text).height + gap * self.unit
        return sheet.height - y + 0.3 * self.unit

    def note(self) -> float:
        """What is said below, wrapped; returns how far up it reaches."""
        sheet, edge = self.sheet, 0.9 * self.unit
        if not self.chart.note:
            return 0.3 * self.unit
        room = (sheet.width - 2 * edge) / max(sheet.width_of("n", _NOTE), 1.0)
        lines = [line for part in self.chart.note.split("\n") for line in textwrap.wrap(part, int(room * 0.98))]
        text = sheet.text("\n".join(lines), _NOTE, color=sheet.quiet, linespacing=1.3)
        text.set_verticalalignment("bottom")
        sheet.put(text, edge, 0.6 * self.unit)
        return sheet.extent(text).height + 1.2 * self.unit

    def arrange(self, top: float, bottom: float) -> None:
        """Place and draw the panels."""
        columns = self.chart.columns
        rows = -(-len(self.chart.panels) // columns)
        cell_width, cell_height = self.sheet.width / columns, (self.sheet.height - top - bottom) / rows
        head, foot = 1.9 * self.unit, 3.0 * self.unit
        for number, (axes, panel) in enumerate(zip(self.axes, self.chart.panels, strict=True)):
            row, column = divmod(number, columns)
            height = max(cell_height - head - foot, 3 * self.unit)
            low, high = panel.limits()
            names = _vertical_ticks(panel, low, high, int(max(2, min(9, height / (2.4 * self.unit)))))
            widest = max((self.sheet.width_of(text, 0.9) for text in names[1]), default=0.0)
            left = widest + 1.6 * self.unit
            labels = self.labels(panel, cell_width)
            right = max((self.sheet.extent(text).width for text, _ in labels), default=0.0) + 1.3 * self.unit
            width = max(cell_width - left - right, 3 * self.unit)
            x = column * cell_width + left
            y = self.sheet.height - top - row * cell_height - head - height
            axes.set_position(
                (x / self.sheet.width, y / self.sheet.height, width / self.sheet.width, height / self.sheet.height)
            )
            self.scales(axes, panel, (low, high), names, width)
            self.draw(axes, panel)
            axes.set_title(
                panel.heading, loc="left", fontsize=10.5 * self.sheet.scale, pad=5 * self.sheet.scale, parse_math=False
            )
            room = width / max(self.sheet.width_of(panel.heading, 1.05), 1.0)
            if room < 1:
                axes.title.set_fontsize(10.5 * self.sheet.scale)
                axes._left_title.set_fontsize(10.5 * self.sheet.scale * room * 0.97)  # type: ignore[attr-defined]
            axes.set_xlabel(panel.x_label, fontsize=9.5 * self.sheet.scale, labelpad=2 * self.sheet.scale)
            self.beside(axes, labels)

    def scales(
        self,
        axes: Axes,
        panel: ChartPanel,
        heights: tuple[float, float],
        names: tuple[list[float], list[str]],
        width: float,
    ) -> None:
        """Limits and ticks."""
        axes.set_xlim(*panel.span)
        axes.set_ylim(*heights)
        places = ticks(*panel.span, int(max(2, min(9, width / (4.5 * self.unit)))))
        axes.xaxis.set_major_locator(FixedLocator(places))
        axes.xaxis.set_major_formatter(FixedFormatter(tick_labels(places)))
        axes.yaxis.set_major_locator(FixedLocator(names[0]))
        axes.yaxis.set_major_formatter(FixedFormatter(names[1]))

    def draw(self, axes: Axes, panel: ChartPanel) -> None:
        """The series and arrows of a panel."""
        low, high = axes.get_ylim()
        quiet = self.sheet.quiet
        if not panel.log and low < 0 < high:
            axes.axhline(0, color=quiet, linewidth=1.0 * self.sheet.lines, zorder=2)
        if panel.span[0] < 0 < panel.span[1]:
            axes.axvline(0, color=quiet, linewidth=1.0 * self.sheet.lines, zorder=2)
        for number, one in enumerate(panel.series):
            self.series(axes, one, 3 + number, low)
        if panel.arrows is not None:
            field = panel.arrows
            axes.quiver(
                field.x,
                field.y,
                field.across,
                field.up,
                color=color_of(0, self.chart.frame.theme),
                angles="xy",
                scale_units="xy",
                scale=1.0,
                width=0.004,
                zorder=4,
            )

    def series(self, axes: Axes, one: Series, order: int, low: float) -> None:
        color = color_of(one.color, self.chart.frame.theme)
        thick = rcParams["lines.linewidth"] * self.sheet.lines
        if one.band is not None:
            axes.fill_between(one.x, *one.band, color=color, alpha=0.18, linewidth=0, zorder=order - 0.5)
        if one.style == "dots":
            axes.plot(
                one.x, one.y, "o", color=color, markersize=3.6 * self.sheet.lines, zorder=order + 20,
                markeredgecolor=axes.get_facecolor(), markeredgewidth=0.5 * self.sheet.lines,
            )  # fmt: skip
        elif one.style == "area":
            axes.fill_between(one.x, one.y, max(low, 0.0), color=color, alpha=0.25, linewidth=0, zorder=order - 0.5)
            axes.plot(one.x, one.y, color=color, linewidth=thick * 0.7, zorder=order)
        elif one.style == "stems":
            for x, y in zip(one.x.tolist(), one.y.tolist(), strict=True):
                axes.plot([0, x], [y, y], color=color, linewidth=thick * 1.3, zorder=order + 10)
                axes.plot([x], [y], "o", color=color, markersize=6 * self.sheet.lines, zorder=order + 11, clip_on=False)
        else:
            dash = (0, (1, 2)) if one.style == "level" else DASHES[one.dash % len(DASHES)]
            width = thick * (0.5 if one.style == "level" else 0.85)
            axes.plot(one.x, one.y, color=color, linewidth=width, linestyle=dash, zorder=order)

    def labels(self, panel: ChartPanel, cell_width: float) -> list[tuple[Any, float]]:
        """The texts of labels, with the heights at which they belong."""
        found = []
        for one in panel.series:
            if not one.label or panel.sideways:
                continue
            known = np.flatnonzero(np.isfinite(one.y))
            if not known.size:
                continue
            text = self.sheet.text(one.label, _LABEL, color=color_of(one.color, self.chart.frame.theme))
            self.sheet.shrink(text, _WIDEST * cell_width)
            end, before = (float(one.y[known[int(share * (len(known) - 1))]]) for share in (1.0, 0.75))
            found.append((text, end + 1e-3 * (before - end)))  # where curves meet, in the order in which they come
        return found

    def beside(self, axes: Axes, labels: list[tuple[Any, float]]) -> None:
        """Put labels beside the right edge, moved apart where they would touch."""
        if not labels:
            return
        box = axes.get_window_extent(self.sheet.renderer)
        low, high = axes.get_ylim()
        ends = [float(axes.transData.transform((0.0, min(max(y, low), high)))[1]) for _, y in labels]
        spans = [self.sheet.extent(text).height + 0.1 * self.unit for text, _ in labels]
        room = (box.height + self.unit) / sum(spans)
        if room < 1:
            for text, _ in labels:
                text.set_fontsize(float(text.get_fontsize()) * room * 0.97)
            spans = [span * room for span in spans]
        places = spread(ends, spans, box.y0 - 0.5 * self.unit, box.y1 + 0.5 * self.unit)
        for (text, _), place in zip(labels, places, strict=True):
            text.set_verticalalignment("center")
            self.sheet.put(text, box.x1 + 0.5 * self.unit, place)


def _vertical_ticks(panel: ChartPanel, low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """Places and labels: of logarithms whole powers of ten, or 1, 2 and 5 times those where few are in view."""
    if not panel.log:
        places = ticks(low, high, most)
        return places, tick_labels(places)
    first, last = math.ceil(low), math.floor(high)
    step = max(1, math.ceil((last - first + 1) / most))
    powers = [power for power in range(first, last + 1) if power % step == 0]
    if len(powers) >= 2:
        return [float(power) for power in powers], [_power(power) for power in powers]
    values = [digit * 10.0**power for power in range(first - 1, last + 1) for digit in (1, 2, 3, 5, 7)]
    inside = [value for value in values if low <= math.log10(value) <= high]
    if len(inside) < 2:
        inside = [float(value) for value in ticks(10**low, 10**high, most) if value > 0]
    return [math.log10(value) for value in inside], [f"{value:.4g}" for value in inside]


def _power(power: int) -> str:
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return {0: "1", 1: "10"}.get(power, f"10{raised}")
