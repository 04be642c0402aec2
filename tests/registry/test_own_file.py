from __future__ import annotations

from pathlib import Path

import pytest

import actviz
from actviz.cli.app import run
from actviz.curves.specs import resolve_one
from actviz.errors import RegistryError, UsageError
from actviz.registry.lookup import ENVIRONMENT, active, built_in, refused

OWN = """
[leaky_swish]
title = "Leaky swish"
summary = "SiLU above 0, a line of small slope below."
family = "gated"
value = "silu(x) if x > 0 else slope*x"
derivative = "sigmoid(x)*(1 + x*sigmoid(-x)) if x > 0 else slope"
aliases = ["lswish"]
parameters.slope = { default = 0.01, symbol = "α", about = "slope for x ≤ 0" }
source = "folklore"
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    monkeypatch.setenv(ENVIRONMENT, str(path))
    return path


@pytest.mark.usefixtures("own")
def test_an_own_entry_stands_beside_the_built_in_ones() -> None:
    assert actviz.get("LSwish")(-2.0) == -0.02
    assert actviz.get("lswish(x)*2")(-2.0) == -0.04
    assert actviz.get("relu")(3.0) == 3
    assert actviz.names() == [*built_in().names, "leaky_swish"]
    assert actviz.derive("leaky_swish").verification.symbolic == "equal"


def test_the_option_does_the_same(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(ENVIRONMENT, "")
    assert run(["--registry", str(own), "table", "leaky_swish", "--at", "-1", "--format", "csv"]) == 0
    assert capsys.readouterr().out == "x,leaky_swish,leaky_swish'\n-1.0,-0.01,0.01\n"


def test_a_name_that_is_taken_is_refused_unless_marked(own: Path) -> None:
    mine = OWN.replace("[leaky_swish]", "[relu]")
    own.write_text(mine, encoding="utf-8")
    with pytest.raises(RegistryError, match=r"the name 'relu' is taken by \[relu\]"):
        active()
    other = own.with_name("other.toml")
    other.write_text(mine + "override = true\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, str(other))
        assert actviz.get("relu")(-1.0) == -0.01


def test_an_alias_that_is_taken_is_refused(own: Path) -> None:
    own.write_text(OWN.replace("lswish", "lrelu"), encoding="utf-8")
    with pytest.raises(RegistryError, match=r"\[leaky_swish\] is taken by \[leaky_relu\]"):
        active()


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "sigmoid(-x)",
            "sigmoid(x)",
            "at x = 0.04, slope = 0.01, 'derivative' is 0.520403, and 'value' has slope 0.519995",
        ),
        ("else slope", "else 0.01", "at x = -0.06, slope = 0.1375, 'derivative' is 0.01, and 'value' has slope 0.1375"),
    ],
)
def test_a_wrong_derivative_is_found_before_anything_is_made_of_it(
    own: Path, right: str, wrong: str, message: str
) -> None:
    head, mark, derivative = OWN.partition("derivative")
    own.write_text(head + mark + derivative.replace(right, wrong), encoding="utf-8")
    with pytest.raises(RegistryError) as caught:
        actviz.table("relu", at=[1.0])
    assert caught.value.message == f"{own}, [leaky_swish]: {message}"


def test_a_fault_names_file_entry_and_field(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text(OWN.replace("slope*x", "slop*x"), encoding="utf-8")
    assert run(["info", "relu"]) == 1
    assert capsys.readouterr().err == f"error: {own}, [leaky_swish]: value names 'slop', which is not a parameter\n"


def test_every_name_is_claimed_once() -> None:
    built_in().check()


@pytest.mark.parametrize(
    ("spec", "name", "values"),
    [
        ("torch.nn.LeakyReLU", "leaky_relu", {"negative_slope": 0.01}),
        ("keras.activations.leaky_relu", "leaky_relu", {"negative_slope": 0.2}),
        ("KERAS.layers.leakyrelu", "leaky_relu", {"negative_slope": 0.3}),
        ("onnx.HardSigmoid", "hard_sigmoid", {"slope": 0.2, "offset": 0.5}),
        ("onnx.HardSigmoid:alpha=0.25:beta=0.4", "hard_sigmoid", {"slope": 0.25, "offset": 0.4}),
        ("jax.nn.gelu", "gelu_tanh", {}),
        ("torch.nn.GELU", "gelu", {}),
        ("torch.nn.GELU(approximate='tanh')", "gelu_tanh", {}),
        ("transformers.activations.ACT2FN['gelu_new']", "gelu_tanh", {}),
        ("timm.gelu_tanh", "gelu_tanh", {}),
    ],
)
def test_framework_spellings_are_names_with_their_defaults(spec: str, name: str, values: dict[str, float]) -> None:
    activation = resolve_one(spec)
    assert activation.entry.name == name
    assert activation.values == values
    assert activation.called in activation.label
    assert resolve_one(activation.spec) == activation


def test_a_spelling_brings_its_slope_at_the_kink() -> None:
    assert resolve_one("jax.nn.leaky_relu").derivative(0.0) == 1
    assert resolve_one("torch.nn.LeakyReLU").derivative([0.0, -1.0]).tolist() == [0.01, 0.01]
    assert resolve_one("jax.nn.hard_tanh").derivative([-1.0, 1.0, 2.0]).tolist() == [1, 1, 0]


@pytest.mark.parametrize("name", ["softmax", "torch.nn.Softmax", "GLU", "maxout", "sparsemax", "fpflu"])
def test_what_is_no_function_of_one_number_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(UsageError, match="is not an element-wise activation: it ") as caught:
        resolve_one(name)
    assert caught.value.hint is not None


def test_nothing_is_both_known_and_refused() -> None:
    assert not [name for name in refused() if built_in().look_up(name)]
