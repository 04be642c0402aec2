"""Products and sums put in order, as a person does after differentiating: no factors of 1, nothing that cancels.

Unlike SymPy this never expands, factors or reorders a sum, so that what comes out is still recognised.
"""

from __future__ import annotations

from fractions import Fraction

from actviz.language.cases import Case, fold
from actviz.language.syntax import (
    VARIABLE,
    Call,
    Conditional,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    depends_on,
    terms,
)

_MOST_POWER = 64  # a higher power is left as it is written, so that numbers stay small


def tidied(node: Node) -> Node:
    """The tree with like factors and like terms brought together, and whole numbers worked out."""
    match node:
        case Number() | Name() | Conditional():
            return node
        case Call(function, arguments):
            return Call(function, tuple(tidied(argument) for argument in arguments))
        case Operation("+" | "-"):
            return _sum(node)
        case Negation() | Operation():
            return _product(*_monomial(node))


def tidy_cases(node: Node) -> list[Case]:
    """The cases of an expression (see `fold`), each put in order: what a clause leaves behind, as x + 0, is gone."""
    return [Case(case.condition, tidied(case.value)) for case in fold(node)]


def alike(first: Node, second: Node) -> bool:
    """Whether two trees differ only in the order of terms and factors, and in what `tidied` does."""
    return _unordered(tidied(first)) == _unordered(tidied(second))


def _unordered(node: Node) -> object:
    match node:
        case Operation("+" | "-"):
            return frozenset((factor, _factors(powers)) for powers, factor in _like_terms(node).items())
        case Operation() | Negation():
            coefficient, raised = _monomial(node)
            if node in raised:
                return node  # a power that is not whole
            return coefficient, _factors(tuple(raised.items()))
        case Call(function, arguments):
            return function, tuple(_unordered(argument) for argument in arguments)
        case _:
            return node


def _factors(powers: tuple[tuple[Node, int], ...]) -> frozenset[tuple[object, int]]:
    return frozenset((_unordered(base), power) for base, power in powers)


def _sum(node: Node) -> Node:
    total: Node | None = None
    for powers, coefficient in _like_terms(node).items():
        if coefficient == 0:
            continue
        term = _product(abs(coefficient), dict(powers))
        if total is None:
            total = term if coefficient > 0 else Negation(term)
        else:
            total = Operation("+" if coefficient > 0 else "-", total, term)
    return Number(0) if total is None else total


def _like_terms(node: Node) -> dict[tuple[tuple[Node, int], ...], Fraction]:
    """The terms of a sum: powers of factors, and how often they occur."""
    like: dict[tuple[tuple[Node, int], ...], Fraction] = {}
    for sign, term in terms(node):
        coefficient, powers = _monomial(term)
        key = tuple(powers.items())
        like[key] = like.get(key, Fraction(0)) + sign * coefficient
    return like


def _monomial(node: Node) -> tuple[Fraction, dict[Node, int]]:
    """A product as a fraction times whole powers of its factors, in order of first appearance."""
    coefficient = Fraction(1)
    powers: dict[Node, int] = {}
    waiting = [(node, 1)]
    while waiting:
        part, exponent = waiting.pop()
        match part:
            case Number(int() as value) if value or exponent > 0:
                coefficient *= Fraction(value) ** exponent
            case Negation(operand):
                coefficient *= -1 if exponent % 2 else 1
                waiting.append((operand, exponent))
            case Operation("*" | "/" as operator, left, right):
                waiting.append((right, exponent if operator == "*" else -exponent))
                waiting.append((left, exponent))
            case Operation("**", base, Number(int() as power)) if abs(power * exponent) < _MOST_POWER:
                waiting.append((base, exponent * power))
            case Operation("**", base, Negation(Number(int() as power))) if abs(power * exponent) < _MOST_POWER:
                waiting.append((base, -exponent * power))
            case Operation("**", base, exponent_tree):
                _raise(powers, Operation("**", tidied(base), tidied(exponent_tree)), exponent)
            case _:
                inner = tidied(part)
                if inner != part and isinstance(inner, Number | Negation | Operation):
                    waiting.append((inner, exponent))
                else:
                    _raise(powers, inner, exponent)
    return coefficient, {base: power for base, power in powers.items() if power}


def _raise(powers: dict[Node, int], base: Node, exponent: int) -> None:
    """Count one more factor; two equal square roots are what stands under them."""
    if isinstance(base, Call) and base.function == "sqrt":
        exponent += powers.pop(base, 0)
        pairs = int(exponent / 2)
        if pairs:
            powers[base.arguments[0]] = powers.get(base.arguments[0], 0) + pairs
        if exponent != 2 * pairs:
            powers[base] = exponent - 2 * pairs
    else:
        powers[base] = powers.get(base, 0) + exponent


def _product(coefficient: Fraction, powers: dict[Node, int]) -> Node:
    """The product written out: number, constants, functions of x; what divides, below."""
    if coefficient == 0:
        return Number(0)
    ordered = sorted(powers.items(), key=lambda item: depends_on(item[0], VARIABLE))
    above = _joined(abs(coefficient.numerator), [(base, power) for base, power in ordered if power > 0])
    below = _joined(coefficient.denominator, [(base, -power) for base, power in ordered if power < 0])
    result = above if below == Number(1) else Operation("/", above, below)
    return Negation(result) if coefficient < 0 else result


def _joined(number: int, powers: list[tuple[Node, int]]) -> Node:
    factors: list[Node] = [Number(number)] if number != 1 or not powers else []
    factors += [base if power == 1 else Operation("**", base, Number(power)) for base, power in powers]
    result = factors[0]
    for factor in factors[1:]:
        result = Operation("*", result, factor)
    return result
