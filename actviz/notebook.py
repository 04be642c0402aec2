"""How results show themselves under ``print`` and in notebooks.

The rooms that make results know neither figures nor prose. This module knows them all and registers the writers with
`actviz.curves.display`; it is loaded with the library, and loads what draws or writes when that is first wanted.
"""

from __future__ import annotations

from actviz.analysis.approximation.results import Approximation
from actviz.analysis.results import Derivation
from actviz.curves.curve import Activation
from actviz.curves.display import register


def _activation_png(activation: Activation) -> bytes:
    """The function and its derivative."""
    from actviz.figures.compose import plot_spec
    from actviz.figures.mpl.render import render
    from actviz.figures.mpl.save import image

    spec = plot_spec([activation], (0, 1))
    return image(render(spec), spec, "png")


def _activation_latex(activation: Activation) -> str:
    """The definition."""
    from actviz.calculus.collect import tidy_cases
    from actviz.language.cases import unfold
    from actviz.language.notation.latex import Latex

    return f"$$f(x) = {Latex(activation.entry.symbols).value(unfold(tidy_cases(activation.entry.value)))}$$"


def _derivation_text(derivation: Derivation) -> str:
    """All of it."""
    from actviz.writing.derivations import derivation_text

    return derivation_text(derivation).rstrip("\n")


def _derivation_latex(derivation: Derivation) -> str:
    """The function and its derivative."""
    from actviz.writing.derivations import derivation_latex

    return derivation_latex(derivation)


def _approximation_text(found: Approximation) -> str:
    """All of it."""
    from actviz.writing.approximations import approximation_text

    return approximation_text(found).rstrip("\n")


register(Approximation, text=_approximation_text)
register(Activation, latex=_activation_latex, png=_activation_png)
register(Derivation, text=_derivation_text, latex=_derivation_latex)
