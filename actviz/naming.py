"""How formulas name a curve: f, f′, ∂f/∂α."""

from __future__ import annotations

from actviz.curve import Curve
from actviz.language.notation import Latex
from actviz.language.syntax import VARIABLE


def function_name(curve: Curve) -> str:
    """How formulas name a curve: f, f′, f″, ∂f/∂α."""
    if curve.wrt == VARIABLE:
        return f"f{curve.mark}"
    symbol = curve.activation.entry.symbols.get(curve.wrt, curve.wrt)
    power = "" if curve.order == 1 else "²³⁴⁵⁶⁷⁸⁹"[curve.order - 2] if curve.order <= 9 else f"^{curve.order}"
    return f"∂{power}f/∂{symbol}{power}"


def latex_name(curve: Curve) -> str:
    """The same in LaTeX, with its argument: ``f'(x)``."""
    if curve.wrt == VARIABLE:
        marks = "'" * curve.order if curve.order < 4 else f"^{{({curve.order})}}"
        return f"f{marks}(x)"
    symbol = Latex(curve.activation.entry.symbols).name(curve.wrt)
    power = "" if curve.order == 1 else f"^{{{curve.order}}}"
    return rf"\frac{{\partial{power} f}}{{\partial {symbol}{power}}}"
