"""``actviz compare`` with code, data, tolerances and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import Run


@pytest.fixture(autouse=True)
def acts(tmp_path: Path) -> None:
    (tmp_path / "acts_compared.py").write_text("import numpy as np\ndef f(x):\n    return np.tanh(x) + 1e-3\n")


def test_code_is_held_against_a_formula(actviz: Run, tmp_path: Path) -> None:
    done = actviz("compare", "tanh", "acts_compared.py:f", "--format", "json")
    (data,) = json.loads(done.out)
    assert done.code == 0
    assert data["same"] is False
    assert data["max_absolute"] == pytest.approx(1e-3, rel=1e-3)  # code computes in float32
    assert (data["first"], data["second"]) == ("tanh", "acts_compared.py:f")
    drawn = actviz("compare", "tanh", "acts_compared.py:f", "-o", "both.png", "-o", "both.txt")
    assert drawn.err == "wrote both.png\nwrote both.txt\n"
    assert (tmp_path / "both.txt").read_text().startswith("tanh and acts_compared.py:f differ at ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("relu", "prelu"), 1),
        (("relu", "prelu", "--range", "0", "1"), 0),
        (("gelu", "gelu_tanh", "--tolerance", "1e-3"), 0),
        (("gelu", "gelu_tanh", "--tolerance", "1e-4"), 1),
        (("gelu", "gelu_tanh", "--relative", "--tolerance", "1e-3", "--range", "0.1", "3"), 0),
        (("gelu", "gelu_tanh", "--ulp", "--dtype", "bfloat16", "--tolerance", "1", "--range", "0.1", "3"), 0),
        (("gelu", "gelu_tanh", "--ulp", "--dtype", "float16", "--tolerance", "0.1"), 1),
        (("tanh", "acts_compared.py:f"), 1),
        (("tanh", "acts_compared.py:f", "--tolerance", "2e-3"), 0),
    ],
)
def test_the_exit_code_says_whether_they_differ(actviz: Run, words: tuple[str, ...], code: int) -> None:
    assert actviz("compare", *words, "--exit-code", "--format", "json").code == code


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--relative", "--ulp"), "--relative and --ulp are two measures\nGive one of them."),
        (("--tolerance", "-1"), "'-1' is not a tolerance\nGive 0 or a positive number, as in '--tolerance 1e-3'."),
        (
            ("--ulp", "--order", "2"),
            "at points only functions are compared, and not on a terminal\nLeave out --order, --wrt, --terminal.",
        ),
    ],
)
def test_what_cannot_be_measured_is_said(actviz: Run, words: tuple[str, ...], message: str) -> None:
    assert actviz("compare", "gelu", "silu", *words).failure == (2, message)
