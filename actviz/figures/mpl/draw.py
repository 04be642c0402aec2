"""What follows data: curves with their dots, axes through the origin, asymptotes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes

from actviz.figures.framing import with_air
from actviz.figures.mpl.style import color_of
from actviz.figures.spec import Dot, FigureSpec, Line, Panel
from actviz.language.numerics.special import Array

DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (7, 2, 1.5, 2)), (0, (1.5, 1.5)), (0, (9, 3)), (0, (3, 1.5)))


def draw_panel(axes: Axes, panel: Panel, spec: FigureSpec, scale: float) -> None:
    """Draw a panel's curves into axes, with everything that belongs to them but text.

    Args:
        axes: where.
        panel: what.
        spec: the figure that the panel is of; gives the range of x and the theme.
        scale: how many times the usual width lines have.
    """
    axes.set_xlim(spec.low, spec.high)
    axes.set_ylim(*heights(panel))
    for number, line in enumerate(panel.lines):
        draw_line(axes, line, panel.lines[number + 1 :], spec.theme, scale, number)
    quiet = axes.xaxis.label.get_color()
    low, high = axes.get_ylim()
    if low <= 0 <= high:
        axes.axhline(0, color=quiet, linewidth=1.1 * scale, zorder=2)
    if spec.low <= 0 <= spec.high:
        axes.axvline(0, color=quiet, linewidth=1.1 * scale, zorder=2)
    dotted: Any = {"color": quiet, "linewidth": 1.2 * scale, "linestyle": (0, (1, 2)), "zorder": 2}
    for guide in panel.guides:
        if guide.slope:
            axes.axline((0, guide.intercept), slope=guide.slope, **dotted)
        else:
            axes.axhline(guide.intercept, **dotted)


def draw_line(axes: Axes, line: Line, above: Sequence[Line], theme: str, scale: float, number: int) -> None:
    """Draw a curve, piece by piece, and its dots; `above` are the curves drawn after it."""
    color = color_of(line.color, theme)
    dash = DASHES[line.dash % len(DASHES)]
    for place, (x, y) in enumerate(line.pieces):
        (drawn,) = axes.plot(
            x, y, color=color, linewidth=rcParams["lines.linewidth"] * scale, linestyle=dash, zorder=3 + number
        )
        drawn.set_label(line.label if place == 0 else "_")
    low, high = axes.get_ylim()
    for dot in line.dots:
        if low <= dot.y <= high:
            axes.plot(
                [dot.x],
                [dot.y],
                linestyle="none",
                marker="o",
                markersize=(7 + 3.5 * min(_covered(dot, above), 2)) * scale,
                markerfacecolor=color if dot.filled else axes.get_facecolor(),
                markeredgecolor=color,
                markeredgewidth=1.8 * scale,
                zorder=30 + number + dot.filled,
                clip_on=False,
            )


def heights(panel: Panel) -> tuple[float, float]:
    """The range of y that a panel shows."""
    if panel.heights is not None:
        return panel.heights
    values = [y[np.isfinite(y)] for line in panel.lines for _, y in line.pieces]
    together = np.concatenate([*values, [guide.intercept for guide in panel.guides if not guide.slope], [0.0]])
    return with_air((float(together.min()), float(together.max())))


def end_value(line: Line, side: int) -> float:
    """The last value on the right (`side` 1) or left (−1); NaN where the curve does not reach the edge."""
    return float(line.pieces[-1 if side > 0 else 0][1][-1 if side > 0 else 0])


def pixels(axes: Axes, line: Line) -> tuple[Array, Array]:
    """A curve's points in pixels, NaN between its pieces."""
    gap = np.array([np.nan])
    x = np.concatenate([part for x, _ in line.pieces for part in (x, gap)])
    y = np.concatenate([part for _, y in line.pieces for part in (y, gap)])
    low, high = axes.get_ylim()
    tall = high - low
    with np.errstate(all="ignore"):
        points = axes.transData.transform(np.column_stack([x, np.clip(y, low - tall, high + tall)]))
    return points[:, 0], points[:, 1]


def _covered(dot: Dot, above: Sequence[Line]) -> int:
    """How many of the lines drawn above have a dot in the same place; theirs is drawn smaller, inside this one."""
    return sum(
        any(math.isclose(other.x, dot.x) and math.isclose(other.y, dot.y, abs_tol=1e-3) for other in line.dots)
        for line in above
    )
