"""Text for terminals and files that cannot hold its characters: mathematics in ASCII words."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from actviz.text import RAISED, greek_name

_SIGNS = {
    **dict(zip("⎧⎨⎩−–—×·’‘“”", "/{\\---x*''\"\"", strict=True)),
    "′": "'",
    "″": "''",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "±": "+-",
    "→": "->",
    "∞": "inf",
    "∂": "d",
    "√": "sqrt",
    "∈": "in",
    "…": "...",
}
_POWER = re.compile(f"[{''.join(RAISED)}]+")
_GREEK = re.compile("[α-ωΑ-Ω]")
_PRODUCT = (
    re.compile(  # written without a sign, as in λα(eˣ − 1); σ, φ and Φ are functions, and in ∂f/∂α(x) so is the whole
        r"(?<=[^\W_])(?=[α-ωΑ-Ω])|(?<=[α-ωΑ-Ω])(?=[^\W_])|(?<=[^∂][α-ωΑ-Ω])(?<![σφΦ])(?=\()"
    )
)
_ROOT = re.compile(r"√(\d+|\w)")
_GAP = re.compile(r"(\s{2,})")
_CASE = re.compile(r"(.*?)([⎧⎨⎩](?:.*?(?=   )|$))(?:\s*(.*))")


def writable(text: str, encoding: str) -> str:
    """The text in characters of an encoding: what it lacks is spelled, λ as lambda and eˣ as e^x."""
    lines: list[str] = []
    for braced, group in groupby(text.split("\n"), lambda line: bool(_CASE.match(line))):
        listed = list(group)
        lines += _cases(listed, encoding) if braced else [_line(line, encoding) for line in listed]
    return "\n".join(lines)


def _line(line: str, encoding: str) -> str:
    """One line; wide gaps between columns give way to what became longer."""
    parts = _GAP.split(line)
    for place in range(0, len(parts), 2):
        plain = _phrase(parts[place], encoding)
        if place + 1 < len(parts) and parts[place]:
            room = len(parts[place]) + len(parts[place + 1]) - len(plain)
            parts[place + 1] = " " * max(2, room)
        parts[place] = plain
    return "".join(parts)


def _cases(lines: list[str], encoding: str) -> list[str]:
    """The lines of a definition by cases: what is before the brace, the values and the conditions, aligned again."""
    rows = []
    for line in lines:
        parts = _CASE.match(line)
        rows.append([_phrase(part or "", encoding).rstrip() for part in parts.groups()] if parts else [])
    before, between = (max(len(row[place]) for row in rows) for place in (0, 1))
    return [f"{head:{before}} {value:{between}}   {condition}".rstrip() for head, value, condition in rows]


def _phrase(text: str, encoding: str) -> str:
    def power(match: re.Match[str]) -> str:
        if _fits(match.group(), encoding):
            return match.group()
        plain = "".join(RAISED[character] for character in match.group())
        return f"^{plain}" if plain.isalnum() else f"^({plain})"

    def other(character: str) -> str:
        if _fits(character, encoding):
            return character
        plain = _SIGNS.get(character) or unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        return plain or "?"

    text = _POWER.sub(power, text)
    if not _fits("λ", encoding):
        text = _GREEK.sub(lambda match: greek_name(match.group()), _ROOT.sub(r"√(\1)", _PRODUCT.sub(" ", text)))
    return "".join(map(other, text))


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
