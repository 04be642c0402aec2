"""The library: whatever the command line does, one of these calls does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import actviz.notebook  # noqa: F401  registers how results show themselves
from actviz.curves.curve import Activation, Curve, variables
from actviz.curves.specs import resolve, resolve_one
from actviz.errors import UsageError, did_you_mean
from actviz.language.syntax import VARIABLE
from actviz.registry.lookup import active
from actviz.text import visible
from actviz.writing.tables import MOST_DIGITS, Table, check_digits, tabulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

    from actviz.analysis.accuracy import Check
    from actviz.analysis.approximation.results import Approximation
    from actviz.analysis.comparison import Pair
    from actviz.analysis.deviation import Deviation
    from actviz.analysis.identification import Identification
    from actviz.analysis.records import Properties
    from actviz.analysis.results import Derivation
    from actviz.figures.charts import Chart
    from actviz.figures.gallery import Outcome
    from actviz.figures.spec import FigureSpec
    from actviz.language.numerics.special import Array
    from actviz.models.results import Model
    from actviz.networks.distribution import Distribution
    from actviz.networks.propagation import Propagation, Sampler
    from actviz.networks.selfnorm import SelfNormalisation
    from actviz.networks.training import Training

Spec = str | Activation

_APPEARANCE = ("title", "formula", "size", "dpi", "theme", "font_scale", "transparent", "sheet")
_APPROXIMATE = (
    *("pieces", "table", "polynomial", "rational", "fit", "norm", "knots", "continuous", "dtype", "format", "lookup"),
    *("int8", "inputs", "tails", "choices"),
)
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


def names(where: str | None = None, sort: str | None = None, variance: float = 1.0) -> list[str]:
    """The canonical names of all entries, in the order of the registry, or of some of them.

    Args:
        where: only those with these properties, as in ``lipschitz <= 1 and monotone``.
        sort: by this property, ``-`` before it for the largest first.
        variance: of the Gaussian for moments and gains in these.

    Raises:
        UsageError: the condition, the property or the variance is not usable.
    """
    if where is None and sort is None:
        return active().names
    from actviz.analysis.selecting import selected

    found = selected([Activation(entry) for entry in active()], where, sort, variance)
    return [activation.entry.name for activation, _ in found]


def listing(
    family: str | None = None, search: str | None = None, framework: str | None = None, **options: Any
) -> Table:
    """The entries as a table; see `actviz.writing.entries.listing`."""
    from actviz.writing.entries import listing as listed

    return listed(family, search, framework, **options)


def properties(spec: Spec, variance: float = 1.0) -> Properties:
    """What is known of a function with its parameters: range, zeros, slopes, Lipschitz constant, moments, gains.

    Args:
        spec: the function, as in `get`.
        variance: q of the Gaussian N(0, q) of moments and gains.

    Returns:
        A record, to be read as an object (``found.range.low``) or by key (``found["range"]["low"]``). ``proved`` has
        the names of what is proved; the rest is sampled.

    Raises:
        UsageError: the spec or the variance is not usable.
    """
    from actviz.analysis.properties import properties as known

    return known(get(spec), variance)


def properties_table(*specs: Spec, variance: float = 1.0, upright: bool = True) -> Table:
    """The properties of several functions side by side.

    Args:
        specs: the functions, as in `get`; sweeps too.
        variance: q of the moments.
        upright: a column for each function, as people read them; else a row.
    """
    from actviz.writing.properties import side_by_side

    return side_by_side(_all_properties(specs, variance), upright)


def properties_json(*specs: Spec, variance: float = 1.0) -> str:
    """All properties of several functions as JSON: a list of records, each with its ``function``."""
    from actviz.writing.properties import record
    from actviz.writing.tables import json_text

    return json_text([{"function": found.spec, **record(found)} for found in _all_properties(specs, variance)])


def _all_properties(specs: Sequence[Spec], variance: float) -> list[Properties]:
    found = activations(specs)
    if not found:
        raise UsageError("there is nothing to tabulate", "Name an activation, as in 'actviz table elu'.")
    return [properties(activation, variance) for activation in found]


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
    dtype: str | None = None,
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
        dtype: draw beside the truth what comes out in this data type, every operation rounded.
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

    _check_keywords(
        "plot", appearance, ["derivative", "orders", "wrt", "span", "function", "ax", "dtype", *_APPEARANCE]
    )
    spec = plot_spec(specs, derivative, orders, wrt, span, function=function, dtype=dtype, **appearance)
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
    dtype: str | None = None,
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
    drawn = compose.plot_spec(found, wanted, wrt, span, title, formula, **appearance)
    if dtype is None:
        return drawn
    from actviz.figures.naive import with_type

    curves = [activation.curve(order, wrt) for activation in found for order in dict.fromkeys(wanted)]
    return with_type(drawn, curves, dtype)


def table(
    *specs: Spec,
    at: Sequence[float],
    orders: Sequence[int] | None = None,
    wrt: str = VARIABLE,
    digits: int | None = None,
    exact: bool = False,
    dtype: str | None = None,
) -> Table:
    """Values and derivatives, a column for each.

    Args:
        specs: the functions, as in `get`; sweeps too.
        at: the points x.
        orders: derivative orders, 0 being the function; by default the function and its derivative.
        wrt: the variable of differentiation, or several for a mixed derivative.
        digits: significant digits; with more than 17 the values are texts of so many digits, all of them proved.
        exact: add a column for each that says ``exact``, ``correctly rounded``, ``limit``, or why there is no value.
        dtype: add a column for each with what comes out in this data type, every operation rounded.

    Raises:
        UsageError: the digits are too many or too few, or there is no such type.
    """
    check_digits(digits, MOST_DIGITS)
    return tabulated(table_curves(specs, orders, wrt), at, digits, exact, dtype)


def tabulated(
    curves: Sequence[Curve],
    at: Sequence[float] | Array,
    digits: int | None = None,
    exact: bool = False,
    dtype: str | None = None,
) -> Table:
    """The columns of a `table`."""
    found = tabulate(curves, at, digits, exact)
    if dtype is None:
        return found
    from actviz.writing.naive import beside

    return beside(found, curves, at, dtype)


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


def deviations(
    *sides: Spec | Callable[..., Any],
    span: tuple[float, float] | None = None,
    dtype: str | None = None,
    keywords: Mapping[str, Any] | None = None,
) -> list[Deviation]:
    """How far every side after the first is from the first at points, absolutely, relatively and in ULP.

    Args:
        sides: specs, callables, or words that name code or data as in `check`; of names that are both a registered
            spelling and code, ``module:function`` means the code.
        span: the range of x.
        dtype: the data type in which code computes and whose numbers the points are.
        keywords: arguments that code is given beside x.

    Raises:
        UsageError: a side, the range or the type is not usable.
        InputError: code raises an error, or is no function of one number.
    """
    from actviz.analysis.deviation import deviations as measured

    return measured(sides, span, dtype, keywords)


def propagate(
    *specs: Spec,
    depth: int = 50,
    width: int = 1000,
    networks: int = 8,
    init: str | float = "lecun",
    bias_std: float | None = None,
    norm: str | Sequence[str] = "none",
    batch: int = 32,
    input_mean: float = 0.0,
    input_std: float = 1.0,
    correlation: float = 0.5,
    seed: int = 0,
    backend: str = "numpy",
    device: str | None = None,
    progress: Callable[[Iterable[int]], Iterable[int]] | None = None,
) -> list[Propagation]:
    """What functions do to signals and gradients of deep random networks: theory of infinite width, and a sample.

    z^l = W^l h^{l-1} + b^l, h^l = f(z^l), W_ij ~ N(0, σw²/n), b_i ~ N(0, σb²); q^l is the variance of z^l over draws of
    the weights, c^l the correlation of two inputs in what enters f, g^l the mean square of ∂loss/∂z^l.

    Args:
        specs: the functions, as in `get`; sweeps too.
        depth: L, layers.
        width: n, units of each layer and of the input.
        networks: how many are drawn; 0 for theory alone.
        init: ``lecun``, ``he``, ``glorot``, ``orthogonal``, ``torch``, ``critical`` (the edge of chaos), or σw².
        bias_std: σb; 0 by default, but for ``torch`` its own.
        norm: ``none``, ``input``, ``batch``, ``layer`` (before f), ``layer-after``; several with commas between them.
        batch: B, the inputs of a batch, for batch normalisation.
        input_mean: the mean of an input's features.
        input_std: their standard deviation; q⁰ is the sum of the squares of the two.
        correlation: of two inputs' features.
        seed: from which weights are drawn.
        backend: ``numpy``, or ``torch`` where PyTorch is installed.
        device: of PyTorch: ``cpu`` or ``cuda``.
        progress: passes on the numbers of networks as they are drawn.

    Returns:
        One result for each function and normalisation.

    Raises:
        UsageError: a number is out of range, a moment of a function is infinite, or it has no edge of chaos.
        ActvizError: PyTorch, or its device, is not there.
    """
    from actviz.networks.propagation import propagations

    found = activations(specs)
    if not found:
        raise UsageError("there is nothing to propagate", "Name an activation, as in 'actviz propagate selu'.")
    return propagations(
        found,
        depth=depth,
        width=width,
        networks=networks,
        init=init,
        bias_std=bias_std,
        norm=norm,
        batch=batch,
        input_mean=input_mean,
        input_std=input_std,
        correlation=correlation,
        seed=seed,
        progress=progress,
        sampler=_sampler(backend, device),
    )


def moment_map(*specs: Spec, omega: float = 0.0, tau: float = 1.0) -> list[SelfNormalisation]:
    """The map of a layer's mean and variance to the next one's, for units with Σw = ω and Σw² = τ (Klambauer 2017).

    Args:
        specs: the functions, as in `get`.
        omega: ω.
        tau: τ.

    Raises:
        UsageError: a function has no variance, or ω or τ is out of range.
    """
    from actviz.networks.selfnorm import moment_map as mapped

    return [mapped(activation, omega, tau) for activation in activations(specs)]


def map_figure(results: Sequence[SelfNormalisation], title: str | None = None, **appearance: Any) -> Chart:
    """The chart of `moment_map`'s results."""
    from actviz.figures.maps import map_chart

    return map_chart(results, title, **appearance)


