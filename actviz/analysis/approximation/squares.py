"""Least mean squares, over a range or under a standard normal input, by damped Gauss–Newton steps."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from actviz.analysis.approximation.lines import Pieces, Polygon, free
from actviz.analysis.approximation.measure import nodes
from actviz.analysis.approximation.remez import Basis
from actviz.analysis.approximation.results import Norm
from actviz.analysis.approximation.target import Target
from actviz.language.numerics.special import Array, normal_pdf

_STEPS = 200
_SETTLED = 1e-15
_STARTS = 1e-3  # of the damping


def weights(function: Target, norm: Norm, cuts: tuple[float, ...] = ()) -> tuple[Array, Array]:
    """Points of the range, and the square roots of their weights in the mean square."""
    ends = sorted(
        {function.low, function.high, *(x for x in (*function.breakpoints, *cuts) if function.low < x < function.high)}
    )
    x, shares = nodes(ends)
    shares = shares * normal_pdf(x) if norm == "gauss" else shares / (function.high - function.low)
    return x, np.sqrt(shares)


def minimized(residual: Callable[[Array], Array], slopes: Callable[[Array], Array], start: Array) -> Array:
    """Where the sum of squares of a residual is least, from a start."""
    here, rest = start.copy(), residual(start)
    least, damping = float(rest @ rest), _STARTS
    for _ in range(_STEPS):
        matrix = slopes(here)
        if not np.isfinite(matrix).all():
            break
        scale = np.sqrt(np.sum(matrix * matrix, axis=0)) + 1e-300
        moved = False
        while damping < 1e12:
            rows = np.vstack([matrix / scale, math.sqrt(damping) * np.eye(here.size)])
            step = np.linalg.lstsq(rows, np.concatenate([-rest, np.zeros(here.size)]), rcond=None)[0] / scale
            trial = here + step
            new = residual(trial)
            total = float(new @ new)
            if total < least:
                moved = True
                break
            damping *= 4
        if not moved:
            break
        gain, here, rest, least = least - total, trial, new, total
        damping = max(damping / 10, 1e-14)
        if gain <= _SETTLED * least and np.max(np.abs(step) / (np.abs(here) + 1e-3)) < 1e-10:
            break
    return here


def polygon(function: Target, count: int, norm: Norm) -> Pieces:
    """The continuous polygon of so many pieces with the least mean square error, from that with the least error."""
    start = free(function, count, True)
    knots = np.array(start.knots)
    inner = knots.size - 2
    heights = function(knots)
    x, roots = weights(function, norm)
    truth = function(x)

    def unpacked(position: Array) -> Polygon | None:
        ends = np.concatenate([[function.low], position[:inner], [function.high]])
        return (
            Polygon(ends, position[inner:]) if (np.diff(ends) > 1e-9 * (function.high - function.low)).all() else None
        )

    def residual(position: Array) -> Array:
        found = unpacked(position)
        return np.full(x.size, 1e150) if found is None else roots * (found(x) - truth)

    def slopes(position: Array) -> Array:
        found = unpacked(position)
        assert found is not None  # only positions that were taken are asked for
        segment = np.clip(np.searchsorted(found.knots, x, side="right") - 1, 0, found.knots.size - 2)
        width = np.diff(found.knots)[segment]
        share = (x - found.knots[segment]) / width
        tilt = np.diff(found.heights)[segment] / width
        by_height = np.zeros((x.size, found.knots.size))
        rows = np.arange(x.size)
        by_height[rows, segment] = 1 - share
        by_height[rows, segment + 1] = share
        matrix = np.hstack([-(tilt[:, None] * by_height)[:, 1:-1], by_height])
        return np.asarray(roots[:, None] * matrix)

    found = unpacked(minimized(residual, slopes, np.concatenate([knots[1:-1], heights])))
    assert found is not None
    return found.pieces()


def least_polynomial(function: Target, degree: int, norm: Norm) -> list[Fraction]:
    """The coefficients of the polynomial with the least mean square error over the range."""
    from flint import arb

    x, roots = weights(function, norm)
    t = (2 * x - function.low - function.high) / (function.high - function.low)
    matrix = np.polynomial.chebyshev.chebvander(t, degree)
    found = np.linalg.lstsq(roots[:, None] * matrix, roots * function(x), rcond=None)[0]
    symmetry, constant, slope = function.symmetry
    basis = Basis(degree + 1, 0, False, function.low, function.high)
    powers = basis.powers([arb(float(value)) for value in found])
    if symmetry:  # what rounding leaves of powers that are not there, and of those that are known
        powers = [value if power % 2 == (symmetry == "odd") else Fraction(0) for power, value in enumerate(powers)]
        powers[0] += Fraction(constant)
        if slope and degree:
            powers[1] += Fraction(slope)
    return powers
