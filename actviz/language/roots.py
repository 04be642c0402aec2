"""The zeros of a smooth formula, isolated by balls: none is missed in the range that is searched.

The range is cut until each part either holds no zero for certain, or has a derivative of some order without a zero.
A first derivative without one leaves one zero at most, and the signs at the ends say whether there is one; of a higher
order, the zeros of the order below cut the part into monotone ones, and so on down to the formula itself, which finds
zeros that are only touched (of x − expm1(x)) and those of higher order (of sin(x) − x + x³/6). What resists is a point
at which the formula is singular; there the signs around it decide.

Whether a number is 0 no enclosure can prove unless it is computed without rounding; one that is 0 to `EQUAL` bits and
more is taken for 0. python-flint is loaded with this module, which is therefore loaded on first use.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from flint import arb, fmpq

from actviz.language.numerics.balls import precision, real, taylor
from actviz.language.places import Place, at, settled, simplest
from actviz.language.syntax import Node, size

EQUAL = 200  # bits to which numbers agree that are taken for equal
FINE = 640  # bits in which places are computed, and what is said about them
_COARSE = 128  # bits for cutting up the range
_ORDERS = 9  # Taylor coefficients that are looked at for one without a zero
_SHARE = Fraction(499, 1024)  # where parts are cut: not in the middle, where zeros like to be
_FINEST = 2.0**-70  # relative width of a part that is not cut any further
_TINIEST = 2.0**-100  # and its width next to 0
WORK = 600_000  # operations on balls that a search may take, most of a second


@dataclass(frozen=True, slots=True)
class Zeros:
    """What a search has found.

    Args:
        places: from left to right.
        complete: whether there is no other for certain.
        throughout: whether the formula is 0 everywhere, so that there are no isolated places.
        work: how many operations on balls it took.
    """

    places: tuple[Place, ...]
    complete: bool
    throughout: bool = False
    work: int = 0


def ball_of(place: Place) -> arb:
    """The place as a ball, at the precision that is set."""
    low = _number(place.low)
    return low if place.exact else low.union(_number(place.high))


def sign_at(node: Node, values: Mapping[str, float], place: Place) -> int | None:
    """The sign of a formula at a place: −1, 0 or 1; None where it has no value.

    Args:
        node: a tree without choices.
        values: a number for every parameter in the tree.
        place: the point.
    """
    found = None
    for bits in (_COARSE, FINE, 4 * FINE) if place.exact else (_COARSE, FINE):
        with precision(bits):
            found = real(node, values)(ball_of(place))
            if found > 0:
                return 1
            if found < 0:
                return -1
            if found.is_zero():
                return 0
    if found is None or found.is_nan() or not found.is_finite():
        return None
    return 0 if _is_nothing(found) else None


@lru_cache(maxsize=4096)
def zeros(node: Node, settings: tuple[tuple[str, float], ...], low: float, high: float, work: int = WORK) -> Zeros:
    """Where a smooth formula is 0 or changes its sign through a pole, in a bounded range, its ends left out.

    Args:
        node: a tree without choices.
        settings: a number for every parameter in the tree.
        low: the left end.
        high: the right end.
        work: how many operations on balls the search may take.
    """
    values = dict(settings)
    with precision(_COARSE):
        if vanishes(node, values, low, high):
            return Zeros((), True, throughout=True)
        search = _Search(node, values, work)
        search.run(_number(Fraction(low)), _number(Fraction(high)))
        places = [place for place in search.places() if low < place.nearest < high]
    return Zeros(tuple(places), search.complete, work=work - search.left)


def vanishes(node: Node, values: Mapping[str, float], low: float, high: float) -> bool:
    """Whether a smooth formula is 0 at all points of a range, as far as its Taylor series at some can tell."""
    seen = 0
    for share in (Fraction(13, 32), Fraction(5, 8), Fraction(3, 32), Fraction(29, 32)):
        point = Fraction(low) + (Fraction(high) - Fraction(low)) * share
        with precision(FINE):
            value = real(node, values)(_number(point))
            if value.is_nan():
                continue
            if not value.contains(0):
                return False
            if not all(map(_is_nothing, taylor(node, values, _number(point), _ORDERS))):
                return False
            seen += 1
    return seen > 0


class _Search:
    """One search.

    Args:
        node: the formula.
        values: its parameters.
        work: how many operations on balls it may take.
    """

    def __init__(self, node: Node, values: Mapping[str, float], work: int) -> None:
        self.node, self.values = node, values
        self.size = size(node)
        self.left = work
        self.complete = True
        self.enclosure = real(node, values)
        self.found: list[Place] = []
        self.brackets: list[tuple[arb, arb]] = []

    def run(self, low: arb, high: arb) -> None:
        """Search the range, all of it before any part is looked at more closely."""
        waiting = deque([(low, high)])
        while waiting:
            if self.left < 0:
                self.complete = False
                return
            waiting.extend(self.cut(*waiting.popleft()))

    def places(self) -> list[Place]:
        """What was found, from left to right, each once."""
        with precision(FINE):
            found = self.found + [self.refined(0, low, high) for low, high in self.brackets]
        kept: list[Place] = []
        for place in sorted(found, key=lambda place: (place.low, place.high)):
            if kept and kept[-1].high >= place.low:
                kept[-1] = min(kept[-1], place, key=lambda each: each.high - each.low)
            else:
                kept.append(place)
        return kept

    def series(self, x: arb, length: int) -> list[arb]:
        """Taylor coefficients over a point or an interval."""
        self.left -= self.size * length * (2 + length // 4)
        try:
            return taylor(self.node, self.values, x, length)
        except (ValueError, ZeroDivisionError):  # a quotient over an interval that is too wide
            return [arb.nan()] * length

    def value(self, x: arb) -> arb:
        """An enclosure of the formula."""
        self.left -= self.size
        return self.enclosure(x)

    def finely(self, x: arb) -> arb:
        """The same to as many digits as are ever looked at."""
        self.left -= 2 * self.size
        return real(self.node, self.values)(x)

    def cut(self, low: arb, high: arb) -> Iterator[tuple[arb, arb]]:
        """Settle a part of the range, or give its own parts."""
        part = low.union(high)
        value = self.value(part)
        if value.is_finite() and not value.contains(0):
            return
        width = high - low
        middle = (low + width * _number(_SHARE)).mid()
        if value.is_finite() and self.settled(part, middle, low, high):
            return
        if bool(width < abs(part).upper() * _FINEST) or bool(width < _TINIEST):
            self.singular(low, high)
            return
        yield (low, middle)
        yield (middle, high)

    def settled(self, part: arb, middle: arb, low: arb, high: arb) -> bool:
        """Whether derivatives say all about a part, and if so, take down its zeros."""
        slope = self.series(part, 2)[1]
        if not slope.is_finite():
            return False
        if not slope.contains(0):
            self.monotone(low, high)
            return True
        at_middle = self.value(middle)
        if not (at_middle + slope * (part - middle)).contains(0):
            return True
        if at_middle.contains(0) and not at_middle.is_nan() and self.is_flat(low, high):
            return True
        if bool(high - low > 2):
            return False
        coefficients = self.series(part, _ORDERS)
        for order in range(2, _ORDERS):
            if coefficients[order].is_finite() and not coefficients[order].contains(0):
                self.tower(order, low, high)
                return True
        return False

    def is_flat(self, low: arb, high: arb) -> bool:
        """Whether the formula is 0 throughout a part: |x| − x to the right of 0."""
        points = [(low + (high - low) * _number(Fraction(share, 8))).mid() for share in (1, 4, 7)]
        with precision(FINE):
            return all(_is_nothing(coefficient) for point in points for coefficient in self.series(point, 4))

    def monotone(self, low: arb, high: arb) -> None:
        """A part in which the formula rises or falls throughout."""
        before, after = self.sign(0, low), self.sign(0, high)
        for sign, end in ((before, low), (after, high)):
            if sign == 0:
                self.found.append(_place(end))
        if before * after < 0:
            self.brackets.append((low, high))

    def tower(self, order: int, low: arb, high: arb) -> None:
        """A part in which the derivative of an order has no zero, so that the one below has one at most, and so on."""
        with precision(FINE):
            inner: list[Place] = []
            for lower in range(order - 1, -1, -1):
                points = [_place(low), *inner, _place(high)]
                signs = [self.sign(lower, ball_of(place)) for place in points]
                inner = [place for place, sign in zip(points, signs, strict=True) if sign == 0]
                for (left, right), (before, after) in zip(pairwise(points), pairwise(signs), strict=True):
                    if before * after < 0:
                        inner.append(self.refined(lower, _above(left), _below(right)))
                inner.sort(key=lambda place: place.low)
            self.found += inner

    def sign(self, order: int, x: arb) -> int:
        """The sign of a Taylor coefficient at a point; 0 also where it is not settled."""
        with precision(FINE):
            value = self.series(x, order + 1)[order]
            return 1 if value > 0 else -1 if value < 0 else 0

    def refined(self, order: int, low: arb, high: arb) -> Place:
        """The one zero of a Taylor coefficient between two points at which its signs differ, by interval Newton."""
        start = self.sign(order, low)
        while True:
            part = low.union(high)
            middle = ((low + high) / 2).mid()
            value = self.series(middle, order + 1)[order]
            slope = self.series(part, order + 2)[order + 1]
            before = high - low
            if slope.is_finite() and not slope.contains(0):
                step = middle - value / ((order + 1) * slope)
                low, high = low.max(step.lower()).mid(), high.min(step.upper()).mid()
            elif value.contains(0):
                return _between((middle + value).lower(), (middle + value).upper())
            elif (value > 0) == (start > 0):
                low = middle
            else:
                high = middle
            if not bool(high > low):
                return _between(high, low)
            if not bool(high - low < before * 0.75) or bool(high - low < abs(middle) * arb((1, 40 - FINE))):
                return _between(low, high)

    def singular(self, low: arb, high: arb) -> None:
        """A part too narrow to be cut, in which something is singular: the simplest number in it is the place."""
        bounds = _fraction(low), _fraction(high)
        candidate = simplest(*bounds)
        with precision(FINE):
            value = self.finely(_number(candidate))
            before, after = self.sign(0, low), self.sign(0, high)
            if _is_nothing(value) or (before * after < 0 and not value.is_finite()):
                self.found.append(at(candidate))
                return
            if before * after >= 0 and not self.touches(low, high):
                return
            for _ in range(EQUAL):
                middle = ((low + high) / 2).mid()
                sign = self.sign(0, middle)
                if sign == before:
                    low = middle
                else:
                    high = middle
                if sign == 0:
                    break
            self.found.append(settled(_fraction(low), _fraction(high)))

    def touches(self, low: arb, high: arb) -> bool:
        """Whether the formula, though singular, is as small as can be told."""
        value = self.finely(low.union(high))
        return bool(value.is_finite() and value.contains(0) and abs(value) < arb((1, -60)))


def _is_nothing(value: arb) -> bool:
    """Whether a ball holds 0 and hardly anything else."""
    return bool(value.is_finite() and value.contains(0) and abs(value) < arb((1, -EQUAL)))


def _number(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _fraction(value: arb) -> Fraction:
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _place(x: arb) -> Place:
    return at(_fraction(x))


def _between(low: arb, high: arb) -> Place:
    first, second = _fraction(low), _fraction(high)
    return settled(min(first, second), max(first, second))


def _above(place: Place) -> arb:
    return ball_of(place).upper().mid()


def _below(place: Place) -> arb:
    return ball_of(place).lower().mid()
