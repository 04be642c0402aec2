"""``actviz derive``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from actviz.cli import options
from actviz.cli.formats import decided
from actviz.cli.output import show, width
from actviz.cli.points import parse_numbers
from actviz.errors import UsageError


class Notation(StrEnum):
    """What a derivation is written in."""

    text = "text"
    latex = "latex"
    mathml = "mathml"
    json = "json"
    numpy = "numpy"
    torch = "torch"
    jax = "jax"
    c = "c"
    javascript = "javascript"
    sympy = "sympy"
    expression = "expression"


_WITH_STEPS = (Notation.text, Notation.latex, Notation.mathml, Notation.json)
_SUFFIXES = {
    ".tex": Notation.latex,
    ".json": Notation.json,
    ".c": Notation.c,
    ".js": Notation.javascript,
    ".txt": Notation.text,
}


def command(
    spec: options.OneSpec,
    order: options.Order = None,
    wrt: options.Wrt = "x",
    at: options.At = None,
    notation: Annotated[
        Notation | None,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Write text, latex, mathml, json; code in numpy, torch, jax, c, javascript or sympy; "
            "expression, which reads back. By default as the suffix of -o says.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = None,
    steps: Annotated[
        bool,
        typer.Option(
            "--steps", help="Show how the derivative comes about, rule by rule.", rich_help_panel=options.WHAT
        ),
    ] = False,
    output: options.Output = None,
) -> None:
    """Show a function and its derivative piece by piece, what happens at breakpoints, and the proof."""
    from actviz import api
    from actviz.writing import derivations

    if notation is None and output is not None and output.lower().endswith(".py"):
        raise UsageError(
            f"'{output}' could hold code for several libraries", "Say which with --as numpy, torch, jax or sympy."
        )
    chosen = decided(notation, output, _SUFFIXES, Notation.text, "--as")
    if steps and chosen not in _WITH_STEPS:
        raise UsageError(
            f"'--steps' does not go with '--as {chosen}'", f"Steps are written as {', '.join(_WITH_STEPS)}."
        )
    derivation = api.derive(spec, order, wrt, () if at is None else parse_numbers(at), steps)
    if chosen is Notation.text:
        text = derivations.derivation_text(derivation, width())
    elif chosen is Notation.latex:
        text = derivations.derivation_latex(derivation)
    elif chosen is Notation.mathml:
        text = derivations.derivation_mathml(derivation)
    elif chosen is Notation.json:
        text = derivations.derivation_json(derivation)
    else:
        from actviz import code

        text = code.source(derivation.curve, chosen)
    show(text, output)