def propagation_figure(results: Sequence[Propagation], title: str | None = None, **appearance: Any) -> Chart:
    """The chart of `propagate`'s results, for `actviz.figures.mpl.charts.render`."""
    from actviz.figures.propagation import propagation_chart

    return propagation_chart(results, title, **appearance)


def distribution(
    spec: Spec,
    values: ArrayLike | None = None,
    *,
    normal: tuple[float, float] | None = None,
    file: Path | str | None = None,
    key: str | None = None,
    axis: int | None = None,
    threshold: float = 0.01,
) -> Distribution:
    """What a function does to the values that reach it: moments and shares before and after.

    Args:
        spec: the function, as in `get`.
        values: an array of preactivations; by default a Gaussian.
        normal: mean and standard deviation of the Gaussian; (0, 1) by default.
        file: in place of `values`: ``.npy``, ``.npz``, ``.safetensors``, ``.csv`` or text.
        key: the array in a file that holds several.
        axis: the axis of the units, for those that are dead for every sample.
        threshold: slopes below it in size are saturated.

    Raises:
        UsageError: a moment is infinite, a number out of range, or the axis is not there.
        InputError: the file cannot be read, or its values are empty, not finite, or all the same.
    """
    from actviz.networks import distribution as room
    from actviz.networks.values import from_array, from_file

    given = [name for name, value in (("values", values), ("normal", normal), ("file", file)) if value is not None]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} both say what reaches the function", "Give one of them.")
    activation = get(spec)
    if values is None and file is None:
        return room.of_normal(activation, *(normal or (0.0, 1.0)), threshold)
    found = from_array(values, axis) if file is None else from_file(Path(file), key, axis)
    return room.of_values(activation, found.blocks, found.name, threshold)


