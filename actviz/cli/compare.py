"""``actviz compare``."""

from __future__ import annotations

from typing import Any

from actviz.cli import options
from actviz.cli.output import show, show_bytes, show_table
from actviz.cli.plot import file_stem


def command(
    specs: options.Specs,
    span: options.Range = None,
    output: options.Output = None,
    theme: options.ThemeOption = options.Theme.light,
    size: options.Size = None,
    dpi: options.Dpi = 144,
    digits: options.Digits = None,
    format_name: options.FormatOption = options.Format.rich,
) -> None:
    """Say where and how much functions differ from the first one, and draw them side by side.

    The figure goes to FIRST-vs-SECOND.png, or where -o says.
    """
    from actviz import api, catalogue
    from actviz.figures.compose import compare_spec
    from actviz.figures.render import render
    from actviz.figures.save import image, image_format

    target = options.target(output, "-vs-".join(file_stem(spec) for spec in specs[:4]) + ".png")
    suffix = "png" if target is None else image_format(target)
    pairs = api.compare(*specs, span=options.two_numbers("--range", span))
    appearance: dict[str, Any] = {} if size is None else {"size": options.two_numbers("--size", size)}
    first = pairs[0]
    drawn = [first.first, *(pair.second for pair in pairs)]
    figure = compare_spec(drawn, (first.low, first.high), theme=theme.value, dpi=dpi, **appearance)
    if target is not None:  # with '-o -' standard output carries the image
        if format_name is options.Format.json:
            show(catalogue.comparison_json(pairs))
        else:
            for number, table in enumerate(catalogue.comparison_tables(pairs)):
                if number:
                    show("\n")
                show_table(table, format_name.value, digits=digits)
    show_bytes(image(render(figure), figure, suffix), target)
