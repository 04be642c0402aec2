"""Element-wise regions of a graph: what lies between a tensor and the one value from which all of it is computed.

Every tensor has a chain of dominators: going back through element-wise nodes whose other inputs are constants, the
tensors that every path must pass. The part between two of them that nothing inside leaves is a function of one number.
A stretch is the longest such chain; it is parted into activations and steps that only scale and shift, with as few
parts as possible, so that the largest match wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from actviz.language.syntax import (
    Call,
    Comparison,
    Logic,
    Name,
    Node,
    Not,
    Number,
    Operation,
    X,
    children,
    depth,
    free_names,
    walk,
)
from actviz.models.formulas import number, tree
from actviz.models.graph import Constant, Graph, Step, Value
from actviz.models.matching import LINEAR, UNDEFINED, Match, Matcher, Verdict

_MOST_STEPS = 64  # nodes of a region
_LARGEST, _DEEPEST = 600, 80  # nodes and levels of its tree
_LONGEST = 14  # dominators of a stretch: all pairs of them are looked at
_MOST_WORK = 60_000  # pairs of dominators in one graph; beyond, every node is looked at by itself
_GUARD = 1e-3  # a bound this near 0 keeps a division or a logarithm from failing and is no activation
_ARITHMETIC = ("square", "abs", "exponential", "sine", "cosine", "cube", "erf", "arctan", "sign")
_FEW = 2
_MOST_WIDENED = 4
_SCALED = ("softplus", "tanh", "elu", "softsign", "squareplus", "arctan")  # known with scales on both sides
_LINEAR_LAYERS = ("conv", "gemm", "matmul", "linear", "fully_connected", "addmm", "fusedmatmul", "einsum", "pool")
_REDUCING = ("reduce", "mean", "sum", "softmax", "logsoftmax", "prod", "norm", "var")


class Region(NamedTuple):
    """A part of a graph that computes a function of one number.

    Args:
        tree: the function; vectors of the file stand in it by the names of their tensors.
        match: what it is, None where nothing registered is equal to it.
        spelt: the operators that it is made of, in order.
        layer: the name of its last node.
    """

    tree: Node
    match: Match | None
    spelt: str
    layer: str


class _Chains:
    """The dominators of every tensor, and who reads it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.step: dict[str, Step] = {step.result: step for step in graph.steps}
        self.order = {step.result: place for place, step in enumerate(graph.steps)}
        self.readers: dict[str, list[Step]] = defaultdict(list)
        self.above: dict[str, str | None] = {}
        self.level: dict[str, int] = {}
        self.fixed: set[str] = set(graph.constants)
        self.whole: set[str] = set(graph.whole)
        self._scalars: dict[str, Node] = {}
        for step in graph.steps:
            self._place(step)

    def _place(self, step: Step) -> None:
        if not step.silent:
            for name in set(step.inputs):
                self.readers[name].append(step)
        moving = [name for name in step.inputs if name and name not in self.fixed]
        counted = moving if step.formula is not None else [name for name in step.inputs if name]
        constants = self.graph.constants
        if step.whole or (
            counted and all(name in self.whole or (name in constants and constants[name].whole) for name in counted)
        ):
            self.whole.add(step.result)
        self.above[step.result], self.level[step.result] = None, 0
        if step.formula is None:
            return
        if not moving:
            if step.inputs:
                self.fixed.add(step.result)
            return
        top: str | None = moving[0]
        for name in moving[1:]:
            top = self._shared(top, name)
        if top is not None and self.level.get(top, 0) < _MOST_STEPS:
            self.above[step.result], self.level[step.result] = top, self.level.get(top, 0) + 1

    def _shared(self, first: str | None, second: str | None) -> str | None:
        """The nearest tensor that both come from."""
        while first != second:
            if first is None or second is None:
                return None
            if self.level.get(first, 0) >= self.level.get(second, 0):
                first = self.above.get(first)
            else:
                second = self.above.get(second)
        return first

    def inside(self, start: str, end: str) -> list[Step] | None:
        """The nodes between two tensors in the order of the graph, None where something inside is read elsewhere."""
        found: dict[str, Step] = {}
        waiting = [end]
        while waiting:
            name = waiting.pop()
            if name == start or name in found or not name or name in self.graph.constants:
                continue
            step = self.step.get(name)
            if step is None or step.formula is None or len(found) >= _MOST_STEPS:
                return None
            found[name] = step
            waiting += step.inputs
        for name in found:
            if name == end or name in self.fixed:
                continue
            if name in self.graph.outputs or any(step.result not in found for step in self.readers[name]):
                return None
        return sorted(found.values(), key=lambda step: self.order[step.result])

    def value(self, start: str, end: str) -> Value | None:
        """What is computed between two tensors, None where its tree would be too large."""
        values: dict[str, Value] = {start: X}
        sizes = {start: 1}

        def built(name: str) -> Value | None:
            if name in values:
                return values[name]
            constant = self.graph.constants.get(name)
            if constant is not None:
                values[name], sizes[name] = self._constant(name, constant), 1
                return values[name]
            step = self.step[name]
            operands = [built(given) for given in step.inputs if given]
            known = [operand for operand in operands if operand is not None]
            sizes[name] = 4 + sum(sizes[given] for given in step.inputs if given and given in sizes)
            if len(known) < len(operands) or sizes[name] > _LARGEST or step.formula is None:
                return None
            values[name] = step.formula(known)
            return values[name]

        found = built(end)
        if found is None or sum(1 for _ in walk(found)) > _LARGEST or depth(found) > _DEEPEST:
            return None
        return found

    def _constant(self, name: str, constant: Constant) -> Node:
        if constant.size != 1:
            return Name(name)
        if name not in self._scalars:
            self._scalars[name] = number(float(constant.values()[0]))
        return self._scalars[name]


