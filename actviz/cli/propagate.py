"""``actviz propagate``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from actviz.cli import charts, options, terminal
from actviz.cli.numbers import real
from actviz.cli.output import progress
from actviz.cli.plot import file_stem

_SLOW = 4e7  # unit-samples: what takes over a second


def command(
    specs: options.Specs,
    depth: Annotated[
        int,
        typer.Option(
            "--depth", metavar="L", parser=options.whole("--depth"), help="Layers.", rich_help_panel=options.WHAT
        ),
    ] = 50,
    units: Annotated[
        int,
        typer.Option(
            "--width",
            metavar="N",
            parser=options.whole("--width"),
            help="Units of each layer of the networks that are drawn.",
            rich_help_panel=options.WHAT,
        ),
    ] = 1000,
    networks: Annotated[
        int,
        typer.Option(
            "--networks",
            metavar="K",
            parser=options.whole("--networks"),
            help="How many networks are drawn; 0 is theory alone.",
            rich_help_panel=options.WHAT,
        ),
    ] = 8,
    init: Annotated[
        str,
        typer.Option(
            "--init",
            metavar="NAME",
            help="Weights of variance sigma_w^2/n: lecun (sigma_w^2 = 1), he (2), glorot (1), orthogonal, torch (1/3), "
            "critical (the edge of chaos), or sigma_w^2 itself.",
            rich_help_panel=options.WHAT,
        ),
    ] = "lecun",
    bias_std: Annotated[
        float | None,
        typer.Option(
            "--bias-std",
            metavar="S",
            parser=real("--bias-std"),
            help="The standard deviation sigma_b of biases; 0 by default.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    norm: Annotated[
        str,
        typer.Option(
            "--norm",
            metavar="NAME,...",
            help="Normalisation: none, input, batch (before f), layer (before f), layer-after; several to compare.",
            rich_help_panel=options.WHAT,
        ),
    ] = "none",
    batch: Annotated[
        int,
        typer.Option(
            "--batch",
            metavar="B",
            parser=options.whole("--batch"),
            help="Inputs of a batch, for batch normalisation.",
            rich_help_panel=options.WHAT,
        ),
    ] = 32,
    input_mean: Annotated[
        float,
        typer.Option(
            "--input-mean",
            metavar="M",
            parser=real("--input-mean"),
            help="The mean of an input's features.",
            rich_help_panel=options.WHAT,
        ),
    ] = 0.0,
    input_std: Annotated[
        float,
        typer.Option(
            "--input-std",
            metavar="S",
            parser=real("--input-std"),
            help="Their standard deviation.",
            rich_help_panel=options.WHAT,
        ),
    ] = 1.0,
    correlation: Annotated[
        float,
        typer.Option(
            "--correlation",
            metavar="C",
            parser=real("--correlation"),
            help="The correlation of two inputs' features.",
            rich_help_panel=options.WHAT,
        ),
    ] = 0.5,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            metavar="N",
            parser=options.whole("--seed"),
            help="What the weights are drawn from.",
            rich_help_panel=options.WHAT,
        ),
    ] = 0,
    backend: Annotated[
        str,
        typer.Option(
            "--backend", metavar="NAME", help="Draw networks with numpy or torch.", rich_help_panel=options.WHAT
        ),
    ] = "numpy",
    device: Annotated[
        str | None,
        typer.Option(
            "--device",
            metavar="NAME",
            help="PyTorch's device, cpu or cuda.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    mapped: Annotated[
        bool,
        typer.Option(
            "--map",
            help="Show the map of mean and variance instead, for units with the sums below.",
            rich_help_panel=options.WHAT,
        ),
    ] = False,
    omega: Annotated[
        float,
        typer.Option(
            "--omega",
            metavar="W",
            parser=real("--omega"),
            help="Sum of w of a unit, for --map.",
            rich_help_panel=options.WHAT,
        ),
    ] = 0.0,
    tau: Annotated[
        float,
        typer.Option(
            "--tau",
            metavar="T",
            parser=real("--tau"),
            help="Sum of w^2 of a unit, for --map.",
            rich_help_panel=options.WHAT,
        ),
    ] = 1.0,
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
    """Show what functions do to signals and gradients of deep random networks.

    Layers are z = W h + b, h = f(z); W has independent entries of variance sigma_w^2/n, b of variance sigma_b^2. q is
    the variance of z, c the correlation of two inputs in what enters f, g the mean square of d loss/d z. Theory is that
    of infinite width; networks that are drawn stand beside it. All of it is at initialisation. The figure goes to
    propagate-SPEC.png, or where -o says; --terminal draws it here, and --format writes no figure.
    """
    from actviz import api
    from actviz.writing.propagations import propagation_json, propagation_table, propagation_text

    stem = "-".join(["map" if mapped else "propagate", *(file_stem(spec) for spec in specs[:4])])
    plan = charts.plan(outputs, f"{stem}.png", on_terminal, format_name, digits)
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    if mapped:
        from actviz.writing.maps import CAVEAT, map_json, map_table

        maps = api.moment_map(*specs, omega=omega, tau=tau)
        charts.finish(
            plan,
            lambda: api.map_figure(maps, title=title, **appearance),
            lambda: map_table(maps),
            lambda: map_json(maps),
            CAVEAT,
        )
        return
    slow = networks * depth * units * (batch if "batch" in norm else 2) > _SLOW

    def counted(numbers: Iterable[int]) -> Iterable[int]:
        shown: Iterable[int] = progress(numbers, "Drawing networks", networks)
        return shown

    results = api.propagate(
        *specs,
        depth=depth,
        width=units,
        networks=networks,
        init=init,
        bias_std=bias_std,
        norm=norm,
        batch=batch,
        input_mean=input_mean,
        input_std=input_std,
        correlation=correlation,
        seed=seed,
        backend=backend,
        device=device,
        progress=counted if slow else None,
    )
    charts.finish(
        plan,
        lambda: api.propagation_figure(results, title=title, **appearance),
        lambda: propagation_table(results),
        lambda: propagation_json(results),
        propagation_text(results),
    )
