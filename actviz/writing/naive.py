"""Tables in which what a data type gives stands beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from actviz.analysis.datatypes import data_type
from actviz.analysis.naive import naive
from actviz.curves.curve import Curve
from actviz.language.numerics.special import Array
from actviz.writing.tables import Cell, Table


def beside(table: Table, curves: Sequence[Curve], x: Sequence[float] | Array, dtype: str) -> Table:
    """A table of curves with a column more for each: its values computed in a data type, operation by operation."""
    kind = data_type(dtype)
    names: list[str] = []
    columns: list[Sequence[Cell]] = []
    waiting = list(curves)
    points = np.asarray(x, dtype=np.float64)
    for name, column in zip(table.columns, zip(*table.rows, strict=True), strict=True):
        names.append(name)
        columns.append(column)
        if waiting and name == waiting[0].column:
            names.append(f"{name} in {kind.name}")
            columns.append(naive(waiting.pop(0), points, kind).tolist())
    return replace(table, columns=tuple(names), rows=tuple(zip(*columns, strict=True)))
