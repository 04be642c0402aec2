"""Figures for terminals: a figure spec in, lines of text out, curves drawn with braille dots.

Every tick is the middle of a character cell, so that labels stand exactly where they say. Without Unicode a curve is
a row of its own sign; with neither Unicode's dots nor colours alone to tell curves apart, letters stand on them.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np
from plotille import Canvas

from actviz.figures.letters import folded, one_line, plain, width
from actviz.figures.spec import FigureSpec, Guide, Line, Panel
from actviz.figures.ticks import Scale, aligned, tick_labels
from actviz.language.special import Array

LEAST_COLUMNS, LEAST_ROWS = 20, 6
_ACROSS, _DOWN = 2, 4  # dots of a character cell
_BLANK = 0x2800  # the braille character without dots; the others follow, a bit for each dot
_APART = 3.0  # a letter stands on a curve at least this far from the others, in columns
_LEAST_SPAN, _TALLEST = 1e-290, 4e307  # what can still be divided into cells in float64

# Of the 256 colours those that stand out on black and on white alike; the order is that of the light theme.
_CYCLE = (33, 167, 35, 172, 98, 38, 137, 244)
_RAMP = (63, 32, 30, 29, 65, 70, 106, 136)  # for ordered families
_QUIET = "38;5;244"
_BOLD = "1"

_SIGNS = "*x#%&=~^$" + "".join(letter for letter in string.ascii_letters if letter not in "ox")


def draw(spec: FigureSpec, columns: int = 80, rows: int = 24, color: bool = False, ascii_only: bool = False) -> str:
    """Draw a spec as text. Pure: the terminal is not asked for anything.

    Args:
        spec: what to show; its size, resolution, theme and formulas are for images and play no part.
        columns: no line is wider; at least `LEAST_COLUMNS`.
        rows: lines in all, panels stacked; more where a panel would get fewer than `LEAST_ROWS`.
        color: whether to use colour codes.
        ascii_only: whether to do without Unicode.

    Returns:
        Lines, each ended by a newline.
    """
    return _Drawing(spec, max(columns, LEAST_COLUMNS), rows, color, ascii_only).text()


class _Drawing:
    """One figure in the making."""

    def __init__(self, spec: FigureSpec, columns: int, rows: int, color: bool, ascii_only: bool) -> None:
        self.spec, self.columns, self.rows = spec, columns, rows
        self.color, self.ascii_only = color, ascii_only

    def text(self) -> str:
        """Title, legend, panels."""
        panels = self.spec.panels
        lines = self.headings()
        legends = [self.legend(panel) for panel in panels]
        shared = all(legend == legends[0] for legend in legends)
        if shared:
            lines += legends[0]
        headings = [
            [self.styled(self.words(panel.heading), _BOLD)] * bool(panel.heading) + ([] if shared else legend)
            for panel, legend in zip(panels, legends, strict=True)
        ]
        left = self.rows - len(lines) - sum(map(len, headings))
        each = max(left // len(panels), LEAST_ROWS)
        for panel, heading in zip(panels, headings, strict=True):
            lines += heading + self.picture(panel, each)
        return "".join(f"{line}\n" for line in lines)

    def headings(self) -> list[str]:
        title, subtitle = self.words(self.spec.title), self.words(self.spec.subtitle)
        if title and subtitle and width(f"{title}   {subtitle}") <= self.columns:
            return [f"{self.styled(title, _BOLD)}   {subtitle}"]
        return [self.styled(line, _BOLD) for line in folded(title, self.columns)] + folded(subtitle, self.columns)

    def legend(self, panel: Panel) -> list[str]:
        """Which curve is which, as many to a line as fit; nothing where there is one curve only."""
        if len(panel.lines) < 2:
            return []
        lines: list[str] = []
        used = self.columns
        for number, line in enumerate(panel.lines):
            sample = self.sign(number) if self.lettered(panel) or self.ascii_only else "⠤⠤"
            label, *more = folded(self.words(line.label), self.columns - width(sample) - 1) or [""]
            needed = width(f"{sample} {label}")
            entry = self.styled(f"{sample} {label}", self.color_of(line))
            if used + 3 + needed <= self.columns:
                lines[-1] += "   " + entry
                used += 3 + needed
            else:
                lines.append(entry)
                used = needed
            for part in more:
                lines.append(self.styled(" " * (width(sample) + 1) + part, self.color_of(line)))
                used = self.columns
        return lines

    def picture(self, panel: Panel, rows: int) -> list[str]:
        """Curves, axes and tick labels in that many rows, the last of which holds the labels of x."""
        low, high = visible_heights(panel)
        y = aligned(low, high, rows - 1, max(3, min(8, rows // 4)), 2)
        labels = [self.words(label) for label in tick_labels(y.ticks)]
        margin = max(map(len, labels)) + 1
        x, names = self.across(self.columns - margin)
        cells = _Cells(x.cells, y.cells)
        self.axes(cells, x, y)
        masks = [_dots(line, x, y) for line in panel.lines]
        for guide in panel.guides:
            self.guide(cells, x, y, guide, masks)
        self.curves(cells, panel, masks)
        if len(panel.lines) > 1 and self.lettered(panel) and not self.ascii_only:
            self.letters(cells, panel, masks)
        self.jumps(cells, panel, x, y)
        at = {y.cell(tick): label for tick, label in zip(y.ticks, labels, strict=True)}
        shown = []
        for row in reversed(range(y.cells)):
            label = at.get(row, "").rjust(margin - 1)
            shown.append((self.styled(label, _QUIET) if label.strip() else label) + " " + self.row(cells, row))
        return [*(line.rstrip() for line in shown), self.styled(_below(x, names, margin, self.columns), _QUIET)]

    def across(self, columns: int) -> tuple[Scale, list[str]]:
        """The scale of x with as many ticks as have room for their labels."""
        apart = 4
        while True:
            x = aligned(self.spec.low, self.spec.high, columns, max(4, min(8, columns // 10)), apart)
            names = [self.words(label) for label in tick_labels(x.ticks)]
            needed = max(map(len, names), default=0) + 2
            if apart >= min(needed, columns // 2):
                return x, names
            apart = min(needed, columns // 2)

    def axes(self, cells: _Cells, x: Scale, y: Scale) -> None:
        """Lines through 0, or along the edge nearest to it, with a cross at every tick."""
        across, down, cross = "-:+" if self.ascii_only else "─┊┼"
        column = min(max(x.cell(0), 0), x.cells - 1)
        row = min(max(y.cell(0), 0), y.cells - 1)
        for place in range(y.cells):
            cells.put(column, place, down, _QUIET)
        for place in range(x.cells):
            cells.put(place, row, across, _QUIET)
        for tick in x.ticks:
            cells.put(x.cell(tick), row, cross, _QUIET)
        for tick in y.ticks:
            cells.put(column, y.cell(tick), cross, _QUIET)

    def guide(self, cells: _Cells, x: Scale, y: Scale, guide: Guide, masks: Sequence[Array]) -> None:
        """An asymptote; a horizontal one with its value at the end that the curve does not approach, given room."""
        rows = [y.cell(guide.intercept + guide.slope * (x.first + column) * x.unit) for column in range(cells.columns)]
        if not guide.slope and rows[0] == y.cell(0):
            return
        for column, row in enumerate(rows):
            cells.put(column, row, "." if self.ascii_only else "┈" if not guide.slope else "·", _QUIET)
        label = self.words(guide.label)
        start = 0 if guide.side > 0 else cells.columns - len(label)
        if guide.slope or start < 0 or not 0 <= rows[0] < y.cells:
            return
        if not any(mask[rows[0], start : start + len(label)].any() for mask in masks):
            for place, letter in enumerate(label):
                cells.put(start + place, rows[0], letter, _QUIET)

    def curves(self, cells: _Cells, panel: Panel, masks: Sequence[Array]) -> None:
        """The dots of all curves; a cell that several pass takes their colours or signs in turn along the row."""
        stacked = np.array(masks)
        dots = np.bitwise_or.reduce(stacked)
        for row, column in np.argwhere(dots).tolist():
            passing = np.flatnonzero(stacked[:, row, column])
            number = int(passing[column % len(passing)])
            sign = self.sign(number) if self.ascii_only else chr(_BLANK + int(dots[row, column]))
            cells.put(column, row, sign, self.color_of(panel.lines[number]))

    def letters(self, cells: _Cells, panel: Panel, masks: Sequence[Array]) -> None:
        """Each curve's letter in every third of the picture, where it is furthest from the other curves, if at all.

        A curve that is nowhere by itself has its letter in one place that no other letter takes.
        """
        taken: set[tuple[int, int]] = set()
        for number, mask in enumerate(masks):
            others = np.argwhere(np.any([other for place, other in enumerate(masks) if place != number], axis=0))
            places = [(row, column) for row, column in np.argwhere(mask).tolist() if (row, column) not in taken]
            gaps = [_clearance(place, others) for place in places]
            chosen = []
            for third in range(3):
                middle = (third + 0.5) * cells.columns / 3
                near = [
                    (gap, -abs(place[1] - middle), place)
                    for gap, place in zip(gaps, places, strict=True)
                    if gap >= _APART and abs(place[1] - middle) < cells.columns / 8
                ]
                chosen += [max(near)[-1]] if near else []
            if places and not chosen:
                chosen = [max(zip(gaps, places, strict=True))[-1]]
            for row, column in chosen:
                taken.add((row, column))
                cells.put(column, row, self.sign(number), self.color_of(panel.lines[number]))

    def jumps(self, cells: _Cells, panel: Panel, x: Scale, y: Scale) -> None:
        """Open marks for limits, then filled ones for values taken, which hide them."""
        empty, full = "o@" if self.ascii_only else "○●"
        marks = [(dot.filled, dot.x, dot.y, self.color_of(line)) for line in panel.lines for dot in line.dots]
        for filled, across, up, color in sorted(marks, key=lambda mark: mark[0]):
            cells.put(x.cell(across), y.cell(up), full if filled else empty, color)

    def row(self, cells: _Cells, row: int) -> str:
        """One row as text, a colour code at every change of colour."""
        parts = []
        start = 0
        styles = cells.styles[row]
        for end in range(1, cells.columns + 1):
            if end == cells.columns or styles[end] != styles[start]:
                parts.append(self.styled("".join(cells.letters[row][start:end]), styles[start]))
                start = end
        return "".join(parts)

    def lettered(self, panel: Panel) -> bool:
        """Whether colours alone do not tell the curves apart."""
        return not self.color or len({self.color_of(line) for line in panel.lines}) < len(panel.lines)

    def sign(self, number: int) -> str:
        """What a curve is drawn with in ASCII, or marked with otherwise."""
        signs = _SIGNS if self.ascii_only else string.ascii_letters
        return signs[number % len(signs)]

    def color_of(self, line: Line) -> str:
        if isinstance(line.color, float):
            return f"38;5;{_RAMP[round(line.color * (len(_RAMP) - 1))]}"
        return f"38;5;{_CYCLE[line.color % len(_CYCLE)]}"

    def styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and style and text.strip() else text

    def words(self, text: str) -> str:
        return plain(one_line(text)) if self.ascii_only else one_line(text)


class _Cells:
    """Character cells, row 0 at the bottom; what is put outside is left out."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.letters = [[" "] * columns for _ in range(rows)]
        self.styles = [[""] * columns for _ in range(rows)]

    def put(self, column: int, row: int, letter: str, style: str) -> None:
        if 0 <= column < self.columns and 0 <= row < self.rows:
            self.letters[row][column] = letter
            self.styles[row][column] = style


