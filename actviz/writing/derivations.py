"""Derivations as people read them: Unicode for a terminal, LaTeX and MathML for documents, JSON for a program."""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from actviz.analysis.results import MOST_SHOWN, BreakpointReport, Derivation, Smoothness, Verification, values_at
from actviz.calculus.spelled import explained, spelled
from actviz.curves.curve import Curve
from actviz.curves.naming import function_name, latex_name
from actviz.language.cases import Case, unfold
from actviz.language.notation.latex import Latex
from actviz.language.notation.plain import Notation, Unicode, case_lines
from actviz.language.pieces import REACH
from actviz.text import number, short
from actviz.writing.tables import Table, as_text, json_text

if TYPE_CHECKING:
    from actviz.analysis.proof import Proof

_DIGITS = 7
_MOST_GAPS = 3  # that are named
_MANY = 1000  # ULP: more than rounding, and to be said in words


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


def definitions(named: Sequence[tuple[str, Sequence[Case]]], symbols: dict[str, str]) -> list[str]:
    """Definitions below one another, none circular, and what functions such as σ in them stand for.

    The last line reads ``where σ(x) = 1/(1 + e⁻ˣ)``; it is left out where nothing needs it.
    """
    written = [(name, spelled(cases)) for name, cases in named]
    notation = Unicode(symbols)
    uses = explained(case.value for _, cases in written for case in cases)
    texts = [formula(name, cases, symbols) for name, cases in written]
    meanings = ", ".join(f"{notation.value(call)} = {notation.value(meaning)}" for call, meaning in uses)
    return [*texts, f"where {meanings}"] if meanings else texts


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
    parts += definitions([("f", derivation.function), (name, derivation.derivative)], symbols)
    if derivation.steps:
        parts.append(_steps_text(derivation, width))
    shown = sorted(sorted(derivation.breakpoints, key=lambda point: abs(point.x))[:MOST_SHOWN], key=lambda at: at.x)
    parts += [_paragraph(f"At x = {short(point.x)}: ", _at_breakpoint(point, name), width) for point in shown]
    smooth = _smooth(derivation)
    if smooth:
        parts.append(_paragraph("", smooth, width))
    parts.append(_paragraph("Verified: ", _verified(derivation.verification, name), width))
    if derivation.at:
        rows = tuple(values_at(derivation))
        parts.append(as_text(Table(("x", "f(x)", f"{name}(x)"), rows), None).rstrip())
    return "\n\n".join(parts) + "\n"


def _steps_text(derivation: Derivation, width: int) -> str:
    from actviz.writing.steps import steps_text

    points = sum(branch.points for stage in derivation.steps for branch in stage.branches)
    checked = f"Every line was compared with the one before, in arithmetic of 50 digits, at {points} points."
    return steps_text(derivation.steps, function_name, width) + "\n\n" + _paragraph("", [checked], width)


def derivation_latex(derivation: Derivation) -> str:
    """A derivation as an ``align*`` environment (amsmath)."""
    curve = derivation.curve
    notation = Latex(curve.activation.entry.symbols)
    lines = [
        f"{head} &= {notation.value(unfold(cases))}"
        for head, cases in (("f(x)", derivation.function), (latex_name(curve), derivation.derivative))
    ]
    text = "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"
    if derivation.steps:
        from actviz.writing.steps import steps_latex

        text += steps_latex(derivation.steps, latex_name)
    return text


def derivation_mathml(derivation: Derivation) -> str:
    """The function and its derivative as one MathML element; the steps as further rows."""
    from actviz.language.notation.mathml import MathML, document, table

    curve = derivation.curve
    notation = MathML(curve.activation.entry.symbols)
    rows = [
        [head, f"<mo>=</mo>{notation.value(unfold(cases))}"]
        for head, cases in (
            (mathml_name(curve.activation.curve()), derivation.function),
            (mathml_name(curve), derivation.derivative),
        )
    ]
    if derivation.steps:
        from actviz.writing.steps import steps_mathml

        rows = [[*row, ""] for row in rows] + steps_mathml(derivation.steps, mathml_name)
    return document(table(rows))


