"""``actviz compare``."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import options, terminal
from actviz.cli.output import show, show_table
from actviz.cli.plot import file_stem
from actviz.errors import UsageError


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
    outputs: options.Images = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    font_scale: options.FontScale = None,
    transparent: options.Transparent = False,
    sheet: options.Sheet = None,
    digits: options.Digits = None,
    format_name: options.FormatOption = options.Format.rich,
    on_terminal: terminal.TerminalOption = None,
) -> None:
    """Say where and how much functions differ from the first one, and draw them side by side.

    The figure goes to FIRST-vs-SECOND.png, or where -o says, or with --terminal onto the terminal below the tables.
    """
    from actviz import api, catalogue
    from actviz.cli import images
    from actviz.figures.compose import compare_spec

    terminal.check(on_terminal, outputs)
    if on_terminal is not None and format_name is not options.Format.rich:
        raise UsageError(
            f"--terminal draws for people, and '--format {format_name.value}' is read by programs",
            "Leave one of them out.",
        )
    found: images.Targets = {}
    if outputs or on_terminal is None:
        found = images.targets(outputs, "-vs-".join(file_stem(spec) for spec in specs[:4]) + ".png")
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    pairs = api.compare(*specs, span=options.two_numbers("--range", span), order=order, wrt=wrt)
    first = pairs[0]
    drawn = [first.first.activation, *(pair.second.activation for pair in pairs)]
    figure = compare_spec(drawn, (first.low, first.high), first.first.variables, **appearance)
    if None not in found:  # with '-o -' standard output carries the image
        if format_name is options.Format.json:
            show(catalogue.comparison_json(pairs))
        else:
            for number, table in enumerate(catalogue.comparison_tables(pairs)):
                if number:
                    show("\n")
                show_table(table, format_name.value, digits=options.digits_for(format_name, digits))
    if on_terminal is not None:
        show("\n")
        terminal.show_figure(figure, on_terminal)
    images.write(figure, found)
