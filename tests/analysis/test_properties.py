"""Properties of functions, against mpmath's integrals, closed forms and published numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

from actviz import get, properties
from actviz.cli.app import run
from actviz.errors import UsageError


def _expected(function: Callable[[Any], Any], variance: float, breaks: tuple[float, ...] = ()) -> float:
    """E g(z) for z ~ N(0, variance), by quadrature with 30 digits."""
    with mpmath.workdps(30):
        deviation = mpmath.sqrt(variance)
        places = [mpmath.mpf(-14), *(mpmath.mpf(x) / deviation for x in (*breaks, 0.0)), mpmath.mpf(14)]
        places = sorted({*places, mpmath.mpf(-4), mpmath.mpf(4), mpmath.mpf(-1), mpmath.mpf(1)})
        return float(mpmath.quad(lambda t: function(deviation * t) * mpmath.npdf(t), places))


CASES: list[tuple[str, Callable[[Any], Any], Callable[[Any], Any], tuple[float, ...]]] = [
    ("relu", lambda z: max(z, 0), lambda z: int(z > 0), ()),
    ("tanh", mpmath.tanh, lambda z: mpmath.sech(z) ** 2, ()),
    ("gelu", lambda z: z * mpmath.ncdf(z), lambda z: mpmath.ncdf(z) + z * mpmath.npdf(z), ()),
    ("elu:alpha=0.5", lambda z: z if z > 0 else mpmath.expm1(z) / 2, lambda z: 1 if z > 0 else mpmath.exp(z) / 2, ()),
    ("hard_tanh", lambda z: min(1, max(-1, z)), lambda z: int(abs(z) < 1), (-1.0, 1.0)),
]


@pytest.mark.parametrize("variance", [1.0, 0.3, 4.0])
@pytest.mark.parametrize(("spec", "value", "slope", "breaks"), CASES, ids=[case[0] for case in CASES])
def test_moments_are_those_of_quadrature(
    spec: str, value: Callable[[Any], Any], slope: Callable[[Any], Any], breaks: tuple[float, ...], variance: float
) -> None:
    found = properties(spec, variance).moments
    wanted = {
        "mean": _expected(value, variance, breaks),
        "second": _expected(lambda z: value(z) ** 2, variance, breaks),
        "slope_mean": _expected(slope, variance, breaks),
        "slope_second": _expected(lambda z: slope(z) ** 2, variance, breaks),
        "second_slope": _expected(lambda z: value(z) ** 2 * (z * z / variance - 1) / (2 * variance), variance, breaks),
    }
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, rel=1e-13, abs=1e-15)
    assert found.variance == pytest.approx(wanted["second"] - wanted["mean"] ** 2, rel=1e-12)


def test_selu_keeps_mean_0_and_variance_1() -> None:
    found = properties("selu")
    assert found.moments.mean == pytest.approx(0, abs=1e-15)
    assert found.moments.variance == pytest.approx(1, rel=1e-15)
    assert "moments" in found.proved


def test_the_shape_of_gelu_is_known() -> None:
    found = properties("gelu")
    with mpmath.workdps(30):
        least = mpmath.findroot(lambda x: mpmath.ncdf(x) + x * mpmath.npdf(x), -0.75)
        value = least * mpmath.ncdf(least)
    assert (found.range.low, found.range.low_attained) == (float(value), True)
    assert (found.range.high, found.range.high_attained) == (math.inf, False)
    assert [(part.x, part.kind) for part in found.extrema] == [(float(least), "minimum")]
    root = math.sqrt(2)
    assert found.lipschitz == pytest.approx(
        (1 + math.erf(1)) / 2 + root * math.exp(-1) / math.sqrt(2 * math.pi), rel=1e-15
    )
    assert (found.zeros, found.parity, found.bounded, found.monotone) == ((0.0,), None, False, False)


@pytest.mark.parametrize(
    ("spec", "name", "value"),
    [
        ("relu", "lipschitz", 1.0),
        ("step", "lipschitz", math.inf),
        ("tanh", "parity", "odd"),
        ("x**2", "parity", "even"),
        ("relu", "positive_homogeneous", True),
        ("elu", "positive_homogeneous", False),
        ("softplus", "convex", True),
        ("sigmoid", "bounded", True),
        ("1/x", "poles", (0.0,)),
        ("relu", "kinks", (0.0,)),
    ],
)
def test_what_everybody_knows_is_so(spec: str, name: str, value: object) -> None:
    found = properties(spec)
    assert found[name] == value
    assert name in found.proved


def test_a_moment_that_is_infinite_is_called_infinite() -> None:
    assert properties("exp(x**2/2)").moments.mean == math.inf
    assert properties("1/x").moments.second == math.inf
    assert properties("sqrt(abs(x))").moments.slope_second == math.inf


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["info", "relu", "--variance", "0"], "the variance 0.0 is not one to take moments at"),
        (["info", "log(-1-x**2)"], "log(-1-x**2) has no value at any real x"),
        (["list", "--sort", "q"], "there is no property 'q' to choose or sort by"),
        (["list", "--where", "lipschitz <"], "'lipschitz <' is not a condition on properties"),
        (["list", "--where", "lipschitz < 0"], "no activation fits the condition 'lipschitz < 0'"),
        (["table", "relu", "--properties", "--at", "1"], "--properties has no use for "),
    ],
)
def test_what_cannot_be_told_is_one_message(capsys: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
    assert run(words) in (1, 2)
    assert capsys.readouterr().err.startswith(f"error: {message}")


def test_the_record_has_them_under_the_same_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["info", "mish", "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)["properties"]
    found = properties("mish")
    assert record["moments"]["second"] == found.moments.second
    assert set(record) >= {"range", "limits", "zeros", "fixed_points", "extrema", "slope_range", "gains", "proved"}


def test_functions_are_chosen_by_what_they_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--where", "lipschitz <= 1 and monotone", "--format", "csv"]) == 0
    names = [line.split(",")[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert {"relu", "tanh", "sigmoid", "identity"} <= set(names)
    assert not {"selu", "gelu", "mish", "step"} & set(names)


def test_a_variance_out_of_range_is_refused() -> None:
    with pytest.raises(UsageError):
        properties(get("relu"), math.nan)
