"""``actviz plot``."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import options, terminal
from actviz.errors import UsageError


def command(
    specs: options.Specs,
    derivative: Annotated[
        bool, typer.Option("-d", "--derivative", help="Draw the derivative as well.", rich_help_panel=options.WHAT)
    ] = False,
    order: options.Orders = None,
    no_function: Annotated[
        bool,
        typer.Option("--no-function", help="Leave the function out: derivatives only.", rich_help_panel=options.WHAT),
    ] = False,
    wrt: options.Wrt = "x",
    span: options.Range = None,
    dtype: options.TypeOption = None,
    outputs: options.Images = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    font_scale: options.FontScale = None,
    transparent: options.Transparent = False,
    sheet: options.Sheet = None,
    title: options.Title = None,
    no_formula: Annotated[
        bool, typer.Option("--no-formula", help="Leave the formula out.", rich_help_panel=options.LOOK)
    ] = False,
    window: Annotated[
        bool, typer.Option("--show", help="Open a window with the figure.", rich_help_panel=options.RESULT)
    ] = False,
    launch: Annotated[
        bool,
        typer.Option("--open", help="Open the written file in the program for it.", rich_help_panel=options.RESULT),
    ] = False,
    on_terminal: terminal.TerminalOption = None,
) -> None:
    """Draw activation functions and their derivatives to a PNG, SVG, PDF or PGF (for LaTeX).

    Without -o the file is named after the first SPEC, as in selu.png. The suffix of -o decides the format.
    With --terminal or --show a file is written only where -o names one.
    """
    from actviz import api
    from actviz.cli import images

    if window:
        images.check_backend()
    terminal.check(on_terminal, outputs)
    appearance = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
    # The names are checked before the work, so that a slip does not cost it.
    found: images.Targets = {}
    if outputs or not (on_terminal or window):
        found = images.targets(outputs, f"{file_stem(specs[0])}.png")
    if launch and not any(found):
        raise UsageError("--open opens a file, and none is written", "Name a file after -o.")
    spec = api.plot_spec(
        specs,
        derivative,
        order or (),
        wrt,
        options.two_numbers("--range", span),
        title,
        formula=not no_formula,
        function=not no_function,
        dtype=dtype,
        **appearance,
    )
    if on_terminal is not None:
        terminal.show_figure(spec, on_terminal)
    if window:
        from actviz.figures.mpl.window import show_window

        show_window(spec)
    images.write(spec, found)
    if launch:
        images.open_files(found)


def file_stem(spec: str) -> str:
    """A file name for a spec: ``selu``, ``prelu``; for a formula its words and a mark that no other formula has."""
    from actviz.registry.lookup import active

    entry = active().find(spec.partition(":")[0].strip())
    if entry is not None:
        return entry.name
    import re
    from hashlib import blake2s

    words = re.sub(r"\W+", "-", spec.partition(":")[0]).strip("-")[:40]
    mark = blake2s("".join(spec.split()).encode(errors="surrogatepass"), digest_size=3).hexdigest()
    return f"{words}-{mark}" if words else mark
