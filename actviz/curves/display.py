"""How results show themselves under ``print`` and in notebooks: slots that a room above fills.

Results are made by rooms that know neither prose nor figures. `actviz.notebook`, which knows both, registers a
writer for each kind of result; one that has none shows its `repr`, as any object does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result", bound="Displayed")


class Writers(NamedTuple):
    """What is shown of one kind of result; None where there is nothing of that form."""

    text: Callable[[Any], str] | None = None
    latex: Callable[[Any], str] | None = None
    html: Callable[[Any], str] | None = None
    png: Callable[[Any], bytes] | None = None


_WRITERS: dict[type, Writers] = {}
_NONE = Writers()


def register(
    kind: type[Result],
    *,
    text: Callable[[Result], str] | None = None,
    latex: Callable[[Result], str] | None = None,
    html: Callable[[Result], str] | None = None,
    png: Callable[[Result], bytes] | None = None,
) -> None:
    """Say how results of this very class show themselves."""
    _WRITERS[kind] = Writers(text, latex, html, png)


class Displayed:
    """A result that shows itself by the writers registered for its class."""

    __slots__ = ()

    @property
    def _writers(self) -> Writers:
        return _WRITERS.get(type(self), _NONE)

    def __str__(self) -> str:
        """The result as the command line prints it."""
        text = self._writers.text
        return text(self) if text else repr(self)

    def _repr_latex_(self) -> str | None:
        """What a notebook sets; None makes it look for another form."""
        latex = self._writers.latex
        return latex(self) if latex else None

    def _repr_html_(self) -> str | None:
        """What a notebook lays out; None makes it look for another form."""
        html = self._writers.html
        return html(self) if html else None

    def _repr_png_(self) -> bytes | None:
        """What a notebook shows as a picture; None makes it look for another form."""
        png = self._writers.png
        return png(self) if png else None
