"""Definitions in figures: put in order, abbreviated, and still the function that is drawn."""

from __future__ import annotations

import pytest

from actviz.api import get
from actviz.figures.definitions import formulas
from actviz.figures.spec import Formula, used
from actviz.registry.lookup import built_in


def both(name: str) -> list[Formula]:
    activation = get(name)
    return formulas([activation.curve(), activation.curve(1)])


@pytest.mark.parametrize("name", [entry.name for entry in built_in()])
def test_every_entry_shows_its_function_and_its_derivative(name: str) -> None:
    assert [formula.head for formula in both(name)] == ["f(x)", "f'(x)"]


def test_what_occurs_several_times_in_a_long_derivative_gets_a_letter() -> None:
    function, slope = both("gelu_tanh")
    assert function.where == ()
    assert slope.where == (("u", r"\sqrt{2/\pi}\,\left(x + 0.044715 x^{3}\right)"),)
    assert slope.cases[0][0].startswith(r"\frac{1 + \tanh(u)}{2} + ")


def test_a_sign_in_front_of_what_has_a_letter_stays() -> None:
    """σ(−u), where u is what stands in σ(u)."""
    _, slope = both("acon_c")
    assert slope.cases == ((r"p_{2} + (p_{1} - p_{2})\,\sigma(u)\,(1 + u\,\sigma(-u))", ""),)
    assert slope.where == (("u", r"\beta\,(p_{1} - p_{2})\,x"),)


def test_the_letter_of_a_parameter_is_not_used_again() -> None:
    curve = get("x*tanh(u*x + sin(u*x))*sigmoid(u*x + sin(u*x)):u=2").curve(1)
    (formula,) = formulas([curve])
    assert formula.where
    assert "u" not in [letter for letter, _ in formula.where]


def test_derivatives_share_their_letters() -> None:
    curves = [get("mish").curve(order) for order in (2, 3)]
    letters = [letter for formula in formulas(curves) for letter, _ in formula.where]
    assert len(letters) == len(set(letters))


def test_the_function_itself_is_written_out() -> None:
    assert all(not both(entry.name)[0].where for entry in built_in())


def test_what_is_still_too_long_is_left_out() -> None:
    wild = get("+".join(f"sin({number}*x)*tanh({number}*x)" for number in range(11, 25)))
    assert formulas([wild.curve()]) == []


@pytest.mark.parametrize(
    ("name", "order", "cases"),
    [
        (
            "apl",
            0,
            (("x", r"x > 0 \ \mathrm{and}\  x > b"), (r"x + a\,(b - x)", "x > 0"), ("0", "x > b"), (r"a\,(b - x)", "")),
        ),
        ("elliott", 0, ((r"\frac{1 + 2 x}{2\,(1 + x)}", "x > 0"), (r"\frac{1}{2\,(1 - x)}", ""))),
        (
            "hard_shrink",
            1,
            (("1", r"x > \lambda \ \mathrm{or}\  x < -\lambda"), ("0", r"\mathrm{otherwise}, x \neq \pm \lambda")),
        ),
        ("gelu_10", 1, (("0", r"x\,\Phi(x) > u"), ("0", r"x\,\Phi(x) < l"), (r"\Phi(x) + x\,\phi(x)", ""))),
        (
            "soft_exponential",
            1,
            ((r"\frac{1}{1 - \alpha\,(x + \alpha)}", r"\alpha < 0"), ("1", r"\alpha = 0"), (r"e^{\alpha x}", "")),
        ),
        ("relu", 2, (("0", r"x \neq 0"),)),
        ("selu", 2, (("0", "x > 0"), (r"\alpha \lambda\,e^{x}", "x < 0"))),
        ("sigmoid", 0, ((r"\frac{1}{1 + e^{-x}}", ""),)),
        ("softplus", 0, ((r"\frac{\ln\left(1 + e^{\beta x}\right)}{\beta}", ""),)),
        ("cloglog", 0, ((r"1 - e^{-e^{x}}", ""),)),
        ("gish", 0, ((r"x\,\ln\left(2 - e^{-e^{x}}\right)", ""),)),
        ("ricker", 0, ((r"\left(1 - x^{2}\right)\,e^{-x^{2}/2}", ""),)),
        ("hard_sigmoid", 1, (("0", r"x \geq (1 - o)/s"), ("s", "x > -o/s"), ("0", ""))),
    ],
)
def test_cases_are_written_as_a_person_would(name: str, order: int, cases: tuple[tuple[str, str], ...]) -> None:
    (formula,) = formulas([get(name).curve(order)])
    assert formula.cases == cases


def test_what_stands_for_functions_in_formulas_is_said_once() -> None:
    function, slope = both("mish")
    assert [name for name, _ in used([function, slope])] == [r"\mathrm{softplus}(x)", r"\sigma(x)"]
    assert dict(used([function, slope]))[r"\sigma(x)"] == r"\frac{1}{1 + e^{-x}}"
    assert used(both("tanh")) == ()
