"""Formulas on a figure: the artist that sets and draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform

from actviz.figures.mpl.glyphs import Run, font, outline
from actviz.figures.mpl.typeset import Stroke, formula_box
from actviz.figures.spec import Formula


class FormulaArtist(Artist):
    """Definitions below one another: text where text is kept, outlines where there are only pixels.

    Args:
        formulas: what to draw.
        size: of its ordinary letters, in points.
        color: of letters and strokes.
        background: drawn behind it, or None.
    """

    def __init__(self, formulas: Sequence[Formula], size: float, color: Any, background: Any) -> None:
        super().__init__()
        self.formulas = tuple(formulas)
        self.size = size
        self.box = formula_box(formulas, size)
        self.color = color
        self.background = background
        self.place = (0.0, 0.0)
        self.cleared: Bbox | None = None  # what is drawn behind it, in shares of the figure's width and height
        self.set_zorder(50)

    def set_place(self, x: float, y: float) -> None:
        """Put its lower left corner at (x, y), shares of the figure's width and height."""
        self.place = (x, y)

    def get_window_extent(self, renderer: Any = None) -> Bbox:  # noqa: ARG002  asked for by matplotlib
        """Its extent in pixels, as every artist gives it."""
        figure = self._figure()
        unit = figure.dpi / 72
        x, y = self.place[0] * figure.bbox.width, self.place[1] * figure.bbox.height
        return Bbox.from_bounds(x, y, self.box.width * unit, (self.box.height + self.box.depth) * unit)

    def draw(self, renderer: Any) -> None:
        """Draw it."""
        if not self.get_visible():
            return
        unit = renderer.points_to_pixels(1.0)
        extent = self.get_window_extent(renderer)
        x, y = extent.x0, extent.y0 + self.box.depth * unit
        renderer.open_group("formula")
        if self.background is not None:
            size = self._figure().bbox.size
            cleared = Bbox(self.cleared.get_points() * size) if self.cleared is not None else extent
            behind = Rectangle(cleared.p0, cleared.width, cleared.height, color=self.background, alpha=0.85)
            behind.set_linewidth(0)
            behind.set_transform(IdentityTransform())
            behind.set_figure(self._figure())
            behind.draw(renderer)
        if hasattr(renderer, "draw_definitions"):  # LaTeX sets them itself
            renderer.draw_definitions(extent.x0, extent.y1, self.formulas, self.size, self.color)
        else:
            self.draw_box(renderer, x, y, unit)
        renderer.close_group("formula")
        self.stale = False

    def draw_box(self, renderer: Any, x: float, y: float, unit: float) -> None:
        """Draw the box, its baseline starting at (x, y)."""
        graphics = renderer.new_gc()
        graphics.set_foreground(self.color)
        runs = [mark for mark in self.box.marks if isinstance(mark, Run)]
        letters = outline(runs) if isinstance(renderer, RendererAgg) else None
        if letters is not None:
            graphics.set_linewidth(0)
            graphics.set_snap(False)
            renderer.draw_path(graphics, letters, Affine2D().scale(unit).translate(x, y), graphics.get_rgb())
        else:
            for run in runs:
                base = y + run.y * unit
                flipped = renderer.get_canvas_width_height()[1] - base if renderer.flipy() else base
                face = font(run.italic, run.size)
                renderer.draw_text(graphics, x + run.x * unit, flipped, run.text, face, 0.0)
        graphics.set_snap(None)
        graphics.set_capstyle("butt")
        graphics.set_joinstyle("miter")
        for mark in self.box.marks:
            if isinstance(mark, Stroke):
                graphics.set_linewidth(mark.thickness)  # in points, whatever the resolution
                place = Affine2D().scale(unit).translate(x + mark.x * unit, y + mark.y * unit)
                renderer.draw_path(graphics, mark.outline, place)
        graphics.restore()

    def _figure(self) -> Any:
        return self.get_figure(root=True)
