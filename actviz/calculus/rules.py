"""The rules of differentiation as a person applies them: one line at a time, the outermost first.

A part that is still to be differentiated stands in the tree as a call of `PENDING`, printed as ``(…)′``. `advance`
rewrites every such part by one rule, with the trivial ones (constant factors, the derivative of x) taken along.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce

from actviz.language.parser import parse
from actviz.language.syntax import (
    Call,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    depends_on,
    neat,
    substitute,
    terms,
    total,
    transform,
    walk,
)

PENDING = "derivative"  # not a function of the language: the derivative of its argument, not yet worked out
U = Name("u")  # stands for the inner function in the words of a rule
_MOST_NAMES = 3  # of rules applied in one line, so that a reader can follow

# What is known by heart, in terms of u; the chain rule does the rest.
_KNOWN_TEXT = {
    "exp": "exp(u)",
    "expm1": "exp(u)",
    "log": "1/u",
    "log1p": "1/(1 + u)",
    "sqrt": "1/(2*sqrt(u))",
    "sin": "cos(u)",
    "cos": "-sin(u)",
    "tan": "1 + tan(u)**2",
    "atan": "1/(1 + u**2)",
    "asinh": "1/sqrt(1 + u**2)",
    "sinh": "cosh(u)",
    "cosh": "sinh(u)",
    "tanh": "sech(u)**2",
    "sech": "-sech(u)*tanh(u)",
    "erf": "2/sqrt(pi)*exp(-u**2)",
    "erfc": "-2/sqrt(pi)*exp(-u**2)",
    "sigmoid": "sigmoid(u)*(1 - sigmoid(u))",
    "softplus": "sigmoid(u)",
    "log_sigmoid": "1 - sigmoid(u)",
    "normal_pdf": "-u*normal_pdf(u)",
    "normal_cdf": "normal_pdf(u)",
}


@lru_cache(maxsize=1)
def known() -> dict[str, Node]:
    """The derivative of every smooth function of the language at `U`, by the function's name."""
    return {function: parse(text) for function, text in _KNOWN_TEXT.items()}


@dataclass(frozen=True)
class Rule:
    """What justifies a line: a rule by its name, or a derivative that is known, as an equation.

    Args:
        name: as a textbook calls it; empty where the equation says it all.
        left: what is differentiated.
        right: its derivative.
    """

    name: str = ""
    left: Node | None = None
    right: Node | None = None


SUM = Rule("sum rule")
FACTOR = Rule("constant factor")
PRODUCT = Rule("product rule")
QUOTIENT = Rule("quotient rule")
RECIPROCAL = Rule("reciprocal rule")
POWER = Rule("power rule")
EXPONENTIAL = Rule("exponential rule")
LOGARITHMIC = Rule("logarithmic differentiation")
CHAIN = Rule("chain rule")
CONSTANT = Rule("derivative of a constant")


def pending(node: Node) -> Node:
    """The part as one that is still to be differentiated."""
    return Call(PENDING, (node,))


def is_open(tree: Node) -> bool:
    """Whether any part is still to be differentiated."""
    return any(isinstance(part, Call) and part.function == PENDING for part in walk(tree))


def advance(tree: Node, variable: str) -> tuple[Node, tuple[Rule, ...]]:
    """The next line of a derivation, and the rules that lead to it.

    Args:
        tree: a line; every pending part is rewritten by one rule, as long as three names suffice for all.
        variable: the name that is differentiated by.
    """
    used: list[Rule] = []

    def change(part: Node) -> Node | None:
        if not isinstance(part, Call) or part.function != PENDING:
            return None
        result, rules = _step(part.arguments[0], variable)
        fresh = [rule for rule in rules if rule not in used]
        if used and len(used) + len(fresh) > _MOST_NAMES:
            return part
        used.extend(fresh)
        return result

    return transform(tree, change), tuple(used)


@lru_cache(maxsize=512)
def derivative(node: Node, variable: str) -> Node:
    """The derivative of a smooth tree by the same rules, applied to the end."""
    tree = pending(node)
    while is_open(tree):
        tree, _ = advance(tree, variable)
    return neat(tree)


def _step(node: Node, variable: str) -> tuple[Node, list[Rule]]:
    """One rule applied to the derivative of a tree."""
    if not depends_on(node, variable):
        return Number(0), [CONSTANT]
    if node == Name(variable):
        return Number(1), [Rule("", node, Number(1))]
    slope = _slope(node, variable)
    if slope is not None:
        return slope, [Rule("", node, slope)]
    match node:
        case Operation("+" | "-"):
            return _sum(node, variable)
        case Negation() | Operation("*"):
            return _product(node, variable)
        case Operation("/", above, below):
            if not depends_on(below, variable):
                result, rules = _step(above, variable)
                return Operation("/", result, below), _after(FACTOR, rules)
            return _quotient(above, below, variable)
        case Operation("**", base, exponent):
            return _power(base, exponent, variable)
        case Call(function, (argument,)):
            outer = known()[function]
            equation = Rule("", Call(function, (U,)), outer)
            here = substitute(outer, {U.name: argument})
            return _chain(here, equation, argument, variable)
        case _:
            raise AssertionError(f"not a smooth tree: {node}")


def _after(first: Rule, others: list[Rule]) -> list[Rule]:
    return [first, *(rule for rule in others if rule != first)]


