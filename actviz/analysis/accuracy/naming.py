"""Which function a target means, where its name says so: ``torch.nn.functional.gelu`` with ``approximate="tanh"``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actviz.curves.curve import Activation
from actviz.curves.specs import resolve_one
from actviz.errors import LISTENER, ActvizError, UsageError
from actviz.registry.lookup import active


def meant(target: str | Callable[..., Any], keywords: Mapping[str, Any] | None = None) -> Activation:
    """The activation that a target's name stands for.

    Args:
        target: the words that name it, or a callable, whose module and name are looked at.
        keywords: the arguments that it is given.

    Raises:
        UsageError: the name says nothing.
    """
    names = _names(target)
    listening = LISTENER.set(None)
    try:
        for name in names:
            found = _read(_call(name, keywords)) if keywords else None
            found = found or (_read(name) if active().find(name) is not None else None)
            if found is not None:
                return found
    finally:
        LISTENER.reset(listening)
    shown = target if isinstance(target, str) else names[0]
    raise UsageError(
        f"'{shown}' does not say which function it should be",
        "Name it after the target, as in 'actviz check TARGET gelu'.",
    )


def _names(target: str | Callable[..., Any]) -> list[str]:
    """What the registry may know it as: with its module, then alone."""
    if isinstance(target, str):
        head, _, tail = target.rpartition(":")
        whole = f"{head}.{tail}" if head and "/" not in head and not head.endswith((".py", ".so")) else target
        last = (tail or target).rpartition(".")[2]
        return [whole, last]
    name = str(getattr(target, "__qualname__", None) or type(target).__name__).rpartition(".")[2]
    module = getattr(target, "__module__", None) or ""
    places = [module, *(["torch.nn.functional"] if module.startswith("torch") or not module else [])]
    places += ["jax.nn"] if module.startswith("jax") else []
    return [*(f"{place}.{name}" for place in places if place), name]


def _call(name: str, keywords: Mapping[str, Any]) -> str:
    words = [f"{key}={value!r}" for key, value in keywords.items()]
    first = [] if name.rpartition(".")[2][:1].isupper() else ["x"]  # a class takes its x in a second call
    return f"{name}({', '.join([*first, *words])})"


def _read(text: str) -> Activation | None:
    try:
        return resolve_one(text)
    except ActvizError:
        return None
