"""What is known of a function, as data: the records that `actviz.analysis.properties` fills in.

Every record can be read as an object (``found.range.low``) and by key (``found["range"]["low"]``); the keys are those
of the JSON that `actviz.writing` makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from actviz.curves.display import Displayed

Interval = tuple[float, float]
Place = float | Interval  # a point, or a whole interval


class Keyed:
    """A record whose fields are its keys too."""

    def __getitem__(self, key: str) -> Any:
        if key not in self.keys():
            raise KeyError(key)
        return getattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        """The names of the fields."""
        return [field.name for field in fields(self)]  # type: ignore[arg-type]


@dataclass(frozen=True)
class Range(Keyed):
    """All values of a function.

    Args:
        low: their infimum.
        high: their supremum.
        low_attained: whether the function takes the infimum.
        high_attained: whether it takes the supremum.
    """

    low: float
    high: float
    low_attained: bool
    high_attained: bool


@dataclass(frozen=True)
class SlopeRange(Keyed):
    """All values of f′ where it exists.

    Args:
        low: their infimum.
        high: their supremum.
        low_at: where it is taken or approached: points, intervals, ±∞.
        high_at: likewise.
        low_attained: whether it is taken.
        high_attained: likewise.
    """

    low: float
    high: float
    low_at: tuple[Place, ...]
    high_at: tuple[Place, ...]
    low_attained: bool
    high_attained: bool


@dataclass(frozen=True)
class Asymptote(Keyed):
    """A straight line that the function tends to: ``slope``·x + ``offset``."""

    slope: float
    offset: float


@dataclass(frozen=True)
class Ends(Keyed):
    """Something towards −∞ (`left`) and ∞ (`right`); None where there is none."""

    left: Any
    right: Any


@dataclass(frozen=True)
class Extremum(Keyed):
    """A strict local extremum; `kind` is ``minimum`` or ``maximum``."""

    x: float
    value: float
    kind: str


@dataclass(frozen=True)
class Jump(Keyed):
    """A point where the function jumps: the limits from both sides, and the value."""

    x: float
    left: float
    right: float
    value: float


@dataclass(frozen=True)
class Moments(Keyed):
    """Expectations for z ~ N(0, q): E f, E f², Var f, E f′, E f′² and dE f²/dq.

    Infinite ones are ∞, those that do not exist NaN.
    """

    mean: float
    second: float
    variance: float
    slope_mean: float
    slope_second: float
    second_slope: float


@dataclass(frozen=True)
class Gains(Keyed):
    """Factors of weights that keep the signal (1/√E f²), the gradient (1/√E f′²), the deviation (1/√Var f)."""

    forward: float
    backward: float
    std: float


@dataclass(frozen=True)
class PublishedGain(Keyed):
    """A library's gain for the function.

    Args:
        library: whose.
        value: the number.
        ours: the gain here that it stands for.
        name: which of `Gains` that is.
        note: why they differ; empty where they do not.
    """

    library: str
    value: float
    ours: float
    name: str
    note: str


@dataclass(frozen=True)
class Underflow(Keyed):
    """From where on f′ rounds to 0 in a floating-point format; None where that is not within its numbers."""

    format: str
    left: float | None
    right: float | None


@dataclass(frozen=True, repr=False)
class Properties(Keyed, Displayed):
    """What is known of a function with its parameters as they stand.

    Args:
        spec: the function.
        domain: the intervals where it has values.
        range: its values.
        limits: towards −∞ and ∞; None where there is none.
        asymptotes: the straight lines it tends to.
        zeros: where f(x) = 0: points and intervals.
        fixed_points: where f(x) = x.
        extrema: strict local extrema.
        slope_range: the values of f′.
        lipschitz: the smallest Lipschitz constant.
        monotone: whether it never falls, or never rises.
        increasing: whether it never falls.
        decreasing: whether it never rises.
        convex: whether it is convex on the line.
        concave: whether it is concave.
        convex_on: the largest intervals where f″ > 0.
        concave_on: the largest intervals where f″ < 0.
        parity: ``odd``, ``even``, ``both`` or None.
        bounded: whether its range is.
        positive_homogeneous: whether f(cx) = c f(x) for c > 0.
        smoothness: the class, such as ``C¹``; empty where it is not continuous, None where that is not known.
        kinks: where f is continuous and f′ jumps.
        jumps: where f does.
        poles: where f tends to ±∞ at a point.
        flat: the intervals where f′ = 0.
        flat_share: P(f′(z) = 0) for z ~ N(0, variance).
        variance: q.
        moments: for z ~ N(0, q).
        gains: from them.
        published_gains: those of PyTorch, Keras and timm.
        underflow: where f′ rounds to 0.
        proved: the names of what is proved; the rest is sampled.
    """

    spec: str
    domain: tuple[Interval, ...]
    range: Range
    limits: Ends
    asymptotes: Ends
    zeros: tuple[Place, ...]
    fixed_points: tuple[Place, ...]
    extrema: tuple[Extremum, ...]
    slope_range: SlopeRange
    lipschitz: float
    monotone: bool
    increasing: bool
    decreasing: bool
    convex: bool
    concave: bool
    convex_on: tuple[Interval, ...]
    concave_on: tuple[Interval, ...]
    parity: str | None
    bounded: bool
    positive_homogeneous: bool
    smoothness: str | None
    kinks: tuple[float, ...]
    jumps: tuple[Jump, ...]
    poles: tuple[float, ...]
    flat: tuple[Interval, ...]
    flat_share: float
    variance: float
    moments: Moments
    gains: Gains
    published_gains: tuple[PublishedGain, ...]
    underflow: tuple[Underflow, ...]
    proved: tuple[str, ...]

    def __repr__(self) -> str:
        return f"properties({self.spec!r}, variance={self.variance!r})"
