"""``actviz identify``."""

from __future__ import annotations

from typing import Annotated

import typer

from actviz.cli import options
from actviz.cli.numbers import real
from actviz.cli.output import show, show_table, width
from actviz.cli.words import Keywords, keywords_of


def command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            help="An expression in any notation that is read, a file of points (.csv, .npy, .npz) or an .onnx file, or "
            "code, which is run: module:function, file.py:function or libfile.so:function.",
            show_default=False,
        ),
    ],
    tolerance: Annotated[
        float | None,
        typer.Option(
            "--tolerance",
            metavar="T",
            parser=real("--tolerance"),
            help="The noise level of points, a standard deviation; of functions, what relative error counts as none.",
            show_default=False,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    span: options.Range = None,
    keywords: Keywords = None,
    digits: options.Digits = None,
    format_name: options.FormatOption = None,
    output: options.Output = None,
) -> None:
    """Say which function it is: every name and framework spelling that it equals, with the parameters found.

    Where it equals none, the nearest three are shown, with the largest difference and where it is; --range is where
    they are compared.
    """
    import textwrap

    from actviz import api
    from actviz.writing.identifications import identification_json, identification_table, identification_text
    from actviz.writing.tables import check_digits

    check_digits(digits)
    chosen = options.table_format(format_name, output)
    found = api.identify(
        target, tolerance=tolerance, span=options.two_numbers("--range", span), keywords=keywords_of(keywords)
    )
    if chosen is options.Format.json:
        show(identification_json(found), output)
        return
    show_table(identification_table(found), chosen.value, output, options.digits_for(chosen, digits))
    said = identification_text(found)
    if said and output is None and chosen is options.Format.rich:
        paragraphs = [textwrap.fill(part, width(), break_on_hyphens=False) for part in said.split("\n")]
        show("\n" + "\n".join(paragraphs) + "\n")
