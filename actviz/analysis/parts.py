"""The real line cut where a function may be singular, and what a formula does in each part and towards its ends."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import pairwise

from flint import arb

from actviz.analysis.extrema import Jet, Root, Signs, negligible, solve
from actviz.analysis.tails.expansion import expand
from actviz.analysis.tails.germs import Germ
from actviz.analysis.tails.monomials import UndecidedError
from actviz.calculus.rules import derivative
from actviz.language.cases import expand as spelled_out
from actviz.language.numerics import balls
from actviz.language.pieces import REACH as SEARCHED
from actviz.language.pieces import Breakpoint, Pieces, resolve
from actviz.language.syntax import (
    VARIABLE,
    Call,
    Comparison,
    Node,
    Number,
    Operation,
    X,
    depends_on,
    transform,
    walk,
)

STARTS = (4, 8, 16, 32, 64, 1024, 1 << 20)
_WAVES = frozenset(["sin", "cos", "tan"])
_WIDE = 32  # a tail of what swings begins no earlier, so that some swings are seen before it
REACH = 32.0  # how far is looked where nothing is known of a tail
_ORDERS = 3  # derivatives that a regular end must have


@dataclass(frozen=True)
class End:
    """An end of a part.

    Args:
        place: where; infinite at the ends of the line.
        side: −1 for a left end, 1 for a right one.
        singular: whether the formula cannot be continued through it.
        vanishing: the part of the formula that is 0 there and makes it singular, where that is known.
    """

    place: arb
    side: int
    singular: bool
    vanishing: Node | None = None

    @property
    def is_infinite(self) -> bool:
        """Whether it is ±∞."""
        return not self.place.is_finite()

    @property
    def x(self) -> float:
        """The place as a float64."""
        return self.side * math.inf if self.is_infinite else float(self.place) + 0.0


@dataclass(frozen=True)
class Part:
    """An open interval with one smooth formula.

    Args:
        low: its left end.
        high: its right end.
        tree: the formula.
        defined: whether it has values.
    """

    low: End
    high: End
    tree: Node
    defined: bool = True


@dataclass(frozen=True)
class Approach:
    """What a function does towards an end.

    Args:
        core: from where on the rest of this holds; the end itself where it is regular.
        sign: the sign between there and the end; None where that is not known, or the end is regular.
        limit: the limit; NaN where there is none or it is not known.
        values: an enclosure of the values between there and the end; NaN where it is not known.
        proved: whether all this is certain.
    """

    core: arb
    sign: int | None
    limit: arb
    values: arb
    proved: bool


@dataclass(frozen=True)
class Course:
    """A function in one part.

    Args:
        part: where.
        jet: the function.
        signs: its zeros in the core.
        left: what it does towards the left end.
        right: what it does towards the right end.
    """

    part: Part
    jet: Jet
    signs: Signs
    left: Approach
    right: Approach

    @property
    def proved(self) -> bool:
        """Whether zeros and signs are certain."""
        known = all(end.sign is not None or not _open(end) for end in (self.left, self.right))
        return known and self.signs.proved and self.left.proved and self.right.proved

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 throughout."""
        return self.signs.constant and negligible(self.jet.at(self.inside))

    @property
    def inside(self) -> arb:
        """A point in the core."""
        return arb(((self.left.core + self.right.core) / 2).mid())

    def roots(self) -> list[Root]:
        """The zeros inside the part."""
        if self.signs.constant:
            return []
        ends = [end.place for end in (self.part.low, self.part.high) if not end.is_infinite]
        return [root for root in self.signs.roots if not any(_meet(root.place, place) for place in ends)]

    def intervals(self) -> list[tuple[float, float, int]]:
        """Where it has which sign, from left to right; 0 for a function that is 0 throughout."""
        low, high = self.part.low.x, self.part.high.x
        if self.signs.constant:
            sign = self.jet.at(self.inside)
            return [(low, high, 0 if negligible(sign) else 1 if sign > 0 else -1)]
        cuts = [self.left.core, *(root.place for root in self.roots()), self.right.core]
        found: list[tuple[float, float, int]] = []
        if _open(self.left) and self.left.sign is not None:
            found.append((low, float(cuts[0]), self.left.sign))
        for first, second in pairwise(cuts):
            middle = arb(((first + second) / 2).mid())
            value = self.jet.at(middle)
            found.append((float(first), float(second), 1 if value > 0 else -1 if value < 0 else 0))
        if _open(self.right) and self.right.sign is not None:
            found.append((float(cuts[-1]), high, self.right.sign))
        merged: list[tuple[float, float, int]] = []
        for first_x, second_x, sign_here in found:
            if merged and merged[-1][2] == sign_here:
                merged[-1] = (merged[-1][0], second_x, sign_here)
            else:
                merged.append((first_x, second_x, sign_here))
        return [(merged[0][0] if i else low, b, s) if i == 0 else (a, b, s) for i, (a, b, s) in enumerate(merged)]


def _open(approach: Approach) -> bool:
    return not math.isnan(float(approach.values.mid())) or approach.sign is not None or not approach.proved


