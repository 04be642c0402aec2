"""What a figure shows, as frozen data: nothing here draws, and nothing in the renderer decides."""

from __future__ import annotations

from dataclasses import dataclass

from actviz.errors import UsageError
from actviz.language.special import Array

THEMES = ("light", "dark", "print")
SIZE = (8.0, 5.0)  # inches
DPI = 144
SMALLEST, LARGEST = (2.0, 1.5), (40.0, 40.0)  # inches
LEAST_DPI, MOST_DPI = 20, 1200
MOST_PIXELS = 50_000_000


@dataclass(frozen=True)
class Dot:
    """A point at a jump: filled for the value taken, open for a limit."""

    x: float
    y: float
    filled: bool


@dataclass(frozen=True)
class Line:
    """One curve.

    Args:
        label: its name at its end.
        pieces: (x, y) arrays, one pair for each smooth piece, from left to right.
        dots: at its jumps.
        color: a place in the theme's colour cycle, or a share (0 to 1) of its colour scale for ordered families.
        dash: a place in the renderer's list of line styles; 0 is solid.
    """

    label: str
    pieces: tuple[tuple[Array, Array], ...]
    dots: tuple[Dot, ...] = ()
    color: int | float = 0
    dash: int = 0


@dataclass(frozen=True)
class Guide:
    """A horizontal asymptote.

    Args:
        y: its height.
        label: its value.
        side: −1 where the curve approaches it on the left, 1 on the right.
    """

    y: float
    label: str
    side: int


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Args:
        lines: the curves.
        heading: a few words above it, for figures with several panels.
        guides: asymptotes.
        labelled: whether curves are named at their ends.
    """

    lines: tuple[Line, ...]
    heading: str = ""
    guides: tuple[Guide, ...] = ()
    labelled: bool = True


@dataclass(frozen=True)
class FigureSpec:
    """A whole figure.

    Args:
        title: the heading.
        subtitle: what it shows with which parameters.
        panels: side by side, or in rows of `columns`.
        low: the left end of every panel.
        high: the right end.
        formulas: lines of mathtext to set where they cover no curve.
        description: the text alternative.
        columns: panels in a row.
        size: width and height in inches.
        dpi: pixels per inch, for images.
        theme: one of `THEMES`.

    Raises:
        UsageError: the theme is unknown, or the size or resolution unusable.
    """

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    low: float
    high: float
    formulas: tuple[str, ...] = ()
    description: str = ""
    columns: int = 4
    size: tuple[float, float] = SIZE
    dpi: int = DPI
    theme: str = "light"

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise UsageError(f"there is no theme '{self.theme}'", f"Themes: {', '.join(THEMES)}.")
        width, height = self.size
        if not (SMALLEST[0] <= width <= LARGEST[0] and SMALLEST[1] <= height <= LARGEST[1]):
            raise UsageError(
                f"a figure of {width:g} by {height:g} inches cannot be drawn",
                f"From {SMALLEST[0]:g} by {SMALLEST[1]:g} to {LARGEST[0]:g} by {LARGEST[1]:g} inches.",
            )
        if not LEAST_DPI <= self.dpi <= MOST_DPI:
            raise UsageError(f"{self.dpi} dots per inch cannot be drawn", f"From {LEAST_DPI} to {MOST_DPI}.")
        if width * height * self.dpi**2 > MOST_PIXELS:
            raise UsageError(
                f"{width:g} by {height:g} inches at {self.dpi} dots per inch is too large an image",
                f"At most {MOST_PIXELS:,} pixels are drawn; lower --dpi or --size, or write SVG or PDF.",
            )
