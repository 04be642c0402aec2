"""Completion: the protocol of each shell, and the shells themselves."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import sys
import time
from pathlib import Path

import pytest

from actviz.cli.completion import answer_bash, specs
from cli.running import process

OWN = """\
[wave]
title = "Wave"
summary = "A wave."
family = "other"
value = "a*sin(x)"
derivative = "a*cos(x)"
parameters.a = { default = 2.5 }
source = "folklore"
"""


@pytest.mark.parametrize(
    ("incomplete", "words"),
    [
        ("sel", ["selu"]),
        ("leaky-r", ["leaky_relu"]),
        ("lrel", ["lrelu"]),
        ("torch.nn.LeakyR", ["torch.nn.LeakyReLU"]),
        ("onnx.Lea", ["onnx.LeakyRelu"]),
        ("selu:", ["selu:scale=", "selu:alpha="]),
        ("SeLU:", ["SeLU:scale=", "SeLU:alpha="]),
        ("selu:al", ["selu:alpha=", "selu:alpha=1.6732632423543772"]),
        ("selu:alpha=", ["selu:alpha=1.6732632423543772"]),
        ("selu:alpha=1.6", ["selu:alpha=1.6732632423543772"]),
        ("selu:alpha=2", []),
        ("selu:alpha=2:", ["selu:alpha=2:scale=", "selu:alpha=2:scale=1.0507009873554805"]),
        ("lrelu:n", ["lrelu:negative_slope=", "lrelu:negative_slope=0.01"]),
        ("onnx.LeakyRelu:", ["onnx.LeakyRelu:alpha=", "onnx.LeakyRelu:alpha=0.01"]),
        (
            "keras.layers.LeakyReLU:n",
            ["keras.layers.LeakyReLU:negative_slope=", "keras.layers.LeakyReLU:negative_slope=0.3"],
        ),
        ("relu:", []),
        ("nothing:", []),
        ("nothing", []),
        ("x*sigmoid(b*x):", []),
        (":", []),
    ],
)
def test_a_spec_goes_on(incomplete: str, words: list[str]) -> None:
    assert specs(incomplete) == words


def test_nothing_typed_offers_every_name() -> None:
    assert {"relu", "selu", "gelu_tanh"} <= set(specs(""))


def test_names_of_a_registry_of_ones_own_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("ACTVIZ_REGISTRY", str(path))
    assert specs("wav") == ["wave"]
    assert specs("wave:") == ["wave:a=", "wave:a=2.5"]


@pytest.mark.parametrize(
    "text", ["nonsense [", "[f]\nspellings = 1\nparameters = 1", "[f]\nspellings.jax = 1\naliases = []"]
)
def test_a_broken_registry_offers_what_it_can_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("ACTVIZ_REGISTRY", str(path))
    assert specs("f:") == []
    assert isinstance(specs("f"), list)


def asked(shell: str, line: str, folder: Path) -> list[str]:
    """What a shell is answered at the end of a line."""
    words = line.split(" ")
    settings = {
        "_ACTVIZ_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = process(folder=folder, settings=settings)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    return (
        re.findall(r'"((?:\\.|[^"])*)"(?=\||\)|\n|:)', text) if shell == "zsh" else re.findall(r"^[^\t\n]+", text, re.M)
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("actviz der", "derive"),
        ("actviz plot se", "selu"),
        ("actviz info lea", "leaky_relu"),
        ("actviz cite torch.nn.SE", "torch.nn.SELU"),
        ("actviz list --family po", "polynomial"),
        ("actviz list --framework tr", "transformers"),
        ("actviz plot relu --theme d", "dark"),
        ("actviz plot --terminal se", "selu"),
        ("actviz plot --terminal relu se", "selu"),
        ("actviz compare relu --terminal im", "image"),
        ("actviz table relu --format mark", "markdown"),
        ("actviz cite selu --format b", "bibtex"),
        ("actviz plot relu --no-fo", "--no-formula"),
    ],
)
def test_words_are_completed_in_every_shell(tmp_path: Path, shell: str, line: str, word: str) -> None:
    assert word in asked(shell, line, tmp_path)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("actviz derive swish --wrt ", ["x", "beta"]),
        ("actviz derive swish --order 1 --wrt b", ["beta"]),
        ("actviz derive swish --wrt x,", ["x,x", "x,beta"]),
        ("actviz compare prelu:alpha=0.2 selu --wrt ", ["x", "alpha", "scale"]),
        ("actviz derive onnx.LeakyRelu --wrt ", ["x", "negative_slope"]),
        ("actviz derive nonsense --wrt ", ["x"]),
    ],
)
def test_what_to_differentiate_in_is_completed(tmp_path: Path, line: str, words: list[str]) -> None:
    assert asked("fish", line, tmp_path) == words
    assert asked("bash", line, tmp_path) == words


def test_parameters_are_completed_in_every_shell(tmp_path: Path) -> None:
    assert asked("fish", "actviz plot selu:al", tmp_path) == ["selu:alpha=", "selu:alpha=1.6732632423543772"]
    assert asked("zsh", "actviz plot selu:", tmp_path) == [r"selu\\:scale=", r"selu\\:alpha="]
    assert asked("bash", "actviz plot selu :", tmp_path) == ["scale=", "alpha="]


@pytest.mark.parametrize(
    ("cut", "joined"),
    [
        (["actviz", "plot", "selu", ":", "al"], ["actviz", "plot", "selu:al"]),
        (["actviz", "plot", "selu", ":"], ["actviz", "plot", "selu:"]),
        (["actviz", "plot", "prelu", ":", "alpha", "=", "0.1", "se"], ["actviz", "plot", "prelu:alpha=0.1", "se"]),
        (["actviz", "plot", "--theme", "=", "d"], ["actviz", "plot", "--theme=d"]),
        (["actviz", "plot", ""], ["actviz", "plot", ""]),
    ],
)
def test_the_words_that_bash_cuts_are_joined_again(
    monkeypatch: pytest.MonkeyPatch, cut: list[str], joined: list[str]
) -> None:
    monkeypatch.setenv("COMP_WORDS", "\n".join(cut))
    monkeypatch.setenv("COMP_CWORD", str(len(cut) - 1))
    seen = []

    def answer() -> int:
        seen.append((os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])))
        print(joined[-1] + "x")
        return 0

    assert answer_bash(answer) == (0, re.split("[:=]", joined[-1])[-1] + "x\n")
    assert seen == [(joined, len(joined) - 1)]


def typed(shell: str, keys: str, home: Path) -> str:
    """What stands on the line of an interactive shell after these keys."""
    scripts = Path(sys.executable).parent
    environment = {
        "PATH": f"{scripts}:/usr/bin:/bin",
        "HOME": str(home),
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "PS1": "$ ",
    }
    environment |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    start = {"bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"], "fish": ["fish", "--no-config", "-i"]}[shell]
    teach = {
        "bash": 'eval "$(actviz --show-completion bash)"',
        "zsh": 'autoload -U compinit; compinit -u; eval "$(actviz --show-completion zsh)"',
        "fish": "actviz --show-completion fish | source",
    }[shell]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home)
        os.execvpe(start[0], start, environment)
    seen = ""

    def read(until: str, seconds: float) -> None:
        nonlocal seen
        end = time.monotonic() + seconds
        while until not in seen and time.monotonic() < end:
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    seen += os.read(terminal, 65536).decode(errors="replace")
                except OSError:
                    return

    try:
        os.write(terminal, f"{teach}; echo rea''dy\n".encode())
        read("ready", 30)
        while select.select([terminal], [], [], 1.0)[0]:  # until the prompt has come
            os.read(terminal, 65536)
        seen = ""
        os.write(terminal, keys.encode())
        read("@@", 20)
    finally:
        os.close(terminal)
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x07|\r| \x08", "", seen)


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("actviz plot sel\t@@", "actviz plot selu @@"),
        ("actviz plot selu:al\t@@", "actviz plot selu:alpha=@@"),
        ("actviz info selu:alpha=\t@@", "actviz info selu:alpha=1.6732632423543772 @@"),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_itself_completes(tmp_path: Path, shell: str, keys: str, line: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    assert line in typed(shell, keys, tmp_path)
