"""How long two million points take against plain NumPy, and how right they are: python tests/benchmarks/arrays.py

For every entry and its derivative: the first call, a call when the polynomials are there, NumPy's time for the tree as
written (functions in their stable forms), and the largest error in ULP at 20,000 other points. The worst come last.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import actviz
from actviz.language.functions import FUNCTIONS
from actviz.language.numerics import bulk
from actviz.language.numerics.exact import Exact
from actviz.language.syntax import COMPARISONS, CONSTANTS, Call, Comparison, Conditional, Logic, Name, Negation, Number

MANY = 2_000_000


def naive(node: Any, x: Any, values: dict[str, float]) -> Any:
    """The tree as a person would write it in NumPy."""
    match node:
        case Number(value):
            return float(value)
        case Name(name):
            return x if name == "x" else values.get(name, CONSTANTS.get(name))
        case Negation(operand):
            return -naive(operand, x, values)
        case Call(function, arguments):
            return FUNCTIONS[function].numpy(*(np.asarray(naive(part, x, values)) for part in arguments))
        case Conditional(condition, value, otherwise):
            return np.where(naive(condition, x, values), naive(value, x, values), naive(otherwise, x, values))
        case Comparison(sign, left, right):
            return COMPARISONS[sign](naive(left, x, values), naive(right, x, values))
        case Logic(sign, conditions):
            parts = [naive(part, x, values) for part in conditions]
            return np.logical_and.reduce(parts) if sign == "and" else np.logical_or.reduce(parts)
        case _:
            left, right = naive(node.left, x, values), naive(node.right, x, values)
            operations = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power}
            return operations[node.operator](left, right)


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def measured(tree: Any, values: dict[str, float], x: Any, others: Any) -> tuple[float, ...]:
    """Times of the first call, the next, and of NumPy; the errors in ULP, and where the largest is."""
    first, _ = timed(lambda: bulk.values_at(tree, x, values))
    again, _ = timed(lambda: bulk.values_at(tree, x, values))
    with np.errstate(all="ignore"):
        plain, _ = timed(lambda: np.broadcast_to(naive(tree, x, values), x.shape).copy())
    found = bulk.values_at(tree, others, values)
    true = np.array(Exact(tree, values).nearest_floats(others.tolist()))
    with np.errstate(all="ignore"):
        same = (found == true) | (np.isnan(found) & np.isnan(true))
        errors = np.where(same, 0, abs(found - true) / np.spacing(abs(true)))
    return first, again, plain, np.quantile(errors, 0.99), errors.max(), others[errors.argmax()]


def main() -> None:
    draw = np.random.default_rng(1)
    x = draw.standard_normal(MANY)
    far = draw.choice([-1, 1], 1_000) * 10.0 ** draw.uniform(-300, 300, 1_000)
    others = np.concatenate([np.linspace(-50, 50, 15_001), draw.normal(0, 1, 4_000), far])
    rows: list[tuple[Any, ...]] = []
    for name in sys.argv[1:] or actviz.names():
        activation = actviz.get(name)
        for mark, tree in (("", activation.entry.value), ("'", activation.entry.derivative)):
            assert tree is not None
            rows.append((name + mark, *measured(tree, dict(activation.values), x, others)))
    print(f"{'':24}{'first':>9}{'again':>9}{'NumPy':>9}{'ratio':>8}{'ULP 99 %':>10}{'worst':>8}  at")
    for label, first, again, plain, most, worst, place in sorted(rows, key=lambda row: row[2] / row[3]):
        ratio = again / plain
        print(f"{label:24}{first:9.3f}{again:9.3f}{plain:9.3f}{ratio:8.1f}{most:10.2f}{worst:8.2f}  {place:.6g}")


if __name__ == "__main__":
    main()
