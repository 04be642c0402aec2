"""The tables of functions: one set of names wherever a function is spelled out."""

from __future__ import annotations

import numpy as np
import pytest

from actviz.calculus import symbolic
from actviz.language.cases import expand
from actviz.language.functions import FUNCTIONS, MOST_ARGUMENTS
from actviz.language.notation.latex import Latex
from actviz.language.notation.plain import Unicode
from actviz.language.numerics import real
from actviz.language.parser import parse
from actviz.language.syntax import Call, Conditional, walk
from actviz.registry.loader import BUILT_IN

BY_CASES = {"abs", "sign", "min", "max", "clip"}  # written as conditionals before SymPy sees them
DESIGNED = (
    "exp expm1 log log1p sqrt abs sign min max clip sin cos tan atan asinh sinh cosh tanh sech erf erfc sigmoid "
    "softplus log_sigmoid normal_pdf normal_cdf"
)


def test_the_language_has_the_functions_of_its_design() -> None:
    assert list(FUNCTIONS) == DESIGNED.split()


def test_the_exact_forms_have_the_same_names() -> None:
    assert set(real.FORMS) == set(FUNCTIONS)


def test_the_symbolic_forms_have_the_same_names_but_for_those_by_cases() -> None:
    assert set(symbolic.FORMS) == set(FUNCTIONS) - BY_CASES


@pytest.mark.parametrize("name", sorted(BY_CASES))
def test_those_by_cases_are_expanded(name: str) -> None:
    arguments = ", ".join(["x", "1", "2"][: FUNCTIONS[name].fewest])
    parts = list(walk(expand(parse(f"{name}({arguments})"))))
    assert any(isinstance(part, Conditional) for part in parts)
    assert not any(isinstance(part, Call) for part in parts)


def test_the_registry_file_names_every_function_in_its_header() -> None:
    header = [line.removeprefix("#") for line in BUILT_IN.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    assert " ".join(" ".join(header).split()).count(DESIGNED.replace("log_sigmoid normal_pdf normal_cdf", "")) == 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_can_be_called_and_printed(name: str) -> None:
    function = FUNCTIONS[name]
    for count in {function.fewest, function.most}:
        tree = parse(f"{name}({', '.join(['x'] * count)})")
        assert tree == Call(name, tuple(parse("x") for _ in range(count)))
        assert function.numpy(*[np.array([0.5])] * count).shape == (1,)
        assert Unicode().value(tree)
        assert Latex().value(tree)


def test_argument_counts() -> None:
    counts = {name: (function.fewest, function.most) for name, function in FUNCTIONS.items()}
    several = {"min": (2, MOST_ARGUMENTS), "max": (2, MOST_ARGUMENTS), "clip": (3, 3)}
    assert counts == {name: several.get(name, (1, 1)) for name in FUNCTIONS}
