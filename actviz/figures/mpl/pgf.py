"""Figures as PGF for LaTeX, written without LaTeX.

Matplotlib's own PGF writer starts LaTeX to measure text. Everything here has been measured when a figure is saved, so
text is measured as for an image, and written with the corner or middle by which it is placed: LaTeX sets it in the
font of the document. Letters beyond ASCII become commands that pdflatex knows as well.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_pgf import RendererPgf
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from actviz.figures.spec import BREAK, Formula, used

_SPECIAL = {**{sign: rf"\{sign}" for sign in "#$%&_{}"}, "\\": r"\textbackslash{}", "~": r"\textasciitilde{}"}
_SPECIAL |= {"^": r"\textasciicircum{}", "<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "|": r"\ensuremath{|}"}
_COMMANDS = {
    "−": "-",
    "·": r"\cdot",
    "×": r"\times",
    "≈": r"\approx",
    "≤": r"\leq",
    "≥": r"\geq",
    "≠": r"\neq",
    "∂": r"\partial",
    "∞": r"\infty",
    "→": r"\to",
    "±": r"\pm",
    "√": r"\surd",
    "|": "|",
    "′": "{}'",
    "″": "{}''",
    "‴": "{}'''",
}
_HEADER = """\
%% In a document: \\usepackage{{pgf}}, then \\input{{FILE.pgf}}
%% {title}
%% {description}
"""


class _Writer(RendererPgf):
    """Matplotlib's writer, with text measured by its image renderer and spelt for any LaTeX."""

    def __init__(self, figure: Figure, out: io.StringIO) -> None:
        super().__init__(figure, out)  # type: ignore[no-untyped-call]
        self.measuring = RendererAgg(10, 10, figure.dpi)  # type: ignore[no-untyped-call]

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Any:
        return self.measuring.get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]

    def draw_definitions(self, x: float, y: float, formulas: Sequence[Formula], size: float, color: Any) -> None:
        """Write formulas as LaTeX mathematics, their upper left corner at (x, y) in pixels."""
        red, green, blue = to_rgb(color)
        lines = [
            f"{head} ={{}} & {body}"
            for formula in formulas
            for head, body in (
                (formula.head, _cases(formula)),
                *((name, _lines(latex)) for name, latex in formula.where),
            )
        ]
        lines += [f"{name} ={{}} & {_lines(latex)}" for name, latex in used(formulas)]
        rows = r" \\ \noalign{\vskip 0.8ex}".join(lines)
        table = rf"$\begin{{array}}{{@{{}}r@{{\;}}l@{{}}}}{rows}\end{{array}}$"
        place = f"x={x / self.figure.dpi:f}in,y={y / self.figure.dpi:f}in,left,top"
        font = rf"\fontsize{{{size:f}}}{{{1.2 * size:f}}}\selectfont"
        self.fh.write(rf"\definecolor{{textcolor}}{{rgb}}{{{red:f},{green:f},{blue:f}}}%" + "\n")
        self.fh.write(rf"\pgftext[{place}]{{\color{{textcolor}}{font}{table}}}%" + "\n")

    def draw_text(
        self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, ismath: Any = False, mtext: Any = None
    ) -> None:
        super().draw_text(gc, x, y, latex_text(s), _plain(prop), angle, ismath, mtext)  # type: ignore[no-untyped-call]


def pgf(figure: Figure, title: str, description: str) -> bytes:
    """A figure as a ``pgfpicture``.

    Args:
        figure: a rendered figure.
        title: goes into a comment.
        description: the text alternative, likewise.
    """
    out = io.StringIO()
    width, height = figure.get_size_inches()
    comments = (" ".join(text.split()) for text in (title, description))
    out.write(_HEADER.format(**dict(zip(("title", "description"), comments, strict=True))).replace("%%", "%"))
    out.write("\\begingroup\n\\makeatletter\n\\begin{pgfpicture}\n")
    out.write(f"\\pgfpathrectangle{{\\pgfpointorigin}}{{\\pgfqpoint{{{width:f}in}}{{{height:f}in}}}}\n")
    out.write("\\pgfusepath{use as bounding box, clip}\n")
    dpi = figure.dpi
    figure.dpi = 72
    try:
        figure.draw(_Writer(figure, out))
    finally:
        figure.dpi = dpi
    out.write("\\end{pgfpicture}\n\\makeatother\n\\endgroup\n")
    return out.getvalue().encode()


def _cases(formula: Formula) -> str:
    """A definition's right side; an array needs no package."""
    if len(formula.cases) == 1:
        value, condition = formula.cases[0]
        return _lines(rf"{value}\quad {condition}" if condition else value)
    otherwise = r"\mathrm{otherwise}"
    rows = r" \\ ".join(f"{_lines(value)} & {condition or otherwise}" for value, condition in formula.cases)
    return rf"\left\{{\begin{{array}}{{@{{}}l@{{\quad}}l@{{}}}}{rows}\end{{array}}\right."


def _lines(latex: str) -> str:
    """A formula with its lines below one another."""
    if BREAK not in latex:
        return rf"\displaystyle {latex}"
    rows = rf" {BREAK} \displaystyle \quad ".join(line.strip() for line in latex.split(BREAK))
    return rf"\begin{{array}}{{@{{}}l@{{}}}}\displaystyle {rows}\end{{array}}"


def latex_text(text: str) -> str:
    """Plain text as LaTeX sets it, with or without Unicode fonts."""
    spelt = "".join(_letter(character) for character in text)
    return re.sub(" {2,}", lambda spaces: "~" * len(spaces[0]), spelt)  # several would become one


def _letter(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _COMMANDS:
        return rf"\ensuremath{{{_COMMANDS[character]}}}"
    if character.isascii():
        return character
    name = unicodedata.name(character, "")
    greek = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", name)
    if greek:
        word = greek[2].lower().replace("lamda", "lambda")
        return rf"\ensuremath{{\{word if greek[1] == 'SMALL' else word.capitalize()}}}"
    simple = unicodedata.normalize("NFKD", character)
    if name.startswith(("SUPERSCRIPT", "MODIFIER LETTER")):
        return rf"\textsuperscript{{{latex_text(simple)}}}"
    if "SUBSCRIPT" in name:
        return rf"\textsubscript{{{latex_text(simple)}}}"
    return "" if name == "HAIR SPACE" else character


def _plain(prop: FontProperties) -> FontProperties:
    """Size, weight and slant, and the document's own font."""
    return FontProperties(family="serif", style=prop.get_style(), weight=prop.get_weight(), size=prop.get_size())
