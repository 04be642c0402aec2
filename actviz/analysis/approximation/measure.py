"""What an approximation is worth: its parts with their tails, its proved errors, its mean error for normal inputs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from actviz.analysis.approximation import formula
from actviz.analysis.approximation.bound import beyond, largest
from actviz.analysis.approximation.results import Bound, Part
from actviz.analysis.approximation.target import Target
from actviz.language.numerics.float64 import evaluate
from actviz.language.numerics.special import Array, normal_pdf
from actviz.language.syntax import Node

_FAR = 38.0  # the standard normal density is below 1e-314 beyond
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_PER_UNIT = 4  # panels of 20 nodes to a unit of x


_Lines = tuple[tuple[float, float], tuple[float, float]]


def tails(
    function: Target, parts: Sequence[Part], extend: bool = False, hold: bool = False
) -> tuple[list[Part], _Lines | None]:
    """The parts with a tail to either side, and slope and intercept of both tails.

    Args:
        function: what is approximated.
        parts: the approximation in the range, from left to right.
        extend: the outer parts go on, rather than a line from the end of the range with the slope of the asymptote.
        hold: the values at the ends are held.
    """
    first, last = parts[0], parts[-1]
    if extend:
        inner = [Part(-math.inf, first.high, first.tree), *parts[1:]]
        return [*inner[:-1], Part(inner[-1].low, math.inf, inner[-1].tree)], None
    slopes = (0.0, 0.0) if hold else (function.tail(-1), function.tail(1))
    left, right = _from(first.tree, first.low, slopes[0]), _from(last.tree, last.high, slopes[1])
    whole = [
        Part(-math.inf, first.low, formula.straight(*left)),
        *parts,
        Part(last.high, math.inf, formula.straight(*right)),
    ]
    return whole, (left, right)


def _from(tree: Node, x: float, slope: float) -> tuple[float, float]:
    """The line of this slope through a tree's value at a point."""
    height = float(evaluate(tree, np.array([x]), {})[0])
    return slope, height - slope * x


def proved(function: Target, parts: Sequence[Part], values: Mapping[str, float] | None = None) -> tuple[Bound, Bound]:
    """The largest error in the range, and beyond it."""
    low, high = function.low, function.high
    inside = [
        Part(max(part.low, low), min(part.high, high), part.tree)
        for part in parts
        if part.low < high and part.high > low
    ]
    outside = [Part(part.low, min(part.high, low), part.tree) for part in parts if part.low < low]
    outside += [Part(max(part.low, high), part.high, part.tree) for part in parts if part.high > high]
    return largest(function.truth(values), inside), beyond(function.truth(values, everywhere=True), outside)


def nodes(ends: Sequence[float]) -> tuple[Array, Array]:
    """Points and weights of Gauss–Legendre quadrature over pieces between these ends."""
    points, weights = [], []
    for low, high in itertools.pairwise(ends):
        panels = np.linspace(low, high, max(1, math.ceil(_PER_UNIT * (high - low))) + 1)
        half = np.diff(panels)[:, None] / 2
        points.append((panels[:-1, None] + half * (1 + _NODES)).ravel())
        weights.append((half * _WEIGHTS).ravel())
    return np.concatenate(points), np.concatenate(weights)


def rms_gauss(function: Target, parts: Sequence[Part], values: Mapping[str, float] | None = None) -> float:
    """The root of the mean squared error for a standard normal input, over all x."""
    total = 0.0
    for part in parts:
        low, high = max(part.low, -_FAR), min(part.high, _FAR)
        if low >= high:
            continue
        cuts = [low, *(x for x in function.all_breakpoints if low < x < high), high]
        x, weights = nodes(cuts)
        with np.errstate(all="ignore"):
            error = function(x) - evaluate(part.tree, x, values or {})
            total += float(np.nansum(error * error * normal_pdf(x) * weights))
    return math.sqrt(total)
