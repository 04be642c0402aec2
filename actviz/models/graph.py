"""What every format of graphs becomes: nodes with what they compute, and constants that are read when looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from actviz.language.syntax import Condition
from actviz.language.syntax import Node as Tree
from actviz.models.reading import MOST_NODES, MOST_VALUES, MalformedError

Value: TypeAlias = Tree | Condition
Formula = Callable[[Sequence[Value]], Value]
Floats: TypeAlias = NDArray[np.float64]


class Constant(NamedTuple):
    """A tensor in the file.

    Args:
        shape: its shape, empty for a scalar.
        load: its numbers, as float64, flat.
        whole: whether its numbers are integers.
        name: as the file has it.
    """

    shape: tuple[int, ...]
    load: Callable[[], Floats]
    whole: bool = False
    name: str = ""

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)

    def values(self) -> Floats:
        """Its numbers.

        Raises:
            MalformedError: they are more than are read, or fewer than its shape says.
        """
        if self.size > MOST_VALUES:
            raise MalformedError(f"the tensor '{self.name}' has {self.size:,} values")
        found = self.load()
        if found.size < self.size:
            raise MalformedError(f"the tensor '{self.name}' has fewer values than its shape says")
        return found[: self.size]


class Step(NamedTuple):
    """A node of a graph.

    Args:
        spelt: what the format calls its operator.
        layer: its name in the file.
        inputs: the names of the tensors it reads.
        result: the name of the tensor it gives; further ones have nodes of their own.
        formula: what it computes from its inputs, element by element; None for all that mixes elements.
        whole: whether its result holds integers whatever its inputs are.
        silent: whether it looks at no values, only at shapes.
    """

    spelt: str
    layer: str
    inputs: tuple[str, ...]
    result: str
    formula: Formula | None = None
    whole: bool = False
    silent: bool = False


@dataclass
class Graph:
    """A network as a list of nodes in an order in which they can be computed."""

    steps: list[Step] = field(default_factory=list)
    constants: dict[str, Constant] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)  # inputs that hold integers

    def add(self, step: Step) -> None:
        """Append a node.

        Raises:
            MalformedError: there are too many.
        """
        if len(self.steps) >= MOST_NODES:
            raise MalformedError(f"it has more than {MOST_NODES:,} nodes")
        self.steps.append(step)


def shortest(value: float, kind: str = "float32") -> float:
    """The shortest decimal that a number of a narrower format stands for: 0.2 for 0.20000000298."""
    if not math.isfinite(value):
        return value
    with np.errstate(all="ignore"):
        if kind == "float32":
            return float(str(np.float32(value)))
        if kind == "float16":
            return float(str(np.float16(value)))
    return value