def regions(graph: Graph, matcher: Matcher) -> list[Region]:
    """The activations of a graph, and the functions in it that are none known, in its order.

    Raises:
        MalformedError: a constant that matters cannot be read.
    """
    chains = _Chains(graph)
    place = {step.result: index for index, step in enumerate(graph.steps)}
    taken: set[str] = set()
    found: list[tuple[int, Region]] = []
    work = 0
    for step in reversed(graph.steps):
        if step.result in taken or chains.above.get(step.result) is None or step.result in chains.whole:
            continue
        stretch = _stretch(chains, step.result, _LONGEST if work < _MOST_WORK else 2)
        if stretch is None:
            continue
        work += len(stretch) ** 2
        for start, end in zip(stretch[1:], stretch, strict=False):
            taken.update(part.result for part in chains.inside(start, end) or ())
        for region, end in _parted(chains, stretch[::-1], matcher):
            found.append((place[end], region))
    return [region for _, region in sorted(found, key=lambda pair: pair[0])]


def _stretch(chains: _Chains, end: str, longest: int) -> list[str] | None:
    """The chain of dominators back from a tensor as far as nothing inside is read elsewhere."""
    if isinstance(chains.value(str(chains.above[end]), end), Comparison | Logic | Not | None):
        return None
    stretch = [end]
    while len(stretch) < longest:
        start = chains.above.get(stretch[-1])
        if start is None or start in chains.whole or chains.inside(start, stretch[-1]) is None:
            break
        if len(stretch) > 1 and (
            stretch[-1] in chains.graph.outputs or len({step.result for step in chains.readers[stretch[-1]]}) > 1
        ):
            inner = {step.result for step in chains.inside(stretch[-1], stretch[-2]) or ()}
            if stretch[-1] in chains.graph.outputs or any(
                step.result not in inner for step in chains.readers[stretch[-1]]
            ):
                break
        stretch.append(start)
    return stretch if len(stretch) > 1 else None


def _parted(chains: _Chains, stretch: Sequence[str], matcher: Matcher) -> list[tuple[Region, str]]:
    """The fewest activations that a stretch is made of, from its beginning on; or the one function that it is."""
    count = len(stretch)
    trees: dict[tuple[int, int], Node | None] = {}
    for first in range(count):
        for last in range(first + 1, count):
            value = chains.value(stretch[first], stretch[last])
            trees[first, last] = None if value is None else tree(value)
    verdicts: dict[tuple[int, int], Verdict] = {}
    for fitting in (False, True):  # parameters are looked for only where names without them do not account for all
        verdicts = {
            part: UNDEFINED if function is None else matcher.verdict(function, chains.graph.constants, fitting)
            for part, function in trees.items()
        }
        parts = _cover(verdicts, count)
        if parts is not None:
            parts = [_widened(part, verdicts, trees, matcher, chains.graph.constants) for part in parts]
            break
    found = []
    for part in _remaining(verdicts, count) if parts is None else parts:
        function = trees[part]
        region = None if function is None else _region(chains, stretch, part, function, verdicts[part])
        if region is not None:
            found.append((region, stretch[part[1]]))
    return found


def _widened(
    part: tuple[int, int],
    verdicts: dict[tuple[int, int], Verdict],
    trees: Mapping[tuple[int, int], Node | None],
    matcher: Matcher,
    constants: Mapping[str, Constant],
) -> tuple[int, int]:
    """A match together with numbers that scale its argument and its value, where both together have a name.

    So a softplus between a product with β and a quotient by β is the softplus of that β.
    """
    match = verdicts[part]
    if not isinstance(match, Match) or match.activation.entry.name not in _SCALED:
        return part
    first, last = part
    starts = [start for start in range(first) if verdicts[start, first] == LINEAR]
    ends = [end for (start, end), verdict in verdicts.items() if start == last and verdict == LINEAR]
    for wide in [(start, end) for start in starts[::-1] for end in sorted(ends)][:_MOST_WIDENED]:
        function = trees[wide]
        if function is not None and not any(name in constants for name in free_names(function)):
            verdict = matcher.verdict(function, constants)
            if isinstance(verdict, Match):
                verdicts[wide] = verdict
                return wide
    return part


