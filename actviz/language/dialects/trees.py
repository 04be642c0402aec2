"""Python's trees: names put in and changed, and the small forms that translations are made of."""

from __future__ import annotations

import ast
from collections.abc import Mapping


class Put(ast.NodeTransformer):
    """Puts trees in the place of names."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """What stands for the name."""
        return self.values.get(node.id, node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """The arguments alone: a function is no number."""
        node.args = [self.visit(part) for part in node.args]
        node.keywords = [ast.keyword(word.arg, self.visit(word.value)) for word in node.keywords]
        return node


class Renamed(ast.NodeTransformer):
    """Calls the variable x."""

    def __init__(self, variable: str) -> None:
        self.variable = variable

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The variable, or another name as it is."""
        return ast.Name("x") if node.id == self.variable else node


def last(node: ast.expr) -> str:
    """``GELU`` of ``torch.nn.GELU``; empty for what is no chain of names."""
    return dotted(node).rpartition(".")[2]


def dotted(node: ast.expr) -> str:
    """``torch.nn.GELU`` as code has it; empty for what is no chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def mask(condition: ast.expr) -> ast.expr:
    """1 where the condition holds, else 0."""
    return ast.IfExp(condition, ast.Constant(1), ast.Constant(0))


def body(node: ast.expr) -> ast.expr:
    """What a lambda returns; anything else as it is."""
    return node.body if isinstance(node, ast.Lambda) else node


def number(node: ast.expr) -> ast.expr:
    """``0.`` and ``6.0`` as 0 and 6."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, float)
        and node.value.is_integer()
        and abs(node.value) < 2**53
    ):
        return ast.Constant(int(node.value))
    return node


def logaddexp(first: ast.expr, second: ast.expr) -> ast.expr:
    """log(e^a + e^b) as b + softplus(a − b), with a constant in the place of b."""
    if isinstance(first, ast.Constant):
        first, second = second, first
    if isinstance(second, ast.Constant) and second.value == 0:
        return ast.Call(ast.Name("softplus"), [first], [])
    return ast.BinOp(second, ast.Add(), ast.Call(ast.Name("softplus"), [ast.BinOp(first, ast.Sub(), second)], []))


def simplified(tree: ast.expr) -> ast.expr:
    """Without factors and divisors of 1, which defaults leave."""

    class One(ast.NodeTransformer):
        def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
            left, right = self.visit(node.left), self.visit(node.right)
            if isinstance(node.op, ast.Mult) and _is_one(left):
                return right  # type: ignore[no-any-return]
            if isinstance(node.op, ast.Mult | ast.Div) and _is_one(right):
                return left  # type: ignore[no-any-return]
            return ast.BinOp(left, node.op, right)

    found: ast.expr = One().visit(tree)
    return found


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1
