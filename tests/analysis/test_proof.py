"""Derivatives are proved at every x of a range, and only right ones."""

from __future__ import annotations

import pytest

from actviz.analysis.proof import DIGITS, Proof, prove
from actviz.api import derive, names
from actviz.language.parser import parse


def proved(function: str, shown: str, order: int = 1, low: float = -8.0, high: float = 8.0) -> Proof | None:
    return prove([(low, high, parse(function), parse(shown))], {}, order, 8.0)


@pytest.mark.parametrize("name", names())
def test_the_derivative_of_every_entry_is_proved_everywhere(name: str) -> None:
    proof = derive(name).verification.proof
    assert proof is not None
    assert (proof.low, proof.high, proof.digits) == (-8, 8, DIGITS)
    gaps = [gap for gap in proof.gaps if name != "sinc"]  # at whose removable point the formula has no value
    assert gaps == []


@pytest.mark.parametrize(
    ("function", "shown", "order"),
    [
        ("tanh(x)", "sech(x)**2", 1),
        ("tanh(x)", "-2*sech(x)**2*tanh(x)", 2),
        ("x*sigmoid(x)", "sigmoid(x)*(1 + x*(1 - sigmoid(x)))", 1),
        ("exp(-x**2)", "-2*x*exp(-x**2)", 1),
    ],
)
def test_what_is_right_is_proved(function: str, shown: str, order: int) -> None:
    assert proved(function, shown, order) is not None


@pytest.mark.parametrize(
    ("function", "shown"),
    [
        ("tanh(x)", "sech(x)**2 + 1e-25"),
        ("tanh(x)", "sech(x)**2*(1 + 1e-26*x)"),
        ("exp(x)", "exp(x) + exp(-1000*(x - 3.3)**2)*1e-20"),
    ],
)
def test_what_is_wrong_anywhere_is_not_proved(function: str, shown: str) -> None:
    proof = proved(function, shown)
    assert proof is None or proof.gaps


def test_next_to_a_singularity_nothing_is_claimed() -> None:
    proof = derive("x*log(abs(x))").verification.proof
    assert proof is not None
    ((left, right),) = proof.gaps
    assert -0.01 < left < 0 < right < 0.01


def test_a_derivative_in_a_parameter_is_compared_at_points() -> None:
    assert derive("elu", wrt="alpha").verification.proof is None
