"""The gallery against a plain pyplot loop over the same functions, and a run with nothing to do against ``--help``.

``python tests/benchmarks/gallery.py [RUNS]`` runs each pair in turn, A B A B …, so that a machine whose speed drifts
slows both alike, and prints the median of the ratios. Run it with the Python of an environment into which actviz
was installed by ``pip install .``: an editable install may recompile its modules at every start.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from actviz.figures.gallery.workers import cores
from actviz.figures.spec import DPI, SIZE

_ACTVIZ = [sys.executable, "-m", "actviz"]
_BASELINE = [sys.executable, str(Path(__file__).parent / "baselines" / "pyplot_gallery.py")]
_PICTURE = [*map(str, SIZE), str(DPI)]


def seconds(command: list[str]) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"MPLBACKEND": "agg"})
    return time.perf_counter() - start


def report(title: str, ours: Callable[[], float], theirs: Callable[[], float], runs: int, target: float) -> None:
    """Time a pair in turn and print a line."""
    times = [(ours(), theirs()) for _ in range(runs)]
    ratio = statistics.median(one / other for one, other in times)
    one, other = (1000 * statistics.median(column) for column in zip(*times, strict=True))
    print(f"actviz gallery, {title:14} {one:6.0f} ms, baseline {other:6.0f} ms, ratio {ratio:.2f} (at most {target})")


def main() -> None:
    """Time both pairs and print a line for each."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        gallery = [*_ACTVIZ, "gallery", f"{folder}/gallery"]
        loop = [*_BASELINE, f"{folder}/loop", *_PICTURE]
        seconds(gallery), seconds([*_ACTVIZ, "--help"])  # warm the file cache
        report("nothing to do", lambda: seconds(gallery), lambda: seconds([*_ACTVIZ, "--help"]), 5 * runs, 4.0)
        report(f"all, {cores()} cores", lambda: seconds([*gallery, "--force"]), lambda: seconds(loop), runs, 0.6)


if __name__ == "__main__":
    main()
