"""Approximations against published numbers, and against errors sampled densely, apart from what proves them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import actviz
from actviz.analysis.approximation.chebyshev import smallest
from actviz.analysis.approximation.lines import asymptote, stretches
from actviz.analysis.approximation.rounding import DTYPES, rounded
from actviz.analysis.approximation.target import Target
from actviz.errors import ActvizError, UsageError


def made(*words: Any, **how: Any) -> Any:
    """The approximation, whose coefficients are numbers or pairs of them."""
    return actviz.approximate(*words, **how)


def sampled_error(found: Any, count: int = 200_001) -> float:
    """The largest error of a spec at very many points of the range."""
    x = np.unique(np.concatenate([np.linspace(found.low, found.high, count), np.array(found.knots)]))
    stand_in, function = actviz.get(found.spec), found.function
    return float(np.max(np.abs(stand_in.curve().at(x) - function.curve().at(x))))


# Facts D: minimax straight pieces with free knots, of which a generic search and the closed form agree.
@pytest.mark.parametrize(
    ("count", "error"), [(1, 0.134251696), (2, 0.025301220), (4, 0.005673931), (8, 0.001358050), (16, 0.000333609)]
)
def test_sigmoid_on_0_to_8_has_the_known_optimum(count: int, error: float) -> None:
    found = made("sigmoid", pieces=count, span=(0, 8), choices=False)
    assert found.max_error == pytest.approx(error, abs=6e-10)
    assert len(found.knots) == count + 1
    assert len(found.coefficients) == count


@pytest.mark.parametrize(
    ("spec", "span", "count", "error"),
    [
        ("tanh", (-8, 8), 4, 0.060391),
        ("tanh", (-8, 8), 8, 0.012813),
        ("tanh", (-8, 8), 16, 0.002979),
        ("exp(x)", (-8, 0), 4, 0.015660),
        ("exp(x)", (-8, 0), 8, 0.003817),
        ("exp(x)", (-8, 0), 16, 0.000945),
    ],
)
def test_free_knots_have_the_known_optimum(spec: str, span: tuple[float, float], count: int, error: float) -> None:
    found = made(spec, pieces=count, span=span, choices=False)
    assert found.max_error == pytest.approx(error, abs=1.2e-6)


@pytest.mark.parametrize(("count", "error"), [(4, 0.268501), (8, 0.141251), (16, 0.040870)])
def test_uniform_knots_have_the_known_error(count: int, error: float) -> None:
    found = made("tanh", pieces=count, knots="uniform", span=(-8, 8))
    assert found.max_error == pytest.approx(error, abs=3e-6)
    assert found.knots == tuple(np.linspace(-8, 8, count + 1))


def test_pieces_of_a_convex_function_meet_and_err_alike() -> None:
    found = made("exp(x)", pieces=5, span=(-3, 1), choices=False)
    for before, after, knot in zip(found.coefficients, found.coefficients[1:], found.knots[1:-1], strict=False):
        assert before[0] * knot + before[1] == pytest.approx(after[0] * knot + after[1], abs=1e-12)
    for (slope, intercept), low, high in zip(found.coefficients, found.knots, found.knots[1:], strict=False):
        x = np.linspace(low, high, 20_001)
        error = np.exp(x) - slope * x - intercept
        assert error.max() == pytest.approx(found.max_error, rel=1e-6)
        assert -error.min() == pytest.approx(found.max_error, rel=1e-6)


@pytest.mark.parametrize(("spec", "count"), [("tanh", 4), ("tanh", 5), ("silu", 6), ("gelu", 5), ("sin(2*x)", 8)])
def test_continuous_pieces_meet_and_are_no_better_than_free_ones(spec: str, count: int) -> None:
    joined = made(spec, pieces=count, span=(-4, 4), continuous=True, choices=False)
    free = made(spec, pieces=count, span=(-4, 4), choices=False)
    assert free.max_error <= joined.max_error * (1 + 1e-9)
    for before, after, knot in zip(joined.coefficients, joined.coefficients[1:], joined.knots[1:-1], strict=False):
        assert before[0] * knot + before[1] == pytest.approx(after[0] * knot + after[1], abs=1e-9)


def test_no_continuous_polygon_nearby_is_better() -> None:
    found = made("silu", pieces=6, span=(-6, 6), continuous=True, choices=False)
    x = np.linspace(-6, 6, 20_001)
    truth = actviz.get("silu")(x)
    knots = np.array(found.knots)
    lines = [*found.coefficients, found.coefficients[-1]]
    heights = np.array([slope * knot + intercept for (slope, intercept), knot in zip(lines, knots, strict=True)])
    random = np.random.default_rng(1)
    for scale in (1e-2, 1e-3, 1e-4):
        for _ in range(300):
            moved = knots.copy()
            moved[1:-1] += scale * random.normal(size=knots.size - 2)
            guess = np.interp(x, np.sort(moved), heights + scale * random.normal(size=knots.size))
            assert np.max(np.abs(guess - truth)) > found.max_error * (1 - 1e-6)


def test_powers_of_two_are_knots() -> None:
    found = made("sigmoid", pieces=4, knots="powers", span=(0, 8))
    assert found.knots == (0, 1, 2, 4, 8)
    assert made("tanh", pieces=6, knots="powers", span=(-4, 4)).knots == (-4, -2, -1, 0, 1, 2, 4)
    assert made("tanh", pieces=5, knots="powers", span=(-4, 4)).knots == (-4, -2, -1, 1, 2, 4)


def test_plan_has_its_published_error() -> None:
    """Amin, Curtis and Hayes-Gill 1997: sigmoid by 0.25x + 0.5, 0.125x + 0.625, 0.03125x + 0.84375 and 1."""
    plan = "0.25*x+0.5 if x < 1 else 0.125*x+0.625 if x < 2.375 else 0.03125*x+0.84375 if x < 5 else 1"
    x = np.linspace(0, 8, 400_001)
    error = float(np.max(np.abs(actviz.get(plan)(x) - actviz.get("sigmoid")(x))))
    assert error == pytest.approx(0.0189414, abs=1e-7)
    assert made("sigmoid", pieces=4, span=(0, 8), choices=False).max_error < error / 3


@pytest.mark.parametrize("spec", ["relu", "hard_tanh", "relu6", "leaky_relu", "hard_sigmoid"])
def test_a_function_of_straight_pieces_is_met(spec: str) -> None:
    found = made(spec, pieces=3, span=(-8, 8), choices=False)
    assert found.max_error < 1e-15
    assert found.max_error_beyond < 1e-6  # 0.01 is no float64, and this holds up to 1e12


@pytest.mark.parametrize(
    ("spec", "how", "span"),
    [
        ("sigmoid", {"pieces": 4}, (0, 8)),
        ("silu", {"pieces": 7}, (-6, 6)),
        ("selu", {"pieces": 5}, (-4, 3)),
        ("gelu", {"pieces": 5, "knots": "powers"}, (-4, 4)),
        ("mish", {"pieces": 6, "format": "q4.11"}, (-5, 5)),
        ("tanh", {"pieces": 6, "norm": "gauss"}, (-4, 4)),
        ("tanh", {"pieces": 6, "norm": "rms"}, (-4, 4)),
        ("sign", {"pieces": 2}, (-1, 1)),
        ("elu", {"table": 9, "lookup": "nearest"}, (-4, 4)),
        ("elu", {"table": 9, "lookup": "linear", "dtype": "bfloat16"}, (-4, 4)),
        ("tanh", {"table": 12, "lookup": "cubic"}, (-3, 3)),
        ("gelu", {"polynomial": 6}, (-4, 4)),
        ("softplus", {"polynomial": 5, "dtype": "float16"}, (-4, 4)),
        ("tanh", {"polynomial": 7, "norm": "rms"}, (-3, 3)),
        ("tanh", {"rational": (3, 2), "dtype": "float32"}, (-4, 4)),
        ("exp(x)", {"rational": (2, 3)}, (-2, 1)),
        ("gelu", {"fit": "x*sigmoid(k*x)"}, (-5, 5)),
        ("silu", {"fit": "x*clip(a*x+0.5,0,1)"}, (-6, 6)),
        ("sinc", {"polynomial": 8}, (-4, 4)),
    ],
)
def test_the_proved_error_is_what_dense_samples_show(spec: str, how: dict[str, Any], span: tuple[float, float]) -> None:
    found = made(spec, span=span, choices=False, **how)
    sampled = sampled_error(found)
    assert sampled <= found.max_error * (1 + 1e-12) + 1e-15
    assert sampled >= found.max_error * (1 - 2e-4) - 1e-15
    assert found.inside.attained <= found.max_error <= found.inside.attained * (1 + 1e-7) + 1e-14
    x = np.concatenate([np.linspace(-40, span[0], 4001), np.linspace(span[1], 40, 4001)])
    outside = np.abs(actviz.get(found.spec).curve().at(x) - actviz.get(spec).curve().at(x))
    assert np.max(outside) <= found.max_error_beyond * (1 + 1e-9) + 1e-15
    x, step = np.linspace(-12, 12, 240_000, retstep=True)
    gap = actviz.get(found.spec).curve().at(x) - actviz.get(spec).curve().at(x)
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    if not found.beyond.grows:
        assert found.rms_gauss == pytest.approx(
            math.sqrt(float(np.sum(gap * gap * density)) * step), rel=2e-3, abs=1e-12
        )


def test_beyond_the_range_an_error_without_bound_is_infinite() -> None:
    found = made("exp(x)", pieces=3, span=(-2, 0), choices=False)
    assert found.max_error_beyond == math.inf
    assert found.beyond.grows
    extended = made("tanh", polynomial=3, span=(-1, 1), tails="extend")
    assert extended.max_error_beyond == math.inf
    assert "if" not in extended.spec


# Facts D: the best k in σ(kx) for Φ, in the maximum norm and under N(0, 1).
@pytest.mark.parametrize(
    ("norm", "k", "error", "rms"), [("max", 1.7017449, 0.0094573, None), ("gauss", 1.6637785, None, 0.0055248)]
)
def test_the_logistic_nearest_to_the_normal_distribution(
    norm: str, k: float, error: float | None, rms: float | None
) -> None:
    found = made("normal_cdf(x)", fit="sigmoid(k*x)", norm=norm, span=(-8, 8))
    assert found.parameters["k"] == pytest.approx(k, abs=6e-8)
    if error is not None:
        assert found.max_error == pytest.approx(error, abs=6e-8)
    if rms is not None:
        assert found.rms_gauss == pytest.approx(rms, abs=6e-8)


def test_1_702_errs_a_little_more_than_the_best_factor() -> None:
    x = np.linspace(-8, 8, 200_001)
    error = np.max(np.abs(actviz.get("sigmoid(1.702*x)")(x) - actviz.get("normal_cdf(x)")(x)))
    assert error == pytest.approx(0.0094863, abs=6e-8)


def test_the_best_slope_of_hard_sigmoid() -> None:
    found = made("sigmoid", fit="clip(k*x+0.5,0,1)", span=(-8, 8))
    assert found.parameters["k"] == pytest.approx(0.1770669, abs=3e-6)
    assert found.max_error == pytest.approx(0.0560515, abs=2e-6)
    for slope, error in ((0.2, 0.07586), (1 / 6, 0.06918)):
        x = np.linspace(-8, 8, 160_001)
        assert np.max(np.abs(np.clip(slope * x + 0.5, 0, 1) - 1 / (1 + np.exp(-x)))) == pytest.approx(error, abs=6e-6)


def test_a_fit_of_gelu_is_the_least_of_all_factors() -> None:
    x = np.linspace(-6, 6, 24_001)
    truth = actviz.get("gelu")(x)
    factors = np.linspace(1.70, 1.85, 3_001)
    errors = [float(np.max(np.abs(x / (1 + np.exp(-k * x)) - truth))) for k in factors]
    found = made("gelu", fit="x*sigmoid(k*x)", span=(-6, 6))
    assert found.parameters["k"] == pytest.approx(factors[int(np.argmin(errors))], abs=6e-5)
    assert found.max_error == pytest.approx(min(errors), rel=2e-4)


def test_the_constants_of_the_tanh_form_of_gelu_can_be_better_by_43_percent() -> None:
    best = made("gelu", fit="x/2*(1+tanh(a*x+c*x**3))", span=(-8, 8))
    usual = 4.7323552e-4  # facts D, at ±2.699
    assert best.max_error / usual == pytest.approx(0.57, abs=0.005)
    x = np.linspace(-8, 8, 160_001)
    assert np.max(np.abs(actviz.get("gelu_tanh")(x) - actviz.get("gelu")(x))) == pytest.approx(usual, rel=1e-6)


# I-BERT's table (2101.01321, table 1): L2 is the root mean square over [−4, 4].
@pytest.mark.parametrize(
    ("spec", "l2", "most"),
    [
        ("x/2*(1+sign(x)*(-0.2888*(min(abs(x)/sqrt(2),1.769)-1.769)**2+1))", 0.00819, 0.01815),
        ("x*clip(1.702*x/6+0.5,0,1)", 0.03060, 0.06871),
        ("x*sigmoid(1.702*x)", 0.01181, 0.02033),
    ],
)
def test_the_table_of_i_bert(spec: str, l2: float, most: float) -> None:
    x = np.linspace(-4, 4, 80_001)
    gap = actviz.get(spec)(x) - actviz.get("gelu")(x)
    assert math.sqrt(float(np.mean(gap * gap))) == pytest.approx(l2, abs=2e-5)
    assert np.max(np.abs(gap)) == pytest.approx(most, abs=1.5e-5)


def test_a_segment_of_tt_metal() -> None:
    """tt-metal#54602: GELU's segment with slope .1594238 has error .016035; the best one there .0160307."""
    assert made("gelu", pieces=1, span=(0, 1), choices=False).max_error < 0.2


