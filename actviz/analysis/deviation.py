"""How far apart functions are at points: formulas, the code of others and data, absolutely, relatively and in ULP.

`comparison` knows formulas, and finds suprema and crossings. Code and data give values and nothing else; here they are
held against each other at the numbers of a data type.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from actviz.analysis.accuracy.points import points
from actviz.analysis.datatypes import SMALL, DataType, data_type
from actviz.analysis.targets import Points, Target, is_target, load
from actviz.curves.curve import HALF_WIDTH, Activation
from actviz.curves.specs import resolve_one
from actviz.errors import UsageError
from actviz.language.numerics.special import Array

_COUNT = {64: 20_001, 32: 1 << 18}
_TIES = 4.0  # ULP: two values in a data type as close as that may differ by rounding alone

Side = str | Activation | Callable[..., Any]


@dataclass(frozen=True)
class Deviation:
    """How one function deviates from another at points.

    Args:
        first: the function that the other is held against, as it was named.
        second: the other.
        dtype: the data type whose numbers the points are; code computes in it.
        points: how many there are.
        low: the least of them.
        high: the greatest.
        max_absolute: the largest absolute difference.
        max_absolute_at: where.
        max_relative: the largest difference in parts of the first's value, where that is a normal number.
        max_relative_at: where.
        max_ulp: the largest difference in ULP of the data type at the first's value.
        max_ulp_at: where.
        rms: the root of the mean of the squared differences at the points.
        unequal: at how many points one of them alone is NaN or infinite.
        unequal_at: the first of these.
        x: the points.
        values: those of both functions, at most a few thousand of each, for a figure.
    """

    first: str
    second: str
    dtype: str
    points: int
    low: float
    high: float
    max_absolute: float
    max_absolute_at: float
    max_relative: float
    max_relative_at: float
    max_ulp: float
    max_ulp_at: float
    rms: float
    unequal: int
    unequal_at: float
    x: Array
    values: tuple[Array, Array]

    def within(self, tolerance: float | None, measure: str) -> bool:
        """Whether the difference stays within a tolerance.

        Args:
            tolerance: of the measure; None is rounding, four ULP.
            measure: ``absolute``, ``relative`` or ``ulp``.
        """
        if self.unequal:
            return False
        if tolerance is None:
            return self.max_ulp <= _TIES
        return bool(getattr(self, f"max_{measure}") <= tolerance)


def deviations(
    sides: Sequence[Side],
    span: tuple[float, float] | None = None,
    dtype: str | None = None,
    keywords: Mapping[str, Any] | None = None,
) -> list[Deviation]:
    """Hold every side after the first against the first.

    Args:
        sides: specs, activations, callables, or words that name code or data, two or more.
        span: the range of x; by default that of the data, else one that shows every breakpoint.
        dtype: the data type in which code computes and whose numbers x are; by default float64, or that of the code
            or data.
        keywords: arguments that code is given beside x.
    """
    if len(sides) < 2:
        raise UsageError("a comparison takes two functions or more", "Write 'actviz compare relu prelu'.")
    found = [_side(side, keywords) for side in sides]
    kind = data_type(dtype or _usual(found))
    x = _points(found, kind, span)
    values = [_values(side, x, kind) for side in found]
    names = [_name(side, given) for side, given in zip(found, sides, strict=True)]
    return [
        _deviation(names[0], name, kind, x, values[0], other) for name, other in zip(names[1:], values[1:], strict=True)
    ]


def _side(side: Side, keywords: Mapping[str, Any] | None) -> Activation | Target | Points:
    if isinstance(side, Activation):
        return side
    if isinstance(side, str) and not is_target(side):
        return resolve_one(side)
    return load(side, keywords)


def _usual(sides: Sequence[Activation | Target | Points]) -> str:
    named = [side.usual for side in sides if not isinstance(side, Activation)]
    return named[0] if named else "float64"


def _name(side: Activation | Target | Points, given: Side) -> str:
    return side.spec if isinstance(side, Activation) else side.name if isinstance(given, str) else str(side.name)


def _points(sides: Sequence[Activation | Target | Points], kind: DataType, span: tuple[float, float] | None) -> Array:
    data = [side for side in sides if isinstance(side, Points)]
    if data:
        x = data[0].x
        for other in data[1:]:
            if not np.array_equal(other.x, x):
                raise UsageError(
                    f"'{other.name}' and '{data[0].name}' have other x", "Compute both at the same points."
                )
        inside = np.isfinite(x) if span is None else (x >= span[0]) & (x <= span[1])
        found = x[inside]
    else:
        formulas = [side for side in sides if isinstance(side, Activation)]
        curve = (formulas[0] if formulas else resolve_one("x")).curve()
        low, high = span or _default(formulas)
        count = None if kind.bits <= SMALL else _COUNT[kind.bits]
        found = points(kind, curve, (low, high), count)
        if kind.bits == 64:
            found = np.unique(np.concatenate([found, np.linspace(low, high, _COUNT[64])]))
    if not found.size:
        raise UsageError("there is no point in the range", "Choose a wider --range.")
    return found


def _default(formulas: Sequence[Activation]) -> tuple[float, float]:
    places = [abs(point.x) for each in formulas for point in each.curve().pieces(-math.inf, math.inf).breakpoints]
    reach = max([HALF_WIDTH, *(1.25 * place for place in places if place < 1e6)])
    return -reach, reach


def _values(side: Activation | Target | Points, x: Array, kind: DataType) -> Array:
    if isinstance(side, Activation):
        return side.curve().at(x)
    if isinstance(side, Points):
        return side.y[np.isin(side.x, x)]
    return side.values(x, kind)


def _deviation(first: str, second: str, kind: DataType, x: Array, f: Array, g: Array) -> Deviation:
    both = np.isfinite(f) & np.isfinite(g)
    same = (f == g) | (np.isnan(f) & np.isnan(g)) | ~np.isfinite(kind.rounded(f)) & ~np.isfinite(g)
    apart = ~both & ~same
    with np.errstate(all="ignore"):
        gap = np.where(both, np.abs(g - f), 0.0)
        relative = np.where(np.abs(f) >= kind.smallest_normal, gap / np.abs(f), 0.0)
        relative = np.where(both, relative, 0.0)
        ulp = gap / kind.spacing(np.where(both, f, 0.0))
        rms = float(np.sqrt(np.mean(gap[both] ** 2))) if both.any() else 0.0

    def most(values: Array) -> tuple[float, float]:
        place = int(np.argmax(values))
        return float(values[place]), float(x[place]) if values[place] else math.nan

    shown = np.unique(np.linspace(0, x.size - 1, min(x.size, 4001)).astype(np.int64))
    return Deviation(
        first,
        second,
        kind.name,
        x.size,
        float(x[0]),
        float(x[-1]),
        *most(gap),
        *most(relative),
        *most(ulp),
        rms,
        int(np.count_nonzero(apart)),
        float(x[int(np.argmax(apart))]) if apart.any() else math.nan,
        x[shown],
        (f[shown], g[shown]),
    )
