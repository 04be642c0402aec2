"""Letters: their measures and outlines are those of the font's file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fontTools.pens.boundsPen import ControlBoundsPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from matplotlib import rc_context
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path as Outline

from actviz.curves.specs import resolve_one
from actviz.figures.compose import plot_spec
from actviz.figures.gallery.pictures import Picture
from actviz.figures.mpl import formula
from actviz.figures.mpl.glyphs import Run, font_files, glyph, outline
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import image
from actviz.figures.mpl.style import styled
from actviz.registry.lookup import built_in

LETTERS = "fx0λα(′−"


def corners(*runs: Run) -> Any:
    """The corners of runs' outline, without the marks that close its curves."""
    shape: Any = outline(runs)
    return shape.vertices[shape.codes != Outline.CLOSEPOLY]


@pytest.mark.parametrize("file", [first for first, *_ in font_files()], ids=["upright", "italic"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_has_the_measures_that_the_file_states(letter: str, file: str) -> None:
    font: Any = TTFont(file)
    em, name = font["head"].unitsPerEm, font.getBestCmap()[ord(letter)]
    pen: Any = ControlBoundsPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    left, bottom, right, top = (edge / em for edge in pen.bounds)
    found = glyph(letter, file)
    assert found.advance == pytest.approx(font["hmtx"][name][0] / em, abs=2e-4)
    assert (found.bottom, found.top) == pytest.approx((bottom, top), abs=3e-4)
    drawn = corners(Run(1.0, 2.0, letter, 10.0, file == font_files()[1][0]))
    box = [*drawn.min(axis=0), *drawn.max(axis=0)]
    assert box == pytest.approx([1 + 10 * left, 2 + 10 * bottom, 1 + 10 * right, 2 + 10 * top], abs=5e-3)


def test_letters_follow_one_another() -> None:
    both, second = corners(Run(0.0, 0.0, "xλ", 10.0, False)), corners(Run(0.0, 0.0, "λ", 10.0, False))
    advance = 10 * glyph("x", font_files()[0]).advance
    np.testing.assert_allclose(both[-len(second) :], second + np.array([advance, 0.0]))


def test_what_the_font_lacks_has_no_outline() -> None:
    assert outline([Run(0.0, 0.0, "x", 10.0, False), Run(0.0, 0.0, "好", 10.0, False)]) is None


def test_a_formula_with_a_letter_that_the_font_lacks_is_drawn() -> None:
    spec = plot_spec([resolve_one("好*x:好=2")])
    assert image(render(spec), spec, "png").startswith(b"\x89PNG")


def test_no_letters_are_an_empty_outline() -> None:
    assert len(corners()) == 0


def test_fonts_are_those_of_the_settings_in_force() -> None:
    plain = font_files()
    with rc_context({"font.family": "serif", "font.serif": "DejaVu Serif"}):
        assert all("Serif" in files[0] for files in font_files())
    assert font_files() == plain


def pixels(name: str) -> Any:
    spec = plot_spec([resolve_one(name)], (0, 1))
    figure = render(spec)
    renderer = RendererAgg(*figure.bbox.size, figure.dpi)  # type: ignore[no-untyped-call]
    with styled(spec.theme):
        figure.draw(renderer)
    return np.asarray(renderer.buffer_rgba()).astype(int)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("name", ["selu", "gelu", "softsign"])
def test_outlines_look_like_letters(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = pixels(name)
    monkeypatch.setattr(formula, "outline", lambda _: None)
    written = pixels(name)
    assert bool((filled != written).any())
    assert np.abs(filled - written).mean() < 0.02, "of 255; without the formulas it is some 1.5"


def test_a_picture_does_not_depend_on_what_was_drawn_before() -> None:
    entries = {entry.name: entry for entry in built_in()}
    alone = Picture(entries["selu"], "light", "png").draw()
    Picture(entries["mish"], "dark", "png").draw()
    again = Picture(entries["selu"], "light", "png").draw()
    same = alone == again
    assert same
