"""``actviz info``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from actviz.registry.lookup import built_in
from cli.running import Run, terminal

PRELU = """\
PReLU
Parametric ReLU; the slope for negative inputs is learned, one for all channels or one per channel.

       ⎧ x    x > 0
f(x) = ⎨
       ⎩ αx   otherwise

        ⎧ 1   x > 0
f′(x) = ⎨
        ⎩ α   otherwise

Parameters
  α, alpha = 0.25: slope for x ≤ 0; 0.25 is its initial value; learned

Breakpoints
  x = 0: f is continuous; f′ jumps from 0.25 to 1; by convention f′(0) = 0.25

@Names: prelu, parametric_relu
Family: rectifier
Source: He, Zhang, Ren, Sun (2015). Delving Deep into Rectifiers: Surpassing Human-Level Performance
    on ImageNet Classification. arXiv:1502.01852
    https://arxiv.org/abs/1502.01852

In frameworks
"""


def test_prelu_in_full(actviz: Run) -> None:
    done = actviz("info", "prelu")
    assert (done.code, done.err) == (0, "")
    definition, rest = PRELU.split("@")
    assert done.out.startswith(definition + "Properties\n")
    _, _, frameworks = done.out.partition(rest)
    assert "\n  Lipschitz      1\n" in done.out
    assert "  All of this is proved.\n" in done.out
    assert "  PyTorch: torch.nn.PReLU (alpha is called init)." in frameworks
    assert "  Keras: keras.layers.PReLU (alpha = 0.0 by default; autograd gives f′(0) = 0)." in frameworks
    assert re.search(r"\n  ONNX: (onnx\.)?PRelu \(alpha is called slope\)\.", frameworks)


@pytest.mark.parametrize("name", [entry.name for entry in built_in()])
def test_every_entry_has_its_page_and_its_record(actviz: Run, name: str) -> None:
    entry = next(entry for entry in built_in() if entry.name == name)
    page = actviz("info", name).out
    assert page.startswith(f"{entry.title}\n{entry.summary}\n")
    assert all(spelled in page for spelling in entry.spellings for spelled in spelling.names)
    record = json.loads(actviz("info", name, "--format", "json").out, parse_constant=pytest.fail)
    assert record["name"] == name
    assert [parameter["name"] for parameter in record["parameters"]] == list(entry.defaults)
    assert [parameter["default"] for parameter in record["parameters"]] == list(entry.defaults.values())
    assert [spelling["names"] for spelling in record["spellings"]] == [list(one.names) for one in entry.spellings]


@pytest.mark.parametrize("alias", ["PReLU", "p-relu", "Parametric_ReLU", "PARAMETRICRELU"])
def test_names_ignore_case_and_punctuation(actviz: Run, alias: str) -> None:
    assert actviz("info", alias).out.startswith("PReLU\n")


def test_a_changed_parameter_is_shown_beside_its_default(actviz: Run) -> None:
    out = actviz("info", "prelu:alpha=0.1").out
    assert "  α, alpha = 0.1 (default 0.25): slope for x ≤ 0; 0.25 is its initial value; learned\n" in out
    assert "  x = 0: f is continuous; f′ jumps from 0.1 to 1; by convention f′(0) = 0.1\n" in out


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("leaky_relu", "by convention f′(0) = 0.01"),
        ("torch.nn.LeakyReLU", "PyTorch gives f′(0) = 0.01"),
        ("jax.nn.leaky_relu", "JAX gives f′(0) = 1"),
        ("keras.layers.LeakyReLU", "by convention f′(0) = 0.3"),  # it follows its backend
        ("keras.layers.PReLU", "Keras gives f′(0) = 0"),
        ("onnx.LeakyRelu", "by convention f′(0) = 0.01"),  # it differentiates nothing
    ],
)
def test_what_a_framework_gives_at_a_kink_is_told_of_its_spelling(actviz: Run, spec: str, said: str) -> None:
    assert f" to 1; {said}\n" in actviz("info", spec).out


def test_a_jump_is_told(actviz: Run) -> None:
    out = actviz("info", "thresholded_relu").out
    assert "  x = 1: f jumps from 0 to 1, f takes 0; f′ jumps from 0 to 1; by convention f′(1) = 0\n" in out


def test_an_expression_has_no_source_and_no_frameworks(actviz: Run) -> None:
    page, _, properties = actviz("info", "x*sigmoid(b*x):b=1.702").out.partition("\nProperties\n")
    assert "All of this is proved." in properties
    assert page == (
        "x·σ(bx)\nA formula typed on the spot.\n\nf(x) = x·σ(bx)\n\nf′(x) = σ(bx)·(1 + bx·(1 − σ(bx)))\n\n"
        "where σ(x) = 1/(1 + e⁻ˣ)\n\n"
        "Parameters\n  b = 1.702\n\nBreakpoints\n  none; one formula holds everywhere\n"
    )


def test_a_record_of_an_expression(actviz: Run) -> None:
    record = json.loads(actviz("info", "max(x, c):c=2", "--format", "json").out)
    assert record["value"] == "max(x, c)"
    assert record["parameters"] == [
        {"name": "c", "symbol": "", "value": 2.0, "default": None, "about": "", "learned": False}
    ]
    assert record["breakpoints"] == [2.0]
    assert (record["source"], record["spellings"], record["aliases"]) == (None, [], [])


@pytest.mark.parametrize("theta", ["25", "-300"])
def test_a_breakpoint_far_out_is_told(actviz: Run, theta: str) -> None:
    out = actviz("info", f"thresholded_relu:theta={theta}").out
    assert f"  x = {theta.replace('-', '−')}: f jumps " in out


@pytest.mark.parametrize("columns", [40, 70])
def test_a_page_fits_the_terminal(tmp_path: Path, columns: int) -> None:
    code, text = terminal("info", "elu", folder=tmp_path, columns=columns)
    assert code == 0
    lines = [line for line in text.splitlines() if " " in line.strip()]  # an address is one word
    assert all(len(line) <= columns for line in lines)


def test_output_goes_to_a_file(actviz: Run, tmp_path: Path) -> None:
    done = actviz("info", "prelu", "-o", "prelu.txt")
    assert (done.out, done.err) == ("", "wrote prelu.txt\n")
    assert (tmp_path / "prelu.txt").read_text(encoding="utf-8").startswith(PRELU.split("@")[0])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["preluu"], "unknown activation 'preluu'\nDid you mean 'prelu'?"),
        (["zzzzqqqq"], "unknown activation 'zzzzqqqq'\n'actviz list' shows every name."),
        (["prelu:alpha=1,2"], "'prelu:alpha=1,2' is a sweep of 2 curves\nOne is wanted here: give one value each."),
        (["prelu:beta=1"], "prelu has no parameter 'beta'\nIts parameters: alpha."),
    ],
)
def test_a_wrong_command_line_is_told(actviz: Run, words: list[str], message: str) -> None:
    assert actviz("info", *words).failure == (2, message)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], ["SPEC"]),
        (["prelu", "--format", "csv"], ["'csv'", "rich", "json"]),
    ],
)
def test_words_that_do_not_fit_are_told_with_those_that_do(actviz: Run, words: list[str], named: list[str]) -> None:
    assert actviz("info", *words).misfit("actviz info", *named)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("mish", "none; one formula holds everywhere"),
        ("1/x", "none; one formula holds wherever f is defined"),
        ("log(x)", "none; one formula holds wherever f is defined"),
        ("tan(x)", "none; one formula holds wherever f is defined"),
        ("sqrt(abs(x))", "f′ tends to −∞ from the left and to ∞ from the right; it has no finite value there"),
        ("x**2 if x == 1 else x + 5", "f′ is 1 on both sides; by convention f′(1) = 2"),
        ("abs(x)**0.999", "the limits of f′ are not known; it has no finite value there"),
    ],
)
def test_what_is_not_known_everywhere_is_not_claimed(spec: str, sentence: str, actviz: Run) -> None:
    assert sentence in " ".join(actviz("info", spec).out.split())
