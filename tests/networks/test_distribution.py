"""What a function does to values: exact shares of a Gaussian, and counts of numbers from files."""

from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import actviz
from actviz.errors import ActvizError, InputError, UsageError


def phi(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2


def test_relu_of_a_standard_normal() -> None:
    found = actviz.distribution("relu")
    assert found.mean == pytest.approx(1 / math.sqrt(2 * math.pi), rel=1e-14)
    assert found.variance == pytest.approx(0.5 - 1 / (2 * math.pi), rel=1e-14)
    assert found.flat == pytest.approx(0.5, rel=1e-14)
    assert [value for value, _ in found.atoms] == [0.0]
    assert found.atoms[0][1] == pytest.approx(0.5, rel=1e-14)


def test_flat_shares_of_clipped_functions() -> None:
    assert actviz.distribution("relu6").flat == pytest.approx(0.5 + phi(-6), rel=1e-14)
    hard = actviz.distribution("hard_tanh")
    assert hard.flat == pytest.approx(0.317310507862914, rel=1e-13)
    assert [value for value, _ in hard.atoms] == [-1, 1]


@pytest.mark.parametrize(("deviation", "share"), [(1.0, 1.17e-7), (2.0, 0.00487)])
def test_selu_saturates_without_dying(deviation: float, share: float) -> None:
    found = actviz.distribution("selu", normal=(0.0, deviation))
    assert found.flat == 0
    assert found.saturated == pytest.approx(share, rel=0.005)
    edge = math.log(0.01 / (1.0507009873554805 * 1.6732632423543772))
    assert found.saturated == pytest.approx(phi(edge / deviation), rel=1e-10)


def test_a_mean_moves_everything() -> None:
    found = actviz.distribution("identity", normal=(3.0, 2.0))
    assert (found.mean, found.variance) == pytest.approx((3.0, 4.0), rel=1e-14)
    assert found.negative == pytest.approx(phi(-1.5), rel=1e-13)


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """Five units of sixteen that never reach ReLU's slope."""
    values = np.random.default_rng(0).standard_normal((2000, 16)) + np.linspace(-6, 2, 16)
    np.save(tmp_path / "z.npy", values.astype(np.float32))
    np.savez(tmp_path / "z.npz", a=values, b=values)
    return tmp_path


def test_dead_units_are_named(layer: Path) -> None:
    values = np.load(layer / "z.npy")
    found = actviz.distribution("relu", file=layer / "z.npy", axis=1)
    assert found.dead == tuple(np.flatnonzero((values <= 0).all(axis=0)).tolist())
    assert found.units == 16
    assert found.flat == pytest.approx(float((values <= 0).mean()), rel=1e-12)
    positive = np.maximum(values.astype(np.float64), 0)
    assert (found.mean, found.variance) == pytest.approx((positive.mean(), positive.var()), rel=1e-12)
    same = actviz.distribution("relu", values, axis=1)
    assert same.dead == found.dead


def test_text_csv_and_safetensors(tmp_path: Path) -> None:
    (tmp_path / "z.csv").write_text("a,b\n-1,2\n3,-4\n")
    assert actviz.distribution("relu", file=tmp_path / "z.csv", axis=1).units == 2
    values = np.array([[-1.0, 2.0], [3.0, -4.0]], dtype="<f4")
    header = json.dumps({"z": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]}}).encode()
    content = len(header).to_bytes(8, "little") + header + values.tobytes()
    (tmp_path / "z.safetensors").write_bytes(content)
    assert actviz.distribution("relu", file=tmp_path / "z.safetensors").mean == pytest.approx(1.25)
    (tmp_path / "short.safetensors").write_bytes(content[:-4])
    with pytest.raises(InputError, match=" is not a safetensors file"):
        actviz.distribution("relu", file=tmp_path / "short.safetensors")
    (tmp_path / "long.safetensors").write_bytes(b"\xff" * 16)
    with pytest.raises(InputError, match=" is not a safetensors file"):
        actviz.distribution("relu", file=tmp_path / "long.safetensors")
    strange = header.replace(b"F32", b"C64")
    (tmp_path / "c.safetensors").write_bytes(len(strange).to_bytes(8, "little") + strange + values.tobytes())
    with pytest.raises(InputError, match=" holds numbers of type C64"):
        actviz.distribution("relu", file=tmp_path / "c.safetensors")


def test_bfloat16_is_read_through_ml_dtypes(tmp_path: Path) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    values = np.array([-1.0, 2.0, 3.0], dtype=ml_dtypes.bfloat16)
    header = json.dumps({"z": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
    (tmp_path / "z.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + values.tobytes())
    assert actviz.distribution("relu", file=tmp_path / "z.safetensors").mean == pytest.approx(5 / 3)


def test_what_cannot_be_used_says_so(layer: Path) -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"file": layer / "z.npz"}, "holds 2 arrays"),
        ({"file": layer / "z.npz", "key": "c"}, "does not hold 'c'"),
        ({"file": layer / "z.npy", "key": "c"}, " holds one array, without the key 'c'"),
        ({"file": layer / "z.npy", "axis": 5}, "has no axis 5: its shape is 2000×16"),
        ({"file": layer / "none.npy"}, "cannot read"),
        ({"values": []}, "holds no numbers"),
        ({"values": [1.0, 1.0]}, " holds one value only, 1"),
        ({"values": [1.0, math.nan]}, " holds values that are not finite"),
        ({"values": ["a"]}, "does not hold real numbers"),
        ({"normal": (0.0, -1.0)}, "²) is no Gaussian to integrate over"),
        ({"values": [1.0, 2.0], "normal": (0.0, 1.0)}, "both say what reaches the function"),
        ({"threshold": 0.0}, " cannot be called saturated"),
    ]
    for options, message in cases:
        with pytest.raises(ActvizError) as caught:
            actviz.distribution("relu", **options)  # type: ignore[arg-type]
        assert message in str(caught.value)
    for name, content, message in (
        ("bad.npy", b"nonsense", " cannot be read as numbers"),
        ("bad.npz", b"PK\x03\x04", " is not a NumPy archive"),
        ("bad.txt", b"1 2\nx y\n", "line 2 is not numbers"),
    ):
        (layer / name).write_bytes(content)
        with pytest.raises(InputError) as caught_file:
            actviz.distribution("relu", file=layer / name)
        assert message in str(caught_file.value)
    with pytest.raises(UsageError, match=re.escape(" is infinite, or beyond float64, for N(")):
        actviz.distribution("1/x")


def test_small_floats_without_their_package_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)
    header = json.dumps({"z": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
    (tmp_path / "z.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"123456")
    with pytest.raises(InputError, match=" take the package ml_dtypes"):
        actviz.distribution("relu", file=tmp_path / "z.safetensors")
