"""Overview sheets: every panel there, on one scale, nothing clipped that is text, nothing drawn outside its panel."""

from __future__ import annotations

import canvas
import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text

from actviz.figures.gallery.overview import common_heights, render_sheet, sheet_spec
from actviz.figures.spec import THEMES, Line, Panel
from actviz.registry.entries import FAMILIES
from actviz.registry.search import select


def panel(low: float, high: float) -> Panel:
    return Panel((Line("", ((np.array([-5.0, 5.0]), np.array([low, high])),)),))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("family", [*FAMILIES, None])
def test_no_text_is_clipped_or_covered(family: str | None, theme: str) -> None:
    entries = select(family)
    spec, sections = sheet_spec("Activation functions", entries, theme)
    figure = render_sheet(spec, sections)
    boxes = canvas.texts(figure)
    assert canvas.outside(figure, boxes) == []
    assert canvas.overlaps(boxes) == []
    shown = [text.get_text() for text in boxes if isinstance(text, Text)]
    for entry in entries:
        assert entry.title in shown
        assert entry.title in spec.description


def test_every_function_has_its_derivative_and_stays_in_its_panel() -> None:
    entries = select()
    spec, sections = sheet_spec("All", entries, "light")
    assert [section.heading.lower() for section in sections] == [family for family in FAMILIES if select(family)]
    assert [p.heading for p in spec.panels] == [entry.title for entry in entries]
    assert all(len(p.lines) == 2 for p in spec.panels)
    figure = render_sheet(spec, sections)
    curves = [artist for artist in figure.findobj(Line2D) if artist.get_marker() == "None"]
    boxes = {tuple(np.round(artist.clipbox.extents, 2)) for artist in curves if artist.clipbox is not None}
    assert all(artist.clipbox is not None for artist in curves)
    assert len(boxes) == len(entries)
    assert len({(round(x1 - x0, 1), round(y1 - y0, 1)) for x0, y0, x1, y1 in boxes}) == 1


def test_a_family_alone_has_no_second_heading() -> None:
    (section,) = sheet_spec("Gated functions", select("gated"), "light")[1]
    assert section.heading == ""


def test_the_common_scale_shows_all_that_is_alike() -> None:
    low, high = common_heights([panel(-1, 1)] * 9 + [panel(-1.2, 1.2)], 5)
    assert low < -1.2 < 1.2 < high


def test_a_steep_function_does_not_flatten_the_others() -> None:
    low, high = common_heights([panel(-1, 1)] * 9 + [panel(-5, 125)], 5)
    assert -1.5 < low < -1
    assert 1 < high < 1.5


def test_no_more_than_one_panel_in_five_is_cut_and_nothing_beyond_the_limit_is_shown() -> None:
    assert common_heights([panel(0, 1)] * 3 + [panel(0, 4)] * 2, 5)[1] > 4
    assert common_heights([panel(0, 100)] * 5, 5)[1] < 6
    assert common_heights([panel(3, 4)], 5)[0] < 0
