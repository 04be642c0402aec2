"""Long lines broken as people break them."""

from __future__ import annotations

import re
import textwrap

WIDTH = 120
_STEP = "    "
_DEEPEST = 32  # indented further than this, text is filled: there is no room for one argument a line
_CALL = re.compile(r"-?[\w.]*\(")
# From loose to tight; a line is broken before the loosest operators outside all parentheses.
_OPERATORS = ((" if ", " else "), (" | ", " & "), (" + ", " - "), (" * ", " / "))


def filled(line: str, width: int = WIDTH) -> list[str]:
    """A statement of C or JavaScript on as many lines as it takes, broken at blanks."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line.strip(),
        width,
        initial_indent=indent,
        subsequent_indent=indent + _STEP,
        break_long_words=False,
        break_on_hyphens=False,
    )


def statement(head: str, expression: str, indent: str = _STEP) -> list[str]:
    """A Python statement on as many lines as it takes: the arguments of a call, or the terms of a sum, one a line.

    Args:
        head: what the statement begins with, as in ``return``.
        expression: the rest of it.
        indent: of the first line.
    """
    whole = f"{indent}{head} {expression}"
    if len(whole) <= WIDTH:
        return [whole]
    if _is_one_call(expression):
        return _broken(expression, indent, f"{head} ")
    return [f"{indent}{head} (", *_broken(expression, indent + _STEP), f"{indent})"]


def paragraphs(lines: list[str], width: int) -> list[str]:
    """Paragraphs of text as lines of at most `width` characters; formulas of several lines keep them."""
    result: list[str] = []
    for line in (line for paragraph in lines for line in paragraph.split("\n")):
        result += [line] if len(line) <= width else textwrap.wrap(line, width, subsequent_indent=_STEP)
    return result


def docstring(lines: list[str], indent: str = "") -> list[str]:
    """Paragraphs as a Python docstring."""
    texts = paragraphs(lines, WIDTH - len(indent) - 3)
    first, *rest = [text.replace("\\", "\\\\").replace('"""', "'''") for text in texts]
    return [f"{indent}{line}".rstrip() for line in (f'"""{first}', *rest, '"""')]


def _broken(expression: str, indent: str, head: str = "") -> list[str]:
    if len(indent) + len(head) + len(expression) + 1 <= WIDTH:  # with a comma after it
        return [indent + head + expression]
    if len(indent) > _DEEPEST:
        return filled(indent + head + expression)
    if _is_one_call(expression):
        opening = expression.index("(") + 1
        arguments = _parts(expression[opening:-1], (", ",))
        lines = [f"{indent}{head}{expression[:opening]}"]
        for argument in arguments:
            *first, last = _broken(argument.removeprefix(", "), indent + _STEP)
            lines += [*first, f"{last},"] if len(arguments) > 1 else [*first, last]
        return [*lines, f"{indent})"]
    for operators in _OPERATORS:
        parts = _parts(expression, operators)
        if len(parts) > 1:
            lines = _broken(parts[0], indent, head)
            for part in parts[1:]:
                _, operator, rest = part.split(" ", 2)
                lines += _broken(rest, indent, f"{operator} ")
            return lines
    return filled(indent + head + expression)


def _is_one_call(expression: str) -> bool:
    """Whether the expression is a call, or something in parentheses, from its beginning to its end."""
    match = _CALL.match(expression)
    return match is not None and _end(expression, match.end() - 1) == len(expression) - 1


def _end(expression: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(expression)):
        depth += {"(": 1, ")": -1}.get(expression[place], 0)
        if depth == 0:
            return place
    return len(expression)


def _parts(expression: str, separators: tuple[str, ...]) -> list[str]:
    """The expression cut before every separator outside parentheses."""
    depth = start = 0
    parts = []
    for place, character in enumerate(expression):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0 and place > start and expression.startswith(separators, place):
            parts.append(expression[start:place])
            start = place
    return [*parts, expression[start:]]
