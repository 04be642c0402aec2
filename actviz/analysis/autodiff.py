"""What the frameworks' automatic differentiation gives at a kink."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from actviz.curves.curve import Activation
from actviz.language.numerics.float64 import apply, evaluate
from actviz.registry.entries import FRAMEWORKS, Spelling


@dataclass(frozen=True)
class Convention:
    """One framework's derivative at a point; `slope` is None where it follows its backend."""

    framework: str
    slope: float | None


def conventions(activation: Activation, x: float) -> tuple[Convention, ...]:
    """The derivative that PyTorch, JAX and Keras give at a kink, for those that have the function.

    A framework whose spelling names no slope takes the entry's. Keras computes with PyTorch or JAX, so where one of
    those has a slope of its own, Keras has its backend's unless it names one itself.
    """
    plain = Activation(activation.entry, activation.values)
    # In float64 as frameworks compute, where a breakpoint that is not a float64 itself is where they have it.
    ours = float(evaluate(plain.curve(1).tree, np.array([x]), plain.values)[0])
    found = []
    own = False
    for framework in ("torch", "jax", "keras"):
        spellings = [spelling for spelling in activation.entry.spellings if spelling.framework == framework]
        slopes = [_named(spelling, x, plain) for spelling in spellings]
        if not slopes:
            continue
        own = own or slopes[0] is not None
        follows = framework == "keras" and slopes[0] is None and (own or any(_says_so(part) for part in spellings))
        slope = None if follows else ours if slopes[0] is None else slopes[0]
        found.append(Convention(FRAMEWORKS[framework], slope))
    return tuple(found)


def _named(spelling: Spelling, x: float, activation: Activation) -> float | None:
    """The slope that a spelling gives at x."""
    for place, slope in spelling.slopes:
        at, taken = (float(apply(tree, 0.0, activation.values)) for tree in (place, slope))
        if at == x:
            return taken
    return None


def _says_so(spelling: Spelling) -> bool:
    return "follow the backend" in spelling.note or "follows the backend" in spelling.note
