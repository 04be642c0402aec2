"""The library: whatever the command line does, one of these calls does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import actviz.notebook  # noqa: F401  registers how results show themselves
from actviz.curves.curve import Activation, Curve, variables
from actviz.curves.specs import resolve, resolve_one
from actviz.errors import UsageError, did_you_mean
from actviz.language.syntax import VARIABLE
from actviz.registry.lookup import active
from actviz.text import visible
from actviz.writing.tables import Table, tabulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from actviz.analysis.comparison import Pair
    from actviz.analysis.results import Derivation
    from actviz.figures.gallery import Outcome
    from actviz.figures.spec import FigureSpec

Spec = str | Activation

_APPEARANCE = ("title", "formula", "size", "dpi", "theme", "font_scale", "transparent", "sheet")
_GALLERY = ("folder", "family", "search", "theme", "image_format", "jobs", "force", "progress")


def get(spec: Spec) -> Activation:
    """The activation that a spec names.

    Args:
        spec: a name (``selu``), a name with parameters (``prelu:alpha=0.05``) or an expression (``x*sigmoid(x)``).

    Raises:
        UsageError: the spec is not usable; the message says what would be.
        TypeError: it is neither a text nor an activation.
    """
    _check_spec(spec)
    return spec if isinstance(spec, Activation) else resolve_one(spec)


def names() -> list[str]:
    """The canonical names of all entries, in the order of the registry."""
    return active().names


def activations(specs: Spec | Iterable[Spec]) -> list[Activation]:
    """The activations that one or several specs name; a sweep stands for several."""
    listed = [specs] if isinstance(specs, str | Activation) else list(specs)
    for spec in listed:
        _check_spec(spec)
    return [activation for spec in listed for activation in ([spec] if isinstance(spec, Activation) else resolve(spec))]


def _check_spec(spec: object) -> None:
    if not isinstance(spec, str | Activation):
        raise TypeError(f"a spec is a text such as 'selu', or an Activation, not {spec!r}")


def _check_keywords(function: str, given: Iterable[str], allowed: Sequence[str]) -> None:
    """Raise `TypeError`, as Python does, for a keyword that a function passes on and that nobody there takes."""
    for name in given:
        if name not in allowed:
            near = did_you_mean(name, allowed)
            hint = f"did you mean '{near}'?" if near else f"it takes {', '.join(allowed)}"
            raise TypeError(f"{function}() got an unexpected keyword argument '{name}'; {hint}")


def plot(
    *specs: Spec,
    derivative: bool = False,
    orders: Sequence[int] = (),
    wrt: str = VARIABLE,
    span: tuple[float, float] | None = None,
    function: bool = True,
    ax: Axes | None = None,
    **appearance: Any,
) -> Figure:
    """Draw activations; the figure shows itself in a notebook.

    Args:
        specs: what to draw, as in `get`; sweeps such as ``prelu:alpha=0.01,0.05`` too.
        derivative: draw the first derivative as well.
        orders: further derivative orders to draw, as in ``(2, 3)``.
        wrt: the variable of differentiation, ``x`` or a parameter, or several for a mixed derivative: ``x,beta``.
        span: the range of x as ``(low, high)``; by default one that shows every breakpoint.
        function: draw the function itself; without it, derivatives only.
        ax: axes of yours to draw into; curves carry labels for ``ax.legend()``, and no other text is written.
        appearance: ``title`` (text), ``formula`` (whether to set it), ``size`` (inches), ``dpi``, ``theme``
            (``light``, ``dark`` or ``print``), ``font_scale``, ``sheet`` (the path of a matplotlib style sheet on top
            of the theme).

    Returns:
        A new matplotlib figure, or that of `ax`. Global matplotlib state is left alone.

    Raises:
        UsageError: a spec, the range, the size or the theme is not usable, or `ax` is to hold several panels.
        InputError: the style sheet cannot be used.
        TypeError: a keyword is not one of these.
    """
    from actviz.figures.mpl.render import draw_into, render

    _check_keywords("plot", appearance, ["derivative", "orders", "wrt", "span", "function", "ax", *_APPEARANCE])
    spec = plot_spec(specs, derivative, orders, wrt, span, function=function, **appearance)
    if ax is None:
        return render(spec)
    draw_into(ax, spec)
    return cast("Figure", ax.get_figure(root=True))


def plot_spec(
    specs: Sequence[Spec],
    derivative: bool = False,
    orders: Sequence[int] = (),
    wrt: str = VARIABLE,
    span: tuple[float, float] | None = None,
    title: str | None = None,
    formula: bool = True,
    function: bool = True,
    **appearance: Any,
) -> FigureSpec:
    """The figure spec that `plot` renders."""
    from actviz.figures import compose

    found = activations(specs)
    if not found:
        raise UsageError("there is nothing to plot", "Name an activation, as in 'actviz plot selu'.")
    wanted = [0, *orders] if function else [order for order in orders if order]
    if derivative or (wrt != VARIABLE and not orders):
        wanted.append(len(variables(wrt)))
    if not wanted:
        raise UsageError(
            "without the function there is nothing to draw",
            "Ask for a derivative: --derivative or --order N; in Python, derivative=True or orders=(2,).",
        )
    title = title if title is None else visible(title)
    return compose.plot_spec(found, wanted, wrt, span, title, formula, **appearance)


def table(
    *specs: Spec,
    at: Sequence[float],
    orders: Sequence[int] | None = None,
    wrt: str = VARIABLE,
) -> Table:
    """Values and derivatives, a column for each.

    Args:
        specs: the functions, as in `get`; sweeps too.
        at: the points x.
        orders: derivative orders, 0 being the function; by default the function and its derivative.
        wrt: the variable of differentiation, or several for a mixed derivative.
    """
    return tabulate(table_curves(specs, orders, wrt), at)


def table_curves(specs: Sequence[Spec], orders: Sequence[int] | None = None, wrt: str = VARIABLE) -> list[Curve]:
    """The curves in the columns of a `table`."""
    if orders is None:
        orders = (0, len(variables(wrt)))
    curves = [activation.curve(order, wrt) for activation in activations(specs) for order in orders]
    if not curves:
        raise UsageError("there is nothing to tabulate", "Name an activation, as in 'actviz table elu'.")
    return curves


def derive(
    spec: Spec, order: int | None = None, wrt: str = VARIABLE, at: Sequence[float] = (), steps: bool = False
) -> Derivation:
    """Derive, prove and describe a derivative; see `actviz.analysis.derivation.derive`."""
    from actviz.analysis.derivation import derive as derived

    return derived(get(spec), order, wrt, at, steps)


def source(spec: Spec, target: str, order: int | None = None, wrt: str = VARIABLE) -> str:
    """A function and a proved derivative as a program for others.

    Args:
        spec: the function, as in `get`.
        target: ``numpy``, ``torch``, ``jax``, ``c``, ``javascript``, ``sympy``, or ``expression``: the derivative as a
            spec on one line.
        order: how many times to differentiate; by default once in each variable.
        wrt: the variable, ``x`` or a parameter, or several for a mixed derivative.

    Returns:
        The text of a complete file.

    Raises:
        UsageError: there is no such target, parameter or order.
        VerificationError: the derivative failed its own check.
    """
    from actviz import code

    return code.source(derive(spec, order, wrt).curve, target)


def compare(
    *specs: Spec, span: tuple[float, float] | None = None, order: int | None = None, wrt: str = VARIABLE
) -> list[Pair]:
    """Hold every activation after the first against the first; see `actviz.analysis.comparison.compare`.

    Args:
        specs: two functions or more, as in `get`; sweeps too.
        span: the range of x; by default one that shows every breakpoint.
        order: compare the derivatives of this order rather than the functions.
        wrt: compare the derivatives in this parameter, or mixed ones.

    Raises:
        UsageError: a spec, the range, the order or the variable is not usable.
    """
    from actviz.analysis.comparison import compare as compared
    from actviz.figures.compose import check_range
    from actviz.figures.framing import default_range

    found = activations(specs)
    low, high = span or default_range(found)
    check_range(low, high)
    return compared(found, low, high, compared_variables(order, wrt))


def compared_variables(order: int | None = None, wrt: str = VARIABLE) -> tuple[str, ...]:
    """What `compare` differentiates in before it compares: nothing unless an order or a parameter is given."""
    return () if order is None and wrt == VARIABLE else variables(wrt, order)


def cite(*specs: Spec, style: str = "bibtex") -> str:
    """The sources of activations, each once.

    Args:
        specs: the functions, as in `get`.
        style: ``bibtex``, ``text`` or ``json``.

    Raises:
        ActvizError: one of them has no source.
        UsageError: there is no such style.
    """
    from actviz.writing import citations

    if style not in citations.FORMATS:
        raise UsageError(f"there is no citation style '{style}'", f"Styles: {', '.join(citations.FORMATS)}.")
    return citations.FORMATS[style](citations.sources(activations(specs)))


def gallery(folder: Path | str = "gallery", **options: Any) -> Outcome:
    """Bring a gallery up to date: a picture of every entry, overview sheets and two index pages.

    Args:
        folder: where; it is made if missing.
        options: ``family`` and ``search`` (which entries, as `actviz list` takes them), ``theme``, ``image_format``
            (``png``, ``svg`` or ``pdf``), ``jobs`` (processes, by default one for each core), ``force`` (draw what
            is current as well) and ``progress``; see `actviz.figures.gallery.write`.

    Returns:
        Which files were ``written`` and which were ``current``.

    Raises:
        TypeError: a keyword is not one of these.
    """
    _check_keywords("gallery", options, _GALLERY)
    from actviz.figures.gallery import write

    return write(Path(folder), **options)
