"""Every number of float32, block by block on all cores, in a way that can be taken up again where it was left.

A block holds numbers of both signs, so that a broken symmetry shows. Blocks are counted on their own and added up; what
is done stands in a file beside, written whole after every block, until all of it is.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from actviz.analysis.accuracy import Accuracy, Check, Limits, finish, judged
from actviz.analysis.accuracy.reference import Reference, parity
from actviz.analysis.accuracy.tally import Tally, sound
from actviz.analysis.datatypes import SMALL, DataType, at_ranks, data_type, ranks, top_rank
from actviz.analysis.targets import Points, load
from actviz.curves.curve import Activation
from actviz.curves.specs import resolve_one
from actviz.errors import InputError, UsageError, tell
from actviz.files import write_whole
from actviz.language.numerics.special import Array

BLOCK = 1 << 20  # magnitudes, each with both signs
_MOST = 1 << 32

Progress = Callable[[Iterable[Any], int], Iterable[Any]]


@dataclass(frozen=True)
class Work:
    """What is gone through.

    Args:
        target: the words that name it, or a callable, which stays in this process.
        spec: the true function.
        dtype: the data type.
        span: numbers in this range alone.
        keywords: arguments that the target is given.
        device: where it computes.
    """

    target: str | Callable[..., Any]
    spec: str
    dtype: str
    span: tuple[float, float] | None
    keywords: Mapping[str, Any]
    device: str

    @property
    def kind(self) -> DataType:
        """The data type."""
        return data_type(self.dtype)

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last magnitude; with a range, the ranks of its ends."""
        kind = self.kind
        if self.span is None:
            return 0, top_rank(kind)
        found = ranks(kind, kind.rounded(np.clip(np.array(self.span), -kind.largest, kind.largest)))
        return int(found[0]), int(found[1])

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """First and last magnitude, or rank, of each block."""
        first, last = self.ends
        return [(start, min(start + BLOCK - 1, last)) for start in range(first, last + 1, BLOCK)]

    @property
    def title(self) -> dict[str, Any]:
        """What a file of results must agree in to be taken up."""
        return {
            "target": str(self.target),
            "spec": self.spec,
            "dtype": self.dtype,
            "range": list(self.span) if self.span else None,
            "with": {name: str(value) for name, value in self.keywords.items()},
            "block": BLOCK,
        }


class Worker:
    """One process's share: the target and the truth, loaded once."""

    def __init__(self, work: Work) -> None:
        found = load(work.target, work.keywords, work.device)
        if isinstance(found, Points):
            raise UsageError(f"'{found.name}' holds points and is no function", "Leave out --exhaustive.")
        self.target = found
        self.kind = work.kind
        self.reference = Reference(resolve_one(work.spec).curve())
        self.symmetric = work.span is None
        self.symmetry = parity(self.reference, math.inf) if self.symmetric else ""

    def tally(self, block: tuple[int, int]) -> Tally:
        """The errors in a block."""
        places = np.arange(block[0], block[1] + 1)
        upper = at_ranks(self.kind, places)
        sides = [upper] if not self.symmetric else [-upper[::-1] if block[0] else -upper[:0:-1], upper]
        for _ in range(2):
            found, computed, fine = Tally(), [], True
            for x in sides:
                got = self.kind.rounded(self.target.values(x, self.kind))
                true = self.reference.values(x)
                own = Tally()
                own.add(x, got, true, self.reference, self.kind, keep=False)
                fine = sound(x, true, own.worst, self.reference) and fine
                found.merge(own)
                computed.append(got)
            if fine:
                break
        if self.symmetry:
            self._mirror(found, computed, upper)
        return found

    def _mirror(self, found: Tally, computed: list[Array], upper: Array) -> None:
        left, right = computed[0][::-1], computed[1][-computed[0].size :]
        mirrored = -left if self.symmetry == "odd" else left
        same = (right == mirrored) | (np.isnan(right) & np.isnan(mirrored))
        found.asymmetric(~same, upper[-right.size :])


_worker: Worker | None = None


def _begin(work: Work) -> None:
    global _worker  # one for each process, made when it starts
    _worker = Worker(work)


def _share(block: tuple[int, int]) -> dict[str, Any]:
    assert _worker is not None  # `_begin` was run
    return _worker.tally(block).as_data()


