"""TorchScript: the text of its methods is parsed, never run; each becomes a graph whose regions are named.

A method counts as often as modules of its class stand in the file.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from actviz.curves.curve import Activation
from actviz.models.formulas import COMMON, clip, named, native, operation
from actviz.models.graph import Constant, Formula, Graph, Step
from actviz.models.graphs import gathered
from actviz.models.matching import Matcher
from actviz.models.readers.pickles import Instance
from actviz.models.reading import MOST_TEXT, MalformedError, text
from actviz.models.results import Gathered
from actviz.registry.lookup import active

_MOST_COUNTED = 20_000
_LONGEST = 3 << 19  # bytes of the program; its tree takes some 400 times as much memory
# What torch calls otherwise than the vocabulary of `formulas`.
_SAME = {
    "le": "lessequal", "lt": "less", "ge": "greaterequal", "gt": "greater", "eq": "equal", "ne": "notequal",
    "maximum": "max", "minimum": "min", "contiguous": "identity", "dropout": "identity", "to": "identity",
    "detach": "identity", "clone": "identity", "alias": "identity", "_to_copy": "identity",
}  # fmt: skip


def add_program(found: Gathered, content: Any, programs: Mapping[str, bytes], scalars: Mapping[str, float]) -> None:
    """The activations of a TorchScript module.

    Args:
        found: what is added to.
        content: the modules, as the pickle has them.
        programs: the text of its methods, by file.
        scalars: the constants that are one number, as the text calls them: ``CONSTANTS.c0``.

    Raises:
        MalformedError: its text cannot be parsed.
    """
    if sum(map(len, programs.values())) > min(_LONGEST, MOST_TEXT):
        raise MalformedError("its program is too long")
    classes: dict[str, ast.ClassDef] = {}
    functions: dict[str, ast.FunctionDef] = {}
    for path, source in programs.items():
        module = path.partition("code/")[2].removesuffix(".py").replace("/", ".")
        try:
            body = ast.parse(text(source)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise MalformedError(f"its program '{path}' cannot be parsed") from None
        for part in body:
            if isinstance(part, ast.ClassDef):
                classes[f"{module}.{part.name}"] = part
            elif isinstance(part, ast.FunctionDef):
                functions[f"{module}.{part.name}"] = part
    matcher = Matcher()
    layers: dict[str, list[str]] = {}
    for layer, kind in _modules(content):
        layers.setdefault(kind, []).append(layer)
    prelu = active().find("prelu")
    for kind, names in layers.items():
        if kind.endswith(".PReLU") and prelu is not None:
            found.uses += [(Activation(prelu), "torch.prelu", name) for name in names]
            continue
        for part in classes[kind].body if kind in classes else ():
            if isinstance(part, ast.FunctionDef) and not part.name.startswith("__"):
                _add(found, _Method(part, scalars).graph, names, matcher)
    called = Counter(
        name for kind in layers if kind in classes for name in _called(classes[kind]) for _ in layers[kind]
    )
    for name, times in called.items():
        if name in functions and not name.startswith("__torch__.torch.nn.functional."):
            _add(found, _Method(functions[name], scalars).graph, [name.rpartition(".")[2]] * min(times, 1000), matcher)


def _add(found: Gathered, graph: Graph, layers: list[str], matcher: Matcher) -> None:
    one = gathered(graph, matcher)
    for layer in layers:
        if len(found.uses) > _MOST_COUNTED:
            raise MalformedError("it holds too many modules")
        found.uses += [(activation, spelt, layer) for activation, spelt, _ in one.uses]
        found.unknown += [(spec, layer) for spec, _ in one.unknown]


def _modules(content: Any) -> Iterator[tuple[str, str]]:
    """Every module of the file with its class, in order."""
    waiting: list[tuple[str, Any]] = [("", content)]
    for _ in range(_MOST_COUNTED):
        if not waiting:
            return
        name, value = waiting.pop()
        if not isinstance(value, Instance):
            continue
        yield name or "forward", value.kind
        state = value.state if isinstance(value.state, dict) else {}
        inner = [(f"{name}.{key}" if name else str(key), part) for key, part in state.items()]
        waiting += reversed(inner)


def _called(part: ast.AST) -> Iterator[str]:
    for node in ast.walk(part):
        if isinstance(node, ast.Call):
            name = _dotted(node.func)
            if name.startswith("__torch__."):
                yield name


def _dotted(node: ast.AST) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([*([node.id] if isinstance(node, ast.Name) else ["?"]), *reversed(parts)])


class _Method:
    """The graph of one method: its assignments in order, whatever its branches are."""

    def __init__(self, method: ast.FunctionDef, scalars: Mapping[str, float]) -> None:
        self.graph = Graph()
        self.scalars = scalars
        self.names: dict[str, str] = {}
        self.functions: dict[str, str] = {}  # what stands for a function elsewhere in the program
        self.count = 0
        self._statements(method.body)

    def _new(self) -> str:
        self.count += 1
        return f"%{self.count}"

    def _statements(self, body: list[ast.stmt]) -> None:
        for part in body:
            if isinstance(part, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return) and part.value is not None:
                function = _dotted(part.value) if isinstance(part.value, ast.Attribute) else ""
                if (
                    function.startswith("__torch__.")
                    and isinstance(part, ast.Assign)
                    and isinstance(part.targets[0], ast.Name)
                ):
                    self.functions[part.targets[0].id] = function
                    continue
                value = self._expression(part.value)
                targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
                for target in targets:
                    for place, name in enumerate(target.elts if isinstance(target, ast.Tuple) else [target]):
                        if isinstance(name, ast.Name):
                            self.names[name.id] = (
                                value if place == 0 and not isinstance(target, ast.Tuple) else self._opaque(value)
                            )
                if isinstance(part, ast.Return):
                    self.graph.outputs.add(value)
            elif isinstance(part, ast.If | ast.While | ast.For):
                self._statements(part.body)
                self._statements(part.orelse)

    def _opaque(self, *inputs: str, spelt: str = "") -> str:
        result = self._new()
        self.graph.add(Step(spelt, "", inputs, result))
        return result

    def _expression(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.names.setdefault(node.id, f"={node.id}")
        number = literal(node)
        if isinstance(node, ast.Attribute):
            number = self.scalars.get(_dotted(node), number)
        if isinstance(number, float):
            name = self._new()
            self.graph.constants[name] = Constant((), lambda: np.array([number]), False, name)
            return name
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Attribute):
            return self.names.setdefault(ast.unparse(node), f"={ast.unparse(node)}")
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        return self._opaque(*(self._expression(child) for child in inner))

    def _call(self, node: ast.Call) -> str:
        name = _dotted(node.func)
        name = self.functions.get(name, name)
        function = name.rpartition(".")[2]
        ours = name.startswith(("torch.", "__torch__.torch.nn.functional.", "ops.aten"))
        if not ours or name.startswith("torch.unsqueeze"):
            if function == "annotate" and node.args:
                return self._expression(node.args[-1])
            inner = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
            return self._opaque(*(self._expression(child) for child in inner if literal(child) is None), spelt=name)
        keywords = {word.arg: literal(word.value) for word in node.keywords if word.arg}
        formula, count = meaning(function, [literal(argument) for argument in node.args], keywords)
        inputs = [self._expression(argument) for argument in node.args[: count if formula else None]]
        result = self._new()
        spelt = f"torch.{function}"
        self.graph.add(Step(spelt, "", tuple(inputs), result, formula))
        return result


def literal(node: ast.expr) -> float | str | None:
    """A number or a text as written; None for all else, truths included."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value) if math.isfinite(float(value)) else None
        except OverflowError:
            return None
    return value if isinstance(value, str) else None


