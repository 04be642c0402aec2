"""Plot, derive, tabulate and compare neural-network activation functions.

    >>> import actviz
    >>> selu = actviz.get("selu")
    >>> selu(1.0), selu.derivative(0.0)
    (1.0507009873554805, 1.7580993408473766)

Names resolve on first use: importing actviz loads neither NumPy nor matplotlib nor SymPy nor rich.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from actviz.version import __version__

if TYPE_CHECKING:
    from actviz.api import (
        approximate,
        assert_accurate,
        check,
        check_figure,
        check_grid,
        cite,
        compare,
        derive,
        deviations,
        distribution,
        gallery,
        get,
        identify,
        model,
        model_figure,
        models_in,
        moment_map,
        names,
        plot,
        propagate,
        properties,
        source,
        table,
        train,
    )
    from actviz.curves.curve import Activation
    from actviz.errors import ActvizError

_HOME = {
    "Activation": "actviz.api",
    "ActvizError": "actviz.errors",
    "assert_accurate": "actviz.api",
    "check": "actviz.api",
    "check_figure": "actviz.api",
    "check_grid": "actviz.api",
    "approximate": "actviz.api",
    "cite": "actviz.api",
    "compare": "actviz.api",
    "derive": "actviz.api",
    "deviations": "actviz.api",
    "distribution": "actviz.api",
    "gallery": "actviz.api",
    "get": "actviz.api",
    "identify": "actviz.api",
    "model": "actviz.api",
    "model_figure": "actviz.api",
    "models_in": "actviz.api",
    "moment_map": "actviz.api",
    "names": "actviz.api",
    "plot": "actviz.api",
    "propagate": "actviz.api",
    "properties": "actviz.api",
    "source": "actviz.api",
    "table": "actviz.api",
    "train": "actviz.api",
}

__all__ = [
    "Activation",
    "ActvizError",
    "__version__",
    "approximate",
    "assert_accurate",
    "check",
    "check_figure",
    "check_grid",
    "cite",
    "compare",
    "derive",
    "deviations",
    "distribution",
    "gallery",
    "get",
    "identify",
    "model",
    "model_figure",
    "models_in",
    "moment_map",
    "names",
    "plot",
    "propagate",
    "properties",
    "source",
    "table",
    "train",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'actviz' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
