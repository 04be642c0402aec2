"""What is propagated: one function in networks of one shape, initialised and normalised in one way.

Conventions, from which half of all disagreements in the literature come: z^l = W^l h^{l-1} + b^l, h^l = f(z^l), h^0 =
x; W_ij ~ N(0, σw²/n_in), b_i ~ N(0, σb²), every layer n units wide; q^l is the variance of z^l over the draw of
weights, g^l the mean square of ∂loss/∂z^l.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from actviz.curves.curve import Activation
from actviz.errors import UsageError

NORMS = ("none", "input", "batch", "layer", "layer-after")
INITS = ("lecun", "he", "glorot", "orthogonal", "torch", "critical")
MOST_DEPTH, MOST_WIDTH, MOST_NETWORKS, MOST_BATCH = 10_000, 20_000, 1000, 4096
MOST_DRAWN = 2e9  # unit-samples: networks × depth × width × batch

_FIXED_GAINS = {"lecun": 1.0, "he": 2.0, "glorot": 1.0, "orthogonal": 1.0, "torch": 1 / 3}  # σw² on square layers


@dataclass(frozen=True)
class Setting:
    """One function in one kind of network.

    Args:
        activation: the function.
        depth: L, how many layers have the function.
        width: n, units of each layer and of the input.
        init: one of `INITS`, or ``number``.
        weight_variance: σw², n times the variance of a weight.
        bias_variance: σb².
        norm: one of `NORMS`: ``layer`` and ``batch`` before f, ``layer-after`` after it.
        batch: B, the inputs of a batch; two without batch normalisation.
        input_mean: the mean M of an input's features.
        input_std: their standard deviation S.
        correlation: of two inputs' features.
        networks: how many are drawn; 0 for theory alone.
        seed: from which their weights are drawn.
    """

    activation: Activation
    depth: int
    width: int
    init: str
    weight_variance: float
    bias_variance: float
    norm: str
    batch: int
    input_mean: float
    input_std: float
    correlation: float
    networks: int
    seed: int

    @property
    def input_square(self) -> float:
        """q⁰, the mean square of an input's features as the first layer meets them."""
        return 1.0 if self.norm == "input" else self.input_mean**2 + self.input_std**2

    @property
    def input_gap(self) -> float:
        """1 − c⁰, c⁰ being the cosine of two inputs: a common mean makes them alike."""
        own = 1.0 - self.correlation
        return own if self.norm == "input" else own * self.input_std**2 / self.input_square

    @property
    def label(self) -> str:
        """The function and what distinguishes its network, for people."""
        norm = {
            "none": "",
            "input": ", inputs standardised",
            "batch": f", batch norm (B = {self.batch})",
            "layer": ", layer norm before f",
            "layer-after": ", layer norm after f",
        }[self.norm]
        return f"{self.activation.label}{norm}"


def variances(init: str | float, width: int) -> tuple[str, float, float]:
    """The name of an initialisation, its σw² and the σb² that comes with it, on square layers.

    ``critical`` has none yet: it depends on the function.

    Raises:
        UsageError: there is no such initialisation, or the number is no variance.
    """
    if isinstance(init, str) and init in INITS:
        return init, _FIXED_GAINS.get(init, math.nan), 1 / (3 * width) if init == "torch" else 0.0
    try:
        number = float(init)
    except ValueError:
        raise UsageError(
            f"there is no initialisation '{init}'", f"Name one of {', '.join(INITS)}, or give σw² as a number."
        ) from None
    if not (math.isfinite(number) and 0 < number <= 1e12):
        raise UsageError(
            f"the weight variance {number:g} cannot be used", "σw² = n·Var W is above 0 and at most 1e12; LeCun's is 1."
        )
    return "number", number, 0.0


def check(setting: Setting) -> None:
    """Raise `UsageError` where a number of the setting is out of range; the message says what is allowed."""
    ranges = (
        ("depth", setting.depth, 1, MOST_DEPTH),
        ("width", setting.width, 2, MOST_WIDTH),
        ("networks", setting.networks, 0, MOST_NETWORKS),
        ("batch", setting.batch, 2, MOST_BATCH),
        ("seed", setting.seed, 0, 2**63 - 1),
    )
    for name, value, least, most in ranges:
        if not least <= value <= most:
            raise UsageError(f"{name} {value} cannot be used", f"From {least} to {most:,}.")
    if setting.norm not in NORMS:
        raise UsageError(f"there is no normalisation '{setting.norm}'", f"Normalisations: {', '.join(NORMS)}.")
    if setting.norm == "batch" and setting.batch < 4:
        raise UsageError(
            f"batch normalisation over {setting.batch} inputs has infinite gradients", "Give a batch of 4 or more."
        )
    if not (math.isfinite(setting.bias_variance) and 0 <= setting.bias_variance <= 1e12):
        raise UsageError(
            f"the standard deviation {math.sqrt(abs(setting.bias_variance)):g} of biases cannot be used",
            "From 0 to a million.",
        )
    if not (math.isfinite(setting.input_mean) and abs(setting.input_mean) <= 1e6):
        raise UsageError(f"the input mean {setting.input_mean:g} cannot be used", "From −1e6 to 1e6.")
    if not (math.isfinite(setting.input_std) and 0 < setting.input_std <= 1e6):
        raise UsageError(f"the input deviation {setting.input_std:g} cannot be used", "Above 0 and up to 1e6.")
    if not -1 <= setting.correlation <= 1:
        raise UsageError(f"the correlation {setting.correlation:g} cannot be used", "From −1 to 1.")
    if setting.networks and max(setting.networks, 1) * setting.depth * setting.width * setting.batch > MOST_DRAWN:
        raise UsageError(
            f"{setting.networks} networks of depth {setting.depth} and width {setting.width} are too many to draw",
            "Lower --depth, --width, --batch or --networks; --networks 0 is theory alone.",
        )