def mathml_name(curve: Curve) -> str:
    """A curve's name with its argument in MathML: f′(x), ∂f/∂α."""
    from actviz.language.notation.mathml import APPLY, MathML

    argument = f"{APPLY}<mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow>"
    if curve.order == 0:
        return f"<mi>f</mi>{argument}"
    if curve.in_x:
        mark = "′″‴"[curve.order - 1] if curve.order < 4 else f"({curve.order})"
        return f"<msup><mi>f</mi><mo>{mark}</mo></msup>{argument}"
    notation = MathML(curve.activation.entry.symbols)

    def power(base: str, count: int) -> str:
        return f"<msup>{base}<mn>{count}</mn></msup>" if count > 1 else base

    bottom = "".join(f"<mo>∂</mo>{power(notation.name(name), count)}" for name, count in curve.counted)
    return f"<mfrac><mrow>{power('<mo>∂</mo>', curve.order)}<mi>f</mi></mrow><mrow>{bottom}</mrow></mfrac>"


def derivation_json(derivation: Derivation) -> str:
    """A derivation as a JSON object; formulas in the expression language."""
    curve = derivation.curve
    notation = Notation()
    verification = derivation.verification
    name = curve.column
    data: dict[str, object] = {
        "activation": curve.activation.spec,
        "order": curve.order,
        "with_respect_to": curve.wrt,
        "function": notation.value(unfold(derivation.function)),
        "derivative": notation.value(unfold(derivation.derivative)),
        "breakpoints": [
            {
                "x": point.x,
                "continuous": point.continuous,
                "differentiable": point.differentiable,
                "class": _class_data(point.smoothness),
                "function": {"left": point.function.left, "right": point.function.right, "at": point.function.at},
                "derivative": {
                    "left": point.derivative.left,
                    "right": point.derivative.right,
                    "at": point.derivative.at,
                    "taken": point.taken,
                },
                "frameworks": {convention.framework: convention.slope for convention in point.conventions},
            }
            for point in derivation.breakpoints
        ],
        "class": _class_data(derivation.smoothness),
        "verification": {
            "symbolic": verification.symbolic,
            "points": verification.points,
            "largest_relative_difference_at_50_digits": verification.exact_error,
            "largest_float64_error_ulp": verification.ulps,
            "worst_x": None if math.isnan(verification.worst) else verification.worst,
            "right_float64_digits": verification.digits,
            "proved": None if verification.proof is None else dataclasses.asdict(verification.proof),
        },
        "values": [{"x": x, curve.activation.spec: f, name: slope} for x, f, slope in values_at(derivation)],
    }
    if derivation.steps:
        from actviz.writing.steps import steps_data

        data["steps"] = steps_data(derivation.steps)
    return json_text(data)


def _class_data(smoothness: Smoothness | None) -> dict[str, object] | None:
    """How many derivatives are continuous (−1: not even f), and whether the next is known not to be."""
    return None if smoothness is None else {"continuous_derivatives": smoothness.order, "exact": smoothness.exact}


def _at_breakpoint(point: BreakpointReport, name: str) -> list[str]:
    f, slope = point.function, point.derivative
    place = short(point.x)
    if point.continuous:
        sentences = [f"f is {_class(point)}, f({place}) = {_number(f.at)}."]
    elif not f.jumps:
        value = "has no value there" if math.isnan(f.at) else f"is {_number(f.at)} there"
        sentences = [f"f {value} but tends to {_number(f.left)} on both sides."]
    else:
        value = f"f({place}) is not defined" if math.isnan(f.at) else f"f({place}) = {_number(f.at)}"
        sentences = [f"f jumps from {_number(f.left)} to {_number(f.right)}, {value}."]
    if point.taken == "both" and not math.isnan(slope.at):
        agree = f"{name} is {_number(slope.at)} on both sides"
        return [*sentences, f"{agree}." if point.continuous else f"{agree} and taken as that at the jump."]
    if math.isnan(slope.left) and math.isnan(slope.right):
        sentences.append(f"The limits of {name} are not known;")
    elif not slope.jumps:
        sentences.append(f"{name} is {_number(slope.left)} on both sides;")
    else:
        sentences.append(f"{name} is {_number(slope.left)} from the left, {_number(slope.right)} from the right;")
    if math.isnan(slope.at) or math.isnan(f.at):
        return [*sentences, "it has no value there."]
    if math.isinf(slope.at):
        return [*sentences, "it has no finite value there."]
    if not slope.jumps:
        return [*sentences, f"by convention {name}({place}) = {_number(slope.at)}.", *_frameworks(point)]
    side = {"left": "the left one is", "right": "the right one is", "neither": "neither is"}[point.taken]
    return [*sentences, f"{side} taken: {name}({place}) = {_number(slope.at)}.", *_frameworks(point)]


