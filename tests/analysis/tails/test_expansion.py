"""Expansions towards an end against mpmath and known asymptotics."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from flint import arb

from actviz.analysis.tails.expansion import expand
from actviz.analysis.tails.germs import Germ, number
from actviz.analysis.tails.monomials import UndecidedError
from actviz.language.numerics import balls
from actviz.language.parser import parse

CASES = [
    ("x*normal_cdf(x)", -1, lambda x: x * mpmath.ncdf(x)),
    ("x*normal_cdf(x) - x", 1, lambda x: -x * mpmath.ncdf(-x)),
    ("log1p(exp(x)) - x", 1, lambda x: mpmath.log1p(mpmath.exp(-x))),
    ("(x + sqrt(x**2 + 4))/2", -1, lambda x: 2 / (mpmath.sqrt(x * x + 4) - x)),
    ("x*tanh(softplus(x)) - x", 1, lambda x: x * (mpmath.tanh(mpmath.log1p(mpmath.exp(x))) - 1)),
    ("x*exp(-exp(-x))", -1, lambda x: x * mpmath.exp(-mpmath.exp(-x))),
    ("atan(x)*x - pi*x/2", 1, lambda x: x * (mpmath.atan(x) - mpmath.pi / 2)),
    ("asinh(x) - log(2*x)", 1, lambda x: mpmath.asinh(x) - mpmath.log(2 * x)),
]


@pytest.mark.parametrize(("text", "side", "form"), CASES)
def test_an_expansion_encloses_the_function_from_its_start_on(text: str, side: int, form: object) -> None:
    tree = parse(text)
    with balls.precision(192), mpmath.mp.workdps(120):
        found = _decided(tree, side)
        ball, scale = found.enclosed()
        start = int(float(found.start.t))
        for t in (start, 2 * start, 3 * start):
            value = form(mpmath.mpf(side * t))  # type: ignore[operator]
            ratio = value / _at(scale, t)
            assert float(ball.lower()) - 1e-12 <= ratio <= float(ball.upper()) + 1e-12
            assert (value > 0) - (value < 0) == found.sign


def _decided(tree: object, side: int) -> Germ:
    for start in (4, 8, 16, 32, 64):
        try:
            found = expand(tree, {}, arb(start), side)  # type: ignore[arg-type]
            assert found.sign in (-1, 1)
        except UndecidedError:
            continue
        return found
    raise AssertionError("no expansion was found")


def _at(monomial: object, t: int) -> mpmath.mpf:
    """A monomial at a number."""
    total = mpmath.mpf(0)
    for generator, power in monomial.factors:  # type: ignore[attr-defined]
        if isinstance(generator, int):
            value = mpmath.mpf(t)
            for _ in range(generator):
                value = mpmath.log(value)
        else:
            value = _at(generator, t)
        total += mpmath.mpf(power.ball.mid().str(60, radius=False)) * value
    return mpmath.exp(total)


def test_removable_points_and_poles() -> None:
    with balls.precision(192):
        assert number(expand(parse("sin(x)/x"), {}, arb(64), 1, Fraction(0)).limit) == 1
        assert number(expand(parse("(1 - cos(x))/x**2"), {}, arb(64), 1, Fraction(0)).limit) == 0.5
        assert number(expand(parse("1/(x - 2)"), {}, arb(64), -1, Fraction(2)).limit) == float("-inf")


def test_identical_terms_cancel_exactly() -> None:
    with balls.precision(192):
        assert expand(parse("(x + 1)**2 - x**2 - 2*x - 1"), {}, arb(4), 1).is_zero
        assert expand(parse("exp(x)*exp(-x) - 1"), {}, arb(4), 1).is_zero
