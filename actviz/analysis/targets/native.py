"""Functions of C libraries, called in a process of their own.

A library says nothing of how its functions are called, and a wrong guess crashes. So a child process calls the
function: first with small arrays, to see whether it is of the scalar form (``float f(float)``) or of an array form
(input, output and count in any order), then with all points. A crash there is told, and is no crash here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from actviz.analysis.datatypes import DataType, decoded, encoded
from actviz.errors import InputError, UsageError
from actviz.language.numerics.special import Array

_WORKER = Path(__file__).with_name("native_worker.py")


class NativeTarget:
    """A function of a shared library.

    Args:
        path: the library.
        function: its name there.

    Raises:
        UsageError: there is no such file.
    """

    def __init__(self, path: str, function: str) -> None:
        self.name = f"{path}:{function}"
        self.path = path
        self.function = function
        self.form = ""
        if not Path(path).is_file():
            raise UsageError(f"there is no library '{path}'", "Check its name.")

    @property
    def usual(self) -> str:
        """What the name says: float64 for ``_f64`` and ``double``, likewise others; float32 where it says nothing."""
        words = self.function.lower().replace("_", " ").split()
        named = {"f64": "float64", "double": "float64", "f16": "float16", "half": "float16", "bf16": "bfloat16"}
        return next((named[word] for word in words if word in named), "float32")

    @property
    def described(self) -> str:
        """How it is run."""
        return f"C, called {self.form}" if self.form else "C"

    def values(self, x: Array, kind: DataType) -> Array:
        """What it gives."""
        if kind.bits < 16:
            raise UsageError(
                f"C functions are called with 16, 32 or 64 bits, and {kind.name} has {kind.bits}",
                "Compute the points there and check the file of x and y.",
            )
        raw = encoded(kind, x)
        command = [sys.executable, "-I", str(_WORKER), str(Path(self.path).resolve()), self.function, kind.name]
        done = subprocess.run(command, input=raw.tobytes(), capture_output=True, check=False)
        message = done.stderr.decode(errors="replace").strip()
        if done.returncode < 0:
            raise InputError(
                f"'{self.name}' crashed with signal {-done.returncode}",
                "It is called as T f(T x) or void f(const T *x, T *y, size_t n), the arguments in any order; "
                f"T is {_words(kind)}.",
            )
        if done.returncode or len(done.stdout) != raw.nbytes:
            last = message.splitlines()[-1] if message else "no values"
            raise InputError(f"cannot call '{self.name}': {last}", "Check the name of the function.")
        self.form = message.splitlines()[-1]
        return decoded(kind, np.frombuffer(done.stdout, dtype=raw.dtype))

    def slopes(self, x: Array, kind: DataType) -> Array | None:  # noqa: ARG002  what a target offers
        """There is no automatic differentiation."""
        return None


def _words(kind: DataType) -> str:
    return {64: "double", 32: "float"}.get(kind.bits, "uint16_t, the bits of the number")
