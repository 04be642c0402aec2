"""``actviz gallery``."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from actviz.figures import gallery
from actviz.figures.gallery import PAGES
from actviz.figures.gallery.manifest import NAME
from actviz.registry.search import select
from cli.running import Run, environment, process, terminal

NAMES = [entry.name for entry in select("shrinkage")]
FILES = {*(f"{name}.png" for name in NAMES), "overview-shrinkage.png", *PAGES}
FAMILY = ("--family", "shrinkage")
needs_proc = pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc, to find child processes")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_gallery_is_written_here_and_once(actviz: Run, tmp_path: Path) -> None:
    done = actviz("gallery", *FAMILY)
    assert (done.code, done.out, done.err) == (0, "", f"wrote {len(FILES)} files to gallery\n")
    assert names(tmp_path / "gallery") == {*FILES, NAME}
    done = actviz("gallery", *FAMILY)
    assert (done.code, done.out, done.err) == (0, "", f"all {len(FILES)} files in gallery are current\n")
    (tmp_path / "gallery" / f"{NAMES[0]}.png").unlink()
    assert actviz("gallery", *FAMILY).err == f"wrote 1 files to gallery; {len(FILES) - 1} more were current\n"
    assert actviz("gallery", *FAMILY, "--force").err == f"wrote {len(FILES)} files to gallery\n"


def test_folder_search_theme_format_and_jobs_can_be_chosen(actviz: Run, tmp_path: Path) -> None:
    words = ["a/b", *FAMILY, "--search", "klambauer"]
    assert actviz("gallery", *words).failure == (
        1,
        "no activation fits family 'shrinkage' and text 'klambauer'\n'actviz list' shows every one.",
    )
    done = actviz("gallery", "a/b", "--search", "klambauer", "--theme", "dark", "--image", "svg", "--jobs", "1")
    assert (done.code, done.err) == (0, "wrote 3 files to a/b\n")
    assert b"#14171f" in (tmp_path / "a" / "b" / "selu.svg").read_bytes()
    assert 'src="selu.svg"' in (tmp_path / "a" / "b" / "README.md").read_text(encoding="utf-8")


def test_entries_of_ones_own_are_drawn_in_every_process(tmp_path: Path) -> None:
    block = '[mine_{0}]\ntitle = "Mine {0}"\nsummary = "Mine."\nfamily = "other"\nvalue = "selu(x)*{0}"\n'
    block += 'derivative = "(1.0507 if x > 0 else 1.7581*exp(x))*{0}"\nsource = "folklore"\n'
    own = tmp_path / "own.toml"
    own.write_text("".join(block.format(number) for number in range(2, 16)), encoding="utf-8")
    words = ["--registry", str(own), "gallery", "out", "--search", "mine_", "--jobs", "3"]
    done = process(*words, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"wrote 17 files to out\n")
    assert {f"mine_{number}.png" for number in range(2, 16)} < names(tmp_path / "out")
    assert process(*words, folder=tmp_path).stderr == b"all 17 files in out are current\n"


def test_an_unknown_family_is_told_with_the_nearest_one(actviz: Run) -> None:
    assert actviz("gallery", "--family", "gate").failure == (2, "there is no family 'gate'\nDid you mean 'gated'?")


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


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        ("0", "0 processes cannot draw\nGive a number from 1 on."),
        ("x", "'x' is not a whole number, in '--jobs x'\nWrite digits only."),
    ],
)
def test_a_number_of_processes_that_is_none_is_told(actviz: Run, jobs: str, message: str) -> None:
    assert actviz("gallery", "--jobs", jobs).failure == (2, message)


def test_a_file_in_the_place_of_the_folder_is_told(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "gallery").write_bytes(b"mine")
    code, message = actviz("gallery", *FAMILY).failure
    assert code == 1
    assert re.fullmatch(r"cannot write 'gallery/[\w.-]+': [\w ]+\nChoose another .*\.", message)


def test_an_interruption_exits_with_130(actviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gallery, "write", interrupted)
    done = actviz("gallery")
    assert (done.code, done.out, done.err) == (130, "", "error: interrupted\n")


def children(parent: int) -> set[int]:
    """The processes that a process has started and that still run."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            state, of = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if int(of) == parent and state != "Z":
            found.add(int(entry.name))
    return found


def runs(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def started(folder: Path) -> tuple[subprocess.Popen[bytes], set[int]]:
    """A gallery in the middle of being drawn by two processes, in a session of its own, and these processes."""
    words = [sys.executable, "-m", "actviz", "gallery", "out", "--jobs", "2"]
    running = subprocess.Popen(
        words,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    for _ in range(600):
        if (folder / "out").is_dir() and len(names(folder / "out")) > 4:
            break
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    drawing = children(running.pid)
    assert len(drawing) == 2
    return running, drawing


def whole(folder: Path) -> set[str]:
    """The names of the pictures left, each of which must be whole; what is hidden is not looked at."""
    left = {name for name in names(folder) if not name.startswith(".")} - {NAME}
    for name in left:
        with Image.open(folder / name) as picture:
            picture.load()
    return left


@needs_proc
@pytest.mark.parametrize("to_group", [True, False], ids=["terminal", "kill"])
def test_control_c_leaves_whole_files_no_process_and_one_line(tmp_path: Path, to_group: bool) -> None:
    running, drawing = started(tmp_path)
    (os.killpg if to_group else os.kill)(running.pid, signal.SIGINT)  # a terminal signals the whole group
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, b"", b"error: interrupted\n")
    assert not any(map(runs, drawing))
    left = whole(tmp_path / "out")
    assert [name for name in names(tmp_path / "out") if name.startswith(".")] == []
    assert set(json.loads((tmp_path / "out" / NAME).read_bytes())["files"]) == left
    assert process("gallery", "out", *FAMILY, folder=tmp_path).returncode == 0


@needs_proc
def test_a_kill_leaves_whole_files_and_its_processes_end(tmp_path: Path) -> None:
    running, drawing = started(tmp_path)
    running.kill()
    running.communicate(timeout=60)
    for _ in range(600):
        if not any(map(runs, drawing)):
            break
        time.sleep(0.05)
    assert not any(map(runs, drawing))
    assert whole(tmp_path / "out")
    assert process("gallery", "out", *FAMILY, folder=tmp_path).returncode == 0


def test_a_terminal_sees_progress(tmp_path: Path) -> None:
    code, text = terminal("gallery", *FAMILY, folder=tmp_path)
    assert code == 0
    assert "drawing" in text
    assert text.endswith(f"wrote {len(FILES)} files to gallery\n")


def test_a_terminal_sees_no_progress_where_nothing_is_drawn(tmp_path: Path) -> None:
    process("gallery", *FAMILY, folder=tmp_path)
    assert terminal("gallery", *FAMILY, folder=tmp_path) == (0, f"all {len(FILES)} files in gallery are current\n")


def test_pictures_of_another_selection_are_mentioned(actviz: Run, tmp_path: Path) -> None:
    actviz("gallery", "g", "--search", "thresholded_relu")
    done = actviz("gallery", "g", "--search", "bent_identity")
    assert done.err.splitlines()[-1] == "the pages list this selection only; pictures of another in g: 1"
    assert (tmp_path / "g" / "thresholded_relu.png").exists()
    assert "the pages list" not in actviz("gallery", "alone", "--search", "bent_identity").err
