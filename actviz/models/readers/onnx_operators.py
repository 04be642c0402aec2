"""What ONNX operators compute, those of com.microsoft included: parameters, defaults and the opsets' differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from actviz.models.formulas import COMMON, biased, call, clip, identity, named, native, operation
from actviz.models.graph import Formula, shortest
from actviz.models.reading import MalformedError

Attributes = Mapping[str, Any]
Scalar = Callable[[str], float | None]
Expanded = list[tuple[str, Formula | None, tuple[str, ...]]]

WHOLE = {"Shape", "Size", "ArgMax", "ArgMin", "NonZero", "Range"}
SHAPES = {"Shape", "Size"}

_SAME = {
    "LessOrEqual": "lessequal", "GreaterOrEqual": "greaterequal", "HardSwish": "hardswish",
}  # fmt: skip
_PASSING = {"Identity", "Cast", "CastLike", "Dropout", "QuantizeLinear", "DynamicQuantizeLinear"}


def _number(attributes: Attributes, name: str, default: float) -> float:
    value = attributes.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedError(f"an attribute '{name}' in it is no number")
    return shortest(float(value))


def _gelu(attributes: Attributes) -> Formula:
    return native("gelu_tanh" if attributes.get("approximate") == "tanh" else "gelu")


def _swish(default: float) -> Callable[[Attributes], Formula]:
    def formula(attributes: Attributes) -> Formula:
        alpha = _number(attributes, "alpha", default)
        return native("silu") if alpha == 1 else native("gelu_quick") if alpha == 1.702 else native("swish", alpha)

    return formula


def _with(name: str, **defaults: float) -> Callable[[Attributes], Formula]:
    """A function of the registry whose parameters are the attributes named here, in the entry's order."""
    return lambda attributes: native(name, *(_number(attributes, key, value) for key, value in defaults.items()))


def _shrink(attributes: Attributes) -> Formula:
    lambd, bias = _number(attributes, "lambd", 0.5), _number(attributes, "bias", 0.0)
    if bias == 0:
        return native("hard_shrink", lambd)
    return native("soft_shrink", lambd) if bias == lambd else native("shrink", lambd, bias)


def _selu(attributes: Attributes) -> Formula:
    return native(
        "selu",
        _number(attributes, "gamma", 1.0507009873554805),
        _number(attributes, "alpha", 1.67326319217681884765625),
    )


_ACTIVATIONS: Mapping[str, Callable[[Attributes], Formula]] = {
    "LeakyRelu": _with("leaky_relu", alpha=0.01),
    "Elu": _with("elu", alpha=1.0),
    "Celu": _with("celu", alpha=1.0),
    "Selu": _selu,
    "HardSigmoid": _with("hard_sigmoid", alpha=0.2, beta=0.5),
    "ThresholdedRelu": _with("thresholded_relu", alpha=1.0),
    "ScaledTanh": _with("scaled_tanh", alpha=1.0, beta=1.0),
    "Shrink": _shrink,
    "Gelu": _gelu,
    "Swish": _swish(1.0),
    "QuickGelu": _swish(1.702),
    "FastGelu": lambda _: biased(native("gelu_tanh")),
    "BiasGelu": lambda _: biased(native("gelu")),
    "QLinearLeakyRelu": _with("leaky_relu", alpha=0.01),
    "QLinearSigmoid": lambda _: call("sigmoid"),
}
_FUSED = {"FusedConv": "activation_params", "FusedGemm": "activation_alpha", "NhwcFusedConv": "activation_params"}


