"""Where text goes: labels apart, formulas out of the way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.transforms import Bbox
from strategies import SEEDED

from actviz.figures.mpl.placement import Field, spread

BOX = Bbox.from_extents(100, 50, 500, 350)


def test_labels_that_do_not_touch_stay_where_they_belong() -> None:
    assert spread([10, 50, 90], [10, 10, 10], 0, 100) == [10, 50, 90]


def test_labels_at_one_height_are_stacked_around_it() -> None:
    assert spread([50, 50, 50], [10, 10, 10], 0, 100) == [40, 50, 60]


def test_labels_are_given_back_in_the_order_in_which_they_came() -> None:
    assert spread([90, 10, 50], [10, 10, 10], 0, 100) == [90, 10, 50]


def test_labels_near_an_end_are_kept_inside() -> None:
    assert spread([0, 2], [10, 10], 0, 100) == [5, 15]
    assert spread([98, 100], [10, 10], 0, 100) == [85, 95]


def test_labels_without_room_stand_around_the_middle() -> None:
    assert spread([0, 0, 0], [10, 10, 10], 0, 20) == [0, 10, 20]


def test_tall_labels_get_more_room() -> None:
    assert spread([50, 50], [10, 30], 0, 100) == [40, 60]


def test_no_labels_have_no_places() -> None:
    assert spread([], [], 0, 100) == []


@SEEDED
@given(st.lists(st.tuples(st.floats(0, 400), st.floats(1, 30)), min_size=1, max_size=12))
def test_labels_never_touch_and_keep_their_order(labels: list[tuple[float, float]]) -> None:
    wanted, heights = [list(column) for column in zip(*labels, strict=True)]
    places = spread(wanted, heights, 0, 400)
    order = sorted(range(len(places)), key=lambda index: places[index])
    for below, above in pairwise(order):
        assert places[above] - heights[above] / 2 >= places[below] + heights[below] / 2 - 1e-6
        assert wanted[below] <= wanted[above]
    if sum(heights) <= 400:
        for place, height in zip(places, heights, strict=True):
            assert place - height / 2 >= -1e-6
            assert place + height / 2 <= 400 + 1e-6


def field(*lines: tuple[Sequence[float], Sequence[float]]) -> Field:
    made = Field(BOX, 4)
    for x, y in lines:
        made.trace(np.array(x, dtype=float), np.array(y, dtype=float))
    return made


ORIGIN = (0.0, 0.0)  # far outside the box
RISING = ([100, 500], [50, 350])


def test_a_formula_goes_to_the_corner_that_a_line_leaves_free() -> None:
    assert field(RISING).emptiest_corner(80, 40, 5, ORIGIN) == (105, 305)  # upper left
    falling = ([100, 500], [350, 50])
    assert field(falling).emptiest_corner(80, 40, 5, ORIGIN) == (415, 305)  # upper right


def test_the_lower_corners_serve_where_the_upper_ones_are_taken() -> None:
    place = field(*(([100, 500], [y, y]) for y in range(170, 350, 20))).emptiest_corner(80, 40, 5, ORIGIN)
    assert place is not None
    assert place[1] == 55


def test_a_formula_moves_out_of_a_corner_that_is_just_taken() -> None:
    place = field(([100, 500], [345, 345]), ([100, 500], [55, 55])).emptiest_corner(80, 40, 5, ORIGIN)
    assert place is not None
    assert place[1] > 60
    assert place[1] + 40 < 340


def test_a_place_that_an_axis_crosses_is_the_last_choice() -> None:
    assert field().emptiest_corner(80, 40, 5, (150, 0)) == (415, 305)
    assert field().emptiest_corner(80, 40, 5, (450, 0)) == (105, 305)
    full = field(*(([100, 410], [y, y]) for y in range(50, 350, 20)))
    assert full.emptiest_corner(70, 40, 3, (450, 0)) is not None  # crossed, but the only one


def test_no_place_is_taken_where_all_are_crossed() -> None:
    assert field(*(([100, 500], [y, y]) for y in range(50, 350, 20))).emptiest_corner(80, 40, 5, ORIGIN) is None


@pytest.mark.parametrize(("width", "height"), [(401, 10), (10, 301)])
def test_what_is_larger_than_the_axes_has_no_place(width: float, height: float) -> None:
    assert field().emptiest_corner(width, height, 1, ORIGIN) is None


def test_a_gap_in_a_line_is_free_and_what_is_outside_takes_nothing() -> None:
    broken = field(([100, 200, math.nan, 400, 500], [200, 200, math.nan, 200, 200]), ([100, 500], [900, 900]))
    x = np.array([150.0, 290.0, 450.0])
    assert (broken.count(x, np.full(3, 190.0), 20, 20) >= 1).tolist() == [True, False, True]
    assert broken.count(np.array([110.0]), np.array([300.0]), 300, 40).tolist() == [0]


@SEEDED
@given(st.lists(st.tuples(st.floats(100, 500), st.floats(50, 350)), min_size=2, max_size=8))
def test_a_formula_never_touches_a_line(points: list[tuple[float, float]]) -> None:
    x, y = (list(column) for column in zip(*points, strict=True))
    place = field((x, y)).emptiest_corner(90, 50, 6, ORIGIN)
    if place is not None:
        dense = np.linspace(0, len(x) - 1, 2000)
        across, up = np.interp(dense, range(len(x)), x), np.interp(dense, range(len(x)), y)
        inside = (across > place[0]) & (across < place[0] + 90) & (up > place[1]) & (up < place[1] + 50)
        assert not inside.any()


def test_text_takes_the_first_free_place() -> None:
    places = [(290.0, 190.0), (120.0, 300.0), (130.0, 300.0)]
    assert field(RISING).first_free(places, 20, 20) == (120, 300)


def test_text_takes_the_place_that_touches_least_where_none_is_free() -> None:
    assert field(RISING).first_free([(250.0, 160.0), (100.0, 70.0)], 60, 60) == (100, 70)


def test_text_avoids_the_axes_where_it_can() -> None:
    crossed = field()
    crossed.cross(300, 200)
    assert crossed.first_free([(290.0, 300.0), (400.0, 190.0), (350.0, 300.0)], 20, 20) == (350, 300)
    assert crossed.first_free([(290.0, 300.0)], 20, 20) == (290, 300)


def test_what_is_covered_is_taken() -> None:
    made = field()
    made.cover(Bbox.from_extents(200, 100, 240, 140))
    assert made.first_free([(230.0, 130.0), (250.0, 150.0)], 20, 20) == (250, 150)


def test_what_is_tried_on_a_copy_leaves_the_field_as_it_was() -> None:
    field = Field(Bbox.from_bounds(0, 0, 100, 100), 5)
    copied = field.copy()
    copied.cover(Bbox.from_bounds(10, 10, 50, 50))
    assert field.taken.sum() == 0 < copied.taken.sum()


def test_a_place_that_the_axes_cross_is_none_where_it_must_be_clear() -> None:
    field = Field(Bbox.from_bounds(0, 0, 100, 100), 5)
    assert field.emptiest_corner(60, 20, 2, (50.0, -10.0)) is not None
    assert field.emptiest_corner(60, 20, 2, (50.0, -10.0), clear=True) is None
    left, _ = field.emptiest_corner(40, 20, 2, (50.0, -10.0), clear=True) or (0.0, 0.0)
    assert left + 40 < 50 or left > 50
