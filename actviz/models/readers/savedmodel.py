"""TensorFlow's SavedModel and frozen graphs: nodes of a main graph and of a library of functions.

Saving copies a network into several functions, for calls, for signatures and for gradients; the copy with the most
activations is what counts.
"""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from actviz.models.formulas import COMMON, clip, identity, native
from actviz.models.graph import Constant, Floats, Formula, Graph, Step, shortest
from actviz.models.graphs import gathered
from actviz.models.matching import Matcher
from actviz.models.numbers import decoded
from actviz.models.readers import protobuf as wire
from actviz.models.reading import MalformedError
from actviz.models.results import Gathered

_KINDS = {1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 9: "int64", 10: "bool",
          14: "bfloat16", 19: "float16"}  # fmt: skip
_WHOLE = (3, 4, 5, 6, 9, 10)
_SAME = {
    "addv2": "add", "realdiv": "div", "maximum": "max", "minimum": "min", "selectv2": "where", "select": "where",
    "biasadd": "", "logicaland": "and", "logicalor": "or", "logicalnot": "not", "inv": "reciprocal", "atan": "atan",
    "cast": "identity", "readvariableop": "", "stopgradient": "identity", "preventgradient": "identity",
    "checknumerics": "identity", "divnonan": "div",
}  # fmt: skip
_BARRIERS = ("Placeholder", "VarHandleOp", "ReadVariableOp", "Variable", "VariableV2")

_Nodes = list[memoryview]


def read(data: memoryview, path: Path) -> tuple[Gathered, str]:  # noqa: ARG001  as all readers
    """What a SavedModel or a frozen graph holds.

    Raises:
        MalformedError: the bytes are neither.
    """
    bodies: list[_Nodes] = []
    words = "TensorFlow SavedModel"
    metas = [wire.part(value) for number, value in wire.fields(data) if number == 2 and not isinstance(value, int)]
    graphs = [
        wire.part(value)
        for meta in metas
        for number, value in wire.fields(meta)
        if number == 2 and not isinstance(value, int)
    ]
    if not graphs:
        graphs, words = [data], "TensorFlow frozen graph"
    for graph in graphs:
        main: _Nodes = []
        for number, value in wire.fields(graph):
            if number == 1:
                main.append(wire.part(value))
            elif number == 2 and not isinstance(value, int):
                bodies += _functions(wire.part(value))
        bodies.append(main)
    if not any(bodies):
        raise MalformedError("it holds no nodes")
    matcher = Matcher()
    found = [gathered(_graph(body), matcher) for body in bodies]
    best = max(found, key=lambda one: len(one.uses) + len(one.unknown))
    copies = sum(1 for one in found if one.uses)
    if copies > 1:
        best.remarks.append(f"The file holds {copies} copies of the network or of parts of it; the largest is counted.")
    return best, words


def _functions(library: memoryview) -> list[_Nodes]:
    found = []
    for number, value in wire.fields(library):
        if number == 1:
            found.append([wire.part(node) for place, node in wire.fields(wire.part(value)) if place == 3])
    return found


def _graph(body: _Nodes) -> Graph:
    graph = Graph()
    nodes = []
    for data in body:
        name = operator = ""
        inputs: list[str] = []
        attributes: dict[str, memoryview] = {}
        for number, value in wire.fields(data):
            if number == 1:
                name = wire.string(value)
            elif number == 2:
                operator = wire.string(value)
            elif number == 3:
                word = wire.string(value)
                if not word.startswith("^"):
                    inputs.append(word.partition(":")[0])
            elif number == 5:
                pair = dict(wire.fields(wire.part(value)))
                if 1 in pair and 2 in pair:
                    attributes[wire.string(pair[1])] = wire.part(pair[2])
        nodes.append((name, operator, inputs, attributes))
    for name, operator, inputs, attributes in _ordered(nodes):
        if operator == "Const" and "value" in attributes and _kind(attributes, "dtype") in _KINDS:
            graph.constants[name] = _tensor(attributes["value"], name)
            continue
        whole = operator in ("Shape", "Size", "ArgMax") or _kind(attributes, "DstT") in _WHOLE
        graph.add(Step(operator, name, tuple(inputs), name, _formula(operator, attributes), whole, operator == "Shape"))
    return graph


def _ordered(nodes: list[tuple[str, str, list[str], dict[str, memoryview]]]) -> list[Any]:
    """The nodes in an order in which they can be computed; those of a loop at the end."""
    known = {node[0]: node for node in nodes}
    done: dict[str, Any] = {}
    for first in nodes:
        waiting = [(first, False)]
        entered: set[str] = set()
        while waiting:
            node, ready = waiting.pop()
            if node[0] in done:
                continue
            if ready or node[0] in entered:
                done[node[0]] = node
                continue
            entered.add(node[0])
            waiting.append((node, True))
            waiting += [
                (known[name], False) for name in node[2] if name in known and name not in done and name not in entered
            ]
    return list(done.values())


def _kind(attributes: dict[str, memoryview], name: str) -> int:
    if name not in attributes:
        return 1
    return next((wire.whole(value) for number, value in wire.fields(attributes[name]) if number == 6), 1)


def _float(attributes: dict[str, memoryview], name: str, default: float) -> float:
    if name not in attributes:
        return default
    return next(
        (shortest(wire.float32(value)) for number, value in wire.fields(attributes[name]) if number == 4), default
    )


def _formula(operator: str, attributes: dict[str, memoryview]) -> Formula | None:
    if operator == "LeakyRelu":
        return native("leaky_relu", _float(attributes, "alpha", 0.2))
    if operator == "ClipByValue":
        return clip()
    if operator == "IdentityN" or operator in _BARRIERS:
        return identity if operator == "IdentityN" else None
    key = operator.lower()
    return COMMON.get(_SAME.get(key, key))


def _tensor(attribute: memoryview, name: str) -> Constant:
    data = next((wire.part(value) for number, value in wire.fields(attribute) if number == 8), memoryview(b""))
    kind, shape, raw = 1, [], memoryview(b"")
    numbers: list[Floats] = []
    for number, value in wire.fields(data):
        if number == 1:
            kind = wire.whole(value)
        elif number == 2:
            shape = [_size(wire.part(part)) for place, part in wire.fields(wire.part(value)) if place == 2]
        elif number == 4:
            raw = wire.part(value)
        elif number == 5:
            numbers.append(decoded(wire.packed(value, "<f4").tobytes(), "float32"))
        elif number == 6:
            numbers.append(wire.packed(value, "<f8").astype(np.float64))
        elif number in (7, 10, 11):
            numbers.append(np.asarray(wire.integers(value), dtype=np.float64))
        elif number == 13:
            halves = struct.pack(f"<{len(wire.integers(value))}H", *(part & 0xFFFF for part in wire.integers(value)))
            numbers.append(decoded(halves, _KINDS.get(kind, "float16")))

    def load() -> Floats:
        found = decoded(raw, _KINDS.get(kind, str(kind))) if len(raw) else np.concatenate([np.zeros(0), *numbers])
        count = int(np.prod(shape, dtype=object))
        if not found.size:  # zeros are not written
            found = np.zeros(1)
        return np.repeat(found, count) if found.size == 1 and 1 < count <= 1 << 20 else found

    return Constant(tuple(shape), cache(load), kind in _WHOLE, name)


def _size(dimension: memoryview) -> int:
    size = next((wire.signed(value) for number, value in wire.fields(dimension) if number == 1), 0)
    if size < 0:
        raise MalformedError("a tensor in it has a negative size")
    return size
