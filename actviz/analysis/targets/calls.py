"""Python functions of any framework: found by name, given what they accept, differentiated by what they bring along.

Which framework a function belongs to is seen from where it lives and what its module has imported; then it is tried.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import math
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from actviz.analysis.datatypes import DataType, encoded, numpy_type
from actviz.analysis.targets.theirs import TheirCodeError, Theirs
from actviz.errors import InputError, UsageError, did_you_mean
from actviz.language.numerics.special import Array

_FRAMEWORKS = ("torch", "jax", "tensorflow")
_ROOTS = {"flax": "jax", "keras": "tensorflow", "jaxlib": "jax", "torchvision": "torch", "transformers": "torch"}
_TITLES = {"torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow", "numpy": "NumPy", "python": "Python"}


def found(target: str) -> Any:
    """The object that ``package.module.function``, ``module:function`` or ``file.py:function`` names.

    Raises:
        UsageError: there is no such module, file or name in it.
        TheirCodeError: importing it raises an error.
    """
    head, colon, tail = target.rpartition(":")
    if colon and head.lower().endswith(".py"):
        return _attribute(_file(head, target), tail.split("."), target, head)
    parts = target.split(".")
    if colon:
        return _attribute(_module(head, target), tail.split("."), target, head)
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        raise UsageError(
            f"'{target}' names no code and no file of points",
            "Write package.module.function, module:function, file.py:function, libfile.so:function, or a .onnx, .npy, "
            ".npz or .csv file.",
        )
    for length in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:length])
        if length == 1 or _exists(name):
            return _attribute(_module(name, target), parts[length:], target, name)
    raise AssertionError("the first part is always tried")


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, AttributeError, ValueError):
        return False


def _module(name: str, target: str) -> Any:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # as python -m does: what lies here can be named
    if name not in sys.modules and not _exists(name):
        root = name.partition(".")[0]
        known = root in (*_FRAMEWORKS, *_ROOTS)
        hint = (
            f"Run actviz in the Python where {root} is installed, or compute the points there: see --write-grid."
            if known
            else "Run actviz where it can be imported, or name the file: 'file.py:function'."
        )
        raise UsageError(f"there is no module '{name}' here, in '{target}'", hint)
    with Theirs(target, "as it was imported"):
        return importlib.import_module(name)


def _file(path: str, target: str) -> Any:
    place = Path(path)
    if not place.is_file():
        raise UsageError(f"there is no file '{path}', in '{target}'", "Check its name.")
    name = f"actviz_target_{place.stem}"
    spec = importlib.util.spec_from_file_location(name, place)
    if spec is None or spec.loader is None:
        raise UsageError(f"'{path}' cannot be imported", "It must be a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    folder = str(place.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)  # as python does for a script: it may import what lies beside it
    with Theirs(target, "as it was imported"):
        spec.loader.exec_module(module)
    return module


def _attribute(module: Any, names: list[str], target: str, where: str) -> Any:
    current = module
    for name in names:
        if not hasattr(current, name):
            public = [each for each in dir(current) if not each.startswith("_")]
            near = did_you_mean(name, public)
            hint = (
                f"Did you mean '{near}'?" if near else f"It has {', '.join(public[:8])}." if public else "It is empty."
            )
            raise UsageError(f"'{where}' has no '{name}', in '{target}'", hint)
        current = getattr(current, name)
    return current


class PythonTarget:
    """A Python callable as a function of one number.

    Args:
        function: the callable; a class, such as ``torch.nn.GELU``, is made with the keywords first.
        name: what it is called.
        keywords: arguments that it is given beside x.
        device: where PyTorch and JAX compute.

    Raises:
        UsageError: it cannot be called.
    """

    usual = "float32"

    def __init__(self, function: Any, name: str, keywords: Mapping[str, Any], device: str = "") -> None:
        self.name = name
        self.device = device
        self.keywords = dict(keywords)
        if isinstance(function, type):
            with Theirs(name, "as it was made"):
                function = function(**self.keywords)
            self.keywords = {}
        if not callable(function):
            raise UsageError(f"'{name}' is no function: it is {type(function).__name__}", "Name a callable.")
        self.function: Callable[..., Any] = function
        self.framework = ""
        self.returned = ""

    @property
    def described(self) -> str:
        """How it is run."""
        if not self.framework:
            return "Python"
        root = "numpy" if self.framework == "numpy" else self.framework
        version = getattr(sys.modules.get(root), "__version__", "") if root != "python" else sys.version.split()[0]
        place = f" on {self.device or 'cpu'}" if self.framework in _FRAMEWORKS else ""
        return f"{_TITLES[self.framework]} {version}{place}".strip()

    def values(self, x: Array, kind: DataType) -> Array:
        """What it gives."""
        if self.framework:
            return self._called(self.framework, x, kind)
        few = x[:: max(1, x.size // 16)]
        error: TheirCodeError | None = None
        for framework in self._candidates():
            try:
                self._called(framework, few, kind)
            except TheirCodeError as raised:
                if error is None or framework in _FRAMEWORKS:
                    error = raised
                continue
            self.framework = framework
            return self._called(framework, x, kind)
        assert error is not None  # the list of candidates is never empty
        raise error

    def slopes(self, x: Array, kind: DataType) -> Array | None:
        """What its automatic differentiation gives, by reverse mode."""
        if not self.framework:
            self.values(x[:1], kind)
        if self.framework not in _FRAMEWORKS:
            return None
        with Theirs(self.name, "as it was differentiated"):
            return _SLOPES[self.framework](self._bound, x, kind, self.device)

    def _bound(self, value: Any) -> Any:
        return self.function(value, **self.keywords)

    def _candidates(self) -> list[str]:
        """The frameworks that it may belong to, the likeliest first."""
        origins = [getattr(self.function, "__module__", None) or "", type(self.function).__module__, self.name]
        roots = [_ROOTS.get(origin.partition(".")[0], origin.partition(".")[0]) for origin in origins]
        inner = inspect.unwrap(self.function)
        space = getattr(inner, "__globals__", None) or getattr(getattr(type(inner), "forward", None), "__globals__", {})
        names = [
            value.__name__ if inspect.ismodule(value) else str(getattr(value, "__module__", ""))
            for value in list(space.values())
        ]
        roots += [name.partition(".")[0] for name in names]
        likely = [framework for framework in _FRAMEWORKS if framework in roots and framework in sys.modules]
        loaded = [framework for framework in _FRAMEWORKS if framework in sys.modules and framework not in likely]
        return [*likely, "numpy", "python", *loaded]

    def _called(self, framework: str, x: Array, kind: DataType) -> Array:
        if framework == "python":
            return self._one_by_one(x, kind)
        tensor = _TENSORS[framework](x, kind, self.device)
        with Theirs(self.name, f"for {_words(framework, kind)}"), _Quiet(framework, kind):
            result = self._bound(tensor)
            shape = tuple(getattr(result, "shape", ()))
            values = _BACK[framework](result) if hasattr(result, "shape") else np.asarray(result)
        if shape != (x.size,):
            raise _shape(self.name, shape, x.size)
        if values.dtype.kind not in "fiub":
            raise InputError(
                f"'{self.name}' gives {values.dtype} for numbers of {kind.name}",
                "An activation function gives numbers.",
            )
        return np.asarray(values, dtype=np.float64)

    def _one_by_one(self, x: Array, kind: DataType) -> Array:
        """A function of one Python float; what overflows in Python's arithmetic is infinite or NaN, as elsewhere."""
        found = np.empty(x.size)
        with Theirs(self.name, f"for a float of Python, standing for {kind.name}"):
            for place, number in enumerate(x.tolist()):
                try:
                    found[place] = self._bound(number)
                except OverflowError:
                    found[place] = math.inf
                except ValueError:
                    found[place] = math.nan
        return found


