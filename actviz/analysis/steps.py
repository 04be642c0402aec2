"""Derivations step by step: every line follows from the one before by a rule that is named.

No line is believed because a rule was applied: each is compared with the line before in 50-digit arithmetic, on
points spread over its branch and close to both of its ends, with what is still to be differentiated computed from
differences of the function itself. The last line is the derivative that `actviz.analysis.derivation` shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from actviz.analysis.branches import reachable, together, within
from actviz.calculus.collect import alike, tidied
from actviz.calculus.rules import (
    EXPONENTIAL,
    LOGARITHMIC,
    PENDING,
    Rule,
    advance,
    factors,
    is_open,
    pending,
    product,
)
from actviz.curves.curve import Activation, Curve
from actviz.errors import VerificationError
from actviz.language.cases import Case, fold
from actviz.language.conditions import told_apart
from actviz.language.notation.plain import Unicode
from actviz.language.numerics.balls import precision
from actviz.language.numerics.exact import Exact, UndefinedError
from actviz.language.numerics.float64 import holds
from actviz.language.pieces import Piece
from actviz.language.syntax import Call, Condition, Name, Node, Number, Operation, terms, total, transform, walk

SIMPLIFY = Rule("simplify")
LIMIT = Rule("the limit from both sides")
CONVENTION = Rule("by convention")
_POSITIVE = {LOGARITHMIC, EXPONENTIAL}  # rules that hold where the base of a power is positive

_SHARES = (0.137, 0.463, 0.793)  # of a piece's width, where its lines are compared
_BESIDE = 1e-9  # likewise, next to its ends
_MOST_PIECES = 8  # of one branch that are checked, those nearest to 0
_TOLERANCE = 1e-40  # of two lines that should be equal
_NOTHING = 1e-100  # both sides smaller than this are equal
_DIGITS = 50  # to which lines are computed
_BITS = 200  # in which they are compared


@dataclass(frozen=True)
class Line:
    """One line: a tree in which the parts still to be differentiated are calls of `PENDING`, and why it holds."""

    tree: Node
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Branch:
    """The derivation on one branch of a definition by cases.

    Args:
        condition: when the branch applies; None where it is what holds otherwise, or everywhere.
        intervals: where it applies, as far as breakpoints are known; one point where both ends are the same.
        whole: whether the condition says where: no other branch shares it.
        otherwise: whether it does so only where none before it holds.
        lines: from ``(f(x))′`` to the derivative; none where f or a step has no real value.
        points: at how many points the lines were compared.
    """

    condition: Condition | None
    intervals: tuple[tuple[float, float], ...]
    whole: bool
    otherwise: bool
    lines: tuple[Line, ...]
    points: int


@dataclass(frozen=True)
class Stage:
    """One differentiation: `curve` is the result, derived from the curve of one order less."""

    curve: Curve
    branches: tuple[Branch, ...]

    @property
    def variable(self) -> str:
        """What is differentiated in."""
        return self.curve.variables[-1]


def explain(curve: Curve) -> tuple[Stage, ...]:
    """The derivation of a derivative, order by order, branch by branch, line by line.

    Args:
        curve: the derivative, of order 1 or more.

    Raises:
        VerificationError: a line is not equal to the one before; nothing may be shown.
    """
    curves = [Curve(curve.activation, curve.variables[:order]) for order in range(curve.order + 1)]
    return tuple(_stage(source, target) for source, target in pairwise(curves))


def _stage(source: Curve, target: Curve) -> Stage:
    activation = target.activation
    cut = together(source, target)
    before = reachable(fold(source.tree), activation, cut)
    after = reachable(fold(target.tree), activation, cut)
    found: dict[tuple[int, int], list[Piece]] = {}
    for piece in cut.pieces:
        place = (_applies(before, piece.inside, activation), _applies(after, piece.inside, activation))
        found.setdefault(place, []).append(piece)
    cases = [first for first, _ in found]
    ranges = [*told_apart([case.condition for case in before if case.condition is not None]), None]
    branches = []
    for (first, second), pieces in found.items():
        lines, points = _derived(before[first].value, after[second].value, pieces, target)
        intervals = tuple((piece.low, piece.high) for piece in pieces)
        whole = cases.count(first) == 1
        condition = ranges[first] or before[first].condition
        otherwise = condition is not None and ranges[first] is None
        branches.append((first, Branch(condition, intervals, whole, otherwise, lines, points)))
    for point in cut.breakpoints:
        alone = _applies(before, point.x, activation)
        if alone not in cases:
            value = after[_applies(after, point.x, activation)].value
            lines = (Line(value, (_at_point(source, target, point.x),)),)
            branches.append((alone, Branch(before[alone].condition, ((point.x, point.x),), False, False, lines, 0)))
    return Stage(target, tuple(branch for _, branch in sorted(branches, key=lambda numbered: numbered[0])))


def _applies(cases: Iterable[Case], x: float, activation: Activation) -> int:
    """The index of the case that holds at x."""
    point = np.array([x])
    return next(
        index
        for index, case in enumerate(cases)
        if case.condition is None or holds(case.condition, point, activation.values)[0]
    )


def _at_point(source: Curve, target: Curve, x: float) -> Rule:
    """Why a derivative has its value where a branch is a single point."""
    behaviour = [
        next((at for at in curve.limits(-math.inf, math.inf) if at.x == x), None) for curve in (source, target)
    ]
    smooth = all(at is None or not (at.jumps or at.off_curve) for at in behaviour)
    return LIMIT if smooth else CONVENTION


def _derived(start: Node, end: Node, pieces: list[Piece], curve: Curve) -> tuple[tuple[Line, ...], int]:
    """The lines from a branch of the function to that of its derivative, checked, and at how many points."""
    notation = Unicode(curve.activation.entry.symbols)
    lines = [Line(pending(start))]
    while is_open(lines[-1].tree):
        lines.append(Line(*advance(lines[-1].tree, curve.variables[-1])))
    shown = notation.value(end)
    tidy = tidied(lines[-1].tree)
    if notation.value(lines[-1].tree) == shown:
        lines[-1] = Line(end, lines[-1].rules)
    else:
        closing = SIMPLIFY
        if notation.value(tidy) != shown:
            closing = _closing(tidy, end)
            if alike(tidy, end):
                closing = SIMPLIFY
            elif notation.value(tidy) != notation.value(lines[-1].tree):
                lines.append(Line(tidy, (SIMPLIFY,)))
        lines.append(Line(end, (closing,)))
    points = _check(lines, pieces, curve)
    return (tuple(lines) if points else ()), points


def _closing(tree: Node, end: Node) -> Rule:
    """What the last rearrangement does, in words."""
    summands = [(sign, *factors(term)) for sign, term in terms(tree)]
    if len(summands) > 1:
        shared = [factor for factor in factors(end)[1] if all(factor in parts for *_, parts in summands)]
        for common in [shared, *([factor] for factor in shared)]:
            if common and alike(_taken_out(summands, common), end):
                return Rule("factor out", product(common))
    calls = [
        {part for part in walk(side) if isinstance(part, Call) and part.function not in ("exp", "sqrt")}
        for side in (tree, end)
    ]
    names = [{call.function for call in side} for side in calls]
    if names[1] and (names[0] != names[1] or not calls[1] <= calls[0]):
        return Rule("identity")
    if len(summands) < 2:
        return SIMPLIFY
    return Rule("expand and collect terms" if len(factors(end)[1]) > 1 else "collect terms")


def _taken_out(summands: list[tuple[int, int, list[Node]]], common: list[Node]) -> Node:
    """A sum with factors that all of its terms have before a bracket."""
    rest = []
    for sign, inner_sign, parts in summands:
        left = list(parts)
        for factor in common:
            left.remove(factor)
        rest.append((sign * inner_sign, product(left or [Number(1)])))
    return Operation("*", product(common), total(rest))


def _check(lines: list[Line], pieces: list[Piece], curve: Curve) -> int:
    """Compare every line with the one before.

    Returns:
        At how many points they were compared.

    Raises:
        VerificationError: two lines differ.
    """
    evaluation = _Evaluation(curve.activation.values, curve.variables[-1])
    nearest = sorted(pieces, key=lambda piece: abs(piece.inside))[:_MOST_PIECES]
    points = [x for piece in nearest for x in within(piece.low, piece.high, _SHARES, (_BESIDE,))]
    compared = 0
    for x in points:
        last = evaluation(lines[0].tree, x)
        for before, line in pairwise(lines):
            if last is None:
                break  # f has no real value here
            value = evaluation(line.tree, x)
            with precision(_BITS):
                if value is None and _POSITIVE.isdisjoint(line.rules):
                    raise _failure(before, line, x, curve)
                if value is not None and not _agree(last, value):
                    raise _failure(before, line, x, curve)
            last = value
        compared += last is not None
    return compared


def _agree(first: Any, second: Any) -> bool:
    largest = max(abs(first), abs(second))
    return bool(largest < _NOTHING or abs(first - second) <= largest * _TOLERANCE)


def _failure(before: Line, after: Line, x: float, curve: Curve) -> VerificationError:
    notation = Unicode(curve.activation.entry.symbols)
    name = curve.activation.label
    return VerificationError(
        f"a step in the derivation of {name} failed its check at x = {x:.6g}: "
        f"{notation.value(before.tree)} is not {notation.value(after.tree)}",
        "This is a fault of actviz or of a registry file; please report it.",
    )


class _Evaluation:
    """Lines in 50-digit arithmetic; what is still to be differentiated comes from differences of the function."""

    def __init__(self, values: Mapping[str, float], variable: str) -> None:
        self.values = values
        self.variable = variable
        self.known: dict[tuple[Node, float], Any] = {}

    def __call__(self, tree: Node, x: float) -> Any:
        """The value of a line at x; None where it has none."""
        slopes: dict[str, Any] = {}

        def change(part: Node) -> Node | None:
            if not isinstance(part, Call) or part.function != PENDING:
                return None
            name = f" {len(slopes)}"  # the blank keeps it apart from every parameter
            slopes[name] = self._slope(part.arguments[0], x)
            return Name(name)

        try:
            closed = transform(tree, change)
            return Exact(closed, {**self.values, **slopes})(x, _DIGITS)
        except UndefinedError:
            return None

    def _slope(self, node: Node, x: float) -> Any:
        if (node, x) not in self.known:
            self.known[node, x] = Exact(node, self.values, (self.variable,))(x, 2 * _DIGITS).mid()
        return self.known[node, x]
