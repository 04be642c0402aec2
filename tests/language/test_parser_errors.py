"""Every refusal of the parser, word for word, with the caret under its place."""

from __future__ import annotations

import pytest
from small import SEVEN

from actviz.errors import ExpressionError
from actviz.language.functions import FUNCTIONS
from actviz.language.parser import parse

ALLOWED = "Allowed: x, numbers, pi, e, parameters, + - * / **, functions, and 'a if x > 0 else b'."
FUNCTION_LIST = (
    "Functions: exp expm1 log log1p sqrt abs sign min max clip sin cos tan atan asinh sinh cosh tanh sech erf erfc "
    "sigmoid softplus log_sigmoid normal_pdf normal_cdf, and every activation by name, as in mish(2*x)."
)
UNREADABLE = "the expression cannot be read from here"
PRODUCT = "a product needs its sign"
STAR = "Write '2*x', not '2x'."
POWER = "A power is written '**', as in x**2."
OPERATORS = "The operators are + - * / and **."
LARGEST = "The largest float64 is about 1.8e308."
CHOICE = "Write 'a if x > 0 else b'."
COMPARES = "A condition compares, as in 'x > 0'."
RELATIONS = "Conditions compare with < <= > >= == !=."
COLON = "Parameters are given after a colon, as in 'x*sigmoid(b*x):b=1.7'; equality is '=='."

