"""The one family of errors that actviz raises for a reader.

Everything a user can get wrong ends as an `ActvizError`: what was wrong, with the value quoted, and a
hint that says what is allowed or what to type next. The command line prints both and exits with
`exit_code`; a bug is never dressed up as one of these and keeps its traceback.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextvars import ContextVar


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


class UnreadableError(ExpressionError):
    """A text in none of the notations that are read; what the expression language says of it is worth more."""


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


# Who wants to hear what a function has to say beside its result; the command line does.
LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


def tell(text: str) -> None:
    """Say something that is no error: how a formula was read, what was left out."""
    listener = LISTENER.get()
    if listener is not None:
        listener(text)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known word that a slip of the hand makes into `word`, or the first that begins with it; None without one.

    Nearness is the number of letters left out, put in, exchanged or transposed (Damerau and Levenshtein): none in words
    of two letters, at most one in short words and two in long ones. Of equally near words a transposition comes first,
    then the order of `known`.
    """
    typed = word.lower()
    allowed = min(2, len(typed) // 3)
    best: tuple[float, str] | None = None
    begun: str | None = None
    for name in known:
        distance = _distance(typed, name.lower(), allowed)
        if distance <= allowed and (best is None or distance < best[0]):
            best = (distance, name)
        if begun is None and len(typed) > 3 and name.lower().startswith(typed):
            begun = name
    return best[1] if best else begun


_TRANSPOSED = 0.9  # two letters in the wrong order are the commonest slip, and leave all letters as they were


def _distance(first: str, second: str, most: int) -> float:
    """The least cost of making one word into the other, or something beyond `most`."""
    if abs(len(first) - len(second)) > most:
        return math.inf
    before: list[float] = []
    row: list[float] = [float(place) for place in range(len(second) + 1)]
    for i, letter in enumerate(first, 1):
        earlier, before, row = before, row, [float(i)]
        for j, other in enumerate(second, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other and letter != other:
                cost = min(cost, earlier[j - 2] + _TRANSPOSED)
            row.append(cost)
    return row[-1]


def _excerpt(text: str, position: int, width: int = 70) -> tuple[str, int]:
    """At most `width` characters of `text` around `position`, and the position within them."""
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)  # each one column wide
    if len(text) <= width:
        return text, position
    start = min(max(0, position - width // 2), len(text) - width)
    head = "…" if start else ""
    tail = "…" if start + width < len(text) else ""
    return f"{head}{text[start : start + width]}{tail}", position - start + len(head)
