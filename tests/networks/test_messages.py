"""What `propagate`, `distribution` and `train` say where they cannot do what is asked."""

from __future__ import annotations

import json
import shlex
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from actviz import get, propagate, train
from actviz.cli.app import run
from actviz.errors import ActvizError, UsageError
from actviz.networks.distribution import check_threshold
from actviz.networks.response import Response
from actviz.networks.selfnorm import moment_map, step
from actviz.networks.training import load
from actviz.networks.values import _dtype

REFUSED = [
    ("propagate step --init critical", 2, "step jumps, so no weights make its correlation map critical"),
    ("propagate selu --norm foo", 2, "there is no normalisation 'foo'"),
    ("propagate selu --norm batch --batch 2", 2, "batch normalisation over 2 inputs has infinite gradients"),
    ("propagate selu --init foo", 2, "there is no initialisation 'foo'"),
    ("propagate selu --init -1", 2, "the weight variance -1 cannot be used"),
    ("propagate selu --bias-std 1e9", 2, "the standard deviation 1e+09 of biases cannot be used"),
    ("propagate selu --depth 0", 2, "depth 0 cannot be used"),
    ("propagate selu --correlation 2", 2, "the correlation 2 cannot be used"),
    ("propagate selu --input-std 0", 2, "the input deviation 0 cannot be used"),
    ("propagate selu --input-mean 1e400", 2, "the input mean inf cannot be used"),
    (
        "propagate selu --depth 10000 --width 20000 --networks 1000",
        2,
        "1000 networks of depth 10000 and width 20000 are too many to draw",
    ),
    ("propagate 'exp(x**2)'", 2, "E f² of exp(x**2) is infinite for inputs of variance 1"),
    ("propagate 'log(x)'", 2, "log(x) has no value at x = -7.999, so it has no Gaussian moments"),
    ("propagate selu --networks 0 -o p.pgf", 2, "charts are not written as .pgf"),
    ("propagate selu --networks 0 --terminal image", 2, "charts are drawn on a terminal with dots only"),
    ("distribution selu --normal 0 1 --input a.npy", 2, "--normal and --input both say what reaches the function"),
    ("distribution selu --key x", 2, "--key and --axis are about a file, and none is named"),
    ("distribution selu --normal 0 -1", 2, "N(0, -1²) is no Gaussian to integrate over"),
    ("distribution 'exp(x**2)'", 2, "E f² of exp(x**2) is infinite, or beyond float64, for N(0, 1²)"),
    ("distribution selu --input const.npy", 1, "'const.npy' holds one value only, 1"),
    ("distribution selu --input nan.npy", 1, "'nan.npy' holds values that are not finite"),
    ("distribution selu --input none.npy", 1, "cannot read 'none.npy': No such file or directory"),
    ("distribution selu --input a.npy --axis 5", 2, "'a.npy' has no axis 5: its shape is 3×4"),
    ("distribution selu --input a.npy --key w", 1, "'a.npy' holds one array, without the key 'w'"),
    ("distribution selu --input a.npz --key w", 1, "'a.npz' does not hold 'w'"),
    ("distribution selu --input junk.npz", 1, "'junk.npz' cannot be read as numbers"),
    ("distribution selu --input zip.npz", 1, "'zip.npz' is not a NumPy archive"),
    ("distribution selu --input t.txt", 1, "'t.txt', line 2 is not numbers"),
    ("distribution selu --input s1.safetensors", 1, "'s1.safetensors' is not a safetensors file"),
    ("distribution selu --input s2.safetensors", 1, "'s2.safetensors' is not a safetensors file"),
    ("distribution selu --input s3.safetensors", 1, "'s3.safetensors' holds numbers of type Q9"),
    ("distribution selu --input s4.safetensors", 1, "'s4.safetensors' is not a safetensors file"),
    ("distribution selu --input big.safetensors", 1, "'big.safetensors' is not a safetensors file"),
    ("train relu --lr 0", 2, "a learning rate of 0 cannot be used"),
    ("train relu --norm foo", 2, "there is no normalisation 'foo' to train with"),
    ("train relu --init critical", 2, "training does not start from 'critical' weights"),
    ("train relu --depth 0", 2, "depth 0 cannot be trained with"),
]
WITH_TORCH = [
    ("train relu --data nowhere", 2, "there is no data set 'nowhere'"),
    ("train relu --data x.npz", 1, "'x.npz' does not hold an array 'y'"),
    ("train relu --data y.npz", 1, "'y.npz' does not hold samples and classes"),
    ("train relu --data nan.npz", 1, "'nan.npz' holds values that cannot be learned from"),
    ("train relu --data junk.npz", 1, "'junk.npz' is not a NumPy archive"),
]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    np.save("const.npy", np.ones(50))
    np.save("nan.npy", np.array([1.0, np.nan]))
    np.save("a.npy", np.arange(12.0).reshape(3, 4))
    np.savez("a.npz", x=np.arange(3.0))
    np.savez("x.npz", X=np.ones((9, 2)))
    np.savez("y.npz", X=np.ones((9, 2)), y=np.ones(9))
    np.savez("nan.npz", X=np.full((9, 2), np.nan), y=np.arange(9))
    Path("junk.npz").write_bytes(b"junk")
    Path("zip.npz").write_bytes(b"PK\x03\x04junk")
    Path("t.txt").write_text("1\nfoo\n", encoding="utf-8")
    for name, header in (
        ("s1", b"{not JSON"),
        ("s2", _header([4], "F32", [0, 999])),
        ("s3", _header([1], "Q9", [0, 1])),
        ("s4", b'{"w": 3}'),
    ):
        Path(f"{name}.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"1")
    Path("big.safetensors").write_bytes(struct.pack("<Q", 10**12) + b"{}")


def _header(shape: list[int], kind: str, offsets: list[int]) -> bytes:
    return json.dumps({"w": {"dtype": kind, "shape": shape, "data_offsets": offsets}}).encode()


@pytest.mark.parametrize(("line", "code", "message"), REFUSED)
def test_what_cannot_be_done_is_one_message(
    capsys: pytest.CaptureFixture[str], line: str, code: int, message: str
) -> None:
    assert run(shlex.split(line)) == code
    told = capsys.readouterr().err
    assert told.startswith(f"error: {message}")
    assert told.count("\n") == 2


@pytest.mark.parametrize(("line", "code", "message"), WITH_TORCH)
def test_data_that_cannot_be_trained_on_is_one_message(
    capsys: pytest.CaptureFixture[str], line: str, code: int, message: str
) -> None:
    pytest.importorskip("torch")
    assert run(shlex.split(line)) == code
    assert capsys.readouterr().err.startswith(f"error: {message}")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: propagate(), "there is nothing to propagate"),
        (lambda: train(), "there is nothing to train"),
        (lambda: check_threshold(-1), "a slope below -1 cannot be called saturated"),
        (lambda: step(Response(get("selu")), 0.0, 0.0), "a variance of 0 cannot be mapped"),
        (lambda: step(Response(get("exp(x**2)")), 0.0, 1.0), "f of exp(x**2) has no variance for z of variance 1"),
        (lambda: moment_map(get("selu"), 1e9, 1.0), "ω = 1e+09 and τ = 1 cannot be used"),
    ],
)
def test_the_library_says_the_like(call: Callable[[], object], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        call()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("module", "call", "message"),
    [
        ("sklearn.datasets", lambda: load("digits"), "scikit-learn, which has the digits, is not installed"),
        ("ml_dtypes", lambda: _dtype("F8_E4M3", Path("f")), "numbers of type F8_E4M3 take the package ml_dtypes"),
    ],
)
def test_a_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, module: str, call: Callable[[], object], message: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ActvizError) as caught:
        call()
    assert str(caught.value).startswith(message)
