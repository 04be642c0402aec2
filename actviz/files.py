"""Files written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from actviz.errors import OutputError


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file under a temporary name beside its place, then move it there; missing folders are made.

    A link keeps pointing where it did, and a file that is replaced keeps its mode. What is no file (a pipe, a terminal,
    /dev/null) is written to as it is.

    Args:
        path: the file.
        content: what it will hold, or its parts in order; an error that comes out of them leaves everything as it was.

    Raises:
        OutputError: it cannot be written; what stood there before still does.
    """
    import tempfile

    parts = [content] if isinstance(content, bytes) else content
    if "\0" in str(path):
        raise OutputError("a file name cannot hold a NUL character", "Choose another place with -o.")
    if os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir, it takes any name
        raise OutputError(f"cannot write '{path}': it is a folder", "Name a file in it.")
    temporary = None
    try:
        place = path.resolve()
        if place.exists() and not place.is_file():
            with place.open("wb") as out:
                out.writelines(parts)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".actviz-", dir=place.parent)
        with os.fdopen(handle, "wb") as out:
            out.writelines(parts)
        os.chmod(temporary, _mode(place))  # noqa: PTH101  mkstemp makes it private
        os.replace(temporary, place)  # noqa: PTH105  atomic on every platform
        temporary = None
    except OSError as error:
        raise OutputError(f"cannot write '{path}': {error.strerror}", "Choose another place with -o.") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _mode(place: Path) -> int:
    """The permissions of what stands there, or those of a new file."""
    if place.exists():
        return place.stat().st_mode & 0o7777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
