"""Fits: the parameters with which one function comes nearest to another.

In mean squares by Gauss–Newton steps from the best of many starts; in the maximum norm from there by steps that are
best to first order, each a linear programme over the places where the error is largest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product

import numpy as np

from actviz.analysis.approximation import formula, measure
from actviz.analysis.approximation.chebyshev import smallest
from actviz.analysis.approximation.construct import Request
from actviz.analysis.approximation.results import Approximation, Norm, Part
from actviz.analysis.approximation.squares import minimized
from actviz.analysis.approximation.target import Target, peaks, refined
from actviz.curves.curve import Activation
from actviz.curves.specs import resolve_one
from actviz.errors import ActvizError, UsageError
from actviz.language.numerics.float64 import evaluate
from actviz.language.numerics.special import Array, normal_pdf
from actviz.language.parser import parse
from actviz.language.pieces import split
from actviz.language.syntax import Node, free_names, substitute
from actviz.registry.lookup import active

MOST_PARAMETERS = 8
_FACTORS = (1.0, 0.1, 0.25, 0.5, 2.0, 4.0, -1.0, -0.25)  # of the first values: where fits start
_MOST_STARTS = 512
_FINALISTS = 6
_FAR = 12.0  # the normal density is below 1e-31 beyond
_LOOK = 2_049
_STEPS = 100
_DIGITS = 12  # of a parameter that was found: no error feels more


class Model:
    """A function with parameters that are sought.

    Args:
        given: the spec, or an activation all of whose parameters are sought.

    Raises:
        UsageError: it has no parameter without a value.
    """

    def __init__(self, given: str | Activation) -> None:
        self.fixed: dict[str, float] = {}
        if isinstance(given, Activation):
            self.activation, self.names = given, list(given.values)
        else:
            self.activation, self.names = _opened(given)
        if not self.names:
            raise UsageError(
                f"'{given}' has no parameter to fit",
                "Name one and give it no value, as in --fit 'x*sigmoid(k*x)' or --fit prelu.",
            )
        if len(self.names) > MOST_PARAMETERS:
            raise UsageError(
                f"'{given}' has {len(self.names)} parameters to fit", f"At most {MOST_PARAMETERS} are fitted together."
            )
        self.tree = self.activation.curve().defined

    def values(self, position: Array) -> dict[str, float]:
        """All parameters, those that are sought at a position."""
        return dict(self.activation.values) | dict(zip(self.names, position.tolist(), strict=True))

    def at(self, x: Array, position: Array) -> Array:
        """Values; NaN where a parameter is outside its domain."""
        values = self.values(position)
        try:
            self.activation.with_parameters(**values)
        except UsageError:
            return np.full(x.shape, np.nan)
        return np.asarray(evaluate(self.tree, x, values))

    def slopes(self, x: Array, position: Array) -> Array:
        """Derivatives in the parameters that are sought, one column each."""
        columns = []
        for place in range(position.size):
            step = np.zeros(position.size)
            step[place] = 1e-6 * max(abs(position[place]), 1e-2)
            up, down = self.at(x, position + step), self.at(x, position - step)
            columns.append((up - down) / (2 * step[place]))
        return np.column_stack(columns)

    def breakpoints(self, position: Array, low: float, high: float) -> list[float]:
        """Where its formula changes."""
        return [point.x for point in split(self.tree, self.values(position), low, high).breakpoints]


def _opened(spec: str) -> tuple[Activation, list[str]]:
    """The activation of a spec, and its parameters without a value."""
    name, *settings = spec.split(":")
    given = {setting.partition("=")[0].strip() for setting in settings}
    entry = active().find(name.strip())
    if entry is not None:
        activation = resolve_one(spec)
        return activation, [parameter for parameter in activation.values if parameter not in given]
    missing = [free for free in free_names(parse(name, active().templates)) if free not in given]
    return resolve_one(":".join([name, *settings, *(f"{free}=1" for free in missing)])), missing


def fitted(activation: Activation, request: Request, low: float, high: float) -> Approximation:
    """Fit, and prove the largest error that is left."""
    assert request.fit is not None
    model = Model(request.fit)
    function = Target(activation, low, high)
    norm: Norm = request.norm or ("max" if request.inputs is None else "rms")
    if request.inputs is not None:
        if norm == "gauss":
            raise UsageError("'--norm gauss' does not go with '--input'", "The inputs say how often each x is met.")
        x = np.unique(request.inputs[np.isfinite(request.inputs)]) if norm == "max" else request.inputs
        x = x[np.isfinite(x)]
        if x.size < len(model.names):
            raise UsageError(f"{x.size} inputs do not determine {len(model.names)} parameters", "Give more inputs.")
        points, roots = x, np.full(x.size, 1 / math.sqrt(x.size))
    else:
        points, roots = _nodes(function, norm, ())
    position = _squares(function, model, points, roots)
    if request.inputs is None and norm != "max":
        for _ in range(4):  # the quadrature follows the corners of what is fitted
            points, roots = _nodes(function, norm, model.breakpoints(position, -_FAR, _FAR))
            position = _settled(function, model, points, roots, position)
    if norm == "max":
        position = _largest(function, model, position, None if request.inputs is None else points)
    return _result(function, replace(request, norm=norm), model, position)


def _nodes(function: Target, norm: Norm, cuts: Sequence[float]) -> tuple[Array, Array]:
    """Points, and the square roots of their weights in the mean square; all x for the normal input, else the range."""
    low, high = (-_FAR, _FAR) if norm == "gauss" else (function.low, function.high)
    breaks = function.all_breakpoints if norm == "gauss" else function.breakpoints
    ends = sorted({low, high, *(x for x in (*breaks, *cuts) if low < x < high)})
    x, shares = measure.nodes(ends)
    return x, np.sqrt(shares * normal_pdf(x) if norm == "gauss" else shares / (high - low))


def _squares(function: Target, model: Model, x: Array, roots: Array) -> Array:
    """The position of least mean square error, from the best of many starts."""
    truth = function(x)
    first = np.array([model.activation.values[name] for name in model.names])
    first[first == 0] = 0.5
    if len(_FACTORS) ** first.size <= _MOST_STARTS:
        starts = [first * np.array(factors) for factors in product(_FACTORS, repeat=first.size)]
    else:
        random = np.random.default_rng(0)
        starts = [first, *(first * random.choice(_FACTORS, first.size) for _ in range(_MOST_STARTS))]
    some = slice(None, None, max(1, x.size // 400))
    ranked = []
    for place, start in enumerate(starts):
        rest = roots[some] * (model.at(x[some], start) - truth[some])
        total = float(rest @ rest)
        if math.isfinite(total):
            ranked.append((total, place))
    if not ranked:
        raise ActvizError("the function to fit has no finite values in the range", "Choose another --range.")
    found = [_settled(function, model, x, roots, starts[place]) for _, place in sorted(ranked)[:_FINALISTS]]

    def total_at(position: Array) -> float:
        rest = roots * (model.at(x, position) - truth)
        return float(rest @ rest)

    return min(found, key=total_at)


def _settled(function: Target, model: Model, x: Array, roots: Array, start: Array) -> Array:
    truth = function(x)

    def residual(position: Array) -> Array:
        rest = roots * (model.at(x, position) - truth)
        return np.where(np.isfinite(rest), rest, 1e150)

    def slopes(position: Array) -> Array:
        return np.asarray(np.nan_to_num(roots[:, None] * model.slopes(x, position)))

    with np.errstate(all="ignore"):
        return minimized(residual, slopes, start)


def _largest(function: Target, model: Model, position: Array, points: Array | None) -> Array:
    """The position of least largest error, from one that is near."""
    places, error = _worst(function, model, position, points)
    reach = 0.3
    for _ in range(_STEPS):
        if reach < 1e-12 or error <= 1e-15 * function.size:
            break
        rest = model.at(places, position) - function(places)
        matrix = model.slopes(places, position)
        known = np.isfinite(rest) & np.isfinite(matrix).all(axis=1)
        step, left = smallest(rest[known], matrix[known], reach * np.maximum(np.abs(position), 0.05))
        trial = position + step
        found, largest = _worst(function, model, trial, points)
        if largest < error:
            gain = error - largest
            position, places, error = trial, found, largest
            if gain < 1e-15 * error or error - left < 1e-14 * error:
                break
        else:
            places = np.union1d(places, found)
            reach /= 2
    return position


def _worst(function: Target, model: Model, position: Array, points: Array | None) -> tuple[Array, float]:
    """Where the error is largest locally, and by how much anywhere."""
    if points is not None:
        rest = np.abs(model.at(points, position) - function(points))
        return points, float(np.max(np.where(np.isnan(rest), np.inf, rest)))
    low, high = function.low, function.high
    breaks = np.array([*function.breakpoints, *model.breakpoints(position, low, high)])
    x = np.union1d(np.linspace(low, high, _LOOK), breaks)

    def line(at: Array) -> Array:
        return model.at(at.ravel(), position).reshape(at.shape)

    with np.errstate(all="ignore"):
        error = function(x) - line(x)
        found = np.union1d(refined(function, line, x, peaks(error, x)), breaks)
        rest = np.abs(model.at(found, position) - function(found))
    return found, float(np.max(np.where(np.isnan(rest), np.inf, rest)))


def _result(function: Target, request: Request, model: Model, position: Array) -> Approximation:
    values = model.values(np.array([float(f"{value:.{_DIGITS}g}") for value in position.tolist()]))
    fit = model.activation.with_parameters(**values)
    tree: Node = substitute(model.tree, {name: formula.constant(value) for name, value in values.items()})
    cuts = [point.x for point in split(tree, {}, -math.inf, math.inf).breakpoints]
    ends = [-math.inf, *sorted({function.low, function.high, *cuts}), math.inf]
    parts = [Part(low, high, tree) for low, high in pairwise(ends)]
    inside, outside = measure.proved(function, parts)
    over = None
    if request.inputs is not None:
        x = request.inputs[np.isfinite(request.inputs)]
        over = float(np.max(np.abs(model.at(x, position) - function(x))))
    return Approximation(
        function.activation,
        "fit",
        function.low,
        function.high,
        request.norm or "max",
        tree,
        tuple(parts),
        inside,
        outside,
        measure.rms_gauss(function, parts),
        parameters={name: float(values[name]) for name in model.names},
        fitted=fit,
        inputs=0 if request.inputs is None else int(request.inputs.size),
        error_over_inputs=over,
    )
