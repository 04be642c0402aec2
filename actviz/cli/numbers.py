"""Numbers as they come in: a list on the command line, a range, a file, standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

from actviz.errors import InputError, UsageError

MOST_POINTS = 50_000_000


def parse_numbers(text: str) -> list[float]:
    """Numbers separated by commas; ``nan`` and ``inf`` are numbers too.

    Raises:
        UsageError: one of them is no number.
    """
    numbers = []
    for word in text.split(","):
        try:
            numbers.append(float(word))
        except ValueError:
            raise UsageError(f"'{word.strip()}' is not a number, in '--at {text}'", "Write '--at -1,0,2.5'.") from None
    return numbers


def spaced(span: tuple[float, float], points: int) -> list[float]:
    """Evenly spaced numbers, both ends included.

    Raises:
        UsageError: the range is empty or not finite, or the number of points unusable.
    """
    import numpy as np

    low, high = span
    if not (np.isfinite(low) and np.isfinite(high)):
        raise UsageError(f"the range {low:g} to {high:g} is not finite", "Give two numbers, as in '--range -5 5'.")
    if not low < high:
        raise UsageError(f"the range {low:g} to {high:g} is empty", "The first number must be the smaller one.")
    if not 2 <= points <= MOST_POINTS:
        raise UsageError(f"{points} points cannot be spaced", f"From 2 to {MOST_POINTS:,}.")
    if np.isinf(high - low):  # halves of the widest ranges can still be told apart
        return [2.0 * float(x) for x in np.linspace(low / 2, high / 2, points)]
    return [float(x) for x in np.linspace(low, high, points)]


def read_numbers(source: str) -> list[float]:
    """Numbers from a text file (one a line), a ``.npy`` file, or standard input (``-``).

    Raises:
        InputError: the file cannot be read, or holds something else; names the line.
    """
    if source == "-":
        if sys.stdin is None:
            raise InputError("cannot read standard input: it is closed", "Name a file of numbers, one a line.")
        return _from_text(sys.stdin, "standard input")
    path = Path(source)
    try:
        if path.suffix == ".npy":
            return _from_npy(path)
        with path.open(encoding="utf-8") as lines:
            return _from_text(lines, f"'{source}'")
    except OSError as error:
        raise InputError(f"cannot read '{source}': {error.strerror}", "Name a file of numbers, one a line.") from None


def _from_text(lines: TextIO, name: str) -> list[float]:
    numbers = []
    try:
        rows = [line.strip() for line in lines]
    except UnicodeDecodeError:
        raise InputError(f"{name} is not a text file", "Text has one number a line; arrays end in .npy.") from None
    for place, word in enumerate(rows, 1):
        try:
            numbers += [float(word)] if word else []
        except ValueError:
            raise InputError(
                f"{name}, line {place}: '{_cut(word)}' is not a number", "Text has one number a line."
            ) from None
    if not numbers:
        raise InputError(f"{name} holds no numbers", "Text has one number a line.")
    return numbers


def _from_npy(path: Path) -> list[float]:
    import zipfile

    import numpy as np

    try:
        with path.open("rb") as source:
            array = np.load(source, allow_pickle=False)
    except (ValueError, EOFError, zipfile.BadZipFile):
        raise InputError(f"'{path}' is not a NumPy array file", "Write one with numpy.save.") from None
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
        raise InputError(f"'{path}' does not hold real numbers", "Write one with numpy.save.")
    if not array.size:
        raise InputError(f"'{path}' holds no numbers", "Write one with numpy.save.")
    return [float(x) for x in array.ravel()]


def _cut(word: str) -> str:
    return word if len(word) <= 40 else word[:39] + "…"
