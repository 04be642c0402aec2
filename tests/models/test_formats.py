"""Every format: files written byte by byte hold what was written into them."""

from __future__ import annotations

import json
import math
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from reference import model_files as files

import actviz
from actviz.models.results import Model


def model(folder: Path, name: str, data: bytes) -> Model:
    path = folder / name
    path.write_bytes(data)
    return actviz.model(path)


def counts(found: Model) -> dict[str, int]:
    return {use.spec: use.count for use in found.activations}


def test_a_leaky_relu_of_onnx_keeps_its_slope(tmp_path: Path) -> None:
    node = files.onnx_node("LeakyRelu", ["x"], "y", alpha=0.2)
    found = model(tmp_path, "a.onnx", files.onnx_model(files.onnx_graph([node])))
    assert (found.format, counts(found)) == ("ONNX, opset 17", {"leaky_relu:negative_slope=0.2": 1})
    assert (found.activations[0].spelt, found.activations[0].layers) == ("LeakyRelu", ("/y",))
    assert found.activations[0].parameters == {"negative_slope": 0.2}


def test_clip_has_its_bounds_as_attributes_before_opset_11_and_as_inputs_after(tmp_path: Path) -> None:
    old = files.onnx_graph([files.onnx_node("Clip", ["x"], "y", min=0.0, max=6.0)])
    new = files.onnx_graph(
        [files.onnx_node("Clip", ["x", "", "six"], "a"), files.onnx_node("Relu", ["a"], "y")], {"six": [6.0]}
    )
    both = files.onnx_graph([files.onnx_node("Clip", ["x", "low", "high"], "y")], {"low": [-2.0], "high": [3.0]})
    assert counts(model(tmp_path, "old.onnx", files.onnx_model(old, 9))) == {"relu6": 1}
    assert counts(model(tmp_path, "new.onnx", files.onnx_model(new))) == {"relu6": 1}
    assert counts(model(tmp_path, "both.onnx", files.onnx_model(both))) == {"hard_tanh:min_val=-2.0:max_val=3.0": 1}


def test_the_gates_of_a_recurrent_layer_are_activations(tmp_path: Path) -> None:
    nodes = [
        files.onnx_node("LSTM", ["x", "w", "r"], "a", activations=["HardSigmoid", "Tanh", "Tanh"]),
        files.onnx_node("RNN", ["a", "w", "r"], "y", activations=["Relu"]),
    ]
    found = counts(model(tmp_path, "a.onnx", files.onnx_model(files.onnx_graph(nodes))))
    assert found == {"hard_sigmoid:slope=0.2": 1, "tanh": 1, "relu": 1}


def test_branches_of_onnx_are_searched(tmp_path: Path) -> None:
    branch = files.onnx_graph([files.onnx_node("Relu", ["outer"], "inner")], outputs=["inner"])
    nodes = [files.onnx_node("MatMul", ["x", "w"], "outer"), files.onnx_node("If", ["c"], "y", then_branch=branch)]
    assert counts(model(tmp_path, "a.onnx", files.onnx_model(files.onnx_graph(nodes)))) == {"relu": 1}


def test_functions_of_a_model_are_written_out(tmp_path: Path) -> None:
    body = [files.onnx_node("Sigmoid", ["a"], "b"), files.onnx_node("Mul", ["a", "b"], "c")]
    function = files.message((1, "act"), (4, "a"), (5, "c"), *((7, node) for node in body), (10, "own"))
    nodes = [files.onnx_node("act", ["x"], "h", domain="own"), files.onnx_node("act", ["h"], "y", domain="own")]
    graph = files.onnx_graph(nodes)
    assert counts(model(tmp_path, "a.onnx", files.onnx_model(graph, functions=[function]))) == {"silu": 2}


@pytest.mark.parametrize(
    ("operator", "attributes", "spec"),
    [
        ("QuickGelu", {"alpha": 1.0}, "silu"),
        ("QuickGelu", {}, "gelu_quick"),
        ("FastGelu", {}, "gelu_tanh"),
        ("Gelu", {}, "gelu"),
        ("FusedConv", {"activation": "HardSigmoid"}, "hard_sigmoid:slope=0.2"),
    ],
)
def test_operators_of_onnxruntime_are_known(
    tmp_path: Path, operator: str, attributes: dict[str, Any], spec: str
) -> None:
    node = files.onnx_node(operator, ["x"], "y", domain="com.microsoft", **attributes)
    assert counts(model(tmp_path, "a.onnx", files.onnx_model(files.onnx_graph([node])))) == {spec: 1}


def test_learned_slopes_stand_by_channel(tmp_path: Path) -> None:
    slopes = [-0.5, 0.25, 1.5, 0.125]
    graph = files.onnx_graph([files.onnx_node("PRelu", ["x", "slope"], "y")], {"slope": slopes})
    found = model(tmp_path, "a.onnx", files.onnx_model(graph))
    assert [(one.layer, one.name, one.parameter, list(one.values)) for one in found.learned] == [
        ("/y", "prelu", "alpha", slopes)
    ]
    assert (found.learned[0].negative, found.learned[0].beyond_one) == (0.25, 0.25)
    assert found.activations[0].parameters == {"alpha": 0.1875}  # the median


def test_a_safetensors_file_without_activations_says_that_it_cannot_tell(tmp_path: Path) -> None:
    found = model(tmp_path, "a.safetensors", files.safetensors({"fc.weight": ((2, 1), [1.0, 2.0])}))
    assert (found.activations, found.learned) == ((), ())
    assert "cannot be told from this file" in found.remarks[0]


