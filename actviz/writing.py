"""Derivations as people read them: Unicode for a terminal, LaTeX for a paper, JSON for a program."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from actviz.curve import Curve, short
from actviz.derivation import BreakpointReport, Derivation, Verification, values_at
from actviz.language.notation import Latex, Notation, Unicode, case_lines
from actviz.language.pieces import Case, unfold
from actviz.language.syntax import VARIABLE
from actviz.tables import Table, as_text, json_text, number

_DIGITS = 7


def function_name(curve: Curve) -> str:
    """How formulas name a curve: f, f′, f″, ∂f/∂α."""
    if curve.wrt == VARIABLE:
        return f"f{curve.mark}"
    symbol = curve.activation.entry.symbols.get(curve.wrt, curve.wrt)
    power = "" if curve.order == 1 else "²³⁴⁵⁶⁷⁸⁹"[curve.order - 2] if curve.order <= 9 else f"^{curve.order}"
    return f"∂{power}f/∂{symbol}{power}"


def latex_name(curve: Curve) -> str:
    """The same in LaTeX, with its argument: ``f'(x)``."""
    if curve.wrt == VARIABLE:
        marks = "'" * curve.order if curve.order < 4 else f"^{{({curve.order})}}"
        return f"f{marks}(x)"
    symbol = Latex(curve.activation.entry.symbols).name(curve.wrt)
    power = "" if curve.order == 1 else f"^{{{curve.order}}}"
    return rf"\frac{{\partial{power} f}}{{\partial {symbol}{power}}}"


def formula(name: str, cases: Sequence[Case], symbols: dict[str, str]) -> str:
    """A definition in Unicode, one line or several behind a brace: ``f(x) = …``."""
    notation = Unicode(symbols)
    lines = case_lines(
        [notation.value(case.value) for case in cases],
        [notation.condition(case.condition) if case.condition else "otherwise" for case in cases],
    )
    head = f"{name}(x) = "
    middle = len(lines) // 2
    return "\n".join((head if row == middle else " " * len(head)) + line for row, line in enumerate(lines))


def derivation_text(derivation: Derivation, width: int = 100) -> str:
    """A derivation for the terminal.

    Args:
        derivation: what to write.
        width: sentences are wrapped to this many columns; formulas are not.
    """
    curve = derivation.curve
    activation = curve.activation
    symbols = activation.entry.symbols
    name = function_name(curve)
    parts = ["   ".join(part for part in (activation.entry.title, activation.settings) if part)]
    parts.append(formula("f", derivation.function, symbols))
    parts.append(formula(name, derivation.derivative, symbols))
    parts += [
        _paragraph(f"At x = {short(point.x)}: ", _at_breakpoint(point, name), width) for point in derivation.breakpoints
    ]
    if not derivation.breakpoints:
        parts.append("No breakpoints: one formula holds everywhere.")
    parts.append(_paragraph("Verified: ", _verified(derivation.verification, name), width))
    if derivation.at:
        rows = tuple(values_at(derivation))
        parts.append(as_text(Table(("x", "f(x)", f"{name}(x)"), rows), None).rstrip())
    return "\n\n".join(parts) + "\n"


def derivation_latex(derivation: Derivation) -> str:
    """A derivation as an ``align*`` environment (amsmath)."""
    curve = derivation.curve
    notation = Latex(curve.activation.entry.symbols)
    lines = [
        f"{head} &= {notation.value(unfold(cases))}"
        for head, cases in (("f(x)", derivation.function), (latex_name(curve), derivation.derivative))
    ]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"


def derivation_json(derivation: Derivation) -> str:
    """A derivation as a JSON object; formulas in the expression language."""
    curve = derivation.curve
    notation = Notation()
    verification = derivation.verification
    name = curve.column
    data = {
        "activation": curve.activation.spec,
        "order": curve.order,
        "with_respect_to": curve.wrt,
        "function": notation.value(unfold(derivation.function)),
        "derivative": notation.value(unfold(derivation.derivative)),
        "breakpoints": [
            {
                "x": point.x,
                "continuous": point.continuous,
                "function": {"left": point.function.left, "right": point.function.right, "at": point.function.at},
                "derivative": {
                    "left": point.derivative.left,
                    "right": point.derivative.right,
                    "at": point.derivative.at,
                    "taken": point.taken,
                },
            }
            for point in derivation.breakpoints
        ],
        "verification": {
            "symbolic": verification.symbolic,
            "points": verification.points,
            "largest_relative_difference_at_50_digits": verification.exact_error,
            "largest_float64_error_ulp": verification.ulps,
        },
        "values": [{"x": x, curve.activation.spec: f, name: slope} for x, f, slope in values_at(derivation)],
    }
    return json_text(data)


def _at_breakpoint(point: BreakpointReport, name: str) -> list[str]:
    f, slope = point.function, point.derivative
    place = short(point.x)
    if point.continuous:
        sentences = [f"f is continuous, f({place}) = {_number(f.at)}."]
    elif not f.jumps:
        sentences = [f"f is {_number(f.at)} there but tends to {_number(f.left)} on both sides."]
    else:
        sentences = [f"f jumps from {_number(f.left)} to {_number(f.right)}, f({place}) = {_number(f.at)}."]
    if point.taken == "both":
        agree = f"{name} is {_number(slope.at)} on both sides"
        return [*sentences, f"{agree}." if point.continuous else f"{agree} and taken as that at the jump."]
    sentences.append(f"{name} is {_number(slope.left)} from the left, {_number(slope.right)} from the right;")
    side = {"left": "the left one is", "right": "the right one is", "neither": "neither is"}[point.taken]
    return [*sentences, f"{side} taken: {name}({place}) = {_number(slope.at)}."]


def _verified(verification: Verification, name: str) -> list[str]:
    symbolic = {
        "equal": f"SymPy's derivative of f equals {name} on every piece.",
        "derived": f"{name} was derived by SymPy, piece by piece.",
        "unsettled": f"SymPy could not settle whether its derivative of f equals {name}.",
    }
    exact = verification.exact_error
    difference = (
        "no difference" if exact == 0 else "a relative difference below 1e-50" if exact < 1e-50 else f"{exact:.1e}"
    )
    sentences = [
        symbolic[verification.symbolic],
        f"At {verification.points} points, in arithmetic of 50 digits and more, {name} and the limit of differences "
        f"of f show {difference}.",
    ]
    if verification.ulps == 0:
        return [*sentences, "The float64 values are exact there."]
    return [
        *sentences,
        f"The float64 values are within {verification.ulps:.1f} ULP of it, worst at x = {short(verification.worst)}.",
    ]


def _paragraph(head: str, sentences: Sequence[str], width: int) -> str:
    return textwrap.fill(
        head + " ".join(sentences), width=max(width, 30), subsequent_indent="  ", break_long_words=False
    )


def _number(value: float) -> str:
    return number(value, _DIGITS).replace("-", "−")
