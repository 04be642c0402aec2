"""The renderer: a figure spec in, a matplotlib figure out.

Text is measured, then room is made for it: margins come from the widths of tick labels and end labels, labels at
curve ends are moved apart, and formulas go to a corner that no curve crosses, or above the axes.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator
from matplotlib.transforms import Bbox

from actviz.figures.place import emptiest_corner, spread
from actviz.figures.spec import Dot, FigureSpec, Line, Panel
from actviz.figures.style import color_of, quiet_fonts, styled, text_scale
from actviz.figures.ticks import tick_labels
from actviz.language.special import Array

DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (7, 2, 1.5, 2)), (0, (1.5, 1.5)), (0, (9, 3)), (0, (3, 1.5)))
_POINTS_PER_INCH = 72
_TALLEST = 2e307  # beyond it the distance between two values overflows


def render(spec: FigureSpec) -> Figure:
    """Draw a spec. Pure: no global state is changed, and the same spec gives the same figure."""
    with styled(spec.theme), quiet_fonts():
        return _Drawing(spec).figure


class SelfShowing(Figure):
    """A figure that a notebook shows, whichever matplotlib backend it runs."""

    theme = "light"

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        with styled(self.theme), quiet_fonts():
            self.savefig(out, format="png")
        return out.getvalue()


class _Drawing:
    """One figure in the making; lengths are pixels unless said otherwise."""

    def __init__(self, spec: FigureSpec) -> None:
        self.spec = spec
        self.scale = text_scale(spec)
        self.figure = SelfShowing(figsize=spec.size, dpi=spec.dpi)
        self.figure.theme = spec.theme
        self.renderer: Any = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self.width, self.height = (length * spec.dpi for length in spec.size)
        self.unit = 10 * self.scale * spec.dpi / _POINTS_PER_INCH  # the height of ordinary text, about
        self.axes = [self.figure.add_axes((0.1, 0.1, 0.8, 0.8)) for _ in spec.panels]
        for axes, panel in zip(self.axes, spec.panels, strict=True):
            self.draw(axes, panel)
        top = self.headings()
        formulas = [self.text(line, 1.0, parse_math=True) for line in spec.formulas]
        self.arrange(top)
        if formulas and not self.in_corner(formulas):
            top = self.above(formulas, top)
            self.arrange(top)
        for axes, panel, side in zip(self.axes, spec.panels, self.sides, strict=True):
            self.label_ends(axes, panel, side)
            self.label_guides(axes, panel)

    def draw(self, axes: Axes, panel: Panel) -> None:
        """The curves with everything that belongs to them, without any text but tick labels."""
        spec, thin = self.spec, self.scale
        quiet = axes.xaxis.label.get_color()
        axes.set_xlim(spec.low, spec.high)
        axes.set_ylim(*_heights(panel))
        for number, line in enumerate(panel.lines):
            color = color_of(line.color, spec.theme)
            for x, y in line.pieces:
                axes.plot(
                    x,
                    y,
                    color=color,
                    linewidth=2.6 * thin,
                    linestyle=DASHES[line.dash % len(DASHES)],
                    zorder=3 + number,
                )
            for dot in line.dots:
                face = color if dot.filled else axes.get_facecolor()
                axes.plot(
                    [dot.x],
                    [dot.y],
                    linestyle="none",
                    marker="o",
                    markersize=(7 + 3.5 * _covered(dot, panel.lines[number + 1 :])) * thin,
                    markerfacecolor=face,
                    markeredgecolor=color,
                    markeredgewidth=1.8 * thin,
                    zorder=30 + number + dot.filled,
                    clip_on=False,
                )
        axes.grid(linewidth=thin)
        for draw_zero, (low, high) in ((axes.axhline, axes.get_ylim()), (axes.axvline, axes.get_xlim())):
            if low <= 0 <= high:
                draw_zero(0, color=quiet, linewidth=1.1 * thin, zorder=2)
        for guide in panel.guides:
            axes.axhline(guide.y, color=quiet, linewidth=1.1 * thin, linestyle=(0, (1, 2)), zorder=2)
        axes.tick_params(labelsize=9.5 * self.scale, pad=4 * self.scale)

    def headings(self) -> float:
        """Title and subtitle; returns how far down from the top they reach."""
        self.title = self.text(self.spec.title, 1.75, weight="bold")
        self.subtitle = self.text(self.spec.subtitle, 1.0, color=self.axes[0].xaxis.label.get_color())
        edge = 0.9 * self.unit
        for text in (self.title, self.subtitle):
            self.shrink(text, self.width - 2 * edge)
        y = self.height - 0.7 * self.unit
        for text, gap in ((self.title, 0.45), (self.subtitle, 0.3)):
            if text.get_text():
                text.set_verticalalignment("top")
                text.set_position((edge / self.width, y / self.height))
                y -= self.extent(text).height + gap * self.unit
        return self.height - y + 0.45 * self.unit

    def arrange(self, top: float) -> None:
        """Place the panels below `top`, with room for tick labels and end labels."""
        panels = self.spec.panels
        columns = min(self.spec.columns, len(panels))
        rows = -(-len(panels) // columns)
        cell_width = self.width / columns
        self.sides = [_label_side(panel) for panel in panels]
        label_widths = [self.label_width(panel) for panel in panels]
        head = 2.0 * self.unit if any(panel.heading for panel in panels) else 0.0
        cell_height = (self.height - top) / rows
        for number, axes in enumerate(self.axes):
            row, column = divmod(number, columns)
            on_left = self.sides[number] < 0
            axes.yaxis.set_ticks_position("right" if on_left else "left")
            inner_height = max(cell_height - head - self.foot(), 4 * self.unit)
            # Ticks depend on the size and their labels' widths on the ticks, so the size is set first.
            self.set_box(axes, 0, 0, 0.8 * cell_width, inner_height)
            self.set_ticks(axes, 0.8 * cell_width, inner_height)
            ticks = self.tick_width(axes) + 0.9 * self.unit
            labels = label_widths[number] + (1.0 if label_widths[number] else 1.3) * self.unit
            left, right = (labels, ticks) if on_left else (ticks, labels)
            x = column * cell_width + left
            y = self.height - top - (row + 1) * cell_height + self.foot()
            self.set_box(axes, x, y, cell_width - left - right, inner_height)
            self.set_ticks(axes, cell_width - left - right, inner_height)
            if panels[number].heading:
                self.heading(axes, panels[number].heading)
        if rows == 1:
            for axes in self.axes:
                axes.set_xlabel("x", fontsize=10 * self.scale, labelpad=3 * self.scale)

    def foot(self) -> float:
        """Room for tick labels below the axes, and for ``x`` where there is one row."""
        return (3.6 if len(self.spec.panels) <= self.spec.columns else 2.3) * self.unit

    def heading(self, axes: Axes, text: str) -> None:
        axes.set_title(
            _set(text), loc="left", fontsize=11 * self.scale, pad=6 * self.scale, style=_slant(text), parse_math=False
        )

    def set_box(self, axes: Axes, x: float, y: float, width: float, height: float) -> None:
        least = 2 * self.unit
        axes.set_position(
            (x / self.width, y / self.height, max(width, least) / self.width, max(height, least) / self.height)
        )

    def set_ticks(self, axes: Axes, width: float, height: float) -> None:
        for axis, length, per_tick in ((axes.xaxis, width, 6.0), (axes.yaxis, height, 2.6)):
            count = int(min(11, max(2, length / (per_tick * self.unit))))
            low, high = axis.get_view_interval()
            ticks = MaxNLocator(count, steps=[1, 2, 5, 10]).tick_values(low, high)
            # A label of y so low that it would touch the first one of x is left out.
            least = low + (high - low) * (0.7 * self.unit / length) if axis is axes.yaxis else low
            inside = [float(tick) for tick in ticks if least <= tick <= high]
            axis.set_major_locator(FixedLocator(inside))
            axis.set_major_formatter(FixedFormatter(tick_labels(inside)))

    def tick_width(self, axes: Axes) -> float:
        box = axes.yaxis.get_tightbbox(self.renderer)
        return 0.0 if box is None else float(box.width) + 4 * self.scale * self.spec.dpi / _POINTS_PER_INCH

    def label_width(self, panel: Panel) -> float:
        if not panel.labelled:
            return 0.0
        widths = []
        for line in panel.lines:
            text = self.text(line.label, 1.15, style=_slant(line.label))
            self.shrink(text, 0.28 * self.width / min(self.spec.columns, len(self.spec.panels)))
            widths.append(self.extent(text).width)
            text.remove()
        return float(max(widths))

    def label_ends(self, axes: Axes, panel: Panel, side: int) -> None:
        """Each curve's name beside its end, moved apart where two would touch, with a leader to where it belongs."""
        if not panel.labelled:
            return
        box = axes.get_window_extent(self.renderer)
        edge = box.x1 if side > 0 else box.x0
        ends = [self.end_height(axes, line, side) for line in panel.lines]
        limit = 0.28 * self.width / min(self.spec.columns, len(self.spec.panels))
        texts = []
        for line in panel.lines:
            text = self.text(line.label, 1.15, style=_slant(line.label), color=color_of(line.color, self.spec.theme))
            text.set_verticalalignment("center")
            text.set_horizontalalignment("left" if side > 0 else "right")
            self.shrink(text, limit)
            texts.append(text)
        heights = [self.extent(text).height + 0.15 * self.unit for text in texts]
        places = spread(ends, heights, box.y0 - 0.5 * self.unit, box.y1 + 0.6 * self.unit)
        for line, text, end, place in zip(panel.lines, texts, ends, places, strict=True):
            text.set_position(((edge + side * 0.75 * self.unit) / self.width, place / self.height))
            if abs(place - end) > 0.35 * self.unit:
                self.leader(edge, end, edge + side * 0.6 * self.unit, place, color_of(line.color, self.spec.theme))

    def leader(self, x0: float, y0: float, x1: float, y1: float, color: Any) -> None:
        from matplotlib.lines import Line2D

        xs, ys = [x0 / self.width, x1 / self.width], [y0 / self.height, y1 / self.height]
        self.figure.add_artist(Line2D(xs, ys, color=color, linewidth=0.8 * self.scale, alpha=0.7))

    def end_height(self, axes: Axes, line: Line, side: int) -> float:
        """The height at which a curve meets the edge, within the axes."""
        y = line.pieces[-1 if side > 0 else 0][1]
        finite = np.flatnonzero(np.isfinite(y))
        value = 0.0 if not finite.size else float(y[finite[-1 if side > 0 else 0]])
        low, high = axes.get_ylim()
        return float(axes.transData.transform((0.0, min(max(value, low), high)))[1])

    def label_guides(self, axes: Axes, panel: Panel) -> None:
        """Each asymptote's value at the end that its curve does not approach."""
        for guide in panel.guides:
            text = self.text(guide.label, 0.95, style="italic", color=axes.xaxis.label.get_color())
            box = axes.get_window_extent(self.renderer)
            height = float(axes.transData.transform((0.0, guide.y))[1])
            text.set_horizontalalignment("right" if guide.side < 0 else "left")
            text.set_verticalalignment("bottom")
            x = box.x1 - 0.2 * self.unit if guide.side < 0 else box.x0 + 0.2 * self.unit
            text.set_position((x / self.width, (height + 0.25 * self.unit) / self.height))

    def in_corner(self, texts: Sequence[Text]) -> bool:
        """Put the formulas into a corner of the first panel that nothing crosses; False where there is none."""
        axes = self.axes[0]
        box = axes.get_window_extent(self.renderer)
        pad = 0.9 * self.unit
        width = max(self.extent(text).width for text in texts) + 2 * pad
        step = max(self.extent(text).height for text in texts) + 0.55 * self.unit
        height = step * len(texts) + pad
        vertical = float(axes.transData.transform((0.0, 0.0))[0])
        points = [self.pixels(axes, line) for line in self.spec.panels[0].lines]
        for guide in self.spec.panels[0].guides:  # its label takes the far end of its line
            y = float(axes.transData.transform((0.0, guide.y))[1])
            xs = np.linspace(box.x0, box.x1, 60)
            points += [np.column_stack([xs, np.full(60, y + rise * self.unit)]) for rise in (0.0, 0.8, 1.6)]
        corner = emptiest_corner(
            Bbox.from_extents(box.x0, box.y0, box.x1, box.y1), width, height, np.concatenate(points), vertical
        )
        if corner is None:
            return False
        x, y = corner
        for number, text in enumerate(texts):
            text.set_verticalalignment("center")
            text.set_bbox(
                {"facecolor": axes.get_facecolor(), "edgecolor": "none", "alpha": 0.85, "pad": 1.5 * self.scale}
            )
            text.set_position(((x + pad) / self.width, (y + height - pad / 2 - (number + 0.5) * step) / self.height))
        return True

    def above(self, texts: Sequence[Text], top: float) -> float:
        """Put the formulas between subtitle and axes; returns how far down from the top they reach."""
        edge = 0.9 * self.unit
        y = self.height - top + 0.3 * self.unit
        for text in texts:
            self.shrink(text, self.width - 2 * edge)
            text.set_verticalalignment("top")
            text.set_position((edge / self.width, y / self.height))
            y -= self.extent(text).height + 0.45 * self.unit
        return self.height - y + 0.45 * self.unit

    def pixels(self, axes: Axes, line: Line) -> Array:
        """A curve's points in pixels, clipped to the axes' height."""
        x = np.concatenate([x for x, _ in line.pieces])
        y = np.concatenate([y for _, y in line.pieces])
        low, high = axes.get_ylim()
        kept = np.isfinite(y)
        points = np.column_stack([x[kept], np.clip(y[kept], low, high)])
        return np.asarray(axes.transData.transform(points), dtype=np.float64)

    def text(self, content: str, size: float, **style: Any) -> Text:
        style = {"parse_math": False} | style  # only formulas are written in mathematics
        return self.figure.text(0, 0, _set(content), fontsize=10 * size * self.scale, zorder=50, **style)

    def extent(self, text: Text) -> Bbox:
        return text.get_window_extent(self.renderer)

    def shrink(self, text: Text, width: float) -> None:
        """Make a text small enough to fit a width."""
        for _ in range(4):  # hinting makes small letters wider than their share
            actual = self.extent(text).width
            if actual <= width:
                return
            text.set_fontsize(float(text.get_fontsize()) * width / actual * 0.99)


