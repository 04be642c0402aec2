"""The signs of papers and other languages, put into Python's: ``x²``, ``2x``, ``|x|``, ``√``, ``x > 0 ? a : b``.

Where two readings are possible, as in ``1/2x``, the error shows both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from actviz.errors import ExpressionError

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣⁿᵃᵇᶜᵈᵏᵐᵖᵗᵘᵝᵞᵅ", "0123456789+-()xnabcdkmptuβγα", strict=True))
_SIGNS = {
    **dict.fromkeys("−–‐‒﹣－", "-"),
    **dict.fromkeys("·×⋅∙∗⨉•", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    "≤": "<=",
    "≥": ">=",
    "⩽": "<=",
    "⩾": ">=",
    "≠": "!=",
    "∧": " and ",
    "∨": " or ",
    "¬": " not ",
    "π": "pi",
    "½": "(1/2)",
    "¼": "(1/4)",
    "¾": "(3/4)",
    "′": "'",
    "ℯ": "e",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u2061": "",
    "\u2062": "*",
}
_GREEK_FUNCTIONS = {"σ": "sigmoid", "Φ": "normal_cdf", "φ": "normal_pdf", "ϕ": "normal_pdf"}
_C_MATH = {
    "M_PI": "pi",
    "M_E": "e",
    "M_SQRT2": "sqrt(2)",
    "M_SQRT1_2": "sqrt(1/2)",
    "M_2_SQRTPI": "(2/sqrt(pi))",
    "M_1_PI": "(1/pi)",
    "M_2_PI": "(2/pi)",
    "M_LN2": "log(2)",
}
_TOKEN = re.compile(
    r"\s+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*|\.\s*[^\W\d]\w*|\*\*|<=|>=|==|!=|&&|\|\||'[^']*'|\"[^\"]*\"|."
)
_KEYWORDS = {"if", "else", "and", "or", "not", "return", "lambda", "def", "in", "is", "True", "False", "None"}


def plain(text: str, known: Collection[str], parameters: Collection[str]) -> str:
    """The text with signs that Python does not have put into those that it has.

    Args:
        text: the formula.
        known: names that may be called.
        parameters: names that have values.

    Raises:
        ExpressionError: the formula means two things.
    """
    if re.match(r"\s*(?:async )?def\b", text) or "lambda" in text:
        return text.replace("\r", "")
    line = (
        text
        if re.search(r"^\s*(?:return\b|\w+\s*=[^=])", text, re.MULTILINE) and "\n" in text.strip()
        else " ".join(text.split())
    )
    line = _signs(line)
    line = _powers(line)
    line = _roots(line)
    line = _ternary(_bars(line))
    line = re.sub(r"(?<![\w.])((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFlL](?![\w.])", r"\1", line)  # 0.5f
    line = re.sub(
        r"\.([*/^])", lambda found: {"^": "**"}.get(found[1], found[1]), re.sub(r"(?<=\d)\.(?=[*/^])", "", line)
    )
    line = line.replace("^", "**").replace("&&", " and ").replace("||", " or ").replace("<>", "!=").replace("::", ".")
    line = re.sub(r"!(?!=)", " not ", line)
    for name, meaning in _C_MATH.items():
        line = re.sub(rf"\b{name}\b", meaning, line)
    return _products(line, known, parameters)


def _signs(line: str) -> str:
    result = []
    for character in line:
        if character in _SUPERSCRIPTS or character == "√":
            result.append(character)
        elif character in _SIGNS:
            result.append(_SIGNS[character])
        else:
            result.append(unicodedata.normalize("NFKC", character))
    return "".join(result)


def _powers(line: str) -> str:
    """Superscripts as powers: x² → x**2, e⁻ˣ → e**(-x), tanh²(x) → (tanh(x))**2."""
    above = "".join(_SUPERSCRIPTS)
    applied = re.compile(rf"([^\W\d]\w*)([{above}]+)\s*\(")
    while found := applied.search(line):
        end = _closing(line, found.end() - 1)
        power = "".join(_SUPERSCRIPTS[character] for character in found[2])
        if end < 0 or found[1] == "x":
            break
        line = f"{line[: found.start()]}({found[1]}{line[found.end() - 1 : end + 1]})**({power}){line[end + 1 :]}"

    def power_of(found: re.Match[str]) -> str:
        exponent = "".join(_SUPERSCRIPTS[character] for character in found[0])
        return f"**{exponent}" if exponent.isdigit() or len(exponent) == 1 else f"**({_spelled_out(exponent)})"

    return re.sub(rf"[{above}]+", power_of, line)


def _spelled_out(exponent: str) -> str:
    return re.sub(r"(?<=[\w)])(?=[^\W\d(])", "*", exponent)


def _roots(line: str) -> str:
    while (place := line.find("√")) >= 0:
        rest = line[place + 1 :].lstrip()
        if rest.startswith("("):
            line = f"{line[:place]}sqrt{rest}"
            continue
        operand = re.match(r"\d+\.?\d*|[^\W\d]\w*", rest)
        if operand is None:
            raise ExpressionError("'√' has no number under it", line, place, "Write 'sqrt(x)'.")
        line = f"{line[:place]}sqrt({operand[0]}){rest[operand.end() :]}"
    return line


def _closing(line: str, start: int) -> int:
    depth = 0
    for place in range(start, len(line)):
        depth += (line[place] in "([{") - (line[place] in ")]}")
        if depth == 0:
            return place
    return -1


def _bars(line: str) -> str:
    """Bars as magnitudes: ``|x|`` → ``abs(x)``. One opens where a value may begin, and closes where one has ended."""
    marked = line.replace("||", "\0")
    if "|" not in marked:
        return line
    result = []
    depth = 0
    for place, character in enumerate(marked):
        if character != "|":
            result.append(character)
            continue
        before = marked[:place].rstrip()
        ended = (
            bool(before)
            and (before[-1].isalnum() or before[-1] in "_)]|")
            and not re.search(r"\b(?:if|else|and|or|not)$", before)
        )
        if ended and depth:
            result.append(")")
            depth -= 1
        else:
            result.append(" abs(" if not ended else "*abs(")
            depth += 1
    if depth:
        raise ExpressionError("'|' is not closed", line, line.rfind("|"), "A magnitude is written '|x|' or 'abs(x)'.")
    return "".join(result).replace("\0", "||")


def _ternary(line: str) -> str:
    """C's choice in Python's order: ``c ? a : b`` → ``(a) if (c) else (b)``."""
    if "?" not in line:
        return line
    place = line.rfind("?")  # the last one holds no other in its middle
    depth = 0
    colon = -1
    for at in range(place + 1, len(line)):
        depth += (line[at] in "([") - (line[at] in ")]")
        if depth < 0:
            break
        if line[at] == ":" and depth == 0:
            colon = at
            break
    if colon < 0:
        raise ExpressionError("'?' has no ':' after it", line, place, "Write 'x > 0 ? a : b', or 'a if x > 0 else b'.")
    start = _start(line, place)
    end = _end(line, colon)
    choice = (
        f"(({line[place + 1 : colon].strip()}) if ({line[start:place].strip()}) else ({line[colon + 1 : end].strip()}))"
    )
    return _ternary(line[:start] + choice + line[end:])


def _start(line: str, place: int) -> int:
    """Where the condition that ends at a place begins."""
    depth = 0
    for at in range(place - 1, -1, -1):
        depth += (line[at] in ")]") - (line[at] in "([")
        if depth < 0 or (depth == 0 and line[at] in "?:,;"):
            return at + 1
        if depth == 0 and line[at] == "=" and line[at - 1] not in "<>=!" and line[at + 1] != "=":
            return at + 1
        if depth == 0 and re.match(r"return\b", line[at:]):
            return at + len("return")
    return 0


def _end(line: str, colon: int) -> int:
    depth = 0
    for at in range(colon + 1, len(line)):
        depth += (line[at] in "([") - (line[at] in ")]")
        if depth < 0 or (depth == 0 and line[at] in ",;"):
            return at
    return len(line)


def _products(line: str, known: Collection[str], parameters: Collection[str]) -> str:
    """Products that have no sign: ``2x``, ``αx``, ``x(1 + x)``, ``(1 + x)(1 − x)``."""
    tokens = list(_TOKEN.findall(line))
    result: list[str] = []
    divided = False  # whether the factor before stands below a fraction's bar, as in 1/2x
    last = ""
    for place, token in enumerate(tokens):
        if token.isspace():
            result.append(token)
            continue
        following = next((after for after in tokens[place + 1 :] if not after.isspace()), "")
        token = _letters(token, known, parameters, following)
        if _ends(last) and _begins(token) and not _calls(last, token, known, parameters, result):
            if divided and not result[-1].isspace():
                before = "".join(result)
                both = _both(before, token + "".join(tokens[place + 1 :]))
                raise ExpressionError("a division is followed by a product without its sign", line, len(before), both)
            while result[-1].isspace():
                result.pop()
            result.append("*")
        elif token not in (")", "]"):
            divided = last == "/" or (divided and token in ("**",)) or (divided and last == "**")
        result.append(token)
        last = token
    return "".join(result)


def _both(before: str, after: str) -> str:
    bar = before.rfind("/")
    number, rest = before[bar + 1 :], re.match(r"[\w.]+|\([^()]*\)", after)
    factor = rest[0] if rest else after
    tail = after[len(factor) :]
    return f"Write '{before[:bar]}/({number}*{factor}){tail}' or '({before})*{factor}{tail}'."


def _letters(token: str, known: Collection[str], parameters: Collection[str], following: str) -> str:
    """A run of letters as a paper means it: Greek function names, and ``αx`` for ``α*x``."""
    if token in _GREEK_FUNCTIONS and following == "(" and token not in parameters:
        return _GREEK_FUNCTIONS[token]
    if token in parameters or token in known or token in _KEYWORDS or not token.isalpha() or len(token) == 1:
        return token
    if any(ord(letter) > 127 for letter in token) and not token.isascii():
        return "*".join(re.findall(r"[a-zA-Z]{2,}|.", token))
    parts = [*parameters, "x"]
    if len(token) == 2 and token[1] == "x" and token[0] in parts:
        return f"{token[0]}*x"
    return token


def _ends(token: str) -> bool:
    return bool(token) and (token[-1].isalnum() or token[-1] in "_)]" or token[-1] == ".") and token not in _KEYWORDS


def _begins(token: str) -> bool:
    return (
        token[0].isalnum() or token[0] in "_(" or (token[0] == "." and token[1:2].isdigit())
    ) and token not in _KEYWORDS


def _calls(last: str, token: str, known: Collection[str], parameters: Collection[str], result: list[str]) -> bool:
    """Whether what comes next is the argument list of a call, or part of a name."""
    if token != "(":
        return False
    if last in (")", "]"):
        return _closes_call(result)
    if not (last[0].isalpha() or last[0] in "_."):
        return False
    return last in known or (last not in (*parameters, "x", "pi", "e") and not (len(last) == 1 and not last.isascii()))


def _closes_call(result: list[str]) -> bool:
    """Whether the parenthesis just closed was the argument list of a class, as in ``nn.ReLU()(x)``."""
    depth = 0
    for place in range(len(result) - 1, -1, -1):
        depth += (result[place] == ")") - (result[place] == "(")
        if depth == 0 and result[place] == "(":
            name = result[place - 1] if place else ""
            return bool(re.search(r"(?:^|\.)\s*[A-Z]\w*$", name))
    return False
