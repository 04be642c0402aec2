"""What functions are found to be, against formulas that were written down elsewhere."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from reference.everything import FORMULAS

import actviz
from actviz.analysis.identification import Identification
from actviz.language.numerics.special import Array


def found(result: Identification, name: str) -> dict[str, float]:
    """The parameters with which a name was found."""
    (match,) = [match for match in result.matches if match.name == name]
    return dict(match.parameters)


@pytest.mark.parametrize("name", actviz.names())
def test_every_entry_is_found_from_its_own_values(name: str) -> None:
    entry = actviz.get(name).entry
    assert name in [match.name for match in actviz.identify(name).matches]
    for spelling in entry.spellings[:2]:
        called = spelling.names[0]
        match = next(match for match in actviz.identify(called).matches if match.name == name)
        assert called in match.spellings


@pytest.mark.parametrize(
    ("expression", "name", "parameters"),
    [
        ("x*sigmoid(1.702*x)", "gelu_quick", {}),
        ("x*sigmoid(1.3*x)", "swish", {"beta": 1.3}),
        ("max(x,0)+0.17*min(x,0)", "leaky_relu", {"negative_slope": 0.17}),
        ("1.05*x if x>0 else 1.05*1.67*expm1(x)", "selu", {"scale": 1.05, "alpha": 1.67}),
        ("log(1+exp(2*x))/2", "softplus", {"beta": 2.0}),
        ("min(max(x,0),6)", "hard_tanh", {"min_val": 0.0, "max_val": 6.0}),
        ("x+sin(3*x)**2/3", "snake", {"a": 3.0}),
        ("x+sin(11.5*x)**2/11.5", "snake", {"a": 11.5}),
        ("sin(30*x)", "sine", {"w0": 30.0}),
        ("x if x>1.25 else -2", "threshold", {"threshold": 1.25, "value": -2.0}),
        ("1.4*tanh(0.3*x)", "scaled_tanh", {"a": 1.4, "b": 0.3}),
        ("x/6 + 1/2 if abs(x) < 3 else (1 if x > 0 else 0)", "hard_sigmoid", {"slope": 1 / 6, "offset": 0.5}),
    ],
)
def test_parameters_are_found_exactly(expression: str, name: str, parameters: dict[str, float]) -> None:
    result = actviz.identify(expression)
    assert found(result, name) == parameters
    (match,) = [match for match in result.matches if match.name == name]
    assert match.digits >= 11
    assert result.nearest == ()


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x**3)))", "gelu_tanh"),  # SiELU
        ("x*exp(-exp(-x))", "golu"),  # ExpExpish
        ("lambda x: x * torch.tanh(F.softplus(x))", "mish"),
        ("2*sigmoid(x)-1", "bipolar_sigmoid"),
        ("x/(1+np.exp(-x))", "silu"),
    ],
)
def test_functions_published_under_other_names_are_found(expression: str, name: str) -> None:
    assert name in [match.name for match in actviz.identify(expression).matches]


def test_coinciding_names_are_all_given() -> None:
    names = {match.name for match in actviz.identify("x*sigmoid(x)").matches}
    assert names >= {"silu", "swish", "acon_c", "xsilu"}
    assert {match.name for match in actviz.identify("relu").matches} >= {"relu", "threshold", "tlu", "flexible_relu"}


def test_a_function_that_is_none_has_three_neighbours_with_their_largest_difference() -> None:
    result = actviz.identify("x*sigmoid(1.6*x) + 0.02*sin(x)")
    assert result.matches == ()
    assert len(result.nearest) == 3
    x = np.linspace(-8, 8, 200_001)
    for near in result.nearest:
        entry = actviz.get(near.name).with_parameters(**near.parameters)
        gap = np.abs(entry(x) - (x / (1 + np.exp(-1.6 * x)) + 0.02 * np.sin(x)))
        assert near.max_difference == pytest.approx(float(gap.max()), rel=1e-6)
        assert gap.max() == pytest.approx(float(np.abs(gap[np.argmin(np.abs(x - near.at))])), rel=1e-6)
    assert [near.max_difference for near in result.nearest] == sorted(near.max_difference for near in result.nearest)


def test_gelu_is_not_its_approximation() -> None:
    assert "gelu_tanh" not in [match.name for match in actviz.identify("gelu").matches]
    assert "gelu_10" not in [match.name for match in actviz.identify("gelu").matches]


def test_parameters_that_the_data_cannot_tell_are_named() -> None:
    (match,) = [match for match in actviz.identify("rrelu").matches if match.name == "rrelu"]
    assert match.undetermined == ("lower", "upper")
    x = np.linspace(-4, 4, 81)
    result = actviz.identify((x, np.maximum(x, 0.0)))
    (capped,) = [match for match in result.matches if match.name == "generalized_relu"]
    assert "max_value" in capped.undetermined
    assert "generalized_relu" not in [match.name for match in actviz.identify("max(x,0)").matches]


@pytest.mark.parametrize("seed", range(3))
def test_noisy_points_are_told_with_their_noise_level(seed: int) -> None:
    random = np.random.default_rng(seed)
    x = random.uniform(-5, 5, 300)
    y = x / (1 + np.exp(-1.3 * x)) + random.normal(0, 1e-3, x.size)
    parameters = found(actviz.identify((x, y), tolerance=1e-3), "swish")
    assert parameters["beta"] == pytest.approx(1.3, abs=2e-3)
    assert "gelu" not in [match.name for match in actviz.identify((x, y), tolerance=1e-3).matches]


def test_a_callable_is_identified_by_its_values() -> None:
    def mine(x: Array) -> Array:
        return np.asarray(x * 0.5 * (1 + np.tanh(0.79788456 * (x + 0.044715 * x**3))))

    result = actviz.identify(mine)
    assert [match.name for match in result.matches] == ["gelu_tanh"]
    assert 7 <= result.matches[0].digits <= 9  # the constant has eight digits


def test_a_function_of_one_python_float_is_identified() -> None:
    assert "silu" in [match.name for match in actviz.identify(lambda x: x / (1 + math.exp(-x))).matches]


@pytest.mark.parametrize("name", ["selu", "mish", "softsign", "hard_swish", "gaussian", "gelu_quick"])
def test_formulas_written_from_papers_are_found(name: str) -> None:
    value, _ = FORMULAS[name]
    parameters = actviz.get(name).values

    def values(x: Array) -> Array:
        return np.array([float(value(mpmath.mpf(point), **parameters)) for point in x.tolist()])

    assert name in [match.name for match in actviz.identify(values).matches]


def test_too_few_points_say_so() -> None:
    with pytest.raises(actviz.ActvizError, match="3 different points do not tell a function"):
        actviz.identify(([0.0, 1.0, 2.0], [0.0, 1.0, 2.0]))


def test_a_tolerance_is_positive() -> None:
    with pytest.raises(actviz.ActvizError, match=r"-1\.0 is not a tolerance"):
        actviz.identify("x", tolerance=-1.0)
    with pytest.raises(actviz.ActvizError, match="there are 3 x and 2 y"):
        actviz.identify(([0.0, 1.0, 2.0], [0.0, 1.0]))
