"""Breakpoints, the smooth formulas around them, and definitions by cases."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, reject, settings
from strategies import PARAMETERS, SEEDED, trees

from actviz.errors import UsageError
from actviz.language.cases import expand, fold, unfold
from actviz.language.notation.plain import Notation
from actviz.language.numerics.float64 import evaluate
from actviz.language.parser import parse
from actviz.language.pieces import Pieces, bisect, resolve, split
from actviz.language.syntax import Call, Conditional, Node, walk
from actviz.registry.lookup import built_in

INF = math.inf
TEXT = Notation()


def cut(text: str, low: float = -5, high: float = 5, **values: float) -> Pieces:
    return split(parse(text, built_in().templates), values, low, high)


def places(text: str, low: float = -5, high: float = 5, **values: float) -> list[float]:
    return [point.x for point in cut(text, low, high, **values).breakpoints]


def formulas(text: str, low: float = -5, high: float = 5, **values: float) -> list[str]:
    return [TEXT.value(piece.tree) for piece in cut(text, low, high, **values).pieces]


LINEAR = [
    ("x", []),
    ("x if x > 0 else 0", [0]),
    ("x if x > 1.3 else 0", [1.3]),
    ("x if 0.7 >= x else 0", [0.7]),
    ("x if -2*x + 1 < 0 else 0", [0.5]),
    ("x if 3*x > 1 else 0", [1 / 3]),
    ("x if (x - 1)/2 >= x/4 else 0", [2]),
    ("x if x > 0.1 + 0.2 else 0", [0.1 + 0.2]),
    ("x if x > 2*x - pi else 0", [math.pi]),
    ("1 if 0 < x < 2 else 0", [0, 2]),
    ("1 if x > 0 and x < 1e-300 else 0", [0, 1e-300]),
    ("1 if x < -3 or x > 3 else 0", [-3, 3]),
    ("1 if not (x > 1) else 0", [1]),
    ("abs(x)", [0]),
    ("abs(2*x - 3)", [1.5]),
    ("sign(x + 1)", [-1]),
    ("max(x, 0, 1 - x)", [0.5]),
    ("min(x, 1)", [1]),
    ("clip(x, -1, 2.5)", [-1, 2.5]),
    ("relu(relu(x) - 1)", [1]),
    ("(x if x > 0 else 0) + (x if x > 1 else 1)", [0, 1]),
    ("x if x > 7 else 0", []),
    ("x if x > 5 else 0", []),
    ("x if x >= -5 else 0", []),
    ("x if x > 0 else x", []),
    ("max(x, x)", []),
    ("x if x - x > 0 else 0", []),
    ("x if 2 > 1 else 0", []),
]


@pytest.mark.parametrize(("text", "expected"), LINEAR)
def test_breakpoints_of_linear_conditions_are_exact(text: str, expected: list[float]) -> None:
    assert places(text) == expected


@pytest.mark.parametrize(("a", "expected"), [(1.3, [1.3]), (-2.0, [-2.0]), (7.0, []), (0.1 + 0.2, [0.1 + 0.2])])
def test_parameters_move_breakpoints(a: float, expected: list[float]) -> None:
    assert places("x if x > a else 0", a=a) == expected


def test_a_condition_on_parameters_alone_is_no_breakpoint() -> None:
    assert formulas("x if a > 0 else -x", a=1) == ["x"]
    assert formulas("x if a > 0 else -x", a=-1) == ["-x"]


NONLINEAR = [
    ("x if x*x > 2 else 0", [-math.sqrt(2), math.sqrt(2)]),
    ("x if exp(x) > 3 else 0", [math.log(3)]),
    ("x if tanh(x) >= 0.5 else 0", [math.atanh(0.5)]),
    ("abs(x**3 - x)", [-1, 0, 1]),
    ("1 if sin(x) > 0 else 0", [-math.pi, 0, math.pi]),
    ("1 if x**3 > 1e-20 else 0", [float(mpmath.cbrt(1e-20))]),
    ("1 if log(x) > 0 else 0", [1]),
    ("max(x*x, 1)", [-1, 1]),
    ("1 if x**3 > 1e-33 else 0", [1e-11]),
    ("1 if x*x > 0 else 0", [0]),
    ("1 if (x - 1e-9)*(x - 1e-8) < 0 else 0", [1e-9, 1e-8]),
    ("1 if cos(x) > 2 else 0", []),
]


@pytest.mark.parametrize(("text", "expected"), NONLINEAR)
def test_breakpoints_of_other_conditions_are_found_to_the_last_digits(text: str, expected: list[float]) -> None:
    found = places(text)
    assert len(found) == len(expected)
    assert all(abs(one - other) <= 2 * math.ulp(other) for one, other in zip(found, expected, strict=True))


def test_the_formulas_around_a_breakpoint() -> None:
    (point,) = cut("x if x > t else 0", t=1.5).breakpoints
    assert (point.x, TEXT.value(point.left), TEXT.value(point.right), TEXT.value(point.at)) == (1.5, "0", "x", "0")


def test_the_value_at_a_breakpoint_may_be_on_neither_side() -> None:
    (point,) = cut("sin(x)/x if x != 0 else 1").breakpoints
    assert (point.x, TEXT.value(point.at)) == (0, "1")
    assert point.left == point.right == parse("sin(x)/x")
    assert places("1 if x == 1 else 0") == [1]
    assert [TEXT.value(point.at) for point in cut("sign(x)").breakpoints] == ["0"]


def test_the_pieces_cover_the_range_in_order() -> None:
    pieces = cut("clip(x, -1, 1)").pieces
    assert [(piece.low, piece.high) for piece in pieces] == [(-5, -1), (-1, 1), (1, 5)]
    assert [TEXT.value(piece.tree) for piece in pieces] == ["-1", "x", "1"]
    assert [piece.inside for piece in pieces] == [-3, 0, 3]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(-INF, INF, ["2", "1"]), (-INF, -1, ["2"]), (0, INF, ["1"]), (-3, 0, ["2"]), (-1e-300, 1e-300, ["2", "1"])],
)
def test_the_range_may_be_without_ends_and_excludes_them(low: float, high: float, expected: list[str]) -> None:
    assert formulas("1 if x > 0 else 2", low, high) == expected


def test_a_range_without_ends_is_searched_to_a_million() -> None:
    found = places("1 if x*x > 4 else 2", -INF, INF)
    assert found == [-2, 2]
    assert cut("1 if x*x > 4 else 2", -INF, INF).pieces[0].inside < -2


def test_pieces_agree_with_the_expression_inside_them() -> None:
    tree = parse("max(x*x - 1, 0) if x < 2 else min(x, 3) + clip(sin(3*x), -0.5, 0.5)")
    for piece in split(tree, {}, -5, 5).pieces:
        x = np.linspace(piece.low, piece.high, 41)[1:-1]
        np.testing.assert_array_equal(evaluate(piece.tree, x, {}), evaluate(tree, x, {}))
        assert not any(isinstance(part, Conditional) for part in walk(piece.tree))


def test_too_many_breakpoints_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        cut("1 if sin(x) > 0 else 0", -4e3, 4e3)
    assert str(caught.value) == (
        "the expression has over 2,000 breakpoints between -4000 and 4000\nChoose a narrower range with --range."
    )


def test_equal_sides_are_no_breakpoints() -> None:
    assert places("1 if sin(x) > sin(x) else 0") == []
    assert places("max(x*x, x**2)") == []


def test_resolve_takes_the_branch_at_the_point() -> None:
    tree = parse("(x if x > 0 else a) + (1 if x > 1 else 2)")
    assert [TEXT.value(resolve(tree, {}, x)) for x in (-1, 0, 0.5, 1, 2)] == [
        "a + 2",
        "a + 2",
        "x + 2",
        "x + 2",
        "x + 1",
    ]


def test_resolve_looks_into_nested_branches() -> None:
    assert TEXT.value(resolve(parse("1 if x > 1 else 2 if x > 0 else 3"), {}, 0.5)) == "2"


@pytest.mark.parametrize(
    "text", ["abs(x)", "sign(x)", "min(x, 1, -x)", "max(x, 0)", "clip(x, -1, 1)", "abs(min(x, 2))"]
)
def test_expand_leaves_only_conditionals_and_keeps_the_values(text: str) -> None:
    tree = expand(parse(text))
    calls = {part.function for part in walk(tree) if isinstance(part, Call)}
    assert not calls & {"abs", "sign", "min", "max", "clip"}
    x = np.array([-3.0, -1, -0.5, 0, 0.5, 1, 2, 3])
    np.testing.assert_array_equal(evaluate(tree, x, {}), evaluate(parse(text), x, {}))


FOLDED = [
    ("x*x", [(None, "x*x")]),
    ("x if x > 0 else a*x", [("x > 0", "x"), (None, "a*x")]),
    ("1 if x > 1 else 2 if x > 0 else 3", [("x > 1", "1"), ("x > 0", "2"), (None, "3")]),
    ("2*(x if x > 0 else 0) + 1", [("x > 0", "2*x + 1"), (None, "2*0 + 1")]),
    ("max(x, 0)*max(x, 0)", [("x > 0", "x*x"), (None, "0*0")]),
    ("clip(x, 0, 6)", [("x >= 6", "6"), ("x > 0", "x"), (None, "0")]),
    ("abs(x)", [("x > 0", "x"), (None, "-x")]),
    ("abs(x)*sign(x)", [("x > 0", "x*1"), ("x < 0", "-x*-1"), (None, "-x*0")]),
    (
        "(1 if x > 0 else 2)*(3 if x > a else 4)",
        [("x > 0 and x > a", "1*3"), ("x > 0", "1*4"), ("x > a", "2*3"), (None, "2*4")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), FOLDED)
def test_fold_gives_the_cases_first_match_wins(text: str, expected: list[tuple[str | None, str]]) -> None:
    cases = fold(parse(text))
    shown = [(case.condition and TEXT.condition(case.condition), TEXT.value(case.value)) for case in cases]
    assert shown == expected


@pytest.mark.parametrize("text", ["max(x, 0)*max(x, 0)", "clip(x, 0, 6)", "abs(x)*sign(x)", "min(x, abs(x) - 1)"])
def test_every_case_of_one_condition_is_reached(text: str) -> None:
    cases = fold(parse(text))
    x = np.array([-3.0, -0.25, 0.0, 0.25, 3.0, 7.0])
    taken = {TEXT.value(resolve(unfold(cases), {}, at)) for at in x.tolist()}
    assert taken == {TEXT.value(case.value) for case in cases}


def test_unfold_puts_the_cases_back_together() -> None:
    tree = parse("1 if x > 1 else 2 if x > 0 else 3")
    assert unfold(fold(tree)) == tree


# What the float64 forms do at NaN (NaN**0 is 1) and with a clip whose bounds are the wrong way round is not compared.
@given(trees(depth=3))
@settings(SEEDED, max_examples=200)
def test_fold_then_unfold_evaluates_the_same(tree: Node) -> None:
    if any(isinstance(part, Call) and part.function == "clip" for part in walk(tree)):
        reject()
    try:
        again = unfold(fold(tree))
    except UsageError:
        reject()
    x = np.array([-30, -3, -1, -0.5, -1e-9, 0, 1e-9, 0.25, 1, 2, 7, 40])
    values = dict(zip(PARAMETERS, (0.7, -1.5, 2.25), strict=True))
    before, after = evaluate(tree, x, values), evaluate(again, x, values)
    known = ~np.isnan(after) & ~(np.isinf(before) & np.isinf(after))  # the sign at a pole is that of a zero
    # An argument that becomes a bare parameter or constant may be known to more digits in one form than the other.
    np.testing.assert_allclose(before[known], after[known], rtol=1e-9)


@pytest.mark.parametrize("conditions", [7, 11, 40])
def test_too_many_cases_are_refused(conditions: int) -> None:
    text = " + ".join(f"(1 if x > {place} else {place})" for place in range(conditions))
    with pytest.raises(UsageError) as caught:
        fold(parse(text))
    assert str(caught.value) == "the expression falls into over 64 cases\nNest fewer conditions."


def test_bisect_ends_at_neighbouring_floats() -> None:
    low, high = np.array([0.0, 1.25]), np.array([5.0, 1.3])
    assert bisect(parse("x*x*x - 2"), {}, low, high).tolist() == pytest.approx([2 ** (1 / 3)] * 2, rel=2**-52)
    assert bisect(parse("a - x"), {"a": 3.0}, low[:1], high[:1]).tolist() == [3]


@pytest.mark.parametrize(("text", "at"), [("1 if (x - 1)**2 > 0 else 5", 1.0), ("1 if x**4 == 0 else 0", 0.0)])
def test_a_condition_that_fails_at_one_point_breaks_there(text: str, at: float) -> None:
    assert [point.x for point in split(parse(text), {}, -5, 5).breakpoints] == [at]


@pytest.mark.parametrize(("text", "at"), [("abs(1/x)", 0.0), ("abs(1/(x - 1))", 1.0)])
def test_a_sign_changes_through_a_pole_at_the_pole(text: str, at: float) -> None:
    assert [point.x for point in split(parse(text), {}, -5, 5).breakpoints] == [at]


def test_many_roots_are_all_found() -> None:
    found = [point.x for point in split(parse("sign(sin(x))"), {}, -1000, 1000).breakpoints]
    assert found == pytest.approx([k * math.pi for k in range(-318, 319)], rel=1e-15, abs=1e-300)


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("abs(sin(x))", True),
        ("max(cos(x), 0.999)", True),
        ("max(sin(x), x - 20)", True),  # near 20.9
        ("1 if x**2 > 1e4 else 0", True),
        ("1 if x**2 > 4 else 0", False),
        ("1 if x > 1e4 else 0", False),
        ("max(x**3, exp(x))", False),
        ("clip(x*normal_cdf(x), -10, 10)", False),
    ],
)
def test_it_is_known_whether_there_are_breakpoints_beyond_the_search(text: str, beyond: bool) -> None:
    assert split(parse(text), {}, -math.inf, math.inf).beyond is beyond
    assert split(parse(text), {}, -math.inf, 0.0).beyond is (beyond and text != "max(sin(x), x - 20)")
    assert not split(parse(text), {}, -50.0, 50.0).beyond


def test_zeros_that_are_only_touched_are_found_at_once() -> None:
    tree = parse("1 if sin(pi*x)**2*(x - 2.5)**2 > 0 else 0")
    found = [point.x for point in split(expand(tree), {}, -3.25, 3.25).breakpoints]
    assert found == [-3, -2, -1, 0, 1, 2, 2.5, 3]
