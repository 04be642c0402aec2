"""The gallery: a picture of every entry, overview sheets, and two index pages.

`write` brings a folder up to date. To find that nothing is to be done takes neither matplotlib nor the entries
themselves, only their text; both are loaded when something is stale.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from actviz.errors import UsageError
from actviz.figures.gallery.manifest import Manifest, fingerprint
from actviz.files import write_whole
from actviz.registry.entries import FAMILIES
from actviz.registry.lookup import active

if TYPE_CHECKING:
    from actviz.figures.gallery.pictures import Drawable
    from actviz.registry.entries import Entry

IMAGES = ("png", "svg", "pdf")
MARKDOWN, HTML = PAGES = ("README.md", "index.html")
_NOTED_EVERY = 0.5  # seconds; a run that is killed loses the record of what it drew since

Drawn = tuple[int, bytes]
Progress = Callable[[Iterable[Drawn], int], Iterable[Drawn]]


@dataclass(frozen=True)
class Outcome:
    """What a run did.

    Args:
        written: the files that it wrote, in the order in which they were done.
        current: the files that were as they must be.
    """

    written: tuple[Path, ...]
    current: tuple[Path, ...]


def write(
    folder: Path,
    family: str | None = None,
    search: str | None = None,
    theme: str = "light",
    image_format: str = "png",
    jobs: int | None = None,
    force: bool = False,
    progress: Progress = lambda drawn, _: drawn,
) -> Outcome:
    """Bring a gallery up to date: draw what is missing, changed or stale, each file whole or not at all.

    Args:
        folder: where; it is made if missing, and other files in it are left alone.
        family: only the entries of this family.
        search: only the entries that ``actviz list --search`` finds for this text.
        theme: of the pictures.
        image_format: ``png``, ``svg`` or ``pdf``.
        jobs: processes that draw at once; by default as many as there are cores.
        force: draw everything, current or not.
        progress: wraps the pictures while they are drawn, of which it is told the number, to show how far it is.

    Raises:
        UsageError: the family, text, theme, format or number of processes is not usable.
        OutputError: a file cannot be written, or a process that draws was ended.
    """
    if image_format not in IMAGES:
        raise UsageError(f"there is no image format '{image_format}'", f"Formats: {', '.join(IMAGES)}.")
    if jobs is not None and jobs < 1:
        raise UsageError(f"{jobs} processes cannot draw", "Give a number from 1 on.")
    chosen = None if family is None and search is None else _selected(family, search)
    plan = _plan(chosen, theme, image_format)
    manifest = Manifest.of(folder)
    stale = [name for name, shows in plan.items() if force or not manifest.is_current(name, shows)]
    if stale:

        def tasks() -> dict[str, Drawable]:
            return _tasks(_by_family(active()) if chosen is None else chosen, theme, image_format, stale)

        _draw(tasks, len(stale), plan, manifest, jobs, progress)
    return Outcome(
        tuple(folder / name for name in stale), tuple(folder / name for name in plan if name not in set(stale))
    )


def _selected(family: str | None, search: str | None) -> list[Entry]:
    from actviz.registry.search import select

    return select(family, search)


def _by_family(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: FAMILIES.index(entry.family))


def _plan(chosen: list[Entry] | None, theme: str, image_format: str) -> dict[str, str]:
    """The files of the gallery, the pages last, each with the fingerprint of what it shows."""
    wanted = None if chosen is None else {entry.name for entry in chosen}
    outlines = [outline for outline in active().outlines() if wanted is None or outline.name in wanted]
    outlines.sort(key=lambda outline: FAMILIES.index(outline.family))

    def shows(kind: str, texts: Iterable[str]) -> str:
        return fingerprint([kind, theme, image_format, *texts])

    everything = [text for outline in outlines for text in (outline.name, outline.text)]
    plan = {f"{outline.name}.{image_format}": shows(outline.name, [outline.text]) for outline in outlines}
    for sheet, families in sheets([outline.family for outline in outlines]).items():
        texts = [text for outline in outlines if outline.family in families for text in (outline.name, outline.text)]
        plan[f"{sheet}.{image_format}"] = shows(sheet, texts)
    return plan | {page: shows(page, everything) for page in PAGES}


def sheets(families: Iterable[str]) -> dict[str, set[str]]:
    """The overview sheets for entries of these families: their names, and the families that each shows.

    One for each family of several entries, and one of all where there are several families. No entry can have such
    a name, with a hyphen in it.
    """
    listed = list(families)
    found = {f"overview-{family}": {family} for family in FAMILIES if listed.count(family) > 1}
    return found if len(set(listed)) < 2 else {"overview-all": set(listed)} | found


def _tasks(entries: list[Entry], theme: str, image_format: str, wanted: Collection[str]) -> dict[str, Drawable]:
    """What makes each wanted file, what takes longest first."""
    from actviz.figures.gallery.pages import Html, Markdown
    from actviz.figures.gallery.pictures import Picture, Sheet

    tasks: dict[str, Drawable] = {}
    for sheet, families in sheets([entry.family for entry in entries]).items():
        title = f"{next(iter(families)).capitalize()} functions" if len(families) == 1 else "Activation functions"
        shown = tuple(entry for entry in entries if entry.family in families)
        tasks[f"{sheet}.{image_format}"] = Sheet(title, shown, theme, image_format)
    tasks[MARKDOWN] = Markdown(tuple(entries), theme, image_format)
    tasks[HTML] = Html(tuple(entries), theme, image_format)
    tasks |= {f"{entry.name}.{image_format}": Picture(entry, theme, image_format) for entry in entries}
    return {name: task for name, task in tasks.items() if name in wanted}


def _draw(
    tasks: Callable[[], dict[str, Drawable]],
    count: int,
    plan: dict[str, str],
    manifest: Manifest,
    jobs: int | None,
    progress: Progress,
) -> None:
    """Draw the stale files and write them, the pages after all pictures that they show."""
    from actviz.figures.gallery.workers import cores, drawn

    names: list[str] = []
    pages: dict[str, bytes] = {}
    noted = time.monotonic()

    def keep(name: str, content: bytes) -> None:
        write_whole(manifest.folder / name, content)
        manifest.record(name, plan[name], content)

    def made() -> list[Drawable]:
        listed = tasks()
        names.extend(listed)
        return list(listed.values())

    try:
        with closing(drawn(count, made, jobs or cores())) as results:
            for number, content in progress(results, count):
                if names[number] in PAGES:
                    pages[names[number]] = content
                    continue
                keep(names[number], content)
                if time.monotonic() - noted > _NOTED_EVERY:
                    manifest.write()
                    noted = time.monotonic()
        for name, content in pages.items():
            keep(name, content)
    finally:
        if manifest.files:
            manifest.write()
