"""The asymptotes of a function that a figure shows, horizontal ones and lines such as y = x."""

from __future__ import annotations

import math

import numpy as np

from actviz.calculus.asymptotes import limit_form
from actviz.curves.curve import Curve
from actviz.figures.spec import Guide
from actviz.language.notation.plain import Unicode
from actviz.language.numerics.float64 import evaluate
from actviz.language.numerics.special import Array
from actviz.language.pieces import Piece

_NEAR = 0.04  # of the figure's height: how close to its asymptote a curve must come within the range
_CLOSING = 0.15  # and what may be left of its largest distance on that half of the range
_AWAY = 0.01  # of the figure's height: how far from y = 0 a level asymptote is told from the axis
_FAR = np.array([1e6, 2e6, 1e7, 2e7, 1e9, 2e9])  # where the line is read off


def guides(curve: Curve, low: float, high: float, height: float) -> list[Guide]:
    """The asymptotes that a curve comes close to, but does not run on, within the range.

    Args:
        curve: the function.
        low: the left end of the range of x.
        high: the right end.
        height: of the range of y.
    """
    found: list[Guide] = []
    cut = curve.pieces(low, high)
    for side, piece in ((-1, cut.pieces[0]), (1, cut.pieces[-1])):
        line = _line(curve, piece, side)
        if line is None or line == (0.0, 0.0) or any((known.slope, known.intercept) == line for known in found):
            continue
        slope, intercept = line
        if not slope and abs(intercept) < _AWAY * height:
            continue
        start, edge = (max(piece.low, (low + high) / 2), high) if side > 0 else (min(piece.high, (low + high) / 2), low)
        x = np.linspace(start, edge, 50)
        with np.errstate(over="ignore", invalid="ignore"):
            away = np.abs(evaluate(piece.tree, x, curve.activation.values) - (slope * x + intercept))
        largest = float(np.nanmax(away, initial=0.0))
        along = abs(away[-3] - away[-1]) / abs(x[-3] - x[-1]) < _CLOSING * height / (high - low)  # not just crossing it
        if along and away[-1] < min(_CLOSING * largest, _NEAR * height) and largest > 1e-9 * height:
            found.append(Guide(intercept, _label(curve, piece, side, slope, intercept), side, slope))
    return found


def _line(curve: Curve, piece: Piece, side: int) -> tuple[float, float] | None:
    """Slope and intercept of the line that the curve tends to, or None where there is none."""
    y = evaluate(piece.tree, side * _FAR, curve.activation.values)
    if not np.isfinite(y).all():
        return None
    x: Array = side * _FAR
    with np.errstate(over="ignore", invalid="ignore"):  # where y itself is near the largest number
        slopes = (y[1::2] - y[::2]) / (x[1::2] - x[::2])
        slope = _rounded(float(slopes[1]))
        intercepts = y - slope * x
        intercept = _rounded(float(2 * intercepts[3] - intercepts[2]))  # what differs as 1/x does drops out
        settled = np.abs(slopes[1:] - slope) < 1e-7
        # Far out, the last digits of y are too coarse to hold the intercept against.
        close = np.abs(intercepts[:4] - intercept) < 2e-6 * max(1.0, abs(intercept)) + 4 * np.spacing(np.abs(y[:4]))
    return (slope, intercept) if settled.all() and close.all() else None


def _rounded(value: float) -> float:
    """A number without what arithmetic far out adds to it."""
    if abs(value) < 1e-7:
        return 0.0
    shorter = float(f"{value:.6g}")
    return shorter if math.isclose(shorter, value, rel_tol=2e-8) else value


def _label(curve: Curve, piece: Piece, side: int, slope: float, intercept: float) -> str:
    """The line's equation, or the limit's formula and value; what is rounded is said to be."""
    number, exact = _number(intercept)
    if slope:
        factor, exact_slope = _number(slope)
        factor = {"1": "", "−1": "−"}.get(factor, factor)
        sign = "−" if intercept < 0 else "+"
        constant = f" {sign} {number.removeprefix('−')}" if intercept else ""
        return f"y {'=' if exact and exact_slope else '≈'} {factor}x{constant}"
    form = limit_form(piece.tree, side, curve.activation.values)
    text = Unicode(curve.activation.entry.symbols).value(form) if form is not None else ""
    return f"{'y' if text in ('', number) else text} {'=' if exact else '≈'} {number}"


def _number(value: float) -> tuple[str, bool]:
    """A number to four digits, and whether these are all it has."""
    text = f"{value:.4g}"
    return text.replace("-", "−"), math.isclose(float(text), value, rel_tol=1e-9)
