"""An expression as the cases that a person would write, and back.

Choices (conditionals, and the functions that stand for them: ``abs sign min max clip``) are drawn out of the
formula until each case has one smooth value; the first case whose condition holds applies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from actviz.errors import UsageError
from actviz.language.syntax import (
    Call,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Negation,
    Node,
    Number,
    transform,
    walk,
)

_MOST_CASES = 64


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a definition by cases; `condition` is None in the last, which holds otherwise."""

    condition: Condition | None
    value: Node


def expand(node: Node) -> Node:
    """The tree with ``abs sign min max clip`` written as conditionals, outermost last."""

    def change(part: Node) -> Node | None:
        if not isinstance(part, Call) or part.function not in _EXPANSIONS:
            return None
        return _EXPANSIONS[part.function](*(expand(argument) for argument in part.arguments))

    return transform(node, change)


def fold(node: Node) -> list[Case]:
    """The expression as cases with smooth values; the first whose condition holds applies."""
    tree = expand(node)
    # A table of many entries is as many cases as it has conditions; what grows faster than that is held back.
    most = max(_MOST_CASES, 1 + sum(1 for part in walk(tree) if isinstance(part, Conditional)))
    return _fold(tree, count(1), most)


def unfold(cases: Sequence[Case]) -> Node:
    """The single tree for a definition by cases: the inverse of `fold`."""
    tree = cases[-1].value
    for case in reversed(cases[:-1]):
        assert case.condition is not None  # only the last case holds otherwise
        tree = Conditional(case.condition, case.value, tree)
    return tree


def _fold(tree: Node, found: Iterator[int], most: int) -> list[Case]:
    # A condition that contains a choice itself is settled after that choice.
    choices = [part for part in walk(tree) if isinstance(part, Conditional)]
    first = next((part for part in choices if not any(isinstance(p, Conditional) for p in walk(part.condition))), None)
    if first is None:
        if next(found) > most:
            raise UsageError(f"the expression falls into over {most} cases", "Nest fewer conditions.")
        return [Case(None, tree)]
    condition = first.condition
    where_true = _fold(_assume(tree, condition, True), found, most)
    where_false = _fold(_assume(tree, condition, False), found, most)
    guarded = [
        Case(condition if case.condition is None else _both(condition, case.condition), case.value)
        for case in where_true
    ]
    return guarded + where_false


def _assume(tree: Node, condition: Condition, truth: bool) -> Node:
    def change(part: Node) -> Node | None:
        if isinstance(part, Conditional) and part.condition == condition:
            return _assume(part.value if truth else part.otherwise, condition, truth)
        return None

    return transform(tree, change)


def _both(first: Condition, second: Condition) -> Condition:
    parts = second.conditions if isinstance(second, Logic) and second.operator == "and" else (second,)
    return Logic("and", (first, *parts))


def _clip(u: Node, low: Node, high: Node) -> Node:
    return Conditional(Comparison(">=", u, high), high, Conditional(Comparison(">", u, low), u, low))


def _sign(u: Node) -> Node:
    below = Conditional(Comparison("<", u, Number(0)), Negation(Number(1)), Number(0))
    return Conditional(Comparison(">", u, Number(0)), Number(1), below)


def _extreme(operator: str, arguments: Sequence[Node]) -> Node:
    first, *rest = arguments
    if not rest:
        return first
    other = _extreme(operator, rest)
    return Conditional(Comparison(operator, first, other), first, other)


_EXPANSIONS: dict[str, Callable[..., Node]] = {
    "abs": lambda u: Conditional(Comparison(">", u, Number(0)), u, Negation(u)),
    "sign": _sign,
    "max": lambda *arguments: _extreme(">", arguments),
    "min": lambda *arguments: _extreme("<", arguments),
    "clip": _clip,
}
