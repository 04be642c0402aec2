"""The renderer: a figure spec in, a matplotlib figure out.

Text is measured, then room is made for it: margins come from the widths of tick labels and end labels, labels at
curve ends are moved apart, and formulas go to a corner that no curve crosses, or above the axes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.axis import Axis, YAxis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator
from matplotlib.transforms import Bbox

from actviz.errors import UsageError
from actviz.figures.mpl.draw import draw_panel, origin, pixels
from actviz.figures.mpl.fallback import letters_of
from actviz.figures.mpl.formula import FormulaArtist
from actviz.figures.mpl.labels import Labels, draw_key, key_width
from actviz.figures.mpl.paper import POINTS_PER_INCH, Sheet, slant, spaced
from actviz.figures.mpl.placement import Field
from actviz.figures.mpl.style import quiet_fonts, styled, styled_for
from actviz.figures.mpl.typeset import in_two_lines
from actviz.figures.spec import FigureSpec, Formula
from actviz.figures.ticks import log_labels, scale_ticks, tick_labels

_FORMULA = 1.08  # the size of formulas, in that of ordinary text
_CORNER_SIZES = (1.0, 0.85)  # tried one after the other
_LEAST_SIZE = 0.7  # smaller, a formula could not be read
_TALLEST = 0.2  # the share of the figure's height that formulas above the axes may take


def render(spec: FigureSpec) -> Figure:
    """Draw a spec. Pure: no global state is changed, and the same spec gives the same figure."""
    with styled_for(spec), quiet_fonts():
        return _Drawing(spec).figure


def draw_into(axes: Axes, spec: FigureSpec) -> None:
    """Draw a figure of one panel into axes of somebody else's; what is written beside them is left to their owner.

    Curves carry their labels, for a legend.

    Raises:
        UsageError: the figure has several panels.
    """
    if len(spec.panels) > 1:
        raise UsageError(
            f"{len(spec.panels)} panels do not fit into one pair of axes",
            "Draw one order at a time: derivatives without the function by function=False.",
        )
    with styled_for(spec):
        draw_panel(axes, spec.panels[0], spec, spec.font_scale)


class SelfShowing(Figure):
    """A figure that a notebook shows, whichever matplotlib backend it runs."""

    theme = "light"
    sheet: str | None = None
    letters = ""

    def _repr_png_(self) -> bytes:
        out = io.BytesIO()
        with styled(self.theme, self.sheet, self.letters), quiet_fonts():
            self.savefig(out, format="png")
        return out.getvalue()


class _Drawing:
    """One figure in the making; lengths are pixels unless said otherwise."""

    def __init__(self, spec: FigureSpec) -> None:
        self.spec = spec
        self.figure = SelfShowing(figsize=spec.size, dpi=spec.dpi)
        self.figure.theme = spec.theme
        self.figure.letters = letters_of(spec)
        self.figure.sheet = spec.sheet and str(Path(spec.sheet).absolute())
        self.sheet = Sheet(spec, self.figure)
        self.unit = self.sheet.unit
        self.scale_ticks()
        self.axes = [self.figure.add_axes((0.1, 0.1, 0.8, 0.8)) for _ in spec.panels]
        for axes, panel in zip(self.axes, spec.panels, strict=True):
            draw_panel(axes, panel, spec, self.sheet.lines)
        self.sheet.quiet = self.axes[0].xaxis.label.get_color()
        self.columns = min(spec.columns, len(spec.panels))
        self.rows = -(-len(spec.panels) // self.columns)
        self.key = key_width(self.sheet, spec.key, spec.panels[0].lines) if spec.key else 0.0
        self.cell_width = (self.sheet.width - self.key) / self.columns
        self.labels = [
            Labels(self.sheet, axes, panel, self.cell_width) for axes, panel in zip(self.axes, spec.panels, strict=True)
        ]
        top = self.headings()
        self.arrange(top)
        fields = self.write_inside()
        if spec.formulas:
            self.set_formulas(top, fields[0])
        for labels in self.labels:
            labels.beside()
        if spec.key:
            box = self.axes[0].get_window_extent(self.sheet.renderer)
            draw_key(self.sheet, spec.key, spec.panels[0].lines, box.y1, box.y0)

    def scale_ticks(self) -> None:
        """Let axes have ticks of the right size from the start; to change them afterwards takes far longer."""
        size, pad = 9.5 * self.sheet.scale, 4 * self.sheet.scale
        settings: Any = {"grid.linewidth": rcParams["grid.linewidth"] * self.sheet.lines}
        settings |= {"xtick.labelsize": size, "ytick.labelsize": size, "xtick.major.pad": pad, "ytick.major.pad": pad}
        rcParams.update(settings)

    def headings(self) -> float:
        """Title and subtitle; returns how far down from the top they reach."""
        sheet, edge = self.sheet, 0.9 * self.unit
        y = sheet.height - 0.7 * self.unit
        if self.spec.theme == "paper":  # a caption says it
            return 0.9 * self.unit
        for content, size, gap, style in (
            (self.spec.title, 1.75, 0.45, {"weight": "bold"}),
            (self.spec.subtitle, 1.0, 0.3, {"color": sheet.quiet}),
        ):
            if content:
                text = sheet.text(content, size, **style)
                sheet.fit(text, sheet.width - 2 * edge)
                text.set_verticalalignment("top")
                sheet.put(text, edge, y)
                y -= sheet.extent(text).height + gap * self.unit
        return sheet.height - y + 0.45 * self.unit

    def arrange(self, top: float) -> None:
        """Place the panels below `top`, with room for tick labels and end labels."""
        head = 2.0 * self.unit if any(panel.heading for panel in self.spec.panels) else 0.0
        foot = (3.6 if self.rows == 1 else 2.3) * self.unit
        cell_height = (self.sheet.height - top) / self.rows
        height = max(cell_height - head - foot, 4 * self.unit)
        for number, (axes, labels) in enumerate(zip(self.axes, self.labels, strict=True)):
            row, column = divmod(number, self.columns)
            axes.yaxis.set_ticks_position("left" if labels.side > 0 else "right")
            panel = self.spec.panels[number]
            labels_width = labels.width + (1.0 if labels.width else 1.3) * self.unit
            ticks_width = self.set_ticks(axes.yaxis, height, 2.6, panel.yscale, panel.linear) + 0.9 * self.unit
            if panel.ylabel:
                ticks_width += 1.6 * self.unit
                axes.yaxis.set_label_position("left" if labels.side > 0 else "right")
                axes.set_ylabel(panel.ylabel, fontsize=10 * self.sheet.scale, labelpad=3 * self.sheet.scale)
            width = self.cell_width - labels_width - ticks_width
            self.set_ticks(axes.xaxis, width, 6.0, panel.xscale, panel.linear)
            over = self.beyond(axes.xaxis, width)  # labels at the ends stay clear of the edge and of the next panel
            before, after = (ticks_width, labels_width) if labels.side > 0 else (labels_width, ticks_width)
            more = max(over[0] - before, 0.0), max(over[1] - after, 0.0)
            if any(more):
                ticks_width += more[0] if labels.side > 0 else more[1]
                labels_width += more[1] if labels.side > 0 else more[0]
                width = self.cell_width - labels_width - ticks_width
            x = column * self.cell_width + (ticks_width if labels.side > 0 else labels_width)
            y = self.sheet.height - top - (row + 1) * cell_height + foot
            self.set_box(axes, x, y, width, height)
            if self.spec.panels[number].heading:
                self.heading(axes, self.spec.panels[number].heading, width)
            if self.rows == 1:
                axes.set_xlabel(panel.xlabel, fontsize=10 * self.sheet.scale, labelpad=3 * self.sheet.scale)

    def heading(self, axes: Axes, text: str, width: float) -> None:
        size = 11 * self.sheet.scale
        room = width / max(self.sheet.width_of(text, 1.1), 1.0)
        axes.set_title(
            spaced(text),
            loc="left",
            fontsize=size * min(1.0, 0.97 * room),
            pad=6 * self.sheet.scale,
            style=slant(text),
            parse_math=False,
        )

    def set_box(self, axes: Axes, x: float, y: float, width: float, height: float) -> None:
        least = 2 * self.unit
        shown = max(width, least), max(height, least)
        axes.set_position(
            (
                x / self.sheet.width,
                y / self.sheet.height,
                shown[0] / self.sheet.width,
                shown[1] / self.sheet.height,
            )
        )

    def set_ticks(self, axis: Axis, length: float, apart: float, kind: str = "linear", linear: float = 1.0) -> float:
        """Set ticks at least so far apart; returns the room that their labels take beside the axis."""
        low, high = axis.get_view_interval()
        values = scale_ticks(kind, low, high, int(min(11, max(2, length / (apart * self.unit)))), linear)
        if isinstance(axis, YAxis):  # a label so low that it would touch the first one of x is left out
            shown = axis.get_transform().transform(np.array([low, high, *values], dtype=float))
            least = shown[0] + (shown[1] - shown[0]) * (0.7 * self.unit / length)
            values = [value for value, place in zip(values, shown[2:], strict=True) if place >= least]
        texts = tick_labels(values) if kind == "linear" else log_labels(values)
        axis.set_major_locator(FixedLocator(values))
        axis.set_major_formatter(FixedFormatter(texts))
        axis.set_minor_locator(NullLocator())
        widest = max((self.sheet.width_of(text, 0.95) for text in texts), default=0.0)
        return widest + 8 * self.sheet.scale * self.spec.dpi / POINTS_PER_INCH

    def beyond(self, axis: Axis, length: float) -> tuple[float, float]:
        """How far labels of x reach beyond the ends of their axis, with a gap to what follows."""
        low, high = axis.get_view_interval()
        places = np.asarray(axis.get_majorticklocs(), dtype=float)
        if not places.size:
            return 0.0, 0.0
        texts = axis.get_major_formatter().format_ticks(places.tolist())
        first, last, *ends = axis.get_transform().transform(np.array([low, high, places[0], places[-1]]))
        inside = [(ends[0] - first) / (last - first) * length, (last - ends[1]) / (last - first) * length]
        gap = 0.45 * self.unit
        left, right = (self.sheet.width_of(texts[place], 0.95) / 2 + gap - inside[place] for place in (0, -1))
        return float(left), float(right)

    def write_inside(self) -> list[Field]:
        """Write what stands between the curves; returns what is taken in each panel."""
        fields = []
        for axes, panel, labels in zip(self.axes, self.spec.panels, self.labels, strict=True):
            field = Field(axes.get_window_extent(self.sheet.renderer), 0.3 * self.unit)
            fields.append(field)
            if not (panel.guides or self.spec.formulas or not all(labels.outside) or any(labels.contested)):
                continue
            for line in panel.lines:
                field.trace(*pixels(axes, line))
                for dot in line.dots:
                    x, y = axes.transData.transform((dot.x, dot.y))
                    around = 0.4 * self.unit
                    field.cover(Bbox.from_extents(x - around, y - around, x + around, y + around))
            field.cross(*origin(axes))
            labels.within(field)
        return fields

    def set_formulas(self, top: float, field: Field) -> None:
        """Put the formulas where they cover nothing: a corner, a corner each, the margin above, or nowhere."""
        formulas = self.spec.formulas
        size = 10 * _FORMULA * self.sheet.scale
        if self.in_corners([formulas], size, field, True):
            return
        for number in range(len(formulas), 0, -1):
            chosen = formulas[:number]
            choices = list(dict.fromkeys([chosen, in_two_lines(chosen)]))
            for clear in (True, False):
                for share in _CORNER_SIZES:
                    if any(self.in_corners([choice], share * size, field, clear) for choice in choices):
                        return
                if len(chosen) > 1:
                    each = _apart(chosen)
                    if any(self.in_corners(each, share * size, field, clear) for share in _CORNER_SIZES):
                        return
            if any(self.above(choice, size, top) for choice in choices):
                return
        self.in_corners([formulas[:1]], _LEAST_SIZE * size, field, False)

    def in_corners(self, groups: Sequence[Sequence[Formula]], size: float, field: Field, clear: bool) -> bool:
        """Put groups of formulas into corners of the first panel that nothing crosses.

        Args:
            groups: what is to stand together.
            size: of letters, in points.
            field: what is taken.
            clear: whether the axes through the origin are not to be covered either.

        Returns:
            Whether there was a place for all; nothing is put otherwise.
        """
        axes, pad = self.axes[0], 0.6 * self.unit
        background = None if self.spec.transparent else axes.get_facecolor()
        across, up = origin(axes)
        found: list[tuple[FormulaArtist, tuple[float, float]]] = []
        if len(groups) > 1:
            field = field.copy()
        for formulas in groups:
            artist = FormulaArtist(formulas, size, rcParams["text.color"], background)
            place = field.emptiest_corner(*self.extent(artist), pad, (across, up), clear)
            if place is None:
                return False
            artist.cleared = self.background(field, *place, *self.extent(artist))
            found.append((artist, place))
            if len(groups) > 1:
                field.cover(Bbox.from_bounds(*place, *self.extent(artist)))
        for artist, place in found:
            self.put(artist, *place)
        return True

    def background(self, field: Field, x: float, y: float, width: float, height: float) -> Bbox:
        """What is cleared behind a formula: to a near edge too, where the stub of a grid line would read as a sign."""
        box, near = field.box, 2.5 * self.unit
        left, bottom, right, top = x, y, x + width, y + height
        sides = [
            (box.x0, bottom, left, top) if left - box.x0 < near else None,
            (right, bottom, box.x1, top) if box.x1 - right < near else None,
        ]
        for side in sides:
            if side is None:
                continue
            strip = Bbox.from_extents(*side)
            if field.count(np.array([strip.x0]), np.array([strip.y0]), strip.width, strip.height)[0] < 0.9:
                left, right = min(left, strip.x0), max(right, strip.x1)
        size = self.sheet.width, self.sheet.height
        return Bbox(Bbox.from_extents(left, bottom, right, top).get_points() / size)

    def above(self, formulas: Sequence[Formula], size: float, top: float) -> bool:
        """Put formulas between subtitle and axes, beside one another if they fit; False where there is no room."""
        edge, between = 0.9 * self.unit, 2.5 * self.unit
        room = self.sheet.width - 2 * edge
        color = rcParams["text.color"]
        artists = [FormulaArtist(group, size, color, None) for group in _apart(formulas)]
        if sum(self.extent(artist)[0] for artist in artists) + between * (len(artists) - 1) > room:
            artists = [FormulaArtist(formulas, size, color, None)]
            share = min(1.0, room / self.extent(artists[0])[0])
            if share < _LEAST_SIZE:
                return False
            if share < 1:
                artists = [FormulaArtist(formulas, 0.99 * share * size, color, None)]
        height = max(self.extent(artist)[1] for artist in artists)
        if height > _TALLEST * self.sheet.height:
            return False
        x, middle = edge, self.sheet.height - top - height / 2
        for artist in artists:
            own_width, own_height = self.extent(artist)
            self.put(artist, x, middle - own_height / 2)
            x += own_width + between
        self.arrange(top + height + 0.7 * self.unit)
        self.write_inside()
        return True

    def put(self, artist: FormulaArtist, x: float, y: float) -> None:
        """Put formulas on the figure, their lower left corner at (x, y)."""
        artist.set_place(x / self.sheet.width, y / self.sheet.height)
        self.figure.add_artist(artist)

    def extent(self, artist: FormulaArtist) -> tuple[float, float]:
        """The width and height of formulas."""
        unit = self.spec.dpi / POINTS_PER_INCH
        return artist.box.width * unit, (artist.box.height + artist.box.depth) * unit


def _apart(formulas: Sequence[Formula]) -> list[list[Formula]]:
    """Each formula by itself; what several use is explained with the first of these."""
    explained: set[tuple[str, str]] = set()
    found = []
    for formula in formulas:
        found.append([replace(formula, uses=tuple(pair for pair in formula.uses if pair not in explained))])
        explained |= set(formula.uses)
    return found
