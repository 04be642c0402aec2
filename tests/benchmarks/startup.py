"""Start-up of the command line against bare programs that do the same work.

``python tests/benchmarks/startup.py [RUNS]`` runs each pair in turn, A B A B …, so that a machine whose speed drifts
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
from dataclasses import dataclass, field
from pathlib import Path

_HERE = Path(__file__).parent / "baselines"
_ACTVIZ = str(Path(sys.executable).with_name("actviz"))
_SEVEN = [sys.executable, str(_HERE / "typer_seven.py")]


@dataclass(frozen=True)
class Pair:
    """A command, the bare program it is held against, and the ratio that it should keep."""

    name: str
    command: list[str]
    baseline: list[str]
    target: float
    settings: dict[str, str] = field(default_factory=dict)


PAIRS = [
    Pair("--help", [_ACTVIZ, "--help"], [*_SEVEN, "--help"], 1.15),
    Pair(
        "plot se<TAB>",
        [_ACTVIZ],
        _SEVEN,
        1.2,
        {
            "_ACTVIZ_COMPLETE": "complete_bash",
            "_SEVEN_COMPLETE": "complete_bash",
            "COMP_WORDS": "actviz plot se",
            "COMP_CWORD": "2",
        },
    ),
    Pair(
        "table selu --at 1 --format csv",
        [_ACTVIZ, "table", "selu", "--at", "1", "--format", "csv"],
        [sys.executable, str(_HERE / "typer_numpy.py")],
        1.25,
    ),
    Pair(
        "plot selu -d",
        [_ACTVIZ, "plot", "selu", "-d"],
        [sys.executable, str(_HERE / "pyplot_two_lines.py")],
        1.2,
    ),
    Pair(
        "derive selu",
        [_ACTVIZ, "derive", "selu"],
        [sys.executable, str(_HERE / "sympy_selu.py")],
        2.0,
    ),
]


def seconds(command: list[str], folder: str, settings: dict[str, str]) -> float:
    """Wall-clock time of one run."""
    environment = os.environ | settings
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time every pair and print a line for each."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        for pair in PAIRS:
            times = []
            for _ in range(runs + 1):
                ours, theirs = (seconds(words, folder, pair.settings) for words in (pair.command, pair.baseline))
                times.append((ours, theirs))
            del times[0]  # it filled the file cache
            ratio = statistics.median(ours / theirs for ours, theirs in times)
            ours, theirs = (1000 * statistics.median(column) for column in zip(*times, strict=True))
            sys.stdout.write(
                f"actviz {pair.name:32} {ours:4.0f} ms, baseline {theirs:4.0f} ms, "
                f"ratio {ratio:.2f} (at most {pair.target})\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