def test_a_fit_over_inputs_is_nearest_at_those() -> None:
    inputs = np.random.default_rng(3).normal(size=500)
    found = made("gelu", fit="x*sigmoid(k*x)", inputs=inputs)
    truth = actviz.get("gelu")(inputs)

    def total(k: float) -> float:
        return float(np.sum((inputs / (1 + np.exp(-k * inputs)) - truth) ** 2))

    k = found.parameters["k"]
    assert total(k) < min(total(k - 1e-4), total(k + 1e-4))
    largest = made("gelu", fit="x*sigmoid(k*x)", inputs=inputs, norm="max")
    assert largest.error_over_inputs < found.error_over_inputs


def test_several_parameters_are_found_exactly_where_they_exist() -> None:
    found = made("sigmoid", fit="a+b*tanh(c*x)", span=(-6, 6))
    assert found.max_error < 1e-13
    assert [found.parameters[name] for name in "abc"] == pytest.approx([0.5, 0.5, 0.5])


def test_a_named_function_is_fitted_in_the_parameters_without_a_value() -> None:
    found = made("gelu", fit="swish")
    assert found.spec == f"swish:beta={found.parameters['beta']!r}"
    both = made("elu", fit="prelu", span=(-2, 2))
    assert set(both.parameters) == {"alpha"}


