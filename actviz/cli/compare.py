"""``actviz compare``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import formats, options, terminal
from actviz.cli.output import show, show_table, table_text
from actviz.cli.plot import file_stem
from actviz.errors import UsageError

if TYPE_CHECKING:
    from actviz.analysis.comparison import Pair


def command(
    specs: options.Specs,
    order: Annotated[
        int | None,
        typer.Option(
            "--order",
            metavar="N",
            parser=options.whole("--order"),
            help="Compare the derivatives of this order instead of the functions.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    wrt: options.Wrt = "x",
    span: options.Range = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the figure to this .png, .svg, .pdf or .pgf file, or the tables to this .csv, .json, .md, .tex "
            "or .txt file; may be repeated. '-' is standard output, for a PNG.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    font_scale: options.FontScale = None,
    transparent: options.Transparent = False,
    sheet: options.Sheet = None,
    digits: options.Digits = None,
    format_name: options.FormatOption = None,
    on_terminal: terminal.TerminalOption = None,
) -> None:
    """Say where and how much functions differ from the first one, and draw them side by side.

    The figure goes to FIRST-vs-SECOND.png, or with --terminal onto the terminal below the tables. With -o the suffix
    decides: files of images carry the figure and no others are drawn, other files carry the tables.
    """
    from actviz import api
    from actviz.cli import images
    from actviz.figures.compose import compare_spec
    from actviz.writing.tables import check_digits

    terminal.check(on_terminal, outputs)
    check_digits(digits)
    if on_terminal is not None and format_name not in (None, options.Format.rich):
        raise UsageError(
            f"--terminal draws for people, and '--format {format_name.value}' is read by programs",
            "Leave one of them out.",
        )
    files = [name for name in outputs or () if Path(name).suffix.lower() in options.SUFFIXES]
    pictures = [name for name in outputs or () if name not in files]
    found: images.Targets = {}
    if pictures or not (files or on_terminal):
        default = "-vs-".join(file_stem(spec) for spec in specs[:4]) + ".png"
        found = images.targets(pictures, default, f" Tables go to {formats.listed(options.SUFFIXES)}.")
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    pairs = api.compare(*specs, span=options.two_numbers("--range", span), order=order, wrt=wrt)
    first = pairs[0]
    drawn = [first.first.activation, *(pair.second.activation for pair in pairs)]
    figure = compare_spec(drawn, (first.low, first.high), first.first.variables, **appearance)
    images.write(figure, found)  # first, for whoever reads the tables may go away early, as head does
    places: list[str | None] = [*files]
    if not files and None not in found:  # with '-o -' standard output carries the image
        places.append(None)
    for name in places:
        _show_tables(pairs, options.table_format(format_name, name), digits, name)
    if on_terminal is not None:
        if not files:
            show("\n")
        terminal.show_figure(figure, on_terminal)


def _show_tables(pairs: Sequence[Pair], chosen: options.Format, digits: int | None, output: str | None) -> None:
    from actviz.writing.comparisons import comparison_json, comparison_tables

    if chosen is options.Format.json:
        show(comparison_json(pairs), output)
        return
    digits = options.digits_for(chosen, digits)
    tables = comparison_tables(pairs, exact=chosen is options.Format.csv)
    if output is not None:
        show("\n".join(table_text(table, chosen.value, digits) for table in tables), output)
        return
    for number, table in enumerate(tables):
        if number:
            show("\n")
        show_table(table, chosen.value, digits=digits)
