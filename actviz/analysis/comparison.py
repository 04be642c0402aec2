"""Comparisons: where two functions differ, by how much, where they cross and where they are one.

Every figure is taken over the pieces of both functions, one-sided limits at breakpoints included, so that neither a
jump nor a narrow kink escapes between two sample points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from actviz.curves.curve import Activation, Curve
from actviz.errors import UsageError
from actviz.language.numerics.special import Array
from actviz.language.pieces import bisect, split
from actviz.language.syntax import Name, Node, Operation, substitute
from actviz.text import short

_POINTS = 4001
_TAIL = 38.0  # the standard normal density is below 1e-314 beyond
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_RUN = 4  # samples in a row that are equal but for rounding: more than a crossing
_ZOOMS, _GROWING = 16, 3  # samples ever finer by a factor of 16, the last of which tell a pole from a peak
_ROUNDING = 8  # two values closer than this many ULP count as one


@dataclass(frozen=True)
class Difference:
    """How far apart two curves are in a range.

    Args:
        largest: the supremum of |f − g|.
        where: the x where it is reached or approached.
        rms: the root of the mean of (f − g)² under a standard normal input, over all x; inf where it diverges.
        rounding: whether the two differ by no more than rounding everywhere in the range.
    """

    largest: float
    where: float
    rms: float
    rounding: bool


@dataclass(frozen=True)
class Stretch:
    """An interval on which two functions are one; an end where the values taken differ is left out.

    With `rounding` they are two, and as close there as float64 can tell; the ends are those of samples.
    """

    low: float
    high: float
    with_low: bool = True
    with_high: bool = True
    rounding: bool = False

    def __str__(self) -> str:
        return self.text()

    def text(self, exact: bool = False) -> str:
        """Which x it holds: for people, or in ASCII with all digits."""
        signs = [("<=" if exact else "≤") if closed else "<" for closed in (self.with_low, self.with_high)]
        low, high = (repr(end) if exact else short(end) for end in (self.low, self.high))
        return f"{low} {signs[0]} x {signs[1]} {high}"


@dataclass(frozen=True)
class Slope:
    """A function's slope at one place: left and right of it where the two differ.

    Args:
        x: the place.
        left: the slope just left of it.
        right: the slope just right of it.
    """

    x: float
    left: float
    right: float


@dataclass(frozen=True)
class Pair:
    """One curve held against another: functions, or the same derivative of two functions.

    Args:
        first: the curve that others are compared with.
        second: the other.
        low: the left end of the range.
        high: the right end.
        function: how the curves differ.
        derivative: how their slopes do.
        crossings: where they meet, isolated points only.
        equal_on: the intervals on which they are one.
        slopes: for each of the two, its slope in x at the ends and at every breakpoint of either.
    """

    first: Curve
    second: Curve
    low: float
    high: float
    function: Difference
    derivative: Difference
    crossings: tuple[float, ...]
    equal_on: tuple[Stretch, ...]
    slopes: tuple[tuple[Slope, ...], tuple[Slope, ...]]

    @property
    def same(self) -> bool:
        """Whether the curves and their slopes do not differ at all, rounding aside."""
        return self.function.rounding and self.derivative.rounding


def compare(activations: Sequence[Activation], low: float, high: float, variables: tuple[str, ...] = ()) -> list[Pair]:
    """Hold every activation after the first against the first.

    Args:
        activations: two or more.
        low: the left end of the range.
        high: the right end.
        variables: what to differentiate in before comparing; nothing to compare the functions themselves.

    Raises:
        UsageError: there are fewer than two, or one has no such parameter.
    """
    if len(activations) < 2:
        raise UsageError("a comparison takes two functions or more", "Write 'actviz compare relu prelu'.")
    first, *others = (Curve(activation, variables) for activation in activations)
    return [_pair(first, other, low, high) for other in others]


def _pair(first: Curve, second: Curve, low: float, high: float) -> Pair:
    difference = _Gap(first, second)
    slopes = _Gap(first.slope, second.slope)
    crossings, equal_on = difference.meetings(low, high)
    places = sorted({low, high, *difference.cuts(low, high)})
    return Pair(
        first,
        second,
        low,
        high,
        difference.summary(low, high),
        slopes.summary(low, high),
        tuple(crossings),
        tuple(equal_on),
        (_slopes(first.slope, places), _slopes(second.slope, places)),
    )


class _Gap:
    """The difference of two curves as one tree; the second's parameters get names of their own."""

    def __init__(self, first: Curve, second: Curve) -> None:
        renamed: dict[str, Node] = {name: Name(f"{name}_2") for name in second.activation.values}
        self.first, self.second = first, second
        self.tree = Operation("-", first.defined, substitute(second.defined, renamed))
        self.values = dict(first.activation.values)
        self.values |= {f"{name}_2": value for name, value in second.activation.values.items()}

    def cuts(self, low: float, high: float) -> list[float]:
        return [point.x for point in split(self.tree, self.values, low, high).breakpoints]

    def on_pieces(self, low: float, high: float) -> list[tuple[Array, Array, Array]]:
        """(x, first, second) on every piece, ends from inside."""
        from actviz.language.numerics.float64 import apply

        drawn = []
        for piece in split(self.tree, self.values, low, high).pieces:
            assert isinstance(piece.tree, Operation)  # a difference stays one
            x = np.linspace(piece.low, piece.high, max(65, round(_POINTS * (piece.high - piece.low) / (high - low))))
            drawn.append((x, apply(piece.tree.left, x, self.values), apply(piece.tree.right, x, self.values)))
        return drawn

    def summary(self, low: float, high: float) -> Difference:
        largest, where, rounding = 0.0, math.nan, True
        for x, f, g in self.on_pieces(low, high):
            with np.errstate(invalid="ignore"):
                gap = np.abs(f - g)
            gap[np.isnan(gap)] = 0.0
            rounding = rounding and not _apart(f, g).any()
            place = int(np.argmax(gap))
            if gap[place] > largest:
                largest, where = float(gap[place]), float(x[place])
                if 0 < place < x.size - 1:
                    where, largest = self.peak(float(x[place - 1]), float(x[place + 1]), where, largest)
        for cut in self.cuts(low, high):  # the values taken may lie off both sides
            taken = [curve.at(np.array([cut])) for curve in (self.first, self.second)]
            rounding = rounding and not _apart(*taken).any()
            if abs(taken[0] - taken[1])[0] > largest:
                largest, where = float(abs(taken[0] - taken[1])[0]), cut
        return Difference(largest, where, self.rms(), rounding)

    def peak(self, low: float, high: float, where: float, largest: float) -> tuple[float, float]:
        """The largest gap between two neighbours of a sample, by ever finer samples; ∞ where it grows to the last."""
        from actviz.language.numerics.float64 import apply

        growing = 0
        for _ in range(_ZOOMS):
            if high - low <= _ROUNDING * np.spacing(abs(where)):
                break
            x = np.linspace(low, high, 33)
            with np.errstate(over="ignore"):
                gap = np.abs(apply(self.tree, x, self.values))
            poles = x[~np.isfinite(gap)]
            gap[np.isnan(gap)] = 0.0
            place = int(np.argmax(gap))
            growing = growing + 1 if gap[place] >= 4 * largest else 0
            if gap[place] > largest:
                where, largest = float(x[place]), float(gap[place])
            low, high = float(x[max(0, place - 1)]), float(x[min(x.size - 1, place + 1)])
        if growing < _GROWING:
            return where, largest
        return float(poles[0]) if poles.size else where, math.inf

    def rms(self) -> float:
        """Gauss–Legendre quadrature with the normal density, cut at breakpoints; inf where it does not settle."""
        coarse, fine = self.mean_square(2), self.mean_square(4)
        settled = fine == coarse or abs(fine - coarse) <= 1e-3 * abs(fine)
        return math.sqrt(fine) if settled else math.inf

    def mean_square(self, panels_per_unit: int) -> float:
        """The mean of the squared gap, with this many panels of 20 nodes to a unit of x."""
        from actviz.language.numerics.float64 import apply
        from actviz.language.numerics.special import normal_pdf

        total = 0.0
        for piece in split(self.tree, self.values, -_TAIL, _TAIL).pieces:
            panels = np.linspace(piece.low, piece.high, math.ceil(panels_per_unit * (piece.high - piece.low)) + 1)
            half = np.diff(panels)[:, None] / 2
            x = panels[:-1, None] + half * (1 + _NODES)
            with np.errstate(over="ignore", invalid="ignore"):
                gap = apply(piece.tree, x, self.values)
                terms = gap * gap * normal_pdf(x.ravel()).reshape(x.shape)
            total += float(np.nansum(terms * half * _WEIGHTS))
        return total

    def meetings(self, low: float, high: float) -> tuple[list[float], list[Stretch]]:
        """The isolated points where the two are equal, and the intervals where they are one."""
        points: list[float] = []
        stretches: list[Stretch] = []
        for x, f, g in self.on_pieces(low, high):
            apart = _apart(f, g)
            if not apart[1:-1].any():
                stretch = Stretch(float(x[0]), float(x[-1]), self.equal_at(x[0]), self.equal_at(x[-1]))
                if stretches and stretches[-1].high == stretch.low and stretch.with_low:
                    last = stretches.pop()
                    stretch = Stretch(last.low, stretch.high, last.with_low, stretch.with_high)
                stretches.append(stretch)
                continue
            near = ~apart & np.isfinite(f) & np.isfinite(g)
            for start, end in _runs(near):
                if end - start >= _RUN:
                    stretches.append(Stretch(float(x[start]), float(x[end - 1]), rounding=True))
                else:
                    points.extend(x[start:end].tolist())
            with np.errstate(invalid="ignore"):
                gap = f - g
                signs = np.sign(gap) * apart
                crossed = np.flatnonzero(signs[:-1] * signs[1:] < 0)
            points.extend(
                found
                for place in crossed
                if self.gap(found := self.crossing(float(x[place]), float(x[place + 1])))
                <= min(abs(gap[place]), abs(gap[place + 1]))  # larger at a pole
            )
        lonely = [
            x
            for x in sorted(set(points))
            if self.equal_at(x) and not any(stretch.low <= x <= stretch.high for stretch in stretches)
        ]
        return lonely, stretches

    def crossing(self, low: float, high: float) -> float:
        """Where the difference changes sign; of the neighbours at which it vanishes, the one with fewest digits."""
        found = float(bisect(self.tree, self.values, np.array([low]), np.array([high]))[0])
        rounded = round(found, 12) + 0.0
        return rounded if self.equal_at(rounded) else found

    def gap(self, x: float) -> float:
        """How far apart the two are at a point."""
        f, g = (float(curve.at(np.array([x]))[0]) for curve in (self.first, self.second))
        return abs(f - g)

    def equal_at(self, x: float) -> bool:
        """Whether the values taken at a point are one, as close as float64 can tell at a crossing."""
        f, g = (curve.at(np.array([x])) for curve in (self.first, self.second))
        nearby = np.array([np.nextafter(x, -np.inf), np.nextafter(x, np.inf)])
        with np.errstate(invalid="ignore"):  # infinite at a pole, where nothing is equal
            reach = np.abs(np.diff(self.first.at(nearby) - self.second.at(nearby))).max()
            return not _apart(f, g).any() or bool(abs(f - g)[0] <= reach)


def _slopes(derivative: Curve, places: Sequence[float]) -> tuple[Slope, ...]:
    low, high = places[0], places[-1]
    jumps = {limits.x: limits for limits in derivative.limits(low, high)}
    found = []
    for x in places:
        value = float(derivative.at(np.array([x]))[0])
        limits = jumps.get(x)
        found.append(Slope(x, value, value) if limits is None else Slope(x, limits.left, limits.right))
    return tuple(found)


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where a mask holds, as half-open ranges of indices."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _apart(f: Array, g: Array) -> NDArray[np.bool_]:
    """Where two arrays differ by more than rounding."""
    scale = np.maximum(np.abs(f), np.abs(g))
    with np.errstate(invalid="ignore"):
        close = np.abs(f - g) <= _ROUNDING * np.spacing(scale)
    return np.asarray(~(close | (f == g) | (np.isnan(f) & np.isnan(g))), dtype=np.bool_)
