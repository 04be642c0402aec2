"""What the files of a gallery were made from, kept beside them, so that only what is stale is drawn again.

A file is current when three things are as they were: the code and libraries that draw (`drawn_with`), what it shows
(its entries, theme and format, as `fingerprint` sums them up), and its own bytes: who edits or deletes a picture
gets it back. Nothing here depends on dates or places, so a gallery may be copied, moved and kept in a repository.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from actviz.files import write_whole
from actviz.version import __version__

NAME = "manifest.json"
_ABOUT = "What the files here were made from; 'actviz gallery' reads it, to draw only what is stale, and writes it."
_PACKAGE = Path(__file__).parents[2]
# The parts of actviz that decide what a gallery looks like.
_CODE = (
    "calculus",
    "curves",
    "figures",
    "language",
    "registry/entries.py",
    "registry/loader.py",
    "registry/reader.py",
    "registry/search.py",
    "text.py",
    "writing/derivations.py",
)
_DIGITS = 16


def fingerprint(parts: Iterable[str]) -> str:
    """A short text that differs, for all that is likely, where one of the parts does."""
    return _digest(json.dumps(list(parts)).encode())


def drawn_with() -> dict[str, str]:
    """The code and the libraries that draw; no library is imported for it."""
    files = sorted(file for part in _CODE for file in _files(_PACKAGE / part))
    code = (file.relative_to(_PACKAGE).as_posix().encode() + b"\n" + file.read_bytes() for file in files)
    libraries = {name: version(name) for name in ("matplotlib", "pillow")}
    return {"actviz": __version__, "code": _digest(b"\n".join(code)), **libraries}


def _files(part: Path) -> Iterable[Path]:
    if part.is_file():
        return [part]
    return (file for file in part.rglob("*") if file.suffix in (".py", ".mplstyle", ".html"))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


@dataclass
class Manifest:
    """The record of one folder.

    Args:
        folder: the folder.
        drawn_with: the code and libraries of this run.
        files: for each file, the fingerprint of what it shows and the digest of its bytes.
    """

    folder: Path
    drawn_with: Mapping[str, str]
    files: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Manifest:
        """The record in a folder; an empty one where there is none, or one that other code or libraries left."""
        manifest = cls(folder, drawn_with())
        try:
            found = json.loads((folder / NAME).read_bytes())
            if found["drawn with"] == manifest.drawn_with:
                manifest.files = {name: (shows, bytes_) for name, (shows, bytes_) in found["files"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # missing, or no longer a manifest: everything is drawn
        return manifest

    def is_current(self, name: str, shows: str) -> bool:
        """Whether a file stands in the folder as it was written, and still shows what it must."""
        if self.files.get(name, ("", ""))[0] != shows:
            return False
        try:
            return _digest((self.folder / name).read_bytes()) == self.files[name][1]
        except OSError:
            return False

    def record(self, name: str, shows: str, content: bytes) -> None:
        """Note a file that was written."""
        self.files[name] = (shows, _digest(content))

    def write(self) -> None:
        """Write the record, a line for each file that is still there.

        Raises:
            OutputError: it cannot be written.
        """
        lines = [
            f"  {json.dumps(name)}: {json.dumps(self.files[name])}"
            for name in sorted(self.files)
            if (self.folder / name).is_file()
        ]
        head = f'"about": {json.dumps(_ABOUT)},\n"drawn with": {json.dumps(dict(self.drawn_with))},\n'
        text = "{\n" + head + '"files": {\n' + ",\n".join(lines) + "\n}\n}\n"
        write_whole(self.folder / NAME, text.encode())
