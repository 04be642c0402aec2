"""What a file is written in: what an option asks for, else what the suffix of its name says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from actviz.errors import UsageError

Choice = TypeVar("Choice", bound=StrEnum)


def decided(
    asked: Choice | None,
    output: str | None,
    suffixes: Mapping[str, Choice],
    otherwise: Choice,
    option: str = "--format",
) -> Choice:
    """The format of a result.

    Args:
        asked: what the command line asks for by name; it always wins.
        output: the file that ``-o`` names, None or ``-`` for standard output.
        suffixes: what each suffix stands for, in lower case and with its dot.
        otherwise: for standard output and for a name without a suffix.
        option: what asks by name, for the error.

    Raises:
        UsageError: the suffix stands for nothing.
    """
    suffix = "" if output is None or asked is not None else Path(output).suffix.lower()
    if asked is not None or not suffix:
        return otherwise if asked is None else asked
    if suffix not in suffixes:
        raise UsageError(
            f"'{suffix}' files are not written", f"Use {listed(suffixes)}, or name the form with {option}."
        )
    return suffixes[suffix]


def listed(suffixes: Mapping[str, object]) -> str:
    """Suffixes in a sentence: ``.csv, .json or .txt``."""
    *others, last = suffixes
    return f"{', '.join(others)} or {last}"