def visible_heights(panel: Panel) -> tuple[float, float]:
    """The range of y to show: the panel's own where it has one, else all that is finite."""
    values = np.concatenate([y[np.isfinite(y)] for line in panel.lines for _, y in line.pieces])
    low, high = panel.heights or (float(values.min(initial=0.0)), float(values.max(initial=0.0)))
    low, high = max(low, -_TALLEST), min(high, _TALLEST)
    return (low, high) if high - low > _LEAST_SPAN else (-1.0, 1.0)


def _dots(line: Line, x: Scale, y: Scale) -> Any:
    """A curve's braille dots, a byte for each cell, row 0 at the bottom."""
    canvas = Canvas(x.cells, y.cells, 0, 0, x.cells * _ACROSS, y.cells * _DOWN)
    for xs, ys in line.pieces:
        across = _ACROSS * (xs / x.unit - x.first) + (_ACROSS - 1) / 2
        with np.errstate(over="ignore"):
            up = _DOWN * np.clip(ys / y.unit - y.first, -1e9, 1e9) + (_DOWN - 1) / 2
        for start, end in _inside(across, up, y.cells * _DOWN - 1):
            canvas.line(*start, *end)
    rows = canvas.plot(linesep="\n").split("\n")
    return np.array([[ord(letter) - _BLANK for letter in row] for row in reversed(rows)])