def distribution_figure(results: Sequence[Distribution], title: str | None = None, **appearance: Any) -> Chart:
    """The chart of `distribution`'s results: densities before, under the curve, and after it."""
    from actviz.figures.distribution import distribution_chart

    return distribution_chart(results, title, **appearance)


def train(
    *specs: Spec,
    data: str = "digits",
    depth: int = 4,
    width: int = 64,
    lr: float = 0.1,
    epochs: int = 20,
    norm: str | Sequence[str] = "input",
    seeds: int = 5,
    init: str | float = "lecun",
    device: str = "cpu",
    progress: Callable[[Iterable[Any]], Iterable[Any]] | None = None,
) -> list[Training]:
    """Train small multilayer perceptrons with functions, on PyTorch, by plain gradient descent.

    Args:
        specs: the functions, as in `get`; parameters that the registry calls learned are learned, one for each unit.
        data: ``digits`` (of scikit-learn), ``spirals``, or an ``.npz`` file with arrays X and y.
        depth: hidden layers.
        width: units of each.
        lr: the learning rate.
        epochs: passes over the training set.
        norm: ``none`` (raw inputs), ``input`` (standardised), ``batch`` or ``layer`` (and standardised inputs); several
            with commas between them.
        seeds: runs of each.
        init: as in `propagate`, but for ``critical`` and ``orthogonal``.
        device: of PyTorch.
        progress: passes on the seeds as they are trained.

    Raises:
        ActvizError: PyTorch, its device or scikit-learn is not there.
        UsageError: a number is out of range.
        InputError: the file cannot be read.
    """
    import math

    from actviz.networks import training
    from actviz.networks.setting import variances

    found = activations(specs)
    if not found:
        raise UsageError("there is nothing to train", "Name an activation, as in 'actviz train relu'.")
    weight = variances(init, max(width, 1))[1]
    if math.isnan(weight):
        raise UsageError(f"training does not start from '{init}' weights", "Name lecun or he, or give σw² as a number.")
    norms = norm.split(",") if isinstance(norm, str) else norm
    plans = [training.Plan(data, depth, width, lr, epochs, name.strip(), seeds, weight, device) for name in norms]
    for plan in plans:
        training.check(plan)
    return [
        training.train(activation, plan, lambda one: source(one, "torch"), progress)
        for activation in found
        for plan in plans
    ]


