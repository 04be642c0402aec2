"""Words on a screen of character cells: how wide they are, where they break, and how ASCII writes them."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

_PLAIN = str.maketrans(
    {
        "′": "'",
        "″": "''",
        "‴": "'''",
        "−": "-",
        "·": "*",
        "×": "*",
        "±": "+-",
        "⁄": "/",
        "≈": "~",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "√": "sqrt",
        "∂": "d",
        "∞": "inf",
        "…": "...",
        "–": "-",
        "—": "-",
    }
)


def plain(text: str) -> str:
    """The same in ASCII: Greek letters by name, primes as apostrophes, powers after ``^``; ``?`` where all fails."""
    text = re.sub("([α-ω])(?=[α-ω])", r"\1·", text.replace(" · ", " - "))
    runs = []
    for raised, run in groupby(text, lambda letter: unicodedata.decomposition(letter).startswith("<super>")):
        letters = unicodedata.normalize("NFKD", "".join(run)).translate(_PLAIN)
        runs.append(f"^{letters}" if raised else "".join(map(_ascii, letters)))
    return "".join(runs)


def _ascii(letter: str) -> str:
    if letter.isascii():
        return letter
    name = unicodedata.name(letter, "")
    if name.startswith("GREEK"):
        word = name.split()[-1].replace("LAMDA", "LAMBDA")  # Unicode spells it as modern Greek does
        return word.lower() if "SMALL" in name else word.capitalize()
    return "" if unicodedata.combining(letter) else "?"


def width(text: str) -> int:
    """The columns that a text takes: two for letters as wide as Chinese ones, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    return 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def one_line(text: str) -> str:
    """The text without line breaks and whatever else would steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def folded(text: str, columns: int) -> list[str]:
    """The text in lines of at most `columns`, broken at spaces, or within words where they are longer than that."""
    lines, line = [], ""
    for word in re.split("( +)", text):
        if line and width(line) + width(word) > columns:
            lines.append(line.rstrip())
            line = ""
        for letter in word if width(word) > columns else [word]:
            if width(line) + width(letter) > columns:
                lines.append(line)
                line = ""
            line += letter if line or letter.strip() else ""
    return [line for line in [*lines, line.rstrip()] if line]
