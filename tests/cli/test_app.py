"""The application: help, version, errors, exit codes, and streams that fail."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference import model_files
from typer.main import get_command

import actviz as library
from actviz.cli import app, derive, options
from actviz.cli.app import COMMANDS
from actviz.cli.examples import EXAMPLES, WELCOME
from actviz.code import TARGETS
from actviz.figures.spec import THEMES
from actviz.writing.tables import FORMATS
from cli.running import Done, Run, process, shell, terminal

OPTIONS = {
    "list": ["--family", "--search", "--format", "--output"],
    "info": ["--format", "--output"],
    "plot": [
        *("--derivative", "--order", "--wrt", "--range", "--output", "--theme", "--size", "--dpi", "--title"),
        *("--no-function", "--no-formula", "--show", "--open"),
    ],
    "derive": ["--order", "--wrt", "--at", "--as", "--output"],
    "table": ["--at", "--range", "--points", "--input", "--order", "--wrt", "--digits", "--format", "--output"],
    "compare": [
        *(
            "--range",
            "--output",
            "--theme",
            "--size",
            "--dpi",
            "--digits",
            "--format",
            "--relative",
            "--ulp",
            "--dtype",
        ),
        *("--tolerance", "--exit-code"),
    ],
    "check": [
        *("--dtype", "--derivative", "--backward", "--with", "--against", "--range", "--points", "--max-ulp"),
        *("--max-abs", "--max-rel", "--device", "--exhaustive", "--state", "--jobs", "--write-grid", "--output"),
    ],
    "identify": ["--tolerance", "--range", "--with", "--digits", "--format", "--output"],
    "model": ["--layers", "--learned", "--specs", "--format", "--output", "--theme", "--size", "--dpi"],
    "approximate": [
        *("--pieces", "--table", "--polynomial", "--rational", "--fit", "--range", "--norm", "--knots", "--continuous"),
        *("--lookup", "--int8", "--dtype", "--tails", "--input", "--as", "--format", "--output", "--theme", "--size"),
    ],
    "distribution": ["--normal", "--input", "--key", "--axis", "--below", "--format", "--output", "--terminal"],
    "propagate": [
        *(
            "--depth",
            "--width",
            "--networks",
            "--init",
            "--bias-std",
            "--norm",
            "--batch",
            "--input-mean",
            "--input-std",
        ),
        *("--correlation", "--seed", "--map", "--backend", "--device", "--format", "--output", "--terminal"),
    ],
    "train": [
        "--data",
        "--depth",
        "--width",
        "--lr",
        "--epochs",
        "--norm",
        "--seeds",
        "--init",
        "--format",
        "--output",
    ],
    "cite": ["--format", "--output"],
    "gallery": ["--family", "--search", "--theme", "--image", "--jobs", "--force"],
    "config": ["--format", "--output"],
}


def test_every_command_of_the_design_is_here() -> None:
    assert list(COMMANDS) == list(OPTIONS)


LEAST = 50  # columns: the parser breaks lines no shorter than this, so that a column of words stays readable


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("command", OPTIONS)
def test_help_names_every_option_and_fits_the_terminal(
    actviz: Run, monkeypatch: pytest.MonkeyPatch, command: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    done = actviz(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert re.match(rf"Usage: actviz {command}\s+\[OPTIONS\]", done.out)
    assert set(OPTIONS[command]) | {"-h", "--help", "-q", "--quiet"} <= set(
        re.findall(r"(?<!\w)--?[a-z0-9-]+", done.out)
    )
    assert all(len(line) <= max(columns, LEAST) for line in done.out.splitlines())
    assert "\x1b" not in done.out


@pytest.mark.parametrize("command", OPTIONS)
def test_help_on_a_narrow_terminal_has_every_word_whole(
    actviz: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    words = []
    for columns in ("40", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        words.append(re.sub(r"(?<=\w-)\s+", "", actviz(command, "--help").out).split())  # a hyphen may end a line
    assert words[0] == words[1]


@pytest.mark.parametrize("columns", [40, 80])
def test_help_names_every_command_and_fits_the_terminal(
    actviz: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    done = actviz("--help")
    assert (done.code, done.err) == (0, "")
    assert set(OPTIONS) <= set(done.out.split())
    assert "prelu:alpha=0.05" in done.out
    assert all(len(line) <= max(columns, LEAST) for line in done.out.splitlines())


@pytest.mark.parametrize("columns", ["40", "80"])
def test_help_says_of_every_command_the_whole_sentence(
    actviz: Run, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown = " ".join(actviz("--help").out.split())
    for command in COMMANDS:
        sentence = " ".join(actviz(command, "--help").out.split("\n\n")[1].split())
        assert f"{command} {sentence}" in shown


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_has_a_short_form(actviz: Run, word: str) -> None:
    assert actviz(word).out == actviz("--help").out
    assert actviz("table", word).out == actviz("table", "--help").out


@pytest.mark.parametrize("command", OPTIONS)
def test_help_says_in_a_sentence_what_the_command_does(actviz: Run, command: str) -> None:
    sentence = " ".join(actviz(command, "--help").out.split("\n\n")[1].split())
    assert sentence[0].isupper()
    assert sentence.endswith(".")


def test_no_words_are_welcomed_with_three_things_to_try_which_work(actviz: Run) -> None:
    done = actviz()
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) < 15
    assert "'actviz --help'" in done.out
    tries = re.findall(r"^  actviz (\w.*)$", done.out, re.MULTILINE)
    assert tries == [command.removeprefix("actviz ") for command, _ in WELCOME]
    assert len(tries) == 3
    assert all(actviz(*shlex.split(words)).code == 0 for words in tries)


ACTS = """
import numpy as np