def test_a_configuration_beside_safetensors_names_the_activation(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2", "activation_function": "gelu_new"}))
    found = model(tmp_path, "a.safetensors", files.safetensors({"h.0.mlp.weight": ((2, 1), [1.0, 2.0])}))
    assert counts(found) == {"gelu_tanh": 1}
    assert counts(actviz.model(tmp_path / "config.json")) == {"gelu_tanh": 1}
    assert len(actviz.models_in(tmp_path)) == 1


def test_learned_slopes_of_a_state_dictionary_are_known_by_name_and_shape(tmp_path: Path) -> None:
    tensors = {"prelu1.weight": ((2,), [0.5, -0.5]), "norm.weight": ((2,), [1.0, 1.0]), "fc.weight": ((2,), [1.0, 1.0]),
               "fc.bias": ((2,), [0.0, 0.0]), "4.weight": ((1,), [0.25])}  # fmt: skip
    found = model(tmp_path, "a.safetensors", files.safetensors(tensors))
    assert {one.layer: list(one.values) for one in found.learned} == {"prelu1": [0.5, -0.5], "4": [0.25]}


def test_xielu_is_read_before_the_softplus_that_keeps_it_positive(tmp_path: Path) -> None:
    raw = math.log(math.expm1(0.8))
    tensors = {
        "mlp.act_fn.alpha_p": ((1,), [raw]),
        "mlp.act_fn.alpha_n": ((1,), [raw]),
        "mlp.act_fn.beta": ((1,), [0.5]),
    }
    found = model(tmp_path, "a.safetensors", files.safetensors(tensors))
    values = {one.parameter: one.values[0] for one in found.learned}
    assert values == {"alpha_p": pytest.approx(0.8, rel=1e-6), "alpha_n": pytest.approx(1.3, rel=1e-6)}


def test_gguf_names_no_activation_and_its_architecture_implies_one(tmp_path: Path) -> None:
    found = model(tmp_path, "a.gguf", files.gguf({"general.architecture": "gemma2", "gemma2.block_count": 3}))
    assert counts(found) == {"gelu_tanh": 3}
    unknown = model(tmp_path, "b.gguf", files.gguf({"general.architecture": "nobody"}))
    assert unknown.activations == ()
    assert "'nobody' implies is not known here" in unknown.remarks[0]


def test_keras_says_what_its_layers_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(files.KERAS))
    found = actviz.model(tmp_path / "a.keras")
    assert counts(found) == {"relu": 1, "leaky_relu:negative_slope=0.3": 1, "relu6": 1}
    assert "slope of 0.3" in found.remarks[0]


def test_hdf5_of_keras_is_read_with_and_without_h5py(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(files.KERAS)
    assert counts(actviz.model(tmp_path / "a.h5")) == {"relu": 1, "leaky_relu:negative_slope=0.3": 1, "relu6": 1}


def test_activations_fused_into_operators_of_tflite_count(tmp_path: Path) -> None:
    operators: list[tuple[int, list[int], int, dict[int, Any]]] = [
        (3, [0, 1], 2, {3: ("b", 3)}),
        (3, [2, 1], 3, {}),
        (98, [3], 4, {0: ("f", 0.2)}),
        (55, [4, 5], 6, {}),
        (3, [6, 1], 7, {}),
        (14, [7], 8, {}),
    ]
    found = model(tmp_path, "a.tflite", files.tflite(operators, [[], [1.0, 2.0], [], [], [], [-0.4], [], [], []]))
    assert counts(found) == {"relu6": 1, "sigmoid": 1}
    assert [(one.spec, one.count) for one in found.unrecognised] == [
        ("max(leaky_relu(x, negative_slope=0.2), -0.4)", 1)
    ]
    assert actviz.get(found.unrecognised[0].spec)(-1.0) == -0.2


def test_slopes_of_tflite_are_read(tmp_path: Path) -> None:
    found = model(tmp_path, "a.tflite", files.tflite([(54, [0, 1], 2, {})], [[], [0.5, -0.25], []]))
    assert [list(one.values) for one in found.learned] == [[0.5, -0.25]]


def test_the_copies_in_a_saved_model_count_once(tmp_path: Path) -> None:
    body = [
        files.tensorflow_node("x", "Placeholder"),
        files.tensorflow_node("r", "Relu", ["x"]),
        files.tensorflow_node("m", "MatMul", ["r", "r"]),
        files.tensorflow_node("y", "LeakyRelu", ["m:product:0"], alpha=files.field(4, 0.1)),
    ]
    found = model(tmp_path, "saved_model.pb", files.saved_model([], [body] * 5))
    assert counts(found) == {"relu": 1, "leaky_relu:negative_slope=0.1": 1}
    assert "5 copies" in found.remarks[0]


def test_external_data_beside_the_model_is_read_and_nothing_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(struct.pack("<2f", 0.5, -0.5))

    def graph(location: str) -> bytes:
        entries = [files.message((1, "location"), (2, location))]
        tensor = files.message((1, 2), (2, 1), (8, "s"), *((13, entry) for entry in entries), (14, 1))
        node = files.onnx_node("PRelu", ["x", "s"], "y")
        return files.onnx_model(files.message((1, node), (5, tensor), (11, files.message((1, "x")))))

    assert list(model(tmp_path, "a.onnx", graph("w.bin")).learned[0].values) == [0.5, -0.5]
    with pytest.raises(actviz.ActvizError, match="which is not beside it"):
        model(tmp_path, "b.onnx", graph("../../etc/passwd"))
