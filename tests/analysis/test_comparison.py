"""Comparisons: how much two functions differ, where they meet, and how steep they are."""

from __future__ import annotations

import json
import math

import pytest
from mpmath import erf, erfc, findroot, mp, mpf, quad, sin, sqrt
from mpmath import exp as exact_exp

from actviz.analysis.comparison import Pair, Slope, Stretch
from actviz.analysis.comparison import compare as compared
from actviz.api import activations, compare, get
from actviz.errors import UsageError
from actviz.writing.comparisons import comparison_json, comparison_tables, verdict
from actviz.writing.tables import as_text

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
WRONG_SELU = "1.0507*(exp(x)-1) if x<0 else x"


def pair(*specs: str, span: tuple[float, float] | None = None) -> Pair:
    (found,) = compare(*specs, span=span)
    return found


def test_relu_and_prelu_differ_most_at_the_left_end() -> None:
    found = pair("relu", "prelu")
    assert (found.low, found.high) == (-5, 5)
    assert (found.function.largest, found.function.where) == (1.25, -5)
    assert found.derivative.largest == 0.25
    assert -5 <= found.derivative.where <= 0
    assert not found.same


def test_the_rms_of_relu_and_prelu_is_a_quarter_of_the_root_of_a_half() -> None:
    found = pair("relu", "prelu")  # the mean of (x/4)² over the negative half is half of 1/16
    assert found.function.rms == pytest.approx(0.25 * math.sqrt(0.5), rel=1e-14)
    assert found.derivative.rms == pytest.approx(0.25 * math.sqrt(0.5), rel=1e-14)


def test_relu_and_prelu_are_one_on_the_right() -> None:
    found = pair("relu", "prelu")
    assert found.crossings == ()
    assert found.equal_on == (Stretch(0, 5),)
    assert str(found.equal_on[0]) == "0 ≤ x ≤ 5"


def test_leaky_relu_and_prelu_differ_by_their_slopes() -> None:
    found = pair("leaky_relu:negative_slope=0.01", "prelu:alpha=0.05")
    assert found.function.largest == pytest.approx(0.2, rel=1e-15)
    assert found.function.where == -5
    assert found.function.rms == pytest.approx(0.04 * math.sqrt(0.5), rel=1e-14)
    assert found.derivative.largest == pytest.approx(0.04, rel=1e-15)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("prelu:alpha=0", "relu"),
        ("elu", "selu:scale=1:alpha=1"),
        ("selu", "selu"),
        ("leaky_relu:negative_slope=1", "identity"),
        ("abs(x)", "max(x, -x)"),
        ("relu", "max(x, 0)"),
        ("relu(x)*3", "3*max(x, 0)"),
    ],
)
def test_what_is_the_same_is_said_to_be(first: str, second: str) -> None:
    found = pair(first, second)
    assert found.same
    assert (found.function.largest, found.function.rms) == (0, 0)
    assert (found.derivative.largest, found.derivative.rms) == (0, 0)
    assert math.isnan(found.function.where)
    assert found.equal_on == (Stretch(-5, 5),)
    assert found.crossings == ()
    names = f"{get(first).label} and {get(second).label}"
    assert verdict(found) == f"No difference: {names} are equal for −5 ≤ x ≤ 5, and so are their derivatives."


def test_what_only_rounding_tells_apart_is_equal() -> None:
    found = pair("x/3", "x*(1/3)")
    assert found.same
    assert found.function.largest == 0
    assert verdict(found).startswith("No difference: x/3 and ")


def test_a_difference_a_little_above_rounding_is_a_difference() -> None:
    found = pair("x", "x*(1 + 1e-13)")
    assert not found.same
    assert found.function.largest == pytest.approx(5e-13, rel=0.01)


def test_a_small_difference_is_a_difference() -> None:
    found = pair("selu", "selu:scale=1.0507:alpha=1.6732")
    assert not found.same
    assert 1e-5 < found.function.largest < 1e-3
    assert verdict(found).endswith(" differ for −5 ≤ x ≤ 5.")