def training_figure(results: Sequence[Training], title: str | None = None, **appearance: Any) -> Chart:
    """The chart of `train`'s results."""
    from actviz.figures.training import training_chart

    return training_chart(results, title, **appearance)


def _sampler(backend: str, device: str | None) -> Sampler | None:
    """What runs drawn networks."""
    if backend == "numpy":
        if device not in (None, "cpu"):
            raise UsageError(f"NumPy does not run on '{device}'", "Add --backend torch.")
        return None
    if backend != "torch":
        raise UsageError(f"there is no backend '{backend}'", "Backends: numpy, torch.")
    from actviz.networks.on_torch import sampler

    return sampler(device or "cpu", lambda activation: source(activation, "torch"))


def check(
    target: str | Callable[..., Any],
    spec: Spec | None = None,
    *,
    dtype: str | None = None,
    derivative: bool = False,
    span: tuple[float, float] | None = None,
    keywords: Mapping[str, Any] | None = None,
    backward: str | Callable[..., Any] | None = None,
    max_ulp: float | None = None,
    max_abs: float | None = None,
    max_rel: float | None = None,
    device: str | None = None,
    points: int | None = None,
    exhaustive: bool = False,
    state: Path | str | None = None,
    jobs: int | None = None,
    progress: Callable[[Iterable[Any], int], Iterable[Any]] | None = None,
) -> Check:
    """Whether an implementation is right, and by how many ULP: |got − exact| over the spacing at the exact value.

    Types of 16 bits and fewer are looked at completely, float32 at 2²² numbers over all exponents, float64 at 2¹⁶
    with a reference in balls.

    Args:
        target: the code, which is run: a callable of NumPy, PyTorch, JAX, TensorFlow or plain Python, its dotted name,
            ``module:function``, ``file.py:function``, ``libfile.so:function`` of C, or a file: .onnx, or points in
            .npy, .npz or .csv.
        spec: the true function, as in `get`; by default what the target's name says.
        dtype: ``float64``, ``float32``, ``float16``, ``bfloat16``, ``float8_e4m3fn`` and so on; by default that of the
            target, else float32.
        derivative: check what its automatic differentiation gives as well.
        span: numbers in this range alone.
        keywords: arguments that the target is given beside x.
        backward: a derivative written by hand, of x, or of a gradient and x.
        max_ulp: the largest error allowed; what passes a limit is in ``exceeded``.
        max_abs: the largest absolute error allowed.
        max_rel: the largest relative error allowed.
        device: where PyTorch or JAX computes, as in ``cuda``.
        points: how many numbers of a large type.
        exhaustive: look at every number of float32.
        state: a file that says how far that has come, for it to be taken up again.
        jobs: processes for it.
        progress: passes on its blocks, given how many there are.

    Raises:
        UsageError: there is no such target, type or number.
        InputError: the target raises an error, which is shown, or is no function of one number.
    """
    from actviz.analysis.accuracy import Limits
    from actviz.analysis.accuracy import check as checked
    from actviz.analysis.accuracy.naming import meant

    activation = meant(target, keywords) if spec is None else get(spec)
    limits = Limits(max_ulp, max_abs, max_rel)
    if exhaustive:
        from actviz.analysis.accuracy.walk import check_all

        return check_all(
            target,
            activation,
            dtype,
            span,
            keywords,
            limits,
            device or "",
            Path(state) if state else None,
            jobs,
            progress,
        )
    return checked(target, activation, dtype, derivative, span, keywords, backward, limits, device or "", points)


