"""Themes: matplotlib style sheets kept as package data, in force only while a figure is drawn or saved."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import RcParams, rc_context, rc_params_from_file

from actviz.errors import InputError
from actviz.figures.mpl.fallback import families, letters_of, named_families
from actviz.figures.spec import SIZE, FigureSpec

_SHEETS = Path(__file__).with_name("styles")
# How matplotlib runs, not how figures look; left as the user has it.
_NOT_STYLE = ("backend", "interactive", "toolbar", "webagg", "tk.", "docstring", "savefig.directory", "date.epoch")
_COMMENT = re.compile(r"(?:^|\s)#.*$")  # a '#' within a word is part of a colour
_USUAL_PANEL = SIZE[0] * SIZE[1]  # square inches, whose text is of ordinary size
_COLUMN_FIGURE = 3.3 * 2.3  # square inches, of a figure in a journal's column
_COLUMN_TEXT = 0.64  # of the usual size: there numbers at ticks have 6 points, the least that journals print
_SMALLEST_TEXT, _LARGEST_TEXT = 0.5, 1.15
_SCALES = {"light": (0.05, 0.85), "dark": (0.30, 1.0), "print": (0.0, 0.62), "paper": (0.0, 0.72)}
_PAPER_TEXT = 0.8  # of the usual size, whatever the size of the figure: what stands in a page is not scaled


@contextmanager
def styled(theme: str, sheet: str | None = None, letters: str = "") -> Iterator[None]:
    """Matplotlib's own defaults with a theme on top, whatever the user's matplotlibrc says; restored on leaving.

    Args:
        theme: one of `THEMES`.
        sheet: the path of a style sheet on top of that.
        letters: what will be written; fonts that have what the settings' own lack follow it.

    Raises:
        InputError: the sheet cannot be read, or holds what is no setting of matplotlib's.
    """
    settings = _settings(theme) | (own_settings(sheet) if sheet else {})
    own = named_families(settings)
    wanted = families(own, letters)
    if wanted != own:
        settings = settings | {"font.family": list(wanted)}
    # To look at a setting takes a fraction of the time that it takes to check and store a value.
    with rc_context({key: value for key, value in settings.items() if matplotlib.rcParams[key] != value}):
        yield


def styled_for(spec: FigureSpec) -> AbstractContextManager[None]:
    """What `styled` gives for a figure and all that is written on it."""
    return styled(spec.theme, spec.sheet, letters_of(spec))


def own_settings(sheet: str) -> dict[str, Any]:
    """The settings in a style sheet of the user's.

    Raises:
        InputError: it cannot be read, or holds what is no setting of matplotlib's.
    """
    try:
        text = Path(sheet).read_bytes().decode()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise InputError(f"cannot read '{sheet}': {reason}", "Name a matplotlib style sheet.") from None
    except ValueError:
        raise InputError(f"'{sheet}' is not a text file", "Name a matplotlib style sheet.") from None
    settings: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), 1):
        settings |= _setting(line, f"'{sheet}', line {number}")
    return {key: value for key, value in settings.items() if not key.startswith(_NOT_STYLE)}


def _setting(line: str, where: str) -> dict[str, Any]:
    """What one line of a style sheet sets."""
    hint = "A line of a style sheet reads 'name: value'; matplotlib's documentation lists the names."
    line = _COMMENT.sub("", line).strip()
    key, colon, value = (part.strip() for part in line.partition(":"))
    if not line:
        return {}
    if not colon or key not in matplotlib.rcParamsDefault:
        raise InputError(f"{where}: '{line}' is no setting of matplotlib's", hint)
    checked: Any = RcParams()
    try:
        checked[key] = value.strip('"') if value.startswith('"') and value.endswith('"') else value
    except (ValueError, TypeError, SyntaxError) as error:
        raise InputError(f"{where}: {str(error).splitlines()[0]}", hint) from None
    if key == "text.usetex" and checked[key]:
        raise InputError(f"{where}: text is not set by TeX here", "Write a .pgf file for LaTeX instead.")
    return dict(checked)


@contextmanager
def quiet_fonts() -> Iterator[None]:
    """Keep remarks about fonts from the reader: letters that they lack, and the dates in matplotlib's own ones."""
    logger = logging.getLogger("fontTools")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
            yield
    finally:
        logger.setLevel(level)


@cache
def _settings(theme: str) -> Any:
    settings: dict[str, Any] = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith(_NOT_STYLE)
    }
    for sheet in ("base", theme):
        sheet_settings: Any = rc_params_from_file(_SHEETS / f"{sheet}.mplstyle", use_default_template=False)
        settings |= dict(sheet_settings)
    return settings


def color_of(color: int | float, theme: str) -> Any:
    """A line's colour: a place in the theme's cycle, or a share of its ordered scale."""
    if isinstance(color, int):
        cycle = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
        return cycle[color % len(cycle)]
    start, stop = _SCALES[theme]
    scale = matplotlib.colormaps["gray" if theme == "print" else "viridis"]
    return scale(start + (stop - start) * color)


def text_scale(spec: FigureSpec) -> float:
    """How many times their usual size text and lines have: by what a panel has of the figure, within bounds."""
    if spec.theme == "paper":
        return _PAPER_TEXT
    rows = -(-len(spec.panels) // spec.columns)
    columns = min(len(spec.panels), spec.columns)
    width, height = spec.size[0] / columns, spec.size[1] / rows
    # The least is the same however many panels there are, so that figures of one size match on a page.
    least = max(_SMALLEST_TEXT, _COLUMN_TEXT * min(1.0, (spec.size[0] * spec.size[1] / _COLUMN_FIGURE) ** 0.5))
    return float(min(_LARGEST_TEXT, max(least, (width * height / _USUAL_PANEL) ** 0.5)))
