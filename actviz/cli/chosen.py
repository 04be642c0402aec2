"""The options of commands that show properties."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import options
from actviz.cli.numbers import real

Variance = Annotated[
    float,
    typer.Option(
        "--variance",
        metavar="Q",
        parser=real("--variance"),
        help="The variance of the Gaussian for moments and gains.",
        rich_help_panel=options.WHAT,
    ),
]
Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help="Only functions with these properties: 'lipschitz <= 1 and monotone'. docs/properties.md has the names.",
        rich_help_panel=options.WHAT,
    ),
]
Sort = Annotated[
    str | None,
    typer.Option(
        "--sort",
        metavar="NAME",
        help="Sort by a property: gain, lipschitz, mean; -gain for the largest first.",
        rich_help_panel=options.WHAT,
    ),
]
