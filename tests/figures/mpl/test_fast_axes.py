"""Scales drawn at once look as matplotlib draws them one tick after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from actviz.api import get
from actviz.figures.compose import compare_spec, plot_spec
from actviz.figures.mpl.fast_axes import drawn_at_once
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import image
from actviz.figures.mpl.style import quiet_fonts, styled
from actviz.figures.spec import FigureSpec

LEAST = 40  # of 255: what rounding letters to 64ths of a pixel makes of their edges


def pixels(spec: FigureSpec, at_once: bool) -> Any:
    figure = render(spec)
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    with styled(spec.theme), quiet_fonts():
        if at_once:
            with drawn_at_once(figure, spec):
                canvas.draw()  # type: ignore[no-untyped-call]
        else:
            canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba()).astype(int)  # type: ignore[no-untyped-call]


def specs() -> dict[str, FigureSpec]:
    pair = [get("relu"), get("gelu")]
    return {
        "one": plot_spec([get("selu")], (0, 1)),
        "steep": plot_spec([get("exponential")], (0, 1), theme="dark", span=(-1e6, 300.0)),
        "tiny": plot_spec([get("selu")], (0, 1), span=(-1e-7, 1e-7)),
        "names on the left": plot_spec([get("exp(-x)"), get("2*exp(-x)")], span=(-5.0, 1.0)),
        "small": plot_spec([get("gelu")], theme="print", size=(3.0, 2.0)),
        "fine": plot_spec([get("gelu")], dpi=300),
        "panels": plot_spec(pair, (0, 1)),
        "three panels": compare_spec(pair, (-5.0, 5.0)),
        "transparent": plot_spec([get("step")], (0, 1), transparent=True),
    }


@pytest.mark.parametrize("name", specs())
def test_scales_drawn_at_once_are_those_of_matplotlib(name: str) -> None:
    spec = specs()[name]
    difference = np.abs(pixels(spec, True) - pixels(spec, False))
    assert difference.max() <= LEAST, name


def test_without_scales_the_pictures_differ() -> None:
    """That the comparison above can fail."""
    spec = plot_spec([get("selu")])
    bare = render(spec)
    for axes in bare.axes:
        axes.set_axis_off()
    with styled(spec.theme):
        bare.canvas.draw()
    without = np.asarray(bare.canvas.buffer_rgba()).astype(int)  # type: ignore[attr-defined]
    assert np.abs(pixels(spec, True) - without).max() > 3 * LEAST


def test_a_saved_figure_keeps_the_axes_that_it_had() -> None:
    spec = plot_spec([get("selu")])
    figure = render(spec)
    artists = figure.axes[0].get_children()
    image(figure, spec, "png")
    assert figure.axes[0].get_children() == artists
    assert figure.axes[0].xaxis.get_visible()
    assert figure.axes[0].yaxis.get_visible()


def test_what_a_style_sheet_asks_of_ticks_is_left_to_matplotlib(tmp_path: Path) -> None:
    sheet = tmp_path / "own.mplstyle"
    sheet.write_text("xtick.major.size: 12\nxtick.minor.visible: True\n")
    spec = plot_spec([get("selu")], sheet=str(sheet))
    figure = render(spec)
    with drawn_at_once(figure, spec):
        assert figure.axes[0].xaxis.get_visible()
