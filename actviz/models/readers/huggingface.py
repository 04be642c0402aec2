"""``config.json`` of Hugging Face: it names activations under keys that differ from one architecture to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actviz.models.learned import add_configuration
from actviz.models.reading import MalformedError, json_object
from actviz.models.results import Gathered

_DEEPEST = 8


def read(data: memoryview, path: Path) -> tuple[Gathered, str]:  # noqa: ARG001  as all readers
    """The activations that a configuration names, those of its parts included; Keras's JSON is read as such.

    Raises:
        MalformedError: it is no JSON object, or names no architecture.
    """
    configuration = json_object(data)
    if "class_name" in configuration and "config" in configuration:
        from actviz.models.readers.keras import layers_of

        return layers_of(configuration), "Keras, configuration"
    found = Gathered()
    _add(found, "", configuration, 0)
    if not found.uses and not any(key in configuration for key in ("model_type", "architectures", "_class_name")):
        raise MalformedError("it is JSON, but no configuration of a model")
    if not found.uses:
        kind = configuration.get("model_type") or configuration.get("_class_name") or "this architecture"
        found.remarks.append(f"The configuration names no activation; the code of {kind} decides.")
    words = f"configuration of {configuration['model_type']}" if "model_type" in configuration else "configuration"
    return found, f"Hugging Face, {words}"


def _add(found: Gathered, name: str, part: dict[str, Any], level: int) -> None:
    add_configuration(found, name, part)
    for key, value in part.items():
        if isinstance(value, dict) and level < _DEEPEST:
            _add(found, f"{name}.{key}" if name else key, value, level + 1)
