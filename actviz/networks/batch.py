"""Batch normalisation over B inputs in wide networks: how much squared gradients grow in a layer (Yang et al. 2019).

At the batch-symmetric fixed point the B normalised values of a unit are uniform on the sphere of radius √B in the
space orthogonal to (1, …, 1). With a = E f′(u₁)², b = E f′(u₁)f′(u₂), p = E u₁²f′(u₁)², r = E u₁u₂f′(u₁)f′(u₂) and
v = E f(u₁)² − E f(u₁)f(u₂), the growth is [(B−1)a + b − p + r] / ((B−3)v): the trace of what the Jacobian of the
normalisation, which takes out the mean and the radius, leaves of the gradient. Their Theorems 7 and 8 agree with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from actviz.language.numerics.special import Array
from actviz.networks.moments import Gaussian
from actviz.networks.quadrature import nodes_on

_REACH = 12.0  # standard deviations; beyond, a Gaussian and all the more a sphere hold nothing
_OUTER = 40  # panels at least
STABLE = 1.0 + 1e-9  # ReLU's drift is 1 exactly


@dataclass(frozen=True)
class BatchNorm:
    """What batch normalisation does in a wide network.

    Args:
        second: E f².
        mean: E f.
        variance: v, the variance of f within a batch, that the next layer divides by.
        growth: the factor of squared gradients per layer.
        drift: λL, by which the norms of the batch's samples drift apart per layer; the symmetric point repels above 1.
    """

    second: float
    mean: float
    variance: float
    growth: float
    drift: float

    @property
    def stable(self) -> bool:
        """Whether the symmetric fixed point, which the theory assumes, attracts."""
        return self.drift <= STABLE


def drift(gaussian: Gaussian) -> float:
    """λL = E[(f − E f)²(z² − 1)]/(2 Var f), for large batches."""
    moments = gaussian.moments(0.0)
    mesh = gaussian.mesh(0.0)
    z, w = nodes_on(mesh.low, mesh.high)
    z, w = z.ravel(), w.ravel()
    density = w * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    f = gaussian.response.value(z, fast=True) - moments.mean
    return float(np.sum(f * f * (z * z - 1) * density) / (2 * moments.variance))


def batch_norm(gaussian: Gaussian, batch: int) -> BatchNorm:
    """The fixed point of batch normalisation over `batch` inputs, at least 4."""
    response = gaussian.response
    edge = math.sqrt(batch - 1)
    reach = min(edge, _REACH)
    breaks = response.breaks
    # u₁ = √(B−1)·sin θ with density cos^{B−3}θ; given it, u₂ = −u₁/(B−1) + ρ·sin φ with density cos^{B−4}φ.
    low, high = _angles(reach / edge, breaks / edge, _entries(breaks, batch) / edge)
    theta, weights = nodes_on(low, high)
    theta, weights = theta.ravel(), weights.ravel()
    weights = weights * np.cos(theta) ** (batch - 3)
    weights = weights / weights.sum()
    first = edge * np.sin(theta)
    radius = math.sqrt(batch * (batch - 2) / (batch - 1)) * np.cos(theta)
    f, slope = response.value(first), response.slope(first)
    g, moved, pulled = _given(gaussian, batch, first, radius)
    second = float(weights @ (f * f))
    v = second - float(weights @ (f * g))
    squares = slope * slope
    a, p = float(weights @ squares), float(weights @ (first * first * squares))
    b, r = float(weights @ (slope * moved)), float(weights @ (first * slope * pulled))
    growth = ((batch - 1) * a + b - p + r) / ((batch - 3) * v) if batch > 3 else math.inf
    return BatchNorm(second, float(weights @ f), v, growth, drift(gaussian))


def _given(gaussian: Gaussian, batch: int, first: Array, radius: Array) -> tuple[Array, Array, Array]:
    """E[f(u₂)|u₁], E[f′(u₂)|u₁] and E[u₂f′(u₂)|u₁] for every u₁."""
    response = gaussian.response
    middle = -first / (batch - 1)
    share = min(1.0, _REACH / math.sqrt(batch - 2))
    top = math.asin(share)
    sines = (response.breaks[None, :] - middle[:, None]) / radius[:, None]
    kinks = np.arcsin(np.clip(sines, -1.0, 1.0))
    base = np.linspace(-top, top, 25)
    edges = np.sort(
        np.clip(np.concatenate([np.broadcast_to(base, (first.size, 25)), kinks], axis=1), -top, top), axis=1
    )
    phi, weights = nodes_on(edges[:, :-1], edges[:, 1:], 16)
    weights = weights * np.cos(phi) ** (batch - 4)
    weights = weights / weights.sum(axis=(1, 2), keepdims=True)
    u = middle[:, None, None] + radius[:, None, None] * np.sin(phi)
    slope = response.slope(u, fast=True)
    f = response.value(u, fast=True)
    g, moved, pulled = (np.sum(part * weights, axis=(1, 2)) for part in (f, slope, u * slope))
    return g, moved, pulled


def _entries(breaks: Array, batch: int) -> Array:
    """The u₁ at which a breakpoint enters the interval in which u₂ can lie."""
    n, m = batch * (batch - 2), batch - 1
    # Z = B(B−2) − (B−1)(u₁² + u₂²) − 2u₁u₂ = 0, a quadratic in u₁ for u₂ = b.
    discriminant = breaks**2 - m * (m * breaks**2 - n)
    roots = np.sqrt(np.maximum(discriminant, 0.0))
    return np.concatenate([(-breaks - roots) / m, (-breaks + roots) / m])


def _angles(most: float, *sines: Array) -> tuple[Array, Array]:
    """Panels of θ, cut at these values of sin θ."""
    top = math.asin(min(1.0, most))
    inside = np.concatenate(sines)
    inside = np.arcsin(inside[np.abs(inside) < min(1.0, most)])
    edges = np.unique(np.concatenate([np.linspace(-top, top, _OUTER + 1), inside]))
    return edges[:-1], edges[1:]
