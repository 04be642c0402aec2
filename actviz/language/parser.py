"""Text to tree: Python's arithmetic syntax, read with `ast` and a whitelist, never evaluated as code.

Limits on length, depth, size and powers keep any input harmless: nothing typed can hang or exhaust the tool.
Every refusal is an `ExpressionError` with a caret under the place.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Mapping
from itertools import islice, pairwise
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from actviz.errors import ExpressionError, did_you_mean
from actviz.language.functions import FUNCTIONS
from actviz.language.numerics.float64 import evaluate
from actviz.language.syntax import (
    CONSTANTS,
    VARIABLE,
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
    depends_on,
    free_names,
    substitute,
    walk,
)

LONGEST = 50_000  # characters: a table of a few hundred entries (`actviz approximate`), read in 0.2 s
DEEPEST = 100  # levels of nesting
LARGEST = 2_000  # nodes, after other functions have been written out; in a long text one for every _SPARSE characters
_SPARSE = 5
HIGHEST_POWER = 1_000  # a constant exponent, in magnitude

_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_NUMBERS = (VARIABLE, *CONSTANTS)
_CHOICE = "Write 'a if x > 0 else b'."
_POWER = "A power is written '**', as in x**2."
# Signs of papers that Python would take for letters or stop at; `actviz.language.dialects` reads them.
TYPESET = frozenset("−·×⋅∙⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣⁿᵃᵇᶜᵈᵏᵐᵖᵗᵘ√≤≥≠")
_ALLOWED = "Allowed: x, numbers, pi, e, parameters, + - * / **, functions, and 'a if x > 0 else b'."
_FUNCTIONS_HINT = "Functions: " + " ".join(FUNCTIONS) + ", and every activation by name, as in mish(2*x)."


_WORDS = r"(?:if|else|and|or|not|in|is)\b"
_UNFOLLOWED = re.compile(r"\b(if|else|and|or|not)\s*(?=$|\)|\b(?:if|else|and|or)\b)")


class Template(NamedTuple):
    """A named function that an expression may call: its tree and its parameters' defaults."""

    value: Node
    defaults: Mapping[str, float] = MappingProxyType({})


def parse(text: str, library: Mapping[str, Template] | None = None) -> Node:
    """Read an expression.

    Args:
        text: the expression, as in ``x*tanh(softplus(x))``.
        library: further functions that may be called by name; each is written out where it is called.

    Raises:
        ExpressionError: the text is not in the language, or beyond its limits.
    """
    line = " ".join(text.split())
    if not line:
        raise ExpressionError("the expression is empty", line, 0, _ALLOWED)
    if len(line) > LONGEST:
        raise ExpressionError(
            f"the expression is too long: {len(line):,} characters",
            line,
            LONGEST,
            f"At most {LONGEST:,} characters are read.",
        )
    for place, character in enumerate(line):
        # Python would stop reading here, or take the sign for a letter.
        if character == "#" or character in TYPESET or not character.isprintable():
            raise _unreadable(line, place)
    tree = _Reader(line, library or {}).value(_python_tree(line))
    if _is_too_large(tree, most_terms(len(line))):
        raise _too_large(line)
    return tree


