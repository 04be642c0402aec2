"""``actviz config``."""

from __future__ import annotations

from typing import Any

import typer

from actviz.cli import options, settings
from actviz.cli.output import show, show_table
from actviz.writing.tables import Table, json_text


def command(
    context: typer.Context,
    format_name: options.FormatOption = None,
    output: options.Output = None,
) -> None:
    """Show the defaults in force, and where each comes from.

    The command line overrules ACTVIZ_THEME and its like in the environment; they overrule [tool.actviz] in the nearest
    pyproject.toml upwards, which overrules ~/.config/actviz/config.toml.
    """
    chosen = options.table_format(format_name, output)
    found = dict(settings.in_force())
    if context.parent is not None and context.parent.params.get("registry") is not None:
        found["registry"] = settings.Setting(found["registry"].value, "command line")
    if chosen is options.Format.json:
        data = {name: {"value": setting.value, "from": setting.origin} for name, setting in found.items()}
        show(json_text(data), output)
        return
    rows = tuple(
        (name, _words(setting.value, settings.KEYS[name].otherwise), setting.origin, settings.KEYS[name].about)
        for name, setting in found.items()
    )
    show_table(Table(("key", "value", "from", "meaning"), rows, "", ("meaning",)), chosen.value, output)


def _words(value: Any, otherwise: str) -> str:
    if value is None:
        return f"({otherwise})"
    return " ".join(f"{part:.12g}" for part in value) if isinstance(value, tuple) else str(value)
