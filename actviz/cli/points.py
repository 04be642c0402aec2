"""Numbers as they come in: a list on the command line, a range, a file, standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from actviz.errors import InputError, UsageError

if TYPE_CHECKING:
    from actviz.language.numerics.special import Array

_TEXT = "Numbers stand between line breaks, blanks or commas."
MOST_POINTS = 50_000_000
BLOCK = 1 << 16  # numbers evaluated together: enough to be fast, few enough that memory does not grow with the input


def typed_number(text: str) -> float | None:
    """A number as typed: ``-2.5``, ``nan``, ``inf``, or arithmetic such as ``-pi/2``; None for other words."""
    try:
        return float(text)
    except ValueError:
        from actviz.curves.specs import constant

        return constant(text)


def parse_numbers(text: str) -> list[float]:
    """Numbers separated by commas, each as `typed_number` reads it.

    Raises:
        UsageError: one of them is no number.
    """
    numbers = []
    for word in text.split(","):
        number = typed_number(word)
        if number is None:
            raise UsageError(f"'{word.strip()}' is not a number, in '--at {text}'", "Write '--at -1,0,2.5'.")
        numbers.append(number)
    return numbers


def check_points(points: int) -> None:
    """Raise `UsageError` unless a range can be cut into so many points."""
    if not 2 <= points <= MOST_POINTS:
        raise UsageError(f"{points} points cannot be spaced", f"From 2 to {MOST_POINTS:,}.")


def spaced(span: tuple[float, float], points: int) -> Iterator[Array]:
    """Evenly spaced numbers, both ends included, in blocks.

    Raises:
        UsageError: the range is empty or not finite, or the number of points unusable.
    """
    import numpy as np

    low, high = span
    if not (np.isfinite(low) and np.isfinite(high)):
        raise UsageError(f"the range {low:g} to {high:g} is not finite", "Give two numbers, as in '--range -5 5'.")
    if not low < high:
        raise UsageError(f"the range {low:g} to {high:g} is empty", "The first number must be the smaller one.")
    check_points(points)
    if np.isinf(high - low):  # halves of the widest ranges can still be told apart
        return _cut_up(2.0 * np.linspace(low / 2, high / 2, points))
    return _cut_up(np.linspace(low, high, points))


def read_numbers(source: str) -> Iterator[Array]:
    """Numbers from a text file, a ``.npy`` file, or standard input (``-``), in blocks as they are read.

    Raises:
        InputError: the file cannot be read, or holds something else; names the line.
    """
    if source == "-":
        if sys.stdin is None:
            raise InputError("cannot read standard input: it is closed", "Name a file of numbers, one a line.")
        yield from _from_text(sys.stdin, "standard input")
        return
    if "\0" in source:
        raise InputError("a file name cannot hold a NUL character", "Name a file of numbers, one a line.")
    path = Path(source)
    if path.suffix == ".npy":
        yield from _cut_up(_from_npy(path))
        return
    try:
        lines = path.open(encoding="utf-8")
    except OSError as error:
        raise _unreadable(f"'{source}'", error) from None
    with lines:
        yield from _from_text(lines, f"'{source}'")


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError(f"cannot read {name}: {error.strerror}", "Name a file of numbers, one a line.")


def _cut_up(numbers: Array) -> Iterator[Array]:
    return (numbers[start : start + BLOCK].astype(float) for start in range(0, len(numbers), BLOCK))


def _from_text(lines: TextIO, name: str) -> Iterator[Array]:
    import numpy as np

    place = 0  # lines before this block
    found = False
    while True:
        try:
            block = list(islice(lines, BLOCK))
        except UnicodeDecodeError:
            raise InputError(f"{name} is not a text file", "Write numbers as text; arrays end in .npy.") from None
        except OSError as error:
            raise _unreadable(name, error) from None
        if not block:
            break
        try:
            numbers = list(map(float, block))
        except ValueError:  # a blank line, a comment, several numbers, or a mistake
            numbers = _line_by_line(block, name, place)
        place += len(block)
        if numbers:
            found = True
            yield from _cut_up(np.array(numbers))
    if not found:
        raise InputError(f"{name} holds no numbers", _TEXT)


def _line_by_line(block: list[str], name: str, before: int) -> list[float]:
    numbers = []
    for place, line in enumerate(block, before + 1):
        for word in _words(line):
            try:
                numbers.append(float(word))
            except ValueError:
                raise InputError(f"{name}, line {place}: '{_cut(word)}' is not a number", _TEXT) from None
    return numbers


def _words(line: str) -> list[str]:
    """What stands between blanks, and commas or semicolons; in ``0,5;1,5`` only the semicolons can be separators."""
    text = line.partition("#")[0]
    return text.replace(";" if ";" in text else ",", " ").split()


def _from_npy(path: Path) -> Array:
    """The numbers of an array file, left on the disk until they are wanted."""
    import numpy as np

    try:
        with path.open("rb") as file:
            whole = file.read(len(np.lib.format.MAGIC_PREFIX)) == np.lib.format.MAGIC_PREFIX
        array = np.load(path, mmap_mode="r", allow_pickle=False) if whole else None
    except OSError as error:
        raise _unreadable(f"'{path}'", error) from None
    except (ValueError, EOFError):
        array = None
    if array is None:
        raise InputError(f"'{path}' is not a NumPy array file", "Write one with numpy.save.")
    if array.dtype.kind not in "fiu":
        raise InputError(f"'{path}' does not hold real numbers", "Write one with numpy.save.")
    if not array.size:
        raise InputError(f"'{path}' holds no numbers", "Write one with numpy.save.")
    numbers: Array = array.reshape(-1)
    return numbers


def _cut(word: str) -> str:
    return word if len(word) <= 40 else word[:39] + "…"
