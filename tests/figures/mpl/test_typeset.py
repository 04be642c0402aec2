"""Formulas set in boxes: what stands where."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure

from actviz.api import get
from actviz.figures.definitions import formulas
from actviz.figures.mpl.formula import FormulaArtist
from actviz.figures.mpl.glyphs import Run
from actviz.figures.mpl.typeset import Box, Stroke, broken, formula_box, in_two_lines, math_box, text_width
from actviz.figures.spec import Formula
from actviz.registry.lookup import built_in

SIZE = 10.0


def runs(box: Box) -> list[Run]:
    return [mark for mark in box.marks if isinstance(mark, Run)]


def letters(latex: str) -> str:
    return "".join(run.text for run in runs(math_box(latex, SIZE)))


def run(box: Box, text: str) -> Run:
    (found,) = [mark for mark in runs(box) if mark.text == text]
    return found


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\lambda x", "λx"),
        (r"\lambda \alpha\,\left(e^{x} - 1\right)", "λα(ex−1)"),
        (r"\frac{x}{1 + \left|x\right|}", "x1+x"),
        (r"x \leq -\theta", "x≤−θ"),
        (r"\mathrm{sech}^{2}(b x)", "sech2(bx)"),
        (r"\ln(1 + e^{x})", "ln(1+ex)"),
        (r"1.702 \cdot 10^{-3}", "1.702·10−3"),
        (r"\Phi(x)", "Φ(x)"),
        (r"a_{r}", "ar"),
        (r"\mathrm{negative\_slope}", "negative_slope"),
        ("f'(x)", "f\u200a′(x)"),
    ],
)
def test_every_letter_is_there(latex: str, expected: str) -> None:
    assert letters(latex) == expected


@pytest.mark.parametrize("name", [entry.name for entry in built_in()])
def test_the_formulas_of_every_entry_are_set_without_a_command_left(name: str) -> None:
    activation = get(name)
    for formula in formulas([activation.curve(), activation.curve(1)]):
        box = formula_box([formula], SIZE)
        assert not any(set(mark.text) & set("\\{}^$") for mark in runs(box))
        for mark in box.marks:
            assert -0.01 <= mark.x <= box.width
            assert -box.depth <= mark.y <= box.height
            if isinstance(mark, Run):
                assert mark.size >= 0.5 * SIZE * 0.999


def test_variables_lean_and_digits_and_functions_stand() -> None:
    box = math_box(r"\tanh(2 x)", SIZE)
    assert [(mark.text, mark.italic) for mark in runs(box)] == [
        ("tanh", False),
        ("(", False),
        ("2", False),
        ("x", True),
        (")", False),
    ]


def test_marks_follow_one_another_without_touching() -> None:
    box = math_box(r"\lambda x + 1 \geq 0", SIZE)
    for before, after in pairwise(runs(box)):
        assert after.x >= before.x + text_width(before.text, before.size) * 0.9


def test_a_minus_sign_is_set_closer_than_a_minus() -> None:
    sign, minus = math_box("-x", SIZE), math_box("1-x", SIZE)
    assert run(sign, "x").x - run(sign, "−").x < run(minus, "x").x - run(minus, "−").x - 0.15 * SIZE


def test_exponents_are_raised_and_indices_lowered() -> None:
    box = math_box("e^{x}_{r}", SIZE)
    assert run(box, "x").y > 0.3 * SIZE
    assert run(box, "r").y < 0
    assert run(box, "x").size < SIZE


def test_a_fraction_has_a_bar_between_its_parts() -> None:
    box = math_box(r"\frac{a}{b}", SIZE)
    (bar,) = [mark for mark in box.marks if isinstance(mark, Stroke)]
    assert run(box, "b").y + 0.7 * SIZE < bar.y + 0.3 * SIZE < run(box, "a").y + 0.3 * SIZE
    assert abs(run(box, "a").x - run(box, "b").x) < 0.1 * SIZE


def test_parentheses_grow_with_what_they_hold() -> None:
    small, large = math_box(r"\left(x\right)", SIZE), math_box(r"\left(\frac{a}{b}\right)", SIZE)
    assert not [mark for mark in small.marks if isinstance(mark, Stroke)]
    assert len([mark for mark in large.marks if isinstance(mark, Stroke)]) == 3
    assert large.height + large.depth > 1.5 * SIZE


def test_cases_stand_behind_a_brace_in_two_columns() -> None:
    box = formula_box([Formula("f(x)", ((r"\lambda x", "x > 0"), (r"\lambda\alpha", "")))], SIZE)
    (brace,) = [mark for mark in box.marks if isinstance(mark, Stroke)]
    outline = np.asarray(brace.outline.vertices, dtype=float)
    top, bottom = outline[:, 1].max() + brace.y, outline[:, 1].min() + brace.y
    first, second = (mark for mark in runs(box) if mark.text == "λ")
    assert first.x == second.x
    assert brace.x + outline[:, 0].max() < first.x
    assert bottom < second.y < first.y < top
    assert run(box, ">").y == first.y
    otherwise = run(box, "otherwise")
    assert otherwise.y == second.y
    assert otherwise.x == [mark for mark in runs(box) if mark.text == "x" and mark.y == first.y][-1].x
    # The tip of the brace points at the head.
    assert abs((top + bottom) / 2 - (run(box, "=").y + 0.29 * SIZE)) < 0.1 * SIZE


def test_the_heads_of_definitions_end_together() -> None:
    box = formula_box([Formula("f(x)", (("x", ""),)), Formula("f'(x)", (("1", ""),))], SIZE)
    first, second = (mark for mark in runs(box) if mark.text == "=")
    assert first.x == second.x
    assert first.y > second.y + SIZE


def test_size_scales_everything() -> None:
    small, large = math_box(r"\frac{\sqrt{x}}{2}", SIZE), math_box(r"\frac{\sqrt{x}}{2}", 2 * SIZE)
    assert (large.width, large.height, large.depth) == pytest.approx(
        (2 * small.width, 2 * small.height, 2 * small.depth), rel=0.02
    )


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_what_is_drawn_fills_the_box_and_no_more(kind: str) -> None:
    figure = Figure(figsize=(6, 3), dpi=100)
    made = formulas([get("celu").curve(), get("softsign").curve(1)])
    artist = FormulaArtist(made, 14, "black", None)
    artist.set_place(0.1, 0.1)
    figure.add_artist(artist)
    out = io.BytesIO()
    figure.savefig(out, format=kind)
    if kind == "png":
        from PIL import Image, ImageOps

        out.seek(0)
        drawn = ImageOps.invert(Image.open(out).convert("L")).getbbox()
        assert drawn is not None
        box = artist.get_window_extent()
        expected = (box.x0, 300 - box.y1, box.x1, 300 - box.y0)
        assert all(abs(one - other) < 5 for one, other in zip(drawn, expected, strict=True))


def test_several_primes_stand_together() -> None:
    assert letters("f''(x)") == "f\u200a′′(x)"
    assert letters("f'''(x)") == "f\u200a′′′(x)"


def test_an_operation_keeps_its_distance_from_large_parentheses() -> None:
    plus = text_width("+", SIZE) + 0.15 * SIZE
    small = math_box(r"x + \left(a\right)", SIZE)
    assert run(small, "(").x > run(small, "+").x + plus
    large = math_box(r"x + \left(\frac{a}{b}\right)", SIZE)
    strokes = [
        mark.x + np.asarray(mark.outline.vertices)[:, 0].min() for mark in large.marks if isinstance(mark, Stroke)
    ]
    assert min(strokes) > run(large, "+").x + plus


def test_exponents_are_set_without_spaces_around_operations() -> None:
    box = math_box("e^{p - 1}", SIZE)
    minus, one = run(box, "−"), run(box, "1")
    assert one.x - minus.x == pytest.approx(text_width("−", minus.size), rel=0.01)
    line = math_box("p - 1", SIZE)
    assert run(line, "1").x - run(line, "−").x > text_width("−", SIZE) + 0.15 * SIZE


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\tanh(u) + x\,\mathrm{sech}^{2}(u)", r"\tanh(u) \\ {}+ x\,\mathrm{sech}^{2}(u)"),
        ("a + b + c + d", r"a + b + c \\ {}+ d"),
        (r"\sigma(x)\,(1 + a\,\cos(x) + (x + a)\,b)", r"\sigma(x)\,(1 + a\,\cos(x) \\ {}+ (x + a)\,b)"),
        ("-x", "-x"),
        (r"\frac{1 + x}{2}", r"\frac{1 + x}{2}"),
        (r"\left(1 + x\right)\,y", r"\left(1 + x\right)\,y"),
        ("((a + b) x) y", "((a + b) x) y"),
        ("e^{-x - 1}", "e^{-x - 1}"),
    ],
)
def test_a_formula_is_parted_at_an_outer_sign_into_lines_of_like_length(latex: str, expected: str) -> None:
    assert broken(latex) == expected


def test_lines_of_a_formula_stand_below_one_another_and_later_ones_are_indented() -> None:
    box = math_box(broken("alpha x + beta y".replace("alpha ", "a").replace("beta ", "b")), SIZE)
    first, second = run(box, "a"), run(box, "b")
    assert second.y < first.y - SIZE
    plus = run(box, "+")
    assert plus.y == second.y
    assert plus.x > first.x + SIZE
    assert second.x > plus.x + text_width("+", SIZE) + 0.15 * SIZE  # an operation, not a sign


def test_only_the_long_ones_of_several_formulas_are_parted() -> None:
    short, long = Formula("f(x)", (("x + 1", ""),)), Formula("f'(x)", (("a + b + c + d + e + f", "x > 0"), ("1", "")))
    parted = in_two_lines([short, long])
    assert parted[0] == short
    assert parted[1].cases == ((r"a + b + c \\ {}+ d + e + f", "x > 0"), ("1", ""))


def test_what_a_letter_stands_for_has_a_line_of_its_own() -> None:
    box = formula_box([Formula("f'(x)", (("u + 1", ""),), (("u", "x y"),))], SIZE)
    upper, lower = sorted((mark for mark in runs(box) if mark.text == "="), key=lambda mark: -mark.y)
    assert upper.x == lower.x
    assert run(box, "y").y == lower.y < upper.y - SIZE


@pytest.mark.parametrize("dpi", [72, 144, 288])
def test_a_bar_is_as_thick_as_its_stroke_at_any_resolution(dpi: int) -> None:
    from PIL import Image

    figure = Figure(figsize=(2, 2), dpi=dpi)
    artist = FormulaArtist([Formula("f", ((r"\frac{a}{b}", ""),))], 40, "black", None)
    artist.set_place(0.1, 0.2)
    figure.add_artist(artist)
    out = io.BytesIO()
    figure.savefig(out, format="png")
    out.seek(0)
    pixels = 255 - np.asarray(Image.open(out).convert("L"), dtype=float)
    (bar,) = [mark for mark in artist.box.marks if isinstance(mark, Stroke)]
    unit = dpi / 72
    column = int(artist.get_window_extent().x0 + (bar.x + 0.1 * 40) * unit)  # beside the letters
    middle = int(pixels.shape[0] - artist.get_window_extent().y0 - (artist.box.depth + bar.y) * unit)
    near = pixels[middle - 6 * dpi // 72 : middle + 6 * dpi // 72, column]
    assert near.sum() / 255 == pytest.approx(bar.thickness * unit, abs=0.5)