def expanded(
    operator: str, domain: str, attributes: Attributes, inputs: Sequence[str], scalar: Scalar, opset: int
) -> Expanded:
    """The nodes that an operator stands for: what each is called, computes and reads; a NUL is the one before.

    Args:
        operator: its name.
        domain: where it comes from, nothing for ONNX itself.
        attributes: as in the file.
        inputs: the tensors it reads.
        scalar: the number that a tensor is, if it is one.
        opset: the version of ONNX.
    """
    operands = tuple(name for name in inputs if name)
    if operator in _FUSED:
        activation = str(attributes.get("activation", ""))
        if not activation:
            return [(operator, None, operands)]
        formula = _fused(activation, attributes, _FUSED[operator])
        return [(operator, None, operands), (f"{operator}({activation})", formula, ("\0",))]
    if operator in _ACTIVATIONS:
        count = len(operands) if operator in ("FastGelu", "BiasGelu") else 1
        return [(operator, _ACTIVATIONS[operator](attributes), operands[:count])]
    if operator == "PRelu":
        return [(operator, named("prelu"), operands[:2])]
    if operator == "Clip":
        if opset < 11 and len(operands) == 1:
            low, high = (attributes.get(name) for name in ("min", "max"))
            bounds = [None if value is None else shortest(float(value)) for value in (low, high)]
            return [(operator, clip(*bounds), operands)]
        return [(operator, _bounded(inputs), operands)]
    if operator == "DequantizeLinear":
        known = len(operands) > 1 and scalar(operands[0]) is not None
        return [(operator, _dequantised if known else identity, operands if known else operands[:1])]
    if operator in _PASSING:
        return [(operator, identity, operands[:1])]
    if operator == "Mod" or domain not in ("", "com.microsoft"):
        return [(operator, None, operands)]
    return [(operator, COMMON.get(_SAME.get(operator, operator.lower())), operands)]


def _dequantised(values: Sequence[Any]) -> Any:
    x, scale, *zero = values
    return operation("*")([operation("-")([x, zero[0]]) if zero else x, scale])


def _bounded(inputs: Sequence[str]) -> Formula:
    """Clip of opset 11 and later, where an empty name stands for a bound that is not there."""
    below, above = (len(inputs) > place and bool(inputs[place]) for place in (1, 2))

    def formula(values: Sequence[Any]) -> Any:
        from actviz.models.formulas import clipped, tree

        x, *bounds = (tree(value) for value in values)
        return clipped(x, bounds[0] if below and bounds else None, bounds[-1] if above and bounds else None)

    return formula


def _fused(activation: str, attributes: Attributes, key: str) -> Formula:
    values = attributes.get(key, [])
    values = [shortest(float(value)) for value in (values if isinstance(values, list) else [values])]
    if key == "activation_alpha":
        values += [shortest(float(attributes["activation_beta"]))] if "activation_beta" in attributes else []
    return _gate(activation, values)


def _gate(name: str, values: list[float]) -> Formula:
    """An activation that another operator names, its parameters in the order of their attributes."""
    if name == "Clip":
        return clip(*values[:2])
    if name == "Affine":
        return native("affine", *values[:2])
    if name in _ACTIVATIONS:
        names = ("gamma", "alpha") if name == "Selu" else ("alpha", "beta")
        return _ACTIVATIONS[name](dict(zip(names, values, strict=False)))
    return COMMON.get(name.lower(), identity)


def _recurrent(defaults: Sequence[str]) -> Callable[[Attributes], list[tuple[str, Formula]]]:
    def gates(attributes: Attributes) -> list[tuple[str, Formula]]:
        names = attributes.get("activations") or list(defaults)
        names = [str(name) for name in names] if isinstance(names, list) else list(defaults)
        alphas, betas = (list(attributes.get(key) or []) for key in ("activation_alpha", "activation_beta"))
        found: dict[tuple[str, tuple[float, ...]], tuple[str, Formula]] = {}
        for name in names[:16]:
            spelled = next((known for known in _GATES if known.lower() == name.lower()), name)
            values = [shortest(float(given.pop(0))) for given in (alphas, betas)[: _TAKES.get(spelled, 0)] if given]
            found[spelled, tuple(values)] = spelled, _gate(spelled, values)
        return list(found.values())

    return gates


_TAKES = {"LeakyRelu": 1, "ThresholdedRelu": 1, "Elu": 1, "ScaledTanh": 2, "HardSigmoid": 2, "Affine": 2}
_GATES = (*_ACTIVATIONS, "Relu", "Tanh", "Sigmoid", "Softsign", "Softplus", "Affine")

# An LSTM names its gates i, o, f first, then the two others; a layer counts each activation once.
RECURRENT: Mapping[str, Callable[[Attributes], list[tuple[str, Formula]]]] = {
    "LSTM": _recurrent(("Sigmoid", "Tanh")),
    "GRU": _recurrent(("Sigmoid", "Tanh")),
    "RNN": _recurrent(("Tanh",)),
}
