"""``actviz info``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from actviz.cli import chosen, options
from actviz.cli.formats import decided
from actviz.cli.output import show, width


class Format(StrEnum):
    """How a record is written."""

    rich = "rich"
    json = "json"


_SUFFIXES = {".json": Format.json, ".txt": Format.rich}


def command(
    spec: options.OneSpec,
    format_name: Annotated[
        Format | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Write rich (for people) or json; by default as the suffix of -o says.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = None,
    variance: chosen.Variance = 1.0,
    output: options.Output = None,
) -> None:
    """Show all there is to know: definition, parameters, kinks, properties, source, and frameworks' names for it."""
    from actviz import api
    from actviz.writing import entries

    as_json = decided(format_name, output, _SUFFIXES, Format.rich) is Format.json
    activation = api.get(spec)
    if as_json:
        show(entries.record_json(activation, variance), output)
    else:
        show(entries.record_text(activation, width(), variance), output)
