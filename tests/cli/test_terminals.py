"""Terminals wide and narrow, with and without colours and letters; pipes, and files that resist."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actviz.writing.ascii import writable
from cli.running import Run, environment, process, shell, terminal

PLAIN: dict[str, Any] = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("command", ["table selu elu --at -1.25,1e-300,2", "compare elu selu", "config", "cite relu"])
def test_no_number_is_cut_and_no_word_is_lost(tmp_path: Path, command: str, columns: int) -> None:
    code, text = terminal(*command.split(), folder=tmp_path, columns=columns)
    assert code == 0
    assert "…" not in text
    piped = process(*command.split(), folder=tmp_path).stdout.decode()
    numbers = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])", piped)
    assert {number for number in numbers if number not in text} == set()


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("command", ["table selu elu --at -1.25,1e-300,2", "info gelu", "--help", "table --help", ""])
def test_nothing_is_wider_than_the_terminal(tmp_path: Path, command: str, columns: int) -> None:
    _, text = terminal(*command.split(), folder=tmp_path, columns=columns)
    widest = max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in text.splitlines())
    longest = max(map(len, text.split()))
    assert widest <= max(columns, longest + 8, 50)


@pytest.mark.parametrize("settings", [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
@pytest.mark.parametrize("command", ["table relu --at 1", "compare relu elu", "--help", "info relu", "plot selux"])
def test_no_colour_where_none_is_wanted(tmp_path: Path, command: str, settings: dict[str, str]) -> None:
    done = shell(f"script -qec 'actviz {command}' /dev/null", tmp_path, **settings)
    kept: dict[str, Any] = {name: value for name, value in settings.items() if name != "TERM"}
    _, text = terminal(*command.split(), folder=tmp_path, **kept)
    assert not re.search(r"\x1b\[(\d+;)*[349]\d", text + done.stdout)


@pytest.mark.parametrize("command", ["table relu --at 1", "list --family shrinkage", "compare relu elu", "--help"])
def test_a_pipe_is_never_coloured_boxed_or_cut(tmp_path: Path, command: str) -> None:
    plain = process(*command.split(), folder=tmp_path).stdout
    forced = process(*command.split(), folder=tmp_path, FORCE_COLOR="1", TERM="xterm-256color", COLUMNS="80").stdout
    assert b"\x1b" not in forced
    assert command == "--help" or plain == forced


@pytest.mark.parametrize(
    "command",
    ["list", "info prelu", "derive selu", "compare relu elu", "cite gish", "config", "table prelu --wrt alpha --at 1"],
)
def test_an_ascii_terminal_gets_ascii(tmp_path: Path, command: str) -> None:
    code, text = terminal(*command.split(), folder=tmp_path, **PLAIN)
    assert code == 0
    assert text.isascii()
    assert "?" not in text
    piped = process(*command.split(), folder=tmp_path, settings=PLAIN)
    assert (piped.returncode, piped.stdout.isascii()) == (0, True)


def test_a_definition_by_cases_is_aligned_in_ascii(tmp_path: Path) -> None:
    done = process("info", "selu", folder=tmp_path, settings=PLAIN)
    assert done.stdout.decode().split("\n\n")[1:3] == [
        "       / lambda x                 x > 0\nf(x) = {\n       \\ lambda alpha (e^x - 1)   otherwise",
        "        / lambda             x > 0\nf'(x) = {\n        \\ lambda alpha e^x   otherwise",
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("λα(eˣ − 1)", "lambda alpha (e^x - 1)"),
        ("Φ(x) + x·φ(x)", "Phi(x) + x*phi(x)"),
        ("∂f/∂α(x)", "df/dalpha(x)"),
        ("x⁻¹ + x²", "x^(-1) + x^2"),
        ("2/√π", "2/sqrt(pi)"),
        ("f″ ≤ ∞", "f'' <= inf"),
        ("Bélisle, Yeroğlu", "Belisle, Yeroglu"),
        ("x → ±1 ≠ 2 …", "x -> +-1 != 2 ..."),
        ("山 \ud800", "? ?"),
        ("α = 1     ok", "alpha = 1 ok".replace("1 ok", "1  ok")),
        ("", ""),
    ],
)
def test_mathematics_is_spelled_in_ascii(text: str, plain: str) -> None:
    assert writable(text, "ascii") == plain


def test_what_an_encoding_has_stays() -> None:
    assert writable("Bélisle ± λ²", "latin-1") == "Bélisle ± lambda ²"
    assert writable("λ\ud800", "utf-8") == "λ?"


def test_everything_the_registry_says_has_an_ascii_form() -> None:
    from actviz.registry.loader import BUILT_IN

    assert "?" not in writable(BUILT_IN.read_text(encoding="utf-8").replace("?", ""), "ascii")


# Pipes and files


@pytest.mark.parametrize(
    ("line", "out"),
    [
        ("actviz list --format json | python3 -c 'import json,sys; print(len(json.load(sys.stdin)) > 100)'", "True\n"),
        ("actviz table selu --range -5 5 --points 200000 --format csv | head -1", "x,selu,selu'\n"),
        ("seq -1 1 | actviz table relu --input - --format csv --order 0", "x,relu\n-1.0,0.0\n0.0,0.0\n1.0,1.0\n"),
        ("actviz plot identity -o - | head -c 4 | od -An -c", r" 211   P   N   G" + "\n"),
        (
            "seq 300000 | actviz table relu --input - --format json | head -2 | tail -1",
            '  {"x": 1.0, "relu": 1.0, "relu\'": 1.0},\n',
        ),
        ("yes 1 | actviz table relu --input - --format csv | head -2 | tail -1", "1.0,1.0,1.0\n"),
    ],
)
def test_pipes_work_without_noise(tmp_path: Path, line: str, out: str) -> None:
    done = shell(line, tmp_path)
    assert (done.stdout, done.stderr) == (out, "")


def test_an_image_in_a_pipe_is_read_by_imagemagick(tmp_path: Path) -> None:
    if not Path("/usr/bin/convert").exists():
        pytest.skip("there is no ImageMagick here")
    done = shell("actviz plot identity -o - | /usr/bin/convert - out.jpg", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out.jpg").read_bytes().startswith(b"\xff\xd8")


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder in which even root cannot write."""
    folder = tmp_path / "sealed"
    folder.mkdir()
    (folder / "old.png").write_bytes(b"old")
    folder.chmod(0o555)
    sealed = os.getuid() != 0 or (
        shutil.which("chattr") is not None
        and subprocess.run(["chattr", "+i", str(folder)], capture_output=True).returncode == 0
    )
    if not sealed:
        pytest.skip("no folder can be sealed here")
    yield folder
    if os.getuid() == 0:
        subprocess.run(["chattr", "-i", str(folder)], check=True)
    folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_to(actviz: Run, read_only: Path) -> None:
    for words in (["plot", "identity", "-o", "sealed/new.png"], ["plot", "identity", "-o", "sealed/old.png"]):
        code, message = actviz(*words).failure
        assert code == 1
        assert re.fullmatch(rf"cannot write '{words[-1]}': [A-Z][\w ]+\nChoose another place with -o\.", message)
    assert (read_only / "old.png").read_bytes() == b"old"


