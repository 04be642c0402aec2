"""The tree that every expression becomes, and the few ways to walk it.

A tree is immutable and compares by content; its nodes are named tuples, which cost a seventh of a dataclass at
start-up, and no two kinds of node can hold equal fields. It holds numbers, names (``x``, parameters, ``pi``, ``e``),
calls of the language's own functions, arithmetic, and conditionals; there is nothing else in the language.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e}
VARIABLE = "x"

# The comparisons of the language, on numbers of any kind and on arrays.
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class Number(NamedTuple):
    """A literal. Integers stay integers, so that ``x**2`` is a square; anything else is a float64."""

    value: int | float


class Name(NamedTuple):
    """The variable ``x``, a parameter, or one of `CONSTANTS`."""

    name: str


class Call(NamedTuple):
    """A function of the language applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]


class Negation(NamedTuple):
    """Minus the operand."""

    operand: Node


class Operation(NamedTuple):
    """Arithmetic on two operands; `operator` is one of ``+ - * / **``."""

    operator: str
    left: Node
    right: Node


class Conditional(NamedTuple):
    """`value` where `condition` holds, `otherwise` elsewhere."""

    condition: Condition
    value: Node
    otherwise: Node


class Comparison(NamedTuple):
    """`operator` is one of ``< <= > >= == !=``."""

    operator: str
    left: Node
    right: Node


class Logic(NamedTuple):
    """All of the conditions (`operator` ``and``) or any of them (``or``)."""

    operator: str
    conditions: tuple[Condition, ...]


class Not(NamedTuple):
    """The opposite of a condition."""

    condition: Condition


Node = Number | Name | Call | Negation | Operation | Conditional
Condition = Comparison | Logic | Not

X = Name(VARIABLE)


def children(node: Node | Condition) -> tuple[Node | Condition, ...]:
    """The direct sub-trees of a node, in reading order."""
    match node:
        case Call(_, arguments):
            return arguments
        case Negation(operand):
            return (operand,)
        case Operation(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Conditional(condition, value, otherwise):
            return (value, condition, otherwise)
        case Logic(_, conditions):
            return conditions
        case Not(condition):
            return (condition,)
        case _:
            return ()


def walk(node: Node | Condition) -> Iterator[Node | Condition]:
    """Every node of the tree, parents before children."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def depth(node: Node | Condition) -> int:
    """How many levels of nodes the tree has."""
    return 1 + max((depth(child) for child in children(node)), default=0)


def size(node: Node | Condition) -> int:
    """How many nodes the tree has."""
    return sum(1 for _ in walk(node))


def free_names(node: Node | Condition) -> list[str]:
    """Names other than ``x`` and the constants, in order of first appearance."""
    found = [part.name for part in walk(node) if isinstance(part, Name)]
    return [name for name in dict.fromkeys(found) if name != VARIABLE and name not in CONSTANTS]


def depends_on(node: Node | Condition, name: str) -> bool:
    """Whether the name occurs anywhere in the tree."""
    return any(isinstance(part, Name) and part.name == name for part in walk(node))


def transform(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every value node for which `change` gives a replacement replaced, top down.

    A replacement is taken as it is and not walked again; conditions are walked through.
    """
    replacement = change(node)
    if replacement is not None:
        return replacement
    match node:
        case Call(function, arguments):
            return Call(function, tuple(transform(part, change) for part in arguments))
        case Negation(operand):
            return Negation(transform(operand, change))
        case Operation(operator, left, right):
            return Operation(operator, transform(left, change), transform(right, change))
        case Conditional(condition, value, otherwise):
            return Conditional(
                transform_condition(condition, change), transform(value, change), transform(otherwise, change)
            )
        case _:
            return node


def transform_condition(condition: Condition, change: Callable[[Node], Node | None]) -> Condition:
    """The condition with `transform` applied to every value inside it."""
    match condition:
        case Comparison(operator, left, right):
            return Comparison(operator, transform(left, change), transform(right, change))
        case Logic(operator, conditions):
            return Logic(operator, tuple(transform_condition(part, change) for part in conditions))
        case Not(inner):
            return Not(transform_condition(inner, change))


def neat(node: Node) -> Node:
    """The tree without factors of 1, terms of 0 and products with 0, and with squares as such; for display only."""

    def change(part: Node) -> Node | None:
        if not isinstance(part, Operation):
            return None
        return _shorter(part.operator, neat(part.left), neat(part.right))

    return transform(node, change)


def _shorter(operator: str, left: Node, right: Node) -> Node:
    zero, one = Number(0), Number(1)
    match operator:
        case "*" if zero in (left, right):
            return zero
        case "*" if left == one:
            return right
        case "*" if left == right:
            return Operation("**", left, Number(2))
        case "*" | "/" | "**" if right == one:
            return left
        case "+" if left == zero:
            return right
        case "-" if left == zero:
            return Negation(right)
        case "+" | "-" if right == zero:
            return left
        case _:
            return Operation(operator, left, right)


def substitute(node: Node, values: Mapping[str, Node]) -> Node:
    """The tree with the given names replaced by trees."""
    return transform(node, lambda part: values.get(part.name) if isinstance(part, Name) else None)


def terms(node: Node, sign: int = 1) -> list[tuple[int, Node]]:
    """What a sum adds up (1) and takes away (−1)."""
    match node:
        case Operation("+", left, right):
            return terms(left, sign) + terms(right, sign)
        case Operation("-", left, right):
            return terms(left, sign) + terms(right, -sign)
        case Negation(operand):
            return terms(operand, -sign)
        case _:
            return [(sign, node)]


def total(signed: list[tuple[int, Node]]) -> Node:
    """The sum of terms with their signs: the inverse of `terms`."""
    (sign, result), *rest = signed
    if sign < 0:
        result = Negation(result)
    for sign, term in rest:
        result = Operation("+" if sign > 0 else "-", result, term)
    return result
