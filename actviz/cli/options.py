"""Options that several commands share, each defined once."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from actviz.cli import formats
from actviz.cli.points import typed_number
from actviz.errors import UsageError


class Format(StrEnum):
    """How tables are written."""

    rich = "rich"
    csv = "csv"
    json = "json"
    markdown = "markdown"
    latex = "latex"


SUFFIXES = {
    ".csv": Format.csv,
    ".json": Format.json,
    ".md": Format.markdown,
    ".tex": Format.latex,
    ".txt": Format.rich,
}


class Theme(StrEnum):
    """The figure themes."""

    light = "light"
    dark = "dark"
    print = "print"
    paper = "paper"


def _complete(incomplete: str) -> list[str]:
    from actviz.cli.completion import specs

    return specs(incomplete)


def _parameters(context: typer.Context, incomplete: str) -> list[str]:
    from actviz.cli.completion import parameters

    return parameters(context.args, incomplete)  # the words so far: an option without its value ends their reading


def whole(option: str) -> Callable[[str], int]:
    """A reader of whole numbers for an option."""

    def read(text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise UsageError(f"'{text}' is not a whole number, in '{option} {text}'", "Write digits only.") from None

    return read


SPEC_HELP = "A name, a name with parameters (prelu:alpha=0.05), or an expression in x."

# The headings under which help lists the options.
WHAT = "What to show"
LOOK = "How it looks"
RESULT = "Where it goes"

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
    typer.Option(
        "--range", metavar="LO HI", help="The range of x; by default it shows every breakpoint.", rich_help_panel=WHAT
    ),
]
Orders = Annotated[
    list[int] | None,
    typer.Option(
        "--order",
        metavar="N",
        parser=whole("--order"),
        help="A derivative of this order, 0 being the function; may be repeated.",
        rich_help_panel=WHAT,
    ),
]
Order = Annotated[
    int | None,
    typer.Option(
        "--order",
        metavar="N",
        parser=whole("--order"),
        help="The order of the derivative; by default 1, or one for each variable.",
        show_default=False,
        rich_help_panel=WHAT,
    ),
]
Wrt = Annotated[
    str,
    typer.Option(
        "--wrt",
        metavar="PARAM",
        help="Differentiate in this parameter instead of x; x,beta is a mixed derivative.",
        autocompletion=_parameters,
        rich_help_panel=WHAT,
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="X,...",
        help="Values of x, separated by commas.",
        show_default=False,
        rich_help_panel=WHAT,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write to this file; '-' is standard output.",
        show_default=False,
        rich_help_panel=RESULT,
    ),
]
Images = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write to this .png, .svg, .pdf or .pgf file; may be repeated. '-' is standard output.",
        show_default=False,
        rich_help_panel=RESULT,
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="Write rich (for people), csv, json, markdown or latex; by default as the suffix of -o says.",
        show_default=False,
        rich_help_panel=RESULT,
    ),
]
ThemeOption = Annotated[
    Theme,
    typer.Option(
        "--theme",
        metavar="NAME",
        help="Use the colours of light, dark, print or paper.",
        show_default=False,
        rich_help_panel=LOOK,
    ),
]
Size = Annotated[
    tuple[str, str] | None,
    typer.Option("--size", metavar="W H", help="Width and height in inches.", rich_help_panel=LOOK),
]
Dpi = Annotated[
    int,
    typer.Option("--dpi", metavar="N", parser=whole("--dpi"), help="Dots per inch of a PNG.", rich_help_panel=LOOK),
]
Title = Annotated[
    str | None,
    typer.Option("--title", metavar="TEXT", help="A title of your own.", show_default=False, rich_help_panel=LOOK),
]
FontScale = Annotated[
    str | None,
    typer.Option(
        "--font-scale",
        metavar="F",
        help="Text F times its usual size, from 0.5 to 2.",
        show_default=False,
        rich_help_panel=LOOK,
    ),
]
Transparent = Annotated[bool, typer.Option("--transparent", help="Leave the background out.", rich_help_panel=LOOK)]
Sheet = Annotated[
    str | None,
    typer.Option(
        "--style",
        metavar="FILE",
        help="Put a matplotlib style sheet of your own on top of the theme.",
        show_default=False,
        rich_help_panel=LOOK,
    ),
]
Digits = Annotated[
    int | None,
    typer.Option(
        "--digits",
        metavar="N",
        parser=whole("--digits"),
        help="Significant digits; by default exact for CSV and JSON, 7 elsewhere.",
        show_default=False,
        rich_help_panel=RESULT,
    ),
]


def table_format(asked: Format | None, output: str | None) -> Format:
    """How a table is written: as asked, else as the suffix of the file says, else for people.

    Raises:
        UsageError: no table is written to files with that suffix.
    """
    return formats.decided(asked, output, SUFFIXES, Format.rich)


def digits_for(format_name: Format, digits: int | None) -> int | None:
    """The significant digits of a table: those asked for, else those of the settings where people read."""
    if digits is None and format_name not in (Format.csv, Format.json):
        from actviz.cli import settings

        return int(settings.value("digits"))
    return digits


def two_numbers(option: str, given: tuple[str, str] | None) -> tuple[float, float] | None:
    """The two numbers of ``--range`` or ``--size``, None where the option was not given.

    Raises:
        UsageError: one of them is no number.
    """
    if given is None:
        return None
    numbers = []
    for text in given:
        number = typed_number(text)
        if number is None:
            raise UsageError(
                f"'{text}' is not a number, in '{option} {' '.join(given)}'", f"Write two numbers after {option}."
            )
        numbers.append(number)
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