@pytest.mark.parametrize("command", ["plot relu -o file/a.png", "table relu -o file/a.csv", "gallery file"])
def test_a_file_where_a_folder_is_needed(actviz: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_bytes(b"old")
    code, message = actviz(*command.split()).failure
    assert code == 1
    assert message.startswith("cannot write 'file")


def test_a_folder_where_a_file_is_needed(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    for words in (["plot", "relu"], ["compare", "relu", "elu"]):
        code, message = actviz(*words, "-o", "x.png").failure
        assert (code, message.splitlines()[0]) == (1, "cannot write 'x.png': it is a folder")
    assert actviz("table", "relu", "--input", "x.png").failure == (
        1,
        "cannot read 'x.png': Is a directory\nName a file of numbers, one a line.",
    )
    assert actviz("--registry", "x.png", "list").failure == (1, "cannot read the registry 'x.png': Is a directory")


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
@pytest.mark.parametrize("words", [["plot", "relu", "-o", "f.png"], ["table", "relu", "-o", "f.txt"]])
def test_a_file_that_is_replaced_keeps_its_mode(actviz: Run, tmp_path: Path, mode: int, words: list[str]) -> None:
    path = tmp_path / words[-1]
    path.write_bytes(b"old")
    path.chmod(mode)
    assert actviz(*words).code == 0
    assert path.stat().st_mode & 0o777 == mode
    assert path.read_bytes() != b"old"


def test_several_outputs_are_written_from_one_figure(actviz: Run, tmp_path: Path) -> None:
    done = actviz("plot", "selu", "-o", "a.png", "-o", "b.svg", "-o", "a.png")
    assert (done.code, done.out, done.err) == (0, "", "wrote a.png\nwrote b.svg\n")
    actviz("plot", "selu", "-o", "alone.svg")
    same = (tmp_path / "b.svg").read_bytes() == (tmp_path / "alone.svg").read_bytes()
    assert same
    done = actviz("compare", "selu", "elu", "-o", "c.pdf", "-o", "d.png", "-q")
    assert (done.code, done.err) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "b.svg", "alone.svg", "c.pdf", "d.png"}


def test_of_several_outputs_none_is_written_when_one_has_no_image_suffix(actviz: Run) -> None:
    assert actviz("plot", "selu", "-o", "a.png", "-o", "b.txt").failure == (
        2,
        "'.txt' images are not written\nUse .png, .svg, .pdf or .pgf.",
    )


@pytest.mark.parametrize("command", ["plot identity", "compare relu identity -q", "gallery here --family polynomial"])
def test_a_backend_that_does_not_exist_does_not_matter_to_files(tmp_path: Path, command: str) -> None:
    done = process(*command.split(), folder=tmp_path, MPLBACKEND="nonsense")
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


def test_a_backend_that_does_not_exist_is_told_where_a_window_is_wanted(tmp_path: Path) -> None:
    done = process("plot", "identity", "--show", folder=tmp_path, MPLBACKEND="nonsense")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        "error: matplotlib knows no backend 'nonsense', in the environment variable MPLBACKEND\nUnset it.\n"
    )


