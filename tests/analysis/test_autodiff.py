"""What frameworks take at kinks, as measured with PyTorch 2.13, JAX 0.10 and Keras 3.15 on both backends."""

from __future__ import annotations

import pytest

from actviz.analysis.autodiff import conventions
from actviz.api import get

FOLLOWS = None
SELU_LEFT = 1.0507009873554805 * 1.6732632423543772

MEASURED: list[tuple[str, float, dict[str, float | None]]] = [
    ("relu", 0, {"PyTorch": 0, "JAX": 0, "Keras": 0}),
    ("relu6", 0, {"PyTorch": 0, "JAX": 0, "Keras": 0}),
    ("relu6", 6, {"PyTorch": 0, "JAX": 0, "Keras": 0}),
    ("leaky_relu", 0, {"PyTorch": 0.01, "JAX": 1, "Keras": FOLLOWS}),
    ("prelu", 0, {"PyTorch": 0.25, "Keras": 0}),
    ("elu:alpha=2", 0, {"PyTorch": 2, "JAX": 2, "Keras": 2}),
    ("selu", 0, {"PyTorch": SELU_LEFT, "JAX": SELU_LEFT, "Keras": SELU_LEFT}),
    ("celu:alpha=2", 0, {"PyTorch": 1, "JAX": 1, "Keras": 1}),
    ("hard_tanh", -1, {"PyTorch": 0, "JAX": 1, "Keras": FOLLOWS}),
    ("hard_tanh", 1, {"PyTorch": 0, "JAX": 1, "Keras": FOLLOWS}),
    ("hard_sigmoid", -3, {"PyTorch": 0, "JAX": 0, "Keras": 0}),
    ("hard_sigmoid", 3, {"PyTorch": 0, "JAX": 0, "Keras": 0}),
    ("hard_swish", -3, {"PyTorch": 0, "JAX": 0, "Keras": 0}),
    ("hard_swish", 3, {"PyTorch": 1, "JAX": 1, "Keras": 1}),
    ("hard_shrink", -0.5, {"PyTorch": 0, "Keras": 0}),
    ("soft_shrink", 0.5, {"PyTorch": 0, "Keras": 0}),
    ("threshold:threshold=1", 1, {"PyTorch": 0, "Keras": 0}),
    ("sparse_plus", -1, {"JAX": 0, "Keras": 0}),
    ("sparse_sigmoid", -1, {"JAX": 0.25, "Keras": FOLLOWS}),
    ("sparse_sigmoid", 1, {"JAX": 0.25, "Keras": FOLLOWS}),
    ("clipped_relu:max_value=5", 5, {"Keras": FOLLOWS}),
    ("generalized_relu:negative_slope=0.1:max_value=20", 0, {"Keras": FOLLOWS}),
]


@pytest.mark.parametrize(("spec", "x", "slopes"), MEASURED)
def test_frameworks_take_what_was_measured(spec: str, x: float, slopes: dict[str, float | None]) -> None:
    found = {convention.framework: convention.slope for convention in conventions(get(spec), x)}
    assert found == pytest.approx(slopes)


def test_an_expression_is_in_no_framework() -> None:
    assert conventions(get("max(x, 0)"), 0.0) == ()


def test_a_framework_that_was_asked_for_does_not_speak_for_the_others() -> None:
    found = conventions(get("jax.nn.leaky_relu"), 0.0)
    assert [(convention.framework, convention.slope) for convention in found] == [
        ("PyTorch", 0.01),
        ("JAX", 1.0),
        ("Keras", None),
    ]
