"""Tables: every format word for word, and numbers that read back as they were."""

from __future__ import annotations

import csv
import io
import json
import math
import random
import re

import pytest
from mpmath import exp as exact_exp
from mpmath import expm1, mp, mpf

from actviz.api import activations
from actviz.api import table as tabulated
from actviz.errors import UsageError
from actviz.text import number
from actviz.writing.tables import Table, as_csv, as_json, as_latex, as_markdown, as_text, check_digits, written

TABLE = Table(
    ("x", "elu", "elu'"),
    ((-2.2, -0.8891968416376661, 0.11080315836233387), (0.0, 0.0, 1.0), (1e22, 1e22, 1.0)),
)
MIXED = Table(("name", "value"), (("a|b_c", 1.5), ("d,e", None), ("", -math.inf)))
SPECIAL = Table(("x",), ((math.nan,), (math.inf,), (-math.inf,), (-0.0,), (5e-324,)))


def test_csv_has_a_header_and_exact_numbers() -> None:
    assert as_csv(TABLE) == ("x,elu,elu'\n-2.2,-0.8891968416376661,0.11080315836233387\n0.0,0.0,1.0\n1e+22,1e+22,1.0\n")


def test_csv_quotes_commas_and_leaves_empty_cells_empty() -> None:
    assert as_csv(MIXED) == 'name,value\na|b_c,1.5\n"d,e",\n,-inf\n'


def test_json_is_a_list_of_objects_with_exact_numbers() -> None:
    assert as_json(TABLE) == (
        "[\n"
        '  {"x": -2.2, "elu": -0.8891968416376661, "elu\'": 0.11080315836233387},\n'
        '  {"x": 0.0, "elu": 0.0, "elu\'": 1.0},\n'
        '  {"x": 1e+22, "elu": 1e+22, "elu\'": 1.0}\n'
        "]\n"
    )


def test_json_writes_infinities_as_numbers_and_nan_as_null() -> None:
    assert as_json(SPECIAL) == (
        '[\n  {"x": null},\n  {"x": 1e999},\n  {"x": -1e999},\n  {"x": -0.0},\n  {"x": 5e-324}\n]\n'
    )
    read = [row["x"] for row in json.loads(as_json(SPECIAL), parse_constant=pytest.fail)]
    assert read == [None, math.inf, -math.inf, 0.0, 5e-324]


def test_json_of_words_and_of_nothing() -> None:
    assert json.loads(as_json(MIXED))[:2] == [{"name": "a|b_c", "value": 1.5}, {"name": "d,e", "value": None}]
    assert as_json(Table(("∂",), (("λ",),))) == '[\n  {"∂": "λ"}\n]\n'
    assert as_json(Table(("x",), ())) == "[]\n"


def test_markdown_aligns_numbers_to_the_right_and_words_to_the_left() -> None:
    assert as_markdown(TABLE) == (
        "|     x |        elu |      elu' |\n"
        "| ----: | ---------: | --------: |\n"
        "|  -2.2 | -0.8891968 | 0.1108032 |\n"
        "|     0 |          0 |         1 |\n"
        "| 1e+22 |      1e+22 |         1 |\n"
    )


def test_markdown_escapes_bars_and_keeps_a_row_on_one_line() -> None:
    table = Table(("a|b", "n"), (("one\ntwo", None), ("x || y", 1.0)))
    assert as_markdown(table) == ("| a\\|b     |   n |\n| -------- | --: |\n| one two  |     |\n| x \\|\\| y |   1 |\n")


@pytest.mark.parametrize("text", ["x*sigmoid(b*x):b=1", "a**b**c", "x if x <b else 1> x", "`x`", r"a\*b"])
def test_markdown_escapes_what_it_would_read(text: str) -> None:
    cell = as_markdown(Table(("n",), ((text,),))).splitlines()[2]
    assert re.sub(r"\\([\\*<`])", r"\1", cell) == f"| {text} |"
    assert not re.search(r"(?<!\\)(\\\\)*[*<`]", cell)


def test_latex_is_a_booktabs_table() -> None:
    assert as_latex(TABLE) == (
        "\\begin{tabular}{rrr}\n"
        "\\toprule\n"
        "x & elu & elu$'$ \\\\\n"
        "\\midrule\n"
        "$-2.2$ & $-0.8891968$ & $0.1108032$ \\\\\n"
        "$0$ & $0$ & $1$ \\\\\n"
        "$1 \\times 10^{22}$ & $1 \\times 10^{22}$ & $1$ \\\\\n"
        "\\bottomrule\n"
        "\\end{tabular}\n"
    )


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a & b", r"a \& b"),
        ("50% $5 #1", r"50\% \$5 \#1"),
        ("leaky_relu:{x}", r"leaky\_relu:\{x\}"),
        ("x**2", r"x{*}{*}2"),
        ("x^2 ~y", r"x\textasciicircum{}2 \textasciitilde{}y"),
        (r"a\b", r"a\textbackslash{}b"),
        ("a < b | b > c", r"a $<$ b $|$ b $>$ c"),
        ("∂f′ −1 ≤ x", r"$\partial$f$'$ $-$1 $\leq$ x"),
    ],
)
def test_latex_escapes_what_it_would_read(text: str, escaped: str) -> None:
    assert as_latex(Table((text,), ((text,),))) == (
        f"\\begin{{tabular}}{{l}}\n\\toprule\n{escaped} \\\\\n\\midrule\n{escaped} \\\\\n"
        "\\bottomrule\n\\end{tabular}\n"
    )


def test_latex_writes_infinity_and_nan_as_symbols() -> None:
    rows = as_latex(SPECIAL).splitlines()[4:9]
    assert rows == [
        r"$\text{--}$ \\",
        r"$\infty$ \\",
        r"$-\infty$ \\",
        r"$0$ \\",
        r"$4.940656 \times 10^{-324}$ \\",
    ]