# Known best approximations: exp on [−1, 1] (Meinardus 1967; Trefethen 2013, chapters 10 and 24) and |x|.
@pytest.mark.parametrize(
    ("spec", "how", "error"),
    [
        ("exp(x)", {"polynomial": 5}, 4.520551e-5),
        ("exp(x)", {"rational": (2, 2)}, 8.689991e-5),
        ("abs(x)", {"rational": (4, 4)}, 0.00850148),
        ("abs(x)", {"polynomial": 2}, 0.125),
        ("x**3", {"polynomial": 2}, 0.25),
    ],
)
def test_best_approximations_on_minus_1_to_1(spec: str, how: dict[str, Any], error: float) -> None:
    assert made(spec, span=(-1, 1), **how).max_error == pytest.approx(error, rel=1e-6)


@pytest.mark.parametrize(
    ("spec", "how", "extremes"), [("exp(x)", {"polynomial": 6}, 8), ("sigmoid", {"rational": (3, 2)}, 7)]
)
def test_the_error_of_a_best_approximation_alternates(spec: str, how: dict[str, Any], extremes: int) -> None:
    found = made(spec, span=(0, 3), **how)
    x = np.linspace(0, 3, 60_001)
    error = actviz.get(found.spec).curve().at(x) - actviz.get(spec).curve().at(x)
    high = np.abs(error) > found.max_error * (1 - 1e-4)
    signs = np.sign(error[high])
    assert 1 + np.count_nonzero(signs[1:] != signs[:-1]) == extremes


