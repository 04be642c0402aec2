"""Derivations: a function and its derivative case by case, what happens at breakpoints, and the proof.

The derivative that is shown is the one that evaluates. It is proved twice before anyone sees it: symbolically,
against SymPy's derivative of the function, and numerically, against differences of the function itself in
arithmetic of 50 digits and more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from actviz.branches import CHECKED, reachable, together, within
from actviz.conventions import conventions
from actviz.curve import HIGHEST_ORDER, Activation, Curve, Limits, variables
from actviz.errors import UsageError, VerificationError
from actviz.language.pieces import Breakpoint, Pieces, expand, fold, resolve
from actviz.language.syntax import VARIABLE
from actviz.report import MOST_SHOWN, BreakpointReport, Derivation, Verification
from actviz.smoothness import at_breakpoint, everywhere
from actviz.steps import explain

_TOLERANCE = 1e-40  # of two 50-digit results that should be one


def derive(
    activation: Activation,
    order: int | None = None,
    wrt: str = VARIABLE,
    at: Sequence[float] = (),
    steps: bool = False,
) -> Derivation:
    """Derive and prove a derivative.

    Args:
        activation: the function.
        order: how many times to differentiate, at least once; by default once in each variable.
        wrt: the variable, ``x`` or a parameter, or several for a mixed derivative; see `actviz.curve.variables`.
        at: points at which to add values.
        steps: whether to add how the derivative comes about, rule by rule.

    Raises:
        UsageError: there is no such parameter or order.
        VerificationError: the derivative or a step failed its own check; nothing may be shown.
    """
    if order is not None and order < 1:
        raise UsageError(
            f"a derivation of order {order} has nothing to derive", f"Orders run from 1 to {HIGHEST_ORDER}."
        )
    curve = Curve(activation, variables(wrt, order))
    function = activation.curve()
    cut = together(function, curve)
    places = [point.x for point in cut.breakpoints]
    looked_into = sorted(places, key=abs)[:MOST_SHOWN]
    pieces = {point.x: point for point in function.pieces(-math.inf, math.inf).breakpoints}
    reports = []
    for x, limits, found in zip(places, _limits(function, places), _limits(curve, places), strict=True):
        smooth = None
        if x in looked_into:
            whole = resolve(expand(function.tree), activation.values, x)
            smooth = at_breakpoint(pieces.get(x, Breakpoint(x, whole, whole, whole)), function.tree, activation.values)
        in_question = curve.variables == (VARIABLE,) and (found.jumps or found.off_curve)
        chosen = conventions(activation, x) if in_question else ()
        reports.append(BreakpointReport(limits, found, smooth, chosen))
    known = [report.smoothness for report in reports if report.smoothness is not None]
    overall = everywhere(cut, known, activation.values) if len(known) == len(reports) else None
    return Derivation(
        curve,
        tuple(reachable(fold(function.tree), activation, cut)),
        tuple(reachable(fold(curve.tree), activation, cut)),
        tuple(reports),
        verify(curve, cut),
        tuple(at),
        overall,
        cut.beyond,
        explain(curve) if steps else (),
    )


def _limits(curve: Curve, places: Sequence[float]) -> Iterator[Limits]:
    """The limits of a curve at every place, breakpoint or not."""
    known = {limits.x: limits for limits in curve.limits(-math.inf, math.inf)}
    for x in places:
        value = float(curve.at(np.array([x]))[0])
        yield known.get(x, Limits(x, value, value, value))


def verify(curve: Curve, cut: Pieces) -> Verification:
    """Compare a derivative with its function, symbolically and in 50-digit arithmetic.

    Args:
        curve: the derivative.
        cut: the function's pieces.

    Raises:
        VerificationError: the two disagree.
    """
    points = 0
    exact_error = ulps = 0.0
    worst = math.nan
    for low, high in [(piece.low, piece.high) for piece in cut.pieces]:
        for x in _probes(low, high):
            found = _compare(curve, x)
            if found is None:
                continue
            points += 1
            exact_error = max(exact_error, found[0])
            if found[1] > ulps:
                ulps, worst = found[1], x
    name = curve.activation.label
    if points == 0:
        raise VerificationError(
            f"the derivative of {name} could not be checked: f has no real value near 0",
            f"Derivatives are checked within ±{CHECKED:g} and around breakpoints.",
        )
    if exact_error > _TOLERANCE:
        raise VerificationError(
            f"the derivative of {name} failed its check: it differs from f by {exact_error:.2g} in 50-digit arithmetic",
            "This is a fault of actviz or of a registry file; please report it.",
        )
    return Verification(_symbolic(curve, cut), points, exact_error, ulps, worst)


def _compare(curve: Curve, x: float) -> tuple[float, float] | None:
    """The relative difference at 50 digits and the float64 error in ULP; None where f′ has no value in float64."""
    from mpmath import mp, mpf

    from actviz.language.exact import Exact, UndefinedError

    values = curve.activation.values
    smooth, formula = (resolve(expand(tree), values, x) for tree in (curve.activation.entry.value, curve.tree))
    try:
        true = Exact(smooth, values).partial(x, curve.variables)
        shown = Exact(formula, values)(x)
    except UndefinedError:
        return None
    if not math.isfinite(float(true)):  # no float64 to be right or wrong, nor steps small enough for such a slope
        return None
    computed = float(curve.at(np.array([x]))[0])
    with mp.workdps(60):
        scale = abs(true)
        difference = abs(shown - true)
        relative = float(difference / scale) if scale else float(difference)
        ulps = float(abs(mpf(computed) - true) / mpf(math.ulp(float(true))))
    return relative, ulps


def _probes(low: float, high: float) -> list[float]:
    """Points at which a piece is checked: spread over it, and close to its ends."""
    shares = [0.013, 0.071, 0.137, 0.211, 0.293, 0.389, 0.463, 0.541, 0.617, 0.709, 0.793, 0.871, 0.937, 0.991]
    return within(low, high, shares, (1e-9, 1e-5))


def _symbolic(curve: Curve, cut: Pieces) -> str:
    """Whether SymPy's derivative of the function equals the one shown, on every piece."""
    from actviz import symbolic

    if curve.activation.is_expression or not curve.in_x:
        return "derived"
    values = curve.activation.values
    for piece in cut.pieces:
        function = resolve(expand(curve.activation.entry.value), values, piece.inside)
        shown = resolve(expand(curve.tree), values, piece.inside)
        if not symbolic.equal(symbolic.differentiated(function, curve.variables), shown):
            return "unsettled"
    return "equal"
