"""Defaults of one's own: what files and the environment say, and which of them is in force.

From the strongest to the weakest: the command line, ``ACTVIZ_…`` in the environment, ``[tool.actviz]`` in the nearest
``pyproject.toml`` upwards, the user's ``actviz/config.toml``, and what actviz has built in. The library reads none of
it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from actviz.errors import ActvizError, SettingsError, UsageError, did_you_mean

PREFIX = "ACTVIZ_"
BUILT_IN = "built in"


class Setting(NamedTuple):  # made sooner than a dataclass, and every command makes it
    """A value in force.

    Args:
        value: as its option takes it; None where actviz decides from case to case.
        origin: where it was said: an environment variable, a file, or `BUILT_IN`.
    """

    value: Any
    origin: str


class Key(NamedTuple):
    """What can be set.

    Args:
        about: its meaning, in a phrase.
        check: gives the value from what a file or the environment says, and the folder of the file.
        built_in: the value where nobody says anything.
        otherwise: what happens where `built_in` is None.
    """

    about: str
    check: Callable[[object, Path], Any]
    built_in: Any = None
    otherwise: str = ""


def _theme(given: object, _: Path) -> str:
    from actviz.figures.spec import THEMES

    if given not in THEMES:
        near = did_you_mean(str(given), THEMES)
        themes = f"Themes: {', '.join(THEMES)}."
        raise UsageError(f"{given!r} is not a theme", f"Did you mean '{near}'? {themes}" if near else themes)
    return str(given)


def _range(given: object, _: Path) -> tuple[float, float]:
    low, high = _pair(given)
    if not low < high:
        raise UsageError(f"the range {low:g} to {high:g} is empty", "The first number must be the smaller one.")
    return low, high


def _size(given: object, _: Path) -> tuple[float, float]:
    from actviz.figures.spec import FigureSpec

    size = _pair(given)
    FigureSpec("", "", (), 0, 1, size=size)  # refuses what cannot be drawn
    return size


def _dpi(given: object, _: Path) -> int:
    from actviz.figures.spec import SMALLEST, FigureSpec

    dpi = _whole(given)
    FigureSpec("", "", (), 0, 1, size=SMALLEST, dpi=dpi)
    return dpi


def _digits(given: object, _: Path) -> int:
    from actviz.writing.tables import check_digits

    digits = _whole(given)
    check_digits(digits)
    return digits


def _points(given: object, _: Path) -> int:
    from actviz.cli.points import check_points

    points = _whole(given)
    check_points(points)
    return points


def _registry(given: object, folder: Path) -> str:
    if not isinstance(given, str) or not given or "\0" in given:
        raise UsageError(f"{given!r} is not the name of a file", "Write the path of a registry file in quotes.")
    return str(folder / os.path.expanduser(given))  # noqa: PTH111  unlike Path's, it never fails


def _pair(given: object) -> tuple[float, float]:
    import math

    # The environment may write it as a file does.
    text = str(given).strip().removeprefix("[").removesuffix("]").replace(",", " ")
    parts: list[Any] = given if isinstance(given, list) else text.split()
    try:
        numbers = [float(part) for part in parts if not isinstance(part, bool)]
    except (ValueError, TypeError, OverflowError):
        numbers = []
    if len(numbers) != 2 or not all(map(math.isfinite, numbers)):
        raise UsageError(f"{given!r} is not a pair of numbers", "Write two numbers, as in [-5, 5].")
    return numbers[0], numbers[1]


def _whole(given: object) -> int:
    try:
        if isinstance(given, str):
            return int(given)
        if isinstance(given, int) and not isinstance(given, bool):
            return given
    except ValueError:
        pass
    raise UsageError(f"{given!r} is not a whole number", "Write digits only.")


KEYS: dict[str, Key] = {
    "theme": Key("the colours of figures", _theme, "light"),
    "range": Key("the range of x", _range, otherwise="shows every breakpoint"),
    "size": Key("width and height of figures in inches", _size, otherwise="as the panels need"),
    "dpi": Key("dots per inch of a PNG", _dpi, 144),
    "digits": Key("significant digits where people read", _digits, 7),
    "points": Key("rows of a table over a range", _points, 11),
    "registry": Key("a registry file of your own", _registry, otherwise="none"),
}

# The parameters that take a setting as it is. `table` and `compare` ask for digits, range and points themselves: a
# setting gives way to --at there, and never shortens what machines read.
_PARAMETERS = {"theme": "theme", "range": "span", "size": "size", "dpi": "dpi"}
_NOT_BY_ITSELF = {"table": ("range",)}


@cache
def in_force() -> Mapping[str, Setting]:
    """Every setting and where it comes from; read once for each command line.

    Raises:
        SettingsError: a file or a variable says something that cannot be; names it, the key and the reason.
    """
    found: dict[str, Setting] = {}
    for name in KEYS:
        variable = PREFIX + name.upper()
        text = os.environ.get(variable)
        if text:
            found[name] = Setting(_checked(name, text, Path(), f"{variable} in the environment"), variable)
    for path, place, table in (_project(), _user()):
        for name, given in table.items():
            if name not in KEYS:
                near = did_you_mean(name, KEYS)
                known = f"Settings: {', '.join(KEYS)}."
                raise SettingsError(
                    f"{place}: there is no setting '{name}'", f"Did you mean '{near}'? {known}" if near else known
                )
            value = _checked(name, given, path.parent, f"{place}, {name}")
            found.setdefault(name, Setting(value, str(path)))
    return {name: found.get(name, Setting(key.built_in, BUILT_IN)) for name, key in KEYS.items()}


def value(name: str) -> Any:
    """The value of one setting."""
    return in_force()[name].value


def for_command(command: str) -> dict[str, Any]:
    """What a command's parameters are where the command line says nothing, in the form that its parser reads."""
    chosen: dict[str, Any] = {}
    for name, parameter in _PARAMETERS.items():
        setting = in_force()[name]
        if setting.origin == BUILT_IN or name in _NOT_BY_ITSELF.get(command, ()):
            continue
        pair = isinstance(setting.value, tuple)
        chosen[parameter] = tuple(map(repr, setting.value)) if pair else str(setting.value)
    return chosen


