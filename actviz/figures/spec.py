"""What a figure shows, as frozen data: nothing here draws, and nothing in the renderer decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from actviz.errors import UsageError
from actviz.language.numerics.special import Array

THEMES = ("light", "dark", "print", "paper")
SCALES = ("linear", "log", "symlog")
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
class Band:
    """The area between two curves over the same x, as a range of values or an error.

    Args:
        x: where both are known, ascending.
        bottom: the lower edge at each x.
        top: the upper edge.
        label: its name in a legend.
        color: as in `Line`.
        strength: how opaque it is, from 0 to 1.
    """

    x: Array
    bottom: Array
    top: Array
    label: str = ""
    color: int | float = 0
    strength: float = 0.18


@dataclass(frozen=True)
class Bars:
    """Columns that stand on y = `base`, or stems where they have no width.

    Args:
        x: the middle of each.
        y: where each ends.
        width: of a column, in units of x; 0 draws a stem with a dot on it.
        base: where they stand.
        label: their name in a legend.
        color: as in `Line`.
    """

    x: Array
    y: Array
    width: float = 0.0
    base: float = 0.0
    label: str = ""
    color: int | float = 0


@dataclass(frozen=True)
class Points:
    """Measured points, with the range of each where it is known.

    Args:
        x: their places.
        y: their heights.
        low: the lower end of each range, or None.
        high: the upper end, or None.
        label: their name in a legend.
        color: as in `Line`.
        filled: whether points are filled.
    """

    x: Array
    y: Array
    low: Array | None = None
    high: Array | None = None
    label: str = ""
    color: int | float = 0
    filled: bool = True


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
        bands: areas behind the curves.
        bars: columns and stems.
        points: measured points with their ranges.
        xscale: one of `SCALES`.
        yscale: one of `SCALES`.
        linear: the distance from 0 below which a symlog scale is linear.
        xlabel: what x is.
        ylabel: what y is, written above the axis.
        span: the range of x, where it is not the figure's.

    Raises:
        UsageError: a scale is unknown, or a logarithmic one would have to show what is not positive.
    """

    lines: tuple[Line, ...] = ()
    heading: str = ""
    guides: tuple[Guide, ...] = ()
    labelled: bool = True
    heights: tuple[float, float] | None = None
    bands: tuple[Band, ...] = ()
    bars: tuple[Bars, ...] = ()
    points: tuple[Points, ...] = ()
    xscale: str = "linear"
    yscale: str = "linear"
    linear: float = 1.0
    xlabel: str = "x"
    ylabel: str = ""
    span: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for axis, scale, shown in (("x", self.xscale, self.span), ("y", self.yscale, self.heights)):
            if scale not in SCALES:
                raise UsageError(f"there is no scale '{scale}'", f"Scales: {', '.join(SCALES)}.")
            if scale == "log" and shown is not None and shown[0] <= 0:
                raise UsageError(
                    f"a logarithmic {axis} axis cannot start at {shown[0]:g}",
                    f"Give it a positive range, or use --{axis}scale symlog.",
                )


@dataclass(frozen=True)
class Formula:
    """A definition, in LaTeX.

    Args:
        head: what is defined, as in ``f(x)``.
        cases: pairs of value and condition; the condition of the last one is empty. `BREAK` parts lines of a value.
        where: pairs of a letter in the values and what it stands for.
        uses: likewise functions such as σ(x); those of several formulas stand below all of them, each once.
    """

    head: str
    cases: tuple[tuple[str, str], ...]
    where: tuple[tuple[str, str], ...] = ()
    uses: tuple[tuple[str, str], ...] = ()


def used(formulas: Sequence[Formula]) -> tuple[tuple[str, str], ...]:
    """The functions that formulas use and what these are, each once."""
    return tuple(dict.fromkeys(pair for formula in formulas for pair in formula.uses))


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
