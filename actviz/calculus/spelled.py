"""What σ, softplus, Φ and φ stand for: formulas that consist of one of them are written out, others explain them.

A page that defines the sigmoid as σ(x) says nothing. Where x stands in a single call of such a function, the call is
replaced by its definition; where there are more of them, the definition belongs beside the formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from actviz.language.cases import Case
from actviz.language.parser import parse
from actviz.language.syntax import VARIABLE, Call, Name, Node, depends_on, substitute, transform, walk

# Written for the reader; what is computed is the careful form.
_TEXTS = {
    "sigmoid": "1/(1 + exp(-x))",
    "softplus": "log(1 + exp(x))",
    "normal_cdf": "(1 + erf(x/sqrt(2)))/2",
    "normal_pdf": "exp(-x**2/2)/sqrt(2*pi)",
    "log_sigmoid": "-log(1 + exp(-x))",
}
_EXPLAINED_BY = {"log_sigmoid": "sigmoid"}  # written ln σ


def definition(function: str) -> Node:
    """What a function of the language stands for, in `x`."""
    return parse(_TEXTS[function])


def spelled(cases: Sequence[Case]) -> list[Case]:
    """Cases with their values written out where they would be circular."""
    return [Case(case.condition, _spelled(case.value)) for case in cases]


def explained(trees: Iterable[Node]) -> list[tuple[Node, Node]]:
    """The functions that trees use and that need a definition beside them: calls such as ``sigmoid(x)``, and theirs."""
    names = [
        _EXPLAINED_BY.get(part.function, part.function)
        for tree in trees
        for part in walk(tree)
        if isinstance(part, Call) and part.function in _TEXTS
    ]
    return [(Call(name, (Name(VARIABLE),)), definition(name)) for name in dict.fromkeys(names)]


def _spelled(tree: Node) -> Node:
    calls = [part for part in walk(tree) if isinstance(part, Call) and part.function in _TEXTS]
    moving = [call for call in calls if depends_on(call, VARIABLE)]
    if len(calls) != 1 or len(moving) != 1:
        return tree
    (call,) = moving

    def without(node: Node) -> Node | None:
        return Name("_") if node == call else None

    if depends_on(transform(tree, without), VARIABLE):
        return tree
    written = substitute(definition(call.function), {VARIABLE: call.arguments[0]})
    return transform(tree, lambda node: written if node == call else None)
