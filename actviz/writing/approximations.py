"""Approximations as text for people, as tables, and as JSON."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from actviz.analysis.approximation.results import Approximation, Bound
from actviz.text import short
from actviz.writing.tables import Cell, Table, json_text

_MOST_ROWS = 64  # of entries that people are shown


def headline(found: Approximation) -> str:
    """What stands for what, and where, in a sentence."""
    where = f"for {short(found.low)} ≤ x ≤ {short(found.high)}"
    return f"{found.function.label} by {_made(found)}, {where}"


def _made(found: Approximation) -> str:
    if found.kind == "pieces":
        count = len(found.coefficients)
        return f"{count} straight piece{'s' if count > 1 else ''}{_format(found)}"
    if found.kind == "table":
        kind = "bytes" if found.int8 else "entries"
        return f"a table of {len(found.entries)} {kind}, {found.lookup} look-up{_format(found)}"
    if found.kind == "polynomial":
        return f"a polynomial of degree {len(found.coefficients) - 1}{_format(found)}"
    if found.kind == "rational":
        degrees = f"{len(found.coefficients) - 1} and {len(found.denominator) - 1}"
        return f"a quotient of polynomials of degrees {degrees}{_format(found)}"
    assert found.fitted is not None
    return found.fitted.label


def _format(found: Approximation) -> str:
    if found.fixed is not None:
        return f" in {found.fixed}"
    return "" if found.dtype == "float64" else f" in {found.dtype}"


def approximation_tables(found: Approximation, exact: bool = False) -> list[Table]:
    """How good it is, what it consists of, and for pieces what other numbers of them would give.

    Args:
        found: the approximation.
        exact: for programs: every entry and nothing cut.
    """
    tables = [_quality(found, exact), _content(found)]
    if not exact and len(tables[1].rows) > _MOST_ROWS:
        rows = tables[1].rows
        kept = (*rows[: _MOST_ROWS // 2], ("…",) + ("",) * (len(rows[0]) - 1), *rows[-_MOST_ROWS // 2 :])
        tables[1] = Table(tables[1].columns, kept, tables[1].title)
    if found.choices:
        rows = tuple((float(one.pieces), one.max_error, one.asymptote) for one in found.choices)
        tables.append(Table(("pieces", "largest error", "(∫√|f″|)²/16N²"), rows, "How many pieces?"))
    return tables


def _quality(found: Approximation, exact: bool) -> Table:
    rows: list[tuple[Cell, ...]] = [("largest error in the range", found.inside.largest, _place(found.inside, exact))]
    if found.unrounded is not None:
        rows.append(("  the same before rounding", found.unrounded, ""))
    if found.error_over_inputs is not None:
        rows.append((f"largest error over {found.inputs:,} inputs", found.error_over_inputs, ""))
    rows.append(("largest error beyond it", found.beyond.largest, _place(found.beyond, exact)))
    rows.append(("RMS error, x ~ N(0, 1)", found.rms_gauss, ""))
    return Table(("quantity", "value", "at x"), tuple(rows), headline(found))


def _place(bound: Bound, exact: bool) -> Cell:
    if math.isnan(bound.where):
        return ""
    if math.isinf(bound.where):
        return "→ ∞" if bound.where > 0 else "→ −∞"
    return repr(bound.where) if exact else short(bound.where)


def _content(found: Approximation) -> Table:
    if found.kind == "pieces":
        rows: list[tuple[Cell, ...]] = [
            (low, high, *line) for (low, high), line in zip(pairwise(found.knots), _pairs(found), strict=True)
        ]
        return Table(("from x", "to x", "slope", "intercept"), tuple(rows))
    if found.kind == "table":
        entries = [(knot, float(entry)) for knot, entry in zip(found.knots, found.entries, strict=True)]
        return Table(("x", "byte" if found.int8 else "entry"), tuple(entries))
    if found.kind == "fit":
        return Table(("parameter", "value"), tuple(found.parameters.items()))
    above, below = list(_singles(found)), list(found.denominator)
    if not below:
        return Table(("power of x", "coefficient"), tuple((str(power), value) for power, value in enumerate(above)))
    size = max(len(above), len(below))
    padded = [[*side, *[0.0] * (size - len(side))] for side in (above, below)]
    rows = [(str(power), *values) for power, values in enumerate(zip(*padded, strict=True))]
    return Table(("power of x", "numerator", "denominator"), tuple(rows))


def _pairs(found: Approximation) -> list[tuple[float, float]]:
    return [part for part in found.coefficients if isinstance(part, tuple)]


def _singles(found: Approximation) -> list[float]:
    return [part for part in found.coefficients if not isinstance(part, tuple)]


def remarks(found: Approximation) -> list[str]:
    """Sentences about what the numbers are worth."""
    said = ["Both largest errors are proved by ball arithmetic, not sampled."]
    if found.beyond.grows:
        side = "right" if found.beyond.where > 0 else "left"
        said.append(
            f"Beyond the range the error grows without bound, to the {side}: the function has no asymptote there."
        )
    elif math.isinf(found.beyond.largest):
        said.append("Beyond the range no bound could be proved.")
    else:
        said.append(f"Beyond the range this holds for |x| up to {found.beyond.reach:.0e}.")
    said += [
        f"At x = {short(gap)} the formula is a quotient of zeros; within 1e-9 of it the error is sampled."
        for gap in (*found.inside.gaps, *found.beyond.gaps)
    ]
    if found.kind == "pieces":
        jumps = _jumps(found)
        if jumps:
            size, place = max(jumps)
            said.append(
                "Pieces on the two sides of an inflection or kink need not meet: the largest step, "
                f"{short(size)}, is at x = {short(place)}. With --continuous they meet, for a larger error."
            )
    return said


def _jumps(found: Approximation) -> list[tuple[float, float]]:
    pairs = _pairs(found)
    steps = [
        (abs((after[0] - before[0]) * knot + after[1] - before[1]), knot)
        for before, after, knot in zip(pairs, pairs[1:], found.knots[1:-1], strict=False)
    ]
    return [(size, knot) for size, knot in steps if size > 1e-2 * found.max_error + 1e-12]


def approximation_text(found: Approximation) -> str:
    """All of it as plain text."""
    from actviz.writing.tables import as_text

    parts = [
        f"{table.title}\n{as_text(table)}" if table.title else as_text(table) for table in approximation_tables(found)
    ]
    parts.append("\n".join(remarks(found)) + "\n")
    parts.append(spec_line(found))
    return "\n".join(parts)


def spec_line(found: Approximation) -> str:
    """The spec, or why there is none."""
    if found.spec is None:
        return "It is too long for a spec; write it with --as c, numpy, csv or json.\n"
    return f"{found.spec}\n"


def approximation_data(found: Approximation) -> dict[str, Any]:
    """What JSON holds."""
    data: dict[str, Any] = {
        "function": found.function.spec,
        "kind": found.kind,
        "range": [found.low, found.high],
        "norm": found.norm,
        "dtype": str(found.fixed) if found.fixed else "int8" if found.int8 else found.dtype,
        "spec": found.spec,
        "max_error": found.max_error,
        "max_error_at": found.max_error_at,
        "max_error_beyond": found.max_error_beyond,
        "max_error_beyond_at": found.beyond.where,
        "max_error_beyond_proved_to": found.beyond.reach,
        "max_error_before_rounding": found.unrounded,
        "rms_gauss": found.rms_gauss,
        "knots": list(found.knots),
    }
    if found.kind == "table":
        data |= {"entries": list(found.entries), "lookup": found.lookup}
        if found.int8:
            data["int8"] = [{"scale": side.scale, "zero": side.zero} for side in found.int8]
    elif found.kind == "fit":
        data["parameters"] = found.parameters
        if found.inputs:
            data |= {"inputs": found.inputs, "max_error_over_inputs": found.error_over_inputs}
    else:
        data["coefficients"] = [list(part) if isinstance(part, tuple) else part for part in found.coefficients]
        if found.denominator:
            data["denominator"] = list(found.denominator)
    if found.choices:
        data["choices"] = [one._asdict() for one in found.choices]
    return data


def approximation_json(found: Approximation) -> str:
    """The same as JSON."""
    return json_text(approximation_data(found))


def approximation_csv(found: Approximation) -> str:
    """What it consists of, as CSV."""
    from actviz.writing.tables import as_csv

    return as_csv(approximation_tables(found, exact=True)[1])
