"""Figures drawn as text, read back cell by cell."""

from __future__ import annotations

import math
import re
import warnings

import pytest

from actviz.api import names, plot_spec
from actviz.figures.compose import compare_spec
from actviz.figures.terminal.braille import draw, visible_heights
from actviz.figures.terminal.cells import plain, width

MARKS = "●○"
_CODE = re.compile(r"\x1b\[[0-9;]*m")


def drawn(*specs: str, columns: int = 80, rows: int = 24, **choices: object) -> list[str]:
    """The lines of a drawing without colours."""
    return draw(plot_spec(specs, **choices), columns, rows).splitlines()  # type: ignore[arg-type]


def is_dots(letter: str) -> bool:
    return "⠁" <= letter <= "⣿"


def columns_of(ticks: str) -> dict[float, int]:
    """Where the labels of x stand: the column of a label's middle digit."""
    places = {}
    for match in re.finditer(r"(−?)([\d.]+)", ticks):
        places[float(match[0].replace("−", "-"))] = match.start(2) + len(match[2]) // 2
    return places


def rows_of(lines: list[str]) -> dict[float, int]:
    """Where the labels of y stand."""
    found = ((re.match(r" *(−?[\d.]+) ", line), row) for row, line in enumerate(lines))
    return {float(match[1].replace("−", "-")): row for match, row in found if match}


def test_a_straight_line_passes_through_the_cells_where_ticks_meet() -> None:
    lines = drawn("identity")
    across, down = columns_of(lines[-1]), rows_of(lines[1:-1])
    picture = lines[1:-1]
    assert list(across) == [-4, -2, 0, 2, 4]
    assert {-4.0, -2.0, 0.0, 2.0, 4.0} <= set(down)
    for tick, column in across.items():
        assert is_dots(picture[down[tick]][column]), tick


def test_a_straight_line_is_nowhere_else() -> None:
    lines = drawn("identity")
    across, down = columns_of(lines[-1]), rows_of(lines[1:-1])
    per_column = 4 / (across[4] - across[0])
    per_row = 4 / (down[0] - down[4])
    for row, line in enumerate(lines[1:-1]):
        y = (down[0] - row) * per_row
        for column, letter in enumerate(line):
            x = (column - across[0]) * per_column
            meets = abs(y - x) < 0.5 * (per_row + per_column)  # the two cells' halves
            assert not is_dots(letter) or meets, (row, column)
            assert is_dots(letter) or abs(y - x) > 0.4 * per_row or abs(x) > 5 - per_column, (row, column)


def test_a_bend_is_where_its_values_are() -> None:
    lines = drawn("3*cos(x/2)", span=(-5, 5))
    across, down = columns_of(lines[-1]), rows_of(lines[1:-1])
    per_row = 2 / (down[0] - down[2])
    for tick, column in across.items():
        dotted = [row for row, line in enumerate(lines[1:-1]) if column < len(line) and is_dots(line[column])]
        assert min(abs((down[0] - row) * per_row - 3 * math.cos(tick / 2)) for row in dotted) <= 0.501 * per_row
        assert len(dotted) <= 2  # where it crosses from one row to the next


def test_tick_labels_of_selu() -> None:
    lines = drawn("selu", derivative=True)
    assert lines[0] == "SELU   Scaled exponential linear unit   ·   λ = 1.0507   α = 1.6733"
    assert lines[1] == "a f(x)   b f′(x)"
    assert lines[-1].split() == ["−4", "−2", "0", "2", "4"]
    assert list(rows_of(lines[2:-1])) == [4, 2, 0]
    assert lines[-2].endswith("−λα ≈ −1.758")


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_jump_is_a_gap_with_an_open_and_a_filled_mark(columns: int) -> None:
    lines = drawn("step", columns=columns)
    at = columns_of(lines[-1])[0]
    picture = lines[1:-1]
    assert picture[rows_of(picture)[1]][at] == "●"
    assert picture[rows_of(picture)[0]][at] == "○"
    between = picture[rows_of(picture)[1] + 1 : rows_of(picture)[0]]
    assert len(between) > 10
    assert not any(is_dots(letter) for line in between for letter in line)


def test_the_slopes_of_selu_at_zero_are_marked_as_taken_and_not() -> None:
    lines = drawn("selu", derivative=True)
    at = columns_of(lines[-1])[0]
    down = rows_of(lines[:-1])
    per_row = 2 / (down[0] - down[2])
    marks = {line[at]: (down[0] - row) * per_row for row, line in enumerate(lines) if line[at : at + 1] in tuple(MARKS)}
    assert marks["●"] == pytest.approx(1.7580993408473766, abs=per_row / 2)
    assert marks["○"] == pytest.approx(1.0507009873554805, abs=per_row / 2)


