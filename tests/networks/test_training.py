"""Training: what is drawn before any learning, what is learned, and what cannot be trained with."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import actviz
from actviz.errors import ActvizError
from actviz.networks.training import Plan, check, load, spirals


def test_two_spirals_are_always_the_same() -> None:
    first, second = spirals(), spirals()
    assert np.array_equal(first[0], second[0])
    assert np.bincount(first[1]).tolist() == [500, 500]


def test_networks_learn_spirals_and_prelu_learns_its_slopes() -> None:
    pytest.importorskip("torch")
    found = {
        result.activation.entry.name: result
        for result in actviz.train("tanh", "prelu", data="spirals", depth=2, width=16, epochs=8, seeds=2, lr=0.3)
    }
    assert all(result.loss[:, -1].max() < result.loss[:, 0].min() for result in found.values())
    slopes = found["prelu"].learned["alpha"]
    assert slopes.shape == (2, 2, 16)
    assert slopes.std() > 1e-3
    assert found["tanh"].dead.max() == 0
    again = actviz.train("tanh", data="spirals", depth=2, width=16, epochs=8, seeds=2, lr=0.3)[0]
    assert np.array_equal(again.loss, found["tanh"].loss)


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_every_normalisation_trains(norm: str) -> None:
    pytest.importorskip("torch")
    (result,) = actviz.train("relu", data="spirals", depth=2, width=8, epochs=2, seeds=1, norm=norm)
    assert np.isfinite(result.loss).all()
    assert result.gradient.shape == (1, 3, 3)


def test_what_cannot_be_trained_with_says_so(tmp_path: Path) -> None:
    for plan, message in (
        (Plan(epochs=0), "epochs 0 cannot be trained with"),
        (Plan(rate=-1.0), "a learning rate of -1 cannot be used"),
        (Plan(norm="group"), "there is no normalisation 'group' to train with"),
    ):
        with pytest.raises(ActvizError) as caught:
            check(plan)
        assert message in str(caught.value)
    np.savez(tmp_path / "x.npz", X=np.ones((9, 2)))
    np.savez(tmp_path / "short.npz", X=np.ones((3, 2)), y=np.zeros(3, dtype=int))
    np.savez(tmp_path / "nan.npz", X=np.full((9, 2), np.nan), y=np.zeros(9, dtype=int))
    (tmp_path / "bad.npz").write_bytes(b"PK")
    for name, message in (
        ("x.npz", " does not hold an array 'y'"),
        ("short.npz", " does not hold samples and classes"),
        ("nan.npz", " holds values that cannot be learned from"),
        ("none.npz", "cannot read"),
        ("bad.npz", " is not a NumPy archive"),
        ("digitz", "there is no data set '"),
    ):
        with pytest.raises(ActvizError) as caught:
            load(str(tmp_path / name))
        assert message in str(caught.value)
    with pytest.raises(ActvizError, match="training does not start from 'critical' weights"):
        actviz.train("relu", init="critical")
    if find_spec("torch") is None:
        with pytest.raises(ActvizError, match="PyTorch is not installed"):
            actviz.train("relu", data="spirals")
    if find_spec("sklearn") is None:
        with pytest.raises(ActvizError, match="scikit-learn, which has the digits, is not installed"):
            load("digits")
