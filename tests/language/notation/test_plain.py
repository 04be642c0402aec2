"""The three notations: the language's own text, Unicode, and LaTeX."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from matplotlib.mathtext import MathTextParser
from strategies import SEEDED, readable, trees

from actviz.language.notation.latex import Latex
from actviz.language.notation.plain import Notation, Unicode, case_lines
from actviz.language.parser import parse
from actviz.language.syntax import Conditional, Node, walk
from actviz.registry.lookup import built_in

TYPESET = [
    # the language, Unicode, LaTeX
    ("x*sigmoid(1.702*x)", "x·σ(1.702x)", r"x\,\sigma(1.702 x)"),
    ("x*tanh(softplus(x))", "x·tanh(softplus(x))", r"x\,\tanh(\mathrm{softplus}(x))"),
    ("x*normal_cdf(x)", "x·Φ(x)", r"x\,\Phi(x)"),
    ("normal_pdf(x) - 1", "φ(x) − 1", r"\phi(x) - 1"),
    ("log_sigmoid(x)", "ln σ(x)", r"\ln\,\sigma(x)"),
    ("1/(1 + exp(-x))", "1/(1 + e⁻ˣ)", r"\frac{1}{1 + e^{-x}}"),
    ("log(1 + exp(x))", "ln(1 + eˣ)", r"\ln\left(1 + e^{x}\right)"),
    ("log1p(exp(x))", "ln(1 + eˣ)", r"\ln\left(1 + e^{x}\right)"),
    ("a*expm1(x)", "a(eˣ − 1)", r"a\,\left(e^{x} - 1\right)"),
    ("x/(1 + abs(x))", "x/(1 + |x|)", r"\frac{x}{1 + \left|x\right|}"),
    ("x/sqrt(1 + a*x**2)", "x/√(1 + ax²)", r"\frac{x}{\sqrt{1 + a x^{2}}}"),
    ("tanh(x)**2", "tanh²(x)", r"\tanh^{2}(x)"),
    ("sigmoid(x)**2", "σ²(x)", r"\sigma^{2}(x)"),
    ("exp(x)**2", "(eˣ)²", r"\left(e^{x}\right)^{2}"),
    ("exp(x/2)", "exp(x/2)", "e^{x/2}"),
    ("-x**2", "−x²", "-x^{2}"),
    ("(-x)**2", "(−x)²", "(-x)^{2}"),
    ("(x + 1)**-2", "(x + 1)⁻²", "(x + 1)^{-2}"),
    ("x**0.5", "x^0.5", "x^{1/2}"),
    ("x**x**2", "x^(x²)", "x^{x^{2}}"),
    ("a - (b - c)", "a − (b − c)", "a - (b - c)"),
    ("a/(b*c)", "a/(bc)", r"\frac{a}{b c}"),
    ("x + -1", "x − 1", "x - 1"),
    ("1 + -a*(x + b)", "1 − a(x + b)", r"1 - a\,(x + b)"),
    ("a - -b*x", "a − (−bx)", r"a - (-b x)"),
    ("x/b*a", "x/b·a", r"\frac{x}{b}\,a"),
    ("3*0.1*x", "0.3x", "0.3 x"),
    ("2*3", "6", "6"),
    ("x*2", "x·2", r"x \cdot 2"),
    ("pi*e", "πe", r"\pi e"),
    ("max(x, 0)", "max(x, 0)", r"\max(x, 0)"),
    ("clip(x, -1, 1)", "clip(x, −1, 1)", r"\mathrm{clip}(x, -1, 1)"),
    ("asinh(x) + atan(x)", "arsinh(x) + arctan(x)", r"\mathrm{arsinh}(x) + \arctan(x)"),
    ("sech(x)", "sech(x)", r"\mathrm{sech}(x)"),
    ("slope*x", "slope·x", r"\mathrm{slope}\,x"),
    ("tanh(x)**-1", "tanh(x)⁻¹", r"\tanh(x)^{-1}"),
    ("sin(x)**0.5", "sin(x)^0.5", r"\sin(x)^{1/2}"),
    ("log(x)**2", "ln²(x)", r"\ln^{2}(x)"),
    ("log_sigmoid(x)**2", "(ln σ(x))²", r"(\ln\,\sigma(x))^{2}"),
    ("sqrt(x)**3", "(√x)³", r"\left(\sqrt{x}\right)^{3}"),
    ("sqrt(2)*x", "√2·x", r"\sqrt{2}\,x"),
    ("beta_1*x", "beta_1·x", r"\mathrm{beta\_1}\,x"),
    ("1e-05*x", "10⁻⁵·x", r"10^{-5}\,x"),
    ("2.5e+20*x", "2.5·10²⁰·x", r"2.5\cdot 10^{20}\,x"),
    ("-1e-07*x", "−10⁻⁷·x", r"-10^{-7}\,x"),
    ("x**1e-05", "x^(10⁻⁵)", r"x^{10^{-5}}"),
    ("1000000000000*x", "10¹²·x", r"10^{12}\,x"),
    ("25000000*x", "25·10⁶·x", r"25\cdot 10^{6}\,x"),
    ("100000*x", "100000x", "100000 x"),
    ("-a/b", "−a/b", r"-\frac{a}{b}"),
    ("x*(-a/b)", "x·(−a/b)", r"x\,\left(-\frac{a}{b}\right)"),
    ("a*(-b*x)", "a(−bx)", r"a\,(-b x)"),
    ("exp(-x**2/2)", "exp(−x²/2)", "e^{-x^{2}/2}"),
    ("exp((x + 1)/(2*a))", "exp((x + 1)/(2a))", r"e^{(x + 1)/(2 a)}"),
    ("exp(x/a*b)", "exp(x/a·b)", r"e^{\frac{x}{a}\,b}"),
    ("tanh(x/2)", "tanh(x/2)", r"\tanh(x/2)"),
    ("tanh(x/2)**2", "tanh²(x/2)", r"\tanh^{2}(x/2)"),
    ("(x + a/2)/b", "(x + a/2)/b", r"\frac{x + a/2}{b}"),
    ("sqrt(2/pi)", "√(2/π)", r"\sqrt{2/\pi}"),
    ("(1 + x)**1.5", "(1 + x)^1.5", "(1 + x)^{3/2}"),
    ("2*a*x**2", "2ax²", "2 a x^{2}"),
    ("x*x", "x·x", "x x"),
    ("1 - expm1(x)", "2 − eˣ", "2 - e^{x}"),
    ("-expm1(x)", "1 − eˣ", "1 - e^{x}"),
    ("2e-05**x", "(2·10⁻⁵)ˣ", r"\left(2\cdot 10^{-5}\right)^{x}"),
]


@pytest.mark.parametrize(("text", "unicode", "latex"), TYPESET)
def test_unicode(text: str, unicode: str, latex: str) -> None:  # noqa: ARG001  one table for three tests
    assert Unicode().value(parse(text)) == unicode


@pytest.mark.parametrize(("text", "unicode", "latex"), TYPESET)
def test_latex(text: str, unicode: str, latex: str) -> None:  # noqa: ARG001
    assert Latex().value(parse(text)) == latex


@pytest.mark.parametrize(("text", "unicode", "latex"), TYPESET)
def test_the_languages_own_text_is_as_typed(text: str, unicode: str, latex: str) -> None:  # noqa: ARG001
    assert Notation().value(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "x if x > 0 else a*x",
        "1 if x > 1 else 2 if x > 0 else 3",
        "(1 if x > 0 else 2)*3",
        "2**-x",
        "(2**3)**x",
        "-(-x)",
        "x - -1",
        "a/b/c",
        "a/(b/c)",
        "a*(b*c)",
        "a + (b + c)",
        "-(a + b)*x",
        "1 if 0 < x <= 1 else 0",
        "1 if x > 0 > y else 0",
        "1 if (x > 0 and not (x == 1)) or x < -2 else 2",
        "1 if (0 < x < 1) and a > 0 else 2",
        "1e+20*x",
        "5e-324*x",
    ],
)
def test_the_languages_own_text_reads_back(text: str) -> None:
    tree = parse(text)
    assert parse(Notation().value(tree)) == tree


def test_numbers_are_printed_in_full() -> None:
    assert Notation().value(parse("1.0507009873554805*x + 3.0")) == "1.0507009873554805*x + 3"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-1 < x and x < 1", "−1 < x < 1"),
        ("x > -1 and x < 1", "−1 < x < 1"),
        ("x < 1 and x > -1", "−1 < x < 1"),
        ("x <= 1 and -1 < x", "−1 < x ≤ 1"),
        ("1 > x and x > 0", "0 < x < 1"),
        ("a > 0 and x < 3 and x >= -3", "(−3 ≤ x < 3) and a > 0"),
        ("x > 0 and x > 1", "x > 1"),
        ("x > 0 and x != 1", "x > 0 and x ≠ 1"),
        ("x > -1 or x < 1", "x > −1 or x < 1"),
    ],
)
def test_two_bounds_on_the_same_thing_are_a_range(text: str, shown: str) -> None:
    tree = parse(f"1 if {text} else 0")
    assert isinstance(tree, Conditional)
    assert Unicode().condition(tree.condition) == shown


def test_the_languages_own_text_keeps_bounds_as_typed() -> None:
    tree = parse("1 if x > -1 and x < 1 else 0")
    assert parse(Notation().value(tree)) == tree


def test_conditions_in_each_notation() -> None:
    tree = parse("1 if (-1 < x <= 1 and x != 0) or not a >= 2 else 0")
    assert isinstance(tree, Conditional)
    assert Notation().condition(tree.condition) == "((-1 < x <= 1) and x != 0) or not (a >= 2)"
    assert Unicode().condition(tree.condition) == "((−1 < x ≤ 1) and x ≠ 0) or a < 2"
    assert Latex().condition(tree.condition) == (r"((-1 < x \leq 1) \ \mathrm{and}\  x \neq 0) \ \mathrm{or}\  a < 2")


def test_symbols_replace_parameters() -> None:
    tree = parse("scale*alpha*expm1(x) + negative_slope*x")
    symbols = {"scale": "λ", "alpha": "α", "negative_slope": "a"}
    assert Unicode(symbols).value(tree) == "λα(eˣ − 1) + ax"
    assert Latex(symbols).value(tree) == r"\lambda \alpha\,\left(e^{x} - 1\right) + a x"


@pytest.mark.parametrize(
    ("symbol", "latex"),
    [("α", r"\alpha"), ("λ", r"\lambda"), ("θ", r"\theta"), ("b", "b"), ("t_l", "t_{l}"), ("β_0", r"\beta_{0}")],
)
def test_symbols_in_latex(symbol: str, latex: str) -> None:
    assert Latex({"p": symbol}).name("p") == latex


def test_names_without_a_symbol_are_upright_in_latex() -> None:
    assert Latex().name("negative_slope") == r"\mathrm{negative\_slope}"
    assert Latex().name("beta") == r"\mathrm{beta}"


def test_cases_in_latex_and_unicode() -> None:
    tree = parse("x if x > 1 else 2*x if x > 0 else 0")
    assert Unicode().value(tree) == "x if x > 1, else 2x if x > 0, else 0"
    assert Latex().value(tree) == (
        r"\begin{cases} x & \text{if } x > 1 \\ 2 x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}"
    )


ENTRIES = {
    "identity": ("x", "1"),
    "relu": ("x if x > 0, else 0", "1 if x > 0, else 0"),
    "leaky_relu": ("x if x > 0, else αx", "1 if x > 0, else α"),
    "prelu": ("x if x > 0, else αx", "1 if x > 0, else α"),
    "elu": ("x if x > 0, else α(eˣ − 1)", "1 if x > 0, else αeˣ"),
    "selu": ("λx if x > 0, else λα(eˣ − 1)", "λ if x > 0, else λαeˣ"),
    "thresholded_relu": ("x if x > θ, else 0", "1 if x > θ, else 0"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries_read_as_in_their_papers(name: str) -> None:
    entry = built_in().find(name)
    assert entry is not None
    assert entry.derivative is not None
    notation = Unicode(entry.symbols)
    assert (notation.value(entry.value), notation.value(entry.derivative)) == ENTRIES[name]


def mathtext_reads(latex: str) -> None:
    # raises ValueError, with the place, where matplotlib cannot set the formula
    MathTextParser("path").parse(f"${latex}$")


@pytest.mark.parametrize("text", [text for text, _, _ in TYPESET])
def test_matplotlib_sets_every_formula(text: str) -> None:
    mathtext_reads(Latex().value(parse(text)))


@pytest.mark.parametrize("text", ["0 < x <= 1", "x >= 0 and x != 1", "not x == 1 or x < -2"])
def test_matplotlib_sets_every_condition(text: str) -> None:
    tree = parse(f"1 if {text} else 0")
    assert isinstance(tree, Conditional)
    mathtext_reads(Latex().condition(tree.condition))


@given(trees(depth=3).filter(readable))
@settings(SEEDED, max_examples=60)
def test_matplotlib_sets_any_formula_without_cases(tree: Node) -> None:
    latex = Latex({"alpha": "α", "b": "b_1"}).value(tree)
    if not any(isinstance(part, Conditional) for part in walk(tree)):
        mathtext_reads(latex)


@given(trees(depth=3).filter(readable))
@settings(SEEDED, max_examples=100)
def test_unicode_says_anything_without_the_languages_own_words(tree: Node) -> None:
    shown = Unicode().value(tree)
    assert shown
    assert "**" not in shown
    own = {"normal_cdf", "normal_pdf", "log_sigmoid", "log1p", "expm1", "sqrt", "abs", "sigmoid("}
    assert not any(word in shown for word in own)


def test_one_case_needs_no_brace() -> None:
    assert case_lines(["x²"], [""]) == ["x²"]


def test_two_and_three_cases_stand_behind_a_brace() -> None:
    assert case_lines(["x", "αeˣ"], ["if x > 0", "otherwise"]) == [
        "⎧ x     if x > 0",
        "⎨",
        "⎩ αeˣ   otherwise",
    ]
    assert case_lines(["1", "x", "0"], ["if x > 1", "if x > 0", "otherwise"]) == [
        "⎧ 1   if x > 1",
        "⎨ x   if x > 0",
        "⎩ 0   otherwise",
    ]
