"""PyTorch's networks beside NumPy's: the same weights give the same numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import actviz
from actviz.errors import ActvizError, UsageError
from actviz.networks import sampled
from actviz.networks.response import Response
from actviz.networks.setting import Setting


def _matrix(network: int, layer: int) -> np.ndarray:
    return np.random.default_rng((5, network, layer)).standard_normal((30, 30)) * math.sqrt(1.5 / 30)


@pytest.mark.parametrize(
    ("spec", "norm"),
    [("relu", "none"), ("selu", "layer"), ("tanh", "layer-after"), ("gelu", "batch"), ("mish", "none")],
)
def test_the_same_weights_give_the_same_numbers(spec: str, norm: str) -> None:
    pytest.importorskip("torch")
    from actviz.networks import on_torch

    batch = 8 if norm == "batch" else 2
    setting = Setting(actviz.get(spec), 7, 30, "number", 1.5, 0.0, norm, batch, 0.0, 1.0, 0.3, 3, 11)
    response = Response(setting.activation)
    numpy = sampled.sample(response, setting, matrices=_matrix)
    torch = on_torch.sample(
        response, setting, "cpu", lambda activation: actviz.source(activation, "torch"), matrices=_matrix
    )
    for name in sampled.MEASURED:
        assert torch.rows[name] == pytest.approx(numpy.rows[name], rel=1e-9, abs=1e-11), name


def test_networks_drawn_by_pytorch_grow_as_theory_says() -> None:
    pytest.importorskip("torch")
    (result,) = actviz.propagate("selu", backend="torch", depth=20, width=300, networks=6)
    assert result.sample is not None
    assert result.sample.backend == "torch"
    assert math.log(result.sample.gradient_ratio["median"] / (result.gradient_ratio or 0)) / 19 == pytest.approx(
        0, abs=0.02
    )


def test_a_device_that_is_not_there_says_so() -> None:
    pytest.importorskip("torch")
    with pytest.raises(ActvizError, match="PyTorch has no device 'cuda:7' here"):
        actviz.propagate("selu", backend="torch", device="cuda:7")


def test_backends_that_are_not_there_say_so() -> None:
    with pytest.raises(UsageError, match="there is no backend 'jax'"):
        actviz.propagate("selu", backend="jax")
    with pytest.raises(UsageError, match="NumPy does not run on 'cuda'"):
        actviz.propagate("selu", device="cuda")
    try:
        import torch  # noqa: F401
    except ImportError:
        with pytest.raises(ActvizError, match="PyTorch is not installed"):
            actviz.propagate("selu", backend="torch")
