"""The edge of chaos: the weight variance at which χ1 = 1 at the fixed point, for a given bias variance.

With q chosen, σw² = 1/E f′² and σb² = q − E f²/E f′² put the fixed point at q and χ1 at 1; the curve is followed until
it has the wanted σb². It is worth something only where χq < 1, so that layers go there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from actviz.errors import UsageError
from actviz.networks.fixed import log_step, root
from actviz.networks.moments import Gaussian

_SCAN = np.arange(-23.0, 12.0, 0.25)  # ln q


@dataclass(frozen=True)
class Edge:
    """A point on the edge of chaos.

    Args:
        weight: σw².
        bias: σb².
        log_q: ln q*; −∞ where the point is reached as q → 0, None where every q is fixed.
        attracts: whether layers go there.
    """

    weight: float
    bias: float
    log_q: float | None
    attracts: bool


def edge(gaussian: Gaussian, bias: float | None) -> Edge:
    """The edge of chaos at a bias variance; where none is given, at 0, or else at the half-stable point.

    Raises:
        UsageError: there is none.
    """
    if gaussian.response.jumps:
        raise UsageError(
            f"{gaussian.response.activation.spec} jumps, so no weights make its correlation map critical",
            "Give --init a number, or choose a continuous function.",
        )
    rays = gaussian.response.homogeneous
    if rays is not None and not bias:
        return Edge(2 / (rays[0] ** 2 + rays[1] ** 2), 0.0, None, True)
    if bias:
        return _at(gaussian, bias)
    found = _at_zero(gaussian)
    if found is not None:
        return found
    half = _half_stable(gaussian) if bias is None else None
    if half is None:
        raise _none(gaussian, 0.0)
    return half


def _bias(gaussian: Gaussian, log_q: float) -> float:
    """σb² on the edge at q."""
    moments = gaussian.moments(log_q)
    if not (math.isfinite(moments.second) and moments.slope_second > 0):
        return math.nan
    return math.exp(log_q) * (1 - moments.second / moments.slope_second)


def _weight(gaussian: Gaussian, log_q: float) -> float:
    return 1 / gaussian.moments(log_q).slope_second


def _attracts(gaussian: Gaussian, log_q: float) -> bool:
    """Whether χq < 1 on the edge at q."""
    moments = gaussian.moments(log_q)
    return abs(moments.derivative / moments.slope_second) < 1


def _at(gaussian: Gaussian, bias: float) -> Edge:
    heights = [_bias(gaussian, log_q) - bias for log_q in _SCAN]
    found = []
    for place in range(len(_SCAN) - 1):
        if heights[place] * heights[place + 1] <= 0:
            low, high = float(_SCAN[place]), float(_SCAN[place + 1])
            log_q = root(lambda x: _bias(gaussian, x) - bias, low, high)
            found.append(Edge(_weight(gaussian, log_q), bias, log_q, _attracts(gaussian, log_q)))
    if not found:
        raise _none(gaussian, math.sqrt(bias))
    return next((point for point in found if point.attracts), found[0])


def _at_zero(gaussian: Gaussian) -> Edge | None:
    """The point that layers reach as q → 0, for functions with f(0) = 0 that grow less than linearly."""
    left, right = gaussian.response.slopes_at_zero
    steep = (left * left + right * right) / 2
    if gaussian.response.at_zero != 0 or not (0 < steep < math.inf):
        return None
    weight = 1 / steep
    if any(log_step(gaussian, weight, 0.0, log_q) > log_q for log_q in (-14.0, -7.0)):
        return None
    return Edge(weight, 0.0, -math.inf, True)


def _half_stable(gaussian: Gaussian) -> Edge | None:
    """The point where χq = χ1 = 1 (Roberts, Yaida, Hanin 2022), which has a σb² of its own."""

    def excess(log_q: float) -> float:
        moments = gaussian.moments(log_q)
        return moments.derivative - moments.slope_second

    heights = [excess(log_q) for log_q in _SCAN]
    for place in range(len(_SCAN) - 1):
        if heights[place] > 0 >= heights[place + 1]:
            log_q = root(excess, float(_SCAN[place]), float(_SCAN[place + 1]))
            bias = _bias(gaussian, log_q)
            if bias > 0:
                return Edge(_weight(gaussian, log_q), bias, log_q, False)
    return None


def _none(gaussian: Gaussian, bias_std: float) -> UsageError:
    spec = gaussian.response.activation.spec
    return UsageError(
        f"{spec} has no edge of chaos with biases of standard deviation {bias_std:g}",
        "Give --init a number, or try another --bias-std.",
    )
