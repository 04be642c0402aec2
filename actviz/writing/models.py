"""What model files hold, as tables, text and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actviz.models.comparison import Change
from actviz.models.results import Learned, Model, shares
from actviz.text import short
from actviz.writing.tables import Cell, Table, as_text, json_text

_LAYERS_SHOWN = 3


def use_table(model: Model, layers: bool = False) -> Table:
    """A row for each activation, those without a name last.

    Args:
        model: what was found.
        layers: a row for each layer instead.
    """
    rows: list[tuple[Cell, ...]] = []
    found = [(use.spec, use.count, use.spelt, use.layers) for use in model.activations]
    found += [(one.spec, one.count, "not registered", one.layers) for one in model.unrecognised]
    for spec, count, spelt, names in found:
        if layers:
            rows += [(spec, name, spelt) for name in names]
        else:
            rows.append((spec, str(count), spelt))
    columns = ("function", "layer", "spelt") if layers else ("function", "count", "spelt")
    return Table(columns, tuple(rows), f"{model.path}: {model.format}")


def learned_table(model: Model) -> Table:
    """What each layer learned: how many numbers, their least, median and largest, and the shares beyond bounds."""
    rows = [
        (one.layer, f"{one.name}: {one.parameter}", str(len(one.values)), *shares(one.values), *_percents(one))
        for one in model.learned
    ]
    columns = ("layer", "parameter", "count", "least", "median", "largest", "negative", "beyond 1")
    narrow = ("count", "beyond 1", "negative", "least", "largest")  # what a narrow terminal does without, in this order
    return Table(columns, tuple(rows), f"{model.path}: what it learned", narrow)


def _percents(one: Learned) -> tuple[str, str]:
    return f"{one.negative:.0%}", f"{one.beyond_one:.0%}"


def model_text(model: Model) -> str:
    """All of it for people: the table, the learned parameters in a line each, the remarks."""
    parts = []
    if model.activations or model.unrecognised:
        parts.append(f"{model.path}: {model.format}\n{as_text(use_table(model))}")
    else:
        parts.append(f"{model.path}: {model.format}\nno activation was found\n")
    if model.learned:
        parts.append("".join(f"{_sentence(one)}\n" for one in model.learned))
    parts += [f"{remark}\n" for remark in model.remarks]
    return "\n".join(parts)


def _sentence(one: Learned) -> str:
    least, median, largest = shares(one.values)
    if len(one.values) == 1:
        return f"{one.layer}: {one.parameter} of {one.name} = {short(median)}"
    return (
        f"{one.layer}: {len(one.values)} values of {one.parameter} of {one.name}, {short(least)} to {short(largest)}, "
        f"median {short(median)}, {one.negative:.0%} negative"
    )


def record(model: Model) -> dict[str, Any]:
    """What `--format json` writes of one file."""
    return {
        "format": model.format,
        "activations": [
            {
                "name": use.name,
                "spec": use.spec,
                "count": use.count,
                "parameters": dict(use.parameters),
                "spelt": use.spelt,
                "layers": list(use.layers),
            }
            for use in model.activations
        ],
        "learned": [
            {"layer": one.layer, "name": one.name, "parameter": one.parameter, "values": list(one.values)}
            for one in model.learned
        ],
        "unrecognised": [{"spec": one.spec, "count": one.count} for one in model.unrecognised],
        "remarks": list(model.remarks),
    }


def models_json(models: Sequence[Model], single: bool) -> str:
    """One object for one file; a list of them for several, each with its file."""
    if single:
        return json_text(record(models[0]))
    return json_text([{"file": model.path, **record(model)} for model in models])


def change_table(changes: Sequence[Change], first: Model, second: Model) -> Table:
    """What two files have of each activation."""
    rows = tuple((change.spec, str(change.first), str(change.second), change.verdict) for change in changes)
    return Table(("function", "first", "second", "change"), rows, f"{first.path} (first) and {second.path} (second)")
