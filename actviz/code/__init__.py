"""Derivatives as source code: a function and its derivative, complete and documented, for other programs.

Trees go in, text comes out; nothing here loads SymPy or a framework. `program` says what a file holds and in which
words, `overflow` prepares the trees, `printer` and `python`, `c`, `javascript`, `sympy_script` write them down, and
`helpers` holds the functions that a language has not got, in that language.
"""

from __future__ import annotations

from actviz.curves.curve import Curve
from actviz.errors import UsageError

PROGRAMS = ("numpy", "torch", "jax", "c", "javascript", "sympy")
TARGETS = (*PROGRAMS, "expression")


def source(curve: Curve, target: str) -> str:
    """A program with a function and one of its derivatives, or the derivative as an expression.

    Args:
        curve: the derivative; of its activation come the function, the names and the parameters' defaults.
        target: ``numpy``, ``torch``, ``jax``, ``c``, ``javascript``, ``sympy``, or ``expression`` for one line that
            actviz reads back.

    Returns:
        Text that ends in a line break; the same curve gives the same text.

    Raises:
        UsageError: there is no such target.
    """
    if target == "expression":
        from actviz.code.program import expression

        return expression(curve)
    if target in ("numpy", "torch", "jax"):
        from actviz.code import python

        return python.program(curve, python.DIALECTS[target])
    if target == "c":
        from actviz.code import c

        return c.program(curve)
    if target == "javascript":
        from actviz.code import javascript

        return javascript.program(curve)
    if target == "sympy":
        from actviz.code import sympy_script

        return sympy_script.program(curve)
    raise UsageError(f"'{target}' is not a language that code is written in", f"Choose one of {', '.join(TARGETS)}.")
