"""``actviz gallery``."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import options
from actviz.cli.output import progress, remark

if TYPE_CHECKING:
    from actviz.figures.spec import FigureSpec


class Image(StrEnum):
    """The image formats."""

    png = "png"
    svg = "svg"
    pdf = "pdf"


def command(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder to write to.")] = Path("gallery"),
    family: Annotated[str | None, typer.Option("--family", metavar="F", help="Only this family.")] = None,
    theme: options.ThemeOption = options.Theme.light,
    image: Annotated[
        Image, typer.Option("--image", metavar="NAME", help="png, svg or pdf.", show_default=False)
    ] = Image.png,
) -> None:
    """Draw every activation function, an overview of all, and an index page."""
    from actviz import api

    def shown(specs: Iterable[FigureSpec]) -> Iterable[FigureSpec]:
        listed = list(specs)
        drawn: Iterable[FigureSpec] = progress(listed, "drawing", len(listed))
        return drawn

    files = api.gallery(folder, family=family, theme=theme.value, image_format=image.value, progress=shown)
    remark(f"wrote {len(files)} files to {folder}")
