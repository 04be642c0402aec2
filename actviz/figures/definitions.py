"""The definitions that stand in a figure: case by case, as a paper prints them.

What the data writes for the sake of rounding is put in order first. In a derivative too long for a line, what occurs
several times gets a letter, and the letter a line of its own; one that is longer still is left to `derive`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from actviz.calculus.collect import tidy_cases
from actviz.calculus.spelled import explained, spelled
from actviz.curves.curve import Curve
from actviz.curves.naming import latex_name
from actviz.figures.spec import Formula
from actviz.language.cases import Case, expand
from actviz.language.notation.latex import Latex
from actviz.language.notation.plain import Unicode
from actviz.language.numerics.float64 import evaluate
from actviz.language.syntax import (
    VARIABLE,
    Call,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Name,
    Negation,
    Node,
    Number,
    Operation,
    depends_on,
    transform,
    walk,
)

_MOST_CASES = 5
_LONG = 60  # characters as a terminal shows it: longer derivatives are abbreviated
_LONGEST = 150
_WORTH_A_LETTER = 6  # characters that a letter must stand for
_MOST_LETTERS = 2
_LETTERS = "uvwst"
_MOST_POINTS = 3  # that a formula says a derivative does not exist at
_JOINED = 20  # characters of conditions that are joined by "or"


def formulas(curves: Sequence[Curve]) -> list[Formula]:
    """The definitions of curves, case by case; those too long for a figure are left out."""
    found = []
    letters = [letter for letter in _LETTERS if not any(_used(letter, curve) for curve in curves)]
    known: dict[Node, str] = {}
    for curve in curves:
        symbols = curve.activation.entry.symbols
        notation, plain = Latex(symbols), Unicode(symbols)
        cases = spelled(_merged(tidy_cases(curve.tree), plain))
        values = [case.value for case in cases]
        where: list[tuple[str, str]] = []
        while curve.order and _longest(values, plain) > _LONG:
            part = next((part for part in known if any(part in walk(value) for value in values)), None)
            if part is None:
                part = _repeated(values, plain) if len(where) < _MOST_LETTERS and letters else None
                if part is None:
                    break
                known[part] = letters.pop(0)
                where.append((known[part], notation.value(part)))
            values = [_replaced(value, part, known[part]) for value in values]
        if len(cases) > _MOST_CASES or _longest(values, plain) > _LONGEST:
            continue
        conditions = ["" if case.condition is None else notation.condition(case.condition) for case in cases]
        conditions = _without(conditions, cases, curve, notation)
        written = tuple((notation.value(value), text) for value, text in zip(values, conditions, strict=True))
        uses = tuple((notation.value(call), notation.value(meaning)) for call, meaning in explained([*values, *known]))
        found.append(Formula(latex_name(curve), written, tuple(where), uses))
    return found


def _without(conditions: list[str], cases: Sequence[Case], curve: Curve, notation: Latex) -> list[str]:
    """The conditions without the points at which the derivative does not exist."""
    points = undefined(curve, -math.inf, math.inf)
    if not 0 < len(points) <= _MOST_POINTS:
        return conditions
    conditions = list(conditions)
    names = [_name_of(x, curve, notation) for x in points]
    if len(points) == 2 and names[0] == f"-{names[1]}":
        places = {next(n for n, case in enumerate(cases) if _holds(case.condition, x, curve)) for x in points}
        if len(places) == 1:
            (place,) = places
            before = conditions[place] or (r"\mathrm{otherwise}" if len(cases) > 1 else "")
            conditions[place] = ", ".join(part for part in (before, rf"x \neq \pm {names[1]}") if part)
            return conditions
    for x in points:
        name = _name_of(x, curve, notation)
        place = next(number for number, case in enumerate(cases) if _holds(case.condition, x, curve))
        only = cases[0].condition if len(cases) == 2 else None
        first = notation.condition(only) if isinstance(only, Comparison) else ""
        if place == 1 and first in (f"x > {name}", f"x < {name}"):
            conditions[1] = f"x {'<' if first[2] == '>' else '>'} {name}"
        elif conditions[place] in (rf"x \geq {name}", rf"x \leq {name}"):
            conditions[place] = f"x {'>' if 'geq' in conditions[place] else '<'} {name}"
        else:
            before = conditions[place] or (r"\mathrm{otherwise}" if len(cases) > 1 else "")
            conditions[place] = ", ".join(part for part in (before, rf"x \neq {name}") if part)
    return conditions


def _holds(condition: Condition | None, x: float, curve: Curve) -> bool:
    if condition is None:
        return True
    tree = Conditional(condition, Number(1), Number(0))
    return bool(evaluate(tree, np.array([x]), curve.activation.values)[0])


def _name_of(x: float, curve: Curve, notation: Latex) -> str:
    """A breakpoint as the conditions of the function name it, else its number."""
    tree = expand(curve.activation.entry.value)
    for part in walk(tree):
        if isinstance(part, Comparison) and part.left == Name(VARIABLE) and not depends_on(part.right, VARIABLE):
            value = evaluate(part.right, np.array([x]), curve.activation.values)
            if float(value[0]) == x:
                return notation.value(part.right)
    return notation.value(Number(int(x) if x == int(x) else x))


def undefined(curve: Curve, low: float, high: float) -> list[float]:
    """Where a derivative in x does not exist because what it is the derivative of jumps there, in ascending order.

    At a kink of a continuous function the first derivative has the value that frameworks give it.
    """
    if not curve.order or not curve.in_x:
        return []
    lower = [Curve(curve.activation, curve.variables[:order]) for order in range(curve.order)]
    return sorted({limits.x for one in lower for limits in one.limits(low, high) if limits.jumps or limits.off_curve})


def _used(letter: str, curve: Curve) -> bool:
    """Whether a letter means something already."""
    return any(letter in (parameter.name, parameter.symbol) for parameter in curve.activation.entry.parameters)


def _merged(cases: Sequence[Case], notation: Unicode) -> list[Case]:
    """Cases that follow one another with the same value as one, where their conditions are short."""
    found: list[Case] = []
    for case in cases:
        before = found[-1] if found else None
        if before is None or before.condition is None or before.value != case.value:
            found.append(case)
        elif case.condition is None:
            found[-1] = case
        else:
            either = Logic("or", (before.condition, case.condition))
            if len(notation.condition(either)) > _JOINED:
                found.append(case)
            else:
                found[-1] = Case(either, case.value)
    return found


def _longest(values: Sequence[Node], notation: Unicode) -> int:
    return max(len(notation.value(value)) for value in values)


def _repeated(values: Sequence[Node], notation: Unicode) -> Node | None:
    """The part in x that takes most room by its repetitions; None where no letter is worth its while."""
    count = Counter(part for value in values for part in walk(value) if isinstance(part, Call | Negation | Operation))
    saved = {
        part: (times - 1) * (len(notation.value(part)) - 1)
        for part, times in count.items()
        if times > 1 and depends_on(part, VARIABLE) and len(notation.value(part)) >= _WORTH_A_LETTER
    }
    return max(saved, key=lambda part: saved[part]) if saved else None


def _replaced(tree: Node, part: Node, letter: str) -> Node:
    return transform(tree, lambda node: Name(letter) if node == part else None)
