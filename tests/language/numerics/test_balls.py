"""Enclosures hold the truth: over points, intervals and complex balls, and for Taylor coefficients."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from threading import Thread
from typing import Any

import mpmath
import pytest
from flint import acb, arb, ctx
from mpmath import mp, mpf

from actviz.api import get, names
from actviz.language.functions import FUNCTIONS
from actviz.language.numerics.balls import ball, complex_ball, precision, taylor
from actviz.language.parser import parse

TRUTH: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "sign": mpmath.sign,
    "min": min,
    "max": max,
    "clip": lambda u, low, high: min(max(u, low), high),
    "sigmoid": lambda u: 1 / (1 + mpmath.exp(-u)),
    "softplus": lambda u: mpmath.log1p(mpmath.exp(u)),
    "log_sigmoid": lambda u: -mpmath.log1p(mpmath.exp(-u)),
    "normal_pdf": mpmath.npdf,
    "normal_cdf": mpmath.ncdf,
}
ARGUMENTS = {"min": ", 0.3", "max": ", 0.3", "clip": ", -0.4, 1.1"}


def text_of(name: str) -> str:
    return f"{name}(x{ARGUMENTS.get(name, '')})"


def truth(name: str, x: Any) -> Any:
    function = TRUTH.get(name) or getattr(mpmath, name)
    others = [mpf(part) for part in ARGUMENTS.get(name, "").split(",") if part.strip()]
    return function(x, *others)


def holds(found: arb, true: Any) -> bool:
    """Whether the ball contains the number, which is known to 60 digits."""
    nearly = arb(mpmath.nstr(true, 60)) * arb(1, "1e-55")
    return bool(found.overlaps(nearly))


def contains(found: arb, true: Any) -> bool:
    return bool(found.overlaps(arb(mpmath.nstr(true, 60))))


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("x", [0.37, 2.5, 12.0, -0.2, -7.75, 30.0, -30.0])
def test_every_function_is_enclosed_at_a_point(name: str, x: float) -> None:
    if name in ("log", "sqrt", "log1p"):
        x = abs(x)
    with precision(120), mp.workdps(70):
        found = ball(parse(text_of(name)), {}, arb(x))
        assert holds(found, truth(name, mpf(x)))
        assert found.rel_accuracy_bits() > 80


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("low", "high"), [(0.25, 3.5), (2.0, 40.0), (-1.5, 2.0), (-60.0, -0.5), (-0.25, 0.01)])
def test_every_function_is_enclosed_over_an_interval(name: str, low: float, high: float) -> None:
    """And by a ball that is hardly wider than its values, but for the circular functions."""
    if name in ("log", "sqrt", "log1p"):
        low, high = sorted((abs(low), abs(high)))
    tree = parse(text_of(name))
    with precision(80), mp.workdps(40):
        found = ball(tree, {}, arb(low).union(arb(high)))
        places = [mpf(low) + (mpf(high) - low) * share / 200 for share in range(201)]
        if name == "tan" and not found.is_finite():
            return  # there is a pole
        values = [truth(name, place) for place in [*places, mpf(0) if low < 0 < high else places[0]]]
        assert all(contains(found, value) for value in values)
        if name not in ("sin", "cos", "tan", "sign"):
            spread = max(values) - min(values)
            assert float(found.upper() - found.lower()) <= float(spread) * 1.01 + 1e-9 * float(max(map(abs, values)))


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("sign", "min", "max", "clip", "abs")])
@pytest.mark.parametrize("x", [0.37, 2.5, 12.0, -0.2, -7.75])
def test_every_function_has_its_taylor_series(name: str, x: float) -> None:
    if name in ("log", "sqrt", "log1p"):
        x = abs(x)
    with precision(200), mp.workdps(70):
        found = taylor(parse(f"{name}(x)"), {}, arb(x), 6)
        for power, coefficient in enumerate(mpmath.taylor(lambda u: truth(name, u), mpf(x), 5)):
            nearly = arb(mpmath.nstr(coefficient, 30)) * arb(1, "1e-25")
            assert found[power].overlaps(nearly), power
            assert found[power].rel_accuracy_bits() > 60


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("x", [0.37, 2.5, -0.2, -7.75])
def test_every_function_is_continued_into_the_complex_plane(name: str, x: float) -> None:
    if name in ("log", "sqrt", "log1p"):
        x = abs(x)
    tree = parse(text_of(name))
    with precision(100), mp.workdps(40):
        assert complex_ball(tree, {}, acb(x), True).real.overlaps(ball(tree, {}, arb(x)))
        if name in TRUTH and name not in ("sigmoid", "softplus", "log_sigmoid"):
            return
        found = complex_ball(tree, {}, acb(x, 0.25), True)
        true = truth(name, mpmath.mpc(x, 0.25))
        assert abs(float(found.real) - float(true.real)) < 1e-14 * abs(complex(true))
        assert abs(float(found.imag) - float(true.imag)) < 1e-14 * abs(complex(true))


@pytest.mark.parametrize(
    "text", ["sqrt(x)", "log(x)", "log1p(x - 1)", "x**0.5", "abs(x)", "max(x, 0)", "x if x > 0 else 0"]
)
def test_an_integral_is_told_where_a_function_is_not_analytic(text: str) -> None:
    with precision(60):
        around = acb(arb(0, 0.5), arb(0, 0.5))
        assert not complex_ball(parse(text), {}, around, True).is_finite()


def test_an_integral_over_a_kink_is_right() -> None:
    selu = get("selu")
    tree = selu.entry.value
    with precision(60):
        found = acb.integral(lambda z, analytic: complex_ball(tree, selu.values, z, analytic), -2, 3)
    scale, alpha = mpf(1.0507009873554805), mpf(1.6732632423543772)
    true = scale * (mpf(9) / 2 + alpha * (1 - mpmath.exp(-2) - 2))
    assert abs(float(found.real) - float(true)) < 1e-12


@pytest.mark.parametrize("name", names())
def test_the_derivative_of_every_entry_lies_in_its_series(name: str) -> None:
    activation = get(name)
    generator = random.Random(name)
    with precision(200):
        for _ in range(20):
            x = arb(generator.uniform(-9, 9))
            first = taylor(activation.entry.value, activation.values, x, 2)[1]
            assert activation.entry.derivative is not None
            assert first.overlaps(ball(activation.entry.derivative, activation.values, x))
            assert first.is_finite()


def test_a_literal_is_its_decimal_and_a_parameter_its_float() -> None:
    with precision(200):
        assert ball(parse("0.1"), {}, arb(0)).overlaps(arb(1) / 10)
        assert not ball(parse("a"), {"a": 0.1}, arb(0)).overlaps(arb(1) / 10)
        assert ball(parse("pi*e"), {}, arb(0)).overlaps(arb.pi() * arb(1).exp())


def test_an_undecided_condition_gives_both_branches() -> None:
    with precision(80):
        found = ball(parse("x if x > 0 else -1"), {}, arb(0, 2))
        assert found.contains(-1)
        assert found.contains(2)
        assert not found.contains(-1.5)
        assert taylor(parse("x if x > 0 else -1"), {}, arb(0, 2), 2)[0].is_nan()


def test_a_condition_on_what_has_no_value_has_none() -> None:
    with precision(80):
        assert ball(parse("1 if log(x) > 0 else 0"), {}, arb(-1)).is_nan()
        assert ball(parse("1 if log(x) > 0 and x > 0 else 0"), {}, arb(-1)) == 0
        assert ball(parse("1 if log(x) > 0 or x < 0 else 0"), {}, arb(-1)) == 1
        assert ball(parse("1 if not log(x) > 0 else 0"), {}, arb(-1)).is_nan()


def test_each_side_of_a_kink_has_its_series() -> None:
    tree = parse("max(0, x) + x**2")
    with precision(80):
        assert taylor(tree, {}, arb(0), 3)[1].is_nan()
        assert [taylor(tree, {}, arb(0), 3, side=side)[:2] for side in (-1, 1)] == [[0, 0], [0, 1]]
        assert taylor(parse("abs(x)**3 if x < 0 else x**3"), {}, arb(0), 4, side=-1) == [0, 0, 0, -1]
        assert taylor(parse("abs(x**2)"), {}, arb(0), 3) == [0, 0, 1]
        assert taylor(parse("sqrt(x**2)"), {}, arb(0), 3, side=-1) == [0, -1, 0]
        assert taylor(parse("1 if x**2 >= 0 else x"), {}, arb(0), 2) == [1, 0]


def test_a_removable_point_has_its_series_on_both_sides() -> None:
    with precision(120):
        found = taylor(parse("1 if x == 0 else sin(x)/x"), {}, arb(0), 4, side=1)
    assert all(abs(float(ball) - true) < 1e-30 for ball, true in zip(found, (1, 0, -1 / 6, 0), strict=True))


def test_a_series_in_a_parameter() -> None:
    with precision(100):
        found = taylor(parse("x*sigmoid(b*x)"), {"b": 1.5}, arb(2), 3, variable="b")
    with mp.workdps(40):
        true = mpmath.taylor(lambda b: 2 / (1 + mpmath.exp(-2 * b)), mpf(1.5), 2)
    assert all(abs(float(ball) - float(value)) < 1e-15 for ball, value in zip(found, true, strict=True))


@pytest.mark.parametrize(
    "text", ["log(x)", "sqrt(x)", "x**0.5", "x**x", "1/(x + 1)", "log1p(x)", "max(log(x), 0)", "x**(x - 0.3)"]
)
def test_outside_its_domain_a_tree_has_no_ball(text: str) -> None:
    with precision(80):
        assert ball(parse(text), {}, arb(-1.0 if text != "x**x" else -1.5)).is_nan()


@pytest.mark.parametrize(
    "text", ["exp(exp(exp(x)))", "x**1000", "sin(exp(exp(x)))", "exp(-exp(exp(x)))", "exp(x)**exp(x)"]
)
@pytest.mark.parametrize("x", [1e300, -1e300, 700.0, 1e-300])
def test_huge_exponents_are_no_trouble(text: str, x: float) -> None:
    with precision(80):
        ball(parse(text), {}, arb(x))
        taylor(parse(text), {}, arb(x), 4)


def test_a_root_of_what_is_never_negative_has_a_ball_around_zero() -> None:
    with precision(80):
        found = ball(parse("sqrt(max(0, 0.1 - x**2))"), {}, arb(0.25).union(arb(0.5)))
    assert found.contains(0)
    assert float(found.upper()) < 0.2


def test_precision_is_set_inside_and_as_before_outside() -> None:
    before = ctx.prec, ctx.cap
    with precision(300):
        assert ctx.prec == 300
        with precision(70):
            assert ctx.prec == 70
            taylor(parse("exp(x)"), {}, arb(1), 5)
        assert ctx.prec == 300
    assert (ctx.prec, ctx.cap) == before


def test_threads_do_not_disturb_each_others_precision() -> None:
    tree = parse("exp(x)")
    wrong: list[int] = []

    def work(bits: int) -> None:
        for _ in range(300):
            with precision(bits):
                accurate = ball(tree, {}, arb(0.3)).rel_accuracy_bits()
            if abs(accurate - bits) > 8:
                wrong.append(accurate)

    threads = [Thread(target=work, args=(bits,)) for bits in (60, 200, 900)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_interval_with_a_pole_has_no_ball() -> None:
    with precision(80):
        assert not ball(parse("1/x"), {}, arb(0, 1)).is_finite()
        assert math.isnan(float(ball(parse("x/x"), {}, arb(0))))
