"""What the registry and comparisons have to say, as tables and pages of text."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Collection, Sequence

from actviz.comparison import Pair, Slope
from actviz.conventions import conventions
from actviz.curve import Activation, Limits, short
from actviz.errors import ActvizError, UsageError, did_you_mean
from actviz.language.notation import Notation, Unicode
from actviz.language.pieces import REACH
from actviz.language.tidying import tidy_cases
from actviz.naming import function_name
from actviz.registry.entries import FAMILIES, FRAMEWORKS, Entry, Spelling
from actviz.registry.lookup import Registry, active
from actviz.tables import Cell, Table, json_text, number
from actviz.writing import formula


def listing(
    family: str | None = None,
    search: str | None = None,
    framework: str | None = None,
    registry: Registry | None = None,
) -> Table:
    """The entries by family: name, title, family, parameters with defaults, and summary.

    Args:
        family: only this one.
        search: only entries with this text in a name, title, summary, author, year or spelling; case is ignored.
        framework: only what this framework has, with its names for them in place of parameters and summary.
        registry: by default the one in force.

    Raises:
        UsageError: the family or framework is unknown.
        ActvizError: nothing fits.
    """
    framework = _key(framework)
    found = select(family, search, framework, registry)
    if framework is not None:
        rows = tuple((entry.name, entry.title, entry.family, _spelled(entry, framework)) for entry in found)
        return Table(("name", "title", "family", FRAMEWORKS[framework]), rows, "", ("title", "family"), "family")
    full = tuple((entry.name, entry.title, entry.family, _parameters(entry), entry.summary) for entry in found)
    columns = ("name", "title", "family", "parameters", "summary")
    return Table(columns, full, "", ("parameters", "title", "family"), "family")


def select(
    family: str | None = None,
    search: str | None = None,
    framework: str | None = None,
    registry: Registry | None = None,
) -> list[Entry]:
    """The entries that `listing` lists for the same arguments, by family.

    Raises:
        UsageError: the family or framework is unknown.
        ActvizError: nothing fits.
    """
    _check(family, FAMILIES, "family", "families")
    framework = _key(framework)
    _check(framework, FRAMEWORKS, "framework", "frameworks")
    found = [
        entry
        for entry in registry or active()
        if family in (None, entry.family)
        and (search is None or search.lower() in words(entry))
        and (framework is None or _spelled(entry, framework))
    ]
    if not found:
        wanted = [("family", family), ("text", search), ("framework", framework)]
        named = " and ".join(f"{word} '{value}'" for word, value in wanted if value is not None)
        raise ActvizError(f"no activation fits {named}", "'actviz list' shows every one.")
    return sorted(found, key=lambda entry: FAMILIES.index(entry.family))


def _key(framework: str | None) -> str | None:
    """The key of a framework, which may be given by its title as well: PyTorch for torch."""
    keys = {title.lower(): key for key, title in FRAMEWORKS.items()}
    return framework and keys.get(framework.lower(), framework.lower())


def _check(value: str | None, known: Collection[str], word: str, plural: str) -> None:
    if value is None or value in known:
        return
    near = did_you_mean(value, known)
    hint = f"Did you mean '{near}'?" if near else f"{plural.capitalize()}: {', '.join(known)}."
    raise UsageError(f"there is no {word} '{value}'", hint)


def _spelled(entry: Entry, framework: str) -> str:
    """Its names in one framework, with the defaults that differ."""
    parts = []
    for spelling in entry.spellings:
        if spelling.framework == framework:
            settings = ", ".join(f"{name}={number(value, 7)}" for name, value in spelling.defaults.items())
            parts.append(", ".join(spelling.names) + (f" ({settings})" if settings else ""))
    return "; ".join(parts)


def record_text(activation: Activation, width: int = 100) -> str:
    """A page on one activation, sentences wrapped to `width` columns."""
    entry = activation.entry
    symbols = entry.symbols
    head = [entry.title, textwrap.fill(entry.summary, max(width, 30))]
    if entry.note:
        head.append(textwrap.fill(entry.note, max(width, 30)))
    parts = ["\n".join(head)]
    parts.append(formula("f", tidy_cases(entry.value), symbols))
    parts.append(formula("f′", tidy_cases(activation.curve(1).tree), symbols))
    if entry.parameters:
        parts.append(_block("Parameters", [_parameter_line(activation, name) for name in activation.values], width))
    parts.append(_block("Breakpoints", _kink_lines(activation), width))
    if not activation.is_expression:
        facts = [f"Family: {entry.family}", f"Source: {entry.source or 'folklore'}"]
        if entry.source is not None and entry.source.link:
            facts.append(f"    {entry.source.link}")
        names = ", ".join([entry.name, *entry.aliases])
        parts.append("\n".join(_wrapped(line, width) for line in [f"Names: {names}", *facts]))
    if entry.spellings:
        parts.append(_block("In frameworks", [_spelling_line(spelling) for spelling in entry.spellings], width))
    return "\n\n".join(parts) + "\n"


def record_json(activation: Activation) -> str:
    """The same as a JSON object; formulas in the expression language."""
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
    }
    return json_text(data)


def comparison_tables(pairs: Sequence[Pair], exact: bool = False) -> list[Table]:
    """Two tables for each pair: how it differs and where it meets, and both functions' slopes.

    Args:
        pairs: what was compared.
        exact: for programs; places are numbers with all their digits, and sides have a column of their own.
    """
    return [table for pair in pairs for table in (_differences(pair, exact), _slopes(pair, exact))]


def comparison_json(pairs: Sequence[Pair]) -> str:
    """The same as a JSON list, one object for each pair."""

    def side(slopes: Sequence[Slope]) -> list[dict[str, float]]:
        return [{"x": slope.x, "left": slope.left, "right": slope.right} for slope in slopes]

    data = [
        {
            "first": pair.first.activation.spec,
            "second": pair.second.activation.spec,
            "order": pair.first.order,
            "with_respect_to": pair.first.wrt,
            "range": [pair.low, pair.high],
            "same": pair.same,
            **{
                name: {
                    "largest_difference": difference.largest,
                    "at": difference.where if difference.largest else None,
                    "rms_under_standard_normal": difference.rms,
                }
                for name, difference in (("function", pair.function), ("derivative", pair.derivative))
            },
            "crossings": pair.crossings,
            "equal_on": [[stretch.low, stretch.high] for stretch in pair.equal_on if not stretch.rounding],
            "equal_to_rounding_on": [[stretch.low, stretch.high] for stretch in pair.equal_on if stretch.rounding],
            "slopes": {"first": side(pair.slopes[0]), "second": side(pair.slopes[1])},
        }
        for pair in pairs
    ]
    return json_text(data)


def verdict(pair: Pair) -> str:
    """One sentence: whether the two differ in the range."""
    where = f"for {short(pair.low)} ≤ x ≤ {short(pair.high)}"
    first, second = (curve.activation.label for curve in (pair.first, pair.second))
    names = f"{function_name(pair.first)} of {first} and of {second}" if pair.first.order else f"{first} and {second}"
    if not pair.same:
        return f"{names} differ {where}."
    rounding = "" if max(pair.function.largest, pair.derivative.largest) == 0 else " beyond rounding"
    return f"No difference{rounding}: {names} are equal {where}, and so are their derivatives."


def _differences(pair: Pair, exact: bool) -> Table:
    place: Callable[[float], Cell] = float if exact else short
    rows: list[tuple[Cell, ...]] = []
    named = [(function_name(pair.first), pair.function), (function_name(pair.first.slope), pair.derivative)]
    for name, difference in named:
        where = place(difference.where) if difference.largest else ""
        rows.append((f"largest difference of {name}", difference.largest, where))
    for name, difference in named:
        rows.append((f"RMS difference of {name}, x ~ N(0, 1)", difference.rms, ""))
    rows += [("equal to rounding" if part.rounding else "equal", None, part.text(exact)) for part in pair.equal_on]
    rows += [("meet at a point", None, place(x)) for x in pair.crossings]
    if not pair.equal_on and not pair.crossings:
        rows.append(("never equal in this range", None, ""))
    return Table(("quantity", "value", "at x"), tuple(rows), verdict(pair))


def _slopes(pair: Pair, exact: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for first, second in zip(*pair.slopes, strict=True):
        left, right = (first.left, second.left), (first.right, second.right)
        for side, slopes in (("", left),) if left == right else (("left", left), ("right", right)):
            place = short(first.x) + (f" from the {side}" if side else "")
            rows.append((float(first.x), side, *slopes) if exact else (place, *slopes))
    names = [pair.first.activation.label, pair.second.activation.label]
    if names[0] == names[1]:
        names[1] += " (second)"
    slope = f"slope of {function_name(pair.first)}" if pair.first.order else "slope"
    return Table((f"{slope} at x", *(["side"] if exact else []), *names), tuple(rows))


def words(entry: Entry) -> str:
    """All text in which a search looks for an entry, in lower case."""
    found = [entry.name, entry.title, entry.summary, *entry.aliases]
    if entry.source is not None:
        found.append(str(entry.source))
    found += [name for spelling in entry.spellings for name in spelling.names]
    return " ".join(found).lower()


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
    from actviz.smoothness import everywhere

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
