"""Formulas as they stand in public code, documentation and papers, with their values from Python's own arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from actviz import get
from actviz.errors import LISTENER, ExpressionError, UsageError
from actviz.language.dialects import read

POINTS = (-3.5, -1.0, 0.0, 0.7, 4.0)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def Phi(x: float) -> float:  # noqa: N802  the letter of the field
    return math.erfc(-x / math.sqrt(2)) / 2


def gelu_tanh(x: float) -> float:
    return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def leaky(slope: float) -> Callable[[float], float]:
    return lambda x: x if x > 0 else slope * x


PASTED: list[tuple[str, Callable[[float], float]]] = [
    # NumPy and Python's math
    ("1/(1+np.exp(-x))", sigmoid),
    ("np.maximum(0, x)", lambda x: max(0, x)),
    ("np.where(x > 0, x, x * 0.01)", leaky(0.01)),
    ("np.where(x >= 0, x, 1.673 * (np.exp(x) - 1)) * 1.05", lambda x: 1.05 * (x if x >= 0 else 1.673 * math.expm1(x))),
    ("0.5 * x * (1 + math.erf(x / math.sqrt(2)))", lambda x: x * Phi(x)),
    ("0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * np.power(x, 3))))", gelu_tanh),
    ("np.log(1 + np.exp(x))", softplus),
    ("np.logaddexp(0, x)", softplus),
    ("np.clip(0.2 * x + 0.5, 0, 1)", lambda x: min(1, max(0, 0.2 * x + 0.5))),
    ("np.clip(x, a_min=-1, a_max=1)", lambda x: min(1, max(-1, x))),
    ("x / (1 + np.abs(x))", lambda x: x / (1 + abs(x))),
    ("np.heaviside(x, 0.5)", lambda x: 0.5 if x == 0 else float(x > 0)),
    ("np.sinc(x)", lambda x: math.sin(math.pi * x) / (math.pi * x) if x else 1),
    ("x * np.tanh(np.log1p(np.exp(x)))", lambda x: x * math.tanh(softplus(x))),
    ("(x > 0) * x", lambda x: max(0, x)),
    ("x * (x > 0) + 0.1 * x * (x <= 0)", leaky(0.1)),
    ("np.sign(x) * np.log(np.abs(x) + 1)", lambda x: math.copysign(math.log(abs(x) + 1), x)),
    ("np.exp(-np.square(x))", lambda x: math.exp(-x * x)),
    ("np.reciprocal(1.0 + np.exp(np.negative(x)))", sigmoid),
    ("numpy.arctan(x)", math.atan),
    ("np.select([x < -1, x < 1], [-1.0, x], default=1.0)", lambda x: min(1, max(-1, x))),
    ("np.piecewise(x, [x < 0, x >= 0], [lambda x: 0.3*x, lambda x: x])", leaky(0.3)),
    ("scipy.special.expit(x)", sigmoid),
    ("x * scipy.stats.norm.cdf(x)", lambda x: x * Phi(x)),
    ("special.ndtr(x) * x", lambda x: x * Phi(x)),
    # PyTorch
    ("x * torch.tanh(F.softplus(x))", lambda x: x * math.tanh(softplus(x))),
    ("x * F.hardtanh(x + 3, 0., 6.) / 6.", lambda x: x * min(6, max(0, x + 3)) / 6),
    ("x * F.relu6(x + 3, inplace=True) / 6", lambda x: x * min(6, max(0, x + 3)) / 6),
    ("nn.LeakyReLU(0.2, inplace=True)", leaky(0.2)),
    ("nn.Hardtanh(0, 6)", lambda x: min(6, max(0, x))),
    ("nn.Softplus(beta=2, threshold=10)", lambda x: softplus(2 * x) / 2),
    ("nn.Threshold(0.1, 20)", lambda x: x if x > 0.1 else 20),
    ("F.gelu(x, approximate=\"tanh\")", gelu_tanh),
    ("nn.GELU(approximate='tanh')", gelu_tanh),
    ("nn.PReLU(8)", leaky(0.25)),
    ("nn.PReLU(num_parameters=8, init=0.1)", leaky(0.1)),
    ("nn.ReLU()(x)", lambda x: max(0, x)),
    ("nn.LeakyReLU(0.2)(x - 1)", lambda x: leaky(0.2)(x - 1)),
    ("torch.nn.functional.elu(x, 0.5)", lambda x: x if x > 0 else 0.5 * math.expm1(x)),
    ("torch.where(x > 0, x, 0.01 * x)", leaky(0.01)),
    ("torch.clamp(x, min=0)", lambda x: max(0, x)),
    ("torch.clamp(x, max=6)", lambda x: min(6, x)),
    ("torch.maximum(x, 0.1 * x)", leaky(0.1)),
    ("torch.relu(x) ** 2", lambda x: max(0, x) ** 2),
    ("x * torch.sigmoid(1.702 * x)", lambda x: x * sigmoid(1.702 * x)),
    ("x * torch.erf(F.softplus(x))", lambda x: x * math.erf(softplus(x))),
    ("x.sigmoid()", sigmoid),
    ("x * x.sigmoid()", lambda x: x * sigmoid(x)),
    ("x.clamp(min=0)", lambda x: max(0, x)),
    ("x.mul(torch.sigmoid(x))", lambda x: x * sigmoid(x)),
    ("x.relu().pow(2)", lambda x: max(0, x) ** 2),
    ("(x>=0).float()*x", lambda x: max(0, x)),
    ("torch.exp(-x**2).to(x.dtype)", lambda x: math.exp(-x * x)),
    ("x * (F.relu6(x + 3.) / 6.)", lambda x: x * min(6, max(0, x + 3)) / 6),
    # TensorFlow and Keras
    ("keras.activations.relu(x, max_value=6)", lambda x: min(6, max(0, x))),
    ("keras.layers.ReLU(max_value=6)", lambda x: min(6, max(0, x))),
    ("keras.layers.ReLU(negative_slope=0.1, max_value=2)", lambda x: 2 if x >= 2 else leaky(0.1)(x)),
    ("tf.keras.layers.LeakyReLU(alpha=0.1)", leaky(0.1)),
    ("tf.keras.layers.LeakyReLU()", leaky(0.3)),
    ("tf.nn.leaky_relu(x)", leaky(0.2)),
    ("tf.nn.relu6(x)", lambda x: min(6, max(0, x))),
    ("x * tf.math.sigmoid(x)", lambda x: x * sigmoid(x)),
    ("tf.clip_by_value(x, -1.0, 1.0)", lambda x: min(1, max(-1, x))),
    ("tf.where(tf.greater(x, 0), x, tf.zeros_like(x))", lambda x: max(0, x)),
    ("tf.cast(x > 0, tf.float32) * x", lambda x: max(0, x)),
    ("K.relu(x, alpha=0.1)", leaky(0.1)),
    ("x * K.sigmoid(x)", lambda x: x * sigmoid(x)),
    ("K.switch(x > 0, x, K.exp(x) - 1)", lambda x: x if x > 0 else math.expm1(x)),
    # JAX and others
    ("jnp.where(x > 0, x, 0.1*x)", leaky(0.1)),
    ("jax.nn.gelu(x)", gelu_tanh),
    ("jax.nn.gelu(x, approximate=False)", lambda x: x * Phi(x)),
    ("x * jax.nn.sigmoid(x)", lambda x: x * sigmoid(x)),
    ("jax.nn.leaky_relu(x, negative_slope=0.3)", leaky(0.3)),
    ("mx.maximum(x, 0)", lambda x: max(0, x)),
    ("paddle.nn.functional.hardsigmoid(x, slope=0.2)", lambda x: min(1, max(0, 0.2 * x + 0.5))),
    ("0.5f * x * (1.0f + erff(x * M_SQRT1_2))", lambda x: x * Phi(x)),
    ("x > 0 ? x : 0.1 * x", leaky(0.1)),
    ("x > 1 ? 1 : x < -1 ? -1 : x", lambda x: min(1, max(-1, x))),
    ("Math.max(0, x)", lambda x: max(0, x)),
    ("std::max(0.0f, x)", lambda x: max(0, x)),
    # functions and statements
    ("lambda z: z * sigmoid(z)", lambda x: x * sigmoid(x)),
    ("return x * torch.sigmoid(x)", lambda x: x * sigmoid(x)),
    ("f(z) = z^2", lambda x: x * x),
    ("y = max(0, x)", lambda x: max(0, x)),
    ("max(0, t)", lambda x: max(0, x)),
    ("def f(x):\n    return np.where(x > 0, x, np.exp(x) - 1)", lambda x: x if x > 0 else math.expm1(x)),
    ("def silu(x):\n    s = torch.sigmoid(x)\n    return x * s", lambda x: x * sigmoid(x)),
    # as people type and papers set
    ("x²+2x", lambda x: x * x + 2 * x),
    ("x·σ(x)", lambda x: x * sigmoid(x)),
    ("x∗Φ(x)", lambda x: x * Phi(x)),
    ("√(x²+1)", lambda x: math.sqrt(x * x + 1)),
    ("|x|", abs),
    ("x/(1+|x|)", lambda x: x / (1 + abs(x))),
    ("e^(-x^2/2)", lambda x: math.exp(-x * x / 2)),
    ("1/(1+e⁻ˣ)", sigmoid),
    ("𝑥 if 𝑥 ≥ 0 else 0", lambda x: max(0, x)),
    ("2(x+1)(x-1)", lambda x: 2 * (x + 1) * (x - 1)),
    ("tanh²(x)", lambda x: math.tanh(x) ** 2),
    (r"\frac{x}{1+e^{-x}}", lambda x: x * sigmoid(x)),
    (r"\begin{cases} x & x \ge 0 \\ 0.2(e^{x}-1) & x < 0 \end{cases}", lambda x: x if x >= 0 else 0.2 * math.expm1(x)),
    (r"\max(0,x)", lambda x: max(0, x)),
    (r"f(x) = x \cdot \sigma(x)", lambda x: x * sigmoid(x)),
    (r"\text{GELU}(x) = x\,\Phi(x)", lambda x: x * Phi(x)),
    (r"0.5x\left(1+\tanh\left[\sqrt{2/\pi}\left(x+0.044715x^3\right)\right]\right)", gelu_tanh),
    (r"x\tanh(\ln(1+e^{x}))", lambda x: x * math.tanh(softplus(x))),
    (r"$\frac{1}{2}\left(1+\operatorname{erf}\left(\frac{x}{\sqrt{2}}\right)\right)$", Phi),
    (r"\ln(1+e^x)", softplus),
    (r"\mathrm{ReLU}(x)^2", lambda x: max(0, x) ** 2),
    (r"\frac{e^{x}-e^{-x}}{e^{x}+e^{-x}}", math.tanh),
    (r"\mathbb{1}_{x>0}\, x", lambda x: max(0, x)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "truth"), PASTED, ids=[text for text, _ in PASTED])
def test_a_pasted_formula_has_its_values(text: str, truth: Callable[[float], float]) -> None:
    function = get(text)
    for x in POINTS:
        assert function(x) == pytest.approx(truth(x), rel=1e-13, abs=1e-15), x


def test_what_was_understood_is_told_once_for_each() -> None:
    told: list[str] = []
    token = LISTENER.set(told.append)
    try:
        get("x * F.hardtanh(x + 3, 0., 6.)/6")
        get("x*sigmoid(x)")
    finally:
        LISTENER.reset(token)
    assert told == ["read as x*hard_tanh(x + 3, min_val=0, max_val=6)/6"]


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("nn.LeakyReLU(0.2)", "torch.nn.LeakyReLU:negative_slope=0.2"),
        ("F.gelu(x)", "torch.nn.functional.gelu"),
        ("tf.keras.layers.LeakyReLU()", "keras.layers.LeakyReLU"),
        ("prelu(alpha=0.3)", "prelu:alpha=0.3"),
        ("prelu:α=0.05", "prelu:alpha=0.05"),
        ("nn.SiLU", "torch.nn.SiLU"),
    ],
)
def test_a_frameworks_call_is_its_name_with_parameters(text: str, spec: str) -> None:
    assert get(text).spec == spec


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("1/2x", "a division is followed by a product without its sign", "Write '1/(2*x)' or '(1/2)*x'."),
        ("np.max(0, x)", "'np.max' works along an axis, and its second argument is that", "Write 'np.maximum(0, x)'."),
        (
            "nn.gelu(x)",
            "'nn.gelu' is the tanh form in Flax and the exact one in MLX",
            "Write 'jax.nn.gelu(x)' or 'mlx.nn.gelu(x)'.",
        ),
        ("F.dropout(x)", "'F.dropout' is not an element-wise activation: it draws random numbers", None),
        ("F.elu(x, 1, 2, 3)", "the arguments of 'F.elu(x, 1, 2, 3)' do not fit", "'F.elu' takes x, alpha."),
        ("np.floor(x)", "'np.floor' is not a function of one number: it rounds to whole numbers", None),
        ("x.shape", "unknown activation 'x.shape'", None),
        ("__import__('os').system('ls')", "", None),
        ("open('x').read()", "", None),
        ("x.__class__", "", None),
        ("torch.load('x')", "there is no function 'torch.load' here", None),
        (r"\foo{x}", r"'\foo' is not read", None),
        (r"\frac{x}{1+", "the formula ends too soon", None),
        ("x > 0 ? x", "'?' has no ':' after it", None),
        ("|x", "'|' is not closed", None),
        ("√", "'√' has no number under it", None),
        ("import os", "", None),
        ("lambda x: (yield x)", "", None),
        ("[x for x in (1,2)]", "", None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(text: str, problem: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        get(text)
    assert problem in str(caught.value)
    if hint is not None:
        assert caught.value.hint == hint


KNOWN = ("exp", "tanh", "relu", "leaky_relu", "max", "min", "sigmoid")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("F.relu(3)", "'F.relu' is given a number and no x"),
        ("leaky_relu(x, negative_slope=1, negative_slope=2)", " gives one argument twice"),
        ("F.relu(*x)", " has arguments that are not written out"),
        ("np.where(x > 0)", "'np.where' needs a condition and two values"),
        ("np.select(x)", "'np.select' needs a list of conditions and one of values"),
        ("x if x > 0 else [1, 2]", " is not part of a formula"),
        ("x.where(x > 0)", " lacks a value"),
        ("np.max(x, 0)", " works along an axis, and its second argument is that axis"),
        (r"\alpha }", " cannot be read here"),
        (r"x \tanh", "a function has no argument"),
        (r"\mathbb{1}", "an indicator has no condition"),
        (r"\begin{cases} x & x \\ 0 & \text{otherwise} \end{cases}", "a condition has no comparison"),
        (r"\begin{cases} \end{cases}", "there are no cases"),
        (r"1 \pm x", r"'\pm' stands for two formulas"),
        (r"\begin{cases} x \\ 0 & x < 0 \end{cases}", "a case has no condition"),
        ("for x in y: z", "this is code, and a formula is wanted"),
        ("x +* 2", "the formula cannot be read from here"),
        (r"\sin" * 390 + "x", "the formula is nested too deeply"),
        ("x" * 3000, "the formula is too long"),
    ],
)
def test_what_no_notation_has_is_named(text: str, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        read(text, KNOWN)
    assert problem in str(caught.value)
