"""Polynomials and quotients of two over the whole range, with the symmetry of the function, and their rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flint import arb

from actviz.analysis.approximation import formula, remez
from actviz.analysis.approximation.bound import Truth, is_bounded
from actviz.analysis.approximation.construct import MOST_DEGREES, Request, check_number, finished
from actviz.analysis.approximation.results import Approximation, Kind, Part
from actviz.analysis.approximation.rounding import rounded
from actviz.analysis.approximation.target import BITS, Target
from actviz.errors import ActvizError
from actviz.language.numerics.balls import precision
from actviz.text import short

_Coefficients = tuple[list[Fraction], list[Fraction]]


def smooth(function: Target, request: Request) -> Approximation:
    """A polynomial or a quotient of two."""
    if request.polynomial is not None:
        check_number("as the degree of a polynomial", request.polynomial, 0, MOST_DEGREES)
        degrees = request.polynomial, 0
    else:
        assert request.rational is not None
        degrees = request.rational
        for degree in degrees:
            check_number("as a degree of a quotient", degree, 0, MOST_DEGREES)
    if request.norm not in (None, "max"):
        from actviz.analysis.approximation.squares import least_polynomial

        exact: _Coefficients = least_polynomial(function, degrees[0], request.norm), [Fraction(1)]
    else:
        if function.jumps:
            place = function.jumps[0][0]
            raise ActvizError(
                f"{function.activation.label} jumps at x = {short(place)}, where no polynomial or quotient follows",
                "Choose a --range on one side of that, or take --pieces or --table.",
            )
        with precision(BITS):
            exact = coefficients(function, *degrees)
    rows = [[rounded(value, request.dtype) for value in side] for side in exact]
    first = [[rounded(value, "float64") for value in side] for side in exact]
    found = _proved(function, request, rows)
    kind: Kind = "rational" if request.polynomial is None else "polynomial"
    unrounded = None
    if rows != first:
        unrounded = _proved(function, request, first).inside.largest
    above, below = rows
    return replace(
        found,
        kind=kind,
        knots=(function.low, function.high),
        coefficients=tuple(above),
        denominator=tuple(below) if kind == "rational" else (),
        unrounded=unrounded,
    )


def _proved(function: Target, request: Request, rows: Sequence[Sequence[float]]) -> Approximation:
    above, below = (formula.polynomial(row) for row in rows)
    inverse = formula.quotient(formula.constant(1.0), below)
    truth = Truth(inverse, {}, [Part(function.low, function.high, inverse)])
    bounded = is_bounded(truth, function.low, function.high)
    if not bounded.largest < 1e300:
        raise _pole(bounded.where)
    return finished(function, request, [Part(function.low, function.high, formula.quotient(above, below))])


def _pole(place: float) -> ActvizError:
    return ActvizError(
        f"the quotient that was found has a pole near x = {short(place)}", "Try other degrees, or another --range."
    )


def coefficients(function: Target, numerator: int, denominator: int) -> _Coefficients:
    """The coefficients of the best quotient, the denominator's first one 1, to about 50 digits.

    Where f − c − αx is odd or even over a range about 0, so is the best quotient less c + αx, and it is sought among
    those alone.
    """
    symmetry, constant, slope = function.symmetry
    low, high = function.low, function.high
    if symmetry == "odd":
        p, q = (numerator + 1) // 2, denominator // 2 + 1
        whole = constant == 0 or 2 * (q - 1) <= numerator
        bases = remez.Basis(p, 1, True, 0.0, high), remez.Basis(q, 0, True, 0.0, high)
    else:
        p, q = numerator // 2 + 1, denominator // 2 + 1
        whole = slope == 0 or 2 * (q - 1) + 1 <= numerator
        bases = remez.Basis(p, 0, True, 0.0, high), remez.Basis(q, 0, True, 0.0, high)
    if not symmetry or not whole or p < 1:
        constant = slope = 0.0
        bases = (
            remez.Basis(numerator + 1, 0, False, low, high),
            remez.Basis(denominator + 1, 0, False, low, high),
        )
    if symmetry == "odd" and whole and p < 1:
        return [Fraction(constant)], [Fraction(1)]

    def value(x: arb) -> arb:
        return function.exact(x) - arb(constant) - arb(slope) * x

    found = remez.best(function, value, *bases)
    above, below = found.above.powers(found.p), found.below.powers(found.q)
    added = [Fraction(0)] * max(len(above), len(below) + 1)
    for power, part in enumerate(above):
        added[power] += part
    for power, part in enumerate(below):
        added[power] += Fraction(constant) * part
        added[power + 1] += Fraction(slope) * part
    if not added[-1] and len(added) > len(above):
        added.pop()
    first = below[0]
    if not first:
        raise _pole(0.0)
    return [part / first for part in added], [part / first for part in below]
