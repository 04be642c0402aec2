"""Random expressions computed in three ways that share little: NumPy here, SymPy at 50 digits, generated code.

And random text: it is read, or refused by an error of the family, at once.
"""

from __future__ import annotations

import time
import warnings
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
import sympy
from generated import run
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SEEDED

from actviz.calculus.symbolic import to_sympy
from actviz.code import source
from actviz.curves.curve import Activation, Curve
from actviz.curves.specs import resolve as resolve_spec
from actviz.errors import ActvizError
from actviz.language.cases import expand
from actviz.language.functions import FUNCTIONS
from actviz.language.numerics.float64 import evaluate
from actviz.language.parser import parse
from actviz.language.pieces import resolve
from actviz.language.syntax import (
    Call,
    Comparison,
    Conditional,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    X,
    free_names,
    walk,
)
from actviz.registry.entries import Entry, Parameter

POINTS = (-2.3, -0.7, 0.4, 1.1, 3.2)
PARAMETERS = {"a": 0.75, "b": -1.25}
LEAVES: list[Node] = [X, X, X, Name("a"), Name("b"), Number(2), Number(0.1), Number(3)]
SINGLE = sorted(name for name, function in FUNCTIONS.items() if function.most == 1)
PROVEN = 1e-11  # of the largest number met on the way


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> Node:
    """Formulas of moderate size, each part of which has a value somewhere around 0."""
    kind = draw(st.integers(0, 8)) if depth else 0
    part = formulas(depth - 1)
    match kind:
        case 0:
            return draw(st.sampled_from(LEAVES))
        case 1:
            return Negation(draw(part))
        case 2 | 3:
            return Operation(draw(st.sampled_from("+-*/")), draw(part), draw(part))
        case 4:
            return Operation("**", draw(part), Number(draw(st.sampled_from([2, 3]))))
        case 5 | 6:
            return Call(draw(st.sampled_from(SINGLE)), (draw(part),))
        case 7:
            return Call(draw(st.sampled_from(["min", "max"])), (draw(part), draw(part)))
        case _:
            condition = Comparison(draw(st.sampled_from(["<", "<=", ">", ">="])), X, Number(draw(st.integers(0, 2))))
            return Conditional(condition, draw(part), draw(part))


def made(tree: Node) -> Activation:
    parameters = tuple(Parameter(name, PARAMETERS[name]) for name in free_names(tree))
    return Activation(Entry("f", "f", "Random.", "other", tree, None, parameters=parameters))


def exactly(tree: Node, x: float, order: int) -> Any:
    """The formula or its derivative by SymPy's own functions and rules, to 50 digits; None where it has no value."""
    smooth = to_sympy(resolve(expand(tree), PARAMETERS, x), proving=True)
    variable = sympy.Symbol("x", real=True)
    values = {sympy.Symbol(name, real=True): sympy.Rational(value) for name, value in PARAMETERS.items()}
    found = sympy.N(smooth.diff(variable, order).subs(values | {variable: sympy.Rational(x)}), 50)
    return found if found.is_Float or found.is_Integer else None


def largest(curve: Curve, x: float) -> float:
    """The largest number met while the curve is computed."""
    smooth = resolve(expand(curve.tree), PARAMETERS, x)
    sizes = [
        abs(float(evaluate(part, np.array([x]), PARAMETERS)[0])) for part in walk(smooth) if isinstance(part, Node)
    ]
    return max(sizes)


@given(formulas())
@settings(SEEDED, max_examples=120)
def test_three_ways_to_compute_a_formula_and_its_derivative_agree(tree: Node) -> None:
    activation = made(tree)
    try:
        curves = (activation.curve(), activation.curve(1))
        programs = run(source(curves[1], "numpy"))
    except ActvizError:
        return  # no real derivative, or one that is too long
    for x in POINTS:
        for order, (curve, program) in enumerate(zip(curves, programs, strict=True)):
            truth = exactly(tree, x, order)
            size = largest(curve, x)
            if truth is None or not 1e-250 < size < 1e12:
                continue
            assert abs(float(curve.at(x)) - float(truth)) <= PROVEN * size, (order, x)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # NumPy's, on what is computed and not taken
                assert abs(float(program(x)) - float(truth)) <= PROVEN * size, (order, x)


WORDS = [
    "x",
    "alpha",
    "sigmoid",
    "selu",
    "(",
    ")",
    "+",
    "-",
    "*",
    "**",
    "/",
    "if",
    "else",
    "0",
    "1.5",
    "1e300",
    ",",
    ">",
]
WORDS += [":", "=", "2", "exp(", "if x > 0 else", "and", "not", ".", "[", "'", "#", "λ", " ", "torch.", "\n", "9" * 30]


@given(st.lists(st.sampled_from(WORDS), max_size=24).map("".join) | st.text(max_size=60))
@settings(SEEDED, max_examples=400)
def test_random_text_is_read_or_refused_at_once(text: str) -> None:
    start = time.perf_counter()
    for read in (parse, resolve_spec):
        try:
            read(text)
        except ActvizError as error:
            message = str(error)
            assert message
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "text",
    [
        "exp(" * 24 + "x" + ")" * 24,
        "sigmoid(" * 12 + "x" + ")" * 12,
        "3**(9007199254740992*x)*x",
        "x**1000*(1 + x)**999",
        "*".join(f"(x + {k})" for k in range(60)),
        "+".join(f"sin({k}*x)*exp({k}*x)" for k in range(30)),
        "mish(" * 4 + "x" + ")" * 4,
    ],
)
def test_no_formula_takes_long_to_differentiate(text: str) -> None:
    activation = resolve_spec(text)[0]
    start = time.perf_counter()
    with suppress(ActvizError):  # too long to be of use, or too deep
        assert activation.curve(1).tree
    assert time.perf_counter() - start < 10  # one where the machine is quiet
