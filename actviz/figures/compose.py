"""From activations to figure specs: which curves, in which panels, under which labels."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from actviz.curves.curve import Activation, Curve
from actviz.curves.naming import function_name
from actviz.errors import UsageError
from actviz.figures.definitions import formulas, undefined
from actviz.figures.framing import STEEPEST, default_range, heights
from actviz.figures.guides import guides
from actviz.figures.spec import Dot, FigureSpec, Key, Line, Panel
from actviz.language.numerics.special import Array
from actviz.language.syntax import VARIABLE, Name, Operation, free_names, substitute
from actviz.registry.entries import Entry, Parameter
from actviz.text import short

SAMPLES = 400  # to start from; where a curve bends, more are added
MOST_NAMES = 10  # more curves than these are told apart by a key
_PANEL = (5.5, 4.8)  # inches, where there are several
_PAPER_COLUMN, _PAPER_PAGE = (3.3, 2.3), (6.5, 2.4)  # inches, as most journals have them
_STEEPEST_DIFFERENCE = 50.0  # times the rest: a panel of differences shows the largest one, not a pole

_SEEN = 0.5  # of the x over which another curve is in the frame: one in it over less gets a frame of its own
_ON_ANOTHER, _OVERLAP = 0.004, 0.05  # of the height, and of x: curves so close for so long hide one another
_FLAT = 0.02  # of the height: one that rises less looks like 0

_LOWERED = str.maketrans("aehijklmnoprstuvx0123456789", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₀₁₂₃₄₅₆₇₈₉")

_KIND_ENDS = "   ·   "  # between what a figure shows and its parameters

_Style = tuple[str, int | float, int]  # label, colour, dash


def check_range(low: float, high: float) -> None:
    """Raise `UsageError` unless ``low < high`` and both are finite and far enough apart to sample."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UsageError(f"the range {low:g} to {high:g} is not finite", "Give two numbers, as in '--range -5 5'.")
    if not low < high:
        raise UsageError(f"the range {low:g} to {high:g} is empty", "The first number must be the smaller one.")
    if high - low > 1e15:
        raise UsageError(f"the range {low:g} to {high:g} is too wide to draw", "Choose a narrower one.")
    if (high - low) < 1e-9 * max(abs(low), abs(high)):
        raise UsageError(
            f"the range {low:g} to {high:g} is too narrow to draw", "Choose one that is wider or nearer to 0."
        )


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
        wrt: the variable of differentiation, or several; see `actviz.curves.curve.variables`.
        span: the range of x; by default one that shows every breakpoint.
        title: a heading instead of the automatic one; an empty one leaves out the line below as well.
        formula: whether to set formulas in the figure.
        canvas: size, dpi and theme of the `FigureSpec`.
    """
    low, high = span or default_range(activations)
    check_range(low, high)
    rows = [[activation.curve(order, wrt) for activation in activations] for order in sorted(set(orders))]
    if len(activations) == 1:
        curves = [row[0] for row in rows]
        # Orders keep their colour and dash whether the function is shown or not.
        places = [curve.order if curve.in_x else place for place, curve in enumerate(curves)]
        styles = [(f"{function_name(curve)}(x)", place, place) for place, curve in zip(places, curves, strict=True)]
        panels = [panel(curves, low, high, styles, asymptotes=True)]
        if len(curves) > 1 and not _can_be_read(panels[0].lines, panels[0]):  # cos(x) beside 1000 + sin(x)
            panels = [
                panel([curve], low, high, [style], style[0], asymptotes=place == 0, labelled=False)
                for place, (curve, style) in enumerate(zip(curves, styles, strict=True))
            ]
        set_formulas = formulas(curves) if formula else []
    else:
        panels = [panel(row, low, high, _styles(row), f"{function_name(row[0])}(x)") for row in rows]
        set_formulas = []
        if len(panels) == 1 and not rows[0][0].order:  # a derivative alone has to say so
            panels = [replace(panels[0], heading="")]
    heading, subtitle = _headings(activations, rows)
    if title is not None:
        if activations[0].is_expression:  # what kind of formula it is was said in place of a name
            subtitle = subtitle.partition(_KIND_ENDS)[2]
        if not title:
            subtitle = ""
        heading = title.encode(errors="replace").decode()  # bytes that are no text cannot be drawn
    return _figure(
        panels,
        _key(rows[0]),
        canvas,
        title=heading,
        subtitle=subtitle,
        low=low,
        high=high,
        formulas=tuple(set_formulas),
        description=describe([curve for row in rows for curve in row], low, high),
    )


def compare_spec(
    activations: Sequence[Activation],
    span: tuple[float, float],
    variables: tuple[str, ...] = (),
    **canvas: Any,
) -> FigureSpec:
    """The figure of a comparison: curves, their slopes, and the others less the first one, over the same x.

    Args:
        activations: what to compare.
        span: the range of x.
        variables: what to differentiate in before comparing; nothing to compare the functions themselves.
        canvas: size, dpi and theme of the `FigureSpec`.
    """
    low, high = span
    check_range(low, high)
    curves = [Curve(activation, variables) for activation in activations]
    rows = [curves, [curve.slope for curve in curves]]
    panels = [panel(row, low, high, _styles(row), f"{function_name(row[0])}(x)") for row in rows]
    first, *others = curves
    names = [activation.label for activation in activations]
    apart = [_difference(other, first).curve() for other in others]
    panels.append(
        panel(
            apart,
            low,
            high,
            _styles(rows[0])[1:],
            _difference_heading(curves),
            labelled=len(others) > 1,
            steepest=_STEEPEST_DIFFERENCE,
        )
    )
    return _figure(
        panels,
        _key(rows[0]),
        canvas,
        title=" and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names),
        subtitle="",
        low=low,
        high=high,
        description=describe([curve for row in rows for curve in row], low, high),
    )


def _figure(panels: Sequence[Panel], key: Key | None, canvas: dict[str, Any], **content: Any) -> FigureSpec:
    """The spec of panels beside one another."""
    if not any(np.isfinite(y).any() for panel in panels for drawn in panel.lines for _, y in drawn.pieces):
        low, high = content["low"], content["high"]
        raise UsageError(f"there is no finite value to draw between {low:g} and {high:g}", "Choose another --range.")
    if key is not None:
        panels = [replace(one, labelled=False) for one in panels]
    if canvas.get("theme") == "paper":
        canvas = {"size": _PAPER_PAGE if len(panels) > 1 else _PAPER_COLUMN} | canvas
    elif len(panels) > 1:
        canvas = {"size": (_PANEL[0] * len(panels), _PANEL[1])} | canvas
    return FigureSpec(panels=tuple(panels), key=key, **content, **canvas)


def panel(
    curves: Sequence[Curve],
    low: float,
    high: float,
    styles: Sequence[_Style],
    heading: str = "",
    asymptotes: bool = False,
    labelled: bool = True,
    steepest: float = STEEPEST,
) -> Panel:
    """Curves in one pair of axes, in a range of y that suits all of them.

    Args:
        curves: what to draw.
        low: the left end of the range of x.
        high: the right end.
        styles: label, colour and dash of each curve, as in `Line`.
        heading: a few words above.
        asymptotes: whether to show those of the first curve.
        labelled: whether curves are named at their ends.
        steepest: as in `actviz.figures.framing.heights`.
    """
    shown = heights([(curve, curve.samples(low, high, SAMPLES)) for curve in curves], low, high, steepest)
    lines = [line(curve, low, high, *style, heights=shown) for curve, style in zip(curves, styles, strict=True)]
    if any(isinstance(style[1], float) for style in styles):
        lines = _told_apart(lines, shown)
    found = guides(curves[0], low, high, shown[1] - shown[0]) if asymptotes else []
    level = [guide.intercept for guide in found if not guide.slope]
    shown = min([shown[0], *level]), max([shown[1], *level])
    return Panel(tuple(lines), heading, tuple(found), labelled, shown)


def _told_apart(lines: list[Line], shown: tuple[float, float]) -> list[Line]:
    """The members of a sweep with dashes where some of them, but not all, lie on one another.

    Where all do, there is nothing to tell apart; where two of four do, the lower one has to show.
    """
    x = np.linspace(lines[0].pieces[0][0][0], lines[0].pieces[-1][0][-1], 201)
    near = _ON_ANOTHER * (shown[1] - shown[0])
    heights = []
    for drawn in lines:
        xs, ys = (np.concatenate(parts) for parts in zip(*drawn.pieces, strict=True))
        heights.append(np.interp(x, xs, ys))
    y = np.stack(heights)
    with np.errstate(invalid="ignore"):
        together = np.abs(y[:, None] - y[None]) <= near  # curve, curve, place
    partly = together & ~together.all(axis=(0, 1))
    found = list(lines)
    for number in range(1, len(lines)):
        below = [found[other].dash for other in range(number) if partly[number, other].mean() > _OVERLAP]
        if below:
            found[number] = replace(found[number], dash=max(below) + 1)
    return found


def _can_be_read(lines: Sequence[Line], shown: Panel) -> bool:
    """Whether curves suit one frame: each is in view over a good part of x, and none lies on y = 0 that is not 0."""
    if shown.heights is None:
        return True
    low, high = shown.heights
    parts = []
    for drawn in lines:
        y = np.concatenate([part for _, part in drawn.pieces])
        share = np.concatenate([np.gradient(x) if x.size > 1 else np.ones(x.size) for x, _ in drawn.pieces])
        finite = np.isfinite(y)
        seen = finite & (y >= low) & (y <= high)
        if finite.any() and np.any(y[finite]):
            if seen.any() and float(np.abs(y[seen]).max()) < _FLAT * high - _FLAT * low:
                return False
            parts.append(float(share[seen].sum() / share[finite].sum()))
    return not parts or min(parts) >= _SEEN * max(parts)


def line(
    curve: Curve,
    low: float,
    high: float,
    label: str,
    color: int | float,
    dash: int,
    heights: tuple[float, float] | None = None,
) -> Line:
    """A curve sampled for drawing, with its dots at jumps; `heights` are those shown, where they are known."""
    dots = []
    gaps = undefined(curve, low, high)
    for limits in curve.limits(low, high):
        if limits.x in gaps:
            gaps.remove(limits.x)
            dots += [Dot(limits.x, y, False) for y in sorted({limits.left, limits.right})]
        elif limits.jumps or limits.off_curve:
            sides = {limits.left, limits.right} - {limits.at}
            dots += [Dot(limits.x, y, False) for y in sorted(sides) if not math.isclose(y, limits.at, rel_tol=1e-12)]
            dots.append(Dot(limits.x, limits.at, True))
    pieces = curve.samples(low, high, SAMPLES, heights)
    for x in gaps:  # its own formula does not know of them
        y = float(curve.at(np.array([x]))[0])
        dots.append(Dot(x, y, False))
        pieces = [part for piece in pieces for part in _parted(piece, x, y)]
    finite = tuple(dot for dot in dots if math.isfinite(dot.y))
    return Line(label, tuple(pieces), finite, color, dash)


def _parted(piece: tuple[Array, Array], x: float, y: float) -> list[tuple[Array, Array]]:
    """A piece in two where it passes a point."""
    xs, ys = piece
    if not xs[0] < x < xs[-1]:
        return [piece]
    before, after = xs < x, xs > x
    left = np.append(xs[before], x), np.append(ys[before], y)
    right = np.append(x, xs[after]), np.append(y, ys[after])
    return [left, right]


def _difference_heading(curves: Sequence[Curve]) -> str:
    """Which curve is taken from which; formulas, whose own minus signs would mislead, are not set into one."""
    first, *others = (curve.activation for curve in curves)
    name = f"{function_name(curves[0])}(x)"
    if len(others) == 1 and not (first.is_expression or others[0].is_expression):
        return f"{name}: {others[0].label} − {first.label}"
    return f"{name} − {name} of {first.label}"


def _difference(first: Curve, second: Curve) -> Activation:
    """The function that is one curve less another, with the parameters of both."""
    renamed = {name: f"{name}_of_the_other" for name in second.activation.values}
    tree = Operation(
        "-", first.defined, substitute(second.defined, {name: Name(other) for name, other in renamed.items()})
    )
    values = dict(first.activation.values)
    values |= {other: second.activation.values[name] for name, other in renamed.items()}
    parameters = tuple(Parameter(name, values[name]) for name in free_names(tree))
    return Activation(Entry("difference", "difference", "A difference.", "other", tree, parameters=parameters))


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


def _styles(curves: Sequence[Curve]) -> list[_Style]:
    """Labels, colours and dashes for one order of several activations: ordered colours for a sweep."""
    activations = [curve.activation for curve in curves]
    if not _is_sweep(activations):
        return [(activation.label, place, place) for place, activation in enumerate(activations)]
    styles = []
    for place, activation in enumerate(activations):
        varied = _varied(activation, curves)
        bare = len(varied) == 1 and len(curves) > MOST_NAMES
        label = short(*varied.values()) if bare else _subscripts(activation.described(varied, ", ")) or activation.label
        styles.append((label, place / (len(curves) - 1), 0))
    return styles


def _key(curves: Sequence[Curve]) -> Key | None:
    """What tells curves apart where they are many: a colour bar for a sweep of one parameter, else a list."""
    if len(curves) <= MOST_NAMES:
        return None
    activations = [curve.activation for curve in curves]
    varied = _varied(activations[0], curves) if _is_sweep(activations) else {}
    if len(varied) != 1:
        return Key("list")
    (name,) = varied
    return Key("bar", activations[0].entry.symbols.get(name, name))


def _is_sweep(activations: Sequence[Activation]) -> bool:
    return len(activations) > 1 and all(activation.entry == activations[0].entry for activation in activations)


def _varied(activation: Activation, curves: Sequence[Curve]) -> dict[str, float]:
    """The parameters in which the members of a sweep differ."""
    return {
        name: value
        for name, value in activation.values.items()
        if len({curve.activation.values[name] for curve in curves}) > 1
    }


def _subscripts(text: str) -> str:
    """Parameters such as α_p with the subscript lowered, where Unicode has it."""
    return re.sub(r"(?<=\w)_([aehijklmnoprstuvx0-9])\b", lambda match: match[1].translate(_LOWERED), text)


def _headings(activations: Sequence[Activation], rows: Sequence[Sequence[Curve]]) -> tuple[str, str]:
    first = activations[0]
    if len(activations) == 1:
        kind = first.entry.summary.split(";")[0].rstrip(".")
        if first.is_expression:
            kind = "typed formula"
        return first.entry.title, _KIND_ENDS.join(part for part in (kind, _subscripts(first.settings)) if part)
    if _is_sweep(activations):
        varied = set(_varied(first, rows[0]))
        fixed = {name: value for name, value in first.values.items() if name not in varied}
        kind = first.entry.summary.split(";")[0].rstrip(".")
        return first.entry.title, _KIND_ENDS.join(part for part in (kind, _subscripts(first.described(fixed))) if part)
    return ", ".join(activation.entry.title for activation in activations), ""
