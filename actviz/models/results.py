"""What is found in a model file, as frozen records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from actviz.curves.curve import Activation
from actviz.models.graph import Floats, shortest


@dataclass(frozen=True)
class Use:
    """An activation function that a network uses.

    Args:
        activation: it; where it is learned, with the median of what was learned.
        count: how often.
        spelt: the operators of the file that it is made of; several spellings are parted by semicolons.
        layers: the names of its nodes or layers in the file, in order.
    """

    activation: Activation
    count: int
    spelt: str
    layers: tuple[str, ...]

    @property
    def name(self) -> str:
        """The registry's name for it."""
        return self.activation.entry.name

    @property
    def spec(self) -> str:
        """What `actviz.get` and the command line take."""
        return Activation(self.activation.entry, self.activation.values).spec

    @property
    def parameters(self) -> Mapping[str, float]:
        """A number for each of its parameters."""
        return self.activation.values


@dataclass(frozen=True)
class Learned:
    """What a network learned for one parameter of one of its layers.

    Args:
        layer: the name of the layer in the file.
        name: the registry's name of the activation.
        parameter: which of its parameters.
        values: the numbers, one for each channel or just one.
    """

    layer: str
    name: str
    parameter: str
    values: Sequence[float]

    @cached_property
    def array(self) -> Floats:
        """The values as an array."""
        return np.asarray(self.values, dtype=np.float64)

    @property
    def negative(self) -> float:
        """The share that is negative."""
        return float((self.array < 0).mean())

    @property
    def beyond_one(self) -> float:
        """The share whose magnitude is beyond 1."""
        return float((np.abs(self.array) > 1).mean())


@dataclass(frozen=True)
class Unrecognised:
    """A function that the network computes and no registry names.

    Args:
        spec: it, as an expression that `actviz.get` takes.
        count: how often.
        layers: the names of its last nodes.
    """

    spec: str
    count: int
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Model:
    """What is known about the activations of a model file.

    Args:
        path: the file.
        format: its format and version, in words.
        activations: what it uses, in the order of first use.
        learned: what it learned, layer by layer.
        unrecognised: functions without a name.
        remarks: sentences about what cannot be told, and what would tell.
    """

    path: str
    format: str
    activations: tuple[Use, ...] = ()
    learned: tuple[Learned, ...] = ()
    unrecognised: tuple[Unrecognised, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def specs(self) -> list[str]:
        """Every function of it once, as specs."""
        return list(dict.fromkeys([*(use.spec for use in self.activations), *(one.spec for one in self.unrecognised)]))

    def __str__(self) -> str:
        """What the command line prints."""
        from importlib import import_module

        return str(import_module("actviz.writing.models").model_text(self)).rstrip("\n")


@dataclass
class Gathered:
    """Findings of a reader, one by one, until `model` makes a record of them."""

    uses: list[tuple[Activation, str, str]] = field(default_factory=list)  # with its spelling and its layer
    learned: list[Learned] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)  # spec and layer
    remarks: list[str] = field(default_factory=list)

    def model(self, path: str, format_name: str) -> Model:
        """The record."""
        groups: dict[tuple[str, bool], list[tuple[Activation, str, str]]] = {}
        learned = {(one.layer, one.name) for one in self.learned}
        for activation, spelt, layer in self.uses:
            is_learned = (layer, activation.entry.name) in learned
            spec = activation.entry.name if is_learned else Activation(activation.entry, activation.values).spec
            groups.setdefault((spec, _is_gate(spelt)), []).append((activation, spelt, layer))
        uses = [self._use(group) for group in groups.values()]
        unknown: dict[str, list[str]] = {}
        for spec, layer in self.unknown:
            unknown.setdefault(spec, []).append(layer)
        return Model(
            path,
            format_name,
            tuple(uses),
            tuple(self.learned),
            tuple(Unrecognised(spec, len(layers), tuple(layers)) for spec, layers in unknown.items()),
            tuple(dict.fromkeys(self.remarks)),
        )

    def _use(self, group: Sequence[tuple[Activation, str, str]]) -> Use:
        activation = group[0][0]
        layers = tuple(layer for _, _, layer in group)
        places = set(layers)
        for parameter in activation.entry.parameters:
            values = [
                one.array
                for one in self.learned
                if one.layer in places and one.name == activation.entry.name and one.parameter == parameter.name
            ]
            if values:
                median = shortest(float(np.median(np.concatenate(values))))
                if parameter.above < median < parameter.below:
                    activation = Activation(activation.entry, {**activation.values, parameter.name: median})
        spelt = "; ".join(dict.fromkeys(text for _, text, _ in group))
        return Use(activation, len(group), spelt, layers)


def _is_gate(spelt: str) -> bool:
    """Whether an activation stands in the gates of a recurrent layer."""
    return spelt.startswith(("LSTM", "GRU", "RNN"))


def shares(values: Iterable[float]) -> tuple[float, float, float]:
    """The least, the median and the largest."""
    array = np.asarray(list(values), dtype=np.float64)
    return float(array.min()), float(np.median(array)), float(array.max())
