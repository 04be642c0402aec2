"""Enclosures of complex values, for integrals: every function of the language continued from the real line.

Choices go by the real part, on both sides of their boundary by the formula that holds there; across a boundary, and
at the branch cuts of roots and logarithms, a function is not analytic, which `acb.integral` asks to be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, ClassVar

from flint import acb, arb

from actviz.language.numerics.closures import Closure, Compiler, whole
from actviz.language.syntax import Call, Conditional, Node


def _sigmoid(z: acb) -> acb:
    if z.real > 0:
        return 1 / (1 + (-z).exp())
    small = z.exp()
    return small / (1 + small)


def _sech(z: acb) -> acb:
    small = (-z).exp() if z.real > 0 else z.exp()
    return 2 * small / (1 + small * small)


SMOOTH: dict[str, Callable[[acb], acb]] = {
    "exp": acb.exp,
    "expm1": acb.expm1,
    "sin": acb.sin,
    "cos": acb.cos,
    "tan": acb.tan,
    "sinh": acb.sinh,
    "cosh": acb.cosh,
    "tanh": acb.tanh,
    "sech": _sech,
    "erf": acb.erf,
    "erfc": acb.erfc,
    "sigmoid": _sigmoid,
    "normal_pdf": lambda z: (-z * z / 2).exp() / (2 * arb.pi()).sqrt(),
    "normal_cdf": lambda z: (-z / arb(2).sqrt()).erfc() / 2,
}


class Complex(Compiler):
    """Trees on complex balls.

    Args:
        node: the tree.
        values: a number for every parameter in the tree.
        analytic: whether a ball on which the function is not analytic has to give NaN.
    """

    forms: ClassVar[Mapping[str, Callable[..., Any]]] = SMOOTH

    def __init__(self, node: Node, values: Mapping[str, Any], analytic: bool) -> None:
        self.analytic = analytic
        self.cut: dict[str, Callable[[acb], acb]] = {
            "log": self.log,
            "log1p": lambda z: z.log1p() if self.is_clear(1 + z) else acb(arb.nan()),
            "sqrt": lambda z: z.sqrt(analytic=analytic),
            "atan": lambda z: z.atan() if self.is_clear(1 + z * z) else acb(arb.nan()),
            "asinh": lambda z: z.asinh() if self.is_clear(1 + z * z) else acb(arb.nan()),
            "softplus": self.softplus,
            "log_sigmoid": lambda z: -self.softplus(-z),
        }
        self.choices: dict[str, Callable[..., acb]] = {
            "abs": lambda z: self.chosen(z, z, -z),
            "sign": lambda z: self.chosen(z, acb(1), acb(-1)),
            "max": lambda *parts: reduce(lambda a, b: self.chosen(a - b, a, b), parts),
            "min": lambda *parts: reduce(lambda a, b: self.chosen(b - a, a, b), parts),
            "clip": lambda z, low, high: self.chosen(z - high, high, self.chosen(z - low, z, low)),
        }
        super().__init__(node, values)

    def number(self, value: arb) -> acb:
        """A constant on the real line."""
        return acb(value)

    def call(self, node: Call, arguments: list[Closure]) -> Closure:
        """A function: one that chooses, one with a branch cut, or one without."""
        choice = self.choices.get(node.function) or self.cut.get(node.function)
        if choice is None:
            return super().call(node, arguments)
        return lambda z: choice(*[argument(z) for argument in arguments])

    def is_clear(self, z: acb) -> bool:
        """Whether it does not matter that a ball may meet the negative real axis, or it does not."""
        return not self.analytic or bool(z.log(analytic=True).is_finite())

    def log(self, z: acb) -> acb:
        """The logarithm."""
        return z.log(analytic=self.analytic)

    def softplus(self, z: acb) -> acb:
        """ln(1 + exp(z)), from the exponential that is small."""
        if z.real > 0:
            return z + self.log(1 + (-z).exp())
        return self.log(1 + z.exp())

    def power(self, base: Closure, exponent: Closure) -> Closure:
        """A power."""

        def raised(z: Any) -> Any:
            below, above = base(z), exponent(z)
            count = whole(above.real) if above.imag.is_zero() else None
            if count is not None:
                return _whole_power(below, count)
            return below.pow(above, analytic=self.analytic)

        return raised

    def chosen(self, difference: acb, positive: acb, negative: acb) -> acb:
        """One of two values by the real part of a third."""
        if difference.real > 0:
            return positive
        if difference.real < 0:
            return negative
        return acb(arb.nan()) if self.analytic else positive.union(negative)

    def comparison(self, sign: str, left: Closure, right: Closure) -> Callable[[Any], Any]:
        """A comparison of the real parts."""
        return super().comparison(sign, lambda z: left(z).real, lambda z: right(z).real)

    def choice(self, node: Conditional) -> Closure:
        """The branch by the real parts; both where that is not settled and the function need not be analytic."""

        def both(z: Any, value: Closure, otherwise: Closure) -> Any:
            return acb(arb.nan()) if self.analytic else value(z).union(otherwise(z))

        return self.chooser(node, both, lambda: acb(arb.nan()))


def _whole_power(base: acb, exponent: int) -> acb:
    return 1 / _whole_power(base, -exponent) if exponent < 0 else base**exponent
