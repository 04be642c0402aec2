"""Where results go: data to standard output or a whole file, remarks to standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, TextIO

import typer

from actviz.errors import OutputError
from actviz.text import visible

if TYPE_CHECKING:
    from actviz.writing.tables import Cell, Table

_EDGES = 2  # columns of a terminal that the frame of a table takes on its two sides


_quiet = False


def hush(quiet: bool = True) -> None:
    """Keep remarks back from now on, or let them out again; errors are always told."""
    global _quiet  # the state of one run of the command line, set by its options
    _quiet = quiet


def remark(text: str) -> None:
    """Say something to the person, not to the data, unless silence was asked for."""
    if not _quiet:
        complain(text)


def complain(text: str) -> None:
    """Say what went wrong."""
    stream = sys.stderr
    if stream is None:  # closed by whoever called us
        return
    stream.write(_writable(text + "\n", stream))


def _writable(text: str, stream: TextIO) -> str:
    """The text in characters that a stream can take, with nothing in it that steers a terminal."""
    text = visible(text)
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from actviz.writing.ascii import writable

        return writable(text, encoding)
    return text


def show(text: str, output: str | None = None, styled: bool = False) -> None:
    """Print text, or write it to a file and say so.

    Args:
        text: what is shown.
        output: a file; None and ``-`` stand for standard output.
        styled: whether the escapes in it are colours of ours.
    """
    if output in (None, "-"):
        _check_open()
        _write(sys.stdout, text if styled else _writable(text, sys.stdout))
    else:
        from actviz.files import write_whole

        write_whole(Path(str(output)), visible(text).encode())
        remark(f"wrote {output}")


def show_parts(parts: Iterable[str], output: str | None = None) -> None:
    """Print a long text part by part, or write it to a file and say so."""
    if output in (None, "-"):
        for part in parts:
            show(part)
    else:
        from actviz.files import write_whole

        write_whole(Path(str(output)), (visible(part).encode() for part in parts))
        remark(f"wrote {output}")


def show_bytes(content: bytes, target: Path | None) -> None:
    """Write bytes to a file and say so, or to standard output."""
    if target is not None:
        from actviz.files import write_whole

        write_whole(target, content)
        remark(f"wrote {target}")
        return
    _check_open()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None or sys.stdout.isatty():
        raise OutputError("an image is not written to a terminal", "Write to a file with -o, or pipe it on.")
    _write(binary, content)


def _check_open() -> None:
    if sys.stdout is None:
        raise OutputError("cannot write to standard output: it is closed", "Write to a file with -o.")


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _write(stream: IO[Any], content: str | bytes) -> None:
    """Write to a stream whose reader may have gone; that is no error, and there is nothing left to do."""
    try:
        stream.write(content)
        stream.flush()
    except BrokenPipeError:
        discard_output()
        raise typer.Exit from None


def discard_output() -> None:
    """Point standard output at nothing, so that Python's last flush does not fail again."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)
    except (OSError, ValueError):  # a stand-in without a file behind it, as in tests
        sys.stdout = io.StringIO()


def show_table(table: Table, format_name: str, output: str | None = None, digits: int | None = None) -> None:
    """Show a table: for people on a terminal, plain columns in a pipe or a file, or in a named format."""
    from actviz.writing.tables import DIGITS, MOST_DIGITS, check_digits

    check_digits(digits, MOST_DIGITS)
    if format_name == "rich" and output is None and _is_terminal():
        _show_rich(table, DIGITS if digits is None else digits)
    else:
        show(table_text(table, format_name, digits), output)


def table_text(table: Table, format_name: str, digits: int | None = None) -> str:
    """A table for a pipe or a file: plain columns below its title, or a named format."""
    from actviz.writing.tables import DIGITS, as_text, written

    if format_name != "rich":
        return written(table, format_name, digits)
    heading = f"{table.title}\n" if table.title else ""
    return heading + as_text(table, DIGITS if digits is None else digits)


def width() -> int:
    """Columns to wrap sentences to: those of the terminal, at most 100; 100 in a pipe."""
    import shutil

    return min(100, shutil.get_terminal_size((100, 24)).columns) if _is_terminal() else 100


def _show_rich(table: Table, digits: int) -> None:
    """Blocks of columns that fit the terminal, the first column repeated; words wrap, numbers never break."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    from actviz.writing.tables import Table

    console = Console(highlight=False)
    columns = [_writable(name, sys.stdout) for name in table.columns]
    table = Table(tuple(columns), table.rows, _writable(table.title, sys.stdout), table.dispensable, table.grouped_by)
    texts = [[_writable(_cell(cell, digits), sys.stdout) for cell in row] for row in table.rows]
    for part, block in enumerate(_blocks(table, texts, console.width)):
        title = Text(table.title) if table.title and part == 0 else None
        shown = RichTable(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
        for place in block:
            side: Literal["left", "right"] = "right" if _numeric(table, place) else "left"
            least = _least_width(table, texts, place)
            shown.add_column(Text(table.columns[place]), justify=side, min_width=least, overflow="fold")
        group = table.columns.index(table.grouped_by) if table.grouped_by else None
        for row, following in zip(texts, [*texts[1:], texts[-1]], strict=True):
            ends = group is not None and row[group] != following[group]
            shown.add_row(*(Text(row[place]) for place in block), end_section=ends)
        console.print(shown)


def _blocks(table: Table, texts: Sequence[Sequence[str]], available: int) -> list[list[int]]:
    """The columns of each block. Numbers go into as many blocks as it takes; words wrap, or columns are left out."""
    places = list(range(len(table.columns)))

    def needed(place: int) -> int:
        return _least_width(table, texts, place) + 3  # with the space between columns

    if not all(_numeric(table, place) for place in places):
        for column in table.dispensable:
            if sum(map(needed, places)) + _EDGES > available:
                places.remove(table.columns.index(column))
        return [places]
    blocks: list[list[int]] = []
    for place in places[1:]:
        if blocks and sum(map(needed, blocks[-1])) + needed(place) + _EDGES <= available:
            blocks[-1].append(place)
        else:
            blocks.append([0, place])
    return blocks or [places]


def _least_width(table: Table, texts: Sequence[Sequence[str]], place: int) -> int:
    """What a column needs: the widest number, or the longest word."""
    cells = [table.columns[place], *(row[place] for row in texts)]
    if _numeric(table, place):
        return max(map(len, cells))
    return max((len(word) for cell in cells for word in cell.split()), default=1)


def _numeric(table: Table, place: int) -> bool:
    return all(isinstance(row[place], float | None) for row in table.rows)


def _cell(cell: Cell, digits: int) -> str:
    from actviz.text import number

    return number(cell, digits) if isinstance(cell, float) else cell or ""


def progress(items: Any, description: str, total: int) -> Any:
    """Items with a progress bar on a terminal, as they are in a pipe."""
    if _quiet or sys.stderr is None or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description, total=total, console=Console(stderr=True), transient=True)