def test_open_hands_the_file_to_the_desktop(tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text('#!/bin/sh\necho "$1" >> opened\n', encoding="utf-8")
    opener.chmod(0o755)
    done = process(
        "plot",
        "identity",
        "-o",
        "a.png",
        "-o",
        "b.svg",
        "--open",
        folder=tmp_path,
        PATH=f"{tmp_path}:{os.environ['PATH']}",
    )
    assert (done.returncode, done.stderr) == (0, b"wrote a.png\nwrote b.svg\n")
    assert set((tmp_path / "opened").read_text().splitlines()) == {str(tmp_path / "a.png"), str(tmp_path / "b.svg")}


def test_open_without_a_desktop_is_told_and_the_file_is_there(tmp_path: Path) -> None:
    done = process("plot", "identity", "--open", folder=tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "wrote identity.png\nerror: there is no desktop here to open 'identity.png' with\n"
        "The file is written; open it by hand.\n"
    )
    assert (tmp_path / "identity.png").exists()


def test_what_the_opener_complains_of_is_not_passed_on(tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text("#!/bin/sh\necho noise; echo noise >&2; exit 3\n", encoding="utf-8")
    opener.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = process("plot", "identity", "-q", "--open", folder=tmp_path, PATH=path)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        "error: there is no desktop here to open 'identity.png' with\nThe file is written; open it by hand.\n"
    )


def test_open_with_standard_output_is_told(tmp_path: Path) -> None:
    done = process("plot", "identity", "-o", "-", "--open", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"error: --open opens a file, and none is written\nName a file after -o.\n"


# Streaming


def test_a_long_input_is_read_evaluated_and_written_in_blocks(tmp_path: Path) -> None:
    count = 1_000_000
    (tmp_path / "x.txt").write_text("\n".join(map(str, range(count))), encoding="utf-8")
    np.save(tmp_path / "x.npy", np.arange(count, dtype=float))
    limit = 700 << 20  # address space: libraries take most of it; all rows at once would take over 1 GB

    def bounded() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    for source in ("x.txt", "x.npy"):
        words = ["table", "relu", "--input", source, "--order", "0", "--format", "csv", "-o", f"{source}.csv"]
        done = subprocess.run(
            [sys.executable, "-m", "actviz", *words],
            cwd=tmp_path,
            env=environment(OPENBLAS_NUM_THREADS="1"),
            capture_output=True,
            preexec_fn=bounded,
            timeout=100,
        )
        assert (done.returncode, done.stderr.decode()) == (0, f"wrote {source}.csv\n")
        with (tmp_path / f"{source}.csv").open() as lines:
            assert sum(1 for _ in lines) == count + 1
    assert (tmp_path / "x.txt.csv").read_bytes() == (tmp_path / "x.npy.csv").read_bytes()


def test_blocks_join_without_a_seam(actviz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.txt").write_text("\n".join(map(str, range(7))) + "\n\n", encoding="utf-8")
    words = ("table", "selu", "--input", "x.txt", "--format")
    whole = {name: actviz(*words, name).out for name in ("csv", "json", "markdown", "rich")}
    monkeypatch.setattr("actviz.cli.points.BLOCK", 3)
    assert {name: actviz(*words, name).out for name in whole} == whole


def test_a_mistake_late_in_a_long_input_names_its_line_and_leaves_no_file(
    actviz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actviz.cli.points.BLOCK", 3)
    (tmp_path / "x.txt").write_text("1\n" * 7 + "\nten\n", encoding="utf-8")
    assert actviz("table", "selu", "--input", "x.txt", "--format", "csv", "-o", "out.csv").failure == (
        1,
        "'x.txt', line 9: 'ten' is not a number\nNumbers stand between line breaks, blanks or commas.",
    )


@pytest.mark.parametrize("given", ["--at", "--input"])
def test_points_cut_up_a_range_only(actviz: Run, given: str) -> None:
    assert actviz("table", "selu", given, "1", "--points", "3").failure == (
        2,
        f"--points cuts up a range, and {given} names the points\nGive one of them.",
    )