def _meet(first: arb, second: arb) -> bool:
    return bool(first.overlaps(second)) or negligible(first - second)


def cut(tree: Node, values: Mapping[str, float], pieces: Pieces) -> list[Part]:
    """The parts of the real line.

    Args:
        tree: the function.
        values: a number for every parameter.
        pieces: its pieces on the whole line.
    """
    places = [exact_place(point, tree, values) for point in pieces.breakpoints]
    found = []
    bounds = [arb.neg_inf(), *places, arb.pos_inf()]
    if pieces.beyond:  # the outermost formulas hold as far as breakpoints were looked for, and no further for certain
        reach = max([SEARCHED, *(abs(point.x) + 1 for point in pieces.breakpoints)])
        bounds[0], bounds[-1] = arb(-reach), arb(reach)
    for piece, low, high in zip(pieces.pieces, bounds, bounds[1:], strict=False):
        edges = [(low, None), *singular_places(piece.tree, values, low, high), (high, None)]
        for (left, first), (right, second) in pairwise(edges):
            ends = [_end(piece.tree, values, left, -1, first), _end(piece.tree, values, right, 1, second)]
            defined = not balls.ball(piece.tree, values, _between(left, right)).is_nan()
            found.append(Part(ends[0], ends[1], piece.tree, defined))
    return found


def _end(tree: Node, values: Mapping[str, float], place: arb, side: int, vanishing: Node | None) -> End:
    if not place.is_finite():
        return End(place, side, True)
    jet = Jet(tree, values)
    around = place.union(place - side * arb(2) ** -10)  # sin(x)/x has a series at 0, but no enclosure beside it
    regular = all(part.is_finite() for part in [*jet.over(place, _ORDERS + 1), *jet.over(around, 2)])
    return End(place, side, not regular, vanishing)


def _between(low: arb, high: arb) -> arb:
    if not low.is_finite():
        return arb(0.4375) if not high.is_finite() else high - 1 - abs(high) / 8
    if not high.is_finite():
        return low + 1 + abs(low) / 8
    return arb(((low + high) / 2).mid())


def exact_place(point: Breakpoint, tree: Node, values: Mapping[str, float]) -> arb:
    """The breakpoint to all digits: the zero near its float64 of one of the differences that conditions compare."""
    x = arb(point.x)
    for part in walk(spelled_out(tree)):
        if not isinstance(part, Comparison) or not depends_on(part, VARIABLE):
            continue
        jet = Jet(resolve(Operation("-", part.left, part.right), values, point.x), values)
        if jet.at(x).is_zero():
            return x
        place = x
        for _ in range(4):
            value, slope = jet.over(place, 2)
            if not value.is_finite() or slope.contains(0):
                break
            place = arb((place - value / slope).mid())
        else:
            if abs(place - x) <= arb(1e-12) * abs(x) and jet.over(place, 1)[0].contains(0):
                return arb(place, arb(2) ** -120 * (1 + abs(place)))
    return x


def _factors(tree: Node) -> Iterator[Node]:
    """Sub-trees at whose zeros the formula may be singular."""
    for part in walk(tree):
        match part:
            case Operation("/", _, below) if depends_on(below, VARIABLE):
                yield below
            case Operation("**", base, exponent) if depends_on(base, VARIABLE):
                if not (isinstance(exponent, Number) and isinstance(exponent.value, int) and exponent.value > 0):
                    yield base
            case Call("sqrt" | "log", (argument,)) if depends_on(argument, VARIABLE):
                yield argument
            case Call("log1p", (argument,)) if depends_on(argument, VARIABLE):
                yield Operation("+", Number(1), argument)
            case Call("tan", (argument,)) if depends_on(argument, VARIABLE):
                yield Call("cos", (argument,))


def singular_places(tree: Node, values: Mapping[str, float], low: arb, high: arb) -> list[tuple[arb, Node | None]]:
    """Where, strictly between two points and within `REACH` of 0, a formula may have a pole or an edge.

    Returns:
        Each place with the part of the formula that is 0 there, if that is proved and the place is no simple fraction.
    """
    first = low if low.is_finite() else arb(min(-REACH, float(high) - REACH if high.is_finite() else -REACH))
    last = high if high.is_finite() else arb(max(REACH, float(low) + REACH if low.is_finite() else REACH))
    places: list[tuple[arb, Node | None]] = []
    for factor in set(_factors(tree)):
        jet = Jet(factor, values)
        if jet.over(first.union(last), 1)[0] > 0:
            continue
        signs = solve(jet, first, last)
        for root in signs.roots:
            at = rational(root.place, factor, values)
            place = root.place if at is None else _ball(at)
            inside = not (_meet(place, first) or _meet(place, last))
            if inside and not any(_meet(place, other) for other, _ in places):
                places.append((place, factor if at is None and root.proved else None))
    return sorted(places, key=lambda found: float(found[0]))


def _ball(value: Fraction) -> arb:
    from flint import fmpq

    return arb(fmpq(value.numerator, value.denominator))