def meaning(function: str, arguments: list[Any], keywords: Mapping[str, Any]) -> tuple[Formula | None, int]:
    """What a function of torch computes, and how many of its arguments are tensors or numbers that it works on."""
    function = function.rstrip("_") if not function.startswith("_") else function
    numbers = [value for value in arguments[1:] if isinstance(value, float)]
    if function in ("add", "sub", "rsub"):
        alpha = arguments[2] if len(arguments) > 2 else keywords.get("alpha", 1.0)
        if isinstance(alpha, float) and alpha != 1:
            return None, len(arguments)
        return (operation("+" if function == "add" else "-") if function != "rsub" else _reversed), 2
    if function in ("clamp", "hardtanh", "clip"):
        bounds = [value if isinstance(value, float) else None for value in arguments[1:3]]
        bounds = [*bounds, None, None][:2]
        bounds = [keywords.get(word, bound) for word, bound in zip(("min", "max"), bounds, strict=True)]
        if function == "hardtanh":
            bounds = [-1.0 if bounds[0] is None else bounds[0], 1.0 if bounds[1] is None else bounds[1]]
        return clip(*bounds), 1
    if function == "clamp_min" and numbers:
        return clip(numbers[0]), 1
    if function == "clamp_max" and numbers:
        return clip(None, numbers[0]), 1
    if function == "prelu":
        return named("prelu"), 2
    if function == "gelu":
        return native("gelu_tanh" if "tanh" in (*arguments[1:2], keywords.get("approximate")) else "gelu"), 1
    known = active().look_up(f"torch.nn.functional.{function}") or active().look_up(f"torch.{function}")
    if known is not None and (known.entry.parameters or function not in COMMON) and known.entry.name != "identity":
        words = {} if known.spelling is None else known.spelling.arguments
        defaults = known.entry.defaults | dict(known.spelling.defaults if known.spelling else {})
        given = [keywords.get(words.get(name, name)) for name in defaults]
        settings = [
            value if isinstance(value, float) else numbers[place] if place < len(numbers) else default
            for place, (value, default) in enumerate(zip(given, defaults.values(), strict=True))
        ]
        if known.entry.name == "selu" or known.entry.name == "elu":
            settings = settings[:1] if known.entry.name == "elu" else []
        return native(known.entry.name, *settings), 1
    key = _SAME.get(function, function)
    count = 3 if key == "where" else 2 if key in _BINARY else 1
    return COMMON.get(key), count


_BINARY = {"add", "sub", "mul", "div", "pow", "less", "lessequal", "greater", "greaterequal", "equal", "notequal",
           "max",
           "min", "and", "or"}  # fmt: skip


def _reversed(values: Any) -> Any:
    return operation("-")([values[1], values[0]])
