"""Pickles, read as data: opcodes are interpreted one by one, nothing is imported, nothing is called.

What a class or a function of a pickle would make becomes a record of its name and its arguments. The memo is a
dictionary, so that no index in it costs memory, and the values that a pickle shares stay shared.
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from actviz.models.reading import MalformedError

_MOST_OPCODES = 1_000_000
_MARK = object()


@dataclass(frozen=True, eq=False)
class Global:
    """The name of a class or a function."""

    name: str


@dataclass(eq=False)
class Instance:
    """What a class or a function would have made."""

    kind: str
    arguments: Any = ()
    state: Any = None


@dataclass(frozen=True, eq=False)
class Persistent:
    """Something kept outside of the pickle, by its key."""

    key: Any


def load(stream: io.BytesIO) -> Any:  # noqa: C901  one case for each kind of opcode
    """The next pickle of a stream, as plain data and the records above.

    Raises:
        MalformedError: it is no pickle, or uses an opcode that no tensor needs.
    """
    stack: list[Any] = []
    memo: dict[int, Any] = {}
    try:
        argument: Any
        for count, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
            if count > _MOST_OPCODES:
                raise MalformedError(f"its pickle has more than {_MOST_OPCODES:,} opcodes")
            name = opcode.name
            if name == "STOP":
                return stack.pop()
            if name in _LITERALS:
                stack.append(argument)
            elif name in _FIXED:
                stack.append(_FIXED[name]())
            elif name == "MARK":
                stack.append(_MARK)
            elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
                memo[int(argument)] = stack[-1]
            elif name == "MEMOIZE":
                memo[len(memo)] = stack[-1]
            elif name in ("GET", "BINGET", "LONG_BINGET"):
                stack.append(memo[int(argument)])
            elif name in _OPERATIONS:
                _OPERATIONS[name](stack)
            elif name == "GLOBAL":
                stack.append(Global(argument.replace(" ", ".")))
            elif name == "PERSID":
                stack.append(Persistent(argument))
            elif name not in ("PROTO", "FRAME"):
                raise MalformedError(f"its pickle has the opcode {name}, which no tensor needs")
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, UnicodeDecodeError, OverflowError):
        raise MalformedError("its pickle is damaged") from None
    raise MalformedError("its pickle does not end")


_LITERALS = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "UNICODE", "BINUNICODE",
    "SHORT_BINUNICODE", "BINUNICODE8",
}  # fmt: skip
_FIXED: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_DICT": dict,
    "EMPTY_LIST": list,
    "EMPTY_SET": list,
    "EMPTY_TUPLE": tuple,
}


def _marked(stack: list[Any]) -> list[Any]:
    """What stands above the last mark, which is taken away."""
    for place in range(len(stack) - 1, -1, -1):
        if stack[place] is _MARK:
            found = stack[place + 1 :]
            del stack[place:]
            return found
    raise IndexError


def _tuple(count: int) -> Callable[[list[Any]], None]:
    def build(stack: list[Any]) -> None:
        if len(stack) < count:
            raise IndexError
        stack[-count:] = [tuple(stack[-count:])]

    return build


def _set(target: Any, pairs: list[Any]) -> None:
    table = target if isinstance(target, dict) else target.state if isinstance(target, Instance) else None
    if table is None and isinstance(target, Instance):
        table = target.state = {}
    if not isinstance(table, dict):
        raise TypeError
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        table[key] = value


def _set_items(stack: list[Any]) -> None:
    pairs = _marked(stack)
    _set(stack[-1], pairs)


def _set_item(stack: list[Any]) -> None:
    value, key = stack.pop(), stack.pop()
    _set(stack[-1], [key, value])


def _extend(stack: list[Any]) -> None:
    values = _marked(stack)
    if isinstance(stack[-1], list):
        stack[-1].extend(values)
    elif not isinstance(stack[-1], Instance):
        raise TypeError


def _append(stack: list[Any]) -> None:
    value = stack.pop()
    if isinstance(stack[-1], list):
        stack[-1].append(value)
    elif not isinstance(stack[-1], Instance):
        raise TypeError


def _reduce(stack: list[Any]) -> None:
    arguments, function = stack.pop(), stack.pop()
    kind = function.name if isinstance(function, Global) else ""
    if kind == "collections.OrderedDict":
        stack.append(dict(arguments[0]) if arguments and isinstance(arguments[0], list) else {})
    elif kind in ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"):
        stack.append(arguments[0])
    else:
        stack.append(Instance(kind, arguments))


def _new(stack: list[Any]) -> None:
    arguments, kind = stack.pop(), stack.pop()
    stack.append(Instance(kind.name, arguments))


def _new_with_keywords(stack: list[Any]) -> None:
    stack.pop()
    _new(stack)


def _build(stack: list[Any]) -> None:
    state = stack.pop()
    target = stack[-1]
    if isinstance(target, Instance):
        if isinstance(target.state, dict) and isinstance(state, dict):
            target.state.update(state)
        else:
            target.state = state


def _stack_global(stack: list[Any]) -> None:
    name, module = stack.pop(), stack.pop()
    stack.append(Global(f"{module}.{name}"))


def _persistent(stack: list[Any]) -> None:
    """Something kept outside; the old stream keeps classes there, with their source, of which the name is enough."""
    key = stack.pop()
    if isinstance(key, tuple) and len(key) > 1 and key[0] == "module" and isinstance(key[1], Global):
        stack.append(key[1])
    else:
        stack.append(Persistent(key))


def _dict(stack: list[Any]) -> None:
    pairs = _marked(stack)
    found: dict[Any, Any] = {}
    _set(found, pairs)
    stack.append(found)


_OPERATIONS: dict[str, Callable[[list[Any]], Any]] = {
    "TUPLE": lambda stack: stack.append(tuple(_marked(stack))),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "LIST": lambda stack: stack.append(_marked(stack)),
    "FROZENSET": lambda stack: stack.append(_marked(stack)),
    "DICT": _dict,
    "SETITEMS": _set_items,
    "SETITEM": _set_item,
    "APPENDS": _extend,
    "ADDITEMS": _extend,
    "APPEND": _append,
    "REDUCE": _reduce,
    "NEWOBJ": _new,
    "NEWOBJ_EX": _new_with_keywords,
    "BUILD": _build,
    "STACK_GLOBAL": _stack_global,
    "BINPERSID": _persistent,
    "POP": lambda stack: stack.pop(),
    "POP_MARK": _marked,
    "DUP": lambda stack: stack.append(stack[-1]),
}