def _slope(node: Node, variable: str) -> Node | None:
    """The coefficient where the tree is a multiple of the variable by its form: β of βx, 1/2 of x/2."""
    match node:
        case Name(name) if name == variable:
            return Number(1)
        case Negation(operand):
            slope = _slope(operand, variable)
            return None if slope is None else Negation(slope)
        case Operation("*", left, right):
            for factor, rest in ((left, right), (right, left)):
                if not depends_on(factor, variable):
                    slope = _slope(rest, variable)
                    return None if slope is None else _times(factor, slope)
            return None
        case Operation("/", above, below) if not depends_on(below, variable):
            slope = _slope(above, variable)
            return None if slope is None else Operation("/", slope, below)
        case _:
            return None


def _sum(node: Node, variable: str) -> tuple[Node, list[Rule]]:
    """(u + v)′ = u′ + v′; constants vanish, multiples of the variable and constant factors are worked out at once."""
    varying = [(sign, term) for sign, term in terms(node) if depends_on(term, variable)]
    if len(varying) == 1:
        ((sign, term),) = varying
        result, rules = _step(term, variable)
        return total([(sign, result)]), _after(SUM, rules)
    rules = [SUM]
    worked_out = []
    for sign, term in varying:
        slope = _slope(term, variable)
        worked_out.append((sign, pending(term) if slope is None else slope))
    return total(worked_out), rules


def factors(node: Node) -> tuple[int, list[Node]]:
    """The sign and the factors of a product."""
    match node:
        case Negation(operand):
            sign, parts = factors(operand)
            return -sign, parts
        case Operation("*", left, right):
            first, second = factors(left), factors(right)
            return first[0] * second[0], first[1] + second[1]
        case _:
            return 1, [node]


def _times(left: Node, right: Node) -> Node:
    """The product, without a factor of 1 and with a minus sign in front."""
    if right == Number(1):
        return left
    if left == Number(1):
        return right
    if isinstance(right, Negation):
        return Negation(_times(left, right.operand))
    return Operation("*", left, right)


def product(factors: list[Node]) -> Node:
    """The product of one factor or more."""
    return reduce(lambda left, right: Operation("*", left, right), factors)


def _product(node: Node, variable: str) -> tuple[Node, list[Rule]]:
    """(cu)′ = c·u′ and (uv)′ = u′v + uv′, for any number of factors."""
    sign, parts = factors(node)
    fixed = [factor for factor in parts if not depends_on(factor, variable)]
    varying = [factor for factor in parts if depends_on(factor, variable)]
    if len(varying) == 1:
        result, rules = _step(varying[0], variable)
    else:
        rules = [PRODUCT]
        products = [
            (1, product([pending(factor) if place == index else factor for place, factor in enumerate(varying)]))
            for index in range(len(varying))
        ]
        result = total(products)
    if fixed:
        result = _times(product(fixed), result)
    if sign < 0:
        result = Negation(result)
    return result, _after(FACTOR, rules) if fixed or sign < 0 else rules


def _quotient(above: Node, below: Node, variable: str) -> tuple[Node, list[Rule]]:
    """(u/v)′ = (u′v − uv′)/v², and (c/v)′ = −c·v′/v²."""
    square = Operation("**", below, Number(2))
    if not depends_on(above, variable):
        rest = _times(above, pending(below))
        return Negation(Operation("/", rest, square)), [RECIPROCAL]
    first = Operation("*", pending(above), below)
    second = Operation("*", above, pending(below))
    return Operation("/", Operation("-", first, second), square), [QUOTIENT]


def _power(base: Node, exponent: Node, variable: str) -> tuple[Node, list[Rule]]:
    """(uⁿ)′ = n·uⁿ⁻¹·u′, (aᵘ)′ = aᵘ·ln a·u′, and (uᵛ)′ = uᵛ·(v·ln u)′ where both vary."""
    if not depends_on(exponent, variable):
        return _chain(_times(exponent, _lowered(base, exponent)), POWER, base, variable)
    node = Operation("**", base, exponent)
    if not depends_on(base, variable):
        return _chain(Operation("*", node, Call("log", (base,))), EXPONENTIAL, exponent, variable)
    return Operation("*", node, pending(Operation("*", exponent, Call("log", (base,))))), [LOGARITHMIC]


def _lowered(base: Node, exponent: Node) -> Node:
    """The base to a power that is one less."""
    match exponent:
        case Number(2):
            return base
        case Number(int() as power):
            return Operation("**", base, Number(power - 1))
        case Negation(Number(int() as power)):
            return Operation("**", base, Negation(Number(power + 1)))
        case _:
            return Operation("**", base, Operation("-", exponent, Number(1)))


def _chain(outer: Node, rule: Rule, inner: Node, variable: str) -> tuple[Node, list[Rule]]:
    """f′(u)·u′; where u is a multiple of the variable, u′ is worked out at once."""
    if inner == Name(variable):
        return outer, [rule]
    slope = _slope(inner, variable)
    if slope is not None:
        return _scaled(outer, slope), [CHAIN, rule]
    return _scaled(outer, pending(inner)), [CHAIN, rule]


def _scaled(outer: Node, factor: Node) -> Node:
    match outer:
        case Negation(operand):
            return Negation(_scaled(operand, factor))
        case Operation("/", above, below):
            return Operation("/", _times(above, factor), below)
        case _:
            return _times(outer, factor)
