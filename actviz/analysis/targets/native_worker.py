"""Call a function of a C library: ``native_worker.py LIBRARY FUNCTION TYPE < x > y``, raw numbers in and out.

Runs as a process of its own, without actviz and NumPy. How the function is called is found out and written to standard
error. With the usual conventions for calls (System V, AAPCS) floating-point and whole arguments travel in different
registers, so that one call can offer a number and two arrays: a scalar function takes the one, an array function the
others.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

_TYPES = {"float64": ctypes.c_double, "float32": ctypes.c_float}
_ORDERS = (
    (0, 1, 2),
    (1, 0, 2),
    (1, 2, 0),
    (2, 1, 0),
    (0, 2, 1),
)  # the places of input, output and count among the arguments
_NAMES = ("x, y, n", "y, x, n", "n, x, y", "n, y, x", "x, n, y")
_PROBE = 8


def main() -> int:
    """Read, call, write; 0 where that worked."""
    path, name, kind = sys.argv[1:]
    out = os.dup(1)
    os.dup2(2, 1)  # what the library prints is no result
    try:
        function = getattr(ctypes.CDLL(path), name)
    except (OSError, AttributeError) as error:
        sys.stderr.write(str(error).splitlines()[0])
        return 1
    number = _TYPES.get(kind, ctypes.c_uint16)
    raw = sys.stdin.buffer.read()
    count = len(raw) // ctypes.sizeof(number)
    x = (number * count).from_buffer_copy(raw)
    y = (number * count)()
    form = _form(function, number)
    if form is None:
        function.restype, function.argtypes = number, [number]
        for place in range(count):
            y[place] = function(x[place])
        said = "for each number: f(x)"
    else:
        function.restype, function.argtypes = None, None
        _call(function, form, x, y, count)
        said = f"for all numbers: f({_NAMES[_ORDERS.index(form)]})"
    sys.stderr.write(said)
    with os.fdopen(out, "wb") as stream:
        stream.write(bytes(y))
    return 0


def _form(function: Any, number: Any) -> tuple[int, int, int] | None:
    """The order of an array function's arguments; None for a function of one number.

    Each order is tried in a child of its own, for the wrong one writes where it must not.
    """
    if number is ctypes.c_uint16 and _survives(partial(_scalar, function, number)):
        return None
    for order in _ORDERS:
        if _survives(partial(_fills, function, number, order)):
            return order
    return None


def _scalar(function: Any, number: Any) -> bool:
    function.restype, function.argtypes = number, [number]
    function(number(0))
    return True


def _fills(function: Any, number: Any, order: tuple[int, int, int]) -> bool:
    """Whether the function, called so, writes all of the output and nothing of the input."""
    x, y = (number * _PROBE)(), (number * _PROBE)()
    for place in range(_PROBE):
        x[place] = place + 1 if number is not ctypes.c_uint16 else 0x3C00 + place
        y[place] = 12345
    before = list(x)
    _call(function, order, x, y, _PROBE)
    return list(x) == before and all(value != 12345 for value in y)


def _call(function: Any, order: tuple[int, int, int], x: Any, y: Any, count: int) -> None:
    given: list[Any] = [None, None, None]
    for place, value in zip(order, (x, y, ctypes.c_size_t(count)), strict=True):
        given[place] = value
    function(*given)


def _survives(attempt: Callable[[], bool]) -> bool:
    """Whether an attempt in a child process ends well and says yes."""
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os._exit(0 if attempt() else 1)
    _, status = os.waitpid(child, 0)
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
