"""Registry files: TOML to entries. The header of `activations.toml` is the reference for their fields.

A file is cut into its blocks, and a block is read when its entry is wanted: to plot one function, one block is read.
Whatever is wrong is a `RegistryError` that names the file, the entry, the field and the reason.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass
from dataclasses import fields as members
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from actviz.errors import ExpressionError, RegistryError, did_you_mean
from actviz.language.syntax import Node, substitute
from actviz.registry.entries import FAMILIES, Entry, Parameter, Source, Spelling, check_name

if TYPE_CHECKING:
    from actviz.language.parser import Template

Record = TypeVar("Record", Parameter, Source, Spelling)

_HEADER = re.compile(r"^[ \t]*\[[ \t]*\"?([^\[\].\s\"]+)\"?[ \t]*\][ \t]*(?:#.*)?$", re.MULTILINE)

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
    outside = _parsed(path, preamble, text)
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
    try:
        return tomllib.loads(part)
    except tomllib.TOMLDecodeError as error:
        problem = error
    try:
        tomllib.loads(whole)
    except tomllib.TOMLDecodeError as error:
        problem = error
    raise RegistryError(f"'{path}' is not a TOML file: {problem}") from None


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
    def entry(self) -> Entry:
        """The entry.

        Raises:
            RegistryError: it is not as it must be; names file, entry, field and reason.
        """
        return _Reader(self.path, self.name, self.fields, self.library).entry()

    @cached_property
    def fields(self) -> Any:
        """What stands in the block, unchecked.

        Raises:
            RegistryError: it is not TOML.
        """
        return _parsed(self.path, f'["{self.name}"]\n{self.body}', self.whole)[self.name]

    @property
    def family(self) -> str:
        """The entry's family, without reading its expressions."""
        family = self.fields.get("family")
        return family if family in FAMILIES else self.entry.family

    @property
    def text(self) -> str:
        """All text that decides what the entry is."""
        return self.body if self.path == BUILT_IN else self.body + BUILT_IN.read_text(encoding="utf-8")

    @cached_property
    def overrides(self) -> bool:
        """Whether the entry takes the place of an earlier one of the same name."""
        return "override" in self.body and self.entry.override


class _Reader:
    """One table of a registry file, read field by field."""

    def __init__(self, path: Path, name: str, fields: Any, library: Mapping[str, Template]) -> None:
        self.place = f"{path}, [{name}]"
        self.name = name
        self.library = library
        self.fields: dict[str, Any] = dict(fields)

    def error(self, reason: str, hint: str | None = None) -> RegistryError:
        return RegistryError(f"{self.place}: {reason}", hint)

    def entry(self) -> Entry:
        try:
            check_name(self.name)
            where = self.table("where", required=False)
            named = {name: self.expression(f"where.{name}", text) for name, text in where.items()}
            entry = Entry(
                name=self.name,
                title=self.text("title"),
                summary=self.text("summary"),
                family=self.family(),
                value=substitute(self.expression("value", self.text("value")), named),
                derivative=substitute(self.expression("derivative", self.text("derivative")), named),
                aliases=tuple(self.aliases()),
                parameters=tuple(self.parameters()),
                source=self.source(),
                spellings=tuple(self.spellings()),
                note=self.text("note", required=False),
                override=self.flag("override"),
            )
        except (ValueError, TypeError) as error:
            raise self.error(str(error)) from None
        if self.fields:
            field = next(iter(self.fields))
            known = ["title", "summary", "family", "value", "derivative", "where", "aliases", "parameters"]
            near = did_you_mean(field, [*known, "source", "spellings", "note", "override"])
            raise self.error(f"unknown field '{field}'", f"Did you mean '{near}'?" if near else None)
        return entry

    def text(self, field: str, required: bool = True) -> str:
        value = self.fields.pop(field, None)
        if value is None and not required:
            return ""
        if value is None:
            raise self.error(f"'{field}' is missing")
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"'{field}' must be a text, not {value!r}")
        return value

    def flag(self, field: str) -> bool:
        value = self.fields.pop(field, False)
        if not isinstance(value, bool):
            raise self.error(f"'{field}' must be true or false, not {value!r}")
        return value

    def table(self, field: str, required: bool = True) -> dict[str, Any]:
        value = self.fields.pop(field, None)
        if value is None and not required:
            return {}
        if not isinstance(value, dict):
            raise self.error(f"'{field}' must be a table, not {value!r}")
        return value

    def expression(self, field: str, text: object) -> Node:
        if not isinstance(text, str):
            raise self.error(f"'{field}' must be an expression in quotes, not {text!r}")
        from actviz.language.parser import parse  # with NumPy; not wanted where only names are

        try:
            return parse(text, self.library)
        except ExpressionError as error:
            raise self.error(f"'{field}': {error.message}", error.hint) from None

    def family(self) -> str:
        family = self.text("family")
        if family not in FAMILIES:
            raise self.error(f"family '{family}' is not one of {', '.join(FAMILIES)}")
        return family

    def aliases(self) -> Iterator[str]:
        for alias in self.strings("aliases", self.fields.pop("aliases", [])):
            check_name(alias)
            yield alias

    def strings(self, field: str, value: object) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"'{field}' must be a list of texts, not {value!r}")
        return value

    def parameters(self) -> Iterator[Parameter]:
        for name, fields in self.table("parameters", required=False).items():
            if not isinstance(fields, dict) or not isinstance(fields.get("default"), int | float):
                raise self.error(f"'parameters.{name}' must be a table with a number as default")
            bounds = {key: float(fields[key]) for key in ("default", "above", "below") if key in fields}
            yield self.record(Parameter, f"parameters.{name}", {"name": name, **fields, **bounds})

    def source(self) -> Source | None:
        source = self.fields.pop("source", None)
        if source == "folklore":
            return None
        if not isinstance(source, dict):
            raise self.error("'source' must be a table with authors, year and title, or \"folklore\"")
        return self.record(Source, "source", source)

    def spellings(self) -> Iterator[Spelling]:
        for framework, variants in self.table("spellings", required=False).items():
            field = f"spellings.{framework}"
            if not isinstance(variants, list) or not all(isinstance(variant, dict) for variant in variants):
                raise self.error(f"'{field}' must be a list of tables")
            for variant in variants:
                names = tuple(self.strings(f"{field}.names", variant.get("names")))
                slopes = tuple(
                    (self.expression(f"{field}.slopes", x), self.expression(f"{field}.slopes", slope))
                    for x, slope in variant.get("slopes", {}).items()
                )
                defaults = {name: float(value) for name, value in variant.get("defaults", {}).items()}
                read = {"framework": framework, "names": names, "slopes": slopes, "defaults": defaults}
                yield self.record(Spelling, field, {**variant, **read})

    def record(self, kind: type[Record], field: str, fields: Mapping[str, Any]) -> Record:
        """An instance of the record class, or an error that names the key that is missing or unknown."""
        known = {key.name: key.default is MISSING and key.default_factory is MISSING for key in members(kind)}
        for key in fields:
            if key not in known:
                raise self.error(f"'{field}' has an unknown key '{key}'", f"It may have {', '.join(known)}.")
        for key, required in known.items():
            if required and key not in fields:
                raise self.error(f"'{field}' lacks '{key}'")
        return kind(**fields)
