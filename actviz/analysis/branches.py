"""The branches of a curve and its derivative, and the points at which one is checked against the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from actviz.calculus.collect import tidied
from actviz.curves.curve import Activation, Curve
from actviz.language.cases import Case
from actviz.language.conditions import told_apart
from actviz.language.numerics.float64 import holds
from actviz.language.pieces import Pieces, split
from actviz.language.syntax import Node, Operation, neat, size

CHECKED = 8.0  # a derivation is verified on points within ±CHECKED, breakpoints beyond it included


def together(first: Curve, second: Curve) -> Pieces:
    """The line cut at the breakpoints of two curves of one activation."""
    both = Operation("+", first.tree, second.tree)
    return split(both, first.activation.values, -math.inf, math.inf)


def reachable(cases: list[Case], activation: Activation, cut: Pieces) -> list[Case]:
    """The cases that apply somewhere, given the parameters, made neat; what holds otherwise comes last."""
    places = np.array([piece.inside for piece in cut.pieces] + [point.x for point in cut.breakpoints])
    open_places = np.ones(places.shape, dtype=bool)
    kept = []
    for case in cases:
        if case.condition is None:
            applies = open_places
        else:
            applies = open_places & holds(case.condition, places, activation.values)
        if applies.any():
            kept.append(Case(case.condition, _in_order(case.value)))
        open_places = open_places & ~applies
    return [*kept[:-1], Case(None, kept[-1].value)]


def _in_order(value: Node) -> Node:
    """The formula neat, and with like terms and factors together where that makes it no longer."""
    as_written, tidy = neat(value), tidied(value)
    return tidy if size(tidy) <= size(as_written) else as_written


def in_ranges(cases: Sequence[Case]) -> tuple[Case, ...]:
    """The cases as they are shown: a condition that leaves one range to its case is that range, -1 < x < 1."""
    ranges = told_apart([case.condition for case in cases if case.condition is not None])
    shown = [Case(alone or case.condition, case.value) for case, alone in zip(cases, ranges, strict=False)]
    return (*shown, cases[-1])


def within(
    low: float, high: float, shares: Sequence[float], beside: Sequence[float], reach: float = CHECKED
) -> list[float]:
    """Points of a piece, as shares of its width: counted from its left end, and beside either end.

    An infinite end is replaced by one at ±`reach`, or as far from the finite end.
    """
    left = low if math.isfinite(low) else min(-reach, high - reach)
    right = high if math.isfinite(high) else max(reach, low + reach)
    width = right - left
    points = [left + share * width for share in shares]
    points += [left + width * tiny for tiny in beside] + [right - width * tiny for tiny in beside]
    return sorted(x for x in points if left < x < right)
