"""``actviz model``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import formats, options
from actviz.cli.output import remark, show, show_table, table_text
from actviz.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.models.results import Model
    from actviz.writing.tables import Table


def command(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER...",
            help="Model files, or folders to search for them. Two files are compared.",
            show_default=False,
        ),
    ],
    layers: Annotated[
        bool,
        typer.Option("--layers", help="A row for each layer.", rich_help_panel=options.WHAT),
    ] = False,
    learned: Annotated[
        bool,
        typer.Option("--learned", help="A table of what was learned, layer by layer.", rich_help_panel=options.WHAT),
    ] = False,
    specs: Annotated[
        bool,
        typer.Option(
            "--specs",
            help="One SPEC a line and nothing else, for other commands.",
            rich_help_panel=options.WHAT,
        ),
    ] = False,
    format_name: options.FormatOption = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write the figure of what was learned to this .png, .svg, .pdf or .pgf file, or the table to this "
            ".csv, .json, .md, .tex or .txt file; may be repeated.",
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
) -> None:
    """Say which activation functions a model file holds, how they are spelt, and what was learned.

    The model is never run. It reads ONNX, PyTorch, TorchScript, safetensors, Keras, TFLite, SavedModel and GGUF, and
    Hugging Face's config.json.
    """
    from actviz import api
    from actviz.cli import images

    if specs and (layers or learned or format_name is not None or outputs):
        raise UsageError("--specs writes one SPEC a line and nothing else", "Leave the other options out.")
    pictures = [name for name in outputs or () if Path(name).suffix.lower() not in options.SUFFIXES]
    files = [name for name in outputs or () if name not in pictures]
    targets = images.targets(pictures, "", f" Tables go to {formats.listed(options.SUFFIXES)}.") if pictures else {}
    found = api.models_in(*paths)
    if specs:
        show("".join(f"{spec}\n" for spec in dict.fromkeys(spec for model in found for spec in model.specs)))
        return
    if targets:
        look = options.appearance(theme, size, dpi, font_scale, transparent, sheet)
        images.write(api.model_figure(found, **look), targets)
    single = len(paths) == 1 and len(found) == 1 and not Path(paths[0]).is_dir()
    places: list[str | None] = [*files] or [None]
    for name in places:
        _show(found, single, options.table_format(format_name, name), layers, learned, name)


def _show(
    found: Sequence[Model], single: bool, chosen: options.Format, layers: bool, learned: bool, output: str | None
) -> None:
    from actviz.writing import models

    if chosen is options.Format.json:
        show(models.models_json(found, single), output)
        return
    tables = _tables(found, layers, learned, chosen is options.Format.rich)
    if output is not None:
        show("\n".join(table_text(table, chosen.value) for table in tables), output)
    else:
        for number, table in enumerate(tables):
            if number:
                show("\n")
            show_table(table, chosen.value)
    for model in found:
        for text in model.remarks:
            remark(text if single else f"{model.path}: {text}")


def _tables(found: Sequence[Model], layers: bool, learned: bool, for_people: bool) -> list[Table]:
    from actviz.models.comparison import compared
    from actviz.writing.models import change_table, learned_table, use_table

    if learned:
        return [learned_table(model) for model in found]
    if len(found) == 2 and not layers:
        return [change_table(compared(*found), *found)]
    tables = [use_table(model, layers) for model in found]
    if for_people and not layers:
        tables += [learned_table(model) for model in found if model.learned]
    return tables
