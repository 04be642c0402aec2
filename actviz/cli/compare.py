"""``actviz compare``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import formats, options, terminal
from actviz.cli.numbers import real
from actviz.cli.output import show, show_table, table_text
from actviz.cli.plot import file_stem
from actviz.cli.words import Keywords, keywords_of
from actviz.errors import UsageError

if TYPE_CHECKING:
    from actviz.analysis.comparison import Pair
    from actviz.analysis.deviation import Deviation


def _tolerance(text: str) -> float:
    found = real("--tolerance")(text)
    if not found >= 0:
        raise UsageError(f"'{text}' is not a tolerance", "Give 0 or a positive number, as in '--tolerance 1e-3'.")
    return found


def command(
    specs: options.Specs,
    order: Annotated[
        int | None,
        typer.Option(
            "--order",
            metavar="N",
            parser=options.whole("--order"),
            help="Compare the derivatives of this order instead of the functions.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    wrt: options.Wrt = "x",
    span: options.Range = None,
    relative: Annotated[
        bool,
        typer.Option(
            "--relative",
            help="Measure differences at points, and hold the relative one to --tolerance.",
            rich_help_panel=options.WHAT,
        ),
    ] = False,
    ulp: Annotated[
        bool,
        typer.Option(
            "--ulp",
            help="Measure differences at points, and hold the one in ULP of --dtype to --tolerance.",
            rich_help_panel=options.WHAT,
        ),
    ] = False,
    dtype: Annotated[
        str | None,
        typer.Option(
            "--dtype",
            metavar="TYPE",
            help="The data type in which code computes and whose ULP is meant; float64 by default.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance",
            metavar="T",
            parser=_tolerance,
            help="The largest difference that counts as none; by default what rounding explains.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    exit_code: Annotated[
        bool,
        typer.Option(
            "--exit-code",
            help="Exit with 1 where two differ, and draw only where -o asks for it.",
            rich_help_panel=options.RESULT,
        ),
    ] = False,
    keywords: Keywords = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the figure to this .png, .svg, .pdf or .pgf file, or the tables to this .csv, .json, .md, .tex "
            "or .txt file; may be repeated. '-' is standard output, for a PNG.",
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
    digits: options.Digits = None,
    format_name: options.FormatOption = None,
    on_terminal: terminal.TerminalOption = None,
) -> None:
    """Say where and how much functions differ from the first one, and draw them side by side.

    The figure goes to FIRST-vs-SECOND.png, or with --terminal onto the terminal below the tables. With -o the suffix
    decides: files of images carry the figure and no others are drawn, other files carry the tables.

    Code (module:function, file.py:function, libfile.so:function, .onnx) and data (.npy, .npz, .csv) are taken as well;
    these are measured at points, and drawn only where -o names an image.
    """
    from actviz import api
    from actviz.analysis.targets import is_target
    from actviz.cli import images
    from actviz.figures.compose import compare_spec
    from actviz.figures.deviation import deviation_spec
    from actviz.writing.tables import check_digits

    terminal.check(on_terminal, outputs)
    check_digits(digits)
    if on_terminal is not None and format_name not in (None, options.Format.rich):
        raise UsageError(
            f"--terminal draws for people, and '--format {format_name.value}' is read by programs",
            "Leave one of them out.",
        )
    files = [name for name in outputs or () if Path(name).suffix.lower() in options.SUFFIXES]
    pictures = [name for name in outputs or () if name not in files]
    if relative or ulp or dtype is not None or any(is_target(spec) for spec in specs):
        if order is not None or wrt != "x" or on_terminal is not None:
            raise UsageError(
                "at points only functions are compared, and not on a terminal", "Leave out --order, --wrt, --terminal."
            )
        measured = api.deviations(
            *specs, span=options.two_numbers("--range", span), dtype=dtype, keywords=keywords_of(keywords)
        )
        same = [each.within(tolerance, _measure(relative, ulp)) for each in measured]
        if pictures:
            looks = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
            images.write(deviation_spec(measured, **looks), images.targets(pictures, "compare.png"))
        _show_measured(measured, same, format_name, digits, files)
        _finish(exit_code, same)
        return
    found: images.Targets = {}
    if pictures or not (files or on_terminal or exit_code):
        default = "-vs-".join(file_stem(spec) for spec in specs[:4]) + ".png"
        found = images.targets(pictures, default, f" Tables go to {formats.listed(options.SUFFIXES)}.")
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    pairs = api.compare(*specs, span=options.two_numbers("--range", span), order=order, wrt=wrt)
    first = pairs[0]
    drawn = [first.first.activation, *(pair.second.activation for pair in pairs)]
    figure = compare_spec(drawn, (first.low, first.high), first.first.variables, **appearance)
    images.write(figure, found)  # first, for whoever reads the tables may go away early, as head does
    places: list[str | None] = [*files]
    if not files and None not in found:  # with '-o -' standard output carries the image
        places.append(None)
    for name in places:
        _show_tables(pairs, options.table_format(format_name, name), digits, name)
    if on_terminal is not None:
        if not files:
            show("\n")
        terminal.show_figure(figure, on_terminal)
    _finish(exit_code, [_same(pair, tolerance) for pair in pairs])


def _finish(exit_code: bool, same: Sequence[bool]) -> None:
    if exit_code and not all(same):
        raise typer.Exit(1)


def _measure(relative: bool, ulp: bool) -> str:
    if relative and ulp:
        raise UsageError("--relative and --ulp are two measures", "Give one of them.")
    return "relative" if relative else "ulp" if ulp else "absolute"


def _same(pair: Pair, tolerance: float | None) -> bool:
    """Whether two functions are one, as far as was asked."""
    return pair.same if tolerance is None else pair.function.largest <= tolerance


def _show_measured(
    found: Sequence[Deviation],
    same: Sequence[bool],
    format_name: options.Format | None,
    digits: int | None,
    files: Sequence[str],
) -> None:
    from actviz.writing.deviations import deviation_table, deviations_json

    places: list[str | None] = [*files] or [None]
    for place in places:
        chosen = options.table_format(format_name, place)
        if chosen is options.Format.json:
            show(deviations_json(found, same), place)
            continue
        tables = [deviation_table(each, equal) for each, equal in zip(found, same, strict=True)]
        shown = options.digits_for(chosen, digits)
        if place is not None:
            show("\n".join(table_text(table, chosen.value, shown) for table in tables), place)
            continue
        for number, table in enumerate(tables):
            if number:
                show("\n")
            show_table(table, chosen.value, digits=shown)


def _show_tables(pairs: Sequence[Pair], chosen: options.Format, digits: int | None, output: str | None) -> None:
    from actviz.writing.comparisons import comparison_json, comparison_tables

    if chosen is options.Format.json:
        show(comparison_json(pairs), output)
        return
    digits = options.digits_for(chosen, digits)
    tables = comparison_tables(pairs, exact=chosen is options.Format.csv)
    if output is not None:
        show("\n".join(table_text(table, chosen.value, digits) for table in tables), output)
        return
    for number, table in enumerate(tables):
        if number:
            show("\n")
        show_table(table, chosen.value, digits=digits)