def rational(place: arb, factor: Node, values: Mapping[str, float]) -> Fraction | None:
    """The simple fraction that a zero is exactly."""
    for guess in (Fraction(float(place)).limit_denominator(1000), Fraction(float(place))):
        if not _meet(_ball(guess), place):
            continue
        try:
            germ = expand(factor, values, arb(1024), 1, guess)
        except UndecidedError:
            continue
        if germ.is_zero or germ.monomial.sign < 0:
            return guess
    return None


@lru_cache(maxsize=4096)
def derivatives(tree: Node, order: int) -> Node:
    """The tree of a derivative."""
    return tree if order == 0 else derivative(derivatives(tree, order - 1), VARIABLE)


def germ(tree: Node, values: Mapping[str, float], end: End, order: int, start: arb) -> Germ:
    """A derivative of a formula towards an end, in t → ∞; see `expand`."""
    inward = -end.side
    if end.is_infinite:
        return expand(derivatives(tree, order), values, start, end.side)
    if end.vanishing is not None:
        return expand(derivatives(tree, order), values, start, inward, end.place, end.vanishing)
    guess = Fraction(float(end.place)).limit_denominator(1000)
    if not _meet(_ball(guess), end.place):
        guess = Fraction(float(end.place))
    if not _ball(guess).overlaps(end.place):
        raise UndecidedError
    return expand(derivatives(tree, order), values, start, inward, guess)


def approach(tree: Node, values: Mapping[str, float], end: End, other: End, order: int = 0) -> Approach:
    """What a derivative does towards an end; `other` is the end on the other side of the part."""
    if not end.singular:
        return Approach(end.place, None, Jet(tree, values, order).at(end.place), arb.nan(), True)
    waves = any(isinstance(part, Call) and part.function in _WAVES for part in walk(tree))
    undecided: Approach | None = None
    for start in _starts(end, other):
        if undecided is not None and waves:
            break
        try:
            found = germ(tree, values, end, order, start)
        except UndecidedError:
            continue
        at = _core(end, start)
        try:
            return Approach(at, found.sign, found.limit, found.values, True)
        except UndecidedError:
            if not waves or start >= _WIDE:
                undecided = Approach(at, None, found.limit, found.values, True)
    if undecided is not None:
        return undecided
    core = _core(end, next(iter(_starts(end, other))) * (1 if waves else 8))
    return Approach(core, None, arb.nan(), arb.nan(), False)


def beyond(tree: Node, values: Mapping[str, float], end: End, order: int, core: arb) -> arb:
    """An enclosure of a derivative between a point and an end; NaN where it is not known, or not bounded."""
    start = abs(core) if end.is_infinite else 1 / abs(core - end.place)
    try:
        return germ(tree, values, end, order, arb(start.lower().mid())).values
    except UndecidedError:
        return arb.nan()


def _starts(end: End, other: End) -> Iterator[arb]:
    """Starts from early to late, inside the part."""
    if end.is_infinite:
        least = 0.0 if other.is_infinite else max(0.0, 1.25 * end.side * other.x)
        yield from (arb(start) for start in STARTS if start > least)
        if least >= STARTS[-1]:
            yield arb(4 * least)
        return
    least = 2.0 if other.is_infinite else 2 / abs(float(other.place - end.place))
    yield from (arb(max(start, math.ceil(least * (start / 2)))) for start in STARTS)


def _core(end: End, start: arb) -> arb:
    return end.side * start if end.is_infinite else end.place - end.side / start


def is_periodic(tree: Node, values: Mapping[str, float], longest: float) -> bool:
    """Whether x occurs in sines and cosines of multiples of one ax only, with a period no longer than this."""
    rates: set[Fraction] = set()

    def change(part: Node) -> Node | None:
        if isinstance(part, Call) and part.function in ("sin", "cos"):
            jet = Jet(part.arguments[0], values).over(arb(0), 3)
            line = Jet(part.arguments[0], values).over(arb(0).union(arb(1)), 3)
            if line[2].is_zero() and jet[1].is_exact() and jet[1].is_finite():
                rates.add(abs(Fraction(float(jet[1]))))
                return Number(0)
        return None

    rest = transform(tree, change)
    if depends_on(rest, VARIABLE) or not rates - {Fraction(0)}:
        return False
    common = reduce(_common, rates)
    return 2 * math.pi / float(common) <= longest


def _common(first: Fraction, second: Fraction) -> Fraction:
    below = math.lcm(first.denominator, second.denominator)
    return Fraction(math.gcd(int(first * below), int(second * below)), below)


def course(part: Part, values: Mapping[str, float], order: int = 0, tree: Node | None = None) -> Course:
    """A derivative of a part's formula, or of another in its place."""
    tree = part.tree if tree is None else tree
    left = approach(tree, values, part.low, part.high, order)
    right = approach(tree, values, part.high, part.low, order)
    jet = Jet(tree, values, order)
    if left.sign == 0 or right.sign == 0:  # 0 near an end, and so throughout, for it is analytic
        return Course(part, jet, Signs(left.core, right.core, constant=True), left, right)
    return Course(part, jet, solve(jet, left.core, right.core), left, right)


def diagonal(tree: Node) -> Node:
    """f(x) − x."""
    return Operation("-", tree, X)
