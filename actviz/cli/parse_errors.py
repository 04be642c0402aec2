"""Words that the parser could not read, with what to type instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from actviz.errors import ActvizError, UsageError, did_you_mean


def reworded(error: Any, words: Sequence[str]) -> UsageError:
    """The parser's error for wrong words, with what to type next.

    Args:
        error: what the parser raised; it knows the command and often the option.
        words: all words after the program's name.
    """
    context = getattr(error, "ctx", None)
    command = [word for word in words[:1] if not word.startswith("-")]  # a missing value comes without its context
    path = " ".join(["actviz", *command]) if context is None else context.command_path
    hint = f"'{path} --help' shows what can be written."
    if hasattr(error, "possibilities"):
        return _no_option(str(error.option_name), context, words, hint)
    message = error.format_message()
    return UsageError(message, _instead(error, context, message) or hint)


def _instead(error: Any, context: Any, message: str) -> str | None:
    """What to type for a missing or wrong value, or for one too many."""
    name = "" if context is None else str(context.info_name)
    parameter = getattr(error, "param", None)
    choices = getattr(getattr(parameter, "type", None), "choices", None)
    given = re.search(r"'([^']*)' is not one of", message)
    if choices is not None and given is not None:
        near = _choice(given[1], [str(getattr(choice, "value", choice)) for choice in choices])
        return None if near is None else f"Did you mean '{near}'?"
    if message.startswith("Missing argument"):
        from actviz.cli.examples import EXAMPLES

        return f"Name a function, as in '{EXAMPLES[name][0]}'."
    if "requires 2 arguments" in message:
        option = error.option_name
        return f"It takes two numbers, as in '{option} {'-5 5' if option == '--range' else '4 3'}'."
    extra = re.search(r"unexpected extra .* \((.*)\)$", message)
    if extra is not None and name == "list":
        from actviz.registry.entries import FAMILIES

        word = extra[1].lower()
        shown = f'"{word}"' if " " in word else word
        return f"Write 'actviz list --{'family' if word in FAMILIES else 'search'} {shown}'."
    return None


def _choice(given: str, choices: Sequence[str]) -> str | None:
    """The choice that is near, or that is part of the word: ``torch`` for ``pytorch``."""
    word = given.lower()
    parts = [choice for choice in choices if len(word) > 2 and len(choice) > 2 and (choice in word or word in choice)]
    return did_you_mean(given, choices) or next(iter(parts), None)


def _no_option(option: str, context: Any, words: Sequence[str], hint: str) -> UsageError:
    known = _options(() if context is None else context.command.params)
    before = words[: words.index("--")] if "--" in words else words
    if not option.startswith("--"):  # the parser names the first letter that is no option
        return _no_letter(option, known, before, hint)
    parent = None if context is None else context.parent
    outer = {} if parent is None else _options(parent.command.params)
    near = next((name for name in known if name.startswith(option)), None) or did_you_mean(option, known)
    setting = _setting(option, before)
    if option in outer:
        hint = f"It goes before the command: {_moved(option, outer[option], before)}."
    elif setting is not None:
        hint = f"Parameters follow a colon: '{setting}'."
    elif near is not None:
        hint = f"Did you mean '{near}'?"
    return UsageError(f"there is no option '{option}'", hint)


def _no_letter(letter: str, known: dict[str, Any], words: Iterable[str], hint: str) -> UsageError:
    """The error for letters after one dash: a long option with a dash too few, or a formula."""
    for word in words:
        for name in known:
            if len(word) > 2 and word.startswith("-") and name.startswith(f"-{word.partition('=')[0]}"):
                forms = " or ".join(f"'{form}'" for form in known[name].opts)
                return UsageError(f"there is no option '{word}'", f"Did you mean {forms}?")
    formula = next((word for word in words if word.startswith(letter) and "x" in word), None)
    if formula is not None:
        hint = f"If it is a formula, put it into parentheses: '({formula})'."
    return UsageError(f"there is no option '{letter}'", hint)


def _options(parameters: Iterable[Any]) -> dict[str, Any]:
    """Every option's names, with the option."""
    return {name: parameter for parameter in parameters for name in parameter.opts if name.startswith("-")}


def _setting(option: str, words: Sequence[str]) -> str | None:
    """A spec with the parameter that was written as an option, where a function among the words has it."""
    from actviz.registry.lookup import active

    name = option.removeprefix("--")
    place = next(place for place, word in enumerate(words) if word.partition("=")[0] == option)
    value = words[place].partition("=")[2] or "".join(words[place + 1 : place + 2])
    try:
        registry = active()
        for word in words:
            entry = registry.find(word.partition(":")[0])
            if entry is not None and name in entry.defaults:
                return f"{word}:{name}={value or entry.defaults[name]}"
    except ActvizError:  # the registry's own mistake is told when its functions are wanted
        return None
    return None


def _moved(option: str, parameter: Any, words: Sequence[str]) -> str:
    """The command line with an option of the whole program where it belongs."""
    import shlex

    place = next(place for place, word in enumerate(words) if word.partition("=")[0] == option)
    end = place + 1 if parameter.is_flag or "=" in words[place] else place + 2
    rest = [] if option == "--version" else [*words[:place], *words[end:]]
    line = shlex.join(["actviz", *words[place:end], *rest])
    return f'"{line}"' if "'" in line else f"'{line}'"
