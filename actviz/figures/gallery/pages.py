"""The two index pages: Markdown that code hosts show, and a page for browsers that opens from disk.

The second is made from the template index.html beside this module, which holds its style and its script.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from actviz.calculus.collect import tidy_cases
from actviz.calculus.spelled import spelled
from actviz.curves.curve import Activation
from actviz.curves.naming import function_name
from actviz.figures.gallery.pictures import Picture
from actviz.figures.spec import DPI, SIZE
from actviz.language.notation.plain import Unicode
from actviz.registry.entries import Entry
from actviz.registry.search import words
from actviz.writing.derivations import definitions

TEMPLATE = Path(__file__).with_name("index.html")
_WIDTH = 560  # pixels of a picture in the Markdown index, which links to it at full size


@dataclass(frozen=True)
class _Page:
    """A page that shows entries, which are sorted by family."""

    entries: tuple[Entry, ...]
    theme: str
    image_format: str

    def families(self) -> list[tuple[str, list[Entry]]]:
        return [(family, list(members)) for family, members in groupby(self.entries, lambda entry: entry.family)]

    def description(self, entry: Entry) -> str:
        """The text alternative of an entry's picture."""
        return Picture(entry, self.theme, self.image_format).description()

    def sheet(self, family: str) -> str | None:
        """The file with the overview of a family, or of ``all``; None where there is none."""
        from actviz.figures.gallery import sheets

        name = f"overview-{family}"
        return f"{name}.{self.image_format}" if name in sheets(entry.family for entry in self.entries) else None

    @property
    def shown(self) -> bool:
        """Whether pages can show the pictures in place; PDF can only be linked to."""
        return self.image_format != "pdf"


class Markdown(_Page):
    """README.md: overviews, a table of contents by family, then every entry with formula and source."""

    def draw(self) -> bytes:
        """The bytes of the file."""
        lines = ["# Activation functions", ""]
        lines += ["Drawn by `actviz gallery` from the registry; do not edit by hand.", ""]
        lines += ["[index.html](index.html) beside this page shows the same to a browser, and searches it.", ""]
        families = self.families()
        for family, members in families:
            links = ", ".join(f"[{entry.title}](#{anchor(entry.title)})" for entry in members)
            lines.append(f"- **[{family.capitalize()}](#{anchor(_heading(family))})**: {links}")
        lines += self.overview("all", "All functions with their derivatives, on one scale")
        for family, members in families:
            lines += ["", f"## {_heading(family)}"]
            lines += self.overview(family, f"The {family} functions with their derivatives, on one scale")
            for entry in members:
                lines += ["", *self.section(entry)]
        return ("\n".join(lines) + "\n").encode()

    def overview(self, family: str, alternative: str) -> list[str]:
        """The overview of a family, where there is one."""
        sheet = self.sheet(family)
        if sheet is None:
            return []
        return ["", f"![{alternative}]({sheet})" if self.shown else f"[{alternative}]({sheet})"]

    def section(self, entry: Entry) -> list[str]:
        """One entry: picture, formulas, parameters, source."""
        description = self.description(entry)
        file = f"{entry.name}.{self.image_format}"
        shown = f'<a href="{file}"><img src="{file}" width="{_WIDTH}" alt="{escape(description)}"></a>'
        lines = [f"### {entry.title}", "", entry.summary, ""]
        lines += [shown if self.shown else f"[{description}]({file})", ""]
        curves = (Activation(entry).curve(), Activation(entry).curve(1))
        named = [(function_name(curve), tidy_cases(curve.tree)) for curve in curves]
        texts = definitions(named, entry.symbols)
        lines += ["```text", "\n\n".join(texts), "```", ""]
        for parameter in entry.parameters:
            learned = ", learned" if parameter.learned else ""
            lines.append(
                f"- {parameter.symbol or parameter.name} (`{parameter.name}`) = {parameter.default!r}{learned}: "
                f"{parameter.about}"
            )
        if entry.source is not None:
            text = str(entry.source)
            lines.append(f"- [{text}]({entry.source.link})" if entry.source.link else f"- {text}")
        return [*lines, "", f"`actviz plot {entry.name} --derivative`"]


