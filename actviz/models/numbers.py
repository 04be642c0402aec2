"""Numbers as model files store them, as float64; those of narrow formats become the shortest decimal they stand for."""

from __future__ import annotations

import numpy as np

from actviz.models.graph import Floats
from actviz.models.reading import MalformedError

_PLAIN = {
    "float64": "<f8", "float32": "<f4", "float16": "<f2", "int64": "<i8", "int32": "<i4", "int16": "<i2",
    "int8": "i1", "uint8": "u1", "uint16": "<u2", "uint32": "<u4", "uint64": "<u8", "bool": "?",
}  # fmt: skip


def width(kind: str) -> int:
    """Bytes of a number.

    Raises:
        MalformedError: numbers of that kind are not read.
    """
    if kind == "bfloat16":
        return 2
    if kind not in _PLAIN:
        raise MalformedError(f"a tensor that matters holds numbers of an unknown kind, '{kind}'")
    return np.dtype(_PLAIN[kind]).itemsize


def decoded(data: bytes | memoryview, kind: str) -> Floats:
    """The numbers in little-endian bytes; float32 as the shortest decimals that read back to the same float32.

    Raises:
        MalformedError: numbers of that kind are not read.
    """
    size = width(kind)
    data = data[: len(data) // size * size]
    if kind == "bfloat16":
        wide = np.frombuffer(data, dtype="<u2").astype("<u4") << 16
        return wide.view("<f4").astype(np.float64)
    numbers = np.frombuffer(data, dtype=_PLAIN[kind])
    if kind in ("float32", "float16"):
        return numbers.astype(str).astype(np.float64)
    return numbers.astype(np.float64)
