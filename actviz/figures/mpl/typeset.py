"""Formulas set in boxes: the LaTeX that `actviz.language.notation.plain.Latex` writes, and definitions by cases.

Matplotlib's mathtext has no cases, sets fractions too small to read in a figure, and takes some 50 ms for a formula;
this does what is needed here in about one. A box is built from its parts by TeX's rules for spaces between kinds of
symbols. Lengths are in points; a mark's place is relative to the left end of its box's baseline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from matplotlib.path import Path as Outline

from actviz.figures.mpl.glyphs import Files, Run, font_files, glyph
from actviz.figures.spec import BREAK, Formula, used

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\s+|'+|.", re.DOTALL)
_RAISED, _FRACTION, _SMALLEST = 0.72, 0.88, 0.5  # sizes relative to what is around, and the least
_AXIS = 0.29  # the height of fraction bars and minus signs, in em
_EXPLAINED = 0.9  # of the size: what functions such as σ stand for
_STROKE = 0.075  # the thickness of bars, braces and roots, in em
_WIDE = 0.8  # of the widest formula: what is as wide is parted along with it
_INDENT = 1.2  # of the lines after the first, in em
_ORDINARY, _OPERATOR, _BINARY, _RELATION, _OPENING, _CLOSING, _COMMA = range(7)

# Eighteenths of an em between two kinds of symbols.
_SPACES = {
    (_ORDINARY, _OPERATOR): 3,
    (_OPERATOR, _ORDINARY): 3,
    (_OPERATOR, _OPERATOR): 3,
    (_CLOSING, _OPERATOR): 3,
    **{(kind, _BINARY): 4 for kind in (_ORDINARY, _OPERATOR, _CLOSING)},
    **{(_BINARY, kind): 4 for kind in (_ORDINARY, _OPERATOR, _OPENING)},
    **{(kind, _RELATION): 5 for kind in (_ORDINARY, _OPERATOR, _CLOSING)},
    **{(_RELATION, kind): 5 for kind in (_ORDINARY, _OPERATOR, _OPENING)},
    **{(_COMMA, kind): 3 for kind in (_ORDINARY, _OPERATOR, _OPENING)},
}
_SPACED_WHEN_SMALL = {(_ORDINARY, _OPERATOR), (_OPERATOR, _ORDINARY), (_OPERATOR, _OPERATOR), (_CLOSING, _OPERATOR)}
_SYMBOLS = {
    "+": ("+", _BINARY),
    "-": ("−", _BINARY),
    r"\cdot": ("·", _BINARY),
    "=": ("=", _RELATION),
    "<": ("<", _RELATION),
    ">": (">", _RELATION),
    r"\leq": ("≤", _RELATION),
    r"\geq": ("≥", _RELATION),
    r"\neq": ("≠", _RELATION),
    "(": ("(", _OPENING),
    ")": (")", _CLOSING),
    ",": (",", _COMMA),
    r"\partial": ("∂", _ORDINARY),
    r"\pm": ("±", _ORDINARY),
}
_BLANKS = {r"\,": 3 / 18, r"\ ": 0.28}


_Fonts = tuple[Files, Files]  # those of the upright one and of the italic one


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line of a drawing: a bar, a brace, a root."""

    x: float
    y: float
    outline: Outline
    thickness: float


@dataclass(frozen=True, slots=True)
class Box:
    """Something set, with its extent to the right of, above and below the start of its baseline."""

    width: float
    height: float
    depth: float
    marks: tuple[Run | Stroke, ...] = ()

    def at(self, x: float, y: float) -> tuple[Run | Stroke, ...]:
        """Its marks when the box is put there."""
        return tuple(replace(mark, x=mark.x + x, y=mark.y + y) for mark in self.marks)


