"""Activations made concrete: parameters fixed, then a derivative order, then values, breakpoints and samples.

An `Activation` is a function with a number for every parameter. A `Curve` is that function or one of its
derivatives, in x, in a parameter or in several, as a tree that NumPy evaluates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING, overload

import numpy as np

from actviz.curves.display import Displayed
from actviz.curves.sampling import View, grid, refine
from actviz.errors import UsageError
from actviz.language.numerics.float64 import FEW, apply, in_bulk, may_be_undefined
from actviz.language.numerics.special import Array
from actviz.language.syntax import VARIABLE, Node, Number, Operation
from actviz.registry.entries import Entry, Spelling
from actviz.text import raised, short

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from actviz.language.numerics.exact import Exact
    from actviz.language.pieces import Breakpoint, Pieces

HIGHEST_ORDER = 12
HALF_WIDTH = 5.0  # the range shown is at least this far to either side of 0


@dataclass(frozen=True, repr=False)
class Activation(Displayed):
    """An activation function with a number for every parameter; call it on a number or an array.

    Args:
        entry: the definition.
        values: numbers for some of its parameters; the others take their defaults.
        spelling: the framework's variant that was asked for, whose defaults and conventions hold.
        called: its name in that framework.

    Raises:
        UsageError: a parameter is unknown, or its value outside the domain.
    """

    entry: Entry
    values: Mapping[str, float] = field(default_factory=dict)
    spelling: Spelling | None = None
    called: str = ""

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if not math.isfinite(value):
                raise UsageError(f"{self.entry.name}: {name}={value!r} is not a finite number", "Give a finite number.")
            self.entry.parameter(name).check(value, self.entry.name)
        object.__setattr__(self, "values", self.defaults | dict(self.values))

    def __repr__(self) -> str:
        return f"get({self.spec!r})"

    @overload
    def __call__(self, x: float) -> float: ...
    @overload
    def __call__(self, x: ArrayLike) -> Array: ...
    def __call__(self, x: ArrayLike) -> Array | float:
        """f(x).

        Args:
            x: a number or a float64 array of any shape. NaN gives NaN, ±inf the limit.

        Returns:
            A float for a number, else a new float64 array of the same shape.
        """
        return self.curve()(x)

    @overload
    def derivative(self, x: float, order: int | None = None, wrt: str = VARIABLE) -> float: ...
    @overload
    def derivative(self, x: ArrayLike, order: int | None = None, wrt: str = VARIABLE) -> Array: ...
    def derivative(self, x: ArrayLike, order: int | None = None, wrt: str = VARIABLE) -> Array | float:
        """The derivative at x; at a kink, that of the branch whose condition holds there.

        Args:
            x: a number or a float64 array of any shape.
            order: how many times to differentiate; by default once in each variable.
            wrt: the variable: ``x``, a parameter for ∂f/∂parameter, or several for a mixed derivative: ``x,beta``.

        Raises:
            UsageError: there is no such parameter, or the order is not offered.
        """
        return Curve(self, variables(wrt, order))(x)

    def with_parameters(self, **values: float) -> Activation:
        """The same function with other values for some of its parameters."""
        for name in values:
            self.entry.parameter(name)
        return Activation(self.entry, dict(self.values) | values, self.spelling, self.called)

    def curve(self, order: int = 0, wrt: str = VARIABLE) -> Curve:
        """The function (`order` 0) or one of its derivatives; see `variables`."""
        return Curve(self, variables(wrt, order))

    @property
    def changed(self) -> dict[str, float]:
        """The parameters whose values are not the defaults, or all of them where there are no defaults."""
        typed = self.is_expression
        return {name: value for name, value in self.values.items() if typed or value != self.defaults[name]}

    @property
    def defaults(self) -> dict[str, float]:
        """Every parameter's default, in the framework that was named where one was."""
        return self.entry.defaults | dict(self.spelling.defaults if self.spelling else {})

    @property
    def is_expression(self) -> bool:
        """Whether this was typed as a formula rather than found in a registry."""
        return self.entry.derivative is None

    @property
    def spec(self) -> str:
        """The text that names this activation on the command line, as in ``prelu:alpha=0.05``."""
        return ":".join(
            [self.called or self.entry.name, *(f"{name}={value!r}" for name, value in self.changed.items())]
        )

    @property
    def settings(self) -> str:
        """Its parameters as a figure's subtitle gives them, as in ``λ = 1.0507   α = 1.6733``."""
        return self.described(self.values)

    @property
    def label(self) -> str:
        """Its name for people, with the parameters that are not at their defaults."""
        shown = {name: value for name, value in self.values.items() if value != self.entry.defaults[name]}
        details = [self.called, self.described(self.changed if self.is_expression else shown, ", ")]
        described = ", ".join(detail for detail in details if detail)
        return f"{self.entry.title} ({described})" if described else self.entry.title

    def described(self, values: Mapping[str, float], separator: str = "   ") -> str:
        """Parameters with symbol and value, values to five digits."""
        symbols = self.entry.symbols
        return separator.join(f"{symbols.get(name, name)} = {short(value)}" for name, value in values.items())


