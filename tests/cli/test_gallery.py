"""``actviz gallery``."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from actviz import api
from actviz.registry.lookup import built_in
from cli.running import Run, environment, terminal

NAMES = [entry.name for entry in built_in()]


def test_the_gallery_is_written_here(actviz: Run, tmp_path: Path) -> None:
    done = actviz("gallery")
    assert (done.code, done.out, done.err) == (0, "", f"wrote {len(NAMES) + 2} files to gallery\n")
    found = {path.name for path in (tmp_path / "gallery").iterdir()}
    assert found == {f"{name}.png" for name in NAMES} | {"overview.png", "README.md"}


def test_folder_family_theme_and_format_can_be_chosen(actviz: Run, tmp_path: Path) -> None:
    done = actviz("gallery", "a/b", "--family", "polynomial", "--theme", "dark", "--image", "svg")
    assert (done.code, done.err) == (0, "wrote 3 files to a/b\n")
    assert b"#14171f" in (tmp_path / "a" / "b" / "identity.svg").read_bytes()
    assert "(identity.svg)" in (tmp_path / "a" / "b" / "README.md").read_text(encoding="utf-8")


def test_an_unknown_family_is_told_with_the_known_ones(actviz: Run) -> None:
    assert actviz("gallery", "--family", "nope").failure == (
        2,
        "no entry is of the family 'nope'\nFamilies: rectifier, exponential, polynomial.",
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
    assert re.fullmatch(rf"cannot write 'gallery/{NAMES[0]}\.png': [\w ]+\nChoose another .*\.", message)


def test_an_interruption_exits_with_130(actviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Iterable[Path]:
        raise KeyboardInterrupt

    monkeypatch.setattr(api, "gallery", interrupted)
    done = actviz("gallery")
    assert (done.code, done.out) == (130, "")
    assert done.err in ("", "error: interrupted\n")


def test_control_c_leaves_whole_files_only(tmp_path: Path) -> None:
    started = subprocess.Popen(
        [sys.executable, "-m", "actviz", "gallery", "out"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/*.png")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(started.pid, signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (130, b"")
    assert err in (b"", b"error: interrupted\n")
    left = list((tmp_path / "out").iterdir())
    assert 0 < len(left) < len(NAMES) + 2
    for path in left:
        assert path.suffix == ".png"
        assert path.read_bytes().endswith(b"IEND\xaeB`\x82")


def test_a_terminal_sees_progress(tmp_path: Path) -> None:
    code, text = terminal("gallery", "--family", "polynomial", folder=tmp_path)
    assert code == 0
    assert "drawing" in text
    assert text.endswith("wrote 3 files to gallery\n")
