"""Specs: the words that name curves on the command line and in the library.

A spec is ``NAME``, ``NAME:param=value``, ``NAME:param=v1,v2,v3`` (a sweep), or an expression in place of NAME.
"""

from __future__ import annotations

import itertools
import math
import re

import numpy as np

from actviz.curves.curve import Activation
from actviz.errors import ExpressionError, UsageError, did_you_mean
from actviz.language.functions import FUNCTIONS
from actviz.language.numerics.float64 import apply
from actviz.language.parser import TYPESET, parse
from actviz.language.syntax import VARIABLE, depends_on, free_names
from actviz.registry.entries import Entry, Parameter
from actviz.registry.lookup import Found, Registry, active

MOST_CURVES = 50

_CALL = re.compile(r"([^\W\d]\w*(?:\.\w+)+) ?\(([^()]*)\)?")  # as code calls a framework's function
_WORD = re.compile(r"[^\W\d][\w.-]*")


def resolve(spec: str, registry: Registry | None = None) -> list[Activation]:
    """The activations that a spec names: one, or several for a sweep.

    Args:
        spec: as described above; names ignore case, ``-`` and ``_``.
        registry: where names are looked up; by default the one in force.

    Raises:
        UsageError: the name, a parameter or a value is not usable; the message says what would be.
        ExpressionError: the expression cannot be read.
    """
    registry = registry or active()
    name, *settings = spec.split(":")
    code = re.fullmatch(r"\s*lambda\s+(\w+)\s*", name)
    if code is not None and settings:
        formula = re.sub(rf"\b{code[1]}\b", VARIABLE, ":".join(settings).strip())
        raise UsageError(f"'{spec}' is Python, and a formula here is arithmetic in x", f"Write '{formula}'.")
    given = _settings(spec, settings, registry)
    found = registry.look_up(name.strip()) or Found(_expression(name, settings, list(given), registry))
    entry, spelling = found.entry, found.spelling
    if spelling is not None:  # its words for the parameters are understood as well as ours
        ours = {word: parameter for parameter, word in spelling.arguments.items() if word not in entry.defaults}
        given = {ours.get(parameter, parameter): values for parameter, values in given.items()}
    for parameter in given:
        entry.parameter(parameter)
    count = math.prod(len(values) for values in given.values())
    if count > MOST_CURVES:
        raise UsageError(f"'{spec}' stands for {count:,} curves", f"At most {MOST_CURVES} are drawn together.")
    return [
        Activation(entry, dict(zip(given, values, strict=True)), spelling, found.called)
        for values in itertools.product(*given.values())
    ]


def resolve_one(spec: str, registry: Registry | None = None) -> Activation:
    """The single activation that a spec names.

    Raises:
        UsageError: as `resolve`; also when the spec is a sweep.
    """
    found = resolve(spec, registry)
    if len(found) > 1:
        raise UsageError(f"'{spec}' is a sweep of {len(found)} curves", "One is wanted here: give one value each.")
    return found[0]


def _settings(spec: str, settings: list[str], registry: Registry) -> dict[str, list[float]]:
    given: dict[str, list[float]] = {}
    for setting in settings:
        name, equals, values = setting.partition("=")
        name = name.strip()
        if not equals or not name:
            raise UsageError(f"'{setting}' in '{spec}' is not a parameter setting", _named(spec, setting, registry))
        if name in given:
            raise UsageError(f"'{name}' is given twice in '{spec}'", "For several values write 'name=v1,v2'.")
        given[name] = list(dict.fromkeys(_number(name, text) for text in values.split(",")))
    return given


def _named(spec: str, setting: str, registry: Registry) -> str:
    """What to write for a setting without the name of its parameter."""
    function = spec.partition(":")[0]
    entry = registry.find(function.strip())
    if entry is None or not entry.parameters or not re.match(r"\s*[-+.\d]", setting):
        return "Write ':name=value'."
    example = f"{function}:{entry.parameters[0].name}={setting.strip()}"
    if len(entry.parameters) == 1:
        return f"Write '{example}'."
    return f"Write '{example}', say; its parameters: {', '.join(entry.defaults)}."


def _number(name: str, text: str) -> float:
    number = constant(text)
    if number is None:
        raise UsageError(f"'{text.strip()}' is not a number, in '{name}={text}'", "Write a number such as 0.25 or 1/6.")
    return number


