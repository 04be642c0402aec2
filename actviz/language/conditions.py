"""Conditions as a person writes them: two bounds on the same thing are one range."""

from __future__ import annotations

from itertools import combinations

from actviz.language.syntax import Comparison, Condition, Logic

_UPWARDS = {"<": "<", "<=": "<=", ">": "<", ">=": "<="}


def bounded(condition: Condition) -> Condition:
    """The condition with every pair of bounds on the same thing written as one range: ``-1 < x < 1``."""
    if not isinstance(condition, Logic) or condition.operator != "and":
        return condition
    parts = list(condition.conditions)
    for first, second in combinations(parts, 2):
        if not (isinstance(first, Comparison) and isinstance(second, Comparison)) or chained(first, second):
            continue
        low, high = _upwards(first), _upwards(second)
        if low is None or high is None:
            continue
        if high.right == low.left:
            low, high = high, low
        if low.right == high.left:
            rest = [part for part in parts if part is not first and part is not second]
            both = Logic("and", (low, high))
            return bounded(Logic("and", (both, *rest))) if rest else both
    return condition


def chained(first: Comparison, second: Comparison) -> bool:
    """Whether two comparisons read as one: ``a < b`` and ``b <= c``."""
    signs = first.operator[0] + second.operator[0]
    return first.right == second.left and signs in ("<<", ">>")


def _upwards(comparison: Comparison) -> Comparison | None:
    """The comparison with the smaller side first; None for = and ≠."""
    sign = _UPWARDS.get(comparison.operator)
    if sign is None:
        return None
    turned = comparison.operator != sign
    left, right = (comparison.right, comparison.left) if turned else (comparison.left, comparison.right)
    return Comparison(sign, left, right)
