"""Gaussian moments of a function and its slope, z ~ N(0, 1) and x = √q·z, at any q that its logarithm can name.

Everything is divided by the power of √q that belongs to it, so that q = 1e-300, and far beyond, loses nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from actviz.errors import UsageError
from actviz.language.numerics.special import Array
from actviz.networks.quadrature import InfiniteError, Integral, edges_for, integrate, reach_of
from actviz.networks.response import Response

# Beyond these logarithms of q a function is its tangent at 0, or its asymptote through 0: corrections are of the order
# of √q, e^{-300} at most.
_TINY, _HUGE = -600.0, 1200.0
_LARGEST = 1e150  # of E f²/q; beyond, the next layer's leaves float64
_ROOT_2PI = math.sqrt(2 * math.pi)
_SQUARE_LAW = 1.9  # log|f| growing faster than this power of x outgrows a Gaussian sooner or later


def is_ordinary(deviation: float) -> bool:
    """Whether plain float64 arithmetic on inputs of this standard deviation loses nothing that is seen at 1e-13."""
    return 0.01 <= deviation <= 30.0


@dataclass(frozen=True)
class Moments:
    """Moments at variance q, with s = √q.

    Args:
        log_q: ln q.
        mean: E f / s.
        second: E f² / q.
        derivative: dE f²/dq by Stein's identity, E[f²(z² − 1)]/(2q), which needs no f″ and is right at kinks and jumps.
        slope_mean: E f′.
        slope_second: E f′².
    """

    log_q: float
    mean: float
    second: float
    derivative: float
    slope_mean: float
    slope_second: float

    @property
    def variance(self) -> float:
        """Var f / q."""
        if self.second > _LARGEST:
            return math.inf
        return max(self.second - self.mean**2, 0.0)


@dataclass
class Gaussian:
    """The Gaussian integrals of one function; what was computed is kept.

    Args:
        response: the function.
    """

    response: Response
    _moments: dict[float, Moments] = field(default_factory=dict)
    _meshes: dict[float, Integral] = field(default_factory=dict)

    def moments(self, log_q: float) -> Moments:
        """All moments at variance q.

        Raises:
            UsageError: one of them is infinite.
        """
        if log_q not in self._moments:
            self._moments[log_q] = self._compute(log_q)
        return self._moments[log_q]

    def mesh(self, log_q: float) -> Integral:
        """The panels in z on which f and f′ are smooth at variance q."""
        if log_q not in self._meshes:
            self._meshes[log_q] = self._integral(log_q)
        return self._meshes[log_q]

    def expectation(self, log_q: float, power: int, of_slope: bool = False) -> float:
        """E|f/s|^power, or E|f′|^power; infinite where it has no value, as for f′ = 1/x.

        Args:
            log_q: ln q.
            power: of f or f′.
            of_slope: f′ rather than f.
        """
        s = math.exp(log_q / 2)
        mesh = self.mesh(log_q)
        function = self.response.slope if of_slope else self.response.value
        scale = 1.0 if of_slope else s

        def integrand(z: Array) -> Array:
            with np.errstate(all="ignore"):
                return np.asarray([np.abs(function(s * z) / scale) ** power * np.exp(-z * z / 2) / _ROOT_2PI])

        edges = np.append(mesh.low, mesh.high[-1:])
        try:
            return float(integrate(integrand, edges).values[0])
        except InfiniteError:
            return math.inf

    def tangent(self, log_q: float) -> tuple[float, float] | None:
        """The slopes (left, right) of a function that is two rays at this variance, to all digits; None for others."""
        response = self.response
        if response.homogeneous is not None:
            return response.homogeneous
        if log_q < _TINY and response.at_zero == 0:
            return response.slopes_at_zero
        return response.slopes_far_out if log_q > _HUGE else None

    def _compute(self, log_q: float) -> Moments:
        slopes = self.tangent(log_q)
        if slopes is not None:
            left, right = slopes
            half = (left * left + right * right) / 2
            return Moments(log_q, (right - left) / _ROOT_2PI, half, half, (left + right) / 2, half)
        found = self.mesh(log_q).values
        if found[1] > _LARGEST:
            found = np.full(5, math.inf)
        return Moments(log_q, *(float(value) for value in found))

    def _integral(self, log_q: float) -> Integral:
        s = math.exp(log_q / 2)
        response = self.response
        fast = is_ordinary(s)

        def logarithm(z: Array) -> Array:
            with np.errstate(all="ignore"):
                sizes = np.maximum(np.abs(response.value(s * z, fast) / s), np.abs(response.slope(s * z, fast)))
                return 2 * np.log(sizes)

        reach = reach_of(logarithm)
        if math.isinf(reach):
            self._check_growth(log_q)
            return Integral(np.array([math.inf] * 5), np.empty(0), np.empty(0))

        def integrand(z: Array) -> Array:
            root = np.exp(-z * z / 4) / math.sqrt(_ROOT_2PI)
            value, slope = response.value(s * z, fast) / s * root, response.slope(s * z, fast) * root
            square = value * value
            return np.stack([value * root, square, square * (z * z - 1) / 2, slope * root, slope * slope])

        try:
            return integrate(integrand, edges_for(response.breaks, s, reach))
        except InfiniteError as error:
            name = "E f′²" if error.row >= 3 else "E f²"
            raise self._infinite(name, log_q) from None

    def _check_growth(self, log_q: float) -> None:
        """Raise where the function outgrows every Gaussian of this variance, rather than float64 alone."""
        with np.errstate(all="ignore"):
            x = np.geomspace(1.0, 1e6, 200)
            for side in (-x, x):
                sizes = np.log(np.abs(self.response.value(side)))
                seen = np.flatnonzero(np.isfinite(sizes) & (sizes > 20))
                if seen.size < 2:
                    continue
                first, last = int(seen[0]), int(seen[-1])
                power = math.log(sizes[last] / sizes[first]) / math.log(x[last] / x[first])
                if power > _SQUARE_LAW:
                    raise self._infinite("E f²", log_q)

    def _infinite(self, name: str, log_q: float) -> UsageError:
        spec = self.response.activation.spec
        return UsageError(
            f"{name} of {spec} is infinite for inputs of variance {math.exp(log_q):.4g}",
            "No layer of wide random networks has a variance or a gradient then; choose another function.",
        )
