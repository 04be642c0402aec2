"""How frameworks write a function whose parameters were found."""

from __future__ import annotations

import math
from collections.abc import Mapping

from actviz.curves.specs import resolve_one
from actviz.errors import LISTENER, ActvizError
from actviz.registry.entries import Entry, Spelling


def spellings(entry: Entry, values: Mapping[str, float]) -> tuple[str, ...]:
    """The names under which frameworks have this function, with arguments where their defaults are others.

    What is written with arguments is read again, and kept only if it means what it should.
    """
    found: list[str] = []
    for spelling in entry.spellings:
        defaults = entry.defaults | dict(spelling.defaults)
        changed = {name: value for name, value in values.items() if not _same(value, defaults[name])}
        for name in spelling.names:
            if not changed:
                found.append(name)
            elif "(" not in name:
                call = _call(name, spelling, changed)
                if _means(call, entry, values):
                    found.append(call)
    return tuple(found)


def _same(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-9)


def _call(name: str, spelling: Spelling, changed: Mapping[str, float]) -> str:
    words = [f"{spelling.arguments.get(parameter, parameter)}={value!r}" for parameter, value in changed.items()]
    first = [] if name.rpartition(".")[2][:1].isupper() else ["x"]  # a class takes its x in a second call
    return f"{name}({', '.join([*first, *words])})"


def _means(call: str, entry: Entry, values: Mapping[str, float]) -> bool:
    listening = LISTENER.set(None)
    try:
        found = resolve_one(call)
    except ActvizError:
        return False
    finally:
        LISTENER.reset(listening)
    return found.entry == entry and all(_same(found.values[name], value) for name, value in values.items())
