"""ONNX: a protocol buffer of nodes and tensors; sub-graphs and functions of the model become part of one graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from actviz.models.graph import Constant, Floats, Graph, Step
from actviz.models.numbers import decoded, width
from actviz.models.readers import protobuf as wire
from actviz.models.readers.onnx_operators import RECURRENT, SHAPES, WHOLE, expanded
from actviz.models.reading import MOST_VALUES, MalformedError, mapped

_DEEPEST = 24  # functions within functions, graphs within graphs
_MOST_BODIES = 20_000  # functions entered, however few nodes they hold
_KINDS = {  # TensorProto.DataType
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool",
    10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 16: "bfloat16",
}  # fmt: skip
_WHOLE_KINDS = (2, 3, 4, 5, 6, 7, 9, 12, 13, 21, 22)
_LISTS = {4: "<f4", 10: "<f8"}  # float_data, double_data

Scope = dict[str, str]


@dataclass
class Node:
    """A NodeProto."""

    operator: str = ""
    domain: str = ""
    name: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass
class Body:
    """A GraphProto or a FunctionProto."""

    nodes: list[memoryview] = field(default_factory=list)
    tensors: list[memoryview] = field(default_factory=list)
    inputs: list[tuple[str, int]] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    key: tuple[str, str] = ("", "")


class Reference(str):
    """The name of an attribute of the function in which it stands."""


def read(data: memoryview, path: Path) -> tuple[Graph, str]:
    """The graph of an ONNX model, and its version as people say it.

    Raises:
        MalformedError: the bytes are no ONNX model.
    """
    graph_data, opset, functions = None, 0, {}
    for number, value in wire.fields(data):
        if number == 7:
            graph_data = wire.part(value)
        elif number == 8:
            domain, version = _opset(wire.part(value))
            opset = version if domain in ("", "ai.onnx") else opset
        elif number == 25:
            body = _function(wire.part(value))
            functions[body.key] = body
    if graph_data is None:
        raise MalformedError("it holds no graph")
    reader = _Reader(functions, path, opset or 1)
    body = _graph(graph_data)
    scope = reader.enter(body, {}, [])
    reader.graph.outputs = {scope.get(name, name) for name in body.outputs}
    reader.nodes(body, scope, {}, 0)
    return reader.graph, f"ONNX, opset {opset}"


class _Reader:
    """Turns bodies into one graph; names that a body defines are made its own."""

    def __init__(self, functions: Mapping[tuple[str, str], Body], path: Path, opset: int) -> None:
        self.graph = Graph()
        self.functions = functions
        self.path = path
        self.opset = opset
        self.bodies = 0

    def enter(self, body: Body, outer: Scope, given: list[str]) -> Scope:
        """The names of a body: its tensors and inputs are new, others are those of the body around it."""
        self.bodies += 1
        if self.bodies > _MOST_BODIES:
            raise MalformedError(f"its graphs and functions are entered more than {_MOST_BODIES:,} times")
        prefix = f"{self.bodies}:" if self.bodies > 1 else ""
        scope = dict(outer)
        for place, (name, kind) in enumerate(body.inputs):
            scope[name] = given[place] if place < len(given) else prefix + name
            if kind in _WHOLE_KINDS:
                self.graph.whole.add(scope[name])
        for tensor in body.tensors:
            constant = self._tensor(tensor)
            scope[constant.name] = prefix + constant.name
            self.graph.constants[prefix + constant.name] = constant
        scope[""] = ""
        return scope

    def nodes(self, body: Body, scope: Scope, given: Mapping[str, Any], depth: int) -> None:
        """Append the nodes of a body."""
        if depth > _DEEPEST:
            raise MalformedError("its graphs or functions are nested too deeply")
        prefix = f"{self.bodies}:" if depth else ""
        for data in body.nodes:
            node = _node(data)
            node.attributes = {
                name: given.get(value) if isinstance(value, Reference) else value
                for name, value in node.attributes.items()
                if not isinstance(value, Reference) or value in given
            }
            inputs = [scope.get(name, name) for name in node.inputs]
            for name in node.outputs:
                if name:
                    scope[name] = prefix + name
            outputs = [scope[name] if name else "" for name in node.outputs]
            self._node(node, inputs, outputs, scope, depth)

    def _node(self, node: Node, inputs: list[str], outputs: list[str], scope: Scope, depth: int) -> None:
        body = self.functions.get((node.domain, node.operator))
        if body is not None:
            inner = self.enter(body, {}, inputs)
            self.nodes(body, inner, node.attributes, depth + 1)
            for name, outer in zip(body.outputs, outputs, strict=False):
                if outer and name in inner:
                    self.graph.add(Step("Identity", node.name, (inner[name],), outer, lambda values: values[0]))
            return
        if self._constant(node, inputs, outputs):
            return
        uses = list(inputs)
        for value in node.attributes.values():
            for sub in value if isinstance(value, list) else [value]:
                if isinstance(sub, Body):
                    inner = self.enter(sub, scope, [])
                    self.nodes(sub, inner, {}, depth + 1)
                    uses += [inner.get(name, name) for name in sub.outputs]
        layer = node.name or next(iter(filter(None, outputs)), "")
        if node.operator in RECURRENT:
            for place, (gate, formula) in enumerate(RECURRENT[node.operator](node.attributes)):
                source = f"{layer}:gates:{place}"
                self.graph.add(Step(node.operator, layer, tuple(inputs), source))
                self.graph.add(Step(f"{node.operator}({gate})", layer, (source,), f"{source}:result", formula))
        steps = expanded(node.operator, node.domain, node.attributes, uses, self._scalar, self.opset)
        for place, (spelt, computes, operands) in enumerate(steps):
            last = place == len(steps) - 1
            result = (outputs[0] if outputs else "") if last else f"{layer}:{place}:{outputs[0] if outputs else ''}"
            operands = tuple(f"{layer}:{place - 1}:{outputs[0]}" if name == "\0" else name for name in operands)
            whole = node.operator in WHOLE or (node.operator == "Cast" and node.attributes.get("to") in _WHOLE_KINDS)
            self.graph.add(Step(spelt, layer, operands, result, computes, whole, node.operator in SHAPES))
        for name in outputs[1:]:
            if name:
                self.graph.add(Step(node.operator, layer, tuple(uses[:1]), name, None))

    def _constant(self, node: Node, inputs: list[str], outputs: list[str]) -> bool:
        """Whether the node is a constant, which is then kept as one: written out, or another one in another shape."""
        constants = self.graph.constants
        if not outputs:
            return False
        if node.operator == "Constant":
            for name, value in node.attributes.items():
                if name == "value" and isinstance(value, memoryview):
                    constants[outputs[0]] = self._tensor(value)._replace(name=outputs[0])
                elif name in ("value_float", "value_int", "value_floats", "value_ints"):
                    numbers = np.atleast_1d(np.asarray(value, dtype=np.float64))
                    shape = numbers.shape if name.endswith("s") else ()
                    constants[outputs[0]] = Constant(shape, lambda n=numbers: n, "int" in name, outputs[0])  # type: ignore[misc]
            return outputs[0] in constants
        if node.operator == "ConstantOfShape":
            value = node.attributes.get("value")
            fill = self._tensor(value) if isinstance(value, memoryview) else None
            numbers = np.zeros(1) if fill is None or fill.size != 1 else fill.values()
            constants[outputs[0]] = Constant((), lambda: numbers, False, outputs[0])
            return True
        source = constants.get(inputs[0]) if inputs else None
        if source is not None and node.operator in ("Reshape", "Unsqueeze", "Squeeze", "Flatten", "Transpose"):
            constants[outputs[0]] = source
            return True
        if source is not None and node.operator == "Expand" and source.size == 1:
            constants[outputs[0]] = source
            return True
        return False

    def _scalar(self, name: str) -> float | None:
        """The number that a tensor is, if it is one."""
        constant = self.graph.constants.get(name)
        return float(constant.values()[0]) if constant is not None and constant.size == 1 else None

    def _tensor(self, data: memoryview) -> Constant:  # noqa: C901  one case for each field
        shape: list[int] = []
        kind, name, raw, location = 1, "", None, 0
        numbers: list[Floats] = []
        external: dict[str, str] = {}
        for number, value in wire.fields(data):
            if number == 1:
                shape += wire.integers(value)
            elif number == 2:
                kind = wire.whole(value)
            elif number == 8:
                name = wire.string(value)
            elif number == 9:
                raw = wire.part(value)
            elif number in (4, 10):
                numbers.append(wire.packed(value, _LISTS[number]).astype(np.float64))
            elif number in (5, 7, 11):
                if sum(map(len, numbers)) + len(numbers) > MOST_VALUES:
                    raise MalformedError("a tensor in it has too many values")
                bits = wire.integers(value)
                if kind in (10, 16):
                    numbers.append(decoded(np.asarray(bits, dtype=np.int64).astype("<u2").tobytes(), _KINDS[kind]))
                else:
                    numbers.append(np.asarray(bits, dtype=np.float64))
            elif number == 13:
                entry = {n: wire.string(v) for n, v in wire.fields(wire.part(value))}
                external[entry.get(1, "")] = entry.get(2, "")
            elif number == 14:
                location = wire.whole(value)
        if any(size < 0 for size in shape):
            raise MalformedError("a tensor in it has a negative size")
        spelled = _KINDS.get(kind, "")

        def load() -> Floats:
            if location == 1:
                return decoded(self._external(external, shape, spelled), spelled)
            if raw is not None:
                return decoded(raw, spelled)
            return np.concatenate(numbers) if numbers else np.zeros(0)

        return Constant(tuple(shape), cache(load), kind in _WHOLE_KINDS, name)

    def _external(self, entry: Mapping[str, str], shape: list[int], kind: str) -> memoryview:
        """The bytes of a tensor in a file beside the model."""
        location = entry.get("location", "")
        place = (self.path.parent / location).resolve()
        if not place.is_relative_to(self.path.parent.resolve()) or not place.is_file():
            raise MalformedError(f"its tensors stand in '{location}', which is not beside it")
        try:
            start = int(entry.get("offset", "0"))
        except ValueError:
            raise MalformedError("a place in its external data is no number") from None
        size = int(np.prod(shape, dtype=object)) * width(kind)
        return mapped(place)[start : start + size]


def _opset(data: memoryview) -> tuple[str, int]:
    domain, version = "", 0
    for number, value in wire.fields(data):
        if number == 1:
            domain = wire.string(value)
        elif number == 2:
            version = wire.whole(value)
    return domain, version


def _graph(data: memoryview) -> Body:
    body = Body()
    for number, value in wire.fields(data):
        if number == 1:
            body.nodes.append(wire.part(value))
        elif number == 5:
            body.tensors.append(wire.part(value))
        elif number in (11, 12):
            name, kind = _value_info(wire.part(value))
            if number == 11:
                body.inputs.append((name, kind))
            else:
                body.outputs.append(name)
    return body


def _function(data: memoryview) -> Body:
    body = Body()
    name = domain = ""
    for number, value in wire.fields(data):
        if number == 1:
            name = wire.string(value)
        elif number == 4:
            body.inputs.append((wire.string(value), 1))
        elif number == 5:
            body.outputs.append(wire.string(value))
        elif number == 7:
            body.nodes.append(wire.part(value))
        elif number == 10:
            domain = wire.string(value)
    body.key = (domain, name)
    return body


def _value_info(data: memoryview) -> tuple[str, int]:
    """The name of an input, and the kind of its elements; 1, float, where it does not say."""
    name, kind = "", 1
    for number, value in wire.fields(data):
        if number == 1:
            name = wire.string(value)
        elif number == 2:
            for inner, tensor in wire.fields(wire.part(value)):
                if inner == 1:
                    kind = next((wire.whole(v) for n, v in wire.fields(wire.part(tensor)) if n == 1), 1)
    return name, kind


def _node(data: memoryview) -> Node:
    node = Node()
    for number, value in wire.fields(data):
        if number == 1:
            node.inputs.append(wire.string(value))
        elif number == 2:
            node.outputs.append(wire.string(value))
        elif number == 3:
            node.name = wire.string(value)
        elif number == 4:
            node.operator = wire.string(value)
        elif number == 5:
            name, attribute = _attribute(wire.part(value))
            node.attributes[name] = attribute
        elif number == 7:
            node.domain = wire.string(value)
    if node.domain == "ai.onnx":
        node.domain = ""
    return node


def _attribute(data: memoryview) -> tuple[str, Any]:
    name = ""
    found: Any = None
    lists: list[Any] = []
    for number, value in wire.fields(data):
        if number == 1:
            name = wire.string(value)
        elif number == 2:
            found = wire.float32(value)
        elif number == 3:
            found = wire.signed(value)
        elif number == 4:
            found = bytes(wire.part(value)[: 1 << 16]).decode(errors="replace")
        elif number == 5:
            found = wire.part(value)
        elif number == 6:
            found = _graph(wire.part(value))
        elif number == 7:
            lists += wire.packed(value, "<f4").tolist()
        elif number == 8:
            lists += wire.integers(value)
        elif number == 9:
            lists.append(bytes(wire.part(value)[: 1 << 16]).decode(errors="replace"))
        elif number == 11:
            lists.append(_graph(wire.part(value)))
        elif number == 21:
            found = Reference(wire.string(value))
    return name, found if found is not None else lists
