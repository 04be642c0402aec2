"""Themes: package data, in force only where they are asked for, and readable by everybody."""

from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path

import matplotlib
import pytest
from colour_vision import VISIONS, ciede2000, seen
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties, findfont

from actviz.api import plot, plot_spec
from actviz.errors import InputError, UsageError
from actviz.figures.mpl import style
from actviz.figures.mpl.render import render
from actviz.figures.mpl.style import color_of, styled, text_scale
from actviz.figures.spec import THEMES, FigureSpec

SCREENS = [theme for theme in THEMES if theme != "paper"]  # whose figures differ in colours only


def brightness(color: object) -> float:
    """Relative luminance, as the WCAG defines it."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(color)]  # type: ignore[arg-type]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: object, second: object) -> float:
    bright, dark = sorted((brightness(first), brightness(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_every_theme_has_a_sheet_and_every_sheet_is_a_theme() -> None:
    folder = Path(style.__file__).with_name("styles")
    assert sorted(path.stem for path in folder.glob("*.mplstyle")) == sorted([*THEMES, "base"])


@pytest.mark.parametrize("theme", THEMES)
def test_settings_hold_inside_and_are_restored_outside(theme: str) -> None:
    before = copy.deepcopy(dict(matplotlib.rcParams))
    with styled(theme):
        assert matplotlib.rcParams["svg.hashsalt"] == "actviz"
        assert matplotlib.rcParams["pdf.fonttype"] == 42
        inside = dict(matplotlib.rcParams)
    assert inside != before
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("theme", THEMES)
def test_how_matplotlib_runs_is_left_as_it_is(theme: str) -> None:
    with matplotlib.rc_context({"toolbar": "None", "savefig.directory": "/somewhere"}):
        with styled(theme):
            assert matplotlib.rcParams["toolbar"] == "None"
            assert matplotlib.rcParams["savefig.directory"] == "/somewhere"
        assert matplotlib.rcParams["toolbar"] == "None"


@pytest.mark.parametrize("theme", THEMES)
def test_themes_use_only_a_font_that_matplotlib_ships(theme: str) -> None:
    shipped = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    with styled(theme):
        families = matplotlib.rcParams["font.family"]
        assert not matplotlib.rcParams["text.usetex"]
        files = [Path(findfont(FontProperties(family=[family]))) for family in families]
    assert files
    assert all(file.parent == shipped for file in files)


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_the_first_two_curves_stand_out_from_the_background(theme: str) -> None:
    with styled(theme):
        background = matplotlib.rcParams["figure.facecolor"]
        assert contrast(matplotlib.rcParams["text.color"], background) >= 12
        assert contrast(matplotlib.rcParams["xtick.color"], background) >= 4.5
        assert contrast(color_of(0, theme), background) >= 4.5
        assert contrast(color_of(1, theme), background) >= 4
        assert all(contrast(color_of(number, theme), background) >= 3 for number in range(8))


APART = 12.0  # ΔE₀₀; 2.3 is just noticeable, and 10 is plain at a glance


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", ["normal", "protan", "deutan", "tritan"])
def test_neighbouring_curves_are_told_apart_with_any_colour_vision(theme: str, vision: str) -> None:
    with styled(theme):
        colors = [seen(color_of(number, theme), vision) for number in range(8)]
    neighbours = [*zip(colors, [*colors[1:], colors[0]], strict=True), (colors[0], colors[2])]
    assert min(ciede2000(*pair) for pair in neighbours) >= APART


@pytest.mark.parametrize("theme", ["print", "paper"])
def test_neighbouring_curves_on_paper_are_told_apart_in_greyscale(theme: str) -> None:
    with styled(theme):
        colors = [seen(color_of(number, theme), "greyscale") for number in range(8)]
    assert min(ciede2000(*pair) for pair in zip(colors, [*colors[1:], colors[0]], strict=True)) >= APART


def test_the_colour_difference_is_that_of_its_paper() -> None:
    """Rows of table 1 of Sharma, Wu and Dalal."""
    for first, second, expected in (
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 2.5, 0.0), (50.0, 3.1736, 0.5854), 1.0000),
        ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ):
        assert ciede2000(first, second) == pytest.approx(expected, abs=5e-5)


def test_the_simulation_leaves_greys_as_they_are_and_takes_red_from_green() -> None:
    for vision in VISIONS:
        assert seen("0.5", vision) == pytest.approx(seen("0.5", "normal"), abs=0.01)
    red, green = (seen(color, "deutan") for color in ("#a85a00", "#6f7a00"))
    assert ciede2000(red, green) < ciede2000(seen("#a85a00", "normal"), seen("#6f7a00", "normal")) / 2


@pytest.mark.parametrize("theme", SCREENS)
def test_themes_differ_in_colours_only(theme: str) -> None:
    """So what is neither clipped nor covered in one theme is neither in any: colours move nothing."""
    sheet = Path(style.__file__).with_name("styles") / f"{theme}.mplstyle"
    keys = [line.partition(":")[0] for line in sheet.read_text().splitlines() if line and not line.startswith("#")]
    assert keys
    assert all(key.endswith(("color", "prop_cycle")) for key in keys)
    assert set(style._settings(theme)["axes.prop_cycle"].keys) == {"color"}


def own(tmp_path: Path, text: str) -> str:
    path = tmp_path / "own.mplstyle"
    path.write_text(text)
    return str(path)


def test_a_sheet_of_ones_own_goes_on_top_of_the_theme(tmp_path: Path) -> None:
    sheet = own(tmp_path, "# mine\naxes.facecolor: ffeedd  # warm\n\ngrid.color: '#ff0000'\nbackend: svg\n")
    spec = plot_spec(["selu"], theme="dark", sheet=sheet)
    figure = render(spec)
    assert to_hex(figure.axes[0].get_facecolor()) == "#ffeedd"
    assert to_hex(figure.get_facecolor()) == "#14171f"
    with styled("light", sheet):
        assert matplotlib.rcParams["grid.color"] == "#ff0000"
        assert matplotlib.rcParams["backend"] != "svg"


def test_a_sheet_of_ones_own_sets_widths_and_the_size_of_all_text(tmp_path: Path) -> None:
    sheet = own(tmp_path, "lines.linewidth: 5.2\ngrid.linewidth: 3\nfont.size: 15\n")
    usual, changed = (render(plot_spec(["gelu", "silu"], sheet=one)) for one in (None, sheet))
    for one, other in zip(usual.texts, changed.texts, strict=True):
        assert other.get_fontsize() == pytest.approx(1.5 * float(one.get_fontsize()))
    drawn = [figure.axes[0] for figure in (usual, changed)]
    widths = [axes.lines[0].get_linewidth() for axes in drawn]
    assert widths[1] == pytest.approx(2 * widths[0])
    grids = [axes.get_xgridlines()[0].get_linewidth() for axes in drawn]
    assert grids[1] == pytest.approx(3 * grids[0])
    ticks = [axes.get_xticklabels()[0].get_fontsize() for axes in drawn]
    assert ticks[1] == pytest.approx(1.5 * float(ticks[0]))


@pytest.mark.parametrize(("size", "scale"), [(60, 2.0), (1, 0.5)])
def test_text_of_a_sheet_of_ones_own_stays_within_what_can_be_laid_out(
    tmp_path: Path, size: float, scale: float
) -> None:
    asked = render(plot_spec(["selu"], sheet=own(tmp_path, f"font.size: {size}\n")))
    bound = render(plot_spec(["selu"], font_scale=scale))
    assert [text.get_fontsize() for text in asked.texts] == [text.get_fontsize() for text in bound.texts]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("axes.colour: red\n", "line 1: 'axes.colour: red' is no setting of matplotlib's"),
        ("\nnonsense\n", "line 2: 'nonsense' is no setting of matplotlib's"),
        ("text.usetex: True\n", "line 1: text is not set by TeX here"),
    ],
)
def test_what_is_no_style_sheet_is_told_with_the_line(tmp_path: Path, text: str, message: str) -> None:
    sheet = own(tmp_path, text)
    with pytest.raises(InputError) as caught:
        plot("selu", sheet=sheet)
    assert caught.value.message == f"'{sheet}', {message}"


def test_a_value_that_matplotlib_refuses_is_told_with_the_line(tmp_path: Path) -> None:
    sheet = own(tmp_path, "lines.linewidth: thick\n")
    with pytest.raises(InputError, match=r"own\.mplstyle', line 1: .*thick"):
        plot("selu", sheet=sheet)


def test_a_sheet_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        plot("selu", sheet=str(tmp_path / "none.mplstyle"))
    assert caught.value.message == f"cannot read '{tmp_path / 'none.mplstyle'}': No such file or directory"
    (tmp_path / "binary.mplstyle").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not a text file"):
        plot("selu", sheet=str(tmp_path / "binary.mplstyle"))


@pytest.mark.parametrize("theme", THEMES)
def test_colours_differ_and_come_round_again(theme: str) -> None:
    with styled(theme):
        colors = [color_of(number, theme) for number in range(9)]
    assert len(set(colors[:8])) == 8
    assert colors[8] == colors[0]


@pytest.mark.parametrize("theme", THEMES)
def test_ordered_colours_go_from_dark_to_light_and_stay_visible(theme: str) -> None:
    with styled(theme):
        shares = [color_of(share / 6, theme) for share in range(7)]
        background = matplotlib.rcParams["figure.facecolor"]
    levels = [brightness(color) for color in shares]
    assert all(second - first > 0.01 for first, second in pairwise(levels))
    assert all(contrast(color, background) > 1.4 for color in shares)


def test_print_uses_greys_only() -> None:
    with styled("print"):
        colors = [color_of(number, "print") for number in range(8)] + [
            color_of(share / 4, "print") for share in range(5)
        ]
    for color in colors:
        assert len(set(to_rgb(color))) == 1


def test_text_grows_with_the_figure_within_bounds() -> None:
    def scale(width: float, height: float) -> float:
        return text_scale(FigureSpec("", "", plot_spec(["x"]).panels, 0, 1, size=(width, height)))

    assert scale(8, 5) == 1
    assert scale(2, 1.5) == 0.5
    assert scale(40, 40) == 1.15
    assert scale(4, 3) < scale(6, 4) < scale(8, 5)
    assert scale(3, 2) < scale(3.3, 2.3)


@pytest.mark.parametrize("size", [(3.3, 2.3), (3.5, 2.6), (4, 2)])
def test_text_in_a_column_of_a_journal_is_readable_and_of_one_size(size: tuple[float, float]) -> None:
    alone, beside = (
        render(plot_spec(["gelu", "silu"], derivative=derivative, size=size)) for derivative in (False, True)
    )
    for content in ("GELU, SiLU", "GELU", "SiLU"):
        sizes = {
            float(text.get_fontsize()) for one in (alone, beside) for text in one.texts if text.get_text() == content
        }
        assert len(sizes) == 1
        assert min(sizes) >= 6
    ticks = [float(figure.axes[0].get_xticklabels()[0].get_fontsize()) for figure in (alone, beside)]
    assert ticks[0] == ticks[1] >= 6
    widths = [figure.axes[0].lines[0].get_linewidth() for figure in (alone, beside)]
    assert widths[0] == widths[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theme": "pink"}, "there is no theme 'pink'\nThemes: light, dark, print, paper."),
        (
            {"size": (1.9, 5.0)},
            "a figure of 1.9 by 5 inches cannot be drawn\nFrom 2 by 1.5 to 40 by 40 inches.",
        ),
        (
            {"size": (float("nan"), 5.0)},
            "a figure of nan by 5 inches cannot be drawn\nFrom 2 by 1.5 to 40 by 40 inches.",
        ),
        (
            {"size": (8.0, 41.0)},
            "a figure of 8 by 41 inches cannot be drawn\nFrom 2 by 1.5 to 40 by 40 inches.",
        ),
        ({"font_scale": 0.4}, "text cannot be drawn at 0.4 times its size\nFrom 0.5 to 2."),
        ({"font_scale": float("nan")}, "text cannot be drawn at nan times its size\nFrom 0.5 to 2."),
        ({"dpi": 19}, "19 dots per inch cannot be drawn\nFrom 20 to 1200."),
        ({"dpi": 1201}, "1201 dots per inch cannot be drawn\nFrom 20 to 1200."),
        (
            {"size": (40.0, 40.0), "dpi": 1200},
            "40 by 40 inches at 1200 dots per inch is too large an image\n"
            "At most 50,000,000 pixels are drawn; lower --dpi or --size, or write SVG or PDF.",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        plot_spec(["selu"], **options)  # type: ignore[arg-type]
    assert str(caught.value) == message
