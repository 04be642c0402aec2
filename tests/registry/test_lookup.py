"""Names to entries, whatever their case and punctuation."""

from __future__ import annotations

import pytest
from small import SEVEN, load

from actviz.errors import RegistryError, UsageError
from actviz.language.parser import parse
from actviz.registry.entries import Entry
from actviz.registry.loader import BUILT_IN
from actviz.registry.lookup import Registry, built_in, normalised


def entry(name: str, *aliases: str) -> Entry:
    return Entry(name, name.title(), "A function.", "other", parse("x"), parse("1"), aliases)


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("relu", "relu"),
        ("ReLU", "relu"),
        ("RELU", "relu"),
        ("re-lu", "relu"),
        ("LeakyReLU", "leaky_relu"),
        ("leaky-relu", "leaky_relu"),
        ("leaky_relu", "leaky_relu"),
        ("Leaky-_ReLU", "leaky_relu"),
        ("lrelu", "leaky_relu"),
        ("linear", "identity"),
        ("Parametric-ReLU", "prelu"),
        ("TREC", "thresholded_relu"),
        ("ramp", "relu"),
    ],
)
def test_case_hyphens_and_underscores_do_not_matter(spelled: str, name: str) -> None:
    found = built_in().find(spelled)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("name", ["", "-", "relu7", "rel", "x", "ｒelu"])
def test_other_names_are_not_found(name: str) -> None:
    assert SEVEN.find(name) is None


def test_every_name_and_alias_finds_its_own_entry() -> None:
    for found in built_in():
        assert all(built_in().find(name) is found for name in (found.name, *found.aliases))


def test_entries_come_in_the_order_of_the_file() -> None:
    assert [found.name for found in built_in()] == [found.name for found in load(BUILT_IN)]


def test_the_built_in_registry_is_read_once() -> None:
    assert built_in() is built_in()


def test_normalised() -> None:
    assert normalised("Leaky-ReLU_6") == "leakyrelu6"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("rleu", "Did you mean 'relu'?"),
        ("LekyReLU", "Did you mean 'leaky_relu'?"),
        ("selux", "Did you mean 'selu'?"),
        ("lineer", "Did you mean 'linear'?"),
        ("thresholded", "Did you mean 'thresholded_relu'?"),
        ("qqqq", "'actviz list' shows every name."),
        ("", "'actviz list' shows every name."),
    ],
)
def test_an_unknown_name_gets_the_nearest_one(name: str, hint: str) -> None:
    error = SEVEN.unknown(name)
    assert isinstance(error, UsageError)
    assert str(error) == f"unknown activation '{name}'\n{hint}"


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (entry("a_b"), "memory: the name 'a_b' is taken by [ab] of memory\n"),
        (entry("c", "ab"), "memory: the name 'ab' of [c] is taken by [ab] of memory\nChoose another name."),
        (entry("alias"), "memory: the name 'alias' of [alias] is taken by [ab] of memory\nChoose another name."),
        (entry("c", "al_ias"), "memory: the name 'alias' of [c] is taken by [ab] of memory\nChoose another name."),
    ],
)
def test_a_name_claimed_twice_is_refused(second: Entry, message: str) -> None:
    with pytest.raises(RegistryError) as caught:
        Registry([entry("ab", "alias"), second]).check()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("nn.GELU", "torch.nn.GELU"),
        ("nn.LeakyRelu", "torch.nn.LeakyReLU"),
        ("F.gelu", "torch.nn.functional.gelu"),
        ("functional.silu", "torch.nn.functional.silu"),
        ("torch.relu6", "torch.nn.functional.relu6"),
        ("torch.ReLU6", "torch.nn.ReLU6"),
        ("tf.keras.activations.gelu", "keras.activations.gelu"),
        ("tf.nn.swish", "keras.activations.swish"),
        ("flax.linen.gelu", "jax.nn.gelu"),
        ("torch.swish", "swish"),
        ("np.tanh", "tanh"),
        ("torch.nn.functionl.relu", "torch.nn.functional.relu"),
        ("torch.nn.ReLUU", "torch.nn.ReLU"),
        ("x.real", None),
        ("nn.", None),
        ("mine.qqqq", None),
    ],
)
def test_a_name_of_another_module_gets_the_one_that_is_meant(name: str, near: str | None) -> None:
    assert built_in().nearest(name) == near
    assert near is None or built_in().find(near) is not None


def test_an_empty_registry_knows_nothing() -> None:
    empty = Registry([])
    assert empty.find("relu") is None
    assert list(empty) == []
    assert str(empty.unknown("relu")) == "unknown activation 'relu'\n'actviz list' shows every name."


def test_templates_are_callable_under_every_name() -> None:
    templates = SEVEN.templates
    names = [name for found in SEVEN for name in (found.name, *found.aliases)]
    assert list(templates) == names
    assert len(templates) == len(names)
    assert templates["lrelu"] == templates["leaky_relu"]
    assert templates["leaky_relu"].defaults == {"negative_slope": 0.01}
    assert parse("lrelu(x) + ramp(2*x)", templates) == parse("(x if x > 0 else 0.01*x) + (2*x if 2*x > 0 else 0)")
