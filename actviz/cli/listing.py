"""``actviz list``."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import chosen, options
from actviz.cli.output import show_table


def families(incomplete: str) -> list[str]:
    """The families that begin so, for completion."""
    from actviz.registry.entries import FAMILIES

    return [family for family in FAMILIES if family.startswith(incomplete)]


def _frameworks(incomplete: str) -> list[str]:
    from actviz.registry.entries import FRAMEWORKS

    return [framework for framework in FRAMEWORKS if framework.startswith(incomplete)]


def command(
    family: Annotated[
        str | None,
        typer.Option(
            "--family",
            metavar="F",
            help="Only this family: rectifier, exponential, sigmoidal, gated, shrinkage, periodic, polynomial, other.",
            autocompletion=families,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            "--search",
            metavar="TEXT",
            help="Only entries with this in a name, title, summary, spelling, author or year.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    framework: Annotated[
        str | None,
        typer.Option(
            "--framework",
            metavar="NAME",
            help="Only what a framework has, and its names: torch, jax, keras, onnx, transformers, timm, tfa.",
            autocompletion=_frameworks,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    where: chosen.Where = None,
    sort: chosen.Sort = None,
    variance: chosen.Variance = 1.0,
    format_name: options.FormatOption = None,
    output: options.Output = None,
) -> None:
    """List the activation functions by family, or choose among them by what they do."""
    from actviz import api

    found = api.listing(family, search, framework, where=where, sort=sort, variance=variance)
    show_table(found, options.table_format(format_name, output).value, output)
