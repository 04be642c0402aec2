"""Functions chosen by what they do: conditions such as ``lipschitz <= 1 and monotone``.

A condition has numbers, the names below, arithmetic, comparisons and ``and or not``. It is read with Python's own
grammar and a list of what is allowed, and only the properties that it names are computed.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from actviz.analysis.properties import Finder, check_variance
from actviz.curves.curve import Activation
from actviz.errors import UsageError, did_you_mean

Get = Callable[[Finder], Any]


def _part(record: str, field: str) -> Get:
    return lambda finder: finder[record][field]


def _whole(name: str) -> Get:
    return lambda finder: finder[name]


def _count(name: str) -> Get:
    return lambda finder: len(finder[name])


# What conditions and orders may name: the keys of the properties where they fit in a number or a truth, and some more.
NAMES: Mapping[str, Get] = {
    "range_low": _part("range", "low"),
    "range_high": _part("range", "high"),
    "slope_low": _part("slope_range", "low"),
    "slope_high": _part("slope_range", "high"),
    **{name: _whole(name) for name in ("lipschitz", "monotone", "increasing", "decreasing", "convex", "concave")},
    **{name: _whole(name) for name in ("bounded", "positive_homogeneous", "flat_share")},
    "odd": lambda finder: finder["parity"] in ("odd", "both"),
    "even": lambda finder: finder["parity"] in ("even", "both"),
    "continuous": lambda finder: not finder["jumps"] and not finder["poles"],
    "smooth": lambda finder: finder["smoothness"] == "C^∞",
    **{name: _count(name) for name in ("zeros", "fixed_points", "extrema", "kinks", "jumps", "poles")},
    **{name: _part("moments", name) for name in ("mean", "second", "variance")},
    **{name: _part("moments", name) for name in ("slope_mean", "slope_second", "second_slope")},
    "gain": _part("gains", "forward"),
    "gain_forward": _part("gains", "forward"),
    "gain_backward": _part("gains", "backward"),
    "gain_std": _part("gains", "std"),
}

_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda a, b: a / b if b else math.nan,
}
_LONGEST = 1_000  # characters of a condition


class Condition:
    """A condition on properties.

    Args:
        text: as it was typed.

    Raises:
        UsageError: it is not a condition, or names what there is not.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            if len(text) > _LONGEST:
                raise SyntaxError
            self.tree = ast.parse(text.strip(), mode="eval").body
            self._check(self.tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise UsageError(
                f"'{text}' is not a condition on properties", "Write one as in 'lipschitz <= 1 and monotone'."
            ) from None

    @property
    def names(self) -> list[str]:
        """The properties it names, in the order of the text."""
        found = [part for part in ast.walk(self.tree) if isinstance(part, ast.Name) and part.id != "inf"]
        return list(dict.fromkeys(part.id for part in sorted(found, key=lambda part: (part.lineno, part.col_offset))))

    def holds(self, finder: Finder) -> bool:
        """Whether it is true of a function."""
        return bool(self._value(self.tree, finder))

    def _check(self, node: ast.expr) -> None:
        match node:
            case ast.Name(id=name):
                if name != "inf":
                    check_name(name)
            case ast.Constant(value=bool() | int() | float()):
                pass
            case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
                self._check(operand)
            case ast.BoolOp(values=parts):
                for part in parts:
                    self._check(part)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                self._check(left)
                self._check(right)
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARE for op in ops):
                for part in (left, *others):
                    self._check(part)
            case _:
                raise SyntaxError

    def _value(self, node: ast.expr, finder: Finder) -> Any:
        match node:
            case ast.Name(id=name):
                return math.inf if name == "inf" else NAMES[name](finder)
            case ast.Constant(value=value):
                return value
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._value(operand, finder)
            case ast.UnaryOp(operand=operand):
                return -self._value(operand, finder)
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(self._value(part, finder) for part in parts)
            case ast.BoolOp(values=parts):
                return any(self._value(part, finder) for part in parts)
            case ast.BinOp(left=left, op=op, right=right):
                return _ARITHMETIC[type(op)](self._value(left, finder), self._value(right, finder))
            case ast.Compare(left=left, ops=ops, comparators=others):
                values = [self._value(part, finder) for part in (left, *others)]
                return all(_COMPARE[type(op)](a, b) for op, a, b in zip(ops, values, values[1:], strict=False))
            case _:
                raise AssertionError("a condition that was checked")


def check_name(name: str) -> None:
    """Raise `UsageError` unless there is such a property."""
    if name in NAMES:
        return
    near = did_you_mean(name, NAMES)
    hint = f"Did you mean '{near}'?" if near else f"There are {', '.join(NAMES)}."
    raise UsageError(f"there is no property '{name}' to choose or sort by", hint)


def selected(
    activations: Sequence[Activation], where: str | None = None, sort: str | None = None, variance: float = 1.0
) -> list[tuple[Activation, dict[str, Any]]]:
    """The functions for which a condition holds, in order of a property.

    Args:
        activations: to choose from.
        where: the condition; None for all of them.
        sort: the property, with a ``-`` before it for the largest first; None leaves them in their order.
        variance: q of the moments.

    Returns:
        Each with the properties that the condition and the order name.

    Raises:
        UsageError: the condition, the property or the variance is not usable.
    """
    check_variance(variance)
    condition = None if where is None else Condition(where)
    key = None if sort is None else sort.removeprefix("-").strip()
    if key is not None:
        check_name(key)
    names = list(dict.fromkeys([*([] if condition is None else condition.names), *([] if key is None else [key])]))
    found = []
    for activation in activations:
        finder = Finder(activation, variance)
        if condition is None or condition.holds(finder):
            found.append((activation, {name: NAMES[name](finder) for name in names}))
    if key is not None and sort is not None:
        sign = -1.0 if sort.startswith("-") else 1.0
        found.sort(key=lambda row: math.inf if math.isnan(row[1][key]) else sign * float(row[1][key]))
    return found
