"""What a function does to a deep network, over depth: theory as lines, drawn networks as dots with bands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.figures.charts import Chart, ChartPanel, Series, chart, decimal_logs
from actviz.language.numerics.special import Array
from actviz.networks.propagation import Propagation
from actviz.writing.propagations import closing, remarks, verdict

_NORMS = {
    "none": "no normalisation",
    "input": "inputs standardised",
    "batch": "batch norm",
    "layer": "layer norm before f",
    "layer-after": "layer norm after f",
}


def propagation_chart(results: Sequence[Propagation], title: str | None = None, **appearance: Any) -> Chart:
    """The panels of results: one column for each normalisation, or the quantities side by side for one.

    Args:
        results: of one command, functions times normalisations.
        title: in place of the usual one.
        appearance: ``theme``, ``size`` and so on, as fields of a figure.
    """
    norms = list(dict.fromkeys(result.setting.norm for result in results))
    functions = list(dict.fromkeys(result.setting.activation.label for result in results))
    grouped = [[result for result in results if result.setting.norm == norm] for norm in norms]
    quantities = [_variance, _gradient, _correlation]
    flat = any(max((share for share in result.dead or () if share == share), default=0) > 0 for result in results)
    if flat and len(norms) == 1:
        quantities.append(_dead)
    several = len(norms) > 1
    panels = []
    for quantity in quantities:
        of_norms = [
            quantity(group, f", {_NORMS[norm]}" if several else "") for norm, group in zip(norms, grouped, strict=True)
        ]
        heights = _together(of_norms) if several else None
        panels += [ChartPanel(p.series, p.heading, p.x_label, p.span, heights, p.log) for p in of_norms]
    columns = len(norms) if several else 2 if len(quantities) == 4 else 3
    setting = results[0].setting
    name = {"lecun": "LeCun", "he": "He", "glorot": "Glorot", "torch": "PyTorch"}.get(setting.init, setting.init)
    weights = f"σw² = {setting.weight_variance:.6g}"
    if setting.init == "critical":
        weights = "edge of chaos"
    elif setting.init != "number":
        weights = f"{name} initialisation, {weights}"
    bias = f", σb² = {setting.bias_variance:.4g}" if setting.bias_variance else ""
    subtitle = f"{weights}{bias}   ·   {setting.depth} layers   ·   {'; '.join(_NORMS[norm] for norm in norms)}"
    note = "\n".join([*dict.fromkeys(remark for result in results for remark in remarks(result)), closing(results)])
    drawn = any(result.sample is not None for result in results)
    if drawn:
        note = "Lines: theory. Dots: medians; bands: 10 to 90 % of the networks drawn. " + note
    names = ", ".join(functions)
    description = f"Signal propagation of {names}. " + " ".join(
        f"{result.setting.label}: {verdict(result)}." for result in results
    )
    heading = f"Signal propagation: {names}" if title is None else title
    return chart(heading, subtitle, panels, columns, note, description, **appearance)


def _together(panels: Sequence[ChartPanel]) -> tuple[float, float]:
    """One range of y for a row of panels."""
    limits = [panel.limits() for panel in panels]
    return min(low for low, _ in limits), max(high for _, high in limits)


def _layers(result: Propagation) -> Array:
    return np.arange(1.0, result.setting.depth + 1)


def _panel(
    group: Sequence[Propagation], heading: str, name: str, log: bool, theory: Sequence[Array], labels: Sequence[str]
) -> ChartPanel:
    """Theory and sample of one quantity."""
    series: list[Series] = []
    for place, (result, line, label) in enumerate(zip(group, theory, labels, strict=True)):
        x = _layers(result)
        named = label
        if result.sample is not None:
            quantiles = getattr(result.sample, name)
            low, middle, high = (
                decimal_logs(quantiles[key]) if log else np.array(quantiles[key]) for key in ("p10", "median", "p90")
            )
            every = max(1, len(x) // 25)
            shown = slice(0, None, every)
            series.append(Series("", x, np.full_like(x, math.nan), color=place, band=(low, high)))
            own = "" if np.isfinite(line).any() else named
            series.append(Series(own, x[shown], middle[shown], "dots", color=place))
        series.append(Series(named if np.isfinite(line).any() else "", x, line, color=place, dash=place))
    depth = group[0].setting.depth
    return ChartPanel(tuple(series), heading, "layer", (1.0, max(float(depth), 2.0)), log=log)


def _names(group: Sequence[Propagation]) -> list[str]:
    return [result.setting.activation.label for result in group]


def _variance(group: Sequence[Propagation], where: str) -> ChartPanel:
    theory = [np.array(result.theory.log_q) / math.log(10) for result in group]
    return _panel(group, f"variance q of preactivations{where}", "q", True, theory, _names(group))


def _gradient(group: Sequence[Propagation], where: str) -> ChartPanel:
    theory, labels = [], []
    for result, name in zip(group, _names(group), strict=True):
        logs = result.theory.log_gradients
        theory.append(np.full(result.setting.depth, math.nan) if logs is None else np.array(logs) / math.log(10))
        chi = result.chi_1
        labels.append(name if chi is None or not math.isfinite(chi) else f"{name} ×{chi:.4g}")
    return _panel(group, f"squared gradient gˡ/gᴸ{where}", "gradient", True, theory, labels)


def _correlation(group: Sequence[Propagation], where: str) -> ChartPanel:
    theory = [np.array(result.correlation) for result in group]
    return _panel(group, f"correlation of two inputs{where}", "correlation", False, theory, _names(group))


def _dead(group: Sequence[Propagation], where: str) -> ChartPanel:
    theory = [np.array(result.dead or [math.nan] * result.setting.depth) for result in group]
    return _panel(group, f"share of units dead for both inputs{where}", "dead", False, theory, _names(group))
