"""Every entry of the registry against formulas written from the papers, in 50-digit arithmetic."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf
from numpy.typing import NDArray
from reference.everything import FORMULAS

from actviz.analysis.derivation import derive
from actviz.curves.curve import Activation
from actviz.registry.entries import Entry, Parameter
from actviz.registry.lookup import built_in

Array = NDArray[np.float64]

ENTRIES = list(built_in())
NAMES = [entry.name for entry in ENTRIES]

ULPS = 4.0
# Worse than that somewhere: a product of five rounded factors. The figure is the largest relative error, rounded up.
EXCEPTIONS = {"phish": 1e-15}
NEARLY_SUBNORMAL = mpf(10) ** -305  # here a factor of the result is subnormal and has no relative digits left
SUBNORMAL_ERROR = mpf(10) ** -318
NEAR_ZERO_ERROR = 1e-15  # of the function's or the derivative's scale, where it crosses zero


def drawn(parameter: Parameter, draw: random.Random) -> float:
    if parameter.below == 0:
        return -(10 ** draw.uniform(-1, 1))
    if math.isfinite(parameter.above):
        return parameter.above + 10 ** draw.uniform(-1, 0.7)
    return draw.uniform(-2, 2)


def settings(entry: Entry) -> list[dict[str, float]]:
    draw = random.Random(entry.name)
    count = 2 if entry.parameters else 0
    return [{}, *({parameter.name: drawn(parameter, draw) for parameter in entry.parameters} for _ in range(count))]


def points(activation: Activation) -> Array:
    """±700, densely around 0, by powers of ten down to 1e-300, and the neighbourhood of every breakpoint."""
    draw = np.random.default_rng(11)
    tiny = 10 ** draw.uniform(-300, 2.845, 90)
    parts: list[Array] = [
        draw.uniform(-700, 700, 70),
        draw.uniform(-10, 10, 120),
        draw.uniform(-40, 40, 70),
        tiny,
        -tiny,
        np.array([0.0, -0.0]),
    ]
    for piece in activation.curve().pieces(-100, 100).breakpoints:
        near = np.array([-1e-2, -1e-6, -1e-11, 1e-11, 1e-6, 1e-2])
        parts.append(piece.x + near * max(1.0, abs(piece.x)))
    return np.unique(np.concatenate(parts))


def exact(function: Any, x: float, values: dict[str, float]) -> Any:
    """The formula at x, with as many digits as it takes for 45 to stay the same."""
    before: Any = None
    for digits in (60, 130, 400, 1500):
        with mp.workdps(digits):
            found = function(mpf(x), **{name: mpf(value) for name, value in values.items()})
            if before is not None and found != 0 and abs(found - before) <= abs(found) * mpf(10) ** -45:
                return found
        before = found
    return before


def near_zero(function: Any, x: float, values: dict[str, float], truth: Any) -> bool:
    """Whether the formula crosses or touches zero so close by that a relative error says little."""
    reach = 1.0 + 0.2 * abs(x)
    around = [exact(function, x + share * reach, values) for share in (-1, -0.7, -0.4, -0.2, 0.2, 0.4, 0.7, 1)]
    return any(value * truth <= 0 for value in around)


def scale(function: Any, values: dict[str, float]) -> float:
    """The formula's size in the middle of things."""
    with mp.workdps(60):
        return max(abs(float(exact(function, x, values))) for x in (-3.1, -1.3, -0.2, 0.2, 1.3, 3.1))


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_right_to_the_last_digits(entry: Entry, order: int) -> None:
    function = FORMULAS[entry.name][order]
    for given in settings(entry):
        activation = Activation(entry, given)
        values = dict(activation.values)
        x = points(activation)
        for at, computed in zip(x.tolist(), activation.curve(order).at(x).tolist(), strict=True):
            truth = exact(function, at, values)
            if not math.isfinite(float(truth)):
                assert math.isnan(computed) == math.isnan(float(truth)), (given, at)
                continue
            error = abs(mpf(computed) - truth)
            allowed = ULPS * mpf(math.ulp(float(truth)))
            if entry.name in EXCEPTIONS:
                allowed = max(allowed, abs(truth) * EXCEPTIONS[entry.name])
            if error <= allowed or (abs(truth) < NEARLY_SUBNORMAL and error <= SUBNORMAL_ERROR):
                continue
            assert near_zero(function, at, values, truth), (given, at, computed, float(truth))
            size = max(scale(function, values), abs(at)) if order == 0 else scale(function, values)
            assert error <= NEAR_ZERO_ERROR * max(1.0, size), (given, at, computed, float(truth))


def test_the_exceptions_are_few_and_small() -> None:
    assert set(EXCEPTIONS) < set(NAMES)
    assert len(EXCEPTIONS) <= 0.05 * len(NAMES)
    assert max(EXCEPTIONS.values()) <= 1e-13


def test_every_entry_has_a_formula_of_its_own_and_every_formula_an_entry() -> None:
    assert sorted(FORMULAS) == sorted(NAMES)
    assert len(NAMES) > 100


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_derivative_is_proved_for_every_setting(entry: Entry) -> None:
    for given in settings(entry):
        proof = derive(Activation(entry, given)).verification
        assert proof.symbolic == "equal"  # SymPy's derivative of the value is the derivative, on every piece
        assert proof.points >= 8
        assert proof.exact_error < 1e-45


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_ends_are_limits_and_nan_stays_nan(entry: Entry, order: int) -> None:
    curve = Activation(entry).curve(order)
    assert math.isnan(float(curve(math.nan)))
    for end in (-math.inf, math.inf):
        limit = float(curve(end))
        far = [float(curve(math.copysign(x, end))) for x in (1e150, 3.7e150)]
        if math.isnan(limit):
            assert entry.family == "periodic" or entry.name in {"gelu_sine"}, "only an oscillation has no limit"
        elif math.isinf(limit):
            assert far == [limit, limit] or min(map(abs, far)) > 1e20 or entry.name in SLOW
        else:
            assert far == pytest.approx([limit, limit], abs=1e-12)


SLOW = {"asinh", "nlrelu", "symlog"}  # logarithms are still in the hundreds where float64 ends