def formula_box(formulas: Sequence[Formula], size: float) -> Box:
    """Definitions below one another, their heads ending together; cases stand behind a left brace.

    Args:
        formulas: what to set.
        size: of ordinary letters, in points.
    """
    fonts = font_files()
    heads, bodies = [], []
    for formula in formulas:
        heads.append(_math(f"{formula.head} =", size, fonts))
        bodies.append(_cases(formula, size, fonts))
        for name, latex in formula.where:
            heads.append(_math(f"{name} =", size, fonts))
            bodies.append(_math(latex, size, fonts))
    for name, latex in used(formulas):
        heads.append(_math(f"{name} =", _EXPLAINED * size, fonts))
        bodies.append(_math(latex, _EXPLAINED * size, fonts))
    head = max(box.width for box in heads)
    rows = [
        _placed([(first, head - first.width, 0.0), (body, head + 0.35 * size, 0.0)])
        for first, body in zip(heads, bodies, strict=True)
    ]
    return _stack(rows, 0.85 * size)


def math_box(latex: str, size: float) -> Box:
    """A formula, on one line but for the breaks that `broken` put in."""
    return _math(latex, size, font_files())


def in_two_lines(formulas: Sequence[Formula]) -> tuple[Formula, ...]:
    """The formulas with their long values parted where that can be done."""
    widest = max(math_box(value, 1.0).width for formula in formulas for value, _ in formula.cases)

    def parted(value: str) -> str:
        return broken(value) if math_box(value, 1.0).width > _WIDE * widest else value

    return tuple(
        replace(formula, cases=tuple((parted(value), condition) for value, condition in formula.cases))
        for formula in formulas
    )


def broken(latex: str) -> str:
    """A formula in two lines, parted before a plus or minus sign so that both are about as long.

    The sign is an outermost one or, if there is none, one within a single pair of plain parentheses. What has
    neither stays on one line.
    """
    tokens = _TOKEN.findall(latex)
    nested = parentheses = place = 0
    signs: list[tuple[int, int]] = []
    for number, token in enumerate(tokens):
        nested += (token in ("{", r"\left")) - (token in ("}", r"\right"))
        sized = number > 0 and tokens[number - 1] in (r"\left", r"\right")
        parentheses += 0 if sized else (token == "(") - (token == ")")
        if token in "+-" and not nested and place and "".join(tokens[:number]).rstrip()[-1:] != "(":
            signs.append((parentheses, place))
        place += len(token)
    level = min((depth for depth, _ in signs), default=2)
    if level > 1:
        return latex
    widths = {place: math_box(latex[:place], 1.0).width for depth, place in signs if depth == level}
    best = min(widths, key=lambda place: abs(widths[place] - math_box(latex[place:], 1.0).width - _INDENT))
    return f"{latex[:best].rstrip()} {BREAK} {{}}{latex[best:]}"


def _math(latex: str, size: float, fonts: _Fonts) -> Box:
    # An empty group in front makes the sign that a line begins with an operation.
    first, *others = (_Setter(_TOKEN.findall(line), size, fonts).row() for line in latex.split(BREAK))
    if not others:
        return first
    return _stack([first, *(_placed([(line, _INDENT * size, 0.0)]) for line in others)], 0.45 * size)


def _cases(formula: Formula, size: float, fonts: _Fonts) -> Box:
    if len(formula.cases) == 1:
        value, condition = formula.cases[0]
        return _math(rf"{value}\ \ {condition}" if condition else value, size, fonts)
    values = [_math(value, size, fonts) for value, _ in formula.cases]
    conditions = [
        _math(condition, size, fonts) if condition else _word("otherwise", size, False, fonts)
        for _, condition in formula.cases
    ]
    column = max(box.width for box in values) + 1.1 * size
    rows = [
        _placed([(value, 0.0, 0.0), (condition, column, 0.0)])
        for value, condition in zip(values, conditions, strict=True)
    ]
    table = _stack(rows, (0.5 if max(row.height + row.depth for row in rows) < 1.4 * size else 0.75) * size)
    # The middle of the table, and so the brace's tip, stands on the axis of the line.
    rise = _AXIS * size - (table.height - table.depth) / 2
    brace = _brace(table.height + table.depth + 0.1 * size, size)
    drop = _AXIS * size - brace.height / 2
    return _placed([(brace, 0.0, drop), (table, brace.width + 0.35 * size, rise)])


