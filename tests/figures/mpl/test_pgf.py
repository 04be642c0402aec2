"""Figures for LaTeX, written without LaTeX."""

from __future__ import annotations

import re

import pytest

from actviz.api import plot_spec
from actviz.figures.mpl.pgf import latex_text
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import image
from actviz.registry.lookup import built_in


def made(*specs: str, **options: object) -> str:
    spec = plot_spec(specs, derivative=True, **options)  # type: ignore[arg-type]
    return image(render(spec), spec, "pgf").decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELU", "SELU"),
        ("λ = −1.5", r"\ensuremath{\lambda} = \ensuremath{-}1.5"),
        ("50 % of a_b & $5", r"50 \% of a\_b \& \$5"),
        ("f\u200a′(x)", r"f\ensuremath{{}'}(x)"),
        ("3·10⁻⁶", r"3\ensuremath{\cdot}10\textsuperscript{\ensuremath{-}}\textsuperscript{6}"),
        ("αₚ", r"\ensuremath{\alpha}\textsubscript{p}"),
        ("a   b c", "a~~~b c"),
        ("Φ", r"\ensuremath{\Phi}"),
        ("é", "é"),
        (r"\input{x}", r"\textbackslash{}input\{x\}"),
    ],
)
def test_letters_become_what_latex_knows(text: str, expected: str) -> None:
    assert latex_text(text) == expected


def test_a_figure_is_a_pgfpicture_of_its_size_with_its_texts() -> None:
    content = made("selu", size=(4, 3))
    assert r"{\pgfqpoint{4.000000in}{3.000000in}}" in content
    assert content.count(r"\begin{pgfpicture}") == content.count(r"\end{pgfpicture}") == 1
    assert content.count(r"\begin{pgfscope}") == content.count(r"\end{pgfscope}") > 10
    assert "SELU}" in content
    assert r"\ensuremath{\lambda} = 1.0507" in content
    assert content.splitlines()[1:3] == ["% SELU", "% " + plot_spec(["selu"], derivative=True).description]


def test_the_definition_is_set_by_latex() -> None:
    content = made("selu")
    assert r"\left\{\begin{array}{@{}l@{\quad}l@{}}\displaystyle \lambda x & x > 0 \\" in content
    assert "usepackage{amsmath}" not in content


@pytest.mark.parametrize("name", [entry.name for entry in built_in()][::4])
def test_braces_are_balanced_and_what_is_set_is_ascii(name: str) -> None:
    content = made(name)
    drawn = "\n".join(line for line in content.splitlines() if not line.startswith("%"))
    plain = re.sub(r"\\[{}]", "", drawn)
    assert plain.count("{") == plain.count("}")
    assert all(character.isascii() for character in drawn if character != "·")


def test_a_title_of_several_lines_stays_within_its_comment() -> None:
    lines = made("selu", title="two\nlines").splitlines()
    assert lines[1] == "% two lines"


def test_letters_and_lines_of_a_definition_are_set_by_latex() -> None:
    content = made("gelu_tanh")
    assert r"\\ \noalign{\vskip 0.8ex}u ={} & \displaystyle \sqrt{2/\pi}" in content
    assert r"\begin{array}{@{}l@{}}\displaystyle \frac{1 + \tanh(u)}{2} \\ \displaystyle \quad {}+ " in content