class _Quiet:
    """NumPy's warnings off, and JAX's 64 bits on where they are meant."""

    def __init__(self, framework: str, kind: DataType) -> None:
        self.inner: list[AbstractContextManager[Any]] = [
            np.errstate(all="ignore") if framework == "numpy" else nullcontext()
        ]
        if framework == "jax" and kind.name == "float64":
            self.inner.append(_wide())

    def __enter__(self) -> None:
        for each in self.inner:
            each.__enter__()

    def __exit__(self, *raised: Any) -> None:
        for each in reversed(self.inner):
            each.__exit__(*raised)


def _wide() -> AbstractContextManager[Any]:
    import jax

    switch: Any = getattr(jax, "enable_x64", None)
    if callable(switch):
        context: AbstractContextManager[Any] = switch(True)
        return context
    from jax.experimental import enable_x64

    old: AbstractContextManager[Any] = enable_x64()
    return old


def _shape(name: str, shape: tuple[int, ...], count: int) -> InputError:
    return InputError(
        f"'{name}' gives the shape {shape} for an array of {count:,} numbers",
        "An activation function gives one number for each.",
    )


def _words(framework: str, kind: DataType) -> str:
    return f"an array of {_TITLES[framework]} in {kind.name}"


def _torch_type(kind: DataType) -> Any:
    import torch

    found = getattr(torch, kind.name, None)
    if found is None:
        raise UsageError(f"PyTorch {torch.__version__} has no {kind.name}", "Choose another --dtype.")
    return found


