"""Whether an entry's derivative is that of its value, as far as differences in float64 can tell.

This finds slips in a file of one's own before anything is drawn from it; `derive` proves the digits.
"""

from __future__ import annotations

import numpy as np

from actviz.errors import RegistryError
from actviz.language.numerics.float64 import evaluate
from actviz.registry.entries import Entry, Parameter

_POINTS = np.array(
    [-47.3, -9.1, -6.3, -3.7, -2.2, -1.3, -0.83, -0.31, -0.06, 0.04, 0.27, 0.74, 1.4, 2.6, 4.1, 7.9, 53.9]
)
# About the cube root of float64's precision; the last two tell a function that is wild in between.
_WIDTHS = [share * 2.0**-17 * np.maximum(1, np.abs(_POINTS)) for share in (-1, 1, 0.37, -0.61)]
_TOLERANCE = 1e-4  # relative; right derivatives come within 1e-9
_STRAIGHT = 1e-2  # slopes around a point differ by more than this where it is next to a breakpoint
_ROUNDING = 1e-8  # of the function's values, divided by the width


def check_slopes(entry: Entry, place: str) -> None:
    """Compare an entry's derivative with differences of its value, for its defaults and for one other setting.

    Args:
        entry: an entry of a registry file.
        place: where it stands, for the message.

    Raises:
        RegistryError: they differ somewhere; names the point and both numbers.
    """
    if entry.derivative is None:
        return
    for values in (entry.defaults, {parameter.name: _another(parameter) for parameter in entry.parameters}):
        at = evaluate(entry.value, _POINTS, values)
        given = evaluate(entry.derivative, _POINTS, values)
        with np.errstate(all="ignore"):
            around = [(evaluate(entry.value, _POINTS + width, values) - at) / width for width in _WIDTHS]
            slopes = (around[0] + around[1]) / 2
            size, rounding = np.abs(slopes), _ROUNDING * np.abs(at)
            known = np.ptp(around, axis=0) <= _STRAIGHT * size + rounding
            wrong = known & ~(np.abs(slopes - given) <= _TOLERANCE * size + rounding)
        if wrong.any():
            nearest = np.argmin(np.where(wrong, np.abs(_POINTS), np.inf))
            where = ", ".join(f"{name} = {value:g}" for name, value in {"x": _POINTS[nearest], **values}.items())
            raise RegistryError(
                f"{place}: at {where}, 'derivative' is {given[nearest]:.6g}, "
                f"and 'value' has slope {slopes[nearest]:.6g}",
                "Mend one of them; 'actviz derive' with the value as a formula shows its derivative.",
            )


def _another(parameter: Parameter) -> float:
    """A value other than the default, where the domain has it: a factor forgotten shows where it is not 1."""
    value = 1.25 * parameter.default + 0.125
    return value if parameter.above < value < parameter.below else parameter.default
