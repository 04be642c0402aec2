"""Tables: entries at equal steps, correctly rounded, with nearest, linear or cubic look-up; bytes in, bytes out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from flint import arb

from actviz.analysis.approximation import formula
from actviz.analysis.approximation.construct import MOST_ENTRIES, Request, check_number, finished
from actviz.analysis.approximation.exact import from_fraction, settled
from actviz.analysis.approximation.results import Approximation, Part
from actviz.analysis.approximation.rounding import Quantized, rounded
from actviz.analysis.approximation.target import Target
from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.language.numerics.balls import ball
from actviz.language.syntax import Node, X

_LEAST = {"nearest": 1, "linear": 2, "cubic": 4}
_BYTES = range(-128, 128)


def table(function: Target, request: Request, count: int) -> Approximation:
    """A table of so many entries over the range, both ends among them."""
    if request.int8 is not None:
        return bytes_table(function.activation, request, count)
    check_number("entries", count, 1, MOST_ENTRIES)
    if count < _LEAST[request.lookup]:
        raise UsageError(
            f"{request.lookup} look-up takes {_LEAST[request.lookup]} entries or more, not {count}",
            "Choose a larger --table, or --lookup nearest.",
        )
    low, high = function.low, function.high
    points = np.linspace(low, high, count).tolist() if count > 1 else [low / 2 + high / 2]
    entries = [entry(function, x, request) for x in points]
    parts = {"nearest": _nearest, "linear": _linear, "cubic": _cubic}[request.lookup](points, entries, low, high)
    found = finished(function, request, parts)
    return replace(found, kind="table", knots=tuple(points), entries=tuple(entries), lookup=request.lookup)


def entry(function: Target, x: float, request: Request) -> float:
    """The number of a data type or fixed-point format nearest to the function at a point."""
    fixed = request.fixed

    def nearest(value: Fraction) -> float:
        return rounded(value, request.dtype) if fixed is None else fixed.rounded(value, "the entry")

    return float(settled(lambda: function.exact(arb(x)), nearest))


def _nearest(points: list[float], entries: list[float], low: float, high: float) -> list[Part]:
    ends = [low, *(first / 2 + second / 2 for first, second in pairwise(points)), high]
    return [Part(*span, formula.constant(value)) for span, value in zip(pairwise(ends), entries, strict=True)]


def _linear(points: list[float], entries: list[float], _low: float, _high: float) -> list[Part]:
    parts = []
    for (left, right), (first, second) in zip(pairwise(points), pairwise(entries), strict=True):
        slope = (Fraction(second) - Fraction(first)) / (Fraction(right) - Fraction(left))
        parts.append(Part(left, right, formula.straight(float(slope), float(Fraction(first) - slope * Fraction(left)))))
    return parts


def _cubic(points: list[float], entries: list[float], _low: float, _high: float) -> list[Part]:
    """On each step the cubic through the four nearest entries; at the ends through the outermost four."""
    parts = []
    for place, (left, right) in enumerate(pairwise(points)):
        start = min(max(place - 1, 0), len(points) - 4)
        x = [Fraction(value) - Fraction(left) for value in points[start : start + 4]]
        y = [Fraction(value) for value in entries[start : start + 4]]
        differences = list(y)
        for order in range(1, 4):  # Newton's divided differences
            for spot in range(3, order - 1, -1):
                differences[spot] = (differences[spot] - differences[spot - 1]) / (x[spot] - x[spot - order])
        coefficients = [Fraction(0)]
        for spot in (3, 2, 1, 0):
            raised = [Fraction(0), *coefficients]
            lowered = [*(-x[spot] * value for value in coefficients), Fraction(0)]
            coefficients = [first + second for first, second in zip(raised, lowered, strict=True)]
            coefficients[0] += differences[spot]
        parts.append(Part(left, right, _shifted([float(value) for value in coefficients], left)))
    return parts


def _shifted(coefficients: list[float], origin: float) -> Node:
    return formula.polynomial(coefficients, formula.plus(X, formula.constant(-origin)))


def bytes_table(activation: Activation, request: Request, count: int) -> Approximation:
    """256 bytes for 256 bytes: each the one nearest to the function of what its input stands for, held to ±128."""
    assert request.int8 is not None
    if count != len(_BYTES):
        raise UsageError(f"a table for bytes has 256 entries, not {count}", "Leave --table out, or write --table 256.")
    source, result = request.int8
    function = Target(activation, float(source.number(-128)), float(source.number(127)))
    entries = [byte(function, source.number(code), result) for code in _BYTES]
    numbers = [float(result.number(code)) for code in entries]
    ends = [float(Fraction(source.scale) * (Fraction(2 * code + 1, 2) - source.zero)) for code in _BYTES[:-1]]
    spans = pairwise([function.low, *ends, function.high])
    parts = [Part(*span, formula.constant(value)) for span, value in zip(spans, numbers, strict=True)]
    found = finished(function, replace(request, beyond="hold"), parts)
    knots = tuple(float(source.number(code)) for code in _BYTES)
    return replace(found, kind="table", knots=knots, entries=tuple(entries), lookup="nearest", int8=request.int8)


def byte(function: Target, x: Fraction, result: Quantized) -> int:
    """The byte that stands for the number nearest to the function at a point."""
    scale = Fraction(result.scale)

    def value() -> arb:
        return ball(function.tree, function.values, from_fraction(x)) / from_fraction(scale)

    return min(max(int(settled(value, round)) + result.zero, -128), 127)
