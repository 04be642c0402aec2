"""``actviz distribution``."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import charts, options, terminal
from actviz.cli.numbers import real
from actviz.cli.plot import file_stem
from actviz.errors import UsageError


def command(
    specs: options.Specs,
    normal: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--normal",
            metavar="MEAN STD",
            help="Of the Gaussian that x is; 0 1 by default.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="FILE",
            help="Preactivations in place of a Gaussian: .npy, .npz, .safetensors, .csv or text.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="NAME",
            help="The array in a file that holds several.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    axis: Annotated[
        int | None,
        typer.Option(
            "--axis",
            metavar="N",
            parser=options.whole("--axis"),
            help="The axis of the units; those dead for every sample are named.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    threshold: Annotated[
        float,
        typer.Option(
            "--below",
            metavar="EPS",
            parser=real("--below"),
            help="Slopes below this in size count as saturated.",
            rich_help_panel=options.WHAT,
        ),
    ] = 0.01,
    outputs: charts.Outputs = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    font_scale: options.FontScale = None,
    transparent: options.Transparent = False,
    sheet: options.Sheet = None,
    title: options.Title = None,
    digits: options.Digits = None,
    format_name: options.FormatOption = None,
    on_terminal: terminal.TerminalOption = None,
) -> None:
    """Show what functions do to the values that reach them: mean and variance before and after, slopes, dead units.

    The figure goes to distribution-SPEC.png, or where -o says; --terminal draws it here, and --format writes none.
    """
    from actviz import api
    from actviz.writing.distributions import distribution_json, distribution_table, distribution_text

    if source is not None and normal is not None:
        raise UsageError("--normal and --input both say what reaches the function", "Give one of them.")
    if source is None and (key is not None or axis is not None):
        raise UsageError("--key and --axis are about a file, and none is named", "Name one with --input.")
    stem = "-".join(["distribution", *(file_stem(spec) for spec in specs[:4])])
    plan = charts.plan(outputs, f"{stem}.png", on_terminal, format_name, digits)
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    moments = options.two_numbers("--normal", normal)
    results = [
        api.distribution(activation, normal=moments, file=source, key=key, axis=axis, threshold=threshold)
        for activation in api.activations(specs)
    ]
    charts.finish(
        plan,
        lambda: api.distribution_figure(results, title=title, **appearance),
        lambda: distribution_table(results),
        lambda: distribution_json(results),
        distribution_text(results),
    )
