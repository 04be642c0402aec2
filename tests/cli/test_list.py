"""``actviz list``."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from actviz.cli.listing import families
from actviz.registry.entries import FAMILIES
from actviz.registry.lookup import built_in
from cli.running import Run, terminal


def test_every_entry_is_listed_by_family(actviz: Run) -> None:
    done = actviz("list")
    header, *rows = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert header.split() == ["name", "title", "family", "parameters", "summary"]
    entries = sorted(built_in(), key=lambda entry: FAMILIES.index(entry.family))
    assert [row.split()[0] for row in rows] == [entry.name for entry in entries]
    assert all(row.endswith(entry.summary) for row, entry in zip(rows, entries, strict=True))


def test_parameters_are_listed_with_their_defaults(actviz: Run) -> None:
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(actviz("list", "--format", "csv").out))}
    assert rows["selu"]["parameters"] == "scale=1.050701, alpha=1.673263"
    assert rows["relu"]["parameters"] == ""


def test_json(actviz: Run) -> None:
    data = json.loads(actviz("list", "--family", "polynomial", "--format", "json").out)
    assert next(row for row in data if row["name"] == "identity") == {
        "name": "identity",
        "title": "Identity",
        "family": "polynomial",
        "parameters": "",
        "summary": "The input itself; a layer without activation is linear.",
    }


def test_markdown_and_latex(actviz: Run) -> None:
    assert actviz("list", "--format", "markdown").out.startswith("| name ")
    latex = actviz("list", "--format", "latex").out
    assert r"leaky\_relu & Leaky ReLU & rectifier & negative\_slope=0.01 & " in latex


@pytest.mark.parametrize("family", sorted({entry.family for entry in built_in()}))
def test_one_family(actviz: Run, family: str) -> None:
    rows = list(csv.DictReader(io.StringIO(actviz("list", "--family", family, "--format", "csv").out)))
    assert [row["name"] for row in rows] == [entry.name for entry in built_in() if entry.family == family]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("klambauer", "selu"),
        ("2017", "selu"),
        ("torch.prelu", "prelu"),
        ("torch.nn.Identity", "identity"),
        ("lrelu", "leaky_relu"),
        ("the function itself JUMPS", "thresholded_relu"),
    ],
)
def test_search_looks_at_names_sources_spellings_and_words(actviz: Run, text: str, name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(actviz("list", "--search", text, "--format", "csv").out)))
    assert name in [row["name"] for row in rows]
    assert len(rows) < len(list(built_in()))


def test_output_goes_to_a_file(actviz: Run, tmp_path: Path) -> None:
    done = actviz("list", "--format", "csv", "-o", "all.csv")
    assert (done.out, done.err) == ("", "wrote all.csv\n")
    assert (tmp_path / "all.csv").read_text(encoding="utf-8") == actviz("list", "--format", "csv").out


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_a_terminal_gets_every_name_and_no_line_too_long(tmp_path: Path, columns: int) -> None:
    code, text = terminal("list", folder=tmp_path, columns=columns)
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert code == 0
    assert all(len(line) <= columns for line in text.splitlines())
    assert {entry.name for entry in built_in()} <= set(text.split())
    assert "…" not in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--family", "rectifir"], "there is no family 'rectifir'\nDid you mean 'rectifier'?"),
        (["--family", "zzz"], f"there is no family 'zzz'\nFamilies: {', '.join(FAMILIES)}."),
    ],
)
def test_a_wrong_wish_is_told(actviz: Run, words: list[str], message: str) -> None:
    assert actviz("list", *words).failure == (2, message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--search", "zzz"], "no activation fits text 'zzz'\n'actviz list' shows every one."),
        (
            ["--family", "rectifier", "--search", "zzz"],
            "no activation fits family 'rectifier' and text 'zzz'\n'actviz list' shows every one.",
        ),
    ],
)
def test_nothing_found_is_not_a_wrong_command_line(actviz: Run, words: list[str], message: str) -> None:
    assert actviz("list", *words).failure == (1, message)


def testfamilies_are_completed() -> None:
    assert families("po") == ["polynomial"]
    assert families("") == list(FAMILIES)
