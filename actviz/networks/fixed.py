"""Fixed points of the variance map and of the correlation map, found in the direction in which layers go."""

from __future__ import annotations

import math
from collections.abc import Callable

from actviz.networks.kernels import fall, kernel, slope_kernel
from actviz.networks.moments import Gaussian

_NOISE = 1e-13  # a smaller step of ln q is rounding
_TOUCHES = 1e-9  # ln q moves by less than this where a half-stable point is
_LEAST, _MOST = -90.0, 700.0  # ln q below which a function is its tangent for this purpose, and where float64 ends
_ITERATIONS = 40


def log_step(gaussian: Gaussian, weight: float, bias: float, log_q: float) -> float:
    """Ln q of the next layer; −∞ and ∞ where it has none."""
    second = gaussian.moments(log_q).second
    log_bias = math.log(bias) if bias > 0 else -math.inf
    log_signal = math.log(weight) + log_q + math.log(second) if second > 0 else -math.inf
    top = max(log_bias, log_signal)
    if math.isinf(top):
        return top
    return top + math.log1p(math.exp(min(log_bias, log_signal) - top))


def variance_slope(gaussian: Gaussian, weight: float, log_q: float) -> float:
    """χq = dq^{l+1}/dq^l, by Stein's identity."""
    return weight * gaussian.moments(log_q).derivative


def fixed_variance(gaussian: Gaussian, weight: float, bias: float, start: float) -> float | None:
    """Ln q* to which layers go from ln q¹ = `start`; ±∞ where they vanish or diverge, None where they cycle.

    There may be several fixed points; the first one on the way is the limit, since the map rises there.
    """
    slopes = gaussian.response.homogeneous
    if slopes is not None:
        growth = weight * (slopes[0] ** 2 + slopes[1] ** 2) / 2
        if abs(growth - 1) < 1e-12:
            return start if bias == 0 else math.inf
        if growth > 1:
            return math.inf
        return math.log(bias / (1 - growth)) if bias else -math.inf

    def step(log_q: float) -> float:
        return log_step(gaussian, weight, bias, log_q) - log_q

    place = start
    for _ in range(_ITERATIONS):
        move = step(place)
        if abs(move) <= 4e-16 * max(1.0, abs(place)):
            return place
        if variance_slope(gaussian, weight, place) < 0:
            return _cycling(step, place)
        if not _LEAST < place + move < _MOST:
            break
        place += move
    return _first_ahead(gaussian, step, weight, bias, place)


def _cycling(step: Callable[[float], float], place: float) -> float | None:
    """The limit of an iteration whose map falls, or None where it has not settled in 2000 layers."""
    for _ in range(2000):
        move = step(place)
        if abs(move) <= 1e-15 * max(1.0, abs(place)):
            return place
        place += move
        if not _LEAST < place < _MOST:
            return math.copysign(math.inf, place)
    return None


def _first_ahead(
    gaussian: Gaussian, step: Callable[[float], float], weight: float, bias: float, place: float
) -> float | None:
    """The first zero of `step` in its direction."""
    move = step(place)
    ahead = math.copysign(1.0, move)
    origin, last, before = place, place, math.inf
    behind = place
    while _LEAST < place < _MOST:
        place += ahead * max(0.04, 0.08 * abs(place - origin))
        move = step(place)
        if move * ahead < -_NOISE:
            return root(step, last, place)
        touching = abs(move) > before and before < 0.05
        if touching:
            low, high = sorted((behind, place))
            lowest = _least(lambda x: step(x) * ahead, low, high)
            least = step(lowest) * ahead
            if least < -_NOISE:
                return root(step, last if least < 0 and (last - lowest) * ahead < 0 else behind, lowest)
            if least < _TOUCHES and lowest > _LEAST / 2:
                return lowest
        if abs(move) > _NOISE:
            behind, last, before = last, place, abs(move)
    if ahead > 0:
        return math.inf
    slopes = gaussian.response.slopes_at_zero
    vanishing = bias == 0 and gaussian.response.at_zero == 0
    growth = weight * (slopes[0] ** 2 + slopes[1] ** 2) / 2
    return -math.inf if vanishing and growth <= 1 + 1e-9 else None


