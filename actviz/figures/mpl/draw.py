"""What follows data: curves with their dots, axes through the origin, asymptotes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.scale import SymmetricalLogScale

from actviz.figures.dots import gathered, passing
from actviz.figures.framing import AIR, with_air
from actviz.figures.mpl.style import color_of
from actviz.figures.spec import FigureSpec, Line, Panel
from actviz.language.numerics.special import Array

_DOT = 7.0  # points across
_WITHIN, _AROUND = 0.62, 1.6  # of that, where a filled dot stands in a ring
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (7, 2, 1.5, 2)), (0, (1.5, 1.5)), (0, (9, 3)), (0, (3, 1.5)))


def draw_panel(axes: Axes, panel: Panel, spec: FigureSpec, scale: float) -> None:
    """Draw a panel's curves into axes, with everything that belongs to them but text.

    Args:
        axes: where.
        panel: what.
        spec: the figure that the panel is of; gives the range of x and the theme.
        scale: how many times the usual width lines have.
    """
    for axis, kind in (("x", panel.xscale), ("y", panel.yscale)):
        if kind != "linear":
            scale_of: Any = SymmetricalLogScale(None, linthresh=panel.linear) if kind == "symlog" else kind
            axes.set(**{f"{axis}scale": scale_of})
    axes.set_xlim(*(panel.span or (spec.low, spec.high)))
    axes.set_ylim(*heights(panel))
    draw_measured(axes, panel, spec.theme, scale)
    for number, line in enumerate(panel.lines):
        draw_line(axes, line, spec.theme, scale, number)
    draw_dots(axes, panel, spec.theme, scale)
    quiet = axes.xaxis.label.get_color()
    low, high = axes.get_ylim()
    if low <= 0 <= high and panel.yscale != "log":
        axes.axhline(0, color=quiet, linewidth=1.1 * scale, zorder=2)
    left, right = axes.get_xlim()
    if left <= 0 <= right and panel.xscale != "log":
        axes.axvline(0, color=quiet, linewidth=1.1 * scale, zorder=2)
    dotted: Any = {"color": quiet, "linewidth": 1.2 * scale, "linestyle": (0, (1, 2)), "zorder": 2}
    for guide in panel.guides:
        if guide.slope and panel.yscale != "linear":  # where it is no straight line
            x = np.linspace(left, right, 200)
            axes.plot(x, guide.intercept + guide.slope * x, **dotted)
        elif guide.slope:
            axes.axline((0, guide.intercept), slope=guide.slope, **dotted)
        else:
            axes.axhline(guide.intercept, **dotted)


def draw_measured(axes: Axes, panel: Panel, theme: str, scale: float) -> None:
    """Draw what stands behind the curves of a panel, or in their place: bands, bars and points."""
    for band in panel.bands:
        axes.fill_between(
            band.x,
            band.bottom,
            band.top,
            color=color_of(band.color, theme),
            alpha=band.strength,
            linewidth=0,
            zorder=2.5,
            label=band.label or "_",
        )
    for bars in panel.bars:
        color = color_of(bars.color, theme)
        if bars.width:
            axes.bar(
                bars.x,
                bars.y - bars.base,
                bars.width,
                bars.base,
                color=color,
                edgecolor=axes.get_facecolor(),
                linewidth=0.6 * scale,
                zorder=2.6,
                label=bars.label or "_",
            )
        else:
            axes.vlines(bars.x, bars.base, bars.y, color=color, linewidth=1.4 * scale, zorder=2.6)
            _markers(axes, bars.x, bars.y, color, True, scale, bars.label)
    for points in panel.points:
        color = color_of(points.color, theme)
        if points.low is not None and points.high is not None:
            axes.vlines(points.x, points.low, points.high, color=color, linewidth=1.4 * scale, zorder=40)
        _markers(axes, points.x, points.y, color, points.filled, scale, points.label)


def _markers(axes: Axes, x: Array, y: Array, color: Any, filled: bool, scale: float, label: str) -> None:
    axes.plot(
        x,
        y,
        linestyle="none",
        marker="o",
        markersize=5.5 * scale,
        markerfacecolor=color if filled else axes.get_facecolor(),
        markeredgecolor=color,
        markeredgewidth=1.4 * scale,
        zorder=41,
        label=label or "_",
    )


def draw_line(axes: Axes, line: Line, theme: str, scale: float, number: int) -> None:
    """Draw a curve, piece by piece."""
    color = color_of(line.color, theme)
    dash = DASHES[line.dash % len(DASHES)]
    for place, (x, y) in enumerate(line.pieces):
        (drawn,) = axes.plot(
            x, y, color=color, linewidth=rcParams["lines.linewidth"] * scale, linestyle=dash, zorder=3 + number
        )
        drawn.set_label(line.label if place == 0 else "_")


def draw_dots(axes: Axes, panel: Panel, theme: str, scale: float) -> None:
    """Draw the dots at jumps: one where several agree, and a small filled one in a wide ring where they do not.

    A dot that several curves of different colours share has the colour of text. A curve that runs on through a ring
    is drawn over it.
    """
    low, high = axes.get_ylim()
    left, right = axes.get_xlim()
    for mark in gathered(panel.lines, right - left, high - low):
        if not low <= mark.y <= high:
            continue
        both = bool(mark.filled and mark.open)
        for numbers, filled in ((mark.open, False), (mark.filled, True)):
            if numbers:
                colors = {panel.lines[number].color for number in numbers}
                color = color_of(colors.pop(), theme) if len(colors) == 1 else rcParams["text.color"]
                size = _DOT * (1.0 if not both else _WITHIN if filled else _AROUND) * scale
                axes.plot(
                    [mark.x],
                    [mark.y],
                    linestyle="none",
                    marker="o",
                    markersize=size,
                    markerfacecolor=color if filled else axes.get_facecolor(),
                    markeredgecolor=color,
                    markeredgewidth=(0.0 if both and filled else 1.8) * scale,
                    zorder=30 + 2 * filled,
                    clip_on=False,
                )
        if mark.open:
            for number in passing(panel.lines, mark, high - low):
                _over(axes, panel.lines[number], mark.x, theme, scale)


def _over(axes: Axes, line: Line, middle: float, theme: str, scale: float) -> None:
    """Draw the stretch of a curve that a ring would hide once more, above it."""
    left, right = axes.get_xlim()
    figure: Any = axes.get_figure(root=True)
    reach = 0.5 * _DOT * scale / 72 * figure.dpi / max(axes.bbox.width, 1.0) * (right - left)
    x = np.array([middle - reach, middle, middle + reach])
    xs, ys = (np.concatenate(parts) for parts in zip(*line.pieces, strict=True))
    inside = (x >= xs[0]) & (x <= xs[-1])
    axes.plot(
        x[inside],
        np.interp(x[inside], xs, ys),
        color=color_of(line.color, theme),
        linewidth=rcParams["lines.linewidth"] * scale,
        zorder=31,
        label="_",
    )


def heights(panel: Panel) -> tuple[float, float]:
    """The range of y that a panel shows."""
    if panel.heights is not None:
        return panel.heights
    values = [y for line in panel.lines for _, y in line.pieces]
    values += [edge for band in panel.bands for edge in (band.bottom, band.top)]
    values += [part for bars in panel.bars for part in (bars.y, np.array([bars.base]))]
    values += [part for points in panel.points for part in (points.y, points.low, points.high) if part is not None]
    values.append(np.array([guide.intercept for guide in panel.guides if not guide.slope]))
    together = np.concatenate(values)
    together = together[np.isfinite(together)]
    if panel.yscale == "log":
        together = together[together > 0]
        low, high = (float(together.min()), float(together.max())) if together.size else (0.1, 1.0)
        air = max(high / low, 1.5) ** AIR
        return low / air, high * air
    low, high = float(together.min(initial=0.0)), float(together.max(initial=0.0))
    if panel.yscale == "symlog":
        return (low * 1.5 if low < 0 else -panel.linear / 4, high * 1.5 if high > 0 else panel.linear / 4)
    return with_air((low, high))


def end_value(line: Line, side: int) -> float:
    """The last value on the right (`side` 1) or left (−1); NaN where the curve does not reach the edge."""
    return float(line.pieces[-1 if side > 0 else 0][1][-1 if side > 0 else 0])


def origin(axes: Axes) -> tuple[float, float]:
    """Where the axes x = 0 and y = 0 run, in pixels; far outside where a logarithmic scale has no 0."""
    across, up = (-1e9 if kind == "log" else 0.0 for kind in (axes.get_xscale(), axes.get_yscale()))
    x, y = axes.transData.transform((1.0 if across else 0.0, 1.0 if up else 0.0)).tolist()
    return across or x, up or y


def pixels(axes: Axes, line: Line) -> tuple[Array, Array]:
    """A curve's points in pixels, NaN between its pieces."""
    gap = np.array([np.nan])
    x = np.concatenate([part for x, _ in line.pieces for part in (x, gap)])
    y = np.concatenate([part for _, y in line.pieces for part in (y, gap)])
    low, high = axes.get_ylim()
    tall = high - low
    if axes.get_yscale() == "log":
        held = np.clip(y, low * low / high, high * high / low)
    else:
        held = np.clip(y, low - tall, high + tall)
    with np.errstate(all="ignore"):
        points = axes.transData.transform(np.column_stack([x, held]))
    return points[:, 0], points[:, 1]
