"""The paper: a figure on which text and lines are put at places in pixels, and measured."""

from __future__ import annotations

import re
import textwrap
from functools import cache
from typing import Any

from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from actviz.figures.mpl.style import text_scale
from actviz.figures.mpl.typeset import text_width
from actviz.figures.spec import LARGEST_FONTS, SMALLEST_FONTS, FigureSpec

POINTS_PER_INCH = 72
_TEXT = 10.0  # points, of ordinary text in a figure of ordinary size
_LEAST_HEADING = 0.7  # of its size: a heading that would be smaller still goes on in the next line
_MOST_LINES = 3


class Sheet:
    """A figure in the making; lengths are pixels, and sizes of text are shares of the ordinary one.

    Args:
        spec: what will be shown.
        figure: an empty figure of the size of `spec`.
    """

    def __init__(self, spec: FigureSpec, figure: Figure) -> None:
        self.spec = spec
        self.figure = figure
        FigureCanvasAgg(figure)
        # A style sheet of the user's may change what text measures.
        self.renderer = RendererAgg(1, 1, spec.dpi) if spec.sheet else _measuring(spec.dpi)  # type: ignore[no-untyped-call]
        self.width, self.height = (length * spec.dpi for length in spec.size)
        self.lines = text_scale(spec)
        # A style sheet of the user's may set the size of text; all sizes are shares of it, within what can be laid out.
        wanted = spec.font_scale * float(rcParams["font.size"]) / _TEXT
        self.scale = self.lines * min(max(wanted, SMALLEST_FONTS), LARGEST_FONTS)
        self.unit = _TEXT * self.scale * spec.dpi / POINTS_PER_INCH  # the height of ordinary text, about
        self.quiet: Any = None  # the colour of what is not to stand out; known once there are axes

    def text(self, content: str, size: float, **style: Any) -> Text:
        """Text that still has to be put somewhere, taken as it is written."""
        return self.figure.text(
            0, 0, spaced(content), fontsize=_TEXT * size * self.scale, zorder=50, parse_math=False, **style
        )

    def put(self, text: Text, x: float, y: float) -> None:
        """Put text at a place; its alignment says which point of it is there."""
        text.set_position((x / self.width, y / self.height))

    def extent(self, text: Text) -> Bbox:
        """Where text is."""
        return text.get_window_extent(self.renderer)

    def width_of(self, content: str, size: float) -> float:
        """How wide plain text would be."""
        return text_width(content, _TEXT * size * self.scale) * self.spec.dpi / POINTS_PER_INCH

    def shrink(self, text: Text, width: float) -> None:
        """Make text small enough to fit a width."""
        for _ in range(4):  # hinting makes small letters wider than their share
            actual = self.extent(text).width
            if actual <= width:
                return
            text.set_fontsize(float(text.get_fontsize()) * width / actual * 0.99)

    def fit(self, text: Text, width: float) -> None:
        """Make a heading fit a width: a little smaller, then on as few lines as needed, then smaller still."""
        content, lines = text.get_text(), 1
        most = 1 if "\n" in content else _MOST_LINES
        while (taken := self.extent(text).width) * _LEAST_HEADING > width and lines < most:
            lines += 1
            text.set_text(_in_lines(content, lines))
        if taken > width:
            self.shrink(text, width)

    def stroke(
        self, x0: float, y0: float, x1: float, y1: float, color: Any, thickness: float = 0.8, dash: Any = "-"
    ) -> None:
        """A straight line on the paper."""
        xs, ys = [x0 / self.width, x1 / self.width], [y0 / self.height, y1 / self.height]
        self.figure.add_artist(Line2D(xs, ys, color=color, linewidth=thickness * self.lines, linestyle=dash))

    def fill(self, x: float, y: float, width: float, height: float, color: Any) -> None:
        """A filled rectangle on the paper."""
        corner = (x / self.width, y / self.height)
        patch = Rectangle(corner, width / self.width, height / self.height, color=color, linewidth=0.3)
        patch.set_transform(self.figure.transFigure)
        self.figure.add_artist(patch)


def _in_lines(text: str, lines: int) -> str:
    """The text in so many lines, of about the same length."""
    width = -(-len(text) // lines)
    while len(parts := textwrap.wrap(text, width)) > lines:
        width += 1
    return "\n".join(parts)


@cache
def _measuring(dpi: int) -> Any:
    """What measures text at a resolution: one for all figures, for matplotlib keeps what a renderer has measured."""
    return RendererAgg(1, 1, dpi)  # type: ignore[no-untyped-call]


def slant(text: str) -> str:
    """Formulas lean, names stand."""
    return "italic" if text.endswith("(x)") else "normal"


def spaced(text: str) -> str:
    """The text with a hair of space before a prime, which leans into the letter otherwise."""
    return re.sub("(?=[′″‴])", "\u200a", text) if text.endswith("(x)") else text
