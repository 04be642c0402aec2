"""Trees that are linear in x by their form: where they are 0 is known exactly."""

from __future__ import annotations

from collections.abc import Mapping

from flint import arb, fmpq

from actviz.language.numerics.closures import bounds_variable, fraction, literal, nearest_float64
from actviz.language.syntax import VARIABLE, Comparison, Name, Negation, Node, Number, Operation


def line(node: Node, values: Mapping[str, float]) -> tuple[fmpq, fmpq] | None:
    """Slope and offset where the tree is linear in x by its form, as fractions; else None."""
    match node:
        case Name(name):
            if name == VARIABLE:
                return fmpq(1), fmpq(0)
            number = fraction(arb(values[name])) if name in values else None
            return None if number is None else (fmpq(0), number)
        case Number(value):
            return fmpq(0), literal(value)
        case Negation(operand):
            inner = line(operand, values)
            return None if inner is None else (-inner[0], -inner[1])
        case Operation("+" | "-" | "*" | "/" as sign, left, right):
            first, second = line(left, values), line(right, values)
            return None if first is None or second is None else _combined(sign, first, second)
        case _:
            return None


def bound(condition: Comparison, values: Mapping[str, float]) -> tuple[fmpq, fmpq] | None:
    """`line` of what the two sides of a comparison differ by; a bound made of parameters is the float64 next to it."""
    found = line(Operation("-", condition.left, condition.right), values)
    if found is None or not bounds_variable(condition):
        return found
    return found[0], -found[0] * nearest_float64(-found[1] / found[0])


def _combined(sign: str, first: tuple[fmpq, fmpq], second: tuple[fmpq, fmpq]) -> tuple[fmpq, fmpq] | None:
    match sign:
        case "+":
            return first[0] + second[0], first[1] + second[1]
        case "-":
            return first[0] - second[0], first[1] - second[1]
        case "*" if first[0] == 0:
            return first[1] * second[0], first[1] * second[1]
        case "*" if second[0] == 0:
            return first[0] * second[1], first[1] * second[1]
        case "/" if second[0] == 0 and second[1] != 0:
            return first[0] / second[1], first[1] / second[1]
        case _:
            return None
