"""Deviations of functions at points as tables and as JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from actviz.analysis.deviation import Deviation
from actviz.text import short
from actviz.writing.tables import Cell, Table, json_text


def deviation_data(found: Deviation) -> dict[str, Any]:
    """A deviation under the names that scripts rely on."""
    fields = [field.name for field in dataclasses.fields(found) if field.name not in ("x", "values", "low", "high")]
    return {name: getattr(found, name) for name in fields} | {"range": [found.low, found.high]}


def deviations_json(found: Sequence[Deviation], same: Sequence[bool]) -> str:
    """A JSON list, one object for each pair."""
    return json_text([deviation_data(each) | {"same": equal} for each, equal in zip(found, same, strict=True)])


def deviation_table(found: Deviation, same: bool) -> Table:
    """The largest differences and where they are."""
    rows: list[tuple[Cell, ...]] = [
        ("largest absolute difference", found.max_absolute, _place(found.max_absolute_at)),
        ("largest relative difference", found.max_relative, _place(found.max_relative_at)),
        (f"largest difference in ULP of {found.dtype}", found.max_ulp, _place(found.max_ulp_at)),
        ("RMS difference at the points", found.rms, ""),
        ("one of them alone NaN or infinite", float(found.unequal), _place(found.unequal_at)),
    ]
    verdict = "are equal within the tolerance" if same else "differ"
    title = (
        f"{found.first} and {found.second} {verdict} at {found.points:,} points, "
        f"{short(found.low)} ≤ x ≤ {short(found.high)}."
    )
    return Table(("quantity", "value", "at x"), tuple(rows), title)


def _place(x: float) -> str:
    return "" if math.isnan(x) else repr(x)
