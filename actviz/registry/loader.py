"""Registry files: cut into their blocks, each read when its entry is wanted: to plot one function, one block is read.

Names alone are found without reading any, so that completion is quick. Whatever is wrong is a `RegistryError` that
names the file, the entry, the field and the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from actviz.errors import RegistryError
from actviz.text import visible

if TYPE_CHECKING:
    from actviz.language.parser import Template
    from actviz.registry.entries import Entry

_HEADER = re.compile(r"^[ \t]*\[[ \t]*\"?([^\[\].\s\"]+)\"?[ \t]*\][ \t]*(?:#.*)?$", re.MULTILINE)

_NOTHING = re.compile(r"(?:[ \t]*(?:#.*)?\n)*")

BUILT_IN = Path(__file__).with_name("activations.toml")


def read(path: Path, library: Mapping[str, Template] | None = None) -> list[Block]:
    """The blocks of a registry file, in order, each read when its entry is wanted.

    Args:
        path: the TOML file.
        library: functions that its expressions may call besides the language's own.

    Raises:
        RegistryError: the file cannot be read, or something stands outside its entries.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RegistryError(f"cannot read the registry '{path}': {error.strerror}") from None
    except UnicodeDecodeError:
        raise RegistryError(f"'{path}' is not a text file", "A registry is a TOML file.") from None
    preamble, *parts = _HEADER.split(text)
    outside = _NOTHING.fullmatch(preamble) is None and _parsed(path, preamble, text)
    if outside:
        raise RegistryError(
            f"{path}: '{next(iter(outside))}' stands outside an entry", "Every entry is a table, as in [selu]."
        )
    names, bodies = parts[::2], parts[1::2]
    for name in names:
        if names.count(name) > 1:
            raise RegistryError(f"{path}: there are two entries [{name}]", "Give one of them another name.")
    return [Block(path, name, body, text, library or {}) for name, body in zip(names, bodies, strict=True)]


def _parsed(path: Path, part: str, whole: str) -> dict[str, Any]:
    """A part of a TOML file; an error is reported with its line in the whole."""
    import tomllib

    try:
        return tomllib.loads(part)
    except tomllib.TOMLDecodeError as error:
        problem = error
    try:
        tomllib.loads(whole)
    except tomllib.TOMLDecodeError as error:
        problem = error
    raise RegistryError(f"'{path}' is not a TOML file: {problem}") from None


def _shown(value: Any) -> Any:
    """What a stranger's file says, without characters that steer terminals."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(key): _shown(part) for key, part in value.items()}
    return [_shown(part) for part in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class Block:
    """One entry's block of a registry file.

    Args:
        path: the file.
        name: the entry's canonical name.
        body: what stands below its header.
        whole: the file's text.
        library: functions that its expressions may call besides the language's own.
    """

    path: Path
    name: str
    body: str
    whole: str
    library: Mapping[str, Template]

    @cached_property
    def fields(self) -> dict[str, Any]:
        """What the block says, as TOML has it: nothing is checked, and no expression is read."""
        fields = _parsed(self.path, f'["{self.name}"]\n{self.body}', self.whole).get(self.name)
        if not isinstance(fields, dict):
            raise RegistryError(
                f"{self.path}: [{self.name}] is not a usable name", "A name is letters, digits and '_'."
            )
        return fields if self.path == BUILT_IN else _shown(fields)

    @property
    def calls(self) -> dict[str, dict[str, float]]:
        """Every name it is called by, and the parameters that may be set there with their defaults; unchecked."""

        def table(fields: object, key: str) -> dict[str, Any]:
            found = fields.get(key) if isinstance(fields, dict) else None
            return found if isinstance(found, dict) else {}

        parameters = table(self.fields, "parameters")
        own: dict[str, Any] = {name: table(parameters, name).get("default") for name in parameters}
        found: dict[str, dict[str, float]] = dict.fromkeys([self.name, *self.fields.get("aliases", [])], own)
        for variants in table(self.fields, "spellings").values():
            for variant in variants if isinstance(variants, list) else []:
                words, defaults = table(variant, "arguments"), own | table(variant, "defaults")
                called = {words.get(name, name): default for name, default in defaults.items()}
                found |= dict.fromkeys(variant.get("names", []), called)
        return found

    @cached_property
    def entry(self) -> Entry:
        """The entry.

        Raises:
            RegistryError: it is not as it must be; names file, entry, field and reason.
        """
        from actviz.registry.reader import Reader

        return Reader(self.path, self.name, self.fields, self.library).entry()

    @property
    def family(self) -> str:
        """The entry's family, without reading its expressions."""
        from actviz.registry.entries import FAMILIES

        family = self.fields.get("family")
        return str(family) if family in FAMILIES else self.entry.family

    @property
    def text(self) -> str:
        """All text that decides what the entry is."""
        return self.body if self.path == BUILT_IN else self.body + BUILT_IN.read_text(encoding="utf-8")

    @cached_property
    def overrides(self) -> bool:
        """Whether the entry takes the place of an earlier one of the same name."""
        return "override" in self.body and self.entry.override
