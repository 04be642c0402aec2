"""``actviz approximate``."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import formats, options
from actviz.cli.output import show, show_table, width
from actviz.cli.plot import file_stem
from actviz.cli.points import read_numbers, typed_number
from actviz.errors import UsageError

if TYPE_CHECKING:
    from actviz.analysis.approximation.results import Approximation


class As(StrEnum):
    """What an approximation is written as."""

    text = "text"
    spec = "spec"
    c = "c"
    numpy = "numpy"
    verilog_table = "verilog-table"
    json = "json"
    csv = "csv"


_SUFFIXES = {
    ".txt": As.text,
    ".c": As.c,
    ".py": As.numpy,
    ".v": As.verilog_table,
    ".json": As.json,
    ".csv": As.csv,
}
_FIXED = re.compile(r"[qQ][\d.]+")


def command(
    spec: options.OneSpec,
    pieces: Annotated[
        int | None,
        typer.Option(
            "--pieces",
            metavar="N",
            parser=options.whole("--pieces"),
            help="By N straight pieces.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    table: Annotated[
        int | None,
        typer.Option(
            "--table",
            metavar="N",
            parser=options.whole("--table"),
            help="By a table of N entries at equal steps.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    polynomial: Annotated[
        int | None,
        typer.Option(
            "--polynomial",
            metavar="D",
            parser=options.whole("--polynomial"),
            help="By a polynomial of degree D.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    rational: Annotated[
        str | None,
        typer.Option(
            "--rational",
            metavar="P,Q",
            help="By a quotient of polynomials of degrees P and Q.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    fit: Annotated[
        str | None,
        typer.Option(
            "--fit",
            metavar="SPEC2",
            help="By this function, with the values sought of the parameters that have none: 'x*sigmoid(k*x)'.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    span: options.Range = None,
    norm: Annotated[
        str | None,
        typer.Option(
            "--norm",
            metavar="NAME",
            help="Make the max error least, the mean square under N(0, 1) (gauss), or over the range (rms).",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    knots: Annotated[
        str,
        typer.Option(
            "--knots",
            metavar="NAME",
            help="Knots of pieces: free, uniform, or powers (of two).",
            rich_help_panel=options.WHAT,
        ),
    ] = "free",
    continuous: Annotated[
        bool,
        typer.Option(
            "--continuous", help="Let pieces meet at inflections and kinks too.", rich_help_panel=options.WHAT
        ),
    ] = False,
    lookup: Annotated[
        str,
        typer.Option(
            "--lookup",
            metavar="NAME",
            help="Between entries of a table: nearest, linear or cubic.",
            rich_help_panel=options.WHAT,
        ),
    ] = "linear",
    int8: Annotated[
        list[str] | None,
        typer.Option(
            "--int8",
            metavar="SCALE,ZERO",
            help="A table of bytes for bytes; given twice, for the input and for the output.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    dtype: Annotated[
        str,
        typer.Option(
            "--dtype",
            metavar="D",
            help="Round coefficients and entries to float64, float32, float16, bfloat16, float8_e4m3fn or float8_e5m2.",
            rich_help_panel=options.WHAT,
        ),
    ] = "float64",
    tails: Annotated[
        str,
        typer.Option(
            "--tails",
            metavar="NAME",
            help="Beyond the range go on with the slope of the asymptote, extend the formula, or hold the end's value.",
            rich_help_panel=options.WHAT,
        ),
    ] = "asymptote",
    inputs: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="Fit over the numbers in this file, text or .npy; '-' is standard input.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    form: Annotated[
        As | None,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Write text, spec, c, numpy, verilog-table, json or csv; by default as the suffix of -o says.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = None,
    format_names: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="A fixed-point format for the numbers, as in q4.11; or json or csv, as --as.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the figure to this .png, .svg, .pdf or .pgf file, or the result to this .txt, .c, .py, .v, "
            ".json or .csv file; may be repeated.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    font_scale: options.FontScale = None,
    transparent: options.Transparent = False,
    sheet: options.Sheet = None,
) -> None:
    """Find a cheap stand-in for a function, prove its largest error, and write it as a spec or as code.

    The largest error is proved by ball arithmetic, over the range and beyond it. The spec that is found goes into
    every other command: actviz compare gelu "$(actviz approximate gelu --pieces 8 --as spec)".
    """
    from actviz import api
    from actviz.cli import images

    fixed, form = _formats(format_names, form)
    files = [
        name for name in outputs or () if Path(name).suffix.lower() in _SUFFIXES or (form is not None and name == "-")
    ]
    pictures = [name for name in outputs or () if name not in files]
    found_images: images.Targets = {}
    if pictures:
        found_images = images.targets(
            pictures, f"{file_stem(spec)}.png", f" Results go to {formats.listed(_SUFFIXES)}."
        )
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    found = api.approximate(
        spec,
        pieces=pieces,
        table=table,
        polynomial=polynomial,
        rational=None if rational is None else _whole_pair("--rational", rational),
        fit=fit,
        span=options.two_numbers("--range", span),
        norm=norm,
        knots=knots,
        continuous=continuous,
        dtype=dtype,
        format=fixed,
        lookup=lookup,
        int8=None if not int8 else _bytes(int8),
        inputs=None if inputs is None else _numbers(inputs),
        tails=tails,
    )
    if found_images:
        from actviz.figures.approximation import approximation_spec

        images.write(approximation_spec(found, **appearance), found_images)
    for name in files:
        _show(found, formats.decided(form, name, _SUFFIXES, As.text, "--as"), name)
    if not files and None not in found_images:
        _show(found, form or As.text, None)


def _formats(names: list[str] | None, form: As | None) -> tuple[str | None, As | None]:
    """The fixed-point format among what ``--format`` was given, and how to write the result."""
    fixed = None
    for name in names or ():
        if _FIXED.fullmatch(name):
            fixed = name
        elif name in (As.json, As.csv):
            form = form or As(name)
        else:
            raise UsageError(
                f"there is no format '{name}'", "Write a fixed-point format such as q4.11, or json or csv."
            )
    return fixed, form


def _pair(option: str, text: str) -> tuple[float, float]:
    numbers = [typed_number(word) for word in text.split(",")]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        raise UsageError(f"'{text}' is not two numbers, in '{option} {text}'", "Write them with a comma between.")
    return numbers[0], numbers[1]


def _whole_pair(option: str, text: str) -> tuple[int, int]:
    first, second = _pair(option, text)
    if first != round(first) or second != round(second):
        raise UsageError(f"'{text}' is not two whole numbers, in '{option} {text}'", "Write '--rational 3,2'.")
    return int(first), int(second)


def _bytes(given: list[str]) -> tuple[tuple[float, float], tuple[float, float]]:
    if len(given) != 2:
        raise UsageError(
            f"--int8 was given {'once' if len(given) == 1 else f'{len(given)} times'}",
            "Give it twice, for the input and for the output: --int8 0.0478,3 --int8 1/256,-128.",
        )
    return _pair("--int8", given[0]), _pair("--int8", given[1])


def _numbers(source: str) -> Any:
    import numpy as np

    return np.concatenate(list(read_numbers(source)))


def _show(found: Approximation, form: As, output: str | None) -> None:
    from actviz.writing import approximations

    if form is As.text and output is None:
        for place, table in enumerate(approximations.approximation_tables(found)):
            show("\n" * (place > 0))
            show_table(table, "rich", digits=options.digits_for(options.Format.rich, None))
        import textwrap

        said = " ".join(approximations.remarks(found))
        show("\n" + textwrap.fill(said, width()) + "\n\n" + approximations.spec_line(found))
        return
    show(_text(found, form), output)


def _text(found: Approximation, form: As) -> str:
    from actviz.writing import approximations

    if form is As.json:
        return approximations.approximation_json(found)
    if form is As.csv:
        return approximations.approximation_csv(found)
    if form is As.text:
        return approximations.approximation_text(found)
    if form is As.spec:
        return f"{found.activation.spec}\n"
    from actviz.code.lookups import program

    return program(found, form.value)
