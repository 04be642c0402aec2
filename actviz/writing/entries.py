"""What the registry and comparisons have to say, as tables and pages of text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from actviz.analysis.autodiff import conventions
from actviz.calculus.collect import tidy_cases
from actviz.curves.curve import Activation, Limits
from actviz.errors import ActvizError
from actviz.language.notation.plain import Notation, Unicode
from actviz.language.pieces import REACH
from actviz.registry.entries import FRAMEWORKS, Entry, Spelling
from actviz.registry.lookup import Registry
from actviz.registry.search import framework_key, select, spelled
from actviz.text import number, short
from actviz.writing.derivations import definitions
from actviz.writing.tables import Table, json_text


def listing(
    family: str | None = None,
    search: str | None = None,
    framework: str | None = None,
    registry: Registry | None = None,
    where: str | None = None,
    sort: str | None = None,
    variance: float = 1.0,
) -> Table:
    """The entries by family: name, title, family, parameters with defaults, and summary.

    Args:
        family: only this one.
        search: only entries with this text in a name, title, summary, author, year or spelling; case is ignored.
        framework: only what this framework has, with its names for them in place of parameters and summary.
        registry: by default the one in force.
        where: only entries of which this condition holds, with the properties it names; see
            `actviz.analysis.selecting`.
        sort: the property to sort by, ``-`` before it for the largest first.
        variance: of the Gaussian for moments in these.

    Raises:
        UsageError: the family, framework, condition or property is unknown.
        ActvizError: nothing fits.
    """
    framework = framework_key(framework)
    found = select(family, search, framework, registry)
    if where is not None or sort is not None:
        return _chosen(found, where, sort, variance)
    if framework is not None:
        rows = tuple((entry.name, entry.title, entry.family, spelled(entry, framework)) for entry in found)
        return Table(("name", "title", "family", FRAMEWORKS[framework]), rows, "", ("title", "family"), "family")
    full = tuple((entry.name, entry.title, entry.family, _parameters(entry), entry.summary) for entry in found)
    columns = ("name", "title", "family", "parameters", "summary")
    return Table(columns, full, "", ("parameters", "title", "family"), "family")


def _chosen(found: Sequence[Entry], where: str | None, sort: str | None, variance: float) -> Table:
    from actviz.analysis.properties import check_variance
    from actviz.analysis.selecting import selected

    check_variance(variance)
    rows = selected([Activation(entry) for entry in found], where, sort, variance)
    if not rows:
        raise ActvizError(f"no activation fits the condition '{where}'", "'actviz list --sort NAME' shows the numbers.")
    named = list(rows[0][1])
    cells = tuple(
        (
            activation.entry.name,
            activation.entry.title,
            activation.entry.family,
            *(_cell(values[name]) for name in named),
        )
        for activation, values in rows
    )
    return Table(("name", "title", "family", *named), cells, "", ("title", "family"), "" if sort else "family")


def _cell(value: bool | float) -> float | str:
    return ("yes" if value else "no") if isinstance(value, bool) else float(value)


def record_text(activation: Activation, width: int = 100, variance: float = 1.0) -> str:
    """A page on one activation, sentences wrapped to `width` columns; moments are taken at a variance."""
    from actviz.analysis.properties import properties
    from actviz.writing.properties import blocks

    entry = activation.entry
    symbols = entry.symbols
    head = [entry.title, textwrap.fill(entry.summary, max(width, 30))]
    if entry.note:
        head.append(textwrap.fill(entry.note, max(width, 30)))
    parts = ["\n".join(head)]
    parts += definitions([("f", tidy_cases(entry.value)), ("f′", tidy_cases(activation.curve(1).tree))], symbols)
    if entry.parameters:
        parts.append(_block("Parameters", [_parameter_line(activation, name) for name in activation.values], width))
    parts.append(_block("Breakpoints", _kink_lines(activation), width))
    parts += blocks(properties(activation, variance), width)
    if not activation.is_expression:
        facts = [f"Family: {entry.family}", f"Source: {entry.source or 'folklore'}"]
        if entry.source is not None and entry.source.link:
            facts.append(f"    {entry.source.link}")
        names = ", ".join([entry.name, *entry.aliases])
        parts.append("\n".join(_wrapped(line, width) for line in [f"Names: {names}", *facts]))
    if entry.spellings:
        parts.append(_block("In frameworks", [_spelling_line(spelling) for spelling in entry.spellings], width))
    return "\n\n".join(parts) + "\n"


def record_json(activation: Activation, variance: float = 1.0) -> str:
    """The same as a JSON object; formulas in the expression language."""
    from actviz.analysis.properties import properties
    from actviz.writing.properties import record

    entry = activation.entry
    notation = Notation()
    data = {
        "name": entry.name,
        "title": entry.title,
        "summary": entry.summary,
        "family": entry.family,
        "aliases": entry.aliases,
        "value": notation.value(entry.value),
        "derivative": notation.value(activation.curve(1).tree),
        "parameters": [
            {
                "name": parameter.name,
                "symbol": parameter.symbol,
                "value": activation.values[parameter.name],
                "default": None if activation.is_expression else parameter.default,
                "about": parameter.about,
                "learned": parameter.learned,
            }
            for parameter in entry.parameters
        ],
        "breakpoints": [limits.x for limits in activation.curve().limits(-math.inf, math.inf)],
        "source": None if entry.source is None else str(entry.source),
        "spellings": [
            {
                "framework": spelling.framework,
                "names": spelling.names,
                "defaults": dict(spelling.defaults),
                "arguments": dict(spelling.arguments),
                "slopes": {notation.value(x): notation.value(slope) for x, slope in spelling.slopes},
                "note": spelling.note,
            }
            for spelling in entry.spellings
        ],
        "properties": record(properties(activation, variance)),
    }
    return json_text(data)


def _parameters(entry: Entry) -> str:
    return ", ".join(f"{parameter.name}={number(parameter.default, 7)}" for parameter in entry.parameters)


def _parameter_line(activation: Activation, name: str) -> str:
    parameter = activation.entry.parameter(name)
    value = activation.values[name]
    shown = f"{parameter.symbol}, " if parameter.symbol else ""
    line = f"{shown}{name} = {value!r}"
    if activation.is_expression:
        return line
    if value != parameter.default:
        line += f" (default {parameter.default!r})"
    details = "; ".join(part for part in (parameter.about, "learned" if parameter.learned else "") if part)
    return f"{line}: {details}" if details else line


def _kink_lines(activation: Activation) -> list[str]:
    derivative = activation.curve(1)
    slopes = {limits.x: limits for limits in derivative.limits(-math.inf, math.inf)}
    lines = []
    for limits in activation.curve().limits(-math.inf, math.inf):
        slope = slopes.get(limits.x)
        lines.append(f"x = {short(limits.x)}: {_behaviour(limits)}; {_slope_behaviour(activation, slope, limits.x)}")
    cut = activation.curve().pieces(-math.inf, math.inf)
    if cut.beyond:
        within = f"between −{REACH:g} and {REACH:g}"
        return [*lines, f"searched {within}; there are more beyond" if lines else f"none {within}, but some beyond"]
    if lines:
        return lines
    from actviz.analysis.smoothness import everywhere

    defined = everywhere(cut, (), activation.values) is not None
    return [f"none; one formula holds {'everywhere' if defined else 'wherever f is defined'}"]


def _behaviour(limits: Limits) -> str:
    if limits.jumps:
        return f"f jumps from {short(limits.left)} to {short(limits.right)}, f takes {short(limits.at)}"
    return "f is continuous" if not limits.off_curve else f"f takes {short(limits.at)}, off the curve"


def _slope_behaviour(activation: Activation, slope: Limits | None, x: float) -> str:
    if slope is None or not (slope.jumps or slope.off_curve or math.isnan(slope.left)):
        return "f′ has no jump"
    left, right, at = (_limit(value) for value in (slope.left, slope.right, slope.at))
    if math.isnan(slope.left) and math.isnan(slope.right):
        sides = "the limits of f′ are not known"
    elif not slope.jumps:
        sides = f"f′ is {left} on both sides"
    elif math.isinf(slope.left) or math.isinf(slope.right):
        sides = f"f′ tends to {left} from the left and to {right} from the right"
    else:
        sides = f"f′ jumps from {left} to {right}"
    if not math.isfinite(slope.at):
        return f"{sides}; it has no finite value there"
    return f"{sides}; {_says(activation, x)} f′({short(x)}) = {at}"


def _says(activation: Activation, x: float) -> str:
    """Who says what the slope at a kink is."""
    if activation.spelling is not None:
        name = FRAMEWORKS[activation.spelling.framework]
        known = {convention.framework: convention.slope for convention in conventions(activation, x)}
        if known.get(name) is not None:  # it has one of its own, whatever its backend
            return f"{name} gives"
    return "by convention"


def _limit(value: float) -> str:
    return short(value).replace("inf", "∞")


def _spelling_line(spelling: Spelling) -> str:
    line = f"{FRAMEWORKS[spelling.framework]}: {', '.join(spelling.names)}"
    extras = [f"{name} is called {word}" for name, word in spelling.arguments.items()]
    extras += [f"{name} = {value!r} by default" for name, value in spelling.defaults.items()]
    notation = Unicode()
    extras += [f"autograd gives f′({notation.value(x)}) = {notation.value(slope)}" for x, slope in spelling.slopes]
    if extras:
        line += f" ({'; '.join(extras)})"
    return f"{line}. {spelling.note}" if spelling.note else line


def _block(heading: str, lines: Sequence[str], width: int) -> str:
    return "\n".join([heading, *("  " + _wrapped(line, width - 2).replace("\n", "\n  ") for line in lines)])


def _wrapped(line: str, width: int) -> str:
    return (
        textwrap.fill(line, max(width, 30), subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
        or line
    )
