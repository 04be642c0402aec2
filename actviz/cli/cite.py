"""``actviz cite``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from actviz.cli import options
from actviz.cli.output import show


class Style(StrEnum):
    """How a citation is written."""

    bibtex = "bibtex"
    text = "text"
    json = "json"


def command(
    specs: options.Specs,
    style: Annotated[
        Style,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Write bibtex, text or json.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = Style.bibtex,
    output: options.Output = None,
) -> None:
    """Print where activation functions were published, as BibTeX for a paper."""
    from actviz import api

    show(api.cite(*specs, style=style.value), output)
