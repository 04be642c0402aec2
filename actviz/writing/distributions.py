"""What a function does to the values that reach it, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actviz.networks.distribution import Distribution
from actviz.text import short
from actviz.writing.tables import Table, json_text


def distribution_data(result: Distribution) -> dict[str, Any]:
    """A result with the names that scripts rely on."""
    return {
        "spec": result.activation.spec,
        "input": result.source,
        "count": result.count,
        "before": {"mean": result.mean_before, "variance": result.variance_before},
        "after": {"mean": result.mean, "variance": result.variance},
        "slope_mean": result.slope_mean,
        "slope_second": result.slope_second,
        "flat": result.flat,
        "saturated": result.saturated,
        "saturated_below": result.threshold,
        "negative": result.negative,
        "atoms": [{"value": value, "share": share} for value, share in result.atoms],
        "units": result.units,
        "dead_units": None if result.units is None else list(result.dead),
    }


def distribution_json(results: Sequence[Distribution]) -> str:
    """The results as a JSON list."""
    return json_text([distribution_data(result) for result in results])


def distribution_table(results: Sequence[Distribution]) -> Table:
    """A row for each function."""
    threshold = short(results[0].threshold)
    columns = ["function", "mean before", "variance before", "mean", "variance", "E f′", "E f′²", "flat"]
    columns += [f"|f′| < {threshold}", "f < 0"] + ["dead units"] * (results[0].units is not None)
    rows = []
    for result in results:
        row: list[Any] = [result.activation.label, result.mean_before, result.variance_before, result.mean]
        row += [result.variance, result.slope_mean, result.slope_second, result.flat, result.saturated, result.negative]
        if result.units is not None:
            row.append(f"{len(result.dead)} of {result.units}")
        rows.append(tuple(row))
    return Table(tuple(columns), tuple(rows), "", ("variance before", "mean before", "f < 0"))


def distribution_text(results: Sequence[Distribution]) -> str:
    """What the numbers are of, and which units are dead."""
    first = results[0]
    parts = [
        f"x ~ {first.source}, by integrals." if first.count is None else f"{first.count:,} values of {first.source}."
    ]
    for result in results:
        if result.dead:
            shown = ", ".join(map(str, result.dead[:40])) + (", …" if len(result.dead) > 40 else "")
            parts.append(
                f"{result.activation.label}: f′ = 0 for every sample in unit{'s' * (len(result.dead) > 1)} {shown}."
            )
    return "\n".join(parts)