class _Setter:
    """Sets a list of tokens, left to right; a group in braces is set by the same rules."""

    def __init__(self, tokens: list[str], size: float, fonts: _Fonts) -> None:
        self.tokens = tokens
        self.size = size
        self.fonts = fonts
        self.place = 0
        self.raised = False  # in exponents and indices only functions are set apart

    def row(self, stop: str = "") -> Box:
        """Everything up to the end or to the token `stop`, which is taken as well."""
        parts: list[tuple[Box, float, float]] = []
        x, previous = 0.0, _OPENING
        while self.place < len(self.tokens):
            token = self.take()
            if token == stop:
                break
            if token.isspace():
                continue
            if token in _BLANKS:
                x += _BLANKS[token] * self.size
                continue
            if token in "^_":
                around, self.raised = self.raised, True
                raised = self.argument(_RAISED)
                self.raised = around
                base = parts[-1][0] if parts else Box(0, 0, 0)
                rise = max(0.36 * self.size, base.height - 0.42 * self.size) if token == "^" else -0.16 * self.size
                parts.append((raised, x + 0.04 * self.size, rise))
                x += raised.width + 0.06 * self.size
                previous = _ORDINARY if previous != _OPERATOR else _OPERATOR
                continue
            box, kind = self.atom(token)
            if kind == _BINARY and previous not in (_ORDINARY, _OPERATOR, _CLOSING):
                kind = _ORDINARY  # a sign, not an operation
            before = _OPENING if token == r"\left" else kind  # what is enclosed opens on the left
            if not self.raised or (previous, before) in _SPACED_WHEN_SMALL:
                x += _SPACES.get((previous, before), 0) / 18 * self.size
            parts.append((box, x, 0.0))
            x += box.width
            previous = kind
        return replace(_placed(parts), width=x)

    def take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def argument(self, scale: float) -> Box:
        """The next group or token, set smaller."""
        size, self.size = self.size, self.size * scale
        self.size = max(self.size, min(size, _SMALLEST * 10))
        token = self.take()
        box = self.row("}") if token == "{" else self.atom(token)[0]
        self.size = size
        return box

    def atom(self, token: str) -> tuple[Box, int]:
        size = self.size
        if token in _SYMBOLS:
            text, kind = _SYMBOLS[token]
            return self.word(text, False), kind
        if token.startswith("'"):
            return self.word("\u200a" + "′" * len(token), False), _ORDINARY
        if token == r"\frac":
            return _fraction(self.argument(_FRACTION), self.argument(_FRACTION), size), _ORDINARY
        if token == r"\sqrt":
            return _root(self.argument(1.0), size), _ORDINARY
        if token == r"\left":
            opening = self.take()
            inner = self.row(r"\right")
            return _enclosed(opening, inner, self.take(), size, self.fonts), _CLOSING
        if token == r"\mathrm":
            self.take()
            end = self.tokens.index("}", self.place)
            text = "".join(self.tokens[self.place : end]).replace("\\", "")
            self.place = end + 1
            return self.word(text, False), _OPERATOR
        if token == "{":
            return self.row("}"), _ORDINARY
        if token.startswith("\\"):
            letter = _greek(token[1:])
            return (self.word(letter, True), _ORDINARY) if letter else (self.word(token[1:], False), _OPERATOR)
        return self.word(token, token.isalpha()), _ORDINARY

    def word(self, text: str, italic: bool) -> Box:
        return _word(text, self.size, italic, self.fonts)


@cache
def _greek(name: str) -> str:
    case = "SMALL" if name.islower() else "CAPITAL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        return ""


@lru_cache(maxsize=2048)
def _word(text: str, size: float, italic: bool, fonts: _Fonts) -> Box:
    width = height = depth = 0.0
    for character in text:
        letter = glyph(character, *fonts[italic])
        width, height, depth = width + letter.advance, max(height, letter.top), max(depth, -letter.bottom)
    return Box(width * size, height * size, depth * size, (Run(0.0, 0.0, text, size, italic),))


def _placed(parts: Sequence[tuple[Box, float, float]]) -> Box:
    """Boxes put at places (x, y), as one."""
    return Box(
        max((x + box.width for box, x, _ in parts), default=0.0),
        max((y + box.height for box, _, y in parts), default=0.0),
        max((box.depth - y for box, _, y in parts), default=0.0),
        tuple(mark for box, x, y in parts for mark in box.at(x, y)),
    )


