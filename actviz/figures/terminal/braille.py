"""Figures for terminals: a figure spec in, lines of text out, curves drawn with braille dots.

Every tick is the middle of a character cell, so that labels stand exactly where they say. Without Unicode a curve is
a row of its own sign; with neither Unicode's dots nor colours alone to tell curves apart, letters stand on them.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np
from plotille import Canvas

from actviz.figures.spec import FigureSpec, Guide, Line, Panel
from actviz.figures.terminal.cells import folded, one_line, plain, width
from actviz.figures.ticks import Scale, aligned, tick_labels
from actviz.language.numerics.special import Array

LEAST_COLUMNS, LEAST_ROWS = 20, 6
_ACROSS, _DOWN = 2, 4  # dots of a character cell
_BLANK = 0x2800  # the braille character without dots; the others follow, a bit for each dot
_APART = 2.0  # a letter stands on a curve at least this far from the others, in columns; it is the height of a row
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
        self.named = {_identity(line): line for panel in spec.panels for line in panel.lines}
        colors = {self.color_of(line) for line in self.named.values()}
        self.lettered = len(self.named) > 1 and (not color or len(colors) < len(self.named))  # colours are too few

    def text(self) -> str:
        """Title, legend, panels."""
        panels = self.spec.panels
        lines = self.headings() + self.legend()
        headings = [folded(self.words(panel.heading), self.columns) for panel in panels]
        left = self.rows - len(lines) - sum(map(len, headings))
        each = max(left // len(panels), LEAST_ROWS)
        for panel, heading in zip(panels, headings, strict=True):
            lines += [self.styled(line, _BOLD) for line in heading] + self.picture(panel, each)
        return "".join(f"{line}\n" for line in lines)

    def headings(self) -> list[str]:
        title, subtitle = self.words(self.spec.title), self.words(self.spec.subtitle)
        if title and subtitle and width(f"{title}   {subtitle}") <= self.columns:
            return [f"{self.styled(title, _BOLD)}   {subtitle}"]
        parts = [self.words(part) for part in self.spec.subtitle.split("   ·   ")]
        lines = [self.styled(line, _BOLD) for line in folded(title, self.columns)]
        return lines + [line for part in parts for line in folded(part, self.columns)]

    def legend(self) -> list[str]:
        """Which curve is which, as many to a line as fit; nothing where there is one curve only."""
        if len(self.named) < 2:
            return []
        key = self.spec.key
        lines = [f"{self.words(key.title)}:"] if key is not None and key.title else []
        used = width(lines[0]) if lines else self.columns
        for line in self.named.values():
            sample = self.sign(line) if self.lettered or self.ascii_only else "⠤⠤"
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
        marks = self.jumps(panel, x, y)
        if self.lettered and not self.ascii_only:
            self.letters(cells, panel, masks, {place for place, *_ in marks})
        for (row, column), mark, color in marks:
            cells.put(column, row, mark, color)
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
        """An asymptote behind axes and curves, with its label where there is room."""
        if not guide.slope and y.cell(guide.intercept) == y.cell(0):
            return
        sign = "." if self.ascii_only else "·" if guide.slope else "┈"
        rows = [y.cell(guide.intercept + guide.slope * (x.first + column) * x.unit) for column in range(cells.columns)]
        places = [(row, column) for column, row in enumerate(rows) if 0 <= row < cells.rows]
        for row, column in places:
            if cells.letters[row][column] == " ":
                cells.put(column, row, sign, _QUIET)
        curved = np.any(masks, axis=0)
        if guide.slope:
            self.name_slanted(cells, guide, places, curved)
        elif not any(math.isclose(tick, guide.intercept, rel_tol=1e-9) for tick in y.ticks):  # whose label says it
            self.name_level(cells, guide, rows[0], curved)

    def name_level(self, cells: _Cells, guide: Guide, row: int, curved: Any) -> None:
        """The value of a horizontal asymptote, on it, at the end that the curve does not approach."""
        label = self.words(guide.label)
        label, start = (f"{label} ", 0) if guide.side > 0 else (f" {label}", cells.columns - len(label) - 1)
        if start >= 0 and 0 <= row < cells.rows and not curved[row, start : start + len(label)].any():
            cells.write(start, row, label, _QUIET)

    def name_slanted(self, cells: _Cells, guide: Guide, places: Sequence[tuple[int, int]], curved: Any) -> None:
        """The equation of a slanted asymptote, beside it, as far from where the curve approaches it as it goes."""
        label = self.words(guide.label)
        seen = [place for place in places if not curved[place]]
        for row, column in seen[:: guide.side]:
            for start, text in ((column + 1, f" {label} "), (column - len(label) - 1, f"{label} ")):
                end = start + len(text)
                free = start >= 0 and end <= cells.columns and not curved[row, start:end].any()
                if free and set(cells.letters[row][start:end]) == {" "}:
                    cells.write(start, row, text, _QUIET)
                    return

    def curves(self, cells: _Cells, panel: Panel, masks: Sequence[Array]) -> None:
        """The dots of all curves; a cell that several pass takes their colours or signs in turn along the row."""
        stacked = np.array(masks)
        dots = np.bitwise_or.reduce(stacked)
        for row, column in np.argwhere(dots).tolist():
            passing = np.flatnonzero(stacked[:, row, column])
            line = panel.lines[int(passing[column % len(passing)])]
            sign = self.sign(line) if self.ascii_only else chr(_BLANK + int(dots[row, column]))
            cells.put(column, row, sign, self.color_of(line))

    def letters(self, cells: _Cells, panel: Panel, masks: Sequence[Array], marks: set[tuple[int, int]]) -> None:
        """Each curve's letter in every third of the picture, where it is furthest from the other curves, if at all.

        Marks of jumps keep their distance too. A curve that is nowhere by itself has its letter in one place, where
        the fewest others pass, as far from other letters as there is room.
        """
        taken = set(marks)
        middles = [(third + 0.5) * cells.columns / 3 for third in range(3)]
        for line, mask in zip(panel.lines, masks, strict=True):
            passing = np.count_nonzero(masks, axis=0) - (mask != 0)
            others = np.array([*np.argwhere(passing).tolist(), *marks]).reshape(-1, 2)
            places = [(row, column) for row, column in np.argwhere(mask).tolist() if (row, column) not in taken]
            gaps = {place: _clearance(place, others) for place in places}
            chosen = []
            for middle in middles:
                near = [
                    (gap, -abs(place[1] - middle), place)
                    for place, gap in gaps.items()
                    if gap >= _APART and abs(place[1] - middle) < cells.columns / 8
                ]
                chosen += [max(near)[-1]] if near else []
            if places and not chosen:
                letters = np.array(sorted(taken)).reshape(-1, 2)
                fits = [
                    (gap, -int(passing[place]), _clearance(place, letters), -abs(place[1] - middle), place)
                    for place, gap in gaps.items()
                    for middle in middles
                ]
                chosen = [max(fits)[-1]]
            for row, column in chosen:
                taken.add((row, column))
                cells.put(column, row, self.sign(line), self.color_of(line))

    def jumps(self, panel: Panel, x: Scale, y: Scale) -> list[tuple[tuple[int, int], str, str]]:
        """Place (row and column), mark and colour: open marks for limits, then filled ones for values taken."""
        empty, full = "o@" if self.ascii_only else "○●"
        dots = [(dot, self.color_of(line)) for line in panel.lines for dot in line.dots]
        return [
            ((y.cell(dot.y), x.cell(dot.x)), full if dot.filled else empty, color)
            for dot, color in sorted(dots, key=lambda pair: pair[0].filled)
        ]

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

    def sign(self, line: Line) -> str:
        """What a curve is drawn with in ASCII, or marked with otherwise; the same in every panel."""
        signs = _SIGNS if self.ascii_only else string.ascii_letters
        return signs[list(self.named).index(_identity(line)) % len(signs)]

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

    def write(self, start: int, row: int, text: str, style: str) -> None:
        for place, letter in enumerate(text):
            self.put(start + place, row, letter, style)


def _identity(line: Line) -> tuple[str, float, int]:
    """What curves have in common that stand for the same thing in several panels."""
    return line.label, line.color, line.dash


def visible_heights(panel: Panel) -> tuple[float, float]:
    """The range of y to show: what the panel's own range holds of curves, horizontal asymptotes and y = 0.

    The air above and below is left out: rows are few, and dots along an edge are not cut.
    """
    lowest, highest = panel.heights or (-_TALLEST, _TALLEST)
    level = [guide.intercept for guide in panel.guides if not guide.slope]
    marked = [dot.y for line in panel.lines for dot in line.dots]
    zero = [0.0] if lowest <= 0 <= highest else []
    values = np.concatenate([*(y for line in panel.lines for _, y in line.pieces), level, marked, zero])
    held = np.clip(values[np.isfinite(values)], max(lowest, -_TALLEST), min(highest, _TALLEST))
    low, high = float(held.min(initial=math.inf)), float(held.max(initial=-math.inf))
    return (low, high) if high - low > _LEAST_SPAN else panel.heights or (-1.0, 1.0)


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
