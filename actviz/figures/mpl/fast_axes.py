"""The scales of axes drawn at once, for images.

Matplotlib makes five artists of every tick and sets every label by itself, which takes as long as all else in a figure.
In an image that nobody will change any more, a grid can be one path and the labels beside it another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axis import Axis, YAxis
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from actviz.figures.mpl.glyphs import Run, outline
from actviz.figures.mpl.typeset import text_width
from actviz.figures.spec import FigureSpec


@contextmanager
def drawn_at_once(figure: Figure, spec: FigureSpec) -> Iterator[None]:
    """Let an image renderer draw the scales of a figure at once, as long as the context lasts.

    A style sheet of the user's may ask for anything, such as minor ticks; with one, or
    with the tick marks of a paper, all is left to matplotlib.

    Args:
        figure: what `actviz.figures.mpl.render.render` made of `spec`.
        spec: what it shows.
    """
    axes_drawn = [] if spec.sheet or spec.theme == "paper" else figure.axes
    replaced = [(axis, _Scale(axis)) for axes in axes_drawn for axis in (axes.xaxis, axes.yaxis)]
    for axis, scale in replaced:
        axis.axes.add_artist(scale)
        scale.set_clip_path(None)
        axis.set_visible(False)
    try:
        yield
    finally:
        for axis, scale in replaced:
            scale.remove()
            axis.set_visible(True)


class _Scale(Artist):
    """What an axis draws: grid, tick labels and the name of the axis below them."""

    def __init__(self, axis: Axis) -> None:
        super().__init__()
        self.axis = axis
        self.upright = isinstance(axis, YAxis)
        self.set_zorder(axis.get_zorder())

    def draw(self, renderer: Any) -> None:
        """Draw it."""
        axis, box = self.axis, self.axis.axes.bbox
        values = np.asarray(axis.get_majorticklocs(), dtype=np.float64)
        places = axis.axes.transData.transform(np.column_stack([values, values]))[:, int(self.upright)]
        tick: Any = axis.get_major_ticks(1)[0]
        self.grid(renderer, places, tick.gridline)
        labels = axis.get_major_formatter().format_ticks(values.tolist())
        bottom = self.labels(renderer, places, labels, tick.get_pad(), tick.label1)
        if axis.label.get_text():
            pad = renderer.points_to_pixels(axis.labelpad)
            axis.label.set_position((axis.label.get_position()[0], min(bottom, box.y0) - pad))
            axis.label.draw(renderer)

    def grid(self, renderer: Any, places: Any, pattern: Any) -> None:
        """A line across the axes at every place, in the colour and width of a pattern."""
        box = self.axis.axes.bbox
        low, high = (box.x0, box.x1) if self.upright else (box.y0, box.y1)
        ends = np.column_stack([places, np.full_like(places, low), places, np.full_like(places, high)])
        corners = ends.reshape(-1, 2)[:, ::-1] if self.upright else ends.reshape(-1, 2)
        graphics = renderer.new_gc()
        graphics.set_clip_rectangle(box)
        graphics.set_foreground(pattern.get_color())
        graphics.set_linewidth(pattern.get_linewidth())
        graphics.set_capstyle(pattern.get_solid_capstyle())
        codes = np.tile([Outline.MOVETO, Outline.LINETO], len(places))
        renderer.draw_path(graphics, Outline(corners, codes), Affine2D())
        graphics.restore()

    def labels(self, renderer: Any, places: Any, labels: Any, pad: float, pattern: Text) -> float:
        """Labels beside the axes, in the colour and size of a pattern; returns how far down they reach, in pixels."""
        axes, unit, size = self.axis.axes, float(renderer.points_to_pixels(1.0)), float(pattern.get_fontsize())
        line = Text(0.0, 0.0, "0", fontproperties=pattern.get_fontproperties())
        line.set_figure(axes.figure)
        extent: Any = line.get_window_extent(renderer)
        widths = [text_width(label, size) for label in labels]
        if not self.upright:
            base = axes.bbox.y0 / unit - pad - extent.y1 / unit
            starts = [(place / unit - width / 2, base) for place, width in zip(places, widths, strict=True)]
        elif axes.yaxis.get_ticks_position() == "right":
            starts = [(axes.bbox.x1 / unit + pad, (place - extent.y1 / 2) / unit) for place in places]
        else:
            left = axes.bbox.x0 / unit - pad
            starts = [(left - w, (place - extent.y1 / 2) / unit) for place, w in zip(places, widths, strict=True)]
        letters = outline(Run(x, y, label, size, False) for (x, y), label in zip(starts, labels, strict=True))
        assert letters is not None  # the themes' own font has all that numbers are written with
        graphics = renderer.new_gc()
        graphics.set_foreground(pattern.get_color())
        graphics.set_linewidth(0)
        graphics.set_snap(False)
        renderer.draw_path(graphics, letters, Affine2D().scale(unit), graphics.get_rgb())
        graphics.restore()
        return float(min((y * unit + extent.y0 for _, y in starts), default=axes.bbox.y0))
