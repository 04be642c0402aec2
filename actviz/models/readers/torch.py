"""PyTorch: the old stream of pickles, the zip file, and TorchScript; state dictionaries, checkpoints, whole modules."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from actviz.models.graph import Constant, Floats
from actviz.models.learned import add_configuration, add_module, add_tensors
from actviz.models.numbers import decoded, width
from actviz.models.readers.pickles import Global, Instance, Persistent, load
from actviz.models.readers.torchscript import add_program
from actviz.models.reading import MOST_TEXT, Archive, MalformedError
from actviz.models.results import Gathered

MAGIC = 0x1950A86A20F9469CFC6C  # the first pickle of the old stream
_MOST_OBJECTS = 300_000
_DEEPEST = 40
_KINDS = {
    "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": "bfloat16", "DoubleStorage": "float64",
    "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
    "ByteStorage": "uint8", "BoolStorage": "bool",
}  # fmt: skip

Storage = Callable[[str], bytes | memoryview]


def read(data: memoryview, path: Path) -> tuple[Gathered, str]:
    """What a file of `torch.save` or `torch.jit.save` holds.

    Raises:
        MalformedError: it is none, or damaged.
    """
    if bytes(data[:2]) == b"PK":
        with Archive(path) as archive:
            return _read_zip(archive)
    stream = io.BytesIO(bytes(data[:MOST_TEXT]))
    if load(stream) != MAGIC:
        raise MalformedError("it is no file of PyTorch")
    load(stream)  # the version of the protocol
    load(stream)  # sizes of numbers where it was written
    content = load(stream)
    keys = load(stream)
    if not isinstance(keys, list):
        raise MalformedError("its list of storages is damaged")
    widths = {str(key): width(kind) for key, kind in _storages(content)}
    places: dict[str, memoryview] = {}
    place = stream.tell()
    for key in keys:
        count = int.from_bytes(data[place : place + 8], "little")
        size = count * widths.get(str(key), 4)
        places[str(key)] = data[place + 8 : place + 8 + size]
        place += 8 + size
    return _gathered(content, lambda key: places.get(key, b"")), "PyTorch, old stream"


def _read_zip(archive: Archive) -> tuple[Gathered, str]:
    pickles = [name for name in archive.names if name.endswith("data.pkl") and name.count("/") <= 1]
    if not pickles:
        raise MalformedError("it is a zip file without a model")
    root = pickles[0].removesuffix("data.pkl")
    content = load(io.BytesIO(archive.read(pickles[0])))

    def storage(key: str) -> bytes:
        return archive.read(f"{root}data/{key}")

    programs = [name for name in archive.names if name.startswith(f"{root}code/") and name.endswith(".py")]
    if programs:
        found = Gathered()
        add_program(found, content, {name: archive.read(name) for name in programs}, _scalars(archive, root))
        add_tensors(found, dict(_tensors(content, storage)), quiet=bool(found.uses))
        return found, "TorchScript"
    return _gathered(content, storage), "PyTorch, zip"


def _scalars(archive: Archive, root: str) -> dict[str, float]:
    """The constants of a program that are one number."""
    if f"{root}constants.pkl" not in archive.names:
        return {}
    content = load(io.BytesIO(archive.read(f"{root}constants.pkl")))
    if not isinstance(content, tuple | list):
        return {}

    def storage(key: str) -> bytes:
        return archive.read(f"{root}constants/{key}")

    found = {}
    for place, value in enumerate(content):
        tensor = _tensor("", value.arguments, storage) if isinstance(value, Instance) else None
        if tensor is not None and tensor.size == 1:
            found[f"CONSTANTS.c{place}"] = float(tensor.values()[0])
    return found


def _gathered(content: Any, storage: Storage) -> Gathered:
    found = Gathered()
    for name, value in _walk(content):
        if isinstance(value, Instance) and isinstance(value.state, dict):
            add_module(found, name, value.kind, value.state)
        if isinstance(value, dict):
            add_configuration(found, name, value)
    add_tensors(found, dict(_tensors(content, storage)), quiet=bool(found.uses))
    return found


def _walk(content: Any) -> Iterator[tuple[str, Any]]:
    """Every value in a file with its name, once."""
    seen: set[int] = set()
    waiting: list[tuple[str, Any, int]] = [("", content, 0)]
    while waiting:
        name, value, level = waiting.pop()
        if isinstance(value, str | int | float | bytes | None) or id(value) in seen or level > _DEEPEST:
            continue
        seen.add(id(value))
        if len(seen) > _MOST_OBJECTS:
            raise MalformedError(f"its pickle holds more than {_MOST_OBJECTS:,} objects")
        yield name, value
        inner: Mapping[Any, Any] = {}
        if isinstance(value, dict):
            inner = value
        elif isinstance(value, list | tuple):
            inner = dict(enumerate(value))
        elif isinstance(value, Instance) and not value.kind.startswith("torch._utils"):
            inner = value.state if isinstance(value.state, dict) else {}
        waiting += reversed([(_joined(name, key), part, level + 1) for key, part in inner.items()])


def _joined(name: str, key: Any) -> str:
    """The name of a part, without the dictionaries that only hold parts."""
    if key in _SILENT:
        return name
    return f"{name}.{key}" if name else str(key)


_SILENT = ("_modules", "_parameters", "_buffers", "state_dict", "module", "model_state_dict")


def _tensors(content: Any, storage: Storage) -> Iterator[tuple[str, Constant]]:
    for name, value in _walk(content):
        if isinstance(value, Instance) and value.kind.startswith("torch._utils._rebuild_tensor"):
            tensor = _tensor(name, value.arguments, storage)
            if tensor is not None:
                yield name, tensor


def _tensor(name: str, arguments: Any, storage: Storage) -> Constant | None:
    if not isinstance(arguments, tuple) or len(arguments) < 4 or not isinstance(arguments[0], Persistent):
        return None
    key, (offset, size) = arguments[0].key, arguments[1:3]
    if not (isinstance(key, tuple) and len(key) > 4 and isinstance(key[1], Global) and isinstance(size, tuple)):
        return None
    if not isinstance(offset, int) or not all(isinstance(part, int) and part >= 0 for part in size) or offset < 0:
        return None
    kind = _KINDS.get(key[1].name.rpartition(".")[2], "")
    count = int(np.prod(size, dtype=object))

    def read_values() -> Floats:
        start = offset * width(kind)
        return decoded(storage(str(key[2]))[start : start + count * width(kind)], kind)

    return Constant(size, read_values, kind not in ("float32", "float16", "bfloat16", "float64"), name)


def _storages(content: Any) -> Iterator[tuple[Any, str]]:
    for _, value in _walk(content):
        if isinstance(value, Instance) and value.kind.startswith("torch._utils._rebuild_tensor"):
            arguments = value.arguments if isinstance(value.arguments, tuple) else ()
            key = arguments[0].key if arguments and isinstance(arguments[0], Persistent) else ()
            if isinstance(key, tuple) and len(key) > 4 and isinstance(key[1], Global):
                yield key[2], _KINDS.get(key[1].name.rpartition(".")[2], "float32")
