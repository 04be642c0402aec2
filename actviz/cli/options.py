"""Options that several commands share, each defined once."""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from actviz.errors import OutputError, UsageError


class Format(StrEnum):
    """How tables are written."""

    rich = "rich"
    csv = "csv"
    json = "json"
    markdown = "markdown"
    latex = "latex"


class Theme(StrEnum):
    """The figure themes."""

    light = "light"
    dark = "dark"
    print = "print"


def _complete(incomplete: str) -> list[str]:
    """Names that begin so: canonical ones, then aliases and the frameworks' where no canonical one does."""
    from actviz.registry.lookup import active, normalised

    names = active().names
    if not any(name.startswith(incomplete) for name in names):
        names = [name for entry in active() for name in entry.names]
    return [name for name in names if normalised(name).startswith(normalised(incomplete))]


def whole(option: str) -> Callable[[str], int]:
    """A reader of whole numbers for an option."""

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise UsageError(f"'{text}' is not a whole number, in '{option} {text}'", "Write digits only.") from None

    return read


SPEC_HELP = "A name, a name with parameters (prelu:alpha=0.05), or an expression in x."

OneSpec = Annotated[str, typer.Argument(metavar="SPEC", help=SPEC_HELP, autocompletion=_complete, show_default=False)]
Specs = Annotated[
    list[str],
    typer.Argument(
        metavar="SPEC...",
        help=SPEC_HELP + " A list of values (prelu:alpha=0.01,0.05) stands for several.",
        autocompletion=_complete,
        show_default=False,
    ),
]
# Numbers are taken as text and read here, so that the message can quote what was written.
Range = Annotated[
    tuple[str, str] | None,
    typer.Option("--range", metavar="LO HI", help="The range of x; by default it shows every breakpoint."),
]
Orders = Annotated[
    list[int] | None,
    typer.Option("--order", metavar="N", parser=whole("--order"), help="A derivative of this order; may be repeated."),
]
Order = Annotated[
    int, typer.Option("--order", metavar="N", parser=whole("--order"), help="The order of the derivative.")
]
Wrt = Annotated[str, typer.Option("--wrt", metavar="PARAM", help="Differentiate in this parameter instead of x.")]
At = Annotated[
    str | None, typer.Option("--at", metavar="X,...", help="Values of x, separated by commas.", show_default=False)
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write here; '-' is standard output.", show_default=False),
]
FormatOption = Annotated[
    Format, typer.Option("--format", metavar="NAME", help="rich, csv, json, markdown or latex.", show_default=False)
]
ThemeOption = Annotated[
    Theme, typer.Option("--theme", metavar="NAME", help="light, dark or print.", show_default=False)
]
Size = Annotated[tuple[str, str] | None, typer.Option("--size", metavar="W H", help="Width and height in inches.")]
FontScale = Annotated[
    str | None,
    typer.Option("--font-scale", metavar="F", help="Text F times its usual size, from 0.5 to 2.", show_default=False),
]
Transparent = Annotated[bool, typer.Option("--transparent", help="Leave the background out.")]
Sheet = Annotated[
    str | None,
    typer.Option(
        "--style", metavar="FILE", help="A matplotlib style sheet of your own on top of the theme.", show_default=False
    ),
]
Dpi = Annotated[int, typer.Option("--dpi", metavar="N", parser=whole("--dpi"), help="Dots per inch of a PNG.")]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="A title of your own.", show_default=False)]
Digits = Annotated[
    int | None,
    typer.Option(
        "--digits",
        metavar="N",
        parser=whole("--digits"),
        help="Significant digits; by default exact for CSV and JSON, 7 elsewhere.",
        show_default=False,
    ),
]


def two_numbers(option: str, given: tuple[str, str] | None) -> tuple[float, float] | None:
    """The two numbers of ``--range`` or ``--size``, None where the option was not given.

    Raises:
        UsageError: one of them is no number.
    """
    if given is None:
        return None
    numbers = []
    for text in given:
        try:
            numbers.append(float(text))
        except ValueError:
            raise UsageError(
                f"'{text}' is not a number, in '{option} {' '.join(given)}'", f"Write two numbers after {option}."
            ) from None
    return numbers[0], numbers[1]


def appearance(
    theme: Theme,
    size: tuple[str, str] | None,
    dpi: int,
    font_scale: str | None,
    transparent: bool,
    sheet: str | None,
) -> dict[str, Any]:
    """What the options of figures ask for, as fields of a figure spec; what was not asked for is left out.

    Raises:
        UsageError: the scale or a part of the size is no number.
    """
    chosen: dict[str, Any] = {"theme": theme.value, "dpi": dpi, "transparent": transparent, "sheet": sheet}
    if size is not None:
        chosen["size"] = two_numbers("--size", size)
    if font_scale is not None:
        try:
            chosen["font_scale"] = float(font_scale)
        except ValueError:
            raise UsageError(
                f"'{font_scale}' is not a number, in '--font-scale {font_scale}'", "Write a number such as 1.2."
            ) from None
    return chosen


def target(output: str | None, default: str) -> Path | None:
    """The file to write, or None for standard output.

    Raises:
        OutputError: the name is that of a folder.
    """
    if output == "-":
        return None
    path = Path(output or default)
    if os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir, it takes any name
        raise OutputError(f"cannot write '{path}': it is a folder", f"Name a file in it, as in '{path / default}'.")
    return path
