"""Numbers and letters as people write them, and as files and terminals can take them."""

from __future__ import annotations

import re
import unicodedata

# What steers a terminal or turns the order of letters round, but line breaks and tabs.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷʸᶻ", "0123456789+-()xabcdefghijklmnoprstuvwyz", strict=True))
_RAISED_RUN = re.compile(f"[{''.join(RAISED)}]+")
_LATEX = {
    **{character: "\\" + character for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "*": r"{*}",
    '"': "'" * 2,
    "…": r"\ldots{}",
    "–": "--",
    "—": "---",
    **{
        sign: f"${mathematics.strip()}$"
        for sign, mathematics in {
            "<": "<",
            ">": ">",
            "|": "|",
            "'": "'",
            "′": "'",
            "″": "'" * 2,
            "‴": "'" * 3,
            "−": "-",
            "·": r"\cdot ",
            "×": r"\times ",
            "±": r"\pm ",
            "∂": r"\partial ",
            "≤": r"\leq ",
            "≥": r"\geq ",
            "≠": r"\neq ",
            "≈": r"\approx ",
            "→": r"\to ",
            "∞": r"\infty ",
            "√": r"\surd ",
            "∈": r"\in ",
            "₀": "_0",
            "₁": "_1",
            "₂": "_2",
        }.items()
    },
}


def visible(text: str) -> str:
    r"""The text with escapes, as in ``\x1b``, for characters that steer a terminal or turn letters round."""

    def escape(found: re.Match[str]) -> str:
        code = ord(found[0])
        return f"\\x{code:02x}" if code < 0x20 else f"\\u{code:04x}"

    return _STEERING.sub(escape, text)


def greek_name(letter: str) -> str:
    """A Greek letter's name, capitalised where it is a capital: ``lambda`` (Unicode has ``LAMDA``), ``Phi``."""
    size, _, name = unicodedata.name(letter).removeprefix("GREEK ").partition(" LETTER ")
    name = name.removeprefix("FINAL ").partition(" ")[0].lower().replace("lamda", "lambda")
    return name.capitalize() if size == "CAPITAL" else name


def is_greek(letter: str) -> bool:
    """Whether a character is a letter of the Greek alphabet, or one of its variants in formulas."""
    return "α" <= letter <= "ω" or "Α" <= letter <= "Ω" or letter == "ϕ"


def latex(text: str) -> str:
    """Words for the text of a LaTeX document: special characters escaped, mathematical ones in mathematics."""
    parts = []
    for run in re.split(f"({_RAISED_RUN.pattern})", visible(text)):
        if run and run[0] in RAISED:
            parts.append(f"$^{{{''.join(RAISED[letter] for letter in run)}}}$")
        else:
            parts += [_latex_letter(letter) for letter in run]
    return "".join(parts)


def _latex_letter(letter: str) -> str:
    if letter in _LATEX:
        return _LATEX[letter]
    if is_greek(letter):
        name = "phi" if letter == "ϕ" else greek_name(letter)
        same = {"Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau", "Chi"}
        return f"$\\mathrm{{{name[0]}}}$" if name in same else "o" if name == "omicron" else f"$\\{name}$"
    return letter


def markdown(text: str) -> str:
    """Words for a cell of a Markdown table: on one line, with nothing that Markdown takes for markup."""
    text = visible(text).replace("\n", " ")
    return "".join("\\" + character if character in "\\|*_`<" else character for character in text)


def number(value: float, digits: int | None = None) -> str:
    """A float in as many significant digits, or in as many as it takes to read it back exactly."""
    if digits is None:
        return repr(value)
    text = f"{value:.{digits}g}"
    return "0" if text == "-0" else text


def short(value: float) -> str:
    """A number to five significant digits, without a trailing ``.0``."""
    return f"{value:.5g}".replace("-", "−")


def raised(number: int) -> str:
    """A whole number in superscript."""
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
