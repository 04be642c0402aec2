"""Where text goes: labels moved apart, formulas into the emptiest corner. Pure geometry, in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

import numpy as np
from matplotlib.transforms import Bbox

from actviz.language.numerics.special import Array


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Heights as near as possible to those wanted at which labels do not touch.

    Args:
        wanted: the height of each label's middle, in any order.
        heights: how tall each is.
        low: no label reaches below this, where there is room.
        high: no label reaches above this.

    Returns:
        A height for each label, in the order given. Labels that would touch move as a group around their mean.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[list[int]] = []
    centres: list[float] = []

    def extent(group: list[int]) -> float:
        return sum(heights[index] for index in group)

    def settle(group: list[int]) -> float:
        """The middle of a group: the mean of what its members want, kept within bounds."""
        offset, wishes = 0.0, []
        for index in group:
            wishes.append(wanted[index] - (offset + heights[index] / 2 - extent(group) / 2))
            offset += heights[index]
        half = extent(group) / 2
        middle = sum(wishes) / len(wishes)
        return (low + high) / 2 if low + half > high - half else min(max(middle, low + half), high - half)

    for index in order:
        groups.append([index])
        centres.append(settle([index]))
        while len(groups) > 1 and centres[-2] + extent(groups[-2]) / 2 > centres[-1] - extent(groups[-1]) / 2:
            merged = groups.pop(-2) + groups.pop()
            del centres[-2:]
            groups.append(merged)
            centres.append(settle(merged))
    places = [0.0] * len(wanted)
    for group, centre in zip(groups, centres, strict=True):
        bottom = centre - extent(group) / 2
        for index in group:
            places[index] = bottom + heights[index] / 2
            bottom += heights[index]
    return places


class Field:
    """What is taken within a pair of axes, on a grid of small cells.

    Args:
        box: the axes.
        cell: the side of a cell.
    """

    def __init__(self, box: Bbox, cell: float) -> None:
        self.box = box
        self.cell = cell
        self.taken = np.zeros((int(box.width / cell) + 2, int(box.height / cell) + 2), dtype=np.int32)
        self.faint = np.zeros_like(self.taken)
        self._sums: Any = None

    def copy(self) -> Field:
        """The same, to try something on."""
        found = copy(self)
        found.taken = self.taken.copy()
        return found

    def trace(self, x: Array, y: Array) -> None:
        """Take the cells along a line; NaN breaks it, and what is outside the axes takes nothing."""
        low, high = self.box.y0 - self.cell, self.box.y1 + self.cell
        finite = np.isfinite(x) & np.isfinite(y)
        for part in np.split(np.arange(x.size), np.flatnonzero(~finite)):
            part = part[finite[part]]
            if not part.size:
                continue
            across, up = x[part], np.clip(y[part], low, high)
            along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(across), np.diff(up)))])
            steps = np.linspace(0.0, along[-1], int(2 * along[-1] / self.cell) + 2)
            self._mark(np.interp(steps, along, across), np.interp(steps, along, up))

    def cover(self, box: Bbox) -> None:
        """Take every cell that a rectangle touches."""
        left, right = self._columns(np.array([box.x0, box.x1]))
        bottom, top = self._rows(np.array([box.y0, box.y1]))
        self.taken[max(left, 0) : max(right + 1, 0), max(bottom, 0) : max(top + 1, 0)] = 1
        self._sums = None

    def cross(self, x: float, y: float) -> None:
        """Note where the axes x = 0 and y = 0 run: text may stand on them, but had better not."""
        columns, rows = self.taken.shape
        column, row = int(self._columns(np.array(x))), int(self._rows(np.array(y)))
        if 0 <= column < columns:
            self.faint[column] = 1
        if 0 <= row < rows:
            self.faint[:, row] = 1
        self._sums = None

    def count(self, left: Array, bottom: Array, width: float, height: float) -> Array:
        """How much of what is taken rectangles touch, one for each lower left corner; 1 and more for every cell."""
        if self._sums is None:
            self._sums = np.pad(self.taken + self.faint / self.faint.size, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
        columns, rows = self.taken.shape
        x0, x1 = (self._columns(x).clip(0, columns - 1) for x in (left, left + width))
        y0, y1 = (self._rows(y).clip(0, rows - 1) for y in (bottom, bottom + height))
        sums = self._sums
        return np.asarray(sums[x1 + 1, y1 + 1] - sums[x0, y1 + 1] - sums[x1 + 1, y0] + sums[x0, y0], dtype=np.float64)

    def first_free(self, places: Iterable[tuple[float, float]], width: float, height: float) -> tuple[float, float]:
        """The first lower left corner at which a rectangle touches nothing, or that at which it touches least."""
        x, y = (np.array(column) for column in zip(*places, strict=True))
        best = int(self.count(x, y, width, height).round(6).argmin())
        return float(x[best]), float(y[best])

    def emptiest_corner(
        self, width: float, height: float, pad: float, origin: tuple[float, float], clear: bool = False
    ) -> tuple[float, float] | None:
        """The lower left corner of a free rectangle, in or near a corner of the axes.

        Args:
            width: of what is to be placed.
            height: likewise.
            pad: how far it is to keep from everything, the edges included.
            origin: where the axes x = 0 and y = 0 run; a place that they cross is the last choice.
            clear: whether a place that they cross is no choice at all.
        """
        across = self.box.width - width - 2 * pad
        up = self.box.height - height - 2 * pad
        if across < 0 or up < 0:
            return None
        shares = np.linspace(0.0, 1.0, 41)
        x, y = (grid.ravel() for grid in np.meshgrid(shares, shares[::-1]))
        left, bottom = self.box.x0 + pad + x * across, self.box.y0 + pad + y * up
        free = self.count(left - pad, bottom - pad, width + 2 * pad, height + 2 * pad) < 0.9
        away = np.minimum(x, 1 - x) * across + np.minimum(y, 1 - y) * up  # from the nearest corner
        near = pad / 2
        crossed = ((left - near < origin[0]) & (origin[0] < left + width + near)) * 1.0
        crossed += 0.6 * ((bottom - near < origin[1]) & (origin[1] < bottom + height + near))
        if clear:
            free &= crossed == 0
        if not free.any():
            return None
        cramped = self.count(left - 3 * pad, bottom - 3 * pad, width + 6 * pad, height + 6 * pad) > 0.9
        lower = 0.05 * (y < 0.5)
        cost = away / (self.box.width + self.box.height) + 0.4 * crossed + 0.06 * cramped + lower
        best = int(np.where(free, cost, np.inf).argmin())
        return float(left[best]), float(bottom[best])

    def _mark(self, x: Array, y: Array) -> None:
        inside = (x >= self.box.x0 - self.cell) & (x <= self.box.x1 + self.cell)
        inside &= (y > self.box.y0 - self.cell / 2) & (y < self.box.y1 + self.cell / 2)
        columns, rows = self.taken.shape
        self.taken[self._columns(x[inside]).clip(0, columns - 1), self._rows(y[inside]).clip(0, rows - 1)] = 1
        self._sums = None

    def _columns(self, x: Array) -> Any:
        return np.floor((x - self.box.x0) / self.cell).astype(int)

    def _rows(self, y: Array) -> Any:
        return np.floor((y - self.box.y0) / self.cell).astype(int)
