"""Trees on arrays: branches, NaN, infinities, shapes and blocks."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf
from numpy.typing import NDArray
from reference.definition import Exact

from actviz.calculus.symbolic import derivative
from actviz.language.cases import expand
from actviz.language.numerics.float64 import BLOCK, apply, evaluate, holds
from actviz.language.parser import parse
from actviz.language.syntax import Conditional

Array = NDArray[np.float64]

INF = math.inf
NAN = math.nan


def values(text: str, x: object, **parameters: float) -> list[float]:
    result: list[float] = apply(parse(text), np.array(x, dtype=np.float64), parameters).tolist()
    return result


def same(first: list[float], second: list[float]) -> bool:
    """Equal, NaN counting as equal to NaN."""
    return all(one == other or (one != one and other != other) for one, other in zip(first, second, strict=True))


def test_names_are_looked_up_in_the_values_then_in_the_constants() -> None:
    assert values("a*x + b + pi", [2.0], a=3, b=0.5) == [6.5 + math.pi]
    assert values("e", [0.0]) == [math.e]


def test_a_square_is_a_product() -> None:
    x = 1.1  # 1.1**2 and 1.1*1.1 differ in the last place in some C libraries
    assert values("x**2", [x]) == [x * x]


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("1 if x > 0 else 2", [-1, 0, 1], [2, 2, 1]),
        ("1 if x >= 0 else 2", [-1, -0.0, 1], [2, 1, 1]),
        ("1 if x < 0 else 2", [-1, 0, 1], [1, 2, 2]),
        ("1 if x <= 0 else 2", [-1, 0, 1], [1, 1, 2]),
        ("1 if x == 0 else 2", [-1, 0, 1], [2, 1, 2]),
        ("1 if x != 0 else 2", [-1, 0, 1], [1, 2, 1]),
        ("1 if -1 < x < 1 else 2", [-1, 0, 1], [2, 1, 2]),
        ("1 if x < -1 or x > 1 else 2", [-2, 0, 2], [1, 2, 1]),
        ("1 if not x > 0 else 2", [-1, 0, 1], [1, 1, 2]),
        ("1 if 2 > 1 else 2", [-1, 0, 1], [1, 1, 1]),
        ("1 if x > 1 else 2 if x > 0 else 3", [0, 1, 2], [3, 2, 1]),
        ("(x if x > 0 else 1) + (x if x > 1 else 2)", [0, 1, 2], [3, 3, 4]),
        ("1 if x > a else 2", [0, 1], [2, 1]),
    ],
)
def test_conditions_choose_element_by_element(text: str, x: list[float], expected: list[float]) -> None:
    assert values(text, x, a=0.5) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x if x > 0 else exp(-x)", [math.exp(1), 1, 800]),
        ("exp(x) if x < 0 else x", [math.exp(-1), 0, 800]),
        ("x if x > -2 else log(-2 - x)", [-1, 0, 800]),
        ("sqrt(x) if x >= 0 else 1/x", [-1, 0, math.sqrt(800)]),
        ("1 if x > 0 else 2 if x == 0 else log(x + 2)/x", [-0.0, 2, 1]),
        ("erf(x) if x > 0 else 0*exp(-x)", [0, 0, 1]),
    ],
)
def test_the_branch_not_taken_leaves_no_trace(text: str, expected: list[float]) -> None:
    assert values(text, [-1.0, 0.0, 800.0]) == expected


def test_holds_says_where_a_condition_is_true() -> None:
    tree = parse("1 if 0 < x < 2 else 0")
    assert isinstance(tree, Conditional)
    assert holds(tree.condition, np.array([-1.0, 0, 1, 2, NAN]), {}).tolist() == [False, False, True, False, False]


NAN_IN = [
    "x",
    "1",
    "a",
    "x if x > 0 else 0",
    "1 if x > 0 else 0",
    "max(x, 0)",
    "min(0, x)",
    "clip(x, -1, 1)",
    "sign(x)",
]


@pytest.mark.parametrize(
    "text", [*NAN_IN, "abs(x)", "x**2", "sigmoid(x)", "normal_pdf(x)", "erf(x)", "1 if x != x else 0"]
)
def test_nan_in_gives_nan_out(text: str) -> None:
    assert same(values(text, [NAN, 1.0], a=1)[:1], [NAN])
    assert not math.isnan(values(text, [NAN, 1.0], a=1)[1])


UNDEFINED = [
    ("log(x)", [-1.0], [NAN]),
    ("sqrt(x)", [-1.0, 4.0], [NAN, 2]),
    ("log1p(x)", [-2.0], [NAN]),
    ("x**0.5", [-4.0, 4.0], [NAN, 2]),
    ("max(log(x), 0)", [-1.0, 0.5, math.e], [NAN, 0, 1]),
    ("min(log(x), 0)", [-1.0, 1.0], [NAN, 0]),
    ("clip(log(x), -1, 1)", [-1.0, 100.0], [NAN, 1]),
    ("sign(log(x))", [-1.0, 2.0], [NAN, 1]),
    ("1 if log(x) > 0 else 0", [-1.0, 0.5, 2.0], [NAN, 0, 1]),
    ("1 if not log(x) > 0 else 0", [-1.0, 0.5, 2.0], [NAN, 1, 0]),
    ("1 if log(x) > 0 and x > 0 else 0", [0.5, 2.0], [0, 1]),
    ("x if x > 0 else log(x)", [-1.0, 2.0], [NAN, 2]),
    ("x/x", [0.0, 3.0], [NAN, 1]),
    ("sin(x)/x", [0.0], [NAN]),
]


@pytest.mark.parametrize(("text", "x", "expected"), UNDEFINED)
def test_outside_the_domain_is_nan_and_nothing_else(text: str, x: list[float], expected: list[float]) -> None:
    assert same(values(text, x), expected)


def test_poles_are_infinite() -> None:
    assert same(values("1/x", [0.0, -0.0]), [NAN, NAN])  # its two sides differ
    assert values("1/x**2", [0.0, -0.0]) == [INF, INF]
    assert values("log(x)", [0.0]) == [-INF]


LIMITS = [
    # text, at -inf, at +inf
    ("x", -INF, INF),
    ("-x", INF, -INF),
    ("7", 7, 7),
    ("0*x", 0, 0),
    ("x - x", 0, 0),
    ("x/x", 1, 1),
    ("x if x > 0 else 0", 0, INF),
    ("x if x > 0 else a*x", -INF, INF),
    ("x if x > 0 else b*x", 0, INF),
    ("1 if x > 0 else exp(x)", 0, 1),
    ("x*sigmoid(1.702*x)", 0, INF),
    ("x/(1 + exp(-x))", 0, INF),
    ("exp(-x)*x/(1 + exp(-x))**2", 0, 0),
    ("x*normal_cdf(x)", 0, INF),
    ("x*tanh(softplus(x))", 0, INF),
    ("x*exp(-x)", -INF, 0),
    ("x**3*exp(-x*x)", 0, 0),
    ("sin(x)/x", 0, 0),
    ("x/(1 + abs(x))", -1, 1),
    ("x/sqrt(1 + x*x)", -1, 1),
    ("x - tanh(x)", -INF, INF),
    ("exp(x)/cosh(x)", 0, 2),
    ("sinh(x)/cosh(x)", -1, 1),
    ("sech(x)*cosh(x)", 1, 1),
    ("log(1 + exp(x))", 0, INF),
    ("x - log(1 + exp(x))", -INF, 0),
    ("exp(exp(x))", 1, INF),
    ("exp(-exp(-x))", 0, 1),
    ("2**x/3**x", INF, 0),
    ("atan(x)", -math.pi / 2, math.pi / 2),
    ("erf(x)", -1, 1),
    ("asinh(x)", -INF, INF),
    ("sign(x)", -1, 1),
    ("min(x, 1)", -INF, 1),
    ("clip(x, -1, 6)", -1, 6),
    ("abs(x)", INF, INF),
    ("x**2", INF, INF),
    ("x**3", -INF, INF),
    ("x**-2", 0, 0),
    # no limit
    ("sin(x)", NAN, NAN),
    ("x*cos(x)", NAN, NAN),
    ("tan(x)", NAN, NAN),
    ("sin(x*x)", NAN, NAN),
    ("log(x)", NAN, INF),
    ("sqrt(x)", NAN, INF),
    ("x**0.5", NAN, INF),
    ("x**1.5", NAN, INF),
]


@pytest.mark.parametrize(("text", "left", "right"), LIMITS)
def test_infinity_gives_the_limit_or_nan_where_there_is_none(text: str, left: float, right: float) -> None:
    assert same(values(text, [-INF, INF, -INF], a=0.5, b=0), [left, right, left])


FAR_OUT = [
    # float64 arithmetic meets 0·∞, ∞/∞ or ∞ − ∞ on the way to these
    ("x/(1 + exp(-x))", [-800.0, 800.0, -750.5]),
    ("exp(-x)*x/(1 + exp(-x))**2", [-800.0, 800.0, -350.0]),
    ("x*exp(x)/(1 + exp(x))", [-800.0, 800.0]),
    ("exp(x)/(exp(x) + exp(-x))", [-800.0, 800.0]),
    ("sinh(x)/cosh(x)", [-800.0, 800.0]),
    ("cosh(x) - sinh(x)", [800.0]),
    ("x*x*exp(-x*x)*exp(x)", [-1e3, 1e3]),
    ("3**x/2.5**x", [800.0, 900.0]),
    ("exp(x) - exp(x)", [800.0]),
]


@pytest.mark.parametrize(("text", "x"), FAR_OUT)
def test_overflow_on_the_way_does_not_become_nan(text: str, x: list[float]) -> None:
    functions = {"exp": mp.exp, "sinh": mp.sinh, "cosh": mp.cosh}
    with mp.workdps(1000):
        expected = [float(eval(text, dict(functions), {"x": mpf(at)})) for at in x]
    computed = values(text, x)
    assert all(abs(one - other) <= 4 * math.ulp(other) for one, other in zip(computed, expected, strict=True))


@pytest.mark.parametrize("text", ["x*sigmoid(1.702*x)", "x*tanh(softplus(x))", "x*normal_cdf(x)"])
def test_gated_functions_are_zero_and_x_far_out(text: str) -> None:
    assert values(text, [-1e4, -1e300, 1e4, 1e300]) == [0, 0, 1e4, 1e300]


@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 4), (2, 0, 3), (2, 3, 4)])
def test_the_shape_stays(shape: tuple[int, ...]) -> None:
    x = np.linspace(-1, 1, math.prod(shape)).reshape(shape)
    result = apply(parse("x if x > 0 else 2*x"), x, {})
    assert result.shape == shape
    assert result.dtype == np.float64
    np.testing.assert_array_equal(result, np.where(x > 0, x, 2 * x))


@pytest.mark.parametrize("text", ["x", "1", "2*x", "x if x > 0 else -x", "exp(x)"])
def test_the_result_is_new_and_the_input_unchanged(text: str) -> None:
    x = np.linspace(-3, 3, 7)
    x[3] = INF
    before = x.copy()
    x.flags.writeable = False
    result = apply(parse(text), x, {})
    assert not np.shares_memory(result, x)
    assert result.flags.writeable
    np.testing.assert_array_equal(x, before)


def test_strides_do_not_matter() -> None:
    x = np.linspace(-2, 2, 24).reshape(4, 6)
    tree = parse("x*x if x > 0 else exp(x)")
    whole = apply(tree, x, {})
    np.testing.assert_array_equal(apply(tree, x[::2, ::-3], {}), whole[::2, ::-3])
    np.testing.assert_array_equal(apply(tree, x.T, {}), whole.T)
    np.testing.assert_array_equal(apply(tree, np.asfortranarray(x), {}), whole)


@pytest.mark.parametrize("x", [3, True, [1, 2], np.float32(1.5), np.arange(3), np.array([1.5], dtype=np.float16)])
def test_other_number_types_are_taken_as_float64(x: object) -> None:
    result = apply(parse("x + 0.25"), np.asarray(x), {})
    np.testing.assert_array_equal(result, np.asarray(x, dtype=np.float64) + 0.25)


@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 1])
def test_block_boundaries_do_not_show(size: int) -> None:
    x = np.linspace(-1, 1, size)
    x[[0, -1, BLOCK // 2]] = [NAN, INF, -INF]
    result = apply(parse("x if x > 0 else 2*x"), x, {})
    np.testing.assert_array_equal(result, np.where(x > 0, x, 2 * x))


def test_a_value_that_breaks_down_in_one_block_is_recovered_there_only() -> None:
    x = np.full(BLOCK + 2, 1.0)
    x[-1] = -800.0
    result = apply(parse("x/(1 + exp(-x))"), x, {})
    assert result[:-1].tolist() == [1 / (1 + math.exp(-1))] * (BLOCK + 1)
    assert -1e-300 < result[-1] <= 0


def test_a_million_points_take_a_fraction_of_a_second() -> None:
    x = np.linspace(-700, 700, 1_000_000)
    tree = parse("s*x if x > 0 else s*a*expm1(x)")
    started = time.perf_counter()
    apply(tree, x, {"s": 1.05, "a": 1.67})
    assert time.perf_counter() - started < 1


def test_a_constant_is_spread_over_the_shape() -> None:
    assert evaluate(parse("pi"), np.zeros(3), {}).tolist() == [math.pi] * 3
    assert apply(parse("2"), np.zeros((2, 2)), {}).tolist() == [[2, 2], [2, 2]]


@pytest.mark.parametrize(
    ("text", "x", "truth"),
    [
        ("log(cosh(x))", 800.0, 799.3068528194401),  # |x| − ln 2
        ("log(exp(-x))", 800.0, -800.0),
        ("exp(x)/exp(x/2)", 800.0, math.exp(400)),
        ("sqrt(exp(x))", 1000.0, math.exp(500)),
        ("x/sqrt(1 + x*x)", 1e300, 1.0),
        ("exp(x)/(exp(x) + exp(2*x))", 400.0, math.exp(-400)),
    ],
)
def test_an_overflow_on_the_way_to_a_finite_value_leaves_no_trace(text: str, x: float, truth: float) -> None:
    assert apply(parse(text), x, {}) == pytest.approx(truth, rel=1e-15)


@pytest.mark.parametrize("text", ["exp(x)", "x**200", "cosh(x)", "1/(x - 800)**2"])
def test_a_value_beyond_float64_is_infinite(text: str) -> None:
    assert apply(parse(text), 800.0, {}) == math.inf


@pytest.mark.parametrize("x", [-3.0, 0.0, 1.0, 1.5, 2.0, 7.0])
def test_reversed_bounds_of_clip_mean_the_same_to_all(x: float) -> None:
    tree = parse("clip(x, 2, 1)")
    pieces = apply(expand(tree), x, {})
    assert apply(tree, x, {}) == pieces == Exact(tree, {})(x) == (1 if x >= 1 else 2)


@pytest.mark.parametrize(
    ("text", "order", "x", "truth"),
    [
        ("(exp(x) - 1)/x", 2, 1e-12, 1 / 3),
        ("(exp(x) - 1)/x", 3, 1e-12, 1 / 4),
        ("tanh(x)/x", 3, 1e-12, 3.2e-12),  # from the series 1 − x²/3 + 2x⁴/15 − …
        ("sin(x)/x", 3, 1e-12, 2e-13),  # 1 − x²/6 + x⁴/120 − …
    ],
)
def test_what_exhausts_even_pairs_is_computed_exactly(text: str, order: int, x: float, truth: float) -> None:
    assert apply(derivative(parse(text), ("x",) * order), x, {}) == pytest.approx(truth, rel=1e-11)


CANCELLED = [  # (expression, truth, order, x): large terms of which little is left
    ("erfc(x)*exp(x**2)", lambda x: mp.erfc(x) * mp.exp(x * x), 1, [6.0, 6.5, 7.9, 9.0, 15.5, 25.0, 26.5, 27.0, 30.0]),
    ("x**2*erfc(x)*exp(x**2)", lambda x: x * x * mp.erfc(x) * mp.exp(x * x), 1, [6.5, 9.0, 20.0]),
    ("exp(x)*erfc(sqrt(x))", lambda x: mp.exp(x) * mp.erfc(mp.sqrt(x)), 1, [50.0, 120.0, 700.0]),
    ("normal_pdf(x)/(1-normal_cdf(x))", lambda x: mp.npdf(x) / mp.ncdf(-x), 1, [3.5, 9.0, 20.0]),
    ("normal_pdf(x)/normal_cdf(x)", lambda x: mp.npdf(x) / mp.ncdf(x), 1, [-8.5, -20.0, -37.5]),
    ("log(normal_cdf(x))", lambda x: mp.log(mp.ncdf(x)), 2, [-6.0, -20.0, -36.0]),
    ("log(cosh(x))", lambda x: mp.log(mp.cosh(x)), 2, [1e-5, 14.0, 22.0, 40.0]),
    ("log(cosh(x))", lambda x: mp.log(mp.cosh(x)), 0, [1e-7, 1e-5, 0.1]),
    ("log(1 - tanh(x)**3)", lambda x: mp.log(1 - mp.tanh(x) ** 3), 0, [1e-3, 12.0, 17.0]),
    ("cosh(x) - sinh(x)", lambda x: mp.exp(-x), 0, [1e-5, 14.0, 27.0, 300.0]),
    ("exp(-x)*cosh(x)", lambda x: mp.exp(-x) * mp.cosh(x), 1, [14.0, 27.0]),
    ("atan(x) - tanh(x)", lambda x: mp.atan(x) - mp.tanh(x), 0, [1e-6, 1e-3, 0.3]),
    ("asinh(x) - sin(x)", lambda x: mp.asinh(x) - mp.sin(x), 0, [1e-6, 1e-3, 0.3]),
    ("tan(x) - sinh(x)", lambda x: mp.tan(x) - mp.sinh(x), 0, [1e-6, 1e-3, 0.3]),
    ("log(x) - x + 1", lambda x: mp.log(x) - x + 1, 0, [1 + 2.0**-20, 1 - 2.0**-30]),
    ("(exp(x) - 1 - x)/x**2 - 1/2", lambda x: (mp.exp(x) - 1 - x) / x**2 - mpf(1) / 2, 0, [1e-5, 1e-3]),
    ("1e8*(sqrt(x**2 + 1) + x) - 1/2", lambda x: mpf(10) ** 8 * (mp.sqrt(x**2 + 1) + x) - mpf(1) / 2, 0, [-1e8]),
]


@pytest.mark.parametrize(("text", "truth", "order", "x"), CANCELLED)
def test_what_cancels_keeps_its_digits(text: str, truth: Callable[[Any], Any], order: int, x: list[float]) -> None:
    tree = derivative(expand(parse(text)), ("x",) * order) if order else parse(text)
    for place, value in zip(x, apply(tree, np.array(x), {}).tolist(), strict=True):
        with mp.workdps(800):
            exact = +mp.diff(truth, mpf(place), order, h=mpf(10) ** -100) if order else truth(mpf(place))
        assert value == pytest.approx(float(exact), rel=1e-15, abs=0), place


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("cosh(x) - sinh(x)", lambda x: mp.exp(-x)),
        ("sinh(x) - cosh(x)", lambda x: -mp.exp(-x)),
        ("sinh(x) + cosh(x)", mp.exp),
        ("1 - sinh(x)**2/cosh(x)**2", lambda x: mp.sech(x) ** 2),
        ("1 - sinh(x)/cosh(x)", lambda x: 2 / (1 + mp.exp(2 * x))),
    ],
)
def test_hyperbolic_functions_do_not_cancel_at_any_number_of_points(text: str, truth: Callable[[Any], Any]) -> None:
    x = np.linspace(-30, 30, 1001)
    with mp.workdps(60):
        exact = [float(truth(mpf(place))) for place in x]
    assert apply(parse(text), x, {}) == pytest.approx(exact, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("sech(x)*cosh(x)", 1),
        ("sech(x) - 1/cosh(x)", 0),
        ("tanh(x) - 2*sigmoid(2*x) + 1", 0),
        ("tanh(x) - 2*sigmoid(2*x) + 1", 1),
    ],
)
def test_what_cancels_wholly_is_zero(text: str, order: int) -> None:
    tree = derivative(parse(text), ("x",) * order) if order else parse(text)
    assert apply(tree, np.array([0.3, 0.5, 5.5, -2.0]), {}).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("x", [3.0, 1e6 + 0.1, 1e15, 1e200])
def test_large_angles_are_reduced_exactly(x: float) -> None:
    with mp.workdps(400):
        exact = [float(mp.sin(3 * mpf(x))), float(mp.cos(mpf(x) / 3)), float(mp.sin(mpf(x) ** 2))]
    found = [values(text, [x])[0] for text in ("sin(3*x)", "cos(x/3)", "sin(x**2)")]
    assert found == pytest.approx(exact, rel=1e-15)