REFUSED = [
    # not readable as Python
    ("x + * 2", "    ^", UNREADABLE, ALLOWED),
    ("x 2", "  ^", UNREADABLE, ALLOWED),
    ("(x", "^", "a parenthesis is not closed", "Write ')' after what it holds."),
    ("x)", " ^", UNREADABLE, ALLOWED),
    ("x; x", " ^", UNREADABLE, ALLOWED),
    ("x - $", "    ^", UNREADABLE, ALLOWED),
    ("x^^2", "  ^", "'^' has no meaning here", POWER),
    ("x − 1", "  ^", "'−' has no meaning here", ALLOWED),
    ("λ*x − 1", "    ^", "'−' has no meaning here", ALLOWED),
    ("2×x", " ^", "'×' has no meaning here", ALLOWED),
    ("2·x", " ^", "'·' has no meaning here", ALLOWED),
    ("y = 2*x", "  ^", "'=' has no meaning here", COLON),
    ("2x", " ^", PRODUCT, STAR),
    ("1 + 2.5exp(x)", "       ^", PRODUCT, STAR),
    ("3(x + 1)", " ^", PRODUCT, STAR),
    ("x(x + 1)", " ^", PRODUCT, STAR),
    ("2*pi(x)", "    ^", PRODUCT, STAR),
    ("x # the identity", "  ^", "'#' has no meaning here", "Comments are not read."),
    # readable, but not in the language
    ("sigmoid*x", "^", "'sigmoid' is a function", "Write 'sigmoid(x)'."),
    (
        "leaky_relu(x, negative_slope=tanh)",
        "                             ^",
        "'tanh' is a function",
        "Write 'tanh(x)'.",
    ),
    ("x.real", "^", "'x.real' is not part of the language", ALLOWED),
    ("1 + x[0]", "    ^", "'x[0]' is not part of the language", ALLOWED),
    ("λ + x[0]", "    ^", "'x[0]' is not part of the language", ALLOWED),
    ("lambda: x", "^", "'lambda: x' is not part of the language", ALLOWED),
    ("2*[i for i in x]", "  ^", "'[i for i in x]' is not part of the language", ALLOWED),
    ("(y := x)", " ^", "'y := x' is not part of the language", ALLOWED),
    ("f'{x}'", "^", "'f'{x}'' is not part of the language", ALLOWED),
    ("x, 1", "^", "'x, 1' is not part of the language", ALLOWED),
    ("2*~x", "  ^", "'~x' is not part of the language", ALLOWED),
    ("max(*x)", "    ^", "'*x' is not part of the language", ALLOWED),
    # numbers
    ("x + 'a'", "    ^", "''a'' is not a real number", ALLOWED),
    ("True*x", "^", "'True' is not a real number", ALLOWED),
    ("x + None", "    ^", "'None' is not a real number", ALLOWED),
    ("2*3j", "  ^", "'3j' is not a real number", ALLOWED),
    ("x*1e999", "  ^", "this number is too large", LARGEST),
    ("x + 1" + "0" * 320, None, "this number is too large", LARGEST),
    # operators and powers
    ("x^2", "  ^", "'^' is not an operator of the language", POWER),
    ("(x) // (2)", "        ^", "'//' is not an operator of the language", OPERATORS),
    ("x % 2", "    ^", "'%' is not an operator of the language", OPERATORS),
    ("1 + x @ x", "        ^", "'@' is not an operator of the language", OPERATORS),
    ("x << 1", "     ^", "'<<' is not an operator of the language", OPERATORS),
    ("x**1001", "   ^", "this power is too high", "At most 1,000 in magnitude."),
    ("x**-1001", "   ^", "this power is too high", "At most 1,000 in magnitude."),
    ("x**(500*pi)", "    ^", "this power is too high", "At most 1,000 in magnitude."),
    ("9**9**9**9*x", "      ^", "this power is too high", "At most 1,000 in magnitude."),
    ("x + 10**400", "    ^", "this has no finite value", LARGEST),
    ("0**-1 + x", "^", "this has no finite value", LARGEST),
    ("x + 1e308*10", "    ^", "this has no finite value", LARGEST),
    ("x*log(0)", "  ^", "this has no finite value", LARGEST),
    ("x/0", "  ^", "this divides by zero", "The divisor must be a number other than 0."),
    ("x/(1 - 1)", "   ^", "this divides by zero", "The divisor must be a number other than 0."),
    # calls
    ("x.exp(2)", "^", "'x.exp' cannot be called", FUNCTION_LIST),
    ("2*(x + 1)(2)", "   ^", "'x + 1' cannot be called", FUNCTION_LIST),
    ("1 + sigmod(x)", "    ^", "there is no function 'sigmod'", "Did you mean 'sigmoid'?"),
    ("lekyrelu(x)", "^", "there is no function 'lekyrelu'", "Did you mean 'leaky_relu'?"),
    ("__import__(x)", "^", "there is no function '__import__'", FUNCTION_LIST),
    ("x*exp()", "  ^", "'exp' takes 1 argument, not 0", ALLOWED),
    ("exp(x, x)", "^", "'exp' takes 1 argument, not 2", ALLOWED),
    ("max(x)", "^", "'max' takes 2 to 8 arguments, not 1", ALLOWED),
    ("min(1, 2, 3, 4, 5, 6, 7, 8, x)", "^", "'min' takes 2 to 8 arguments, not 9", ALLOWED),
    ("clip(x, 1)", "^", "'clip' takes 3 arguments, not 2", ALLOWED),
    ("exp(u=x)", "^", "'exp' takes no named parameters", ALLOWED),
    ("relu()", "^", "'relu' takes one argument and named parameters", "Write relu(x)."),
    (
        "selu(x, 1.05, 1.67)",
        "^",
        "'selu' takes one argument and named parameters",
        "Write selu(x); its parameters: scale, alpha.",
    ),
    (
        "leaky_relu(x, slope=1)",
        "              ^",
        "'leaky_relu' has no parameter 'slope'",
        "Its parameters: negative_slope.",
    ),
    (
        "leaky_relu(x, negative_slope=1, negative_slope=2)",
        "                                ^",
        "'leaky_relu' is given 'negative_slope' twice",
        "Give it one value.",
    ),
    ("relu(x, a=x)", "        ^", "'relu' has no parameter 'a'", "Its parameters: none."),
    ("elu(x, **y)", "       ^", "'elu' has no parameter '**'", "Its parameters: alpha."),
    # conditions
    ("2*(x > 0)", "   ^", "a condition stands where a value is needed", CHOICE),
    ("x or 1", "^", "a condition stands where a value is needed", CHOICE),
    ("x + (not x)", "     ^", "a condition stands where a value is needed", CHOICE),
    ("1 if x is 0 else 2", "       ^", "'is' is not a comparison of the language", RELATIONS),
    ("1 if 0 < x in x else 2", "           ^", "'in' is not a comparison of the language", RELATIONS),
    ("x if x in (1,2) else 0", "       ^", "'in' is not a comparison of the language", RELATIONS),
    ("1 if x>0 else", "         ^", "something is missing after 'else'", CHOICE),
    ("x if 0<x<1 and else 2", "           ^", "something is missing after 'and'", CHOICE),
    ("1 if x=0 else 2", "      ^", "'=' has no meaning here", "Equality is written '=='."),
    ("x if x<>0 else 1", "      ^", "'<>' has no meaning here", "Not equal is written '!='."),
    ("x·2", " ^", "'·' has no meaning here", ALLOWED),
    ("sqrt(-2) + x", "^", "this has no real value", "It leaves the real numbers."),
    ("2x if x > 0 else 1", " ^", PRODUCT, STAR),
    ("1 if x else 2", "     ^", "'x' is not a condition", COMPARES),
    ("1 if x > 0 and not x else 2", "                   ^", "'x' is not a condition", COMPARES),
    ("1 if True else 2", "     ^", "'True' is not a condition", COMPARES),
]


