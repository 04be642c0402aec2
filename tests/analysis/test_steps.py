"""Derivations step by step: every line is an identity, the last is what is shown, and a wrong rule is caught."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from mpmath import mp, mpf
from reference.definition import Exact
from reference.everything import FORMULAS
from strategies import SEEDED, readable, trees

from actviz.analysis.steps import Branch, Stage, explain
from actviz.api import derive, get
from actviz.calculus import rules as differentiation
from actviz.calculus.rules import PENDING, is_open, known, pending
from actviz.curves.curve import Activation
from actviz.curves.naming import function_name
from actviz.errors import UsageError, VerificationError
from actviz.language.notation.plain import Notation
from actviz.language.parser import parse
from actviz.language.syntax import Node, Number, free_names
from actviz.registry.entries import Entry, Parameter
from actviz.registry.lookup import built_in
from actviz.writing.derivations import derivation_latex, derivation_mathml, derivation_text
from actviz.writing.steps import steps_text

ENTRIES = list(built_in())
NAMES = [entry.name for entry in ENTRIES]

EXPRESSIONS = [
    "mish(2*x)/2",
    "max(x, 0)**2",
    "x**x",
    "2**x",
    "x**-2",
    "x**0.5",
    "x**(1/3)",
    "(x**2 + 1)**-3",
    "a*x/(b + abs(x)):a=1.5:b=2",
    "sin(x)**3*cos(x)*exp(-x)",
    "tan(x/2)",
    "atan(exp(x))*erfc(x)",
    "log(1 + exp(x))",
    "log(x**2)",
    "sqrt(x**2)",
    "1/(1 + exp(-x))",
    "abs(abs(x) - 1)",
    "clip(x/6 + 0.5, 0, 1)*x",
    "sign(sin(x))*x",
    "(x if x > 0 else 2*x) if x < 1 else (x**2 if x < 2 else 4)",
    "max(x, x**2, 0.1*x)",
    "min(x, 1)*max(x, -1)",
    "x*tanh(softplus(x))",
    "selu(x) - elu(2*x)",
    "gelu(silu(x))",
    "sech(x)*sinh(x)/cosh(x)",
    "asinh(x) - log1p(x**2) + expm1(-x)",
    "normal_cdf(x)*normal_pdf(x)",
    "log_sigmoid(-x) - softplus(x)",
    "x*sin(1/x)",
    "-x",
    "3",
    "x - -x",
    "(x**2)**x if x > 1 else 1e-05*x",
]


def another(entry: Entry) -> dict[str, float]:
    """A setting that is not the default."""
    draw = random.Random(entry.name + "steps")

    def value(parameter: Parameter) -> float:
        if parameter.below == 0:
            return -draw.uniform(0.5, 2)
        return max(parameter.above, -1.0 if parameter.above < 0 else parameter.above) + draw.uniform(0.3, 2.5)

    return {parameter.name: value(parameter) for parameter in entry.parameters}


def branches(stages: tuple[Stage, ...]) -> list[Branch]:
    return [branch for stage in stages for branch in stage.branches]


def inside(branch: Branch) -> float:
    low, high = branch.intervals[0]
    return max(low, min(high, 0.0) - 1.3) * 0.37 + min(high, max(low, 0.0) + 1.9) * 0.63


def described(spec: str, **options: object) -> str:
    found = derive(spec, steps=True, **options)  # type: ignore[arg-type]
    return steps_text(found.steps, function_name, 100)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_entry_is_derived_from_its_formula_to_its_derivative(entry: Entry) -> None:
    for values in [{}, another(entry)] if entry.parameters else [{}]:
        found = derive(Activation(entry, values), steps=True)
        assert len(found.steps) == 1
        starts = [pending(case.value) for case in found.function]
        ends = [case.value for case in found.derivative]
        for branch in found.steps[0].branches:
            assert branch.lines[-1].tree in ends
            if branch.points:
                assert branch.lines[0].tree in starts
                assert branch.points >= 2
            assert all(line.rules for line in branch.lines[1:])
            assert not is_open(branch.lines[-1].tree)
            assert len(branch.lines) <= 9


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_finished_line_is_the_derivative_as_the_paper_has_it(entry: Entry) -> None:
    activation = Activation(entry)
    for branch in branches(explain(activation.curve(1))):
        x = inside(branch)
        with mp.workdps(50):
            truth = FORMULAS[entry.name][1](mpf(x), **{name: mpf(value) for name, value in activation.values.items()})
            for line in branch.lines:
                if not is_open(line.tree):
                    value = Exact(line.tree, activation.values)(x)
                    assert abs(value - truth) <= mpf(10) ** -25 * max(1, abs(truth)), Notation().value(line.tree)


@pytest.mark.parametrize("spec", EXPRESSIONS)
def test_expressions_are_derived_line_by_line(spec: str) -> None:
    found = derive(spec, steps=True)
    ends = [case.value for case in found.derivative]
    for branch in found.steps[0].branches:
        assert branch.lines[-1].tree in ends
        assert len(branch.lines) <= 12


@pytest.mark.parametrize(
    ("spec", "wrt"),
    [
        ("swish", "beta"),
        ("prelu", "alpha"),
        ("selu", "scale"),
        ("acon_c", "p1"),
        ("aria2", "alpha"),
        ("repu:p=3", "p"),
        ("softplus", "beta"),
        ("soft_exponential:alpha=-0.5", "alpha"),
        ("a*x/(b + abs(x)):a=1:b=2", "b"),
        ("tanh(u*x):u=2", "u"),
    ],
)
@pytest.mark.parametrize("order", [1, 2])
def test_parameters_are_differentiated_by(spec: str, wrt: str, order: int) -> None:
    found = derive(spec, order=order, wrt=wrt, steps=True)
    assert [stage.curve.order for stage in found.steps] == list(range(1, order + 1))
    ends = [case.value for case in found.derivative]
    assert all(branch.lines[-1].tree in ends for branch in found.steps[-1].branches)


@pytest.mark.parametrize(
    ("spec", "wrt"), [("swish", "x,beta"), ("swish", "beta,x,x"), ("selu", "alpha,scale"), ("x**p:p=3", "p,x")]
)
def test_mixed_derivatives_go_variable_by_variable(spec: str, wrt: str) -> None:
    found = derive(spec, wrt=wrt, steps=True)
    assert [stage.variable for stage in found.steps] == wrt.split(",")
    ends = [case.value for case in found.derivative]
    assert all(branch.lines[-1].tree in ends for branch in found.steps[-1].branches)


@pytest.mark.parametrize("spec", ["selu", "silu", "tanh", "relu_squared", "x**3 if x > 0 else x", "max(x, 0)**4"])
def test_higher_orders_go_on_from_the_derivative_before(spec: str) -> None:
    first, second, third = derive(spec, order=3, steps=True).steps
    assert {branch.lines[0].tree for branch in second.branches} == {
        pending(branch.lines[-1].tree) for branch in first.branches
    }
    assert [stage.curve.order for stage in (first, second, third)] == [1, 2, 3]


def test_the_lines_of_gelu() -> None:
    assert described("gelu") == (
        "f′(x) = (x·Φ(x))′\n"
        "      = (x)′·Φ(x) + x·(Φ(x))′   product rule\n"
        "      = 1·Φ(x) + x·φ(x)         (x)′ = 1; Φ′(u) = φ(u)\n"
        "      = Φ(x) + x·φ(x)           simplify"
    )


def test_the_lines_of_silu() -> None:
    assert described("silu") == (
        "f′(x) = (x·σ(x))′\n"
        "      = (x)′·σ(x) + x·(σ(x))′        product rule\n"
        "      = 1·σ(x) + x·σ(x)·(1 − σ(x))   (x)′ = 1; σ′(u) = σ(u)·(1 − σ(u))\n"
        "      = σ(x) + x·σ(x)·(1 − σ(x))     simplify\n"
        "      = σ(x)·(1 + x(1 − σ(x)))       factor out σ(x)"
    )


def test_each_branch_stands_under_its_condition() -> None:
    assert described("selu") == (
        "Where x > 0:\n"
        "f′(x) = (λx)′\n"
        "      = λ       (λx)′ = λ\n"
        "\n"
        "Otherwise:\n"
        "f′(x) = (λα(eˣ − 1))′\n"
        "      = λαeˣ            constant factor; (eᵘ − 1)′ = eᵘ"
    )


def test_a_single_point_says_why_it_has_its_value() -> None:
    assert described("sinc").startswith("At x = 0:\nf′(x) = 0   the limit from both sides\n\nOtherwise:\n")
    assert "At x = 0:\nf′(x) = 0   by convention\n" in described("sign")


def test_a_derivative_in_a_parameter_is_marked() -> None:
    assert described("prelu", wrt="alpha").endswith("∂f/∂α(x) = ∂(αx)/∂α\n         = x          ∂(αx)/∂α = x")


def test_where_f_has_no_real_value_nothing_is_derived() -> None:
    assert described("log(x) if x < 0 else x").startswith(
        "Where x < 0:\nNothing to derive: f has no real value here, or a step has none.\n\nOtherwise:\n"
    )


def test_a_branch_that_other_branches_share_is_told_by_its_interval() -> None:
    text = described("sqrt(x**2)")
    assert "Where x < 0:\n" in text
    assert "Where x > 0:\n" in text


def test_long_lines_are_broken_before_a_sign_and_their_rules_stand_below() -> None:
    found = derive("pflu", steps=True)
    for width in (40, 60, 80):
        text = steps_text(found.steps, function_name, width)
        assert text.replace("\n", " ").split() == steps_text(found.steps, function_name, 1000).split()
        starts = [line.strip()[0] for line in text.splitlines()[1:] if line.startswith("       ")]
        assert all(not start.isdigit() for start in starts)


WRONG: list[tuple[str, str, str]] = [
    ("tanh", "sech(u)", "tanh(x)"),
    ("sigmoid", "sigmoid(u)*sigmoid(u)", "x*sigmoid(x)"),
    ("exp", "exp(u) + 1e-38*u", "exp(-x**2)"),
    ("normal_cdf", "2*normal_pdf(u)", "gelu"),
]


@pytest.mark.parametrize(("function", "slope", "spec"), WRONG)
def test_a_wrong_known_derivative_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, function: str, slope: str, spec: str
) -> None:
    curve = get(spec).curve(1)
    explain(curve)
    monkeypatch.setitem(known(), function, parse(slope))
    with pytest.raises(VerificationError) as caught:
        explain(curve)
    assert caught.value.message.startswith(f"a step in the derivation of {get(spec).label} failed its check at x = ")
    assert caught.value.hint == "This is a fault of actviz or of a registry file; please report it."


@pytest.mark.parametrize(
    ("rule", "spec"), [("_quotient", "x/(1 + x**2)"), ("_lowered", "x**3"), ("_sum", "x**2 + exp(x)")]
)
def test_a_wrong_rule_is_never_shown(monkeypatch: pytest.MonkeyPatch, rule: str, spec: str) -> None:
    right = getattr(differentiation, rule)

    def wrong(*arguments: Node) -> object:
        result = right(*arguments)
        return Number(2) if isinstance(result, Node) else (Number(2), result[1])

    monkeypatch.setattr(differentiation, rule, wrong)
    with pytest.raises(VerificationError, match="failed its check"):
        explain(get(spec).curve(1))


def test_a_wrong_simplification_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actviz.analysis.steps.tidied", lambda _: Number(1))
    with pytest.raises(VerificationError, match="is not 1\n"):
        explain(get("gelu").curve(1))


def test_a_wrong_end_is_never_shown() -> None:
    made = Entry("made", "Made", "By hand.", "other", parse("tanh(x)"), parse("sech(x)**2 + 1e-35"))
    with pytest.raises(VerificationError, match="is not sech²"):
        explain(Activation(made).curve(1))


@given(trees(depth=3).filter(readable))
@settings(SEEDED, max_examples=60)
def test_any_derivation_is_right_or_refused(tree: Node) -> None:
    """Whatever is typed: lines that hold, or an error of the family; never a wrong step."""
    parameters = tuple(Parameter(name, 0.75 + index) for index, name in enumerate(free_names(tree)))
    activation = Activation(Entry("made", "Made", "By hand.", "other", tree, None, parameters=parameters))
    try:
        derive(activation)
    except (UsageError, VerificationError):
        return
    (stage,) = explain(activation.curve(1))
    assert stage.branches


@pytest.mark.parametrize(("spec", "wrt"), [("tanhexp", "x"), ("sin(x)/x**2", "x"), ("swish", "x,beta"), ("hexpo", "b")])
def test_what_is_pending_is_written_with_a_mark_everywhere(spec: str, wrt: str) -> None:
    derivation = derive(spec, wrt=wrt, steps=True)
    for written in (derivation_latex(derivation), derivation_mathml(derivation), derivation_text(derivation)):
        assert re.search(rf"{PENDING}(\W*\(|\W*left|<)", written) is None
