"""Start-up of the command line against bare programs that do the same work.

``python tests/benchmarks/startup.py [RUNS]`` runs each pair in turn, A B A B …, so that a machine whose speed drifts
slows both alike, and prints the median of the ratios. Run it with the Python of an environment into which actviz
was installed by ``pip install .``: an editable install may recompile its modules at every start.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_HERE = Path(__file__).parent / "baselines"
_ACTVIZ = str(Path(sys.executable).with_name("actviz"))

PAIRS: dict[str, tuple[list[str], list[str], float]] = {
    "table selu --at 1 --format csv": (
        [_ACTVIZ, "table", "selu", "--at", "1", "--format", "csv"],
        [sys.executable, str(_HERE / "typer_numpy.py")],
        1.3,
    ),
    "plot selu -d": (
        [_ACTVIZ, "plot", "selu", "-d"],
        [sys.executable, str(_HERE / "pyplot_two_lines.py")],
        1.3,
    ),
}


def seconds(command: list[str], folder: str) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time every pair and print a line for each."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        for name, (command, baseline, target) in PAIRS.items():
            seconds(command, folder), seconds(baseline, folder)  # warm the file cache
            times = [(seconds(command, folder), seconds(baseline, folder)) for _ in range(runs)]
            ratio = statistics.median(ours / theirs for ours, theirs in times)
            ours, theirs = (1000 * statistics.median(column) for column in zip(*times, strict=True))
            print(f"actviz {name:32} {ours:4.0f} ms, baseline {theirs:4.0f} ms, ratio {ratio:.2f} (at most {target})")


if __name__ == "__main__":
    main()
