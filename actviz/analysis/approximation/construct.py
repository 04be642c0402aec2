"""What can be made of a function: the one entrance to this room, with all that is asked for checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.analysis.approximation import formula, lines
from actviz.analysis.approximation.measure import proved, rms_gauss, tails
from actviz.analysis.approximation.results import Approximation, Choice, Norm, Part
from actviz.analysis.approximation.rounding import FixedPoint, Quantized, fixed_point, quantized, rounded
from actviz.analysis.approximation.target import Target
from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.language.numerics.special import Array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MOST_PIECES = 256
MOST_ENTRIES = 65_536
MOST_DEGREES = 40
KNOTS = ("free", "uniform", "powers")
LOOKUPS = ("nearest", "linear", "cubic")
NORMS: tuple[Norm, ...] = ("max", "gauss", "rms")
TAILS = ("asymptote", "extend", "hold")
_OTHERS = (1 / 4, 1 / 2, 2)  # times the number of pieces: what other numbers would give
_MOST_OTHERS = 64


@dataclass(frozen=True)
class Request:
    """How a function is to be approximated.

    Args:
        pieces: with so many straight pieces.
        table: with a table of so many entries.
        polynomial: with a polynomial of this degree.
        rational: with a quotient of polynomials of these degrees.
        fit: with this function, whose parameters without a value are sought.
        span: the range; by default that of the function's figure.
        norm: what is made small: ``max``, the largest error; ``gauss``, the mean square under N(0, 1); ``rms``, the
            mean square over the range, or over the inputs; by default ``rms`` with inputs, else ``max``.
        knots: of pieces: ``free``, ``uniform`` or ``powers``, of two.
        continuous: whether pieces are to meet everywhere.
        dtype: what coefficients and entries are rounded to.
        fixed: the fixed-point format of slopes and intercepts.
        lookup: between the entries of a table: ``nearest``, ``linear`` or ``cubic``.
        int8: scale and zero point of a table's input and of its output.
        inputs: points to fit over.
        beyond: how it goes on outside the range: ``asymptote``, ``extend`` or ``hold``.
        choices: whether to say what other numbers of pieces would give.
    """

    pieces: int | None = None
    table: int | None = None
    polynomial: int | None = None
    rational: tuple[int, int] | None = None
    fit: str | Activation | None = None
    span: tuple[float, float] | None = None
    norm: Norm | None = None
    knots: str = "free"
    continuous: bool = False
    dtype: str = "float64"
    fixed: FixedPoint | None = None
    lookup: str = "linear"
    int8: tuple[Quantized, Quantized] | None = None
    inputs: Array | None = None
    beyond: str = "asymptote"
    choices: bool = True


def request(
    *,
    rational: Sequence[int] | None = None,
    format: str | FixedPoint | None = None,  # noqa: A002  the name of the option
    int8: Sequence[Sequence[float]] | None = None,
    inputs: ArrayLike | None = None,
    tails: str = "asymptote",
    **others: Any,
) -> Request:
    """The request that the library's keywords make.

    Args:
        rational: two degrees.
        format: a fixed-point format, as in ``q4.11``.
        int8: scale and zero point of the input and of the output.
        inputs: numbers to fit over.
        tails: how it goes on outside the range.
        others: further fields of `Request`.

    Raises:
        UsageError: one of them is not usable.
    """
    if rational is not None and np.shape(rational) != (2,):
        raise UsageError(f"a quotient has two degrees, not {np.size(rational)}", "Write rational=(3, 2).")
    if int8 is not None and np.shape(int8) != (2, 2):
        raise UsageError(
            "int8 takes a scale and a zero point for the input and for the output",
            "Write int8=((0.0478, 3), (1 / 256, -128)).",
        )
    points = None if inputs is None else np.asarray(inputs, dtype=np.float64).ravel()
    return Request(
        rational=None if rational is None else (int(rational[0]), int(rational[1])),
        fixed=fixed_point(format) if isinstance(format, str) else format,
        int8=None if int8 is None else (quantized(*int8[0]), quantized(*int8[1])),
        inputs=points,
        beyond=tails,
        **others,
    )


def check(name: str, value: object, allowed: Sequence[object]) -> None:
    """Raise `UsageError` unless a value is one of those allowed."""
    if value not in allowed:
        raise UsageError(f"there is no {name} '{value}'", f"Choose one of {', '.join(map(str, allowed))}.")


def check_number(what: str, number: int, least: int, most: int) -> None:
    """Raise `UsageError` unless a number is within its limits."""
    if not least <= number <= most:
        raise UsageError(f"{number} {what} cannot be made", f"From {least} to {most:,}.")


def approximate(activation: Activation, request: Request, low: float, high: float) -> Approximation:
    """Approximate a function between two ends, and prove how well.

    Raises:
        UsageError: what is asked for does not exist, or does not go together.
        ActvizError: the function has a pole in the range.
    """
    wanted = {
        "--pieces": request.pieces,
        "--table": request.table,
        "--polynomial": request.polynomial,
        "--rational": request.rational,
        "--fit": request.fit,
    }
    given = [name for name, value in wanted.items() if value is not None]
    if request.int8 is not None and not given:
        given, request = ["--table"], replace(request, table=256)
    if len(given) != 1:
        said = "nothing says how to approximate" if not given else f"{' and '.join(given)} exclude each other"
        raise UsageError(said, f"Give one of {', '.join(wanted)}.")
    _check_together(given[0], request)
    if request.fit is not None:
        from actviz.analysis.approximation.fit import fitted

        return fitted(activation, request, low, high)
    function = Target(activation, low, high)
    if request.pieces is not None:
        return pieces(function, request, request.pieces)
    if request.table is not None:
        from actviz.analysis.approximation.tables import table

        return table(function, request, request.table)
    from actviz.analysis.approximation.smooth import smooth

    return smooth(function, request)


_ONLY: dict[str, tuple[str, ...]] = {
    "knots": ("--pieces",),
    "continuous": ("--pieces",),
    "fixed": ("--pieces", "--table"),
    "lookup": ("--table",),
    "int8": ("--table",),
    "inputs": ("--fit",),
    "dtype": ("--pieces", "--table", "--polynomial", "--rational"),
    "beyond": ("--pieces", "--polynomial", "--rational"),
    "norm": ("--pieces", "--polynomial", "--fit"),
}
_OPTIONS = {"fixed": "--format", "inputs": "--input", "beyond": "--tails"}


def _check_together(kind: str, request: Request) -> None:
    """Raise `UsageError` where an option does not belong to what is asked for, or is not known."""
    if request.norm is not None:
        check("norm", request.norm, NORMS)
    check("kind of knots", request.knots, KNOTS)
    check("look-up", request.lookup, LOOKUPS)
    check("way to go on", request.beyond, TAILS)
    rounded(Fraction(0), request.dtype)
    plain = Request()
    for name, kinds in _ONLY.items():
        value = getattr(request, name)
        changed = value is not None if name == "inputs" else value != getattr(plain, name)
        if changed and kind not in kinds:
            option = _OPTIONS.get(name, f"--{name}")
            raise UsageError(f"'{option}' does not go with '{kind}'", f"It goes with {' or '.join(kinds)}.")
    if request.fixed is not None and request.dtype != "float64":
        raise UsageError("'--format' and '--dtype' exclude each other", "Both say what numbers are rounded to.")
    if request.int8 is not None and (request.span or request.fixed or request.dtype != "float64"):
        raise UsageError(
            "'--int8' says the range and the numbers of a table", "Leave out --range, --format and --dtype."
        )
    if (
        request.norm not in (None, "max")
        and request.pieces is not None
        and (request.continuous or request.knots != "free")
    ):
        raise UsageError(
            f"'--norm {request.norm}' moves the knots of pieces and joins them", "Leave out --knots and --continuous."
        )


def pieces(function: Target, request: Request, count: int) -> Approximation:
    """Straight pieces."""
    check_number("pieces", count, 1, MOST_PIECES)
    if request.norm not in (None, "max"):
        from actviz.analysis.approximation.squares import polygon

        found = polygon(function, count, request.norm)
    elif request.knots == "free":
        found = lines.free(function, count, request.continuous)
    else:
        chosen = uniform(function, count) if request.knots == "uniform" else powers(function, count)
        found = lines.on(function, chosen, request.continuous)
    exact = finished(function, request, _parts(found))
    result = found
    if request.fixed is not None:
        result = _fixed(function, found, request.fixed)
    elif request.dtype != "float64":
        result = _rounded(function, found, request.dtype)
    changed = result != found
    last = finished(function, request, _parts(result)) if changed else exact
    return replace(
        last,
        kind="pieces",
        knots=result.knots,
        coefficients=tuple((line.slope, line.intercept) for line in result.lines),
        unrounded=exact.inside.largest if changed else None,
        choices=_choices(function, request, count, exact.inside.largest),
    )


def _parts(found: lines.Pieces) -> list[Part]:
    return [
        Part(low, high, formula.straight(line.slope, line.intercept))
        for (low, high), line in zip(pairwise(found.knots), found.lines, strict=True)
    ]


def finished(function: Target, request: Request, parts: Sequence[Part], hold: bool = False) -> Approximation:
    """An approximation from its parts: with tails, as one formula, its errors proved."""
    whole, lines_beyond = tails(function, parts, request.beyond == "extend", hold or request.beyond == "hold")
    inside, outside = proved(function, whole)
    return Approximation(
        function.activation,
        "pieces",
        function.low,
        function.high,
        request.norm or "max",
        formula.whole(whole),
        tuple(whole),
        inside,
        outside,
        rms_gauss(function, whole),
        dtype=request.dtype,
        fixed=request.fixed,
        tails=lines_beyond,
    )


def _fixed(function: Target, found: lines.Pieces, fixed: FixedPoint) -> lines.Pieces:
    """The lines in a fixed-point format: slopes rounded, then the intercepts that suit those, and the inner knots."""
    slopes = [fixed.rounded(line.slope, "the slope") for line in found.lines]
    knots = [function.low, *(fixed.rounded(knot, "the knot") for knot in found.knots[1:-1]), function.high]
    moved = []
    for (low, high), slope in zip(pairwise(knots), slopes, strict=True):
        moved.append(lines.Line(slope, fixed.rounded(_centred(function, slope, low, high), "the intercept")))
    return lines.Pieces(tuple(knots), tuple(moved))


def _rounded(function: Target, found: lines.Pieces, dtype: str) -> lines.Pieces:
    """The lines in a data type, likewise."""
    knots = [function.low, *(rounded(Fraction(knot), dtype) for knot in found.knots[1:-1]), function.high]
    moved = []
    for (low, high), line in zip(pairwise(knots), found.lines, strict=True):
        slope = rounded(Fraction(line.slope), dtype)
        moved.append(lines.Line(slope, rounded(Fraction(_centred(function, slope, low, high)), dtype)))
    return lines.Pieces(tuple(knots), tuple(moved))


def _centred(function: Target, slope: float, low: float, high: float) -> float:
    """The intercept with which a line of this slope errs least."""
    if not low < high:
        return float(function(np.array([low]))[0]) - slope * low
    x = np.union1d(np.linspace(low, high, 1025), [place for place in function.breakpoints if low < place < high])
    gap = lines.inside(function, x, low, high) - slope * x
    ends = []
    for sign in (1.0, -1.0):
        place = int(np.argmax(sign * gap))
        near = np.linspace(x[max(place - 1, 0)], x[min(place + 1, x.size - 1)], 257)
        ends.append(float(np.max(sign * (lines.inside(function, near, low, high) - slope * near))))
    return (ends[0] - ends[1]) / 2


def uniform(function: Target, count: int) -> tuple[float, ...]:
    """Ends of intervals of one width."""
    return tuple(np.linspace(function.low, function.high, count + 1).tolist())


def powers(function: Target, count: int) -> tuple[float, ...]:
    """Ends of intervals at powers of two, the largest in the range first, and at 0 unless the middle piece spans it."""
    low, high = function.low, function.high
    through = low < 0 < high
    chosen = {0.0} if through and not (function.about_zero and count % 2) and count > 1 else set()
    exponent = math.ceil(math.log2(max(abs(low), abs(high)))) + 1
    found = sorted(chosen)
    while len(found) < count - 1 and exponent > -1074:
        exponent -= 1
        for place in (2.0**exponent, -(2.0**exponent)):
            if low < place < high and len(found) < count - 1:
                found.append(place)
    if len(found) < count - 1:
        raise UsageError(
            f"there are only {len(found)} powers of two between {low:g} and {high:g}, for {count} pieces",
            f"Ask for at most {len(found) + 1} pieces, or for a range that reaches to 0.",
        )
    return (low, *sorted(found), high)


def _choices(function: Target, request: Request, count: int, error: float) -> tuple[Choice, ...]:
    """The least error of other numbers of pieces, beside the asymptote."""
    if not request.choices or request.knots != "free" or request.norm not in (None, "max"):
        return ()
    numbers = sorted({count, *(round(count * share) for share in _OTHERS if 1 <= count * share <= _MOST_OTHERS)})
    scale = lines.asymptote(function, 1)
    found = []
    for number in numbers:
        largest = error
        if number != count:
            largest = proved(function, _parts(lines.free(function, number, request.continuous)))[0].largest
        found.append(Choice(number, largest, scale / number**2))
    return tuple(found)
