"""Functions, lambdas and assignments around a formula, taken off; and formulas written out again as text."""

from __future__ import annotations

import ast
import re
import warnings

from actviz.errors import UnreadableError

_LEFT = re.compile(r"^\s*(?:[^\W\d]\w*\s*\(\s*([^\W\d]\w*)[^()=<>]*\)|[^\W\d]\w*'?)\s*:?=(?!=)\s*")
_SPACES = re.compile(r" (\*\*|\*|/) ")


def python_tree(text: str) -> tuple[ast.expr, str]:
    """The formula in a text of Python, and the name of its variable where the text says it (else ``""``).

    Understood are an expression, ``lambda z: …``, ``return …``, ``y = …``, ``f(z) = …``, and a ``def`` or several lines
    whose assignments are put in where they are used.
    """
    variable = ""
    line = text.strip()
    left = _LEFT.match(line)
    if left and "\n" not in line and ";" not in line and re.search(r"[^\W\d]", line[left.end() :]):
        variable = left[1] or ""
        line = line[left.end() :]
    line = line.strip().rstrip(";").strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(_unindented(line), mode="exec").body
    except (SyntaxError, ValueError, MemoryError) as error:
        place = max(0, (getattr(error, "offset", None) or 1) - 1)
        shown = " ".join(line.split())
        raise UnreadableError(
            "the formula cannot be read from here", shown, min(place, max(0, len(shown) - 1)), _HINT
        ) from None
    return _formula(body, variable, line)


_HINT = "Read are arithmetic in x, code of the frameworks, LaTeX and the signs of papers."


def _unindented(text: str) -> str:
    import textwrap

    first, _, rest = text.partition("\n")
    return first + ("\n" + textwrap.dedent(rest) if rest and not first.rstrip().endswith(":") else "\n" + rest)


def _formula(body: list[ast.stmt], variable: str, line: str) -> tuple[ast.expr, str]:
    values: dict[str, ast.expr] = {}
    for number, statement in enumerate(body):
        match statement:
            case ast.FunctionDef(args=arguments, body=inner) if len(body) == 1:
                names = [argument.arg for argument in arguments.args if argument.arg not in ("self", "cls")]
                defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
                tree, _ = _formula([part for part in inner if not _is_text(part)], names[0] if names else "", line)
                return _put_in(tree, defaults), names[0] if names else ""
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values[name] = _put_in(value, values)
                if number == len(body) - 1 and any(isinstance(part, ast.Name) for part in ast.walk(value)):
                    return _unwrapped(values[name], variable)
            case ast.Return(value=ast.expr() as value) | ast.Expr(value=value):
                return _unwrapped(_put_in(value, values), variable)
            case _:
                break
    raise UnreadableError("this is code, and a formula is wanted", line, 0, "Give the expression that it returns.")


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _unwrapped(tree: ast.expr, variable: str) -> tuple[ast.expr, str]:
    if isinstance(tree, ast.Lambda) and tree.args.args:
        names = [argument.arg for argument in tree.args.args]
        defaults = dict(zip(reversed(names), reversed(tree.args.defaults), strict=False))
        return _put_in(tree.body, defaults), names[0]
    return tree, variable


def _put_in(tree: ast.expr, values: dict[str, ast.expr]) -> ast.expr:
    if not values:
        return tree

    class Substitution(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return values.get(node.id, node)

    found: ast.expr = Substitution().visit(tree)
    return found


def written(tree: ast.expr) -> str:
    """A tree as the language is written: ``2*x + 1``, without spaces around products and powers."""
    return _SPACES.sub(r"\1", ast.unparse(tree))
