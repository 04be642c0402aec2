"""The values that reach a function under its curve, and those that leave it beside the same axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.figures.charts import Chart, ChartPanel, Series, chart
from actviz.language.numerics.special import Array
from actviz.networks.distribution import Distribution
from actviz.writing.distributions import distribution_text

_POINTS = 1601
_SHARE = 0.35  # of the panel's height that the density below the curve takes


def distribution_chart(results: Sequence[Distribution], title: str | None = None, **appearance: Any) -> Chart:
    """A row for each function: f and f′ over the density of x, and the density of f(x) beside it.

    Args:
        results: one for each function.
        title: in place of the usual one.
        appearance: ``theme``, ``size`` and so on.
    """
    panels = [panel for result in results for panel in _row(result)]
    names = ", ".join(result.activation.label for result in results)
    note = "Left: f (line) and f′ (dashes) over the density of x (filled, not to scale). Right: the density of f(x) on "
    note += "the same axis; stems are values that f takes with positive probability.\n" + distribution_text(results)
    description = " ".join(
        f"{result.activation.label}: mean {result.mean:.4g}, variance {result.variance:.4g}, flat {result.flat:.3g}."
        for result in results
    )
    heading = f"What reaches {names}, and what leaves" if title is None else title
    return chart(heading, f"x: {results[0].source}", panels, 2, note, description, **appearance)


def _row(result: Distribution) -> list[ChartPanel]:
    x, density = _density(result)
    f = result.activation.curve().at(x)
    slope = result.activation.curve(1).at(x)
    shown = np.concatenate([f, slope, [0.0]])
    low, high = float(shown[np.isfinite(shown)].min()), float(shown[np.isfinite(shown)].max())
    air = 0.06 * (high - low)
    bottom, top = low - air, high + air
    scaled = bottom + (top - bottom) * _SHARE * density / density.max()
    before = Series("", x, np.full_like(x, math.nan), band=(np.full_like(x, bottom), scaled), color=2)
    curve = (Series("", x, f, color=0), Series("", x, slope, color=1, dash=1))
    label = result.activation.label
    left = ChartPanel((before, *curve), label, "x", (float(x[0]), float(x[-1])), (bottom, top))
    places, after = _after(result, x, density)
    series = [Series("", after, places, "line", color=0)]
    widest = float(after.max(initial=0.0))
    if result.atoms:
        values = np.array([value for value, _ in result.atoms])
        shares = np.array([share for _, share in result.atoms])
        widest = max(widest, float(shares.max()))
        series.append(Series("", shares, values, "stems", color=1))
    heading = f"mean {result.mean:.4g}, variance {result.variance:.4g}, flat {100 * result.flat:.3g} %"
    right = ChartPanel(
        tuple(series), heading, "density of f(x)", (0.0, 1.1 * widest or 1.0), (bottom, top), sideways=True
    )
    return [left, right]


def _density(result: Distribution) -> tuple[Array, Array]:
    """Places and the density of what reaches the function."""
    if result.normal is not None:
        mean, deviation = result.normal
        x = np.linspace(mean - 4 * deviation, mean + 4 * deviation, _POINTS)
        return x, np.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * math.sqrt(2 * math.pi))
    assert result.histogram is not None
    edges, heights = result.histogram[0]
    return np.repeat(edges, 2)[1:-1], np.repeat(heights, 2)


def _after(result: Distribution, x: Array, density: Array) -> tuple[Array, Array]:
    """Heights and the density of f there, without atoms, as steps."""
    if result.histogram is not None:
        edges, heights = result.histogram[1]
        return np.repeat(edges, 2)[1:-1], np.repeat(heights, 2)
    atoms = [value for value, _ in result.atoms]
    fine = np.linspace(x[0], x[-1], 40 * _POINTS)
    weight = np.interp(fine, x, density) * (fine[1] - fine[0])
    values = result.activation.curve().at(fine)
    kept = np.isfinite(values) & ~np.isin(values, atoms)
    low, high = float(values[kept].min()), float(values[kept].max())
    counts, edges = np.histogram(values[kept], 160, (low, high), weights=weight[kept])
    heights = counts / np.diff(edges)
    limit = 4 * float(np.quantile(heights, 0.95)) + 1e-12  # where f is nearly flat its density has no bound
    return np.repeat(edges, 2)[1:-1], np.repeat(np.minimum(heights, limit), 2)
