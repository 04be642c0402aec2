"""Is an implementation right, and by how many ULP? Its values held against the truth, at all numbers of small types.

`points` chooses where, `reference` knows the truth, `tally` counts errors, `walk` goes through all numbers of float32.
An ULP is the spacing of the data type at the exact value, clamped at the subnormal step. What overflows or is NaN
without reason is counted apart, and in every share of points that are wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from actviz.analysis.accuracy.points import points
from actviz.analysis.accuracy.reference import Reference, parity
from actviz.analysis.accuracy.tally import Tally, sound
from actviz.analysis.datatypes import SMALL, DataType, data_type
from actviz.analysis.targets import Points, Target, load
from actviz.curves.curve import Activation, Curve
from actviz.errors import InputError, UsageError
from actviz.language.numerics.special import Array

__all__ = ["ULP", "Accuracy", "Check", "Kink", "Limits", "Worst", "check", "finish", "measure"]

ULP = "spacing of the data type at the exact value, clamped at the subnormal step"
_BLOCK = 1 << 18
_KINK_REACH = 1e6


@dataclass(frozen=True)
class Worst:
    """A point with a large error.

    Args:
        x: the place.
        got: what was computed.
        exact: the float64 nearest to the true value.
        ulp: the error.
    """

    x: float
    got: float
    exact: float
    ulp: float


@dataclass(frozen=True)
class Kink:
    """What a derivative gives where the function has none.

    Args:
        x: the place.
        left: the slope just left of it.
        right: the slope just right of it.
        got: what was computed at it.
        expected: what the entry, or its spelling, says that frameworks give.
    """

    x: float
    left: float
    right: float
    got: float
    expected: float


@dataclass(frozen=True)
class Accuracy:
    """The errors of computed values.

    Args:
        points: how many numbers were looked at; of a small type all, infinities and NaN included.
        max_ulp: the largest error in ULP; NaN and what overflowed are counted apart.
        max_ulp_at: where.
        p99_ulp: the error in ULP that 99 % of the points do not exceed; infinite where more than 1 % failed.
        share_over_0_5_ulp: the share of points that are not correctly rounded.
        share_over_1_ulp: the share of points that are not faithful: further away than one ULP.
        share_over_2_ulp: the share of points further away than two.
        max_absolute: the largest absolute error.
        max_absolute_at: where.
        max_relative: the largest relative error among true values that are normal numbers of the type.
        max_relative_at: where.
        wrong_sign: how many points have the wrong sign.
        wrong_sign_at: the first of them.
        false_zeros: at how many points it is 0 where the rounded truth is not.
        false_zeros_at: the first of them.
        overflows: at how many points it is infinite where the rounded truth is not.
        overflows_at: the first of them.
        nans: at how many points it is NaN where the truth is a number.
        nans_at: the first of them.
        undefined: at how many points the function itself has no value.
        falls: between how many neighbours it falls where the truth rises, or rises where that falls.
        falls_at: the first of them.
        parity: ``odd`` or ``even`` where the truth is, else nothing.
        asymmetric: at how many points it breaks that symmetry.
        asymmetric_at: the first of them.
        at_infinity: what it gives at −∞ and ∞, each beside the rounded limit; nothing where that was not asked.
        kinks: of a derivative, what it gives where the two sides differ.
        worst: the worst points.
        profile: the worst point of each eighth of a binade, as (x, ULP), in rising order of x.
    """

    points: int
    max_ulp: float
    max_ulp_at: float
    p99_ulp: float
    share_over_0_5_ulp: float
    share_over_1_ulp: float
    share_over_2_ulp: float
    max_absolute: float
    max_absolute_at: float
    max_relative: float
    max_relative_at: float
    wrong_sign: int
    wrong_sign_at: float
    false_zeros: int
    false_zeros_at: float
    overflows: int
    overflows_at: float
    nans: int
    nans_at: float
    undefined: int
    falls: int
    falls_at: float
    parity: str
    asymmetric: int
    asymmetric_at: float
    at_infinity: tuple[tuple[float, float, float], ...] = ()
    kinks: tuple[Kink, ...] = ()
    worst: tuple[Worst, ...] = ()
    profile: tuple[tuple[float, float], ...] = ()

    @property
    def monotonic(self) -> bool:
        """Whether it rises and falls wherever the truth does."""
        return self.falls == 0

    @property
    def symmetric(self) -> bool | None:
        """Whether it is as odd or as even as the truth; None where that is neither."""
        return self.asymmetric == 0 if self.parity else None


@dataclass(frozen=True)
class Limits:
    """What may not be passed; None is no limit."""

    max_ulp: float | None = None
    max_abs: float | None = None
    max_rel: float | None = None

    def passed(self, found: Accuracy) -> tuple[str, ...]:
        """The limits that errors pass, in words; NaN and overflow pass any."""
        if self == Limits():
            return ()
        said = [
            f"{name} {value:.6g} > {limit:g}, at x = {at!r}"
            for name, value, limit, at in (
                ("max_ulp", found.max_ulp, self.max_ulp, found.max_ulp_at),
                ("max_abs", found.max_absolute, self.max_abs, found.max_absolute_at),
                ("max_rel", found.max_relative, self.max_rel, found.max_relative_at),
            )
            if limit is not None and value > limit
        ]
        if found.nans:
            said.append(f"NaN at {found.nans:,} points, first at x = {found.nans_at!r}")
        if found.overflows:
            said.append(f"overflow at {found.overflows:,} points, first at x = {found.overflows_at!r}")
        return tuple(said)


@dataclass(frozen=True)
class Check:
    """An implementation held against the truth; the fields of `function` can be read from it directly.

    Args:
        target: what was checked, as it was named.
        described: how it was run.
        spec: the true function.
        dtype: the data type.
        function: the errors of its values.
        derivative: those of its automatic differentiation, where that was asked for.
        backward: those of a backward function written by hand, where there is one.
        exceeded: the limits that it passes, in words.
        exhaustive: whether every number of the type was looked at.
        span: the range that was asked for.
    """

    target: str
    described: str
    spec: str
    dtype: str
    function: Accuracy
    derivative: Accuracy | None = None
    backward: Accuracy | None = None
    exceeded: tuple[str, ...] = ()
    exhaustive: bool = False
    span: tuple[float, float] | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "function":
            raise AttributeError(name)
        return getattr(self.function, name)

    @property
    def passed(self) -> bool:
        """Whether it keeps all limits."""
        return not self.exceeded


def check(
    target: str | Callable[..., Any],
    activation: Activation,
    dtype: str | None = None,
    derivative: bool = False,
    span: tuple[float, float] | None = None,
    keywords: Mapping[str, Any] | None = None,
    backward: str | Callable[..., Any] | None = None,
    limits: Limits | None = None,
    device: str = "",
    count: int | None = None,
) -> Check:
    """Hold an implementation against the truth; see `actviz.check`."""
    found = load(target, keywords, device)
    kind = data_type(dtype or found.usual)
    curve = activation.curve()
    if isinstance(found, Points):
        if derivative or backward is not None:
            raise UsageError(
                f"'{found.name}' holds values, and a file has no derivative", "Check the function where it can be run."
            )
        function = _of_points(found, curve, kind, span)
        exhaustive = False
    else:
        x = _grid(kind, curve, span, count)
        function = measure(partial(found.values, kind=kind), x, curve, kind, span is None)
        exhaustive = kind.bits <= SMALL
    slopes = _derivative(found, activation, kind, span, count) if derivative and not isinstance(found, Points) else None
    by_hand = None if backward is None else _backward(backward, activation, kind, span, count, device)
    result = Check(
        found.name, found.described, activation.spec, kind.name, function, slopes, by_hand, (), exhaustive, span
    )
    return judged(result, limits or Limits())


def judged(found: Check, limits: Limits) -> Check:
    """The same with what it exceeds."""
    exceeded = [
        f"{prefix}{text}"
        for prefix, part in (("", found.function), ("derivative: ", found.derivative), ("backward: ", found.backward))
        if part is not None
        for text in limits.passed(part)
    ]
    return replace(found, exceeded=tuple(exceeded))


def _grid(kind: DataType, curve: Curve, span: tuple[float, float] | None, count: int | None) -> Array:
    x = points(kind, curve, span, count)
    if not x.size:
        low, high = span or (0.0, 0.0)
        raise UsageError(f"{kind.name} has no number between {low:g} and {high:g}", "Choose a wider --range.")
    return x


def measure(
    function: Callable[[Array], Array], x: Array, curve: Curve, kind: DataType, whole: bool = False
) -> Accuracy:
    """The errors of a function at given numbers.

    Args:
        function: what is checked, from numbers of the data type to float64.
        x: float64 array of finite numbers of the type, in rising order.
        curve: the true function.
        kind: the data type; values are rounded to it.
        whole: whether x are all numbers of the type, or stand for them; then ±∞ and NaN are given to the function too.
    """
    reference = Reference(curve)
    ends = np.array([-np.inf, np.inf, np.nan]) if whole and math.isinf(kind.beyond) else np.empty(0)
    values = kind.rounded(function(np.concatenate([x, ends])))
    got, at_ends = values[: x.size], values[x.size :]
    tally, true = Tally(), np.empty_like(x)
    for _ in range(2):
        tally = Tally()
        for start in range(0, x.size, _BLOCK):
            block = slice(max(start - 1, 0), start + _BLOCK)  # a point of the block before, for what falls between
            true[block] = reference.values(x[block])
            part = slice(start, start + _BLOCK)
            tally.add(x[part], got[part], true[part], reference, kind, keep=True)
        if sound(x, true, tally.worst, reference):
            break
    kinks = _kinks(reference, x, got) if curve.order else ()
    symmetry = "" if x[0] != -x[-1] else parity(reference, float(x[-1]))
    if symmetry:
        mirrored = -got[::-1] if symmetry == "odd" else got[::-1]
        if np.array_equal(x, -x[::-1]):
            tally.asymmetric(~((got == mirrored) | (np.isnan(got) & np.isnan(mirrored))), x)
        else:
            symmetry = ""
    found = finish(tally, symmetry, kinks)
    if whole:
        limits = kind.rounded(np.array(reference.exact.nearest_floats([-math.inf, math.inf]))) if ends.size else ends
        found = replace(
            found,
            points=found.points + _others(kind),
            at_infinity=tuple(
                (end, value, limit)
                for end, value, limit in zip((-math.inf, math.inf), at_ends[:2].tolist(), limits.tolist(), strict=False)
            ),
        )
    return found


def _others(kind: DataType) -> int:
    """Bit patterns of a small type that are no finite numbers, or −0."""
    return (1 << kind.bits) - kind.all_numbers().size if kind.bits <= SMALL else 0


def finish(tally: Tally, symmetry: str, kinks: tuple[Kink, ...] = ()) -> Accuracy:
    """What a tally comes to."""
    if not tally.measured:
        raise InputError("the function has a value at none of the points", "Choose another --range.")
    at = {name: tally.places.get(name, math.nan) for name in tally.counts}
    counts = tally.counts
    half, one, two = (int(count) / tally.measured for count in tally.above)
    return Accuracy(
        tally.points,
        *tally.most["ulp"],
        tally.percentile(0.99),
        half,
        one,
        two,
        *tally.most["absolute"],
        *tally.most["relative"],
        counts["wrong_sign"],
        at["wrong_sign"],
        counts["false_zeros"],
        at["false_zeros"],
        counts["overflows"],
        at["overflows"],
        counts["nans"],
        at["nans"],
        counts["undefined"],
        counts["falls"],
        at["falls"],
        symmetry,
        counts["asymmetric"],
        at["asymmetric"],
        kinks=kinks,
        worst=tuple(Worst(x, got, exact, ulp) for ulp, x, got, exact in tally.worst),
        profile=tuple(sorted((x, ulp) for ulp, x in tally.profile.values())),
    )


def _kinks(reference: Reference, x: Array, got: Array) -> tuple[Kink, ...]:
    """What was computed at the points where the truth jumps."""
    low, high = max(float(x[0]), -_KINK_REACH), min(float(x[-1]), _KINK_REACH)
    found = []
    for place, left, right in reference.kinks(low, high):
        index = int(np.searchsorted(x, place))
        if index < x.size and x[index] == place:
            expected = float(reference.curve.at(np.array([place]))[0])
            found.append(Kink(place, left, right, float(got[index]), expected))
    return tuple(found)


def _without_kinks(function: Callable[[Array], Array], curve: Curve) -> Callable[[Array], Array]:
    """Slopes that count as right at a kink where they lie between those of its two sides."""
    reach = Reference(curve)
    kinks = reach.kinks(-_KINK_REACH, _KINK_REACH)

    def values(x: Array) -> Array:
        found = np.array(function(x))
        for place, left, right in kinks:
            at = x == place
            taken = float(reach.values(np.array([place]))[0])
            fits = at & (found >= min(left, right)) & (found <= max(left, right))
            found[fits] = taken
        return found

    return values


def _slope_accuracy(
    function: Callable[[Array], Array],
    activation: Activation,
    kind: DataType,
    span: tuple[float, float] | None,
    count: int | None,
) -> Accuracy:
    curve = activation.curve(1)
    x = _grid(kind, curve, span, count)
    given = kind.rounded(function(x))
    found = measure(_without_kinks(lambda _: given, curve), x, curve, kind)
    return replace(
        found, kinks=_kinks(Reference(curve), x, given), points=found.points + (0 if span else _others(kind))
    )


def _derivative(
    target: Target, activation: Activation, kind: DataType, span: tuple[float, float] | None, count: int | None
) -> Accuracy:
    def slopes(x: Array) -> Array:
        found = target.slopes(x, kind)
        if found is None:
            raise UsageError(
                f"'{target.name}' brings no automatic differentiation: it is run by {target.described}",
                "Give its derivative as a function of its own: --backward module:function.",
            )
        return found

    return _slope_accuracy(slopes, activation, kind, span, count)


def _backward(
    backward: str | Callable[..., Any],
    activation: Activation,
    kind: DataType,
    span: tuple[float, float] | None,
    count: int | None,
    device: str,
) -> Accuracy:
    """The errors of a backward function: f′(x) of one argument, or g·f′(x) of two, g and x, at g = 1."""
    import inspect

    from actviz.analysis.targets.calls import PythonTarget

    found = load(backward, None, device)
    if isinstance(found, Points):
        raise UsageError(f"'{found.name}' is no function", "Name a function with --backward.")
    if isinstance(found, PythonTarget):
        try:
            required = [
                each
                for each in inspect.signature(found.function).parameters.values()
                if each.default is each.empty and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
            ]
        except (TypeError, ValueError):
            required = []
        if len(required) == 2:
            inner = found.function
            found.function = lambda x: inner(x * 0 + 1 if not hasattr(x, "new_ones") else x.new_ones(x.shape), x)
    return _slope_accuracy(partial(found.values, kind=kind), activation, kind, span, count)


def _of_points(found: Points, curve: Curve, kind: DataType, span: tuple[float, float] | None) -> Accuracy:
    low, high = span or (-math.inf, math.inf)
    inside = (found.x >= low) & (found.x <= high) & np.isfinite(found.x)
    x, y = found.x[inside], found.y[inside]
    if not x.size:
        raise InputError(f"'{found.name}' has no point between {low:g} and {high:g}", "Choose a wider --range.")
    return measure(lambda _: y, x, curve, kind)


def assert_accurate(found: Check) -> None:
    """Raise `AssertionError` with the worst points where a check passes its limits."""
    if found.passed:
        return
    rows = [f"  x = {row.x!r}: got {row.got!r}, exact {row.exact!r}, {row.ulp:.4g} ULP" for row in found.function.worst]
    raise AssertionError(
        "\n".join([f"{found.target} as {found.spec} in {found.dtype}: {'; '.join(found.exceeded)}", *rows])
    )
