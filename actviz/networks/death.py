"""Dead units and dead layers: what is known exactly, and how many units are flat for two inputs at once."""

from __future__ import annotations

import math

import numpy as np

from actviz.language.numerics.special import Array, normal_cdf
from actviz.networks.distribution import probability
from actviz.networks.kernels import indicator_kernel
from actviz.networks.moments import Gaussian
from actviz.networks.quadrature import nodes_on
from actviz.networks.setting import Setting
from actviz.networks.theory import Theory


def layer_death(width: int, depth: int) -> float:
    """P(some layer of a ReLU network without biases is 0 throughout) for one input: 1 − (1 − 2^−n)^L.

    For any continuous symmetric weights; Lu et al. 2019 call a network born dead that is so for every input, which is
    less likely.

    Args:
        width: n, units in every layer.
        depth: L.
    """
    return -math.expm1(depth * math.log1p(-(2.0**-width)))


def unit_death(correlation: float, inputs: int = 2) -> float:
    """The share of ReLU units that are dead for all of N inputs of one correlation c ≥ 0: E Φ(−√(c/(1 − c))·z)^N.

    Args:
        correlation: of any two inputs' preactivations; for two inputs it may be negative, ¼ + asin(c)/2π.
        inputs: N.
    """
    if inputs == 2:
        return 0.25 + math.asin(correlation) / (2 * math.pi)
    if correlation >= 1:
        return 0.5
    slope = math.sqrt(correlation / (1 - correlation))
    cuts = np.linspace(-12.0, 12.0, 25)
    if slope > 1:  # Φ falls within 1/slope of 0
        cuts = np.union1d(cuts, np.linspace(-12.0, 12.0, 49) / slope)
    z, w = nodes_on(cuts[:-1], cuts[1:])
    share: Array = normal_cdf(-slope * z)
    return float(np.sum(w * share**inputs * np.exp(-z * z / 2)) / math.sqrt(2 * math.pi))


def flat_share(gaussian: Gaussian, log_q: float, below: float = 0.0) -> float:
    """P(|f′(√q z)| ≤ below); with 0, the share of slopes that are exactly flat."""
    response = gaussian.response
    return probability(response, 0.0, math.exp(log_q / 2), lambda x: np.abs(response.slope(x)) <= below)


def both_flat(gaussian: Gaussian, setting: Setting, theory: Theory) -> list[float]:
    """The share of units with slope 0 for two inputs at once, layer by layer."""
    found = []
    for log_q, c, gap in zip(theory.log_q, theory.correlation, theory.gap, strict=True):
        at = 0.0 if setting.norm == "layer" else log_q
        found.append(indicator_kernel(gaussian, at, c, gap))
    return found
