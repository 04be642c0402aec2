"""Files that lie, end early, or mean harm: each is read, or refused in one message."""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reference import model_files as files

import actviz
from actviz.errors import InputError
from actviz.models.readers import pickles
from actviz.models.reading import MalformedError

_SEED = 18
_MUTANTS = 60  # of each file; tests/benchmarks/models.py makes 100,000


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"m/{name}", content)
    return buffer.getvalue()


MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
ONE = files.onnx_model(
    files.onnx_graph(
        [
            files.onnx_node("PRelu", ["x", "s"], "a"),
            files.onnx_node("Sigmoid", ["a"], "b"),
            files.onnx_node("Mul", ["a", "b"], "y"),
        ],
        {"s": [0.1, 0.2]},
    )
)
WHOLE: dict[str, bytes] = {
    "a.onnx": ONE,
    "a.tflite": files.tflite([(98, [0], 1, {0: ("f", 0.2)}), (54, [1, 2], 3, {})], [[], [], [0.1, 0.2], []]),
    "a.safetensors": files.safetensors({"prelu.weight": ((2,), [0.1, 0.2])}),
    "a.gguf": files.gguf({"general.architecture": "llama", "llama.block_count": 2, "xielu.alpha_p": [0.1, 0.2]}),
    "saved_model.pb": files.saved_model(
        [files.tensorflow_node("x", "Placeholder"), files.tensorflow_node("y", "Relu", ["x"])]
    ),
    "a.pt": MAGIC
    + pickle.dumps(1001, 2)
    + pickle.dumps({}, 2)
    + pickle.dumps({"act": "relu"}, 2)
    + pickle.dumps([], 2),
    "b.pt": zipped(**{"data.pkl": pickle.dumps({"hidden_act": "gelu"}, 2)}),
    "a.keras": zipped(**{"config.json": json.dumps(files.KERAS).encode()}),
    "config.json": json.dumps({"model_type": "t", "hidden_act": "silu"}).encode(),
}


def outcome(path: Path) -> str:
    """What is said of a file: its format, or the one message."""
    try:
        found = actviz.model(path)
    except InputError as error:  # of exit code 1; anything else fails the test
        return error.message
    str(found)
    return found.format


@pytest.mark.parametrize("name", WHOLE)
def test_mutated_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    chance = random.Random(f"{_SEED} {name}")
    path = tmp_path / name
    for _ in range(_MUTANTS):
        data = bytearray(WHOLE[name])
        for _ in range(chance.choice([1, 2, 8])):
            place = chance.randrange(len(data))
            data[place] = chance.choice([0, 127, 128, 255, chance.randrange(256)])
        if chance.random() < 0.25:
            del data[chance.randrange(len(data)) :]
        path.write_bytes(data)
        assert outcome(path)


@pytest.mark.parametrize("name", WHOLE)
def test_files_that_end_anywhere_are_read_or_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for size in range(0, len(WHOLE[name]), 1 + len(WHOLE[name]) // 40):
        path.write_bytes(WHOLE[name][:size])
        assert outcome(path)


class Harmful:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch harmed",)


def test_no_code_of_a_pickle_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for data in (zipped(**{"data.pkl": pickle.dumps(Harmful())}), MAGIC + pickle.dumps(Harmful(), 2) * 4):
        (tmp_path / "a.pt").write_bytes(data)
        assert outcome(tmp_path / "a.pt")
    assert not (tmp_path / "harmed").exists()


REFUSED: list[tuple[bytes, str]] = [
    (b"\x80\x02]r\xff\xff\xff\x7f.", "[]"),  # a memo index of two thousand million costs nothing
    (b"\x80\x02N", "its pickle is damaged"),
    (b"\x80\x02h\x05.", "its pickle is damaged"),
    (b"(ios\nsystem\n.", "its pickle has the opcode INST, which no tensor needs"),
    (b"\x80\x02" + b"(" * 1_000_001, "its pickle has more than 1,000,000 opcodes"),
]


def interpreted(data: bytes) -> str:
    try:
        return repr(pickles.load(io.BytesIO(data)))
    except MalformedError as error:
        return str(error)


@pytest.mark.parametrize(("data", "said"), REFUSED)
def test_pickles_are_interpreted_opcode_by_opcode(data: bytes, said: str) -> None:
    assert interpreted(data) == said


LIES: list[tuple[str, bytes, str]] = [
    ("a.onnx", b"", "cannot read 'HERE/a.onnx': it is empty"),
    ("a.onnx", b"\x0a\xff\xff\xff\xff\x0f", "cannot read 'HERE/a.onnx': it ends before a field does"),
    (
        "a.onnx",
        files.onnx_model(
            files.message(
                (5, files.message((1, 1 << 40), (2, 1), (8, "s"))),
                (1, files.onnx_node("PRelu", ["x", "s"], "y")),
                (11, files.message((1, "x"))),
            )
        ),
        "cannot read 'HERE/a.onnx': the tensor 's' has 1,099,511,627,776 values",
    ),
    (
        "a.safetensors",
        (1 << 40).to_bytes(8, "little") + b"{}",
        "cannot read 'HERE/a.safetensors': its header is longer than the file, or than any header",
    ),
    (
        "a.gguf",
        b"GGUF\x03\0\0\0" + b"\0" * 8 + b"\xff" * 8,
        "cannot read 'HERE/a.gguf': its version 3 is not read, or it has too many keys",
    ),
    (
        "a.tflite",
        b"\xff\xff\0\0TFL3" + b"\0" * 8,
        "cannot read 'HERE/a.tflite': an offset in it points beyond the file",
    ),
    ("a.pt", zipped(**{"other.txt": b""}), "cannot read 'HERE/a.pt': it is a zip file without a model"),
    ("a.keras", zipped(**{"config.json": b"\0" * (65 << 20)}), "cannot read 'HERE/a.keras': it holds no 'config.json'"),
    ("a.json", b'{"a": 1}', "cannot read 'HERE/a.json': it is JSON, but no configuration of a model"),
    ("a.json", b'{"a":' * 100_000, "cannot read 'HERE/a.json': its JSON cannot be read"),
]


@pytest.mark.parametrize(("name", "data", "message"), LIES)
def test_lies_are_told_in_one_message(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert outcome(tmp_path / name) == message.replace("HERE", str(tmp_path))


def test_what_asks_for_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("actviz.models.readers.onnx.read", exhausted)
    (tmp_path / "a.onnx").write_bytes(ONE)
    assert outcome(tmp_path / "a.onnx") == f"cannot read '{tmp_path}/a.onnx': it asks for more than a model needs"


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(zipped(**{"data.pkl": b"\0" * (65 << 20)}))
    assert "unpacks to more than 67,108,864 bytes" in outcome(tmp_path / "a.pt")