def test_axes_pass_through_zero() -> None:
    lines = drawn("identity")
    at = columns_of(lines[-1])[0]
    picture = lines[1:-1]
    zero = rows_of(picture)[0]
    for row, line in enumerate(picture):
        assert line[at] in "┊┼" or abs(row - zero) <= 1
    assert set(picture[zero][3:]) <= {"─", "┼"} | {letter for letter in picture[zero] if is_dots(letter)}


def test_a_pole_neither_flattens_the_rest_nor_is_bridged() -> None:
    spec = plot_spec(["1/x"])
    low, high = visible_heights(spec.panels[0])
    assert -12 < low < -4
    assert 4 < high < 12
    lines = drawn("1/x")
    at = columns_of(lines[-1])[0]
    assert not any(is_dots(line[at]) for line in lines[1:-1] if len(line) > at)


def test_a_narrow_bump_is_no_pole() -> None:
    assert visible_heights(plot_spec(["exp(-100*x**2)"]).panels[0])[1] > 0.99


def test_a_steep_branch_leaves_the_picture_where_it_leaves_the_figure() -> None:
    (panel,) = plot_spec(["exp(x)"]).panels
    assert panel.heights is not None
    low, high = visible_heights(panel)
    assert (low, high) == (0, panel.heights[1])
    assert high < math.exp(5)
    assert is_dots(drawn("exp(x)")[1].split()[-1])


def test_no_row_is_spent_on_air() -> None:
    assert visible_heights(plot_spec(["0.001*x", "x"]).panels[0]) == (-5, 5)
    assert visible_heights(plot_spec(["tanh"]).panels[0]) == (-1, 1)  # the asymptotes
    assert visible_heights(plot_spec(["100 + sin(x)"]).panels[0]) == pytest.approx((99, 101), abs=1e-4)


def test_a_constant_is_drawn_in_the_range_of_its_figure() -> None:
    (panel,) = plot_spec(["0*x"]).panels
    assert visible_heights(panel) == panel.heights


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_slanted_asymptote_is_dotted_and_named(columns: int) -> None:
    lines = drawn("softplus", columns=columns)
    picture = lines[next(row for row, line in enumerate(lines) if re.search("[┊┼]", line)) : -1]
    across, down = columns_of(lines[-1]), rows_of(picture)
    furthest = max(across)
    per_row, per_column = 2 / (down[0] - down[2]), furthest / (across[furthest] - across[0])
    dots = [(row, match.start()) for row, line in enumerate(picture) for match in re.finditer("·", line)]
    assert len(dots) >= 2
    for row, column in dots:
        assert abs((down[0] - row) * per_row - (column - across[0]) * per_column) < (per_row + per_column) / 2
    assert sum("· y = x" in line for line in picture) == 1


def test_a_horizontal_asymptote_is_named_unless_its_tick_says_it() -> None:
    assert drawn("elu:alpha=0.73")[-2].endswith("┈ −α = −0.73")
    lines = drawn("tanh")
    assert [row for row, line in enumerate(lines) if "┈" in line] == [rows_of(lines)[1], rows_of(lines)[-1]]
    assert all(len(re.findall("[0-9]", line)) == 2 for line in lines if "┈" in line)  # those of the tick


def test_without_colours_letters_tell_the_curves_apart() -> None:
    lines = drawn("gelu", "silu", "mish", columns=60)
    assert lines[1] == "a GELU   b SiLU   c Mish"
    picture = "".join(lines[2:-1])
    assert all(letter in picture for letter in "abc")


def test_curves_that_coincide_have_a_letter_each() -> None:
    picture = "".join(drawn("relu", "prelu:alpha=0")[2:-1])
    assert "a" in picture
    assert "b" in picture


def test_with_colours_each_curve_has_its_own() -> None:
    text = draw(plot_spec(["selu"], derivative=True), color=True)
    legend = text.splitlines()[1]
    assert _CODE.sub("", legend) == "⠤⠤ f(x)   ⠤⠤ f′(x)"
    first, second = re.findall(r"\x1b\[38;5;\d+m", legend)
    assert first != second
    picture = "".join(text.splitlines()[2:])
    assert first in picture
    assert second in picture
    assert all(line.count("\x1b[0m") == len(_CODE.findall(line)) / 2 for line in text.splitlines())


def test_more_curves_than_colours_are_lettered() -> None:
    text = draw(plot_spec(["prelu:alpha=" + ",".join(str(n / 10) for n in range(1, 12))]), color=True)
    legend = _CODE.sub("", text).splitlines()[1:3]
    assert legend[0].startswith("α:   a 0.1   b 0.2   c 0.3")
    assert legend[1].endswith("k 1.1")


def test_a_letter_keeps_away_from_marks_and_from_what_is_shared() -> None:
    lines = drawn("prelu:alpha=0.01,0.1,0.25", derivative=True)
    slopes = lines[lines.index("f′(x)") :]
    for letter in "abc":
        (row,) = [line for line in slopes if letter in line]
        assert not re.search(f"{letter}[●○]|[●○]{letter}", row)
    zero = next(line for line in lines if line.startswith("0 "))
    assert "b" in zero[: zero.index("┼") if "┼" in zero else None]


