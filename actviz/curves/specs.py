"""Specs: the words that name curves on the command line and in the library.

A spec is ``NAME``, ``NAME:param=value``, ``NAME:param=v1,v2,v3`` (a sweep), or an expression in place of NAME.
"""

from __future__ import annotations

import itertools
import math
import re

import numpy as np

from actviz.curves.curve import Activation
from actviz.errors import ExpressionError, UnreadableError, UsageError, did_you_mean, tell
from actviz.language.functions import FUNCTIONS
from actviz.language.numerics.float64 import apply
from actviz.language.parser import TYPESET, parse
from actviz.language.syntax import VARIABLE, depends_on, free_names
from actviz.registry.entries import Entry, Parameter
from actviz.registry.lookup import Found, Registry, active

MOST_CURVES = 50

_HOMES = {
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "functional": "torch.nn.functional",
    "nn.functional": "torch.nn.functional",
    "jnn": "jax.nn",
    "flax.linen": "jax.nn",
    "tf.keras.activations": "keras.activations",
    "tf.keras.layers": "keras.layers",
    "layers": "keras.layers",
    "activations": "keras.activations",
    "tfa.activations": "tensorflow_addons.activations",
}

_SETTING = re.compile(r"[ \t]*[^\W\d]\w*[ \t]*=(?!=)[^\n]*\s*")
_COLONS = re.compile(r"\?|\blambda\b|\bdef\b|::")  # formulas that have colons of their own
_FOREIGN = re.compile(  # what the expression language has not
    r"[^\W\d]\w*\s*\.\s*[^\W\d]|[\\^?{}|&;]|[^\x00-\x7f]|\b(?:lambda|return|def)\b|::"
    r"|^\s*\w+\s*(?:\([\w, ]*\)\s*)?=(?!=)"
)
_MARKS = {"'": 1, "′": 1, "’": 1, "″": 2, "‴": 3}
_PRIMES = re.compile(r"['′’″‴]+\s*$")
_LONGEST_TITLE = 200  # characters: a longer one, as of a table, would be set too small to be read

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
    name, settings = _parts(spec)
    marks = _PRIMES.search(name)
    if marks is not None and name[: marks.start()].strip():
        order = sum(_MARKS[mark] for mark in marks[0].strip())
        functions = resolve(":".join([name[: marks.start()], *settings]), registry)
        return [_derivative(activation, order) for activation in functions]
    given = _settings(spec, settings, registry)
    found = registry.look_up(name.strip())
    if found is None:
        found, fixed = _formula(name, settings, list(given), registry)
        given = fixed | given
    entry, spelling = found.entry, found.spelling
    symbols = {symbol: parameter for parameter, symbol in entry.symbols.items() if symbol not in entry.defaults}
    given = {symbols.get(parameter, parameter): values for parameter, values in given.items()}
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


def _derivative(activation: Activation, order: int) -> Activation:
    """A derivative as a function of its own: ``mish'`` names what the column of that name holds."""
    entry = activation.entry
    marks = "'" * order
    name = f"({entry.name}){marks}" if activation.is_expression else f"{activation.called or entry.name}{marks}"
    title = f"{entry.title}{'′' * order}" if not activation.is_expression else f"({entry.title}){'′' * order}"
    summary = f"The derivative of order {order} of {entry.title}."
    tree = activation.curve(order).tree
    used = free_names(tree)
    parameters = tuple(parameter for parameter in entry.parameters if parameter.name in used)
    values = {parameter.name: activation.values[parameter.name] for parameter in parameters}
    return Activation(Entry(name, title, summary, "other", tree, parameters=parameters), values)


def resolve_one(spec: str, registry: Registry | None = None) -> Activation:
    """The single activation that a spec names.

    Raises:
        UsageError: as `resolve`; also when the spec is a sweep.
    """
    found = resolve(spec, registry)
    if len(found) > 1:
        raise UsageError(f"'{spec}' is a sweep of {len(found)} curves", "One is wanted here: give one value each.")
    return found[0]


def _parts(spec: str) -> tuple[str, list[str]]:
    """The name or formula, and the settings after it."""
    name, *settings = spec.split(":")
    if settings and _COLONS.search(spec):
        name, settings = spec, []
        while (cut := name.rpartition(":"))[1] and _SETTING.fullmatch(cut[2]):
            name, settings = cut[0], [cut[2], *settings]
    return name, settings


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


def _formula(
    text: str, settings: list[str], given: list[str], registry: Registry
) -> tuple[Found, dict[str, list[float]]]:
    """What a formula stands for, and values for parameters that it holds itself, as ``nn.LeakyReLU(0.2)`` does."""
    try:
        return Found(_expression(text, settings, given, registry)), {}
    except UsageError as unread:
        if _WORD.fullmatch(text.strip()) and not _FOREIGN.search(text):
            raise
        try:
            return _read(text, settings, given, registry)
        except UnreadableError:
            raise registry.refusal(text.strip().partition("(")[0]) or unread from None
        except UsageError as error:
            raise registry.refusal(text.strip().partition("(")[0]) or error from None


def _read(text: str, settings: list[str], given: list[str], registry: Registry) -> tuple[Found, dict[str, list[float]]]:
    """What a formula stands for that is not in the expression language; who listens is told how it was read."""
    from actviz.language.dialects import read

    reading = read(text, [*FUNCTIONS, *registry.templates], given)
    call = _call(reading.text, registry)
    if call is not None:
        entry, values = call
        spelled = registry.look_up(_canonical(reading.spelled)) if reading.spelled else None
        found = spelled if spelled is not None and spelled.entry == entry else Found(entry)
    else:
        values = {}
        try:
            found = Found(_expression(reading.text, settings, given, registry))
        except ExpressionError as error:
            if _FOREIGN.search(text):
                raise
            raise UnreadableError(error.problem, error.text, error.position, error.hint) from None
    if reading.text != " ".join(text.split()):
        tell(f"read as {reading.text}")
    return found, values


def _call(text: str, registry: Registry) -> tuple[Entry, dict[str, list[float]]] | None:
    """The entry and its parameters where a formula is one call of it on x, as ``leaky_relu(x, negative_slope=0.2)``."""
    called = re.fullmatch(r"(\w+)\(x(?:, (.*))?\)", text)
    entry = registry.find(called[1]) if called else None
    if called is None or entry is None or called[1] in FUNCTIONS:
        return None
    values: dict[str, list[float]] = {}
    for part in filter(None, (called[2] or "").split(", ")):
        name, _, number = part.partition("=")
        value = constant(number)
        if value is None or name not in entry.defaults:
            return None
        values[name] = [value]
    return entry, values


def _canonical(name: str) -> str:
    """A framework's own name for what code calls after its imports: ``torch.nn.GELU`` for ``nn.GELU``."""
    prefix, _, last = name.rpartition(".")
    return f"{_HOMES.get(prefix, prefix)}.{last}"


def _expression(text: str, settings: list[str], given: list[str], registry: Registry) -> Entry:
    line = " ".join(text.split())
    if line in FUNCTIONS:
        raise ExpressionError(f"'{line}' is a function", line, 0, f"Write '{line}(x)'.")
    typeset = any(sign in line for sign in TYPESET)  # the parser tells what each stands for
    if _WORD.fullmatch(line) and "-" not in line and not typeset and line not in (VARIABLE, "pi", "e", *given):
        raise registry.unknown(line)
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
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE // 2].rstrip() + " …"
    return Entry(line, title, "A formula typed on the spot.", "other", tree, parameters=parameters)