def root(function: Callable[[float], float], one: float, other: float) -> float:
    """A zero between two places with opposite signs, by the Illinois rule."""
    at_one, at_other = function(one), function(other)
    for _ in range(200):
        if at_one == at_other or abs(other - one) <= 2e-16 * max(1.0, abs(one)):
            break
        middle = (one * at_other - other * at_one) / (at_other - at_one)
        if not min(one, other) < middle < max(one, other):
            middle = (one + other) / 2
        height = function(middle)
        if height == 0 or abs(height) < 2e-17:
            return middle
        if height * at_other < 0:
            one, at_one = other, at_other
        else:
            at_one /= 2
        if abs(middle - other) <= 2e-16 * max(1.0, abs(middle)):
            return middle
        other, at_other = middle, height
    return other if abs(at_other) < abs(at_one) else one


def _least(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is least."""
    for _ in range(60):
        first, second = low + (high - low) * 0.382, low + (high - low) * 0.618
        if function(first) < function(second):
            high = second
        else:
            low = first
    return (low + high) / 2


def next_gap(
    gaussian: Gaussian, weight: float, bias: float, log_q: float, after: float, gap: float
) -> tuple[float, float]:
    """C and 1 − c of the next layer, whichever of the two is small with all its digits.

    Args:
        gaussian: the function's integrals.
        weight: σw².
        bias: σb².
        log_q: ln q of this layer.
        after: ln q of the next.
        gap: 1 − c of this layer.
    """
    share = weight * math.exp(log_q - after)
    if gap < 0.5:
        closer = share * fall(gaussian, log_q, gap)
        if closer < 0.5:
            return 1 - closer, closer
    c = share * kernel(gaussian, log_q, 1 - gap, gap) + (bias * math.exp(-after) if bias else 0.0)
    return c, 1 - c


def fixed_correlation(
    gaussian: Gaussian, weight: float, bias: float, log_q: float, start: float, slope: float
) -> tuple[float, float] | None:
    """c* to which the correlation goes at a fixed ln q, and the map's slope χc there.

    The map is a power series in c with positive coefficients, so it is convex for c ≥ 0: c = 1 is the limit unless its
    slope there exceeds 1, and then the limit is the one other fixed point.

    Args:
        gaussian: the function's integrals.
        weight: σw².
        bias: σb².
        log_q: ln q*.
        start: c of the first layer; a negative one has its own limit where f is odd.
        slope: the slope at c = 1; infinite for functions that jump.

    Returns:
        None where the correlation does not settle.
    """

    def mapped(c: float, gap: float | None = None) -> float:
        return next_gap(gaussian, weight, bias, log_q, log_q, 1 - c if gap is None else gap)[0]

    c, tries = start, 0
    while c < 0 and tries < 100:
        after = mapped(c)
        if abs(after + mapped(-c)) < 1e-14:  # an odd map: the limit is the mirror image
            found = fixed_correlation(gaussian, weight, bias, log_q, -start, slope)
            return None if found is None else (-found[0], found[1])
        if abs(after - c) < 1e-15:
            return c, weight * slope_kernel(gaussian, log_q, c)
        c, tries = after, tries + 1
    if c < 0:
        return None
    if slope <= 1 + 1e-12:
        return 1.0, slope
    if gaussian.response.jumps:
        return _jumping(mapped)
    c = 0.0
    for _ in range(200):  # Newton's steps from the left of a convex curve stay on the left
        height = mapped(c) - c
        steep = weight * slope_kernel(gaussian, log_q, c)
        if abs(height) < 1e-16 or steep >= 1:
            break
        forward = height / (1 - steep)
        c += forward
        if abs(forward) < 1e-16 * max(c, 1e-3):
            break
    c = min(max(c, 0.0), 1.0)
    if c < 1e-15:
        c = 0.0
    return c, weight * slope_kernel(gaussian, log_q, c)


def _jumping(mapped: Callable[[float], float]) -> tuple[float, float]:
    """c* and the map's slope there for a function that jumps, whose E f′f′ is not that slope."""
    low, high = 0.0, 1.0
    if mapped(0.0) > 1e-15:
        while high - low > 1e-16 * high:
            middle = (low + high) / 2
            if middle in (low, high):
                break
            low, high = (middle, high) if mapped(middle) > middle else (low, middle)
    h = min(1e-3, (1 - low) / 4)
    slope = (8 * (mapped(low + h) - mapped(low - h)) - (mapped(low + 2 * h) - mapped(low - 2 * h))) / (12 * h)
    return low, slope