def test_symmetry_is_kept() -> None:
    odd = made("tanh", polynomial=7, span=(-3, 3)).coefficients
    assert [value for power, value in enumerate(odd) if power % 2 == 0] == [0] * 4
    even = made("gelu", polynomial=6, span=(-3, 3)).coefficients
    assert even[1] == 0.5
    assert even[3] == even[5] == 0
    about_half = made("sigmoid", polynomial=5, span=(-6, 6)).coefficients
    assert about_half[0] == 0.5
    assert about_half[2] == about_half[4] == 0


def test_a_degree_of_20_errs_by_its_rounding_alone() -> None:
    found = made("exp(x)", polynomial=20, span=(-1, 1))
    assert 1e-18 < found.max_error < 1e-16


def test_coefficients_are_numbers_of_the_type() -> None:
    found = made("gelu", polynomial=6, span=(-4, 4), dtype="float16")
    assert all(float(np.float16(value)) == value for value in found.coefficients)
    assert found.unrounded is not None
    assert found.max_error > found.unrounded


@pytest.mark.parametrize("name", ["float16", "float32"])
def test_rounding_is_that_of_numpy(name: str) -> None:
    values = np.random.default_rng(0).normal(size=300) * 10.0 ** np.random.default_rng(1).integers(-9, 4, size=300)
    kept = values[np.abs(values) < float(DTYPES[name].largest)]
    assert [rounded(Fraction(value), name) for value in kept.tolist()] == kept.astype(name).astype(float).tolist()


