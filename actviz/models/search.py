"""Which format a file is in, told from its bytes rather than its name; and which files of a folder are models."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import cast

import numpy as np

from actviz.errors import InputError
from actviz.models.graph import Graph
from actviz.models.graphs import gathered
from actviz.models.reading import MalformedError, mapped
from actviz.models.results import Gathered, Model

_SUFFIXES = (
    ".onnx", ".ort", ".pt", ".pth", ".bin", ".ckpt", ".jit", ".pt2", ".tar", ".safetensors", ".json", ".keras", ".h5",
    ".hdf5", ".tflite", ".pb", ".gguf",
)  # fmt: skip
_MOST_FILES = 10_000
_BY_NAME = {  # where the first bytes are those of none
    ".pb": "savedmodel", ".safetensors": "safetensors", ".tflite": "tflite", ".gguf": "gguf", ".json": "huggingface",
    ".h5": "keras", ".hdf5": "keras", ".keras": "keras", ".pt": "torch", ".pth": "torch", ".ckpt": "torch",
}  # fmt: skip
_FORMATS = "ONNX, PyTorch, TorchScript, safetensors, Keras, TFLite, SavedModel, GGUF, and config.json of Hugging Face"


def model(path: str | Path) -> Model:
    """What one model file says about its activations.

    Args:
        path: a file, or a folder that holds one model.

    Raises:
        InputError: it cannot be read, or is no model.
    """
    place = Path(path)
    if place.is_dir():
        found = list(files(place))
        if len(found) != 1:
            what = "no model file" if not found else f"{len(found)} model files"
            raise InputError(f"'{path}' holds {what}", f"Name a file; formats: {_FORMATS}.")
        place = found[0]
    try:
        # Numbers in damaged files are any, and what Python remarks on odd literals in them is not for our reader.
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(place)
    except MalformedError as error:
        raise InputError(f"cannot read '{place}': {error}", f"Formats: {_FORMATS}.") from None
    except (RecursionError, MemoryError, OverflowError):
        raise InputError(
            f"cannot read '{place}': it asks for more than a model needs", f"Formats: {_FORMATS}."
        ) from None


def models(paths: Iterable[str | Path]) -> list[Model]:
    """What `model` says of several files, and of every model file in folders.

    Raises:
        InputError: one of them cannot be read, or a folder holds none.
    """
    found = []
    for path in paths:
        places = list(files(Path(path))) if Path(path).is_dir() else [Path(path)]
        if not places:
            raise InputError(f"'{path}' holds no model file", f"Formats: {_FORMATS}.")
        found += [model(place) for place in places]
    return found


def files(folder: Path) -> Iterator[Path]:
    """The model files in a folder and the folders in it, by name."""
    for count, place in enumerate(sorted(folder.rglob("*"))):
        if count > _MOST_FILES:
            return
        if place.suffix.lower() not in _SUFFIXES or not place.is_file():
            continue
        if place.suffix == ".json" and (place.name != "config.json" or _has_weights(place.parent)):
            continue
        if place.suffix == ".pb" and place.name != "saved_model.pb":
            continue
        yield place


def _has_weights(folder: Path) -> bool:
    """Whether a configuration is that of weights beside it, which are read with it."""
    return any(folder.glob("*.safetensors"))


def _read(path: Path) -> Model:
    data = mapped(path)
    head = bytes(data[:16])
    if not head:
        raise MalformedError("it is empty")
    kind = _kind(path, data, head)
    reader = import_module(f"actviz.models.readers.{kind}")
    found, words = reader.read(data, path)
    if isinstance(found, Graph):
        found = gathered(found)
    return cast("Gathered", found).model(str(path), words)


def _kind(path: Path, data: memoryview, head: bytes) -> str:
    """The reader for a file: what its first bytes say, and its name where they say nothing."""
    suffix = path.suffix.lower()
    if head[:4] == b"GGUF":
        return "gguf"
    if head[4:8] == b"TFL3":
        return "tflite"
    if head[:8] == b"\x89HDF\r\n\x1a\n":
        return "keras"
    if head[:2] == b"PK":
        return "keras" if suffix == ".keras" or b"config.json" in bytes(data[:4096]) else "torch"
    if head[:1] == b"\x80":
        return "torch"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < len(data):
        return "safetensors"
    if head.lstrip()[:1] == b"{":
        return "huggingface"
    return _BY_NAME.get(suffix, "onnx")