def variables(wrt: str = VARIABLE, order: int | None = None) -> tuple[str, ...]:
    """What to differentiate in, one variable after another.

    Args:
        wrt: the variable, ``x`` or a parameter; for mixed derivatives several with commas between them, ``x,beta``.
        order: how many times to differentiate. A single variable is taken as often as that, of several the first
            ones. By default each is taken once.

    Raises:
        UsageError: the order is negative, too high, or there are not enough variables for it.
    """
    names = tuple(name.strip() for name in wrt.split(","))
    if order is None:
        order = len(names)
    if not 0 <= order <= HIGHEST_ORDER:
        raise UsageError(
            f"a derivative of order {order} is not offered",
            f"Orders run up to {HIGHEST_ORDER}; 0 is the function itself.",
        )
    if len(names) == 1:
        return names * order
    if order > len(names):
        raise UsageError(
            f"a derivative of order {order} takes {order} variables, and '{wrt}' names {len(names)}",
            f"Name one for each time, as in '--wrt {wrt},{names[-1]}'.",
        )
    return names[:order]


@dataclass(frozen=True)
class Limits:
    """What a curve does at a breakpoint.

    Args:
        x: the breakpoint.
        left: the limit from the left.
        right: the limit from the right.
        at: the value taken.
    """

    x: float
    left: float
    right: float
    at: float

    @property
    def jumps(self) -> bool:
        """Whether the two sides differ by more than rounding."""
        return not _same(self.left, self.right, self.x)

    @property
    def off_curve(self) -> bool:
        """Whether the value taken lies on neither side."""
        return not _same(self.left, self.at, self.x) and not _same(self.right, self.at, self.x)


