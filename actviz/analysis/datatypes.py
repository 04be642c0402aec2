"""The data types of networks: their numbers, their rounding, and what one unit in the last place is.

All is plain float64 arithmetic, which holds every number of every type here exactly, so that no library is needed to
know float8. An ULP at a value is the spacing of the type's numbers in the binade of that value; below the smallest
normal number it is the step of the subnormal ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from actviz.errors import UsageError, did_you_mean
from actviz.language.numerics.special import Array

SMALL = 16  # bits, up to which all numbers are gone through


@dataclass(frozen=True)
class DataType:
    """A floating-point format.

    Args:
        name: as frameworks call it.
        bits: of one number.
        precision: binary digits of the significand, the leading one included.
        lowest: the exponent of the smallest normal number, a power of two.
        largest: the largest finite number.
        beyond: what is too large becomes: an infinity, NaN where there is none, or the largest number where there is
            neither.
    """

    name: str
    bits: int
    precision: int
    lowest: int
    largest: float
    beyond: float = math.inf

    @property
    def step(self) -> float:
        """The smallest positive number, which is the spacing of the subnormal ones."""
        return math.ldexp(1.0, self.lowest - self.precision + 1)

    @property
    def smallest_normal(self) -> float:
        """The smallest positive number with all its digits."""
        return math.ldexp(1.0, self.lowest)

    @property
    def epsilon(self) -> float:
        """The spacing at 1."""
        return math.ldexp(1.0, 1 - self.precision)

    def spacing(self, values: Array) -> Array:
        """One ULP at each value: the spacing of the numbers in its binade, at least the subnormal step."""
        bounded = np.minimum(np.abs(np.asarray(values, dtype=np.float64)), self.largest)
        exponents = np.maximum(np.frexp(np.where(np.isnan(bounded), 0.0, bounded))[1] - 1, self.lowest)
        exponents = np.where(bounded == 0, self.lowest, exponents)
        return np.asarray(np.ldexp(1.0, exponents - self.precision + 1))

    def rounded(self, values: Array) -> Array:
        """The number of the type nearest to each value, ties to even; what is too large is infinite, or NaN."""
        exact = np.asarray(values, dtype=np.float64)
        if self.precision == 53:
            return exact.copy()
        with np.errstate(over="ignore", invalid="ignore"):
            if self.name == "float32":
                return exact.astype(np.float32).astype(np.float64)
            spacing = self.spacing(exact)
            near = np.rint(exact / spacing) * spacing
        beyond = ~(np.abs(near) <= self.largest) & ~np.isnan(exact)
        return np.asarray(np.where(beyond, np.copysign(self.beyond, exact), near), dtype=np.float64)

    def all_numbers(self) -> Array:
        """Every finite number of a small type in rising order, as float64; 0 once."""
        return self._numbers

    @cached_property
    def _numbers(self) -> Array:
        if self.bits > SMALL:
            raise ValueError(f"{self.name} has too many numbers for a list")
        digits = 1 << (self.precision - 1)
        count = int(self.largest / self.spacing(np.array([self.largest]))[0]) - digits
        top = math.frexp(self.largest)[1] - 1
        patterns = np.arange(digits * (top - self.lowest + 1) + count + 1)
        exponents, fractions = np.divmod(patterns, digits)
        normal = np.ldexp((digits + fractions) / digits, self.lowest + exponents - 1)
        positive = np.where(exponents == 0, np.ldexp(fractions / digits, self.lowest), normal)
        return np.concatenate([-positive[:0:-1], positive])


_TYPES = (
    DataType("float64", 64, 53, -1022, float(np.finfo(np.float64).max)),
    DataType("float32", 32, 24, -126, float(np.finfo(np.float32).max)),
    DataType("float16", 16, 11, -14, 65504.0),
    DataType("bfloat16", 16, 8, -126, math.ldexp(255.0, 120)),
    DataType("float8_e4m3fn", 8, 4, -6, 448.0, math.nan),
    DataType("float8_e5m2", 8, 3, -14, 57344.0),
    DataType("float8_e4m3", 8, 4, -6, 240.0),
    DataType("float8_e3m4", 8, 5, -2, 15.5),
    DataType("float8_e4m3fnuz", 8, 4, -7, 240.0, math.nan),
    DataType("float8_e5m2fnuz", 8, 3, -15, 57344.0, math.nan),
    DataType("float8_e4m3b11fnuz", 8, 4, -10, 30.0, math.nan),
    DataType("float6_e2m3fn", 6, 4, 0, 7.5, 7.5),
    DataType("float6_e3m2fn", 6, 3, -2, 28.0, 28.0),
    DataType("float4_e2m1fn", 4, 2, 0, 6.0, 6.0),
)
TYPES = {each.name: each for each in _TYPES}
_SHORT = {
    "double": "float64",
    "fp64": "float64",
    "f64": "float64",
    "float": "float32",
    "single": "float32",
    "fp32": "float32",
    "f32": "float32",
    "half": "float16",
    "fp16": "float16",
    "f16": "float16",
    "bf16": "bfloat16",
    "e4m3": "float8_e4m3fn",
    "e4m3fn": "float8_e4m3fn",
    "fp8": "float8_e4m3fn",
    "float8": "float8_e4m3fn",
    "e5m2": "float8_e5m2",
}


def data_type(name: str) -> DataType:
    """The data type of a name, as frameworks write it or short: ``bfloat16``, ``torch.bfloat16``, ``bf16``.

    Raises:
        UsageError: there is none.
    """
    plain = name.strip().lower().rpartition(".")[2]
    found = TYPES.get(_SHORT.get(plain, plain))
    if found is None:
        near = did_you_mean(plain, TYPES)
        hint = f"Did you mean '{near}'?" if near else f"Data types: {', '.join(TYPES)}."
        raise UsageError(f"there is no data type '{name}'", hint)
    return found


def numpy_type(kind: DataType) -> np.dtype[np.generic]:
    """NumPy's type for it; those that NumPy lacks come from ml_dtypes.

    Raises:
        UsageError: ml_dtypes is not installed, or does not have it.
    """
    if kind.name in ("float64", "float32", "float16"):
        return np.dtype(kind.name)
    try:
        import ml_dtypes
    except ImportError:
        raise UsageError(
            f"NumPy has no {kind.name} without the package ml_dtypes", "Install it: pip install ml_dtypes."
        ) from None
    if not hasattr(ml_dtypes, kind.name):
        raise UsageError(f"this version of ml_dtypes has no {kind.name}", "A newer one has: pip install -U ml_dtypes.")
    found: np.dtype[np.generic] = np.dtype(getattr(ml_dtypes, kind.name))
    return found


def encoded(kind: DataType, values: Array) -> NDArray[np.unsignedinteger]:
    """The bit patterns of numbers of a type, for who takes raw memory: float16 and bfloat16."""
    if kind.name == "bfloat16":
        return (np.asarray(values, dtype=np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return np.asarray(values).astype(numpy_type(kind)).view(_unsigned(kind))


def decoded(kind: DataType, patterns: NDArray[np.unsignedinteger]) -> Array:
    """The numbers of bit patterns, as float64."""
    if kind.name == "bfloat16":
        return (patterns.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return patterns.astype(_unsigned(kind)).view(numpy_type(kind)).astype(np.float64)


def _unsigned(kind: DataType) -> type[np.unsignedinteger]:
    sizes: dict[int, type[np.unsignedinteger]] = {64: np.uint64, 32: np.uint32, 16: np.uint16}
    return sizes.get(kind.bits, np.uint8)


# float32 and float64 by rank: whole numbers in the order of the values, −0 and 0 being one.


def ranks(kind: DataType, values: Array) -> NDArray[np.int64]:
    """The place of each number in the order of the type's numbers; 0 has 0, neighbours differ by 1."""
    size = np.int32 if kind.bits == 32 else np.int64
    patterns = np.asarray(values).astype(numpy_type(kind)).view(size).astype(np.int64)
    least = np.iinfo(size).min
    return np.where(patterns < 0, least - patterns, patterns)


def at_ranks(kind: DataType, places: NDArray[np.int64]) -> Array:
    """The numbers at places in the order of the type's numbers, as float64."""
    size = np.int32 if kind.bits == 32 else np.int64
    patterns = np.where(places < 0, np.iinfo(size).min - places, places).astype(size)
    return patterns.view(numpy_type(kind)).astype(np.float64)


@lru_cache(maxsize=4)
def top_rank(kind: DataType) -> int:
    """The rank of the largest finite number."""
    return int(ranks(kind, np.array([kind.largest]))[0])
