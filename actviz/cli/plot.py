"""``actviz plot``."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from actviz.cli import options, terminal
from actviz.cli.output import show_bytes


def command(
    specs: options.Specs,
    derivative: Annotated[bool, typer.Option("-d", "--derivative", help="Draw the derivative as well.")] = False,
    order: options.Orders = None,
    wrt: options.Wrt = "x",
    span: options.Range = None,
    output: options.Output = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    font_scale: options.FontScale = None,
    transparent: options.Transparent = False,
    sheet: options.Sheet = None,
    title: options.Title = None,
    no_formula: Annotated[bool, typer.Option("--no-formula", help="Leave the formula out.")] = False,
    window: Annotated[bool, typer.Option("--show", help="Open a window with the figure.")] = False,
    on_terminal: terminal.TerminalOption = None,
) -> None:
    """Draw activation functions and their derivatives to a PNG, SVG, PDF or PGF (for LaTeX).

    Without -o the file is named after the first SPEC, as in selu.png. The suffix of -o decides the format.
    With --terminal or --show a file is written only where -o names one.
    """
    from actviz import api

    terminal.check(on_terminal, output)
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    written = output is not None or not (on_terminal or window)
    target, suffix = None, "png"
    if written:
        # The name is checked before the work, so that a slip does not cost it.
        from actviz.figures.save import image_format

        target = options.target(output, f"{file_stem(specs[0])}.png")
        suffix = "png" if target is None else image_format(target)
    spec = api.plot_spec(
        specs, derivative, order or (), wrt, options.two_numbers("--range", span), title, not no_formula, **appearance
    )
    if on_terminal is not None:
        terminal.show_figure(spec, on_terminal)
    if window:
        from actviz.figures.window import show_window

        show_window(spec)
    if written:
        from actviz.figures.render import render
        from actviz.figures.save import image

        show_bytes(image(render(spec), spec, suffix), target)


def file_stem(spec: str) -> str:
    """A file name for a spec: ``selu``, ``prelu``, or ``expression`` for a formula."""
    from actviz.registry.lookup import active

    entry = active().find(spec.partition(":")[0].strip())
    if entry is not None:
        return entry.name
    word = re.sub(r"\W+", "-", spec.partition(":")[0]).strip("-")
    return word[:40] if len(word) > 1 else "expression"
