"""Integrals over one Gaussian number, to about 1e-14: Gauss–Legendre panels, halved until they agree with their halves.

Gauss–Hermite nodes lose three digits at a kink. Here panels end at every breakpoint and are halved wherever the
function has structure, so that a bump of width 1 under a standard deviation of 1000 is seen; a panel that never
settles is a singularity, and how its share changes from level to level says whether the integral is finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from actviz.language.numerics.special import Array

ORDER = 20  # nodes of a panel
_SETTLED = 2e-15  # of the whole: how well a panel agrees with its halves
_LEVELS = 240  # halvings; towards 0 float64 goes on that far
_INFINITE_RATIO = 0.8  # what is left of a singularity's share after `_LEVELS_BETWEEN` halvings, where it is infinite
_LEVELS_BETWEEN = 40
_REACH = 400.0  # standard deviations within which an integrand must have had its maximum
_NEGLIGIBLE = 85.0  # e-folds below the maximum


@cache
def gauss_legendre(order: int = ORDER) -> tuple[Array, Array]:
    """Nodes and weights on (−1, 1)."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return nodes, weights


def nodes_on(edges_low: Array, edges_high: Array, order: int = ORDER) -> tuple[Array, Array]:
    """Nodes and weights of every panel, with one axis more than the edges."""
    nodes, weights = gauss_legendre(order)
    half = (edges_high - edges_low) / 2
    middle = edges_low + half
    return middle[..., None] + half[..., None] * nodes, half[..., None] * weights


class InfiniteError(ArithmeticError):
    """An integral does not exist; `row` says which of those that were computed together."""

    def __init__(self, row: int) -> None:
        super().__init__(f"integral {row} is infinite")
        self.row = row


@dataclass(frozen=True)
class Integral:
    """Integrals computed together.

    Args:
        values: one number for each row of the integrand.
        low: left ends of the panels on which the integrand was smooth, in ascending order.
        high: their right ends.
    """

    values: Array
    low: Array
    high: Array


def integrate(integrand: Callable[[Array], Array], edges: Array) -> Integral:
    """Integrate several functions over the panels between `edges`, halving them until they settle.

    Args:
        integrand: takes nodes of any shape and gives an array with one axis more in front, a row for each function.
        edges: in ascending order; every kink must be among them for fast work, and need not for right results.

    Raises:
        InfiniteError: one of the integrals is infinite.
    """

    def panel_sums(low: Array, high: Array) -> tuple[Array, Array]:
        x, w = nodes_on(low, high)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            terms = np.nan_to_num(integrand(x), nan=0.0, posinf=1e300, neginf=-1e300) * w
        return terms.sum(axis=-1), np.abs(terms).sum(axis=-1)

    low, high = edges[:-1], edges[1:]
    sums, sizes = panel_sums(low, high)
    whole = sizes.sum(axis=1)
    total = np.zeros(len(sums))
    lows, highs = [], []
    shares: list[Array] = []  # of the panels that have not settled, level by level
    for _ in range(_LEVELS):
        middle = low + (high - low) / 2
        halves, half_sizes = panel_sums(np.concatenate([low, middle]), np.concatenate([middle, high]))
        count = low.size
        better = halves[:, :count] + halves[:, count:]
        size = half_sizes[:, :count] + half_sizes[:, count:]
        whole = np.maximum(whole, total + size.sum(axis=1))
        settled = (np.abs(better - sums) <= _SETTLED * whole[:, None]).all(axis=0)
        settled |= (middle <= low) | (middle >= high)
        total += better[:, settled].sum(axis=1)
        lows.append(low[settled])
        highs.append(high[settled])
        if settled.all():
            break
        left = ~settled
        shares.append(size[:, left].sum(axis=1))
        _check_finite(shares, whole)
        low, high = np.concatenate([low[left], middle[left]]), np.concatenate([middle[left], high[left]])
        both = np.concatenate([left, left])
        sums = halves[:, both]
    else:
        total += sums.sum(axis=1)
    order = np.argsort(np.concatenate(lows))
    return Integral(total, np.concatenate(lows)[order], np.concatenate(highs)[order])


def _check_finite(shares: list[Array], whole: Array) -> None:
    """Raise `InfiniteError` where what is left around a singularity does not shrink."""
    if len(shares) <= _LEVELS_BETWEEN:
        return
    now, before = shares[-1], shares[-1 - _LEVELS_BETWEEN]
    stays = (now > _INFINITE_RATIO * before) & (now > 1e-6 * whole / len(shares))
    if stays.any():
        raise InfiniteError(int(np.flatnonzero(stays)[0]))


def edges_for(breaks: Array, deviation: float, reach: float, mean: float = 0.0) -> Array:
    """Panel edges in z for x = mean + deviation·z: every standard deviation, every breakpoint, and powers of ten of x.

    Args:
        breaks: breakpoints in x.
        deviation: the standard deviation of x.
        reach: how far z goes to either side.
        mean: the mean of x.
    """
    plain = np.linspace(-reach, reach, 2 * math.ceil(reach) + 1)
    at_breaks = (breaks - mean) / deviation
    places: list[Array] = [plain, at_breaks, np.array([-mean / deviation])]
    if deviation > 2:  # what the function does at x of about 1 is narrow in z
        powers = 10.0 ** np.arange(-1.0, math.log10(deviation * reach), 0.5)
        around = np.concatenate([[0.0], breaks[np.abs(breaks) < deviation * reach]])
        offsets = np.concatenate([-powers, powers])
        places.append(((around[:, None] + offsets).ravel() - mean) / deviation)
    edges = np.concatenate(places)
    edges = np.unique(edges[np.abs(edges) <= reach])
    apart = np.diff(edges, prepend=-math.inf) > 1e-13 * np.maximum(1.0, np.abs(edges))
    kept: Array = edges[apart | np.isin(edges, at_breaks)]
    return kept


def reach_of(logarithm: Callable[[Array], Array]) -> float:
    """How far z has to go for exp(logarithm(z) − z²/2) to become negligible; infinite where it does not in float64.

    Args:
        logarithm: of the size of the integrand without its Gaussian; −∞ where that is 0, ∞ where it overflows.
    """
    z = np.concatenate([np.arange(0.25, 16.0, 0.75), np.geomspace(16.0, _REACH, 33)])
    reach = 11.0
    both = [(sign, logarithm(sign * z) - z * z / 2) for sign in (-1.0, 1.0)]
    top = max((float(heights[np.isfinite(heights)].max(initial=-math.inf)) for _, heights in both), default=-math.inf)
    for _, heights in both:
        known = np.flatnonzero(np.isfinite(heights))
        if not known.size:
            continue
        counted = known[heights[known] > top - _NEGLIGIBLE]
        if not counted.size:
            continue
        last = int(counted[-1])
        if last == len(z) - 1 or np.isposinf(heights[last + 1]):
            return math.inf
        reach = max(reach, float(z[last + 1]))
    return reach + 0.5
