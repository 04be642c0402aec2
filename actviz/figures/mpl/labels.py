"""Names at the ends of curves, values of asymptotes, and the key of a figure with many curves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from actviz.figures.mpl.draw import DASHES, end_value, heights, pixels
from actviz.figures.mpl.paper import Sheet, slant
from actviz.figures.mpl.placement import Field, spread
from actviz.figures.mpl.style import color_of
from actviz.figures.spec import Guide, Key, Line, Panel

_APART = 0.06  # of the height: names of ends so far apart do not touch
_TOGETHER = 0.012  # likewise: ends so close cannot be told apart
_CLEAR = 0.5  # of the height of text: the distance from all others at which a curve is by itself
_MARGIN = 0.3  # of the height of text: how much further from the edge of the figure names stay
_WIDEST = 0.28  # the share of a panel that names at ends may take


class Labels:
    """The names at the ends of one panel's curves, and the values of its asymptotes.

    Args:
        sheet: the figure.
        axes: the panel.
        panel: what it shows.
        cell_width: the panel's share of the figure's width.
    """

    def __init__(self, sheet: Sheet, axes: Axes, panel: Panel, cell_width: float) -> None:
        self.sheet = sheet
        self.axes = axes
        self.panel = panel
        low, high = heights(panel)
        self.side = _side(panel, low, high)
        ends = [end_value(line, self.side) for line in panel.lines]
        named = panel.labelled and bool(panel.lines)
        self.texts = [self._name(line, cell_width) for line in panel.lines] if named else []
        self.outside = [low <= end <= high for end in ends] if named else []
        # Curves that end together are named where each is by itself, as far as there is such a place with room.
        near = _TOGETHER * (high - low)
        self.contested = [
            out and sum(abs(end - other) <= near for other in ends) > 1
            for out, end in zip(self.outside, ends, strict=False)
        ]
        self.moved: set[int] = set()  # of these, those that are named within the panel
        widths = [sheet.extent(text).width for text, out in zip(self.texts, self.outside, strict=True) if out]
        self.width = max(widths) + _MARGIN * sheet.unit if widths else 0.0
        self.guide_texts = [
            sheet.text(guide.label, 0.95, style="italic", color=axes.xaxis.label.get_color()) for guide in panel.guides
        ]

    def _name(self, line: Line, cell_width: float) -> Text:
        color = color_of(line.color, self.sheet.spec.theme)
        text = self.sheet.text(line.label, 1.15, style=slant(line.label), color=color)
        self.sheet.shrink(text, _WIDEST * cell_width)
        return text

    def beside(self) -> None:
        """Put names beside the ends at the edge, moved apart where two would touch, with leaders where they belong."""
        kept = [number for number, out in enumerate(self.outside) if out and number not in self.moved]
        lines, texts = [self.panel.lines[number] for number in kept], [self.texts[number] for number in kept]
        if not texts:
            return
        sheet, unit = self.sheet, self.sheet.unit
        box = self.axes.get_window_extent(sheet.renderer)
        edge = box.x1 if self.side > 0 else box.x0
        ends = [float(self.axes.transData.transform((0.0, end_value(line, self.side)))[1]) for line in lines]
        bottom, top = box.y0 - 0.5 * unit, box.y1 + 0.6 * unit
        spans = [sheet.extent(text).height + 0.15 * unit for text in texts]
        room = (top - bottom) / sum(spans)
        if room < 1:
            for text in texts:
                text.set_fontsize(float(text.get_fontsize()) * room * 0.97)
            spans = [sheet.extent(text).height + 0.15 * unit * room for text in texts]
        for line, text, end, place in zip(lines, texts, ends, spread(ends, spans, bottom, top), strict=True):
            text.set_verticalalignment("center")
            text.set_horizontalalignment("left" if self.side > 0 else "right")
            sheet.put(text, edge + self.side * 0.75 * unit, place)
            if abs(place - end) > 0.35 * unit:
                color = color_of(line.color, sheet.spec.theme)
                sheet.stroke(edge, end, edge + self.side * 0.6 * unit, place, color)

    def within(self, field: Field) -> None:
        """Put names beside the last stretch in view of curves that leave the frame, and values beside asymptotes."""
        self.moved.clear()
        named = zip(self.panel.lines, self.texts, self.outside, self.contested, strict=False)
        for number, (line, text, out, contested) in enumerate(named):
            if out and not contested:
                continue
            extent = self.sheet.extent(text)
            gap = 0.35 * self.sheet.unit
            width, height = extent.width + 2 * gap, extent.height + gap
            alone = self._alone(line)
            if contested and not alone.any():
                continue
            spots = list(self._along(line, width, height, alone))
            if contested:
                spots.pop()  # the corner, which is for those that have no name outside
                if not spots:
                    continue
            x, y = field.first_free(spots, width, height)
            if contested:
                if field.count(np.array([x]), np.array([y]), width, height)[0] >= 0.9:
                    continue
                self.moved.add(number)
            text.set_verticalalignment("bottom")
            self.sheet.put(text, x + gap, y + gap / 2)
            field.cover(Bbox.from_bounds(x, y, width, height))

        for guide, text in zip(self.panel.guides, self.guide_texts, strict=True):
            extent = self.sheet.extent(text)
            gap = 0.2 * self.sheet.unit
            width, height = extent.width + 2 * gap, extent.height + gap
            x, y = field.first_free(_beside(self.axes, guide, width, height, self.sheet), width, height)
            text.set_verticalalignment("bottom")
            self.sheet.put(text, x + gap, y + gap / 2)
            field.cover(Bbox.from_bounds(x, y, width, height))
        ends = np.array(self.axes.get_xlim())
        for guide in self.panel.guides:
            places = np.column_stack([ends, guide.intercept + guide.slope * ends])
            field.trace(*self.axes.transData.transform(places).T)

    def _alone(self, line: Line) -> Any:
        """Where a curve is far enough from all others to be told from them, at each of its points."""
        x, y = pixels(self.axes, line)
        alone = np.isfinite(y)
        apart = _CLEAR * self.sheet.unit
        for other in self.panel.lines:
            if other is line:
                continue
            for xs, ys in (pixels(self.axes, replace(other, pieces=(piece,))) for piece in other.pieces):
                known = np.isfinite(ys)
                if known.any():
                    inside = (x >= xs[known][0]) & (x <= xs[known][-1])
                    alone[inside] &= np.abs(np.interp(x[inside], xs[known], ys[known]) - y[inside]) > apart
        return alone

    def _along(self, line: Line, width: float, height: float, alone: Any) -> Iterator[tuple[float, float]]:
        """Places to the left and right of a curve where it is by itself, if it ever is, from its end on."""
        x, y = pixels(self.axes, line)
        box = self.axes.get_window_extent(self.sheet.renderer)
        seen = np.isfinite(y) & (y >= box.y0) & (y <= box.y1)
        if (seen & alone).any():
            seen &= alone
        x, y = (x[seen], y[seen]) if seen.any() else (np.array([box.x0]), np.array([box.y0]))
        steps = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
        apart = 0.3 * self.sheet.unit
        for share in np.linspace(1.0, 0.0, 60) if self.side > 0 else np.linspace(0.0, 1.0, 60):
            px, py = (float(np.interp(share * steps[-1], steps, values)) for values in (x, y))
            for left in (px + apart, px - apart - width):
                for bottom in (py - height / 2, py - height, py):
                    if box.x0 <= left and left + width <= box.x1 and box.y0 <= bottom and bottom + height <= box.y1:
                        yield left, bottom
        yield box.x1 - width, box.y1 - height


def _beside(axes: Axes, guide: Guide, width: float, height: float, sheet: Sheet) -> Iterator[tuple[float, float]]:
    """Places above and below an asymptote."""
    box = axes.get_window_extent(sheet.renderer)
    gap = 0.12 * sheet.unit
    far = np.linspace(0.0, 1.0, 40) if guide.side > 0 else np.linspace(1.0, 0.0, 40)
    lefts = box.x0 + far * (box.width - width)
    edges = np.stack([lefts, lefts + width], axis=1)
    x = axes.transData.inverted().transform(np.column_stack([edges.ravel(), np.zeros(edges.size)]))[:, 0]
    line = axes.transData.transform(np.column_stack([x, guide.intercept + guide.slope * x]))[:, 1]
    for left, ends in zip(lefts.tolist(), line.reshape(edges.shape).tolist(), strict=True):
        for bottom in (max(ends) + gap, min(ends) - gap - height):
            if box.y0 <= bottom and bottom + height <= box.y1:
                yield left, bottom
    yield box.x1 - width, box.y0


def key_width(sheet: Sheet, key: Key, lines: tuple[Line, ...]) -> float:
    """How much room the key takes at the right."""
    sample = 2.6 if key.kind == "list" else 1.4
    widths = [sheet.width_of(line.label, _key_size(sheet, key, lines)) for line in lines]
    return min(max(widths) + (sample + 2.0) * sheet.unit, 0.4 * sheet.width)


def draw_key(sheet: Sheet, key: Key, lines: tuple[Line, ...], top: float, bottom: float) -> None:
    """Draw the key at the right edge, between two heights."""
    unit, quiet = sheet.unit, sheet.quiet
    left = sheet.width - key_width(sheet, key, lines) + 0.4 * unit
    size = _key_size(sheet, key, lines)
    if key.title:
        title = sheet.text(key.title, 1.1, style="italic", color=quiet)
        title.set_verticalalignment("bottom")
        top -= 0.4 * unit
        sheet.put(title, left, top)
    pitch = (top - bottom) / len(lines) if key.kind == "bar" else min((top - bottom) / len(lines), 1.7 * unit)
    every = math.ceil(1.5 * unit * size / pitch) if key.kind == "bar" else 1
    for number, line in enumerate(lines):
        color = color_of(line.color, sheet.spec.theme)
        # A scale reads upwards, a list downwards.
        middle = bottom + (number + 0.5) * pitch if key.kind == "bar" else top - (number + 0.5) * pitch
        if key.kind == "bar":
            sheet.fill(left, middle - pitch / 2, 1.1 * unit, pitch, color)
        else:
            sheet.stroke(left, middle, left + 2.3 * unit, middle, color, 2.2, DASHES[line.dash % len(DASHES)])
        if number % every == 0:
            text = sheet.text(line.label, size, color=quiet)
            text.set_verticalalignment("center_baseline")
            across = left + (1.6 if key.kind == "bar" else 2.8) * unit
            sheet.shrink(text, sheet.width - across - 0.4 * unit)
            sheet.put(text, across, middle)


def _key_size(sheet: Sheet, key: Key, lines: tuple[Line, ...]) -> float:
    """Smaller letters where the list would not fit the height."""
    room = 0.72 * sheet.height / (1.45 * sheet.unit * len(lines))
    return 0.95 if key.kind == "bar" else min(0.95, room)


def _side(panel: Panel, low: float, high: float) -> int:
    """The side on which curves end further apart: 1 for the right, −1 for the left, where that is clearly better."""
    if not panel.labelled:
        return 1

    def worth(side: int) -> float:
        ends = sorted(end for end in (end_value(line, side) for line in panel.lines) if low <= end <= high)
        gaps = [min((after - before) / (high - low), _APART) for before, after in pairwise(ends)]
        leaving = [end for end in (end_value(line, side) for line in panel.lines) if not low <= end <= high]
        return sum(gaps) + _APART * sum(not math.isnan(end) for end in leaving)  # these are named within the frame

    return 1 if worth(1) >= worth(-1) - _APART / 2 else -1
