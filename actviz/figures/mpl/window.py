"""A window with a figure; the only place that uses pyplot."""

from __future__ import annotations

from typing import Any

from matplotlib import pyplot
from matplotlib.backends.registry import BackendFilter, backend_registry

from actviz.errors import OutputError
from actviz.figures.mpl.render import render
from actviz.figures.spec import FigureSpec


def show_window(spec: FigureSpec) -> None:
    """Show a figure and wait until its window is closed.

    Raises:
        OutputError: matplotlib has no display, or no toolkit, to draw windows with.
    """
    registry: Any = backend_registry
    interactive = {name.lower() for name in registry.list_builtin(BackendFilter.INTERACTIVE)}
    manager = pyplot.figure().canvas.manager if pyplot.get_backend().lower() in interactive else None
    if manager is None:
        raise OutputError(
            "matplotlib has no display to open a window on, or no toolkit to draw it with", "Write a file with -o."
        )
    figure = render(spec)
    manager.canvas.figure = figure
    figure.set_canvas(manager.canvas)
    pyplot.show()
