"""Settings: which are in force, where they come from, and what is said of those that cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from cli.running import Run

BUILT_IN = {
    "theme": "light",
    "range": None,
    "size": None,
    "dpi": 144,
    "digits": 7,
    "points": 11,
    "registry": None,
}
KNOWN = "Settings: theme, range, size, dpi, digits, points, registry."
OWN = """\
[wave]
title = "Wave"
summary = "A wave."
family = "other"
value = "sin(x)"
derivative = "cos(x)"
source = "folklore"
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own beside the working folder, with nothing in it."""
    folder = tmp_path.parent / f"{tmp_path.name}-home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in ("XDG_CONFIG_HOME", *(f"ACTVIZ_{key.upper()}" for key in BUILT_IN)):
        monkeypatch.delenv(name, raising=False)
    return folder


def user_file(home: Path, text: str) -> Path:
    path = home / ".config" / "actviz" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def project_file(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def in_force(actviz: Run, *words: str) -> dict[str, dict[str, object]]:
    done = actviz(*words, "config", "--format", "json")
    assert (done.code, done.err) == (0, "")
    found: dict[str, dict[str, object]] = json.loads(done.out)
    return found


def test_without_files_everything_is_built_in(actviz: Run) -> None:
    assert in_force(actviz) == {name: {"value": value, "from": "built in"} for name, value in BUILT_IN.items()}


def test_each_layer_overrules_those_below(
    actviz: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = user_file(home, 'theme = "dark"\ndpi = 50\ndigits = 3\nregistry = "~/own.toml"')
    project = project_file(tmp_path, "[tool.actviz]\ndpi = 60\ndigits = 4")
    monkeypatch.setenv("ACTVIZ_DIGITS", "5")
    found = in_force(actviz)
    assert found["theme"] == {"value": "dark", "from": str(user)}
    assert found["dpi"] == {"value": 60, "from": str(project)}
    assert found["digits"] == {"value": 5, "from": "ACTVIZ_DIGITS"}
    assert found["points"] == {"value": 11, "from": "built in"}
    assert found["registry"] == {"value": str(home / "own.toml"), "from": str(user)}
    (tmp_path / "mine.toml").write_text(OWN, encoding="utf-8")
    assert in_force(actviz, "--registry", "mine.toml")["registry"] == {"value": "mine.toml", "from": "command line"}


def test_the_table_says_what_is_in_force_and_from_where(actviz: Run, home: Path) -> None:
    user = user_file(home, "range = [-2, 2.5]")
    done = actviz("config", "--format", "csv")
    assert done.out.startswith("key,value,from,meaning\ntheme,light,built in,the colours of figures\n")
    assert f"\nrange,-2 2.5,{user},the range of x\n" in done.out
    assert "\nsize,(as the panels need),built in," in done.out


def test_the_place_of_the_user_file_can_be_moved(actviz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "actviz" / "config.toml"
    path.parent.mkdir()
    path.write_text("dpi = 99", encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert in_force(actviz)["dpi"] == {"value": 99, "from": str(path)}


def test_the_nearest_project_counts(actviz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project_file(tmp_path, "[tool.actviz]\ndpi = 60")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert in_force(actviz)["dpi"]["value"] == 60
    project_file(tmp_path / "a", '[project]\nname = "a"')
    assert in_force(actviz)["dpi"]["value"] == 144


def test_a_project_that_does_not_speak_of_actviz_may_be_broken(actviz: Run, tmp_path: Path) -> None:
    project_file(tmp_path, "this is [no TOML")
    assert in_force(actviz)["dpi"]["value"] == 144


def test_figures_obey(actviz: Run, tmp_path: Path) -> None:
    project_file(tmp_path, '[tool.actviz]\nsize = [4, 3]\ndpi = 50\ntheme = "dark"\nrange = [-2, 2]')
    for words in (("plot", "elu", "-o", "a.png"), ("compare", "elu", "relu", "-o", "b.png")):
        assert actviz(*words).code == 0
    for name in ("a.png", "b.png"):
        with Image.open(tmp_path / name) as image:
            assert image.size == (200, 150)
            assert image.convert("L").getpixel((0, 0)) < 60  # type: ignore[operator]
    assert "for −2 ≤ x ≤ 2" in actviz("compare", "elu", "relu").out
    assert actviz("plot", "elu", "-o", "a.png", "--dpi", "100").code == 0
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (400, 300)


def test_tables_obey(actviz: Run, tmp_path: Path) -> None:
    project_file(tmp_path, "[tool.actviz]\nrange = [-1, 1]\npoints = 3\ndigits = 2")
    assert actviz("table", "elu", "--order", "0").out == " x    elu\n-1  -0.63\n 0      0\n 1      1\n"
    assert actviz("table", "elu", "--order", "0", "--points", "2", "--digits", "3").out.splitlines()[1] == "-1  -0.632"


def test_settings_give_way_to_points_and_never_shorten_what_machines_read(actviz: Run, tmp_path: Path) -> None:
    project_file(tmp_path, "[tool.actviz]\nrange = [-1, 1]\npoints = 3\ndigits = 2")
    words = ("table", "elu", "--at", "-1", "--order", "0", "--format")
    assert actviz(*words, "csv").out == "x,elu\n-1.0,-0.6321205588285577\n"
    assert '"elu": -0.6321205588285577' in actviz(*words, "json").out


def test_a_registry_of_the_settings_is_used_and_found_beside_its_file(
    actviz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    project_file(tmp_path, '[tool.actviz]\nregistry = "own.toml"')
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert actviz("table", "wave", "--at", "0", "--format", "csv").out == "x,wave,wave'\n0.0,0.0,1.0\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("them = 1", f"there is no setting 'them'\nDid you mean 'theme'? {KNOWN}"),
        ("colour = 1", f"there is no setting 'colour'\n{KNOWN}"),
        ("theme = 'drak'", "theme: 'drak' is not a theme\nDid you mean 'dark'? Themes: light, dark, print, paper."),
        ("theme = 3", "theme: 3 is not a theme\nThemes: light, dark, print, paper."),
        ("range = 5", "range: 5 is not a pair of numbers\nWrite two numbers, as in [-5, 5]."),
        ("range = [5]", "range: [5] is not a pair of numbers\nWrite two numbers, as in [-5, 5]."),
        ("range = [1, true]", "range: [1, True] is not a pair of numbers\nWrite two numbers, as in [-5, 5]."),
        ("range = [nan, 1]", "range: [nan, 1] is not a pair of numbers\nWrite two numbers, as in [-5, 5]."),
        ("range = [5, -5]", "range: the range 5 to -5 is empty\nThe first number must be the smaller one."),
        (
            "size = [1, 1]",
            "size: a figure of 1 by 1 inches cannot be drawn\nFrom 2 by 1.5 to 40 by 40 inches.",
        ),
        ("dpi = 1", "dpi: 1 dots per inch cannot be drawn\nFrom 20 to 1200."),
        ("dpi = 1.5", "dpi: 1.5 is not a whole number\nWrite digits only."),
        ("dpi = true", "dpi: True is not a whole number\nWrite digits only."),
        ("digits = 18", "digits: 18 significant digits cannot be printed\nA float64 has 1 to 17 of them."),
        ("points = 1", "points: 1 points cannot be spaced\nFrom 2 to 50,000,000."),
        ("registry = 1", "registry: 1 is not the name of a file\nWrite the path of a registry file in quotes."),
    ],
)
@pytest.mark.parametrize("words", [["config"], ["table", "relu"]])
def test_a_wrong_setting_is_told_with_its_file_and_key(
    actviz: Run, home: Path, tmp_path: Path, text: str, reason: str, words: list[str]
) -> None:
    path = project_file(tmp_path, f"[tool.actviz]\n{text}")
    between = ": " if reason.startswith("there") else ", "
    assert actviz(*words).failure == (1, f"{path}, [tool.actviz]{between}{reason}")
    path.unlink()
    path = user_file(home, text)
    assert actviz(*words).failure == (1, f"{path}{between}{reason}")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ACTVIZ_DPI", "high", "'high' is not a whole number\nWrite digits only."),
        ("ACTVIZ_RANGE", "1 to 2", "'1 to 2' is not a pair of numbers\nWrite two numbers, as in [-5, 5]."),
        ("ACTVIZ_THEME", "pink", "'pink' is not a theme\nThemes: light, dark, print, paper."),
    ],
)
def test_a_wrong_variable_is_told_by_name(
    actviz: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    assert actviz("config").failure == (1, f"{name} in the environment: {reason}")


@pytest.mark.parametrize("value", ["-2 2", "-2,2", " -2.0, 2 ", "[-2, 2]"])
def test_a_pair_in_the_environment_is_two_numbers(actviz: Run, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ACTVIZ_RANGE", value)
    assert in_force(actviz)["range"] == {"value": [-2.0, 2.0], "from": "ACTVIZ_RANGE"}


def test_files_that_cannot_be_read_are_told(actviz: Run, home: Path, tmp_path: Path) -> None:
    path = project_file(tmp_path, "[tool.actviz\n")
    code, message = actviz("config").failure
    assert code == 1
    assert message.startswith(f"'{path}' is not a TOML file: ")
    path.write_text("[tool]\nactviz = 3", encoding="utf-8")
    assert actviz("config").failure == (
        1,
        f"{path}, [tool.actviz]: 3 is not a table\nWrite settings below [tool.actviz].",
    )
    path.unlink()
    path = user_file(home, "")
    path.write_bytes(b"\xff")
    assert actviz("config").failure == (1, f"'{path}' is not a text file\nSettings are a TOML file.")
    path.unlink()
    path.mkdir()
    assert actviz("config").failure == (1, f"cannot read the settings '{path}': Is a directory")


def test_a_wrong_command_line_is_told_before_a_wrong_setting(actviz: Run, tmp_path: Path) -> None:
    project_file(tmp_path, "[tool.actviz]\nnonsense = 1")
    assert actviz("table", "relu", "--bogus").misfit("actviz table", "--bogus")
    assert actviz("table", "relu", "--points", "many").failure[0] == 2
