"""Linear approximation in the maximum norm at points: the smallest t with |r + J·d| ≤ t, for d within bounds.

The dual linear programme by the simplex method: the points at which the error is largest are exchanged one by one, as
in Stiefel's algorithm. There are n + 1 of them for n unknowns.
"""

from __future__ import annotations

import numpy as np

from actviz.language.numerics.special import Array

_GAIN, _PIVOT = 1e-12, 1e-8  # of errors and unknowns scaled to 1
_MOST_EXCHANGES = 2_000
_DANTZIG = (
    1_000  # after so many exchanges the first candidate is taken rather than the best, so as not to go in circles
)


def smallest(residual: Array, slopes: Array, limit: float | Array) -> tuple[Array, float]:
    """The step that makes the largest |residual + slopes·step| smallest.

    Args:
        residual: of shape (points,).
        slopes: of shape (points, unknowns).
        limit: how large each unknown may be.

    Returns:
        The step, and the largest error that is left.
    """
    points, unknowns = slopes.shape
    limits = np.broadcast_to(np.asarray(limit, dtype=np.float64), (unknowns,))
    scale = float(np.max(np.abs(residual), initial=0.0)) or 1.0
    original, slopes = slopes, slopes * limits / scale  # unknowns between −1 and 1, errors of about 1
    identity = np.eye(unknowns)
    columns = np.block(
        [
            [slopes.T, -slopes.T, identity, -identity],
            [np.ones((1, 2 * points)), np.zeros((1, 2 * unknowns))],
        ]
    )
    costs = np.concatenate([residual / scale, -residual / scale, -np.ones(2 * unknowns)])
    first = int(np.argmax(costs[: 2 * points]))
    signs = np.sign(columns[:unknowns, first])
    basis = np.array(
        [2 * points + place + (unknowns if signs[place] > 0 else 0) for place in range(unknowns)] + [first]
    )
    right = np.concatenate([np.zeros(unknowns), [1.0]])
    for exchange in range(_MOST_EXCHANGES):
        matrix = columns[:, basis]
        multipliers = np.linalg.solve(matrix.T, costs[basis])
        gains = costs - multipliers @ columns
        gains[basis] = 0.0
        candidates = np.flatnonzero(gains > _GAIN)
        if not candidates.size:
            break
        entering = int(candidates[np.argmax(gains[candidates])] if exchange < _DANTZIG else candidates[0])
        weights = np.linalg.solve(matrix, right)
        change = np.linalg.solve(matrix, columns[:, entering])
        falling = np.flatnonzero(change > _PIVOT * np.abs(change).max())
        if not falling.size:
            break
        ratios = np.maximum(weights[falling], 0.0) / change[falling]
        ties = falling[ratios <= ratios.min() * (1 + 1e-9) + 1e-15]
        basis[ties[np.argmax(change[ties])]] = entering
    step = -multipliers[:unknowns] * limits
    return step, float(np.max(np.abs(residual + original @ step)))
