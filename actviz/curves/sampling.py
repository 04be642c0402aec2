"""Where to evaluate a function so that straight lines between the points draw it: more where it bends, at any zoom.

Lengths are pixels of a canvas finer than most screens, so that one set of points serves every size and format.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from actviz.language.numerics.special import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH, HEIGHT = 2000.0, 1250.0  # pixels
_BEND = 0.2  # pixels between a point and the chord of its neighbours; the line then misses the curve by a quarter of it
_SHORTEST = 0.02  # pixels in x; what happens between points so close cannot be seen
_MOST = 12_000  # points in one piece
_TINY = np.geomspace(1e-7, 1e-3, 9)  # shares of the range at which the ends of a piece and the origin are looked at

Function = Callable[[Array], Array]


class View(NamedTuple):
    """The part of the plane that is drawn."""

    low: float
    high: float
    bottom: float
    top: float

    def pixels(self, x: Array, y: Array) -> tuple[Array, Array]:
        """The places of points on the canvas."""
        return (x - self.low) * (WIDTH / (self.high - self.low)), (y - self.bottom) * (
            HEIGHT / (self.top - self.bottom)
        )


def grid(low: float, high: float, count: int) -> Array:
    """Points from `low` to `high`, unevenly spaced and denser at the ends and the origin.

    Evenly spaced points can all meet a wave in the same phase and see a straight line; these cannot.
    """
    steps = np.linspace(low, high, max(count, 3))
    width = high - low
    inner = steps[1:-1] + (width / steps.size) * 0.4 * np.sin(np.arange(1, steps.size - 1) * 2.399963)
    near = _TINY * width
    found = np.concatenate([[low], inner, [high], low + near, high - near, near, -near])
    return np.unique(found[(found >= low) & (found <= high)])


def refine(function: Function, x: Array, y: Array, view: View) -> tuple[Array, Array]:
    """Add points until the line through them follows the function.

    Args:
        function: values at any x between the first and the last point.
        x: points to start from, increasing.
        y: the values there.
        view: what will be visible; bends outside it do not matter.

    Returns:
        The points and values, with NaN between two points across which the function goes through infinity.
    """
    with np.errstate(all="ignore"):
        y = np.where(np.isfinite(y), y, np.nan)
        while True:
            split = np.flatnonzero(_unsettled(x, y, view))
            if not split.size or x.size + split.size > _MOST:
                break
            middle = x[split] / 2 + x[split + 1] / 2
            values = function(middle)
            x = np.insert(x, split + 1, middle)
            y = np.insert(y, split + 1, np.where(np.isfinite(values), values, np.nan))
        gaps = np.flatnonzero(_poles(y, view)) + 1
        return np.insert(x, gaps, x[gaps]), np.insert(y, gaps, np.nan)


def _unsettled(x: Array, y: Array, view: View) -> NDArray[np.bool_]:
    """The segments in which more may happen than a straight line shows."""
    across, up = view.pixels(x, y)
    length = np.diff(across)
    finite = np.isfinite(y)
    side = np.where(up > HEIGHT, 1, np.where(up < 0, -1, 0))
    up = np.clip(up, -HEIGHT, 2 * HEIGHT)
    # The distance of each point from the line through its neighbours.
    run, rise = across[2:] - across[:-2], up[2:] - up[:-2]
    bend = np.abs(run * (up[1:-1] - up[:-2]) - rise * (across[1:-1] - across[:-2])) / np.hypot(run, rise)
    unseen = (side[:-2] != 0) & (side[:-2] == side[1:-1]) & (side[1:-1] == side[2:])
    bent = (bend > _BEND) & ~unseen
    wanted = np.zeros(x.size - 1, dtype=bool)
    wanted[:-1] |= bent
    wanted[1:] |= bent
    wanted |= finite[:-1] != finite[1:]  # where the domain ends
    wanted |= side[:-1] * side[1:] < 0  # a pole, or a steep crossing
    return wanted & (length > _SHORTEST)


def _poles(y: Array, view: View) -> NDArray[np.bool_]:
    """The segments from above the view to below it, or back, towards which the values grow on both sides."""
    side = np.where(y > view.top, 1, np.where(y < view.bottom, -1, 0))
    size = np.abs(y - (view.bottom / 2 + view.top / 2))
    padded = np.concatenate([[0.0], size, [0.0]])
    before, after = padded[:-2], padded[2:]
    jump = side[:-1] * side[1:] < 0
    return np.asarray(jump & ~(size[:-1] < before[:-1]) & ~(size[1:] < after[1:]), dtype=bool)
