"""Formulas as code, papers and people write them, put into the expression language.

`read` takes a text that the language's own parser does not understand and gives one that it does, or raises an error
that says what is wrong. Text goes in and text comes out: `typography` and `latex` turn other notations into Python's
arithmetic, `statements` takes functions, lambdas and assignments apart, and `calls` gives framework functions their
meaning, from the tables of `frameworks.toml`. It is a grammar: nothing is evaluated. The room is loaded only for texts
that the language does not have.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from actviz.errors import UnreadableError
from actviz.language.dialects.calls import Translator
from actviz.language.dialects.latex import from_latex, is_latex
from actviz.language.dialects.statements import python_tree, written
from actviz.language.dialects.typography import plain

LONGEST = 2_000  # characters; what is longer comes from a program, and is written as this language has it


class Reading(NamedTuple):
    """What was understood.

    Args:
        text: the formula in the expression language.
        spelled: the framework's name where the whole formula was one call of it, as ``torch.nn.LeakyReLU``; else "".
    """

    text: str
    spelled: str = ""


def read(text: str, known: Collection[str], parameters: Collection[str] = ()) -> Reading:
    """A formula in the expression language.

    Args:
        text: the formula as typed or pasted.
        known: names that may be called: the language's functions and the registry's entries.
        parameters: names that have values, and so are neither the variable nor functions.

    Raises:
        ExpressionError: the text is in no notation that is read, or means two things.
    """
    if len(text) > LONGEST:
        raise UnreadableError("the formula is too long", text, 0, f"At most {LONGEST:,} characters are read.")
    try:
        formula = from_latex(text) if is_latex(text) else text
        tree, variable = python_tree(plain(formula, known, parameters))
        translator = Translator(text, known, parameters, variable)
        result = translator.translated(tree)
        return Reading(written(result), translator.spelled)
    except RecursionError:
        raise UnreadableError("the formula is nested too deeply", text, 0, "Write it with fewer parentheses.") from None
