from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("commands.py")
PAGE = PROGRAM.parents[1] / "docs" / "commands.md"


def test_the_reference_of_commands_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], capture_output=True, encoding="utf-8", timeout=100, check=True
    )
    current = done.stdout == PAGE.read_text(encoding="utf-8")
    assert current, "run 'python tests/commands.py --write'"
