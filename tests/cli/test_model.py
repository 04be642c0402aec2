"""``actviz model``: what it prints, and the names that scripts rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reference import model_files as files

import actviz
from actviz.cli.app import run


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a ReLU, two GELUs and a learned PReLU, and one where the GELUs are others."""
    monkeypatch.chdir(tmp_path)
    for name, approximate in (("a.onnx", "none"), ("b.onnx", "tanh")):
        nodes = [
            files.onnx_node("Relu", ["x"], "a"),
            files.onnx_node("MatMul", ["a", "w"], "b"),
            files.onnx_node("Gelu", ["b"], "c", approximate=approximate),
            files.onnx_node("MatMul", ["c", "w"], "d"),
            files.onnx_node("Gelu", ["d"], "e", approximate=approximate),
            files.onnx_node("MatMul", ["e", "w"], "f"),
            files.onnx_node("PRelu", ["f", "s"], "y"),
        ]
        Path(name).write_bytes(files.onnx_model(files.onnx_graph(nodes, {"s": [0.5, -1.5]}), 20))
    return tmp_path


def printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["model", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("network")
def test_people_read_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(["a.onnx"], capsys).splitlines() == [
        "a.onnx: ONNX, opset 20",
        "function          count  spelt",
        "relu              1      Relu",
        "gelu              2      Gelu",
        "prelu:alpha=-0.5  1      PRelu",
        "",
        "a.onnx: what it learned",
        "layer  parameter     count  least  median  largest  negative  beyond 1",
        "/y     prelu: alpha  2       -1.5    -0.5      0.5  50%       50%",
    ]


@pytest.mark.usefixtures("network")
def test_scripts_rely_on_these_names(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed(["a.onnx", "--format", "json"], capsys))
    assert list(found) == ["format", "activations", "learned", "unrecognised", "remarks"]
    assert found["activations"][1] == {
        "name": "gelu", "spec": "gelu", "count": 2, "parameters": {}, "spelt": "Gelu", "layers": ["/c", "/e"],
    }  # fmt: skip
    assert found["learned"] == [{"layer": "/y", "name": "prelu", "parameter": "alpha", "values": [0.5, -1.5]}]


@pytest.mark.usefixtures("network")
def test_specs_are_one_a_line_and_others_take_them(capsys: pytest.CaptureFixture[str]) -> None:
    specs = printed(["a.onnx", "--specs"], capsys).split()
    assert specs == ["relu", "gelu", "prelu:alpha=-0.5"]
    assert run(["table", *specs, "--at", "1"]) == 0


@pytest.mark.usefixtures("network")
def test_layers_and_learned_are_tables_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    layers = printed(["a.onnx", "--layers", "--format", "csv"], capsys)
    assert layers.splitlines()[:3] == ["function,layer,spelt", "relu,/a,Relu", "gelu,/c,Gelu"]
    learned = printed(["a.onnx", "--learned", "--format", "csv"], capsys)
    assert learned.splitlines()[1] == "/y,prelu: alpha,2,-1.5,-0.5,0.5,50%,50%"


@pytest.mark.usefixtures("network")
def test_two_files_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    rows = printed(["a.onnx", "b.onnx", "--format", "csv"], capsys).splitlines()
    assert rows[0] == "function,first,second,change"
    assert rows[1:] == [
        "relu,1,1,same",
        'gelu,2,0,"became gelu_tanh, which differs by up to 0.000473"',
        "prelu:alpha=-0.5,1,1,same",
        'gelu_tanh,0,2,"was gelu, which differs by up to 0.000473"',
    ]


@pytest.mark.usefixtures("network")
def test_a_folder_is_searched(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(printed([".", "--format", "json"], capsys))
    assert [one["file"] for one in found] == ["a.onnx", "b.onnx"]


def test_what_was_learned_is_drawn(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed(["a.onnx", "-o", "a.svg"], capsys)
    drawing = (network / "a.svg").read_text(encoding="utf-8")
    assert "2 learned values of alpha in 1 layers" in drawing
    spec = actviz.model_figure(actviz.model("a.onnx"))
    assert [len(panel.lines) for panel in spec.panels] == [1, 2]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ["none.onnx"],
            1,
            "cannot read 'none.onnx': No such file or directory\nName a model file, or a folder of them.",
        ),
        (
            ["a.onnx", "--specs", "--layers"],
            2,
            "--specs writes one SPEC a line and nothing else\nLeave the other options out.",
        ),
    ],
)
@pytest.mark.usefixtures("network")
def test_what_cannot_be_done_is_said(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    assert run(["model", *words]) == code
    assert capsys.readouterr().err == f"error: {message}\n"


def test_folders_without_models_or_with_several_say_so(network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (network / "empty").mkdir()
    assert run(["model", "empty"]) == 1
    assert capsys.readouterr().err.startswith("error: 'empty' holds no model file\nFormats: ONNX, ")
    with pytest.raises(actviz.ActvizError, match=r"'.' holds 2 model files\nName a file"):
        actviz.model(".")


@pytest.mark.usefixtures("network")
def test_a_figure_of_nothing_learned_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("c.onnx").write_bytes(files.onnx_model(files.onnx_graph([files.onnx_node("Relu", ["x"], "y")])))
    assert run(["model", "c.onnx", "-o", "c.png"]) == 1
    assert "no learned parameter of an activation was found, so there is nothing to draw" in capsys.readouterr().err
