"""Look-up: names, aliases and framework spellings to entries, whatever their case, with suggestions for the rest."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from actviz.errors import RegistryError, UsageError, did_you_mean
from actviz.registry.loader import BUILT_IN, Block, read

if TYPE_CHECKING:
    from actviz.language.parser import Template
    from actviz.registry.entries import Entry, Spelling

ENVIRONMENT = "ACTVIZ_REGISTRY"

_ACT2FN = re.compile(r"(?:transformers\.)?(?:activations\.)?act2fn\[(\w+)\]")


# What code calls a framework's modules after ``from torch import nn`` and the like; tf has Keras's functions.
_HOMES = {
    "nn": "torch",
    "f": "torch",
    "functional": "torch",
    "jnn": "jax",
    "jnp": "jax",
    "flax": "jax",
    "nnx": "jax",
    "tf": "keras",
    "tensorflow": "keras",
    "tfa": "tensorflow_addons",
}


class Found(NamedTuple):  # made sooner than a dataclass, as are those below
    """What a name stands for.

    Args:
        entry: the function.
        spelling: the framework's variant that was named, None where the entry itself was.
        called: the name as the framework writes it, nothing where the entry itself was named.
    """

    entry: Entry
    spelling: Spelling | None = None
    called: str = ""


def normalised(name: str) -> str:
    """The form in which names are compared: no case, no ``-``, ``_``, quotes or spaces."""
    plain = name.lower()
    for character in "-_'\" ":
        plain = plain.replace(character, "")
    return _ACT2FN.sub(r"transformers.\1", plain)


def _last(name: str) -> str:
    """What a name is without the module that it stands in."""
    return name.rpartition(".")[2]


def _shared(first: str, second: str) -> int:
    """How many characters two names have in common at their ends."""
    pairs = zip(reversed(first), reversed(second), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


class Outline(NamedTuple):
    """What can be told of an entry without reading its expressions.

    Args:
        name: its canonical name.
        family: one of `FAMILIES`.
        text: all text that decides what it is; two entries of one text are equal.
    """

    name: str
    family: str
    text: str


class _Loaded(NamedTuple):
    """An entry that was made rather than read, in the place of a block."""

    entry: Entry

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def body(self) -> str:
        return " ".join(self.entry.names)

    @property
    def path(self) -> str:
        return "memory"

    @property
    def family(self) -> str:
        return self.entry.family

    @property
    def text(self) -> str:
        return repr(self.entry)

    @property
    def overrides(self) -> bool:
        return self.entry.override

    @property
    def calls(self) -> dict[str, dict[str, float]]:
        return dict.fromkeys(self.entry.names, self.entry.defaults)


class Registry:
    """A set of entries, found by name, alias or framework spelling.

    Args:
        listed: blocks of registry files, each read when it is wanted, or entries; in the order of listing.

    Raises:
        RegistryError: two have the same name, and the later one is not marked as an override.
    """

    def __init__(self, listed: Iterable[Block | Entry]) -> None:
        self._blocks: dict[str, Block | _Loaded] = {}
        for item in listed:
            block = item if isinstance(item, Block) else _Loaded(item)
            taken = self._blocks.get(normalised(block.name))
            if taken is not None and not block.overrides:
                raise RegistryError(
                    f"{block.path}: the name '{block.name}' is taken by [{taken.name}] of {taken.path}",
                    "Choose another name, or write 'override = true' into the entry.",
                )
            self._blocks[normalised(block.name)] = block

    def __iter__(self) -> Iterator[Entry]:
        return (block.entry for block in self._blocks.values())

    @property
    def names(self) -> list[str]:
        """The canonical names, without reading the entries."""
        return [block.name for block in self._blocks.values()]

    def words(self, start: str) -> list[str]:
        """Every name, alias and spelling of the entries that hold some text, in `normalised` form, unchecked."""
        blocks = [block for block in self._blocks.values() if start in self._searchable[block.name]]
        return [word for block in blocks for word in block.calls]

    def settable(self, name: str) -> dict[str, float]:
        """The parameters that may stand after a name, as it calls them, with their defaults; unchecked."""
        key = normalised(name)
        first = self._blocks.get(key)
        for block in [first] if first else self._blocks.values():
            if first or (key and key in self._searchable[block.name]):
                for word, defaults in block.calls.items():
                    if normalised(word) == key:
                        return defaults
        return {}

    def outlines(self) -> list[Outline]:
        """Every entry's name, family and text, without reading its expressions: for who has seen it before."""
        return [Outline(block.name, block.family, block.text) for block in self._blocks.values()]

    def check(self) -> None:
        """Read every entry.

        Raises:
            RegistryError: an entry is not as it must be, or two claim one name.
        """
        owners: dict[str, Block | _Loaded] = {}
        for block in self._blocks.values():
            for name in dict.fromkeys(map(normalised, block.entry.names)):
                owner = owners.setdefault(name, block)
                if owner is not block:
                    problem = f"the name '{name}' of [{block.name}] is taken by [{owner.name}] of {owner.path}"
                    raise RegistryError(f"{block.path}: {problem}", "Choose another name.")

    def check_slopes(self) -> None:
        """Compare the derivatives in files other than actviz's own with differences of the values.

        Raises:
            RegistryError: one is not the derivative of its value.
        """
        from actviz.registry.slopes import check_slopes

        for block in self._blocks.values():
            if block.path != BUILT_IN:
                check_slopes(block.entry, f"{block.path}, [{block.name}]")

    def look_up(self, name: str) -> Found | None:
        """What a name stands for, or None."""
        key = normalised(name)
        block = self._blocks.get(key)
        if block is not None:
            return Found(block.entry)
        for block in self._blocks.values():  # only blocks that hold the text can hold the name
            if not key or key not in self._searchable[block.name]:
                continue
            entry = block.entry
            if key in map(normalised, entry.aliases):
                return Found(entry)
            for spelling in entry.spellings:
                for called in spelling.names:
                    if normalised(called) == key:
                        return Found(entry, spelling, called)
        if "." in key:
            return None
        return self.look_up(f"transformers.{name}") or self.look_up(f"timm.{name}")  # a model's hidden_act

    def find(self, name: str) -> Entry | None:
        """The entry of that name, alias or spelling, or None."""
        found = self.look_up(name)
        return None if found is None else found.entry

    def unknown(self, name: str) -> UsageError:
        """The error for a name that is not here: why it is refused, or the nearest one that is."""
        refusal = self.refusal(name)
        if refusal is not None:
            return refusal
        near = self.nearest(name)
        hint = f"Did you mean '{near}'?" if near else "'actviz list' shows every name."
        return UsageError(f"unknown activation '{name}'", hint)

    def refusal(self, name: str) -> UsageError | None:
        """The error for a name of what is no element-wise activation, whatever module it stands in; None for others."""
        reason = refused().get(normalised(name))
        if reason is None and self.find(_last(name)) is None:
            reason = refused().get(normalised(_last(name)))
        if reason is None:
            return None
        return UsageError(
            f"'{name}' is not an element-wise activation: it {reason}",
            "actviz shows functions of one number; 'actviz list' shows every one.",
        )

    def nearest(self, name: str) -> str | None:
        """The name here that a wrong one probably means: ``torch.nn.GELU`` for ``nn.GELU``; None when nothing is near.

        A name with a prefix is looked for in the framework that the prefix belongs to, then without the prefix.
        """
        ours = [known for entry in self for known in (entry.name, *entry.aliases)]
        spelled = [known for entry in self for spelling in entry.spellings for known in spelling.names]
        if "." not in name:
            return did_you_mean(name, ours) or did_you_mean(name, spelled)
        prefix, last = name.partition(".")[0], normalised(_last(name))
        home = _HOMES.get(prefix.lower(), prefix).lower()
        there = [
            known for known in spelled if known.partition(".")[0].lower() == home and normalised(_last(known)) == last
        ]
        if there:
            return max(there, key=lambda known: (_shared(normalised(known), normalised(name)), _shared(known, name)))
        return next((known for known in ours if normalised(known) == last), None) or (
            did_you_mean(name, spelled) or did_you_mean(name, ours)
        )

    @property
    def templates(self) -> Mapping[str, Template]:
        """Every entry as a function that expressions may call."""
        return _Templates(self)

    @cached_property
    def _searchable(self) -> dict[str, str]:
        return {block.name: normalised(block.body) for block in self._blocks.values()}


