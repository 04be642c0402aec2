"""What may be identified: expressions, callables, files and points, each turned into what the search takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from actviz.analysis.datatypes import DataType, data_type
from actviz.analysis.identification import RANGE, TOLERANCE, Identification, identify_points, identify_values
from actviz.analysis.targets import Points, Target, is_target, load
from actviz.analysis.targets.native import NativeTarget
from actviz.curves.curve import Activation
from actviz.curves.specs import resolve_one
from actviz.errors import InputError, UsageError
from actviz.language.numerics.float64 import in_bulk

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_TRIED = ("float64", "float32", "float16", "bfloat16")


def identified(
    target: str | Activation | Callable[..., Any] | tuple[ArrayLike, ArrayLike],
    tolerance: float | None = None,
    span: tuple[float, float] | None = None,
    keywords: Mapping[str, Any] | None = None,
) -> Identification:
    """Identify whatever it is; see `actviz.identify`."""
    if tolerance is not None and not 0 < tolerance < 1e300:
        raise UsageError(f"{tolerance!r} is not a tolerance", "Give a positive number, as in '--tolerance 1e-3'.")
    low, high = span or RANGE
    if not low < high:
        raise UsageError(f"the range {low:g} to {high:g} is empty", "Write the smaller number first.")
    if isinstance(target, tuple):
        x, y = (np.asarray(part, dtype=np.float64).ravel() for part in target)
        if x.size != y.size:
            raise UsageError(f"there are {x.size} x and {y.size} y", "Give one y for each x.")
        return identify_points(x, y, tolerance)
    if isinstance(target, str) and not is_target(target):
        target = resolve_one(target)
    if isinstance(target, Activation):
        activation = target
        return identify_values(
            lambda x: in_bulk(activation.entry.value, x, activation.values), tolerance or TOLERANCE, (low, high)
        )
    found = load(target, keywords)
    if isinstance(found, Points):
        inside = slice(None) if span is None else (found.x >= low) & (found.x <= high)
        return identify_points(found.x[inside], found.y[inside], tolerance)
    kind = _kind(found)
    return identify_values(
        lambda x: found.values(kind.rounded(x), kind), tolerance or max(TOLERANCE, 4 * kind.epsilon), (low, high)
    )


def _kind(target: Target) -> DataType:
    """The widest data type in which a target computes."""
    few = np.array([-1.0, 0.5, 1.0])
    error: InputError | UsageError | None = None
    # A C function has the type that its name says; of another one it makes nonsense and no error.
    for name in (target.usual,) if isinstance(target, NativeTarget) else _TRIED:
        kind = data_type(name)
        try:
            target.values(few, kind)
        except (InputError, UsageError) as raised:
            error = error or raised
            continue
        return kind
    assert error is not None  # one was raised for each
    raise error
