"""Trees as people read them: the language's own text, and Unicode for terminals.

All notations, those of `latex` and `mathml` too, share one traversal that decides where parentheses are needed; each
supplies the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, TypeGuard

from actviz.language.conditions import bounded, chained, solved
from actviz.language.syntax import (
    Call,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Name,
    Negation,
    Node,
    Not,
    Number,
    Operation,
)

# How tightly an expression holds together; an operand that is looser than its place gets parentheses.
CHOICE, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

_MANY_ZEROS = 6  # a whole number that ends in so many is written as a power of ten

Printed = tuple[str, int]

_RAISED_BY_NAME = ("log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sech", "sigmoid")  # tanh²(x), not (tanh(x))²
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣⁿᵃᵇᶜᵈᵏᵐᵖᵗᵘ"
_SUPERSCRIPTS = dict(zip("0123456789+−()xnabcdkmptu", _RAISED, strict=True))


class Notation:
    """The language's own text; it reads back to the same tree.

    Args:
        symbols: how to write parameters, as in ``{"negative_slope": "α"}``; others keep their names.
    """

    minus = "-"
    plus = "+"
    comma = ", "
    relations: ClassVar[Mapping[str, str]] = {sign: sign for sign in ("<", "<=", ">", ">=", "==", "!=")}
    functions: ClassVar[Mapping[str, str]] = {}
    conjunctions: ClassVar[Mapping[str, str]] = {"and": "and", "or": "or", "not": "not"}

    def __init__(self, symbols: Mapping[str, str] | None = None) -> None:
        self.symbols = symbols or {}

    def value(self, node: Node) -> str:
        """The expression on one line."""
        return self._printed(node)[0]

    def condition(self, node: Condition) -> str:
        """The condition on one line."""
        return self._condition(node)

    def _condition(self, node: Condition) -> str:
        match node:
            case Comparison(operator, left, right):
                return f"{self._inside(left, SUM)} {self.relations[operator]} {self._inside(right, SUM)}"
            case Logic("and", (Comparison() as first, Comparison() as second)) if chained(first, second):
                return f"{self._condition(first)} {self.relations[second.operator]} {self._inside(second.right, SUM)}"
            case Logic(operator, conditions):
                return f" {self.conjunctions[operator]} ".join(
                    self._enclosed(self._condition(part)) if isinstance(part, Logic) else self._condition(part)
                    for part in conditions
                )
            case Not(inner):
                return f"{self.conjunctions['not']} {self._enclosed(self._condition(inner))}"

    def name(self, name: str) -> str:
        """A variable, constant or parameter."""
        return self.symbols.get(name, name)

    def number(self, value: int | float) -> str:
        """A literal, in as many digits as it takes to read it back."""
        return repr(value).removesuffix(".0")

    def _printed(self, node: Node) -> Printed:
        return self._print(node)

    def _print(self, node: Node) -> Printed:
        match node:
            case Number(value):
                return self.number(value), ATOM if value >= 0 else SIGN
            case Name(name):
                return self.name(name), ATOM
            case Negation(operand):
                return self._negation(operand)
            case Operation("+", left, right):
                return f"{self._inside(left, SUM)} {self.plus} {self._inside(right, SUM + 1)}", SUM
            case Operation("-", left, right):
                return f"{self._inside(left, SUM)} {self.minus} {self._inside(right, SUM + 1)}", SUM
            case Operation("*", left, right):
                return self._product(left, right), PRODUCT
            case Operation("/", left, right):
                return self._quotient(left, right)
            case Operation(_, base, exponent):
                return self._power(base, exponent)
            case Call(function, arguments):
                return self._call(function, arguments)
            case Conditional(condition, value, otherwise):
                return self._choice(condition, value, otherwise), CHOICE

    def _inside(self, node: Node, place: int) -> str:
        text, tightness = self._printed(node)
        return text if tightness >= place else self._enclosed(text)

    def _enclosed(self, text: str) -> str:
        return f"({text})"

    def _negation(self, operand: Node) -> Printed:
        return self.minus + self._inside(operand, SIGN), SIGN

    def _first(self, node: Node) -> str:
        """The first factor of a product, where a minus sign needs no parentheses."""
        return self._inside(node, SUM if isinstance(node, Negation) else PRODUCT)

    def _product(self, left: Node, right: Node) -> str:
        return f"{self._inside(left, PRODUCT)}*{self._inside(right, PRODUCT + 1)}"

    def _quotient(self, left: Node, right: Node) -> Printed:
        return f"{self._first(left)}/{self._inside(right, PRODUCT + 1)}", PRODUCT

    def _power(self, base: Node, exponent: Node) -> Printed:
        return f"{self._inside(base, ATOM)}**{self._inside(exponent, SIGN)}", POWER

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        inner = self.comma.join(self.value(argument) for argument in arguments)
        return f"{self.functions.get(function, function)}({inner})", ATOM

    def _choice(self, condition: Condition, value: Node, otherwise: Node) -> str:
        return f"{self._inside(value, SUM)} if {self.condition(condition)} else {self._inside(otherwise, CHOICE)}"


class Typeset(Notation):
    """What the notations for people share: −ab needs no parentheses, but a(−b) does; −1 < x < 1 is one condition."""

    def __init__(self, symbols: Mapping[str, str] | None = None) -> None:
        super().__init__(symbols)
        self._known: dict[Node, Printed] = {}

    def _printed(self, node: Node) -> Printed:
        """The node printed once: what a factor looks like decides how its neighbour is written, at every level."""
        if node not in self._known:
            self._known[node] = self._print(node)
        return self._known[node]

    def condition(self, node: Condition) -> str:  # noqa: D102  as in the base class
        return super().condition(bounded(solved(node)))

    def _number(self, value: int | float) -> Printed:
        """A literal; the exponent of ``1e-05`` becomes a power of ten."""
        mantissa, power = scientific(abs(value))
        if power is None:
            return self.number(value), ATOM if value >= 0 else SIGN
        return self.number(value), SIGN if value < 0 else POWER if mantissa == "1" else PRODUCT

    def _negation(self, operand: Node) -> Printed:
        return self.minus + self._signless(operand, PRODUCT), SUM

    def _signless(self, node: Node, place: int) -> str:
        """Where a sign precedes: two signs in a row are kept apart."""
        text = self._inside(node, place)
        return self._enclosed(text) if text.startswith(self.minus) else text

    def _print(self, node: Node) -> Printed:
        match node:
            case Operation("+", left, Negation(right)):
                return self._print(Operation("-", left, right))
            case Operation("-", Number(constant), Call("expm1", (argument,))):  # 1 − (eˣ − 1) is 2 − eˣ
                return self._print(Operation("-", Number(constant + 1), Call("exp", (argument,))))
            case Negation(Call("expm1", (argument,))):
                return self._print(Operation("-", Number(1), Call("exp", (argument,))))
            case Operation("+" | "-" as sign, left, right):
                second = self._inside(right, SUM + 1)
                if sign == "+" and second.startswith(self.minus):  # a product that begins with a sign
                    return f"{self._inside(left, SUM)} {self.minus} {second.removeprefix(self.minus)}", SUM
                word = self.plus if sign == "+" else self.minus
                return f"{self._inside(left, SUM)} {word} {self._signless(right, SUM + 1)}", SUM
            case Operation("*", Number(left), Number(right)):  # as differentiation leaves them: 3·0.1 is 0.3
                product = Decimal(repr(left)) * Decimal(repr(right))
                return self._number(float(product))
            case Number(value):
                return self._number(value)
            case _:
                return super()._print(node)


class Unicode(Typeset):
    """Mathematics in plain Unicode, as in ``λα(eˣ − 1)``."""

    minus = "−"
    relations: ClassVar[Mapping[str, str]] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
    functions: ClassVar[Mapping[str, str]] = {
        "log": "ln",
        "atan": "arctan",
        "asinh": "arsinh",
        "sigmoid": "σ",
        "normal_pdf": "φ",
        "normal_cdf": "Φ",
        "log_sigmoid": "ln σ",
    }

    def name(self, name: str) -> str:  # noqa: D102  as in the base class
        return self.symbols.get(name, "π" if name == "pi" else name)

    def number(self, value: int | float) -> str:  # noqa: D102  as in the base class
        mantissa, power = scientific(value)
        factor = "" if mantissa == "1" and power else mantissa
        raised = "" if power is None else f"10{_superscript(str(power).replace('-', '−'))}"
        return "·".join(part for part in (factor.replace("-", self.minus), raised) if part)

    def _product(self, left: Node, right: Node) -> str:
        first, second = self._first(left), self._inside(right, PRODUCT)
        if (isinstance(right, Operation) and right.operator == "/") or second.startswith(self.minus):
            second = self._enclosed(second)
        return first + ("" if self.juxtaposed(left, right) else "·") + second

    def juxtaposed(self, left: Node, right: Node) -> bool:
        """Whether a product needs no dot."""
        if isinstance(right, Operation) and right.operator == "/":
            return False
        return _juxtaposed(self._first(left), self._signless(right, PRODUCT))

    def _power(self, base: Node, exponent: Node) -> Printed:
        raised = _superscript(self.value(exponent))
        if raised is None:
            return f"{self._inside(base, ATOM)}^{self._inside(exponent, ATOM)}", POWER
        if raised_by_name(base, exponent):
            name, inner = self.functions.get(base.function, base.function), self.value(base.arguments[0])
            return f"{name}{raised}({inner})", ATOM
        return self._inside(base, ATOM) + raised, POWER

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        first = self.value(arguments[0])
        raised = _superscript(first)
        match function:
            case "exp" if raised is not None:
                return f"e{raised}", POWER
            case "expm1":
                return f"{self._call('exp', arguments)[0]} − 1", SUM
            case "log1p":
                return self._call("log", (Operation("+", Number(1), arguments[0]),))
            case "sqrt":
                return f"√{self._inside(arguments[0], ATOM)}", POWER
            case "log_sigmoid":
                return super()._call(function, arguments)[0], POWER
            case "abs":
                return f"|{first}|", ATOM
            case _:
                return super()._call(function, arguments)

    def _choice(self, condition: Condition, value: Node, otherwise: Node) -> str:
        return f"{self.value(value)} if {self.condition(condition)}, else {self.value(otherwise)}"


def _juxtaposed(first: str, second: str) -> bool:
    """Whether a product reads well without a dot: 1.702x, λα, λ(eˣ − 1), but x·σ(x) and 2·3."""
    if any(mark in first for mark in "√_/′") or second.endswith("′") or first.lstrip("−") == "1":
        return False  # √2·x, β_1·x, a/b·x, (f(x))′·x
    if first.lstrip("−")[0].isdigit() and first[-1] in _RAISED:
        return False  # 10⁻⁵·x
    if first[-1] == second[0] and first[-1].isalpha():
        return False  # x·x
    last_word = first.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")
    single = len(last_word) < 2 or not last_word[-2].isalpha() or not last_word[-1].isalpha()
    greek = all(ord(character) > 0x370 for character in last_word if character.isalpha())
    if second[0] == "(":
        return (single or greek) and not first.endswith(")")
    following = second.strip("⁰¹²³⁴⁵⁶⁷⁸⁹ˣ")
    letter = following[:1].isalpha() and not following[1:2].isalpha() and following[1:2] not in ("(", "_")
    return (single or greek) and letter and not first.endswith(")")


def raised_by_name(base: Node, exponent: Node) -> TypeGuard[Call]:
    """Whether a power is written on the function's name: tanh²(x), but tanh⁻¹ would be its inverse."""
    return (
        isinstance(base, Call)
        and base.function in _RAISED_BY_NAME
        and isinstance(exponent, Number)
        and isinstance(exponent.value, int)
        and exponent.value >= 2
    )


