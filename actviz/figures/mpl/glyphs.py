"""The letters of formulas: how much room they take, and their outlines.

A pixel renderer takes longer for a letter than for anything else in a figure: it shapes words, and looks letters up and
draws them one by one. Formulas know where each of their letters stands, so that there their outlines are kept, put
together, and filled at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.path import Path as Outline
from numpy.typing import NDArray

_EM = 100  # points, at which letters are looked at
_UNITS = 6400  # of the font's files in an em of that size
_FAMILIES = ("serif", "sans-serif", "monospace", "cursive", "fantasy")
_SETTINGS: Any = tuple(f"font.{key}" for key in ("family", "variant", "weight", "stretch", *_FAMILIES))


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter, in em from the start of its baseline.

    Args:
        advance: where the next letter starts.
        bottom: of its ink.
        top: likewise.
        corners: of its outline, (n, 2).
        codes: of these, as matplotlib's paths have them.
        missing: whether the font has no such letter; this is then what it shows in its place.
    """

    advance: float
    bottom: float
    top: float
    corners: NDArray[Any]
    codes: NDArray[Any]
    missing: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one size and slant on one baseline."""

    x: float
    y: float
    text: str
    size: float
    italic: bool


def font(italic: bool, size: float | None = None) -> FontProperties:
    """The font of formulas."""
    return FontProperties(style="italic" if italic else "normal", size=size)


Files = tuple[str, ...]  # the first has most letters, the others those that it lacks


def font_files() -> tuple[Files, Files]:
    """The files of the fonts of formulas, upright and italic."""
    return _font_files(tuple(str(rcParams[key]) for key in _SETTINGS))


@lru_cache(maxsize=16)
def _font_files(_settings: tuple[str, ...]) -> tuple[Files, Files]:
    """The files for the settings that are in force; they are asked for so often that to find them again is too slow."""
    families = rcParams["font.family"]
    upright, italic = (
        tuple(str(findfont(FontProperties(family=[name], style=style))) for name in families)
        for style in ("normal", "italic")
    )
    return upright, italic


@lru_cache(maxsize=2048)
def glyph(character: str, *files: str) -> Glyph:
    """A letter of the first font that has it, as it was designed: not bent to whole pixels."""
    for file in files:
        face = get_font(file)
        index = face.get_char_index(ord(character))  # 0, a box, where there is none
        if index:
            break
    else:
        face = get_font(files[0])
        index = face.get_char_index(ord(character))
    face.set_size(_EM, 72)
    loaded = face.load_glyph(index, flags=LoadFlags.NO_HINTING)
    _, bottom, _, top = (edge / _UNITS for edge in loaded.bbox)
    corners, codes = face.get_path()
    return Glyph(loaded.linearHoriAdvance / 65536 / _EM, bottom, top, corners / _EM, codes, missing=not index)


def outline(runs: Iterable[Run]) -> Outline | None:
    """The letters of runs as one outline, to be filled; None where the font lacks one, which another may have."""
    files = font_files()
    corners, codes = [np.empty((0, 2))], [np.empty(0, dtype=Outline.code_type)]
    for run in runs:
        x = run.x
        for character in run.text:
            letter = glyph(character, *files[run.italic])
            if letter.missing:
                return None
            corners.append(letter.corners * run.size + (x, run.y))
            codes.append(letter.codes)
            x += letter.advance * run.size
    return Outline(np.concatenate(corners), np.concatenate(codes))
