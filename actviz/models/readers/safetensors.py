"""safetensors: eight bytes of length, a JSON of names, kinds, shapes and places, then the numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actviz.models.graph import Constant, Floats
from actviz.models.learned import add_configuration, add_tensors
from actviz.models.numbers import decoded
from actviz.models.reading import MOST_TEXT, MalformedError, json_object, mapped
from actviz.models.results import Gathered

_KINDS = {
    "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F64": "float64", "I64": "int64", "I32": "int32",
    "I16": "int16", "I8": "int8", "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64", "BOOL": "bool",
}  # fmt: skip


def read(data: memoryview, path: Path) -> tuple[Gathered, str]:
    """What a safetensors file and the ``config.json`` beside it tell.

    Raises:
        MalformedError: the header is damaged.
    """
    size = int.from_bytes(data[:8], "little")
    if size > min(len(data) - 8, MOST_TEXT):
        raise MalformedError("its header is longer than the file, or than any header")
    header = json_object(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            tensors[name] = _tensor(name, entry, data[8 + size :])
    found = Gathered()
    beside = path.parent / "config.json"
    if beside.is_file():
        add_configuration(found, "config.json", json_object(mapped(beside)))
    add_tensors(found, tensors, quiet=bool(found.uses))
    return found, "safetensors"


def _tensor(name: str, entry: Any, data: memoryview) -> Constant:
    try:
        kind, shape = entry["dtype"], tuple(entry["shape"])
        start, end = entry["data_offsets"]
        whole_numbers = all(isinstance(part, int) and part >= 0 for part in (*shape, start, end))
    except (KeyError, TypeError, ValueError):
        raise MalformedError(f"its entry for '{name}' is damaged") from None
    if not whole_numbers or end > len(data) or start > end or not isinstance(kind, str):
        raise MalformedError(f"its entry for '{name}' points beyond the file")

    def load() -> Floats:
        return decoded(data[start:end], _KINDS.get(kind, kind))

    return Constant(shape, load, kind[:1] in "IUB" and kind != "BF16", name)
