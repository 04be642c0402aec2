"""Derivations: a function and its derivative case by case, what happens at breakpoints, and the proof.

The derivative that is shown is the one that evaluates. It is proved twice before anyone sees it: symbolically,
against SymPy's derivative of the function, and numerically, against differences of the function itself in
arithmetic of 50 digits and more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.conventions import Convention, conventions
from actviz.curve import HIGHEST_ORDER, Activation, Curve, Limits, variables
from actviz.errors import UsageError, VerificationError
from actviz.language.evaluate import apply, holds
from actviz.language.pieces import Breakpoint, Case, Pieces, expand, fold, resolve, split
from actviz.language.syntax import VARIABLE, Operation, neat

if TYPE_CHECKING:
    from actviz.steps import Stage

MOST_SHOWN = 8  # breakpoints that are looked into and shown, those nearest to 0
CHECKED = 8.0  # a derivation is verified on points within ±CHECKED, breakpoints beyond it included
_TOLERANCE = 1e-40  # of two 50-digit results that should be one


@dataclass(frozen=True)
class Verification:
    """How a derivative was checked.

    Args:
        symbolic: what SymPy contributed: ``equal`` (its derivative of f equals the one shown), ``derived`` (the one
            shown is SymPy's) or ``unsettled``.
        points: at how many points it was compared with f itself in 50-digit arithmetic.
        exact_error: the largest relative difference found there.
        ulps: the largest error of the float64 values, in units in the last place.
        worst: the x where that was.
    """

    symbolic: str
    points: int
    exact_error: float
    ulps: float
    worst: float


@dataclass(frozen=True)
class Smoothness:
    """How smooth a function is at a point, or everywhere.

    Args:
        order: how many derivatives are continuous: −1 where the function itself is not, ∞ where all are.
        exact: whether the next derivative is known not to be; otherwise the order is at least that.
    """

    order: float
    exact: bool = True

    @property
    def name(self) -> str:
        """The class, as in ``C¹``; empty where the function is not continuous."""
        if self.order < 0:
            return ""
        return "C^∞" if math.isinf(self.order) else "C" + "⁰¹²³⁴"[int(self.order)]


@dataclass(frozen=True)
class BreakpointReport:
    """One breakpoint.

    Args:
        function: the function's limits and value there.
        derivative: the derivative's.
        smoothness: how smooth the function is there; None where that was not looked into.
        conventions: what frameworks take for f′ there; empty where nothing is to be chosen.
    """

    function: Limits
    derivative: Limits
    smoothness: Smoothness | None = None
    conventions: tuple[Convention, ...] = ()

    @property
    def x(self) -> float:
        """The breakpoint."""
        return self.function.x

    @property
    def continuous(self) -> bool:
        """Whether the function is."""
        if self.smoothness is not None:
            return self.smoothness.order >= 0
        return not self.function.jumps and not self.function.off_curve

    @property
    def differentiable(self) -> bool | None:
        """Whether the function is; None where that is not known."""
        if self.smoothness is None or (self.smoothness.order == 0 and not self.smoothness.exact):
            return None
        return self.smoothness.order >= 1

    @property
    def taken(self) -> str:
        """Which one-sided derivative is taken: ``left``, ``right``, ``both`` (they agree) or ``neither``."""
        limits = self.derivative
        if not limits.jumps and not limits.off_curve:
            return "both"
        if limits.off_curve:
            return "neither"
        return "left" if math.isclose(limits.at, limits.left, rel_tol=1e-12, abs_tol=1e-15) else "right"


@dataclass(frozen=True)
class Derivation:
    """A function, one of its derivatives, and all that is known of both.

    Args:
        curve: the derivative; its activation is the function.
        function: the function's cases, those that the parameters rule out left away.
        derivative: the derivative's cases, likewise.
        breakpoints: from left to right.
        smoothness: how smooth the function is on the real line; None where that is not known.
        verification: how the derivative was checked.
        at: points at which values were asked for.
        steps: how the derivative comes about, where that was asked for.
    """

    curve: Curve
    function: tuple[Case, ...]
    derivative: tuple[Case, ...]
    breakpoints: tuple[BreakpointReport, ...]
    verification: Verification
    at: tuple[float, ...] = ()
    smoothness: Smoothness | None = None
    steps: tuple[Stage, ...] = ()


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
    from actviz.smoothness import at_breakpoint, everywhere

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
        _steps(curve) if steps else (),
    )


def together(first: Curve, second: Curve) -> Pieces:
    """The line cut at the breakpoints of two curves of one activation."""
    both = Operation("+", first.tree, second.tree)
    return split(both, first.activation.values, -math.inf, math.inf)


def _limits(curve: Curve, places: Sequence[float]) -> Iterator[Limits]:
    """The limits of a curve at every place, breakpoint or not."""
    known = {limits.x: limits for limits in curve.limits(-math.inf, math.inf)}
    for x in places:
        value = float(curve.at(np.array([x]))[0])
        yield known.get(x, Limits(x, value, value, value))


def _steps(curve: Curve) -> tuple[Stage, ...]:
    from actviz.steps import explain

    return explain(curve)


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


def within(low: float, high: float, shares: Sequence[float], beside: Sequence[float]) -> list[float]:
    """Points of a piece, as shares of its width: counted from its left end, and beside either end.

    An infinite end is replaced by one at ±`CHECKED`, or as far from the finite end.
    """
    left = low if math.isfinite(low) else min(-CHECKED, high - CHECKED)
    right = high if math.isfinite(high) else max(CHECKED, low + CHECKED)
    width = right - left
    points = [left + share * width for share in shares]
    points += [left + width * tiny for tiny in beside] + [right - width * tiny for tiny in beside]
    return sorted(x for x in points if left < x < right)


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


def reachable(cases: list[Case], activation: Activation, cut: Pieces) -> list[Case]:
    """The cases that apply somewhere, given the parameters, made neat; what holds otherwise comes last."""
    places = np.array([piece.inside for piece in cut.pieces] + [point.x for point in cut.breakpoints])
    open_places = np.ones(places.shape, dtype=bool)
    kept = []
    for case in cases:
        if case.condition is None:
            applies = open_places
        else:
            applies = open_places & holds(case.condition, places, activation.values)
        if applies.any():
            kept.append(Case(case.condition, neat(case.value)))
        open_places = open_places & ~applies
    return [*kept[:-1], Case(None, kept[-1].value)]


def values_at(derivation: Derivation) -> list[tuple[float, float, float]]:
    """(x, f(x), derivative) at every point that was asked for."""
    x = np.array(derivation.at)
    function = apply(derivation.curve.activation.entry.value, x, derivation.curve.activation.values)
    return [(float(a), float(b), float(c)) for a, b, c in zip(x, function, derivation.curve.at(x), strict=True)]
