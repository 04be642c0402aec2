"""The functions of the language: names, argument counts and NumPy forms.

Their mpmath forms are in `exact`, their SymPy forms in `actviz.calculus.symbolic`, how they are printed in `notation`;
a test holds the four tables to the same names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import numpy as np

from actviz.language.numerics import special
from actviz.language.numerics.special import Array


class Function(NamedTuple):
    """An elementary function.

    Args:
        numpy: its float64 form on arrays of one shape.
        fewest: the fewest arguments it takes.
        most: the most arguments it takes.
        slow: whether it goes through Python for every element, so that it pays to call it on few.
    """

    numpy: Callable[..., Array]
    fewest: int = 1
    most: int = 1
    slow: bool = False


def _maximum(*arguments: Array) -> Array:
    return reduce(np.maximum, arguments)


def _minimum(*arguments: Array) -> Array:
    return reduce(np.minimum, arguments)


def _clip(x: Array, low: Array, high: Array) -> Array:
    return np.asarray(np.where(x >= high, high, np.maximum(x, low)), dtype=np.float64)


MOST_ARGUMENTS = 8

FUNCTIONS: dict[str, Function] = {
    "exp": Function(np.exp),
    "expm1": Function(np.expm1),
    "log": Function(np.log),
    "log1p": Function(np.log1p),
    "sqrt": Function(np.sqrt),
    "abs": Function(np.abs),
    "sign": Function(np.sign),
    "min": Function(_minimum, 2, MOST_ARGUMENTS),
    "max": Function(_maximum, 2, MOST_ARGUMENTS),
    "clip": Function(_clip, 3, 3),
    "sin": Function(np.sin),
    "cos": Function(np.cos),
    "tan": Function(np.tan),
    "atan": Function(np.arctan),
    "asinh": Function(np.arcsinh),
    "sinh": Function(np.sinh),
    "cosh": Function(np.cosh),
    "tanh": Function(np.tanh),
    "sech": Function(special.sech),
    "erf": Function(special.erf, slow=True),
    "erfc": Function(special.erfc, slow=True),
    "sigmoid": Function(special.sigmoid),
    "softplus": Function(special.softplus),
    "log_sigmoid": Function(special.log_sigmoid),
    "normal_pdf": Function(special.normal_pdf),
    "normal_cdf": Function(special.normal_cdf, slow=True),
}

# Not part of the language: what `careful` puts in the place of sums that cancel.
_CAREFUL: dict[str, Function] = {
    "atan_from_below": Function(special.atan_from_below),
    "atan_from_below_slope": Function(special.atan_from_below_slope),
    "expm1_gap": Function(special.expm1_gap),
    "root_sum": Function(special.root_sum, 2, 2),
    "sech_squared": Function(special.sech_squared),
    "sigmoid_power": Function(special.sigmoid_power, 2, 2),
    "sinc_slope": Function(special.sinc_slope),
    "softplus_gap": Function(special.softplus_gap),
    "tanh_gap": Function(special.tanh_gap),
}

ALL_FUNCTIONS = FUNCTIONS | _CAREFUL
