"""Trees as people read them: the language's own text, Unicode for terminals, LaTeX for papers and figures.

The three notations share one traversal that decides where parentheses are needed; each supplies the words.
The LaTeX stays within what matplotlib's mathtext can set.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, TypeGuard

from actviz.language.conditions import bounded, chained
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

_GREEK = {
    chr(code): "\\" + unicodedata.name(chr(code)).rsplit(" ", 1)[-1].lower().replace("lamda", "lambda")
    for code in [*range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA)]
}
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
        match node:
            case Comparison(operator, left, right):
                return f"{self._inside(left, SUM)} {self.relations[operator]} {self._inside(right, SUM)}"
            case Logic("and", (Comparison() as first, Comparison() as second)) if chained(first, second):
                return f"{self.condition(first)} {self.relations[second.operator]} {self._inside(second.right, SUM)}"
            case Logic(operator, conditions):
                return f" {self.conjunctions[operator]} ".join(
                    self._enclosed(self.condition(part)) if isinstance(part, Logic) else self.condition(part)
                    for part in conditions
                )
            case Not(inner):
                return f"{self.conjunctions['not']} {self._enclosed(self.condition(inner))}"

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
        return super().condition(bounded(node))

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
        return _Slashed(self)

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


class _Slashed(Latex):
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
