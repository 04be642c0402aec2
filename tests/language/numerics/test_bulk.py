"""Very many points: right to a few ULP everywhere, whatever happens on the way; the truth is computed by mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

from actviz.api import get, names
from actviz.language.numerics.bulk import values_at
from actviz.language.numerics.float64 import FEW, apply
from actviz.language.numerics.plain import plain
from actviz.language.parser import parse

DRAW = np.random.default_rng(12)
POINTS = np.concatenate(
    [
        np.linspace(-50, 50, 6_001),
        DRAW.normal(0, 2, 5_000),
        DRAW.choice([-1.0, 1.0], 600) * 10.0 ** DRAW.uniform(-300, 300, 600),
        [0.0, -0.0, 5e-324, -5e-324, 1e-17, -1e-17, 1e308, -1e308, math.inf, -math.inf, math.nan],
    ]
)


def errors(found: Any, true: Any) -> Any:
    """In ULP; 0 for equal, infinite and missing values that are so in both."""
    found, true = np.asarray(found), np.asarray(true)
    with np.errstate(all="ignore"):
        same = (found == true) | (np.isnan(found) & np.isnan(true))
        return np.where(same, 0.0, np.abs(found - true) / np.spacing(np.abs(true)))


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", names())
def test_every_entry_is_right_at_very_many_points(name: str, order: int) -> None:
    """Within 2 ULP at 99 of 100 points and 4 ULP everywhere of what few points give, which is correctly rounded."""
    assert POINTS.size > FEW
    curve = get(name).curve(order)
    found = curve.at(POINTS)
    sample = np.unique(np.concatenate([np.arange(0, POINTS.size, 7), np.arange(POINTS.size - 300, POINTS.size)]))
    wrong = errors(found[sample], curve.at(POINTS[sample]))
    assert wrong.max() <= 4
    assert np.quantile(wrong, 0.99) <= 2


TYPED: list[tuple[str, int, Callable[[Any], Any]]] = [
    ("log(cosh(x))", 0, lambda x: mp.log(mp.cosh(x))),
    ("x - tanh(x)", 0, lambda x: x - mp.tanh(x)),
    ("exp(-x**2)", 0, lambda x: mp.exp(-x * x)),
    ("1 - erf(x)", 0, mp.erfc),
    ("tanh(x)", 3, lambda x: 4 * mp.sech(x) ** 2 * mp.tanh(x) ** 2 - 2 * mp.sech(x) ** 4),
    ("max(0, x - 0.1)", 0, lambda x: max(0, x - mpf(1) / 10)),
    ("max(0, x - 0.1)", 1, lambda x: 1 if x > mpf(1) / 10 else 0),
    ("sin(1e6*x)", 0, lambda x: mp.sin(1_000_000 * x)),
    ("log(x)", 1, lambda x: 1 / x if x > 0 else mp.nan),
    ("exp(exp(x))", 0, lambda x: mp.exp(mp.exp(x)) if x < 100 else mp.inf),
]


@pytest.mark.parametrize(("text", "order", "truth"), TYPED)
def test_typed_formulas_are_right_at_very_many_points(text: str, order: int, truth: Callable[[Any], Any]) -> None:
    x = np.concatenate([np.linspace(-40, 40, 10_001), DRAW.normal(0, 1, 400), [0.1, -0.1, 1e-9]])
    found = values_at(parse(text), x, {}, order)
    sample = np.arange(3, x.size, 11)
    with mp.workdps(60):
        true = [float(truth(mpf(place))) if place else math.nan for place in x[sample].tolist()]
    wrong = errors(found[sample], true)
    assert wrong[x[sample] != 0].max() <= 4


def test_a_point_is_on_its_own_side_of_a_breakpoint() -> None:
    x = np.full(FEW + 1, 0.0)
    x[:6] = [-5e-324, 5e-324, -1e-20, 1e-20, 3.0, np.nextafter(3.0, 0)]
    assert values_at(parse("1 if x > 0 else 2 if x < 0 else 3"), x, {})[:7].tolist() == [2, 1, 2, 1, 1, 1, 3]
    curved = values_at(parse("exp(x) if x > 0 else sin(x) if x < 0 else 7"), x, {})
    assert curved[[0, 2, 6]].tolist() == [-5e-324, -1e-20, 7]


@pytest.mark.parametrize(
    ("text", "place"), [("x > 0.1", 0.1), ("3*x >= 0.3", 0.1), ("x < 1/3", 1 / 3), ("2 - x <= 1.9", 0.1)]
)
def test_a_condition_at_very_many_points_is_decided_as_at_few(text: str, place: float) -> None:
    tree = parse(f"1 if {text} else 0")
    near = [np.nextafter(place, 0), place, np.nextafter(place, 1)]
    assert plain(tree, ()) is not None
    assert values_at(tree, np.array(near * (FEW // 3 + 1)), {})[:3].tolist() == apply(tree, np.array(near), {}).tolist()


@pytest.mark.parametrize("text", ["x*sigmoid(x)", "x if x > 0 else exp(x) - 1", "tanh(x)"])
def test_ends_and_nan_are_as_at_few_points(text: str) -> None:
    ends = np.array([math.inf, -math.inf, math.nan, 1e300, -1e300, 800.0, -800.0])
    x = np.concatenate([ends, np.linspace(-1, 1, FEW)])
    np.testing.assert_array_equal(apply(parse(text), x, {})[:7], apply(parse(text), ends, {}))


def test_the_shape_stays_and_nothing_is_shared() -> None:
    x = np.linspace(-3, 3, 24_000).reshape(4, 6, 1_000)[:, ::-1]
    for text in ("x", "tanh(x)*x", "2"):
        found = apply(parse(text), x, {})
        assert found.shape == x.shape
        assert not np.shares_memory(found, x)
