"""Specs: names, settings, sweeps and typed expressions, and every refusal word for word."""

from __future__ import annotations

import math

import pytest
from small import SEVEN

from actviz.curves.specs import MOST_CURVES, resolve, resolve_one
from actviz.errors import ExpressionError, UsageError
from actviz.language.parser import parse
from actviz.registry.entries import Entry, Parameter
from actviz.registry.lookup import Registry

ALLOWED = "Allowed: x, numbers, pi, e, parameters, + - * / **, functions, and 'a if x > 0 else b'."
SETTING = "Write ':name=value'."
NUMBER = "Write a number such as 0.25 or 1/6."
UNKNOWN = "'actviz list' shows every name."


@pytest.mark.parametrize(
    ("spec", "name"),
    [("relu", "relu"), ("ReLU", "relu"), (" relu ", "relu"), ("Leaky-ReLU", "leaky_relu"), ("linear", "identity")],
)
def test_a_name_is_an_entry_with_its_defaults(spec: str, name: str) -> None:
    (found,) = resolve(spec)
    assert found.entry.name == name
    assert found.values == found.entry.defaults
    assert not found.is_expression


@pytest.mark.parametrize(
    ("spec", "values"),
    [
        ("prelu:alpha=0.05", {"alpha": 0.05}),
        ("prelu: alpha = 0.05 ", {"alpha": 0.05}),
        ("prelu:alpha=1/6", {"alpha": 1 / 6}),
        ("prelu:alpha=-2", {"alpha": -2.0}),
        ("prelu:alpha=pi/2", {"alpha": math.pi / 2}),
        ("prelu:alpha=1e-3", {"alpha": 0.001}),
        ("prelu:alpha=sqrt(2)", {"alpha": math.sqrt(2)}),
        ("selu:scale=1", {"scale": 1.0, "alpha": 1.6732632423543772}),
        ("selu:alpha=1:scale=2", {"scale": 2.0, "alpha": 1.0}),
    ],
)
def test_settings_replace_defaults(spec: str, values: dict[str, float]) -> None:
    found = resolve_one(spec)
    assert found.values == values
    assert all(type(value) is float for value in found.values.values())


def test_a_sweep_is_one_curve_per_value_in_the_order_given() -> None:
    assert [found.values["alpha"] for found in resolve("prelu:alpha=0.3,0.1,0.2")] == [0.3, 0.1, 0.2]


def test_two_sweeps_are_every_combination() -> None:
    found = [(one.values["scale"], one.values["alpha"]) for one in resolve("selu:scale=1,2:alpha=3,4")]
    assert found == [(1, 3), (1, 4), (2, 3), (2, 4)]


def test_a_value_given_twice_in_a_sweep_counts_once() -> None:
    assert len(resolve("prelu:alpha=0.1,0.10,1/10,0.2")) == 2


def test_the_largest_sweep() -> None:
    assert len(resolve("prelu:alpha=" + ",".join(map(str, range(MOST_CURVES))))) == MOST_CURVES


@pytest.mark.parametrize(
    ("spec", "name", "values", "tree"),
    [
        ("x", "x", {}, "x"),
        ("2", "2", {}, "2"),
        ("pi", "pi", {}, "pi"),
        ("-x", "-x", {}, "-x"),
        ("x-1", "x-1", {}, "x - 1"),
        ("  x \n+ 1", "x + 1", {}, "x + 1"),
        ("x*sigmoid(b*x):b=1.702", "x*sigmoid(b*x)", {"b": 1.702}, "x*sigmoid(b*x)"),
        ("x if x > t else s:s=-1:t=0.5", "x if x > t else s", {"t": 0.5, "s": -1.0}, "x if x > t else s"),
        ("x-theta:theta=1", "x-theta", {"theta": 1.0}, "x - theta"),
        ("beta:beta=2", "beta", {"beta": 2.0}, "beta"),
        ("leaky_relu(2*x, negative_slope=c):c=3", "leaky_relu(2*x, negative_slope=c)", {"c": 3.0}, None),
        ("elu(x) - relu(x)", "elu(x) - relu(x)", {}, None),
    ],
)
def test_an_expression_is_an_activation_of_its_own(
    spec: str, name: str, values: dict[str, float], tree: str | None
) -> None:
    found = resolve_one(spec)
    assert found.is_expression
    assert found.entry.name == name
    assert found.values == values
    assert tree is None or found.entry.value == parse(tree)


