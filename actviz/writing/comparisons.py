"""Comparisons as tables and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actviz.analysis.comparison import Pair, Slope
from actviz.curves.naming import function_name
from actviz.text import short
from actviz.writing.tables import Cell, Table, json_text


def comparison_tables(pairs: Sequence[Pair], exact: bool = False) -> list[Table]:
    """Two tables for each pair: how it differs and where it meets, and both functions' slopes.

    Args:
        pairs: what was compared.
        exact: for programs; places are numbers with all their digits, and sides have a column of their own.
    """
    return [table for pair in pairs for table in (_differences(pair, exact), _slopes(pair, exact))]


def comparison_json(pairs: Sequence[Pair]) -> str:
    """The same as a JSON list, one object for each pair."""

    def side(slopes: Sequence[Slope]) -> list[dict[str, float]]:
        return [{"x": slope.x, "left": slope.left, "right": slope.right} for slope in slopes]

    data = [
        {
            "first": pair.first.activation.spec,
            "second": pair.second.activation.spec,
            "order": pair.first.order,
            "with_respect_to": pair.first.wrt,
            "range": [pair.low, pair.high],
            "same": pair.same,
            **{
                name: {
                    "largest_difference": difference.largest,
                    "at": difference.where if difference.largest else None,
                    "rms_under_standard_normal": difference.rms,
                }
                for name, difference in (("function", pair.function), ("derivative", pair.derivative))
            },
            "crossings": pair.crossings,
            "equal_on": [[stretch.low, stretch.high] for stretch in pair.equal_on if not stretch.rounding],
            "equal_to_rounding_on": [[stretch.low, stretch.high] for stretch in pair.equal_on if stretch.rounding],
            "slopes": {"first": side(pair.slopes[0]), "second": side(pair.slopes[1])},
        }
        for pair in pairs
    ]
    return json_text(data)


def verdict(pair: Pair) -> str:
    """One sentence: whether the two differ in the range."""
    where = f"for {short(pair.low)} ≤ x ≤ {short(pair.high)}"
    first, second = (curve.activation.label for curve in (pair.first, pair.second))
    names = f"{function_name(pair.first)} of {first} and of {second}" if pair.first.order else f"{first} and {second}"
    if not pair.same:
        return f"{names} differ {where}."
    rounding = "" if max(pair.function.largest, pair.derivative.largest) == 0 else " beyond rounding"
    return f"No difference{rounding}: {names} are equal {where}, and so are their derivatives."


def _differences(pair: Pair, exact: bool) -> Table:
    place: Callable[[float], Cell] = float if exact else short
    rows: list[tuple[Cell, ...]] = []
    named = [(function_name(pair.first), pair.function), (function_name(pair.first.slope), pair.derivative)]
    for name, difference in named:
        where = place(difference.where) if difference.largest else ""
        rows.append((f"largest difference of {name}", difference.largest, where))
    for name, difference in named:
        rows.append((f"RMS difference of {name}, x ~ N(0, 1)", difference.rms, ""))
    rows += [("equal to rounding" if part.rounding else "equal", None, part.text(exact)) for part in pair.equal_on]
    rows += [("meet at a point", None, place(x)) for x in pair.crossings]
    if not pair.equal_on and not pair.crossings:
        rows.append(("never equal in this range", None, ""))
    return Table(("quantity", "value", "at x"), tuple(rows), verdict(pair))


def _slopes(pair: Pair, exact: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for first, second in zip(*pair.slopes, strict=True):
        left, right = (first.left, second.left), (first.right, second.right)
        for side, slopes in (("", left),) if left == right else (("left", left), ("right", right)):
            place = short(first.x) + (f" from the {side}" if side else "")
            rows.append((float(first.x), side, *slopes) if exact else (place, *slopes))
    names = [pair.first.activation.label, pair.second.activation.label]
    if names[0] == names[1]:
        names[1] += " (second)"
    slope = f"slope of {function_name(pair.first)}" if pair.first.order else "slope"
    return Table((f"{slope} at x", *(["side"] if exact else []), *names), tuple(rows))
