"""From activations to figure specs: lines, dots, guides, labels, headings and the text alternative."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actviz.api import activations, get, plot_spec
from actviz.errors import UsageError
from actviz.figures.compose import MOST_NAMES, SAMPLES, check_range, compare_spec, describe, line
from actviz.figures.definitions import formulas
from actviz.figures.framing import default_range
from actviz.figures.guides import guides
from actviz.figures.spec import Dot, FigureSpec, Formula, Guide, Key, Line
from actviz.registry.lookup import built_in

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


def only(spec: FigureSpec) -> tuple[Line, ...]:
    """The lines of a figure with one panel."""
    (panel,) = spec.panels
    return panel.lines


def test_pieces_reach_their_breakpoint_with_the_limits_from_inside() -> None:
    _, derivative = only(plot_spec(["selu"], derivative=True))
    (left_x, left_y), (right_x, right_y) = derivative.pieces
    assert (left_x[0], left_x[-1], right_x[0], right_x[-1]) == (-5, 0, 0, 5)
    assert left_y[-1] == SCALE * ALPHA
    assert right_y[0] == SCALE


@pytest.mark.parametrize(
    ("text", "piece", "end"), [("sin(x)/x if x > 0 else 2", 1, 0), ("2 if x > 0 else sin(x)/x", 0, -1)]
)
def test_pieces_reach_a_breakpoint_where_their_formula_has_no_value(text: str, piece: int, end: int) -> None:
    (made,) = only(plot_spec([text]))
    x, y = made.pieces[piece]
    assert (x[end], y[end]) == (0, 1)


def test_lines_follow_the_function() -> None:
    (selu,) = only(plot_spec(["selu"]))
    for x, y in selu.pieces:
        assert y == pytest.approx(get("selu")(x), abs=1e-15)


def test_lines_are_sampled_densely_and_short_pieces_too() -> None:
    (made,) = only(plot_spec(["x if x < 0.001 else 2*x if x < 0.002 else 3*x"]))
    sizes = [x.size for x, _ in made.pieces]
    assert len(sizes) == 3
    assert sizes[1] >= 33
    assert sum(sizes) >= SAMPLES


def test_a_jump_is_a_gap_with_one_filled_and_one_open_dot() -> None:
    (thresholded,) = only(plot_spec(["thresholded_relu"]))
    assert [(x[0], x[-1]) for x, _ in thresholded.pieces] == [(-5, 1), (1, 5)]
    assert thresholded.pieces[0][1][-1] == 0
    assert thresholded.pieces[1][1][0] == 1
    assert sorted(thresholded.dots, key=lambda dot: dot.y) == [Dot(1, 0, True), Dot(1, 1, False)]


def test_the_jump_of_a_derivative_has_its_dots_at_the_one_sided_slopes() -> None:
    selu, derivative = only(plot_spec(["selu"], derivative=True))
    assert selu.dots == ()
    assert sorted(derivative.dots, key=lambda dot: dot.y) == [Dot(0, SCALE, False), Dot(0, SCALE * ALPHA, True)]


def test_a_value_off_the_curve_has_one_open_and_one_filled_dot() -> None:
    (made,) = only(plot_spec(["abs(x) if x != 0 else 5"]))
    assert sorted(made.dots, key=lambda dot: dot.y) == [Dot(0, 0, False), Dot(0, 5, True)]


def test_three_values_at_one_place_have_three_dots() -> None:
    (sign,) = only(plot_spec(["sign(x)"]))
    assert sorted(sign.dots, key=lambda dot: dot.y) == [Dot(0, -1, False), Dot(0, 0, True), Dot(0, 1, False)]


def test_a_smooth_function_has_neither_gap_nor_dot() -> None:
    for made in only(plot_spec(["x*sigmoid(1.702*x)"], derivative=True)):
        assert len(made.pieces) == 1
        assert made.dots == ()


def test_an_infinite_limit_has_no_dot() -> None:
    made = line(get("1/x if x > 0 else 0").curve(), -5, 5, "", 0, 0)
    assert made.dots == (Dot(0, 0, True),)


def test_one_activation_shows_all_its_orders_in_one_panel() -> None:
    lines = only(plot_spec(["elu"], orders=(0, 1, 2)))
    assert [made.label for made in lines] == ["f(x)", "f′(x)", "f″(x)"]
    assert [(made.color, made.dash) for made in lines] == [(0, 0), (1, 1), (2, 2)]


def test_orders_and_the_derivative_add_up() -> None:
    assert [made.label for made in only(plot_spec(["elu"], derivative=True, orders=(3,)))] == ["f(x)", "f′(x)", "f‴(x)"]
    assert [made.label for made in only(plot_spec(["elu"], orders=(2,)))] == ["f(x)", "f″(x)"]
    assert [made.label for made in only(plot_spec(["prelu"], wrt="alpha"))] == ["f(x)", "∂f/∂α(x)"]


def test_derivatives_are_drawn_without_the_function() -> None:
    assert [made.label for made in only(plot_spec(["elu"], derivative=True, function=False))] == ["f′(x)"]
    assert [made.label for made in only(plot_spec(["elu"], orders=(2, 0, 1), function=False))] == ["f′(x)", "f″(x)"]
    assert [made.label for made in only(plot_spec(["prelu"], wrt="alpha", function=False))] == ["∂f/∂α(x)"]
    assert [formula.head for formula in plot_spec(["selu"], derivative=True, function=False).formulas] == ["f'(x)"]


def test_a_lone_derivative_of_several_functions_says_what_it_is() -> None:
    (panel,) = plot_spec(["gelu", "silu"], orders=(1,), function=False).panels
    assert (panel.heading, [made.label for made in panel.lines]) == ("f′(x)", ["GELU", "SiLU"])


def test_several_activations_share_a_panel_for_each_order() -> None:
    spec = plot_spec(["relu", "prelu:alpha=0.05", "x*sigmoid(x)"], derivative=True)
    assert [panel.heading for panel in spec.panels] == ["f(x)", "f′(x)"]
    for panel in spec.panels:
        assert [made.label for made in panel.lines] == ["ReLU", "PReLU (α = 0.05)", "x·σ(x)"]
        assert [(made.color, made.dash) for made in panel.lines] == [(0, 0), (1, 1), (2, 2)]
    assert spec.title == "ReLU, PReLU, x·σ(x)"


def test_a_lone_panel_needs_no_heading() -> None:
    (panel,) = plot_spec(["relu", "elu"]).panels
    assert panel.heading == ""


def test_a_sweep_is_one_family_with_ordered_colours_and_a_label_each() -> None:
    spec = plot_spec(["prelu:alpha=0.01,0.05,0.25"], derivative=True)
    for panel in spec.panels:
        assert [made.label for made in panel.lines] == ["α = 0.01", "α = 0.05", "α = 0.25"]
        assert [made.color for made in panel.lines] == [0.0, 0.5, 1.0]
        assert all(isinstance(made.color, float) for made in panel.lines)
    assert spec.title == "PReLU"
    assert spec.subtitle == "Parametric ReLU"


def test_a_sweep_says_in_the_subtitle_what_stays_the_same() -> None:
    spec = plot_spec(["selu:alpha=1,1.5,2"])
    assert spec.subtitle == "Scaled exponential linear unit   ·   λ = 1.0507"


def test_a_sweep_of_two_parameters_labels_both() -> None:
    labels = [made.label for made in only(plot_spec(["selu:scale=1,2:alpha=1,3"]))]
    assert labels == [f"λ = {scale}, α = {alpha}" for scale in (1, 2) for alpha in (1, 3)]


def test_the_constants_stand_in_the_subtitle() -> None:
    spec = plot_spec(["selu"])
    assert spec.title == "SELU"
    assert spec.subtitle == "Scaled exponential linear unit   ·   λ = 1.0507   α = 1.6733"


def test_an_expression_is_titled_by_its_formula() -> None:
    spec = plot_spec(["x*sigmoid(b*x):b=1.702"])
    assert (spec.title, spec.subtitle) == ("x·σ(bx)", "typed formula   ·   b = 1.702")


def test_a_title_of_ones_own_replaces_the_heading() -> None:
    assert plot_spec(["selu"], title="SELU activation function").title == "SELU activation function"


@pytest.mark.parametrize(
    ("spec", "title", "subtitle"),
    [
        ("a*x:a=2", "Ours", "a = 2"),
        ("a*x*b:a=1,2:b=3", "Ours", "b = 3"),
        ("x*x", "Ours", ""),
        ("elu", "Ours", "Exponential linear unit   ·   α = 1"),
        ("elu", "", ""),
        ("a*x:a=2", "", ""),
    ],
)
def test_a_title_of_ones_own_leaves_the_parameters_and_an_empty_one_nothing(
    spec: str, title: str, subtitle: str
) -> None:
    made = plot_spec([spec], title=title)
    assert (made.title, made.subtitle) == (title, subtitle)


def test_the_asymptote_of_selu_is_labelled_by_its_formula() -> None:
    (panel,) = plot_spec(["selu"], derivative=True).panels
    (guide,) = panel.guides
    assert guide == Guide(guide.intercept, "−λα ≈ −1.758", -1)
    assert guide.intercept == pytest.approx(-SCALE * ALPHA, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("elu", [(0, -1, "−α = −1", -1)]),
        ("tanh(x)", [(0, -1, "y = −1", -1), (0, 1, "y = 1", 1)]),
        ("sigmoid(x)", [(0, 1, "y = 1", 1)]),
        ("relu", []),
        ("x", []),
        ("3", []),
        ("gelu", [(1, 0, "y = x", 1)]),
        ("silu", [(1, 0, "y = x", 1)]),
        ("softplus", [(1, 0, "y = x", 1)]),
        ("tanh_shrink", [(1, 1, "y = x + 1", -1), (1, -1, "y = x − 1", 1)]),
        ("log_sigmoid", [(1, 0, "y = x", -1)]),
        ("sqrt(x*x/4 + 0.01)", [(-0.5, 0, "y = −0.5x", -1), (0.5, 0, "y = 0.5x", 1)]),
        ("x*x", []),
        ("1/x", []),  # the axis itself
        ("1/x + 2", [(0, 2, "y = 2", -1)]),
        ("x + 1/x", [(1, 0, "y = x", -1)]),
        ("asinh(x)", []),  # grows for ever, ever more slowly
        ("sqrt(abs(x))", []),
        ("x + sin(x)", []),
        ("exp(x)", []),
        ("x*sigmoid(x)*log(2)", [(math.log(2), 0, "y ≈ 0.6931x", 1)]),
        ("tanh(x)/pi", [(0, -1 / math.pi, "y ≈ −0.3183", -1), (0, 1 / math.pi, "y ≈ 0.3183", 1)]),
        ("scaled_tanh:a=1.5:b=1", [(0, -1.5, "−a = −1.5", -1), (0, 1.5, "a = 1.5", 1)]),
        ("hexpo:a=1.75:c=0.7", [(0, -0.7, "−c = −0.7", -1), (0, 1.75, "a = 1.75", 1)]),
        ("dyt:gamma=1.2:beta=0.1:alpha=1", [(0, -1.1, "−γ + β = −1.1", -1), (0, 1.3, "γ + β = 1.3", 1)]),
        ("pelu:a=0.7", [(0, -0.7, "−a = −0.7", -1)]),
    ],
)
def test_asymptotes_are_drawn_where_a_curve_comes_close(text: str, found: list[tuple[float, float, str, int]]) -> None:
    made = guides(get(text).curve(), -5, 5, 6)
    assert [(guide.label, guide.side) for guide in made] == [(label, side) for _, _, label, side in found]
    drawn = [(guide.slope, guide.intercept) for guide in made]
    assert drawn == [pytest.approx((slope, intercept), rel=1e-6) for slope, intercept, _, _ in found]


def test_an_asymptote_that_cannot_be_told_from_the_axis_is_not_drawn() -> None:
    assert plot_spec(["selu"], span=(-1000, 1000)).panels[0].guides == ()
    assert len(plot_spec(["selu"], span=(-50, 50)).panels[0].guides) == 1


def test_an_asymptote_is_not_drawn_where_the_range_does_not_show_it() -> None:
    assert guides(get("selu").curve(), -0.5, 5, 6) == []


def test_an_asymptote_too_far_away_is_not_drawn() -> None:
    """At ±5, the inverse tangent is still 0.2 away from ±π/2."""
    assert plot_spec(["atan(x)"]).panels[0].guides == ()
    assert len(plot_spec(["atan(x)"], span=(-20, 20)).panels[0].guides) == 2


def test_the_slope_of_an_asymptote_may_be_a_parameter() -> None:
    (below,) = guides(get("x*(0.1 + 0.9*sigmoid(4*x))").curve(), -5, 0, 2)
    assert below.slope == pytest.approx(0.1)
    assert below.label == "y = 0.1x"


def test_formulas_are_latex_case_by_case() -> None:
    assert formulas([get("selu").curve(), get("selu").curve(1)]) == [
        Formula("f(x)", ((r"\lambda x", "x > 0"), (r"\lambda \alpha\,\left(e^{x} - 1\right)", ""))),
        Formula("f'(x)", ((r"\lambda", "x > 0"), (r"\lambda \alpha\,e^{x}", ""))),
    ]
    assert formulas([get("x").curve()]) == [Formula("f(x)", (("x", ""),))]


def test_formulas_too_long_for_a_figure_are_left_out() -> None:
    long = "+".join(f"sin({number}*x)" for number in range(1, 19))
    assert formulas([get(long).curve()]) == []


def test_formulas_are_for_single_activations_and_can_be_left_out() -> None:
    assert len(plot_spec(["selu"], derivative=True).formulas) == 2
    assert plot_spec(["selu"], formula=False).formulas == ()
    assert plot_spec(["selu", "elu"]).formulas == ()
    assert compare_spec(activations(["relu", "elu"]), (-5, 5)).formulas == ()


def test_a_comparison_shows_functions_derivatives_and_differences_over_the_same_range() -> None:
    spec = compare_spec(activations(["relu", "prelu:alpha=0.05", "elu"]), (-4, 3))
    assert spec.title == "ReLU, PReLU (α = 0.05) and ELU"
    assert [panel.heading for panel in spec.panels] == ["f(x)", "f′(x)", "f(x) − f(x) of ReLU"]
    assert (spec.low, spec.high, spec.size) == (-4, 3, (16.5, 4.8))
    functions, _, apart = spec.panels
    assert [(made.label, made.color) for made in apart.lines] == [
        (made.label, made.color) for made in functions.lines[1:]
    ]


def test_a_difference_is_that_of_the_functions_with_the_parameters_of_each() -> None:
    first, second = activations(["leaky_relu:negative_slope=0.1", "leaky_relu:negative_slope=0.3"])
    apart = compare_spec([first, second], (-4, 3)).panels[2].lines[0]
    for x, y in apart.pieces:
        np.testing.assert_allclose(y, second(x) - first(x), atol=1e-15)
    jumps = compare_spec(activations(["relu", "thresholded_relu"]), (-4, 3)).panels[2].lines[0]
    assert sorted(jumps.dots, key=lambda dot: dot.y) == [Dot(1, -1, True), Dot(1, 0, False)]


@pytest.mark.parametrize(
    ("specs", "variables", "heading"),
    [
        (["relu6", "hard_swish"], (), "f(x): Hard swish − ReLU6"),
        (["gelu", "silu"], ("x", "x"), "f″(x): SiLU − GELU"),
        (["relu", "x - 1"], (), "f(x) − f(x) of ReLU"),
        (["gelu", "silu", "mish"], ("x",), "f′(x) − f′(x) of GELU"),
    ],
)
def test_a_panel_of_differences_says_what_is_taken_from_what(
    specs: list[str], variables: tuple[str, ...], heading: str
) -> None:
    panel = compare_spec(activations(specs), (-5, 5), variables).panels[2]
    assert panel.heading == heading


@pytest.mark.parametrize(("one", "other"), [("relu6", "hard_swish"), ("relu", "square"), ("relu", "exp(x)")])
def test_the_largest_difference_is_shown(one: str, other: str) -> None:
    low, high = default_range(activations([one, other]))
    panel = compare_spec(activations([one, other]), (low, high)).panels[2]
    x = np.linspace(low, high, 1001)
    apart = get(other)(x) - get(one)(x)
    assert panel.heights is not None
    assert panel.heights[0] < apart.min()
    assert panel.heights[1] > apart.max()


@pytest.mark.parametrize("other", ["1/x", "x**9"])
def test_a_difference_that_would_press_the_rest_flat_is_cut(other: str) -> None:
    panel = compare_spec(activations(["relu", other]), (-5, 5)).panels[2]
    assert panel.heights is not None
    assert panel.heights[1] < 0.1 * 5**9


def test_many_curves_have_a_key_instead_of_names_at_their_ends() -> None:
    ten, eleven = (",".join(str(number / 10) for number in range(count)) for count in (MOST_NAMES, MOST_NAMES + 1))
    assert plot_spec([f"prelu:alpha={ten}"]).key is None
    many = plot_spec([f"prelu:alpha={eleven}"], derivative=True)
    assert many.key == Key("bar", "α")
    assert [made.label for made in many.panels[0].lines][:3] == ["0", "0.1", "0.2"]
    assert not any(panel.labelled for panel in many.panels)
    assert plot_spec([entry.name for entry in list(built_in())[:11]]).key == Key("list")
    assert plot_spec([f"selu:alpha={eleven}:scale=1,2"]).key == Key("list")


def test_subscripts_are_lowered_in_the_subtitle() -> None:
    assert plot_spec(["srelu"]).subtitle.endswith("tₗ = −1   aₗ = 0.2   tᵣ = 1   aᵣ = 0.2")


def test_the_text_alternative_tells_what_is_drawn() -> None:
    assert plot_spec(["thresholded_relu"], derivative=True).description == (
        "Line plot for x from −5 to 5. Thresholded ReLU, f: from 0 to 5, jumping from 0 to 1 at x = 1. "
        "Thresholded ReLU, f′: from 0 to 1, jumping from 0 to 1 at x = 1."
    )
    assert describe([get("selu").curve()], -2, 1) == ("Line plot for x from −2 to 1. SELU, f: from −1.5202 to 1.0507.")


@pytest.mark.parametrize("name", [entry.name for entry in built_in()])
def test_the_default_range_shows_every_breakpoint(name: str) -> None:
    spec = plot_spec([name])
    assert spec.low <= -5
    assert spec.high >= 5
    for point in get(name).curve().pieces(-math.inf, math.inf).breakpoints:
        assert spec.low < point.x < spec.high


@pytest.mark.parametrize("theta", [15.0, 30.0, -25.0])
def test_the_default_range_reaches_to_a_breakpoint_far_out(theta: float) -> None:
    spec = plot_spec([f"thresholded_relu:theta={theta!r}"])
    assert spec.low < theta < spec.high
    assert len(only(spec)[0].pieces) == 2


def test_a_range_is_kept_exactly() -> None:
    spec = plot_spec(["selu"], span=(-0.3, 7.1))
    ends = [(x[0], x[-1]) for x, _ in only(spec)[0].pieces]
    assert (spec.low, spec.high) == (-0.3, 7.1)
    assert ends == [(-0.3, 0), (0, 7.1)]


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (5, -5, "the range 5 to -5 is empty\nThe first number must be the smaller one."),
        (1, 1, "the range 1 to 1 is empty\nThe first number must be the smaller one."),
        (math.nan, 1, "the range nan to 1 is not finite\nGive two numbers, as in '--range -5 5'."),
        (-math.inf, 1, "the range -inf to 1 is not finite\nGive two numbers, as in '--range -5 5'."),
        (0, 1e16, "the range 0 to 1e+16 is too wide to draw\nChoose a narrower one."),
        (1, 1 + 1e-12, "the range 1 to 1 is too narrow to draw\nChoose one that is wider or nearer to 0."),
    ],
)
def test_ranges_that_cannot_be_drawn_are_refused(low: float, high: float, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_range(low, high)
    assert str(caught.value) == message


def test_a_function_without_values_in_the_range_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        plot_spec(["log(x - 100)"])
    assert str(caught.value) == "there is no finite value to draw between -5 and 5\nChoose another --range."


def test_nothing_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        plot_spec([])
    assert str(caught.value) == "there is nothing to plot\nName an activation, as in 'actviz plot selu'."


def test_samples_are_finite_where_the_function_is() -> None:
    spec = plot_spec(["x*sigmoid(x)"], span=(-1000, 1000), derivative=True)
    for made in (made for panel in spec.panels for made in panel.lines):
        assert all(np.isfinite(y).all() for _, y in made.pieces)
