"""Readers of real numbers for options, so that messages quote what was written."""

from __future__ import annotations

from collections.abc import Callable

from actviz.cli.points import typed_number
from actviz.errors import UsageError


def real(option: str) -> Callable[[str], float]:
    """A reader of real numbers, ``0.5`` or ``1/6``, for an option."""

    def read(text: str) -> float:
        number = typed_number(str(text))
        if number is None:
            raise UsageError(f"'{text}' is not a number, in '{option} {text}'", "Write a number such as 0.25 or 1/6.")
        return number

    return read
