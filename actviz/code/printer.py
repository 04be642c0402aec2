"""Trees as expressions and statements of a programming language, parts that occur twice computed once.

What C, JavaScript and Python have in common is here: how tightly operators hold, names for repeated parts, and lines
of a bearable length. Each language adds its own words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import ClassVar

from actviz.code.wrapping import filled
from actviz.language.notation.plain import Notation
from actviz.language.syntax import (
    VARIABLE,
    Call,
    Comparison,
    Condition,
    Conditional,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Operation,
    children,
    depends_on,
    size,
    walk,
)

SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)  # how tightly a text holds together, on the scale of `Notation`
_LOCALS = ("u", "v", "w", "r", "s", "t")
_WORTH_A_NAME = 5  # nodes in a part without a call that is computed once if it occurs twice

Printed = tuple[str, int]


class Printer(Notation):
    """Expressions of one function of a file.

    Args:
        identifiers: the language's names for the parameters.
        helpers: receives the names of the helper functions that are called.
        variable: what x is called here.
    """

    natives: ClassVar[Mapping[str, str]] = {}

    def __init__(self, identifiers: Mapping[str, str], helpers: set[str], variable: str = VARIABLE) -> None:
        super().__init__({**identifiers, VARIABLE: variable})
        self.helpers = helpers
        self.steps: list[tuple[str, str]] = []
        self.known: dict[Node, str] = {}
        self.repeated: set[Node] = set()
        self.taken = {VARIABLE, *identifiers.values()}

    def fresh(self, candidates: Iterator[str]) -> str:
        """The first of the names that is not in use, now in use."""
        name = next(candidate for candidate in candidates if candidate not in self.taken)
        self.taken.add(name)
        return name

    def step(self, node: Node) -> str:
        """Compute a part in a statement of its own, under a name."""
        text = super()._print(node)[0]
        self.known[node] = self.fresh(_numbered(_LOCALS))
        self.steps.append((self.known[node], text))
        return self.known[node]

    def helper(self, name: str) -> str:
        """The name of a helper function, now needed."""
        raise NotImplementedError

    def _print(self, node: Node) -> Printed:
        if node in self.known:
            return self.known[node], ATOM
        if node in self.repeated:
            return self.step(node), ATOM
        return super()._print(node)

    def _negation(self, operand: Node) -> Printed:
        tight = isinstance(operand, Name | Call) or (isinstance(operand, Number) and operand.value >= 0)
        text = self.value(operand)
        return self.minus + (text if tight or operand in self.known else f"({text})"), SIGN

    def _product(self, left: Node, right: Node) -> str:
        return f"{self._inside(left, PRODUCT)} * {self._inside(right, SIGN)}"

    def _quotient(self, left: Node, right: Node) -> Printed:
        return f"{self._inside(left, PRODUCT)} / {self._inside(right, SIGN)}", PRODUCT

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        inner = ", ".join(self.value(argument) for argument in arguments)
        native = self.natives.get(function)
        return f"{native or self.helper(function)}({inner})", ATOM

    def _power(self, base: Node, exponent: Node) -> Printed:
        match exponent:
            case Number(2) if isinstance(base, Name) or base in self.known:
                text = self.value(base)
                return f"{text} * {text}", PRODUCT
            case _:
                return self._call("pow", (base, exponent))


class LazyPrinter(Printer):
    """For languages whose ``c ? a : b`` computes one branch only."""

    junctions: ClassVar[Mapping[str, str]] = {"and": "&&", "or": "||"}

    def condition(self, node: Condition) -> str:  # noqa: D102  as in the base class
        match node:
            case Comparison(operator, left, right):
                return f"{self._inside(left, SUM)} {self.relations[operator]} {self._inside(right, SUM)}"
            case Logic(operator, parts):
                return f" {self.junctions[operator]} ".join(
                    f"({self.condition(part)})" if isinstance(part, Logic) else self.condition(part) for part in parts
                )
            case Not(inner):
                return f"!({self.condition(inner)})"

    def _print(self, node: Node) -> Printed:
        text, tightness = super()._print(node)
        return (f"({text})", ATOM) if isinstance(node, Conditional) and node not in self.known else (text, tightness)

    def _choice(self, condition: Condition, value: Node, otherwise: Node) -> str:
        return f"{self.condition(condition)} ? {self.value(value)} : {self.value(otherwise)}"

    def body(self, tree: Node, declared: str, indent: str = "    ") -> list[str]:
        """Statements that end in ``return``, one ``if`` for each piece.

        Args:
            tree: the function.
            declared: what stands before the name of a local, as in ``const double``.
            indent: what every line begins with.
        """
        known, taken = dict(self.known), set(self.taken)
        if isinstance(tree, Conditional):
            twice = repeated(tree)
            self.repeated = {part for part in walk(tree.condition) if part in twice}
            head = f"{indent}if ({self.condition(tree.condition)}) {{"
            lines = self._declarations(declared, indent)
            lines += filled(head)
            lines += self.body(tree.value, declared, indent + "    ")
            lines += [f"{indent}}}", *self.body(tree.otherwise, declared, indent)]
        else:
            self.repeated = repeated(tree)
            result = self.value(tree)
            lines = self._declarations(declared, indent)
            lines += filled(f"{indent}return {result};")
        self.known, self.taken = known, taken
        return lines

    def _declarations(self, declared: str, indent: str) -> list[str]:
        lines = [line for name, text in self.steps for line in filled(f"{indent}{declared} {name} = {text};")]
        self.steps = []
        return lines


def repeated(tree: Node | Condition) -> set[Node]:
    """The parts that occur more than once and take some work to compute."""
    counts: Counter[Node | Condition] = Counter()

    def visit(part: Node | Condition) -> None:
        counts[part] += 1
        if counts[part] == 1:
            for child in children(part):
                visit(child)

    visit(tree)
    return {part for part, count in counts.items() if count > 1 and is_work(part)}  # type: ignore[misc]


def is_work(part: Node | Condition) -> bool:
    """Whether a part is worth a name of its own."""
    if not isinstance(part, Call | Operation) or not depends_on(part, VARIABLE):
        return False
    return isinstance(part, Call) or size(part) >= _WORTH_A_NAME or any(isinstance(node, Call) for node in walk(part))


def _numbered(names: tuple[str, ...]) -> Iterator[str]:
    yield from names
    number = 1
    while True:
        yield from (f"{name}{number}" for name in names)
        number += 1
