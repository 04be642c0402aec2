"""``actviz check``: what it prints, writes and exits with."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

import actviz as library
from actviz.analysis.datatypes import TYPES
from cli.running import Run

SOURCE = """
import numpy as np

def mish(x):
    return x * np.tanh(np.log1p(np.exp(x)))

def mish_slope(x):
    return x * 0

def wrong(x):
    return np.tanh(x) + 1e-3

def failing(x):
    return x + missing
"""

KEYS = {
    "points",
    "max_ulp",
    "max_ulp_at",
    "p99_ulp",
    "share_over_1_ulp",
    "max_absolute",
    "max_relative",
    "wrong_sign",
    "overflows",
    "nans",
}


@pytest.fixture(autouse=True)
def acts(tmp_path: Path) -> None:
    (tmp_path / "acts_cli.py").write_text(SOURCE, encoding="utf-8")


def test_the_json_has_the_names_that_scripts_rely_on(actviz: Run) -> None:
    done = actviz(
        "check", "acts_cli.py:mish", "--dtype", "float16", "--backward", "acts_cli.py:mish_slope", "--format", "json"
    )
    assert done.code == 0
    data = json.loads(done.out)
    assert set(data) >= KEYS
    assert set(data["backward"]) >= KEYS
    assert data["derivative"] is None
    assert (data["points"], data["spec"], data["dtype"]) == (65536, "mish", "float16")
    found = library.check("acts_cli.py:mish", "mish", dtype="float16")
    assert {key: data[key] for key in KEYS} == {key: getattr(found, key) for key in KEYS}


def test_the_table_says_where_and_what_an_ulp_is(actviz: Run) -> None:
    done = actviz("check", "acts_cli.py:wrong", "tanh", "--dtype", "float16", "--range", "0.5", "2")
    first, header, *_ = done.out.splitlines()
    assert first.startswith("acts_cli.py:wrong as tanh in float16 (NumPy ")
    assert "all 2,049 numbers of the range" in first
    assert header.split() == ["quantity", "value", "at", "x"]
    assert "1 ULP: spacing of the data type at the exact value, clamped at the subnormal step." in done.out
    assert done.code == 0


def test_limits_decide_the_exit_code(actviz: Run) -> None:
    words = ("check", "acts_cli.py:wrong", "tanh", "--dtype", "float16", "--range", "0.5", "2")
    assert actviz(*words, "--max-abs", "0.01").code == 0
    done = actviz(*words, "--max-abs", "1e-4", "--max-ulp", "100")
    assert done.code == 1
    assert "limit passed: max_abs 0.00" in done.out
    assert "max_ulp" not in done.out
    quiet = actviz(*words, "--max-rel", "1e-5", "--format", "json")
    assert quiet.code == 1
    assert json.loads(quiet.out)["passed"] is False
    assert quiet.err.startswith("acts_cli.py:wrong: max_rel ")


def test_several_implementations_stand_side_by_side(actviz: Run, tmp_path: Path) -> None:
    done = actviz(
        "check",
        "numpy.tanh",
        "tanh",
        "--against",
        "acts_cli.py:wrong",
        "--dtype",
        "float16",
        "-o",
        "both.png",
        "-o",
        "both.csv",
    )
    assert done.code == 0
    rows = list(csv.reader(io.StringIO((tmp_path / "both.csv").read_text())))
    assert rows[0] == ["quantity", "numpy.tanh", "acts_cli.py:wrong"]
    assert float(rows[2][1]) < 1 < float(rows[2][2])
    assert (tmp_path / "both.png").read_bytes().startswith(b"\x89PNG")
    assert done.err == "wrote both.png\nwrote both.csv\n"


def test_a_grid_goes_out_and_its_values_come_back(actviz: Run, tmp_path: Path) -> None:
    done = actviz("check", "gelu", "--dtype", "bfloat16", "--write-grid", "grid.npy")
    assert done.err == "wrote grid.npy: 65,279 numbers of bfloat16, as float32\n"
    x = np.load(tmp_path / "grid.npy").astype(np.float64)
    assert np.array_equal(x, TYPES["bfloat16"].all_numbers())
    y = TYPES["bfloat16"].rounded(library.get("gelu")(x))
    np.save(tmp_path / "pairs.npy", np.stack([x, y]).astype(np.float32))
    data = json.loads(actviz("check", "pairs.npy", "gelu", "--dtype", "bfloat16", "--format", "json").out)
    assert data["max_ulp"] <= 0.5
    assert data["share_over_0_5_ulp"] == 0


def test_every_number_is_looked_at_where_that_is_asked(actviz: Run, tmp_path: Path) -> None:
    words = ("check", "acts_cli.py:mish", "--exhaustive", "--range", "1", "1.01", "--format", "json")
    done = actviz(*words)
    assert json.loads(done.out)["points"] == 83887
    assert json.loads(done.out)["exhaustive"] is True
    assert not (tmp_path / "actviz-check.json").exists()


def test_an_error_in_the_code_is_shown_as_the_users(actviz: Run) -> None:
    code, message = actviz("check", "acts_cli.py:failing", "relu").failure
    assert code == 1
    assert message.startswith(
        "'acts_cli.py:failing' raised NameError for an array of NumPy in float32:\n  acts_cli.py, line"
    )
    assert message.endswith("The error is in that code, not in actviz.")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("numpy.tanh", "tanh", "--points", "1"), "1 points cannot be checked\nFrom 2 to 67,108,864."),
        (("gelu", "--write-grid", "grid.csv"), "'grid.csv' is no .npy file\nWrite '--write-grid grid.npy'."),
        (
            ("numpy.tanh", "--with", "approximate"),
            "'approximate' is not an argument, in '--with approximate'\nWrite '--with name=value'.",
        ),
        (("numpy.tanh", "--range", "3", "1"), "the range 3 to 1 is empty\nWrite the smaller number first."),
        (
            ("numpy.tanh", "--dtype", "float17"),
            "there is no data type 'float17'\nDid you mean 'float16'?",
        ),
        (
            ("numpy.tanh", "--max-ulp", "few"),
            "'few' is not a number, in '--max-ulp few'\nWrite a number such as 0.25 or 1/6.",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(actviz: Run, words: tuple[str, ...], message: str) -> None:
    assert actviz("check", *words).failure == (2, message)
