"""The command line, run in this process for speed or in one of its own for truth."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def failure(self) -> tuple[int, str]:
        """The exit code and the whole message of a command that must have printed nothing else."""
        assert self.out == ""
        assert self.err.startswith("error: ")
        assert self.err.endswith("\n")
        return self.code, self.err.removeprefix("error: ").removesuffix("\n")

    def misfit(self, command: str, *named: str) -> bool:
        """Whether the parser refused the words, naming these, in its own wording and with what to type."""
        code, message = self.failure
        text, _, last = message.rpartition("\n")
        hints = (
            f"'{command} --help' shows",
            "Did you mean '",
            "It takes two numbers, as in '",
            "Name a function, as in '",
        )
        return code == 2 and last.startswith(hints) and all(one in text for one in named)


def environment(**changes: str) -> dict[str, str]:
    """This process's environment in UTF-8, without what would change the output."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    return kept | {"PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"} | changes


def process(
    *words: str, folder: Path, data: bytes = b"", settings: Mapping[str, str] | None = None, **changes: str
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "actviz", *words],
        cwd=folder,
        env=environment(**(settings or {}), **changes),
        input=data,
        capture_output=True,
        timeout=100,
    )


def shell(script: str, folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `actviz` is the command."""
    prelude = f'actviz() {{ "{sys.executable}" -m actviz "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", prelude + script],
        cwd=folder,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
    )


def terminal(*words: str, folder: Path, columns: int = 80, **changes: str) -> tuple[int, str]:
    """The exit code, and what a terminal of that width receives from both streams."""
    parent, child = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "actviz", *words],
        cwd=folder,
        env=environment(COLUMNS=str(columns), TERM="xterm-256color", **changes),
        stdin=child,
        stdout=child,
        stderr=child,
        close_fds=True,
    )
    os.close(child)
    received = b""
    while True:
        try:
            chunk = os.read(parent, 65536)
        except OSError:  # the other side is closed
            break
        if not chunk:
            break
        received += chunk
    os.close(parent)
    return started.wait(timeout=100), received.decode().replace("\r\n", "\n")
