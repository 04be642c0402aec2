"""Fonts for letters that a theme's own font lacks: matplotlib's, then any that is installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from actviz.figures.spec import FigureSpec

_SHIPPED = "DejaVu Sans"  # has most letters of all that matplotlib brings along
# What figures write of their own accord: numbers, primes, relations, letters of formulas.
_OWN = "0123456789−·′″‴≈=≤≥≠<>∂∞→±√⁰¹²³⁴⁵⁶⁷⁸⁹⁻ₑπσφΦαβγδελμθτ…"
# For a letter that several installed fonts have, the first of these that is there; a letter's regular form.
_PREFERRED = ("Noto Sans", "IPA", "Source Han", "Hiragino", "Yu Gothic", "MS Gothic", "WenQuanYi", "Symbola", "Noto")


def letters_of(spec: FigureSpec) -> str:
    """Every letter of a figure that the user or the data may have chosen, once."""
    texts = [spec.title, spec.subtitle, spec.key.title if spec.key else ""]
    for panel in spec.panels:
        texts += [panel.heading, panel.xlabel, panel.ylabel, *(guide.label for guide in panel.guides)]
        texts += [line.label for line in panel.lines]
    return "".join(sorted({letter for text in texts for letter in text if not letter.isspace()}))


def missing_letters(spec: FigureSpec) -> str:
    """The letters of a figure that no installed font has; boxes are drawn in their place."""
    return "".join(letter for letter in letters_of(spec) if letter.isprintable() and _family_with(letter) is None)


def named_families(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The families that settings name, general ones such as serif by the first of theirs that is installed."""
    installed = {entry.name for entry in fontManager.ttflist}
    found = []
    for name in settings["font.family"]:
        known = settings.get(f"font.{name}", [name])
        found.append(next((one for one in known if one in installed), _SHIPPED))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=64)
def families(own: tuple[str, ...], letters: str) -> tuple[str, ...]:
    """Font families of which every letter is in one, as far as any has it; the settings' own first."""
    found = list(own)
    for letter in dict.fromkeys(letters + _OWN):
        if any(_has(_file(name), letter) for name in found) or letter.isspace():
            continue
        family = _SHIPPED if _has(_file(_SHIPPED), letter) else _family_with(letter)
        if family is not None:
            found.append(family)
    return tuple(found)


@cache
def _family_with(letter: str) -> str | None:
    """An installed family with a letter."""
    if _has(_file(_SHIPPED), letter):
        return _SHIPPED
    return next((name for name, file in _installed() if _has(file, letter)), None)


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    """Every installed family with the file of its regular font, those preferred first."""
    return tuple(sorted(_regular(), key=lambda pair: (_rank(pair[0]), pair[0])))


def _regular() -> Iterator[tuple[str, str]]:
    for entry in fontManager.ttflist:
        if entry.style == "normal" and entry.weight in (400, "normal", "regular") and "Last Resort" not in entry.name:
            yield entry.name, str(entry.fname)


def _rank(name: str) -> int:
    return next((place for place, start in enumerate(_PREFERRED) if name.startswith(start)), len(_PREFERRED))


@cache
def _file(family: str) -> str:
    return str(findfont(FontProperties(family=[family])))


@lru_cache(maxsize=8192)
def _has(file: str, letter: str) -> bool:
    """Whether a font has a letter; one that cannot be opened, such as of coloured pictures, has none."""
    try:
        return bool(get_font(file).get_char_index(ord(letter)))
    except (RuntimeError, OSError):
        return False