def use_registry() -> None:
    """Put the registry file of the settings in force, unless another was asked for."""
    setting = in_force()["registry"]
    if setting.value is not None:
        os.environ.setdefault(f"{PREFIX}REGISTRY", setting.value)


def user_file() -> Path:
    """Where the user's own settings stand: in ``$XDG_CONFIG_HOME``, or in ``~/.config``."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111  it never fails
    return Path(base, "actviz", "config.toml")


def _checked(name: str, given: object, folder: Path, place: str) -> Any:
    try:
        return KEYS[name].check(given, folder)
    except ActvizError as error:
        raise SettingsError(f"{place}: {error.message}", error.hint) from None


def _user() -> tuple[Path, str, dict[str, Any]]:
    path = user_file()
    return path, str(path), _table(path)


def _project() -> tuple[Path, str, dict[str, Any]]:
    try:
        here = Path.cwd()
    except OSError:  # the folder is gone
        return Path(), "", {}
    for folder in (here, *here.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            tool = _table(path, "actviz").get("tool")
            table = tool.get("actviz", {}) if isinstance(tool, dict) else {}
            place = f"{path}, [tool.actviz]"
            if not isinstance(table, dict):
                raise SettingsError(f"{place}: {table!r} is not a table", "Write settings below [tool.actviz].")
            return path, place, table
    return Path(), "", {}


def _table(path: Path, word: str = "") -> dict[str, Any]:
    """A TOML file, or nothing where there is none or where it does not hold the word."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(f"cannot read the settings '{path}': {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"'{path}' is not a text file", "Settings are a TOML file.") from None
    if word not in text:
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"'{path}' is not a TOML file: {error}") from None
