"""The map of mean and variance, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actviz.networks.selfnorm import SelfNormalisation
from actviz.writing.tables import Table, json_text

CAVEAT = (
    "The map is that of one unit with weights of sum ω and sum of squares τ. Among independent weights of variance 1/n "
    "the sum is N(0, 1), so |ω| ≤ 0.1, as in Klambauer's Theorem 1, holds for 8 % of units; averaged over all of them "
    "the map of q governs, which 'actviz propagate' shows. At initialisation; nothing here says how training ends."
)


def map_json(results: Sequence[SelfNormalisation]) -> str:
    """The results as a JSON list."""
    return json_text(
        [
            {
                "spec": result.activation.spec,
                "omega": result.omega,
                "tau": result.tau,
                "fixed_point": result.fixed_point,
                "jacobian": result.jacobian,
                "eigenvalues": result.eigenvalues,
                "spectral_norm": result.spectral_norm,
                "attracts": result.attracts,
                "grid": [
                    {"mean": mean, "variance": variance, "next_mean": after, "next_variance": spread}
                    for mean, variance, after, spread in zip(*(part.tolist() for part in result.grid), strict=True)
                ],
            }
            for result in results
        ]
    )


def map_table(results: Sequence[SelfNormalisation]) -> Table:
    """A row for each function."""
    rows = []
    for result in results:
        mean, variance = result.fixed_point or (None, None)
        first, second = result.eigenvalues or (None, None)
        word = "attracts" if result.attracts else "repels" if result.fixed_point else "no fixed point"
        row: tuple[Any, ...] = (
            result.activation.label, result.omega, result.tau, mean, variance, first, second, result.spectral_norm, word
        )  # fmt: skip
        rows.append(row)
    columns = ("function", "ω", "τ", "μ*", "ν*", "|λ1|", "|λ2|", "norm", "fixed point")
    return Table(columns, tuple(rows), "", ("τ", "ω", "|λ2|"))
