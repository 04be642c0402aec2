"""Properties as people and programs read them."""

from __future__ import annotations

import json
import math

import actviz
from actviz import api
from actviz.analysis.properties import properties
from actviz.writing import entries
from actviz.writing.properties import blocks, summary

KEYS = {
    "range", "limits", "zeros", "fixed_points", "extrema", "slope_range", "lipschitz", "monotone", "convex", "parity",
    "bounded", "smoothness", "moments", "gains", "proved",
}  # fmt: skip


def test_json_has_the_keys_that_scripts_rely_on() -> None:
    data = json.loads(entries.record_json(actviz.get("relu")))["properties"]
    assert data.keys() >= KEYS
    assert data["range"] == {"low": 0.0, "high": math.inf, "low_attained": True, "high_attained": False}
    assert data["moments"].keys() == {"mean", "second", "variance", "slope_mean", "slope_second", "second_slope"}
    assert data["gains"].keys() == {"forward", "backward", "std"}
    assert data["zeros"] == [[-math.inf, 0.0]]
    assert data["limits"] == {"left": 0.0, "right": math.inf}


def test_text_says_what_is_sampled() -> None:
    text = "\n".join(blocks(actviz.properties("gcu"), 80))
    assert "~ range" in text
    assert "~ is sampled; all else is proved." in text
    proved = "\n".join(blocks(actviz.properties("gelu"), 80))
    assert "All of this is proved." in proved
    assert "[−0.1699712075, ∞)" in proved
    assert max(map(len, proved.splitlines())) <= 80


def test_a_page_has_the_chief_ones() -> None:
    lines = dict(summary(properties(actviz.get("relu"))))
    assert lines["range"] == "[0, ∞)"
    assert lines["Lipschitz"] == "1"
    assert "monotone" in lines


def test_functions_stand_side_by_side() -> None:
    upright = api.properties_table("relu", "selu")
    assert upright.columns == ("property", "relu", "selu")
    rows = {row[0]: row[1:] for row in upright.rows}
    assert rows["lipschitz"] == (1.0, actviz.properties("selu").lipschitz)
    lying = api.properties_table("relu", "selu", upright=False)
    assert [row[0] for row in lying.rows] == ["relu", "selu"]
    data = json.loads(api.properties_json("relu", "prelu:alpha=0.1,0.2"))
    assert [part["function"] for part in data] == ["relu", "prelu:alpha=0.1", "prelu:alpha=0.2"]
