"""The import budget: what a command loads, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "matplotlib", "matplotlib.pyplot", "sympy", "mpmath", "flint", "rich", "PIL", "plotille")

_IMPORT = "import actviz"
_RUN = "from actviz.cli.app import run; code = run({words!r}); assert code == 0, code"
_REPORT = "\nimport sys; sys.stderr.write(' '.join(name for name in {heavy!r} if name in sys.modules))"


def loaded(statement: str, folder: Path, **environment: str) -> set[str]:
    """Which of `HEAVY` a statement loads in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", statement + _REPORT.format(heavy=HEAVY)],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONWARNINGS": "error"} | environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return set(done.stderr.replace("\n", " ").split()) & set(HEAVY)


def by_command(*words: str, folder: Path) -> set[str]:
    return loaded(_RUN.format(words=list(words)), folder)


def test_importing_the_library_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded(_IMPORT, tmp_path) == set()


def test_the_version_and_the_names_of_the_library_load_nothing_heavy(tmp_path: Path) -> None:
    assert loaded("import actviz; actviz.__version__; dir(actviz); actviz.ActvizError", tmp_path) == set()


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["-h"]])
def test_help_and_version_load_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    assert by_command(*words, folder=tmp_path) == set()


@pytest.mark.parametrize(
    "command", ["list", "info", "plot", "derive", "table", "compare", "gallery", "propagate", "distribution", "train"]
)
def test_the_help_of_a_command_loads_nothing_heavy(tmp_path: Path, command: str) -> None:
    assert by_command(command, "--help", folder=tmp_path) == set()


@pytest.mark.parametrize(
    ("line", "number", "word"),
    [
        ("actviz pl", 1, "plot"),
        ("actviz plot sel", 2, "selu"),
        ("actviz plot torch.nn.LeakyR", 2, "torch.nn.LeakyReLU"),
        ("actviz plot selu : alpha =", 5, "1.6732632423543772"),
        ("actviz list --family po", 3, "polynomial"),
    ],
)
def test_completion_loads_nothing_heavy(tmp_path: Path, line: str, number: int, word: str) -> None:
    statement = (
        "import atexit, sys\n"
        f"atexit.register(lambda: sys.stderr.write(' '.join(name for name in {HEAVY!r} if name in sys.modules)))\n"
        "from actviz.cli.app import run\nrun([])"
    )
    done = subprocess.run(
        [sys.executable, "-c", statement],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "_ACTVIZ_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(number),
        },
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.stdout.split() == [word]
    assert done.stderr == ""


@pytest.mark.parametrize("words", [["selu", "--at", "1"], ["prelu:alpha=0.1,0.2"], ["selu", "elu", "--digits", "3"]])
def test_a_table_loads_numpy_and_balls_and_nothing_else(tmp_path: Path, words: list[str]) -> None:
    assert by_command("table", *words, "--format", "csv", folder=tmp_path) == {"numpy", "flint"}


def test_a_table_in_a_pipe_needs_no_rich(tmp_path: Path) -> None:
    assert "rich" not in by_command("table", "selu", "--at", "1", folder=tmp_path)


@pytest.mark.parametrize("target", ["numpy", "torch", "jax", "c", "javascript", "sympy", "expression"])
def test_code_is_written_without_sympy_or_the_framework(tmp_path: Path, target: str) -> None:
    statement = f"import actviz; from actviz.code import source; source(actviz.get('selu').curve(1), {target!r})"
    statement += "; import sys; assert not {'torch', 'jax'} & set(sys.modules)"
    assert loaded(statement, tmp_path) <= {"numpy", "flint"}


def test_a_list_loads_nothing_heavy_but_numpy(tmp_path: Path) -> None:
    assert by_command("list", folder=tmp_path) <= {"numpy"}


@pytest.mark.parametrize("words", [["selu", "-d"], ["prelu:alpha=0.01,0.25", "-d"], ["thresholded_relu", "-d"]])
def test_a_plot_loads_neither_sympy_nor_pyplot_nor_rich(tmp_path: Path, words: list[str]) -> None:
    assert by_command("plot", *words, folder=tmp_path) <= {"numpy", "flint", "matplotlib", "PIL"}
    assert len(list(tmp_path.glob("*.png"))) == 1


@pytest.mark.parametrize(
    "words", [["selu", "-d"], ["prelu:alpha=0.01,0.25", "-d"], ["gelu", "silu", "mish", "-d"], ["x*sigmoid(x)"]]
)
def test_a_drawing_on_the_terminal_loads_no_more_than_it_needs(tmp_path: Path, words: list[str]) -> None:
    assert by_command("plot", *words, "--terminal", folder=tmp_path) == {"numpy", "flint", "plotille"}


def test_a_comparison_on_the_terminal_loads_no_matplotlib(tmp_path: Path) -> None:
    words = ["compare", "relu", "elu", "--terminal"]
    assert not by_command(*words, folder=tmp_path) & {"matplotlib", "PIL", "rich", "sympy", "mpmath"}


def test_a_gallery_loads_neither_sympy_nor_pyplot_nor_rich(tmp_path: Path) -> None:
    words = ["gallery", "--search", "klambauer"]
    assert by_command(*words, folder=tmp_path) <= {"numpy", "flint", "matplotlib", "PIL"}


def test_a_gallery_that_is_current_loads_nothing_heavy(tmp_path: Path) -> None:
    by_command("gallery", folder=tmp_path)
    assert by_command("gallery", folder=tmp_path) == set()


def test_the_check_sees_what_is_loaded(tmp_path: Path) -> None:
    assert by_command("derive", "selu", folder=tmp_path) >= {"numpy", "sympy", "mpmath"}
    assert loaded("import matplotlib.pyplot", tmp_path) >= {"matplotlib.pyplot", "numpy"}
