"""What a function truly gives: float64 in bulk for data types of at most 32 bits, balls for float64 and for ties.

Float64 arithmetic is right to some 1e-15, which is 1e-8 ULP of float32. Where a measured error lies within that of a
threshold (0.5, 1 or 2 ULP) balls decide, and they check the reference itself at the worst points and at some others: an
expression may lose digits in ways that nobody foresaw, and then all of it goes through proved polynomials.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from actviz.curves.curve import Curve
from actviz.language.numerics.float64 import in_bulk
from actviz.language.numerics.special import Array
from actviz.language.syntax import VARIABLE

_DIGITS = 24  # of a ball, for an error in ULP of float64 right to six digits
_SOUND = 1e-12  # relative error up to which arithmetic in float64 is a reference


class Reference:
    """The values of a curve.

    Args:
        curve: a function or its derivative.
    """

    def __init__(self, curve: Curve) -> None:
        from actviz.language.numerics.exact import Exact

        activation = curve.activation
        self.curve = curve
        self.parameters = activation.values
        given = curve.variables == (VARIABLE,) and activation.entry.derivative is not None
        self.exact = (
            Exact(activation.entry.derivative, activation.values)
            if given and activation.entry.derivative is not None
            else Exact(activation.entry.value, activation.values, curve.variables)
        )
        self.careful = False

    def values(self, x: Array) -> Array:
        """Float64 values at x, right to `_SOUND` where `check` has found no fault."""
        if self.careful:
            return self.curve.at(x)
        return in_bulk(self.curve.tree, x, self.parameters)

    def check(self, x: Array, values: Array) -> bool:
        """Whether values are sound at some points; where they are not, those that come will be from proved numbers."""
        true = np.array(self.exact.nearest_floats(x.tolist()))
        with np.errstate(all="ignore"):
            close = np.abs(true - values) <= _SOUND * np.abs(true)
        same = close | (true == values) | (np.isnan(true) & np.isnan(values)) | (np.abs(true) < 1e-300)
        if not same.all() and not self.careful:
            self.careful = True
            return False
        return True

    def errors(self, x: Array, got: Array, spacing: Array) -> tuple[Array, Array]:
        """Errors in ULP by balls, right to six digits, and the float64 nearest to each true value.

        Args:
            x: the points.
            got: what was computed there, finite.
            spacing: one ULP at each.
        """
        from actviz.language.numerics.balls import precision
        from actviz.language.numerics.exact import UndefinedError

        errors, values = np.full(x.size, np.nan), np.full(x.size, np.nan)
        for place, (point, given, step) in enumerate(zip(x.tolist(), got.tolist(), spacing.tolist(), strict=True)):
            try:
                found = self.exact(point, _DIGITS)
            except UndefinedError:
                continue
            values[place] = float(found.mid())
            with precision(200):
                errors[place] = abs(float(((found - given) / step).mid())) if math.isfinite(given) else math.nan
        return errors, values

    def kinks(self, low: float, high: float) -> list[tuple[float, float, float]]:
        """The points between where the curve's sides differ: x, the limit from the left and from the right."""
        return [(limit.x, limit.left, limit.right) for limit in self.curve.limits(low, high) if limit.jumps]


def parity(reference: Reference, largest: float) -> str:
    """``odd``, ``even`` or nothing: what the true function is."""
    x = np.array([0.1234567, 0.71, 1.0, 1.37, 2.9, 4.4, 7.77])
    x = x[x < largest]
    right, left = reference.values(x), reference.values(-x)
    if not (np.isfinite(right).all() and np.isfinite(left).all()):
        return ""
    size = 1e-13 * np.maximum(np.abs(right), np.abs(left))
    if (np.abs(right + left) <= size).all() and not (right == 0).all():
        return "odd"
    return "even" if (np.abs(right - left) <= size).all() else ""


def bends(curve: Curve, low: float, high: float) -> tuple[Array, NDArray[np.float64]]:
    """A grid and how much the curve bends in each of its cells, for where to look closely."""
    grid = np.linspace(low, high, 2049)
    with np.errstate(all="ignore"):
        values = in_bulk(curve.tree, grid, curve.activation.values)
        second = np.abs(np.diff(values, 2))
    second = np.where(np.isfinite(second), second, 0.0)
    weight = np.sqrt(np.concatenate([second[:1], second, second[-1:]])[:-1])
    return grid, weight + 0.02 * max(float(weight.max()), 1e-300)
