"""Conditions solved for x, narrowed to ranges, and told apart."""

from __future__ import annotations

import numpy as np
import pytest

from actviz.language.cases import fold
from actviz.language.conditions import bounded, opposite, solved, told_apart
from actviz.language.notation.plain import Unicode
from actviz.language.numerics.float64 import holds
from actviz.language.parser import parse
from actviz.language.syntax import Condition, Conditional

SOLVED = [
    ("x + 3 >= 6", "x ≥ 3"),
    ("3 - x > 1", "x < 2"),
    ("0 < x", "x > 0"),
    ("not (x > 0)", "x ≤ 0"),
    ("not (x > 0 and x < 1)", "x ≤ 0 or x ≥ 1"),
    ("2*x + 1 >= 4", "x ≥ 1.5"),
    ("3*x < 1", "x < 1/3"),
    ("1e13*x >= 1", "x ≥ 10⁻¹³"),
    ("x/2 + 1 == 0", "x = −2"),
    ("x - a > 1", "x > a + 1"),
    ("-x/2 > a", "x < −2a"),
    ("2*x > a", "x > a/2"),
    ("a*x > 1", "ax > 1"),  # the sign of a is not known
    ("x > 2*x + 1", "x < −1"),
    ("x > x + 1", "x > x + 1"),
    ("x**2 > 1", "x² > 1"),
    ("x > 0 and x - 1 > 0", "x > 1"),
    ("x >= 0 and x > 0", "x > 0"),
    ("x > a and x >= a", "x > a"),
    ("x < 3 and x != 5", "x < 3"),
    ("x == 2 and x > 1", "x = 2"),
    ("(x > 0 and x > 2) and x < 3", "2 < x < 3"),
    ("a < x and x < b and x < c", "(a < x < b) and x < c"),
    ("x > a and x < b and x > c and x < 3", "(c < x < 3) and (a < x < b)"),
]


def condition(text: str) -> Condition:
    tree = parse(f"1 if {text} else 0")
    assert isinstance(tree, Conditional)
    return tree.condition


@pytest.mark.parametrize(("text", "shown"), SOLVED)
def test_a_condition_is_written_as_a_person_would(text: str, shown: str) -> None:
    assert Unicode().condition(condition(text)) == shown


@pytest.mark.parametrize("text", [text for text, _ in SOLVED])
def test_it_holds_where_it_held(text: str) -> None:
    x = np.linspace(-8, 8, 3201) + 0.0007  # beside the bounds, where rounding decides
    given, values = condition(text), {"a": -1.25, "b": 2.5, "c": 0.5}
    assert np.array_equal(holds(bounded(solved(given)), x, values), holds(given, x, values))
    assert np.array_equal(holds(opposite(given), x, values), ~holds(given, x, values))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("clip(x, -1, 1)", ["x ≥ 1", "−1 < x < 1"]),
        ("1 if x >= b else x if x > a else 0", ["x ≥ b", "a < x < b"]),
        ("1 if x > 3 else 2 if x > 1 else 3 if x > 0 else 4", ["x > 3", "1 < x ≤ 3", "0 < x ≤ 1"]),
        ("1 if x > 0 else 2 if x < 0 else 3", ["x > 0", "x < 0"]),
        ("1 if x > 0 else 2 if x == 0 else 3", ["x > 0", "x = 0"]),
        ("1 if x**3 > 2 else 2 if x**2 > 1 else 3", ["x³ > 2", None]),
        ("1 if -1 < x < 1 else 2 if x > 0 else 3", ["−1 < x < 1", None]),
    ],
)
def test_each_of_several_conditions_is_told_apart_from_those_before(text: str, shown: list[str | None]) -> None:
    conditions = [case.condition for case in fold(parse(text)) if case.condition is not None]
    assert [alone and Unicode().condition(alone) for alone in told_apart(conditions)] == shown
