"""Functions chosen by what they do."""

from __future__ import annotations

import pytest

import actviz
from actviz.analysis.selecting import Condition
from actviz.errors import UsageError


def test_conditions_choose_and_orders_sort() -> None:
    found = actviz.names(where="odd and bounded and lipschitz <= 1", sort="-slope_second")
    assert {"tanh", "arctan", "hard_tanh", "sine"} <= set(found)
    assert not {"relu", "gelu", "scaled_tanh", "asinh", "soft_shrink"} & set(found)
    numbers = [actviz.properties(name).moments.slope_second for name in found]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("text", ["", "lipschitz <", "lipschitz <= 'a'", "monotone if 1 else 2", "f(1)", "x" * 2000])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a condition on properties|there is no property"):
        Condition(text)


def test_unknown_properties_are_named() -> None:
    with pytest.raises(UsageError, match="there is no property 'lipshitz' to choose or sort by"):
        actviz.names(where="lipshitz < 1")
    with pytest.raises(UsageError, match="Did you mean 'convex'"):
        actviz.names(sort="convx")
