"""Numbers and rounding of data types, against ml_dtypes and NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actviz.analysis.datatypes import TYPES, at_ranks, data_type, decoded, encoded, numpy_type, ranks, top_rank
from actviz.errors import UsageError

ml_dtypes = pytest.importorskip("ml_dtypes")

SMALL = [name for name, kind in TYPES.items() if kind.bits <= 16]


def patterns(name: str) -> np.ndarray:
    """Every value of a type, from its bit patterns."""
    kind = TYPES[name]
    raw = np.arange(1 << kind.bits).astype(np.uint16 if kind.bits == 16 else np.uint8)
    with np.errstate(invalid="ignore"):
        return raw.view(numpy_type(kind)).astype(np.float64)


@pytest.mark.parametrize("name", SMALL)
def test_all_numbers_are_those_of_the_bit_patterns(name: str) -> None:
    values = patterns(name)
    assert np.array_equal(np.unique(values[np.isfinite(values)]), TYPES[name].all_numbers())


@pytest.mark.parametrize("name", [name for name in TYPES if name != "float64"])
def test_rounding_is_to_the_nearest_and_to_even(name: str) -> None:
    kind = TYPES[name]
    random = np.random.default_rng(3)
    values = random.normal(size=20_000) * np.exp(random.uniform(-20, 10, 20_000))
    ends = [kind.largest, kind.largest * 1.01, kind.largest * 2, kind.step / 2, kind.step * 1.5, 0.0, math.inf]
    with np.errstate(over="ignore"):
        # From float32, through which ml_dtypes goes: to round twice is not to round once.
        values = np.concatenate([values, ends, np.negative(ends)]).astype(np.float32).astype(np.float64)
        want = values.astype(np.float32).astype(numpy_type(kind)).astype(np.float64)
    same = (kind.rounded(values) == want) | (np.isnan(kind.rounded(values)) & np.isnan(want))
    assert same.all(), values[~same]
    assert math.isnan(kind.rounded(np.array([math.nan]))[0])


def test_rounding_is_done_once() -> None:
    above = TYPES["bfloat16"].step * 0.5000001  # in float32 this is a tie, which would go to 0
    assert TYPES["bfloat16"].rounded(np.array([above]))[0] == TYPES["bfloat16"].step


@pytest.mark.parametrize("name", SMALL)
def test_an_ulp_is_the_distance_to_the_next_number_away_from_zero(name: str) -> None:
    numbers = TYPES[name].all_numbers()
    positive = numbers[numbers > 0]
    assert np.array_equal(TYPES[name].spacing(positive[:-1]), np.diff(positive))
    assert TYPES[name].spacing(np.zeros(1))[0] == TYPES[name].step == positive[0]


def test_ulps_of_float32_and_float64_are_numpys() -> None:
    values = np.array([1e-45, 1e-40, 1.1754944e-38, 1e-3, 0.999, 1.0, 3.7, 1e30], dtype=np.float32)
    assert np.array_equal(TYPES["float32"].spacing(values.astype(np.float64)), np.spacing(values).astype(np.float64))
    wide = np.array([5e-324, 1e-310, 1.0, 2.0**60])
    assert np.array_equal(TYPES["float64"].spacing(wide), np.spacing(wide))


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_ranks_count_the_numbers(name: str) -> None:
    kind = TYPES[name]
    values = np.array([-kind.largest, -1.0, -kind.step, 0.0, kind.step, 1.0, kind.largest])
    places = ranks(kind, values)
    assert places.tolist()[2:5] == [-1, 0, 1]
    assert places[-1] == top_rank(kind) == -places[0]
    assert np.array_equal(at_ranks(kind, places), values)
    assert at_ranks(kind, places[-2:-1] + 1)[0] == 1 + kind.epsilon


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float8_e5m2", "float32"])
def test_bit_patterns_go_both_ways(name: str) -> None:
    kind = TYPES[name]
    values = kind.rounded(np.array([-2.5, -0.0, 0.125, 1.0, 96.0]))
    assert np.array_equal(decoded(kind, encoded(kind, values)), values)


def test_the_numbers_of_a_large_type_are_not_listed() -> None:
    with pytest.raises(ValueError, match="float32 has too many numbers for a list"):
        TYPES["float32"].all_numbers()


def test_names_are_those_of_frameworks() -> None:
    assert data_type("torch.bfloat16").name == data_type("BF16").name == "bfloat16"
    assert data_type("half").name == "float16"
    with pytest.raises(UsageError, match="there is no data type 'bfloat17'\nDid you mean 'bfloat16'"):
        data_type("bfloat17")
