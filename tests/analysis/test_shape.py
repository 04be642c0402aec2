"""Properties against closed forms, published numbers and mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import actviz
from actviz.errors import UsageError

# Facts computed to 15 digits by two methods: E f, E f², E f′, E f′², Var f, dE f²/dq for z ~ N(0, 1).
MOMENTS = {
    "relu": (0.398942280401433, 0.5, 0.5, 0.5, 0.340845056908105, 0.5),
    "leaky_relu": (0.394952857597418, 0.50005, 0.505, 0.50005, 0.344062240275633, 0.50005),
    "relu6": (
        0.398942280245076,
        0.499999998075270,
        0.499999999013412,
        0.499999999013412,
        0.340845055108130,
        0.499999962558115,
    ),
    "elu": (
        0.160520572266556,
        0.644945417492924,
        0.761578291865123,
        0.668102001223171,
        0.619178563372141,
        0.574625710581218,
    ),
    "selu": (0, 1, 0.985231116185796, 1.07157499245580, 1, 0.782647883196813),
    "gelu": (0.282094791773878, 0.425221482570299, 0.5, 0.455850865649287, 0.345644011024351, 0.486480248728276),
    "softplus": (0.806059183347440, 0.921245908859300, 0.5, 0.293379035858093, 0.271514501800559, 0.453301972479630),
    "tanh": (0, 0.394294490397841, 0.605705509602159, 0.464402902448268, 0.394294490397841, 0.181797688140487),
    "hard_tanh": (0, 0.516058550961713, 0.682689492137086, 0.682689492137086, 0.516058550961713, 0.198748043098799),
    "erf": (0, 0.464559054397540, 0.651470015870560, 0.569410034733742, 0.464559054397540, 0.189803344911247),
    "sine": (0, 0.432332358381694, 0.606530659712633, 0.567667641618306, 0.432332358381694, 0.135335283236613),
    "square": (1, 3, 0, 4, 2, 6),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_are_the_known_ones(name: str) -> None:
    found = actviz.properties(name)
    moments = found.moments
    keys = ("mean", "second", "slope_mean", "slope_second", "variance", "second_slope")
    for key, expected in zip(keys, MOMENTS[name], strict=True):
        assert moments[key] == pytest.approx(expected, rel=3e-15, abs=1e-15), key
    assert "moments" in found.proved


@pytest.mark.parametrize("q", [0.01, 0.5, 2.0, 10.0])
def test_gelu_moments_have_their_closed_forms_at_any_variance(q: float) -> None:
    moments = actviz.properties("gelu", variance=q).moments
    pi = math.pi
    assert moments.mean == pytest.approx(q / math.sqrt(2 * pi * (1 + q)), rel=1e-14)
    second = q / 4 + q * math.asin(q / (1 + q)) / (2 * pi) + q * q / (pi * (1 + q) * math.sqrt(1 + 2 * q))
    assert moments.second == pytest.approx(second, rel=1e-14)
    slope = 0.25 + math.asin(q / (1 + q)) / (2 * pi) + q / (pi * (1 + q) * math.sqrt(1 + 2 * q))
    slope += q / (2 * pi * (1 + 2 * q) ** 1.5)
    assert moments.slope_second == pytest.approx(slope, rel=1e-14)


@pytest.mark.parametrize("q", [0.04, 3.0, 25.0])
def test_sine_and_slope_rectifiers_have_their_closed_forms(q: float) -> None:
    sine = actviz.properties("sine", variance=q).moments
    assert sine.second == pytest.approx((1 - math.exp(-2 * q)) / 2, rel=1e-14)
    assert sine.slope_second == pytest.approx((1 + math.exp(-2 * q)) / 2, rel=1e-14)
    a = -0.5
    prelu = actviz.properties(f"prelu:alpha={a}", variance=q).moments
    assert prelu.mean == pytest.approx((1 - a) * math.sqrt(q / (2 * math.pi)), rel=1e-14)
    assert prelu.second == pytest.approx((1 + a * a) * q / 2, rel=1e-14)


@pytest.mark.parametrize("spec", ["mish", "swish:beta=4", "x*exp(-x**2)", "log1p(abs(x))", "elish", "sqrt(abs(x))"])
def test_moments_agree_with_mpmath(spec: str) -> None:
    forms: dict[str, Callable[[Any], Any]] = {
        "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
        "swish:beta=4": lambda x: x / (1 + mpmath.exp(-4 * x)),
        "x*exp(-x**2)": lambda x: x * mpmath.exp(-(x**2)),
        "log1p(abs(x))": lambda x: mpmath.log1p(abs(x)),
        "elish": lambda x: (x if x > 0 else mpmath.expm1(x)) / (1 + mpmath.exp(-x)),
        "sqrt(abs(x))": lambda x: mpmath.sqrt(abs(x)),
    }
    form, q = forms[spec], mpmath.mpf(1.5)
    cuts = [-30, -8, -3, -1, -0.1, -0.001, 0, 0.001, 0.1, 1, 3, 8, 30]
    with mpmath.mp.workdps(25):

        def expected(power: int) -> float:
            def density(x: Any) -> Any:
                return form(x) ** power * mpmath.npdf(x, 0, mpmath.sqrt(q))

            return float(mpmath.quad(density, cuts))

        moments = actviz.properties(spec, variance=1.5).moments
        assert moments.mean == pytest.approx(expected(1), rel=1e-12, abs=1e-15)
        assert moments.second == pytest.approx(expected(2), rel=1e-12)


def test_infinite_moments_are_infinite() -> None:
    steep = actviz.properties("exp(x**2/2)")
    assert steep.moments.mean == steep.moments.second == math.inf
    assert steep.gains.forward == 0
    assert actviz.properties("exp(x**2/5)").moments.second == pytest.approx(math.sqrt(5), rel=1e-14)
    assert actviz.properties("exp(x**2/5)", variance=1.25).moments.second == math.inf
    pole = actviz.properties("1/x")
    assert math.isnan(pole.moments.mean)
    assert pole.moments.second == math.inf
    assert pole.poles == (0.0,)
    assert pole.lipschitz == math.inf
    root = actviz.properties("sqrt(abs(x))")
    assert root.moments.second == pytest.approx(math.sqrt(2 / math.pi), rel=1e-14)
    assert root.moments.slope_second == math.inf
    irrational = actviz.properties("1/(x**2 - 2)")
    assert irrational.poles == pytest.approx((-math.sqrt(2), math.sqrt(2)), rel=1e-15)
    assert irrational.moments.second == math.inf
    assert irrational.range.high == math.inf


def test_gelu_extrema_and_slopes() -> None:
    found = actviz.properties("gelu")
    (minimum,) = found.extrema
    assert (minimum.x, minimum.value) == pytest.approx((-0.751791524693564, -0.169971207479904), rel=1e-14)
    assert found.range.low == minimum.value
    assert found.range.low_attained
    assert found.slope_range.high == found.lipschitz == pytest.approx(1.12890414518515, rel=1e-14)
    assert found.slope_range.high_at == pytest.approx((math.sqrt(2),))
    assert found.slope_range.low == pytest.approx(-0.128904145185155, rel=1e-13)
    assert not found.monotone
    (convex,) = found.convex_on
    assert convex == pytest.approx((-math.sqrt(2), math.sqrt(2)))


def test_fixed_points() -> None:
    assert actviz.properties("relu").fixed_points == ((0.0, math.inf),)
    assert actviz.properties("hard_tanh").fixed_points == ((-1.0, 1.0),)
    assert actviz.properties("selu").fixed_points == pytest.approx((-1.25881716406382, 0.0), rel=1e-14)
    assert actviz.properties("erf").fixed_points == pytest.approx((-0.617446879080607, 0, 0.617446879080607), rel=1e-14)
    assert actviz.properties("square").fixed_points == (0.0, 1.0)
    assert actviz.properties("softplus").fixed_points == ()
    assert actviz.properties("tanh").fixed_points == (0.0,)


def test_limits_are_approached_or_attained() -> None:
    selu = actviz.properties("selu")
    assert selu.range.low == pytest.approx(-1.75809934084738, rel=1e-14)
    assert not selu.range.low_attained
    assert selu.limits.left == selu.range.low
    assert selu["asymptotes"]["right"]["slope"] == pytest.approx(1.0507009873554805, rel=1e-15)
    capped = actviz.properties("relu6")
    assert (capped.range.low_attained, capped.range.high_attained) == (True, True)
    assert actviz.properties("sine").limits.left is None
    assert actviz.properties("atan(x)*x").asymptotes.right.offset == -1.0


def test_jumps_have_no_lipschitz_constant() -> None:
    for name in ("step", "sign", "hard_shrink", "shrink", "thresholded_relu"):
        found = actviz.properties(name)
        assert found.lipschitz == math.inf, name
        assert found.jumps, name
        assert found.smoothness == "", name
    assert actviz.properties("step").moments.slope_second == 0


def test_shares_of_flat_inputs() -> None:
    assert actviz.properties("relu").flat_share == 0.5
    assert actviz.properties("hard_tanh").flat_share == pytest.approx(0.317310507862914, rel=1e-14)
    assert actviz.properties("hard_tanh").flat == ((-math.inf, -1.0), (1.0, math.inf))
    assert actviz.properties("relu6").flat_share == pytest.approx(0.5 + math.erfc(6 / math.sqrt(2)) / 2, rel=1e-14)
    assert actviz.properties("gelu").flat_share == 0


def test_convexity_flips_with_the_parameter() -> None:
    gentle, steep = (actviz.properties(f"leaky_relu:negative_slope={slope}") for slope in (0.5, 2.0))
    assert (gentle.convex, gentle.concave) == (True, False)
    assert (steep.convex, steep.concave) == (False, True)
    assert steep.positive_homogeneous
    assert not actviz.properties("softplus").positive_homogeneous


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("tanh", "odd"), ("abs", "even"), ("sinc", "even"), ("gelu", None), ("x**2*sin(x)", "odd"), ("softsign", "odd")],
)
def test_parity_is_proved(spec: str, expected: str | None) -> None:
    found = actviz.properties(spec)
    assert found.parity == expected
    assert "parity" in found.proved


def test_what_cannot_be_proved_is_not_called_proved() -> None:
    found = actviz.properties("1/(1+exp(-x)) - 0.5")
    assert found.parity == "odd"
    assert "parity" not in found.proved
    assert "range" not in actviz.properties("x**2*sin(x)").proved


def test_slopes_underflow_where_they_do() -> None:
    rows = {row.format: row for row in actviz.properties("selu").underflow}
    expected = {"float16": -17.89, "bfloat16": -93.4, "float32": -104.5, "float64": -745.7}
    for name, x in expected.items():
        assert rows[name].left == pytest.approx(x, abs=0.06), name
        assert rows[name].right is None
    single = rows["float32"].left
    assert single is not None
    slopes = [np.float32(1.7580993408473766) * np.exp(np.float64(single) * share) for share in (1.0001, 0.9999)]
    assert [bool(np.float32(slope)) for slope in slopes] == [False, True]


def test_gains_stand_beside_those_of_libraries() -> None:
    rows = {row.library: row for row in actviz.properties("selu").published_gains}
    assert rows["PyTorch calculate_gain"].value == 0.75
    assert "experiment" in rows["PyTorch calculate_gain"].note
    assert rows["timm NFNet γ"].value == 1.0008515119552612
    for name in ("relu", "elu", "tanh", "softplus", "gelu", "silu", "sigmoid", "softsign", "relu6", "log_sigmoid"):
        (row,) = [row for row in actviz.properties(name).published_gains if row.library.startswith("timm")]
        assert row.value == pytest.approx(row.ours, rel=2e-3), name


def test_pytorch_gains_are_its_own() -> None:
    torch = pytest.importorskip("torch")
    gain = torch.nn.init.calculate_gain
    for name, argument in (("relu", None), ("tanh", None), ("sigmoid", None), ("selu", None), ("leaky_relu", 0.01)):
        row = actviz.properties(name).published_gains[0]
        assert row.value == pytest.approx(gain(name, argument), rel=1e-15), name


@pytest.mark.parametrize("name", actviz.names())
def test_no_sample_lies_outside_what_is_said(name: str) -> None:
    found = actviz.properties(name)
    activation = actviz.get(name)
    x = np.concatenate([np.linspace(-20, 20, 801), np.geomspace(1e-6, 200, 100), -np.geomspace(1e-6, 200, 100)])
    heights, slopes = activation(x), activation.derivative(x)
    for values, low, high in (
        (heights, found.range.low, found.range.high),
        (slopes, found.slope_range.low, found.slope_range.high),
    ):
        margin = 1e-14 * np.max(np.abs(values))
        assert np.min(values) >= low - margin
        assert np.max(values) <= high + margin
    rises = np.diff(activation(np.sort(x)))
    assert found.increasing == bool(np.all(rises >= -1e-12))
    assert {"moments", "gains", "smoothness", "parity", "convex"} <= set(found.proved)
    for zero in found.zeros:
        if isinstance(zero, float):
            assert abs(activation(zero)) <= 1e-15 * (1 + abs(zero)) * max(1.0, abs(activation.derivative(zero)))
    for point in found.extrema:
        assert activation.derivative(point.x) == pytest.approx(0, abs=1e-12) or point.x in found.kinks


@pytest.mark.parametrize("variance", [0.0, -1.0, math.inf, math.nan])
def test_a_variance_that_is_none_is_refused(variance: float) -> None:
    with pytest.raises(UsageError, match="is not one to take moments at"):
        actviz.properties("relu", variance=variance)


def test_a_formula_without_values_is_refused() -> None:
    with pytest.raises(UsageError, match="has no value at any real x"):
        actviz.properties("sqrt(-1 - x**2)")


def test_records_can_be_read_by_key() -> None:
    found = actviz.properties("relu")
    assert found["moments"]["mean"] == found.moments.mean
    assert {"range", "limits", "zeros", "fixed_points", "extrema", "slope_range", "lipschitz", "proved"} <= set(found)
    with pytest.raises(KeyError):
        found["nothing"]
