"""Named tensors, configurations and modules: what they tell of activations, and what they cannot."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from actviz.curves.curve import Activation
from actviz.errors import UsageError
from actviz.models.graph import Constant, Floats
from actviz.models.results import Gathered, Learned
from actviz.registry.lookup import Found, active

Tensors = Mapping[str, Constant]

# The keys under which configurations name an activation.
KEYS = (
    "hidden_act", "hidden_activation", "activation_function", "ffn_activation", "activation", "act_fn",
    "hidden_dim_act",
    "non_linearity", "nonlinearity", "act", "act_layer", "mlp_act", "feed_forward_act", "classifier_activation",
    "feature_activation", "conv_act", "feat_extract_activation", "decoder_activation", "pooler_act", "encoder_act",
)  # fmt: skip
_PRELU = re.compile(r"prelu|(?:^|[._\d])(?:act|relu|activation|nonlin\w*)\d*(?:$|[._])", re.IGNORECASE)
UNTOLD = (
    "Which activations the network uses cannot be told from this file: it holds numbers and their names, and "
    "activations without learned parameters leave none. Its code or its configuration would tell, or an export to ONNX "
    "or TorchScript."
)
OTHERS = (
    "Only learned activations show in this file of numbers and names. Whether there are others cannot be told from it; "
    "its code would tell, or an export to ONNX or TorchScript."
)
_BETA = 0.5  # of xIELU, which the file holds as a buffer; this is what it starts with everywhere


def named(name: str) -> Found | None:
    """The function that a configuration means by a name."""
    registry = active()
    word = name.strip()
    for prefix in (
        "transformers.",
        "torch.nn.",
        "torch.nn.functional.",
        "keras.activations.",
        "keras.layers.",
        "timm.",
        "",
    ):
        found = registry.look_up(prefix + word)
        if found is not None:
            return found
    return registry.look_up(word.rpartition(".")[2]) if "." in word else None


def add_configuration(found: Gathered, where: str, configuration: Mapping[Any, Any]) -> None:
    """The activations that a dictionary names under the keys known for that."""
    for key, value in configuration.items():
        if key in KEYS and isinstance(value, str) and len(value) < 60:
            known = named(value)
            if known is None:
                found.remarks.append(f"The configuration says {key} = '{value}', which no registry knows.")
                continue
            if known.entry.name == "identity":
                continue
            found.uses.append((Activation(known.entry, {}, known.spelling), f"{key} = '{value}'", where or key))
            found.remarks.append(
                "A configuration names its activations once each; how often the network uses them, its code tells."
            )


def add_module(found: Gathered, name: str, kind: str, state: Mapping[Any, Any]) -> None:
    """A module of PyTorch that was saved with its class, if it is an activation."""
    if not kind.startswith("torch.nn.modules.activation.") and kind != "torch.nn.modules.linear.Identity":
        return
    word = kind.rpartition(".")[2]
    if word == "GELU" and state.get("approximate") == "tanh":
        word = "GELU(approximate=tanh)"
    known = active().look_up(f"torch.nn.{word}")
    if known is None or known.entry.name == "identity":
        return
    names = {} if known.spelling is None else known.spelling.arguments
    values = {}
    for parameter in known.entry.parameters:
        value = state.get(names.get(parameter.name, parameter.name))
        if isinstance(value, int | float) and not isinstance(value, bool):
            values[parameter.name] = float(value)
    try:
        found.uses.append((Activation(known.entry, values, known.spelling), word, name))
    except UsageError:
        found.uses.append((Activation(known.entry, {}, known.spelling), word, name))


def add_tensors(found: Gathered, tensors: Tensors, quiet: bool = False) -> None:
    """The learned parameters among named tensors.

    Args:
        found: what is added to.
        tensors: by name.
        quiet: whether the file tells its activations otherwise, so that nothing remains to be said.
    """
    registry = active()
    known = {(layer, activation.entry.name) for activation, _, layer in found.uses}
    slopes = {layer for activation, _, layer in found.uses if activation.entry.name == "prelu"}
    for layer, name, parameter, values in learned(tensors, slopes):
        entry = registry.find(name)
        if entry is None or not values.size or not np.isfinite(values).all():
            continue
        found.learned.append(Learned(layer, name, parameter, values.tolist()))
        if (layer, name) not in known:
            known.add((layer, name))
            found.uses.append((Activation(entry), parameter_words(name), layer))
    if not quiet and tensors:
        found.remarks.append(OTHERS if found.learned else UNTOLD)


def parameter_words(name: str) -> str:
    """How a state dictionary shows an activation."""
    return {"prelu": "a weight without a bias", "xielu": "alpha_p and alpha_n"}.get(name, "a parameter of that name")


def learned(tensors: Tensors, slopes: Collection[str] = ()) -> Iterator[tuple[str, str, str, Floats]]:
    """Layer, activation, parameter and values of every tensor whose name and shape say that it is one.

    A PReLU's slopes are a vector called weight, in a layer without a bias or statistics that is called after it; a
    single number is one in any layer. xIELU's parameters stand in files before the softplus that keeps them positive.

    Args:
        tensors: by name.
        slopes: layers known to be PReLUs, whatever they are called.
    """
    for name, tensor in tensors.items():
        layer, _, last = name.rpartition(".")
        if last == "weight" and (layer in slopes or _is_prelu(layer, tensor, tensors)):
            yield layer, "prelu", "alpha", tensor.values()
        elif last == "alpha_p" and f"{layer}.alpha_n" in tensors and tensor.size <= 4096:
            beta = tensors.get(f"{layer}.beta")
            low = float(beta.values()[0]) if beta is not None and beta.size == 1 else _BETA
            yield layer, "xielu", "alpha_p", np.logaddexp(0.0, tensor.values())
            yield layer, "xielu", "alpha_n", low + np.logaddexp(0.0, tensors[f"{layer}.alpha_n"].values())
        elif last in ("alpha", "beta", "a", "slope", "frequency") and tensor.size <= 65_536 and not tensor.whole:
            kind = next((known for word, known in _WORDS.items() if word in layer.lower().replace("_", "")), None)
            entry = active().find(kind) if kind else None
            if entry is not None and last in entry.defaults:
                yield layer, entry.name, last, tensor.values()


_WORDS = {"swish": "swish", "snakebeta": "snake_beta", "snake": "snake", "pelu": "pelu", "prelu": "prelu", "dyt": "dyt"}


def _is_prelu(layer: str, tensor: Constant, tensors: Tensors) -> bool:
    if tensor.whole or tensor.size > 65_536 or any(f"{layer}.{other}" in tensors for other in ("bias", "running_mean")):
        return False
    if sum(size > 1 for size in tensor.shape) > 1:
        return False
    return tensor.shape == (1,) or bool(_PRELU.search(layer))