def _class(point: BreakpointReport) -> str:
    """How smooth f is at a breakpoint where it is continuous."""
    smoothness = point.smoothness
    if smoothness is None or (smoothness.order == 0 and not smoothness.exact):
        return "continuous"
    if smoothness.order == 0:
        return "continuous but not differentiable"
    if not smoothness.exact:
        return f"smooth, {smoothness.name} at least"
    if math.isinf(smoothness.order):
        return f"smooth ({smoothness.name})"
    return f"{smoothness.name} but not {Smoothness(smoothness.order + 1).name}"


def _frameworks(point: BreakpointReport) -> list[str]:
    """What PyTorch, JAX and Keras take, those that agree together."""
    taken: dict[float, list[str]] = {}
    for convention in point.conventions:
        if convention.slope is not None:
            taken.setdefault(convention.slope, []).append(convention.framework)
    parts = []
    for slope, names in taken.items():
        verb = "take" if len(names) > 1 else "takes"
        same = math.isclose(slope, point.derivative.at, rel_tol=1e-12, abs_tol=1e-15)
        parts.append(f"{_listed(names)} {verb} {'the same' if same else _number(slope)}")
    if any(convention.slope is None for convention in point.conventions):
        parts.append("Keras follows its backend")
    return [f"{'; '.join(parts)}."] if parts else []


def _listed(names: Sequence[str]) -> str:
    return " and ".join(", ".join(names).rsplit(", ", 1))


def _smooth(derivation: Derivation) -> list[str]:
    """How many breakpoints there are besides those shown, and how smooth f is on the whole."""
    more = len(derivation.breakpoints) - MOST_SHOWN
    sentences = [f"And {more} more breakpoint{'s' * (more > 1)} further out."] if more > 0 else []
    smoothness = derivation.smoothness
    if derivation.beyond and not derivation.breakpoints:
        sentences.append(f"No breakpoints between −{REACH:g} and {REACH:g}, but some beyond.")
    elif derivation.beyond:
        sentences.append(f"Breakpoints were searched between −{REACH:g} and {REACH:g}; there are more beyond.")
    elif not derivation.breakpoints:
        everywhere = "everywhere" if smoothness else "wherever f is defined"
        sentences.append(f"No breakpoints: one formula holds {everywhere}.")
    if smoothness is None:
        return sentences
    if not smoothness.name:
        return [*sentences, "f is not continuous."]
    return [*sentences, f"f is of class {smoothness.name}{'' if smoothness.exact else ' at least'}."]


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
        f"At {verification.points} points, in arithmetic of 50 digits and more, {name} and the Taylor series of f "
        f"show {difference}.",
        *_proved(verification.proof, name),
    ]
    if verification.ulps == 0:
        return [*sentences, "The float64 values are exact there."]
    if verification.ulps > _MANY:
        digits = verification.digits
        kept = "has no right digit" if digits == 0 else f"has {digits} right digit{'s' * (digits > 1)} only"
        if math.isinf(verification.ulps):
            kept = "could not be computed"
        return [*sentences, f"But float64 loses digits: at x = {short(verification.worst)} the value {kept}."]
    return [
        *sentences,
        f"The float64 values are within {verification.ulps:.1f} ULP of it, worst at x = {short(verification.worst)}.",
    ]


def _proved(proof: Proof | None, name: str) -> list[str]:
    """What is proved at every x of a range, and where it is not."""
    if proof is None:
        return []
    gaps = [
        f"from {short(left)} to {short(right)}" if left < right else f"at {short(left)}" for left, right in proof.gaps
    ]
    save = f", save {' and '.join(gaps[:_MOST_GAPS])}" if gaps else ""
    if len(gaps) > _MOST_GAPS:
        save += f" and {len(gaps) - _MOST_GAPS} more such places"
    return [
        f"Proved in ball arithmetic: at every x from {short(proof.low)} to {short(proof.high)}{save}, they agree to "
        f"1e-{proof.digits}, relative to the larger of 1 and |{name}|."
    ]


def _paragraph(head: str, sentences: Sequence[str], width: int) -> str:
    return textwrap.fill(
        head + " ".join(sentences), width=max(width, 30), subsequent_indent="  ", break_long_words=False
    )


def _number(value: float) -> str:
    return number(value, _DIGITS).replace("-", "−").replace("inf", "∞")
