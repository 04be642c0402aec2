"""The gallery: a picture of every entry, an overview of all, and an index that code hosts show as a page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path

from actviz.curve import HALF_WIDTH, Activation
from actviz.errors import UsageError
from actviz.figures.compose import line, plot_spec
from actviz.figures.render import render
from actviz.figures.save import IMAGES, image
from actviz.figures.spec import FigureSpec, Panel
from actviz.files import write_whole
from actviz.language.pieces import fold
from actviz.registry.entries import FAMILIES, Entry
from actviz.registry.lookup import active
from actviz.writing import formula, function_name

_CELL = (2.6, 2.1)  # inches of the overview for each entry
_DPI = 100  # enough for a page, and a folder of pictures that is quick to load


def write(
    folder: Path,
    family: str | None = None,
    theme: str = "light",
    image_format: str = "png",
    progress: Callable[[Iterable[FigureSpec]], Iterable[FigureSpec]] = lambda specs: specs,
) -> list[Path]:
    """Write the gallery, each file whole or not at all.

    Args:
        folder: where; it is made if missing, and other files in it are left alone.
        family: draw only the entries of this family.
        theme: of the pictures.
        image_format: ``png``, ``svg`` or ``pdf``.
        progress: wraps the pictures while they are drawn, to show how far it is.

    Returns:
        The files written, the index last.

    Raises:
        UsageError: the family, theme or format is unknown.
        OutputError: a file cannot be written.
    """
    if image_format not in IMAGES:
        raise UsageError(f"there is no image format '{image_format}'", f"Formats: {', '.join(IMAGES)}.")
    entries = [entry for entry in active() if family in (None, entry.family)]
    if not entries:
        families = sorted({entry.family for entry in active()}, key=FAMILIES.index)
        raise UsageError(f"no entry is of the family '{family}'", f"Families: {', '.join(families)}.")
    pictures = {entry.name: plot_spec([Activation(entry)], (0, 1), theme=theme, dpi=_DPI) for entry in entries}
    pictures["overview"] = overview(entries, theme)
    written = []
    for name, spec in zip(pictures, progress(pictures.values()), strict=True):
        path = folder / f"{name}.{image_format}"
        write_whole(path, image(render(spec), spec, image_format))
        written.append(path)
    index = folder / "README.md"
    write_whole(index, _index(entries, pictures, image_format).encode())
    return [*written, index]


def overview(entries: list[Entry], theme: str) -> FigureSpec:
    """Every entry with its derivative as small multiples on one scale of x."""
    activations = [Activation(entry) for entry in entries]
    low, high = -HALF_WIDTH, HALF_WIDTH
    panels = []
    for activation in activations:
        lines = [line(activation.curve(order), low, high, "", order, order) for order in (0, 1)]
        panels.append(Panel(tuple(lines), activation.entry.title, labelled=False))
    columns = min(len(panels), max(4, round(math.sqrt(len(panels) * _CELL[1] / _CELL[0]))))
    rows = -(-len(panels) // columns)
    names = ", ".join(entry.title for entry in entries)
    return FigureSpec(
        "Activation functions",
        "solid: f(x)   ·   dashed: f′(x)",
        tuple(panels),
        low,
        high,
        description=f"Small line plots of {names}, each with its derivative.",
        columns=columns,
        size=(_CELL[0] * columns, _CELL[1] * rows + 0.8),
        theme=theme,
        dpi=_DPI,
    )


def _index(entries: list[Entry], pictures: dict[str, FigureSpec], suffix: str) -> str:
    """The page: the overview, a table of contents by family, then every entry with formula and source."""
    lines = [
        "# Activation functions",
        "",
        "Drawn by `actviz gallery` from the registry; do not edit by hand.",
        "",
        f"![{pictures['overview'].description}](overview.{suffix})",
        "",
    ]
    families = [family for family in FAMILIES if any(entry.family == family for entry in entries)]
    for family in families:
        members = [entry for entry in entries if entry.family == family]
        links = ", ".join(f"[{entry.title}](#{_anchor(entry)})" for entry in members)
        lines.append(f"- **{family.capitalize()}**: {links}")
    for family in families:
        for entry in (entry for entry in entries if entry.family == family):
            lines += ["", *_section(entry, pictures[entry.name], suffix)]
    return "\n".join(lines) + "\n"


def _section(entry: Entry, picture: FigureSpec, suffix: str) -> list[str]:
    activation = Activation(entry)
    lines = [f"## {entry.title}", "", entry.summary, ""]
    lines += [f"![{picture.description}]({entry.name}.{suffix})", ""]
    curves = (activation.curve(), activation.curve(1))
    texts = [formula(function_name(curve), fold(curve.tree), entry.symbols) for curve in curves]
    lines += ["```text", "\n\n".join(texts), "```", ""]
    for parameter in entry.parameters:
        learned = ", learned" if parameter.learned else ""
        lines.append(
            f"- {parameter.symbol or parameter.name} (`{parameter.name}`) = {parameter.default!r}{learned}: "
            f"{parameter.about}"
        )
    if entry.source is not None:
        text = str(entry.source)
        lines.append(f"- [{text}]({entry.source.link})" if entry.source.link else f"- {text}")
    lines += ["", f"`actviz plot {entry.name} --derivative`"]
    return lines


def _anchor(entry: Entry) -> str:
    """The fragment that code hosts give to the heading of an entry's section."""
    kept = "".join(character for character in entry.title.lower() if character.isalnum() or character in " -_")
    return kept.replace(" ", "-")
