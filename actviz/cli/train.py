"""``actviz train``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer

from actviz.cli import charts, options, terminal
from actviz.cli.numbers import real
from actviz.cli.output import progress
from actviz.cli.plot import file_stem


def command(
    specs: options.Specs,
    data: Annotated[
        str,
        typer.Option(
            "--data",
            metavar="NAME",
            help="The digits (of scikit-learn), spirals, or an .npz file with arrays X and y.",
            rich_help_panel=options.WHAT,
        ),
    ] = "digits",
    depth: Annotated[
        int,
        typer.Option(
            "--depth", metavar="L", parser=options.whole("--depth"), help="Hidden layers.", rich_help_panel=options.WHAT
        ),
    ] = 4,
    units: Annotated[
        int,
        typer.Option(
            "--width",
            metavar="N",
            parser=options.whole("--width"),
            help="Units of each hidden layer.",
            rich_help_panel=options.WHAT,
        ),
    ] = 64,
    rate: Annotated[
        float,
        typer.Option("--lr", metavar="R", parser=real("--lr"), help="The learning rate.", rich_help_panel=options.WHAT),
    ] = 0.1,
    epochs: Annotated[
        int,
        typer.Option(
            "--epochs",
            metavar="N",
            parser=options.whole("--epochs"),
            help="Passes over the training set.",
            rich_help_panel=options.WHAT,
        ),
    ] = 20,
    norm: Annotated[
        str,
        typer.Option(
            "--norm",
            metavar="NAME,...",
            help="Normalisation: none (raw inputs), input, batch, layer; several to compare.",
            rich_help_panel=options.WHAT,
        ),
    ] = "input",
    seeds: Annotated[
        int,
        typer.Option(
            "--seeds",
            metavar="K",
            parser=options.whole("--seeds"),
            help="Runs of each, with seeds 0, 1, ...",
            rich_help_panel=options.WHAT,
        ),
    ] = 5,
    init: Annotated[
        str,
        typer.Option(
            "--init",
            metavar="NAME",
            help="Initial weights of variance sigma_w^2/n: lecun (1), he (2), or sigma_w^2.",
            rich_help_panel=options.WHAT,
        ),
    ] = "lecun",
    device: Annotated[
        str,
        typer.Option("--device", metavar="NAME", help="PyTorch's device, cpu or cuda.", rich_help_panel=options.WHAT),
    ] = "cpu",
    outputs: charts.Outputs = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    font_scale: options.FontScale = None,
    transparent: options.Transparent = False,
    sheet: options.Sheet = None,
    title: options.Title = None,
    format_name: options.FormatOption = None,
    on_terminal: terminal.TerminalOption = None,
) -> None:
    """Train small networks with functions, on PyTorch: pip install 'actviz[train]'.

    The figure goes to train-SPEC.png, or where -o says; --terminal draws it here, and --format writes none.
    """
    from actviz import api
    from actviz.writing.trainings import training_json, training_table, training_text

    stem = "-".join(["train", *(file_stem(spec) for spec in specs[:4])])
    plan = charts.plan(outputs, f"{stem}.png", on_terminal, format_name, None)
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)

    def counted(runs: Iterable[Any]) -> Iterable[Any]:
        shown: Iterable[Any] = progress(runs, "Training", seeds)
        return shown

    results = api.train(
        *specs,
        data=data,
        depth=depth,
        width=units,
        lr=rate,
        epochs=epochs,
        norm=norm,
        seeds=seeds,
        init=init,
        device=device,
        progress=counted,
    )
    charts.finish(
        plan,
        lambda: api.training_figure(results, title=title, **appearance),
        lambda: training_table(results),
        lambda: training_json(results),
        training_text(results),
    )
