"""Protocol buffers: the wire format, which is all that a reader of known messages needs."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from actviz.models.reading import MalformedError, text

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Field = int | memoryview


def fields(data: memoryview) -> Iterator[tuple[int, Field]]:
    """The fields of a message in order: number and value, 4 or 8 raw bytes for fixed ones.

    Raises:
        MalformedError: the bytes are no message.
    """
    place, end = 0, len(data)
    while place < end:
        key, place = varint(data, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = varint(data, place)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            size, place = varint(data, place)
        elif kind in (_FIXED64, _FIXED32):
            size = 8 if kind == _FIXED64 else 4
        else:
            raise MalformedError("its protocol buffer has a field of no known kind")
        if size > end - place:
            raise MalformedError("it ends before a field does")
        yield key >> 3, data[place : place + size]
        place += size


def varint(data: memoryview, place: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = shift = 0
    while True:
        if place >= len(data) or shift > 63:
            raise MalformedError("it ends in the middle of a number, or the number is too long")
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place
        shift += 7


def signed(value: Field) -> int:
    """A varint as an int64."""
    number = whole(value)
    return number - (1 << 64) if number >> 63 else number


def whole(value: Field) -> int:
    """A field that must be a number."""
    if not isinstance(value, int):
        raise MalformedError("its protocol buffer has bytes where a number belongs")
    return value


def part(value: Field) -> memoryview:
    """A field that must be bytes."""
    if isinstance(value, int):
        raise MalformedError("its protocol buffer has a number where bytes belong")
    return value


def string(value: Field) -> str:
    """A field that must be a short text."""
    return text(part(value), 1 << 16)


def float32(value: Field) -> float:
    """A field of four bytes as a float."""
    data = part(value)
    if len(data) != 4:
        raise MalformedError("its protocol buffer has no float where one belongs")
    return float(struct.unpack("<f", data)[0])


def integers(value: Field) -> list[int]:
    """A repeated number, packed or one by one."""
    if isinstance(value, int):
        return [signed(value)]
    found, place = [], 0
    while place < len(value):
        number, place = varint(value, place)
        found.append(signed(number))
    return found


def packed(value: Field, kind: str) -> NDArray[np.generic]:
    """A repeated fixed number, packed or one by one."""
    data = part(value)
    size = np.dtype(kind).itemsize
    if len(data) % size:
        raise MalformedError("its protocol buffer has a list of numbers that is cut off")
    return np.frombuffer(data, dtype=kind)
