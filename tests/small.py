"""A registry of seven entries, for tests of look-up and hints that must not change when the built-in one grows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from actviz.language.parser import Template
from actviz.registry.entries import Entry
from actviz.registry.loader import read
from actviz.registry.lookup import Registry, built_in

NAMES = ("identity", "relu", "leaky_relu", "prelu", "elu", "selu", "thresholded_relu")


def load(path: Path, library: Mapping[str, Template] | None = None) -> list[Entry]:
    """Every entry of a registry file."""
    return [block.entry for block in read(path, library)]


SEVEN = Registry(entry for entry in built_in() if entry.name in NAMES)