def test_an_expression_may_be_swept() -> None:
    assert [found.values for found in resolve("x*sigmoid(b*x):b=1,2,3")] == [{"b": 1}, {"b": 2}, {"b": 3}]


@pytest.mark.parametrize(
    "spec",
    [
        "relu",
        "prelu:alpha=0.05",
        "selu:scale=2.0:alpha=-1e-300",
        "x*sigmoid(b*x):b=1.702",
        "x if x > t else s:t=0.5:s=-1.0",
        "elu(x) - relu(x)",
    ],
)
def test_a_spec_reads_back_to_itself(spec: str) -> None:
    found = resolve_one(spec)
    assert found.spec == spec
    again = resolve_one(found.spec)
    assert again.values == found.values
    assert again.entry == found.entry


def test_names_come_from_the_registry_given() -> None:
    mine = Registry([Entry("mine", "Mine", "M.", "other", parse("a*x"), parse("a"), ("own",), (Parameter("a", 2.0),))])
    assert resolve_one("own:a=3", mine).spec == "mine:a=3.0"
    assert resolve_one("mine(x)/2", mine)(1.0) == 1
    with pytest.raises(UsageError, match="unknown activation 'relu'"):
        resolve("relu", mine)


REFUSED = [
    # names
    ("rleu", "unknown activation 'rleu'\nDid you mean 'relu'?"),
    ("LekyReLU:negative_slope=1", "unknown activation 'LekyReLU'\nDid you mean 'leaky_relu'?"),
    ("qqq", f"unknown activation 'qqq'\n{UNKNOWN}"),
    ("foo-bar", f"unknown activation 'foo-bar'\n{UNKNOWN}"),
    ("x.real", "unknown activation 'x.real'\n'actviz list' shows every name."),
    # settings
    ("relu:", f"'' in 'relu:' is not a parameter setting\n{SETTING}"),
    ("prelu:alpha", f"'alpha' in 'prelu:alpha' is not a parameter setting\n{SETTING}"),
    ("prelu:=1", f"'=1' in 'prelu:=1' is not a parameter setting\n{SETTING}"),
    (
        "prelu:alpha=1:alpha=2",
        "'alpha' is given twice in 'prelu:alpha=1:alpha=2'\nFor several values write 'name=v1,v2'.",
    ),
    ("relu:alpha=1", "relu has no parameters, so 'alpha' cannot be set\nWrite just 'relu'."),
    ("prelu:beta=1", "prelu has no parameter 'beta'\nIts parameters: alpha."),
    ("selu:alpa=1", "selu has no parameter 'alpa'\nDid you mean 'alpha'? Its parameters: scale, alpha."),
    ("b*x:b=1:c=2", "b*x has no parameter 'c'\nIts parameters: b."),
    ("x+1:c=2", "x+1 has no parameters, so 'c' cannot be set\nWrite just 'x+1'."),
    # values
    ("prelu:alpha=", f"'' is not a number, in 'alpha='\n{NUMBER}"),
    ("prelu:alpha=1,", f"'' is not a number, in 'alpha='\n{NUMBER}"),
    ("prelu:alpha=b", f"'b' is not a number, in 'alpha=b'\n{NUMBER}"),
    ("prelu:alpha= x", f"'x' is not a number, in 'alpha= x'\n{NUMBER}"),
    ("prelu:alpha=0.1;0.2", f"'0.1;0.2' is not a number, in 'alpha=0.1;0.2'\n{NUMBER}"),
    ("prelu:alpha=nan", f"'nan' is not a number, in 'alpha=nan'\n{NUMBER}"),
    ("prelu:alpha=inf", f"'inf' is not a number, in 'alpha=inf'\n{NUMBER}"),
    # too many
    (
        "prelu:alpha=" + ",".join(map(str, range(51))),
        f"'prelu:alpha={','.join(map(str, range(51)))}' stands for 51 curves\nAt most 50 are drawn together.",
    ),
    (
        "selu:scale=1,2,3,4,5,6,7,8:alpha=1,2,3,4,5,6,7",
        "'selu:scale=1,2,3,4,5,6,7,8:alpha=1,2,3,4,5,6,7' stands for 56 curves\nAt most 50 are drawn together.",
    ),
]


