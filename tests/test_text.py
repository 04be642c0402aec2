from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from actviz.cli.app import run
from actviz.text import greek_name, latex, markdown, visible

_DOCUMENT = r"""\documentclass{article}
\usepackage{amsmath,booktabs}
\begin{document}
%s
\end{document}
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jselu", "\\x1b[2Jselu"),
        ("a\x00b\x07\r", "a\\x00b\\x07\\x0d"),
        ("\x9b31m", "\\u009b31m"),
        ("\u202eules", "\\u202eules"),
        ("λ·eˣ\n\tσ(x)", "λ·eˣ\n\tσ(x)"),
    ],
)
def test_what_steers_a_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_greek_letters_have_their_names() -> None:
    assert [greek_name(letter) for letter in "αλΦως"] == ["alpha", "lambda", "Phi", "omega", "sigma"]


def test_a_cell_of_markdown_holds_no_markup() -> None:
    assert markdown("a|b\n*c*_d_") == "a\\|b \\*c\\*\\_d\\_"


def test_words_for_latex() -> None:
    assert latex("f′ = λα·eˣ, 50 %") == r"f$'$ = $\lambda$$\alpha$$\cdot$e$^{x}$, 50 \%"


@pytest.mark.parametrize("spec", ["\x1b]0;owned\x07", "selu\x1b[31m", "x*\u202e2"])
def test_no_message_steers_the_terminal(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["table", spec, "--at", "1"]) == 2
    shown = capsys.readouterr()
    assert not any(letter in shown.err + shown.out for letter in "\x1b\x07\u202e")


def test_a_strangers_registry_does_not_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[mine]\ntitle = "\\u001b[2JMine"\nsummary = "S\\u0007."\nfamily = "other"\nvalue = "x"\nderivative = "1"\n'
    (tmp_path / "own.toml").write_text(text + 'source = "folklore"\n', encoding="utf-8")
    for words in (["info", "mine"], ["list", "--search", "mine"], ["list", "--format", "json", "--search", "mine"]):
        assert run(["--registry", str(tmp_path / "own.toml"), *words]) == 0
        assert not any(letter in capsys.readouterr().out for letter in "\x1b\x07")


@pytest.mark.parametrize("name", ["f\\u0061", "a\\nb"])
def test_a_name_with_an_escape_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (tmp_path / "own.toml").write_text(f'["{name}"]\ntitle = "T"\n', encoding="utf-8")
    assert run(["--registry", str(tmp_path / "own.toml"), "list"]) == 1
    assert "] is not a usable name" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize(
    "words",
    [
        ["compare", "selu", "elu:alpha=0.5"],
        ["compare", "x*sigmoid(λ*x):λ=2", "silu"],
        ["list"],
        ["list", "--framework", "torch"],
        ["table", "selu", "prelu:alpha=0.1", "--wrt", "alpha", "--at", "1,-1e-300"],
    ],
)
def test_tables_for_latex_compile_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run([*words, "--format", "latex", "-o", "t.tex"]) == 0
    (tmp_path / "all.tex").write_text(_DOCUMENT % (tmp_path / "t.tex").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-800:]
