"""Integrals over two correlated Gaussian numbers u, v of one variance: E f(u)f(v), E f′(u)f′(v), ½E(f(u) − f(v))².

Away from correlation ±1, u = √c·y + √(1 − c)·w and v likewise with its own w, so that E f(u)f(v) = E g(y)² with the
smooth g(y) = E f(√c·y + √(1 − c)·w): f is evaluated along one line only, and the trapezoidal rule in y converges
faster than any power. Near 1, where g becomes as sharp as f, u = a + t and v = a − t with independent a and t, and
kinks, which run along a ± t, are met by panels that end there; the difference f(u) − f(v) is integrated, so that
1 − c keeps its digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from actviz.language.numerics.special import Array
from actviz.networks.moments import Gaussian, is_ordinary
from actviz.networks.quadrature import nodes_on

_NEAR = 0.1  # 1 − |c| below which differences are integrated
_LINEAR = 1e-10  # 1 − c below which f is linear between u and v, to within √(1 − c) at kinks
_EXPONENT = 39.0  # e-folds: 1e-17
_ROOT_2PI = math.sqrt(2 * math.pi)
_BLOCK = 1 << 20  # elements of a matrix made at once

Function = Callable[[Array], Array]


def homogeneous_kernel(left: float, right: float, c: float, gap: float) -> tuple[float, float]:
    """E f(u)f(v)/q and ½E(f(u) − f(v))²/q of the function with these slopes: the arc-cosine kernel (Cho, Saul 2009).

    Args:
        left: the slope for x < 0.
        right: the slope for x > 0.
        c: the correlation.
        gap: 1 − c, which has more digits near 1.
    """
    bend = (right - left) ** 2 / (2 * math.pi)
    angle = 2 * math.asin(math.sqrt(min(max(gap, 0.0) / 2, 1.0)))  # arccos c
    root = math.sqrt(max(gap * (2 - gap), 0.0))
    product = bend * (root + (math.pi - angle) * c) + left * right * c
    # (√(1 − c²) + (π − arccos c)c) falls from π at c = 1; what it falls by is written without cancellation.
    if angle < 0.05:
        square = angle * angle
        fall = math.pi * gap - angle * square * (1 / 3 - square / 30 + square**2 / 840)
    else:
        fall = math.pi - root - (math.pi - angle) * c
    return product, bend * fall + left * right * gap


def homogeneous_slopes(left: float, right: float, gap: float) -> float:
    """E f′(u)f′(v) of the function with these slopes."""
    angle = 2 * math.asin(math.sqrt(min(max(gap, 0.0) / 2, 1.0)))
    return (right - left) ** 2 * (math.pi - angle) / (2 * math.pi) + left * right


def kernel(gaussian: Gaussian, log_q: float, c: float, gap: float | None = None) -> float:
    """E f(u)f(v)/q for u, v of variance q and correlation c."""
    return _pair(gaussian, log_q, c, 1 - c if gap is None else gap)[0]


def fall(gaussian: Gaussian, log_q: float, gap: float) -> float:
    """½E(f(u) − f(v))²/q, by which E f(u)f(v)/q lies below E f²/q, for correlation 1 − gap."""
    return _pair(gaussian, log_q, 1 - gap, gap)[1]


def _pair(gaussian: Gaussian, log_q: float, c: float, gap: float) -> tuple[float, float]:
    moments = gaussian.moments(log_q)
    slopes = gaussian.tangent(log_q)
    if slopes is not None:
        return homogeneous_kernel(*slopes, c, gap)
    if not math.isfinite(moments.second):
        return math.inf, math.nan
    s = math.exp(log_q / 2)
    fast = is_ordinary(s)

    def function(x: Array) -> Array:
        return gaussian.response.value(x, fast) / s

    product, below = _integral(gaussian, log_q, function, moments.second, c, gap, jumps=gaussian.response.jumps)
    if below is None:
        below = gap * moments.slope_second
        product = moments.second - below
    return product, below


def slope_kernel(gaussian: Gaussian, log_q: float, c: float, gap: float | None = None) -> float:
    """E f′(u)f′(v) for u, v of variance q and correlation c."""
    gap = 1 - c if gap is None else gap
    moments = gaussian.moments(log_q)
    slopes = gaussian.tangent(log_q)
    if slopes is not None:
        return homogeneous_slopes(*slopes, gap)
    s = math.exp(log_q / 2)
    fast = is_ordinary(s)

    def function(x: Array) -> Array:
        return gaussian.response.slope(x, fast)

    product, below = _integral(gaussian, log_q, function, moments.slope_second, c, gap, jumps=())
    return moments.slope_second if below is None else product


def _integral(
    gaussian: Gaussian,
    log_q: float,
    function: Function,
    square: float,
    c: float,
    gap: float,
    jumps: tuple[float, ...],
) -> tuple[float, float | None]:
    """E f(u)f(v) and ½E(f(u) − f(v))², the latter None where u and v are so near that f is linear between them."""
    if gap <= 0:
        return square, 0.0
    if gap < _LINEAR and not jumps:
        return square, None
    if gap < _NEAR:
        below = _ridge(gaussian, log_q, function, function, gap, difference=True)
        return square - below, below
    if 2 - gap < _NEAR:  # near −1: v is near −u
        product = _ridge(gaussian, log_q, function, lambda x: function(-x), max(2 - gap, 1e-30), difference=False)
    else:
        product = _smoothed(gaussian, log_q, function, c)
    return product, square - product


def _smoothed(gaussian: Gaussian, log_q: float, function: Function, c: float) -> float:
    """E g(y)g(±y), where g is f smoothed by the part of u that v does not share."""
    s = math.exp(log_q / 2)
    mesh = gaussian.mesh(log_q)
    shared, own = math.sqrt(abs(c)), math.sqrt(1 - abs(c))
    low, high = _finer(mesh.low, mesh.high, 1.6 * own)
    z, w = nodes_on(low, high)
    z, w = z.ravel(), w.ravel()
    reach = float(max(-low[0], high[-1]))
    weighted = function(s * z) * w / (own * _ROOT_2PI)
    step = 2 * math.pi / math.sqrt(2 * _EXPONENT * (2 * (shared / own) ** 2 + 1))
    count = math.ceil(reach / step)
    y = step * np.arange(-count, count + 1)
    smooth = np.empty_like(y)
    rows = max(1, _BLOCK // z.size)
    for start in range(0, y.size, rows):
        part = slice(start, start + rows)
        away = (z[None, :] - shared * y[part, None]) / own
        smooth[part] = np.exp(-away * away / 2) @ weighted
    other = smooth if c >= 0 else smooth[::-1]
    return float(step / _ROOT_2PI * np.sum(np.exp(-y * y / 2) * smooth * other))


def _finer(low: Array, high: Array, most: float) -> tuple[Array, Array]:
    """Panels cut into equal parts that are at most so wide."""
    parts = np.maximum(1, np.ceil((high - low) / most)).astype(int)
    width = np.repeat((high - low) / parts, parts)
    place = np.concatenate([np.arange(count) for count in parts])
    starts = np.repeat(low, parts) + place * width
    return starts, starts + width


def _ridge(gaussian: Gaussian, log_q: float, first: Function, second: Function, gap: float, difference: bool) -> float:
    """E F(a + t)G(a − t), or ½E(F(a + t) − F(a − t))²; a and t independent, of variances q(1 − gap/2) and q·gap/2."""
    s = math.exp(log_q / 2)
    mesh = gaussian.mesh(log_q)
    wide, narrow = s * math.sqrt(1 - gap / 2), s * math.sqrt(gap / 2)
    breaks = gaussian.response.breaks
    breaks = breaks if difference else np.unique(np.concatenate([breaks, -breaks]))
    # Two kinks change their order as t grows past half their distance.
    meetings = np.unique(np.abs(breaks[:, None] - breaks[None, :])) / 2 / narrow if breaks.size else np.empty(0)
    steps = np.array([0.0, 2.0, 4.5, 9.2])
    if mesh.low.size:  # panels in t as fine as what f is made of, which the mesh knows
        finest = max(2 * s * float((mesh.high - mesh.low).min()) / narrow, 0.25)
        steps = np.unique(np.concatenate([steps, np.arange(0.0, steps[-1], min(finest, 2.0))]))
    t_edges = np.unique(np.concatenate([steps, meetings[(meetings > 1e-9) & (meetings < steps[-1])][:40]]))
    t, t_weights = nodes_on(t_edges[:-1], t_edges[1:], 14)
    t, t_weights = t.ravel(), (t_weights * np.exp(-t * t / 2) * 2 / _ROOT_2PI).ravel()
    t = t * narrow
    base = np.append(mesh.low, mesh.high[-1:]) * s
    base = base[~np.isin(base, breaks)]
    edges = np.broadcast_to(base, (t.size, base.size))
    edges = np.sort(np.concatenate([edges, breaks - t[:, None], breaks + t[:, None]], axis=1), axis=1)
    edges = np.clip(edges, base[0], base[-1])
    total = 0.0
    rows = max(1, _BLOCK // (edges.shape[1] * 16))
    for start in range(0, t.size, rows):
        part = slice(start, start + rows)
        a, weights = nodes_on(edges[part, :-1], edges[part, 1:], 16)
        weights = weights * np.exp(-((a / wide) ** 2) / 2) / (wide * _ROOT_2PI)
        shift = t[part, None, None]
        if difference:
            gaps = first(a + shift) - first(a - shift)
            inner = (gaps * gaps * weights).sum(axis=(1, 2)) / 2
        else:  # t of either sign
            both = first(a + shift) * second(a - shift) + first(a - shift) * second(a + shift)
            inner = (both * weights).sum(axis=(1, 2)) / 2
        total += float(inner @ t_weights[part])
    return total


def indicator_kernel(gaussian: Gaussian, log_q: float, c: float, gap: float) -> float:
    """P(f′(u) = 0 and f′(v) = 0) for u, v of variance q and correlation c; NaN where c is unknown."""
    rays = gaussian.tangent(log_q)
    if rays is not None and rays[0] and rays[1]:
        return 0.0
    if math.isnan(c) or not math.isfinite(log_q):
        return math.nan
    if rays is not None and (rays[0] or rays[1]):
        return 0.25 + math.asin(min(max(c, -1.0), 1.0)) / (2 * math.pi)
    s = math.exp(log_q / 2)

    def flat(x: Array) -> Array:
        return np.asarray(gaussian.response.slope(x, fast=True) == 0, dtype=np.float64)

    mesh = gaussian.mesh(log_q)
    if not mesh.low.size:
        return math.nan
    z, w = nodes_on(mesh.low, mesh.high)
    whole = float(np.sum(flat(s * z) * w * np.exp(-z * z / 2)) / _ROOT_2PI)
    if whole < 1e-300 or not gaussian.response.breaks.size:  # flat only where float64 rounds the slope away
        return 0.0
    product, _ = _integral(gaussian, log_q, flat, whole, c, gap, jumps=(0.0,))
    return max(product, 0.0)
