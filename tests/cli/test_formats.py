"""The suffix of ``-o`` decides what a file is written in, where no option does."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from cli.running import Run

TABLES = "Use .csv, .json, .md, .tex or .txt, or name the form with --format."


@pytest.mark.parametrize(
    ("command", "name", "option"),
    [
        ("table relu --at -1.1,2", "t.csv", "--format csv"),
        ("table relu --at -1.1,2", "t.CSV", "--format csv"),
        ("table relu --at -1.1,2", "t.json", "--format json"),
        ("table relu --at -1.1,2", "t.md", "--format markdown"),
        ("table relu --at -1.1,2", "t.tex", "--format latex"),
        ("table relu --at -1.1,2", "t.txt", ""),
        ("table relu --at -1.1,2", "t", ""),
        ("list", "l.csv", "--format csv"),
        ("config", "c.json", "--format json"),
        ("info relu", "i.json", "--format json"),
        ("cite selu", "s.bib", "--format bibtex"),
        ("cite selu", "s.txt", "--format text"),
        ("cite selu", "s.json", "--format json"),
        ("cite selu", "s", ""),
        ("derive selu", "d.tex", "--as latex"),
        ("derive selu", "d.json", "--as json"),
        ("derive selu", "d.c", "--as c"),
        ("derive selu", "d.js", "--as javascript"),
        ("derive selu", "d.txt", ""),
        ("compare relu elu", "t.md", "--format markdown"),
        ("compare relu elu", "t.tex", "--format latex"),
        ("compare relu elu", "t.txt", ""),
        ("compare relu elu", "t.csv", "--format csv"),
        ("compare relu elu", "t.json", "--format json"),
    ],
)
def test_a_suffix_does_what_the_option_does(actviz: Run, tmp_path: Path, command: str, name: str, option: str) -> None:
    asked = actviz(*command.split(), *option.split()).out
    done = actviz(*command.split(), "-o", name)
    assert (done.code, done.out, done.err) == (0, "", f"wrote {name}\n")
    assert (tmp_path / name).read_text() == asked


@pytest.mark.parametrize(
    ("command", "option"),
    [("table relu", "--format markdown"), ("list", "--format latex"), ("derive selu", "--as torch")],
)
def test_an_option_wins_over_the_suffix(actviz: Run, tmp_path: Path, command: str, option: str) -> None:
    words = [*command.split(), *option.split()]
    assert actviz(*words, "-o", "a.csv").code == 0
    assert (tmp_path / "a.csv").read_text() == actviz(*words).out


@pytest.mark.parametrize(
    ("command", "name", "message"),
    [
        ("table relu", "a.xlsx", f"'.xlsx' files are not written\n{TABLES}"),
        ("table relu", "a.py", f"'.py' files are not written\n{TABLES}"),
        ("list", "a.html", f"'.html' files are not written\n{TABLES}"),
        (
            "cite selu",
            "a.tex",
            "'.tex' files are not written\nUse .bib, .txt or .json, or name the form with --format.",
        ),
        ("info selu", "a.csv", "'.csv' files are not written\nUse .json or .txt, or name the form with --format."),
        (
            "derive selu",
            "a.md",
            "'.md' files are not written\nUse .tex, .json, .c, .js or .txt, or name the form with --as.",
        ),
        (
            "derive selu",
            "a.py",
            "'a.py' could hold code for several libraries\nSay which with --as numpy, torch, jax or sympy.",
        ),
    ],
)
def test_other_suffixes_are_refused(actviz: Run, command: str, name: str, message: str) -> None:
    assert actviz(*command.split(), "-o", name).failure == (2, message)


def test_a_comparison_goes_to_files_of_both_kinds(actviz: Run, tmp_path: Path) -> None:
    done = actviz("compare", "relu", "prelu", "-o", "c.json", "-o", "c.png", "-o", "c.md")
    assert (done.code, done.out, done.err) == (0, "", "wrote c.png\nwrote c.json\nwrote c.md\n")
    assert json.loads((tmp_path / "c.json").read_text())[0]["crossings"] == []
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_tables_alone_need_no_picture(actviz: Run, tmp_path: Path) -> None:
    actviz("compare", "relu", "prelu", "-o", "c.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]


def test_a_comparison_in_csv_has_numbers_that_read_back(actviz: Run) -> None:
    words = ["compare", "elu", "x*tanh(x)", "relu6", "--range", "-3", "8"]
    pairs = json.loads(actviz(*words, "--format", "json").out)
    written = actviz(*words, "--format", "csv").out
    assert "−" not in written
    tables = [list(csv.DictReader(io.StringIO(part))) for part in written.split("\n\n")]
    for pair, quantities, slopes in zip(pairs, tables[::2], tables[1::2], strict=True):
        assert float(quantities[0]["value"]) == pair["function"]["largest_difference"]
        assert float(quantities[0]["at x"]) == pair["function"]["at"]
        assert [float(row["at x"]) for row in quantities if row["quantity"] == "meet at a point"] == pair["crossings"]
        given = [(side["x"], side["left"]) for side in pair["slopes"]["first"]]
        assert [(float(row["slope at x"]), float(row["ELU"])) for row in slopes if row["side"] != "right"] == given
    equal = [row["at x"] for row in tables[2] if row["quantity"] == "equal"]
    assert equal == ["0.0 <= x <= 6.0"]
