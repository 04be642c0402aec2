"""Element-wise regions: what is named, what is not, and what is no activation."""

from __future__ import annotations

from pathlib import Path

import pytest
from reference import model_files as files

import actviz
from actviz.models.results import Model

Nodes = list[tuple[str, list[str], str]]


def found(
    folder: Path, nodes: Nodes, tensors: dict[str, list[float]] | None = None, outputs: tuple[str, ...] = ("y",)
) -> Model:
    graph = files.onnx_graph([files.onnx_node(*node) for node in nodes], tensors, outputs)
    (folder / "a.onnx").write_bytes(files.onnx_model(graph))
    return actviz.model(folder / "a.onnx")


SPELLINGS: list[tuple[str, Nodes, dict[str, list[float]]]] = [
    ("silu", [("Sigmoid", ["x"], "a"), ("Mul", ["x", "a"], "y")], {}),
    ("silu", [("Mul", ["one", "x"], "a"), ("Sigmoid", ["a"], "b"), ("Mul", ["b", "x"], "y")], {"one": [1.0]}),
    ("swish:beta=1.5", [("Mul", ["x", "c"], "a"), ("Sigmoid", ["a"], "b"), ("Mul", ["x", "b"], "y")], {"c": [1.5]}),
    (
        "gelu",
        [
            ("Mul", ["h", "x"], "a"),
            ("Div", ["x", "r"], "b"),
            ("Erf", ["b"], "c"),
            ("Add", ["c", "one"], "d"),
            ("Mul", ["a", "d"], "y"),
        ],
        {"h": [0.5], "r": [1.41421354], "one": [1.0]},
    ),
    (
        "gelu",  # with the root computed in the graph
        [
            ("Sqrt", ["two"], "r"),
            ("Div", ["x", "r"], "b"),
            ("Erf", ["b"], "c"),
            ("Add", ["c", "one"], "d"),
            ("Mul", ["x", "d"], "e"),
            ("Mul", ["e", "h"], "y"),
        ],
        {"h": [0.5], "two": [2.0], "one": [1.0]},
    ),
    (
        "hard_swish",
        [
            ("Add", ["x", "three"], "a"),
            ("Clip", ["a", "zero", "six"], "b"),
            ("Mul", ["x", "b"], "c"),
            ("Div", ["c", "six"], "y"),
        ],
        {"zero": [0.0], "three": [3.0], "six": [6.0]},
    ),
    ("mish", [("Softplus", ["x"], "a"), ("Tanh", ["a"], "b"), ("Mul", ["x", "b"], "y")], {}),
    ("leaky_relu:negative_slope=0.2", [("Mul", ["x", "c"], "a"), ("Max", ["x", "a"], "y")], {"c": [0.2]}),
    ("relu", [("Greater", ["x", "zero"], "a"), ("Where", ["a", "x", "zero"], "y")], {"zero": [0.0]}),
    ("softplus:beta=2.0", [("Mul", ["x", "c"], "a"), ("Softplus", ["a"], "b"), ("Div", ["b", "c"], "y")], {"c": [2.0]}),
    ("log_sigmoid", [("Sigmoid", ["x"], "a"), ("Log", ["a"], "y")], {}),
    ("relu_squared", [("Relu", ["x"], "a"), ("Mul", ["a", "a"], "y")], {}),
]


@pytest.mark.parametrize(("spec", "nodes", "tensors"), SPELLINGS)
def test_a_decomposed_activation_is_named(
    tmp_path: Path, spec: str, nodes: Nodes, tensors: dict[str, list[float]]
) -> None:
    result = found(tmp_path, nodes, tensors)
    assert [(use.spec, use.count) for use in result.activations] == [(spec, 1)]
    assert result.unrecognised == ()


def test_scales_and_shifts_around_an_activation_do_not_hide_it(tmp_path: Path) -> None:
    nodes: Nodes = [("Mul", ["x", "c"], "a"), ("Tanh", ["a"], "y")]
    assert found(tmp_path, nodes, {"c": [0.7]}).specs == ["tanh"]


def test_scales_on_both_sides_that_make_a_known_function_belong_to_it(tmp_path: Path) -> None:
    nodes: Nodes = [("Div", ["x", "c"], "a"), ("Tanh", ["a"], "b"), ("Mul", ["b", "c"], "y")]
    assert found(tmp_path, nodes, {"c": [32.0]}).specs == ["scaled_tanh:a=32.0:b=0.03125"]


def test_two_activations_in_a_row_are_two(tmp_path: Path) -> None:
    assert found(tmp_path, [("Relu", ["x"], "a"), ("Sigmoid", ["a"], "y")]).specs == ["relu", "sigmoid"]


def test_what_is_read_elsewhere_ends_a_region(tmp_path: Path) -> None:
    nodes: Nodes = [("Sigmoid", ["x"], "a"), ("Mul", ["x", "a"], "y"), ("MatMul", ["a", "w"], "z")]
    assert found(tmp_path, nodes, outputs=("y", "z")).specs == ["sigmoid"]


def test_a_function_without_a_name_is_a_spec(tmp_path: Path) -> None:
    nodes: Nodes = [("Relu", ["x"], "a"), ("Mul", ["a", "c"], "b"), ("Sin", ["b"], "d"), ("Add", ["d", "a"], "y")]
    result = found(tmp_path, nodes, {"c": [0.3]})
    (one,) = result.unrecognised
    assert actviz.get(one.spec)(2.0) == pytest.approx(2.0 + 0.5646424733950354, rel=1e-15)  # sin(0.6)


@pytest.mark.parametrize(
    "nodes",
    [
        [("Mul", ["x", "x"], "a"), ("ReduceMean", ["a"], "y")],  # a variance
        [("Exp", ["x"], "a"), ("ReduceSum", ["a"], "b"), ("Div", ["a", "b"], "y")],  # a softmax
        [("Sin", ["x"], "a"), ("Cos", ["x"], "b"), ("Concat", ["a", "b"], "y")],  # a position
        [("Add", ["x", "e"], "a"), ("Sqrt", ["a"], "b"), ("Reciprocal", ["b"], "y")],  # a normalisation
        [("Relu", ["x"], "a"), ("Add", ["a", "e"], "b"), ("Sqrt", ["b"], "y")],
        [("Add", ["x", "e"], "y")],
        [("Shape", ["x"], "a"), ("Mul", ["a", "a"], "y")],
    ],
)
def test_statistics_and_phases_are_no_activations(tmp_path: Path, nodes: Nodes) -> None:
    result = found(tmp_path, nodes, {"e": [1e-5]})
    assert (result.activations, result.unrecognised) == ((), ())


def test_a_chain_that_doubles_its_tree_at_every_step_is_given_up(tmp_path: Path) -> None:
    nodes: Nodes = [("Mul", [f"t{n - 1}" if n else "x", f"t{n - 1}" if n else "x"], f"t{n}") for n in range(500)]
    assert found(tmp_path, nodes).format == "ONNX, opset 17"


def test_quantisers_between_operators_are_passed_through(tmp_path: Path) -> None:
    nodes: Nodes = [
        ("Sigmoid", ["x"], "a"),
        ("QuantizeLinear", ["a", "s"], "q"),
        ("DequantizeLinear", ["q", "s"], "d"),
        ("Mul", ["x", "d"], "y"),
    ]
    result = found(tmp_path, nodes, {"s": [0.1]})
    assert [(use.spec, use.spelt) for use in result.activations] == [("silu", "Sigmoid Mul")]
