"""How long `check` and `identify` take: ``python tests/benchmarks/checking.py``.

Printed are the time of a complete check in bfloat16, that of float32's sample beside that of the target and the
reference in NumPy, the rate of the walk through all of float32, and that of identifying every entry.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

import actviz
from actviz.language.numerics.float64 import in_bulk
from actviz.language.numerics.special import Array


def tanh(x: Array) -> Array:
    """The target."""
    return np.tanh(x)


def seconds(work: Callable[[], object], runs: int = 3) -> float:
    """The least time of some runs."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    """Measure and print."""
    short = seconds(lambda: actviz.check(tanh, dtype="bfloat16"))
    print(f"bfloat16, all numbers: {short:.3f} s")
    entry = actviz.get("tanh")
    x = actviz.check_grid("float32", "tanh")
    own = seconds(lambda: tanh(x.astype(np.float32)))
    reference = seconds(lambda: in_bulk(entry.entry.value, x, entry.values))
    sample = seconds(lambda: actviz.check(tanh, dtype="float32"))
    print(f"float32, {x.size:,} numbers: {sample:.2f} s; target {own:.2f} s, reference {reference:.2f} s")
    span = (1.0, 4.0)
    count = actviz.check(tanh, dtype="float32", span=span, exhaustive=True).points
    one = seconds(lambda: actviz.check(tanh, dtype="float32", span=span, exhaustive=True), 1)
    cores = seconds(lambda: actviz.check("numpy.tanh", dtype="float32", span=span, exhaustive=True), 1)
    print(
        f"float32, exhaustive: {count / one / 1e6:.1f} million numbers a second on one core, "
        f"{count / cores / 1e6:.1f} on all"
    )
    times = [seconds(lambda name=name: actviz.identify(name), 1) for name in actviz.names()]  # type: ignore[misc]
    print(f"identify: median {np.median(times):.2f} s, largest {max(times):.2f} s")


if __name__ == "__main__":
    main()
