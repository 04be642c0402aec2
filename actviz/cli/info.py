"""``actviz info``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from actviz.cli import options
from actviz.cli.output import show, width


class Format(StrEnum):
    """How a record is written."""

    rich = "rich"
    json = "json"


def command(
    spec: options.OneSpec,
    format_name: Annotated[
        Format,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Write rich (for people) or json.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = Format.rich,
    output: options.Output = None,
) -> None:
    """Show all there is to know: definition, parameters, kinks, source, and each framework's name for it."""
    from actviz import api, catalogue

    activation = api.get(spec)
    text = (
        catalogue.record_json(activation) if format_name is Format.json else catalogue.record_text(activation, width())
    )
    show(text, output)