def _python_tree(line: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's remarks on odd literals are not for our reader
            tree = ast.parse(line, mode="eval").body
    except SyntaxError as error:
        raise _unreadable(line, _character(line, max(0, (error.offset or 1) - 1), error.text)) from None
    except (MemoryError, RecursionError):
        raise _too_deep(line) from None
    level = 0
    nodes: list[ast.AST] = [tree]
    while nodes:
        level += 1
        if level > DEEPEST:
            raise _too_deep(line)
        nodes = [child for node in nodes for child in ast.iter_child_nodes(node)]
    return tree


def _character(line: str, offset: int, shown: str | None) -> int:
    """A SyntaxError's offset, which counts characters of the line as Python read it."""
    return min(offset, len(line) - 1) if shown is not None else 0


def most_terms(length: int) -> int:
    """How many nodes the tree of a text of this length may have: what is typed out may be large, what is nested not."""
    return max(LARGEST, length // _SPARSE)


def _is_too_large(tree: Node, most: int) -> bool:
    return next(islice(walk(tree), most, None), None) is not None


def _too_large(line: str) -> ExpressionError:
    most = most_terms(len(line))
    return ExpressionError(f"the expression has over {most:,} terms when written out", line, 0, "Nest fewer functions.")


def _too_deep(line: str) -> ExpressionError:
    return ExpressionError("the expression is nested too deeply", line, 0, f"At most {DEEPEST} levels are read.")


def _unreadable(line: str, position: int) -> ExpressionError:
    if position < len(line) and line[position] in TYPESET:
        return ExpressionError(f"'{line[position]}' has no meaning here", line, position, _ALLOWED)
    for sign, advice in (
        ("^", _POWER),
        ("|", "A magnitude is written 'abs(x)'."),
        ("#", "Comments are not read."),
        ("=", "Parameters are given after a colon, as in 'x*sigmoid(b*x):b=1.7'; equality is '=='."),
    ):
        if position < len(line) and line[position] == sign:
            return ExpressionError(f"'{sign}' has no meaning here", line, position, advice)
    if line.count("(") > line.count(")"):
        return ExpressionError("a parenthesis is not closed", line, line.rfind("("), "Write ')' after what it holds.")
    if re.search(r"\bif\b", line) and len(re.findall(r"\bif\b", line)) > len(re.findall(r"\belse\b", line)):
        place = [match.start() for match in re.finditer(r"\bif\b", line)][-1]
        return ExpressionError("an 'if' needs its 'else'", line, place, _CHOICE)
    word = _UNFOLLOWED.search(line)
    if word is not None:
        return ExpressionError(f"something is missing after '{word[1]}'", line, word.start(), _CHOICE)
    unequal = line.find("<>")
    if unequal >= 0:
        return ExpressionError("'<>' has no meaning here", line, unequal, "Not equal is written '!='.")
    equals = re.search(r"\bif\b[^()]*?[^<>=!](=)(?!=)", line)
    if equals is not None:
        return ExpressionError("'=' has no meaning here", line, equals.start(1), "Equality is written '=='.")
    product = re.match(rf"[\d.]*(\d)\s*(?!{_WORDS})(?=[^\W\d])", line[position:])
    if product is not None:  # Python points at the number that a name follows
        return _product(line, position + product.end())
    return ExpressionError("the expression cannot be read from here", line, position, _ALLOWED)


def _product(line: str, position: int) -> ExpressionError:
    return ExpressionError("a product needs its sign", line, position, "Write '2*x', not '2x'.")


class _Reader:
    """Turns Python's syntax tree into ours, refusing what is not in the language."""

    def __init__(self, line: str, library: Mapping[str, Template]) -> None:
        self.line = line
        self.bytes = line.encode(errors="surrogatepass")
        self.library = library

    def error(self, node: ast.expr | ast.keyword, problem: str, hint: str = _ALLOWED) -> ExpressionError:
        position = len(self.bytes[: node.col_offset].decode(errors="surrogatepass"))
        return ExpressionError(problem, self.line, position, hint)

    def source(self, node: ast.expr) -> str:
        return self.bytes[node.col_offset : node.end_col_offset].decode(errors="surrogatepass")

    def value(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant():
                return self.number(node)
            case ast.Name(id=name):
                if name in FUNCTIONS:
                    raise self.error(node, f"'{name}' is a function", f"Write '{name}(x)'.")
                return Name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negation(self.value(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand)
            case ast.BinOp():
                return self.operation(node)
            case ast.Call():
                return self.call(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Conditional(self.condition(test), self.value(body), self.value(orelse))
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                raise self.error(node, "a condition stands where a value is needed", _CHOICE)
            case _:
                raise self.error(node, f"'{self.source(node)}' is not part of the language")

    def number(self, node: ast.Constant) -> Number:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(node, f"'{self.source(node)}' is not a real number")
        if isinstance(value, int) and abs(value) < 2**53:
            return Number(value)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            raise self.error(node, "this number is too large", "The largest float64 is about 1.8e308.")
        return Number(number)

    def operation(self, node: ast.BinOp) -> Operation:
        operator = _ARITHMETIC.get(type(node.op))
        if operator is None:
            hint = _POWER if isinstance(node.op, ast.BitXor) else "The operators are + - * / and **."
            between = self.bytes[node.left.end_col_offset : node.right.col_offset]
            sign = between.decode(errors="surrogatepass").strip(" ()")
            raise self.error(node.right, f"'{sign}' is not an operator of the language", hint)
        left, right = self.value(node.left), self.value(node.right)
        result = Operation(operator, left, right)
        if operator in ("/", "**"):
            constant = _constant(right)
            if operator == "/" and constant == 0:
                raise self.error(node.right, "this divides by zero", "The divisor must be a number other than 0.")
            if operator == "**" and constant is not None and not abs(constant) <= HIGHEST_POWER:
                raise self.error(node.right, "this power is too high", f"At most {HIGHEST_POWER:,} in magnitude.")
        self.check_finite(node, result)
        return result

    def check_finite(self, node: ast.expr, tree: Node) -> None:
        """Refuse a constant that overflows or is not a real number."""
        constant = _constant(tree)
        if constant is not None and math.isnan(constant):
            raise self.error(node, "this has no real value", "It leaves the real numbers.")
        if constant is not None and math.isinf(constant):
            raise self.error(node, "this has no finite value", "The largest float64 is about 1.8e308.")

    def call(self, node: ast.Call) -> Node:
        if isinstance(node.func, ast.Constant) or (isinstance(node.func, ast.Name) and node.func.id in _NUMBERS):
            raise _product(self.line, len(self.bytes[: node.func.end_col_offset].decode(errors="surrogatepass")))
        if not isinstance(node.func, ast.Name):
            raise self.error(node.func, f"'{self.source(node.func)}' cannot be called", _FUNCTIONS_HINT)
        name = node.func.id
        function = FUNCTIONS.get(name)
        if function is not None and not node.keywords:
            arguments = tuple(self.value(argument) for argument in node.args)
            if not function.fewest <= len(arguments) <= function.most:
                raise self.error(node, _count_message(name, function.fewest, function.most, len(arguments)))
            result = Call(name, arguments)
            self.check_finite(node, result)
            return result
        template = self.library.get(name)
        if template is None:
            if function is not None:
                raise self.error(node, f"'{name}' takes no named parameters")
            near = did_you_mean(name, [*FUNCTIONS, *self.library])
            hint = f"Did you mean '{near}'?" if near else _FUNCTIONS_HINT
            raise self.error(node, f"there is no function '{name}'", hint)
        return self.written_out(node, name, template)

    def written_out(self, node: ast.Call, name: str, template: Template) -> Node:
        """The template's tree with this call's argument and parameters put in."""
        known = ", ".join(template.defaults) or "none"
        if len(node.args) != 1:
            parameters = f"; its parameters: {known}" if template.defaults else ""
            raise self.error(
                node,
                f"'{name}' takes one argument and named parameters",
                f"Write {name}(x){parameters}.",
            )
        values: dict[str, Node] = {parameter: literal(default) for parameter, default in template.defaults.items()}
        given: dict[str, Node] = {}
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg not in template.defaults:
                raise self.error(
                    keyword, f"'{name}' has no parameter '{keyword.arg or '**'}'", f"Its parameters: {known}."
                )
            if keyword.arg in given:
                raise self.error(keyword, f"'{name}' is given '{keyword.arg}' twice", "Give it one value.")
            given[keyword.arg] = self.value(keyword.value)
        result = substitute(template.value, values | given | {VARIABLE: self.value(node.args[0])})
        if _is_too_large(result, most_terms(len(self.line))):  # at once: nested calls double it each time
            raise _too_large(self.line)
        return result

    def condition(self, node: ast.expr) -> Condition:
        match node:
            case ast.Compare(left=left, ops=operators, comparators=comparators):
                signs = []
                for operator, before, after in zip(operators, (left, *comparators), comparators, strict=False):
                    sign = _COMPARISONS.get(type(operator))
                    if sign is None:
                        between = self.bytes[before.end_col_offset : after.col_offset].decode(errors="surrogatepass")
                        start = len(self.bytes[: before.end_col_offset].decode(errors="surrogatepass"))
                        problem = f"'{between.strip(' ()')}' is not a comparison of the language"
                        place = start + len(between) - len(between.lstrip(" ()"))
                        raise ExpressionError(problem, self.line, place, "Conditions compare with < <= > >= == !=.")
                    signs.append(sign)
                operands = [self.value(part) for part in (left, *comparators)]
                parts = [Comparison(sign, *sides) for sign, sides in zip(signs, pairwise(operands), strict=True)]
                return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))
            case ast.BoolOp(op=ast.And(), values=values):
                return Logic("and", tuple(self.condition(part) for part in values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return Logic("or", tuple(self.condition(part) for part in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand))
            case _:
                raise self.error(
                    node, f"'{self.source(node)}' is not a condition", "A condition compares, as in 'x > 0'."
                )


def literal(value: float) -> Node:
    """The shortest tree for a float64: an integer where it is one, a negation where it is negative."""
    if math.copysign(1.0, value) < 0:
        return Negation(literal(-value))
    return Number(int(value) if value.is_integer() and value < 2**53 else value)


def _constant(node: Node) -> float | None:
    """The value of a tree without names, or None where it has any."""
    if free_names(node) or depends_on(node, VARIABLE):
        return None
    return float(evaluate(node, np.zeros(1), CONSTANTS)[0])


def _count_message(name: str, fewest: int, most: int, given: int) -> str:
    if fewest == most:
        wanted = "1 argument" if fewest == 1 else f"{fewest} arguments"
    else:
        wanted = f"{fewest} to {most} arguments"
    return f"'{name}' takes {wanted}, not {given}"
