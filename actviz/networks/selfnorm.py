"""Self-normalisation: the map of a layer's mean and variance to those of the next (Klambauer et al. 2017, equation 3).

For one unit with weights w, ω = Σw and τ = Σw², inputs of mean μ and variance ν make z ~ N(μω, ντ), and the map gives
the mean and the variance of f(z). Their Theorem 1 is about units with ω near 0; among independent Gaussian weights
ω ~ N(0, 1), so that |ω| ≤ 0.1 holds for 8 % of units, and over all of them the one-dimensional map of q governs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from actviz.curves.curve import Activation
from actviz.curves.display import Displayed
from actviz.errors import UsageError
from actviz.language.numerics.special import Array
from actviz.networks.quadrature import InfiniteError, edges_for, integrate, reach_of
from actviz.networks.response import Response

MEANS, VARIANCES = (-0.1, 0.1), (0.8, 1.5)  # the domain of Theorem 1, for μ (and ω) and for ν
SUMS, SQUARES = (-0.1, 0.1), (0.95, 1.1)  # of ω and τ
_ROUNDS = 5000


@dataclass(frozen=True)
class Step:
    """One application of the map.

    Args:
        mean: μ̃, of f(z).
        variance: ν̃.
        jacobian: of (μ̃, ν̃) in (μ, ν).
    """

    mean: float
    variance: float
    jacobian: tuple[tuple[float, float], tuple[float, float]]


def step(response: Response, mean: float, variance: float, omega: float = 0.0, tau: float = 1.0) -> Step:
    """The map at (μ, ν) for a unit with ω and τ.

    Raises:
        UsageError: a moment is infinite, or z has no variance.
    """
    m, v = mean * omega, variance * tau
    if not (math.isfinite(m) and 0 < v < 1e200):
        raise UsageError(f"a variance of {v:g} cannot be mapped", "Give variances above 0.")
    s = math.sqrt(v)

    def integrand(z: Array) -> Array:
        root = np.exp(-z * z / 4) / (2 * math.pi) ** 0.25
        f = response.value(m + s * z) * root
        odd, even = z / s, (z * z - 1) / (2 * v)
        return np.stack([f * root, f * f, f * root * odd, f * root * even, f * f * odd, f * f * even])

    def logarithm(z: Array) -> Array:
        with np.errstate(all="ignore"):
            return 2 * np.log(np.abs(response.value(m + s * z)))

    reach = reach_of(logarithm)
    try:
        if math.isinf(reach):
            raise InfiniteError(1)
        found = integrate(integrand, edges_for(response.breaks, s, reach, m)).values.tolist()
    except InfiniteError:
        raise UsageError(
            f"f of {response.activation.spec} has no variance for z of variance {v:.4g}", "Choose another function."
        ) from None
    first, second, first_m, first_v, second_m, second_v = found
    slopes = (omega * first_m, tau * first_v)
    squares = (omega * second_m, tau * second_v)
    return Step(
        first,
        second - first * first,
        (slopes, (squares[0] - 2 * first * slopes[0], squares[1] - 2 * first * slopes[1])),
    )


@dataclass(frozen=True, repr=False)
class SelfNormalisation(Displayed):
    """The map of one function.

    Args:
        activation: the function.
        omega: ω of the unit.
        tau: its τ.
        fixed_point: (μ, ν) to which layers go from (0, 1); None where they do not settle.
        jacobian: of the map there.
        eigenvalues: their sizes, the largest first.
        spectral_norm: the largest factor by which the map stretches near the fixed point.
        grid: places (μ, ν), and where the map takes them, as four arrays.
    """

    activation: Activation
    omega: float
    tau: float
    fixed_point: tuple[float, float] | None
    jacobian: tuple[tuple[float, float], tuple[float, float]] | None
    eigenvalues: tuple[float, float] | None
    spectral_norm: float | None
    grid: tuple[Array, Array, Array, Array]

    def __repr__(self) -> str:
        return f"<self-normalisation of {self.activation.spec}: fixed point {self.fixed_point}>"

    @property
    def attracts(self) -> bool:
        """Whether there is a fixed point, and layers near it come nearer."""
        return self.eigenvalues is not None and self.eigenvalues[0] < 1


def moment_map(activation: Activation, omega: float = 0.0, tau: float = 1.0) -> SelfNormalisation:
    """The map of a function for a unit with Σw = ω and Σw² = τ.

    Raises:
        UsageError: a moment is infinite, or ω or τ is out of range.
    """
    if not (math.isfinite(omega) and abs(omega) <= 100 and math.isfinite(tau) and 0 < tau <= 100):
        raise UsageError(f"ω = {omega:g} and τ = {tau:g} cannot be used", "|ω| up to 100, τ above 0 and up to 100.")
    response = Response(activation)
    response.check()
    fixed = _fixed(response, omega, tau)
    jacobian = eigenvalues = norm = None
    if fixed is not None:
        jacobian = step(response, *fixed, omega, tau).jacobian
        matrix = np.array(jacobian)
        sizes = sorted(np.abs(np.linalg.eigvals(matrix)).tolist(), reverse=True)
        eigenvalues, norm = (sizes[0], sizes[1]), float(np.linalg.norm(matrix, 2))
    centre = fixed or (0.0, 1.0)
    means = centre[0] + np.linspace(-0.5, 0.5, 9)
    spread = np.linspace(0.25, 1.75, 9) * (centre[1] if centre[1] > 0 else 1.0)
    places = [(mean, variance) for variance in spread.tolist() for mean in means.tolist()]
    moved = [step(response, mean, variance, omega, tau) for mean, variance in places]
    grid = (
        np.array([mean for mean, _ in places]),
        np.array([variance for _, variance in places]),
        np.array([one.mean for one in moved]),
        np.array([one.variance for one in moved]),
    )
    return SelfNormalisation(activation, omega, tau, fixed, jacobian, eigenvalues, norm, grid)


def _fixed(response: Response, omega: float, tau: float) -> tuple[float, float] | None:
    """Where the map leads from (0, 1), polished by Newton's steps; None where that is not a point inside."""
    mean, variance = 0.0, 1.0
    for _ in range(_ROUNDS):
        after = step(response, mean, variance, omega, tau)
        if not (1e-12 < after.variance < 1e12 and abs(after.mean) < 1e12):
            return None
        moved = max(abs(after.mean - mean), abs(after.variance - variance) / variance)
        if moved < 1e-4:
            matrix = np.eye(2) - np.array(after.jacobian)
            if abs(np.linalg.det(matrix)) < 1e-12:
                return (after.mean, after.variance) if moved < 1e-14 else None
            forward = np.linalg.solve(matrix, [after.mean - mean, after.variance - variance])
            mean, variance = mean + float(forward[0]), variance + float(forward[1])
            if variance <= 0:
                return None
            if moved < 1e-13:
                break
        else:
            mean, variance = after.mean, after.variance
    else:
        return None
    return (0.0 if abs(mean) < 1e-14 else mean), variance


def theorem_1(response: Response) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges of μ̃ and ν̃ over the corners of the domain of Theorem 1, where they are attained."""
    corners = [
        step(response, mean, variance, omega, tau)
        for mean in MEANS
        for variance in VARIANCES
        for omega in SUMS
        for tau in SQUARES
    ]
    means, variances = [one.mean for one in corners], [one.variance for one in corners]
    return (min(means), max(means)), (min(variances), max(variances))
