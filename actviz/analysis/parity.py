"""Whether a function is odd or even, by its form.

A formula is computed modulo a large prime, with a random number for x: what f(x) and f(−x) come to is then equal only
where the rules of algebra, and that sin(−u) = −sin(u) and the like, make them equal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b

from flint import arb

from actviz.analysis.parts import Part
from actviz.analysis.tails.monomials import PRIME
from actviz.language.numerics import balls
from actviz.language.syntax import VARIABLE, Call, Conditional, Name, Negation, Node, Number, Operation

_ODD = frozenset(["sin", "tan", "atan", "asinh", "sinh", "tanh", "erf", "sign"])
_EVEN = frozenset(["cos", "cosh", "sech", "normal_pdf", "abs"])
_POINTS = (0.1328125, 0.41796875, 0.87109375, 1.3203125, 2.11328125, 3.70703125, 5.32421875, 11.19140625)
_X = 0x5DEECE66D_1234567_89ABCDEF % PRIME
_LARGEST_POWER = 1 << 16


def parity(tree: Node, values: Mapping[str, float], parts: Sequence[Part]) -> tuple[str | None, bool]:
    """``odd``, ``even``, ``both`` (the function 0) or None, and whether that is proved.

    Args:
        tree: the function.
        values: a number for every parameter.
        parts: its parts on the whole line.
    """
    signs = {1, -1}
    for x in _POINTS:
        right, left = (balls.ball(tree, values, arb(point)) for point in (x, -x))
        signs = {sign for sign in signs if (right - sign * left).contains(0)}
    if not signs:
        return None, True
    certain = all(_by_parts(parts, values, sign) for sign in signs)
    return ("both" if len(signs) == 2 else "even" if 1 in signs else "odd"), certain


def _by_parts(parts: Sequence[Part], values: Mapping[str, float], sign: int) -> bool:
    """Whether the formulas of parts that mirror each other are one."""
    for part, mirrored in zip(parts, reversed(parts), strict=True):
        if part.low.x != -mirrored.high.x or part.defined != mirrored.defined:
            return False
        try:
            here, there = residue(part.tree, values, _X), residue(mirrored.tree, values, -_X % PRIME)
        except ZeroDivisionError:
            return False
        if (here - sign * there) % PRIME:
            return False
    return True


def residue(tree: Node, values: Mapping[str, float], x: int) -> int:
    """The tree modulo the prime; equal for formulas that algebra makes equal.

    Args:
        tree: the formula.
        values: a number for every parameter.
        x: what stands for x.

    Raises:
        ZeroDivisionError: a divisor is 0.
    """
    match tree:
        case Number(value):
            return _rational(Fraction(repr(value)))
        case Name(name):
            if name == VARIABLE:
                return x
            return _rational(Fraction(values[name])) if name in values else _hashed(name)
        case Negation(operand):
            return -residue(operand, values, x) % PRIME
        case Operation(operator, left, right):
            return _combined(operator, residue(left, values, x), residue(right, values, x), right)
        case Call(function, arguments):
            marks = [residue(part, values, x) for part in arguments]
            if function not in _ODD and function not in _EVEN:
                return _hashed(function, *marks)
            turned = marks[0] > PRIME // 2
            found = _hashed(function, PRIME - marks[0] if turned else marks[0])
            return -found % PRIME if turned and function in _ODD else found
        case Conditional():
            return _hashed(tree)


def _combined(operator: str, first: int, second: int, right: Node) -> int:
    match operator:
        case "+":
            return (first + second) % PRIME
        case "-":
            return (first - second) % PRIME
        case "*":
            return first * second % PRIME
        case "/":
            if second == 0:
                raise ZeroDivisionError
            return first * pow(second, -1, PRIME) % PRIME
        case _:
            if isinstance(right, Number) and isinstance(right.value, int) and 0 <= right.value <= _LARGEST_POWER:
                return pow(first, right.value, PRIME)
            return _hashed("**", first, second)


def _rational(value: Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, PRIME) % PRIME


def _hashed(*key: object) -> int:
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=16).digest(), "big") % PRIME