def constant(text: str) -> float | None:
    """A number as typed: a literal, or arithmetic on literals such as ``1/6`` and ``-pi/2``; None for other words."""
    try:
        tree = parse(text)
    except ExpressionError:
        return None
    if free_names(tree) or depends_on(tree, VARIABLE):
        return None
    return float(apply(tree, np.zeros(1), {})[0])  # finite: the parser lets no other constant pass


def _expression(text: str, settings: list[str], given: list[str], registry: Registry) -> Entry:
    line = " ".join(text.split())
    if line in FUNCTIONS:
        raise ExpressionError(f"'{line}' is a function", line, 0, f"Write '{line}(x)'.")
    typeset = any(sign in line for sign in TYPESET)  # the parser tells what each stands for
    if _WORD.fullmatch(line) and "-" not in line and not typeset and line not in (VARIABLE, "pi", "e", *given):
        raise registry.unknown(line)
    called = _CALL.search(line)
    wrong = called and _call(called, line, registry)
    if wrong:
        raise wrong
    try:
        tree = parse(line, registry.templates)
    except ExpressionError:
        if _WORD.fullmatch(line) and not typeset:
            raise registry.unknown(line) from None
        raise
    free = free_names(tree)
    for name in free:
        if name in given:
            continue
        if _WORD.fullmatch(line):
            raise registry.unknown(line)
        position = re.search(rf"\b{re.escape(name)}\b", line)
        place = position.start() if position else 0
        if registry.find(name):
            raise ExpressionError(f"'{name}' is a function", line, place, f"Write '{name}(x)'.")
        near = did_you_mean(name, registry.names)
        whole = ":".join([line, *settings, *(f"{other}=1" for other in free if other not in given)])
        hint = f"Give it one: '{whole}'." if near is None else f"Give it one, or did you mean '{near}(x)'?"
        if near is None and len(free) == 1 and not depends_on(tree, VARIABLE):
            hint = f"The variable is x. If '{name}' is a parameter, give it a value: '{whole}'."
        raise ExpressionError(f"the parameter '{name}' has no value", line, place, hint)
    from actviz.language.notation.plain import Unicode

    parameters = tuple(Parameter(name, 0.0) for name in free)
    title = Unicode().value(tree)
    return Entry(line, title, "A formula typed on the spot.", "other", tree, parameters=parameters)


def _call(called: re.Match[str], line: str, registry: Registry) -> UsageError | None:
    """The error for a function called with the module that it stands in, as in ``torch.nn.LeakyReLU(0.2)``.

    None where it is unknown, so that the parser says what there is.
    """
    name, inside = called[1], called[2]
    last = name.rpartition(".")[2]
    found = registry.look_up(name)
    if found is None and last in FUNCTIONS:
        return ExpressionError(f"'{name}' cannot be called", line, called.start(), f"Write '{last}', without a prefix.")
    if found is None:
        refusal, near = registry.refusal(name), registry.nearest(name)
        found = registry.look_up(near or "")
        if refusal is not None or near is None or found is None:
            return refusal
        name = near
    hint = _instead(found, name, inside, called.group() == line)
    return ExpressionError(f"'{called[1]}' cannot be called", line, called.start(), hint)


def _instead(found: Found, name: str, inside: str, alone: bool) -> str:
    """What to write for a function called with something inside its parentheses.

    Args:
        found: the function.
        name: how it was called.
        inside: what stands in the parentheses.
        alone: whether the call is the whole formula.
    """
    spelling = found.spelling
    if not alone:
        defaults = {} if spelling is None else spelling.defaults
        shown = "".join(f", {parameter}={value:g}" for parameter, value in defaults.items())
        return f"In a formula it is '{found.entry.name}(x{shown})'."
    words = {} if spelling is None else spelling.arguments
    values = Activation(found.entry, {}, spelling).values
    settings = {words.get(parameter, parameter): f"{value:g}" for parameter, value in values.items()}
    given = re.sub(r"^ ?x ?,? ?", "", inside)
    if not settings or not given:
        return f"Write '{name}', without parentheses."
    number = re.fullmatch(r"(?:\w+ ?= ?)?([-+.\de]+)", given)
    if number and len(settings) == 1:
        settings = dict.fromkeys(settings, number[1])
    return f"Parameters follow a colon: '{name}:{':'.join(map('='.join, settings.items()))}'."