def _stack(rows: Sequence[Box], gap: float) -> Box:
    """Boxes below one another; the baseline is that of the first."""
    parts, y = [], 0.0
    for number, row in enumerate(rows):
        y -= row.height if number else 0.0
        parts.append((row, 0.0, y))
        y -= row.depth + gap
    return _placed(parts)


def _fraction(above: Box, below: Box, size: float) -> Box:
    width = max(above.width, below.width) + 0.2 * size
    axis, gap = _AXIS * size, 0.16 * size
    bar = Stroke(0.0, axis, Outline([(0.0, 0.0), (width, 0.0)]), _STROKE * size)
    parts = [
        (above, (width - above.width) / 2, axis + gap + above.depth),
        (below, (width - below.width) / 2, axis - gap - below.height),
        (Box(width, 0.0, 0.0, (bar,)), 0.0, 0.0),
    ]
    return _padded(_placed(parts), 0.06 * size)


def _root(inner: Box, size: float) -> Box:
    lead, rise = 0.62 * size, 0.14 * size
    top, bottom = inner.height + rise, -inner.depth - 0.04 * size
    hook = bottom + 0.5 * (top - bottom)
    points = [
        (0.06 * size, hook - 0.06 * size),
        (0.2 * size, hook),
        (0.36 * size, bottom),
        (0.56 * size, top),
        (lead + inner.width + 0.06 * size, top),
    ]
    sign = Box(points[-1][0], top + 0.05 * size, -bottom, (Stroke(0.0, 0.0, Outline(points), _STROKE * size),))
    return _padded(_placed([(sign, 0.0, 0.0), (inner, lead, 0.0)]), 0.04 * size)


def _enclosed(opening: str, inner: Box, closing: str, size: float, fonts: _Fonts) -> Box:
    if inner.height < 1.05 * size and inner.depth < 0.4 * size and opening != "|":
        left, right = (_word(sign, size, False, fonts) for sign in (opening, closing))
        return _placed([(left, 0.0, 0.0), (inner, left.width, 0.0), (right, left.width + inner.width, 0.0)])
    above, below = inner.height + 0.08 * size, -inner.depth - 0.08 * size
    width = 0.3 * size if opening == "|" else 0.4 * size
    parts = [(inner, width, 0.0)]
    for sign, x in ((opening, 0.0), (closing, width + inner.width)):
        bow = {"(": 0.26, ")": -0.26}.get(sign, 0.0) * size  # a vertical bar has none
        end = x + width / 2 + bow / 2
        middle, third = end - 1.28 * bow, (above - below) / 3
        outline = Outline(
            [(end, above), (middle, above - third), (middle, below + third), (end, below)],
            [Outline.MOVETO, Outline.CURVE4, Outline.CURVE4, Outline.CURVE4],
        )
        parts.append((Box(x + width, above, -below, (Stroke(0.0, 0.0, outline, _STROKE * size),)), 0.0, 0.0))
    return _placed(parts)


def _brace(height: float, size: float) -> Box:
    """A left brace on the baseline."""
    right, spine, bend = 0.5 * size, 0.27 * size, min(0.5 * size, height / 4)
    middle = height / 2
    points = [(right, height), (spine, height), (spine, height - 0.1 * bend), (spine, height - bend)]
    points += [(spine, middle + bend), (spine, middle + 0.3 * bend), (spine, middle), (0.02 * size, middle)]
    points += [(spine, middle), (spine, middle - 0.3 * bend), (spine, middle - bend)]
    points += [(spine, bend), (spine, 0.1 * bend), (spine, 0.0), (right, 0.0)]
    move, line, curve = Outline.MOVETO, Outline.LINETO, Outline.CURVE4
    codes = [move, *[curve] * 3, line, *[curve] * 3, *[curve] * 3, line, *[curve] * 3]
    return Box(right, height, 0.0, (Stroke(0.0, 0.0, Outline(points, codes), 1.4 * _STROKE * size),))


def _padded(box: Box, pad: float) -> Box:
    return replace(box, width=box.width + 2 * pad, marks=box.at(pad, 0.0))


def text_width(text: str, size: float) -> float:
    """The width of plain upright text, in points."""
    return _word(text, size, False, font_files()).width
