"""Two model files side by side: what a conversion changed."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np

from actviz.models.results import Model

_RANGE = np.linspace(-8.0, 8.0, 3201)


class Change(NamedTuple):
    """How often each of two files uses a function.

    Args:
        spec: the function.
        first: its count in the first file.
        second: its count in the second file.
        verdict: what that means, in words.
    """

    spec: str
    first: int
    second: int
    verdict: str


def compared(first: Model, second: Model) -> list[Change]:
    """A row for each function of either file, in the order of use.

    A function that only one file has, as often as the other file has another one, is held against that one: the
    largest difference for −8 ≤ x ≤ 8 says what the conversion changed.
    """
    counts = [_counts(model) for model in (first, second)]
    specs = list(dict.fromkeys([*counts[0], *counts[1]]))
    alone = [[spec for spec in counts[side] if not counts[1 - side][spec]] for side in (0, 1)]
    partner: dict[str, str] = {}
    for spec in alone[0]:
        others = [other for other in alone[1] if other not in partner]
        others.sort(key=lambda other: (counts[1][other] != counts[0][spec], _distance(spec, other)))
        if others and counts[1][others[0]] == counts[0][spec]:
            partner[spec], partner[others[0]] = others[0], spec
    return [Change(spec, counts[0][spec], counts[1][spec], _verdict(spec, counts, partner)) for spec in specs]


def _counts(model: Model) -> Counter[str]:
    found: Counter[str] = Counter()
    for use in model.activations:
        found[use.spec] += use.count
    for one in model.unrecognised:
        found[one.spec] += one.count
    return found


def _distance(first: str, second: str) -> float:
    from actviz.curves.specs import resolve_one

    values = [resolve_one(spec)(_RANGE) for spec in (first, second)]
    return float(np.nanmax(np.abs(values[0] - values[1])))


def _verdict(spec: str, counts: list[Counter[str]], partner: dict[str, str]) -> str:
    first, second = counts[0][spec], counts[1][spec]
    if first and second:
        return "same" if first == second else f"{abs(first - second)} {'fewer' if second < first else 'more'}"
    if spec in partner:
        difference = _distance(spec, partner[spec])
        word = "became" if first else "was"
        return f"{word} {partner[spec]}, which differs by up to {difference:.3g}"
    return "only in the first" if first else "only in the second"