def assert_accurate(target: str | Callable[..., Any], spec: Spec | None = None, **options: Any) -> None:
    """Raise `AssertionError`, with the worst points, where an implementation passes a limit; for tests.

    Args:
        target: the code, as in `check`.
        spec: the true function.
        options: those of `check`; one of ``max_ulp``, ``max_abs`` and ``max_rel`` at least.

    Raises:
        AssertionError: a limit is passed.
        TypeError: there is no limit.
    """
    from actviz.analysis.accuracy import assert_accurate as asserted

    if not {"max_ulp", "max_abs", "max_rel"} & {name for name, value in options.items() if value is not None}:
        raise TypeError("assert_accurate() needs max_ulp, max_abs or max_rel")
    asserted(check(target, spec, **options))


def check_grid(
    dtype: str = "float32", spec: Spec = "x", span: tuple[float, float] | None = None, points: int | None = None
) -> Array:
    """The numbers at which `check` looks, as float64, for values that are computed elsewhere.

    Args:
        dtype: the data type.
        spec: the true function, near whose breakpoints a sample is dense.
        span: numbers in this range alone.
        points: how many numbers of a large type.
    """
    from actviz.analysis.accuracy.points import points as chosen
    from actviz.analysis.datatypes import data_type

    return chosen(data_type(dtype), get(spec).curve(), span, points)


def check_figure(*checks: Check, limit: float | None = None, title: str | None = None, **appearance: Any) -> FigureSpec:
    """The figure of checks, for `actviz.figures.mpl.render.render`: the worst error of each binade against x."""
    from actviz.figures.checking import check_spec

    return check_spec(checks, limit, title, **appearance)


