"""Functions that a language has not got, in that language: one text file for each, in blocks."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[A-Za-z_]\w*")


def needed(language: str, names: set[str]) -> list[str]:
    """The blocks that define these helper functions, and those that they call, in the file's order.

    Args:
        language: the file's name without its suffix.
        names: as the blocks are named: each begins with a line ``@name``.
    """
    blocks = _blocks(language)
    wanted: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += sorted(_called(blocks[name], blocks) - {name})
    return [text for name, text in blocks.items() if name in wanted]


@cache
def _blocks(language: str) -> dict[str, str]:
    text = (files(__package__) / f"{language}.txt").read_text(encoding="utf-8")
    parts = re.split(r"^@(\w+)\n", text, flags=re.MULTILINE)
    return {name: body.strip("\n") for name, body in zip(parts[1::2], parts[2::2], strict=True)}


def _called(text: str, blocks: dict[str, str]) -> set[str]:
    words = set(_WORD.findall(text))
    return {name for name in blocks if f"careful_{name}" in words or f"_{name}" in words}
