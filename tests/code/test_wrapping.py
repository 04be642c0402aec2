"""How generated lines are broken: the same program, in lines of a bearable length."""

from __future__ import annotations

import ast

import pytest

from actviz.code.wrapping import WIDTH, filled, paragraphs, statement

LONG = [
    " + ".join(f"alpha_{number} * f(x, {number})" for number in range(12)),
    "np.where(x > 0, " + " * ".join(f"(first_{number} - second_{number})" for number in range(12)) + ", -x)",
    "-f(" + ", ".join(f"argument_{number}" for number in range(20)) + ")",
    " - ".join("np.exp(-(x ** 2) / (1 + x ** 2)) * (a if a > 0 else b)" for _ in range(4)),
    "first_value_of_all if " + " and ".join(f"condition_{number} > 0" for number in range(9)) + " else second_value",
    "(a_rather_long_name + another_rather_long_name)" + " * (a_rather_long_name - another_rather_long_name)" * 3,
    "f(" * 30 + "a_name_that_takes_up_some_room_of_its_own" + " + 1)" * 30,
]


@pytest.mark.parametrize("expression", LONG)
def test_a_broken_statement_is_the_same_statement(expression: str) -> None:
    lines = statement("result =", expression, "")
    assert len(lines) > 1
    assert max(map(len, lines)) <= WIDTH
    assert ast.dump(ast.parse("\n".join(lines))) == ast.dump(ast.parse(f"result = {expression}"))


def test_a_short_statement_stays_on_its_line() -> None:
    assert statement("return", "x + 1") == ["    return x + 1"]


def test_a_call_is_broken_between_its_arguments_and_a_sum_before_its_signs() -> None:
    argument = "a" * 60
    assert statement("return", f"f({argument}, {argument})") == [
        "    return f(",
        f"        {argument},",
        f"        {argument},",
        "    )",
    ]
    assert statement("return", f"{argument} + {argument}") == [
        "    return (",
        f"        {argument}",
        f"        + {argument}",
        "    )",
    ]


def test_statements_in_braces_are_filled_and_keep_their_indent() -> None:
    lines = filled("    return " + " + ".join(["careful_sigmoid(x)"] * 12) + ";")
    assert [len(line) <= WIDTH for line in lines] == [True, True, True]
    assert lines[1].startswith("        careful_sigmoid(x)") or lines[1].startswith("        + ")


def test_paragraphs_keep_the_lines_of_formulas() -> None:
    assert paragraphs(["f(x) = ⎧ 1\n       ⎩ 2", "word " * 30], 60) == [
        "f(x) = ⎧ 1",
        "       ⎩ 2",
        "word word word word word word word word word word word word",
        "    word word word word word word word word word word word",
        "    word word word word word word word",
    ]