class Html(_Page):
    """index.html: a card for every entry, to search and filter, without any file but the pictures."""

    def draw(self) -> bytes:
        """The bytes of the file."""
        template = TEMPLATE.read_text(encoding="utf-8")
        families = self.families()
        values = {
            "style-hash": _hash(template, "style"),
            "script-hash": _hash(template, "script"),
            "count": str(len(self.entries)),
            "paper": self.theme,
            "families": "\n".join(self.choice(family, len(members)) for family, members in families),
            "overview": self.overview("all", "Overview of all functions"),
            "sections": "\n".join(self.section(family, members) for family, members in families),
        }
        return re.sub(r"\{\{([\w-]+)\}\}", lambda place: values[place[1]], template).encode()

    def choice(self, family: str, count: int) -> str:
        """The button that shows one family only."""
        return (
            f'<label><input type="radio" name="family" value="{family}"><span>{family.capitalize()} '
            f'<span class="count">{count}</span></span></label>'
        )

    def overview(self, family: str, text: str) -> str:
        """A link to the overview of a family, where there is one."""
        sheet = self.sheet(family)
        return "" if sheet is None else f'<a class="sheet" href="{sheet}">{text}</a>'

    def section(self, family: str, members: list[Entry]) -> str:
        """The cards of a family under its heading."""
        cards = "\n".join(self.card(entry) for entry in members)
        return (
            f'<section data-family="{family}" aria-labelledby="family-{family}">\n'
            f'<header><h2 id="family-{family}">{family.capitalize()}</h2>{self.overview(family, "Overview")}</header>\n'
            f'<ul class="cards">\n{cards}\n</ul>\n</section>'
        )

    def card(self, entry: Entry) -> str:
        """One entry: picture, formula, family, source, and the command that draws it."""
        file = f"{entry.name}.{self.image_format}"
        width, height = (round(length * DPI) for length in SIZE)
        shown = (
            f'<img src="{file}" width="{width}" height="{height}" loading="lazy" decoding="async" '
            f'alt="{escape(self.description(entry))}">'
            if self.shown
            else f'<span class="no-picture">{escape(file)}</span>'
        )
        source = "Folklore"
        if entry.source is not None:
            source = escape(f"{entry.source.authors} ({entry.source.year})")
            if entry.source.link:
                title = escape(entry.source.title)
                source = f'<a href="{escape(entry.source.link)}" title="{title}">{source}</a>'
        return (
            f'<li class="card" id="{entry.name}" data-words="{escape(words(entry))}">\n'
            f'<a class="picture" href="{file}" aria-label="{escape(entry.title)}, full size">{shown}</a>\n'
            f"<h3>{escape(entry.title)}</h3>\n<p>{escape(entry.summary)}</p>\n{_formula_html(entry)}\n"
            f'<footer><span class="family">{entry.family}</span> <span class="source">{source}</span>\n'
            f"<code>actviz plot {entry.name} -d</code></footer>\n</li>"
        )


def _formula_html(entry: Entry) -> str:
    """The definition, its cases behind a brace that grows with them."""
    notation = Unicode(entry.symbols)
    cases = spelled(tidy_cases(entry.value))
    if len(cases) == 1:
        return f'<div class="formula"><span>f(x) =</span> <span>{_html(notation.value(cases[0].value))}</span></div>'
    rows = "".join(
        f"<tr><td>{_html(notation.value(case.value))}</td>"
        f"<td>{_html('if ' + notation.condition(case.condition) if case.condition else 'otherwise')}</td></tr>"
        for case in cases
    )
    cases_html = (
        f'<span class="brace" aria-hidden="true"></span><table class="cases" role="presentation">{rows}</table>'
    )
    return f'<div class="formula"><span>f(x) =</span> {cases_html}</div>'


def _html(text: str) -> str:
    """Mathematics on one line, with a parameter's index lowered."""
    return re.sub(r"(?<=\w)_(\w)\b", r"<sub>\1</sub>", escape(text))


def _hash(template: str, tag: str) -> str:
    """What the page's security policy names the one inline style or script by."""
    match = re.search(rf"<{tag}>(.*?)</{tag}>", template, re.DOTALL)
    assert match is not None
    return "sha256-" + base64.b64encode(hashlib.sha256(match[1].encode()).digest()).decode()


def _heading(family: str) -> str:
    """The heading of a family; two words, so that it has an anchor that no entry's title makes."""
    return f"{family.capitalize()} functions"


def anchor(heading: str) -> str:
    """The fragment that code hosts give to a heading."""
    kept = "".join(character for character in heading.lower() if character.isalnum() or character in " -_")
    return kept.replace(" ", "-")
