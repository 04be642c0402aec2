from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest


def _load() -> ModuleType:
    path = Path(__file__).with_name("readme.py")
    spec = importlib.util.spec_from_file_location("readme", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


readme = _load()
TEXT = readme.README.read_text(encoding="utf-8")


def test_every_command_prints_what_the_readme_shows(tmp_path: Path) -> None:
    found = readme.commands(TEXT)
    assert len(found) >= 15
    for command, shown in found:
        printed = readme.output_of(command, tmp_path)
        assert _steady(printed) == _steady(shown), f"$ {command}: run 'python tests/readme.py --write'"


def _steady(text: str) -> str:
    """The text without the float64 error that was met, which depends on the processor's exp and expm1."""
    return re.sub(r"within [\d.]+ ULP\s+of\s+it,\s+worst\s+at\s+x\s+=\s+\S+", "within … ULP", re.sub(r"\s+", " ", text))


def test_every_command_of_the_tool_is_toured() -> None:
    words = {command.split()[1] for command, _ in readme.commands(TEXT) if command.startswith("actviz ")}
    assert words >= {"list", "info", "plot", "derive", "table", "compare", "gallery"}


@pytest.mark.parametrize("number", range(len(readme.python_blocks(TEXT))))
def test_python_examples_run(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(readme.python_blocks(TEXT)[number], "README.md", "exec"), {})


def test_linked_files_exist() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT)
    assert links
    for link in links:
        assert (readme.README.parent / link).exists(), link


def test_the_set_up_is_two_commands() -> None:
    blocks = readme.shell_blocks(TEXT)
    assert len(blocks) == 2
    assert all("\n" not in block for block in blocks)
