"""ONNX files with one input and one output, run with onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from actviz.analysis.datatypes import DataType, numpy_type
from actviz.analysis.targets.theirs import Theirs
from actviz.errors import InputError, UsageError
from actviz.language.numerics.special import Array

_TYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(bfloat16)": "bfloat16",
}


class GraphTarget:
    """An ONNX file as a function of one number.

    Args:
        path: the file.

    Raises:
        UsageError: onnxruntime is not installed, or there is no such file.
        InputError: it cannot be loaded, or has not one input and one output.
    """

    def __init__(self, path: str) -> None:
        self.name = path
        if not Path(path).is_file():
            raise UsageError(f"there is no file '{path}'", "Check its name.")
        try:
            import onnxruntime
        except ImportError:
            raise UsageError(
                "ONNX files are run with the package onnxruntime, which is not installed",
                "Install it: pip install onnxruntime.",
            ) from None
        self.version = onnxruntime.__version__
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        with Theirs(path, "as onnxruntime loaded it"):
            self.session: Any = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        inputs, outputs = self.session.get_inputs(), self.session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1:
            raise InputError(
                f"'{path}' has {len(inputs)} inputs and {len(outputs)} outputs, and a function has one of each",
                "Export the activation alone.",
            )
        self.input = inputs[0]
        if self.input.type not in _TYPES:
            raise InputError(f"'{path}' takes {self.input.type}", f"It must take one of {', '.join(_TYPES)}.")

    @property
    def usual(self) -> str:
        """The type of its input."""
        return _TYPES[self.input.type]

    @property
    def described(self) -> str:
        """How it is run."""
        return f"onnxruntime {self.version} on cpu"

    def values(self, x: Array, kind: DataType) -> Array:
        """What it gives."""
        if kind.name != self.usual:
            raise UsageError(
                f"'{self.name}' computes in {self.usual}, not in {kind.name}", f"Write '--dtype {self.usual}'."
            )
        shape = [size if isinstance(size, int) and size > 0 else 0 for size in self.input.shape]
        fixed = int(np.prod([size for size in shape if size])) if shape else 1
        blocks = -(-x.size // fixed)
        given = np.zeros(blocks * fixed)
        given[: x.size] = x
        with np.errstate(all="ignore"):
            tensor = given.astype(numpy_type(kind))
        if 0 in shape:
            free = shape.index(0)
            full = [blocks if place == free else size or 1 for place, size in enumerate(shape)]
            parts = [tensor.reshape(full)]
        else:
            parts = list(tensor.reshape([blocks, *shape]))
        with Theirs(self.name, "as onnxruntime ran it"):
            found = [self.session.run(None, {self.input.name: part})[0] for part in parts]
        if any(np.shape(got) != part.shape for got, part in zip(found, parts, strict=True)):
            raise InputError(
                f"'{self.name}' gives the shape {np.shape(found[0])} for {parts[0].shape}",
                "An activation function gives one number for each.",
            )
        return np.concatenate([np.ravel(got) for got in found])[: x.size].astype(np.float64)

    def slopes(self, x: Array, kind: DataType) -> Array | None:  # noqa: ARG002  what a target offers
        """There is no automatic differentiation."""
        return None
