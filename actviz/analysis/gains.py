"""What libraries take for the gain of a function, and why that is another number than the exact one."""

from __future__ import annotations

import math
from collections.abc import Mapping

from actviz.analysis.records import Gains, PublishedGain
from actviz.curves.curve import Activation

SAMPLED = "found by sampling"

# timm.models.nfnet and DeepMind's NFNets: 1/√Var f for N(0, 1), from random numbers.
_TIMM: Mapping[str, float] = {
    "identity": 1.0,
    "celu": 1.270926833152771,
    "elu": 1.2716004848480225,
    "gelu": 1.7015043497085571,
    "leaky_relu": 1.70590341091156,
    "log_sigmoid": 1.9193484783172607,
    "relu": 1.7139588594436646,
    "relu6": 1.7131484746932983,
    "selu": 1.0008515119552612,
    "sigmoid": 4.803835391998291,
    "silu": 1.7881293296813965,
    "softsign": 2.338853120803833,
    "softplus": 1.9203323125839233,
    "tanh": 1.5939117670059204,
}

_TORCH_NOTES = {
    "sigmoid": "PyTorch takes 1, which keeps neither signal nor gradient",
    "tanh": "5/3 is an older rule of thumb",
    "selu": "3/4 was found by experiment and gives up mean 0 and variance 1; for these PyTorch advises 'linear', 1",
}

# Keras scales variances in its initializers; these are the ones that it recommends for a function.
_KERAS: Mapping[str, tuple[float, str]] = {
    "relu": (math.sqrt(2), "the scale 2 of HeNormal"),
    "selu": (1.0, "the scale 1 of LecunNormal"),
}


def published(activation: Activation, found: Gains, variance: float) -> tuple[PublishedGain, ...]:
    """The gains of PyTorch, Keras and timm for a function, beside the exact ones.

    Args:
        activation: the function with its parameters.
        found: its own gains.
        variance: q, which the tables take to be 1.
    """
    name = activation.entry.name
    if activation.is_expression or variance != 1:
        return ()
    ordinary = dict(activation.values) == activation.defaults
    rows = []
    torch = _torch(name, activation.values, ordinary)
    if torch is not None:
        rows.append(("PyTorch calculate_gain", torch, "forward", _TORCH_NOTES.get(name, "")))
    if name in _KERAS and ordinary:
        value, note = _KERAS[name]
        rows.append(("Keras", value, "forward", note))
    if name in _TIMM and ordinary:
        note = "" if name == "identity" else SAMPLED
        rows.append(("timm NFNet γ", _TIMM[name], "std", note))
    return tuple(_row(library, value, found[key], key, note) for library, value, key, note in rows)


def _row(library: str, value: float, ours: float, name: str, note: str) -> PublishedGain:
    if math.isclose(value, ours, rel_tol=1e-12):
        return PublishedGain(library, value, ours, name, "")
    share = f"{100 * (value / ours - 1):+.2g} %" if math.isfinite(ours) and ours else ""
    return PublishedGain(library, value, ours, name, ", ".join(part for part in (share, note) if part))


def _torch(name: str, values: Mapping[str, float], ordinary: bool) -> float | None:
    match name:
        case "identity" | "sigmoid":
            return 1.0
        case "tanh":
            return 5 / 3
        case "relu":
            return math.sqrt(2)
        case "leaky_relu":
            return math.sqrt(2 / (1 + values["negative_slope"] ** 2))
        case "selu" if ordinary:
            return 0.75
        case _:
            return None
