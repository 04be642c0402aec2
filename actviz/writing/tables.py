"""Tables: named columns, and the five ways they are written.

The formats for machines (CSV, JSON) print every float so that it reads back exactly; those for people (text,
Markdown, LaTeX) round to significant digits, and what they print is right to the last of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz.errors import UsageError
from actviz.text import latex, markdown, number

if TYPE_CHECKING:
    from actviz.curves.curve import Curve
    from actviz.language.numerics.special import Array

Cell = float | str | None

DIGITS = 7  # significant, where people read
FLOAT_DIGITS = 17  # that a float64 has at most
MOST_DIGITS = 1_000


@dataclass(frozen=True)
class Table:
    """Rows of numbers and words under named columns.

    Args:
        columns: the names.
        rows: one tuple a row, as long as `columns`; None is an empty cell.
        title: a heading for the formats that have room for one.
        dispensable: columns that a narrow terminal may do without, the first to go first.
        grouped_by: a column at whose changes a terminal shows a gap.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    dispensable: tuple[str, ...] = ()
    grouped_by: str = ""

    def __str__(self) -> str:
        """The table as text, as the command line prints it."""
        return as_text(self, DIGITS).rstrip("\n")


def tabulate(
    curves: Sequence[Curve], x: Sequence[float] | Array, digits: int | None = None, exact: bool = False
) -> Table:
    """A column for x and one for each curve.

    Args:
        curves: what to tabulate.
        x: the points.
        digits: of more than a float64 has, each number is a text of so many digits, all of them proved.
        exact: add a column for each curve that says what is known of its values.
    """
    points = [float(point) for point in x]
    columns: list[Sequence[Cell]] = [points]
    names = ["x"]
    for curve in curves:
        proved = digits is not None and digits > FLOAT_DIGITS
        columns.append(curve.digits(points, digits or 0) if proved else curve.at(points).tolist())
        names.append(curve.column)
        if exact:
            columns.append(curve.judgements(points))
            names.append(f"{curve.column} is")
    return Table(tuple(names), tuple(zip(*columns, strict=True)))


def check_digits(digits: int | None, most: int = FLOAT_DIGITS) -> None:
    """Raise `UsageError` unless so many significant digits can be printed."""
    if digits is not None and not 1 <= digits <= most:
        hint = f"A float64 has 1 to {FLOAT_DIGITS} of them."
        if most > FLOAT_DIGITS:
            hint = f"Give 1 to {most:,}; a float64 has {FLOAT_DIGITS}, and more are computed."
        raise UsageError(f"{digits} significant digits cannot be printed", hint)


def as_csv(table: Table, digits: int | None = None) -> str:
    """Comma-separated values, a header first; an empty cell is empty."""
    return "".join(csv_parts([table], digits))


def csv_parts(tables: Iterable[Table], digits: int | None = None) -> Iterator[str]:
    """The same for a long table that comes as several with the same columns, part by part."""
    import csv
    import io

    for place, table in enumerate(tables):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if place == 0:
            writer.writerow(table.columns)
        if digits is None:
            writer.writerows(table.rows)  # writes a float as repr does
        else:
            for row in table.rows:
                writer.writerow([number(cell, digits) if isinstance(cell, float) else cell for cell in row])
        yield out.getvalue()


def json_text(data: Any) -> str:
    """Data as JSON. NaN is null; infinity is 1e999, which every reader turns into infinity."""
    import json

    marks = {math.inf: "\0+", -math.inf: "\0-"}  # no text of ours holds a NUL

    def finite(part: Any) -> Any:
        if isinstance(part, float) and not math.isfinite(part):
            return None if math.isnan(part) else marks[part]
        if isinstance(part, dict):
            return {key: finite(value) for key, value in part.items()}
        return [finite(value) for value in part] if isinstance(part, list | tuple) else part

    text = json.dumps(finite(data), ensure_ascii=False, indent=2)
    return text.replace('"\\u0000+"', "1e999").replace('"\\u0000-"', "-1e999") + "\n"


def as_json(table: Table, digits: int | None = None) -> str:
    """A list of objects, one a line; numbers as in `json_text`."""
    return "".join(json_parts([table], digits))


