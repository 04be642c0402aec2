"""``actviz gallery``."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from actviz import api
from actviz.registry.entries import FAMILIES
from actviz.registry.lookup import built_in
from cli.running import Run, environment, terminal

NAMES = [entry.name for entry in built_in() if entry.family == "polynomial"]
FILES = len(NAMES) + 2  # and an overview, and an index
FAMILY = ("--family", "polynomial")


def test_the_gallery_is_written_here(actviz: Run, tmp_path: Path) -> None:
    done = actviz("gallery", *FAMILY)
    assert (done.code, done.out, done.err) == (0, "", f"wrote {FILES} files to gallery\n")
    found = {path.name for path in (tmp_path / "gallery").iterdir()}
    assert found == {f"{name}.png" for name in NAMES} | {"overview.png", "README.md"}


def test_folder_family_theme_and_format_can_be_chosen(actviz: Run, tmp_path: Path) -> None:
    done = actviz("gallery", "a/b", *FAMILY, "--theme", "dark", "--image", "svg")
    assert (done.code, done.err) == (0, f"wrote {FILES} files to a/b\n")
    assert b"#14171f" in (tmp_path / "a" / "b" / "identity.svg").read_bytes()
    assert "(identity.svg)" in (tmp_path / "a" / "b" / "README.md").read_text(encoding="utf-8")


def test_an_unknown_family_is_told_with_the_known_ones(actviz: Run) -> None:
    families = [family for family in FAMILIES if any(entry.family == family for entry in built_in())]
    assert actviz("gallery", "--family", "nope").failure == (
        2,
        f"no entry is of the family 'nope'\nFamilies: {', '.join(families)}.",
    )


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--image", "bmp"], ["'bmp'", "png", "svg", "pdf"]),
        (["--theme", "pink"], ["'pink'", "light", "dark", "print"]),
        (["a", "extra"], ["extra"]),
    ],
)
def test_words_that_do_not_fit_are_told_with_those_that_do(actviz: Run, words: list[str], named: list[str]) -> None:
    assert actviz("gallery", *words).misfit("actviz gallery", *named)


def test_a_file_in_the_place_of_the_folder_is_told(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "gallery").write_bytes(b"mine")
    code, message = actviz("gallery").failure
    assert code == 1
    assert re.fullmatch(r"cannot write 'gallery/\w+\.png': [\w ]+\nChoose another .*\.", message)


def test_an_interruption_exits_with_130(actviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Iterable[Path]:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "gallery", interrupted)
    done = actviz("gallery")
    assert (done.code, done.out) == (130, "")
    assert done.err in ("", "error: interrupted\n")


INTERRUPTED = """
import os, signal
from actviz.cli.app import run
from actviz.figures import gallery

write = gallery.write_whole

def write_and_interrupt(path, content):
    write(path, content)
    if sum(1 for _ in path.parent.iterdir()) == 2:
        os.kill(os.getpid(), signal.SIGINT)

gallery.write_whole = write_and_interrupt
raise SystemExit(run(["gallery", "out", "--image", "svg"]))
"""


def test_control_c_leaves_whole_files_only(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=tmp_path, env=environment(), capture_output=True, timeout=100
    )
    assert (done.returncode, done.stdout) == (130, b"")
    assert done.stderr in (b"", b"error: interrupted\n")
    left = list((tmp_path / "out").iterdir())
    assert len(left) == 2
    for path in left:
        assert path.suffix == ".svg"
        assert path.read_bytes().endswith(b"</svg>\n")


def test_a_terminal_sees_progress(tmp_path: Path) -> None:
    code, text = terminal("gallery", *FAMILY, folder=tmp_path)
    assert code == 0
    assert "drawing" in text
    assert text.endswith(f"wrote {FILES} files to gallery\n")
