"""From activations to figure specs: which curves, in which panels, under which labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.curve import Activation, Curve, default_range, short
from actviz.errors import UsageError
from actviz.figures.spec import Dot, FigureSpec, Guide, Line, Panel
from actviz.language.asymptote import limit_form
from actviz.language.evaluate import evaluate
from actviz.language.notation import Latex, Unicode
from actviz.language.pieces import fold
from actviz.language.syntax import VARIABLE
from actviz.writing import function_name, latex_name

SAMPLES = 1200  # about four for every three pixels of a figure's width
_LONGEST_FORMULA = 110  # characters of LaTeX for one case; longer ones are left to `derive`


def check_range(low: float, high: float) -> None:
    """Raise `UsageError` unless ``low < high`` and both are finite and far enough apart to sample."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError(f"the range {low:g} to {high:g} is not finite", "Give two numbers, as in '--range -5 5'.")
    if not low < high:
        raise UsageError(f"the range {low:g} to {high:g} is empty", "The first number must be the smaller one.")
    if high - low > 1e15 or (high - low) < 1e-9 * max(abs(low), abs(high)):
        raise UsageError(f"the range {low:g} to {high:g} cannot be drawn", "Choose one that is wider or nearer to 0.")


def plot_spec(
    activations: Sequence[Activation],
    orders: Sequence[int] = (0,),
    wrt: str = VARIABLE,
    span: tuple[float, float] | None = None,
    title: str | None = None,
    formula: bool = True,
    **canvas: Any,
) -> FigureSpec:
    """The figure of one or several activations.

    One activation shows all its orders in one panel; several share a panel for each order.

    Args:
        activations: what to draw, in this order.
        orders: derivative orders, 0 being the function.
        wrt: the variable of differentiation.
        span: the range of x; by default one that shows every breakpoint.
        title: a heading instead of the automatic one.
        formula: whether to set formulas in the figure.
        canvas: size, dpi and theme of the `FigureSpec`.
    """
    low, high = span or default_range(activations)
    check_range(low, high)
    orders = sorted(set(orders))
    single = len(activations) == 1
    rows = [[activation.curve(order, wrt if order else VARIABLE) for activation in activations] for order in orders]
    if single:
        curves = [row[0] for row in rows]
        lines = [
            line(curve, low, high, f"{function_name(curve)}(x)", place, place) for place, curve in enumerate(curves)
        ]
        panels = [Panel(tuple(lines), guides=tuple(guides(curves[0], low, high)))]
    else:
        panels = [_shared(row, low, high) for row in rows]
        if len(panels) == 1:
            panels = [Panel(panels[0].lines)]
    if not any(np.isfinite(y).any() for panel in panels for drawn in panel.lines for _, y in drawn.pieces):
        raise UsageError(f"there is no finite value to draw between {low:g} and {high:g}", "Choose another --range.")
    heading, subtitle = _headings(activations, rows)
    if not single and len(panels) > 1 and "size" not in canvas:
        canvas["size"] = (5.5 * len(panels), 4.8)
    if title is not None:
        heading = title.encode(errors="replace").decode()  # bytes that are no text cannot be drawn
    return FigureSpec(
        heading,
        subtitle,
        tuple(panels),
        low,
        high,
        tuple(formulas([row[0] for row in rows])) if formula and single else (),
        describe([curve for row in rows for curve in row], low, high),
        **canvas,
    )


def compare_spec(
    activations: Sequence[Activation],
    span: tuple[float, float],
    title: str | None = None,
    **canvas: Any,
) -> FigureSpec:
    """The figure of a comparison: functions in one panel, derivatives in the other, the same x."""
    heading = " and ".join(activation.label for activation in activations)
    return plot_spec(activations, (0, 1), span=span, title=title or heading, formula=False, **canvas)


def line(curve: Curve, low: float, high: float, label: str, color: int | float, dash: int) -> Line:
    """A curve sampled for drawing, with its dots at jumps."""
    dots = []
    for limits in curve.limits(low, high):
        if limits.jumps or limits.off_curve:
            sides = {limits.left, limits.right} - {limits.at}
            dots += [Dot(limits.x, y, False) for y in sorted(sides) if not math.isclose(y, limits.at, rel_tol=1e-12)]
            dots.append(Dot(limits.x, limits.at, True))
    finite = tuple(dot for dot in dots if math.isfinite(dot.y))
    return Line(label, tuple(curve.samples(low, high, SAMPLES)), finite, color, dash)


