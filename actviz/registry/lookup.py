"""Look-up: names and aliases to entries, whatever their case and punctuation, with suggestions for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from actviz.errors import RegistryError, UsageError, did_you_mean
from actviz.registry.entries import Entry
from actviz.registry.loader import BUILT_IN, load

if TYPE_CHECKING:
    from actviz.language.parser import Template


def normalised(name: str) -> str:
    """The form in which names are compared: no case, no ``-``, no ``_``."""
    return name.lower().replace("-", "").replace("_", "")


class Registry:
    """A set of entries, found by name or alias.

    Args:
        entries: in the order in which they are listed.

    Raises:
        RegistryError: two entries claim one name.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._found: dict[str, Entry] = {}
        for entry in self.entries:
            for name in (entry.name, *entry.aliases):
                taken = self._found.get(normalised(name))
                if taken is not None:
                    raise RegistryError(f"the name '{name}' of [{entry.name}] is taken by [{taken.name}]")
                self._found[normalised(name)] = entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def find(self, name: str) -> Entry | None:
        """The entry of that name or alias, or None."""
        return self._found.get(normalised(name))

    def unknown(self, name: str) -> UsageError:
        """The error for a name that is not here, with the nearest one that is."""
        near = did_you_mean(name, [known for entry in self.entries for known in (entry.name, *entry.aliases)])
        if near:
            return UsageError(f"unknown activation '{name}'", f"Did you mean '{near}'?")
        return UsageError(f"unknown activation '{name}'", "'actviz list' shows every name.")

    @property
    def templates(self) -> Mapping[str, Template]:
        """Every entry as a function that expressions may call."""
        from actviz.language.parser import Template

        return {
            name: Template(entry.value, entry.defaults)
            for entry in self.entries
            for name in (entry.name, *entry.aliases)
        }


@cache
def built_in() -> Registry:
    """The entries that actviz ships."""
    return Registry(load(BUILT_IN))