def _torch_tensor(x: Array, kind: DataType, device: str) -> Any:
    import torch

    target = _torch_type(kind)
    if kind.bits >= 32 or kind.name == "float16":
        with np.errstate(over="ignore"):
            tensor = torch.from_numpy(x.astype(kind.name))
    elif kind.bits == 16:
        tensor = torch.from_numpy(encoded(kind, x).view(np.int16)).view(target)
    else:
        tensor = torch.from_numpy(encoded(kind, x).view(np.uint8)).view(target)
    if not device:
        return tensor
    with Theirs(device, "as the numbers were moved there"):
        return tensor.to(device)


def _torch_back(result: Any) -> Any:
    import torch

    return result.detach().to("cpu", torch.float64).numpy()


def _torch_slopes(function: Callable[[Any], Any], x: Array, kind: DataType, device: str) -> Array:
    import torch

    with torch.enable_grad():
        tensor = _torch_tensor(x, kind, device).requires_grad_(True)
        result = function(tensor)
        (slopes,) = torch.autograd.grad(result, tensor, torch.ones_like(result))
    return np.asarray(_torch_back(slopes), dtype=np.float64)


def _numpy_tensor(x: Array, kind: DataType, device: str) -> Any:  # noqa: ARG001  what all of them take
    with np.errstate(over="ignore"):
        return x.astype(numpy_type(kind))


def _numpy_back(result: Any) -> Any:
    array = np.asarray(result)
    return array if array.dtype.kind in "fiub" else array.astype(np.float64) if array.dtype.kind == "V" else array


def _jax_tensor(x: Array, kind: DataType, device: str) -> Any:
    import jax
    import jax.numpy as jnp

    with _wide() if kind.name == "float64" else nullcontext():
        array = jnp.asarray(_numpy_tensor(x, kind, ""))
        return jax.device_put(array, jax.devices(device)[0]) if device else array


def _jax_slopes(function: Callable[[Any], Any], x: Array, kind: DataType, device: str) -> Array:
    import jax

    with _wide() if kind.name == "float64" else nullcontext():
        result, back = jax.vjp(function, _jax_tensor(x, kind, device))
        (slopes,) = back(jax.numpy.ones_like(result))
        return np.asarray(slopes).astype(np.float64)


def _jax_back(result: Any) -> Any:
    return np.asarray(result).astype(np.float64)


def _tensorflow_tensor(x: Array, kind: DataType, device: str) -> Any:
    import tensorflow as tf

    with tf.device(device) if device else nullcontext():
        return tf.constant(_numpy_tensor(x, kind, ""))


def _tensorflow_back(result: Any) -> Any:
    return np.asarray(result).astype(np.float64)


def _tensorflow_slopes(function: Callable[[Any], Any], x: Array, kind: DataType, device: str) -> Array:
    import tensorflow as tf

    tensor = _tensorflow_tensor(x, kind, device)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        result = function(tensor)
    return np.asarray(tape.gradient(result, tensor)).astype(np.float64)


_TENSORS: dict[str, Callable[[Array, DataType, str], Any]] = {
    "numpy": _numpy_tensor,
    "torch": _torch_tensor,
    "jax": _jax_tensor,
    "tensorflow": _tensorflow_tensor,
}
_BACK: dict[str, Callable[[Any], Any]] = {
    "numpy": _numpy_back,
    "torch": _torch_back,
    "jax": _jax_back,
    "tensorflow": _tensorflow_back,
}
_SLOPES: dict[str, Callable[[Callable[[Any], Any], Array, DataType, str], Array]] = {
    "torch": _torch_slopes,
    "jax": _jax_slopes,
    "tensorflow": _tensorflow_slopes,
}
