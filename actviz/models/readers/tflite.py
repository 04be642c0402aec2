"""TFLite: a FlatBuffer of sub-graphs. Most activations are fused into the operator before them."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

import numpy as np

from actviz.models.formulas import COMMON, identity, named, native
from actviz.models.graph import Constant, Floats, Formula, Graph, Step, shortest
from actviz.models.numbers import decoded
from actviz.models.reading import MOST_NODES, MalformedError

_KINDS = {
    0: "float32",
    1: "float16",
    2: "int32",
    3: "uint8",
    4: "int64",
    6: "bool",
    7: "int16",
    9: "int8",
    10: "float64",
}
_WHOLE = (2, 4, 6)  # kinds that are never quantised numbers
_FUSED = {1: ("RELU", native("relu")), 2: ("RELU_N1_TO_1", native("hard_tanh", -1.0, 1.0)),
          3: ("RELU6", native("relu6")), 4: ("TANH", native("tanh"))}  # fmt: skip
# Operators with a fused activation, and the field of their options that says which.
_FUSING = {3: 3, 4: 4, 9: 0, 0: 0, 18: 0, 41: 0, 42: 0, 1: 5, 17: 5, 2: 1, 67: 3, 12: 0, 35: 0, 44: 2, 11: 0}
_NAMES = {
    0: "ADD", 1: "AVERAGE_POOL_2D", 2: "CONCATENATION", 3: "CONV_2D", 4: "DEPTHWISE_CONV_2D", 6: "DEQUANTIZE",
    9: "FULLY_CONNECTED", 11: "L2_NORMALIZATION", 12: "L2_POOL_2D", 14: "LOGISTIC", 16: "LSTM", 17: "MAX_POOL_2D",
    18: "MUL",
    19: "RELU", 20: "RELU_N1_TO_1", 21: "RELU6", 22: "RESHAPE", 25: "SOFTMAX", 28: "TANH", 35: "RNN", 40: "MEAN",
    41: "SUB",
    42: "DIV", 44: "UNIDIRECTIONAL_SEQUENCE_LSTM", 45: "STRIDED_SLICE", 47: "EXP", 53: "CAST", 54: "PRELU",
    55: "MAXIMUM",
    57: "MINIMUM", 58: "LESS", 59: "NEG", 61: "GREATER", 62: "GREATER_EQUAL", 63: "LESS_EQUAL", 66: "SIN",
    67: "TRANSPOSE_CONV", 71: "EQUAL", 72: "NOT_EQUAL", 73: "LOG", 74: "SUM", 75: "SQRT", 76: "RSQRT", 77: "SHAPE",
    78: "POW", 82: "REDUCE_MAX", 84: "LOGICAL_OR", 86: "LOGICAL_AND", 87: "LOGICAL_NOT", 92: "SQUARE", 98: "LEAKY_RELU",
    99: "SQUARED_DIFFERENCE", 101: "ABS", 108: "COS", 111: "ELU", 114: "QUANTIZE", 117: "HARD_SWISH", 118: "IF",
    119: "WHILE", 123: "SELECT_V2", 64: "SELECT", 126: "BATCH_MATMUL", 150: "GELU", 152: "RELU_0_TO_1", 158: "SIGN",
}  # fmt: skip
_FORMULAS: dict[int, Formula] = {
    14: native("sigmoid"), 19: native("relu"), 20: native("hard_tanh", -1.0, 1.0), 21: native("relu6"),
    28: native("tanh"), 54: named("prelu"), 111: native("elu"), 117: native("hard_swish"),
    152: native("clipped_relu", 1.0),
    53: identity, 114: identity, 6: identity, 55: COMMON["max"], 57: COMMON["min"], 123: COMMON["where"],
    64: COMMON["where"], 84: COMMON["or"], 86: COMMON["and"], 87: COMMON["not"],
}  # fmt: skip
_SAME = {58: "less", 61: "greater", 62: "greaterequal", 63: "lessequal", 71: "equal", 72: "notequal"}
_CUSTOM, _SIGN_BIT = 32, 127


class _Table:
    """A table of a FlatBuffer: fields by number, each where the file says or absent."""

    def __init__(self, data: memoryview, place: int) -> None:
        self.data, self.place = data, place
        self.virtual = place - int(_read(data, place, "<i"))
        self.size = int(_read(data, self.virtual, "<H"))

    def _field(self, number: int) -> int:
        slot = 4 + 2 * number
        offset = int(_read(self.data, self.virtual + slot, "<H")) if slot + 2 <= self.size else 0
        return self.place + offset if offset else 0

    def scalar(self, number: int, form: str, default: float = 0) -> float:
        """A number."""
        place = self._field(number)
        return _read(self.data, place, form) if place else default

    def whole(self, number: int, form: str = "<i", default: int = 0) -> int:
        """A whole number."""
        return int(self.scalar(number, form, default))

    def table(self, number: int) -> _Table | None:
        """A table."""
        place = self._field(number)
        return _Table(self.data, _followed(self.data, place)) if place else None

    def vector(self, number: int) -> tuple[int, int]:
        """Where a list begins, and how long it is."""
        place = self._field(number)
        if not place:
            return 0, 0
        start = _followed(self.data, place)
        count = int(_read(self.data, start, "<I"))
        if count > len(self.data) - start:
            raise MalformedError("a list in it is longer than the file")
        return start + 4, count

    def tables(self, number: int) -> list[_Table]:
        """A list of tables."""
        start, count = self.vector(number)
        if count > MOST_NODES:
            raise MalformedError(f"a list in it has more than {MOST_NODES:,} entries")
        return [_Table(self.data, _followed(self.data, start + 4 * place)) for place in range(count)]

    def integers(self, number: int) -> list[int]:
        """A list of int32."""
        start, count = self.vector(number)
        if start + 4 * count > len(self.data):
            raise MalformedError("a list in it is longer than the file")
        return [int(value) for value in np.frombuffer(self.data[start : start + 4 * count], dtype="<i4")]

    def bytes(self, number: int) -> memoryview:
        """A list of bytes."""
        start, count = self.vector(number)
        return self.data[start : start + count]

    def string(self, number: int) -> str:
        """A text."""
        return bytes(self.bytes(number)[:4096]).decode(errors="replace")


def _read(data: memoryview, place: int, form: str) -> int | float:
    if place < 0 or place + struct.calcsize(form) > len(data):
        raise MalformedError("an offset in it points beyond the file")
    number: int | float = struct.unpack_from(form, data, place)[0]
    return number


def _followed(data: memoryview, place: int) -> int:
    return place + int(_read(data, place, "<I"))


def read(data: memoryview, path: Path) -> tuple[Graph, str]:  # noqa: ARG001  as all readers
    """The graph of a TFLite model, its sub-graphs one after another.

    Raises:
        MalformedError: the bytes are no TFLite model.
    """
    root = _Table(data, _followed(data, 0))
    codes = []
    for code in root.tables(1):
        number = max(code.whole(0, "<b"), code.whole(3))
        codes.append((number, code.string(1)))
    buffers = root.tables(4)
    graph = Graph()
    for place, part in enumerate(root.tables(2)):
        _subgraph(graph, part, codes, buffers, f"{place}:" if place else "")
    return graph, f"TFLite, version {root.whole(0, '<I')}"


def _subgraph(graph: Graph, part: _Table, codes: list[tuple[int, str]], buffers: list[_Table], prefix: str) -> None:
    tensors = part.tables(0)
    names = [f"{prefix}{place}" for place in range(len(tensors))]
    spoken = [tensor.string(3) for tensor in tensors]
    for place, tensor in enumerate(tensors):
        if tensor.whole(1, "<b") in _WHOLE:
            graph.whole.add(names[place])
        buffer = tensor.whole(2, "<I")
        if 0 < buffer < len(buffers) and buffers[buffer].vector(0)[1]:
            graph.constants[names[place]] = _constant(tensor, buffers[buffer], spoken[place])

    def name(place: int) -> str:
        if place >= len(names):
            raise MalformedError("an operator in it names a tensor that is not there")
        return names[place] if place >= 0 else ""

    for node in part.tables(3):
        index = node.whole(0, "<I")
        if index >= len(codes):
            raise MalformedError("an operator in it has no code")
        inputs = tuple(name(place) for place in node.integers(1) if place >= 0)
        results = node.integers(2)
        if results and results[0] >= 0:
            name(results[0])
            _operator(graph, node, codes[index], inputs, names[results[0]], spoken[results[0]])
        for place in results[1:]:
            graph.add(Step("OUTPUT", "", inputs[:1], name(place)))
    graph.outputs |= {name(place) for place in part.integers(2)}


def _constant(tensor: _Table, buffer: _Table, spoken: str) -> Constant:
    kind, shape = tensor.whole(1, "<b"), tuple(tensor.integers(0))
    if any(size < 0 for size in shape):
        raise MalformedError("a tensor in it has a negative size")
    scales: Floats = np.zeros(0)
    quantised = tensor.table(4)
    zero = 0
    if quantised is not None:
        start, count = quantised.vector(2)
        scales = decoded(tensor.data[start : start + 4 * count], "float32")
        start, count = quantised.vector(3)
        zero = int(_read(tensor.data, start, "<q")) if count else 0

    def load() -> Floats:
        numbers = decoded(buffer.bytes(0), _KINDS.get(kind, str(kind)))
        if scales.size == 1:
            return np.asarray((numbers - zero) * scales[0])
        return numbers if scales.size == 0 or numbers.size != scales.size else np.asarray((numbers - zero) * scales)

    return Constant(shape, cache(load), kind in _WHOLE, spoken)


def _operator(
    graph: Graph, node: _Table, code: tuple[int, str], inputs: tuple[str, ...], result: str, layer: str
) -> None:
    number, custom = code
    spelt = custom or _NAMES.get(number, f"operator {number}")
    if number in (6, 22, 53) and inputs and inputs[0] in graph.constants:
        graph.constants[result] = graph.constants[inputs[0]]
        return
    options = node.table(4)
    fused = options.whole(_FUSING[number], "<b") if options is not None and number in _FUSING else 0
    inner = result if fused not in _FUSED else f"{result}:before"
    formula = _formula(number, options, custom)
    operands = inputs[:1] if formula is not None and number in (6, 53, 114) else inputs
    graph.add(Step(spelt, layer, operands, inner, formula, number == 77, number == 77))
    if fused in _FUSED:
        word, activation = _FUSED[fused]
        graph.add(Step(f"{spelt}+{word}", layer, (inner,), result, activation))
    elif fused == _SIGN_BIT:
        graph.add(Step(f"{spelt}+SIGN_BIT", layer, (inner,), result))


def _formula(number: int, options: _Table | None, custom: str) -> Formula | None:
    if custom:
        return COMMON.get(custom.lower().replace("flex", "", 1))
    if number in _FORMULAS:
        return _FORMULAS[number]
    if number == 98:
        return native("leaky_relu", shortest(0.0 if options is None else options.scalar(0, "<f")))
    if number == 150:
        return native("gelu_tanh" if options is not None and options.whole(0, "<b") else "gelu")
    return COMMON.get(_SAME.get(number, _NAMES.get(number, "").lower()))
