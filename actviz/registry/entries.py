"""The records that registry files load into: frozen, and valid by the time they exist.

An entry never refers to the registry that holds it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from actviz.errors import UsageError, did_you_mean
from actviz.language.syntax import CONSTANTS, VARIABLE, Node, depends_on, free_names

FAMILIES = ("rectifier", "exponential", "sigmoidal", "gated", "shrinkage", "periodic", "polynomial", "other")
FRAMEWORKS = {
    "torch": "PyTorch",
    "jax": "JAX",
    "keras": "Keras",
    "onnx": "ONNX",
    "transformers": "Transformers",
    "timm": "timm",
    "tfa": "TensorFlow Addons",
}

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that shapes a function, fixed or learned.

    Args:
        name: as written in expressions and specs.
        default: its value where none is given.
        symbol: how formulas write it.
        about: its meaning, in a phrase.
        learned: whether networks learn it, `default` being the initial value.
        above: the parameter must be greater than this.
        below: the parameter must be less than this.

    Raises:
        ValueError: the name or the default is unusable.
    """

    name: str
    default: float
    symbol: str = ""
    about: str = ""
    learned: bool = False
    above: float = -math.inf
    below: float = math.inf

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or self.name == VARIABLE or self.name in CONSTANTS:
            raise ValueError(f"'{self.name}' cannot be the name of a parameter")
        if not self.above < self.default < self.below:
            raise ValueError(f"its default {self.default!r} is not {self.domain}")

    @property
    def domain(self) -> str:
        """The values it may take, in words."""
        bounds = []
        if self.above > -math.inf:
            bounds.append(f"greater than {self.above:g}")
        if self.below < math.inf:
            bounds.append(f"less than {self.below:g}")
        return " and ".join(bounds) or "a finite number"

    def check(self, value: float, owner: str) -> None:
        """Raise `UsageError` unless `value` lies in the domain."""
        if not self.above < value < self.below:
            raise UsageError(
                f"{owner}: {self.name}={value!r} is not {self.domain}", f"Its default is {self.default!r}."
            )


KINDS = ("misc", "article", "inproceedings", "incollection", "techreport")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a function was published.

    Args:
        authors: surnames, separated by commas; "et al." may stand for the rest.
        year: of publication.
        title: as printed.
        arxiv: its number there.
        doi: its digital object identifier.
        kind: what BibTeX calls it, one of `KINDS`.
        venue: the journal, the conference, the book or the institution, for every kind but "misc".

    Raises:
        ValueError: the kind is unknown, or does not go with the venue.
    """

    authors: str
    year: int
    title: str
    arxiv: str = ""
    doi: str = ""
    kind: str = "misc"
    venue: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind '{self.kind}' is not one of {', '.join(KINDS)}")
        if (self.kind == "misc") == bool(self.venue):
            raise ValueError(f"kind '{self.kind}' {'takes no' if self.venue else 'needs a'} venue")

    @property
    def link(self) -> str:
        """A web address, or nothing where there is none."""
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        return f"https://doi.org/{self.doi}" if self.doi else ""

    def __str__(self) -> str:
        place = f" arXiv:{self.arxiv}" if self.arxiv else f" doi:{self.doi}" if self.doi else ""
        return f"{self.authors} ({self.year}). {self.title}.{place}"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one framework names a function, and where it differs.

    Args:
        framework: a key of `FRAMEWORKS`.
        names: how code calls it; all share what follows.
        defaults: parameter values it uses where they differ from the entry's.
        arguments: its words for the entry's parameters, where they differ.
        slopes: (x, derivative) at kinks where its automatic differentiation differs from the entry's convention.
        note: anything else, in a sentence.
    """

    framework: str
    names: tuple[str, ...]
    defaults: Mapping[str, float] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    slopes: tuple[tuple[Node, Node], ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if self.framework not in FRAMEWORKS:
            raise ValueError(f"'{self.framework}' is not one of {', '.join(FRAMEWORKS)}")
        if not self.names:
            raise ValueError("a spelling needs at least one name")


@dataclass(frozen=True, slots=True)
class Entry:
    """One activation function.

    Args:
        name: its canonical name, or the text of a typed expression.
        value: f(x).
        derivative: f′(x) in a numerically careful form; None for typed expressions, which derive it.
        parameters: in the order in which they are shown.
        source: None where the function is folklore.
        override: whether it takes the place of an earlier entry of the same name.

    Raises:
        ValueError: a field is missing or wrong; the text names it.
    """

    name: str
    title: str
    summary: str
    family: str
    value: Node
    derivative: Node | None = None
    aliases: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    source: Source | None = None
    spellings: tuple[Spelling, ...] = ()
    note: str = ""
    override: bool = False

    def __post_init__(self) -> None:
        known = [parameter.name for parameter in self.parameters]
        for field_name, tree in (("value", self.value), ("derivative", self.derivative)):
            for name in [] if tree is None else free_names(tree):
                if name not in known:
                    raise ValueError(f"{field_name} names '{name}', which is not a parameter")
        unused = set(known) - set(free_names(self.value))
        if unused:
            raise ValueError(f"parameter '{min(unused)}' does not occur in value")
        for spelling in self.spellings:
            for name in (*spelling.defaults, *spelling.arguments):
                if name not in known:
                    raise ValueError(f"spellings.{spelling.framework} names '{name}', which is not a parameter")
            for tree in (tree for slope in spelling.slopes for tree in slope):
                for name in [*free_names(tree), *([VARIABLE] if depends_on(tree, VARIABLE) else [])]:
                    if name not in known:
                        raise ValueError(
                            f"spellings.{spelling.framework}.slopes names '{name}', which is not a parameter"
                        )

    @property
    def defaults(self) -> dict[str, float]:
        """Every parameter's default."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    @property
    def symbols(self) -> dict[str, str]:
        """How formulas write the parameters that have a symbol."""
        return {parameter.name: parameter.symbol for parameter in self.parameters if parameter.symbol}

    @property
    def names(self) -> list[str]:
        """Everything it is called: name, aliases, and each framework's spellings."""
        spelled = [name for spelling in self.spellings for name in spelling.names]
        return [self.name, *self.aliases, *spelled]

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name.

        Raises:
            UsageError: there is none; the message lists those there are.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = [parameter.name for parameter in self.parameters]
        if not known:
            raise UsageError(f"{self.name} has no parameters, so '{name}' cannot be set", f"Write just '{self.name}'.")
        for parameter in self.parameters:
            if parameter.symbol and _in_letters(parameter.symbol) == _in_letters(name):
                raise UsageError(
                    f"{self.name} has no parameter '{name}'", f"{parameter.symbol} is its parameter '{parameter.name}'."
                )
        near = did_you_mean(name, known)
        hint = f"Did you mean '{near}'? " if near else ""
        raise UsageError(f"{self.name} has no parameter '{name}'", f"{hint}Its parameters: {', '.join(known)}.")


def _in_letters(symbol: str) -> str:
    """A symbol as a keyboard has it: ``alpha`` for α, ``lambda`` for λ."""
    import unicodedata

    names = [unicodedata.name(character, character) for character in symbol]
    return "".join(
        name.rpartition(" ")[2].lower().replace("lamda", "lambda") if name.startswith("GREEK") else character
        for character, name in zip(symbol, names, strict=True)
    )


def check_name(name: str) -> None:
    """Raise ValueError unless `name` can be an entry's canonical name or alias."""
    if not _NAME.fullmatch(name) or name == VARIABLE or name in CONSTANTS:
        raise ValueError(f"'{name}' is not a usable name: lower-case letters, digits and '_', beginning with a letter")
