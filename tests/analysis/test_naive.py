"""What comes out in a data type with every operation rounded, against NumPy's own arithmetic in that type."""

from __future__ import annotations

import numpy as np
import pytest

import actviz
from actviz.analysis.datatypes import TYPES
from actviz.analysis.naive import naive
from actviz.errors import UsageError

X = np.linspace(-6, 6, 501)


@pytest.mark.parametrize("name", ["float16", "float32"])
def test_arithmetic_is_numpys(name: str) -> None:
    curve = actviz.get("x*clip(x + 3, 0, 6)/6 - 0.1*x**2 if x < 2 else x/3").curve()
    x = X.astype(name)
    one = np.dtype(name).type
    left = x * np.clip(x + one(3), one(0), one(6)) / one(6) - one(0.1) * (x * x)
    want = np.where(x < 2, left, x / one(3)).astype(np.float64)
    assert np.array_equal(naive(curve, X, TYPES[name]), want)


def test_bfloat16_is_that_of_ml_dtypes() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = X.astype(ml_dtypes.bfloat16)
    want = (x * (x + ml_dtypes.bfloat16(1)) / ml_dtypes.bfloat16(3)).astype(np.float64)
    assert np.array_equal(naive(actviz.get("x*(x + 1)/3").curve(), X, TYPES["bfloat16"]), want)


def test_float64_is_the_truth_but_for_rounding() -> None:
    found = naive(actviz.get("mish").curve(), X, TYPES["float64"])
    assert found == pytest.approx(actviz.get("mish")(X), rel=1e-13)


def test_a_parameter_is_rounded_too() -> None:
    (value,) = naive(actviz.get("prelu:alpha=0.3").curve(), np.array([-1.0]), TYPES["float8_e4m3fn"])
    assert value == -0.3125


def test_tables_and_figures_have_it_beside_the_truth() -> None:
    table = actviz.table("gelu", "silu", at=[0.1, 1.0], orders=[0], dtype="bf16")
    assert table.columns == ("x", "gelu", "gelu in bfloat16", "silu", "silu in bfloat16")
    (row, _) = table.rows
    assert row[1] == actviz.get("gelu")(0.1)
    kind = TYPES["bfloat16"]
    assert row[2] == naive(actviz.get("gelu").curve(), np.array([0.1]), kind)[0] == kind.rounded(np.array(row[2]))
    figure = actviz.plot("gelu", dtype="float8_e4m3fn")
    assert "in float8_e4m3fn" in [line.get_label() for line in figure.axes[0].lines]
    with pytest.raises(UsageError, match="--dtype is drawn in one panel"):
        actviz.plot("selu", "elu", derivative=True, dtype="float16")
    with pytest.raises(UsageError, match="there is no data type"):
        actviz.table("gelu", at=[1.0], dtype="float12")
