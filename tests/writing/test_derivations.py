"""Derivations as text, LaTeX and JSON, word for word."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import pytest

from actviz.analysis.results import BreakpointReport, Derivation, Verification
from actviz.api import derive, get
from actviz.curves.curve import Limits
from actviz.curves.naming import function_name, latex_name
from actviz.language.parser import parse
from actviz.language.syntax import free_names
from actviz.writing.derivations import derivation_json, derivation_latex, derivation_text, formula
from actviz.writing.entries import record_text

SEVEN = ("identity", "relu", "leaky_relu", "prelu", "elu", "selu", "thresholded_relu")

# The float64 error that was met depends on the processor's exp and expm1; the rest does not.
PROVED = Verification("equal", 36, 3e-121, 0.96, -6.312)

SELU_80 = """\
SELU   λ = 1.0507   α = 1.6733

       ⎧ λx           x > 0
f(x) = ⎨
       ⎩ λα(eˣ − 1)   otherwise

        ⎧ λ      x > 0
f′(x) = ⎨
        ⎩ λαeˣ   otherwise

At x = 0: f is continuous but not differentiable, f(0) = 0. f′ is 1.758099 from
  the left, 1.050701 from the right; the left one is taken: f′(0) = 1.758099.
  PyTorch, JAX and Keras take the same.

f is of class C⁰.

Verified: SymPy's derivative of f equals f′ on every piece. At 36 points, in
  arithmetic of 50 digits and more, f′ and the Taylor series of f show a
  relative difference below 1e-50. The float64 values are within 1.0 ULP of it,
  worst at x = −6.312.
"""

SELU_40 = """\
SELU   λ = 1.0507   α = 1.6733

       ⎧ λx           x > 0
f(x) = ⎨
       ⎩ λα(eˣ − 1)   otherwise

        ⎧ λ      x > 0
f′(x) = ⎨
        ⎩ λαeˣ   otherwise

At x = 0: f is continuous but not
  differentiable, f(0) = 0. f′ is
  1.758099 from the left, 1.050701 from
  the right; the left one is taken:
  f′(0) = 1.758099. PyTorch, JAX and
  Keras take the same.

f is of class C⁰.

Verified: SymPy's derivative of f equals
  f′ on every piece. At 36 points, in
  arithmetic of 50 digits and more, f′
  and the Taylor series of f show a
  relative difference below 1e-50. The
  float64 values are within 1.0 ULP of
  it, worst at x = −6.312.
"""

JUMP = """\
Thresholded ReLU   θ = 1

       ⎧ x   x > θ
f(x) = ⎨
       ⎩ 0   otherwise

        ⎧ 1   x > θ
f′(x) = ⎨
        ⎩ 0   otherwise

At x = 1: f jumps from 0 to 1, f(1) = 0. f′ is 0 from the left, 1 from the right; the left one is
  taken: f′(1) = 0. Keras takes the same.

f is not continuous.

Verified: SymPy's derivative of f equals f′ on every piece. At 36 points, in arithmetic of 50 digits
  and more, f′ and the Taylor series of f show no difference. Proved in ball arithmetic: at every x
  from −8 to 8, they agree to 1e-30, relative to the larger of 1 and |f′|. The float64 values are
  exact there.
"""

SLOPE = """\
PReLU   α = 0.25

       ⎧ x    x > 0
f(x) = ⎨
       ⎩ αx   otherwise

           ⎧ 0   x > 0
∂f/∂α(x) = ⎨
           ⎩ x   otherwise

At x = 0: f is continuous but not differentiable, f(0) = 0. ∂f/∂α is 0 on both sides.

f is of class C⁰.

Verified: ∂f/∂α was derived by SymPy, piece by piece. At 36 points, in arithmetic of 50 digits and
  more, ∂f/∂α and the Taylor series of f show no difference. The float64 values are exact there.

   x   f(x)  ∂f/∂α(x)
-1.0  -0.25      -1.0
 0.0    0.0       0.0
 1.0    1.0       0.0