def test_text_lines_up_in_columns_and_cuts_nothing() -> None:
    assert as_text(TABLE) == (
        "    x         elu       elu'\n"
        " -2.2  -0.8891968  0.1108032\n"
        "    0           0          1\n"
        "1e+22       1e+22          1\n"
    )
    long = "word " * 60
    assert long.strip() in as_text(Table(("a", "b"), ((long, "end"),)))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.1, None, "0.1"),
        (0.1, 17, "0.10000000000000001"),
        (2 / 3, 3, "0.667"),
        (-0.0, 5, "0"),
        (-0.0, None, "-0.0"),
        (1e-320, 1, "1e-320"),
        (123456.0, 2, "1.2e+05"),
    ],
)
def test_numbers_take_the_digits_asked_for(value: float, digits: int | None, text: str) -> None:
    assert number(value, digits) == text


@pytest.mark.parametrize("format_name", ["csv", "json", "markdown", "latex"])
def test_digits_hold_in_every_format(format_name: str) -> None:
    text = written(Table(("x",), ((2 / 3,),)), format_name, 3)
    assert "0.667" in text
    assert "0.6667" not in text


def test_default_digits_are_exact_for_machines_and_seven_for_people() -> None:
    thirds = Table(("x",), ((1 / 3,),))
    assert all("0.3333333333333333" in written(thirds, name) for name in ("csv", "json"))
    assert all("0.3333333" in written(thirds, name) for name in ("markdown", "latex"))
    assert not any("0.33333333" in written(thirds, name) for name in ("markdown", "latex"))


@pytest.mark.parametrize("digits", [0, -1, 18])
def test_impossible_digits_are_refused(digits: int) -> None:
    with pytest.raises(UsageError) as caught:
        check_digits(digits)
    assert str(caught.value) == f"{digits} significant digits cannot be printed\nA float64 has 1 to 17 of them."


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        written(TABLE, "xml")
    assert str(caught.value) == "there is no format 'xml'\nFormats: csv, json, markdown, latex."


def _random_floats(count: int) -> list[float]:
    chance = random.Random(2017)
    return [
        sign * chance.uniform(1, 10) * 10.0**power
        for sign, power in ((chance.choice((-1, 1)), chance.randint(-320, 307)) for _ in range(count))
    ]


def test_floats_read_back_exactly_from_csv_and_json() -> None:
    values = [*_random_floats(500), 0.1, -0.0, 5e-324, 1.7976931348623157e308, 2.0**53 + 2]
    table = Table(("x", "y"), tuple((x, -x) for x in values))
    rows = list(csv.reader(io.StringIO(as_csv(table))))[1:]
    from_csv = [[float(cell) for cell in row] for row in rows]
    from_json = [[row["x"], row["y"]] for row in json.loads(as_json(table))]
    expected = [[x.hex(), (-x).hex()] for x in values]
    assert [[cell.hex() for cell in row] for row in from_csv] == expected
    assert [[cell.hex() for cell in row] for row in from_json] == expected


# The worked values of the source material: α = 1, and f′(0) is that of the branch x ≤ 0.
WORKED = (0.11, -2.2, 0.0, 50.2, 33.5, -0.6)


def _worked(x: float) -> tuple[float, float]:
    """ELU and its derivative at 50 digits, rounded to float64."""
    if x > 0:
        return x, 1.0
    with mp.workdps(50):
        return float(expm1(mpf(x))), float(exact_exp(mpf(x)))


def test_elu_at_the_worked_values_is_right_to_the_last_digit() -> None:
    table = tabulated("elu", at=WORKED)
    assert table.columns == ("x", "elu", "elu'")
    assert list(table.rows) == [(x, *_worked(x)) for x in WORKED]


def test_the_worked_values_are_those_of_the_source() -> None:
    rounded = [(f"{f:.8g}", f"{slope:.8g}") for f, slope in map(_worked, WORKED)]
    assert rounded == [
        ("0.11", "1"),
        ("-0.88919684", "0.11080316"),
        ("0", "1"),
        ("50.2", "1"),
        ("33.5", "1"),
        ("-0.45118836", "0.54881164"),
    ]


def test_several_specs_and_orders_stand_side_by_side() -> None:
    table = tabulated("relu", "prelu:alpha=0.05,0.1", at=[-2.0], orders=(0, 1, 2))
    assert table.columns == (
        *("x", "relu", "relu'", "relu''"),
        *("prelu:alpha=0.05", "prelu:alpha=0.05'", "prelu:alpha=0.05''"),
        *("prelu:alpha=0.1", "prelu:alpha=0.1'", "prelu:alpha=0.1''"),
    )
    assert table.rows == ((-2.0, 0.0, 0.0, 0.0, -0.1, 0.05, 0.0, -0.2, 0.1, 0.0),)


def test_derivatives_in_a_parameter_name_it_in_their_column() -> None:
    table = tabulated("prelu", at=[-2.0, 2.0], orders=(0, 1), wrt="alpha")
    assert table.columns == ("x", "prelu", "∂prelu/∂alpha")
    assert table.rows == ((-2.0, -0.5, -2.0), (2.0, 2.0, 0.0))


def test_high_orders_are_counted_in_the_column() -> None:
    columns = [activation.curve(order).column for activation in activations("elu") for order in (3, 4, 12)]
    assert columns == ["elu'''", "elu^(4)", "elu^(12)"]


def test_a_table_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        tabulated(at=[1.0])
    assert str(caught.value) == "there is nothing to tabulate\nName an activation, as in 'actviz table elu'."
