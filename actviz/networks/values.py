"""Values from arrays and files, as blocks that stream."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.errors import InputError, UsageError
from actviz.language.numerics.special import Array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_BLOCK = 1 << 18  # numbers worked on at once
_LONGEST_HEADER = 100_000_000  # bytes, of a safetensors file
_SAFETENSORS = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
}  # fmt: skip
_SMALL_FLOATS = {"BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}  # through ml_dtypes


@dataclass(frozen=True)
class Values:
    """Numbers that are read anew as often as they are wanted.

    Args:
        name: what they are, for people.
        blocks: gives them, in one dimension, or in two with a column for each unit.
    """

    name: str
    blocks: Callable[[], Iterator[Array]]


def from_array(values: ArrayLike | None, axis: int | None) -> Values:
    """The numbers of an array."""
    return _cut(np.asarray(values), axis, "the array")


def from_file(path: Path, key: str | None, axis: int | None) -> Values:
    """The numbers of a file: ``.npy``, ``.npz``, ``.safetensors``, or text with numbers between blanks or commas.

    Args:
        path: the file.
        key: the array in a file that holds several.
        axis: the axis of the units.

    Raises:
        InputError: it cannot be read, or does not hold the key.
        UsageError: the axis is not there.
    """
    name = f"'{path}'"
    try:
        if path.suffix == ".npz":
            array = _from_npz(path, key)
        elif path.suffix == ".safetensors":
            array = _from_safetensors(path, key)
        elif path.suffix == ".npy":
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        else:
            array = _from_text(path)
    except OSError as error:
        raise InputError(
            f"cannot read {name}: {error.strerror or 'it is cut short'}", "Name a file of numbers."
        ) from None
    except (ValueError, EOFError, KeyError):
        raise InputError(f"{name} cannot be read as numbers", "Write it with numpy.save or numpy.savez.") from None
    if key is not None and path.suffix not in (".npz", ".safetensors"):
        raise InputError(f"{name} holds one array, without the key '{key}'", "Leave out --key.")
    return _cut(array, axis, name)


def _cut(array: Any, axis: int | None, name: str) -> Values:
    if array.dtype.kind not in "fiub" and "float" not in str(array.dtype):
        raise InputError(f"{name} does not hold real numbers", "Preactivations are real.")
    if axis is not None:
        if not -array.ndim <= axis < array.ndim:
            raise UsageError(
                f"{name} has no axis {axis}: its shape is {'×'.join(map(str, array.shape)) or 'that of a number'}",
                f"From 0 to {max(array.ndim - 1, 0)}, or negative from the end.",
            )
        array = np.moveaxis(array, axis, -1)

    def blocks() -> Iterator[Array]:
        if axis is None:
            flat = array.reshape(-1)
            for start in range(0, flat.size, _BLOCK):
                yield flat[start : start + _BLOCK].astype(np.float64)
        else:
            rows = array.reshape(-1, array.shape[-1]) if array.size else array.reshape(0, 1)
            step = max(1, _BLOCK // max(rows.shape[1], 1))
            for start in range(0, len(rows), step):
                yield rows[start : start + step].astype(np.float64)

    return Values(name, blocks)


def _key(held: list[str], key: str | None, path: Path) -> str:
    """The key that is meant."""
    listed = ", ".join(held[:12]) + (", …" if len(held) > 12 else "")
    if key is None:
        if len(held) == 1:
            return held[0]
        raise InputError(f"'{path}' holds {len(held)} arrays", f"Name one with --key: {listed}.")
    if key not in held:
        raise InputError(f"'{path}' does not hold '{key}'", f"It holds {listed}.")
    return key


def _from_npz(path: Path, key: str | None) -> Any:
    import zipfile

    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return archive[_key(list(archive.files), key, path)]
    except zipfile.BadZipFile:
        raise InputError(f"'{path}' is not a NumPy archive", "Write one with numpy.savez.") from None


def _from_safetensors(path: Path, key: str | None) -> Any:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > _LONGEST_HEADER:
            raise InputError(f"'{path}' is not a safetensors file", "Its header would be over 100 MB.")
        try:
            header = json.loads(file.read(length))
        except ValueError:
            raise InputError(f"'{path}' is not a safetensors file", "Its header is not JSON.") from None
    if not isinstance(header, dict):
        raise InputError(f"'{path}' is not a safetensors file", "Its header is not a table.")
    header.pop("__metadata__", None)
    record = header[_key(list(header), key, path)]
    try:
        kind, shape, (start, stop) = str(record["dtype"]), record["shape"], record["data_offsets"]
        if not all(isinstance(number, int) and number >= 0 for number in (*shape, start, stop)):
            raise ValueError
    except (TypeError, KeyError, ValueError):
        raise InputError(f"'{path}' is not a safetensors file", "An array's record is not as it must be.") from None
    dtype = _dtype(kind, path)
    count = math.prod(shape)
    if start < 0 or stop - start != count * dtype.itemsize:
        raise InputError(f"'{path}' is not a safetensors file", "An array's size is not that of its shape.")
    if not count:
        return np.empty(shape, dtype)
    if 8 + length + stop > path.stat().st_size:
        raise InputError(f"'{path}' is not a safetensors file", "It is cut short.")
    return np.memmap(path, dtype, "r", 8 + length + start, tuple(shape) or (1,))


def _dtype(kind: str, path: Path) -> Any:
    if kind in _SAFETENSORS:
        return np.dtype(_SAFETENSORS[kind])
    if kind not in _SMALL_FLOATS:
        raise InputError(f"'{path}' holds numbers of type {kind}", "Real numbers are read.")
    try:
        import ml_dtypes
    except ImportError:
        raise InputError(
            f"numbers of type {kind} take the package ml_dtypes", "Install it: pip install ml_dtypes."
        ) from None
    return np.dtype(getattr(ml_dtypes, _SMALL_FLOATS[kind]))


def _from_text(path: Path) -> Any:
    """Rows of numbers; rows of one length make a table, others a list. Words in a first row are names of columns."""
    rows: list[list[float]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.partition("#")[0].replace(";", ",").replace(",", " ").split()
        try:
            rows.append([float(word) for word in words])
        except ValueError:
            if number == 1 and not rows:
                continue
            raise InputError(
                f"'{path}', line {number} is not numbers", "Numbers stand between blanks or commas."
            ) from None
    rows = [row for row in rows if row]
    if len({len(row) for row in rows}) == 1 and rows and len(rows[0]) > 1:
        return np.array(rows)
    return np.array([value for row in rows for value in row])
