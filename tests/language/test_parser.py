"""Text to tree: precedence, round trips, and inputs made up at random or to do harm. Errors: test_parser_errors."""

from __future__ import annotations

import math
import time
import warnings
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from mpmath import mpf
from reference.definition import Exact
from strategies import SEEDED, fraction_trees, readable, trees, whole_trees

from actviz.curves.specs import resolve
from actviz.errors import ExpressionError, UsageError
from actviz.language.notation.plain import Notation
from actviz.language.numerics.float64 import evaluate
from actviz.language.parser import DEEPEST, LARGEST, LONGEST, Template, literal, parse
from actviz.language.syntax import Name, Negation, Node, Number, Operation, X, size
from actviz.registry.lookup import built_in


@given(trees().filter(readable))
@SEEDED
def test_notation_reads_back_to_the_same_tree(tree: Node) -> None:
    assert parse(Notation().value(tree)) == tree


@given(whole_trees(), st.integers(-3, 3))
@SEEDED
def test_whole_numbers_give_what_python_gives(tree: Node, x: int) -> None:
    text = Notation().value(tree)
    expected = eval(text, {"__builtins__": {}}, {"x": x})
    assert evaluate(parse(text), np.array([float(x)]), {})[0] == expected


@given(fraction_trees().filter(readable), st.floats(-1e6, 1e6))
@SEEDED
def test_fractions_give_what_python_gives_or_closer_to_the_truth(tree: Node, x: float) -> None:
    text = Notation().value(tree)
    try:
        expected = eval(text, {"__builtins__": {}}, {"x": x})
    except ZeroDivisionError:
        reject()
    result = evaluate(parse(text), np.array([x]), {})[0]
    if not (result == expected or (math.isnan(result) and math.isnan(expected))):
        # Sums are computed in pairs, so they are nearer to the truth than Python's, give or take the last rounding.
        truth = Exact(tree, {})(x)
        assert abs(mpf(float(result)) - truth) <= abs(mpf(expected) - truth) + 4 * mpf(math.ulp(expected))


@pytest.mark.parametrize(
    "text",
    [
        "2**3**2",
        "-2**2",
        "(-2)**2",
        "2**-1",
        "2*3**2",
        "-2**-2",
        "2 - 3 - 4",
        "2 - (3 - 4)",
        "16/4/2",
        "16/(4/2)",
        "2*-3",
        "2--3",
        "+2 - +3",
        "1 + 2*3 - 4/2",
        "(1 + 2)*3",
        "16/4*2",
        "1 if 2 > 1 else 3 + 4",
        "1 + 2 if 0 > 1 else 3",
        "1 if 0 > 1 else 2 if 1 > 2 else 3",
        "(1 if 1 > 0 else 2)*4",
        "1 if 0 < 1 < 1 else 2",
        "1 if 0 < 1 <= 1 != 2 else 2",
        "1 if 1 > 0 or 1 > 0 and 0 > 1 else 2",
        "1 if (1 > 0 or 1 > 0) and 0 > 1 else 2",
        "1 if not 1 > 2 and 1 > 3 else 2",
        "1 if not (1 > 2 and 1 > 3) else 2",
        "1_000*0x10 + .5 + 5. + 1e-3",
    ],
)
def test_precedence_is_pythons(text: str) -> None:
    assert float(evaluate(parse(text), np.zeros(1), {})[0]) == eval(text)


def test_powers_hold_together_from_the_right() -> None:
    assert parse("a**b**c") == Operation("**", Name("a"), Operation("**", Name("b"), Name("c")))


def test_a_power_binds_tighter_than_the_minus_on_its_left_only() -> None:
    assert parse("-x**-y") == Negation(Operation("**", X, Negation(Name("y"))))


def test_white_space_and_lines_do_not_matter() -> None:
    assert parse("  x\n +\t1 ") == parse("x+1")


def test_integers_stay_integers_and_large_ones_become_floats() -> None:
    assert isinstance(parse("3"), Number)
    for text, kind in (("3", int), ("3.0", float), (str(2**53 - 1), int), (str(2**53), float)):
        tree = parse(text)
        assert isinstance(tree, Number)
        assert type(tree.value) is kind


