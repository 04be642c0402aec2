"""Approximations as trees and as specs: lines and constants between knots, polynomials, quotients of two.

Pieces are chosen by comparisons that halve what is left, so that a table of hundreds of entries is nested no deeper
than its logarithm, and each x is compared as often.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from actviz.analysis.approximation.results import Part
from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.language.parser import LONGEST, most_terms
from actviz.language.syntax import Comparison, Conditional, Name, Negation, Node, Number, Operation, X, depends_on, size
from actviz.registry.entries import Entry

_MOST_PARTS = 2_000  # more are beyond the limits whatever they are


def constant(value: float) -> Node:
    """A number as a tree; whole ones without a point."""
    whole = int(value) if math.isfinite(value) and value == int(value) and abs(value) < 1e15 else None
    magnitude = Number(abs(value) if whole is None else abs(whole))
    return Negation(magnitude) if math.copysign(1.0, value) < 0 and value != 0 else magnitude


def plus(left: Node, right: Node) -> Node:
    """A sum, as a difference where the second term is negative."""
    if right == Number(0):
        return left
    if left == Number(0):
        return right
    return Operation("-", left, right.operand) if isinstance(right, Negation) else Operation("+", left, right)


def times(left: Node, right: Node) -> Node:
    """A product, without factors of 0 and 1."""
    if Number(0) in (left, right):
        return Number(0)
    if left == Number(1):
        return right
    if right == Number(1):
        return left
    if left == Negation(Number(1)):
        return Negation(right)
    return Operation("*", left, right)


def straight(slope: float, intercept: float) -> Node:
    """slope·x + intercept."""
    return plus(times(constant(slope), X), constant(intercept))


def polynomial(coefficients: Sequence[float], variable: Node = X) -> Node:
    """Σ cₖ·xᵏ by Horner's rule, in steps of x² where every other coefficient is 0."""
    powers = [power for power, value in enumerate(coefficients) if value != 0]
    if not powers:
        return Number(0)
    tree = constant(coefficients[powers[-1]])
    for lower, higher in zip(reversed(powers[:-1]), reversed(powers[1:]), strict=True):
        tree = plus(constant(coefficients[lower]), times(_power(variable, higher - lower), tree))
    return times(_power(variable, powers[0]), tree) if powers[0] else tree


def _power(variable: Node, exponent: int) -> Node:
    return variable if exponent == 1 else Operation("**", variable, Number(exponent))


def quotient(above: Node, below: Node) -> Node:
    """A quotient."""
    return above if below == Number(1) else Operation("/", above, below)


def whole(parts: Sequence[Part]) -> Node | None:
    """Parts from left to right as one tree; None where it would be beyond the limits of the language."""
    merged = [parts[0]]
    for part in parts[1:]:
        if part.tree == merged[-1].tree:
            merged[-1] = Part(merged[-1].low, part.high, part.tree)
        else:
            merged.append(part)
    if len(merged) > _MOST_PARTS:
        return None
    tree = _chosen(merged)
    length = len(written(tree))
    return None if length > LONGEST or size(tree) >= most_terms(length) else tree


def _chosen(parts: Sequence[Part]) -> Node:
    if len(parts) == 1:
        return parts[0].tree
    middle = len(parts) // 2
    condition = Comparison("<", X, constant(parts[middle].low))
    return Conditional(condition, _chosen(parts[:middle]), _chosen(parts[middle:]))


def written(tree: Node) -> str:
    """The tree as a spec."""
    from actviz.language.notation.plain import Notation

    if isinstance(tree, Name) and tree != X:
        tree = Operation("*", Number(1), tree)
    if not depends_on(tree, "x"):
        tree = Operation("+", tree, Operation("*", Number(0), X))
    return Notation().value(tree)


def as_activation(tree: Node | None, spec: str | None) -> Activation:
    """The tree as a function that can be called, drawn and compared.

    Raises:
        UsageError: there is no tree.
    """
    if tree is None or spec is None:
        raise UsageError(
            f"this approximation is too long for a formula: over {LONGEST:,} characters",
            "Take fewer pieces or entries, or write it as c, numpy, csv or json.",
        )
    return Activation(Entry(spec, "approximation", "An approximation.", "other", tree))
