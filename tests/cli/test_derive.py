"""``actviz derive``."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from actviz.api import derive, get, source
from actviz.calculus.rules import known
from actviz.language.parser import parse
from actviz.writing.derivations import derivation_json, derivation_latex, derivation_mathml, derivation_text
from cli.running import Run, process, terminal


def test_selu_in_full(actviz: Run) -> None:
    done = actviz("derive", "selu")
    assert (done.code, done.err) == (0, "")
    assert done.out == derivation_text(derive("selu"), 100)
    assert "At x = 0: f is continuous but not differentiable, f(0) = 0. f′ is 1.758099 from the left," in done.out
    assert "Verified: SymPy's derivative of f equals f′ on every piece. At 36 points," in done.out


def test_latex_and_json(actviz: Run) -> None:
    assert actviz("derive", "selu", "--as", "latex").out == derivation_latex(derive("selu"))
    assert actviz("derive", "selu", "--as", "json").out == derivation_json(derive("selu"))


def test_steps_and_mathml(actviz: Run) -> None:
    found = derive("gelu", steps=True)
    assert actviz("derive", "gelu", "--steps").out == derivation_text(found, 100)
    for name, write in (("latex", derivation_latex), ("mathml", derivation_mathml), ("json", derivation_json)):
        assert actviz("derive", "gelu", "--steps", "--as", name).out == write(found)
        assert actviz("derive", "gelu", "--as", name).out == write(derive("gelu"))


def test_a_wrong_step_is_an_error_and_nothing_is_shown(actviz: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(known(), "normal_cdf", parse("2*normal_pdf(u)"))
    code, message = actviz("derive", "gelu", "--steps").failure
    assert code == 1
    assert message.startswith("a step in the derivation of GELU failed its check at x = ")
    assert actviz("derive", "gelu").code == 0


def test_a_second_derivative(actviz: Run) -> None:
    assert actviz("derive", "selu", "--order", "2").out == derivation_text(derive("selu", order=2), 100)


def test_prelu_in_its_slope(actviz: Run) -> None:
    out = actviz("derive", "prelu", "--wrt", "alpha").out
    assert "           ⎧ 0   x > 0\n∂f/∂α(x) = ⎨\n           ⎩ x   otherwise\n" in out


def test_values_at_places(actviz: Run) -> None:
    out = actviz("derive", "prelu:alpha=0.5", "--at", "-1,0,1").out
    assert out.endswith("\n   x  f(x)  f′(x)\n-1.0  -0.5    0.5\n 0.0   0.0    0.5\n 1.0   1.0    1.0\n")


def test_values_in_json_are_json_at_any_place(actviz: Run) -> None:
    out = actviz("derive", "selu", "--at", "-inf,nan,0", "--as", "json").out
    values = json.loads(out, parse_constant=pytest.fail)["values"]
    assert values[0] == {"x": -math.inf, "selu": -1.7580993408473766, "selu'": 0.0}
    assert values[1] == {"x": None, "selu": None, "selu'": None}


def test_an_expression_with_parameters(actviz: Run) -> None:
    out = actviz("derive", "a*tanh(b*x):a=1.7159:b=0.6667").out
    assert out.startswith("a·tanh(bx)   a = 1.7159   b = 0.6667\n\nf(x) = a·tanh(bx)\n\nf′(x) = ab·sech²(bx)\n\n")


@pytest.mark.parametrize("expression", ["x*sigmoid(1.702*x)", "1.0507*(exp(x)-1) if x<0 else x", "x/3", "1/x", "x**x"])
@pytest.mark.parametrize("order", ["1", "2"])
def test_expressions_are_proved(actviz: Run, expression: str, order: str) -> None:
    done = actviz("derive", expression, "--order", order)
    assert (done.code, done.err) == (0, "")
    assert "Verified: " in done.out


def test_output_goes_to_a_file(actviz: Run, tmp_path: Path) -> None:
    done = actviz("derive", "relu", "--as", "latex", "-o", "new/relu.tex")
    assert (done.out, done.err) == ("", "wrote new/relu.tex\n")
    assert (tmp_path / "new" / "relu.tex").read_text(encoding="utf-8") == derivation_latex(derive("relu"))


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_sentences_fit_the_terminal(tmp_path: Path, columns: int) -> None:
    code, text = terminal("derive", "selu", folder=tmp_path, columns=columns)
    assert code == 0
    assert text == derivation_text(derive("selu"), min(columns, 100))
    assert all(len(line) <= columns for line in text.splitlines())


def test_an_ascii_locale_gets_what_it_can_show(tmp_path: Path) -> None:
    done = process(
        "derive", "relu", folder=tmp_path, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING=""
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("ascii").startswith("ReLU\n\n       / x   x > 0\nf(x) = {\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["selu", "--order", "0"], "a derivation of order 0 has nothing to derive\nOrders run from 1 to 12."),
        (
            ["selu", "--order", "13"],
            "a derivative of order 13 is not offered\nOrders run up to 12; 0 is the function itself.",
        ),
        (["selu", "--order", "two"], "'two' is not a whole number, in '--order two'\nWrite digits only."),
        (["selu", "--wrt", "beta"], "selu has no parameter 'beta'\nIts parameters: scale, alpha."),
        (["relu", "--wrt", "alpha"], "relu has no parameters, so 'alpha' cannot be set\nWrite just 'relu'."),
        (["selu", "--at", "a"], "'a' is not a number, in '--at a'\nWrite '--at -1,0,2.5'."),
        (["selu", "--at", ""], "'' is not a number, in '--at '\nWrite '--at -1,0,2.5'."),
        (
            ["prelu:alpha=1,2"],
            "'prelu:alpha=1,2' is a sweep of 2 curves\nOne is wanted here: give one value each.",
        ),
        (["selux"], "unknown activation 'selux'\nDid you mean 'selu'?"),
    ],
)
def test_a_wrong_command_line_is_told(actviz: Run, words: list[str], message: str) -> None:
    assert actviz("derive", *words).failure == (2, message)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], ["SPEC"]),
        (["selu", "--as", "xml"], ["'xml'", "text", "latex", "json", "numpy", "expression"]),
    ],
)
def test_words_that_do_not_fit_are_told_with_those_that_do(actviz: Run, words: list[str], named: list[str]) -> None:
    assert actviz("derive", *words).misfit("actviz derive", *named)


def test_what_cannot_be_proved_is_not_shown(actviz: Run) -> None:
    assert actviz("derive", "log(-1 - x**2)").failure == (
        1,
        "the derivative of ln(−1 − x²) could not be checked: it has no finite value at any point that was tried\n"
        "Derivatives are checked around breakpoints and within ±8, or ±8e+09 if need be.",
    )


def test_a_derivative_that_grows_too_long_is_refused(actviz: Run) -> None:
    code, message = actviz("derive", "sigmoid(tanh(exp(sin(x))))*x", "--order", "8").failure
    assert (code, message.splitlines()[0]) == (2, "the derivative is too long to be of use")


@pytest.mark.parametrize("target", ["numpy", "torch", "jax", "c", "javascript", "sympy", "expression"])
def test_code_is_what_the_library_writes(actviz: Run, target: str) -> None:
    done = actviz("derive", "selu", "--as", target, "--order", "2")
    assert (done.code, done.out, done.err) == (0, source("selu", target, order=2), "")
    assert actviz("derive", "prelu", "--wrt", "alpha", "--as", target).out == source("prelu", target, wrt="alpha")


def test_an_expression_is_a_spec_for_the_other_commands(actviz: Run) -> None:
    spec = actviz("derive", "gelu", "--as", "expression").out.removesuffix("\n")
    assert spec == "normal_cdf(x) + x*normal_pdf(x)"
    assert actviz("table", spec, "--at", "1", "--order", "0", "--format", "csv").out.splitlines()[1] == (
        f"1.0,{get('gelu').derivative(1.0)!r}"
    )


def test_code_that_cannot_be_proved_is_not_written(actviz: Run, tmp_path: Path) -> None:
    assert actviz("derive", "log(-1 - x**2)", "--as", "c", "-o", "f.c").failure[0] == 1
    assert not (tmp_path / "f.c").exists()