class _Templates(Mapping[str, "Template"]):
    """The entries of a registry as templates, each made when it is called for."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry

    def __getitem__(self, name: str) -> Template:
        found = self.registry.look_up(name)
        if found is None or found.spelling is not None:
            raise KeyError(name)
        from actviz.language.parser import Template

        return Template(found.entry.value, found.entry.defaults)

    def __iter__(self) -> Iterator[str]:
        return (name for entry in self.registry for name in (entry.name, *entry.aliases))

    def __len__(self) -> int:
        return sum(1 + len(entry.aliases) for entry in self.registry)


@cache
def built_in() -> Registry:
    """The entries that actviz ships."""
    return Registry(read(BUILT_IN))


def active(checked: bool = True) -> Registry:
    """The entries in force: those of actviz, and those of the file that `ACTVIZ_REGISTRY` names.

    Args:
        checked: whether to read every entry of that file before any is used.

    Raises:
        RegistryError: that file is not as it must be.
    """
    own = os.environ.get(ENVIRONMENT)
    if not own:
        return built_in()
    path = Path(own)
    return _checked(path, _state(path)) if checked else _with(path, _state(path))


def _state(path: Path) -> tuple[int, ...]:
    """What changes when a file is written anew, or when the same name stands for another file."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


@cache
def _with(path: Path, state: tuple[int, ...]) -> Registry:  # noqa: ARG001  a key of the cache
    return Registry([*read(BUILT_IN), *read(path, built_in().templates)])


@cache
def _checked(path: Path, state: tuple[int, ...]) -> Registry:
    registry = _with(path, state)
    registry.check()
    registry.check_slopes()
    return registry


@cache
def refused() -> dict[str, str]:
    """Names that are not element-wise activations, in the form in which names are compared, and why."""
    import tomllib

    groups = tomllib.loads(BUILT_IN.with_name("refused.toml").read_text(encoding="utf-8"))["refused"]
    return {normalised(name): group["reason"] for group in groups for name in group["names"]}
