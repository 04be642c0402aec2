"""Derivations: a function and its derivative case by case, what happens at breakpoints, and the proof.

The derivative that is shown is the one that evaluates. It is proved before anyone sees it: symbolically, against
SymPy's derivative of the function, and in balls, against the function's own Taylor series, to 50 digits at points and
at every x of a range.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actviz.analysis.autodiff import conventions
from actviz.analysis.branches import CHECKED, in_ranges, reachable, together, within
from actviz.analysis.results import MOST_SHOWN, BreakpointReport, Derivation, Verification
from actviz.analysis.smoothness import at_breakpoint, everywhere
from actviz.analysis.steps import explain
from actviz.curves.curve import HIGHEST_ORDER, Activation, Curve, Limits, variables
from actviz.errors import UsageError, VerificationError
from actviz.language.cases import expand, fold
from actviz.language.pieces import Breakpoint, Pieces, resolve
from actviz.language.syntax import VARIABLE

if TYPE_CHECKING:
    from actviz.analysis.proof import Proof

_TOLERANCE = 1e-40  # of two 50-digit results that should be one
_REACHES = tuple(CHECKED * 10.0**power for power in range(10))  # the next one is for what has no value within the last


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
        wrt: the variable, ``x`` or a parameter, or several for a mixed derivative; see `actviz.curves.curve.variables`.
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
        in_ranges(reachable(fold(function.tree), activation, cut)),
        in_ranges(reachable(fold(curve.tree), activation, cut)),
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
    checks: list[_Check] = []
    for reach in _REACHES:
        for low, high in [(piece.low, piece.high) for piece in cut.pieces]:
            checks += [check for x in _probes(low, high, reach) if (check := _compare(curve, x)) is not None]
        if checks:
            break
    name = curve.activation.label
    if not checks:
        raise VerificationError(
            f"the derivative of {name} could not be checked: it has no finite value at any point that was tried",
            f"Derivatives are checked around breakpoints and within ±{CHECKED:g}, or ±{_REACHES[-1]:g} if need be.",
        )
    exact_error = max(check.exact_error for check in checks)
    if exact_error > _TOLERANCE:
        raise VerificationError(
            f"the derivative of {name} failed its check: it differs from f by {exact_error:.2g} in 50-digit arithmetic",
            "This is a fault of actviz or of a registry file; please report it.",
        )
    worst = max(checks, key=lambda check: check.ulps)
    where = worst.x if worst.ulps > 0 else math.nan
    return Verification(_symbolic(curve, cut), len(checks), exact_error, worst.ulps, where, _proof(curve, cut))


def _proof(curve: Curve, cut: Pieces) -> Proof | None:
    """The proof on all of a range, of a derivative in x; None for one in a parameter."""
    if not curve.in_x:
        return None
    from actviz.analysis.proof import prove

    values = curve.activation.values
    function, shown = expand(curve.activation.entry.value), expand(curve.tree)
    smooth = [
        (piece.low, piece.high, resolve(function, values, piece.inside), resolve(shown, values, piece.inside))
        for piece in cut.pieces
    ]
    return prove(smooth, values, curve.order, CHECKED)


class _Check(NamedTuple):
    """How a derivative compares with its function at a point.

    Args:
        x: the point.
        exact_error: the relative difference at 50 digits.
        ulps: the float64 error in units in the last place.
    """

    x: float
    exact_error: float
    ulps: float


def _compare(curve: Curve, x: float) -> _Check | None:
    """How the derivative compares with its function at a point; None where it has no finite value."""
    from actviz.language.numerics.balls import precision
    from actviz.language.numerics.exact import BITS, Exact, UndefinedError

    values = curve.activation.values
    smooth, formula = (resolve(expand(tree), values, x) for tree in (curve.activation.entry.value, curve.tree))
    try:
        shown, true = Exact(formula, values)(x), Exact(smooth, values, curve.variables)(x)
    except UndefinedError:
        return None
    if not math.isfinite(float(true)):  # no float64 to be right or wrong
        return None
    computed = float(curve.at(np.array([x]))[0])
    with precision(4 * BITS):
        relative = float(abs(shown - true).upper() / (1 if true == 0 else abs(true).upper()))
        ulps = float(abs(computed - true) / math.ulp(float(true))) if math.isfinite(computed) else math.inf
    return _Check(x, relative, ulps)


def _probes(low: float, high: float, reach: float) -> list[float]:
    """Points at which a piece is checked: spread over it, and close to its ends."""
    shares = [0.013, 0.071, 0.137, 0.211, 0.293, 0.389, 0.463, 0.541, 0.617, 0.709, 0.793, 0.871, 0.937, 0.991]
    return within(low, high, shares, (1e-9, 1e-5), reach)


def _symbolic(curve: Curve, cut: Pieces) -> str:
    """Whether SymPy's derivative of the function equals the one shown, on every piece."""
    from actviz.calculus import symbolic

    if curve.activation.is_expression or not curve.in_x:
        return "derived"
    values = curve.activation.values
    for piece in cut.pieces:
        function = resolve(expand(curve.activation.entry.value), values, piece.inside)
        shown = resolve(expand(curve.tree), values, piece.inside)
        if not symbolic.equal(symbolic.differentiated(function, curve.variables), shown):
            return "unsettled"
    return "equal"