def gelu(x):
    return 0.5 * x * (1 + np.tanh(0.79788456 * (x + 0.044715 * x**3)))

def f(x):
    return np.tanh(x)
"""
EVERY_EXAMPLE = [example for examples in EXAMPLES.values() for example in examples]


def test_every_command_has_examples_in_its_help(actviz: Run) -> None:
    assert set(EXAMPLES) == set(COMMANDS)
    for command, examples in EXAMPLES.items():
        shown = actviz(command, "--help").out.partition("\nExamples:\n")[2]
        assert shown.splitlines() == [f"  {example}" for example in examples]
        assert all(f"actviz {command}" in example for example in examples)


def _write_models(folder: Path) -> None:
    """The model files that examples name."""
    nodes = [model_files.onnx_node("PRelu", ["x", "slope"], "y"), model_files.onnx_node("Relu", ["y"], "z")]
    (folder / "network.onnx").write_bytes(
        model_files.onnx_model(model_files.onnx_graph(nodes, {"slope": [0.1, -0.2]}, ["z"]))
    )
    for name in ("before.onnx", "after.onnx"):
        (folder / name).write_bytes((folder / "network.onnx").read_bytes())


@pytest.mark.parametrize("example", EVERY_EXAMPLE)
def test_every_example_works(tmp_path: Path, example: str) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text("#!/bin/sh\n", encoding="utf-8")
    opener.chmod(0o755)
    if example.startswith("actviz train "):
        pytest.importorskip("torch")
    np.save(tmp_path / "layer.npy", np.random.default_rng(0).normal(size=(40, 3)))
    if example.startswith(("actviz model ", "actviz plot $(actviz model")):
        _write_models(tmp_path)
    (tmp_path / "acts.py").write_text(ACTS, encoding="utf-8")
    x = np.linspace(-4, 4, 81)
    np.save(tmp_path / "xy.npy", np.stack([x, np.tanh(x)]))
    np.savetxt(tmp_path / "xy.csv", np.column_stack([x, np.tanh(x)]), delimiter=",")
    done = shell(example, tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr


@pytest.mark.parametrize("command", OPTIONS)
def test_every_option_is_explained_in_a_sentence(command: str) -> None:
    built: Any = get_command(app.app)
    built = built.get_command(None, command)
    for parameter in built.params:
        assert re.fullmatch(r"[A-Z'].*\.", parameter.help), parameter.name


def test_help_has_only_characters_that_every_terminal_has(actviz: Run) -> None:
    assert all(actviz(*words, "--help").out.isascii() for words in [[], *[[command] for command in COMMANDS]])


def test_help_needs_no_settings(actviz: Run, tmp_path: Path) -> None:
    plain = actviz("plot", "--help").out
    (tmp_path / "pyproject.toml").write_text("[tool.actviz]\ndpi = 300\nnonsense = 1", encoding="utf-8")
    assert actviz("plot", "--help").out == plain
    assert actviz().code == 0


@pytest.mark.parametrize(
    "words", [["-q", "plot", "identity"], ["plot", "identity", "-q"], ["plot", "--quiet", "identity"]]
)
def test_quiet_says_nothing(actviz: Run, tmp_path: Path, words: list[str]) -> None:
    assert actviz(*words) == Done(0, "", "")
    assert (tmp_path / "identity.png").exists()
    assert actviz("plot", "identity").err == "wrote identity.png\n"  # it holds for one run


def test_quiet_lets_errors_and_results_through(actviz: Run) -> None:
    assert actviz("plot", "selux", "-q").failure == (2, "unknown activation 'selux'\nDid you mean 'selu'?")
    assert actviz("table", "relu", "--at", "1", "-q").out == "x  relu  relu'\n1     1      1\n"


def test_the_version(actviz: Run) -> None:
    assert actviz("--version").out == f"actviz {library.__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["selux"], "there is no command 'selux'\n'actviz --help' lists every command."),
        ([""], "there is no command ''\n'actviz --help' lists every command."),
        (["Plot", "selu"], "there is no command 'Plot'\nDid you mean 'actviz plot'?"),
        (["comapre", "relu", "selu"], "there is no command 'comapre'\nDid you mean 'actviz compare'?"),
        (
            ["torch.nn.GELU"],
            "'torch.nn.GELU' is a function, and a command must come first\n"
            "Write 'actviz plot torch.nn.GELU' or 'actviz info torch.nn.GELU'.",
        ),
        (
            ["x*tanh(x)", "-d"],
            "'x*tanh(x)' is a function, and a command must come first\n"
            "Write \"actviz plot 'x*tanh(x)'\" or \"actviz info 'x*tanh(x)'\".",
        ),
        (["--bogus"], "there is no option '--bogus'\n'actviz --help' shows what can be written."),
        (["--regsitry", "a"], "there is no option '--regsitry'\nDid you mean '--registry'?"),
        (["plot", "--derivativ", "selu"], "there is no option '--derivativ'\nDid you mean '--derivative'?"),
        (["plot", "selu", "--font", "2"], "there is no option '--font'\nDid you mean '--font-scale'?"),
        (["plot", "selu", "-derivative"], "there is no option '-derivative'\nDid you mean '-d' or '--derivative'?"),
        (
            ["plot", "prelu", "--alpha", "0.1"],
            "there is no option '--alpha'\nParameters follow a colon: 'prelu:alpha=0.1'.",
        ),
        (
            ["plot", "relu", "elu:scale=2", "--alpha=0.1"],
            "there is no option '--alpha'\nParameters follow a colon: 'elu:scale=2:alpha=0.1'.",
        ),
        (
            ["plot", "leaky_swish", "--registry", "my.toml", "-d"],
            "there is no option '--registry'\n"
            "It goes before the command: 'actviz --registry my.toml plot leaky_swish -d'.",
        ),
        (
            ["plot", "x if x > 0 else 0", "--registry=my.toml"],
            "there is no option '--registry'\n"
            "It goes before the command: \"actviz --registry=my.toml plot 'x if x > 0 else 0'\".",
        ),
        (
            ["plot", "selu", "--version"],
            "there is no option '--version'\nIt goes before the command: 'actviz --version'.",
        ),
        (["compare", "relu", "-relu"], "there is no option '-r'\n'actviz compare --help' shows what can be written."),
        (
            ["table", "-abs(x)", "--at", "1"],
            "there is no option '-a'\nIf it is a formula, put it into parentheses: '(-abs(x))'.",
        ),
    ],
)
def test_an_unknown_command_or_option_gets_what_to_type(actviz: Run, words: list[str], message: str) -> None:
    assert actviz(*words).failure == (2, message)


@pytest.mark.parametrize(
    ("words", "named", "hint"),
    [
        (["plot", "selu", "--theme", "drak"], "'drak'", "Did you mean 'dark'?"),
        (["derive", "selu", "--as", "pytorch"], "'pytorch'", "Did you mean 'torch'?"),
        (["table", "selu", "--format", "CSVV"], "'CSVV'", "Did you mean 'csv'?"),
        (["plot", "selu", "--size", "3.3"], "--size", "It takes two numbers, as in '--size 4 3'."),
        (["plot", "selu", "--range", "-5"], "--range", "It takes two numbers, as in '--range -5 5'."),
        (["list", "gated"], "gated", "Write 'actviz list --family gated'."),
        (["list", "hochreiter"], "hochreiter", "Write 'actviz list --search hochreiter'."),
        (["list", "hard", "swish"], "hard swish", "Write 'actviz list --search \"hard swish\"'."),
        (["info"], "SPEC", "Name a function, as in 'actviz info selu'."),
        (["compare"], "SPEC", "Name a function, as in 'actviz compare relu prelu'."),
    ],
)
def test_a_missing_or_wrong_value_gets_what_to_type(actviz: Run, words: list[str], named: str, hint: str) -> None:
    code, message = actviz(*words).failure
    text, _, last = message.rpartition("\n")
    assert (code, last) == (2, hint)
    assert named in text


@pytest.mark.parametrize("words", [["--range", "-1,2", "relu"], ["relu", "--range", "-1,2"]])
def test_two_numbers_may_have_a_comma_between_them(actviz: Run, words: list[str]) -> None:
    assert actviz("table", *words).out == actviz("table", "relu", "--range", "-1", "2").out


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("list", "[OPTIONS]"),
        ("info", "[OPTIONS] SPEC"),
        ("plot", "[OPTIONS] SPEC..."),
        ("derive", "[OPTIONS] SPEC"),
        ("table", "[OPTIONS] SPEC..."),
        ("compare", "[OPTIONS] SPEC..."),
        ("cite", "[OPTIONS] SPEC..."),
        ("gallery", "[OPTIONS] [DIR]"),
        ("config", "[OPTIONS]"),
    ],
)
@pytest.mark.parametrize("columns", ["40", "80"])
def test_usage_is_one_line_without_braces(
    actviz: Run, monkeypatch: pytest.MonkeyPatch, command: str, usage: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert actviz(command, "--help").out.startswith(f"Usage: actviz {command} {usage}\n\n")


def test_python_runs_the_package_and_its_exit_code(tmp_path: Path) -> None:
    done = process("plot", "selux", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"error: unknown activation 'selux'\nDid you mean 'selu'?\n"


def test_the_script_is_installed(tmp_path: Path) -> None:
    done = shell('"$(dirname "$PYTHON")/actviz" --version', tmp_path, PYTHON=sys.executable)
    assert (done.stdout, done.stderr) == (f"actviz {library.__version__}\n", "")


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("actviz.writing.entries.listing", broken)
    with pytest.raises(ZeroDivisionError):
        app.run(["list"])


def test_choices_are_those_of_the_library() -> None:
    assert tuple(options.Theme) == THEMES
    assert list(options.Format) == ["rich", *FORMATS]
    assert len(derive.Notation) == 4 + len(TARGETS)
    assert {*derive.Notation} >= {*TARGETS}


def test_negative_numbers_are_values_and_not_options(actviz: Run) -> None:
    out = actviz("table", "identity", "--range", "-5", "-.5", "--points", "2", "--order", "0", "--format", "csv").out
    assert out == "x,identity\n-5.0,-5.0\n-0.5,-0.5\n"
    out = actviz("table", "identity", "--at", "-1e-3,-2", "--order", "0", "--format", "csv").out
    assert out == "x,identity\n-0.001,-0.001\n-2.0,-2.0\n"


def test_an_expression_that_begins_with_a_minus_follows_two_dashes(actviz: Run) -> None:
    assert actviz("table", "--at", "2", "--order", "0", "--format", "csv", "--", "-x").out == "x,-x\n2.0,-2.0\n"


def test_results_go_to_standard_output_and_remarks_to_standard_error(tmp_path: Path) -> None:
    done = process("compare", "relu", "elu", folder=tmp_path)
    assert done.stdout.startswith(b"ReLU and ELU differ")
    assert done.stderr == b"wrote relu-vs-elu.png\n"


@pytest.mark.parametrize(
    "command",
    [
        "list",
        "info selu",
        "table selu --range -5 5 --points 50000 --format csv",
        "table selu --range -5 5 --points 50000 --format json",
        "derive selu",
        "plot relu -o -",
        "--help",
    ],
)
def test_a_reader_who_leaves_early_is_no_error(tmp_path: Path, command: str) -> None:
    done = shell(f"actviz {command} | true; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.parametrize("command", ["list", "derive relu", "plot relu -o -", "--help", "table relu --format json"])
def test_a_full_disk_is_one_message_and_exit_code_1(tmp_path: Path, command: str) -> None:
    done = shell(f"actviz {command} > /dev/full; echo $?", tmp_path)
    assert done.stdout == "1\n"
    assert done.stderr == "error: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("table relu --at 1 >&-", "1"),
        ("plot relu -o - >&-", "1"),
        ("table relu --input - <&-", "1"),
        ("bogus 2>&-", "2"),
    ],
)
def test_a_closed_stream_is_no_traceback(tmp_path: Path, command: str, code: str) -> None:
    done = shell(f"{{ actviz {command}; }} 2>said; echo $? >&2", tmp_path)
    assert done.stderr == f"{code}\n"
    said = (tmp_path / "said").read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert said.startswith("error: ") or "2>&-" in command


@pytest.mark.parametrize("command", ["list", "info prelu", "derive selu", "compare relu elu", "--help", "plot nope"])
def test_an_ascii_locale_is_no_traceback(tmp_path: Path, command: str) -> None:
    settings = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}
    done = process(*command.split(), folder=tmp_path, settings=settings)
    assert done.returncode == (2 if command == "plot nope" else 0)
    assert (done.stdout + done.stderr).isascii()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["list", "compare relu prelu", "table relu --at 1"])
def test_no_color_means_no_colour_on_a_terminal(tmp_path: Path, command: str) -> None:
    code, text = terminal(*command.split(), folder=tmp_path, NO_COLOR="1")
    assert code == 0
    assert not re.search(r"\x1b\[(\d+;)*[349]\d", text)
