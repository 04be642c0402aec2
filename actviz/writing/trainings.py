"""Training experiments as a table and as JSON; means and standard deviations, and never more than that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.language.numerics.special import Array
from actviz.networks.training import Training
from actviz.writing.tables import Table, json_text


def _spread(values: Array) -> dict[str, Any]:
    """Mean and standard deviation over seeds, epoch by epoch."""
    if not len(values):
        nothing = np.full(values.shape[1:], np.nan)
        return {"mean": nothing.tolist(), "std": nothing.tolist()}
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1:])
    return {"mean": values.mean(axis=0).tolist(), "std": deviation.tolist()}


def training_json(results: Sequence[Training]) -> str:
    """The results as a JSON list."""
    return json_text(
        [
            {
                "spec": result.activation.spec,
                "data": result.plan.data,
                "depth": result.plan.depth,
                "width": result.plan.width,
                "learning_rate": result.plan.rate,
                "epochs": result.plan.epochs,
                "norm": result.plan.norm,
                "seeds": list(range(result.plan.seeds)),
                "loss": _spread(result.loss),
                "accuracy": _spread(result.accuracy),
                "dead": _spread(result.dead),
                "log_gradient_norm": _spread(result.gradient),
                "learned": {name: values.tolist() for name, values in result.learned.items()},
            }
            for result in results
        ]
    )


def training_table(results: Sequence[Training]) -> Table:
    """A row for each function and normalisation, at the last epoch."""
    rows = []
    for result in results:
        row: list[Any] = [result.label]
        for values in (result.loss, result.accuracy, result.dead):
            last = _spread(values[np.isfinite(result.loss[:, -1])][:, -1:])
            known = np.isfinite(last["mean"][0])
            row.append(f"{last['mean'][0]:.4g} ± {last['std'][0]:.2g}" if known else "–")
        row.append(f"{int((~np.isfinite(result.loss[:, -1])).sum())} of {len(result.loss)}")
        rows.append(tuple(row))
    return Table(("function", "training loss", "test accuracy", "dead units", "diverged"), tuple(rows))


def training_text(results: Sequence[Training]) -> str:
    """What was done, and what the numbers are."""
    plan = results[0].plan
    parts = [
        f"{plan.data}, {plan.depth} hidden layers of {plan.width}, plain gradient descent at rate {plan.rate:g}, "
        f"{plan.epochs} epochs, {plan.seeds} seeds: means ± standard deviations over the seeds that did not diverge, "
        "at the last epoch."
    ]
    for result in results:
        for name, values in result.learned.items():
            parts.append(
                f"{result.label}: learned {name} from {values.min():.4g} to {values.max():.4g}, "
                f"mean {values.mean():.4g}, {100 * float((values < 0).mean()):.3g} % negative."
            )
    parts.append("One small experiment: other data, widths, rates and optimisers may order the functions differently.")
    return "\n".join(parts)
