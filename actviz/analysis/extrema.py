"""Where a smooth formula is zero and what sign it has in between: one search, by balls and bisection.

A derivative hᵏ of the formula is enclosed over an interval together with its next two derivatives. If 0 is not in it,
the sign is settled; if the next derivative has a sign, h is monotone and the ends settle it; if the one after has, h
is convex or concave and its only extremum settles it; else the interval is halved. Global extrema are then among the
zeros of the derivative, the ends, and the limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import factorial

from flint import arb

from actviz.language.numerics import balls
from actviz.language.syntax import Node

BITS = 192  # of the working precision
_MORE_BITS = 1664  # where so many cancel
_MOST = 3000  # enclosures for one search
_TINY = arb(2) ** -110  # a ball around 0 as narrow as this is 0 to all digits that could be shown
_MOST_PRECISE = 60  # of them with more bits
_NARROWEST = 2.0**-40  # an interval relative to its place that is not divided further


@dataclass(frozen=True)
class Root:
    """A zero.

    Args:
        place: an enclosure.
        proved: whether there is a zero there for certain; else the function is 0 there to all its digits.
    """

    place: arb
    proved: bool = True


@dataclass
class Signs:
    """The zeros in an interval, and the sign between them.

    Args:
        low: the left end.
        high: the right end.
        roots: from left to right; zeros at the ends too.
        proved: whether these are all for certain.
        constant: whether the function is the same throughout.
    """

    low: arb
    high: arb
    roots: list[Root] = field(default_factory=list)
    proved: bool = True
    constant: bool = False


class Jet:
    """A derivative of a formula, with those after it.

    Args:
        tree: the formula, without choices.
        values: a number for every parameter.
        order: which derivative.
    """

    def __init__(self, tree: Node, values: Mapping[str, float], order: int = 0) -> None:
        self.tree = tree
        self.values = values
        self.order = order

    def over(self, x: arb, count: int) -> list[arb]:
        """The derivative and the next ones, over a point or an interval."""
        try:
            found = balls.taylor(self.tree, self.values, x, self.order + count)
        except (ValueError, ZeroDivisionError):  # of python-flint, where a divisor over the interval contains 0
            return [arb.nan()] * count
        return [found[k] * factorial(k) for k in range(self.order, self.order + count)]

    def at(self, x: arb) -> arb:
        """The derivative at a point; with far more digits where it cancels to nothing with these."""
        found = self.roughly(x)
        if found.is_zero() or not negligible(found):
            return found
        with balls.precision(_MORE_BITS):
            return self.roughly(x)

    def roughly(self, x: arb) -> arb:
        """The derivative at a point with the working precision."""
        return balls.ball(self.tree, self.values, x) if self.order == 0 else self.over(x, 1)[0]

    def next(self) -> Jet:
        """Its derivative."""
        return Jet(self.tree, self.values, self.order + 1)


def negligible(value: arb) -> bool:
    """Whether a number is 0 to all digits."""
    return bool(value.contains(0) and abs(value).upper() < _TINY)


def sign_of(value: arb) -> int | None:
    """The sign; None where it is open."""
    if value > 0:
        return 1
    if value < 0:
        return -1
    return 0 if negligible(value) else None


def solve(jet: Jet, low: arb, high: arb) -> Signs:
    """All zeros of a derivative between two points, where the formula is smooth.

    Args:
        jet: the derivative.
        low: the left end.
        high: the right end.
    """
    found = Signs(low, high)
    whole = jet.over(low.union(high), 4)
    if all(negligible(part) for part in whole[1:]):
        found.constant = True
        found.proved = all(part.is_zero() for part in whole[1:])
        return found
    search = _Search(jet, found)
    search.run(low, high)
    found.roots = _distinct(found.roots)
    return found


class _Search:
    def __init__(self, jet: Jet, found: Signs) -> None:
        self.jet = jet
        self.found = found
        self.left = _MOST
        self.precise = _MOST_PRECISE

    def run(self, low: arb, high: arb) -> None:
        waiting = [(low, high)]
        while waiting:
            low, high = waiting.pop()
            cut = self.look(low, high)
            if cut is not None:
                waiting.append((cut, high))
                waiting.append((low, cut))

    def look(self, low: arb, high: arb) -> arb | None:
        """Settle an interval, or say where to divide it."""
        x = low.union(high)
        middle = _middle(low, high)
        self.left -= 1
        if self.left < 0:
            self.found.proved = False
            return None
        value, slope, bend = self.jet.over(x, 3)
        if self.is_clear(x, middle, value, slope):
            return None
        if value.is_finite() and abs(value).upper() < _TINY and self.precise:  # 1 − tanh(x) cancels to nothing far out
            self.precise -= 1
            with balls.precision(_MORE_BITS):
                if self.is_clear(x, middle, *self.jet.over(x, 2)):
                    return None
        if slope > 0 or slope < 0:
            self.monotone(low, high)
            return None
        if bend > 0 or bend < 0:
            return self.bent(low, high)
        if self.sided(low, x) or self.sided(high, x):
            return None
        if (high - low).mid() < _NARROWEST * max(1.0, abs(float(middle))):
            self.found.proved = False
            if self.jet.at(middle).contains(0):
                self.found.roots.append(Root(middle, False))
            return None
        return middle

    def is_clear(self, x: arb, middle: arb, value: arb, slope: arb) -> bool:
        """Whether 0 is not among the values, by their enclosure or by the mean value theorem."""
        if value > 0 or value < 0:
            return True
        if not slope.is_finite():
            return False
        value = self.jet.roughly(middle) + slope * (x - middle)
        return bool(value > 0 or value < 0)

    def monotone(self, low: arb, high: arb) -> None:
        """The zero of what rises or falls throughout, if it has one."""
        first, last = sign_of(self.jet.at(low)), sign_of(self.jet.at(high))
        if first is None or last is None:
            self.found.proved = False
            return
        if first == 0 or last == 0:
            self.found.roots += [Root(place) for place, sign in ((low, first), (high, last)) if sign == 0]
        elif first != last:
            self.found.roots.append(Root(refined(self.jet, low, high)))

    def bent(self, low: arb, high: arb) -> arb | None:
        """The zeros of what is convex or concave: its one extremum settles it, or divides the interval."""
        slope = self.jet.next()
        first, last = sign_of(slope.at(low)), sign_of(slope.at(high))
        if first is None or last is None:
            return _middle(low, high)
        if first * last >= 0:
            self.monotone(low, high)
            return None
        top = refined(slope, low, high)
        sign = sign_of(self.jet.at(top))
        if sign is None:
            return _middle(low, high)
        if sign == 0:
            certain = bool(self.jet.at(top).is_zero())
            self.found.roots.append(Root(top, certain))
            self.found.proved = self.found.proved and certain
            return None
        ends = sign_of(self.jet.at(low)), sign_of(self.jet.at(high))
        if None in ends:
            return _middle(low, high)
        for end, place in zip(ends, (low, high), strict=True):
            if end == 0:
                self.found.roots.append(Root(place))
            elif end != sign:
                pair = (place, top) if place is low else (top, place)
                self.found.roots.append(Root(refined(self.jet, *pair)))
        return None

    def sided(self, end: arb, x: arb) -> bool:
        """Whether an end is a zero of some multiplicity, and the only one."""
        if not self.jet.at(end).contains(0):
            return False
        there = self.jet.over(end, 6)
        count = next((k for k, part in enumerate(there) if not negligible(part)), None)
        if not count:
            return False
        beyond = self.jet.over(x, count + 1)[count]
        if not (beyond > 0 or beyond < 0):
            return False
        self.found.roots.append(Root(end, all(part.is_zero() for part in there[:count])))
        return True


def refined(jet: Jet, low: arb, high: arb) -> arb:
    """The zero between two points with opposite signs, by bisection and then Newton's step on enclosures."""
    rising = sign_of(jet.at(high)) == 1
    for _ in range(8):
        low, high = _halved(jet, low, high, rising)
    x = low.union(high)
    for _ in range(12):
        middle = arb(x.mid())
        slope = jet.over(x, 2)[1]
        if slope.contains(0) or not slope.is_finite():
            low, high = _halved(jet, arb(x.lower().mid()), arb(x.upper().mid()), rising)
            x = low.union(high)
            continue
        following = middle - jet.at(middle) / slope
        narrowed = x.intersection(following) if x.overlaps(following) else following
        if narrowed.rad() > x.rad() / 2:
            return _short(jet, narrowed)
        x = narrowed
    return _short(jet, x)


