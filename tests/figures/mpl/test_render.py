"""Rendered figures by their artists: what is drawn where, and that nothing is clipped or covered."""

from __future__ import annotations

import copy
import io
import math
import subprocess
import sys
from dataclasses import replace
from typing import Any

import canvas
import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from actviz.api import activations, get, plot, plot_spec
from actviz.errors import UsageError
from actviz.figures.compose import compare_spec
from actviz.figures.mpl.formula import FormulaArtist
from actviz.figures.mpl.render import render
from actviz.figures.mpl.style import color_of
from actviz.figures.spec import THEMES, Band, Bars, FigureSpec, Line, Panel, Points
from actviz.registry.lookup import built_in

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
NAMES = [entry.name for entry in built_in()]
SEVEN = ("identity", "relu", "leaky_relu", "prelu", "elu", "selu", "thresholded_relu")
SIZES = [(3.0, 2.0), (8.0, 5.0), (12.0, 8.0)]


def curves(axes: Axes) -> list[Line2D]:
    return [line for line in axes.lines if line.get_transform() == axes.transData and line.get_linestyle() != "None"]


def dots(axes: Axes) -> list[tuple[float, float, bool]]:
    """(x, y, whether filled) of every dot."""
    found = []
    for line in axes.lines:
        if line.get_marker() == "o":
            (x,), (y,) = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
            filled = to_hex(line.get_markerfacecolor()) == to_hex(line.get_markeredgecolor())
            assert filled or to_hex(line.get_markerfacecolor()) == to_hex(axes.get_facecolor())
            found.append((float(x), float(y), filled))
    return sorted(found)


def data(line: Line2D) -> tuple[list[float], list[float]]:
    x, y = (np.asarray(values, dtype=float).tolist() for values in (line.get_xdata(), line.get_ydata()))
    return x, y


def ends(line: Line2D) -> list[tuple[float, float]]:
    x, y = data(line)
    return [(x[0], y[0]), (x[-1], y[-1])]


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in canvas.texts(figure) if text in figure.texts]


def definitions(figure: Figure) -> list[str]:
    """What the formulas on a figure define."""
    return [one.head for artist in figure.artists if isinstance(artist, FormulaArtist) for one in artist.formulas]


def find(figure: Figure, content: str) -> Text:
    (text,) = [text for text in figure.texts if text.get_text().replace("\u200a", "") == content]
    return text


def test_a_kink_is_sharp_and_a_jump_is_a_gap() -> None:
    (axes,) = plot("selu", derivative=True).axes
    left, right, slope_left, slope_right = curves(axes)
    assert ends(left)[1] == ends(right)[0] == (0, 0)
    assert ends(slope_left)[1] == (0, SCALE * ALPHA)
    assert ends(slope_right) == [(0, SCALE), (5, SCALE)]


def test_a_jump_has_one_open_and_one_filled_dot() -> None:
    (axes,) = plot("selu", derivative=True).axes
    assert dots(axes) == [(0, SCALE, False), (0, SCALE * ALPHA, True)]
    (axes,) = plot("thresholded_relu").axes
    assert dots(axes) == [(1, 0, True), (1, 1, False)]


@pytest.mark.parametrize("theme", THEMES)
def test_open_dots_show_the_background_of_their_theme(theme: str) -> None:
    (axes,) = plot("thresholded_relu", derivative=True, theme=theme).axes
    assert sorted(filled for *_, filled in dots(axes)) == [False, False, True]  # two agree


def test_the_function_is_solid_and_its_derivative_dashed_and_of_another_colour() -> None:
    (axes,) = plot("x*sigmoid(x)", derivative=True).axes
    function, derivative = curves(axes)
    assert function.get_linestyle() == "-"
    assert derivative.get_linestyle() == "--"
    assert to_hex(function.get_color()) == "#0b6bb5"
    assert to_hex(derivative.get_color()) == "#d1495b"


def test_axes_run_through_the_origin_and_there_is_a_grid() -> None:
    (axes,) = plot("selu").axes
    straight = [data(line) for line in axes.lines if len(data(line)[0]) == 2]
    assert ([0, 1], [0, 0]) in straight
    assert ([0, 0], [0, 1]) in straight
    assert all(line.get_visible() for line in [*axes.get_xgridlines(), *axes.get_ygridlines()])
    assert axes.get_xlabel() == "x"


