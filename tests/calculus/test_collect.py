"""Tidying: nothing changes but the writing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from strategies import SEEDED, fraction_trees, whole_trees

from actviz.calculus.collect import alike, tidied, tidy_cases
from actviz.language.cases import fold
from actviz.language.notation.plain import Notation
from actviz.language.numerics.float64 import evaluate
from actviz.language.parser import parse
from actviz.language.syntax import Conditional, Node, size, walk


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("1*x + 0*sin(x)", "x"),
        ("x*2*3", "6*x"),
        ("s*(2*x)", "2*s*x"),
        ("2*x/4", "x/2"),
        ("1 + x - x", "1"),
        ("x + x", "2*x"),
        ("x*(-sin(x))", "-(x*sin(x))"),
        ("-(-x)", "x"),
        ("a - (b - c)", "a - b + c"),
        ("sigmoid(-(-x))", "sigmoid(x)"),
        ("a*exp(x/a)*(1/a)", "exp(x/a)"),
        ("x/sqrt(x)/sqrt(x)", "1"),
        ("sqrt(1 + x)**2", "1 + x"),
        ("sqrt(1 + x)**3", "(1 + x)*sqrt(1 + x)"),
        ("1/sqrt(1 + x)", "1/sqrt(1 + x)"),
        ("x**2*x**-3", "1/x"),
        ("2*(x + 1)", "2*(x + 1)"),
        ("0.1*x*0.1", "0.1**2*x"),
        ("x**p*x", "x**p*x"),
        ("x - x", "0"),
        ("x/(1 - 1 + a)", "x/a"),
    ],
)
def test_what_is_tidied(text: str, after: str) -> None:
    assert Notation().value(tidied(parse(text))) == after


@given(whole_trees())
@SEEDED
def test_whole_number_arithmetic_keeps_its_value(tree: Node) -> None:
    for case in fold(tree):
        x = np.array([-3.0, -1.0, 0.0, 1.0, 2.0, 3.0])
        before, after = evaluate(case.value, x, {}), evaluate(tidied(case.value), x, {})
        assert before.tolist() == after.tolist()


@given(fraction_trees())
@SEEDED
def test_fractions_keep_their_value(tree: Node) -> None:
    x = np.array([-2.3, 0.7, 1.9])
    before, after = evaluate(tree, x, {}), evaluate(tidied(tree), x, {})
    for first, second in zip(before.tolist(), after.tolist(), strict=True):
        if math.isfinite(first) and math.isfinite(second):
            assert second == pytest.approx(first, rel=1e-6, abs=1e-6)


@given(fraction_trees())
@SEEDED
def test_tidying_twice_is_tidying_once(tree: Node) -> None:
    once = tidied(tree)
    assert not any(isinstance(part, Conditional) for part in walk(once))
    assert alike(once, tree)
    assert size(tidied(once)) <= size(once)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("x*sin(x) + 1", "1 + sin(x)*x", True),
        ("x*sin(x*a) + 1", "1 + sin(a*x)*x", True),
        ("x/2", "x*(1/2)", True),
        ("x + 1", "x + 2", False),
        ("x*(x + 1)", "x**2 + x", False),
        ("x**p", "x**q", False),
    ],
)
def test_what_is_alike(first: str, second: str, same: bool) -> None:
    assert alike(parse(first), parse(second)) is same


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("max(x, 0) + a*max(b - x, 0)", ["x + a*(b - x)", "x", "a*(b - x)", "0"]),
        ("1/2 + x/(2*(1 + abs(x)))", ["1/2 + x/(2*(1 + x))", "1/2 + x/(2*(1 - x))"]),
        ("(x + abs(x))/2", ["x", "0"]),
    ],
)
def test_what_a_case_makes_superfluous_is_gone(text: str, values: list[str]) -> None:
    assert [Notation().value(case.value) for case in tidy_cases(parse(text))] == values
