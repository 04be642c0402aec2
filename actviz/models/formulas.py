"""The vocabulary of element-wise operators: what each computes, as trees of the language.

An activation that a format names itself is a call of the registry's function, its parameters after x in the
entry's order; `actviz.models.matching` writes it out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from actviz.language.syntax import Call, Comparison, Conditional, Logic, Negation, Node, Not, Number, Operation
from actviz.models.graph import Formula, Value
from actviz.models.reading import MalformedError


def number(value: float) -> Node:
    """A literal; a negative one as the language writes it."""
    if not math.isfinite(value):
        value = math.copysign(1e308, value) if not math.isnan(value) else 0.0
    whole = int(value) if value == int(value) and abs(value) < 1e15 else value
    return Negation(Number(-whole)) if value < 0 else Number(whole)


def tree(value: Value) -> Node:
    """A value as a number: a truth is 1 or 0."""
    if isinstance(value, Comparison | Logic | Not):
        return Conditional(value, Number(1), Number(0))
    return value


def truth(value: Value) -> Comparison | Logic | Not:
    """A value as a truth: a number holds unless it is 0."""
    return value if isinstance(value, Comparison | Logic | Not) else Comparison("!=", value, Number(0))


def _trees(values: Sequence[Value], count: int) -> list[Node]:
    if len(values) < count:
        raise MalformedError("a node in it has fewer inputs than its operator takes")
    return [tree(value) for value in values]


def identity(values: Sequence[Value]) -> Value:
    """The first input itself."""
    if not values:
        raise MalformedError("a node in it has fewer inputs than its operator takes")
    return values[0]


def operation(operator: str) -> Formula:
    """Arithmetic on the first two inputs."""

    def formula(values: Sequence[Value]) -> Value:
        left, right, *_ = _trees(values, 2)
        return Operation(operator, left, right)

    return formula


def call(function: str) -> Formula:
    """A function of one argument of the language."""
    return lambda values: Call(function, (_trees(values, 1)[0],))


def compare(operator: str) -> Formula:
    """A comparison of the first two inputs."""

    def formula(values: Sequence[Value]) -> Value:
        left, right, *_ = _trees(values, 2)
        return Comparison(operator, left, right)

    return formula


def logic(operator: str) -> Formula:
    """Both of two truths, or any of them."""

    def formula(values: Sequence[Value]) -> Value:
        if len(values) < 2:
            raise MalformedError("a node in it has fewer inputs than its operator takes")
        return Logic(operator, (truth(values[0]), truth(values[1])))

    return formula


def where(values: Sequence[Value]) -> Value:
    """The second input where the first holds, the third elsewhere."""
    if len(values) < 3:
        raise MalformedError("a node in it has fewer inputs than its operator takes")
    return Conditional(truth(values[0]), tree(values[1]), tree(values[2]))


def extremes(function: str) -> Formula:
    """The largest or the smallest of all inputs."""

    def formula(values: Sequence[Value]) -> Value:
        found, *rest = _trees(values, 1)
        for value in rest:
            found = Call(function, (found, value))
        return found

    return formula


def clip(low: float | None = None, high: float | None = None) -> Formula:
    """X between bounds; those not given are the second and third input, if there are any."""

    def formula(values: Sequence[Value]) -> Value:
        x, *bounds = _trees(values, 1)
        lower = bounds[0] if bounds else None if low is None else number(low)
        upper = bounds[1] if len(bounds) > 1 else None if high is None else number(high)
        return clipped(x, lower, upper)

    return formula


def clipped(x: Node, lower: Node | None, upper: Node | None) -> Node:
    """X between bounds, either of which may be absent, in the words of the registry where it has them."""
    if isinstance(upper, Number) and upper.value >= 1e30:
        upper = None
    if isinstance(lower, Negation) and isinstance(lower.operand, Number) and lower.operand.value >= 1e30:
        lower = None
    if lower == Number(0):
        if upper is None:
            return Call("relu", (x,))
        return Call("relu6", (x,)) if upper == Number(6) else Call("clipped_relu", (x, upper))
    if upper is None:
        return x if lower is None else Call("max", (x, lower))
    return Call("min", (x, upper)) if lower is None else Call("hard_tanh", (x, lower, upper))


def native(name: str, *parameters: float) -> Formula:
    """A function of the registry, with values for its parameters in their order."""
    settings = tuple(number(value) for value in parameters)
    return lambda values: Call(name, (_trees(values, 1)[0], *settings))


def named(name: str) -> Formula:
    """A function of the registry whose parameters are the further inputs, such as the slopes of a PReLU."""
    return lambda values: Call(name, tuple(_trees(values, 2)[:2]))


def biased(inner: Formula) -> Formula:
    """A formula of the sum of all inputs."""
    return lambda values: inner([_total(_trees(values, 1))])


def _total(parts: Sequence[Node]) -> Node:
    found = parts[0]
    for part in parts[1:]:
        found = Operation("+", found, part)
    return found


# What formats call alike, lower case without underscores.
COMMON: Mapping[str, Formula] = {
    "add": operation("+"),
    "sub": operation("-"),
    "mul": operation("*"),
    "div": operation("/"),
    "pow": operation("**"),
    "exp": call("exp"),
    "expm1": call("expm1"),
    "log": call("log"),
    "log1p": call("log1p"),
    "sqrt": call("sqrt"),
    "abs": call("abs"),
    "sin": call("sin"),
    "cos": call("cos"),
    "tan": call("tan"),
    "sinh": call("sinh"),
    "cosh": call("cosh"),
    "asinh": call("asinh"),
    "atan": call("atan"),
    "erf": call("erf"),
    "erfc": call("erfc"),
    "sign": call("sign"),
    "tanh": call("tanh"),
    "sigmoid": call("sigmoid"),
    "neg": lambda values: Negation(_trees(values, 1)[0]),
    "reciprocal": lambda values: Operation("/", Number(1), _trees(values, 1)[0]),
    "rsqrt": lambda values: Operation("/", Number(1), Call("sqrt", (_trees(values, 1)[0],))),
    "square": lambda values: Operation("**", _trees(values, 1)[0], Number(2)),
    "less": compare("<"),
    "lessequal": compare("<="),
    "greater": compare(">"),
    "greaterequal": compare(">="),
    "equal": compare("=="),
    "notequal": compare("!="),
    "and": logic("and"),
    "or": logic("or"),
    "not": lambda values: Not(truth(identity(values))),
    "where": where,
    "max": extremes("max"),
    "min": extremes("min"),
    "identity": identity,
    "relu": native("relu"),
    "relu6": native("relu6"),
    "softplus": native("softplus"),
    "softsign": native("softsign"),
    "selu": native("selu"),
    "elu": native("elu"),
    "mish": native("mish"),
    "hardswish": native("hard_swish"),
}

Table = Mapping[str, Callable[..., Formula]]
