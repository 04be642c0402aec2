"""What commands with a chart share: where its figure and its table go, and how both are shown."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import formats, options, terminal
from actviz.cli.output import show, show_bytes, show_table, width
from actviz.errors import UsageError

if TYPE_CHECKING:
    from actviz.cli.images import Targets
    from actviz.figures.charts import Chart
    from actviz.writing.tables import Table

Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Write the figure to this .png, .svg or .pdf file, or the table to this .csv, .json, .md, .tex or .txt "
        "file; may be repeated. '-' is standard output, for a PNG.",
        show_default=False,
        rich_help_panel=options.RESULT,
    ),
]


@dataclass(frozen=True)
class Plan:
    """Where things go.

    Args:
        images: files of the figure.
        files: files of the table, with the format of each.
        format: how the table is written to standard output; None where it is not.
        way: how a terminal draws; None where it does not.
        digits: significant ones, as asked for.
    """

    images: Targets
    files: list[tuple[str, options.Format]] = field(default_factory=list)
    format: options.Format | None = None
    way: str | None = None
    digits: int | None = None


def plan(
    outputs: list[str] | None, default: str, way: str | None, format_name: options.Format | None, digits: int | None
) -> Plan:
    """What options ask for, checked before the work.

    Args:
        outputs: what ``-o`` names.
        default: the image file where it names none.
        way: of ``--terminal``.
        format_name: of ``--format``.
        digits: of ``--digits``.

    Raises:
        UsageError: a suffix is unknown, or two things would go to standard output.
    """
    from actviz.writing.tables import check_digits

    check_digits(digits)
    terminal.check(way, outputs)
    if way is not None and format_name not in (None, options.Format.rich):
        raise UsageError(
            f"--terminal draws for people, and '--format {format_name.value}' is read by programs",
            "Leave one of them out.",
        )
    files = [name for name in outputs or () if Path(name).suffix.lower() in options.SUFFIXES]
    if format_name is not None and outputs:  # a format that was asked for is that of every file without an image suffix
        files += [name for name in outputs if name != "-" and name not in files and not Path(name).suffix]
    pictures = [name for name in outputs or () if name not in files]
    found: Targets = {}
    quiet = files or way or format_name is not None
    if pictures or not quiet:
        from actviz.cli.images import targets

        found = targets(pictures, default, f" Tables go to {formats.listed(options.SUFFIXES)}.")
        for path in found:
            if path is not None and path.suffix.lower() == ".pgf":
                raise UsageError("charts are not written as .pgf", "Use .png, .svg or .pdf.")
    named = [(name, options.table_format(format_name, name)) for name in files]
    to_screen = not files and None not in found
    return Plan(found, named, (format_name or options.Format.rich) if to_screen else None, way, digits)


def finish(
    wanted: Plan,
    chart: Callable[[], Chart],
    table: Callable[[], Table],
    json: Callable[[], str],
    remarks: str,
) -> None:
    """Write and show it all; what is not wanted is not made."""
    if wanted.images:
        _write(chart(), wanted.images)
    places: list[tuple[str | None, options.Format]] = [*wanted.files]
    if wanted.format is not None:
        places.append((None, wanted.format))
    for name, chosen in places:
        if chosen is options.Format.json:
            show(json(), name)
        else:
            show_table(table(), chosen.value, name, options.digits_for(chosen, wanted.digits))
    if wanted.way is not None:
        if wanted.format is not None:
            show("\n")
        _draw(chart(), wanted.way)
    if wanted.format is options.Format.rich:
        paragraphs = [textwrap.fill(part, width(), break_on_hyphens=False) for part in remarks.split("\n")]
        show("\n" + "\n".join(paragraphs) + "\n")


def _write(chart: Chart, found: Targets) -> None:
    from actviz.figures.mpl.charts import render
    from actviz.figures.mpl.save import image

    for target, content in {target: image(render(chart), chart.frame, kind) for target, kind in found.items()}.items():
        show_bytes(content, target)


def _draw(chart: Chart, way: str) -> None:
    """The panels one below the other, as dots, or the figure itself."""
    if way == terminal.IMAGE:
        raise UsageError("charts are drawn on a terminal with dots only", "Write '--terminal', or a file with -o.")
    from actviz.figures.charts import drawable, on_terminal

    for place, panel in enumerate(chart.panels):
        if drawable(panel):
            terminal.show_figure(on_terminal(chart, place), way)
