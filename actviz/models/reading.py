"""Bytes of a file that nobody trusts: mapped into memory, looked at within their bounds, counted."""

from __future__ import annotations

import mmap
import zipfile
import zlib
from pathlib import Path
from typing import Any

from actviz.errors import InputError

MOST_NODES = 50_000  # of a graph; the largest networks that people export have some ten thousand
MOST_TEXT = 64 << 20  # bytes of a part that is read as a whole: a configuration, a program, the list of tensors
MOST_VALUES = 1 << 22  # numbers of one learned parameter


class MalformedError(Exception):
    """A file is not what its format says; the text is the reason, for the reader of one message."""


def mapped(path: Path) -> memoryview:
    """The bytes of a file, without reading them.

    Raises:
        InputError: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return memoryview(b"")
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot read '{path}': {reason}", "Name a model file, or a folder of them.") from None


def text(data: bytes | memoryview, most: int = MOST_TEXT) -> str:
    """Bytes as text.

    Raises:
        MalformedError: they are too many, or not UTF-8.
    """
    if len(data) > most:
        raise MalformedError(f"a text in it has {len(data):,} bytes")
    try:
        return bytes(data).decode()
    except UnicodeDecodeError:
        raise MalformedError("a text in it is not UTF-8") from None


def json_object(data: bytes | memoryview | str) -> dict[str, Any]:
    """A JSON object.

    Raises:
        MalformedError: it is none.
    """
    import json

    try:
        found = json.loads(data if isinstance(data, str) else text(data))
    except (ValueError, RecursionError):
        raise MalformedError("its JSON cannot be read") from None
    if not isinstance(found, dict):
        raise MalformedError("its JSON is not an object")
    return found


class Archive:
    """A zip file whose parts are read one by one, each up to a limit that its own directory cannot talk away.

    Args:
        path: the file.

    Raises:
        MalformedError: it is no zip file, or lists more parts than a model has.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            self.names = self._zip.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError, EOFError):
            raise MalformedError("its zip directory cannot be read") from None
        self._left = 4 * MOST_TEXT

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def read(self, name: str, most: int = MOST_TEXT) -> bytes:
        """A part of the archive.

        Raises:
            MalformedError: it is missing, damaged or larger than `most`, or all parts read are too large together.
        """
        most = min(most, self._left)
        try:
            with self._zip.open(name) as part:
                data = part.read(most + 1)
        except KeyError:
            raise MalformedError(f"it holds no '{name}'") from None
        except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error):
            raise MalformedError(f"'{name}' in it cannot be unpacked") from None
        if len(data) > most:
            raise MalformedError(f"'{name}' in it unpacks to more than {most:,} bytes")
        self._left -= len(data)
        return data
