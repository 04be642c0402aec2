"""Errors that come out of code that the user asked to have run: shown as his, shortened to his part."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

from actviz.errors import ActvizError, InputError

_OURS = str(Path(__file__).parents[2])
_MOST_FRAMES = 4


class TheirCodeError(InputError):
    """Code that the user named raised an error."""


class Theirs:
    """A context in which whatever is raised is an error in the user's code.

    Args:
        name: what he asked to have run.
        doing: what it was doing, as in ``importing it``.

    Raises:
        TheirCodeError: something was raised inside.
    """

    def __init__(self, name: str, doing: str) -> None:
        self.name = name
        self.doing = doing

    def __enter__(self) -> Theirs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, ActvizError) or not isinstance(error, Exception | SystemExit):
            return
        raise TheirCodeError(
            f"'{self.name}' raised {type(error).__name__} {self.doing}:\n{shortened(error, trace)}",
            "The error is in that code, not in actviz.",
        ) from None


def shortened(error: BaseException, trace: TracebackType | None) -> str:
    """The part of a traceback that lies in the user's code, and the error."""
    frames = [
        frame
        for frame in traceback.extract_tb(trace)
        if not frame.filename.startswith((_OURS, "<frozen"))
        and "importlib" not in Path(frame.filename).parts[-2:-1]
        and not (Path(frame.filename).name == "__init__.py" and "importlib" in Path(frame.filename).parts)
    ]
    left_out = max(0, len(frames) - _MOST_FRAMES)
    shown = [*frames[: _MOST_FRAMES // 2], *frames[len(frames) - _MOST_FRAMES // 2 :]] if left_out else frames
    lines = []
    for place, frame in enumerate(shown):
        if left_out and place == _MOST_FRAMES // 2:
            lines.append(f"  ... {left_out} more ...")
        lines.append(f"  {Path(frame.filename).name}, line {frame.lineno}, in {frame.name}")
        if frame.line:
            lines.append(f"    {frame.line.strip()}")
    last = "".join(traceback.format_exception_only(error)).strip().splitlines()
    return "\n".join([*lines, *(f"  {line}" for line in last[:6])])