def _inside(across: Array, up: Array, top: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The stretches of a polyline within the picture's height, cut where it leaves, in dots.

    Where two neighbouring points lie beyond opposite edges there is a pole between them, and nothing is drawn.
    """
    beyond = np.where(up < -0.5, -1, np.where(up > top + 0.5, 1, 0))
    drawn = []
    for n in np.flatnonzero(np.isfinite(up[:-1]) & np.isfinite(up[1:]) & ((beyond[:-1] == 0) | (beyond[1:] == 0))):
        ends = []
        for this, other in ((n, n + 1), (n + 1, n)):
            x, y = float(across[this]), float(up[this])
            edge = min(max(y, -0.5), top + 0.5)
            if edge != y:
                x += (edge - y) / (float(up[other]) - y) * (float(across[other]) - x)
            ends.append((float(round(x)), float(min(max(round(edge), 0), top))))
        drawn.append((ends[0], ends[1]))
    return list(dict.fromkeys(drawn))  # most samples share their dots with the one before


def _clearance(place: tuple[int, int], others: Any) -> float:
    """How far a cell is from the nearest of others, in columns; beyond a dozen it does not matter."""
    if not len(others):
        return 12.0
    rows, columns = (others - place).T
    return float(min(12.0, np.hypot(_DOWN / _ACROSS * rows, columns).min()))


def _below(x: Scale, names: Sequence[str], margin: int, columns: int) -> str:
    """The tick labels of x, each under its tick as far as the edges allow."""
    line = ""
    for tick, name in zip(x.ticks, names, strict=True):
        sign = name.startswith(("-", "−"))  # the digits stand in the middle
        start = min(max(margin + x.cell(tick) - sign - (len(name) - sign) // 2, 0), columns - len(name))
        if start >= len(line) + bool(line):
            line = line.ljust(start) + name
    return line
