"""The records of the registry, and what the built-in entries say about themselves."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import small
from small import SEVEN

from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.language.notation.plain import Notation
from actviz.language.numerics.float64 import apply, evaluate
from actviz.language.parser import parse
from actviz.language.syntax import Node, free_names
from actviz.registry.entries import (
    FAMILIES,
    FRAMEWORKS,
    Entry,
    Parameter,
    Source,
    Spelling,
    check_name,
)
from actviz.registry.lookup import built_in

ENTRIES = list(built_in())
NAMES = [entry.name for entry in ENTRIES]


def made(**fields: Any) -> Entry:
    given = {"name": "f", "title": "F", "summary": "A function.", "family": "other", "value": parse("a*x")}
    return Entry(**{**given, "parameters": (Parameter("a", 1.0),), **fields})


# The records


def test_records_are_frozen() -> None:
    for record in (ENTRIES[0], Parameter("a", 1.0), Source("A", 1, "T"), Spelling("jax", ("f",))):
        field = dataclasses.fields(record)[0].name
        with pytest.raises((dataclasses.FrozenInstanceError, TypeError)):
            setattr(record, field, "other")


@pytest.mark.parametrize("name", ["x", "pi", "e", "", "a b", "1a", "a-b"])
def test_a_parameter_needs_a_usable_name(name: str) -> None:
    with pytest.raises(ValueError) as caught:
        Parameter(name, 1.0)
    assert str(caught.value) == f"'{name}' cannot be the name of a parameter"


@pytest.mark.parametrize(
    ("default", "above", "below", "domain"),
    [
        (math.nan, -math.inf, math.inf, "a finite number"),
        (math.inf, -math.inf, math.inf, "a finite number"),
        (0.0, 0.0, math.inf, "greater than 0"),
        (1.0, -math.inf, 1.0, "less than 1"),
        (2.0, 0.0, 1.5, "greater than 0 and less than 1.5"),
    ],
)
def test_a_default_must_lie_in_its_domain(default: float, above: float, below: float, domain: str) -> None:
    with pytest.raises(ValueError) as caught:
        Parameter("a", default, above=above, below=below)
    assert str(caught.value).endswith(f"its default {default!r} is not {domain}")


@pytest.mark.parametrize(
    ("parameter", "value", "domain"),
    [
        (Parameter("a", 1.0, above=0.0), 0.0, "greater than 0"),
        (Parameter("a", 1.0, above=0.0), -1.0, "greater than 0"),
        (Parameter("a", 1.0, below=2.0), 2.0, "less than 2"),
        (Parameter("a", 1.0, above=0.0, below=2.0), 2.5, "greater than 0 and less than 2"),
        (Parameter("a", 1.0), math.inf, "a finite number"),
        (Parameter("a", 1.0), math.nan, "a finite number"),
    ],
)
def test_a_value_outside_the_domain_is_refused(parameter: Parameter, value: float, domain: str) -> None:
    with pytest.raises(UsageError) as caught:
        parameter.check(value, "f")
    assert str(caught.value) == f"f: a={value!r} is not {domain}\nIts default is 1.0."


def test_a_value_inside_the_domain_is_taken() -> None:
    Parameter("a", 1.0, above=0.0, below=2.0).check(1.999, "f")
    Parameter("a", 1.0).check(-1e308, "f")


@pytest.mark.parametrize(
    ("source", "text", "link"),
    [
        (Source("A, B", 2001, "T"), "A, B (2001). T.", ""),
        (
            Source("A", 2001, "T", arxiv="1706.02515"),
            "A (2001). T. arXiv:1706.02515",
            "https://arxiv.org/abs/1706.02515",
        ),
        (Source("A", 2001, "T", doi="10.1/2"), "A (2001). T. doi:10.1/2", "https://doi.org/10.1/2"),
    ],
)
def test_a_source_as_text_and_link(source: Source, text: str, link: str) -> None:
    assert (str(source), source.link) == (text, link)


def test_a_spelling_needs_a_known_framework_and_a_name() -> None:
    with pytest.raises(ValueError) as caught:
        Spelling("caffe", ("f",))
    assert str(caught.value) == f"'caffe' is not one of {', '.join(FRAMEWORKS)}"
    with pytest.raises(ValueError) as caught:
        Spelling("jax", ())
    assert str(caught.value).endswith("a spelling needs at least one name")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"value": parse("a*x + b")}, "value names 'b', which is not a parameter"),
        ({"derivative": parse("b")}, "derivative names 'b', which is not a parameter"),
        ({"value": parse("x")}, "parameter 'a' does not occur in value"),
        (
            {"spellings": (Spelling("jax", ("f",), defaults={"b": 1.0}),)},
            "spellings.jax names 'b', which is not a parameter",
        ),
        (
            {"spellings": (Spelling("onnx", ("f",), arguments={"b": "beta"}),)},
            "spellings.onnx names 'b', which is not a parameter",
        ),
    ],
)
def test_an_entry_must_be_consistent(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        made(**fields)
    assert str(caught.value) == message


def test_the_parameter_of_that_name() -> None:
    assert made().parameter("a") == Parameter("a", 1.0)


@pytest.mark.parametrize(
    ("entry", "name", "message"),
    [
        ("leaky_relu", "negativ_slope", "Did you mean 'negative_slope'? Its parameters: negative_slope."),
        ("leaky_relu", "q", "Its parameters: negative_slope."),
        ("selu", "alpa", "Did you mean 'alpha'? Its parameters: scale, alpha."),
        ("selu", "x", "Its parameters: scale, alpha."),
    ],
)
def test_an_unknown_parameter_is_refused_with_those_there_are(entry: str, name: str, message: str) -> None:
    found = built_in().find(entry)
    assert found is not None
    with pytest.raises(UsageError) as caught:
        found.parameter(name)
    assert str(caught.value) == f"{entry} has no parameter '{name}'\n{message}"


def test_a_parameter_of_a_function_without_any_is_refused() -> None:
    found = built_in().find("relu")
    assert found is not None
    with pytest.raises(UsageError) as caught:
        found.parameter("alpha")
    assert str(caught.value) == "relu has no parameters, so 'alpha' cannot be set\nWrite just 'relu'."


@pytest.mark.parametrize("name", ["relu", "relu6", "soft_plus", "f_2_x"])
def test_usable_names(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["", "x", "e", "pi", "Relu", "re-lu", "_f", "6relu", "re lu", "ré", "relu\n"])
def test_unusable_names(name: str) -> None:
    with pytest.raises(ValueError) as caught:
        check_name(name)
    assert str(caught.value) == (
        f"'{name}' is not a usable name: lower-case letters, digits and '_', beginning with a letter"
    )


def test_defaults_and_symbols() -> None:
    entry = made(value=parse("a*x + b"), parameters=(Parameter("a", 1.0, symbol="α"), Parameter("b", 2.0)))
    assert entry.defaults == {"a": 1.0, "b": 2.0}
    assert entry.symbols == {"a": "α"}


# The built-in entries


def test_the_functions_of_the_source_material_are_there() -> None:
    assert set(small.NAMES) <= set(NAMES)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_every_entry_describes_itself(entry: Entry) -> None:
    assert re.fullmatch(r"[^.].*[^.]\.", entry.summary), "one sentence with a full stop"
    assert entry.family in FAMILIES
    assert entry.derivative is not None
    for parameter in entry.parameters:
        assert parameter.symbol, "formulas need a short symbol"
        assert parameter.about
        assert not parameter.about.endswith(".")
    assert len(set(entry.symbols.values())) == len(entry.symbols)
    assert set(free_names(entry.value)) == set(entry.defaults)
    if entry.source is not None:
        assert 1940 <= entry.source.year <= 2026
        assert re.fullmatch(r"|\d{4}\.\d{4,5}", entry.source.arxiv)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_formulas_read_back_from_the_notation(entry: Entry) -> None:
    assert entry.derivative is not None
    for tree in (entry.value, entry.derivative):
        assert parse(Notation().value(tree)) == tree


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_slopes_of_spellings_stand_at_kinks_and_differ_from_ours(entry: Entry) -> None:
    for spelling in entry.spellings:
        values = Activation(entry, {}, spelling).values
        ours = Activation(entry, values)

        def number(tree: Node, values: Mapping[str, float] = values) -> float:
            return float(evaluate(tree, np.zeros(1), values)[0])

        kinks = [point.x for point in ours.curve(1).pieces(-100, 100).breakpoints]
        for place, slope in spelling.slopes:
            assert min(abs(number(place) - kink) for kink in kinks) < 1e-12
            settings = {name: value + 0.125 for name, value in values.items()} if entry.name == "prelu" else values
            # In float64 as frameworks compute: of hard_sigmoid's breakpoints near ±3 none is a float64.
            tree = Activation(entry, settings).curve(1).tree
            assert number(slope) != evaluate(tree, np.array([number(place)]), settings)[0]


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_spellings_repeat_no_default_and_no_argument_name(entry: Entry) -> None:
    for spelling in entry.spellings:
        assert all(entry.defaults[name] != value for name, value in spelling.defaults.items())
        assert all(name != word for name, word in spelling.arguments.items())
        assert not spelling.note or spelling.note.endswith(".")


@pytest.mark.parametrize("entry", list(SEVEN), ids=small.NAMES)
def test_a_derivative_at_a_kink_is_one_of_the_two_sides(entry: Entry) -> None:
    assert entry.derivative is not None
    curve = Activation(entry).curve(1)
    for limits in curve.limits(-100, 100):
        assert limits.at in (limits.left, limits.right)


def test_the_onnx_constants_of_selu_are_float32() -> None:
    found = built_in().find("selu")
    assert found is not None
    (spelling,) = [spelling for spelling in found.spellings if spelling.framework == "onnx"]
    assert spelling.defaults == {name: float(np.float32(value)) for name, value in found.defaults.items()}


SAME = [
    ("prelu", {"alpha": 0.0}, "relu", {}),
    ("leaky_relu", {"negative_slope": 0.0}, "relu", {}),
    ("leaky_relu", {"negative_slope": 1.0}, "identity", {}),
    ("prelu", {"alpha": 0.01}, "leaky_relu", {}),
    ("selu", {"scale": 1.0, "alpha": 1.0}, "elu", {}),
    ("selu", {"scale": 1.0, "alpha": 2.5}, "elu", {"alpha": 2.5}),
    ("thresholded_relu", {"theta": 0.0}, "relu", {}),
]


@pytest.mark.parametrize(("first", "values", "second", "others"), SAME)
def test_one_is_a_special_case_of_another(
    first: str, values: dict[str, float], second: str, others: dict[str, float]
) -> None:
    one, other = built_in().find(first), built_in().find(second)
    assert one is not None
    assert other is not None
    x = np.linspace(-6, 6, 241)
    for order in (0, 1):
        left, right = Activation(one, values).curve(order).at(x), Activation(other, others).curve(order).at(x)
        kink = (x == 0) & (order == 1) & (second == "identity")
        np.testing.assert_array_equal(left[~kink], right[~kink])


def test_selu_without_its_scale_below_zero_is_another_function() -> None:
    wrong = parse("x if x >= 0 else 1.0507009873554805*expm1(x)")
    found = built_in().find("selu")
    assert found is not None
    difference = Activation(found)(np.array([-1.0, 1.0])) - apply(wrong, np.array([-1.0, 1.0]), {})
    assert (abs(difference) > 0.05).all()