def _short(jet: Jet, x: arb) -> arb:
    """The zero itself, where it is a short number."""
    short = arb(round(float(x) * 4096) / 4096)
    return short if x.contains(short) and jet.at(short).is_zero() else x


def _halved(jet: Jet, low: arb, high: arb, rising: bool) -> tuple[arb, arb]:
    middle = arb(((low + high) / 2).mid())
    sign = sign_of(jet.at(middle))
    if sign is None or sign == 0:
        quarter = (high - low) / 4
        for place in (middle - quarter, middle + quarter):
            at = sign_of(jet.at(arb(place.mid())))
            if at not in (None, 0):
                middle, sign = arb(place.mid()), at
                break
        else:
            return low, high
        return (low, middle) if (sign == 1) == rising else (middle, high)
    return (low, middle) if (sign == 1) == rising else (middle, high)


def _middle(low: arb, high: arb) -> arb:
    """A short binary number well inside; 0 where that is inside."""
    first, last = float(low), float(high)
    if first < 0 < last:
        return arb(0)
    middle = first / 2 + last / 2
    if first > 0 and last > 4 * first:
        middle = (first * last) ** 0.5
    elif last < 0 and first < 4 * last:
        middle = -((first * last) ** 0.5)
    return arb(middle)


def _distinct(roots: list[Root]) -> list[Root]:
    kept: list[Root] = []
    for root in sorted(roots, key=lambda root: float(root.place)):
        if kept and (kept[-1].place.overlaps(root.place) or negligible(kept[-1].place - root.place)):
            kept[-1] = Root(kept[-1].place, kept[-1].proved or root.proved)
        else:
            kept.append(root)
    return kept
