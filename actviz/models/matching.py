"""What a function of one number is called: comparison with everything registered, at generic points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.language.functions import FUNCTIONS
from actviz.language.notation.plain import ATOM, Notation, Printed
from actviz.language.numerics.float64 import evaluate
from actviz.language.syntax import (
    VARIABLE,
    Call,
    Conditional,
    Name,
    Negation,
    Node,
    Number,
    X,
    free_names,
    substitute,
    transform,
    walk,
)
from actviz.models.graph import Constant, Floats, shortest
from actviz.registry.entries import Entry
from actviz.registry.lookup import Registry, active

LINEAR = "linear"  # it only scales and shifts, or takes no more than two values
UNDEFINED = "undefined"  # not for every number

_POINTS = np.array([-12.7, -7.3, -4.61, -3.17, -2.23, -1.41, -0.83, -0.47, -0.19,
                    0.11, 0.37, 0.71, 1.13, 1.93, 2.71, 3.59, 5.83, 11.9])  # fmt: skip
_RELATIVE, _ABSOLUTE = 3e-6, 1e-6  # constants in files are float32, and so are products of them
_UNNAMED = ("identity", "affine", "tlu", "flexible_relu")  # every shift and every bound would be one of these
_CHANNELS = 6  # of a learned vector, to compare
_MOST = 4_000  # trees that are looked at in one file; real ones have some dozens


_MOST_FITS = 24  # functions of one file whose parameters are looked for: each takes some tenths of a second


class Match(NamedTuple):
    """A registered function with values for its parameters.

    Args:
        activation: it; of learned vectors, with the values at the first channel.
        learned: the name of the tensor that each learned parameter is, and its factor.
    """

    activation: Activation
    learned: tuple[tuple[str, str, float], ...] = ()


Verdict = Match | str | None


class Matcher:
    """Names functions, and remembers them.

    Args:
        registry: what they are compared with; by default all that is in force.
    """

    def __init__(self, registry: Registry | None = None) -> None:
        self.registry = registry or active()
        self._known: dict[tuple[Node, bool], Verdict] = {}
        self._fits = 0
        self._defaults: tuple[list[Entry], Floats] | None = None

    def verdict(self, function: Node, constants: Mapping[str, Constant], fitting: bool = True) -> Verdict:
        """What a function is: a `Match`, `LINEAR`, `UNDEFINED`, or None for a function without a name.

        Args:
            function: its tree.
            constants: the tensors whose names may stand in it.
            fitting: whether parameters are looked for; without it, only names whose defaults agree are found.
        """
        key = (function, fitting)
        if key not in self._known:
            if len(self._known) > _MOST:
                return UNDEFINED
            vectors = [name for name in free_names(function) if name in constants]
            self._known[key] = (
                self._learned(function, vectors, constants) if vectors else self._named(function, fitting)
            )
        return self._known[key]

    def _named(self, function: Node, fitting: bool = True) -> Verdict:
        direct = self._direct(function)
        if direct is not None:
            return direct
        return self._compared(self.written_out(function), _numbers(function), fitting)

    def _direct(self, function: Node) -> Match | None:
        """A function that the file names itself."""
        if not isinstance(function, Call) or not function.arguments or function.arguments[0] != X:
            return None
        entry = self.registry.find(function.function)
        if entry is None or entry.name in _UNNAMED or entry.name != function.function:
            return None
        values = [_literal(argument) for argument in function.arguments[1:]]
        if any(value is None for value in values):
            return None
        given = {p.name: float(v) for p, v in zip(entry.parameters, values, strict=False) if v is not None}
        return self._match(entry, given)

    def _match(self, entry: Entry, given: Mapping[str, float]) -> Match | None:
        values = {
            name: entry.defaults[name] if math.isclose(value, entry.defaults[name], rel_tol=_RELATIVE) else value
            for name, value in given.items()
        }
        try:
            return Match(Activation(entry, values))
        except UsageError:
            return None

    def _compared(self, function: Node, numbers: Sequence[float], fitting: bool) -> Verdict:
        wide = np.concatenate(
            [_POINTS, [f * c for c in numbers[:8] if abs(c) < 1e4 for f in (1.37, -1.37, 0.63, -0.63)]]
        )
        values = evaluate(function, wide, {})
        if not np.isfinite(values).all():
            return UNDEFINED
        if _is_linear(wide, values):
            return LINEAR
        if isinstance(function, Call) and function.function in ("max", "min") and _is_bound(function):
            return None  # one bound: every threshold that is its own value would be one
        first = values[: _POINTS.size]
        entries, known = self._at_defaults()
        near = np.abs(known - first) <= _ABSOLUTE + _RELATIVE * np.abs(first)
        for place in np.flatnonzero(near.all(axis=1)):
            if self._same(entries[place], {}, wide, values):
                return self._match(entries[place], {})
        return self._fitted(function) if fitting else None

    def _fitted(self, function: Node) -> Match | None:
        """A registered function with parameters other than its defaults, by what `identify` uses."""
        from actviz.analysis.identification import identify_values

        if self._fits >= _MOST_FITS:
            return None
        self._fits += 1
        found = identify_values(lambda x: evaluate(function, x, {}), _RELATIVE, registry=self.registry)
        for match in found.matches:
            entry = self.registry.find(match.name)
            values = {name: shortest(value) for name, value in match.parameters.items()}
            if entry is None or match.undetermined or not _is_named(entry, values):
                continue
            positive = {name: abs(value) for name, value in values.items()}  # signs that cancel are left out
            if self._same(entry, positive, _POINTS, evaluate(function, _POINTS, {})):
                values = positive
            return self._match(entry, values)
        return None

    def _same(self, entry: Entry, given: Mapping[str, float], x: Floats, values: Floats) -> bool:
        return _close(values, evaluate(entry.value, x, entry.defaults | dict(given)))

    def _at_defaults(self) -> tuple[list[Entry], Floats]:
        if self._defaults is None:
            entries = [entry for entry in self.registry if entry.name not in _UNNAMED]
            entries.sort(key=lambda entry: len(entry.parameters))
            rows = [evaluate(entry.value, _POINTS, entry.defaults) for entry in entries]
            self._defaults = entries, np.array(rows)
        return self._defaults

    def _learned(self, function: Node, vectors: Sequence[str], constants: Mapping[str, Constant]) -> Verdict:
        """A function with a vector in it, one number for each channel: the same name for all of them."""
        sizes = {constants[name].size for name in vectors}
        if len(sizes) > 1 or min(sizes) == 0:
            return UNDEFINED if _depends_twice(function) else LINEAR
        (size,) = sizes
        channels = sorted({round(place) for place in np.linspace(0, size - 1, _CHANNELS)})
        loaded = {name: constants[name].values() for name in vectors}
        if any(not np.isfinite(values).all() for values in loaded.values()):
            return UNDEFINED
        verdicts = [self._named(_at(function, loaded, channel), fitting=False) for channel in channels]
        if UNDEFINED in verdicts:
            return UNDEFINED
        return LINEAR if all(verdict == LINEAR for verdict in verdicts) else self._joined(function, loaded)

    def _joined(self, function: Node, loaded: Mapping[str, Floats]) -> Verdict:
        if isinstance(function, Call) and len(function.arguments) == 2 and isinstance(function.arguments[1], Name):
            entry = self.registry.find(function.function)
            if entry is not None:
                tensor = function.arguments[1].name
                values = {entry.parameters[0].name: float(loaded[tensor][0])}
                return Match(Activation(entry, values), ((entry.parameters[0].name, tensor, 1.0),))
        tensor = next(iter(loaded))
        entry = self.registry.find("prelu")
        if entry is not None and len(loaded) == 1:
            for sign in (1.0, -1.0):
                agrees = all(
                    self._same(entry, {"alpha": sign * float(loaded[tensor][place])}, _POINTS, evaluate(
                        self.written_out(_at(function, loaded, place)), _POINTS, {}))
                    for place in (0, loaded[tensor].size // 2, loaded[tensor].size - 1)
                )  # fmt: skip
                if agrees:
                    values = {"alpha": sign * float(loaded[tensor][0])}
                    return Match(Activation(entry, values), (("alpha", tensor, sign),))
        return UNDEFINED

    def written_out(self, function: Node) -> Node:
        """The function in the language's own words, calls of registered functions replaced by their definitions."""

        def change(node: Node) -> Node | None:
            if not isinstance(node, Call) or node.function in FUNCTIONS:
                return None
            entry = self.registry.find(node.function)
            if entry is None:
                return None
            x, *given = (self.written_out(argument) for argument in node.arguments)
            values: dict[str, Node] = {name: Number(value) for name, value in entry.defaults.items()}
            values |= {parameter.name: value for parameter, value in zip(entry.parameters, given, strict=False)}
            return substitute(entry.value, values | {VARIABLE: x})

        return transform(function, change)


