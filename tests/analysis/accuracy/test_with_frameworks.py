"""What PyTorch 2.13 and JAX give, as it was found once and is found here again (CPU, x86-64)."""

from __future__ import annotations

import pytest

import actviz
from actviz.analysis.accuracy import Check

torch = pytest.importorskip("torch")
F = "torch.nn.functional."


def found(name: str, spec: str | None = None, dtype: str = "bfloat16", **options: object) -> Check:
    return actviz.check(name if "." in name else F + name, spec, dtype=dtype, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize("name", ["tanh", "elu", "selu", "softplus", "logsigmoid", "mish", "celu", "softsign"])
def test_these_hold_in_sixteen_bits(name: str, dtype: str) -> None:
    if name == "softsign":
        assert found(name, dtype=dtype).max_ulp < 2
    else:
        assert found(name, dtype=dtype).max_ulp < 0.51


@pytest.mark.parametrize("name", ["tanh", "elu", "selu", "softplus", "logsigmoid"])
def test_these_hold_in_float32(name: str) -> None:
    assert found(name, dtype="float32", points=1 << 18).max_ulp < 2


def test_gelu_in_bfloat16() -> None:
    result = found("gelu")
    assert result.share_over_1_ulp == pytest.approx(0.0127, abs=1e-4)
    assert result.overflows == 128
    assert result.overflows_at == pytest.approx(1.7e38, rel=0.01)


def test_gelu_in_float32_is_zero_where_it_should_not_be() -> None:
    result = found("gelu", dtype="float32", span=(-20.0, 20.0), points=1 << 18)
    assert result.false_zeros > 1000
    assert result.max_relative == 1
    beyond = found("gelu", dtype="float32", span=(-5.6, -5.505), points=1 << 14)
    assert beyond.false_zeros > 0
    near = found("gelu", dtype="float32", span=(-5.001, -4.999), points=1 << 14)
    assert near.max_relative > 0.03


def test_the_tanh_form_of_gelu_in_bfloat16() -> None:
    result = found("gelu", keywords={"approximate": "tanh"})
    assert result.spec.startswith("torch.nn.") or result.spec == "gelu_tanh"
    assert result.max_ulp == pytest.approx(255.7, abs=0.5)
    assert result.max_ulp_at == pytest.approx(-6.19, abs=0.01)


def test_silu_tanh_shrink_hard_swish_and_erf() -> None:
    silu = found("silu")
    assert (silu.max_ulp, silu.max_ulp_at) == (pytest.approx(245, abs=0.5), -90.5)
    shrink = found("tanhshrink", dtype="float16")
    assert shrink.share_over_1_ulp == pytest.approx(0.228, abs=1e-3)
    assert (shrink.max_ulp, abs(shrink.max_ulp_at)) == (pytest.approx(510, abs=0.5), pytest.approx(0.065, abs=1e-3))
    assert found("tanhshrink").share_over_1_ulp == pytest.approx(0.17, abs=1e-3)
    swish = found("hardswish")
    assert swish.overflows_at == pytest.approx(5.7e37, rel=0.01)
    assert found("torch.erf", "erf(x)").share_over_1_ulp == pytest.approx(0.434, abs=2e-3)
    assert found("torch.erf", "erf(x)", "float16").max_ulp == pytest.approx(4.92, abs=0.02)


def test_autograd_and_its_choice_at_kinks() -> None:
    result = found("hardswish", dtype="float16", derivative=True)
    assert result.derivative is not None
    assert [kink.x for kink in result.derivative.kinks] == [-3.0, 3.0]
    assert [kink.got for kink in result.derivative.kinks] == [0.0, 1.0]
    tanh = found("torch.tanh", dtype="float32", derivative=True, points=1 << 16)
    assert tanh.derivative is not None
    assert tanh.derivative.max_ulp > 1e6  # 1 − y² cancels
    assert tanh.max_ulp < 1


def test_a_module_and_a_callable_of_torch() -> None:
    assert found("torch.nn.LeakyReLU", dtype="float16", keywords={"negative_slope": 0.2}).max_ulp <= 1
    assert found("torch.nn.PReLU", "prelu", dtype="float16", derivative=True).max_ulp <= 0.5
    assert actviz.check(torch.nn.SiLU(), "silu", dtype="float16").max_ulp <= 1
    assert actviz.check(torch.relu, dtype="bfloat16", derivative=True).max_ulp == 0


def test_a_type_that_a_function_lacks_is_said_to_be_so() -> None:
    with pytest.raises(actviz.ActvizError, match=r"'torch\.nn\.functional\.gelu' raised"):
        found("gelu", dtype="float8_e4m3fn")


def test_jax_is_found_and_differentiated() -> None:
    pytest.importorskip("jax")
    result = actviz.check("jax.nn.silu", dtype="float16", derivative=True)
    assert result.described.startswith("JAX")
    assert result.max_ulp_at < -10
    assert result.derivative is not None
    wide = actviz.check("jax.nn.silu", dtype="float64", points=2000)
    assert wide.max_absolute < 1e-13