@pytest.mark.parametrize(("text", "caret", "problem", "hint"), REFUSED)
def test_the_refusal_shows_problem_text_caret_and_hint(text: str, caret: str | None, problem: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, SEVEN.templates)
    error = caught.value
    assert (error.problem, error.text, error.hint) == (problem, text, hint)
    if caret is None:
        return
    assert error.position == len(caret) - 1
    assert str(error) == f"{problem}\n  {text}\n  {caret}\n{hint}"
    assert error.exit_code == 2


@pytest.mark.parametrize("character", ["\0", "\x1b", "\ufeff", "\ud800", "\u200b"])
def test_what_cannot_be_seen_is_refused_with_the_caret_under_its_stand_in(character: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(f"x+{character}x")
    assert str(caught.value) == f"{UNREADABLE}\n  x+\ufffdx\n    ^\n{ALLOWED}"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_expression_is_refused_without_a_caret(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert str(caught.value) == f"the expression is empty\n{ALLOWED}"


def test_the_hint_lists_every_function() -> None:
    assert f"Functions: {' '.join(FUNCTIONS)}, and every activation by name, as in mish(2*x)." == FUNCTION_LIST


def test_a_long_expression_is_refused_with_its_end_shown() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("x" * 49_999 + "+1")
    assert str(caught.value) == (
        "the expression is too long: 50,001 characters\n"
        f"  …{'x' * 68}+1\n"
        f"  {' ' * 70}^\n"
        "At most 50,000 characters are read."
    )


def test_an_expression_too_large_when_written_out_is_refused() -> None:
    text = "relu(" * 11 + "x" + ")" * 11
    with pytest.raises(ExpressionError) as caught:
        parse(text, SEVEN.templates)
    assert str(caught.value) == (
        f"the expression has over 2,000 terms when written out\n  {text}\n  ^\nNest fewer functions."
    )


def test_an_expression_nested_too_deeply_is_refused() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("-" * 120 + "x")
    assert str(caught.value) == (
        f"the expression is nested too deeply\n  {'-' * 70}…\n  ^\nAt most 100 levels are read."
    )


def test_a_long_expression_is_shown_around_the_caret() -> None:
    text = "+".join(["x"] * 40) + "+x.y+" + "+".join(["x"] * 40)
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert str(caught.value) == (
        f"'x.y' is not part of the language\n  …{'+x' * 17}+x.y{'+x' * 16}…\n  {' ' * 36}^\n{ALLOWED}"
    )


def test_white_space_is_shown_as_single_spaces() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("x\n +\t x.y")
    assert str(caught.value) == f"'x.y' is not part of the language\n  x + x.y\n      ^\n{ALLOWED}"