class Spec(Notation):
    """A function as a spec; calls of registered functions name their parameters."""

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        entry = None if function in FUNCTIONS else active().find(function)
        if entry is None:
            return super()._call(function, arguments)
        x, *given = (self.value(argument) for argument in arguments)
        settings = [f"{p.name}={text}" for p, text in zip(entry.parameters, given, strict=False)]
        return f"{function}({', '.join([x, *settings])})", ATOM


def spec_text(function: Node) -> str:
    """The text that `actviz.get` reads back to this function."""
    return Spec().value(function)


def _at(function: Node, loaded: Mapping[str, Floats], channel: int) -> Node:
    from actviz.models.formulas import number

    return substitute(function, {name: number(float(values[channel])) for name, values in loaded.items()})


def _is_named(entry: Entry, values: Mapping[str, float]) -> bool:
    """Whether a name says something, and is not that of every bound."""
    bound = entry.name == "threshold" and values.get("threshold") == values.get("value")
    return entry.name not in _UNNAMED and not bound


def _is_bound(function: Call) -> bool:
    """Whether this is the largest or the smallest of x and a number."""
    return X in function.arguments and any(_literal(argument) is not None for argument in function.arguments)


def _depends_twice(function: Node) -> bool:
    return any(isinstance(node, Call | Conditional) for node in walk(function))


def _literal(node: Node) -> float | None:
    match node:
        case Number(value):
            return float(value)
        case Negation(Number(value)):
            return -float(value)
    return None


def _numbers(function: Node) -> list[float]:
    """The constants of a function, without those that say nothing."""
    found = dict.fromkeys(abs(float(node.value)) for node in walk(function) if isinstance(node, Number))
    return [value for value in found if value not in (0.0, 1.0)]


def _is_linear(x: Floats, values: Floats) -> bool:
    if np.unique(values).size <= 2:
        return True
    slope, intercept = np.polyfit(x, values, 1)
    return _close(values, slope * x + intercept, np.abs(values).max())


def _close(first: Floats, second: Floats, scale: float = 0.0) -> bool:
    with np.errstate(invalid="ignore"):
        return bool((np.abs(first - second) <= _ABSOLUTE + _RELATIVE * np.maximum(np.abs(first), scale)).all())
