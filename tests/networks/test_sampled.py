"""Drawn networks: within the bands that theory gives, and the same law as whole matrices."""

from __future__ import annotations

import math

import numpy as np
import pytest

import actviz
from actviz.networks.propagation import Propagation
from actviz.networks.response import Response
from actviz.networks.sampled import Sample, sample, through_standardised
from actviz.networks.setting import Setting


def drawn(spec: str, **options: object) -> tuple[Propagation, Sample]:
    (result,) = actviz.propagate(spec, **options)  # type: ignore[arg-type]
    assert result.sample is not None
    return result, result.sample


@pytest.mark.parametrize(
    ("spec", "init"), [("relu", "he"), ("selu", "lecun"), ("tanh", "lecun"), ("gelu", "he"), ("elu", 1.5)]
)
def test_the_scatter_of_q_is_what_theory_says(spec: str, init: str | float) -> None:
    result, found = drawn(spec, init=init, width=200, depth=30, networks=60, seed=3)
    spread = float(np.std(found.rows["log_q"][:, -1]))
    assert result.deviation is not None
    assert spread == pytest.approx(result.deviation[-1], rel=0.3)
    # The mean of q, not of its logarithm, is that of theory; for small scatter the two agree.
    if spread < 0.4:
        middle = float(np.mean(found.rows["log_q"][:, -1]))
        expected = math.log(result.q[-1]) - spread**2 / 2
        assert middle == pytest.approx(expected, abs=4 * spread / math.sqrt(60) + 0.02)


@pytest.mark.parametrize(
    ("spec", "norm"),
    [
        ("selu", "none"),
        ("tanh", "none"),
        ("relu", "layer"),
        ("selu", "layer"),
        ("relu", "layer-after"),
        ("relu", "batch"),
        ("tanh", "batch"),
        ("selu", "batch"),
    ],
)
def test_gradients_grow_as_theory_says(spec: str, norm: str) -> None:
    result, found = drawn(spec, norm=norm, width=600, depth=16, networks=12, batch=16, seed=1)
    assert result.gradient_ratio is not None
    per_layer = (math.log(found.gradient_ratio["median"]) - math.log(result.gradient_ratio)) / 15
    assert abs(per_layer) < 0.03


def test_the_same_seed_gives_the_same_networks() -> None:
    first, second, other = (drawn("selu", width=50, depth=5, seed=seed)[1] for seed in (7, 7, 8))
    assert np.array_equal(first.rows["log_q"], second.rows["log_q"])
    assert not np.array_equal(first.rows["log_q"], other.rows["log_q"])
    assert first.seeds == tuple((7, number) for number in range(8))


def _setting(spec: str, norm: str, init: str = "number") -> Setting:
    batch = 12 if norm == "batch" else 2
    return Setting(actviz.get(spec), 6, 60, init, 1.7, 0.0, norm, batch, 0.0, 1.0, 0.4, 200, 0)


@pytest.mark.parametrize(("spec", "norm"), [("relu", "none"), ("selu", "layer"), ("tanh", "batch")])
def test_what_is_drawn_has_the_law_of_whole_matrices(spec: str, norm: str) -> None:
    setting = _setting(spec, norm)
    response = Response(setting.activation)

    def matrix(network: int, layer: int) -> np.ndarray:
        random = np.random.default_rng((99, network, layer))
        return random.standard_normal((60, 60)) * math.sqrt(1.7 / 60)

    met, whole = sample(response, setting), sample(response, setting, matrices=matrix)
    for name in ("log_q", "log_gradient", "correlation"):
        for layer in (0, 2, 5):
            pair = [found.rows[name][:, layer] for found in (met, whole)]
            deviation = max(float(np.std(pair[0])), float(np.std(pair[1])))
            if deviation == 0:
                continue
            assert abs(float(np.mean(pair[0]) - np.mean(pair[1]))) < 4.5 * deviation * math.sqrt(2 / 200)
            if deviation > 1e-9:
                assert float(np.std(pair[0])) == pytest.approx(float(np.std(pair[1])), rel=0.25)


def test_orthogonal_weights_keep_lengths_and_gradients() -> None:
    _, found = drawn("identity", init="orthogonal", width=40, depth=6, networks=3)
    assert np.abs(found.rows["log_q"]).max() < 1e-12
    assert np.abs(found.rows["log_gradient"]).max() < 1e-12
    assert found.rows["correlation"] == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize("axis", [0, 1])
def test_the_gradient_through_normalisation_is_that_of_finite_differences(axis: int) -> None:
    from actviz.networks.sampled import standardised

    random = np.random.default_rng(0)
    values, delta, direction = random.standard_normal((3, 5, 4))
    h = 1e-6
    change = (standardised(values + h * direction, axis) - standardised(values - h * direction, axis)) / (2 * h)
    assert float((through_standardised(values, delta, axis) * direction).sum()) == pytest.approx(
        float((delta * change).sum()), rel=1e-7
    )


def test_relu_units_die_as_two_inputs_grow_alike() -> None:
    result, found = drawn("relu", init="he", width=1000, depth=20, networks=6)
    assert result.dead is not None
    assert found.dead["median"][-1] == pytest.approx(result.dead[-1], abs=0.03)
    assert drawn("selu", width=100, depth=5)[1].dead["p90"] == [0.0] * 5


@pytest.mark.parametrize(("width", "depth", "expected"), [(2, 10, 0.943686485290527), (5, 10, 0.272023843327871)])
def test_whole_layers_die_as_often_as_the_formula_says(width: int, depth: int, expected: float) -> None:
    from actviz.networks.death import layer_death

    assert layer_death(width, depth) == pytest.approx(expected, rel=1e-13)
    setting = Setting(actviz.get("relu"), depth, width, "number", 2.0, 0.0, "none", 2, 0.0, 1.0, 1.0, 1500, 4)
    found = sample(Response(setting.activation), setting)
    # Two equal inputs are one; a layer that is dead makes the next one's preactivations 0.
    dead = (found.rows["dead"] == 1).any(axis=1)
    assert float(dead.mean()) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(("n", "depth", "expected"), [(3, 10, 0.736924423836172), (10, 50, 0.0476779202963731)])
def test_layer_death(n: int, depth: int, expected: float) -> None:
    from actviz.networks.death import layer_death, unit_death

    assert layer_death(n, depth) == pytest.approx(expected, rel=1e-13)
    assert unit_death(0.5, 9) == pytest.approx(0.1, rel=1e-13)
    assert unit_death(0.97, 2) == pytest.approx(0.25 + math.asin(0.97) / (2 * math.pi), rel=1e-13)
