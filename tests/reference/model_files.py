"""Small model files, written byte by byte: independent of every reader, and of the formats' own packages."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number: int, value: int | float | bytes | str) -> bytes:
    """A field of a protocol buffer: a varint, a float32, or bytes."""
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def message(*parts: tuple[int, Any]) -> bytes:
    return b"".join(field(number, value) for number, value in parts)


def onnx_tensor(name: str, values: Sequence[float], shape: Sequence[int]) -> bytes:
    data = struct.pack(f"<{len(values)}f", *values)
    return message(*((1, size) for size in shape), (2, 1), (8, name), (9, data))


def onnx_node(operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> bytes:
    parts: list[tuple[int, Any]] = [(1, name) for name in inputs]
    parts += [(2, output), (3, f"/{output}"), (4, operator)]
    for name, value in attributes.items():
        kind = {float: 2, int: 3, str: 4, bytes: 6}.get(type(value), 0)
        if isinstance(value, list):
            packed = [(1, name), *((9, part) for part in value)]
            parts.append((5, message(*packed)))
        else:
            parts.append((5, message((1, name), (kind, value))))
    return message(*parts, *([(7, domain)] if domain else []))


def onnx_graph(
    nodes: Sequence[bytes], tensors: Mapping[str, Sequence[float]] | None = None, outputs: Sequence[str] = ("y",)
) -> bytes:
    """A graph from x to the outputs; tensors of one number are scalars."""
    stored = [
        onnx_tensor(name, values, () if len(values) == 1 else (len(values),))
        for name, values in (tensors or {}).items()
    ]
    return message(
        *((1, node) for node in nodes),
        (2, "g"),
        *((5, tensor) for tensor in stored),
        (11, message((1, "x"))),
        *((12, message((1, name))) for name in outputs),
    )


def onnx_model(graph: bytes, opset: int = 17, functions: Sequence[bytes] = ()) -> bytes:
    return message((1, 8), (8, message((2, opset))), (7, graph), *((25, part) for part in functions))


def safetensors(tensors: Mapping[str, tuple[Sequence[int], Sequence[float]]]) -> bytes:
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        start = len(data)
        data += struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def gguf(keys: Mapping[str, str | int | float | list[float]]) -> bytes:
    def text(word: str) -> bytes:
        return struct.pack("<Q", len(word.encode())) + word.encode()

    def value(part: str | int | float | list[float]) -> bytes:
        if isinstance(part, str):
            return struct.pack("<I", 8) + text(part)
        if isinstance(part, int):
            return struct.pack("<II", 4, part)
        if isinstance(part, float):
            return struct.pack("<If", 6, part)
        return struct.pack("<IIQ", 9, 6, len(part)) + struct.pack(f"<{len(part)}f", *part)

    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(keys)) + b"".join(text(k) + value(v) for k, v in keys.items())


def tensorflow_node(name: str, operator: str, inputs: Sequence[str] = (), **attributes: bytes) -> bytes:
    entries = [(5, message((1, key), (2, value))) for key, value in attributes.items()]
    return message((1, name), (2, operator), *((3, word) for word in inputs), *entries)


def saved_model(main: Sequence[bytes], functions: Sequence[Sequence[bytes]] = ()) -> bytes:
    library = message(*((1, message(*((3, node) for node in body))) for body in functions))
    graph = message(*((1, node) for node in main), (2, library))
    return message((1, 1), (2, message((2, graph))))


KERAS = {
    "class_name": "Sequential",
    "config": {
        "name": "net",
        "layers": [
            {"class_name": "Dense", "config": {"name": "dense", "activation": "relu"}},
            {"class_name": "LeakyReLU", "config": {"name": "leaky", "alpha": 0.30000001192092896}},
            {
                "class_name": "ReLU",
                "config": {"name": "six", "max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0},
            },
            {"class_name": "Dense", "config": {"name": "last", "activation": "softmax"}},
        ],
    },
}


def flat_table(fields: Mapping[int, Any]) -> bytes:
    """A FlatBuffer's table, with all that it holds behind it.

    Args:
        fields: by number: a pair of form and value, a text, a list of numbers as (form, list), ``bytes`` of a table,
            or a list of such.
    """
    count = max(fields, default=-1) + 1
    virtual = 4 + 2 * count
    virtual += -virtual % 8
    inline, behind = bytearray(4), b""
    slots, later = [0] * count, []
    for number, value in fields.items():
        slots[number] = len(inline)
        if isinstance(value, tuple) and not isinstance(value[1], list):
            inline += struct.pack("<" + value[0], value[1]).ljust(8, b"\0")
        else:
            later.append((len(inline), value))
            inline += b"\0" * 4
    for here, value in later:
        behind += b"\0" * (-(len(inline) + len(behind)) % 4)
        part, entry = _flat_part(value)
        struct.pack_into("<I", inline, here, len(inline) + len(behind) + entry - here)
        behind += part
    struct.pack_into("<i", inline, 0, virtual)
    header = struct.pack(f"<HH{count}H", 4 + 2 * count, len(inline), *slots).ljust(virtual, b"\0")
    return header + bytes(inline) + behind


def _entry(table: bytes) -> int:
    """Where the table itself stands in what `flat_table` gives: behind its list of slots."""
    (size,) = struct.unpack_from("<H", table)
    return int(size + -size % 8)


def _flat_part(value: Any) -> tuple[bytes, int]:
    if isinstance(value, str):
        return struct.pack("<I", len(value)) + value.encode() + b"\0", 0
    if isinstance(value, tuple):
        return struct.pack(f"<I{len(value[1])}{value[0]}", len(value[1]), *value[1]), 0
    if isinstance(value, bytes):
        return value, _entry(value)
    offsets, body = b"", b""
    start = 4 + 4 * len(value)
    for place, table in enumerate(value):
        body += b"\0" * (-(start + len(body)) % 8)
        offsets += struct.pack("<I", start + len(body) + _entry(table) - (4 + 4 * place))
        body += table
    return struct.pack("<I", len(value)) + offsets + body, 0


def tflite(
    operators: Sequence[tuple[int, Sequence[int], int, Mapping[int, Any]]], tensors: Sequence[list[float]]
) -> bytes:
    """A TFLite model of one sub-graph.

    Args:
        operators: number, inputs, output, and fields of the options.
        tensors: for each the float32 numbers of a constant, an empty list for others.
    """
    numbers = sorted({number for number, *_ in operators})
    codes = [flat_table({0: ("b", min(number, 127)), 3: ("i", number)}) for number in numbers]
    buffers = [flat_table({})]
    entries = []
    for place, values in enumerate(tensors):
        place_of_buffer = 0
        if values:
            place_of_buffer = len(buffers)
            data = list(struct.pack(f"<{len(values)}f", *values))
            buffers.append(flat_table({0: ("B", data)}))
        shape = [len(values)] if len(values) > 1 else []
        entries.append(flat_table({0: ("i", shape), 1: ("b", 0), 2: ("I", place_of_buffer), 3: f"t{place}"}))
    nodes = [
        flat_table({0: ("I", numbers.index(n)), 1: ("i", list(i)), 2: ("i", [o]), 3: ("B", 1), 4: flat_table(options)})
        for n, i, o, options in operators
    ]
    graph = flat_table({0: entries, 1: ("i", [0]), 2: ("i", [operators[-1][2]]), 3: nodes})
    root = flat_table({0: ("I", 3), 1: codes, 2: [graph], 4: buffers})
    return struct.pack("<I", 8 + _entry(root)) + b"TFL3" + root
