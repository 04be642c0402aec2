"""Themes: package data, in force only where they are asked for, and readable by everybody."""

from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path

import matplotlib
import pytest
from matplotlib.colors import to_rgb

from actviz.api import plot_spec
from actviz.errors import UsageError
from actviz.figures import style
from actviz.figures.spec import THEMES, FigureSpec
from actviz.figures.style import color_of, styled, text_scale


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
        assert matplotlib.rcParams["font.family"] == ["sans-serif"]
        assert matplotlib.rcParams["font.sans-serif"] == ["DejaVu Sans"]
        assert not matplotlib.rcParams["text.usetex"]
    assert (shipped / "DejaVuSans.ttf").exists()


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_the_first_two_curves_stand_out_from_the_background(theme: str) -> None:
    with styled(theme):
        background = matplotlib.rcParams["figure.facecolor"]
        assert contrast(matplotlib.rcParams["text.color"], background) >= 12
        assert contrast(matplotlib.rcParams["xtick.color"], background) >= 4.5
        assert contrast(color_of(0, theme), background) >= 4.5
        assert contrast(color_of(1, theme), background) >= 4
        assert all(contrast(color_of(number, theme), background) >= 2.4 for number in range(8))


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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theme": "pink"}, "there is no theme 'pink'\nThemes: light, dark, print."),
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
