"""Ticks and the scales of character cells."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.figures.ticks import aligned, tick_labels


@pytest.mark.parametrize(
    ("ticks", "labels"),
    [
        ([-4.0, -2.0, 0.0, 2.0, 4.0], ["−4", "−2", "0", "2", "4"]),
        ([-0.5, 0.0, 0.5], ["−0.5", "0.0", "0.5"]),
        ([0.0, 0.30000000000000004, 0.6], ["0.0", "0.3", "0.6"]),
        ([0.0, 2e10, 4e10], ["0", "2·10¹⁰", "4·10¹⁰"]),
        ([-1e-7, 0.0, 1e-7], ["−10⁻⁷", "0", "10⁻⁷"]),
        ([0.0], ["0"]),
        ([], []),
    ],
)
def test_labels_are_short_and_exact(ticks: list[float], labels: list[str]) -> None:
    assert tick_labels(ticks) == labels


@pytest.mark.parametrize(("cells", "ticks"), [(76, [-4, -2, 0, 2, 4]), (36, [-4, -2, 0, 2, 4])])
def test_the_usual_range_has_the_usual_ticks(cells: int, ticks: list[float]) -> None:
    assert list(aligned(-5, 5, cells, max(4, min(8, cells // 10)), 4).ticks) == ticks


def test_an_end_short_of_a_tick_by_rounding_has_the_tick() -> None:
    scale = aligned(-0.9999971, 0.9999967, 21, 5, 2)
    assert scale.ticks[0] == -1
    assert scale.ticks[-1] == 1


@given(
    st.floats(-1e12, 1e12),
    st.floats(1e-9, 1e12),
    st.integers(4, 300),
    st.integers(2, 9),
)
def test_a_scale_shows_the_whole_range_in_the_cells_at_hand(low: float, span: float, most: int, wanted: int) -> None:
    span = max(span, 1e-6 * abs(low))
    high = low + span
    scale = aligned(low, high, most, wanted, 2)
    assert 1 <= scale.cells <= most
    assert scale.cell(low) == 0
    assert scale.cell(high) == scale.cells - 1
    for tick in scale.ticks:
        place = tick / scale.unit - scale.first
        assert 0 <= round(place) < scale.cells
        assert abs(place - round(place)) < 1e-6 * max(1.0, abs(scale.first))  # in the middle of its cell
    step = scale.ticks[1] - scale.ticks[0] if len(scale.ticks) > 1 else 1.0
    mantissa = step / 10.0 ** math.floor(math.log10(step * 1.0000001))
    assert any(math.isclose(mantissa, digit, rel_tol=1e-3) for digit in (1, 2, 5))
