"""``actviz identify``: what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import actviz as library
from cli.running import Run


def test_the_json_has_the_names_that_scripts_rely_on(actviz: Run) -> None:
    data = json.loads(actviz("identify", "x * torch.sigmoid(1.702 * x)", "--format", "json").out)
    assert data["nearest"] == []
    first = data["matches"][0]
    assert set(first) >= {"name", "spellings", "parameters", "digits"}
    assert first["name"] == "gelu_quick"
    assert "transformers.quick_gelu" in first["spellings"]
    (swish,) = [match for match in data["matches"] if match["name"] == "swish"]
    assert swish["parameters"] == {"beta": 1.702}
    other = json.loads(actviz("identify", "x*sigmoid(1.6*x)+0.02*sin(x)", "--format", "json").out)
    assert other["matches"] == []
    assert [set(near) >= {"name", "parameters", "max_difference", "at"} for near in other["nearest"]] == [True] * 3


def test_parameters_that_are_not_determined_are_named(actviz: Run) -> None:
    out = actviz("identify", "rrelu").out
    assert "rrelu: lower and upper are not determined; other values together give the same function." in out
    assert out.endswith("To plot it: actviz plot rrelu\n")


def test_points_in_a_file_are_identified(actviz: Run, tmp_path: Path) -> None:
    x = np.linspace(-4, 4, 60)
    y = library.get("prelu:alpha=0.05")(x)
    (tmp_path / "points.csv").write_text(
        "x,y\n" + "".join(f"{a:.5f},{b:.5f}\n" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    )
    out = actviz("identify", "points.csv", "--tolerance", "1e-4").out
    assert "prelu             alpha=0.05" in out or "alpha=0.05" in out


def test_code_is_identified(actviz: Run, tmp_path: Path) -> None:
    (tmp_path / "acts_named.py").write_text("import numpy as np\ndef f(x, k=1):\n    return k * np.arctan(x)\n")
    data = json.loads(actviz("identify", "acts_named.py:f", "--format", "json").out)
    assert "arctan" in [match["name"] for match in data["matches"]]
    assert actviz("identify", "acts_named.py:f", "--with", "k=2").out.startswith("It equals")