@pytest.mark.parametrize("name", ["bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_rounding_is_that_of_ml_dtypes(name: str) -> None:
    types = pytest.importorskip("ml_dtypes")
    values = np.random.default_rng(0).normal(size=300) * 10.0 ** np.random.default_rng(1).integers(-6, 2, size=300)
    kept = values[np.abs(values) < float(DTYPES[name].largest)]
    expected = kept.astype(getattr(types, name)).astype(float)
    assert [rounded(Fraction(value), name) for value in kept.tolist()] == expected.tolist()


def test_entries_of_a_table_are_correctly_rounded() -> None:
    import mpmath

    found = made("sigmoid", table=33, span=(-8, 8), dtype="float16")
    with mpmath.workdps(40):
        exact = [1 / (1 + mpmath.exp(-mpmath.mpf(knot))) for knot in found.knots]
        for entry, value in zip(found.entries, exact, strict=True):
            step = float(np.spacing(np.float16(entry)))
            assert abs(mpmath.mpf(entry) - value) <= mpmath.mpf(step) / 2
            assert float(np.float16(entry)) == entry


def test_bytes_are_the_rounded_values() -> None:
    """Facts D: equal to NumPy's rint at all 256, as crfix's table is."""
    found = made("sigmoid", int8=((0.0478, 3), (1 / 256, -128)))
    codes = np.arange(-128, 128)
    wanted = np.clip(np.rint(256 / (1 + np.exp(-0.0478 * (codes - 3)))) - 128, -128, 127)
    assert list(found.entries) == wanted.tolist()
    assert found.max_error >= 1 / 512


@pytest.mark.parametrize(("name", "scale"), [("sigmoid", 0.0478), ("tanh", 0.03), ("silu", 0.05), ("gelu", 0.04)])
def test_bytes_are_those_of_crfix(name: str, scale: float) -> None:
    crfix = pytest.importorskip("crfix")
    out = {"sigmoid": (1 / 256, -128), "tanh": (1 / 128, 0)}.get(name, (scale, 0))
    table = crfix.table_affine(name, crfix.Affine(scale, 3), crfix.Affine(*out))
    found = made(name, int8=((scale, 3), out))
    assert list(found.entries) == [int(value) for value in np.asarray(table).ravel()]


def test_fixed_point_numbers_are_multiples_of_the_step() -> None:
    found = made("silu", pieces=8, span=(-8, 8), format="q4.11")
    numbers = [number for pair in found.coefficients for number in pair]
    assert all(number * 2048 == round(number * 2048) for number in numbers)
    assert found.unrounded is not None
    assert found.unrounded < found.max_error < found.unrounded + 0.002


def test_the_asymptote_is_met_by_many_pieces() -> None:
    found = made("tanh", pieces=32, span=(0, 4))
    (last,) = [choice for choice in found.choices if choice.pieces == 32]
    assert last.max_error == pytest.approx(last.asymptote, rel=0.02)
    exact = (2 * (1 - math.exp(-4))) ** 2 / 16
    assert asymptote(Target(actviz.get("exp(x)"), -8, 0), 1) == pytest.approx(exact, rel=1e-9)


def test_stretches_end_at_inflections_and_kinks_the_other_way() -> None:
    assert stretches(Target(actviz.get("gelu"), -5, 5)) == pytest.approx([-5, -math.sqrt(2), math.sqrt(2), 5])
    assert stretches(Target(actviz.get("relu"), -5, 5)) == [-5, 5]
    assert stretches(Target(actviz.get("hard_tanh"), -5, 5)) == [-5, -1, 5] or stretches(
        Target(actviz.get("hard_tanh"), -5, 5)
    ) == [-5, 1, 5]


def test_a_linear_problem_in_the_maximum_norm() -> None:
    x = np.linspace(-1, 1, 401)
    step, left = smallest(x**2, -np.column_stack([np.ones_like(x), x]), 10.0)
    assert left == pytest.approx(0.5)
    assert step == pytest.approx([0.5, 0.0], abs=1e-12)


@pytest.mark.parametrize(
    ("spec", "span"), [("1/x", (-1, 1)), ("log(abs(x))", (-1, 1)), ("tan(x)", (0, 3)), ("log(x)", (-1, 2))]
)
def test_a_pole_in_the_range_is_refused(spec: str, span: tuple[float, float]) -> None:
    with pytest.raises(ActvizError, match="has a pole or no value near x = "):
        made(spec, polynomial=3, span=span)


def test_a_long_table_has_no_spec_but_all_else() -> None:
    found = made("tanh", table=3000, span=(-4, 4))
    assert found.spec is None
    assert len(found.entries) == 3000
    with pytest.raises(UsageError, match="this approximation is too long for a formula: over "):
        _ = found.activation


def test_a_table_of_256_entries_is_a_spec() -> None:
    found = made("tanh", table=256, span=(-4, 4))
    assert found.spec is not None
    assert actviz.get(found.spec)(0.5) == pytest.approx(math.tanh(0.5), abs=1e-4)
