"""``--terminal``: where it draws, how, and what it does to the words around it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from actviz.api import activations, plot_spec
from actviz.cli.terminal import draws_dots, spelled_out, wants_color
from actviz.figures.compose import compare_spec
from actviz.figures.terminal.braille import draw
from cli.running import Run, environment, process, shell, terminal

CODE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ([], []),
        (["selu", "-d"], ["selu", "-d"]),
        (["selu", "--terminal"], ["selu", "--terminal=curves"]),
        (["--terminal", "selu"], ["--terminal=curves", "selu"]),
        (["--terminal", "image", "selu"], ["--terminal=image", "selu"]),
        (["selu", "--terminal", "image"], ["selu", "--terminal=image"]),
        (["selu", "--terminal=image"], ["selu", "--terminal=image"]),
        (["--terminal", "-d", "image"], ["--terminal=curves", "-d", "image"]),
        (["--", "--terminal", "image"], ["--", "--terminal", "image"]),
    ],
)
def test_only_the_word_image_belongs_to_the_option(words: list[str], written: list[str]) -> None:
    assert spelled_out(words) == written


@pytest.mark.parametrize(
    ("settings", "on_terminal", "colored"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_when_colours_are_used(settings: dict[str, str], on_terminal: bool, colored: bool) -> None:
    assert wants_color(settings, on_terminal) is colored


@pytest.mark.parametrize(
    ("settings", "encoding", "dotted"),
    [
        ({}, "utf-8", True),
        ({}, "ascii", False),
        ({}, "cp1252", False),
        ({}, "no-such-encoding", False),
        ({"LC_ALL": "C"}, "utf-8", False),
        ({"LC_ALL": "POSIX"}, "utf-8", False),
        ({"LC_ALL": "C.UTF-8"}, "utf-8", True),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, "utf-8", True),
        ({"TERM": "dumb"}, "utf-8", False),
    ],
)
def test_when_dots_are_drawn(settings: dict[str, str], encoding: str, dotted: bool) -> None:
    assert draws_dots(settings, encoding) is dotted


@pytest.mark.parametrize("words", [["selu", "-d", "--terminal"], ["--terminal", "selu", "-d"]])
def test_a_pipe_gets_80_by_24_without_colours(actviz: Run, tmp_path: Path, words: list[str]) -> None:
    done = actviz("plot", *words)
    assert (done.code, done.err) == (0, "")
    assert done.out == draw(plot_spec(["selu"], derivative=True), 80, 23)
    assert list(tmp_path.iterdir()) == []


def test_every_choice_of_plot_reaches_the_drawing(actviz: Run) -> None:
    words = ["prelu:alpha=0.1,0.2", "--order", "1", "--wrt", "alpha", "--range", "-3", "2", "--title", "Mine"]
    spec = plot_spec(["prelu:alpha=0.1,0.2"], orders=(1,), wrt="alpha", span=(-3, 2), title="Mine")
    assert actviz("plot", *words, "--terminal").out == draw(spec, 80, 23)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_terminal_is_filled_and_coloured(tmp_path: Path, columns: int) -> None:
    code, text = terminal("plot", "selu", "-d", "--terminal", folder=tmp_path, columns=columns, LINES="30")
    assert code == 0
    assert text == draw(plot_spec(["selu"], derivative=True), columns, 29, color=True)
    lines = CODE.sub("", text).splitlines()
    assert columns - 10 < max(map(len, lines)) <= columns
    assert 25 < len(lines) <= 29


def test_no_color_holds_on_a_terminal(tmp_path: Path) -> None:
    code, text = terminal("plot", "selu", "-d", "--terminal", folder=tmp_path, NO_COLOR="1")
    assert (code, "\x1b" in text) == (0, False)
    assert "a f(x)   b f′(x)" in text


@pytest.mark.parametrize(
    "settings", [{"PYTHONIOENCODING": "ascii"}, {"TERM": "dumb"}, {"LC_ALL": "C", "PYTHONIOENCODING": ""}]
)
def test_ascii_where_there_is_no_better(tmp_path: Path, settings: dict[str, str]) -> None:
    done = process("plot", "selu", "-d", "--terminal", folder=tmp_path, settings=settings)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("ascii") == draw(plot_spec(["selu"], derivative=True), 80, 23, ascii_only=True)


def test_a_reader_may_stop_early(tmp_path: Path) -> None:
    done = shell("actviz plot selu --terminal | head -1", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("SELU ")


def test_a_named_file_is_written_too(actviz: Run, tmp_path: Path) -> None:
    done = actviz("plot", "selu", "--terminal", "-o", "selu.svg")
    assert done.out == draw(plot_spec(["selu"]), 80, 23)
    assert done.err == "wrote selu.svg\n"
    assert [path.name for path in tmp_path.iterdir()] == ["selu.svg"]


def test_compare_draws_below_its_tables(actviz: Run, tmp_path: Path) -> None:
    tables = actviz("compare", "relu", "prelu", "-o", "c.png").out
    done = actviz("compare", "relu", "prelu", "--terminal")
    assert done.out == f"{tables}\n{draw(compare_spec(activations(['relu', 'prelu']), (-5, 5)), 80, 23)}"
    assert done.err == ""
    assert [path.name for path in tmp_path.iterdir()] == ["c.png"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["plot", "selu", "--terminal=picture"],
            "'picture' is no way to draw on a terminal\nWrite '--terminal' or '--terminal image'.",
        ),
        (
            ["plot", "selu", "--terminal", "-o", "-"],
            "--terminal and '-o -' both write to standard output\nGive -o a file, or leave one out.",
        ),
        (
            ["compare", "selu", "elu", "--terminal", "-o", "-"],
            "--terminal and '-o -' both write to standard output\nGive -o a file, or leave one out.",
        ),
        (
            ["compare", "selu", "elu", "--terminal", "--format", "csv"],
            "--terminal draws for people, and '--format csv' is read by programs\nLeave one of them out.",
        ),
        (["plot", "--terminal", "sellu"], "unknown activation 'sellu'\nDid you mean 'selu'?"),
    ],
)
def test_a_wrong_command_line_is_told(actviz: Run, words: list[str], message: str) -> None:
    assert actviz(*words).failure == (2, message)


def test_an_image_needs_a_terminal(tmp_path: Path) -> None:
    done = process("plot", "selu", "--terminal", "image", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == "error: there is no terminal to show an image on\nWrite a file with -o.\n"


_ROOT = Path(__file__).parents[2]


def answering(
    *words: str, folder: Path, answers: dict[bytes, bytes], size: tuple[int, int] = (24, 80), **changes: str
) -> tuple[int, bytes]:
    """The exit code, and what a terminal receives that answers questions so."""
    parent, child = pty.openpty()
    termios.tcsetwinsize(child, size)
    started = subprocess.Popen(
        [sys.executable, "-m", "actviz", *words],
        cwd=folder,
        env=environment(TERM="xterm-256color", PYTHONWARNINGS="default", **changes),
        stdin=child,
        stdout=child,
        stderr=child,
        close_fds=True,
    )
    os.close(child)
    received = b""
    asked = 0
    end = time.monotonic() + 100
    while time.monotonic() < end and (started.poll() is None or select.select([parent], [], [], 0)[0]):
        if not select.select([parent], [], [], 0.05)[0]:
            continue
        try:
            received += os.read(parent, 65536)
        except OSError:  # the other side is closed
            break
        for question, answer in answers.items():
            place = received.find(question, asked)
            if place >= 0:
                asked = place + len(question)
                os.write(parent, answer)
    os.close(parent)
    return started.wait(timeout=100), received


SIXEL = {b"\x1b[c": b"\x1b[?62;4c", b"\x1b[16t": b"\x1b[6;20;10t"}
PLAIN = {b"\x1b[c": b"\x1b[?62c"}


def _kitty(received: bytes) -> bool:
    return b"\x1b_G" in received and b"f=100" in received


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        (SIXEL, lambda received: re.search(rb"\x1bP[0-9;]*q", received) is not None),
        ({b"\x1b[c": b"\x1b[?62c", b"\x1b_G": b"\x1b_Gi=1;OK\x1b\\", b"\x1b[16t": b"\x1b[6;20;10t"}, _kitty),
    ],
    ids=["sixel", "kitty"],
)
def test_an_image_is_shown_where_the_terminal_can(
    tmp_path: Path, answers: dict[bytes, bytes], shown: Callable[[bytes], bool]
) -> None:
    pytest.importorskip("textual_image")
    code, received = answering("plot", "selu", "--terminal", "image", folder=tmp_path, answers=answers)
    assert code == 0
    assert shown(received)
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_without_images_is_told(tmp_path: Path) -> None:
    pytest.importorskip("textual_image")
    code, received = answering("plot", "selu", "--terminal", "image", folder=tmp_path, answers=PLAIN)
    assert code == 1
    assert (
        received.decode()
        .replace("\r\n", "\n")
        .endswith(
            "error: this terminal shows no images, neither by Kitty's protocol nor as Sixel\n"
            "Draw with dots: '--terminal' alone.\n"
        )
    )


def test_an_image_needs_the_library(tmp_path: Path) -> None:
    (tmp_path / "textual_image.py").write_text("raise ImportError")
    words = ["plot", "selu", "--terminal", "image"]
    code, received = answering(*words, folder=tmp_path, answers={}, PYTHONPATH=f"{tmp_path}:{_ROOT}")
    assert (code, received.decode().replace("\r\n", "\n")) == (
        1,
        "error: to show images on a terminal takes the package textual-image, of the extra 'images'\n"
        "Install it with 'pip install textual-image', or draw with dots: '--terminal' alone.\n",
    )


def test_a_terminal_without_a_size_is_told(tmp_path: Path) -> None:
    code, received = answering("plot", "selu", "--terminal", "image", folder=tmp_path, answers={}, size=(0, 0))
    assert (code, received.decode().replace("\r\n", "\n")) == (
        1,
        "error: the terminal does not say how large it is\n"
        "Set it with 'stty columns 80 rows 24', or write a file with -o.\n",
    )