"""


def proved(spec: str, order: int = 1) -> Derivation:
    """A derivation whose verification is the same on every machine."""
    found = derive(spec, order)
    return replace(found, verification=PROVED)


@pytest.mark.parametrize(("width", "text"), [(80, SELU_80), (40, SELU_40)])
def test_selu_reads_well_at_any_width(width: int, text: str) -> None:
    assert derivation_text(proved("selu"), width) == text
    assert max(len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("width", [10, 30, 57, 100])
def test_sentences_keep_to_the_width_and_lose_no_word(width: int) -> None:
    narrow = derivation_text(proved("selu"), width)
    assert narrow.split() == SELU_80.split()
    assert max(len(line) for line in narrow.splitlines()) <= max(width, 31)


def test_a_jump_is_told() -> None:
    assert derivation_text(derive("thresholded_relu")) == JUMP


def test_a_derivative_in_a_parameter_names_it_and_adds_values() -> None:
    assert derivation_text(derive("prelu", wrt="alpha", at=[-1, 0, 1])) == SLOPE


def test_a_second_derivative_is_marked() -> None:
    text = derivation_text(proved("selu", order=2))
    assert "        ⎧ 0      x > 0\nf″(x) = ⎨\n        ⎩ " in text
    assert "f″ is 1.758099 from the left, 0 from the right;" in " ".join(text.split())


def test_an_expression_is_derived_under_its_own_title() -> None:
    lines = derivation_text(proved("a*tanh(b*x):a=1.7159:b=0.6667")).splitlines()
    assert lines[:7] == [
        "a·tanh(bx)   a = 1.7159   b = 0.6667",
        "",
        "f(x) = a·tanh(bx)",
        "",
        "f′(x) = ab·sech²(bx)",
        "",
        "No breakpoints: one formula holds everywhere. f is of class C^∞.",
    ]


def sentence(verification: Verification) -> str:
    found = derive("identity")
    made = Derivation(found.curve, found.function, found.derivative, (), verification)
    return " ".join(derivation_text(made).partition("Verified: ")[2].split())


def test_the_verification_says_how_and_how_well() -> None:
    middle = "At 9 points, in arithmetic of 50 digits and more, f′ and the Taylor series of f show"
    assert sentence(Verification("derived", 9, 0.0, 0.0, math.nan)) == (
        f"f′ was derived by SymPy, piece by piece. {middle} no difference. The float64 values are exact there."
    )
    assert sentence(Verification("unsettled", 9, 2e-45, 12.34, -1.5)) == (
        f"SymPy could not settle whether its derivative of f equals f′. {middle} 2.0e-45. "
        "The float64 values are within 12.3 ULP of it, worst at x = −1.5."
    )


@pytest.mark.parametrize(
    ("relative", "words"),
    [
        (1.5e-4, "has 3 right digits only"),
        (0.7e-1, "has 1 right digit only"),
        (1.4, "has no right digit"),
        (math.inf, "could not be computed"),
    ],
)
def test_lost_digits_are_said_in_words(relative: float, words: str) -> None:
    lost = Verification("derived", 9, 0.0, relative / 2.0**-52, 7.9)
    assert sentence(lost).endswith(f" show no difference. But float64 loses digits: at x = 7.9 the value {words}.")
    data = json.loads(derivation_json(replace(derive("identity"), verification=lost)))["verification"]
    assert data["right_float64_digits"] == int("0" + "".join(re.findall(r"\d", words)))
    assert data["worst_x"] == 7.9


@pytest.mark.parametrize(
    ("function", "slope", "words"),
    [
        (Limits(2, 1, 1, 1), Limits(2, 3, 3, 3), "f is continuous, f(2) = 1. f′ is 3 on both sides."),
        (
            Limits(2, 1, 5, 5),
            Limits(2, 3, 4, 4),
            "f jumps from 1 to 5, f(2) = 5. f′ is 3 from the left, 4 from the right; "
            "the right one is taken: f′(2) = 4.",
        ),
        (
            Limits(2, 1, 5, 1),
            Limits(2, 3, 3, 3),
            "f jumps from 1 to 5, f(2) = 1. f′ is 3 on both sides and taken as that at the jump.",
        ),
        (
            Limits(2, 1, 1, -5),
            Limits(2, 3, 4, 0),
            "f is −5 there but tends to 1 on both sides. f′ is 3 from the left, 4 from the right; "
            "neither is taken: f′(2) = 0.",
        ),
    ],
)
def test_every_kind_of_breakpoint_has_its_sentence(function: Limits, slope: Limits, words: str) -> None:
    found = derive("identity")
    made = Derivation(found.curve, found.function, found.derivative, (BreakpointReport(function, slope),), PROVED)
    paragraph = derivation_text(made, 400).splitlines()[6]
    assert paragraph == f"At x = 2: {words}"


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("leaky_relu", "PyTorch takes the same; JAX takes 1; Keras follows its backend."),
        ("prelu", "PyTorch takes the same; Keras takes 0."),
        ("relu", "PyTorch, JAX and Keras take the same."),
        ("sparse_sigmoid", "JAX takes 0.25; Keras follows its backend."),
        ("relu_squared", "f is C¹ but not C², f(0) = 0. f′ is 0 on both sides. f is of class C¹. Verified:"),
        ("sinc", "f is smooth (C^∞), f(0) = 1. f′ is 0 on both sides. f is of class C^∞."),
        ("max(x, 0)**6", "f is smooth, C⁴ at least, f(0) = 0. f′ is 0 on both sides. f is of class C⁴ at least."),
        ("step", "f is not continuous."),
        ("log(x)", "No breakpoints: one formula holds wherever f is defined. Verified:"),
        ("sqrt(abs(x))", "f′ is −∞ from the left, ∞ from the right; it has no value there."),
        ("x*sin(1/x) if x != 0 else 0", "At x = 0: f is continuous, f(0) = 0."),
    ],
)
def test_smoothness_and_conventions_are_told(spec: str, sentence: str) -> None:
    assert sentence in " ".join(derivation_text(derive(spec), 100).split())


def test_many_breakpoints_are_not_all_told() -> None:
    text = derivation_text(derive("sign(sin(x))"), 100)
    assert text.count("\nAt x = ") == 8
    assert "And 3 more breakpoints further out. Breakpoints were searched between −20 and 20; there are more" in text
    assert "f is of class" not in text  # nobody looked at all of them
    assert "At x = 0:" in text


def test_breakpoints_beyond_the_search_are_owned_to() -> None:
    text = derivation_text(derive("max(sin(x), x - 20)"), 100)  # they meet near 20.9
    assert "No breakpoints between −20 and 20, but some beyond." in text
    assert "one formula holds" not in text
    assert "f is of class" not in text
    assert "  none between −20 and 20, but some beyond\n" in record_text(get("max(sin(x), x - 20)"))
    assert "  searched between −20 and 20; there are more beyond\n" in record_text(get("abs(sin(x))"))
    assert "beyond" not in record_text(get("gelu_10")) + derivation_text(derive("gelu_10"), 100)


def test_steps_are_shown_with_how_they_were_checked() -> None:
    text = derivation_text(derive("gelu", steps=True), 100)
    assert "      = Φ(x) + x·φ(x)           simplify\n\nEvery line was compared with the one before" in text
    assert derivation_text(derive("gelu"), 100) in text.replace(text[text.index("f′(x) = (") : text.index("No br")], "")


def test_steps_in_latex_are_aligned_with_their_rules() -> None:
    text = derivation_latex(derive("silu", steps=True))
    assert r"f'(x) &= \left(x\,\sigma(x)\right)' \\" in text
    assert r" &= \left(x\right)'\,\sigma(x) + x\,\left(\sigma(x)\right)' && \text{product rule} \\" in text
    assert text.endswith(r" && \text{factor out }\sigma(x)" + "\n\\end{align*}\n")
    assert text.count(r"\begin{align*}") == text.count(r"\end{align*}") == 2
    assert r"\noindent $\text{Where }x > 0$:" in derivation_latex(derive("relu", steps=True))


def test_steps_in_json_are_formulas_and_rules() -> None:
    ((stage,), without) = (
        json.loads(derivation_json(derive("gelu", steps=steps))).get("steps") for steps in (True, False)
    )
    assert without is None
    assert stage["order"] == 1
    (branch,) = stage["branches"]
    assert branch["lines"] == [
        {"formula": "derivative(x*normal_cdf(x))", "rules": []},
        {"formula": "derivative(x)*normal_cdf(x) + x*derivative(normal_cdf(x))", "rules": ["product rule"]},
        {
            "formula": "1*normal_cdf(x) + x*normal_pdf(x)",
            "rules": ["derivative(x) == 1", "derivative(normal_cdf(u)) == normal_pdf(u)"],
        },
        {"formula": "normal_cdf(x) + x*normal_pdf(x)", "rules": ["simplify"]},
    ]
    assert branch["points"] == 5


def test_latex_is_an_aligned_pair_of_equations() -> None:
    assert derivation_latex(derive("selu")) == (
        "\\begin{align*}\n"
        r"f(x) &= \begin{cases} \lambda x & \text{if } x > 0 \\ "
        r"\lambda \alpha\,\left(e^{x} - 1\right) & \text{otherwise} \end{cases} \\"
        "\n"
        r"f'(x) &= \begin{cases} \lambda & \text{if } x > 0 \\ "
        r"\lambda \alpha\,e^{x} & \text{otherwise} \end{cases}"
        "\n\\end{align*}\n"
    )


@pytest.mark.parametrize("name", SEVEN)
def test_latex_balances_its_braces_and_environments(name: str) -> None:
    text = derivation_latex(derive(name))
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") - text.count(r"\leq") == text.count(r"\right")
    begun, ended = (sorted(re.findall(rf"\\{word}{{(.*?)}}", text)) for word in ("begin", "end"))
    assert begun == ended
    assert text.isascii()


def test_json_holds_all_of_it() -> None:
    data = json.loads(derivation_json(derive("selu", at=[-1.0])))
    left, right = 1.7580993408473766, 1.0507009873554805
    assert data.pop("verification").keys() == {
        "symbolic",
        "points",
        "largest_relative_difference_at_50_digits",
        "largest_float64_error_ulp",
        "worst_x",
        "right_float64_digits",
        "proved",
    }
    assert data == {
        "activation": "selu",
        "order": 1,
        "with_respect_to": "x",
        "function": "scale*x if x > 0 else scale*alpha*expm1(x)",
        "derivative": "scale if x > 0 else scale*alpha*exp(x)",
        "breakpoints": [
            {
                "x": 0.0,
                "continuous": True,
                "differentiable": False,
                "class": {"continuous_derivatives": 0, "exact": True},
                "function": {"left": 0.0, "right": 0.0, "at": 0.0},
                "derivative": {"left": left, "right": right, "at": left, "taken": "left"},
                "frameworks": {"PyTorch": left, "JAX": left, "Keras": left},
            }
        ],
        "class": {"continuous_derivatives": 0, "exact": True},
        "values": [{"x": -1.0, "selu": get("selu")(-1.0), "selu'": get("selu").derivative(-1.0)}],
    }


@pytest.mark.parametrize("name", SEVEN)
def test_formulas_in_json_read_back_to_the_same_function(name: str) -> None:
    found = derive(name)
    data = json.loads(derivation_json(found))
    x = [-3.0, -0.5, 0.0, 0.5, 1.0, 3.0]
    for text, curve in ((data["function"], get(name).curve()), (data["derivative"], found.curve)):
        settings = [f"{parameter}={get(name).values[parameter]!r}" for parameter in free_names(parse(text))]
        assert get(":".join([text, *settings])).curve().at(x).tolist() == curve.at(x).tolist()


@pytest.mark.parametrize(("spec", "at"), [("1/x if x > 0 else 0", ()), ("selu", (math.nan, math.inf, -math.inf))])
def test_json_is_json_where_numbers_are_not_finite(spec: str, at: tuple[float, ...]) -> None:
    text = derivation_json(derive(spec, at=at))
    data = json.loads(text, parse_constant=pytest.fail)
    values = [None if value["x"] is None else value["x"] for value in data["values"]]
    assert values == ([None, math.inf, -math.inf] if at else [])


@pytest.mark.parametrize(
    ("order", "wrt", "name", "latex"),
    [
        (0, "x", "f", "f(x)"),
        (1, "x", "f′", "f'(x)"),
        (2, "x", "f″", "f''(x)"),
        (3, "x", "f‴", "f'''(x)"),
        (4, "x", "f⁽⁴⁾", "f^{(4)}(x)"),
        (12, "x", "f⁽¹²⁾", "f^{(12)}(x)"),
        (1, "alpha", "∂f/∂α", r"\frac{\partial f}{\partial \alpha}"),
        (2, "alpha", "∂²f/∂α²", r"\frac{\partial^{2} f}{\partial \alpha^{2}}"),
        (10, "alpha", "∂¹⁰f/∂α¹⁰", r"\frac{\partial^{10} f}{\partial \alpha^{10}}"),
        (2, "x,alpha", "∂²f/∂x∂α", r"\frac{\partial^{2} f}{\partial x \partial \alpha}"),
        (3, "scale,x,x", "∂³f/∂λ∂x²", r"\frac{\partial^{3} f}{\partial \lambda \partial x^{2}}"),
        (1, "x,alpha", "f′", "f'(x)"),
        (2, "x,x", "f″", "f''(x)"),
    ],
)
def test_derivatives_have_the_names_of_the_field(order: int, wrt: str, name: str, latex: str) -> None:
    curve = get("selu").curve(order, wrt)
    assert function_name(curve) == name
    assert latex_name(curve) == latex


def test_a_definition_in_one_line_has_no_brace() -> None:
    assert formula("f", derive("identity").function, {}) == "f(x) = x"
