"""Points from files: x and y that were computed on another machine."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.analysis.datatypes import TYPES
from actviz.analysis.targets.base import Points
from actviz.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUFFIXES = (".npy", ".npz", ".csv")
_HINT = "Points are two columns (or rows) of numbers, x and y; an .npz file holds them as arrays named x and y."


def read_points(path: str) -> Points:
    """The points in a file, in rising order of x.

    Args:
        path: .npy with an array of shape (n, 2) or (2, n), .npz with arrays x and y, or .csv with two columns.

    Raises:
        InputError: it cannot be read, or does not hold points.
    """
    place = Path(path)
    try:
        x, y = _csv(place) if place.suffix.lower() == ".csv" else _numpy(place)
    except OSError as error:
        raise InputError(f"cannot read '{path}': {error.strerror or error}", "Check the name of the file.") from None
    except (ValueError, EOFError, KeyError) as error:
        raise InputError(f"'{path}' does not hold points: {error}", _HINT) from None
    if x.shape != y.shape or x.ndim != 1 or x.size == 0:
        raise InputError(f"'{path}' does not hold points: x has the shape {x.shape} and y {y.shape}", _HINT)
    usual = y.dtype.name if y.dtype.name in TYPES else "float32"
    wide_x, wide_y = x.astype(np.float64), y.astype(np.float64)
    order = np.argsort(wide_x, kind="stable")
    return Points(path, wide_x[order], wide_y[order], usual)


def read_grid(path: str) -> NDArray[np.float64]:
    """The numbers x in a file that `actviz check --write-grid` wrote."""
    return np.asarray(np.load(path, allow_pickle=False), dtype=np.float64)


def _numpy(place: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    found = np.load(place, allow_pickle=False)
    if isinstance(found, np.ndarray):
        if found.dtype.kind not in "fiuV" or found.ndim != 2 or 2 not in found.shape:
            raise ValueError(f"its array has the shape {found.shape} and the type {found.dtype}")
        pair = found if found.shape[0] == 2 and found.shape[1] != 2 else found.T
        return _known(pair[0]), _known(pair[1])
    with found:
        names = list(found.keys())
        if {"x", "y"} <= set(names):
            return _known(found["x"]), _known(found["y"])
        raise ValueError(f"its arrays are named {', '.join(names)}")


def _known(values: NDArray[Any]) -> NDArray[Any]:
    """An array whose type is bfloat16 where NumPy's file format has kept only that it has two bytes."""
    if values.dtype.kind == "V" and values.dtype.itemsize == 2:
        return (values.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    if values.dtype.kind not in "fiu":
        raise ValueError(f"an array has the type {values.dtype}")
    return values.ravel() if values.ndim == 2 and 1 in values.shape else values


def _csv(place: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    text = place.read_text(encoding="utf-8-sig")
    rows = [row for row in csv.reader(text.splitlines()) if row and not row[0].lstrip().startswith("#")]
    if rows and len(rows[0]) == 1:  # spaces, tabs or semicolons between the columns
        rows = [row[0].replace(";", " ").split() for row in rows]
    if rows and not _is_number(rows[0][0]):
        rows = rows[1:]
    for number, row in enumerate(rows, 1):
        if len(row) < 2 or not (_is_number(row[0]) and _is_number(row[1])):
            raise ValueError(f"row {number} is '{','.join(row)[:60]}'")
    if not rows:
        raise ValueError("there are no rows")
    pairs = np.array([[float(cell) for cell in row[:2]] for row in rows])
    return pairs[:, 0], pairs[:, 1]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
