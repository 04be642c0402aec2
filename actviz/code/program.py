"""What a generated file holds, whatever its language: functions with their names, trees and descriptions."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from actviz.curves.curve import Curve, Limits
from actviz.curves.naming import function_name
from actviz.language.cases import Case, fold
from actviz.language.notation.plain import Notation
from actviz.language.syntax import (
    VARIABLE,
    Comparison,
    Conditional,
    Name,
    Node,
    Number,
    Operation,
    X,
    free_names,
    neat,
    walk,
)
from actviz.text import short
from actviz.writing.derivations import formula

_NTH = [
    *("", "", "second_", "third_", "fourth_", "fifth_", "sixth_", "seventh_", "eighth_", "ninth_", "tenth_"),
    *("eleventh_", "twelfth_"),
]


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter in the words of one language: its identifier there, and what to say about it."""

    name: str
    identifier: str
    default: float
    about: str


@dataclass(frozen=True, slots=True)
class Function:
    """One function of a file.

    Args:
        identifier: its name in the language.
        tree: its formula, as the registry has it.
        summary: one line.
        formula: as people write it, on one line or several.
        remarks: a sentence each, or nothing.
    """

    identifier: str
    tree: Node
    summary: str
    formula: str
    remarks: tuple[str, ...]

    @property
    def description(self) -> list[str]:
        """Summary, formula and remarks, with blank lines between."""
        return [self.summary, "", self.formula, *(["", *self.remarks] if self.remarks else [])]


@dataclass(frozen=True, slots=True)
class Unit:
    """A file: what it is about, its parameters, and its functions."""

    title: str
    arguments: tuple[Argument, ...]
    functions: tuple[Function, ...]
    origin: str

    @property
    def identifiers(self) -> dict[str, str]:
        """How the language names each parameter."""
        return {argument.name: argument.identifier for argument in self.arguments}


def unit(curve: Curve, reserved: Collection[str], ascii_only: bool = False) -> Unit:
    """The file for a derivative.

    Args:
        curve: the derivative, or the function itself (order 0), which then stands alone.
        reserved: words that can be neither a function nor a parameter in the language.
        ascii_only: whether the language's identifiers are plain ASCII.
    """
    activation = curve.activation
    entry = activation.entry
    taken = {VARIABLE, *reserved}
    arguments = []
    for parameter in entry.parameters:
        identifier = _identifier(parameter.name, taken, ascii_only)
        taken.add(identifier)
        symbol = f"{parameter.symbol}, " if parameter.symbol and parameter.symbol != parameter.name else ""
        about = symbol + (parameter.about or "a parameter of the formula")
        arguments.append(Argument(parameter.name, identifier, activation.values[parameter.name], _one_line(about)))
    base = "f" if activation.is_expression else entry.name
    wanted = {VARIABLE, *reserved}
    value = activation.curve()
    functions = [
        Function(
            _identifier(base, wanted, ascii_only),
            value.tree,
            f"{_one_line(entry.title)}: the function.",
            _formula(value),
            (*([] if activation.is_expression else [_one_line(entry.summary)]), *_remarks(value)),
        )
    ]
    if curve.order:
        functions.append(
            Function(
                _identifier(base + _suffix(curve), wanted, ascii_only),
                with_slopes(curve),
                f"{_one_line(entry.title)}: {_described(curve)}.",
                _formula(curve),
                _remarks(curve),
            )
        )
    origin = f"Source: {_one_line(str(entry.source))}" if entry.source else ""
    return Unit(_one_line(entry.title), tuple(arguments), tuple(functions), origin)


def with_slopes(curve: Curve) -> Node:
    """The curve's tree, with what a framework's automatic differentiation gives at a kink where that was asked for."""
    tree = curve.tree
    spelling = curve.activation.spelling
    if spelling is not None and curve.variables == (VARIABLE,):
        for place, slope in spelling.slopes:
            tree = Conditional(Comparison("==", X, place), slope, tree)
    return tree


def expression(curve: Curve) -> str:
    """The curve as a spec on one line: its formula, and a value for every parameter in it."""
    tree = with_slopes(curve)
    values = curve.activation.values
    if isinstance(tree, Name) and tree != X:
        tree = Operation("*", Number(1), tree)  # a word on its own would be looked up as a function's name
    return ":".join([Notation().value(tree), *(f"{name}={values[name]!r}" for name in free_names(tree))]) + "\n"


def _suffix(curve: Curve) -> str:
    wrt = "" if curve.in_x else f"_wrt_{curve.wrt.replace(',', '_')}"
    return f"_{_NTH[curve.order]}derivative{wrt}"


def _described(curve: Curve) -> str:
    nth = _NTH[curve.order].replace("_", " ")
    return f"the {nth}derivative" + ("" if curve.in_x else f" in {curve.wrt.replace(',', ', ')}")


def _formula(curve: Curve) -> str:
    pieces = any(isinstance(part, Conditional) for part in walk(curve.tree))
    cases = fold(curve.tree) if pieces else [Case(None, curve.tree)]  # |x| is shorter than its two cases
    cases = [Case(case.condition, neat(case.value)) for case in cases]
    return formula(function_name(curve), cases, curve.activation.entry.symbols)


def _remarks(curve: Curve) -> tuple[str, ...]:
    """What happens at breakpoints, for the parameters' present values."""
    name = function_name(curve)
    setting = "With the default parameters, at" if curve.activation.values else "At"
    return tuple(
        f"{setting} x = {short(limits.x)}: {name} {_at(limits)}."
        for limits in curve.limits(-math.inf, math.inf)
        if limits.jumps or limits.off_curve
    )


def _at(limits: Limits) -> str:
    left, right, at = (f"{value:.7g}".replace("-", "−") for value in (limits.left, limits.right, limits.at))
    if not limits.jumps:
        return f"tends to {left} on both sides and is {at} there"
    side = "" if limits.off_curve else ", the left value" if left == at else ", the right value"
    return f"jumps from {left} to {right}, and is {at} there{side}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _identifier(name: str, taken: Collection[str], ascii_only: bool) -> str:
    """The name as an identifier that is not taken: letters spelled out where need be, then trailing underscores."""
    if ascii_only and not name.isascii():
        name = "".join(letter if letter.isascii() else _spelled(letter) for letter in name)
    while name in taken:
        name += "_"
    return name


def _spelled(letter: str) -> str:
    words = unicodedata.name(letter, "letter").lower().replace("lamda", "lambda")
    return re.sub(r"\W", "_", words.rsplit(" ", 1)[-1])
