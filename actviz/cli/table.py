"""``actviz table``."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import options
from actviz.cli.numbers import parse_numbers, read_numbers, spaced
from actviz.cli.output import show_table
from actviz.errors import UsageError

POINTS = 11


def command(
    specs: options.Specs,
    at: options.At = None,
    span: Annotated[
        tuple[str, str] | None,
        typer.Option("--range", metavar="LO HI", help="The range of x; -5 to 5 where nothing else is asked for."),
    ] = None,
    points: Annotated[
        int,
        typer.Option("--points", metavar="N", parser=options.whole("--points"), help="How many points in the range."),
    ] = POINTS,
    source: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE", help="Numbers to use as x: text, .npy, or '-' for standard input."),
    ] = None,
    order: options.Orders = None,
    wrt: options.Wrt = "x",
    digits: options.Digits = None,
    format_name: options.FormatOption = options.Format.rich,
    output: options.Output = None,
) -> None:
    """Print values and derivatives at points of your choice.

    Without --order a table holds the function and its first derivative.
    """
    from actviz import api

    given = [name for name, value in (("--at", at), ("--range", span), ("--input", source)) if value is not None]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} both say where x is", "Give one of them.")
    if at is not None:
        x = parse_numbers(at)
    elif source is not None:
        x = read_numbers(source)
    else:
        x = spaced(options.two_numbers("--range", span) or (-5.0, 5.0), points)
    result = api.table(*specs, at=x, orders=order or (0, 1), wrt=wrt)
    show_table(result, format_name.value, output, digits)
