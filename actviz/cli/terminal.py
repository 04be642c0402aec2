"""The option ``--terminal``: figures on the screen, as curves of dots or as images."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from actviz.cli.options import RESULT
from actviz.cli.output import show
from actviz.errors import OutputError, UsageError

if TYPE_CHECKING:
    from actviz.figures.spec import FigureSpec

CURVES, IMAGE = "curves", "image"
_NAME = "--terminal"
_SAMPLE = "⣿┊┼●−λ′"  # what a drawing is made of


def spelled_out(words: Sequence[str]) -> list[str]:
    """The words with the value of ``--terminal`` written to it, as in ``--terminal=image``.

    The parser's own options with a value that may be left out take whatever word follows; this one takes the
    word ``image`` only, so that ``--terminal selu`` leaves the spec alone.
    """
    written: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            return [*written, word, *rest]
        if word == _NAME:
            word += "=" + (rest.pop(0) if rest[:1] == [IMAGE] else CURVES)
        written.append(word)
    return written


class Command(TyperCommand):
    """A command that may have the option ``--terminal``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words."""
        if any(_NAME in parameter.opts for parameter in self.params):
            args = spelled_out(args)
        return super().parse_args(ctx, args)


def _way(text: str) -> str:
    if text not in (CURVES, IMAGE):
        raise UsageError(f"'{text}' is no way to draw on a terminal", f"Write '{_NAME}' or '{_NAME} {IMAGE}'.")
    return text


def _complete(incomplete: str) -> list[str]:
    """The word, and specs, since the word may be left out."""
    from actviz.cli.completion import specs

    return [IMAGE] * IMAGE.startswith(incomplete) + specs(incomplete)


TerminalOption = Annotated[
    str | None,
    typer.Option(
        _NAME,
        metavar=f"[{IMAGE}]",
        parser=_way,
        autocompletion=_complete,
        help=f"Draw on the terminal, with dots; '{_NAME} {IMAGE}' shows the figure itself where the terminal can.",
        show_default=False,
        rich_help_panel=RESULT,
    ),
]


def check(way: str | None, outputs: Sequence[str] | None) -> None:
    """Raise `UsageError` where standard output would carry a drawing and an image file."""
    if way is not None and "-" in (outputs or ()):
        raise UsageError(f"{_NAME} and '-o -' both write to standard output", "Give -o a file, or leave one out.")


def show_figure(spec: FigureSpec, way: str) -> None:
    """Show a figure on the terminal that standard output is, or its curves as text in a pipe."""
    if way == IMAGE:
        if not (_is_terminal(sys.stdin) and _is_terminal(sys.stdout)):
            raise OutputError("there is no terminal to show an image on", "Write a file with -o.")
        from actviz.figures.terminal.inline import show_inline

        show_inline(spec)
        return
    import shutil

    from actviz.figures.terminal.braille import draw

    columns, rows = shutil.get_terminal_size()
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    color = wants_color(os.environ, _is_terminal(sys.stdout))
    show(
        draw(spec, columns, rows - 1, color, not draws_dots(os.environ, encoding)), styled=True
    )  # the prompt takes a row


def _is_terminal(stream: Any) -> bool:
    return stream is not None and stream.isatty()


def wants_color(environment: Mapping[str, str], on_terminal: bool) -> bool:
    """Whether to use colours: on terminals, as far as NO_COLOR, FORCE_COLOR and TERM do not say otherwise."""
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR", "")
    if forced:
        return forced.lower() not in ("0", "false")
    return on_terminal and environment.get("TERM") != "dumb"


def draws_dots(environment: Mapping[str, str], encoding: str) -> bool:
    """Whether braille dots arrive at the reader: the encoding has them, and neither terminal nor locale is plain.

    Python writes UTF-8 in the C locale as well; who asks for that locale by LC_ALL wants ASCII, unless
    PYTHONIOENCODING or PYTHONUTF8 say otherwise.
    """
    try:
        _SAMPLE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    if environment.get("TERM") == "dumb":
        return False
    plain = environment.get("LC_ALL", "") in ("C", "POSIX")
    return not plain or bool(environment.get("PYTHONIOENCODING") or environment.get("PYTHONUTF8"))