@pytest.mark.parametrize(
    ("value", "tree"),
    [
        (2.0, Number(2)),
        (-0.5, Negation(Number(0.5))),
        (-0.0, Negation(Number(0))),
        (2.0**60, Number(2.0**60)),
        (5e-324, Number(5e-324)),
    ],
)
def test_a_literal_is_the_shortest_tree_and_has_its_value(value: float, tree: Node) -> None:
    assert literal(value) == tree
    assert math.copysign(1, evaluate(literal(value), np.zeros(1), {})[0]) == math.copysign(1, value)
    assert evaluate(parse(Notation().value(tree)), np.zeros(1), {})[0] == value


def test_a_library_function_is_written_out_with_its_defaults() -> None:
    assert parse("leaky_relu(x)", built_in().templates) == parse("x if x > 0 else 0.01*x")


def test_a_library_function_takes_parameters_by_name_and_any_argument() -> None:
    written = parse("leaky_relu(2*x, negative_slope=-a)", built_in().templates)
    assert written == parse("2*x if 2*x > 0 else -a*(2*x)")


def test_a_parameter_of_a_library_function_may_share_its_name_with_ours() -> None:
    library = {"f": Template(parse("a*x"), {"a": 1.0})}
    assert parse("f(a*x, a=x)", library) == parse("x*(a*x)")


def test_the_largest_expression_is_as_large_as_allowed() -> None:
    text = "x" + "+x" * (LONGEST // 2 - 1)
    assert len(text) < LONGEST
    with pytest.raises(ExpressionError, match="nested too deeply"):
        parse(text)
    levels = DEEPEST - 2  # a name is two levels to Python
    assert size(parse("x" + "+x" * levels)) == 2 * levels + 1 <= LARGEST
    with pytest.raises(ExpressionError, match="nested too deeply"):
        parse("x" + "+x" * (levels + 1))


@pytest.mark.parametrize("text", ["x**1000", "x**-1000", "y" * LONGEST, "1e308*x", "10**308*x"])
def test_what_just_keeps_the_limits_is_read(text: str) -> None:
    assert Notation().value(parse(text)) == text.replace("1e308", "1e+308")


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9*x",
        "(" * 1000 + "x" + ")" * 1000,
        "(" * 990 + "x" + ")" * 990,
        "x+" * 500_000,
        "x\0+1",
        "\0" * 3,
        "lambda: x",
        "x.__class__",
        "[x for x in x]",
        "__import__('os').system('true')",
        "1e999",
        "-" * 1900 + "x",
        "not " * 400 + "x",
        "x if x > 0 else " * 100 + "x",
        "exp(" * 300 + "x" + ")" * 300,
        "2**" * 600 + "x",
        "1" * 2000,
        "0x" + "f" * 1990,
        "'" + "a" * 1990,
        "f'{x}'" * 300,
        "x" * 5_000_000,
        "max(" + "x," * 900 + "x)",
        "relu(" * 9 + "x" + ")" * 9,
    ],
)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ExpressionError):
        parse(text, built_in().templates)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("text", ["1if x>0else 2", "0_1.5j", "'\\d'", "1 is 1"])
def test_pythons_own_warnings_do_not_reach_the_reader(text: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with suppress(ExpressionError):
            parse(text)
    assert caught == []


WORDS = [*"x()+-*/,.:<>=0159e ", "**", " if ", " else ", " and ", " or ", "not ", "exp(", "max(", "relu(", "alpha", "λ"]


texts = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=25).map("".join))


@given(texts)
@SEEDED
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    refused = None
    try:
        parse(text, built_in().templates)
    except ExpressionError as error:
        refused = error
    assert refused is None or (refused.problem and 0 <= refused.position <= len(refused.text))


@given(texts)
@SEEDED
def test_any_spec_is_resolved_or_refused_in_words(text: str) -> None:
    found, message = [], ""
    try:
        found = resolve(text)
    except UsageError as error:
        message = error.message
    assert found or message
