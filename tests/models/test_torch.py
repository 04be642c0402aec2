"""What PyTorch writes is what is read, in each of its forms."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import actviz

torch = pytest.importorskip("torch")
nn = torch.nn

LAYERS: list[tuple[Any, str]] = [
    (nn.ReLU(), "relu"),
    (nn.LeakyReLU(0.2), "leaky_relu:negative_slope=0.2"),
    (nn.ReLU6(), "relu6"),
    (nn.ELU(0.7), "elu:alpha=0.7"),
    (nn.SELU(), "selu"),
    (nn.CELU(1.3), "celu:alpha=1.3"),
    (nn.GELU(), "gelu"),
    (nn.GELU("tanh"), "gelu_tanh"),
    (nn.SiLU(), "silu"),
    (nn.Mish(), "mish"),
    (nn.Hardswish(), "hard_swish"),
    (nn.Hardsigmoid(), "hard_sigmoid"),
    (nn.Hardtanh(-2.0, 3.0), "hard_tanh:min_val=-2.0:max_val=3.0"),
    (nn.Softplus(beta=2.0), "softplus:beta=2.0"),
    (nn.Softsign(), "softsign"),
    (nn.Tanhshrink(), "tanh_shrink"),
    (nn.Hardshrink(), "hard_shrink"),
    (nn.Softshrink(), "soft_shrink"),
    (nn.LogSigmoid(), "log_sigmoid"),
    (nn.Threshold(0.5, 0.0), "threshold:threshold=0.5"),
    (nn.PReLU(4), "prelu"),
]


@pytest.mark.parametrize(("layer", "spec"), LAYERS)
@pytest.mark.parametrize("form", ["module", "old stream", "script", "trace"])
def test_saved_modules_name_their_activations(tmp_path: Path, layer: Any, spec: str, form: str) -> None:
    network = nn.Sequential(nn.Linear(4, 4), layer, nn.Linear(4, 4)).eval()
    path = tmp_path / "a.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TorchScript is on its way out, and says so
        if form in ("script", "trace"):
            made = torch.jit.script(network) if form == "script" else torch.jit.trace(network, torch.zeros(1, 4))
            torch.jit.save(made, str(path))
        else:
            torch.save(network, path, _use_new_zipfile_serialization=form == "module")
    found = actviz.model(path)
    assert [(use.spec, use.count) for use in found.activations] == [("prelu" if spec == "prelu" else spec, 1)]
    assert [list(one.values) for one in found.learned] == ([[0.25] * 4] if spec == "prelu" else [])


@pytest.mark.parametrize("new", [True, False])
def test_state_dictionaries_tell_what_was_learned_and_what_they_cannot(tmp_path: Path, new: bool) -> None:
    network = nn.Sequential()
    network.add_module("conv", nn.Linear(4, 4))
    network.add_module("prelu1", nn.PReLU(4, init=-0.125))
    torch.save(network.state_dict(), tmp_path / "a.pt", _use_new_zipfile_serialization=new)
    found = actviz.model(tmp_path / "a.pt")
    assert [(one.layer, list(one.values)) for one in found.learned] == [("prelu1", [-0.125] * 4)]
    assert "cannot be told from it" in found.remarks[-1]
