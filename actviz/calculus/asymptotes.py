"""Horizontal asymptotes by their formula: ``λα(eˣ − 1)`` tends to ``−λα`` as x → −∞."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from actviz.language.numerics.float64 import evaluate
from actviz.language.syntax import (
    CONSTANTS,
    VARIABLE,
    Call,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    depends_on,
    free_names,
)

_HALF_PI: Node = Operation("/", Name("pi"), Number(2))
_ONE: Node = Number(1)
_ZERO: Node = Number(0)

# The limits at −∞ and +∞ of the functions that have both or one finite.
_LIMITS: dict[str, tuple[Node | None, Node | None]] = {
    "exp": (_ZERO, None),
    "expm1": (Negation(_ONE), None),
    "atan": (Negation(_HALF_PI), _HALF_PI),
    "tanh": (Negation(_ONE), _ONE),
    "sech": (_ZERO, _ZERO),
    "erf": (Negation(_ONE), _ONE),
    "sigmoid": (_ZERO, _ONE),
    "softplus": (_ZERO, None),
    "normal_cdf": (_ZERO, _ONE),
}


def limit_form(node: Node, side: int, values: Mapping[str, float] | None = None) -> Node | None:
    """The limit of a smooth tree as x → +∞ (`side` 1) or −∞ (−1), as a formula in its parameters.

    Args:
        node: the tree.
        side: where x goes.
        values: numbers for the parameters, which settle whether βx grows or falls; without them what stands in a
            function must have none.

    Returns:
        A tree without ``x``, or None where the few rules known here do not suffice.
    """
    if not depends_on(node, VARIABLE):
        return node
    match node:
        case Negation(operand):
            inner = limit_form(operand, side, values)
            return None if inner is None else _negative(inner)
        case Operation("+" | "-" | "*" as sign, left, right):
            first, second = limit_form(left, side, values), limit_form(right, side, values)
            return None if first is None or second is None else _combined(sign, first, second)
        case Call(function, (argument,)) if function in _LIMITS:
            numbers = {**CONSTANTS, **(values or {})}
            if not numbers.keys() >= set(free_names(argument)):
                return None  # parameters could turn the argument around
            end = evaluate(argument, np.array([side * np.inf]), numbers)[0]
            return _LIMITS[function][0 if end < 0 else 1] if np.isinf(end) else None
        case _:
            return None


def _negative(node: Node) -> Node:
    return node.operand if isinstance(node, Negation) else Negation(node)


def _combined(sign: str, first: Node, second: Node) -> Node:
    if sign == "*":
        if _ZERO in (first, second):
            return _ZERO
        if isinstance(second, Negation):
            return _negative(_combined("*", first, second.operand))
        if isinstance(first, Negation):
            return _negative(_combined("*", first.operand, second))
        return second if first == _ONE else first if second == _ONE else Operation("*", first, second)
    if second == _ZERO:
        return first
    if first == _ZERO:
        return second if sign == "+" else _negative(second)
    return Operation(sign, first, second)
