"""The figure of what a network learned: its functions over one another, and how its parameters are spread, by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from actviz.curves.curve import Activation
from actviz.errors import ActvizError
from actviz.figures.spec import FigureSpec, Key, Line, Panel
from actviz.models.results import Learned, Model
from actviz.registry.lookup import active

_MOST_DRAWN = 400  # functions in one picture; of more, evenly chosen ones are drawn
_BINS = 40
_POINTS = 101  # of one function; most are straight lines
_MOST_LISTED = 12  # layers; of more, the key is a scale
_LEAST_RANGE = 2.0
_SIZE = (10.0, 5.0)  # inches: two panels side by side


def learned_spec(models: Sequence[Model], **appearance: Any) -> FigureSpec:
    """The family of learned functions coloured by layer, and beside it the distribution of each layer's values.

    Args:
        models: what was found; everything that they learned is drawn, in order of depth.
        appearance: fields of a figure spec.

    Raises:
        ActvizError: nothing was learned.
    """
    entries = active()
    layers = [one for model in models for one in model.learned if entries.find(one.name) is not None]
    layers = [one for one in layers if len(one.values)]
    if not layers:
        raise ActvizError(
            "no learned parameter of an activation was found, so there is nothing to draw",
            "Draw the functions themselves: actviz plot $(actviz model FILE --specs).",
        )
    values = np.concatenate([one.array for one in layers])
    reach = max(_LEAST_RANGE, float(np.ceil(np.quantile(np.abs(values), 0.999) * 2) / 2))
    reach = min(reach, 50.0)
    functions: list[Line] = []
    spreads: list[Line] = []
    for place, one in enumerate(layers):
        share = place / max(1, len(layers) - 1)
        functions += _functions(one, reach, share, max(1, -(-values.size // _MOST_DRAWN)))
        spreads.append(_spread(one, reach, share))
    names = "–".join(dict.fromkeys([layers[0].layer, layers[-1].layer]))
    what = ", ".join(dict.fromkeys(f"{one.name}" for one in layers))
    parameters = ", ".join(dict.fromkeys(one.parameter for one in layers))
    count = f"{values.size:,} learned values of {parameters} in {len(layers)} layers"
    title = ", ".join(
        dict.fromkeys(model.path.replace("\\", "/").rpartition("/")[2] for model in models if model.learned)
    )
    negative = float((values < 0).mean())
    return FigureSpec(
        title,
        f"{what}: {count}, {negative:.0%} negative",
        (  # the first panel is the one that the key names
            Panel(tuple(spreads), "share of each layer's values", labelled=False),
            Panel(tuple(functions), "the functions", labelled=False),
        ),
        -reach,
        reach,
        description=f"{what} as learned in the layers {names}: {count}, from {values.min():.4g} to {values.max():.4g}.",
        columns=2,
        key=Key("list" if len(layers) <= _MOST_LISTED else "bar", "layer"),
        **({"size": _SIZE} | appearance),
    )


def _functions(one: Learned, reach: float, share: float, step: int) -> list[Line]:
    entry = active().find(one.name)
    if entry is None:
        return []
    lines = []
    for value in one.array[::step]:
        parameter = entry.parameter(one.parameter)
        if not parameter.above < value < parameter.below:
            continue
        curve = Activation(entry, {one.parameter: float(value)}).curve()
        lines.append(Line("", tuple(curve.samples(-reach, reach, _POINTS)), color=share))
    return lines


def _spread(one: Learned, reach: float, share: float) -> Line:
    """The outline of a histogram whose heights are shares of the layer's values."""
    counts, edges = np.histogram(np.clip(one.array, -reach, reach), bins=_BINS, range=(-reach, reach))
    x = np.repeat(edges, 2)
    y = np.concatenate([[0.0], np.repeat(counts / max(1, counts.sum()), 2), [0.0]])
    return Line(one.layer, ((x, y),), color=share)
