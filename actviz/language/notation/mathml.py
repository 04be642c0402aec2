"""Trees as MathML: presentation markup within MathML Core, which every browser sets."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import ClassVar

from actviz.language.notation.plain import (
    ATOM,
    POWER,
    PRODUCT,
    SUM,
    Printed,
    Typeset,
    Unicode,
    raised_by_name,
    scientific,
)
from actviz.language.syntax import Call, Condition, Conditional, Node, Number, Operation

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
APPLY = "<mo>\N{FUNCTION APPLICATION}</mo>"
_TIMES = "<mo>\N{INVISIBLE TIMES}</mo>"


class MathML(Typeset):
    """MathML elements, to be put inside ``<math>``; `document` makes a whole one."""

    minus = "<mo>−</mo>"
    plus = "<mo>+</mo>"
    comma = "<mo>,</mo>"
    relations: ClassVar[Mapping[str, str]] = {
        sign: f"<mo>{escape(word)}</mo>" for sign, word in Unicode.relations.items()
    }
    functions: ClassVar[Mapping[str, str]] = Unicode.functions
    conjunctions: ClassVar[Mapping[str, str]] = {
        "and": "<mtext>\N{NO-BREAK SPACE}and\N{NO-BREAK SPACE}</mtext>",
        "or": "<mtext>\N{NO-BREAK SPACE}or\N{NO-BREAK SPACE}</mtext>",
        "not": "<mtext>not\N{NO-BREAK SPACE}</mtext>",
    }

    def __init__(self, symbols: Mapping[str, str] | None = None) -> None:
        super().__init__(symbols)
        self._plain = Unicode(symbols)

    def name(self, name: str) -> str:  # noqa: D102  as in the base class
        symbol = self._plain.name(name)
        head, _, subscript = symbol.partition("_")
        if len(head) > 1 or not subscript:
            return f"<mi>{escape(symbol)}</mi>"
        return f"<msub><mi>{escape(head)}</mi><mi>{escape(subscript)}</mi></msub>"

    def number(self, value: int | float) -> str:  # noqa: D102  as in the base class
        digits, power = scientific(abs(value))
        sign = self.minus if value < 0 else ""
        if power is None:
            return f"{sign}<mn>{digits}</mn>"
        ten = f"<msup><mn>10</mn>{_row(self.number(power))}</msup>"
        return sign + (ten if digits == "1" else f"<mn>{digits}</mn><mo>·</mo>{ten}")

    def _enclosed(self, text: str) -> str:
        return f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>"

    def _product(self, left: Node, right: Node) -> str:
        fraction = isinstance(right, Operation) and right.operator == "/"
        sign = _TIMES if self._plain.juxtaposed(left, right) else "<mo>·</mo>"
        return self._first(left) + sign + (self.value(right) if fraction else self._inside(right, PRODUCT))

    def _quotient(self, left: Node, right: Node) -> Printed:
        return f"<mfrac>{_row(self.value(left))}{_row(self.value(right))}</mfrac>", PRODUCT

    def _power(self, base: Node, exponent: Node) -> Printed:
        raised = _row(self.value(exponent))
        if raised_by_name(base, exponent):
            name = f"<msup>{self._function(base.function)}{raised}</msup>"
            return name + APPLY + self._enclosed(self.value(base.arguments[0])), ATOM
        return f"<msup>{_row(self._inside(base, ATOM))}{raised}</msup>", POWER

    def _function(self, function: str) -> str:
        words = self.functions.get(function, function).split()
        return APPLY.join(f"<mi>{escape(word)}</mi>" for word in words)

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        inner = self.comma.join(self.value(argument) for argument in arguments)
        match function:
            case "exp":
                return f"<msup><mi>e</mi>{_row(inner)}</msup>", POWER
            case "expm1":
                return self._print(Operation("-", Call("exp", arguments), Number(1)))[0], SUM
            case "log1p":
                return self._call("log", (Operation("+", Number(1), arguments[0]),))
            case "sqrt":
                return f"<msqrt>{inner}</msqrt>", ATOM
            case "abs":
                return f"<mrow><mo>|</mo>{inner}<mo>|</mo></mrow>", ATOM
            case _:
                tightness = POWER if function == "log_sigmoid" else ATOM
                return self._function(function) + APPLY + self._enclosed(inner), tightness

    def _choice(self, condition: Condition, value: Node, otherwise: Node) -> str:
        rows = [(value, f"<mtext>if\N{NO-BREAK SPACE}</mtext>{self.condition(condition)}")]
        while isinstance(otherwise, Conditional):
            when = f"<mtext>if\N{NO-BREAK SPACE}</mtext>{self.condition(otherwise.condition)}"
            rows.append((otherwise.value, when))
            otherwise = otherwise.otherwise
        rows.append((otherwise, "<mtext>otherwise</mtext>"))
        return f'<mrow><mo stretchy="true">{{</mo>{table([[self.value(part), when] for part, when in rows])}</mrow>'


def table(rows: list[list[str]]) -> str:
    """Rows of cells, each cell a string of elements, columns aligned to the left."""
    cell = '<mtd style="text-align: left">'
    lines = ["<mtr>" + "".join(f"{cell}{text}</mtd>" for text in row) + "</mtr>" for row in rows]
    return "<mtable>" + "".join(lines) + "</mtable>"


def document(body: str) -> str:
    """A whole ``<math>`` element, to be put into a page or a file of its own."""
    return f'<math xmlns="{NAMESPACE}" display="block">{body}</math>\n'


def _row(text: str) -> str:
    """One element: what has several parts is wrapped."""
    return f"<mrow>{text}</mrow>"
