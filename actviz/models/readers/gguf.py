"""GGUF: keys with values, then the names of the tensors. No key names the activation; the architecture implies it."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from actviz.curves.curve import Activation
from actviz.models.learned import named
from actviz.models.reading import MalformedError
from actviz.models.results import Gathered, Learned
from actviz.registry.lookup import active

_MOST_KEYS = 100_000
_MOST_ITEMS = 4_000_000  # of all lists together: vocabularies have some hundred thousand
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _LIST = 8, 9
# What the code of llama.cpp computes between the matrices of these architectures.
_IMPLIED = {
    "llama": "silu", "mistral": "silu", "qwen2": "silu", "qwen3": "silu", "qwen2moe": "silu", "phi3": "silu",
    "deepseek2": "silu", "olmo2": "silu", "command-r": "silu", "internlm2": "silu", "stablelm": "silu",
    "gemma": "gelu_tanh", "gemma2": "gelu_tanh", "gemma3": "gelu_tanh", "phi2": "gelu_tanh", "gpt2": "gelu_tanh",
    "gptneox": "gelu_tanh", "falcon": "gelu_tanh", "starcoder": "gelu_tanh", "starcoder2": "gelu_tanh",
    "bloom": "gelu_tanh", "mpt": "gelu_tanh", "bert": "gelu_tanh", "apertus": "xielu",
}  # fmt: skip


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self.data, self.place, self.items = data, 4, 0

    def scalar(self, form: str) -> Any:
        size = struct.calcsize(form)
        if self.place + size > len(self.data):
            raise MalformedError("it ends before its keys do")
        (value,) = struct.unpack_from(form, self.data, self.place)
        self.place += size
        return value

    def string(self) -> str:
        size = self.scalar("<Q")
        if size > len(self.data) - self.place:
            raise MalformedError("a text in it is longer than the file")
        self.place += size
        return bytes(self.data[self.place - size : self.place][:4096]).decode(errors="replace")

    def value(self, kind: int, level: int = 0) -> Any:
        if kind in _SCALARS:
            return self.scalar(_SCALARS[kind])
        if kind == _STRING:
            return self.string()
        if kind != _LIST or level > 4:
            raise MalformedError("a key in it has a value of no known kind")
        inner, count = self.scalar("<I"), self.scalar("<Q")
        self.items += count
        if self.items > _MOST_ITEMS:
            raise MalformedError("its lists are longer than any vocabulary")
        return [self.value(inner, level + 1) for _ in range(count)]


def read(data: memoryview, path: Path) -> tuple[Gathered, str]:  # noqa: ARG001  as all readers
    """What the keys of a GGUF file tell.

    Raises:
        MalformedError: they are damaged.
    """
    reader = _Reader(data)
    version, _, count = reader.scalar("<I"), reader.scalar("<Q"), reader.scalar("<Q")
    if version < 2 or count > _MOST_KEYS:
        raise MalformedError(f"its version {version} is not read, or it has too many keys")
    keys = {}
    for _ in range(count):
        name = reader.string()
        keys[name] = reader.value(reader.scalar("<I"))
    kind = str(keys.get("general.architecture", ""))
    found = Gathered()
    for name, value in keys.items():
        if name.endswith((".activation_function", ".hidden_act")) and isinstance(value, str):
            known = named(value)
            if known is not None:
                found.uses.append((Activation(known.entry), f"{name} = '{value}'", name))
    layers = keys.get(f"{kind}.block_count", 1)
    layers = int(layers) if isinstance(layers, int) and 0 < layers < 10_000 else 1
    learned = _xielu(found, keys)
    implied = active().find(_IMPLIED.get(kind, ""))
    if not found.uses and implied is not None:
        found.uses += [(Activation(implied), f"architecture {kind}", f"blk.{place}.ffn") for place in range(layers)]
        found.remarks.append(
            f"GGUF names no activation; llama.cpp computes {implied.name} for the architecture '{kind}'."
        )
    elif not found.uses and not learned:
        found.remarks.append(
            f"GGUF names no activation, and what the architecture '{kind}' implies is not known here; its code would "
            "tell."
        )
    limits = keys.get(f"{kind}.swiglu_clamp_exp")
    if limits is not None:
        found.remarks.append(f"The gates are clamped: {kind}.swiglu_clamp_exp = {limits}.")
    return found, f"GGUF, version {version}, architecture {kind or 'not named'}"


def _xielu(found: Gathered, keys: dict[str, Any]) -> bool:
    """XIELU's parameters, which stand in the file before the softplus that keeps them positive."""
    entry = active().find("xielu")
    values = {name: keys.get(f"xielu.{name}") for name in ("alpha_p", "alpha_n", "beta")}
    numbers = {
        name: np.atleast_1d(value).astype(np.float64)
        for name, value in values.items()
        if value is not None and _is_numeric(value)
    }
    if entry is None or "alpha_p" not in numbers or "alpha_n" not in numbers:
        return False
    beta = numbers.get("beta", np.array([0.5]))
    for place, (p, n) in enumerate(zip(numbers["alpha_p"], numbers["alpha_n"], strict=False)):
        layer, low = f"blk.{place}", float(beta[place % beta.size])
        found.learned.append(Learned(layer, "xielu", "alpha_p", [float(np.logaddexp(0, p))]))
        found.learned.append(Learned(layer, "xielu", "alpha_n", [low + float(np.logaddexp(0, n))]))
        found.uses.append((Activation(entry), "xielu.alpha_p", layer))
    return True


def _is_numeric(value: Any) -> bool:
    parts = value if isinstance(value, list) else [value]
    return bool(parts) and all(isinstance(part, int | float) for part in parts)
