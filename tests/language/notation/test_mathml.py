"""MathML: well formed, within MathML Core, and saying what the Unicode notation says."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from strategies import SEEDED, readable, trees

from actviz.api import derive, names
from actviz.language.notation.mathml import NAMESPACE, MathML, document
from actviz.language.notation.plain import Unicode
from actviz.language.parser import parse
from actviz.language.syntax import Conditional, Node, walk
from actviz.writing.derivations import derivation_mathml

CORE = {"math", "mrow", "mi", "mn", "mo", "mtext", "mfrac", "msup", "msub", "msqrt", "mtable", "mtr", "mtd"}
CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2}


def read(text: str) -> ElementTree.Element:
    """The parsed element, its structure checked."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{{{NAMESPACE}}}math"
    for element in root.iter():
        tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        assert tag in CORE
        assert len(element) == CHILDREN.get(tag, len(element))
        if tag in ("mi", "mn", "mo", "mtext"):
            assert len(element) == 0
            assert element.text
        else:
            assert not (element.text or "").strip()
        assert not (element.tail or "").strip()
    return root


def said(tree: Node, symbols: dict[str, str] | None = None) -> str:
    """The text of the markup without blanks and invisible operators."""
    root = read(document(MathML(symbols).value(tree)))
    return re.sub(r"[\s\u2061\u2062]", "", "".join(root.itertext()))


@pytest.mark.parametrize("name", names())
def test_every_entry_and_its_derivative_are_well_formed(name: str) -> None:
    root = read(derivation_mathml(derive(name)))
    assert root.get("display") == "block"
    rows = root.findall(f"{{{NAMESPACE}}}mtable/{{{NAMESPACE}}}mtr")
    heads = ["".join(row[0].itertext()) for row in rows]
    assert heads == ["f\u2061(x)", "f′\u2061(x)"]


@pytest.mark.parametrize("spec", ["gelu", "selu", "sinc", "log(x) if x < 0 else x"])
def test_steps_are_rows_of_the_same_table(spec: str) -> None:
    found = derive(spec, steps=True)
    rows = read(derivation_mathml(found)).findall(f"{{{NAMESPACE}}}mtable/{{{NAMESPACE}}}mtr")
    assert {len(row) for row in rows} == {3}
    assert len(rows) >= 2 + sum(len(branch.lines) for branch in found.steps[0].branches)


def test_the_rules_stand_behind_the_lines() -> None:
    text = "".join(read(derivation_mathml(derive("gelu", steps=True))).itertext())
    assert "product\N{NO-BREAK SPACE}rule" in text
    assert "simplify" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x*normal_cdf(x)", "x·Φ(x)"),
        ("a*tanh(b*x)", "a·tanh(bx)"),
        ("1.702*x - a*b", "1.702x−ab"),
        ("x - (-1)*x", "x−(−1·x)"),
        ("tanh(x)**2 + 1", "tanh2(x)+1"),
        ("max(x, 0)", "max(x,0)"),
        ("abs(x)*2", "|x|·2"),
        ("log1p(x)", "ln(1+x)"),
        ("log_sigmoid(x)**2", "(lnσ(x))2"),
        ("1e-05*x", "10−5·x"),
        ("-x*(x + 1)", "−x(x+1)"),
        ("(x + 1)*(x - 1)", "(x+1)·(x−1)"),
        ("pi/2", "π2"),
        ("negative_slope*x", "negative_slope·x"),
        ("x if x > -1 and x < 1 else 0", "{xif−1<x<10otherwise"),
        ("1 if not (x == 1 or x > 2) else 0", "{1ifx≠1andx≤20otherwise"),
    ],
)
def test_it_says_what_unicode_says(text: str, shown: str) -> None:
    assert said(parse(text)) == shown


@pytest.mark.parametrize("name", ["gelu", "mish", "silu", "tanh", "gcu", "lisht", "softplus", "dyt", "affine", "ncu"])
def test_entries_without_fractions_read_as_in_unicode(name: str) -> None:
    found = derive(name)
    symbols = found.curve.activation.entry.symbols
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    tree = found.derivative[0].value
    assert said(tree, symbols) == Unicode(symbols).value(tree).translate(raised).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("x/2", "<mfrac><mrow><mi>x</mi></mrow><mrow><mn>2</mn></mrow></mfrac>"),
        ("exp(-x)", "<msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup>"),
        ("sqrt(x)", "<msqrt><mi>x</mi></msqrt>"),
        ("a*x", "<mi>α</mi><mo>\u2062</mo><mi>x</mi>"),
        ("t_l*x", "<msub><mi>t</mi><mi>l</mi></msub><mo>·</mo><mi>x</mi>"),
        ("sin(x)", "<mi>sin</mi><mo>\u2061</mo><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow>"),
    ],
)
def test_markup(text: str, markup: str) -> None:
    assert MathML({"a": "α"}).value(parse(text)) == markup


def test_cases_stand_behind_a_stretched_brace() -> None:
    root = read(document(MathML().value(parse("x if x > 1 else 2*x if x > 0 else 0"))))
    row = root[0]
    assert (row[0].text, row[0].get("stretchy")) == ("{", "true")
    assert len(row[1]) == 3


def test_text_is_escaped() -> None:
    assert "&lt;" in MathML().value(parse("1 if x < 0 else 2"))
    assert MathML({"a": "<&>"}).value(parse("a")) == "<mi>&lt;&amp;&gt;</mi>"


@given(trees(depth=3).filter(readable))
@settings(SEEDED, max_examples=100)
def test_any_formula_is_well_formed(tree: Node) -> None:
    text = said(tree)
    if not any(isinstance(part, Conditional) for part in walk(tree)):
        assert text.count("(") == text.count(")")
