"""``actviz check``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from actviz.cli import formats, options
from actviz.cli.numbers import real
from actviz.cli.output import progress, remark, show, show_table, width
from actviz.cli.words import Keywords, keywords_of
from actviz.errors import UsageError

if TYPE_CHECKING:
    from actviz.analysis.accuracy import Check

_LIMITED = 1


def command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="The code, which is run: package.function, module:function, file.py:function, libfile.so:function or "
            "an .onnx file; or a file of x and y computed elsewhere (.npy, .npz, .csv).",
            show_default=False,
        ),
    ],
    spec: Annotated[
        str | None,
        typer.Argument(
            metavar="SPEC",
            help="The true function: a name or an expression in x; not needed where the target's name says it.",
            show_default=False,
        ),
    ] = None,
    dtype: Annotated[
        str | None,
        typer.Option(
            "--dtype",
            metavar="TYPE",
            help="Compute in float64, float32, float16, bfloat16, float8_e4m3fn, ...; by default as the target, else "
            "float32.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    derivative: Annotated[
        bool,
        typer.Option("--derivative", help="Check its automatic differentiation as well.", rich_help_panel=options.WHAT),
    ] = False,
    backward: Annotated[
        str | None,
        typer.Option(
            "--backward",
            metavar="CODE",
            help="Check a derivative written by hand: a function of x, or of a gradient and x.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    keywords: Keywords = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="TARGET",
            help="Another implementation for the same table and figure; may be repeated.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    span: Annotated[
        tuple[str, str] | None,
        typer.Option("--range", metavar="LO HI", help="Only numbers in this range.", rich_help_panel=options.WHAT),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            "--points",
            metavar="N",
            parser=options.whole("--points"),
            help="How many numbers of float32 (4194304 by default) or float64 (65536).",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    max_ulp: Annotated[
        float | None,
        typer.Option(
            "--max-ulp",
            metavar="N",
            parser=real("--max-ulp"),
            help="Exit with 1 where an error is larger.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    max_abs: Annotated[
        float | None,
        typer.Option(
            "--max-abs",
            metavar="E",
            parser=real("--max-abs"),
            help="Likewise of absolute errors.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    max_rel: Annotated[
        float | None,
        typer.Option(
            "--max-rel",
            metavar="E",
            parser=real("--max-rel"),
            help="Likewise of relative errors.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            "--device",
            metavar="NAME",
            help="Where PyTorch or JAX computes, as in cuda.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    exhaustive: Annotated[
        bool,
        typer.Option(
            "--exhaustive", help="Look at every number of float32, on all cores.", rich_help_panel=options.WHAT
        ),
    ] = False,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="FILE",
            help="Where --exhaustive keeps how far it has come; actviz-check.json by default.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            parser=options.whole("--jobs"),
            help="Processes of --exhaustive; by default one for each core.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    write_grid: Annotated[
        str | None,
        typer.Option(
            "--write-grid",
            metavar="FILE",
            help="Write the numbers at which TARGET, here a SPEC, would be checked to this .npy file.",
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
            help="Write the figure to this .png, .svg or .pdf file, or the table to this .csv, .json, .md, .tex or "
            ".txt file; may be repeated.",
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
    title: options.Title = None,
    digits: options.Digits = None,
    format_name: options.FormatOption = None,
) -> None:
    """Say whether an implementation is right, and by how many ULP, in a data type.

    Types of 16 bits and fewer are looked at completely, float32 at 4194304 numbers over all exponents, float64 at
    65536 with a proved reference. Exits with 1 where a limit is passed.
    """
    from actviz import api
    from actviz.cli import images
    from actviz.writing.tables import check_digits

    check_digits(digits)
    chosen_span = options.two_numbers("--range", span)
    if chosen_span is not None and not chosen_span[0] < chosen_span[1]:
        raise UsageError(
            f"the range {chosen_span[0]:g} to {chosen_span[1]:g} is empty", "Write the smaller number first."
        )
    if points is not None and not 2 <= points <= 1 << 26:
        raise UsageError(f"{points} points cannot be checked", f"From 2 to {1 << 26:,}.")
    if write_grid is not None:
        _write_grid(write_grid, spec or target, dtype or "float32", chosen_span, points)
        return
    files = [name for name in outputs or () if Path(name).suffix.lower() in options.SUFFIXES]
    pictures = [name for name in outputs or () if name not in files]
    found: images.Targets = {}
    if pictures:
        found = images.targets(pictures, "check.png", f" Tables go to {formats.listed(options.SUFFIXES)}.")
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)

    def shown(items: Iterable[Any], total: int) -> Iterable[Any]:
        passing: Iterable[Any] = progress(items, "Checking", total)
        return passing

    words = keywords_of(keywords)
    checks: list[Check] = []
    for each in [target, *(against or ())]:
        first = not checks
        checks.append(
            api.check(
                each,
                spec if first else spec or checks[0].spec,
                dtype=dtype,
                derivative=derivative,
                span=chosen_span,
                keywords=words if first else None,
                backward=backward if first else None,
                max_ulp=max_ulp,
                max_abs=max_abs,
                max_rel=max_rel,
                device=device,
                points=points,
                exhaustive=exhaustive,
                state=(state or "actviz-check.json") if exhaustive else None,
                jobs=jobs,
                progress=shown,
            )
        )
    if found:
        images.write(api.check_figure(*checks, limit=max_ulp, title=title, **appearance), found)
    places: list[str | None] = [*files]
    if not files and None not in found:
        places.append(None)
    for name in places:
        _show(checks, options.table_format(format_name, name), digits, name)
    exceeded = [f"{each.target}: {text}" for each in checks for text in each.exceeded]
    if exceeded:
        if format_name not in (None, options.Format.rich) or files:
            for text in exceeded:
                remark(text)
        raise typer.Exit(_LIMITED)


def _show(checks: list[Check], chosen: options.Format, digits: int | None, output: str | None) -> None:
    import textwrap

    from actviz.writing.checks import check_table, check_text, checks_json

    if chosen is options.Format.json:
        show(checks_json(checks), output)
        return
    show_table(check_table(checks), chosen.value, output, options.digits_for(chosen, digits))
    if output is None and chosen is options.Format.rich:
        paragraphs = [textwrap.fill(part, width(), break_on_hyphens=False) for part in check_text(checks).split("\n")]
        show("\n" + "\n".join(paragraphs) + "\n")


def _write_grid(path: str, spec: str, dtype: str, span: tuple[float, float] | None, points: int | None) -> None:
    import io

    import numpy as np

    from actviz import api
    from actviz.analysis.datatypes import data_type
    from actviz.files import write_whole

    kind = data_type(dtype)
    if Path(path).suffix.lower() != ".npy":
        raise UsageError(f"'{path}' is no .npy file", "Write '--write-grid grid.npy'.")
    grid = api.check_grid(kind.name, spec, span, points)
    held = grid.astype(kind.name if kind.name in ("float64", "float32", "float16") else "float32")
    out = io.BytesIO()
    np.save(out, held)
    write_whole(Path(path), out.getvalue())
    remark(f"wrote {path}: {grid.size:,} numbers of {kind.name}, as {held.dtype}")
