"""How many digits survive: actviz, PyTorch and JAX against 50 digits, side by side.

``python tests/benchmarks/accuracy.py [POINTS]`` prints, for every function that PyTorch or JAX has, the largest error
and the 99th percentile in units in the last place (ULP), for values and derivatives, over ±700 with most points around
0 and some down to 1e-300. A framework that is not installed is left out. Results that are subnormal are not counted.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
from mpmath import mp, mpf
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from reference.everything import FORMULAS
from test_frameworks import NO_DEFAULT, NOT_DIFFERENTIABLE, REQUIRED, by_jax, by_torch

from actviz.curves.curve import Activation
from actviz.registry.lookup import built_in

Array = NDArray[np.float64]


def points(count: int) -> Array:
    """Places from the middle to the far tails."""
    draw = np.random.default_rng(5)
    tiny = 10 ** draw.uniform(-300, 2.8, count // 4)
    parts = [draw.uniform(-700, 700, count // 4), draw.uniform(-10, 10, count // 4), tiny, -tiny]
    return np.unique(np.concatenate(parts))


def ulps(computed: Array, truths: list[Any]) -> tuple[float, float]:
    """The largest error and the 99th percentile."""
    errors = []
    for result, truth in zip(computed.tolist(), truths, strict=True):
        if math.isfinite(float(truth)) and (truth == 0 or abs(truth) > 1e-305):
            unit = mpf(math.ulp(float(truth)))
            errors.append(math.inf if math.isnan(result) else float(min(abs(mpf(result) - truth) / unit, mpf(1e16))))
    return max(errors), float(np.percentile(errors, 99))


def frameworks() -> dict[str, Any]:
    """Those that are installed."""
    found: dict[str, Any] = {}
    try:
        import torch

        found["torch"] = torch
    except ImportError:
        pass
    try:
        import jax

        jax.config.update("jax_enable_x64", True)
        found["jax"] = jax
    except ImportError:
        pass
    return found


def main() -> None:
    """Measure and print."""
    x = points(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
    installed = frameworks()
    print(f"{'':16} {'value: largest, 99 %':^51} {'derivative: largest, 99 %':^51}")
    print(f"{'':16} " + " ".join(f"{name:>17}" for _ in range(2) for name in ("actviz", "torch", "jax")))
    for entry in built_in():
        columns: dict[str, tuple[Array, Array]] = {}
        for framework, module in installed.items():
            for spelling in entry.spellings:
                name = spelling.names[0]
                skipped = (*NO_DEFAULT, *REQUIRED, *NOT_DIFFERENTIABLE)
                if spelling.framework != framework or framework in columns or spelling.defaults or name in skipped:
                    continue
                columns[framework] = (by_torch if framework == "torch" else by_jax)(module, name, {})(x)
        if not columns:
            continue
        activation = Activation(entry)
        columns["actviz"] = (activation(x), activation.derivative(x))
        cells = []
        for order in (0, 1):
            with mp.workdps(400):
                values = {key: mpf(value) for key, value in activation.values.items()}
                truths = [FORMULAS[entry.name][order](mpf(at), **values) for at in x.tolist()]
                for name in ("actviz", "torch", "jax"):
                    both = ulps(columns[name][order], truths) if name in columns else None
                    cells.append("—" if both is None else f"{both[0]:.3g}, {both[1]:.3g}")
        print(f"{entry.name:16} " + " ".join(f"{cell:>17}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
