r"""LaTeX mathematics read into Python's arithmetic: ``\frac{x}{1+e^{-x}}`` becomes ``(x)/(1 + exp(-x))``.

A descent over the tokens of a formula. Products need no sign, functions may stand without parentheses (``\tanh x``),
and ``cases`` become conditionals. What is not mathematics of one number is refused with its place.
"""

from __future__ import annotations

import re
import unicodedata

from actviz.errors import ExpressionError

_TOKEN = re.compile(r"\\[a-zA-Z]+\*?|\\.|\d+\.?\d*|\.\d+|<=|>=|!=|[^\s]")
_LAYOUT = (
    "quad qquad displaystyle textstyle limits nolimits bigl bigr Bigl Bigr biggl biggr Biggl Biggr big Big bigg Bigg "
    "mathopen mathclose nonumber notag thinspace left right middle mleft mright mathstrut strut"
)
_SPACES = re.compile(
    rf"(?<!\\)\\[,;:!> ]|~|\\(?:{_LAYOUT.replace(' ', '|')})(?![a-zA-Z])\.?"
    r"|\\label\{[^}]*\}|\$|(?<!\\)\\[\[\]()]"
)
_GREEK = {
    unicodedata.name(chr(code)).rsplit(" ", 1)[-1].lower().replace("lamda", "lambda"): chr(code)
    for code in [*range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA)]
}
_GREEK |= {"Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Omega": "Ω"}
_GREEK |= {"varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "ell": "l"}
_SAME = "exp sin cos tan sinh cosh tanh sech min max abs sign erf erfc asinh atan softplus sigmoid clip relu sqrt"
_FUNCTIONS = {name: name for name in [*_SAME.split(), "expm1", "log1p"]}
_FUNCTIONS |= {"ln": "log", "log": "log", "arctan": "atan", "arsinh": "asinh", "arcsinh": "asinh", "sgn": "sign"}
_FUNCTIONS |= {
    "logistic": "sigmoid",
    "logsigmoid": "log_sigmoid",
    "cdf": "normal_cdf",
    "coth": "1/tanh",
    "cot": "1/tan",
}
_INVERSE = {"tan": "atan", "sinh": "asinh"}
_CALLED_GREEK = {"sigma": "sigmoid", "Phi": "normal_cdf", "phi": "normal_pdf", "varphi": "normal_pdf"}
_LETTERS = {"σ": "sigmoid", "Φ": "normal_cdf", "φ": "normal_pdf"}
_RELATIONS = {sign: sign for sign in ("<", ">", "<=", ">=", "!=")} | {"=": "==", "≤": "<=", "≥": ">="}
_RELATIONS |= {"\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\lt": "<", "\\gt": ">"}
_RELATIONS |= {"\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\ne": "!=", "\\neq": "!="}
_TEXTS = {
    *(
        "\\text",
        "\\textrm",
        "\\textbf",
        "\\textit",
        "\\texttt",
        "\\textsf",
        "\\mbox",
        "\\rm",
        "\\operatorname",
        "\\operatorname*",
    ),
    *("\\mathrm", "\\mathbf", "\\mathit", "\\mathsf", "\\mathtt", "\\mathcal"),
}
_OPEN = {"(": ")", "[": "]", "\\{": "\\}", "\\lvert": "\\rvert", "\\lbrack": "\\rbrack"}
_OTHERWISE = {"otherwise", "else", "elsewhere", "other", "others", "default"}
_BETWEEN = {"and", "or", "if", "for", "when", "where", "with", *_OTHERWISE}
_EQUATIONS = "align equation gather aligned split math displaymath eqnarray multline".replace(" ", "|")


def is_latex(text: str) -> bool:
    """Whether a text has LaTeX's commands or braces."""
    return bool(re.search(r"\\[a-zA-Z]+|[\^_]\{|^\s*\$", text))


def from_latex(text: str) -> str:
    """The right side of the first equation in a text of LaTeX, or the formula that it is, in Python's arithmetic.

    Raises:
        ExpressionError: a place cannot be read.
    """
    return _Reader(_first_equation(text), " ".join(text.split())).formula()


def _first_equation(text: str) -> str:
    body = re.sub(r"(?<!\\)%.*", "", text)
    body = re.sub(rf"\\(?:begin|end)\{{(?:{_EQUATIONS})\*?\}}", " ", body)
    body = (
        _SPACES.sub(" ", body)
        .replace("\\dfrac", "\\frac")
        .replace("\\tfrac", "\\frac")
        .replace("\\cfrac", "\\frac")
        .strip()
    )
    depth = 0
    start = 0
    place = 0
    while place < len(body):
        if body.startswith("\\begin", place):
            depth += 1
        elif body.startswith("\\end", place):
            depth -= 1
        elif body.startswith("\\\\", place) and depth == 0:
            if body[start:place].strip():
                return _right_side(body[start:place])
            start = place + 2
            place += 1
        place += 1
    return _right_side(body[start:])


def _right_side(line: str) -> str:
    """What follows the first ``=`` that stands outside of braces and environments, up to the next one."""
    depth = 0
    places = []
    for place, character in enumerate(line):
        if line.startswith("\\begin", place):
            depth += 1
        elif line.startswith("\\end", place):
            depth -= 1
        depth += (character in "{(") - (character in "})")
        if depth == 0 and ((character == "=" and line[place - 1] not in "<>!:") or line.startswith(":=", place)):
            places.append(place)
    if not places:
        return line.replace("&", " ") if "\\begin" not in line else line
    left = line[: places[0]]
    if (
        re.fullmatch(r"[\s&]*(?:\\\w+\{[\w -]*\}|\\?[A-Za-z]+'?|[A-Za-z]+_\{?\w+\}?)\s*(?:[({][^=]*[)}])?[\s&:]*", left)
        is None
    ):
        return line
    right = line[places[0] + (2 if line.startswith(":=", places[0]) else 1) : places[1] if len(places) > 1 else None]
    return right.strip().removeprefix("&").rstrip(" ,.;")


class _Reader:
    """Reads tokens from left to right; every method gives Python text for what it has read."""

    def __init__(self, formula: str, whole: str) -> None:
        self.tokens = [(found[0], found.start()) for found in _TOKEN.finditer(formula)]
        self.place = 0
        self.source = formula
        self.whole = whole

    @property
    def token(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def ahead(self, count: int = 1) -> str:
        return self.tokens[self.place + count][0] if self.place + count < len(self.tokens) else ""

    def take(self) -> str:
        token = self.token
        self.place += 1
        return token

    def error(self, problem: str) -> ExpressionError:
        token = self.token
        place = self.whole.find(token) if token else len(self.whole)
        return ExpressionError(
            problem, self.whole, max(0, place), "Read are formulas in one variable, as papers set them."
        )

    def expect(self, token: str) -> None:
        if self.token != token:
            raise self.error(f"'{token}' is missing" + (f" before '{self.token}'" if self.token else " at the end"))
        self.place += 1

    def formula(self) -> str:
        result = self.sum()
        while self.token in (".", ",", ";", "\\\\"):
            self.place += 1
        if self.token == "\\text" or self.token in ("\\mathrm", "where"):
            return result
        if self.token:
            raise self.error(f"'{self.token}' cannot be read here")
        return result

    def sum(self) -> str:
        result = ""
        if self.token in ("+", "-", "−"):
            result = "-" if self.take() != "+" else ""
        result += self.product()
        while self.token in ("+", "-", "−", "\\pm"):
            if self.token == "\\pm":
                raise self.error("'\\pm' stands for two formulas")
            sign = "+" if self.take() == "+" else "-"
            result += f" {sign} {self.product()}"
        return result

    def product(self) -> str:
        result = self.power()
        while True:
            token = self.token
            if token in ("\\cdot", "\\times", "*", "\\ast", "·", "×", "\\odot"):
                self.take()
                result += "*" + self.signed()
            elif token in ("/", "\\div", "\\slash"):
                self.take()
                result += "/" + self.signed()
            elif self.begins():
                result += "*" + self.power()
            else:
                return result

    def signed(self) -> str:
        if self.token in ("-", "−"):
            self.take()
            return f"(-{self.power()})"
        return self.power()

    def begins(self) -> bool:
        """Whether the next token begins a factor."""
        token = self.token
        if token == "|" or token == "\\vert":
            return False  # closes, where it does not follow an operator
        return bool(token) and (
            token[0].isalnum()
            or token in ("(", "[", "{", "\\{", "\\lvert", "\\frac", "\\sqrt", "\\begin", "\\mathbb", "\\lbrack")
            or (token[0] == "." and len(token) > 1)
            or (token in _TEXTS and self.word() not in _BETWEEN)
            or token[1:] in _GREEK
            or token[1:] in _CALLED_GREEK
            or token[1:] in _FUNCTIONS
            or token in ("\\pi", "\\mathbf")
            or (len(token) == 1 and unicodedata.category(token).startswith("L"))
        )

    def word(self) -> str:
        """The words in the braces that follow, without reading them."""
        place = self.place
        self.take()
        word = self.text() if self.token == "{" else ""
        self.place = place
        return word.strip().lower()

    def power(self) -> str:
        if self.token == "e" and self.ahead() == "^":
            self.place += 2
            return f"exp({self.group()})"
        base = self.atom()
        while self.token == "^":
            self.take()
            exponent = self.group()
            base = f"({base})**({exponent})" if not base.isalnum() else f"{base}**({exponent})"
        return base

    def group(self) -> str:
        if self.token == "{":
            self.take()
            inner = self.sum()
            self.expect("}")
            return inner
        if self.token in ("-", "−"):
            self.take()
            return f"-{self.group()}"
        if self.token.isdigit() and len(self.token) > 1:  # x^12 is x¹2
            token, start = self.tokens[self.place]
            self.tokens[self.place] = (token[1:], start + 1)
            return token[0]
        return self.atom()

    def atom(self) -> str:
        token = self.take()
        if token in _OPEN or token in ("|", "\\vert", "{"):
            return self.enclosed(token)
        if token and (token[0].isdigit() or (token[0] == "." and len(token) > 1)):
            return token
        if token in ("\\mathbb", "\\mathbf", "\\mathds") and self.token == "{" and self.ahead() in ("1", "I"):
            return self.indicator()
        if token in _TEXTS:
            return self.named(self.text())
        if token.startswith("\\"):
            return self.command(token)
        if token and token[0].isalpha():
            return (
                self.applied(_LETTERS[token]) if token in _LETTERS and self.token in _OPEN else self.subscripted(token)
            )
        self.place -= bool(token)
        raise self.error(f"'{token}' cannot be read here" if token else "the formula ends too soon")

    def enclosed(self, opening: str) -> str:
        closing = _OPEN.get(opening, "}" if opening == "{" else opening)
        inner = self.sum()
        if opening in ("(", "[", "\\{") and self.token in _RELATIONS:  # a mask, (x > 0)
            inner = f"1 if {self.relation(inner)} else 0"
        self.expect(closing)
        return f"abs({inner})" if opening in ("\\lvert", "\\vert", "|") else f"({inner})"

    def command(self, token: str) -> str:
        word = token[1:]
        if word == "frac":
            above = self.group()
            return f"(({above})/({self.group()}))"
        if word == "sqrt":
            if self.token != "[":
                return f"sqrt({self.group()})"
            self.take()
            degree = self.sum()
            self.expect("]")
            return f"({self.group()})**(1/({degree}))"
        if word == "begin":
            return self.cases()
        if word == "pi":
            return "pi"
        if word in _CALLED_GREEK and self.token in _OPEN:
            return self.applied(_CALLED_GREEK[word])
        if word == "ln" and self.token == "\\sigma":
            self.take()
            return self.applied("log_sigmoid")
        if word in _FUNCTIONS:
            return self.applied(_FUNCTIONS[word])
        if word in _GREEK:
            return self.subscripted(_GREEK[word])
        self.place -= 1
        raise self.error(f"'{token}' is not read")

    def subscripted(self, letter: str) -> str:
        if self.token != "_":
            return "e" if letter == "e" else letter
        self.take()
        if self.token != "{":
            return f"{letter}_{self.take()}"
        self.take()
        parts = []
        while self.token not in ("}", ""):
            parts.append(self.take().lstrip("\\"))
        self.expect("}")
        return f"{letter}_{re.sub(r'[^0-9A-Za-z]', '', ''.join(parts)) or '0'}"

    def text(self) -> str:
        """The words in braces."""
        self.expect("{")
        start = self.tokens[self.place][1] if self.place < len(self.tokens) else len(self.source)
        while self.token not in ("}", ""):
            self.take()
        end = self.tokens[self.place][1] if self.token else len(self.source)
        self.expect("}")
        return self.source[start:end].strip()

    def named(self, word: str) -> str:
        key = re.sub(r"[\s\\_-]", "", word).lower()
        if key in _FUNCTIONS:
            return self.applied(_FUNCTIONS[key])
        if self.token in _OPEN or self.token == "^":
            return self.applied(re.sub(r"\\_|[\s-]+", "_", word))
        if word == "e" or word == "d":
            return word
        return self.subscripted(re.sub(r"\\_|[\s-]+", "_", word))

    def applied(self, function: str) -> str:
        """A function with what it is applied to, in parentheses or not, and a power between them."""
        power = ""
        if self.token == "^":
            self.take()
            power = self.group()
            if power in ("-1", "(-1)") and function in _INVERSE:
                function, power = _INVERSE[function], ""
        if self.token in ("(", "[", "\\{", "\\lbrack"):
            closing = _OPEN[self.take()]
            arguments = [self.sum()]
            while self.token == ",":
                self.take()
                arguments.append(self.sum())
            self.expect(closing)
        elif self.token == "{":
            arguments = [self.group()]
        else:
            arguments = [self.bare()]
        inside = ", ".join(arguments)
        call = f"({function}({inside}))" if "/" in function else f"{function}({inside})"
        return f"({call})**({power})" if power else call

    def bare(self) -> str:
        """An argument without parentheses: factors up to the next sign, function or closing mark."""
        if self.token in ("-", "−"):
            self.take()
            return f"-{self.bare()}"
        if not self.begins():
            raise self.error("a function has no argument")
        result = self.power()
        while (
            self.begins()
            and self.token not in ("(", "[", "\\begin")
            and self.token[1:] not in _FUNCTIONS
            and self.token not in _TEXTS
        ):
            result += "*" + self.power()
        return result

    def indicator(self) -> str:
        self.text()
        if self.token == "_":
            self.take()
        opening = self.take()
        closing = {"{": "}", **_OPEN}.get(opening)
        if closing is None:
            raise self.error("an indicator has no condition")
        inner = self.condition()
        self.expect(closing)
        return f"(1 if {inner} else 0)"

    def condition(self) -> str:
        parts = [self.relation(self.sum())]
        while True:
            word = self.conjunction()
            if not word:
                return " ".join(parts)
            parts += [word, self.relation(self.sum())]

    def conjunction(self) -> str:
        if self.token in ("\\land", "\\wedge", ","):
            self.take()
            return "and"
        if self.token in ("\\lor", "\\vee"):
            self.take()
            return "or"
        if self.token in _TEXTS:
            place = self.place
            self.take()
            word = self.text().lower()
            if word in ("and", "or"):
                return word
            self.place = place
        return ""

    def relation(self, left: str) -> str:
        if self.token not in _RELATIONS:
            raise self.error("a condition has no comparison")
        result = left
        while self.token in _RELATIONS:
            result += f" {_RELATIONS[self.take()]} {self.sum()}"
        return result

    def cases(self) -> str:
        kind = self.text()
        if kind.rstrip("*") not in ("cases", "dcases", "rcases", "array"):
            raise self.error(f"the environment '{kind}' is not read")
        if kind == "array" and self.token == "{":
            self.text()
        rows: list[tuple[str, str]] = []
        while self.token and self.token != "\\end":
            value = self.sum()
            while self.token in (",", "&", ";", "."):
                self.take()
            rows.append((value, self.when()))
            while self.token in (",", ".", ";"):
                self.take()
            if self.token == "\\\\":
                self.take()
        self.expect("\\end")
        self.text()
        if not rows:
            raise self.error("there are no cases")
        result = rows[-1][0]
        for value, condition in reversed(rows[:-1]):
            if not condition:
                raise self.error("a case has no condition")
            result = f"(({value}) if {condition} else ({result}))"
        return f"({result})"

    def when(self) -> str:
        """The condition of a case; empty for 'otherwise'."""
        while self.token in _TEXTS:
            place = self.place
            self.take()
            words = self.text().lower().strip(" ,.:")
            if words in _OTHERWISE or any(word in words.split() for word in _OTHERWISE):
                return ""
            if words not in ("if", "for", "when", "where", "", "and", "if and only if", "iff"):
                self.place = place
                break
        if self.token in ("\\\\", "\\end", ""):
            return ""
        for word in ("if", "for", "otherwise"):  # letters of mathematics, where \\text was forgotten
            if "".join(self.ahead(count) for count in range(len(word))) == word:
                self.place += len(word)
                if word == "otherwise":
                    return ""
        return self.condition()