def test_an_axis_that_the_range_does_not_reach_is_left_out() -> None:
    (axes,) = plot("x", span=(2, 3)).axes
    assert all(data(line)[0] != [0, 0] for line in axes.lines)


def test_curves_are_named_at_their_ends_instead_of_in_a_box() -> None:
    figure = plot("selu", derivative=True)
    (axes,) = figure.axes
    box = axes.get_window_extent()
    assert axes.get_legend() is None
    for label, color in (("f(x)", "#0b6bb5"), ("f′(x)", "#d1495b")):
        text = find(figure, label)
        left = text.get_window_extent(canvas.renderer_of(figure))
        assert to_hex(text.get_color()) == color
        assert left.x0 > box.x1 or left.x1 < box.x0


def test_title_and_constants_stand_at_the_top() -> None:
    figure = plot("selu", derivative=True)
    title, subtitle = (
        find(figure, "SELU"),
        find(figure, "Scaled exponential linear unit   ·   λ = 1.0507   α = 1.6733"),
    )
    boxes = canvas.texts(figure)
    assert title.get_fontweight() == "bold"
    assert boxes[title].y0 > boxes[subtitle].y1 - 1
    assert boxes[subtitle].y0 > figure.axes[0].get_window_extent().y1


def test_the_asymptote_of_selu_is_labelled_at_its_height() -> None:
    figure = plot("selu", derivative=True)
    (axes,) = figure.axes
    label = canvas.texts(figure)[find(figure, "−λα ≈ −1.758")]
    height = axes.transData.transform((0, -SCALE * ALPHA))[1]
    assert any(data(line)[1] == [-SCALE * ALPHA] * 2 for line in axes.lines)
    assert 0 <= label.y0 - height < 0.05 * axes.get_window_extent().height


def test_a_sweep_has_ordered_colours_and_one_label_for_each_value() -> None:
    figure = plot("prelu:alpha=0.01,0.05,0.25", derivative=True)
    assert len(figure.axes) == 2
    for axes in figure.axes:
        colors = list(dict.fromkeys(to_hex(line.get_color()) for line in curves(axes)))
        brightness = [sum(int(color[place : place + 2], 16) for place in (1, 3, 5)) for color in colors]
        assert len(colors) == 3
        assert brightness == sorted(brightness)
    assert sorted(word for word in words(figure) if word.startswith("α")) == sorted(
        ["α = 0.01", "α = 0.05", "α = 0.25"] * 2
    )


@pytest.mark.parametrize("theme", THEMES)
def test_six_curves_can_be_told_apart_without_colour(theme: str) -> None:
    figure = plot(*SEVEN[:6], theme=theme)
    styles = {(to_hex(line.get_color()), str(line._unscaled_dash_pattern)) for line in curves(figure.axes[0])}  # type: ignore[attr-defined]
    dashes = {pattern for _, pattern in styles}
    assert len(dashes) == 6


def check(spec: FigureSpec) -> Figure:
    """Nothing clipped, nothing overlapping, no curve under a text."""
    figure = canvas.drawn(spec)
    boxes = canvas.texts(figure)
    assert canvas.outside(figure, boxes) == []
    assert canvas.overlaps(boxes) == []
    width, height = figure.get_size_inches() * figure.dpi
    for axes in figure.axes:
        box = axes.get_window_extent()
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height
        lines = canvas.curves(axes)
        assert lines
        written = [text for text in boxes if text in (*figure.texts, *figure.artists)]
        assert [canvas.words(text) for text in written if canvas.crossed(boxes[text], lines)] == []
    return figure


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_clipped_or_covered_at_any_size(name: str) -> None:
    """In the light theme; `test_themes_differ_in_colours_only` says why that holds for the others."""
    spec = plot_spec([name], derivative=True)
    for size in SIZES:
        shown = definitions(check(replace(spec, size=size)))
        # The definition is in every figure, and both are where there is room for them.
        assert len(shown) >= (len(spec.formulas) if size == (12.0, 8.0) else min(1, len(spec.formulas)))


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != "paper"])
@pytest.mark.parametrize("name", SEVEN)
def test_themes_move_nothing(name: str, theme: str) -> None:
    """So what is neither clipped nor covered in one theme is neither in any."""
    layouts = []
    for spec in (plot_spec([name], derivative=True, theme=one) for one in ("light", theme)):
        figure = canvas.drawn(spec)
        boxes = [(canvas.words(text), *box.bounds) for text, box in canvas.texts(figure).items()]
        layouts.append((boxes, [axes.get_position().bounds for axes in figure.axes]))
    assert layouts[0] == layouts[1]


