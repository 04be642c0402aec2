"""Training over epochs: loss, accuracy, dead units, gradient by layer, and learned parameters."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from actviz.figures.charts import Chart, ChartPanel, Series, chart
from actviz.language.numerics.special import Array
from actviz.networks.training import Training
from actviz.writing.trainings import training_text


def training_chart(results: Sequence[Training], title: str | None = None, **appearance: Any) -> Chart:
    """The panels of results; bands reach from the least to the largest of the seeds."""
    epochs = results[0].plan.epochs
    x = np.arange(epochs + 1.0)

    def over_epochs(heading: str, values: Callable[[Training], Array], log: bool = False) -> ChartPanel:
        series = []
        for place, result in enumerate(results):
            rows = values(result)
            with np.errstate(all="ignore"):
                shown = np.log10(rows) if log else rows
            series.append(
                Series(
                    result.label,
                    x,
                    np.median(shown, axis=0),
                    "line",
                    place,
                    place,
                    (shown.min(axis=0), shown.max(axis=0)),
                )
            )
        return ChartPanel(tuple(series), heading, "epoch", (0.0, float(max(epochs, 1))), log=log)

    panels = [
        over_epochs("training loss", lambda result: result.loss, log=True),
        over_epochs("test accuracy", lambda result: result.accuracy),
        over_epochs("share of units dead for every sample", lambda result: result.dead),
        _gradients(results),
    ]
    panels += [_learned(result, name) for result in results for name in result.learned]
    names = ", ".join(result.label for result in results)
    plan = results[0].plan
    subtitle = f"{plan.data}   ·   {plan.depth} hidden layers of {plan.width}   ·   learning rate {plan.rate:g}"
    note = "Lines: medians of seeds; bands: the least to the largest.\n" + training_text(results)
    heading = f"Training: {names}" if title is None else title
    return chart(heading, subtitle, panels, 2, note, f"Training of {names}.", **appearance)


def _gradients(results: Sequence[Training]) -> ChartPanel:
    """The norm of the gradient in every layer's weights, at the start (dots) and at the end (lines)."""
    series = []
    layers = results[0].plan.depth + 1
    x = np.arange(1.0, layers + 1)
    for place, result in enumerate(results):
        logs = result.gradient / math.log(10)
        with np.errstate(all="ignore"):
            first, last = np.median(logs[:, 0], axis=0), np.median(logs[:, -1], axis=0)
        series.append(Series("", x, first, "dots", place))
        series.append(Series(result.label, x, last, "line", place, place))
    heading = "gradient norm by layer: start (dots), end (lines)"
    return ChartPanel(tuple(series), heading, "layer", (1.0, float(max(layers, 2))), log=True)


def _learned(result: Training, name: str) -> ChartPanel:
    """Every unit's learned parameter at the end, layer by layer."""
    values = result.learned[name]
    series = []
    for layer in range(values.shape[1]):
        own = np.sort(values[:, layer].ravel())
        across = layer + 1 + np.linspace(-0.3, 0.3, own.size)
        series.append(Series("", across, own, "dots", 0))
    symbol = result.activation.entry.symbols.get(name, name)
    heading = f"{result.activation.label}: learned {symbol}, sorted in each layer"
    return ChartPanel(tuple(series), heading, "layer", (0.5, values.shape[1] + 0.5))
