"""What a formula gives when it is computed as it stands in a data type: every operation rounded, none of them helped.

Each function of the language counts as one operation, correctly rounded but for the last bits of float64. That is what
a kernel does that keeps all its intermediate results in the type; those that work in float32 within lose less.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import numpy as np

from actviz.analysis.datatypes import DataType
from actviz.curves.curve import Curve
from actviz.language.functions import ALL_FUNCTIONS
from actviz.language.numerics.special import Array
from actviz.language.syntax import (
    COMPARISONS,
    CONSTANTS,
    VARIABLE,
    Call,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Name,
    Negation,
    Node,
    Not,
    Number,
    Operation,
)

_ARITHMETIC: dict[str, Any] = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power}


def naive(curve: Curve, x: Array, kind: DataType) -> Array:
    """Values of a curve computed in a data type, at the numbers of the type nearest to x."""
    known = {name: kind.rounded(np.array(value)) for name, value in curve.activation.values.items()}
    known |= {name: kind.rounded(np.array(value)) for name, value in CONSTANTS.items()}
    known[VARIABLE] = kind.rounded(np.asarray(x, dtype=np.float64))
    with np.errstate(all="ignore"):
        return np.array(np.broadcast_to(_value(curve.tree, known, kind), np.shape(x)), dtype=np.float64)


def _value(node: Node, known: Mapping[str, Any], kind: DataType) -> Any:
    match node:
        case Number(value):
            return kind.rounded(np.array(float(value)))
        case Name(name):
            return known[name]
        case Negation(operand):
            return -_value(operand, known, kind)
        case Operation("**", base, Number(int() as power)):
            return kind.rounded(np.power(_value(base, known, kind), float(power)))
        case Operation(sign, left, right):
            return kind.rounded(_ARITHMETIC[sign](_value(left, known, kind), _value(right, known, kind)))
        case Call(function, arguments):
            parts = np.broadcast_arrays(*(_value(part, known, kind) for part in arguments))
            return kind.rounded(ALL_FUNCTIONS[function].numpy(*parts))
        case Conditional(condition, value, otherwise):
            return np.where(_truth(condition, known, kind), _value(value, known, kind), _value(otherwise, known, kind))


def _truth(condition: Condition, known: Mapping[str, Any], kind: DataType) -> Any:
    match condition:
        case Comparison(sign, left, right):
            return COMPARISONS[sign](_value(left, known, kind), _value(right, known, kind))
        case Logic(sign, conditions):
            combine = np.logical_and if sign == "and" else np.logical_or
            return reduce(combine, [_truth(part, known, kind) for part in conditions])
        case Not(inner):
            return np.logical_not(_truth(inner, known, kind))