def identify(
    target: Spec | Callable[..., Any] | tuple[ArrayLike, ArrayLike],
    *,
    tolerance: float | None = None,
    span: tuple[float, float] | None = None,
    keywords: Mapping[str, Any] | None = None,
) -> Identification:
    """Which functions of the registry, under which names of frameworks and with which parameters, a function equals.

    Args:
        target: an expression or a name, as in `get`, in any notation that is read there; a callable, its
            ``module:function``, or a file, as in `check`; or points, as a pair of arrays x and y.
        tolerance: of points, the noise level: the standard deviation of the error in y. Of functions, how large an
            error counts as none, in parts of the value; 3e-6 by default.
        span: the range in which the nearest are compared, where it equals none.
        keywords: arguments that a callable is given beside x.

    Returns:
        The matches, or the nearest three.
    """
    from actviz.analysis.identification.target import identified

    return identified(target, tolerance, span, keywords)


def approximate(spec: Spec, *, span: tuple[float, float] | None = None, **how: Any) -> Approximation:
    """A cheap stand-in for a function, with its largest error proved by ball arithmetic.

    Args:
        spec: the function, as in `get`.
        span: the range of x; by default that of its figure.
        how: one of ``pieces`` (N straight pieces), ``table`` (N entries), ``polynomial`` (its degree), ``rational``
            (two degrees), ``fit`` (a spec with parameters without a value); and, where they apply, ``norm`` (``max``,
            ``gauss`` or ``rms``), ``knots`` (``free``, ``uniform`` or ``powers``), ``continuous``, ``dtype``,
            ``format`` (``q4.11``), ``lookup`` (``nearest``, ``linear`` or ``cubic``), ``int8`` (scale and zero point of
            the input and of the output), ``inputs`` (numbers to fit over), ``tails`` (``asymptote``, ``extend`` or
            ``hold``) and ``choices`` (whether to say what other numbers of pieces would give).

    Returns:
        An `Approximation`: ``spec``, ``max_error``, ``max_error_at``, ``max_error_beyond``, ``rms_gauss``, ``knots``,
        ``coefficients`` or ``entries``, ``parameters`` of a fit, and ``activation``, which can be called.

    Raises:
        UsageError: what is asked for does not exist, or does not go together.
        ActvizError: the function has a pole in the range, or no best approximation was found.
        TypeError: a keyword is not one of these.
    """
    from actviz.analysis.approximation.construct import approximate as approximated
    from actviz.analysis.approximation.construct import request
    from actviz.figures.framing import default_range

    _check_keywords("approximate", how, _APPROXIMATE)
    activation = get(spec)
    low, high = span or default_range([activation])
    return approximated(activation, request(span=span, **how), low, high)


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


def model(path: Path | str) -> Model:
    """Which activations a model file holds, how they are spelt, and what it learned; the model is never run.

    Args:
        path: a file in one of the formats that docs/model.md lists, or a folder that holds one.

    Raises:
        InputError: the file cannot be read, or is no model.
    """
    from actviz.models.search import model as found

    return found(path)


def models_in(*paths: Path | str) -> list[Model]:
    """What `model` says of several files, and of every model file in folders.

    Raises:
        InputError: a file cannot be read, or a folder holds no model.
    """
    from actviz.models.search import models as found

    return found(paths)


def model_figure(models: Model | Sequence[Model], **appearance: Any) -> FigureSpec:
    """The figure spec of what models learned: their functions coloured by layer, and how the values are spread.

    Args:
        models: what `model` or `models_in` gave.
        appearance: fields of a figure spec.

    Raises:
        ActvizError: nothing was learned.
    """
    from actviz.figures.learned import learned_spec
    from actviz.models.results import Model

    return learned_spec([models] if isinstance(models, Model) else models, **appearance)


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
