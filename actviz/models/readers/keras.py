"""Keras: the configuration of the layers, as JSON in a ``.keras`` archive or as an attribute of an HDF5 file."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.models.learned import named
from actviz.models.reading import MOST_TEXT, Archive, MalformedError, json_object
from actviz.models.results import Gathered, Learned
from actviz.registry.lookup import active

_START = b'{"class_name"'
_DEEPEST = 40
_MOST_LAYERS = 50_000
# How layers of Keras, of all its versions, call the parameters of activations, in the order of the entry.
_LAYERS = {
    "ReLU": ("relu", ()), "ELU": ("elu", ("alpha",)), "PReLU": ("prelu", ()), "Softmax": ("", ()),
    "LeakyReLU": ("leaky_relu", ("negative_slope", "alpha")), "ThresholdedReLU": ("thresholded_relu", ("theta",)),
}  # fmt: skip
_KEYS = ("activation", "recurrent_activation", "hidden_activation", "intermediate_activation")
_DEFAULT_SLOPE = 0.3


def read(data: memoryview, path: Path) -> tuple[Gathered, str]:
    """What a model that Keras saved holds.

    Raises:
        MalformedError: there is no configuration in it.
    """
    if bytes(data[:2]) == b"PK":
        with Archive(path) as archive:
            return layers_of(json_object(archive.read("config.json"))), "Keras, .keras"
    text = _scanned(data) or _attribute(path)
    if text is None:
        raise MalformedError(
            "its HDF5 holds no configuration of Keras: it holds weights only, or h5py is needed to read it"
        )
    found = layers_of(json_object(text))
    _slopes(found, path)
    return found, "Keras, HDF5"


def layers_of(configuration: dict[str, Any]) -> Gathered:
    """The activations of a configuration, those of models inside it included."""
    found = Gathered()
    waiting: list[tuple[Any, int]] = [(configuration, 0)]
    for _ in range(_MOST_LAYERS * 20):
        if not waiting:
            break
        part, level = waiting.pop()
        if level > _DEEPEST:
            raise MalformedError("its configuration is nested too deeply")
        if isinstance(part, list):
            waiting += [(inner, level + 1) for inner in reversed(part)]
        elif isinstance(part, dict):
            inner = part.get("config")
            if isinstance(part.get("class_name"), str) and isinstance(inner, dict):
                _layer(found, part["class_name"].rpartition(">")[2], inner)
            for key, value in reversed(part.items()):
                if isinstance(value, dict | list) and key not in ("build_config", "compile_config", *_KEYS):
                    waiting.append((value, level + 1))
    if not found.uses:
        found.remarks.append("No layer of the configuration names an activation other than linear.")
    return found


def _layer(found: Gathered, kind: str, settings: dict[str, Any]) -> None:
    name = str(settings.get("name", kind))
    if kind in _LAYERS:
        activation = _activation_layer(kind, settings)
        if activation is not None:
            found.uses.append((activation, kind, name))
            if kind == "LeakyReLU" and activation.values["negative_slope"] == _DEFAULT_SLOPE:
                found.remarks.append(
                    "Keras's LeakyReLU layer has a slope of 0.3 unless told otherwise; PyTorch's and ONNX's is 0.01."
                )
        return
    for key in _KEYS:
        value = settings.get(key)
        if isinstance(value, dict):
            inner = value.get("config")
            word = value.get("class_name") if not isinstance(inner, str) else inner
            if isinstance(inner, dict) and word in _LAYERS:
                activation = _activation_layer(str(word), inner)
                if activation is not None:
                    found.uses.append((activation, f"{kind}({word})", name))
                continue
            value = word if word != "function" else inner
        if not isinstance(value, str) or value in ("linear", "softmax", "log_softmax"):
            continue
        if value == "relu" and kind in ("Activation",) and settings.get("max_value") is not None:
            continue
        known = active().look_up(f"keras.activations.{value}") or named(value)
        if known is None:
            found.remarks.append(f"The layer '{name}' has the activation '{value}', which no registry knows.")
            continue
        entry, values = known.entry, {}
        if value == "hard_sigmoid" and not _is_third(settings):
            values = {"slope": 0.2}
        gate = key == "recurrent_activation" or kind in ("LSTM", "GRU", "SimpleRNN")
        found.uses.append((Activation(entry, values or dict(known.spelling.defaults if known.spelling else {})),
                           f"{'RNN ' if gate and kind == 'SimpleRNN' else ''}{kind}({value})", name))  # fmt: skip


def _is_third(settings: dict[str, Any]) -> bool:
    """Whether a layer was written by Keras 3, where hard_sigmoid has the slope 1/6 instead of 0.2."""
    return isinstance(settings.get("dtype"), dict)


def _activation_layer(kind: str, settings: dict[str, Any]) -> Activation | None:
    entry_name, words = _LAYERS[kind]
    entry = active().find(entry_name)
    if entry is None or not entry_name:
        return None
    if kind == "ReLU":
        return _relu(settings)
    value = next((_number(settings[word]) for word in words if word in settings), None)
    if kind == "LeakyReLU" and value is None:
        value = _DEFAULT_SLOPE
    if kind == "PReLU" or value is None:
        return Activation(entry)
    try:
        return Activation(entry, {entry.parameters[0].name: value})
    except UsageError:
        return None


def _relu(settings: dict[str, Any]) -> Activation | None:
    slope, threshold = (_number(settings.get(key) or 0.0) or 0.0 for key in ("negative_slope", "threshold"))
    most = _number(settings.get("max_value"))
    registry = active()
    names: tuple[str, dict[str, float]] = ("relu", {})
    if slope == 0 and threshold == 0:
        if most is not None:
            names = ("relu6", {}) if most == 6 else ("clipped_relu", {"max_value": most})
    elif most is None and threshold == 0:
        names = ("leaky_relu", {"negative_slope": slope})
    elif most is None and slope == 0:
        names = ("thresholded_relu", {"theta": threshold})
    else:
        most = 1e30 if most is None else most
        names = ("generalized_relu", {"negative_slope": slope, "max_value": most, "threshold": threshold})
    entry = registry.find(names[0])
    try:
        return None if entry is None else Activation(entry, names[1])
    except UsageError:
        return None


def _number(value: Any) -> float | None:
    """A number, also where Keras wraps one as an array."""
    if isinstance(value, dict):
        value = value.get("config", value)
        value = value.get("value") if isinstance(value, dict) else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    # A float32 written out as a float64 is the decimal that was meant.
    return _meant(number) if math.isfinite(number) else None


def _meant(value: float) -> float:
    from actviz.models.graph import shortest

    return shortest(value) if shortest(value) != value and len(repr(value)) > 12 else value


def _attribute(path: Path) -> str | None:
    """The configuration by h5py, where that is installed."""
    try:
        import h5py
    except ImportError:
        return None
    try:
        with h5py.File(path, "r") as file:
            value = file.attrs.get("model_config")
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    return value if isinstance(value, str) and len(value) <= MOST_TEXT else None


def _scanned(data: memoryview) -> str | None:
    """The configuration as it stands in the file, where its attribute is in one piece."""
    content = bytes(data[:MOST_TEXT])
    place = content.find(_START)
    if place < 0:
        return None
    text = content[place:].decode(errors="replace")
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):  # its attribute is stored in pieces
        return None
    return text[:end] if isinstance(value, dict) else None


def _slopes(found: Gathered, path: Path) -> None:
    """The slopes of PReLU layers, by h5py."""
    layers = [layer for activation, spelt, layer in found.uses if spelt.startswith("PReLU")]
    if not layers:
        return
    try:
        import h5py
    except ImportError:
        found.remarks.append("The slopes of its PReLU layers can be read with h5py: pip install 'actviz[h5py]'.")
        return
    try:
        with h5py.File(path, "r") as file:
            weights = file.get("model_weights", file)
            for layer in layers:
                sets: list[Any] = []
                if layer in weights:
                    weights[layer].visititems(
                        lambda name, item, sets=sets: (
                            sets.append(item[()]) if name.split("/")[-1].startswith("alpha") else None
                        )
                    )
                if sets and sets[0].size <= 1 << 20:
                    values = [float(str(value)) for value in sets[0].ravel()]
                    found.learned.append(Learned(layer, "prelu", "alpha", values))
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError):
        found.remarks.append("The slopes of its PReLU layers cannot be read: the weights in the file are damaged.")
