"""``actviz gallery``."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.cli import options
from actviz.cli.listing import families
from actviz.cli.output import progress, remark

if TYPE_CHECKING:
    from actviz.figures.gallery import Drawn


class Image(StrEnum):
    """The image formats."""

    png = "png"
    svg = "svg"
    pdf = "pdf"


def command(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder to write to.")] = Path("gallery"),
    family: Annotated[
        str | None,
        typer.Option(
            "--family", metavar="F", help="Only this family.", autocompletion=families, rich_help_panel=options.WHAT
        ),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            "--search",
            metavar="TEXT",
            help="Only what 'actviz list --search TEXT' finds.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    theme: options.ThemeOption = options.Theme.light,
    image: Annotated[
        Image,
        typer.Option(
            "--image",
            metavar="NAME",
            help="Write png, svg or pdf.",
            show_default=False,
            rich_help_panel=options.RESULT,
        ),
    ] = Image.png,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            parser=options.whole("--jobs"),
            help="Draw in N processes at once; by default in as many as there are cores.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Draw everything, not only what is stale.")] = False,
) -> None:
    """Draw every activation function with its derivative, overviews by family, and index pages.

    The pages are README.md, for code hosts, and index.html, for browsers. What is already in the folder and current
    is not drawn again.
    """
    from actviz.figures import gallery  # not the library's front door, which would load NumPy to find nothing to do

    def shown(drawn: Iterable[Drawn], total: int) -> Iterable[Drawn]:
        watched: Iterable[Drawn] = progress(drawn, "drawing", total)
        return watched

    done = gallery.write(folder, family, search, theme.value, image.value, jobs, force, shown)
    if not done.written:
        remark(f"all {len(done.current)} files in {folder} are current")
    elif done.current:
        remark(f"wrote {len(done.written)} files to {folder}; {len(done.current)} more were current")
    else:
        remark(f"wrote {len(done.written)} files to {folder}")
    shown_here = {path.name for path in (*done.written, *done.current)}
    others = [path for path in folder.iterdir() if path.suffix[1:] in tuple(Image) and path.name not in shown_here]
    if others:
        remark(f"the pages list this selection only; pictures of another in {folder}: {len(others)}")
