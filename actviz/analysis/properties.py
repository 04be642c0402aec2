"""All that is known of a function: `properties` fills in the record of `actviz.analysis.records`."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from actviz.analysis.gains import published
from actviz.analysis.records import Gains, Moments, Properties
from actviz.analysis.shape import Shape
from actviz.curves.curve import Activation
from actviz.errors import UsageError


def check_variance(variance: float) -> None:
    """Raise `UsageError` unless moments can be taken at this variance."""
    if not 1e-12 <= variance <= 1e12:
        raise UsageError(f"the variance {variance!r} is not one to take moments at", "Give one from 1e-12 to 1e12.")


def properties(activation: Activation, variance: float = 1.0) -> Properties:
    """What is known of a function.

    Args:
        activation: the function with its parameters.
        variance: q of the Gaussian N(0, q) for which moments are taken.

    Raises:
        UsageError: the variance is out of range, or the function has no values at all.
    """
    check_variance(variance)
    return _known(activation.spec, Finder(activation, variance))


class Finder:
    """The properties of a function one by one, each found when it is asked for and then kept.

    Args:
        activation: the function with its parameters.
        variance: q.
    """

    def __init__(self, activation: Activation, variance: float = 1.0) -> None:
        self.activation = activation
        self.variance = variance
        self.certain: set[str] = set()

    @cached_property
    def shape(self) -> Shape:
        """The shape of the function."""
        from actviz.analysis.extrema import BITS
        from actviz.language.numerics import balls

        cut = self.activation.curve().pieces(-math.inf, math.inf)
        with balls.precision(BITS):
            shape = Shape(self.activation.entry.value, self.activation.values, cut)
        if not shape.parts:
            raise UsageError(f"{self.activation.spec} has no value at any real x", "Check the formula.")
        return shape

    def __getitem__(self, name: str) -> Any:
        from actviz.analysis.extrema import BITS
        from actviz.language.numerics import balls

        own = getattr(type(self), name, None)
        with balls.precision(BITS):
            return getattr(self, name) if own is not None else getattr(self.shape, name)

    @property
    def proved(self) -> tuple[str, ...]:
        """The names of what is proved, of all that was asked for."""
        return tuple(sorted(self.certain | self.shape.proved))

    @cached_property
    def bounded(self) -> bool:
        """Whether the range is."""
        found = self["range"]
        if "range" in self.shape.proved:
            self.certain.add("bounded")
        return math.isfinite(found.low) and math.isfinite(found.high)

    @cached_property
    def monotone(self) -> bool:
        """Whether f never falls, or never rises."""
        return bool(self["increasing"] or self["decreasing"])

    @cached_property
    def parity(self) -> str | None:
        """Odd, even, both or neither."""
        from actviz.analysis.parity import parity

        found, certain = parity(self.activation.entry.value, self.activation.values, self.shape.all_parts)
        if certain:
            self.certain.add("parity")
        return found

    @cached_property
    def smoothness(self) -> str | None:
        """The class; empty where f is not continuous, None where that is not known."""
        found = self.shape.smoothness
        if found is not None and found.exact:
            self.certain.add("smoothness")
        return None if found is None else found.name

    @cached_property
    def _moments(self) -> tuple[Moments, bool, float]:
        from actviz.analysis import moments
        from actviz.language.numerics import balls

        with balls.precision(moments.BITS):
            gaussian = moments.Gaussian(self.shape.all_parts, self.activation.values, self.variance)
            found, certain = moments.moments(gaussian)
            share = float(gaussian.probability(self.shape.flat).mid())
        if certain and self.shape.complete:
            self.certain.update(("moments", "gains"))
        if "flat" in self.shape.proved:
            self.certain.add("flat_share")
        return found, certain, share

    @property
    def moments(self) -> Moments:
        """The Gaussian moments."""
        return self._moments[0]

    @property
    def flat_share(self) -> float:
        """P(f′ = 0)."""
        return self._moments[2]

    @cached_property
    def gains(self) -> Gains:
        """The gains from the moments."""
        from actviz.analysis.moments import gains

        return gains(self.moments)

    @property
    def published_gains(self) -> Any:
        """Those of the libraries."""
        return published(self.activation, self.gains, self.variance)

    @cached_property
    def underflow(self) -> Any:
        """Where f′ rounds to 0."""
        from actviz.analysis.underflow import points

        slopes = self.shape.courses(1)
        self.certain.add("underflow")
        return points(slopes[0], slopes[-1], self.activation.values)

    @property
    def convex_on(self) -> Any:
        """The largest intervals with f″ > 0."""
        return self.shape.bent_on(1)

    @property
    def concave_on(self) -> Any:
        """The largest intervals with f″ < 0."""
        return self.shape.bent_on(-1)


def _known(spec: str, finder: Finder) -> Properties:
    from dataclasses import fields

    names = [field.name for field in fields(Properties) if field.name not in ("spec", "variance", "proved")]
    found = {name: finder[name] for name in names}
    return Properties(spec=spec, variance=finder.variance, **found, proved=finder.proved)