@pytest.mark.parametrize("size", [(3.0, 2.0), (8.0, 5.0), (12.0, 3.0)], ids=lambda size: f"{size[0]:g}x{size[1]:g}")
@pytest.mark.parametrize(
    "specs",
    [
        ("prelu:alpha=0.01,0.05,0.25",),
        ("prelu:alpha=0,1,2,3,4,5,6,7,8,9",),
        ("selu", "1.0507*(exp(x)-1) if x<0 else x"),
        SEVEN,
        ("x*sigmoid(1.702*x)",),
        ("sin(x)",),
        ("tanh(x)",),
        ("exp(x)",),
    ],
    ids=lambda specs: f"{specs[0][:16]}-{len(specs)}",
)
def test_families_and_expressions_are_neither_clipped_nor_covered(
    specs: tuple[str, ...], size: tuple[float, float]
) -> None:
    check(plot_spec(specs, derivative=True, size=size))


@pytest.mark.parametrize("theme", THEMES)
def test_comparisons_are_neither_clipped_nor_covered(theme: str) -> None:
    check(compare_spec(activations(["relu", "prelu"]), (-5, 5), theme=theme))


@pytest.mark.parametrize(
    ("spec", "span"),
    [("1000000*x", None), ("0.00001*x", None), ("x**3", (-100.0, 3.0)), ("sin(x)", (1e6, 1e6 + 10)), ("0*x", None)],
)
def test_large_and_tiny_numbers_at_the_axes_are_neither_clipped_nor_covered(
    spec: str, span: tuple[float, float] | None
) -> None:
    check(plot_spec([spec], span=span))


@pytest.mark.parametrize("title", ["word " * 40, "two\nlines", "½ λ → ∞"])
def test_a_title_of_any_length_fits(title: str) -> None:
    check(plot_spec(["selu"], derivative=True, title=title.strip()))


@pytest.mark.parametrize("title", ["costs $5", "$x^$", "a_b^{c", r"\alpha", "100 %"])
def test_a_title_is_taken_as_it_is_written(title: str) -> None:
    spec = plot_spec(["selu"], title=title)
    figure = canvas.drawn(spec)
    text = find(figure, title)
    plain = figure.text(0, 0, title, fontsize=text.get_fontsize(), weight="bold", parse_math=False)
    renderer = canvas.renderer_of(figure)
    assert text.get_window_extent(renderer).width == plain.get_window_extent(renderer).width


def test_a_title_in_letters_that_the_font_lacks_warns_nobody() -> None:
    assert find(plot("selu", title="活性化関数"), "活性化関数").get_visible()


def test_values_near_the_largest_float_are_drawn() -> None:
    low, high = plot("1e308*x").axes[0].get_ylim()
    assert low < 0 < high


def test_the_formulas_keep_clear_of_the_curves_and_can_be_left_out() -> None:
    figure = check(plot_spec(["selu"], derivative=True))
    assert definitions(figure) == ["f(x)", "f'(x)"]
    assert definitions(plot("selu", derivative=True, formula=False)) == []


def test_a_formula_covers_no_asymptote() -> None:
    for name in ("hexpo", "softclip", "silu"):
        spec = plot_spec([name], derivative=True)
        figure = check(spec)
        (axes,) = figure.axes
        (artist,) = [artist for artist in figure.artists if isinstance(artist, FormulaArtist)]
        x = np.linspace(spec.low, spec.high, 2000)
        for guide in spec.panels[0].guides:
            line = axes.transData.transform(np.column_stack([x, guide.intercept + guide.slope * x]))
            assert not canvas.crossed(artist.get_window_extent(), [line])


def test_a_formula_that_finds_no_free_place_goes_above_the_axes() -> None:
    figure = check(plot_spec(["5*sin(20*x)"]))
    (artist,) = [artist for artist in figure.artists if isinstance(artist, FormulaArtist)]
    assert artist.get_window_extent().y0 > figure.axes[0].get_window_extent().y1


def boxes_of_formulas(figure: Figure) -> list[Bbox]:
    return [artist.get_window_extent() for artist in figure.artists if isinstance(artist, FormulaArtist)]


