"""Where text goes: labels moved apart, formulas into the emptiest corner. Pure geometry, in pixels."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.transforms import Bbox

from actviz.language.special import Array


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


def emptiest_corner(
    box: Bbox, width: float, height: float, points: Array, vertical: float
) -> tuple[float, float] | None:
    """The lower left corner of a free rectangle in a corner of the axes.

    Args:
        box: the axes.
        width: of what is to be placed.
        height: likewise.
        points: what must not be covered, an (n, 2) array.
        vertical: the x of the line through the origin; a place that it crosses is taken only if there is no other.

    Returns:
        The corner furthest from all points, or None where every corner is crossed.
    """
    if width > box.width or height > box.height:
        return None
    best: tuple[float, float] | None = None
    best_score = 0.0
    for x in (box.x0, box.x1 - width):
        for y in (box.y1 - height, box.y0):
            dx = (points[:, 0] - (x + width / 2)).__abs__() - width / 2
            dy = (points[:, 1] - (y + height / 2)).__abs__() - height / 2
            inside = (dx < 0) & (dy < 0)
            if inside.any():
                continue
            clearance = float(((dx.clip(0) ** 2 + dy.clip(0) ** 2) ** 0.5).min())
            crossed = x < vertical < x + width
            score = (1 + min(clearance, 80.0)) * (0.05 if crossed else 1.0) * (1.1 if y > box.y0 else 1.0)
            if score > best_score:
                best, best_score = (x, y), score
    return best
