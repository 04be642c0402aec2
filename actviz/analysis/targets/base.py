"""What a target can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from actviz.analysis.datatypes import DataType
from actviz.language.numerics.special import Array


class Target(Protocol):
    """A function of one number that somebody else wrote."""

    name: str

    @property
    def usual(self) -> str:
        """The name of the data type that it is meant for, where nothing else is asked for."""

    @property
    def described(self) -> str:
        """How it is run, in a phrase: ``PyTorch 2.13.0 on cpu``."""

    def values(self, x: Array, kind: DataType) -> Array:
        """What it gives at numbers of a data type, computed in that type, as float64.

        Raises:
            InputError: it raises, changes the shape, or cannot compute in that type.
        """

    def slopes(self, x: Array, kind: DataType) -> Array | None:
        """What its automatic differentiation gives, as float64; None where it has none."""


@dataclass(frozen=True)
class Points:
    """Points that were computed elsewhere.

    Args:
        name: the file.
        x: float64 array of shape (n,), in rising order.
        y: the values there.
        usual: the data type of the values in the file.
    """

    name: str
    x: Array
    y: Array
    usual: str

    @property
    def described(self) -> str:
        """Where they are from, in a phrase."""
        return f"{self.x.size:,} points from a file"
