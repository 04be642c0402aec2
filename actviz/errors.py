"""The one family of errors that actviz raises for a reader.

Everything a user can get wrong ends as an `ActvizError`: what was wrong, with the value quoted, and a
hint that says what is allowed or what to type next. The command line prints both and exits with
`exit_code`; a bug is never dressed up as one of these and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable


class ActvizError(Exception):
    """Base of all errors that are the caller's to mend.

    Args:
        message: what is wrong, with the offending value quoted.
        hint: what is allowed, or what to type next.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n{self.hint}"


class UsageError(ActvizError):
    """The request is wrong as written: an unknown name, a value outside its domain."""

    exit_code = 2


class ExpressionError(UsageError):
    """An expression that cannot be read; the message shows the text with a caret under the place.

    Args:
        problem: what is wrong at the place.
        text: the whole expression.
        position: index into `text` of the first offending character.
        hint: what is allowed there.
    """

    def __init__(self, problem: str, text: str, position: int, hint: str | None = None) -> None:
        shown, caret = _excerpt(text, position)
        super().__init__(f"{problem}\n  {shown}\n  {' ' * caret}^" if text else problem, hint)
        self.problem = problem
        self.text = text
        self.position = position


class RegistryError(ActvizError):
    """A registry file that does not hold what it should; names file, entry and field."""


class SettingsError(ActvizError):
    """A settings file or an environment variable says something that cannot be; names it, the key and the reason."""


class InputError(ActvizError):
    """Data handed in for evaluation cannot be read."""


class OutputError(ActvizError):
    """A result cannot be written where it was asked for."""


class VerificationError(ActvizError):
    """A derivative failed its own check against 50-digit arithmetic."""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to `word`, or the first that begins with it; None when nothing is near."""
    import difflib

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    if not near and len(word) > 3:
        near = [name for name in by_lower if name.startswith(word.lower())]
    return by_lower[near[0]] if near else None


def _excerpt(text: str, position: int, width: int = 70) -> tuple[str, int]:
    """At most `width` characters of `text` around `position`, and the position within them."""
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)  # each one column wide
    if len(text) <= width:
        return text, position
    start = min(max(0, position - width // 2), len(text) - width)
    head = "…" if start else ""
    tail = "…" if start + width < len(text) else ""
    return f"{head}{text[start : start + width]}{tail}", position - start + len(head)
