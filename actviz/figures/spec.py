"""What a figure shows, as frozen data: nothing here draws, and nothing in the renderer decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from actviz.errors import UsageError
from actviz.language.numerics.special import Array

THEMES = ("light", "dark", "print")
SIZE = (8.0, 5.0)  # inches
DPI = 144
SMALLEST, LARGEST = (2.0, 1.5), (40.0, 40.0)  # inches
SMALLEST_FONTS, LARGEST_FONTS = 0.5, 2.0
LEAST_DPI, MOST_DPI = 20, 1200
MOST_PIXELS = 50_000_000
BREAK = r"\\"  # where a formula goes on in the next line


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
        dash: a place in the list of line styles; 0 is solid.
    """

    label: str
    pieces: tuple[tuple[Array, Array], ...]
    dots: tuple[Dot, ...] = ()
    color: int | float = 0
    dash: int = 0


@dataclass(frozen=True)
class Guide:
    """An asymptote, the line y = slope·x + intercept.

    Args:
        intercept: its height at x = 0.
        label: its value, or its equation.
        side: −1 where the curve approaches it on the left, 1 on the right.
        slope: 0 where it is horizontal.
    """

    intercept: float
    label: str
    side: int
    slope: float = 0.0


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Args:
        lines: the curves.
        heading: a few words above it, for figures with several panels.
        guides: asymptotes.
        labelled: whether curves are named at their ends.
        heights: the range of y; by default all that is finite is shown.
    """

    lines: tuple[Line, ...]
    heading: str = ""
    guides: tuple[Guide, ...] = ()
    labelled: bool = True
    heights: tuple[float, float] | None = None


@dataclass(frozen=True)
class Formula:
    """A definition, in LaTeX.

    Args:
        head: what is defined, as in ``f(x)``.
        cases: pairs of value and condition; the condition of the last one is empty. `BREAK` parts lines of a value.
        where: pairs of a letter in the values and what it stands for.
    """

    head: str
    cases: tuple[tuple[str, str], ...]
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Key:
    """What tells curves apart where they are too many to be named at their ends.

    Args:
        kind: ``"list"``, every curve's name beside a sample of it, or ``"bar"``, their colours as a scale.
        title: what the names are values of.
    """

    kind: Literal["list", "bar"]
    title: str = ""


@dataclass(frozen=True)
class FigureSpec:
    """A whole figure.

    Args:
        title: the heading.
        subtitle: what it shows with which parameters.
        panels: side by side, or in rows of `columns`.
        low: the left end of every panel.
        high: the right end.
        formulas: to set where they cover no curve.
        description: the text alternative.
        columns: panels in a row.
        size: width and height in inches.
        dpi: pixels per inch, for images.
        theme: one of `THEMES`.
        key: names of the curves beside the panels.
        font_scale: how many times larger than usual text is.
        transparent: whether the background is left out of files.
        sheet: the path of a matplotlib style sheet to use on top of the theme.

    Raises:
        UsageError: the theme is unknown, or a size, scale or resolution unusable.
    """

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    low: float
    high: float
    formulas: tuple[Formula, ...] = ()
    description: str = ""
    columns: int = 4
    size: tuple[float, float] = SIZE
    dpi: int = DPI
    theme: str = "light"
    key: Key | None = None
    font_scale: float = 1.0
    transparent: bool = False
    sheet: str | None = None

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
        if not SMALLEST_FONTS <= self.font_scale <= LARGEST_FONTS:
            raise UsageError(
                f"text cannot be drawn at {self.font_scale:g} times its size",
                f"From {SMALLEST_FONTS:g} to {LARGEST_FONTS:g}.",
            )
        if width * height * self.dpi**2 > MOST_PIXELS:
            raise UsageError(
                f"{width:g} by {height:g} inches at {self.dpi} dots per inch is too large an image",
                f"At most {MOST_PIXELS:,} pixels are drawn; lower --dpi or --size, or write SVG or PDF.",
            )
