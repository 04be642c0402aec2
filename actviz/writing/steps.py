"""Derivations step by step as people read them: text in two columns, aligned LaTeX, rows of MathML, JSON."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import Any

from actviz.analysis.steps import Branch, Stage
from actviz.calculus.rules import PENDING, Rule, U, pending
from actviz.curves.curve import Curve
from actviz.language.notation.latex import Latex, Slashed
from actviz.language.notation.mathml import MathML
from actviz.language.notation.plain import ATOM, POWER, Notation, Printed, Unicode
from actviz.language.parser import literal
from actviz.language.syntax import VARIABLE, Call, Comparison, Condition, Logic, Node, X

_HOLD = "\N{NO-BREAK SPACE}"  # holds a sign to what follows it while a formula is wrapped

_NOTHING = "Nothing to derive: f has no real value here, or a step has none."

_Words = Callable[[str], str]


class _UnicodeSteps(Unicode):
    """A part still to be differentiated as (…)′ or ∂(…)/∂α; of a function by name, as in tanh′(u)."""

    def __init__(self, symbols: Mapping[str, str], wrt: str) -> None:
        super().__init__(symbols)
        self.wrt = wrt

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        if function != PENDING:
            return super()._call(function, arguments)
        inner = self._enclosed(self.value(arguments[0]))
        known = _known(arguments[0])
        if known is not None:
            name, _, argument = self.value(known).partition("(")
            return (f"{name}′({argument}" if argument == "u)" and " " not in name else f"{inner}′"), ATOM
        return (f"{inner}′", ATOM) if self.wrt == VARIABLE else (f"∂{inner}/∂{self.name(self.wrt)}", POWER)


class _LatexSteps(Latex):
    """The same in LaTeX."""

    def __init__(self, symbols: Mapping[str, str], wrt: str = VARIABLE) -> None:
        super().__init__(symbols)
        self.wrt = wrt

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        if function != PENDING:
            return super()._call(function, arguments)
        inner = rf"\left({self.value(arguments[0])}\right)"
        if self.wrt == VARIABLE or _known(arguments[0]) is not None:
            return f"{inner}'", ATOM
        return rf"\frac{{\partial}}{{\partial {self.name(self.wrt)}}}{inner}", POWER

    @cached_property
    def _small(self) -> Latex:
        return _SlashedSteps(self)


class _SlashedSteps(Slashed, _LatexSteps):
    """The same in small places."""

    def __init__(self, around: _LatexSteps) -> None:
        super().__init__(around)
        self.wrt = around.wrt


class _MathMLSteps(MathML):
    """The same in MathML."""

    def __init__(self, symbols: Mapping[str, str], wrt: str) -> None:
        super().__init__(symbols)
        self.wrt = wrt
        self._plain = _UnicodeSteps(symbols, wrt)

    def _call(self, function: str, arguments: tuple[Node, ...]) -> Printed:
        if function != PENDING:
            return super()._call(function, arguments)
        inner = self._enclosed(self.value(arguments[0]))
        if self.wrt == VARIABLE or _known(arguments[0]) is not None:
            return f"<msup>{inner}<mo>′</mo></msup>", ATOM
        bottom = f"<mrow><mo>∂</mo>{self.name(self.wrt)}</mrow>"
        return f"<mfrac><mo>∂</mo>{bottom}</mfrac>{inner}", POWER


def _known(node: Node) -> Call | None:
    """The function of `U` whose derivative a rule states, if this is one."""
    return node if isinstance(node, Call) and node.arguments == (U,) else None


def _latex_text(text: str) -> str:
    return rf"\text{{{text}}}"


def _mathml_text(text: str) -> str:
    return f"<mtext>{escape(text).replace(' ', _HOLD)}</mtext>"


def steps_text(stages: Sequence[Stage], names: Callable[[Curve], str], width: int) -> str:
    """A derivation for the terminal: formulas on the left, rules on the right, or below where there is no room.

    Args:
        stages: what to write.
        names: how a curve is called, as in ``f′``.
        width: how many columns there are.
    """
    parts = []
    for stage in stages:
        notation = _UnicodeSteps(stage.curve.activation.entry.symbols, stage.variable)
        for branch in stage.branches:
            where = _place(branch, stage)
            heading = [f"{_worded(where, notation, str)}:"] if where else []
            lines = _branch_lines(branch, f"{names(stage.curve)}(x) = ", notation, width)
            parts.append("\n".join(heading + (lines or [_NOTHING])))
    return "\n\n".join(parts)


def steps_latex(stages: Sequence[Stage], names: Callable[[Curve], str]) -> str:
    """The same as one ``align*`` for each branch, every rule behind its line."""
    parts = []
    for stage in stages:
        notation = _LatexSteps(stage.curve.activation.entry.symbols, stage.variable)
        for branch in stage.branches:
            where = _place(branch, stage)
            if where:
                parts.append(rf"\noindent ${_worded(where, notation, _latex_text)}$:")
            if not branch.lines:
                parts.append(f"${_latex_text(_NOTHING)}$")
                continue
            rows: list[str] = []
            for line in branch.lines:
                head = names(stage.curve) if not rows else ""
                rules = r";\ ".join(_rule(rule, notation, _latex_text) for rule in line.rules)
                rows.append(f"{head} &= {notation.value(line.tree)}" + (f" && {rules}" if rules else ""))
            parts.append("\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}")
    return "\n".join(parts) + "\n"


def steps_mathml(stages: Sequence[Stage], names: Callable[[Curve], str]) -> list[list[str]]:
    """The same as the rows of a MathML table: name, sign and formula, rules.

    Args:
        stages: what to write.
        names: how a curve is called, as MathML elements.
    """
    rows: list[list[str]] = []
    for stage in stages:
        notation = _MathMLSteps(stage.curve.activation.entry.symbols, stage.variable)
        for branch in stage.branches:
            where = _place(branch, stage)
            if where:
                rows.append([_worded(where, notation, _mathml_text), "", ""])
            if not branch.lines:
                rows.append([_mathml_text(_NOTHING), "", ""])
            for index, line in enumerate(branch.lines):
                rules = "<mtext>;\N{NO-BREAK SPACE}</mtext>".join(
                    _rule(rule, notation, _mathml_text) for rule in line.rules
                )
                head = names(stage.curve) if index == 0 else ""
                rows.append([head, f"<mo>=</mo>{notation.value(line.tree)}", rules])
    return rows


def steps_data(stages: Sequence[Stage]) -> list[dict[str, Any]]:
    """The same for JSON; formulas in the expression language, `PENDING` as a function of it."""
    notation = Notation()
    return [
        {
            "order": stage.curve.order,
            "branches": [
                {
                    "condition": None if branch.condition is None else notation.condition(branch.condition),
                    "intervals": branch.intervals,
                    "points": branch.points,
                    "lines": [
                        {"formula": notation.value(line.tree), "rules": [_rule(rule, notation) for rule in line.rules]}
                        for line in branch.lines
                    ],
                }
                for branch in stage.branches
            ],
        }
        for stage in stages
    ]


def _branch_lines(branch: Branch, head: str, notation: Notation, width: int) -> list[str]:
    """The lines of a branch, rules in a column of their own as far as they fit beside the formulas."""
    rows = [
        (notation.value(line.tree), "; ".join(_rule(rule, notation) for rule in line.rules)) for line in branch.lines
    ]
    room = width - len(head)
    column = max((len(formula) for formula, rule in rows if len(formula) + 3 + len(rule) <= room), default=0)
    lead, margin = head, " " * (len(head) - 2) + "= "
    lines = []
    for formula, rule in rows:
        if max(len(formula), column) + 3 + len(rule) <= room:
            lines.append(f"{lead}{formula:<{column}}   {rule}".rstrip())
        else:
            lines += _wrapped(formula, lead, width)
            lines += _wrapped(rule, " " * (len(head) + 4), width)
        lead = margin
    return lines


def _wrapped(text: str, lead: str, width: int) -> list[str]:
    """A text behind its lead, broken where it is too long; a formula before its outermost signs."""
    room = max(width, len(lead) + 30)
    for depth in range(text.count("(") + 1):
        lines = textwrap.wrap(
            _held(text, depth),
            room,
            initial_indent=lead,
            subsequent_indent=" " * (len(lead) + 2),
            break_long_words=False,
            break_on_hyphens=False,
        )
        if all(len(line) <= room for line in lines):
            break
    return [line.replace(_HOLD, " ") for line in lines]


def _held(text: str, depth: int) -> str:
    """The text with the blanks that may not become a line break held: those after a sign, and deeper in brackets."""
    held = ""
    level = 0
    for character in text:
        level += (character == "(") - (character == ")")
        after_sign = held[-1:] in ("+", "−")
        held += _HOLD if character == " " and (level > depth or after_sign) else character
    return held


def _place(branch: Branch, stage: Stage) -> list[str | Condition]:
    """Where a branch applies, words and conditions in turn; nothing where there is no other."""
    if len(stage.branches) == 1:
        return []
    (low, high), *_ = branch.intervals
    if low == high:
        return ["At ", Comparison("==", X, literal(low))]
    if branch.whole:
        if branch.condition is None:
            return ["Otherwise"]
        return ["Otherwise, where " if branch.otherwise else "Where ", branch.condition]
    words: list[str | Condition] = []
    for low, high in branch.intervals:
        words += ["or ", _interval(low, high)] if words else ["Where ", _interval(low, high)]
    return words


def _interval(low: float, high: float) -> Condition:
    above, below = Comparison("<", literal(low), X), Comparison("<", X, literal(high))
    if math.isinf(low):
        return below
    return Comparison(">", X, literal(low)) if math.isinf(high) else Logic("and", (above, below))


def _worded(parts: Sequence[str | Condition], notation: Notation, words: _Words) -> str:
    return "".join(words(part) if isinstance(part, str) else notation.condition(part) for part in parts)


def _rule(rule: Rule, notation: Notation, words: _Words = str) -> str:
    """A rule: its name, what it is about, or the derivative that is known."""
    if rule.left is None:
        return words(rule.name)
    if rule.right is None:
        return words(f"{rule.name} ") + notation.value(rule.left)
    return notation.condition(Comparison("==", pending(rule.left), rule.right))