def test_the_short_constants_lose_five_in_a_hundred_thousand() -> None:
    found = pair("selu", "selu:scale=1.0507:alpha=1.6732")
    with mp.workdps(30):
        wrong = mpf("1.0507") * mpf("1.6732")
        expected = float((mpf(SCALE) * mpf(ALPHA) - wrong) * (1 - exact_exp(-5)))
    assert found.function.largest == pytest.approx(expected, rel=1e-11)


def test_the_wrong_definition_of_selu_is_told_apart() -> None:
    found = pair("selu", WRONG_SELU)
    with mp.workdps(30):
        gap = mpf(SCALE) * mpf(ALPHA) - mpf(1.0507)
        largest = float(gap * (1 - exact_exp(-5)))
        # ∫ (λα − 1.0507)²(eˣ − 1)²φ over x < 0, and (λ − 1)²x²φ over x > 0
        left = gap**2 * (exact_exp(2) * erfc(sqrt(2)) - 2 * exact_exp(mpf(1) / 2) * erfc(1 / sqrt(2)) + 1) / 2
        right = (mpf(SCALE) - 1) ** 2 / 2
        rms = float(sqrt(left + right))
        slopes = float(sqrt(gap**2 * exact_exp(2) * erfc(sqrt(2)) / 2 + right))
    assert found.function.largest == pytest.approx(largest, rel=1e-14)
    assert found.function.where == -5
    assert found.function.rms == pytest.approx(rms, rel=1e-13)
    assert found.derivative.largest == pytest.approx(SCALE * ALPHA - 1, rel=1e-14)  # of the values taken at 0
    assert found.derivative.where == 0
    assert found.derivative.rms == pytest.approx(slopes, rel=1e-13)
    assert list(found.crossings) == [0]
    assert found.equal_on == ()


def test_a_jump_leaves_half_open_intervals() -> None:
    found = pair("relu", "thresholded_relu")
    assert found.equal_on == (Stretch(-5, 0), Stretch(1, 5, with_low=False))
    assert [str(stretch) for stretch in found.equal_on] == ["−5 ≤ x ≤ 0", "1 < x ≤ 5"]
    assert (found.function.largest, found.function.where) == (1, 1)
    with mp.workdps(30):  # ∫₀¹ x²φ
        expected = float(sqrt(erf(1 / sqrt(2)) / 2 - exact_exp(-mpf(1) / 2) / sqrt(2 * mp.pi)))
    assert found.function.rms == pytest.approx(expected, rel=1e-13)


def test_a_value_off_the_curve_counts() -> None:
    found = pair("x", "x if x != 2 else 7")
    assert (found.function.largest, found.function.where) == (5, 2)
    assert found.equal_on == (Stretch(-5, 2, with_high=False), Stretch(2, 5, with_low=False))
    assert not found.same


def test_a_parabola_meets_the_line_at_zero_and_one() -> None:
    found = pair("x**2", "x")
    assert found.crossings == pytest.approx((0, 1), abs=1e-15)
    assert found.equal_on == ()
    assert (found.function.largest, found.function.where) == (30, -5)


def test_the_rms_of_a_parabola_and_the_line_is_two() -> None:
    found = pair("x**2", "x")  # E[(x² − x)²] = E[x⁴] + E[x²] = 3 + 1
    assert found.function.rms == pytest.approx(2, rel=1e-14)
    assert found.derivative.rms == pytest.approx(math.sqrt(5), rel=1e-14)


def test_a_sine_meets_a_line_at_its_three_roots() -> None:
    with mp.workdps(30):
        root = float(findroot(lambda x: sin(x) - x / 2, 1.9))
    assert pair("sin(x)", "x/2").crossings == pytest.approx((-root, 0, root), abs=1e-14)


def test_functions_that_touch_meet_where_they_touch() -> None:
    found = pair("(x - 1)**2", "0*x")
    assert found.crossings == pytest.approx((1,), abs=1e-6)


