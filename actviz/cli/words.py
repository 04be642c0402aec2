"""Keyword arguments for the code of others, as options write them: ``--with approximate=tanh``."""

from __future__ import annotations

import ast
from typing import Annotated, Any

import typer

from actviz.cli import options
from actviz.errors import UsageError

Keywords = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="NAME=VALUE",
        help="An argument that the code is given beside x, as in approximate=tanh; may be repeated.",
        show_default=False,
        rich_help_panel=options.WHAT,
    ),
]


def keywords_of(given: list[str] | None) -> dict[str, Any]:
    """What ``--with`` says; values are Python literals, or else texts.

    Raises:
        UsageError: one has no ``=``.
    """
    found: dict[str, Any] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals or not name.strip().isidentifier():
            raise UsageError(f"'{text}' is not an argument, in '--with {text}'", "Write '--with name=value'.")
        try:
            found[name.strip()] = ast.literal_eval(value.strip())
        except (ValueError, SyntaxError):
            found[name.strip()] = value.strip()
    return found