def _covered(dot: Dot, above: Sequence[Line]) -> int:
    """How many of the lines drawn above have a dot in the same place; theirs is drawn smaller, inside this one."""
    return sum(
        any(math.isclose(other.x, dot.x) and math.isclose(other.y, dot.y, abs_tol=1e-3) for other in line.dots)
        for line in above
    )


def _slant(text: str) -> str:
    """Formulas lean, names stand."""
    return "italic" if text.endswith("(x)") else "normal"


def _set(text: str) -> str:
    """The text with a hair of space before a prime, which leans into the letter otherwise."""
    return re.sub("(?=[′″‴])", "\u200a", text) if text.endswith("(x)") else text


def _heights(panel: Panel) -> tuple[float, float]:
    """The range of y: everything that is finite, the origin, and a little air."""
    values = [y[np.isfinite(y)] for line in panel.lines for _, y in line.pieces]
    values += [np.array([0.0, *(guide.y for guide in panel.guides)])]
    together = np.concatenate(values)
    low, high = max(float(together.min()), -_TALLEST), min(float(together.max()), _TALLEST)
    air = 0.06 * (high - low) or 1.0
    return low - air, high + air


def _label_side(panel: Panel) -> int:
    """The side on which curve ends lie further apart: 1 for the right, −1 for the left."""
    if len(panel.lines) < 2 or not panel.labelled:
        return 1

    def closest(index: int) -> float:
        ends = sorted(float(line.pieces[index][1][index]) for line in panel.lines)
        low, high = _heights(panel)
        gaps = [min((after - before) / (high - low), 0.06) for before, after in pairwise(ends)]
        return float(np.nansum(gaps))

    return 1 if closest(-1) >= closest(0) - 1e-9 else -1
