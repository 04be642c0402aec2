"""Random trees of the expression language, for tests that hold for every expression."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from actviz.language.functions import FUNCTIONS
from actviz.language.numerics.float64 import evaluate
from actviz.language.syntax import (
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
    X,
    walk,
)

SEEDED = settings(derandomize=True, database=None, deadline=None, max_examples=300)

PARAMETERS = ("alpha", "b", "λ")

_NAMES = ("x", "x", "x", "pi", "e", *PARAMETERS)
_RELATIONS = ("<", "<=", ">", ">=", "==", "!=")
_WHOLE: list[Node] = [X, *map(Number, range(4))]
_DECIMALS: list[Node] = [X, *map(Number, (0.1, 0.7, 2.5, 33.3, 1e-9))]
_SINGLE = tuple(name for name, function in FUNCTIONS.items() if function.most == 1)


@st.composite
def leaves(draw: st.DrawFn) -> Node:
    """A number or a name."""
    match draw(st.integers(0, 3)):
        case 0:
            return Number(draw(st.integers(0, 2**53 - 1)))
        case 1:
            return Number(draw(st.floats(0, 1e308)) + 0.0)
        case _:
            return Name(draw(st.sampled_from(_NAMES)))


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> Node:
    """Any value of the language that its limits allow, `depth` levels deep at most."""
    kind = draw(st.integers(0, 7)) if depth else 0
    part = trees(depth - 1)
    match kind:
        case 0:
            return draw(leaves())
        case 1:
            return Negation(draw(part))
        case 2 | 3:
            return Operation(draw(st.sampled_from("+-*/")), draw(part), draw(part))
        case 4:
            return _power(draw(part), draw(part), draw(st.integers(-9, 9)))
        case 5:
            return Call(draw(st.sampled_from(_SINGLE)), (draw(part),))
        case 6:
            function, count = draw(st.sampled_from([("min", 2), ("min", 4), ("max", 2), ("max", 3), ("clip", 3)]))
            return Call(function, tuple(draw(part) for _ in range(count)))
        case _:
            return Conditional(draw(conditions(depth - 1)), draw(part), draw(part))


def readable(tree: Node) -> bool:
    """Whether every constant part has a finite value and no divisor is 0; the parser refuses the others."""
    for part in walk(tree):
        if isinstance(part, Node) and not math.isfinite(_constant(part)):
            return False
        if isinstance(part, Operation) and part.operator == "/" and _constant(part.right) == 0:
            return False
    return True


def _constant(tree: Node) -> float:
    """The value of a tree without variables; 1 for any other."""
    names = {part.name for part in walk(tree) if isinstance(part, Name)}
    return float(evaluate(tree, np.zeros(1), {})[0]) if names <= {"pi", "e"} else 1.0


@st.composite
def conditions(draw: st.DrawFn, depth: int) -> Condition:
    """Any condition, its comparisons between values that are not conditionals themselves."""
    kind = draw(st.integers(0, 4)) if depth else 0
    match kind:
        case 3:
            return Not(draw(conditions(depth - 1)))
        case 4:
            parts = [draw(conditions(depth - 1)) for _ in range(draw(st.integers(2, 3)))]
            return Logic(draw(st.sampled_from(["and", "or"])), tuple(parts))
        case _:
            # The notation does not yet put a conditional that stands in a comparison into parentheses.
            side = trees(depth).filter(lambda tree: not isinstance(tree, Conditional))
            return Comparison(draw(st.sampled_from(_RELATIONS)), draw(side), draw(side))


def _power(base: Node, exponent: Node, small: int) -> Node:
    """A power within the limits: its base holds x, and so does an exponent that is not small."""
    number = Number(small) if small >= 0 else Negation(Number(-small))
    return Operation("**", Operation("*", base, X), Operation("-", exponent, X) if small == 0 else number)


@st.composite
def whole_trees(draw: st.DrawFn, leaves: int = 6) -> Node:
    """Whole-number arithmetic with `leaves` leaves at most: for |x| ≤ 3 no step leaves the exact float64 integers.

    A square counts as a leaf, so the largest value is 3 squared five times, 3³² < 2⁵³.
    """
    kind = draw(st.integers(0, 4)) if leaves > 1 else 0
    split = draw(st.integers(1, leaves - 1)) if kind in (2, 3, 4) else 1
    match kind:
        case 0:
            return draw(st.sampled_from(_WHOLE))
        case 1:
            return Operation("**", draw(whole_trees(leaves - 1)), Number(2))
        case 2:
            return Operation(draw(st.sampled_from("+-*")), draw(whole_trees(split)), draw(whole_trees(leaves - split)))
        case 3:
            return Negation(draw(whole_trees(leaves - 1)))
        case _:
            condition = Comparison(draw(st.sampled_from(_RELATIONS)), X, Number(draw(st.integers(0, 3))))
            return Conditional(condition, draw(whole_trees(split)), draw(whole_trees(leaves - split)))


@st.composite
def fraction_trees(draw: st.DrawFn, depth: int = 5) -> Node:
    """Sums, differences, products and quotients of x and of decimals that are not whole."""
    kind = draw(st.integers(0, 5)) if depth else 0
    match kind:
        case 0:
            return draw(st.sampled_from(_DECIMALS))
        case 1:
            return Negation(draw(fraction_trees(depth - 1)))
        case _:
            parts = fraction_trees(depth - 1)
            return Operation(draw(st.sampled_from("+-*/")), draw(parts), draw(parts))
