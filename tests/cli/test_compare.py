"""``actviz compare``."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from PIL import Image

from actviz.api import activations
from actviz.figures.compose import compare_spec
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import image
from cli.running import Run, process, terminal

RELU_PRELU = """\
ReLU and PReLU differ for −5 ≤ x ≤ 5.
quantity                               value  at x
largest difference of f                 1.25  −5
largest difference of f′                0.25  −5
RMS difference of f, x ~ N(0, 1)   0.1767767
RMS difference of f′, x ~ N(0, 1)  0.1767767
equal                                         0 ≤ x ≤ 5

slope at x        ReLU  PReLU
−5                   0   0.25
0 from the left      0   0.25
0 from the right     1      1
5                    1      1
"""


def test_relu_and_prelu(actviz: Run, tmp_path: Path) -> None:
    done = actviz("compare", "relu", "prelu")
    assert (done.code, done.out, done.err) == (0, RELU_PRELU, "wrote relu-vs-prelu.png\n")
    spec = compare_spec(activations(["relu", "prelu"]), (-5, 5))
    assert (tmp_path / "relu-vs-prelu.png").read_bytes() == image(render(spec), spec, "png")


def test_two_slopes(actviz: Run) -> None:
    done = actviz("compare", "leaky_relu:negative_slope=0.01", "prelu:alpha=0.05")
    assert done.err == "wrote leaky_relu-vs-prelu.png\n"
    assert "largest difference of f                   0.2  −5\n" in done.out
    assert "\n−5                      0.01              0.05\n" in done.out


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ("prelu:alpha=0", "relu", "PReLU (α = 0) and ReLU"),
        ("elu", "selu:scale=1:alpha=1", "ELU and SELU (λ = 1, α = 1)"),
    ],
)
def test_no_difference_is_said_plainly(actviz: Run, first: str, second: str, names: str) -> None:
    done = actviz("compare", first, second)
    assert done.code == 0
    assert done.out.startswith(
        f"No difference: {names} are equal for −5 ≤ x ≤ 5, and so are their derivatives.\nquantity "
    )


def test_the_wrong_definition_of_selu_is_told_apart(actviz: Run) -> None:
    done = actviz("compare", "selu", "1.0507*(exp(x)-1) if x<0 else x")
    assert done.out.startswith("SELU and 1.0507(eˣ − 1) if x < 0, else x differ for −5 ≤ x ≤ 5.\n")
    assert "largest difference of f            0.7026329  −5\n" in done.out
    assert done.err == "wrote selu-vs-1-0507-exp-x-1-if-x-0-else-x-ca9ca9.png\n"


def test_json(actviz: Run, tmp_path: Path) -> None:
    done = actviz("compare", "x**2", "x", "exp(x**2)", "--format", "json")
    first, second = json.loads(done.out, parse_constant=pytest.fail)
    assert first["function"]["rms_under_standard_normal"] == pytest.approx(2, rel=1e-14)
    assert second["function"]["rms_under_standard_normal"] == math.inf
    assert [path.suffix for path in tmp_path.iterdir()] == [".png"]


@pytest.mark.parametrize(
    ("format_name", "first", "second"),
    [
        ("csv", "quantity,value,at x", "slope at x,side,ReLU,PReLU"),
        ("markdown", "| quantity ", "| slope at x "),
        ("latex", r"\begin{tabular}{lrl}", r"\begin{tabular}{lrr}"),
    ],
)
def test_other_formats_hold_both_tables(actviz: Run, format_name: str, first: str, second: str) -> None:
    done = actviz("compare", "relu", "prelu", "--format", format_name)
    tables = done.out.split("\n\n")
    assert len(tables) == 2
    assert tables[0].startswith(first)
    assert tables[1].startswith(second)


def test_digits(actviz: Run) -> None:
    done = actviz("compare", "relu", "prelu", "--digits", "3")
    assert "RMS difference of f, x ~ N(0, 1)   0.177\n" in done.out


def test_range_and_appearance_reach_the_figure(actviz: Run, tmp_path: Path) -> None:
    words = ["--range", "-2", "3", "--theme", "print", "--size", "8", "4", "--dpi", "60", "-o", "new/c.png"]
    done = actviz("compare", "relu", "elu", *words)
    assert done.out.startswith("ReLU and ELU differ for −2 ≤ x ≤ 3.\n")
    spec = compare_spec(activations(["relu", "elu"]), (-2, 3), theme="print", size=(8, 4), dpi=60)
    assert (tmp_path / "new" / "c.png").read_bytes() == image(render(spec), spec, "png")


def test_derivatives_are_compared_and_drawn(actviz: Run, tmp_path: Path) -> None:
    done = actviz("compare", "silu", "gelu", "--order", "2", "-o", "second.png")
    assert done.out.startswith("f″ of SiLU and of GELU differ for −5 ≤ x ≤ 5.\n")
    spec = compare_spec(activations(["silu", "gelu"]), (-5, 5), ("x", "x"))
    assert [panel.heading for panel in spec.panels] == ["f″(x)", "f‴(x)", "f″(x): GELU − SiLU"]
    assert (tmp_path / "second.png").read_bytes() == image(render(spec), spec, "png")
    done = actviz("compare", "prelu", "elu", "--wrt", "alpha", "--terminal")
    assert done.out.startswith("∂f/∂α of PReLU and of ELU differ for −5 ≤ x ≤ 5.\n")
    assert "∂²f/∂α∂x(x)" in done.out


def test_a_dash_leaves_standard_output_to_the_image(tmp_path: Path) -> None:
    done = process("compare", "relu", "prelu", "-o", "-", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"\x89PNG")
    assert done.stdout.rstrip().endswith(b"IEND\xaeB`\x82")
    assert list(tmp_path.iterdir()) == []


def test_several_are_held_against_the_first(actviz: Run, tmp_path: Path) -> None:
    done = actviz("compare", "relu", "prelu:alpha=0.1,0.2", "elu", "leaky_relu", "selu")
    assert len(re.findall(r"^ReLU and .* differ", done.out, re.MULTILINE)) == 5
    assert done.err == "wrote relu-vs-prelu-vs-elu-vs-leaky_relu.png\n"
    with Image.open(tmp_path / "relu-vs-prelu-vs-elu-vs-leaky_relu.png") as picture:
        assert picture.size == (2376, 691)


def test_the_default_range_shows_every_breakpoint(actviz: Run) -> None:
    done = actviz("compare", "relu", "thresholded_relu:theta=8")
    assert done.out.startswith("ReLU and Thresholded ReLU (θ = 8) differ for −5 ≤ x ≤ 10.\n")


def test_a_narrow_terminal_cuts_nothing(tmp_path: Path) -> None:
    code, text = terminal("compare", "relu", "prelu", folder=tmp_path, columns=40)
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert code == 0
    assert "…" not in text
    assert {"0.1767767", "PReLU", "RMS"} <= set(text.split())
    assert all(len(line) <= 40 for line in text.splitlines())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["relu"], "a comparison takes two functions or more\nWrite 'actviz compare relu prelu'."),
        (["relu", "preluu"], "unknown activation 'preluu'\nDid you mean 'prelu'?"),
        (["relu", "elu", "--range", "1", "0"], "the range 1 to 0 is empty\nThe first number must be the smaller one."),
        (
            ["relu", "elu", "-o", "c.bmp"],
            "'.bmp' images are not written\nUse .png, .svg, .pdf or .pgf. Tables go to .csv, .json, .md, .tex or .txt.",
        ),
        (["relu", "elu", "--dpi", "1"], "1 dots per inch cannot be drawn\nFrom 20 to 1200."),
        (["relu", "elu", "--digits", "0"], "0 significant digits cannot be printed\nA float64 has 1 to 17 of them."),
        (["relu", "x*"], "the expression cannot be read from here\n  x*\n"),
    ],
)
def test_a_wrong_command_line_is_told(actviz: Run, words: list[str], message: str) -> None:
    code, said = actviz("compare", *words).failure
    assert code == 2
    assert said.startswith(message)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], ["SPEC"]),
        (["relu", "elu", "--format", "xml"], ["'xml'", "csv"]),
    ],
)
def test_words_that_do_not_fit_are_told_with_those_that_do(actviz: Run, words: list[str], named: list[str]) -> None:
    assert actviz("compare", *words).misfit("actviz compare", *named)


def test_an_output_folder_is_refused_before_anything_is_printed(actviz: Run) -> None:
    assert actviz("compare", "relu", "elu", "-o", ".").failure == (
        1,
        "cannot write '.': it is a folder\nName a file in it, as in 'relu-vs-elu.png'.",
    )


def test_poles_are_compared_without_a_warning(tmp_path: Path) -> None:
    done = process("compare", "1/x", "x", folder=tmp_path, PYTHONWARNINGS="default")
    assert (done.returncode, done.stderr.decode().splitlines()[-1:]) == (0, ["wrote 1-x-222f1f-vs-x-d7a129.png"])
    assert len(done.stderr.splitlines()) == 1
    assert "RMS difference of f, x ~ N(0, 1)        inf\n" in re.sub(r" +inf", "        inf", done.stdout.decode())