def _cover(verdicts: Mapping[tuple[int, int], Verdict], count: int) -> list[tuple[int, int]] | None:
    """The matches in the parting of a stretch into the fewest matches and linear steps, None where there is none."""
    best: list[tuple[tuple[int, int], list[tuple[int, int]]] | None] = [((0, 0), [])] + [None] * (count - 1)
    for last in range(1, count):
        for first in range(last):
            before, verdict = best[first], verdicts[first, last]
            if before is None or not (verdict == LINEAR or isinstance(verdict, Match)):
                continue
            linear = verdict == LINEAR
            cost = (before[0][0] + (not linear), before[0][1] + linear)
            known = best[last]
            if known is None or cost < known[0]:
                best[last] = (cost, [*before[1], (first, last)])
    whole = best[-1]
    return None if whole is None else [part for part in whole[1] if isinstance(verdicts[part], Match)]


def _remaining(verdicts: Mapping[tuple[int, int], Verdict], count: int) -> list[tuple[int, int]]:
    """The parts of a stretch that holds something unknown: all of it without what only scales at its ends.

    Where that is not defined for every number, it is no activation, and only what is known in it counts.
    """
    first, last = 0, count - 1
    for start in range(1, last):
        if verdicts[0, start] == LINEAR:
            first = start
    for end in range(first + 1, last):
        if verdicts[end, count - 1] == LINEAR:
            last = end
            break
    if verdicts[first, last] is None or isinstance(verdicts[first, last], Match):
        return [(first, last)]
    matches = [part for part, verdict in verdicts.items() if isinstance(verdict, Match)]
    found: list[tuple[int, int]] = []
    for part in sorted(matches, key=lambda part: part[0] - part[1]):
        if all(part[1] <= other[0] or part[0] >= other[1] for other in found):
            found.append(part)
    return sorted(found)


def _region(
    chains: _Chains, stretch: Sequence[str], part: tuple[int, int], function: Node, verdict: Verdict
) -> Region | None:
    start, end = stretch[part[0]], stretch[part[1]]
    steps = chains.inside(start, end) or []
    match = verdict if isinstance(verdict, Match) else None
    if match is None and (_is_guard(function) or _is_deviation(function)):
        return None
    if _is_statistics(chains, start, end, match.activation.entry.name if match else "", len(steps)):
        return None
    moving = [step for step in steps if step.result not in chains.fixed and not _passes(step)]
    return Region(function, match, " ".join(step.spelt for step in moving), steps[-1].layer)


def _passes(step: Step) -> bool:
    """Whether a node hands its input on: a cast, a dropout, a quantiser."""
    return step.formula is not None and len(step.inputs) == 1 and step.formula([X]) == X


def _is_guard(function: Node) -> bool:
    match function:
        case Call("max" | "min", (a, b)):
            bounds = [side.value for side in (a, b, *children(a), *children(b)) if isinstance(side, Number)]
            return X in (a, b) and all(abs(bound) <= _GUARD for bound in bounds)
    return False


def _is_deviation(function: Node) -> bool:
    """Whether a function without a name is a root, or one over a root: what divides by a standard deviation."""
    match function:
        case Call("sqrt", _) | Operation("/", Number(_), Call("sqrt", _)):
            return True
    return False


def _is_statistics(chains: _Chains, start: str, end: str, name: str, count: int) -> bool:
    """Whether a step such as a square or an exponential serves a mean, a softmax, a phase or a magnitude."""
    readers = [_kind(step) for step in chains.readers[end]]
    if name in _ARITHMETIC and count <= _FEW:
        if any(kind.startswith(_REDUCING) for kind in readers):
            return True
        if name in ("sine", "cosine") and {"sin", "cos"} <= {_kind(step) for step in chains.readers[start]}:
            return True
        return name in ("square", "abs", "exponential") and not all(kind.startswith(_LINEAR_LAYERS) for kind in readers)
    return name in ("relu", "") and bool(readers) and _leads_to_root(chains, end)


def _leads_to_root(chains: _Chains, name: str) -> bool:
    """Whether a bound from below only keeps a root, a logarithm or a division defined."""
    for _ in range(6):
        readers = chains.readers[name]
        kinds = {_kind(step) for step in readers}
        if kinds and kinds <= {"sqrt", "rsqrt", "log", "reciprocal"}:
            return True
        if len(readers) != 1 or not kinds <= {"add", "addv2", "identity", "cast", "reshape", "expand", "unsqueeze"}:
            return False
        name = readers[0].result
    return False


def _kind(step: Step) -> str:
    """What a node does, in lower case, without where its operator comes from."""
    return step.spelt.lower().rpartition(".")[2]
