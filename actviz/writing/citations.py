"""Citations: the source of an activation as BibTeX, as a sentence, or as data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from string import ascii_lowercase

from actviz.curves.curve import Activation
from actviz.errors import ActvizError
from actviz.registry.entries import Source
from actviz.writing.tables import json_text

_VENUE_FIELDS = {
    "article": "journal",
    "inproceedings": "booktitle",
    "incollection": "booktitle",
    "techreport": "institution",
}
_LATEX = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_UNTOLD = frozenset(("a", "an", "the", "on", "of", "in", "and", "for", "to", "is", "are", "by", "with"))


def sources(activations: Sequence[Activation]) -> list[tuple[Source, list[str]]]:
    """Each source once, with the names of the activations it introduced.

    Raises:
        ActvizError: one of them has no source.
    """
    found: dict[Source, list[str]] = {}
    others = "Leave it out to cite the others." if len(activations) > 1 else None
    for activation in activations:
        entry = activation.entry
        if activation.is_expression:
            raise ActvizError(f"'{entry.name}' is a formula of your own, so there is no source to cite", others)
        if entry.source is None:
            raise ActvizError(
                f"'{entry.name}' has no source to cite: it is folklore, older than any paper on it",
                " ".join(filter(None, [f"'actviz info {entry.name}' shows what is known.", others])),
            )
        names = found.setdefault(entry.source, [])
        if entry.name not in names:
            names.append(entry.name)
    return list(found.items())


def as_bibtex(cited: Sequence[tuple[Source, list[str]]]) -> str:
    """BibTeX entries, one for each source, in UTF-8.

    A preprint is ``@misc`` with the fields that arXiv itself gives. The title stands in double braces, so that no
    style turns "Gaussian" or "ReLU" into lower case.
    """
    return "\n".join(_entry(key, source) for key, (source, _) in zip(keys([s for s, _ in cited]), cited, strict=True))


def as_sentences(cited: Sequence[tuple[Source, list[str]]]) -> str:
    """A line for each source: authors, year, title, venue and address."""
    lines = []
    for source, _ in cited:
        venue = f" {source.venue}." if source.venue else ""
        address = f" {source.link}" if source.link else ""
        lines.append(f"{source.authors} ({source.year}). {source.title}.{venue}{address}\n")
    return "".join(lines)


def as_json(cited: Sequence[tuple[Source, list[str]]]) -> str:
    """A JSON list with an object for each source; what is not known is null."""
    return json_text(
        [
            {
                "key": key,
                "type": source.kind,
                "activations": names,
                "authors": _authors(source),
                "year": source.year,
                "title": source.title,
                "venue": source.venue or None,
                "arxiv": source.arxiv or None,
                "doi": source.doi or None,
                "url": source.link or None,
            }
            for key, (source, names) in zip(keys([source for source, _ in cited]), cited, strict=True)
        ]
    )


FORMATS = {"bibtex": as_bibtex, "text": as_sentences, "json": as_json}


def keys(listed: Sequence[Source]) -> list[str]:
    """A key for each source, all different: ``klambauer2017selfnormalizing``; then a letter where it is taken."""
    given: list[str] = []
    for source in listed:
        key = _key(source)
        free = (f"{key}{letter}" for letter in ("", *ascii_lowercase[1:]))
        given.append(next(name for name in free if name not in given))
    return given


def _key(source: Source) -> str:
    words = re.split(r"[\s:]+", source.title)
    first = next((word for word in words if word.lower() not in _UNTOLD), words[0])
    return "".join(_plain(part) for part in (_authors(source)[0], str(source.year), first))


def _plain(text: str) -> str:
    """Lower-case ASCII letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", text).lower())


def _authors(source: Source) -> list[str]:
    """Surnames; "others" stands for those who are not named."""
    names = [name.strip() for name in source.authors.split(",")]
    return ["others" if name.startswith("et al") else name for name in names if name]


def _entry(key: str, source: Source) -> str:
    authors = [name if " " not in name else f"{{{name}}}" for name in map(_escaped, _authors(source))]
    fields = {
        "author": f"{{{' and '.join(authors)}}}",
        "title": f"{{{{{_escaped(source.title)}}}}}",
        "year": f"{{{source.year}}}",
    }
    if source.venue:
        fields[_VENUE_FIELDS[source.kind]] = f"{{{_escaped(source.venue)}}}"
    if source.arxiv:
        fields |= {"eprint": f"{{{source.arxiv}}}", "archiveprefix": "{arXiv}"}
    if source.doi:
        fields["doi"] = f"{{{source.doi}}}"
    if source.link:
        fields["url"] = f"{{{source.link}}}"
    widest = max(map(len, fields))
    lines = [f"  {name:{widest}} = {value}" for name, value in fields.items()]
    return f"@{source.kind}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _escaped(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
