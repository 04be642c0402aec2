"""The reference formulas of all families together: name → (value, derivative)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reference import (
    exponential,
    gated,
    gated_more,
    other,
    periodic,
    polynomial,
    rectifier,
    shrinkage,
    sigmoidal,
)

Formula = tuple[Callable[..., Any], Callable[..., Any]]

FAMILIES = (rectifier, exponential, sigmoidal, gated, gated_more, shrinkage, periodic, polynomial, other)
FORMULAS: dict[str, Formula] = {name: formula for family in FAMILIES for name, formula in family.FORMULAS.items()}
