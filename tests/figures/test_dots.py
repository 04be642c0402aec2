"""Dots at jumps where several curves meet: one mark for each place, and both kinds can be read."""

from __future__ import annotations

import pytest

from actviz.api import activations, plot_spec
from actviz.figures.compose import compare_spec
from actviz.figures.dots import Mark, gathered, passing
from actviz.figures.spec import FigureSpec


def marks(spec: FigureSpec, number: int = 0) -> list[Mark]:
    panel = spec.panels[number]
    low, high = panel.heights or (0.0, 1.0)
    return sorted(gathered(panel.lines, spec.high - spec.low, high - low), key=lambda mark: (mark.x, mark.y))


def test_a_value_taken_by_one_that_is_a_limit_of_the_other_is_one_mark_of_both_kinds() -> None:
    spec = compare_spec(activations(["step", "sign"]), (-5.0, 5.0))
    assert marks(spec) == [
        Mark(0.0, -1.0, (), (1,)),
        Mark(0.0, 0.0, (1,), (0,)),
        Mark(0.0, 1.0, (0,), (1,)),
    ]


def test_two_conventions_at_a_kink_are_told_apart() -> None:
    spec = compare_spec(activations(["relu", "x if x>=0 else 0"]), (-5.0, 5.0))
    assert marks(spec, 1) == [Mark(0.0, 0.0, (0,), (1,)), Mark(0.0, 1.0, (1,), (0,))]


def test_nine_limits_at_one_place_are_one_ring_and_the_curve_without_a_jump_runs_through_it() -> None:
    spec = plot_spec(["elu:alpha=0.2,0.4,0.6,0.8,1,1.2,1.4,1.6,1.8"], derivative=True)
    (ring,) = [mark for mark in marks(spec, 1) if mark.y == 1.0]
    assert ring == Mark(0.0, 1.0, (), (0, 1, 2, 3, 5, 6, 7, 8))
    low, high = spec.panels[1].heights or (0.0, 1.0)
    assert passing(spec.panels[1].lines, ring, high - low) == [4]


@pytest.mark.parametrize(("name", "order", "places"), [("relu", 2, [(0, 0)]), ("step", 1, [(0, 0)])])
def test_a_derivative_of_what_jumps_has_a_gap_with_open_dots(
    name: str, order: int, places: list[tuple[float, float]]
) -> None:
    spec = plot_spec([name], orders=(order,), function=False)
    (line,) = spec.panels[0].lines
    assert [(dot.x, dot.y) for dot in line.dots] == places
    assert not any(dot.filled for dot in line.dots)
    assert len(line.pieces) == 2
    assert line.pieces[0][0][-1] == line.pieces[1][0][0] == 0


def test_the_second_derivative_of_selu_takes_no_value_at_the_kink() -> None:
    spec = plot_spec(["selu"], orders=(2,), function=False)
    assert [dot.filled for dot in spec.panels[0].lines[0].dots] == [False, False]
    assert [condition for _, condition in spec.formulas[0].cases] == ["x > 0", "x < 0"]


@pytest.mark.parametrize(
    ("spec", "span"),
    [
        ("gelu", (0.0, 1e5)),
        ("x**3", (-1000.0, 1000.0)),
        ("cube", (-0.0002, 0.0002)),
        ("hard_tanh:min_val=-0.001:max_val=0.001", (-5.0, 5.0)),
        ("identity", (0.0, 1000.0)),
    ],
)
def test_what_would_look_like_zero_or_leave_the_frame_has_a_panel_of_its_own(
    spec: str, span: tuple[float, float]
) -> None:
    figure = plot_spec([spec], derivative=True, span=span)
    assert [panel.heading for panel in figure.panels] == ["f(x)", "f′(x)"]
    assert [panel.lines[0].color for panel in figure.panels] == [0, 1]


@pytest.mark.parametrize("name", ["selu", "gelu", "relu", "step", "hard_sigmoid"])
def test_what_can_be_read_in_one_frame_shares_it(name: str) -> None:
    assert len(plot_spec([name], derivative=True).panels) == 1