def test_a_crossing_through_a_jump_is_no_meeting() -> None:
    assert pair("x + 1 if x > 0 else x - 1", "0*x").crossings == ()


def test_a_narrow_peak_between_samples_is_found() -> None:
    found = pair("exp(-(1000*(x - 0.12345))**2)", "0*x")
    assert found.function.largest == pytest.approx(1, rel=1e-9)
    assert found.function.where == pytest.approx(0.12345, abs=1e-6)


def test_a_narrow_piece_between_samples_is_found() -> None:
    found = pair("1 if 0.12345 < x < 0.12346 else 0", "0*x")
    assert found.function.largest == 1
    assert 0.12345 <= found.function.where <= 0.12346


def test_the_rms_of_a_smooth_pair_is_right() -> None:
    with mp.workdps(20):
        integral = quad(
            lambda x: (mp.tanh(x) - erf(x)) ** 2 * exact_exp(-x * x / 2) / sqrt(2 * mp.pi), [-9, -4, -1, 0, 1, 4, 9]
        )
        expected = float(sqrt(integral))
    assert pair("tanh(x)", "erf(x)").function.rms == pytest.approx(expected, rel=1e-10)


def test_the_rms_is_over_all_x_whatever_the_range() -> None:
    assert pair("relu", "prelu", span=(1, 2)).function.rms == pair("relu", "prelu").function.rms


@pytest.mark.parametrize(
    ("first", "second"),
    [("exp(x**2)", "x"), ("exp(x**2/4)", "0*x"), ("1/x", "x"), ("exp(x**2/3)", "exp(x**2/5)")],
)
def test_an_rms_that_diverges_is_infinite(first: str, second: str) -> None:
    assert pair(first, second).function.rms == math.inf


def test_an_rms_that_barely_converges_is_finite() -> None:
    # E[exp(2·0.2·x²)] = 1/√(1 − 0.8)
    found = pair("exp(0.2*x**2)", "0*x")
    assert found.function.rms == pytest.approx(5**0.25, rel=1e-9)


def test_the_range_limits_where_differences_are_looked_for() -> None:
    found = pair("relu", "prelu", span=(1, 3))
    assert found.function.largest == 0
    assert found.equal_on == (Stretch(1, 3),)
    assert pair("relu", "prelu", span=(-2, 3)).function.largest == 0.5


def test_slopes_stand_at_the_ends_and_at_every_breakpoint() -> None:
    found = pair("relu", "thresholded_relu")
    assert found.slopes == (
        (Slope(-5, 0, 0), Slope(0, 0, 1), Slope(1, 1, 1), Slope(5, 1, 1)),
        (Slope(-5, 0, 0), Slope(0, 0, 0), Slope(1, 0, 1), Slope(5, 1, 1)),
    )


def test_the_slopes_table_has_a_row_for_each_side_of_a_kink() -> None:
    _, slopes = comparison_tables(compare("relu", "prelu"))
    assert as_text(slopes, 7) == (
        "slope at x        ReLU  PReLU\n"
        "−5                   0   0.25\n"
        "0 from the left      0   0.25\n"
        "0 from the right     1      1\n"
        "5                    1      1\n"
    )


def test_the_differences_table_in_full() -> None:
    differences, _ = comparison_tables(compare("relu", "prelu"))
    assert differences.title == "ReLU and PReLU differ for −5 ≤ x ≤ 5."
    assert as_text(differences, 7) == (
        "quantity                               value  at x\n"
        "largest difference of f                 1.25  −5\n"
        "largest difference of f′                0.25  −5\n"
        "RMS difference of f, x ~ N(0, 1)   0.1767767\n"
        "RMS difference of f′, x ~ N(0, 1)  0.1767767\n"
        "equal                                         0 ≤ x ≤ 5\n"
    )


