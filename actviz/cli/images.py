"""Images from figure specs: which files, in which formats, and opened where that is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from actviz.cli.output import remark, show_bytes
from actviz.errors import OutputError
from actviz.figures.spec import FigureSpec

Targets = dict[Path | None, str]  # None is standard output


def targets(outputs: Sequence[str] | None, default: str, others: str = "") -> Targets:
    """The files to write, with the image format that each one's suffix names; a PNG to standard output for '-'.

    Args:
        outputs: what ``-o`` names.
        default: the file where it names none.
        others: a sentence about what else may be named, for the error.

    Raises:
        OutputError: a name is that of a folder.
        UsageError: a suffix is none of an image.
    """
    from actviz.figures.mpl.save import image_format

    found: Targets = {}
    for name in outputs or [default]:
        path = None if name == "-" else Path(name)
        if path is not None and os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir, it takes any name
            raise OutputError(f"cannot write '{path}': it is a folder", f"Name a file in it, as in '{path / default}'.")
        found[path] = "png" if path is None else image_format(path, others)
    return found


def write(spec: FigureSpec, found: Targets) -> None:
    """Draw a figure once for each target, if there are any, and write nothing before all are drawn."""
    if not found:
        return
    from actviz.figures.mpl.fallback import missing_letters
    from actviz.figures.mpl.render import render
    from actviz.figures.mpl.save import image

    lacking = missing_letters(spec)
    if lacking:
        remark(f"no installed font has {listed_letters(lacking)}: a box is drawn for each")
    for target, content in {target: image(render(spec), spec, kind) for target, kind in found.items()}.items():
        show_bytes(content, target)


def listed_letters(letters: str) -> str:
    """The letters, the first dozen where they are many."""
    return "'" + letters[:12] + "'" + (f" and {len(letters) - 12} more" if len(letters) > 12 else "")


def open_files(found: Targets) -> None:
    """Open written files in the programs that the desktop has for them.

    Raises:
        OutputError: there is no such program, or it fails.
    """
    for path in filter(None, found):
        if not _opened(str(path.resolve())):
            raise OutputError(
                f"there is no desktop here to open '{path}' with", "The file is written; open it by hand."
            )


def _opened(path: str) -> bool:
    """Whether the desktop could open a file."""
    if sys.platform in ("darwin", "win32", "cygwin"):
        import typer

        return typer.launch(path) == 0
    import shutil
    import subprocess

    opener = shutil.which("xdg-open")  # it tries one program after another, and each complains
    nowhere = subprocess.DEVNULL
    return (
        opener is not None
        and subprocess.run([opener, path], stdout=nowhere, stderr=nowhere, check=False).returncode == 0
    )


def check_backend() -> None:
    """Raise `OutputError` where matplotlib does not know the window system that ``MPLBACKEND`` names."""
    name = os.environ.get("MPLBACKEND")
    try:
        import matplotlib  # noqa: F401  it looks at the variable here, and at no later time
    except ValueError:
        raise OutputError(
            f"matplotlib knows no backend '{name}', in the environment variable MPLBACKEND", "Unset it."
        ) from None
