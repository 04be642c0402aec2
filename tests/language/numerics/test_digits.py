"""More digits than float64 has: each is right, by mpmath; and what is said of a value is so."""

from __future__ import annotations

import math

import mpmath
import pytest
from mpmath import mp, mpf

from actviz.api import get, table
from actviz.errors import UsageError
from actviz.language.numerics.digits import decimal, judged
from actviz.language.numerics.exact import Exact
from actviz.language.parser import parse


def of(text: str, order: int = 0) -> Exact:
    return Exact(parse(text), {}, ("x",) * order)


@pytest.mark.parametrize("digits", [18, 30, 100])
@pytest.mark.parametrize(
    ("text", "x", "truth"),
    [
        ("tanh(x)", 0.5, mpmath.tanh),
        ("x - tanh(x)", 1e-20, lambda x: x - mpmath.tanh(x)),
        ("normal_cdf(x)", -30.0, mpmath.ncdf),
        ("exp(x)", 900.0, mpmath.exp),
        ("-erf(x)", 3.25, lambda x: -mpmath.erf(x)),
    ],
)
def test_every_digit_is_right(text: str, x: float, truth: object, digits: int) -> None:
    assert callable(truth)
    with mp.workdps(digits + 60):
        expected = mpmath.nstr(truth(mpf(x)), digits, strip_zeros=False)
        assert mpf(decimal(of(text), x, digits)) == mpf(expected)


def test_what_is_exact_is_written_so() -> None:
    assert decimal(of("x/4"), 3.0, 30) == "0.75"
    assert decimal(of("x - x"), 3.0, 30) == "0"
    assert decimal(of("log(x)"), -1.0, 30) == "nan"
    assert decimal(of("tanh(x)"), math.inf, 30) == "1"


def test_a_table_of_thirty_digits() -> None:
    (row,) = table("gelu", at=[1.0], digits=30).rows
    assert row == (1.0, "0.841344746068542948585232545632", "1.08331547058768629838306273857")


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("x/4", 3.0, "exact"),
        ("tanh(x)", 0.5, "correctly rounded"),
        ("tanh(x)", math.inf, "limit"),
        ("sin(x)", math.inf, "no limit found"),
        ("log(x)", -1.0, "the logarithm of a negative number"),
        ("log(x)", 0.0, "pole: the logarithm of 0"),
        ("exp(x)", 800.0, "correctly rounded"),
    ],
)
def test_what_is_known_of_a_value(text: str, x: float, expected: str) -> None:
    assert judged(of(text), x) == expected


def test_a_table_says_what_is_known() -> None:
    found = table("relu", at=[0.1], exact=True)
    assert found.columns == ("x", "relu", "relu is", "relu'", "relu' is")
    assert found.rows == ((0.1, 0.1, "exact", 1.0, "exact"),)
    assert get("relu").curve().digits([0.1], 20) == ["0.10000000000000000555"]


@pytest.mark.parametrize("digits", [0, 1001])
def test_digits_have_bounds(digits: int) -> None:
    with pytest.raises(UsageError) as caught:
        table("relu", at=[0.1], digits=digits)
    hint = "Give 1 to 1,000; a float64 has 17, and more are computed."
    assert str(caught.value) == f"{digits} significant digits cannot be printed\n{hint}"
