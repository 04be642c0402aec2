"""Large arrays: entries on ten million points against the plain two-branch NumPy expression.

``python tests/benchmarks/arrays.py [POINTS]`` prints time ratios in one run, and the extra memory at the peak.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

import actviz

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772


def plain_selu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """What one would write by hand."""
    return np.where(x > 0, SCALE * x, SCALE * ALPHA * np.expm1(x))


def timed(function: Callable[[NDArray[np.float64]], object], x: NDArray[np.float64]) -> float:
    """Seconds for one call."""
    start = time.perf_counter()
    function(x)
    return time.perf_counter() - start


def main() -> None:
    """Compare and print."""
    points = int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000
    x = np.random.default_rng(0).normal(size=points)
    selu = actviz.get("selu")
    with np.errstate(over="ignore"):
        ratios = [timed(selu, x) / timed(plain_selu, x) for _ in range(5)]
    tracemalloc.start()
    selu(x)
    extra = tracemalloc.get_traced_memory()[1] - x.nbytes
    print(f"selu on {points:,} points: {statistics.median(ratios):.2f} times the two-branch expression,")
    print(f"{extra / 1e6:.1f} MB beyond the result's {x.nbytes / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
