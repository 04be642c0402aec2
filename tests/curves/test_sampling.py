"""Samples that draw a curve: no facets, no missed spikes, no slanted jumps, no lines across poles."""

from __future__ import annotations

import time

import numpy as np
import pytest

from actviz.api import get
from actviz.curves.sampling import HEIGHT, WIDTH, View, grid, refine
from actviz.figures.framing import heights
from actviz.registry.lookup import built_in

HARD = [
    ("selu", 0, (-1e-3, 1e-3)),
    ("selu", 1, (-1000.0, 1000.0)),
    ("sine", 0, (0.0, 200.0)),
    ("sine", 1, (0.0, 200.0)),
    ("step", 0, (-5.0, 5.0)),
    ("sigmoid(500*x)", 0, (-5.0, 5.0)),
    ("sigmoid(500*x)", 1, (-0.1, 0.1)),
    ("sigmoid(1e5*(x - 1.234567))", 0, (-5.0, 5.0)),
    ("tanh(50*x)", 0, (-1000.0, 1000.0)),
    ("1/x", 0, (-5.0, 5.0)),
    ("tan(x)", 0, (-5.0, 5.0)),
    ("sqrt(x)", 0, (-1.0, 5.0)),
    ("log(x)", 0, (-1.0, 5.0)),
    ("1/(1 + 1e4*(x - 1.2345)**2)", 0, (-5.0, 5.0)),
    ("sin(x)/x", 0, (-40.0, 40.0)),
    ("exp(x)", 0, (-5.0, 5.0)),
]


def drawn(spec: str, order: int, span: tuple[float, float]) -> tuple[View, list[tuple[np.ndarray, np.ndarray]]]:
    curve = get(spec).curve(order)
    shown = heights([(curve, curve.samples(*span, 400))], *span)
    return View(*span, *shown), curve.samples(*span, 400, shown)


def off_by(spec: str, order: int, view: View, pieces: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """The largest distance, in pixels, of the curve in view from the lines that draw it."""
    worst = 0.0
    curve = get(spec).curve(order)
    for x, y in pieces:
        px, py = view.pixels(x, y)
        inner = np.linspace(x[0], x[-1], 20_011)[1:-1]
        qx, qy = view.pixels(inner, curve.at(inner))
        seen = np.isfinite(qy) & (qy >= 0) & (qy <= HEIGHT)
        right = np.searchsorted(px, qx[seen]).clip(1, px.size - 1)
        # The nearest of the segment around it and those beside it: steep segments are narrower than a step of `inner`.
        nearest = np.full(right.size, np.inf)
        for shift in (-1, 0, 1):
            end = (right + shift).clip(1, px.size - 1)
            x0, y0, x1, y1 = px[end - 1], py[end - 1], px[end], py[end]
            with np.errstate(all="ignore"):
                share = ((qx[seen] - x0) * (x1 - x0) + (qy[seen] - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)
                share = np.nan_to_num(share.clip(0, 1))
                away = np.hypot(qx[seen] - x0 - share * (x1 - x0), qy[seen] - y0 - share * (y1 - y0))
            nearest = np.fmin(nearest, away)
        worst = max(worst, float(nearest.max(initial=0.0)))
    return worst


@pytest.mark.parametrize(("spec", "order", "span"), HARD)
def test_lines_follow_the_curve_to_a_fraction_of_a_pixel(spec: str, order: int, span: tuple[float, float]) -> None:
    view, pieces = drawn(spec, order, span)
    assert off_by(spec, order, view, pieces) < 0.3
    assert sum(x.size for x, _ in pieces) < 12_000


@pytest.mark.parametrize("name", [entry.name for entry in built_in()])
@pytest.mark.parametrize("order", [0, 1])
def test_every_entry_is_drawn_to_a_fraction_of_a_pixel(name: str, order: int) -> None:
    view, pieces = drawn(name, order, (-5.0, 5.0))
    assert off_by(name, order, view, pieces) < 0.3
    assert sum(x.size for x, _ in pieces) < 3_000


def test_points_are_where_they_are_needed() -> None:
    """An even grid of as many points misses the curve by far more."""
    view, ((x, _),) = drawn("sigmoid(500*x)", 0, (-5.0, 5.0))
    even = np.linspace(-5, 5, x.size)
    assert off_by("sigmoid(500*x)", 0, view, [(even, get("sigmoid(500*x)")(even))]) > 2


def test_a_wave_in_phase_with_an_even_grid_is_not_missed() -> None:
    """At 401 even points, every one of which meets it at 0, this wave looks like a straight line."""
    _, ((_, y),) = drawn("sin(80*pi*x)", 0, (-5.0, 5.0))
    assert y.min() < -0.999
    assert y.max() > 0.999


def test_a_pole_is_a_gap_and_a_steep_crossing_is_not() -> None:
    _, ((_, tangent),) = drawn("tan(x)", 0, (-5.0, 5.0))
    assert np.isnan(tangent).sum() == 4  # at ±π/2 and ±3π/2
    _, ((_, pole),) = drawn("1/(x - 0.3)", 0, (-5.0, 5.0))
    assert np.isnan(pole).sum() == 1
    view = View(-1, 1, -1, 1)
    x = grid(-1, 1, 50)
    _, steep = refine(lambda x: 1e6 * x**3 + 1e5 * x, x, 1e6 * x**3 + 1e5 * x, view)
    assert np.isfinite(steep).all()


def test_a_jump_is_never_slanted() -> None:
    for x, y in drawn("step", 0, (-5.0, 5.0))[1]:
        assert np.ptp(y) == 0
        assert x.size > 2


def test_a_domain_is_drawn_to_its_end() -> None:
    _, ((x, y),) = drawn("sqrt(x - 0.1234)", 0, (-5.0, 5.0))
    first = x[np.isfinite(y)][0]
    assert first - 0.1234 < 0.02 * 10 / WIDTH * 2


def test_no_curve_takes_more_points_than_the_bound() -> None:
    start = time.perf_counter()
    for spec in ("sin(1/x)", "sin(1e6*x)", "tan(1e4*x)"):
        assert sum(x.size for x, _ in drawn(spec, 0, (-5.0, 5.0))[1]) < 13_000
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(("low", "high"), [(-5.0, 5.0), (1e-3, 2e-3), (-1e15, 1e15), (1e6, 1e6 + 1e-3), (-3.0, 0.0)])
def test_the_grid_reaches_both_ends_and_increases(low: float, high: float) -> None:
    x = grid(low, high, 100)
    assert (x[0], x[-1]) == (low, high)
    assert (np.diff(x) > 0).all()
    assert np.diff(x).max() < 2 * (high - low) / 99
