from __future__ import annotations

from pathlib import Path

import pytest

from actviz.cli.app import run
from cli.running import Done, Run


@pytest.fixture
def actviz(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command line in this process, in an empty folder; a failing one must leave that folder as it was."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "COLUMNS", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def command(*words: str) -> Done:
        before = _contents(tmp_path)
        capsys.readouterr()
        code = run(list(words))
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        if code:
            assert _contents(tmp_path) == before
        return Done(code, said.out, said.err)

    return command


def _contents(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
