"""Files written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from actviz.errors import OutputError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside its place, then move it there; missing folders are made.

    A link keeps pointing where it did. What is no file (a pipe, a terminal, /dev/null) is written to as it is.

    Raises:
        OutputError: it cannot be written; what stood there before still does.
    """
    import tempfile

    if os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir, it takes any name
        raise OutputError(f"cannot write '{path}': it is a folder", "Name a file in it.")
    temporary = None
    try:
        place = path.resolve()
        if place.exists() and not place.is_file():
            place.write_bytes(content)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".actviz-", dir=place.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # noqa: PTH101  mkstemp makes it private
        os.replace(temporary, place)  # noqa: PTH105  atomic on every platform
        temporary = None
    except OSError as error:
        raise OutputError(f"cannot write '{path}': {error.strerror}", "Choose another place with -o.") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
