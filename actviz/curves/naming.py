"""How formulas name a curve: f, f′, ∂f/∂α."""

from __future__ import annotations

from actviz.curves.curve import Curve
from actviz.language.notation.latex import Latex
from actviz.text import raised


def function_name(curve: Curve) -> str:
    """How formulas name a curve: f, f′, f″, ∂f/∂α, ∂²f/∂x∂α."""
    if curve.in_x:
        return "f" + (("", "′", "″", "‴")[curve.order] if curve.order < 4 else f"⁽{raised(curve.order)}⁾")
    return curve.partial("f", curve.activation.entry.symbols)


def latex_name(curve: Curve) -> str:
    """The same in LaTeX, with its argument: ``f'(x)``."""
    if curve.in_x:
        marks = "'" * curve.order if curve.order < 4 else f"^{{({curve.order})}}"
        return f"f{marks}(x)"
    notation = Latex(curve.activation.entry.symbols)
    bottom = r" ".join(rf"\partial {notation.name(name)}{_power(count)}" for name, count in curve.counted)
    return rf"\frac{{\partial{_power(curve.order)} f}}{{{bottom}}}"


def _power(count: int) -> str:
    return f"^{{{count}}}" if count > 1 else ""
