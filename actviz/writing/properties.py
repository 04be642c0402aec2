"""The properties of functions as text, as JSON and as tables."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from actviz.analysis.records import Keyed, Place, Properties, Underflow
from actviz.text import number
from actviz.writing.tables import Cell, Table

DIGITS = 10  # significant, of what people read; fewer than are proved
_LABEL = 14  # columns of the names on the left


def as_data(part: Any) -> Any:
    """A record as dictionaries and lists, for JSON."""
    if isinstance(part, Keyed):
        return {key: as_data(part[key]) for key in part}
    if isinstance(part, tuple | list):
        return [as_data(item) for item in part]
    return part


def record(found: Properties) -> dict[str, Any]:
    """What `info` prints as JSON under ``properties``: all but the name of the function."""
    return {key: value for key, value in as_data(found).items() if key != "spec"}


def blocks(found: Properties, width: int = 100) -> list[str]:
    """What `info` prints for people: properties, moments and gains, a block for each."""
    return [
        _block("Properties", _shape_lines(found), found, width),
        _block(f"For z ~ N(0, {number(found.variance, DIGITS)})", _moment_lines(found), found, width),
    ]


def summary(found: Properties) -> list[tuple[str, str]]:
    """The chief ones, a name and some words for each: what a page on a function has room for.

    Args:
        found: the properties.
    """
    chief = ("range", "slope f′", "Lipschitz", "monotone", "curvature", "symmetry", "smoothness", "E f, Var f", "gains")
    lines = {name: text for name, text, _ in [*_shape_lines(found), *_moment_lines(found)]}
    return [(name, lines[name]) for name in chief if name in lines]


Line = tuple[str, str, tuple[str, ...]]


def _block(heading: str, lines: Sequence[Line], found: Properties, width: int) -> str:
    written = [heading]
    sampled = False
    for name, text, keys in lines:
        open_keys = [key for key in keys if key not in found.proved]
        sampled = sampled or bool(open_keys)
        mark = "~ " if open_keys else "  "
        written.append(
            textwrap.fill(
                text,
                max(width, 40),
                initial_indent=mark + name.ljust(_LABEL) + " ",
                subsequent_indent=" " * (_LABEL + 3),
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    written.append("  ~ is sampled; all else is proved." if sampled else "  All of this is proved.")
    return "\n".join(written)


def _shape_lines(found: Properties) -> list[Line]:
    lines: list[Line] = [("range", _range(found), ("range",))]
    if found.domain != ((-math.inf, math.inf),):
        lines.insert(0, ("domain", ", ".join(_interval(*part) for part in found.domain), ()))
    lines.append(("limits", f"{_or_none(found.limits.left)} at −∞, {_or_none(found.limits.right)} at ∞", ("limits",)))
    lines.append(("asymptotes", _asymptotes(found), ("asymptotes",)))
    lines.append(("zeros", _places(found.zeros), ("zeros",)))
    lines.append(("fixed points", _places(found.fixed_points), ("fixed_points",)))
    lines.append(("extrema", _extrema(found), ("extrema",)))
    lines.append(("slope f′", _slopes(found), ("slope_range",)))
    lines.append(("Lipschitz", _number(found.lipschitz), ("lipschitz",)))
    lines.append(("monotone", _monotone(found), ("monotone",)))
    lines.append(("curvature", _curvature(found), ("convex",)))
    lines.append(("symmetry", found.parity or "neither odd nor even", ("parity",)))
    bounded = "yes" if found.bounded else "no"
    lines.append(("bounded", bounded, ("bounded",)))
    if found.positive_homogeneous:
        lines.append(("homogeneous", "f(cx) = c f(x) for c > 0", ("positive_homogeneous",)))
    smoothness = {None: "not known", "": "not continuous"}.get(found.smoothness, found.smoothness)
    lines.append(("smoothness", str(smoothness), ("smoothness",)))
    for name, places in (("kinks", found.kinks), ("jumps", [jump.x for jump in found.jumps]), ("poles", found.poles)):
        if places:
            lines.append((name, "at " + ", ".join(_number(x) for x in places), (name,)))
    underflow = _underflow(found.underflow)
    if underflow:
        lines.append(("f′ rounds to 0", underflow, ("underflow",)))
    return lines


def _moment_lines(found: Properties) -> list[Line]:
    moments, gains = found.moments, found.gains
    keys = ("moments",)
    lines: list[Line] = [
        ("E f, Var f", f"{_number(moments.mean)}, {_number(moments.variance)}", keys),
        ("E f²", _number(moments.second), keys),
        ("E f′, E f′²", f"{_number(moments.slope_mean)}, {_number(moments.slope_second)}", keys),
        ("dE f²/dq", _number(moments.second_slope), keys),
        ("P(f′ = 0)", _number(found.flat_share), ("flat_share",)),
        (
            "gains",
            f"{_gain(gains.forward)} keeps E f², {_gain(gains.backward)} keeps gradients, "
            f"{_gain(gains.std)} keeps Var f",
            ("gains",),
        ),
    ]
    symbols = {"forward": "1/√E f²", "backward": "1/√E f′²", "std": "1/√Var f"}
    for gain in found.published_gains:
        note = f" ({gain.note.replace('-', '−', 1) if gain.note.startswith('-') else gain.note})" if gain.note else ""
        lines.append(("", f"{gain.library}: {_number(gain.value)} for {symbols[gain.name]}{note}", ()))
    return lines


def _range(found: Properties) -> str:
    part = found.range
    left = "[" if part.low_attained else "("
    right = "]" if part.high_attained else ")"
    return f"{left}{_number(part.low)}, {_number(part.high)}{right}"


def _asymptotes(found: Properties) -> str:
    words = []
    for side, line in (("−∞", found.asymptotes.left), ("∞", found.asymptotes.right)):
        if line is not None:
            words.append(f"{_line(line.slope, line.offset)} at {side}")
    return "; ".join(words) or "none"


def _line(slope: float, offset: float) -> str:
    if slope == 0:
        return f"y = {_number(offset)}"
    text = "x" if slope == 1 else "−x" if slope == -1 else f"{_number(slope)}x"
    if offset:
        text += f" {'−' if offset < 0 else '+'} {_number(abs(offset))}"
    return f"y = {text}"


def _extrema(found: Properties) -> str:
    shown = [f"{part.kind} {_number(part.value)} at {_number(part.x)}" for part in found.extrema[:_MOST]]
    rest = len(found.extrema) - len(shown)
    return "; ".join(shown) + (f"; and {rest} more" if rest else "") or "none"


def _slopes(found: Properties) -> str:
    part = found.slope_range
    low = f"{_number(part.low)}{_at(part.low_at, part.low_attained)}"
    high = f"{_number(part.high)}{_at(part.high_at, part.high_attained)}"
    return low if (part.low, part.low_at) == (part.high, part.high_at) else f"from {low} to {high}"


def _at(places: Sequence[Place], attained: bool) -> str:
    if not places:
        return ""
    word = "on" if isinstance(places[0], tuple) else "at" if attained else "towards"
    return f" {word} {_places(places, 3)}"


_MOST = 8  # places that are listed


def _places(places: Sequence[Place], most: int = _MOST) -> str:
    nearest = sorted(places, key=lambda place: abs(place) if isinstance(place, float) else 0.0)[:most]
    shown = [_interval(*place) if isinstance(place, tuple) else _number(place) for place in places if place in nearest]
    rest = len(places) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "") or "none"


def _monotone(found: Properties) -> str:
    if found.increasing:
        return "yes, constant" if found.decreasing else "yes, never falls"
    return "yes, never rises" if found.decreasing else "no"


def _curvature(found: Properties) -> str:
    if found.convex and found.concave:
        return "straight"
    if found.convex or found.concave:
        return "convex" if found.convex else "concave"
    words = []
    for name, intervals in (("convex", found.convex_on), ("concave", found.concave_on)):
        if intervals:
            words.append(f"{name} on {_places(intervals, 3)}")
    return "; ".join(words) or "straight in pieces"


def _underflow(rows: Sequence[Underflow]) -> str:
    words = []
    for row in rows:
        sides = []
        if row.left is not None:
            sides.append(f"below {number(row.left, 6)}")
        if row.right is not None:
            sides.append(f"above {number(row.right, 6)}")
        if sides:
            words.append(f"{' and '.join(sides)} in {row.format}".replace("-", "−"))
    return "; ".join(words)


def _interval(low: float, high: float) -> str:
    left, right = "(" if math.isinf(low) else "[", ")" if math.isinf(high) else "]"
    return f"{left}{_number(low)}, {_number(high)}{right}"


def _or_none(limit: float | None) -> str:
    return "none" if limit is None else _number(limit)


def _gain(value: float) -> str:
    return _number(value) if 0 < value < math.inf else "none"


def _number(value: float) -> str:
    if math.isnan(value):
        return "not defined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return number(value, DIGITS).replace("-", "−")


_ROWS = (
    "range_low", "range_high", "limit_left", "limit_right", "zeros", "fixed_points", "slope_low", "slope_high",
    "lipschitz", "monotone", "convex", "concave", "parity", "bounded", "smoothness", "flat_share", "mean", "second",
    "variance", "slope_mean", "slope_second", "second_slope", "gain_forward", "gain_backward", "gain_std",
)  # fmt: skip


def side_by_side(found: Sequence[Properties], upright: bool = True) -> Table:
    """The properties of several functions in one table.

    Args:
        found: of each function.
        upright: a column for each function; else a row.
    """
    cells = [comparable(one) for one in found]
    if upright:
        rows = tuple((name, *(column[name] for column in cells)) for name in _ROWS)
        return Table(("property", *(one.spec for one in found)), rows)
    rows = tuple((one.spec, *(row[name] for name in _ROWS)) for one, row in zip(found, cells, strict=True))
    return Table(("function", *_ROWS), rows)


def comparable(one: Properties) -> dict[str, Cell]:
    """The properties of a function that fit in a cell each."""
    cells: dict[str, Cell] = {
        "range_low": one.range.low,
        "range_high": one.range.high,
        "limit_left": one.limits.left,
        "limit_right": one.limits.right,
        "zeros": _places(one.zeros),
        "fixed_points": _places(one.fixed_points),
        "slope_low": one.slope_range.low,
        "slope_high": one.slope_range.high,
        "lipschitz": one.lipschitz,
        "parity": one.parity,
        "smoothness": one.smoothness,
        "flat_share": one.flat_share,
    }
    for name in ("monotone", "convex", "concave", "bounded"):
        cells[name] = "yes" if one[name] else "no"
    cells.update({field.name: one.moments[field.name] for field in fields(one.moments)})
    cells.update({f"gain_{field.name}": one.gains[field.name] for field in fields(one.gains)})
    return cells
