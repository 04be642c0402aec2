"""One block of a registry file to its entry. The header of `activations.toml` is the reference for the fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from dataclasses import fields as members
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from actviz.errors import ExpressionError, RegistryError, did_you_mean
from actviz.language.syntax import Node, substitute
from actviz.registry.entries import FAMILIES, Entry, Parameter, Source, Spelling, check_name

if TYPE_CHECKING:
    from actviz.language.parser import Template

Record = TypeVar("Record", Parameter, Source, Spelling)


class Reader:
    """One table of a registry file, read field by field."""

    def __init__(self, path: Path, name: str, fields: Any, library: Mapping[str, Template]) -> None:
        self.place = f"{path}, [{name}]"
        self.name = name
        self.library = library
        self.fields: dict[str, Any] = dict(fields)

    def error(self, reason: str, hint: str | None = None) -> RegistryError:
        """An error at this entry."""
        return RegistryError(f"{self.place}: {reason}", hint)

    def entry(self) -> Entry:
        """The entry."""
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
        """A field that holds a text."""
        value = self.fields.pop(field, None)
        if value is None and not required:
            return ""
        if value is None:
            raise self.error(f"'{field}' is missing")
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"'{field}' must be a text, not {value!r}")
        return value

    def flag(self, field: str) -> bool:
        """A field that is true or false."""
        value = self.fields.pop(field, False)
        if not isinstance(value, bool):
            raise self.error(f"'{field}' must be true or false, not {value!r}")
        return value

    def table(self, field: str, required: bool = True) -> dict[str, Any]:
        """A field that holds a table."""
        value = self.fields.pop(field, None)
        if value is None and not required:
            return {}
        if not isinstance(value, dict):
            raise self.error(f"'{field}' must be a table, not {value!r}")
        return value

    def expression(self, field: str, text: object) -> Node:
        """A tree from a text in the expression language."""
        if not isinstance(text, str):
            raise self.error(f"'{field}' must be an expression in quotes, not {text!r}")
        from actviz.language.parser import parse  # with NumPy; not wanted where only names are

        try:
            return parse(text, self.library)
        except ExpressionError as error:
            raise self.error(f"'{field}': {error.message}", error.hint) from None

    def family(self) -> str:
        """The family, one of those there are."""
        family = self.text("family")
        if family not in FAMILIES:
            raise self.error(f"family '{family}' is not one of {', '.join(FAMILIES)}")
        return family

    def aliases(self) -> Iterator[str]:
        """The aliases, each a usable name."""
        for alias in self.strings("aliases", self.fields.pop("aliases", [])):
            check_name(alias)
            yield alias

    def strings(self, field: str, value: object) -> list[str]:
        """A list of texts."""
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"'{field}' must be a list of texts, not {value!r}")
        return value

    def parameters(self) -> Iterator[Parameter]:
        """The parameters, in order."""
        for name, fields in self.table("parameters", required=False).items():
            if not isinstance(fields, dict) or not _is_number(fields.get("default")):
                raise self.error(f"'parameters.{name}' must be a table with a number as default")
            yield self.record(Parameter, f"parameters.{name}", {"name": name, **fields})

    def source(self) -> Source | None:
        """The source, None where it is folklore."""
        source = self.fields.pop("source", None)
        if source == "folklore":
            return None
        if not isinstance(source, dict):
            raise self.error("'source' must be a table with authors, year and title, or \"folklore\"")
        return self.record(Source, "source", source)

    def spellings(self) -> Iterator[Spelling]:
        """The spellings of every framework."""
        for framework, variants in self.table("spellings", required=False).items():
            field = f"spellings.{framework}"
            if not isinstance(variants, list) or not all(isinstance(variant, dict) for variant in variants):
                raise self.error(f"'{field}' must be a list of tables")
            for variant in variants:
                names = tuple(self.strings(f"{field}.names", variant.get("names")))
                slopes = tuple(
                    (self.expression(f"{field}.slopes", x), self.expression(f"{field}.slopes", slope))
                    for x, slope in self.inner(f"{field}.slopes", variant.get("slopes", {})).items()
                )
                defaults = self.inner(f"{field}.defaults", variant.get("defaults", {}))
                for name, value in defaults.items():
                    if not _is_number(value):
                        raise self.error(f"'{field}.defaults.{name}' must be a number, not {value!r}")
                arguments = self.inner(f"{field}.arguments", variant.get("arguments", {}))
                self.strings(f"{field}.arguments", list(arguments.values()))
                read = {"framework": framework, "names": names, "slopes": slopes, "arguments": arguments}
                read["defaults"] = {name: float(value) for name, value in defaults.items()}
                yield self.record(Spelling, field, {**variant, **read})

    def inner(self, field: str, value: object) -> dict[str, Any]:
        """A table within a field."""
        if not isinstance(value, dict):
            raise self.error(f"'{field}' must be a table, not {value!r}")
        return value

    def record(self, kind: type[Record], field: str, fields: Mapping[str, Any]) -> Record:
        """An instance of the record class, or an error that names the key that is missing or unknown."""
        known = {key.name: key.default is MISSING and key.default_factory is MISSING for key in members(kind)}
        for key in fields:
            if key not in known:
                raise self.error(f"'{field}' has an unknown key '{key}'", f"It may have {', '.join(known)}.")
        for key, required in known.items():
            if required and key not in fields:
                raise self.error(f"'{field}' lacks '{key}'")
        names = [key for key in members(kind) if key.name in fields]
        values = {key.name: self.typed(f"{field}.{key.name}", str(key.type), fields[key.name]) for key in names}
        try:
            return kind(**values)
        except ValueError as error:
            raise self.error(f"'{field}': {error}") from None

    def typed(self, field: str, kind: str, value: Any) -> Any:
        """A value of the type that a record wants; the compound ones were read before."""
        if kind == "float" and _is_number(value):
            return float(value)
        wanted = {
            "str": ("a text", str),
            "int": ("a whole number", int),
            "bool": ("true or false", bool),
            "float": ("a number", float),
        }
        if kind in wanted:
            words, type_ = wanted[kind]
            if type(value) is not type_:
                raise self.error(f"'{field}' must be {words}, not {value!r}")
        return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