@pytest.mark.parametrize("name", ["mish", "sinlu", "gelu_tanh", "eis_1", "smu", "acon_c", "abs"])
def test_a_formula_covers_neither_axis_where_it_need_not(name: str) -> None:
    figure = check(plot_spec([name], derivative=True))
    across, up = figure.axes[0].transData.transform((0.0, 0.0))
    (box,) = boxes_of_formulas(figure)
    assert not box.x0 < across < box.x1
    assert not box.y0 < up < box.y1


def test_formulas_that_do_not_fit_together_have_a_corner_each() -> None:
    figure = check(plot_spec(["sqnl"], derivative=True))
    assert definitions(figure) == ["f(x)", "f'(x)"]
    first, second = boxes_of_formulas(figure)
    assert first.y0 > second.y1


def test_of_many_formulas_the_last_are_left_out_first() -> None:
    figure = check(plot_spec(["mish"], orders=(0, 1, 2, 3)))
    assert definitions(figure)[:2] == ["f(x)", "f'(x)"]


def test_a_derivative_far_from_its_function_has_a_panel_of_its_own() -> None:
    figure = check(plot_spec(["1000 + sin(x)"], derivative=True))
    function, slope = figure.axes
    assert function.get_ylim()[0] > 900
    low, high = slope.get_ylim()
    assert -2 < low < -1 < 1 < high < 2
    assert len(check(plot_spec(["selu"], derivative=True)).axes) == 1


def test_names_stay_off_the_edge_of_the_figure() -> None:
    for specs in (["selu"], ["log_sigmoid"], ["elu:alpha=0.2,0.5,0.8,1,1.3,1.6,2"]):
        figure = check(plot_spec(specs, derivative=len(specs[0]) < 20))
        width = figure.get_size_inches()[0] * figure.dpi
        boxes = [box for text, box in canvas.texts(figure).items() if isinstance(text, Text)]
        assert min(min(box.x0, width - box.x1) for box in boxes) > 0.5 * 10 * figure.dpi / 72 * 0.9


def test_a_curve_that_begins_in_the_middle_is_named_at_its_end() -> None:
    figure = check(plot_spec(["sqrt(x)"], derivative=True))
    box = figure.axes[0].get_window_extent()
    assert all(canvas.texts(figure)[find(figure, name)].x0 > box.x1 for name in ("f(x)", "f′(x)"))


def test_a_long_title_goes_on_in_the_next_line_before_it_becomes_small() -> None:
    title = "What a figure shows, said in rather more words than an editor would ever allow in print, and then some"
    figure = check(plot_spec(["selu"], title=title))
    (text,) = [text for text in figure.texts if text.get_text().startswith("What")]
    assert text.get_text().replace("\n", " ") == title
    assert text.get_text().count("\n") == 1
    assert float(text.get_fontsize()) >= 0.7 * float(find(plot("selu"), "SELU").get_fontsize())


def test_a_formula_for_which_there_is_no_room_is_left_out() -> None:
    wide = "+".join(f"sin({number}*x)" for number in range(11, 20))
    assert definitions(check(plot_spec([wide], size=(3, 2), font_scale=2))) == []


def test_a_pole_is_not_drawn_as_a_line() -> None:
    (axes,) = plot("1/x").axes
    (line,) = curves(axes)
    assert np.isnan(np.asarray(line.get_ydata(), dtype=float)).any()


def test_a_curve_that_leaves_the_frame_is_named_within_it_and_beside_itself() -> None:
    figure = check(plot_spec(["cube"]))
    (axes,) = figure.axes
    box, frame = canvas.texts(figure)[find(figure, "f(x)")], axes.get_window_extent()
    assert frame.x0 <= box.x0
    assert box.x1 <= frame.x1
    line = np.concatenate(canvas.curves(axes))
    assert np.hypot(line[:, 0] - (box.x0 + box.x1) / 2, line[:, 1] - (box.y0 + box.y1) / 2).min() < 60


def test_a_slanted_asymptote_is_drawn_and_named() -> None:
    figure = check(plot_spec(["silu"], derivative=True))
    (axes,) = figure.axes
    (guide,) = [line for line in axes.lines if isinstance(line, AxLine)]
    assert (guide.get_slope(), guide.get_xy1()) == (1, (0, 0))
    assert find(figure, "y = x").get_visible()


