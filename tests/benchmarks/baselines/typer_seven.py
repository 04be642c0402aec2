"""The least that `actviz --help` and completion could be: a Typer program of seven commands that do nothing.

Each has the words a command of actviz has at least: names, an output file and a range.
"""

from typing import Annotated

import typer

NAMES = ["relu", "leaky_relu", "prelu", "elu", "selu", "sech", "sigmoid"]

app = typer.Typer(name="seven", help="Seven commands.")


def names(incomplete: str) -> list[str]:
    """Names that begin so."""
    return [name for name in NAMES if name.startswith(incomplete)]


def command(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC...", help="What to show.", autocompletion=names)],
    output: Annotated[str | None, typer.Option("-o", "--output", help="Write here.")] = None,
    span: Annotated[tuple[float, float] | None, typer.Option("--range", help="The range of x.")] = None,
) -> None:
    """Show something."""


for word in ("list", "info", "plot", "derive", "table", "compare", "gallery"):
    app.command(word)(command)

app(prog_name="seven")
