"""What a gallery draws: a picture of one entry, or a sheet of many; drawn here or in another process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from actviz.registry.entries import Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from actviz.figures.spec import FigureSpec

_ORDERS = (0, 1)  # of the curves in a picture of one entry


class Drawable(Protocol):
    """What becomes a file of the gallery; it can be sent to another process."""

    def draw(self) -> bytes:
        """The bytes of the file."""
        ...


@dataclass(frozen=True)
class Picture:
    """An entry with its derivative, as ``actviz plot NAME --derivative`` draws it.

    Args:
        entry: what to draw.
        theme: one of the figure themes.
        image_format: one of `actviz.figures.mpl.save.IMAGES`.
    """

    entry: Entry
    theme: str
    image_format: str

    def spec(self) -> FigureSpec:
        """The figure spec."""
        from actviz.curves.curve import Activation
        from actviz.figures.compose import plot_spec

        return plot_spec([Activation(self.entry)], _ORDERS, theme=self.theme)

    def description(self) -> str:
        """The text alternative that `spec` gives, without the curves."""
        from actviz.curves.curve import Activation
        from actviz.figures.compose import describe
        from actviz.figures.framing import default_range

        activation = Activation(self.entry)
        return describe([activation.curve(order) for order in _ORDERS], *default_range([activation]))

    def draw(self) -> bytes:
        """The bytes of the file."""
        from actviz.figures.mpl.render import render

        spec = self.spec()
        return _image(render(spec), spec, self.image_format)


@dataclass(frozen=True)
class Sheet:
    """Several entries as small panels on one scale.

    Args:
        title: its heading.
        entries: what to draw.
        theme: one of the figure themes.
        image_format: one of `actviz.figures.mpl.save.IMAGES`.
    """

    title: str
    entries: tuple[Entry, ...]
    theme: str
    image_format: str

    def spec(self) -> FigureSpec:
        """The figure spec."""
        from actviz.figures.gallery.overview import sheet_spec

        return sheet_spec(self.title, self.entries, self.theme)[0]

    def draw(self) -> bytes:
        """The bytes of the file."""
        from actviz.figures.gallery.overview import render_sheet, sheet_spec

        spec, sections = sheet_spec(self.title, self.entries, self.theme)
        return _image(render_sheet(spec, sections), spec, self.image_format)


def _image(figure: Figure, spec: FigureSpec, image_format: str) -> bytes:
    if image_format != "png":
        from actviz.figures.mpl.save import image

        return image(figure, spec, image_format)
    import numpy as np

    from actviz.figures.gallery.palette import indexed_png
    from actviz.figures.mpl.fast_axes import drawn_at_once
    from actviz.figures.mpl.style import quiet_fonts, styled_for

    renderer = _renderer(*figure.bbox.size, figure.dpi)
    with styled_for(spec), quiet_fonts(), drawn_at_once(figure, spec):
        renderer.clear()
        figure.draw(renderer)  # once; savefig would draw everything twice
    return indexed_png(np.asarray(renderer.buffer_rgba()), {"Title": spec.title, "Description": spec.description})


@lru_cache(maxsize=1)
def _renderer(width: float, height: float, dpi: float) -> Any:
    """What draws pictures of a size: one for all of them, for matplotlib keeps what a renderer has measured."""
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]
