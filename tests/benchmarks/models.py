"""Mutated model files by the thousand: how many are read, how many refused, and the worst time and memory.

python tests/benchmarks/models.py SEED COUNT FILE...
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import actviz
from actviz.errors import InputError


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some changed, repeated or cut off, most of them near the beginning."""
    found = bytearray(data)
    if chance.random() < 0.15:
        del found[chance.randrange(len(found)) :]
        return bytes(found)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place = chance.randrange(min(len(found), chance.choice([200, 5_000, len(found)])))
        if chance.random() < 0.5:
            found[place] = chance.choice([0, 127, 128, 255, chance.randrange(256)])
        else:
            start = chance.randrange(len(found))
            found[place:place] = found[start : start + chance.randrange(64)]
    return bytes(found)


def main(seed: int, count: int, files: list[Path]) -> None:
    chance = random.Random(seed)
    read = refused = 0
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            source = chance.choice(files)
            path = Path(folder) / f"mutant{source.suffix}"
            path.write_bytes(mutated(source.read_bytes(), chance))
            start = time.perf_counter()
            try:
                str(actviz.model(path))
                read += 1
            except InputError:
                refused += 1
            worst = max(worst, time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{count:,} mutants: {read:,} read, {refused:,} refused; the slowest {worst:.2f} s, at most {peak} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