def scientific(value: int | float) -> tuple[str, int | None]:
    """The digits of a literal and its power of ten, None where it is written without one."""
    mantissa, _, exponent = repr(value).removesuffix(".0").partition("e")
    digits = mantissa.rstrip("0")
    if not exponent and "." not in mantissa and len(mantissa) - len(digits) >= _MANY_ZEROS:
        return digits, len(mantissa) - len(digits)
    return mantissa, int(exponent) if exponent else None


def _superscript(text: str) -> str | None:
    """The text raised, or None where Unicode has no raised form of a character."""
    plain = text.replace(" ", "")
    if not all(character in _SUPERSCRIPTS for character in plain):
        return None
    return "".join(_SUPERSCRIPTS[character] for character in plain)


def case_lines(texts: list[str], conditions: list[str]) -> list[str]:
    """Lines of a definition by cases behind a tall left brace, conditions aligned."""
    if len(texts) == 1:
        return texts
    width = max(len(text) for text in texts)
    height = len(texts) + (1 - len(texts) % 2)
    middle = height // 2
    glyphs = ["⎧", *["⎪"] * (height - 2), "⎩"]
    glyphs[middle] = "⎨"
    rows = [f"{text:<{width}}   {condition}" for text, condition in zip(texts, conditions, strict=True)]
    if height != len(rows):
        rows.insert(middle, "")
    return [f"{glyph} {row}".rstrip() for glyph, row in zip(glyphs, rows, strict=True)]
