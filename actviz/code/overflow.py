"""Trees prepared for plain float64 code, which has no second thoughts.

actviz itself goes back to arbitrary precision where float64 arithmetic meets ∞ − ∞ or 0·∞. Generated code cannot, so
what overflows on the way to a finite result is held back here: an exponential inside ``exp(-exp(u))`` need not exceed
e⁴⁰ for the outer one to vanish. A change is made only where the code needs it, and only if the result stays that of
actviz from 1e-3 to 1e300 on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from actviz.language.cases import expand
from actviz.language.numerics.compensated import rewritten
from actviz.language.numerics.float64 import apply, evaluate, overflows
from actviz.language.numerics.special import Array
from actviz.language.syntax import (
    VARIABLE,
    Call,
    Conditional,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    X,
    depends_on,
    free_names,
    substitute,
    transform,
    walk,
)

# Functions that are flat in float64 where their argument is large, on one side at least.
_SATURATING = frozenset(
    ("exp", "expm1", "tanh", "sech", "sech_squared", "sigmoid", "sigmoid_power", "erf", "erfc", "normal_cdf")
) | {"normal_pdf", "atan"}
_LARGEST_EXPONENTS = (40, 350)  # e⁴⁰ is finite in float32 too; the square of e³⁵⁰ is finite in float64
_FARTHEST = (700, 1_000, 1_000_000_000)  # e⁻⁷⁰⁰ is not yet 0 in float64; the cubes are finite in float32 too
# Where exp(x), exp(x/2) and exp(2*x) are near their ends, and far beyond; in between, evenly in powers of ten.
_NEAR_ENDS = [345, 354, 360, 690, 705, 709, 720, 800, 1405, 1417]
_PROBES = np.concatenate([np.geomspace(1e-3, 600, 60), _NEAR_ENDS, [1e4, 1e20, 1e100, 1e200, 1e300]])
_TOLERANCE = 1e-13

# Values and slopes are finite wherever the argument is, so that a branch made of these needs no care.
_TAME = frozenset(
    ("abs", "sign", "min", "max", "clip", "sin", "cos", "atan", "asinh", "tanh", "sech", "sech_squared", "erf", "erfc")
) | {"sigmoid", "softplus", "log_sigmoid", "normal_pdf", "normal_cdf"}
_HARMLESS = (0, 1, -1, 2, -2, 0.5, -0.5, 10, -10)
_PIECEWISE = ("abs", "sign", "min", "max", "clip")


def steadied(tree: Node, values: Mapping[str, float], differentiated: bool) -> Node:
    """The tree as code should compute it: nothing that cancels, nothing that overflows without need.

    Args:
        tree: a formula as the registry has it.
        values: a number for every parameter in it.
        differentiated: whether the code will be differentiated automatically, which multiplies the slopes of the
            parts: ``exp(-exp(x))`` is then 0·∞ at x = 800, though its value is 0.
    """
    careful = _piecewise(rewritten(tree)) if differentiated else rewritten(tree)
    points, right = _settled(tree, values)
    needed = differentiated and (_is_steep(careful) or any(True for _ in _nested(careful)))
    if not needed and _same(evaluate(careful, points, values), right):
        return careful
    for candidate in _candidates(careful):
        if candidate != careful and _same(evaluate(candidate, points, values), right):
            return candidate
    return careful


def is_tame(tree: Node) -> bool:
    """Whether value and slope are finite numbers at every x of usual size."""
    match tree:
        case Number() | Name():
            return True
        case _ if not depends_on(tree, VARIABLE):
            return True
        case Negation(operand):
            return is_tame(operand)
        case Operation("**", base, Number(2)):
            return is_tame(base)
        case Operation("**", _, _):
            return False
        case Operation("/", left, right):
            return is_tame(left) and not depends_on(right, VARIABLE)
        case Operation(_, left, right):
            return is_tame(left) and is_tame(right)
        case Call(function, arguments):
            return function in _TAME and all(map(is_tame, arguments))
        case Conditional(_, value, otherwise):
            return is_tame(value) and is_tame(otherwise)


def harmless(tree: Node, values: Mapping[str, float]) -> int | float | None:
    """A point well inside the domain of a branch, to stand in for x where the branch is not taken; None if none is."""
    for point in _HARMLESS:
        around = np.array([point - 0.25, point, point + 0.25])
        if np.isfinite(evaluate(tree, around, values)).all() and not overflows(tree, around, values):
            return point
    return None


def passes_nan(tree: Node) -> bool:
    """Whether NaN for x is sure to come out as NaN."""
    match tree:
        case Name(name):
            return name == VARIABLE
        case Number():
            return False
        case Negation(operand):
            return passes_nan(operand)
        case Operation("**", base, exponent):
            return passes_nan(base) and isinstance(exponent, Number)
        case Operation(_, left, right):
            return passes_nan(left) or passes_nan(right)
        case Call(_, arguments):
            return any(map(passes_nan, arguments))
        case Conditional(_, value, otherwise):
            return passes_nan(value) and passes_nan(otherwise)


def _settled(tree: Node, values: Mapping[str, float]) -> tuple[Array, Array]:
    """Points at which to judge a change, and the values there.

    Where plain arithmetic breaks down, arbitrary precision decides, at three points of each side only: it takes long.
    """
    points = np.concatenate([-_PROBES[::-1], _PROBES])
    plain = evaluate(tree, points, values).copy()
    lost = np.flatnonzero(np.isnan(plain))
    sides = lost[points[lost] < 0], lost[points[lost] > 0]
    judged = np.unique([side[place] for side in sides if side.size for place in (0, side.size // 2, -1)]).astype(int)
    plain[judged] = apply(tree, points[judged], values)
    known = ~np.isnan(plain)
    return points[known], plain[known]


def _piecewise(tree: Node) -> Node:
    """The tree with ``abs min max sign clip`` of x as conditionals, whose slope at a kink is that of a branch."""

    def change(part: Node) -> Node | None:
        if isinstance(part, Call) and part.function in _PIECEWISE and depends_on(part, VARIABLE):
            return expand(part)
        return None

    return transform(tree, change)


def _candidates(tree: Node) -> Iterator[Node]:
    """Ways to hold back what overflows, the mildest first."""
    nested = set(_nested(tree))
    for largest in _LARGEST_EXPONENTS if nested else ():
        held = _with_exponents_held(tree, nested, largest)
        yield held
        yield _with_x(held, _within(_FARTHEST[-1]))
    # With parameters, which may take other values, x is not held so near that their size would tell.
    for reach in _FARTHEST[-1:] if free_names(tree) else _FARTHEST:
        yield _with_x_held_inside(tree, reach)
        yield _with_x(tree, Call("max", (X, Negation(Number(reach)))))
        yield _with_x(tree, Call("min", (X, Number(reach))))
        yield _with_x(tree, _within(reach))


def _nested(tree: Node) -> Iterator[Call]:
    """Exponentials of x inside functions that level off, or inside denominators."""
    for part in walk(tree):
        match part:
            case Call(function, arguments) if function in _SATURATING:
                inner: tuple[Node, ...] = arguments
            case Operation("/", _, denominator):
                inner = (denominator,)
            case _:
                continue
        for node in inner:
            for found in walk(node):
                if isinstance(found, Call) and found.function == "exp" and depends_on(found, VARIABLE):
                    yield found


def _is_steep(tree: Node) -> bool:
    """Whether slopes inside may overflow though values do not.

    That is so where a function that levels off is given a cube or a product, and in a root of what vanishes.
    """
    calls = [part for part in walk(tree) if isinstance(part, Call) and depends_on(part, VARIABLE)]
    inner = [(call.function, part) for call in calls for part in walk(call) if isinstance(part, Call | Operation)]
    return any(
        (function == "sqrt" and isinstance(part, Call) and part.function != "sqrt")
        or (function in _SATURATING and isinstance(part, Operation) and _is_steep_operation(part))
        for function, part in inner
    )


def _is_steep_operation(node: Operation) -> bool:
    sides = [depends_on(side, VARIABLE) for side in (node.left, node.right)]
    return (node.operator == "**" and node.right != Number(2) and any(sides)) or (node.operator == "*" and all(sides))


def _with_exponents_held(tree: Node, exponentials: set[Call], largest: int) -> Node:
    def change(part: Node) -> Node | None:
        if part in exponentials and isinstance(part, Call):
            inner = _with_exponents_held(part.arguments[0], exponentials, largest)
            return Call("exp", (Call("min", (inner, Number(largest))),))
        return None

    return transform(tree, change)


def _with_x(tree: Node, held: Node) -> Node:
    return substitute(tree, {VARIABLE: held})


def _within(reach: int) -> Node:
    return Call("clip", (X, Negation(Number(reach)), Number(reach)))


def _with_x_held_inside(tree: Node, reach: int) -> Node:
    """The tree with x held within ±`reach` where it is inside a function that levels off."""

    def change(part: Node) -> Node | None:
        if isinstance(part, Call) and part.function in _SATURATING:
            return _with_x(part, _within(reach))
        return None

    return transform(tree, change)


def _same(first: Array, second: Array) -> bool:
    """Whether two sets of values agree, wherever the second is a finite number."""
    known = np.isfinite(second)
    error = np.abs(first[known] - second[known])
    return bool((error <= _TOLERANCE * np.abs(second[known]) + 1e-100).all())
