"""The errors of an implementation, counted: block by block where there are billions of points, and then added up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actviz.analysis.accuracy.reference import Reference
from actviz.analysis.datatypes import DataType
from actviz.language.numerics.special import Array

THRESHOLDS = (0.5, 1.0, 2.0)
_NEAR = 1e-7  # of a threshold, within which balls decide
_MOST_EXACT = 4096  # of a block
_WORST = 8  # points that are kept with what was given and what is true
_FINE = 64  # parts of a factor of two in the histogram
_BINS = 64 * _FINE
_PARTS = 8  # of a binade, each with its worst point
_CHECKED = 64


@dataclass
class Tally:
    """What is known of the errors so far; the fields that end in ``_at`` are the places."""

    points: int = 0
    measured: int = 0
    above: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(THRESHOLDS), dtype=np.int64))
    histogram: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_BINS + 1, dtype=np.int64))
    exactly: list[Array] = field(default_factory=list)
    most: dict[str, tuple[float, float]] = field(
        default_factory=lambda: dict.fromkeys(("ulp", "absolute", "relative"), (0.0, math.nan))
    )
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("wrong_sign", "false_zeros", "overflows", "nans", "undefined", "falls", "asymmetric"), 0
        )
    )
    places: dict[str, float] = field(default_factory=dict)
    worst: list[tuple[float, float, float, float]] = field(default_factory=list)
    profile: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)

    def add(self, x: Array, got: Array, true: Array, reference: Reference, kind: DataType, keep: bool) -> None:
        """Count a block of points.

        Args:
            x: float64 array of finite numbers in rising order.
            got: what was computed there.
            true: what the reference gives there.
            reference: where it is from, for ties.
            kind: the data type.
            keep: whether errors are kept for exact percentiles; else a histogram holds them.
        """
        self.points += x.size
        known = ~np.isnan(true)
        self._count("undefined", ~known, x)
        rounded = kind.rounded(true)
        too_large = ~np.isfinite(rounded) & known
        infinite = np.isinf(got) & known
        bad_nan = np.isnan(got) & known & ~(too_large & math.isnan(kind.beyond))
        bad_infinity = infinite & (~too_large | (np.sign(got) != np.sign(true)))
        self._count("nans", bad_nan, x)
        self._count("overflows", bad_infinity, x)
        with np.errstate(all="ignore"):
            error = np.abs(got - true)
            spacing = kind.spacing(true)
            ulp = error / spacing
            right = too_large & ((got == rounded) | (np.abs(got) == kind.largest) | np.isnan(got))
            ulp[right & ~bad_nan & ~bad_infinity] = 0.0
            error[too_large] = np.nan
            valid = known & np.isfinite(got) | right & ~bad_nan & ~bad_infinity
            ulp[np.isnan(ulp) & valid] = np.inf
            self._exactly(x, got, true, ulp, error, spacing, valid & ~too_large, reference, kind)
            relative = np.where(np.abs(true) >= kind.smallest_normal, error / np.abs(true), 0.0)
            wrong = valid & (got * np.sign(true) < 0)
        self._count("wrong_sign", wrong, x)
        self._count("false_zeros", valid & (got == 0) & (rounded != 0), x)
        places = np.flatnonzero(valid)
        self._errors(x[places], got[places], true[places], ulp[places], keep)
        failed = bad_nan | bad_infinity
        self.above += int(np.count_nonzero(failed))
        self.measured += places.size + int(np.count_nonzero(failed))
        self._largest("absolute", np.where(valid & np.isfinite(error), error, 0.0), x)
        self._largest("relative", np.where(valid & np.isfinite(relative), relative, 0.0), x)
        self._fall(x[places], got[places], true[places])

    def _exactly(
        self,
        x: Array,
        got: Array,
        true: Array,
        ulp: Array,
        error: Array,
        spacing: Array,
        valid: NDArray[np.bool_],
        reference: Reference,
        kind: DataType,
    ) -> None:
        """Errors by balls: all of float64's, and of the others those too near a threshold to be told."""
        if kind.bits == 64:
            doubtful = np.flatnonzero(valid)
        else:
            near = np.zeros(x.size, dtype=bool)
            for threshold in THRESHOLDS:
                near |= np.abs(ulp - threshold) < _NEAR
            doubtful = np.flatnonzero(near & valid & (ulp != np.rint(2 * ulp) / 2))[:_MOST_EXACT]
        if not doubtful.size:
            return
        exact, values = reference.errors(x[doubtful], got[doubtful], spacing[doubtful])
        settled = ~np.isnan(exact)
        doubtful, exact, values = doubtful[settled], exact[settled], values[settled]
        ulp[doubtful] = exact
        error[doubtful] = exact * spacing[doubtful]
        true[doubtful] = values

    def _errors(self, x: Array, got: Array, true: Array, ulp: Array, keep: bool) -> None:
        if not x.size:
            return
        self.above += np.array([int(np.count_nonzero(ulp > threshold)) for threshold in THRESHOLDS])
        self._largest("ulp", ulp, x)
        if keep:
            self.exactly.append(ulp)
        else:
            with np.errstate(divide="ignore"):
                bins = np.clip(np.floor(_FINE * np.log2(ulp)) + _BINS // 2, 0, _BINS).astype(np.int64)
            self.histogram += np.bincount(bins, minlength=_BINS + 1)
        count = min(_WORST, x.size)
        top = np.argpartition(-ulp, count - 1)[:count]
        self._keep_worst([(float(ulp[i]), float(x[i]), float(got[i]), float(true[i])) for i in top if ulp[i] > 0])
        fraction, exponent = np.frexp(np.abs(x))
        part = ((fraction - 0.5) * 2 * _PARTS).astype(np.int64)
        keys = (exponent.astype(np.int64) * _PARTS + part) * 2 + (x > 0)
        keys[x == 0] = np.iinfo(np.int64).min // 2
        starts = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))  # x rises, so that the parts lie side by side
        tops = np.maximum.reduceat(ulp, starts)
        reached = np.flatnonzero(ulp == np.repeat(tops, np.diff(starts, append=keys.size)))
        for i in reached[np.searchsorted(reached, starts)].tolist():
            key = (0, 0) if x[i] == 0 else (1 if x[i] > 0 else -1, int(keys[i]) >> 1)
            if ulp[i] > self.profile.get(key, (-1.0, 0.0))[0]:
                self.profile[key] = (float(ulp[i]), float(x[i]))

    def _fall(self, x: Array, got: Array, true: Array) -> None:
        """Count neighbours between which the computed values go against the true ones."""
        with np.errstate(all="ignore"):
            rises, goes = np.diff(true), np.diff(got)
            sure = np.abs(rises) > 16 * np.finfo(np.float64).eps * np.maximum(np.abs(true[1:]), np.abs(true[:-1]))
            against = np.isfinite(rises) & sure & (rises * np.sign(goes) < 0)
        self._count("falls", against, x[1:])

    def _largest(self, name: str, values: Array, x: Array) -> None:
        if values.size:
            place = int(np.argmax(values))
            if values[place] > self.most[name][0]:
                self.most[name] = (float(values[place]), float(x[place]))

    def _count(self, name: str, mask: NDArray[np.bool_], x: Array) -> None:
        found = int(np.count_nonzero(mask))
        if found:
            self.counts[name] += found
            self.places.setdefault(name, float(x[int(np.argmax(mask))]))

    def asymmetric(self, mask: NDArray[np.bool_], x: Array) -> None:
        """Count points where the computed values break the function's symmetry."""
        self._count("asymmetric", mask, x)

    def _keep_worst(self, rows: list[tuple[float, float, float, float]]) -> None:
        self.worst = sorted({*self.worst, *rows}, reverse=True)[:_WORST]

    def merge(self, other: Tally) -> None:
        """Add what was counted elsewhere."""
        self.points += other.points
        self.measured += other.measured
        self.above += other.above
        self.histogram += other.histogram
        self.exactly += other.exactly
        for name, (value, place) in other.most.items():
            if value > self.most[name][0]:
                self.most[name] = (value, place)
        for name, count in other.counts.items():
            self.counts[name] += count
        for name, place in other.places.items():
            self.places.setdefault(name, place)
        self._keep_worst(other.worst)
        for key, (value, place) in other.profile.items():
            if value > self.profile.get(key, (-1.0, 0.0))[0]:
                self.profile[key] = (value, place)

    def percentile(self, share: float) -> float:
        """The error in ULP that so large a share of the points do not exceed."""
        failed = self.counts["nans"] + self.counts["overflows"]
        wanted = math.ceil(share * self.measured)
        if wanted > self.measured - failed:
            return math.inf
        if self.exactly:
            values = np.concatenate(self.exactly)
            return float(np.partition(values, wanted - 1)[wanted - 1]) if wanted else 0.0
        place = int(np.searchsorted(np.cumsum(self.histogram), max(wanted, 1)))
        return 0.0 if place == 0 else min(self.most["ulp"][0], 2.0 ** ((place + 1 - _BINS // 2) / _FINE))

    def as_data(self) -> dict[str, Any]:
        """All of it as JSON can hold it."""
        return {
            "points": self.points,
            "measured": self.measured,
            "above": self.above.tolist(),
            "histogram": {str(place): int(self.histogram[place]) for place in np.flatnonzero(self.histogram)},
            "most": {name: list(pair) for name, pair in self.most.items()},
            "counts": self.counts,
            "places": self.places,
            "worst": [list(row) for row in self.worst],
            "profile": [[*key, *value] for key, value in self.profile.items()],
        }

    @staticmethod
    def from_data(data: dict[str, Any]) -> Tally:
        """The tally that `as_data` wrote."""
        found = Tally(data["points"], data["measured"], np.array(data["above"], dtype=np.int64))
        for place, count in data["histogram"].items():
            found.histogram[int(place)] = count
        found.most = {name: (pair[0], pair[1]) for name, pair in data["most"].items()}
        found.counts = dict(data["counts"])
        found.places = dict(data["places"])
        found.worst = [(row[0], row[1], row[2], row[3]) for row in data["worst"]]
        found.profile = {(int(a), int(b)): (value, place) for a, b, value, place in data["profile"]}
        return found


def sound(x: Array, true: Array, worst: list[tuple[float, float, float, float]], reference: Reference) -> bool:
    """Whether the reference is right at the worst points and at some others."""
    some = np.unique(np.concatenate([np.linspace(0, x.size - 1, min(_CHECKED, x.size)).astype(np.int64)]))
    at_worst = np.searchsorted(x, [row[1] for row in worst])
    some = np.concatenate([some, at_worst]).astype(np.int64)
    return reference.check(x[some], true[some])
