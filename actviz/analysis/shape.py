"""The shape of a function, proved from its formula: range, limits, zeros, extrema, slopes, monotony, convexity."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flint import arb

from actviz.analysis.extrema import negligible
from actviz.analysis.parts import (
    Approach,
    Course,
    End,
    Part,
    approach,
    beyond,
    course,
    cut,
    derivatives,
    diagonal,
    germ,
    is_periodic,
)
from actviz.analysis.records import Asymptote, Ends, Extremum, Interval, Jump, Place, Range, SlopeRange
from actviz.analysis.results import Smoothness
from actviz.analysis.tails.germs import number
from actviz.analysis.tails.monomials import ONE, T, UndecidedError
from actviz.language.numerics import balls
from actviz.language.pieces import Pieces
from actviz.language.syntax import Node

_SAMPLES = 400
_WIDTH = 32.0  # of the core on either side of 0 where a tail swings
HIGHEST = 4  # derivatives up to this one are compared at breakpoints


@dataclass(frozen=True)
class Candidate:
    """A value that may be the largest or least, the place where, and whether it is taken there."""

    value: arb
    place: Place
    taken: bool
    sampled: bool = False


@dataclass(frozen=True)
class Joint:
    """A breakpoint: the limits of f and f′ from both sides, and the value of f."""

    x: float
    left: arb
    right: arb
    value: arb
    left_slope: arb
    right_slope: arb

    @property
    def continuous(self) -> bool:
        """Whether f is."""
        ends = (self.left, self.right, self.value)
        return all(part.is_finite() for part in ends) and _same(self.left, self.value) and _same(self.value, self.right)

    @property
    def is_kink(self) -> bool:
        """Whether f′ jumps, or is infinite, where f is continuous."""
        return self.continuous and not _same(self.left_slope, self.right_slope)


def _same(first: arb, second: arb) -> bool:
    return bool(first.overlaps(second)) or negligible((first - second) / (1 + abs(first)))


class Shape:
    """A function on the whole line; everything is computed when asked for, within `balls.precision`.

    Args:
        tree: the function.
        values: a number for every parameter.
        pieces: its pieces.
    """

    def __init__(self, tree: Node, values: Mapping[str, float], pieces: Pieces) -> None:
        self.tree = tree
        self.values = values
        self.pieces = pieces
        self.all_parts = cut(tree, values, pieces)
        self.parts = [part for part in self.all_parts if part.defined]
        self.proved: set[str] = set()
        self.complete = not pieces.beyond

    def note(self, name: str, certain: bool) -> None:
        """Remember whether a property is proved."""
        if certain and self.complete:
            self.proved.add(name)

    @cached_property
    def _courses(self) -> dict[int, list[Course]]:
        return {order: [course(part, self.values, order) for part in self.parts] for order in (0, 1, 2)}

    def courses(self, order: int) -> list[Course]:
        """The function (0) or a derivative in every part."""
        return self._courses[order]

    @cached_property
    def diagonals(self) -> list[Course]:
        """f(x) − x in every part."""
        return [course(part, self.values, 0, diagonal(part.tree)) for part in self.parts]

    @cached_property
    def joints(self) -> list[Joint]:
        """The points between two parts."""
        found = []
        first, second = self.courses(0), self.courses(1)
        for place, (left, right) in enumerate(pairwise(self.parts)):
            if left.high.x != right.low.x:
                continue
            value = balls.ball(self.tree, self.values, left.high.place)
            point = next((point for point in self.pieces.breakpoints if point.x == left.high.x), None)
            if point is not None:
                value = balls.ball(point.at, self.values, left.high.place)
            limits = (first[place].right.limit, first[place + 1].left.limit, value)
            slopes = (second[place].right.limit, second[place + 1].left.limit)
            found.append(Joint(left.high.x, *limits, *slopes))
        return found

    @property
    def domain(self) -> tuple[Interval, ...]:
        """Where there are values; points where alone there is none are not cut out."""
        return _merged([(part.low.x, part.high.x) for part in self.parts])

    def _beyond_is_known(self, part: Part, order: int, rise: Course, best: arb, sign: int) -> bool:
        """Whether nothing towards the ends of a part exceeds the best value."""
        for end, following in ((part.low, rise.left), (part.high, rise.right)):
            if not end.singular or following.sign is not None:
                continue
            if end.is_infinite and is_periodic(derivatives(part.tree, order), self.values, _WIDTH):
                continue  # all its values are in the core
            values = beyond(part.tree, self.values, end, order, following.core)
            if math.isinf(float(best)) or (values.is_finite() and _exceeds_not(values * sign, best * sign)):
                continue
            return False
        return True

    def _extremes(self, order: int) -> tuple[Candidate, Candidate, tuple[Place, ...], tuple[Place, ...], bool]:
        """The least and the largest value of a derivative, their places, and whether all that is proved."""
        candidates: list[Candidate] = []
        certain = True
        for here, rise in zip(self.courses(order), self.courses(order + 1), strict=True):
            part = here.part
            if here.signs.constant:
                candidates.append(Candidate(here.jet.at(here.inside), (part.low.x, part.high.x), True))
                continue
            certain = certain and rise.signs.proved and here.left.proved and here.right.proved
            certain = certain and rise.left.proved and rise.right.proved
            candidates += [
                Candidate(here.jet.roughly(root.place), float(root.place) + 0.0, True) for root in rise.roots()
            ]
            for end, towards in ((part.low, here.left), (part.high, here.right)):
                if not towards.limit.is_nan():
                    candidates.append(Candidate(towards.limit, end.x, False))
                else:
                    certain = certain and towards.values.is_finite()
                    if not towards.values.is_finite():
                        candidates += self._sampled(here, towards.core)
        candidates += self._taken_at_joints(order)
        if not candidates:
            nothing = Candidate(arb.nan(), math.nan, False)
            return nothing, nothing, (), (), False
        low, low_at = _best(candidates, -1)
        high, high_at = _best(candidates, 1)
        for here, rise in zip(self.courses(order), self.courses(order + 1), strict=True):
            if not here.signs.constant:
                certain = certain and self._beyond_is_known(here.part, order, rise, low.value, -1)
                certain = certain and self._beyond_is_known(here.part, order, rise, high.value, 1)
        unbounded = all(not part.value.is_finite() and not part.sampled for part in (low, high))
        return low, high, low_at, high_at, certain or unbounded

    def _sampled(self, here: Course, core: arb) -> list[Candidate]:
        """Values further out, where nothing is known; growth there is taken for unbounded."""
        outward = 1 if core > 0 else -1
        size = 1 + abs(float(core))
        points = [outward * size * (1 + 3 * k / _SAMPLES) for k in range(_SAMPLES)]
        found = [Candidate(here.jet.at(arb(x)), x, True) for x in points]
        found = [candidate for candidate in found if candidate.value.is_finite()]
        far = [here.jet.at(arb(x * 1000)) for x in points]
        near = max((abs(float(candidate.value)) for candidate in found), default=0.0)
        for sign in (1, -1):
            if any(value.is_finite() and sign * float(value) > 100 * near for value in far):
                found.append(Candidate(arb.pos_inf() * sign, outward * math.inf, False, True))
        return found

    def _taken_at_joints(self, order: int) -> list[Candidate]:
        """Values at breakpoints; of f′ only where it is one from both sides."""
        found = []
        for joint in self.joints:
            if order == 0 and joint.value.is_finite():
                found.append(Candidate(joint.value, joint.x, True))
            if order == 1 and joint.continuous and _same(joint.left_slope, joint.right_slope):
                found.append(Candidate(joint.left_slope, joint.x, joint.left_slope.is_finite()))
        edges = [(part.low.place, part.tree) for part in self.parts] + [
            (part.high.place, part.tree) for part in self.parts
        ]
        if order == 0:
            for place, tree in edges:
                at = balls.ball(tree, self.values, place) if place.is_finite() else arb.nan()
                if at.is_finite() and not any(joint.x == float(place) for joint in self.joints):
                    found.append(Candidate(at, float(place) + 0.0, True))
        return found

    @cached_property
    def range(self) -> Range:
        """All values."""
        low, high, _, _, certain = self._extremes(0)
        self.note("range", certain)
        return Range(number(low.value) + 0.0, number(high.value) + 0.0, low.taken, high.taken)

    @cached_property
    def slope_range(self) -> SlopeRange:
        """All values of f′."""
        low, high, low_at, high_at, certain = self._extremes(1)
        self.note("slope_range", certain)
        values = (number(low.value) + 0.0, number(high.value) + 0.0)
        return SlopeRange(*values, low_at, high_at, low.taken, high.taken)

    @cached_property
    def lipschitz(self) -> float:
        """The essential supremum of |f′|; ∞ where f jumps or has a pole."""
        slopes = self.slope_range
        broken = any(not joint.continuous for joint in self.joints) or bool(self.poles)
        self.note("lipschitz", "slope_range" in self.proved or broken)
        return math.inf if broken else max(abs(slopes.low), abs(slopes.high))

    @cached_property
    def limits(self) -> Ends:
        """The limits towards −∞ and ∞."""
        if not self.parts:
            return Ends(None, None)
        first, last = self.courses(0)[0], self.courses(0)[-1]
        found = []
        for towards, end in ((first.left, first.part.low), (last.right, last.part.high)):
            limit = number(towards.limit)
            found.append(None if math.isnan(limit) or not end.is_infinite else limit + 0.0)
        self.note("limits", first.left.proved and last.right.proved)
        return Ends(*found)

    @cached_property
    def asymptotes(self) -> Ends:
        """The straight lines that f tends to."""
        found: list[Asymptote | None] = []
        certain = True
        for part, end, towards in self._outer():
            if not end.is_infinite:
                found.append(None)
                continue
            try:
                expansion = germ(part.tree, self.values, end, 0, abs(towards.core))
            except UndecidedError:
                certain = False
                found.append(None)
                continue
            line = dict(expansion.terms)
            slope, offset = line.pop(T, None), line.pop(T.raised(ONE + -ONE), None)
            grows = any(monomial.sign > 0 for monomial in line)
            open_end = expansion.rest is not None and expansion.rest[1].sign >= 0
            if grows or open_end:
                found.append(None)
            else:
                values = [0.0 if part is None else float(part.ball) for part in (slope, offset)]
                found.append(Asymptote(end.side * values[0] + 0.0, values[1] + 0.0))
        self.note("asymptotes", certain)
        return Ends(*found) if found else Ends(None, None)

    def _outer(self) -> Iterable[tuple[Part, End, Approach]]:
        if self.parts:
            first, last = self.courses(0)[0], self.courses(0)[-1]
            yield first.part, first.part.low, first.left
            yield last.part, last.part.high, last.right

    @cached_property
    def zeros(self) -> tuple[Place, ...]:
        """Where f(x) = 0."""
        self.note("zeros", all(here.proved for here in self.courses(0)))
        return self._places(self.courses(0), lambda joint: joint.value)

    @cached_property
    def fixed_points(self) -> tuple[Place, ...]:
        """Where f(x) = x."""
        self.note("fixed_points", all(here.proved for here in self.diagonals))
        return self._places(self.diagonals, lambda joint: joint.value - joint.x)

    def _places(self, courses: Sequence[Course], height: Callable[[Joint], arb]) -> tuple[Place, ...]:
        points = [float(root.place) + 0.0 for here in courses for root in here.roots()]
        points += [joint.x for joint in self.joints if negligible(height(joint)) or abs(height(joint)) < 1e-25]
        joined = {joint.x for joint in self.joints}
        for part, here in zip(self.parts, courses, strict=True):
            for end in (part.low, part.high):
                if end.is_infinite or end.x in joined:
                    continue
                at = here.jet.at(end.place)
                if at.is_finite() and negligible(at):
                    points.append(end.x)
        intervals = _merged([(here.part.low.x, here.part.high.x) for here in courses if here.is_zero])
        outside = [x for x in points if not any(low <= x <= high for low, high in intervals)]
        return tuple(sorted({*outside, *intervals}, key=_left))

    @cached_property
    def extrema(self) -> tuple[Extremum, ...]:
        """Strict local extrema."""
        found = []
        for here, rise in zip(self.courses(0), self.courses(1), strict=True):
            runs = rise.intervals()
            for (_, x, before), (_, _, after) in pairwise(runs):
                if before * after < 0:
                    root = next((root for root in rise.roots() if float(root.place) == x), None)
                    if root is not None:
                        kind = "maximum" if before > 0 else "minimum"
                        found.append(Extremum(x + 0.0, number(here.jet.roughly(root.place)) + 0.0, kind))
        slopes = self.courses(1)
        for joint in self.joints:
            left = next(c for c in slopes if c.part.high.x == joint.x).intervals()[-1][2]
            right = next(c for c in slopes if c.part.low.x == joint.x).intervals()[0][2]
            if joint.continuous and left * right < 0:
                found.append(Extremum(joint.x, number(joint.value) + 0.0, "maximum" if left > 0 else "minimum"))
        self.note("extrema", all(here.proved for here in slopes))
        return tuple(sorted(found, key=lambda extremum: extremum.x))

    def _rises(self, sign: int) -> bool:
        runs = [run[2] for here in self.courses(1) for run in here.intervals()]
        steps = [(joint.value - joint.left, joint.right - joint.value) for joint in self.joints]
        jumps = [part for step in steps for part in step if not negligible(part)]
        return all(run * sign >= 0 for run in runs) and all(sign * part > 0 for part in jumps) and bool(runs)

    @cached_property
    def increasing(self) -> bool:
        """Whether f never falls."""
        neither = not self._rises(1) and not self._rises(-1)
        self.note("monotone", neither or all(here.proved for here in self.courses(1)))
        return self._rises(1)

    @cached_property
    def decreasing(self) -> bool:
        """Whether f never rises."""
        return self._rises(-1)

    def _bends(self, sign: int) -> bool:
        runs = [run[2] for here in self.courses(2) for run in here.intervals()]
        corners = [joint for joint in self.joints if not _same(joint.left_slope, joint.right_slope)]
        smooth = all(joint.continuous for joint in self.joints) and len(self.domain) == 1 and not self.poles
        turns = all(sign * (joint.right_slope - joint.left_slope) > 0 for joint in corners)
        return smooth and turns and all(run * sign >= 0 for run in runs)

    @cached_property
    def convex(self) -> bool:
        """Whether f is convex."""
        neither = not self._bends(1) and not self._bends(-1)
        self.note("convex", neither or all(here.proved for here in self.courses(2)))
        return self._bends(1)

    @cached_property
    def concave(self) -> bool:
        """Whether f is concave."""
        return self._bends(-1)

    def bent_on(self, sign: int) -> tuple[Interval, ...]:
        """The largest intervals where f″ has a sign."""
        found = [(low, high) for here in self.courses(2) for low, high, run in here.intervals() if run == sign]
        broken = {
            joint.x
            for joint in self.joints
            if not joint.continuous or sign * (joint.right_slope - joint.left_slope) < 0
        }
        return _merged(found, broken)

    @cached_property
    def flat(self) -> tuple[Interval, ...]:
        """Where f′ = 0 on whole intervals."""
        # What is not 0 at one point of a part, where it is analytic, is 0 at single points only.
        self.note("flat", all(here.signs.proved for here in self.courses(1) if here.signs.constant))
        return _merged([(here.part.low.x, here.part.high.x) for here in self.courses(1) if here.is_zero])

    @cached_property
    def kinks(self) -> tuple[float, ...]:
        """Where f is continuous and f′ is not."""
        self.note("kinks", True)
        return tuple(joint.x for joint in self.joints if joint.is_kink)

    @cached_property
    def jumps(self) -> tuple[Jump, ...]:
        """Where f is not continuous."""
        self.note("jumps", True)
        found = []
        for joint in self.joints:
            values = [number(part) for part in (joint.left, joint.right, joint.value)]
            if not joint.continuous and all(map(math.isfinite, values)):
                found.append(Jump(joint.x, *(value + 0.0 for value in values)))
        return tuple(found)

    @cached_property
    def poles(self) -> tuple[float, ...]:
        """Where f tends to ±∞ at a point."""
        found = set()
        certain = True
        for here in self.courses(0):
            for end, towards in ((here.part.low, here.left), (here.part.high, here.right)):
                if end.is_infinite or not end.singular:
                    continue
                if math.isinf(number(towards.limit)):
                    found.add(end.x)
                elif not towards.proved:
                    certain = False
                    near = here.jet.at(end.place - end.side * arb(2) ** -40)
                    if near.is_finite() and abs(near) > 1e6:
                        found.add(end.x)
        self.note("poles", certain)
        return tuple(sorted(found))

    @cached_property
    def smoothness(self) -> Smoothness | None:
        """How many derivatives are continuous; None where f is not defined everywhere, or that is not known."""
        if self.domain != ((-math.inf, math.inf),) or not self.complete:
            return None
        least = Smoothness(math.inf)
        for left, right in pairwise(self.parts):
            here = self._smoothness_between(left, right)
            if here is None:
                return None
            if here.order < least.order:
                least = here
        return least

    def _smoothness_between(self, left: Part, right: Part) -> Smoothness | None:
        joint = next(joint for joint in self.joints if joint.x == left.high.x)
        if not joint.continuous:
            return Smoothness(-1)
        if left.tree == right.tree and all(
            part.is_finite() for part in balls.taylor(left.tree, self.values, left.high.place, HIGHEST)
        ):
            return Smoothness(math.inf)  # a quotient of series, which is one itself
        for order in range(1, HIGHEST + 1):
            limits = [
                approach(part.tree, self.values, end, other, order).limit
                for part, end, other in ((left, left.high, left.low), (right, right.low, right.high))
            ]
            if any(limit.is_nan() for limit in limits):
                return Smoothness(order - 1, exact=False)
            if not all(limit.is_finite() for limit in limits) or not _same(*limits):
                return Smoothness(order - 1)
        # One formula on both sides has all derivatives where it has as many as these.
        return Smoothness(math.inf if left.tree == right.tree else HIGHEST, exact=False)

    @cached_property
    def positive_homogeneous(self) -> bool:
        """Whether f(cx) = c f(x) for every c > 0: straight from 0 to both sides."""
        self.note("positive_homogeneous", True)
        straight = all(here.is_zero for here in self.courses(2))
        at_zero = all(joint.x == 0 and joint.continuous and negligible(joint.value) for joint in self.joints)
        if not self.joints:
            at_zero = negligible(balls.ball(self.tree, self.values, arb(0)))
        return straight and at_zero and self.domain == ((-math.inf, math.inf),)


def _exceeds_not(values: arb, best: arb) -> bool:
    # The radius of a ball has 30 bits, so that [−1, 1] reaches a little beyond 1.
    return bool(values.upper() <= best.upper() + abs(best.upper()) * arb(2) ** -24)


def _left(place: Place) -> float:
    return place[0] if isinstance(place, tuple) else place


def _best(candidates: Sequence[Candidate], sign: int) -> tuple[Candidate, tuple[Place, ...]]:
    """The extreme candidate, taken if one of equal value is, and the places of all of these."""
    best = candidates[0]
    for candidate in candidates[1:]:
        if sign * candidate.value > sign * best.value:
            best = candidate
    equal = [part for part in candidates if _same(part.value, best.value) or part.value == best.value]
    taken = [part for part in equal if part.taken]
    places = [part.place for part in (taken or equal)]
    wide = [place for place in places if isinstance(place, tuple)]
    intervals = _merged(wide)
    points = {p for p in places if not isinstance(p, tuple) and not any(a <= p <= b for a, b in intervals)}
    every: set[Place] = {*points, *intervals}
    ordered = sorted(every, key=_left)
    return Candidate(best.value, best.place, bool(taken), best.sampled), tuple(ordered)


def _merged(intervals: Iterable[Interval], broken: Iterable[float] = ()) -> tuple[Interval, ...]:
    """Intervals that touch joined, but not at the given points."""
    kept: list[Interval] = []
    apart = set(broken)
    for low, high in sorted(intervals):
        if kept and kept[-1][1] >= low and low not in apart:
            kept[-1] = (kept[-1][0], max(kept[-1][1], high))
        else:
            kept.append((low, high))
    return tuple(kept)
