"""What a function was found to be, as a table, as sentences and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actviz.analysis.identification import Identification, Match
from actviz.text import short
from actviz.writing.tables import Cell, Table, json_text

_MOST_SPELLINGS = 3


def identification_data(found: Identification) -> dict[str, Any]:
    """An identification under the names that scripts rely on."""
    return {
        "matches": [
            {
                "name": match.name,
                "spellings": list(match.spellings),
                "parameters": dict(match.parameters),
                "digits": match.digits,
                "undetermined": list(match.undetermined),
                "spec": match.spec,
            }
            for match in found.matches
        ],
        "nearest": [
            {
                "name": near.name,
                "parameters": dict(near.parameters),
                "max_difference": near.max_difference,
                "at": near.at,
                "spec": near.spec,
            }
            for near in found.nearest
        ],
        "range": [found.low, found.high],
        "tolerance": found.tolerance,
    }


def identification_json(found: Identification) -> str:
    """The same as JSON."""
    return json_text(identification_data(found))


def identification_table(found: Identification) -> Table:
    """The matches, or the nearest functions with their largest difference."""
    if found.matches:
        rows: list[tuple[Cell, ...]] = [
            (match.name, _settings(match.parameters), float(match.digits), _spellings(match)) for match in found.matches
        ]
        count = len(found.matches)
        title = f"It equals {'this function' if count == 1 else f'these {count} functions'}:"
        return Table(("name", "parameters", "digits", "spellings"), tuple(rows), title, ("spellings", "digits"))
    rows = [(near.name, _settings(near.parameters), near.max_difference, near.at) for near in found.nearest]
    title = f"It equals none; the nearest for {short(found.low)} ≤ x ≤ {short(found.high)}:"
    return Table(("name", "parameters", "largest difference", "at x"), tuple(rows), title)


def identification_text(found: Identification) -> str:
    """What a reader must know beside the table."""
    lines = []
    for match in found.matches:
        if match.undetermined:
            several = len(match.undetermined) > 1
            names = " and ".join(match.undetermined)
            lines.append(
                f"{match.name}: {names} {'are' if several else 'is'} not determined; "
                f"other values {'together ' if several else ''}give the same function."
            )
    if found.matches:
        lines.append(f"To plot it: actviz plot {_quoted(found.matches[0].spec)}")
    elif found.nearest:
        lines.append(f"To see how they differ: actviz compare SPEC {_quoted(found.nearest[0].spec)}")
    return "\n".join(lines)


def _quoted(spec: str) -> str:
    import shlex

    return shlex.quote(spec)


def _settings(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name}={short(value)}" for name, value in values.items())


def _spellings(match: Match) -> str:
    shown = ", ".join(match.spellings[:_MOST_SPELLINGS])
    rest = len(match.spellings) - _MOST_SPELLINGS
    return f"{shown} and {rest} more" if rest > 0 else shown