def test_tables_name_meetings_or_their_absence() -> None:
    meeting, _ = comparison_tables(compare("x**2", "x"))
    assert meeting.rows[-2:] == (("meet at a point", None, "0"), ("meet at a point", None, "1"))
    apart, _ = comparison_tables(compare("exp(x)", "x"))
    assert apart.rows[-1] == ("never equal in this range", None, "")


def test_two_functions_of_one_name_stay_apart_in_the_table() -> None:
    _, slopes = comparison_tables(compare("selu", "selu"))
    assert slopes.columns == ("slope at x", "SELU", "SELU (second)")


def test_json_holds_all_of_it() -> None:
    (data,) = json.loads(comparison_json(compare("relu", "prelu:alpha=0.5")), parse_constant=pytest.fail)
    rms = data["function"].pop("rms_under_standard_normal")
    assert rms == pytest.approx(0.5 * math.sqrt(0.5), rel=1e-14)
    derivative = data.pop("derivative")
    assert derivative.keys() == {"largest_difference", "at", "rms_under_standard_normal"}
    assert data == {
        "first": "relu",
        "second": "prelu:alpha=0.5",
        "order": 0,
        "with_respect_to": "x",
        "range": [-5.0, 5.0],
        "same": False,
        "function": {"largest_difference": 2.5, "at": -5.0},
        "crossings": [],
        "equal_on": [[0.0, 5.0]],
        "equal_to_rounding_on": [],
        "slopes": {
            "first": [
                {"x": -5.0, "left": 0.0, "right": 0.0},
                {"x": 0.0, "left": 0.0, "right": 1.0},
                {"x": 5.0, "left": 1.0, "right": 1.0},
            ],
            "second": [
                {"x": -5.0, "left": 0.5, "right": 0.5},
                {"x": 0.0, "left": 0.5, "right": 1.0},
                {"x": 5.0, "left": 1.0, "right": 1.0},
            ],
        },
    }


def test_json_keeps_infinities_and_leaves_words_alone() -> None:
    (data,) = json.loads(comparison_json(compare("exp(x**2)", "x")), parse_constant=pytest.fail)
    assert data["function"]["rms_under_standard_normal"] == math.inf
    (data,) = json.loads(comparison_json(compare("x*NaN:NaN=2", "Infinity*x:Infinity=3")))
    assert (data["first"], data["second"]) == ("x*NaN:NaN=2.0", "Infinity*x:Infinity=3.0")


def test_a_slope_that_differs_at_a_kink_alone_is_a_difference() -> None:
    found = pair("relu", "max(0, x)")  # the first takes the slope of the left at 0, the second that of the right
    assert found.function.largest == 0
    assert (found.derivative.largest, found.derivative.where, found.derivative.rms) == (1, 0, 0)
    assert not found.same


def test_second_derivatives_are_compared() -> None:
    (found,) = compare("silu", "gelu", order=2, span=(-4, 4))
    x = 0.0  # silu″ − gelu″ is largest at 0: 1/2 − 2φ(0)
    with mp.workdps(30):
        assert found.function.largest == pytest.approx(float(2 / sqrt(2 * mp.pi) - mpf(1) / 2), rel=1e-14)
    assert found.function.where == pytest.approx(x, abs=1e-7)
    differences, slopes = comparison_tables([found])
    assert differences.title == "f″ of SiLU and of GELU differ for −4 ≤ x ≤ 4."
    assert [row[0] for row in differences.rows[:3]] == [
        "largest difference of f″",
        "largest difference of f‴",
        "RMS difference of f″, x ~ N(0, 1)",
    ]
    assert slopes.columns == ("slope of f″ at x", "SiLU", "GELU")
    (data,) = json.loads(comparison_json([found]))
    assert (data["order"], data["with_respect_to"]) == (2, "x")


