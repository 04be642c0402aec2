"""What is known of an approximation, as frozen records."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from actviz.curves.curve import Activation
from actviz.curves.display import Displayed
from actviz.language.syntax import Node

if TYPE_CHECKING:
    from actviz.analysis.approximation.rounding import FixedPoint, Quantized

Kind = Literal["pieces", "table", "polynomial", "rational", "fit"]
Norm = Literal["max", "gauss", "rms"]


class Part(NamedTuple):
    """A smooth formula and the closed interval on which it stands for the function; ends may be infinite."""

    low: float
    high: float
    tree: Node


@dataclass(frozen=True)
class Bound:
    """A proved bound on an error.

    Args:
        largest: |f − g| is nowhere more than this, for certain; ∞ where it has no bound or none could be proved.
        attained: and this much, for certain, near `where`.
        where: the x.
        grows: whether the error is known to grow without bound, rather than merely not known to be bounded.
        reach: outside a range, up to which |x| this is proved.
        gaps: places of a removable singularity, within 1e-9 of which the error is sampled and not proved.
    """

    largest: float
    attained: float
    where: float
    grows: bool = False
    reach: float = math.inf
    gaps: tuple[float, ...] = ()


class Choice(NamedTuple):
    """What another number of pieces would give: its largest error, and what the asymptote says of it."""

    pieces: int
    max_error: float
    asymptote: float


@dataclass(frozen=True, repr=False)
class Approximation(Displayed):
    """One function in the place of another, with its proved error.

    Args:
        function: what is approximated.
        kind: how.
        low: the left end of the range.
        high: the right end.
        norm: what was made small.
        tree: the approximation for all x, with its numbers in it; None where it is too long for a formula.
        parts: the same piece by piece, the tails to both sides included.
        inside: the largest error in the range.
        beyond: the largest error outside, as far out as its `reach`.
        rms_gauss: the root of the mean squared error under a standard normal input, over all x.
        dtype: what the numbers are rounded to.
        knots: where the formula changes within the range, its ends included; those of a table are its points.
        coefficients: for each piece slope and intercept, or of a polynomial those of 1, x, x², …
        denominator: those of a rational function's denominator.
        entries: of a table.
        parameters: found by a fit.
        unrounded: the largest error found before the numbers were rounded.
        lookup: between the entries of a table: ``nearest``, ``linear`` or ``cubic``.
        fixed: the fixed-point format that slopes and intercepts are in.
        int8: scales and zero points of a table of whole numbers.
        tails: slope and intercept of the lines to the left and to the right of the range, where it goes on as lines.
        choices: for pieces, what other numbers of them would give.
        fitted: for a fit, the function whose parameters were sought.
        inputs: how many inputs a fit was made over, where it was made over given ones.
        error_over_inputs: the largest error at them.
    """

    function: Activation
    kind: Kind
    low: float
    high: float
    norm: Norm
    tree: Node | None
    parts: tuple[Part, ...]
    inside: Bound
    beyond: Bound
    rms_gauss: float
    dtype: str = "float64"
    knots: tuple[float, ...] = ()
    coefficients: tuple[tuple[float, float], ...] | tuple[float, ...] = ()
    denominator: tuple[float, ...] = ()
    entries: tuple[float, ...] | tuple[int, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)
    unrounded: float | None = None
    lookup: str = ""
    fixed: FixedPoint | None = None
    int8: tuple[Quantized, Quantized] | None = None
    tails: tuple[tuple[float, float], tuple[float, float]] | None = None
    choices: tuple[Choice, ...] = ()
    fitted: Activation | None = None
    inputs: int = 0
    error_over_inputs: float | None = None

    def __repr__(self) -> str:
        return f"Approximation({self.function.spec!r}, {self.kind!r}, max_error={self.max_error!r})"

    @property
    def max_error(self) -> float:
        """The proved largest error in the range."""
        return self.inside.largest

    @property
    def max_error_at(self) -> float:
        """Where it is."""
        return self.inside.where

    @property
    def max_error_beyond(self) -> float:
        """The proved largest error outside the range."""
        return self.beyond.largest

    @cached_property
    def spec(self) -> str | None:
        """The approximation as a spec that every other command takes; None where it is too long for one."""
        if self.fitted is not None:
            return self.fitted.spec
        if self.tree is None:
            return None
        from actviz.analysis.approximation.formula import written

        return written(self.tree)

    @cached_property
    def activation(self) -> Activation:
        """The approximation as a function to call, plot and compare.

        Raises:
            UsageError: it is too long for a formula.
        """
        from actviz.analysis.approximation.formula import as_activation

        return self.fitted or as_activation(self.tree, self.spec)