def json_parts(tables: Iterable[Table], digits: int | None = None) -> Iterator[str]:
    """The same for a long table that comes as several with the same columns, part by part."""
    import json

    def encoded(cell: Cell) -> str:
        if not isinstance(cell, float):
            return json.dumps(cell, ensure_ascii=False)
        if math.isnan(cell):
            return "null"
        return ("1e999" if cell > 0 else "-1e999") if math.isinf(cell) else number(cell, digits)

    before = "[\n"
    for table in tables:
        names = [json.dumps(name, ensure_ascii=False) for name in table.columns]
        rows = [
            "  {" + ", ".join(f"{name}: {encoded(cell)}" for name, cell in zip(names, row, strict=True)) + "}"
            for row in table.rows
        ]
        if rows:
            yield before + ",\n".join(rows)
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def as_markdown(table: Table, digits: int | None = DIGITS) -> str:
    """A pipe table, numbers to the right."""

    def cell_text(cell: Cell) -> str:
        return markdown(number(cell, digits) if isinstance(cell, float) else cell or "")

    rows = [[cell_text(cell) for cell in row] for row in table.rows]
    header = [cell_text(name) for name in table.columns]
    widths = [max(3, *(len(row[place]) for row in [header, *rows])) for place in range(len(header))]
    right = [_is_numeric(table, place) for place in range(len(header))]

    def line(cells: list[str]) -> str:
        padded = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(cells, widths, right, strict=True)
        ]
        return "| " + " | ".join(padded) + " |\n"

    rule = [
        ("-" * (width - 1) + ":") if to_right else "-" * width for width, to_right in zip(widths, right, strict=True)
    ]
    return line(header) + line(rule) + "".join(line(row) for row in rows)


def as_latex(table: Table, digits: int | None = DIGITS) -> str:
    """A ``tabular`` environment with rules of the booktabs package."""

    def cell_text(cell: Cell) -> str:
        if isinstance(cell, float):
            return _latex_number(number(cell, digits))
        return latex(cell or "")

    alignment = "".join("r" if _is_numeric(table, place) else "l" for place in range(len(table.columns)))
    lines = [" & ".join(cell_text(name) for name in table.columns) + r" \\", r"\midrule"]
    lines += [" & ".join(cell_text(cell) for cell in row) + r" \\" for row in table.rows]
    body = "\n".join(lines)
    return f"\\begin{{tabular}}{{{alignment}}}\n\\toprule\n{body}\n\\bottomrule\n\\end{{tabular}}\n"


def as_text(table: Table, digits: int | None = DIGITS) -> str:
    """Aligned columns with two spaces between them and nothing cut, for pipes and plain files."""
    rows = [list(table.columns), *([_plain(cell, digits) for cell in row] for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = [_is_numeric(table, place) for place in range(len(widths))]
    lines = []
    for row in rows:
        cells = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


PARTS: dict[str, Callable[[Iterable[Table], int | None], Iterator[str]]] = {"csv": csv_parts, "json": json_parts}

FORMATS: dict[str, Callable[[Table, int | None], str]] = {
    "csv": as_csv,
    "json": as_json,
    "markdown": as_markdown,
    "latex": as_latex,
}


def written(table: Table, format_name: str, digits: int | None = None) -> str:
    """The table in one of `FORMATS`.

    Args:
        table: the table.
        format_name: ``csv``, ``json``, ``markdown`` or ``latex``.
        digits: significant digits; by default exact in CSV and JSON, `DIGITS` elsewhere.

    Raises:
        UsageError: there is no such format, or `digits` is not between 1 and `MOST_DIGITS`.
    """
    check_digits(digits, MOST_DIGITS)
    if format_name not in FORMATS:
        raise UsageError(f"there is no format '{format_name}'", f"Formats: {', '.join(FORMATS)}.")
    if digits is None and format_name in ("markdown", "latex"):
        digits = DIGITS
    return FORMATS[format_name](table, digits)


def _is_numeric(table: Table, place: int) -> bool:
    return all(isinstance(row[place], float | None) for row in table.rows)


def _plain(cell: Cell, digits: int | None) -> str:
    return number(cell, digits) if isinstance(cell, float) else cell or ""


def _latex_number(text: str) -> str:
    mantissa, _, exponent = text.partition("e")
    words = {"nan": r"\text{--}", "inf": r"\infty", "-inf": r"-\infty"}
    if mantissa in words:
        return f"${words[mantissa]}$"
    return f"${mantissa} \\times 10^{{{int(exponent)}}}$" if exponent else f"${mantissa}$"