def test_derivatives_in_a_parameter_are_compared() -> None:
    (found,) = compare("swish:beta=2", "x*tanh(beta*x):beta=2", wrt="beta")
    with mp.workdps(30):

        def gap(x: mpf) -> mpf:  # x²(σ′(2x) − sech²(2x))
            return abs(x * x * (mp.sech(x) ** 2 / 4 - mp.sech(2 * x) ** 2))

        assert found.function.largest == pytest.approx(float(gap(mpf(found.function.where))), rel=1e-13)
        assert found.function.largest == pytest.approx(float(max(gap(mpf(k) / 1000) for k in range(5001))), rel=1e-6)
    differences, _ = comparison_tables([found])
    assert differences.title.startswith("∂f/∂β of Swish (β = 2) and of ")
    assert differences.rows[1][0] == "largest difference of ∂²f/∂β∂x"
    assert compare("swish", "swish", order=1, wrt="beta")[0].same
    assert verdict(compare("swish", "swish", order=1, wrt="beta")[0]).startswith("No difference: ∂f/∂β of Swish and of")


def test_a_derivative_is_compared_where_its_function_has_values() -> None:
    (found,) = compare("log(x)", "log(x) - x**2", order=1)  # 1/x and 1/x − 2x, for x > 0 only
    assert found.function.largest == pytest.approx(10)
    assert found.function.where == 5


def test_every_function_compared_has_the_parameter() -> None:
    with pytest.raises(UsageError) as caught:
        compare("swish", "gelu", wrt="beta")
    assert str(caught.value) == "gelu has no parameters, so 'beta' cannot be set\nWrite just 'gelu'."


def test_every_further_function_is_held_against_the_first() -> None:
    found = compare("relu", "prelu:alpha=0.1,0.2", "elu")
    assert [one.first.activation.spec for one in found] == ["relu"] * 3
    assert [one.second.activation.spec for one in found] == ["prelu:alpha=0.1", "prelu:alpha=0.2", "elu"]


def test_one_function_is_nothing_to_compare() -> None:
    with pytest.raises(UsageError) as caught:
        compared(activations("relu"), -5, 5)
    assert str(caught.value) == "a comparison takes two functions or more\nWrite 'actviz compare relu prelu'."


@pytest.mark.parametrize(
    ("first", "second", "places"),
    [("gelu", "gelu_tanh", [-1.8845695698, 0.0, 1.8845695698]), ("1/x", "x", [-1.0, 1.0]), ("1/x", "1/x + 1", [])],
)
def test_they_meet_where_they_cross_not_at_poles_nor_where_rounding_hides_the_difference(
    first: str, second: str, places: list[float]
) -> None:
    (found,) = compare(first, second, span=(-10.0, 10.0))
    assert found.crossings == pytest.approx(places, abs=1e-9)


def test_a_stretch_that_is_equal_to_rounding_is_called_so() -> None:
    (found,) = compare("gelu", "relu", span=(-20.0, 20.0))
    (stretch,) = found.equal_on
    assert stretch.rounding
    assert 7.5 < stretch.low < 8.5 < stretch.high == 20


@pytest.mark.parametrize(
    ("first", "second", "where"),
    [("1/x", "atan(x)", 0.0), ("tan(x)", "x", 1.5 * math.pi), ("1/(x - 1/3)", "x", 1 / 3), ("log(abs(x))", "x", 0.0)],
)
def test_the_largest_difference_at_a_pole_is_infinite(first: str, second: str, where: float) -> None:
    found = pair(first, second)
    assert found.derivative.largest == math.inf
    assert abs(found.derivative.where) == pytest.approx(where, rel=1e-15, abs=0)
    assert found.function.largest == math.inf


@pytest.mark.parametrize(("width", "height"), [(1e-6, 1e6), (1e-20, 1e20)])
def test_the_largest_difference_at_a_narrow_peak_is_its_height(width: float, height: float) -> None:
    found = pair(f"1/(x**2 + {width!r})", "0*x")
    assert found.function.largest == pytest.approx(height)
    assert found.derivative.largest == pytest.approx(9 / (8 * math.sqrt(3)) * width**-1.5, rel=1e-6)
