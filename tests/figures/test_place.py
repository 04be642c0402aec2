"""Where text goes: labels apart, formulas out of the way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.transforms import Bbox
from strategies import SEEDED

from actviz.figures.place import emptiest_corner, spread

BOX = Bbox.from_extents(100, 50, 500, 350)
EDGE = np.array([[300.0, 200.0]])  # one point in the middle


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


def test_a_formula_goes_to_the_corner_furthest_from_the_curve() -> None:
    rising = np.column_stack([np.linspace(100, 500, 200), np.linspace(50, 350, 200)])
    assert emptiest_corner(BOX, 80, 40, rising, 100) == (100, 310)  # upper left
    assert emptiest_corner(BOX, 80, 40, rising * [-1, 1] + [600, 0], 100) == (420, 310)  # upper right


def test_the_lower_corners_serve_where_the_upper_ones_are_taken() -> None:
    ceiling = np.column_stack([np.linspace(100, 500, 200), np.full(200, 340.0)])
    place = emptiest_corner(BOX, 80, 40, ceiling, 100)
    assert place is not None
    assert place[1] == 50


def test_a_place_that_the_vertical_axis_crosses_is_the_last_choice() -> None:
    assert emptiest_corner(BOX, 80, 40, EDGE, 150) == (420, 310)
    assert emptiest_corner(BOX, 80, 40, EDGE, 450) == (100, 310)


def test_a_crossed_place_is_better_than_none() -> None:
    floor = np.column_stack([np.linspace(100, 500, 400), np.full(400, 60.0)])
    right = np.column_stack([np.full(300, 450.0), np.linspace(50, 350, 300)])
    assert emptiest_corner(BOX, 80, 40, np.concatenate([floor, right]), 150) == (100, 310)


def test_no_corner_is_taken_where_all_are_crossed() -> None:
    grid = np.array([[x, y] for x in range(100, 501, 10) for y in range(50, 351, 10)], dtype=float)
    assert emptiest_corner(BOX, 80, 40, grid, 300) is None


@pytest.mark.parametrize(("width", "height"), [(401, 10), (10, 301)])
def test_what_is_larger_than_the_axes_has_no_place(width: float, height: float) -> None:
    assert emptiest_corner(BOX, width, height, EDGE, 300) is None
