"""Slips in derivatives are found, and nothing right is taken for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actviz.errors import RegistryError
from actviz.language.parser import parse
from actviz.language.syntax import Negation, Node, Number, Operation
from actviz.registry.entries import Entry, Parameter
from actviz.registry.lookup import built_in
from actviz.registry.slopes import check_slopes


def entry(value: str, derivative: str, *parameters: Parameter) -> Entry:
    return Entry("f", "F", "A function.", "other", parse(value), parse(derivative), parameters=parameters)


@pytest.mark.parametrize("found", list(built_in()), ids=lambda found: found.name)
def test_the_derivatives_that_are_proved_elsewhere_pass(found: Entry) -> None:
    check_slopes(found, "here")


@pytest.mark.parametrize("found", list(built_in()), ids=lambda found: found.name)
def test_small_slips_are_found(found: Entry) -> None:
    assert found.derivative is not None
    slips: list[Node] = [Operation("+", found.derivative, Number(0.001))]
    if found.name not in ("step", "sign"):  # whose slope is 0
        slips += [Operation("*", found.derivative, Number(1.001)), Negation(found.derivative)]
    for slip in slips:
        with pytest.raises(RegistryError, match=r"^here: at x = .*, and 'value' has slope "):
            check_slopes(replace(found, derivative=slip), "here")


@pytest.mark.parametrize(
    ("value", "derivative"),
    [
        ("sin(1e5*x)", "1e5*cos(1e5*x)"),
        ("exp(-1e3*x**2)", "-2e3*x*exp(-1e3*x**2)"),
        ("1e300*x", "1e300"),
        ("1e-300*x", "1e-300"),
        ("x**9 + 1e9", "9*x**8"),
        ("1 if sin(1e5*x) > 0 else 0", "0"),
        ("abs(x - 0.74)", "sign(x - 0.74)"),
        ("log(x)", "1/x"),
        ("1e8 + tanh(x)", "sech(x)**2"),
    ],
)
def test_what_float64_cannot_tell_is_let_through(value: str, derivative: str) -> None:
    check_slopes(entry(value, derivative), "here")


def test_a_factor_that_is_1_by_default_and_was_forgotten_is_found() -> None:
    with pytest.raises(
        RegistryError, match=r"at x = 0\.04, a = 1\.375, 'derivative' is 1, and 'value' has slope 1\.375"
    ):
        check_slopes(entry("a*x", "1", Parameter("a", 1.0)), "here")


def test_another_value_stays_in_the_domain() -> None:
    check_slopes(entry("log(2 - a)*x", "log(2 - a)", Parameter("a", 1.0, below=1.2)), "here")


def test_a_derivative_without_a_value_is_found() -> None:
    with pytest.raises(RegistryError, match="'derivative' is nan, and 'value' has slope 1"):
        check_slopes(entry("x", "sqrt(-1 - x**2)"), "here")
