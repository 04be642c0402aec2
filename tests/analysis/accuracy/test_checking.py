"""Errors in ULP, against brute force with mpmath and against implementations that are wrong on purpose."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import actviz
from actviz.analysis.accuracy import Check
from actviz.analysis.datatypes import TYPES
from actviz.errors import UsageError
from actviz.language.numerics.special import Array


def gelu_tanh(x: Array) -> Array:
    return np.asarray(0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))))


def selu(x: Array) -> Array:
    return np.asarray(1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0))))


def brute(function: Any, truth: Any, name: str, low: float, high: float) -> dict[str, Any]:
    """The same measures from 60-digit arithmetic, point by point."""
    kind = TYPES[name]
    x = kind.all_numbers()
    x = x[(x >= low) & (x <= high)]
    with np.errstate(all="ignore"):
        got = np.asarray(function(x.astype(name))).astype(name).astype(np.float64)
    errors = []
    with mpmath.workdps(60):
        for point, value in zip(x.tolist(), got.tolist(), strict=True):
            exact = truth(mpmath.mpf(point))
            exponent = kind.lowest if exact == 0 else max(kind.lowest, int(mpmath.floor(mpmath.log(abs(exact), 2))))
            errors.append(abs(mpmath.mpf(value) - exact) / mpmath.mpf(2) ** (exponent - kind.precision + 1))
    place = max(range(len(errors)), key=errors.__getitem__)
    return {
        "points": len(errors),
        "max_ulp": float(errors[place]),
        "max_ulp_at": x[place],
        "share_over_1_ulp": sum(error > 1 for error in errors) / len(errors),
        "share_over_0_5_ulp": sum(error > mpmath.mpf("0.5") for error in errors) / len(errors),
    }


@pytest.mark.parametrize(("low", "high"), [(-6.0, -4.0), (0.25, 1.5)])
def test_measures_are_those_of_brute_force(low: float, high: float) -> None:
    def truth(x: Any) -> Any:
        root = mpmath.sqrt(2 / mpmath.pi)
        return x / 2 * (1 + mpmath.tanh(root * (x + mpmath.mpf("0.044715") * x**3)))

    found = actviz.check(gelu_tanh, "gelu_tanh", dtype="float16", span=(low, high))
    want = brute(gelu_tanh, truth, "float16", low, high)
    for name, value in want.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-9), name


def test_small_types_are_looked_at_completely() -> None:
    found = actviz.check(np.tanh, "tanh", dtype="float16")
    assert found.points == 65536
    assert found.exhaustive
    assert actviz.check(np.tanh, "tanh", dtype="float8_e4m3fn").points == 256


def test_float32_is_sampled_over_all_exponents_and_both_signs() -> None:
    x = actviz.check_grid("float32", "hard_swish")
    assert x.size == 1 << 22
    assert np.array_equal(x, -x[::-1])
    assert np.array_equal(x, x.astype(np.float32))
    exponents = np.frexp(x[x > 0])[1]
    assert set(range(-147, 129)) <= set(exponents.tolist())
    three = np.float32(3)
    for neighbour in (three, np.nextafter(three, np.float32(0)), np.nextafter(three, np.float32(9))):
        assert float(neighbour) in x
    assert np.count_nonzero(np.abs(x) < 24) > 3e6


@pytest.mark.parametrize("span", [None, (-5.0, 5.0), (-1e300, 1e300), (1.0, 2.0)])
def test_samples_of_float64_use_all_digits(span: tuple[float, float] | None) -> None:
    x = actviz.check_grid("float64", "x", span)
    assert x.size >= 1 << 16
    assert (np.diff(x) >= 0).all()
    assert span is None or (x[0], x[-1]) == span
    low = x.view(np.int64) & 1023
    assert np.count_nonzero(low) > 0.9 * x.size


@pytest.mark.parametrize("name", ["relu", "selu", "gelu", "softsign", "hard_swish", "log_sigmoid"])
def test_the_rounded_truth_is_correctly_rounded(name: str) -> None:
    activation = actviz.get(name)

    def rounded(x: Array) -> Array:
        return TYPES["bfloat16"].rounded(activation(x.astype(np.float64)))

    found = actviz.check(rounded, name, dtype="bfloat16")
    assert found.max_ulp <= 0.5
    assert found.share_over_0_5_ulp == found.wrong_sign == found.overflows == found.nans == found.falls == 0
    assert found.passed


def test_half_an_ulp_of_float64_is_told_from_a_little_more() -> None:
    def rounded(x: Array) -> Array:
        return np.asarray(actviz.get("tanh").curve().exact(x.tolist()))

    found = actviz.check(rounded, "tanh", dtype="float64", points=2000)
    assert 0.49 < found.max_ulp <= 0.5
    assert found.share_over_0_5_ulp == 0

    def next_one(x: Array) -> Array:
        return np.nextafter(rounded(x), 1.0)

    assert 1.4 < actviz.check(next_one, "tanh", dtype="float64", points=2000, span=(0.1, 0.9)).max_ulp <= 1.5


def test_a_wrong_seventh_digit_is_caught() -> None:
    def wrong(x: Array) -> Array:
        return np.asarray(x * 0.5 * (1 + np.tanh(0.7978846608 * (x + 0.044715 * x**3))))

    right = actviz.check(gelu_tanh, "gelu_tanh", dtype="float64", span=(0.1, 3), points=3000)
    found = actviz.check(wrong, "gelu_tanh", dtype="float64", span=(0.1, 3), points=3000)
    assert right.max_absolute < 1e-10 < 1e-8 < found.max_absolute


def test_a_wrong_selu_is_caught_with_the_place() -> None:
    def wrong(x: Array) -> Array:
        return np.asarray(1.0507009873554805 * np.where(x > 0, x, np.expm1(np.minimum(x, 0))))

    assert actviz.check(selu, "selu", dtype="float64", points=4000).max_ulp < 4
    found = actviz.check(wrong, "selu", dtype="float32", points=1 << 14, span=(-20, 1))
    assert found.max_absolute == pytest.approx(1.0507009873554805 * 0.6732632423543772, rel=1e-6)
    assert found.max_absolute_at < -10
    assert all(row.x < 0 for row in found.worst)


def test_failures_are_counted_apart_and_in_no_largest_error() -> None:
    def failing(x: Array) -> Array:
        y = np.array(x, dtype=np.float64)
        y[x > 100] = np.inf
        y[x < -100] = np.nan
        y[(x > 1) & (x < 2)] *= -1
        y[(x > 3) & (x < 4)] = 0
        return y

    found = actviz.check(failing, "x", dtype="float16")
    grid = TYPES["float16"].all_numbers()
    assert found.overflows == np.count_nonzero(grid > 100)
    assert found.nans == np.count_nonzero(grid < -100)
    assert found.wrong_sign == np.count_nonzero((grid > 1) & (grid < 2))
    assert found.false_zeros == np.count_nonzero((grid > 3) & (grid < 4))
    assert math.isfinite(found.max_ulp)
    assert math.isinf(found.p99_ulp)
    assert (found.overflows_at, found.nans_at) == (100.0625, -65504.0)
    assert not found.monotonic
    assert found.symmetric is False
    assert found.share_over_2_ulp > (found.overflows + found.nans) / grid.size


def test_infinity_is_right_where_the_truth_overflows() -> None:
    found = actviz.check(np.exp, "exp(x)", dtype="float16")
    assert found.overflows == found.nans == 0
    assert found.max_ulp < 1
    assert found.at_infinity == ((-math.inf, 0.0, 0.0), (math.inf, math.inf, math.inf))


def test_errors_below_the_normal_numbers_are_in_subnormal_steps() -> None:
    found = actviz.check(lambda x: x * 0, "x", dtype="float16", span=(1e-7, 1e-5))
    assert found.max_ulp == pytest.approx(found.max_absolute / 2.0**-24)
    assert found.max_relative == 0  # no true value there is a normal number


def test_a_backward_function_is_checked_and_a_kink_needs_one_of_its_sides() -> None:
    def backward(gradient: Array, x: Array) -> Array:
        return np.asarray(gradient * np.where(x > 0, 1.0, 0.25))

    found = actviz.check(lambda x: np.where(x > 0, x, 0.25 * x), "prelu", dtype="float16", backward=backward)
    assert found.backward is not None
    assert found.backward.max_ulp == 0
    (kink,) = found.backward.kinks
    assert (kink.x, kink.left, kink.right, kink.got) == (0.0, 0.25, 1.0, 0.25)

    def wrong(x: Array) -> Array:
        return np.asarray(np.where(x > 0, 1.0, -0.25))

    found = actviz.check(lambda x: np.where(x > 0, x, 0.25 * x), "prelu", dtype="float16", backward=wrong)
    assert found.backward is not None
    assert found.backward.wrong_sign == np.count_nonzero(TYPES["float16"].all_numbers() <= 0)


def test_limits_say_what_passes_them() -> None:
    found = actviz.check(gelu_tanh, "gelu", dtype="float16", span=(2, 3), max_ulp=1, max_abs=1e-5, max_rel=1)
    assert not found.passed
    assert [text.partition(" ")[0] for text in found.exceeded] == ["max_ulp", "max_abs"]
    assert actviz.check(gelu_tanh, "gelu", dtype="float16", span=(2, 3), max_abs=1e-2).passed


def test_assert_accurate_shows_the_worst_points() -> None:
    actviz.assert_accurate(np.tanh, "tanh", dtype="float16", max_ulp=1)
    with pytest.raises(AssertionError, match=r"max_abs .*\n  x = .*: got .*, exact .* ULP"):
        actviz.assert_accurate(gelu_tanh, "gelu", dtype="float16", max_abs=1e-4)
    with pytest.raises(TypeError, match="needs max_ulp, max_abs or max_rel"):
        actviz.assert_accurate(np.tanh, "tanh")


def test_the_function_is_told_by_its_name() -> None:
    def softsign(x: Array) -> Array:
        return np.asarray(x / (1 + np.abs(x)))

    assert actviz.check(np.tanh, dtype="float16").spec == "tanh"
    assert actviz.check(softsign, dtype="float16").max_ulp < 3
    with pytest.raises(UsageError, match="does not say which function it should be"):
        actviz.check(lambda x: x, dtype="float16")


def test_every_number_of_a_range_in_steps_that_can_be_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from actviz.analysis.accuracy import walk

    monkeypatch.setattr(walk, "BLOCK", 1 << 12)
    state = tmp_path / "state.json"
    span = (0.9, 0.905)

    def stopped(items: Any, total: int) -> Any:
        for place, item in enumerate(items):
            if place == total // 2:
                raise KeyboardInterrupt
            yield item

    def run(progress: Any = None, **options: Any) -> Check:
        return actviz.check(
            gelu_tanh,
            "gelu_tanh",
            dtype="float32",
            span=span,
            exhaustive=True,
            state=state,
            progress=progress,
            **options,
        )

    with pytest.raises(KeyboardInterrupt):
        run(stopped)
    assert state.exists()
    with pytest.raises(UsageError, match="' is of another check"):
        actviz.check(gelu_tanh, "gelu", dtype="float32", span=span, exhaustive=True, state=state)
    found = run()
    assert not state.exists()
    whole = actviz.check(gelu_tanh, "gelu_tanh", dtype="float32", span=span)
    assert found.exhaustive
    assert found.points == whole.points > 80_000  # a range with fewer numbers than a sample is looked at completely
    for name in ("max_ulp", "max_ulp_at", "max_absolute", "share_over_0_5_ulp", "share_over_1_ulp", "wrong_sign"):
        assert getattr(found, name) == getattr(whole, name)
    assert found.p99_ulp == pytest.approx(whole.p99_ulp, rel=0.02)
    with pytest.raises(UsageError, match=" is gone through completely as it is"):
        actviz.check(np.tanh, "tanh", dtype="float16", exhaustive=True)
    with pytest.raises(UsageError, match=" has too many numbers to go through"):
        actviz.check(np.tanh, "tanh", dtype="float64", exhaustive=True)
