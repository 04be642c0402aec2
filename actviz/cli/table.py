"""``actviz table``."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import chosen, options, settings
from actviz.cli.output import show_parts, show_table
from actviz.cli.points import parse_numbers, read_numbers, spaced
from actviz.errors import UsageError

RANGE = (-5.0, 5.0)


def command(
    specs: options.Specs,
    at: options.At = None,
    span: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--range",
            metavar="LO HI",
            help="The range of x; -5 to 5 where nothing else is asked for.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            "--points",
            metavar="N",
            parser=options.whole("--points"),
            help="How many points in the range; 11 where nothing else is asked for.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="Numbers to use as x: text with one or several a line, a .npy file, or '-' for standard input.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    properties: Annotated[
        bool,
        typer.Option(
            "--properties",
            help="Set what is known of the functions side by side instead: range, slopes, moments, gains.",
            rich_help_panel=options.WHAT,
        ),
    ] = False,
    variance: chosen.Variance = 1.0,
    order: options.Orders = None,
    wrt: options.Wrt = "x",
    digits: options.Digits = None,
    exact: Annotated[
        bool,
        typer.Option(
            "--exact",
            help="Add what is known of each value: exact, correctly rounded, a limit, or why there is none.",
            rich_help_panel=options.RESULT,
        ),
    ] = False,
    format_name: options.FormatOption = None,
    output: options.Output = None,
) -> None:
    """Print values and derivatives at points of your choice.

    Without --order a table holds the function and its first derivative.
    """
    import numpy as np

    from actviz import api
    from actviz.writing.tables import MOST_DIGITS, PARTS, check_digits, tabulate

    given = [name for name, value in (("--at", at), ("--range", span), ("--input", source)) if value is not None]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} both say where x is", "Give one of them.")
    if points is not None and given and span is None:
        raise UsageError(f"--points cuts up a range, and {given[0]} names the points", "Give one of them.")
    check_digits(digits, MOST_DIGITS)
    chosen_format = options.table_format(format_name, output)
    if properties:
        _show_properties(specs, variance, given, chosen_format, options.digits_for(chosen_format, digits), output)
        return
    if at is not None:
        blocks = iter([np.array(parse_numbers(at))])
    elif source is not None:
        blocks = read_numbers(source)
    else:
        low_high = options.two_numbers("--range", span) or settings.value("range") or RANGE
        blocks = spaced(low_high, settings.value("points") if points is None else points)
    curves = api.table_curves(specs, order, wrt)
    digits = options.digits_for(chosen_format, digits)
    if chosen_format in PARTS:
        tables = (tabulate(curves, block, digits, exact) for block in blocks)
        show_parts(PARTS[chosen_format](tables, digits), output)
    else:
        show_table(tabulate(curves, np.concatenate(list(blocks)), digits, exact), chosen_format.value, output, digits)


def _show_properties(
    specs: list[str],
    variance: float,
    given: list[str],
    format_name: options.Format,
    digits: int | None,
    output: str | None,
) -> None:
    from actviz import api
    from actviz.cli.output import show

    if given:
        raise UsageError(f"--properties has no use for {given[0]}", "Leave it out.")
    if format_name is options.Format.json:
        show(api.properties_json(*specs, variance=variance), output)
    else:
        upright = format_name is not options.Format.csv
        table = api.properties_table(*specs, variance=variance, upright=upright)
        show_table(table, format_name.value, output, digits)
