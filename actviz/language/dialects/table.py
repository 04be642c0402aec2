"""The tables of `frameworks.toml`: signatures, and what they mean.

A signature is fitted to the arguments of a call; the first that fits gives the meaning, an expression in which the
parameters stand for the arguments.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

PATH = Path(__file__).with_name("frameworks.toml")

_FIRST = (
    "x",
    "input",
    "z",
    "features",
    "inputs",
    "a",
    "tensor",
    "self",
    "data",
    "t",
)  # what the first argument is called
# Keywords that say where and how a result is stored, and nothing of its value.
_IMMATERIAL = {
    "inplace",
    "name",
    "dtype",
    "device",
    "out",
    "training",
    "where",
    "casting",
    "order",
    "copy",
    "requires_grad",
}


_SWITCHES = ("inplace", "training")


def _is_switch(value: ast.expr) -> bool:
    return not isinstance(value, ast.Constant) or isinstance(value.value, bool | None)


class Parameter(NamedTuple):
    """One parameter of a signature: its names, its default (None where it must be given), the one value that fits."""

    names: tuple[str, ...]
    default: ast.expr | None
    only: object
    immaterial: bool
    keyword_only: bool


class Form(NamedTuple):
    """One line of a table.

    Args:
        name: the function.
        parameters: in order; those of a function begin with x, those of a module do not have it.
        meaning: an expression in the parameters' first names and x.
        module: whether x comes in a second call.
    """

    name: str
    parameters: tuple[Parameter, ...]
    meaning: str
    module: bool

    def bound(self, positional: Sequence[ast.expr], named: Mapping[str, ast.expr]) -> dict[str, ast.expr] | None:
        """The arguments by parameter, or None where they do not fit."""
        given: dict[int, ast.expr] = {}
        places = [place for place, parameter in enumerate(self.parameters) if not parameter.keyword_only]
        if len(positional) > len(places):
            return None
        given.update(zip(places, positional, strict=False))
        for name, argument in named.items():
            place = next((n for n, parameter in enumerate(self.parameters) if name in parameter.names), None)
            if place is None:
                if name in _IMMATERIAL:
                    continue
                return None
            if place in given:
                return None
            given[place] = argument
        result: dict[str, ast.expr] = {}
        for place, parameter in enumerate(self.parameters):
            value: ast.expr | None = given.get(place)
            if parameter.immaterial:
                if parameter.names[0] in _SWITCHES and value is not None and not _is_switch(value):
                    return None
                continue
            if isinstance(value, ast.Constant) and value.value is None:  # what may be left out is given as None
                value = None
            if parameter.only is not None:
                if not (isinstance(value, ast.Constant) and value.value == parameter.only):
                    return None
                continue
            if value is None:
                value = parameter.default
            if value is None:
                return None
            result[parameter.names[0]] = value
        return result


class Tables(NamedTuple):
    """All tables: forms by prefix and name, and the reasons against some names."""

    forms: dict[tuple[str, str], list[Form]]
    refused: dict[tuple[str, str], str]
    prefixes: frozenset[str]

    def find(self, prefix: str, name: str) -> list[Form]:
        """The forms of a function under a prefix; a method's prefix is ``.``."""
        return self.forms.get((prefix, name), [])


@cache
def tables() -> Tables:
    """The tables, read once."""
    import tomllib

    forms: dict[tuple[str, str], list[Form]] = {}
    refused: dict[tuple[str, str], str] = {}
    prefixes: set[str] = set()
    listed: dict[str, Any] = tomllib.loads(PATH.read_text(encoding="utf-8"))
    # What a framework says of its own comes before what all have in common.
    for key in sorted(listed, key=lambda key: (key == "common", key == "keras")):
        table = listed[key]
        for kind in ("functions", "modules"):
            for line in table.get(kind, ()):
                form = _form(line, kind == "modules")
                for prefix in table["prefixes"]:
                    forms.setdefault((prefix, form.name), []).append(form)
        for prefix in table["prefixes"]:
            prefixes.add(prefix)
            for name, reason in table.get("refused", {}).items():
                refused[prefix, name] = reason
    return Tables(forms, refused, frozenset(prefixes - {"", "."}))


def _form(line: str, module: bool) -> Form:
    signature, _, meaning = line.partition(" -> ")
    name, _, inside = signature.rstrip(")").partition("(")
    parameters: list[Parameter] = []
    keyword_only = False
    for part in filter(None, inside.split(", ")):
        if part == "*":
            keyword_only = True
            continue
        found = re.fullmatch(r"(_?)([\w|]+)(?:==(.+)|=(.+))?", part)
        assert found is not None, line
        hidden, names, only, default = found.groups()
        called = tuple(names.split("|"))
        if not parameters and not module:
            called = (*dict.fromkeys((*called, *_FIRST)),)
        parameters.append(
            Parameter(
                called,
                ast.parse(default, mode="eval").body if default else None,
                ast.literal_eval(only) if only else None,
                bool(hidden),
                keyword_only,
            )
        )
    return Form(name, tuple(parameters), meaning, module)
