"""``actviz cite``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from actviz.cli import options
from actviz.cli.formats import decided
from actviz.cli.output import show


class Style(StrEnum):
    """How a citation is written."""

    bibtex = "bibtex"
    text = "text"
    json = "json"


_SUFFIXES = {".bib": Style.bibtex, ".txt": Style.text, ".json": Style.json}


def command(
    specs: options.Specs,
    style: Annotated[
        Style | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Write bibtex, text or json; by default as the suffix of -o says.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = None,
    output: options.Output = None,
) -> None:
    """Print where activation functions were published, as BibTeX for a paper."""
    from actviz import api

    chosen = decided(style, output, _SUFFIXES, Style.bibtex)
    show(api.cite(*specs, style=chosen.value), output)
