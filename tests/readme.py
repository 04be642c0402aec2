"""The README's code: its commands run, its output shown is what they print.

``python tests/readme.py --write`` runs every command and puts its output in; ``--block run`` and ``--block test``
print the two set-up commands. `tests/test_readme.py` holds the README to what this finds.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
_CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_SHELL = re.compile(r"(?<=```sh\n).*?(?=```)", re.DOTALL)
_PYTHON = re.compile(r"(?<=```python\n).*?(?=```)", re.DOTALL)


def commands(text: str) -> list[tuple[str, str]]:
    """Every command of the console blocks with the output shown below it."""
    found = []
    for block in _CONSOLE.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def shell_blocks(text: str) -> list[str]:
    """The set-up commands: to run it, then to test it."""
    return [block.strip() for block in _SHELL.findall(text)]


def python_blocks(text: str) -> list[str]:
    """The Python examples."""
    return [str(block) for block in _PYTHON.findall(text)]


def output_of(command: str, folder: Path) -> str:
    """What a command prints to a pipe, standard error after standard output."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    script = command if "|" in command else shlex.join(shlex.split(command))
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
    return done.stdout + done.stderr


def refreshed(text: str) -> str:
    """The README with every command's output as it is now."""
    with tempfile.TemporaryDirectory() as folder:

        def block(match: re.Match[str]) -> str:
            parts = []
            for command, _ in commands(f"```console\n{match.group()}```"):
                parts.append(f"$ {command}\n{output_of(command, Path(folder))}")
            return "".join(parts)

        return _CONSOLE.sub(block, text)


if __name__ == "__main__":
    readme = README.read_text(encoding="utf-8")
    if sys.argv[1:] == ["--write"]:
        README.write_text(refreshed(readme), encoding="utf-8")
    else:
        sys.stdout.write(shell_blocks(readme)[["run", "test"].index(sys.argv[2])] + "\n")