def guides(curve: Curve, low: float, high: float) -> list[Guide]:
    """The horizontal asymptotes that a curve comes close to, but does not reach, within the range."""
    found: list[Guide] = []
    values = curve.activation.values
    cut = curve.pieces(low, high)
    for side, piece, edge in ((-1, cut.pieces[0], low), (1, cut.pieces[-1], high)):
        limit = float(evaluate(piece.tree, np.array([side * math.inf]), values)[0])
        at_edge = float(evaluate(piece.tree, np.array([edge]), values)[0])
        if not math.isfinite(limit) or limit == 0 or any(known.y == limit for known in found):
            continue
        inner = float(evaluate(piece.tree, np.array([piece.inside]), values)[0])
        if 0 < abs(at_edge - limit) < 0.1 * abs(inner - limit):
            form = limit_form(piece.tree, side)
            text = Unicode(curve.activation.entry.symbols).value(form) if form is not None else ""
            number = f"{limit:.4g}".replace("-", "−")
            found.append(Guide(limit, number if text in ("", number) else f"{text} ≈ {number}", side))
    return found


def formulas(curves: Sequence[Curve]) -> list[str]:
    """One line of mathtext for each curve: its cases and their conditions."""
    lines = []
    for curve in curves:
        notation = Latex(curve.activation.entry.symbols)
        cases = fold(curve.tree)
        texts = [notation.value(case.value) for case in cases]
        if len(cases) > 3 or max(len(text) for text in texts) > _LONGEST_FORMULA:
            continue
        parts = []
        for case, text in zip(cases, texts, strict=True):
            if case.condition is not None:
                parts.append(f"${text}$  for  ${notation.condition(case.condition)}$")
            elif len(cases) > 1:
                parts.append(f"${text}$  otherwise")
            else:
                parts.append(f"${text}$")
        lines.append(f"${latex_name(curve)} = $" + ",   ".join(parts))
    return lines


def describe(curves: Sequence[Curve], low: float, high: float) -> str:
    """A text alternative: what is drawn, over which range, and what it does at jumps."""
    sentences = [f"Line plot for x from {short(low)} to {short(high)}."]
    for curve in curves:
        name = f"{curve.activation.label}, {function_name(curve)}"
        ends = [short(float(value)) for value in curve.at(np.array([low, high]))]
        sentence = f"{name}: from {ends[0]} to {ends[1]}"
        jumps = [limits for limits in curve.limits(low, high) if limits.jumps]
        if 0 < len(jumps) <= 4:
            places = [f"from {short(j.left)} to {short(j.right)} at x = {short(j.x)}" for j in jumps]
            sentence += ", jumping " + " and ".join(places)
        sentences.append(sentence + ".")
    return " ".join(sentences)


def _shared(curves: Sequence[Curve], low: float, high: float) -> Panel:
    """One panel for one order of several activations."""
    family = _is_sweep([curve.activation for curve in curves])
    lines = []
    for place, curve in enumerate(curves):
        activation = curve.activation
        varied = activation.described(_varied(activation, curves), ", ") if family else ""
        share = place / max(1, len(curves) - 1)
        style = (float(share), 0) if family else (place, place)
        lines.append(line(curve, low, high, varied or activation.label, *style))
    return Panel(tuple(lines), f"{function_name(curves[0])}(x)")


def _is_sweep(activations: Sequence[Activation]) -> bool:
    return len(activations) > 1 and all(activation.entry == activations[0].entry for activation in activations)


def _varied(activation: Activation, curves: Sequence[Curve]) -> dict[str, float]:
    """The parameters in which the members of a sweep differ."""
    return {
        name: value
        for name, value in activation.values.items()
        if len({curve.activation.values[name] for curve in curves}) > 1
    }


def _headings(activations: Sequence[Activation], rows: Sequence[Sequence[Curve]]) -> tuple[str, str]:
    first = activations[0]
    if len(activations) == 1:
        kind = first.entry.summary.split(";")[0].rstrip(".")
        if first.is_expression:
            kind = "typed formula"
        return first.entry.title, "   ·   ".join(part for part in (kind, first.settings) if part)
    if _is_sweep(activations):
        varied = set(_varied(first, rows[0]))
        fixed = {name: value for name, value in first.values.items() if name not in varied}
        kind = first.entry.summary.split(";")[0].rstrip(".")
        return first.entry.title, "   ·   ".join(part for part in (kind, first.described(fixed)) if part)
    return ", ".join(activation.entry.title for activation in activations), ""
