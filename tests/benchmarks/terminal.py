"""Drawing on a terminal against a table of one row, which imports and looks up the same.

``python tests/benchmarks/terminal.py [RUNS]`` runs the two in turn, A B A B …, so that a machine whose speed drifts
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

_ACTVIZ = str(Path(sys.executable).with_name("actviz"))
_BASELINE = [_ACTVIZ, "table", "selu", "--at", "1"]
_AT_MOST = 1.6

COMMANDS = (
    ["plot", "selu", "-d", "--terminal"],
    ["plot", "gelu", "silu", "mish", "-d", "--terminal"],
    ["plot", "prelu:alpha=0.01,0.05,0.25", "--terminal"],
)


def seconds(command: list[str], folder: str) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time every command and print a line for each."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        for words in COMMANDS:
            command = [_ACTVIZ, *words]
            seconds(command, folder), seconds(_BASELINE, folder)  # warm the file cache
            times = [(seconds(command, folder), seconds(_BASELINE, folder)) for _ in range(runs)]
            ratio = statistics.median(ours / theirs for ours, theirs in times)
            ours, theirs = (1000 * statistics.median(column) for column in zip(*times, strict=True))
            print(
                f"actviz {' '.join(words):44} {ours:4.0f} ms, table selu --at 1 {theirs:4.0f} ms, "
                f"ratio {ratio:.2f} (at most {_AT_MOST})"
            )


if __name__ == "__main__":
    main()
