"""Functions that others wrote, made callable: Python, frameworks, C libraries, ONNX files, and computed points.

A user names his code and thereby asks for it to be run; nothing else ever is. Whatever it raises is shown as his
(`theirs`). `calls` finds out what a Python function accepts and gives it that, `native` calls C in a process of its
own, `graph` runs ONNX files, `data` reads files of points. The room knows data types and NumPy; frameworks are
loaded only by the user's own code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from actviz.analysis.targets.base import Points, Target
from actviz.analysis.targets.data import SUFFIXES as DATA
from actviz.analysis.targets.data import read_points
from actviz.errors import UsageError

__all__ = ["Points", "Target", "is_target", "load", "name_of"]

_LIBRARIES = (".so", ".dylib", ".dll")
_FILES = (".onnx", *DATA)


def is_target(text: str) -> bool:
    """Whether words can only name code or data: a file that is one, or ``module:function``."""
    head, colon, tail = text.rpartition(":")
    if Path(text).suffix.lower() in _FILES:
        return True
    if not colon or not all(part.isidentifier() for part in tail.split(".")):
        return False
    if Path(head).suffix.lower() in (".py", *_LIBRARIES) or ".so." in Path(head).name:
        return True
    return "=" not in text and all(part.isidentifier() for part in head.split("."))


def load(
    target: str | Callable[..., Any], keywords: Mapping[str, Any] | None = None, device: str = ""
) -> Target | Points:
    """What a target names.

    Args:
        target: a dotted callable (``torch.nn.functional.gelu``, ``package.module:function``), a function in a file
            (``acts.py:gelu``), a function of a C library (``libacts.so:gelu_f32``), an ONNX file, a file of points
            (.npy, .npz, .csv), or a callable itself.
        keywords: arguments that a Python function is given beside x.
        device: where PyTorch and JAX compute.

    Raises:
        UsageError: there is no such thing.
        InputError: it cannot be loaded, or is not a function of one number.
    """
    if not isinstance(target, str):
        from actviz.analysis.targets.calls import PythonTarget

        return PythonTarget(target, name_of(target), dict(keywords or {}), device)
    suffix = Path(target).suffix.lower()
    if suffix in DATA:
        return read_points(target)
    if suffix == ".onnx":
        from actviz.analysis.targets.graph import GraphTarget

        return GraphTarget(target)
    head, colon, tail = target.rpartition(":")
    if colon and (Path(head).suffix.lower() in _LIBRARIES or ".so." in Path(head).name):
        from actviz.analysis.targets.native import NativeTarget

        return NativeTarget(head, tail)
    if Path(target).suffix.lower() in (".py", *_LIBRARIES):
        raise UsageError(f"'{target}' names a file and no function in it", f"Write '{target}:NAME'.")
    from actviz.analysis.targets.calls import PythonTarget, found

    return PythonTarget(found(target), target, dict(keywords or {}), device)


def name_of(target: str | Callable[..., Any]) -> str:
    """What to call a target in results."""
    if isinstance(target, str):
        return target
    return str(getattr(target, "__qualname__", None) or type(target).__name__)