def test_a_sweep_of_many_values_has_a_colour_bar() -> None:
    values = ",".join(str(number / 10) for number in range(15))
    spec = plot_spec([f"prelu:alpha={values}"], derivative=True)
    figure = check(spec)
    cells = [artist for artist in figure.artists if isinstance(artist, Rectangle)]
    assert [to_hex(cell.get_facecolor()) for cell in cells] == [
        to_hex(color_of(line.color, "light")) for line in spec.panels[0].lines
    ]
    assert [cell.get_y() for cell in cells] == sorted(cell.get_y() for cell in cells)
    assert {"α", "0", "1.4"} <= set(words(figure))


def test_many_functions_have_a_list() -> None:
    figure = check(plot_spec(NAMES[:14], size=(8, 5)))
    assert {entry.title for entry in list(built_in())[:14]} <= set(words(figure))
    check(plot_spec(NAMES[:50], size=(8, 5)))


def test_text_grows_with_the_font_scale_and_lines_do_not() -> None:
    usual, large = check(plot_spec(["selu"])), check(plot_spec(["selu"], font_scale=1.5))
    sizes = [float(find(figure, "f(x)").get_fontsize()) for figure in (usual, large)]
    assert sizes[1] == pytest.approx(1.5 * sizes[0])
    assert curves(large.axes[0])[0].get_linewidth() == curves(usual.axes[0])[0].get_linewidth()


@pytest.mark.parametrize("font_scale", [0.5, 0.8, 1.4, 2.0])
@pytest.mark.parametrize("name", SEVEN)
def test_nothing_is_clipped_or_covered_at_any_font_scale(name: str, font_scale: float) -> None:
    check(plot_spec([name], derivative=True, font_scale=font_scale))


def test_a_figure_is_drawn_into_axes_of_somebody_elses() -> None:
    before = copy.deepcopy(dict(matplotlib.rcParams))
    figure = Figure()
    left, right = figure.subplots(1, 2)
    right.plot([0, 1], [2, 3])
    assert plot("selu", derivative=True, ax=left) is figure
    assert [line.get_label() for line in curves(left) if not str(line.get_label()).startswith("_")] == ["f(x)", "f′(x)"]
    assert dots(left) == [(0, SCALE, False), (0, SCALE * ALPHA, True)]
    assert left.get_xlim() == (-5, 5)
    assert figure.texts == []
    assert len(right.lines) == 1
    assert dict(matplotlib.rcParams) == before


def test_several_panels_do_not_fit_into_one_pair_of_axes() -> None:
    with pytest.raises(UsageError) as caught:
        plot("relu", "elu", derivative=True, ax=Figure().subplots())
    assert str(caught.value) == (
        "2 panels do not fit into one pair of axes\n"
        "Draw one order at a time: derivatives without the function by function=False."
    )


def test_a_derivative_alone_is_drawn_into_axes_of_somebody_elses() -> None:
    axes = Figure().subplots()
    plot("gelu", "silu", orders=(1,), function=False, ax=axes)
    assert [line.get_label() for line in curves(axes)] == ["GELU", "SiLU"]
    for line, name in zip(curves(axes), ("gelu", "silu"), strict=True):
        x, y = data(line)
        assert y == pytest.approx(get(name).derivative(np.array(x)), abs=1e-14)


def test_a_notebook_shows_an_activation() -> None:
    selu = get("selu")
    shown, figure = (
        np.asarray(Image.open(io.BytesIO(content or b"")))
        for content in (selu._repr_png_(), plot("selu", derivative=True)._repr_png_())  # type: ignore[attr-defined]
    )
    # A figure may have been changed since: its ticks are drawn by matplotlib, and their letters' edges differ a little.
    assert np.abs(shown.astype(int) - figure).max() <= 40
    assert str(selu._repr_latex_()).startswith(r"$$f(x) = \begin{cases} \lambda x & \text{if } x > 0 \\")


def test_the_check_for_covered_text_sees_a_text_on_a_curve() -> None:
    figure = canvas.drawn(plot_spec(["identity"], formula=False))
    figure.text(0.5, 0.5, "in the way of the line", ha="center", va="center")
    boxes = canvas.texts(figure)
    assert any(canvas.crossed(box, canvas.curves(figure.axes[0])) for box in boxes.values())
    figure.text(0.5, 0.5, "and of the text")
    assert canvas.overlaps(canvas.texts(figure)) != []
    figure.text(0.99, 0.5, "over the edge")
    assert canvas.outside(figure, canvas.texts(figure)) == ["over the edge"]


