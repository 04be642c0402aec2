"""Checks of implementations as a table, as sentences and as JSON."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

from actviz.analysis.accuracy import ULP, Accuracy, Check
from actviz.text import short
from actviz.writing.tables import Cell, Table, json_text

_PARTS = ("function", "derivative", "backward")
_MEASURES = (
    ("largest error in ULP", "max_ulp"),
    ("largest absolute error", "max_absolute"),
    ("largest relative error", "max_relative"),
)
_SHARES = (
    ("share not correctly rounded (> 0.5 ULP)", "share_over_0_5_ulp"),
    ("share not faithful (> 1 ULP)", "share_over_1_ulp"),
    ("share over 2 ULP", "share_over_2_ulp"),
)
_FAILURES = (
    ("wrong sign", "wrong_sign"),
    ("0 where the truth is not", "false_zeros"),
    ("overflows", "overflows"),
    ("NaN", "nans"),
    ("against the truth's rise or fall", "falls"),
    ("symmetry broken", "asymmetric"),
)


def check_data(found: Check) -> dict[str, Any]:
    """A check under the names that scripts rely on."""
    return {
        "target": found.target,
        "run": found.described,
        "spec": found.spec,
        "dtype": found.dtype,
        "ulp": ULP,
        "exhaustive": found.exhaustive,
        "range": list(found.span) if found.span else None,
        "passed": found.passed,
        "exceeded": list(found.exceeded),
        **_accuracy_data(found.function),
        "derivative": None if found.derivative is None else _accuracy_data(found.derivative),
        "backward": None if found.backward is None else _accuracy_data(found.backward),
    }


def _accuracy_data(found: Accuracy) -> dict[str, Any]:
    data = {
        field.name: getattr(found, field.name)
        for field in dataclasses.fields(found)
        if field.name not in ("at_infinity", "kinks", "worst", "profile", "parity")
    }
    return data | {
        "parity": found.parity or None,
        "monotonic": found.monotonic,
        "symmetric": found.symmetric,
        "at_infinity": [{"x": x, "got": got, "limit": limit} for x, got, limit in found.at_infinity],
        "kinks": [dataclasses.asdict(kink) for kink in found.kinks],
        "worst": [dataclasses.asdict(row) for row in found.worst],
        "profile": [[x, ulp] for x, ulp in found.profile],
    }


def checks_json(found: Sequence[Check]) -> str:
    """One check as a JSON object, several as a list."""
    data = [check_data(each) for each in found]
    return json_text(data[0] if len(data) == 1 else data)


def check_table(found: Sequence[Check]) -> Table:
    """The errors: of one implementation with their places, of several side by side."""
    rows: list[tuple[Cell, ...]] = []
    for part in _PARTS:
        errors = [getattr(each, part) for each in found]
        known = next((each for each in errors if each is not None), None)
        if known is not None:
            rows += _rows(errors, known, "" if part == "function" else f"{part}: ")
    if len(found) == 1:
        return Table(("quantity", "value", "at x"), tuple(rows), verdict(found[0]))
    names = [each.target for each in found]
    return Table(("quantity", *names), tuple(rows), "\n".join(verdict(each) for each in found))


def _rows(errors: Sequence[Accuracy | None], known: Accuracy, prefix: str) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []

    def add(label: str, name: str, place: str = "", count: bool = False) -> None:
        values: list[Cell] = []
        for each in errors:
            value = None if each is None else float(getattr(each, name))
            values.append(None if value is None else value)
        if len(errors) > 1:
            rows.append((prefix + label, *values))
            return
        at = getattr(known, place) if place else math.nan
        shown = "" if math.isnan(at) or (count and not values[0]) else repr(at)
        rows.append((prefix + label, values[0], shown))

    add("points", "points")
    add("largest error in ULP", "max_ulp", "max_ulp_at")
    add("error of 99 % of the points in ULP", "p99_ulp")
    for label, name in _SHARES:
        add(label, name)
    for label, name in _MEASURES[1:]:
        add(label, name, f"{name}_at")
    for label, name in _FAILURES:
        if name == "asymmetric" and not known.parity:
            continue
        add(label, name, f"{name}_at", count=True)
    return rows


def verdict(found: Check) -> str:
    """One sentence: how good it is."""
    errors = found.function
    which = found.target if found.target == found.spec else f"{found.target} as {found.spec}"
    if found.exhaustive:
        where = (
            f"all {errors.points:,} numbers" if found.span is None else f"all {errors.points:,} numbers of the range"
        )
    else:
        where = f"{errors.points:,} points"
    failed = [f"{word} at {count:,}" for word, count in (("NaN", errors.nans), ("overflow", errors.overflows)) if count]
    also = f", {' and '.join(failed)}" if failed else ""
    right = 100 * (1 - errors.share_over_0_5_ulp)
    return (
        f"{which} in {found.dtype} ({found.described}), {where}: at most {short(errors.max_ulp)} ULP, "
        f"{right:.4g} % correctly rounded{also}."
    )


def check_text(found: Sequence[Check]) -> str:
    """What a reader must know beside the numbers: the measure, ends, kinks, limits."""
    lines = [f"1 ULP: {ULP}."]
    for each in found:
        name = f"{each.target}: " if len(found) > 1 else ""
        for x, got, limit in each.function.at_infinity:
            if not (math.isnan(limit) or math.isclose(got, limit, rel_tol=0.02)):
                lines.append(f"{name}at x = {_signed(x)} it gives {_signed(got)}, and the limit is {_signed(limit)}.")
        for part, errors in (("derivative", each.derivative), ("backward", each.backward)):
            lines += [
                f"{name}{part} at the kink x = {short(kink.x)}: {short(kink.got)}, between the slopes "
                f"{short(kink.left)} and {short(kink.right)}; {_convention(kink.got, kink.left, kink.right)}."
                for kink in (() if errors is None else errors.kinks)
            ]
        lines += [f"{name}limit passed: {text}." for text in each.exceeded]
    return "\n".join(lines)


def _convention(got: float, left: float, right: float) -> str:
    if got == left:
        return "that of the left side"
    if got == right:
        return "that of the right side"
    if got == (left + right) / 2:
        return "their mean"
    inside = min(left, right) <= got <= max(left, right)
    return "a number between them" if inside else "which is not between them"


def _signed(value: float) -> str:
    return {math.inf: "∞", -math.inf: "−∞"}.get(value, "NaN" if math.isnan(value) else short(value))
