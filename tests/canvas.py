"""What stands on a drawn figure, in pixels: its texts with their boxes, and its curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from actviz.figures.mpl.formula import FormulaArtist
from actviz.figures.mpl.render import render
from actviz.figures.mpl.style import styled
from actviz.figures.spec import FigureSpec

Array = NDArray[np.float64]

ROUNDING = 0.5  # pixels by which boxes may reach into one another


def drawn(spec: FigureSpec) -> Figure:
    """The figure of a spec after all of it has been laid out."""
    figure = render(spec)
    with styled(spec.theme):
        figure.draw_without_rendering()
    return figure


def texts(figure: Figure) -> dict[Artist, Bbox]:
    """Every text that a reader sees, tick labels within the axes' limits and formulas included, and its box."""
    renderer = renderer_of(figure)
    found = [text for text in figure.texts if text.get_visible()]
    for axes in figure.axes:
        found += [axes.title, axes._left_title, axes._right_title]  # type: ignore[attr-defined]
        for axis in (axes.xaxis, axes.yaxis):
            found += [*_tick_labels(axis), axis.label, axis.offsetText]
        found += axes.texts
    shown: list[Artist] = [text for text in found if text.get_visible() and text.get_text().strip()]
    shown += [artist for artist in figure.artists if isinstance(artist, FormulaArtist)]
    return {artist: artist.get_window_extent(renderer) for artist in shown}


def words(artist: Artist) -> str:
    """What a text says."""
    return artist.get_text() if isinstance(artist, Text) else "formula"


def renderer_of(figure: Figure) -> Any:
    """What measures the figure's texts."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    return canvas.get_renderer()  # type: ignore[no-untyped-call]


def curves(axes: Axes) -> list[Array]:
    """The lines of more than one point that follow data, as dense points in pixels within the axes."""
    box = axes.get_window_extent()
    found = []
    for line in axes.lines:
        if len(np.asarray(line.get_xdata())) < 3 or line.get_transform() != axes.transData:
            continue
        points = axes.transData.transform(np.column_stack([line.get_xdata(), line.get_ydata()]).astype(float))
        for part in np.split(points, np.flatnonzero(~np.isfinite(points).all(axis=1))):
            x, y = part[np.isfinite(part).all(axis=1)].T
            if x.size < 2:
                continue
            along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.clip(np.diff(y), -1e5, 1e5)))])
            steps = np.linspace(0.0, along[-1], int(along[-1]) + 2)
            dense = np.column_stack([np.interp(steps, along, x), np.interp(steps, along, y)])
            found.append(dense[(dense[:, 1] >= box.y0) & (dense[:, 1] <= box.y1)])
    return found


def overlaps(boxes: dict[Artist, Bbox]) -> list[tuple[str, str]]:
    """The pairs of texts whose boxes reach into one another."""
    listed = sorted(boxes.items(), key=lambda item: float(item[1].x0))
    found = []
    for place, (first, one) in enumerate(listed):
        for second, other in islice(listed, place + 1, None):
            if other.x0 > one.x1 - ROUNDING:  # and so are all that follow
                break
            if min(one.y1, other.y1) - max(one.y0, other.y0) > ROUNDING and other.x1 - other.x0 > ROUNDING:
                found.append((words(first), words(second)))
    return found


def outside(figure: Figure, boxes: dict[Artist, Bbox]) -> list[str]:
    """The texts that reach beyond the canvas."""
    width, height = figure.get_size_inches() * figure.dpi
    return [
        words(text)
        for text, box in boxes.items()
        if box.x0 < -ROUNDING or box.y0 < -ROUNDING or box.x1 > width + ROUNDING or box.y1 > height + ROUNDING
    ]


def crossed(box: Bbox, lines: Sequence[Array]) -> bool:
    """Whether a curve runs through a box."""
    return any(
        bool(((x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)).any())
        for x, y in (points.T for points in lines)
    )


def _tick_labels(axis: Axis) -> Iterator[Text]:
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    for tick in axis.get_major_ticks():
        if low - slack <= tick.get_loc() <= high + slack:
            yield tick.label1
            yield tick.label2
