"""What `actviz.analysis.derivation` finds out, as data: the derivative, its breakpoints, its proof."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from actviz.analysis.autodiff import Convention
from actviz.curves.curve import Curve, Limits
from actviz.curves.display import Displayed
from actviz.language.cases import Case
from actviz.language.numerics.float64 import apply

if TYPE_CHECKING:
    from actviz.analysis.proof import Proof
    from actviz.analysis.steps import Stage

MOST_SHOWN = 8  # breakpoints that are looked into and shown, those nearest to 0


@dataclass(frozen=True)
class Verification:
    """How a derivative was checked.

    Args:
        symbolic: what SymPy contributed: ``equal`` (its derivative of f equals the one shown), ``derived`` (the one
            shown is SymPy's) or ``unsettled``.
        points: at how many points it was compared with f's Taylor series to 50 digits.
        exact_error: the largest relative difference found there.
        ulps: the largest error of the float64 values, in units in the last place; ∞ where there is none.
        worst: the x where that was.
        proof: where it is proved at every point; None where it is not.
    """

    symbolic: str
    points: int
    exact_error: float
    ulps: float
    worst: float
    proof: Proof | None = None

    @property
    def digits(self) -> int:
        """How many significant digits of the worst float64 value are right: 15 or 16 of a good one."""
        relative = self.ulps * sys.float_info.epsilon
        return 0 if relative >= 1 else math.floor(-math.log10(max(relative, 1e-16)))


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


@dataclass(frozen=True, repr=False)
class Derivation(Displayed):
    """A function, one of its derivatives, and all that is known of both.

    Args:
        curve: the derivative; its activation is the function.
        function: the function's cases, those that the parameters rule out left away.
        derivative: the derivative's cases, likewise.
        breakpoints: from left to right.
        beyond: whether there are more further out than was searched.
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
    beyond: bool = False
    steps: tuple[Stage, ...] = ()

    def __repr__(self) -> str:
        return f"derive({self.curve.activation.spec!r}, order={self.curve.order}, wrt={self.curve.wrt!r})"


def values_at(derivation: Derivation) -> list[tuple[float, float, float]]:
    """(x, f(x), derivative) at every point that was asked for."""
    x = np.array(derivation.at)
    function = apply(derivation.curve.activation.entry.value, x, derivation.curve.activation.values)
    return [(float(a), float(b), float(c)) for a, b, c in zip(x, function, derivation.curve.at(x), strict=True)]
