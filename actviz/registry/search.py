"""Which entries fit a family, a text or a framework."""

from __future__ import annotations

from collections.abc import Collection

from actviz.errors import ActvizError, UsageError, did_you_mean
from actviz.registry.entries import FAMILIES, FRAMEWORKS, Entry
from actviz.registry.lookup import Registry, active
from actviz.text import number


def select(
    family: str | None = None,
    search: str | None = None,
    framework: str | None = None,
    registry: Registry | None = None,
) -> list[Entry]:
    """The entries that fit, by family.

    Raises:
        UsageError: the family or framework is unknown.
        ActvizError: nothing fits.
    """
    _check(family, FAMILIES, "family", "families")
    framework = framework_key(framework)
    _check(framework, FRAMEWORKS, "framework", "frameworks")
    found = [
        entry
        for entry in registry or active()
        if family in (None, entry.family)
        and (search is None or search.lower() in words(entry))
        and (framework is None or spelled(entry, framework))
    ]
    if not found:
        wanted = [("family", family), ("text", search), ("framework", framework)]
        named = " and ".join(f"{word} '{value}'" for word, value in wanted if value is not None)
        raise ActvizError(f"no activation fits {named}", "'actviz list' shows every one.")
    return sorted(found, key=lambda entry: FAMILIES.index(entry.family))


def framework_key(framework: str | None) -> str | None:
    """The key of a framework, which may be given by its title as well: PyTorch for torch."""
    keys = {title.lower(): key for key, title in FRAMEWORKS.items()}
    return framework and keys.get(framework.lower(), framework.lower())


def _check(value: str | None, known: Collection[str], word: str, plural: str) -> None:
    if value is None or value in known:
        return
    near = did_you_mean(value, known)
    hint = f"Did you mean '{near}'?" if near else f"{plural.capitalize()}: {', '.join(known)}."
    raise UsageError(f"there is no {word} '{value}'", hint)


def spelled(entry: Entry, framework: str) -> str:
    """Its names in one framework, with the defaults that differ."""
    parts = []
    for spelling in entry.spellings:
        if spelling.framework == framework:
            settings = ", ".join(f"{name}={number(value, 7)}" for name, value in spelling.defaults.items())
            parts.append(", ".join(spelling.names) + (f" ({settings})" if settings else ""))
    return "; ".join(parts)


def words(entry: Entry) -> str:
    """All text in which a search looks for an entry, in lower case."""
    found = [entry.name, entry.title, entry.summary, *entry.aliases]
    if entry.source is not None:
        found.append(str(entry.source))
    found += [name for spelling in entry.spellings for name in spelling.names]
    return " ".join(found).lower()
