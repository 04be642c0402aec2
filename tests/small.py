"""A registry of seven entries, for tests of look-up and hints that must not change when the built-in one grows."""

from __future__ import annotations

from actviz.registry.lookup import Registry, built_in

NAMES = ("identity", "relu", "leaky_relu", "prelu", "elu", "selu", "thresholded_relu")
SEVEN = Registry(entry for entry in built_in() if entry.name in NAMES)