def walk(work: Work, state: Path | None, jobs: int | None = None, progress: Progress | None = None) -> Accuracy:
    """Go through all numbers.

    Args:
        work: what.
        state: a file that says how far it has come; None keeps none. It is gone when all is done.
        jobs: processes; by default one for each core, and this one alone for a callable.
        progress: passes on blocks as they are done, given how many there are.

    Raises:
        UsageError: the type has other means, or the file is of other work.
    """
    kind = work.kind
    if kind.bits <= SMALL:
        raise UsageError(f"{kind.name} is gone through completely as it is", "Leave out --exhaustive.")
    first, last = work.ends
    if last - first >= _MOST:
        raise UsageError(
            f"{kind.name} has too many numbers to go through", f"Choose a --range with at most {_MOST:,} of them."
        )
    blocks = work.blocks
    tally, done = _resumed(work, state)
    waiting = [place for place in range(len(blocks)) if place not in done]
    worker = Worker(work)
    if waiting:
        began = time.perf_counter()
        place = waiting.pop(0)
        tally.merge(worker.tally(blocks[place]))
        done.add(place)
        _save(work, state, tally, done)
        took = time.perf_counter() - began
        cores = min(jobs or os.cpu_count() or 1, len(waiting) or 1) if isinstance(work.target, str) else 1
        if waiting:
            tell(_outlook(work, blocks, len(waiting), took, cores, state))
        results = (
            _parallel(work, [blocks[place] for place in waiting], cores)
            if cores > 1
            else _serial(worker, [blocks[place] for place in waiting])
        )
        numbered = zip(waiting, results, strict=True)
        for place, found in numbered if progress is None else progress(numbered, len(waiting)):
            tally.merge(found)
            done.add(place)
            _save(work, state, tally, done)
    if state is not None:
        state.unlink(missing_ok=True)
    return finish(tally, worker.symmetry)


def _outlook(work: Work, blocks: list[tuple[int, int]], count: int, took: float, cores: int, state: Path | None) -> str:
    numbers = sum(last - first + 1 for first, last in blocks)
    left = took * count / cores
    words = f"{left / 60:.0f} minutes" if left > 90 else f"{left:.0f} seconds"
    kinds = "numbers" if work.span else "magnitudes of both signs"
    resume = f"; interrupted, it goes on from {state}" if state is not None else ""
    return f"{work.kind.name}: {numbers:,} {kinds} in {len(blocks):,} blocks, about {words} on {cores} cores{resume}"


def _serial(worker: Worker, blocks: list[tuple[int, int]]) -> Iterator[Tally]:
    return (worker.tally(block) for block in blocks)


def _parallel(work: Work, blocks: list[tuple[int, int]], cores: int) -> Iterator[Tally]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")  # frameworks have threads, which do not survive a fork
    with ProcessPoolExecutor(cores, context, _begin, (work,)) as pool:
        try:
            for data in pool.map(_share, blocks):
                yield Tally.from_data(data)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _save(work: Work, state: Path | None, tally: Tally, done: set[int]) -> None:
    if state is not None:
        data = {"work": work.title, "done": sorted(done), "tally": tally.as_data()}
        write_whole(state, json.dumps(data).encode())


def _resumed(work: Work, state: Path | None) -> tuple[Tally, set[int]]:
    if state is None or not state.exists():
        return Tally(), set()
    try:
        data = json.loads(state.read_text(encoding="utf-8"))
        agrees = data["work"] == work.title
        found = Tally.from_data(data["tally"]), set(data["done"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"'{state}' does not say how far a check has come: {error}", "Remove it, or name another with --state."
        ) from None
    if not agrees:
        raise UsageError(
            f"'{state}' is of another check", "Finish that one, remove the file, or name another with --state."
        )
    return found


def check_all(
    target: str | Callable[..., Any],
    activation: Activation,
    dtype: str | None,
    span: tuple[float, float] | None,
    keywords: Mapping[str, Any] | None,
    limits: Limits,
    device: str,
    state: Path | None,
    jobs: int | None,
    progress: Progress | None,
) -> Check:
    """Hold an implementation against the truth at every number of a type; see `walk` and `actviz.check`."""
    found = load(target, keywords, device)
    work = Work(target, activation.spec, dtype or found.usual, span, dict(keywords or {}), device)
    errors = walk(work, state, jobs, progress)
    result = Check(found.name, found.described, activation.spec, work.kind.name, errors, exhaustive=True, span=span)
    return judged(result, limits)
