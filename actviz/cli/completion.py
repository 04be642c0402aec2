"""Words that a shell completes: names, their parameters after a colon, and the parameters' defaults.

Of specs it reads the registry as text and no expression in it, so that NumPy stays unloaded. Where something is wrong
with the words so far, nothing is offered and nothing is said.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterable

from actviz.errors import ActvizError

_BREAKS = ":="  # where bash cuts words, besides at spaces


def specs(incomplete: str) -> list[str]:
    """How a spec may go on: canonical names, then aliases and the frameworks'; its parameters; a default."""
    from actviz.registry.lookup import active, normalised

    try:
        registry = active(checked=False)
        before, colon, setting = incomplete.rpartition(":")
        if not colon:
            start = normalised(incomplete)
            names = [name for name in registry.names if normalised(name).startswith(start)]
            return names or [name for name in registry.words(start) if normalised(name).startswith(start)]
        name, *given = before.split(":")
        defaults = registry.settable(name)
    except ActvizError:
        return []
    taken = [word.partition("=")[0] for word in given]
    free = {parameter: default for parameter, default in defaults.items() if parameter not in taken}
    settled = [f"{parameter}={default!r}" for parameter, default in free.items()]
    open_words = [f"{parameter}=" for parameter in free if f"{parameter}=".startswith(setting) and "=" not in setting]
    # With one word alone a shell would go on with a space; the default beside it says what may follow instead.
    words = open_words if len(open_words) > 1 else [*open_words, *settled]
    return [f"{before}:{word}" for word in words if word.startswith(setting)]


def parameters(words: Iterable[str], incomplete: str) -> list[str]:
    """The parameters to differentiate in, and x, of the functions among the words so far."""
    from actviz.registry.lookup import active

    before, comma, last = incomplete.rpartition(",")
    names = ["x"]
    try:
        registry = active(checked=False)
        for word in words:
            entry = registry.find(word.partition(":")[0])
            names += entry.defaults if entry is not None else ()
    except ActvizError:
        return []
    return [before + comma + name for name in dict.fromkeys(names) if name.startswith(last)]


def answer_bash(answer: Callable[[], int]) -> tuple[int, str]:
    """The exit code and the words for bash, which cuts ``selu:alpha=1`` into five and wants only the last completed.

    Args:
        answer: answers the question in the environment on standard output.
    """
    line = os.environ.get("COMP_WORDS", "")
    words = line.split("\n" if "\n" in line else " ")
    number = int(os.environ.get("COMP_CWORD", "0"))
    joined: list[str] = []
    for word in words[: number + 1]:
        touching = joined and word and (word[0] in _BREAKS or joined[-1][-1:] in tuple(_BREAKS))
        if touching:
            joined[-1] += word
        else:
            joined.append(word)
    os.environ |= {"COMP_WORDS": "\n".join(joined), "COMP_CWORD": str(len(joined) - 1)}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = answer()
    kept = re.match(rf"(?:.*[{_BREAKS}])?", joined[-1])
    prefix = kept.group() if kept else ""
    return code, "".join(f"{word.removeprefix(prefix)}\n" for word in said.getvalue().splitlines())
