"""Trees as LaTeX, for papers and figures."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from actviz.language.notation.plain import ATOM, POWER, PRODUCT, SUM, Printed, Typeset, raised_by_name, scientific
from actviz.language.syntax import Condition, Conditional, Name, Negation, Node, Number, Operation

_GREEK = {
    chr(code): "\\" + unicodedata.name(chr(code)).rsplit(" ", 1)[-1].lower().replace("lamda", "lambda")
    for code in [*range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA)]
}


class Latex(Typeset):
    """LaTeX mathematics, without delimiters.

    Fractions have a bar where they stand on the line, and a slash where they would be too small to read: in
    exponents, in arguments and within other fractions.
    """

    relations: ClassVar[Mapping[str, str]] = {
        "<": "<",
        "<=": r"\leq",
        ">": ">",
        ">=": r"\geq",
        "==": "=",
        "!=": r"\neq",
    }
    functions: ClassVar[Mapping[str, str]] = {
        "log": r"\ln",
        "sin": r"\sin",
        "cos": r"\cos",
        "tan": r"\tan",
        "atan": r"\arctan",
        "asinh": r"\mathrm{arsinh}",
        "sinh": r"\sinh",
        "cosh": r"\cosh",
        "tanh": r"\tanh",
        "sech": r"\mathrm{sech}",
        "min": r"\min",
        "max": r"\max",
        "sigmoid": r"\sigma",
        "normal_pdf": r"\phi",
        "normal_cdf": r"\Phi",
        "log_sigmoid": r"\ln\,\sigma",
    }
    conjunctions: ClassVar[Mapping[str, str]] = {
        "and": r"\ \mathrm{and}\ ",
        "or": r"\ \mathrm{or}\ ",
        "not": r"\mathrm{not}\ ",
    }

    def name(self, name: str) -> str:  # noqa: D102  as in the base class
        symbol = self.symbols.get(name, "\\pi" if name == "pi" else name)
        head, _, subscript = symbol.partition("_")
        head = "".join(_GREEK.get(character, character) for character in head)
        if len(symbol.partition("_")[0]) > 1 and not head.startswith("\\"):
            return r"\mathrm{" + symbol.replace("_", r"\_") + "}"
        return head + (f"_{{{subscript}}}" if subscript else "")

    def number(self, value: int | float) -> str:  # noqa: D102  as in the base class
        mantissa, power = scientific(value)
        if power is None:
            return mantissa
        return rf"10^{{{power}}}" if mantissa == "1" else rf"{mantissa}\cdot 10^{{{power}}}"

    def _enclosed(self, text: str) -> str:
        return rf"\left({text}\right)" if any(mark in text for mark in ("frac", "sqrt", "^")) else f"({text})"

    def condition(self, node: Condition) -> str:  # noqa: D102  as in the base class
        return super().condition(node) if self._small is self else self._small.condition(node)

    @cached_property
    def _small(self) -> Latex:
        """How exponents, arguments and the parts of fractions are written."""
        return Slashed(self)

    def _product(self, left: Node, right: Node) -> str:
        first, second = self._first(left), self._signless(right, PRODUCT)
        if second[0].isdigit():
            return rf"{first} \cdot {second}"
        factor = right.left if isinstance(right, Operation) and right.operator == "**" else right
        loose = any(mark in first for mark in ("^", r"\mathrm", r"\cdot")) or second.startswith(r"\mathrm")
        tight = _letters(left) and isinstance(factor, Name) and not loose
        return f"{first} {second}" if tight else rf"{first}\,{second}"

    def _quotient(self, left: Node, right: Node) -> Printed:
        if isinstance(left, Negation):
            return self.minus + self._quotient(left.operand, right)[0], PRODUCT
        return rf"\frac{{{self._small.value(left)}}}{{{self._small.value(right)}}}", PRODUCT

    def _power(self, base: Node, exponent: Node) -> Printed:
        raised = f"^{{{self._small.value(_halves(exponent))}}}"
        if raised_by_name(base, exponent):
            return self.functions[base.function] + raised + self._enclosed(self._small.value(base.arguments[0])), ATOM
        return self._inside(base, ATOM) + raised, POWER

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        inner = ", ".join(self._small.value(argument) for argument in arguments)
        match function:
            case "exp":
                return f"e^{{{inner}}}", POWER
            case "expm1":
                return f"e^{{{inner}}} - 1", SUM
            case "log1p":
                return self._call("log", (Operation("+", Number(1), arguments[0]),))
            case "sqrt":
                return rf"\sqrt{{{inner}}}", POWER
            case "abs":
                return rf"\left|{inner}\right|", ATOM
            case _:
                word = self.functions.get(function, rf"\mathrm{{{function}}}")
                return word + self._enclosed(inner), POWER if function == "log_sigmoid" else ATOM

    def _choice(self, condition: Condition, value: Node, otherwise: Node) -> str:
        lines = [(value, rf"\text{{if }} {self.condition(condition)}")]
        while isinstance(otherwise, Conditional):
            lines.append((otherwise.value, rf"\text{{if }} {self.condition(otherwise.condition)}"))
            otherwise = otherwise.otherwise
        lines.append((otherwise, r"\text{otherwise}"))
        body = r" \\ ".join(f"{self.value(part)} & {when}" for part, when in lines)
        return rf"\begin{{cases}} {body} \end{{cases}}"


class Slashed(Latex):
    """LaTeX in small places, where a fraction is x/2.

    Args:
        around: how what is around them is written.
    """

    def __init__(self, around: Latex) -> None:
        super().__init__(around.symbols)
        self._around = around

    @property
    def _small(self) -> Latex:
        return self

    def _quotient(self, left: Node, right: Node) -> Printed:
        above, below = self._first(left), self._inside(right, PRODUCT + 1)
        return (super()._quotient(left, right)) if r"\frac" in above + below else (f"{above}/{below}", PRODUCT)

    def _product(self, left: Node, right: Node) -> str:
        if any(isinstance(factor, Operation) and factor.operator == "/" for factor in (left, right)):
            return self._around._product(left, right)  # a/b c could be read in two ways
        return super()._product(left, right)


def _letters(node: Node) -> bool:
    """Whether a factor is made of numbers and letters only, so that a letter may follow without space: 2αβ."""
    match node:
        case Number() | Name():
            return True
        case Negation(operand):
            return _letters(operand)
        case Operation("*", left, right):
            return _letters(left) and _letters(right)
        case _:
            return False


def _halves(exponent: Node) -> Node:
    """The exponent 1.5 as 3/2, as it is printed."""
    if isinstance(exponent, Number) and 0 < exponent.value < 100 and exponent.value % 1 == 0.5:
        return Operation("/", Number(int(2 * exponent.value)), Number(2))
    return exponent
