"""The pages: every command prints what is shown, every example runs, every link leads somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest


def _load() -> ModuleType:
    path = Path(__file__).with_name("pages.py")
    spec = importlib.util.spec_from_file_location("pages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = _load()
NAMES = [str(page.relative_to(pages.ROOT)) for page in pages.PAGES]
HOME = {name: (pages.ROOT / name).read_text(encoding="utf-8") for name in NAMES}


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home without settings."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for name in ("XDG_CONFIG_HOME", "ACTVIZ_REGISTRY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_prints_what_the_page_shows(name: str, tmp_path: Path) -> None:
    for package in pages.needs(HOME[name]):
        pytest.importorskip(package)
    for command, shown in pages.commands(HOME[name]):
        printed = pages.output_of(command, tmp_path)
        assert _steady(printed) == _steady(shown), f"$ {command}: run 'python tests/pages.py --write {name}'"


def test_a_command_prints_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    for command in ("actviz table selu --at 1", "actviz plot sellu", "actviz plot selu -o selu.svg"):
        assert pages.output_of(command, tmp_path) == pages.output_of(f"true && {command}", tmp_path)


def _steady(text: str) -> str:
    """The text without the float64 error that was met, which depends on the processor's exp and expm1."""
    return re.sub(r"within [\d.]+ ULP\s+of\s+it,\s+worst\s+at\s+x\s+=\s+\S+", "within … ULP", re.sub(r"\s+", " ", text))


def test_every_command_of_the_tool_is_toured() -> None:
    from actviz.cli.app import COMMANDS

    shown = [command for text in HOME.values() for command, _ in pages.commands(text)]
    words = {command.split()[1] for command in shown if command.startswith("actviz ")}
    assert words >= set(COMMANDS)


@pytest.mark.parametrize("name", [name for name in NAMES if pages.python_blocks(HOME[name])])
def test_python_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in pages.needs(HOME[name]):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in pages.python_blocks(HOME[name]):
        exec(compile(block, name, "exec"), names)


@pytest.mark.parametrize("name", NAMES)
def test_linked_files_exist(name: str) -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", HOME[name]):
        assert ((pages.ROOT / name).parent / link).exists(), link


def test_the_readme_is_short_and_its_set_up_is_two_commands() -> None:
    text = HOME["README.md"]
    assert len(text.splitlines()) <= 180
    blocks = pages.shell_blocks(text)
    assert len(blocks) == 2
    assert all("\n" not in block for block in blocks)
