"""Trees at many points for many sets of parameters at once, in plain float64 arithmetic.

A fit asks for a function at a few dozen points and for hundreds of parameter values. Here all of them go through one
pass of NumPy; the few ULP that plain arithmetic loses do not matter to who looks for parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np

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

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
}


def rows(node: Node, x: Array, names: Sequence[str], parameters: Array) -> Array:
    """The tree's values, a row for each set of parameters.

    Args:
        node: the tree.
        x: float64 array of shape (n,).
        names: the parameters, k of them.
        parameters: float64 array of shape (m, k).

    Returns:
        A float64 array of shape (m, n); NaN where arithmetic breaks down.
    """
    known: dict[str, Any] = {name: parameters[:, place, None] for place, name in enumerate(names)}
    known[VARIABLE] = x[None, :]
    with np.errstate(all="ignore"):
        found = _value(node, known)
    return np.array(np.broadcast_to(found, (parameters.shape[0], x.size)), dtype=np.float64)


def _value(node: Node, known: Mapping[str, Any]) -> Any:
    match node:
        case Number(value):
            return float(value)
        case Name(name):
            return known[name] if name in known else CONSTANTS[name]
        case Negation(operand):
            return -_value(operand, known)
        case Operation("**", base, Number(2)):
            side = _value(base, known)
            return side * side
        case Operation(sign, left, right):
            return _ARITHMETIC[sign](_value(left, known), _value(right, known))
        case Call(function, arguments):
            parts = [np.asarray(_value(part, known), dtype=np.float64) for part in arguments]
            return ALL_FUNCTIONS[function].numpy(*parts)
        case Conditional(condition, value, otherwise):
            return np.where(_truth(condition, known), _value(value, known), _value(otherwise, known))


def _truth(condition: Condition, known: Mapping[str, Any]) -> Any:
    match condition:
        case Comparison(sign, left, right):
            return COMPARISONS[sign](_value(left, known), _value(right, known))
        case Logic(sign, conditions):
            combine = np.logical_and if sign == "and" else np.logical_or
            return reduce(combine, [_truth(part, known) for part in conditions])
        case Not(inner):
            return np.logical_not(_truth(inner, known))
