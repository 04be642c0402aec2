"""The map of mean and variance as a field of arrows, with its fixed point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.figures.charts import Arrows, Chart, ChartPanel, Series, chart
from actviz.networks.selfnorm import MEANS, VARIANCES, SelfNormalisation
from actviz.writing.maps import CAVEAT

_SHOWN = 0.3  # of a step: whole ones would cross


def map_chart(results: Sequence[SelfNormalisation], title: str | None = None, **appearance: Any) -> Chart:
    """A panel for each function."""
    panels = []
    for result in results:
        mean, variance, after, spread = result.grid
        arrows = Arrows(mean, variance, _SHOWN * (after - mean), _SHOWN * (spread - variance))
        corner_x = np.array([MEANS[0], MEANS[1], MEANS[1], MEANS[0], MEANS[0]])
        corner_y = np.array([VARIANCES[0], VARIANCES[0], VARIANCES[1], VARIANCES[1], VARIANCES[0]])
        series = [Series("", corner_x, corner_y, "level", color=2)]
        heading = f"{result.activation.label}: no fixed point"
        if result.fixed_point is not None and result.eigenvalues is not None:
            x, y = (np.array([value]) for value in result.fixed_point)
            series.append(Series("", x, y, "dots", color=1))
            heading = (
                f"{result.activation.label}: fixed point ({x[0]:.4g}, {y[0]:.4g}), "
                f"|λ| = {result.eigenvalues[0]:.4g} and {result.eigenvalues[1]:.3g}"
            )
        width = float(mean.max() - mean.min())
        span = (float(mean.min()) - 0.08 * width, float(mean.max()) + 0.08 * width)
        heights = (0.0, float(max(variance.max() * 1.08, VARIANCES[1] * 1.05)))
        panels.append(ChartPanel(tuple(series), heading, "mean μ", span, heights, arrows=arrows))
    first = results[0]
    names = ", ".join(result.activation.label for result in results)
    note = f"Arrows: {_SHOWN:g} of a layer's step; dot: fixed point; dotted: the domain of Theorem 1.\n{CAVEAT}"
    heading = f"Mean and variance from layer to layer: {names}" if title is None else title
    subtitle = f"variance ν upwards   ·   ω = {first.omega:g}, τ = {first.tau:g}"
    return chart(heading, subtitle, panels, min(len(panels), 3), note, f"Maps of {names}.", **appearance)
