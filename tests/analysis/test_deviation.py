"""Differences at points: of formulas, code and data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import actviz
from actviz.errors import UsageError
from actviz.language.numerics.special import Array


def mine(x: Array) -> Array:
    return np.asarray(x / (1 + np.exp(-1.5 * x)))


def test_largest_differences_are_those_of_all_points() -> None:
    (found,) = actviz.deviations("silu", mine, span=(-2, 2), dtype="float32")
    x = found.x.astype(np.float32)
    gap = np.abs((x / (1 + np.exp(np.float32(-1.5) * x))).astype(np.float64) - actviz.get("silu")(x.astype(np.float64)))
    assert found.max_absolute == pytest.approx(float(gap.max()), rel=1e-5)
    assert (found.low, found.high) == (-2.0, 2.0)
    assert found.points == 1 << 18
    assert not found.within(None, "absolute")
    assert found.within(0.2, "absolute")


def test_ulps_are_those_of_the_data_type() -> None:
    (found,) = actviz.deviations("x", lambda x: np.nextafter(x, np.float32(9)), dtype="float32", span=(1, 4))
    assert found.max_ulp == 1
    assert found.max_relative == 2.0**-23
    assert found.within(None, "ulp")
    assert not found.within(0.5, "ulp")


def test_formulas_alone_are_compared_in_a_data_type() -> None:
    (found,) = actviz.deviations("gelu", "gelu_tanh", dtype="bfloat16")
    assert found.max_absolute == pytest.approx(4.7323552e-4, rel=1e-4)
    assert abs(found.max_absolute_at) == pytest.approx(2.699, abs=0.02)


def test_data_is_compared_at_its_points(tmp_path: Path) -> None:
    x = np.linspace(-3, 3, 50)
    np.save(tmp_path / "a.npy", np.stack([x, np.tanh(x)]))
    np.save(tmp_path / "b.npy", np.stack([x, np.tanh(x) + 1e-3]))
    np.save(tmp_path / "c.npy", np.stack([x[1:], x[1:]]))
    a, b, c = (str(tmp_path / name) for name in ("a.npy", "b.npy", "c.npy"))
    first, second = actviz.deviations("tanh", a, b)
    assert first.within(None, "absolute")
    assert second.max_absolute == pytest.approx(1e-3)
    assert second.points == 50
    with pytest.raises(UsageError, match="' have other x"):
        actviz.deviations(a, c)
    with pytest.raises(UsageError, match="there is no point in the range"):
        actviz.deviations(a, "tanh", span=(5, 6))


def test_what_is_infinite_on_one_side_alone_is_no_equality() -> None:
    def overflowing(x: Array) -> Array:
        return np.where(x > 1, np.inf, x)

    (found,) = actviz.deviations("x", overflowing, span=(-2, 2), dtype="float16")
    assert found.unequal == np.count_nonzero(actviz.check_grid("float16", "x", (-2, 2)) > 1)
    assert found.unequal_at == 1 + 2.0**-10
    assert not found.within(1e9, "absolute")