@pytest.mark.parametrize(("spec", "message"), REFUSED)
def test_a_spec_that_cannot_be_used_is_refused(spec: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(spec, SEVEN)
    assert str(caught.value) == message
    assert caught.value.exit_code == 2
    assert not isinstance(caught.value, ExpressionError)


REFUSED_EXPRESSIONS = [
    ("", f"the expression is empty\n{ALLOWED}"),
    (" : b=1", f"the expression is empty\n{ALLOWED}"),
    (
        "x*sigmoid(b*x)",
        "the parameter 'b' has no value\n  x*sigmoid(b*x)\n            ^\nGive it one: 'x*sigmoid(b*x):b=1'.",
    ),
    (
        "a*x*b:a=1",
        "the parameter 'b' has no value\n  a*x*b\n      ^\nGive it one: 'a*x*b:a=1:b=1'.",
    ),
    (
        "bb*b*x:bb=1",
        "the parameter 'b' has no value\n  bb*b*x\n     ^\nGive it one: 'bb*b*x:bb=1:b=1'.",
    ),
    (
        "a*x**c*b:b=1,2",
        "the parameter 'a' has no value\n  a*x**c*b\n  ^\nGive it one: 'a*x**c*b:b=1,2:a=1:c=1'.",
    ),
    ("x*relu", "'relu' is a function\n  x*relu\n    ^\nWrite 'relu(x)'."),
    ("sin", "'sin' is a function\n  sin\n  ^\nWrite 'sin(x)'."),
    ("sigmoid*x", "'sigmoid' is a function\n  sigmoid*x\n  ^\nWrite 'sigmoid(x)'."),
    ("relu+prelu", "'relu' is a function\n  relu+prelu\n  ^\nWrite 'relu(x)'."),
    (
        "x*relux",
        "the parameter 'relux' has no value\n  x*relux\n    ^\nGive it one, or did you mean 'relu(x)'?",
    ),
    (
        "leaky-relu(x)",
        "the parameter 'leaky' has no value\n  leaky-relu(x)\n  ^\nGive it one, or did you mean 'leaky_relu(x)'?",
    ),
    (
        "prelu=0.1",
        "'=' has no meaning here\n  prelu=0.1\n       ^\n"
        "Parameters are given after a colon, as in 'x*sigmoid(b*x):b=1.7'; equality is '=='.",
    ),
]


@pytest.mark.parametrize(("spec", "message"), REFUSED_EXPRESSIONS)
def test_an_expression_that_cannot_be_read_is_refused_with_a_caret(spec: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        resolve(spec, SEVEN)
    assert str(caught.value) == message


def test_where_one_is_wanted_a_sweep_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        resolve_one("prelu:alpha=1,2")
    assert str(caught.value) == ("'prelu:alpha=1,2' is a sweep of 2 curves\nOne is wanted here: give one value each.")


def test_a_value_outside_a_domain_is_refused() -> None:
    mine = Registry([Entry("m", "M", "M.", "other", parse("x/b"), parse("1/b"), (), (Parameter("b", 1.0, above=0.0),))])
    with pytest.raises(UsageError) as caught:
        resolve("m:b=1,-2", mine)
    assert str(caught.value) == "m: b=-2.0 is not greater than 0\nIts default is 1.0."


@pytest.mark.parametrize("spec", ["nn.Softmax(dim=1)", "F.softmax(x)", "nn.Softmax", "tf.nn.log_softmax"])
def test_what_is_no_function_of_one_number_is_refused_whatever_its_prefix(spec: str) -> None:
    with pytest.raises(UsageError, match="is not an element-wise activation: it normalises along an axis"):
        resolve(spec)


def test_what_nobody_knows_cannot_be_called() -> None:
    with pytest.raises(ExpressionError, match=r"'self\.act' cannot be called"):
        resolve("self.act(x)")