@dataclass(frozen=True)
class Curve:
    """A function or one of its derivatives.

    Args:
        activation: the function.
        variables: what it is differentiated in, one after another: ``x`` or a parameter; none for the function itself.

    Raises:
        UsageError: there is no such parameter.
    """

    activation: Activation
    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.variables:
            if name != VARIABLE:
                self.activation.entry.parameter(name)

    @property
    def order(self) -> int:
        """How many times the function is differentiated."""
        return len(self.variables)

    @property
    def in_x(self) -> bool:
        """Whether it is the function or a derivative in x alone."""
        return set(self.variables) <= {VARIABLE}

    @property
    def counted(self) -> list[tuple[str, int]]:
        """The variables in a row that are the same, and how many."""
        return [(name, len(list(same))) for name, same in groupby(self.variables)]

    @property
    def slope(self) -> Curve:
        """Its derivative in x."""
        return Curve(self.activation, (*self.variables, VARIABLE))

    @property
    def wrt(self) -> str:
        """The variable of differentiation, or several of a mixed derivative with commas between them."""
        names = self.variables if len(set(self.variables)) > 1 else self.variables[:1]
        return ",".join(names) or VARIABLE

    @cached_property
    def tree(self) -> Node:
        """The formula. First derivatives of registry entries are data; the others come from SymPy."""
        entry = self.activation.entry
        if self.order == 0:
            return entry.value
        start, rest = entry.value, self.variables
        if rest[0] == VARIABLE and entry.derivative is not None:
            start, rest = entry.derivative, rest[1:]
            if not rest:
                return start
        from actviz.calculus import symbolic

        return symbolic.derivative(start, rest)

    @cached_property
    def defined(self) -> Node:
        """The formula, without a value wherever the function has none: 1/x outlives log(x), whose derivative it is."""
        if self._outlives:
            return Operation("+", self.tree, Operation("*", Number(0), self.activation.entry.value))
        return self.tree

    @property
    def _outlives(self) -> bool:
        """Whether the formula may have values where the function has none."""
        return bool(self.order and may_be_undefined(self.activation.entry.value))

    def __call__(self, x: ArrayLike) -> Array | float:
        """Values at x: a float for a number, else a new float64 array of the same shape."""
        result = self.at(x)
        return float(result) if result.ndim == 0 else result

    def at(self, x: ArrayLike) -> Array:
        """Values at x, always as an array."""
        points = np.asarray(x, dtype=np.float64)
        flat = points.ravel()
        found = self._in_bulk(flat) if flat.size > FEW else np.array(self.exact(flat.tolist()), dtype=np.float64)
        result = found.reshape(points.shape)
        spelling = self.activation.spelling
        if spelling is not None and self.variables == (VARIABLE,):
            for place, slope in spelling.slopes:  # what its automatic differentiation gives at a kink
                at, taken = (float(apply(tree, 0.0, self.activation.values)) for tree in (place, slope))
                result[points == at] = taken
        return result

    def _in_bulk(self, points: Array) -> Array:
        """Values at very many points."""
        from actviz.language.numerics.bulk import values_at

        entry, values = self.activation.entry, self.activation.values
        if self.variables == (VARIABLE,) and entry.derivative is not None:
            result = values_at(entry.derivative, points, values)
            if self._outlives:
                result[np.isnan(values_at(entry.value, points, values))] = np.nan
            return result
        if self.in_x:
            return values_at(entry.value, points, values, self.order)
        return values_at(self.tree, points, values)

    def exact(self, points: Sequence[float]) -> list[float]:
        """The float64 nearest to each value, whatever the others are; NaN where there is none."""
        from actviz.language.numerics.exact import Exact

        found = self._exactly.nearest_floats(points)
        if self._is_data and self._outlives:
            inside = Exact(self.activation.entry.value, self.activation.values).nearest_floats(points)
            found = [math.nan if math.isnan(value) else slope for value, slope in zip(inside, found, strict=True)]
        return found

    def digits(self, points: Sequence[float], digits: int) -> list[str]:
        """Each value rounded to so many significant digits, all of them right; ``nan`` where there is none."""
        from actviz.language.numerics.digits import decimal

        values = self.exact(points)
        return [
            "nan" if math.isnan(value) else decimal(self._exactly, x, digits)
            for x, value in zip(points, values, strict=True)
        ]

    def judgements(self, points: Sequence[float]) -> list[str]:
        """What is known of the float64 given at each point: ``exact``, ``correctly rounded``, ``limit`` and so on."""
        from actviz.language.numerics.digits import judged

        return [judged(self._exactly, x) for x in points]

    @property
    def _is_data(self) -> bool:
        """Whether its formula is the derivative that the entry gives: faster, and the entry's choice at its kinks."""
        return self.variables == (VARIABLE,) and self.activation.entry.derivative is not None

    @property
    def _exactly(self) -> Exact:
        from actviz.language.numerics.exact import Exact

        entry, values = self.activation.entry, self.activation.values
        if self._is_data and entry.derivative is not None:
            return Exact(entry.derivative, values)
        return Exact(entry.value, values, self.variables)

    def partial(self, function: str, symbols: Mapping[str, str]) -> str:
        """The curve as a partial derivative of a function of this name, as in ``∂²f/∂x∂β``."""
        bottom = "".join(f"∂{symbols.get(name, name)}{_power(count)}" for name, count in self.counted)
        return f"∂{_power(self.order)}{function}/{bottom}"

    @property
    def column(self) -> str:
        """The curve's name in tables: ``selu``, ``selu'``, ``selu''``, ``∂selu/∂alpha``, ``∂²swish/∂x∂beta``."""
        spec = self.activation.spec
        if not self.in_x:
            return self.partial(spec, {})
        return spec + "'" * self.order if self.order < 4 else f"{spec}^({self.order})"

    def pieces(self, low: float, high: float) -> Pieces:
        """The breakpoints between `low` and `high`, and the smooth formulas around them."""
        from actviz.language.pieces import split

        return split(self.defined, self.activation.values, low, high)

    def limits(self, low: float, high: float) -> list[Limits]:
        """The one-sided limits and the value taken at every breakpoint between `low` and `high`."""
        found = []
        for point in self.pieces(low, high).breakpoints:
            at = self.at(np.array([point.x]))[0]
            found.append(Limits(point.x, self.one_sided(point, -1), self.one_sided(point, 1), float(at)))
        return found

    def one_sided(self, point: Breakpoint, side: int) -> float:
        """The limit at a breakpoint from the left (`side` −1) or the right (1)."""
        from actviz.language.numerics.exact import Exact

        formula = Exact(point.left if side < 0 else point.right, self.activation.values)
        value = formula.nearest_float(point.x)
        return value if math.isfinite(value) else formula.limit_at(point.x, side)

    def samples(
        self, low: float, high: float, count: int, heights: tuple[float, float] | None = None
    ) -> list[tuple[Array, Array]]:
        """Points to draw between `low` and `high`, piece by piece.

        Each piece reaches its ends with the limits from inside, so that a kink is sharp and a jump is a gap.

        Args:
            low: the left end.
            high: the right end.
            count: about how many points in all to start from; a short piece gets at least 33.
            heights: the range of y that will be shown. Where it is given, points are added until straight lines
                between them draw the curve, NaN parts them at a pole, and the first points are unevenly spaced.

        Returns:
            One (x, y) pair of float64 arrays for each smooth piece, from left to right.
        """
        cut = self.pieces(low, high)
        drawn = []
        for index, piece in enumerate(cut.pieces):
            some = max(33, round((piece.high - piece.low) / (high - low) * count))
            x = np.linspace(piece.low, piece.high, some) if heights is None else grid(piece.low, piece.high, some)
            evaluated = partial(in_bulk, piece.tree, values=self.activation.values)
            y = evaluated(x)
            if index > 0:
                y[0] = self.one_sided(cut.breakpoints[index - 1], 1)
            if index < len(cut.breakpoints):
                y[-1] = self.one_sided(cut.breakpoints[index], -1)
            if heights is not None:
                x, y = refine(evaluated, x, y, View(low, high, *heights))
            drawn.append((x, y))
        return drawn


def _same(first: float, second: float, x: float) -> bool:
    """Whether two values near x are one, given that x itself is rounded."""
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) and math.isnan(second)
    return first == second or math.isclose(first, second, rel_tol=1e-12, abs_tol=1e-15 * max(1.0, abs(x)))


def _power(count: int) -> str:
    return raised(count) if count > 1 else ""
