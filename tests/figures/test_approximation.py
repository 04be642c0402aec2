"""The figure of an approximation."""

from __future__ import annotations

import numpy as np
import pytest

import actviz
from actviz.figures.approximation import approximation_spec
from actviz.figures.mpl.render import render


@pytest.mark.parametrize(
    "how", [{"pieces": 5}, {"table": 9, "lookup": "nearest"}, {"polynomial": 6}, {"fit": "x*sigmoid(k*x)"}]
)
def test_the_error_stays_within_its_bound_in_the_range(how: dict[str, object]) -> None:
    found = actviz.approximate("gelu", span=(-4, 4), **how)
    spec = approximation_spec(found)
    both, error = spec.panels
    assert [line.label for line in both.lines] == ["GELU", "approximation"]
    assert [guide.intercept for guide in error.guides] == [found.max_error, -found.max_error]
    x, y = (np.concatenate(parts) for parts in zip(*error.lines[0].pieces, strict=True))
    inside = (x >= -4) & (x <= 4)
    assert np.max(np.abs(y[inside])) <= found.max_error * (1 + 1e-9)
    assert np.max(np.abs(y[inside])) >= 0.9 * found.max_error
    assert spec.low < -4 < 4 < spec.high  # the tails are shown
    assert len(render(spec).axes) == 2


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_theme_draws(theme: str) -> None:
    found = actviz.approximate("exp(x)", pieces=3, span=(-2, 0), choices=False)
    spec = approximation_spec(found, theme=theme)
    assert "grows without bound" in spec.subtitle
    render(spec)