def test_coinciding_curves_share_the_cells_of_a_row() -> None:
    (line,) = [
        line for line in draw(plot_spec(["relu", "prelu:alpha=0"]), ascii_only=True).splitlines() if "*x*x*" in line
    ]
    assert line.startswith("0 ")


def test_colours_change_nothing_but_colours() -> None:
    spec = plot_spec(["selu"])
    assert _CODE.sub("", draw(spec, color=True)) == draw(spec)


def test_ascii_tells_curves_apart_by_their_signs() -> None:
    lines = draw(plot_spec(["selu"], derivative=True), ascii_only=True).splitlines()
    assert lines[0] == "SELU   Scaled exponential linear unit   -   lambda = 1.0507   alpha = 1.6733"
    assert lines[1] == "* f(x)   x f'(x)"
    picture = "".join(lines[2:-1])
    assert {"*", "x", "@", "o", ":", "+"} <= set(picture)
    assert lines[-1].split() == ["-4", "-2", "0", "2", "4"]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_every_entry_fits(columns: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in names():
            spec = plot_spec([name], derivative=True)
            for ascii_only in (False, True):
                lines = draw(spec, columns, 24, ascii_only=ascii_only).splitlines()
                assert len(lines) <= 24, name
                assert all(width(line) <= columns for line in lines), name
                assert len(lines) >= 17, name  # ticks take whole numbers of rows
                text = "".join(lines[2:-1])
                assert text.isascii() if ascii_only else any(is_dots(letter) for letter in text), name


def test_several_functions_and_orders_are_panels_below_each_other() -> None:
    lines = drawn("relu", "elu", orders=(1, 2), rows=40)
    assert [line for line in lines if line in ("f(x)", "f′(x)", "f″(x)")] == ["f(x)", "f′(x)", "f″(x)"]
    assert lines[1] == "a ReLU   b ELU"
    assert sum(line.split() == ["−4", "−2", "0", "2", "4"] for line in lines) == 3
    assert 34 <= len(lines) <= 40


def test_a_comparison_has_functions_above_derivatives() -> None:
    from actviz.api import activations

    text = draw(compare_spec(activations(["relu", "prelu"]), (-5, 5)))
    assert text.startswith("ReLU and PReLU\na ReLU   b PReLU\nf(x)\n")
    assert text.count("a ReLU") == 1
    assert [line for line in text.splitlines() if line in ("f′(x)", "f(x): PReLU − ReLU")] == [
        "f′(x)",
        "f(x): PReLU − ReLU",
    ]


def test_a_curve_keeps_its_sign_in_every_panel() -> None:
    from actviz.api import activations

    spec = compare_spec(activations(["relu", "elu", "prelu"]), (-5, 5))
    heading = spec.panels[2].heading
    for ascii_only, legend, signs in (
        (False, "a ReLU   b ELU   c PReLU", "abc"),
        (True, "* ReLU   x ELU   # PReLU", "*x#"),
    ):
        lines = draw(spec, rows=60, ascii_only=ascii_only).splitlines()
        assert lines[1] == legend
        difference = "".join(lines[lines.index(plain(heading) if ascii_only else heading) + 1 : -1])
        assert [sign in difference for sign in signs] == [False, True, True]


def test_derivatives_in_a_parameter() -> None:
    lines = drawn("prelu", wrt="alpha", orders=(1,), span=(-3, 3))
    assert lines[1] == "a f(x)   b ∂f/∂α(x)"
    assert lines[-1].split() == ["−3", "−2", "−1", "0", "1", "2", "3"]


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_long_words_wrap(columns: int) -> None:
    title = "図" * 30 + " and \x1b[31m a title that is rather long " + "x" * 90
    lines = drawn("x*sigmoid(1.702*x) if x > -100 else x*sigmoid(1.701*x)", "elu", title=title, columns=columns)
    assert all(width(line) <= columns for line in lines)
    assert "\x1b" not in "".join(lines)
    assert "".join("".join(lines).split()).startswith("図" * 30 + "and\\x1b[31matitlethatis")


@pytest.mark.parametrize(
    "spec",
    [
        "x*1e300",
        "x*1e-300",
        "0*x",
        "1e308*sign(x)",
        "1.7e308*sin(x)",
        "log(x)",
        "tan(x)",
        "exp(x**2)",
        "1/x**9",
        "sqrt(x)",
        "5",
    ],
)
@pytest.mark.parametrize("rows", [1, 8, 24])
def test_extremes_are_drawn(spec: str, rows: int) -> None:
    lines = drawn(spec, derivative=True, rows=rows)
    assert all(width(line) <= 80 for line in lines)
    assert len(lines) <= max(rows, 9)