def test_all_that_is_finite_is_within_the_axes() -> None:
    (axes,) = plot("selu", derivative=True, span=(-3, 7)).axes
    low, high = axes.get_ylim()
    values = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in curves(axes)])
    assert axes.get_xlim() == (-3, 7)
    assert low < values.min()
    assert values.max() < high


def test_size_and_resolution_are_those_asked_for() -> None:
    figure = plot("selu", size=(6, 3), dpi=50)
    assert tuple(figure.get_size_inches()) == (6, 3)
    assert figure.dpi == 50


def test_rendering_changes_no_global_setting() -> None:
    before = copy.deepcopy(dict(matplotlib.rcParams))
    for theme in THEMES:
        plot("selu", derivative=True, theme=theme)
    assert dict(matplotlib.rcParams) == before


def test_settings_are_restored_after_a_failure() -> None:
    before = copy.deepcopy(dict(matplotlib.rcParams))
    wrong: Any = (np.array([0.0, 1.0]), "not numbers")
    with pytest.raises((TypeError, ValueError)):
        render(FigureSpec("t", "", (Panel((Line("l", (wrong,)),)),), 0, 1))
    assert dict(matplotlib.rcParams) == before


def test_a_users_settings_do_not_reach_the_figure() -> None:
    with matplotlib.rc_context({"lines.linewidth": 9, "font.size": 30, "axes.grid": False, "text.color": "lime"}):
        figure = plot("selu")
    plain = plot("selu")
    for one, other in zip(figure.texts, plain.texts, strict=True):
        assert one.get_fontsize() == other.get_fontsize()
        assert one.get_color() == other.get_color()


def test_figures_need_no_pyplot() -> None:
    script = (
        "import sys, actviz; from actviz.api import plot_spec; from actviz.figures.mpl import save\n"
        "spec = plot_spec(['selu'], derivative=True)\n"
        "[save.image(actviz.plot('selu', derivative=True), spec, kind) for kind in save.IMAGES]\n"
        "print(sorted(name for name in sys.modules if name == 'matplotlib.pyplot' or name.startswith('tkinter')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def measured(**options: object) -> FigureSpec:
    x = np.linspace(1.0, 50.0, 50)
    decay = Line("q", ((x, 10 * np.exp(-x / 5)),))
    band = Band(x, 8 * np.exp(-x / 5), 12 * np.exp(-x / 5), "spread")
    logged = Panel((decay,), "log", bands=(band,), yscale="log", xlabel="layer")
    places, heights = np.arange(5.0), np.array([1.0, 30.0, -200.0, 4.0, 2.0])
    bars = Panel(
        bars=(Bars(places, heights, 0.8, label="count"),),
        points=(Points(places, heights, heights - 1, heights + 1, color=1),),
        heading="bars",
        span=(-1.0, 5.0),
    )
    stems = Panel(bars=(Bars(places, heights),), heading="stems", yscale="symlog", span=(-1.0, 5.0))
    return FigureSpec("Measured", "", (logged, bars, stems), 1, 50, size=(12.0, 4.0), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", THEMES)
def test_bands_bars_stems_and_points_stand_on_scales_of_their_own(theme: str) -> None:
    figure = canvas.drawn(measured(theme=theme))
    boxes = canvas.texts(figure)
    assert canvas.outside(figure, boxes) == []
    assert canvas.overlaps(boxes) == []
    logged, bars, stems = figure.axes
    assert (logged.get_yscale(), bars.get_yscale(), stems.get_yscale()) == ("log", "linear", "symlog")
    assert [tick for tick in logged.get_yticks() if tick >= 0.001] == [0.001, 0.01, 0.1, 1, 10]
    assert [label.get_text() for label in logged.get_yticklabels()][-1] == "10¹"
    assert logged.get_ylim()[1] > 12 * math.exp(-0.2)
    assert len(bars.patches) == 5
    assert bars.get_xlim() == (-1.0, 5.0)
    assert bars.get_ylim()[0] < -201
    assert {0.0, 1.0, -100.0} <= set(stems.get_yticks())
    assert logged.get_xlabel() == "layer"


def test_a_logarithmic_axis_refuses_what_is_not_positive() -> None:
    with pytest.raises(UsageError, match="a logarithmic y axis cannot start at -1"):
        Panel(heights=(-1.0, 2.0), yscale="log")
    with pytest.raises(UsageError, match="there is no scale 'cubic'"):
        Panel(xscale="cubic")
