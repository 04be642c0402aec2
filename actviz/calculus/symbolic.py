"""Derivatives through SymPy: of any order, in x, in a parameter or mixed.

SymPy sees smooth formulas only; cases are taken apart before and put together after, so the condition that decides
the value at a kink is never lost. The language's functions go in as functions whose derivatives are written in
terms of the same functions (softplus′ = sigmoid, tanh′ = sech²), so what comes out is as careful as what went in.
SymPy is loaded on first use.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from typing import Any

import sympy

from actviz.calculus.removable import Point, continued, isolated
from actviz.calculus.simplify import simplest
from actviz.errors import UsageError
from actviz.language.cases import Case, fold, unfold
from actviz.language.notation.plain import Unicode
from actviz.language.parser import literal
from actviz.language.syntax import Call, Name, Negation, Node, Number, Operation, neat

_LARGEST = 10_000  # operations in a derivative
_LONG_SUM, _UNFACTORED = 6, 10  # characters that a third term, and a factor common to all, count for
_UNDIVIDED, _TURNED = 4, 4  # likewise, a number common to all terms, and σ − 1 for 1 − σ
_WORTH_SIMPLIFYING = 200  # beyond this many, simplification costs more than it clears up


def _function(name: str, derivative: Callable[[Any], Any]) -> Any:
    """A SymPy function of one real argument that knows its derivative and nothing else."""

    def fdiff(self: Any, argindex: int = 1) -> Any:  # noqa: ARG001  SymPy passes it by name
        return derivative(self.args[0])

    return type(name, (sympy.Function,), {"nargs": 1, "is_real": True, "fdiff": fdiff})


# SymPy's own sine and logarithm rearrange their arguments at length; these only know their derivatives.
_log: Any = _function("log", lambda u: 1 / u)
_sin: Any = _function("sin", lambda u: _cos(u))
_cos: Any = _function("cos", lambda u: -_sin(u))
_tan: Any = _function("tan", lambda u: 1 + _tan(u) ** 2)
_atan: Any = _function("atan", lambda u: 1 / (1 + u**2))
_asinh: Any = _function("asinh", lambda u: 1 / sympy.sqrt(1 + u**2))
_sinh: Any = _function("sinh", lambda u: _cosh(u))
_cosh: Any = _function("cosh", lambda u: _sinh(u))
_expm1: Any = _function("expm1", lambda u: sympy.exp(u))
_log1p: Any = _function("log1p", lambda u: 1 / (1 + u))
_tanh: Any = _function("tanh", lambda u: _sech(u) ** 2)
_sech: Any = _function("sech", lambda u: -_sech(u) * _tanh(u))
_erf: Any = _function("erf", lambda u: 2 * sympy.exp(-(u**2)) / sympy.sqrt(sympy.pi))
_erfc: Any = _function("erfc", lambda u: -2 * sympy.exp(-(u**2)) / sympy.sqrt(sympy.pi))
_sigmoid: Any = _function("sigmoid", lambda u: _sigmoid(u) * (1 - _sigmoid(u)))
_softplus: Any = _function("softplus", lambda u: _sigmoid(u))
_log_sigmoid: Any = _function("log_sigmoid", lambda u: 1 - _sigmoid(u))
_normal_pdf: Any = _function("normal_pdf", lambda u: -u * _normal_pdf(u))
_normal_cdf: Any = _function("normal_cdf", lambda u: _normal_pdf(u))

# abs, sign, min, max and clip are written as cases before SymPy sees them.
FORMS: dict[str, Callable[..., Any]] = {
    "exp": sympy.exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "sqrt": sympy.sqrt,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "atan": _atan,
    "asinh": _asinh,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "sech": _sech,
    "erf": _erf,
    "erfc": _erfc,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "log_sigmoid": _log_sigmoid,
    "normal_pdf": _normal_pdf,
    "normal_cdf": _normal_cdf,
}

# What each function is to SymPy; used to prove two formulas equal, never to compute.
_ELEMENTARY: dict[str, Callable[[Any], Any]] = {
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "log": sympy.log,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "atan": sympy.atan,
    "asinh": sympy.asinh,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "expm1": lambda u: sympy.exp(u) - 1,
    "log1p": lambda u: sympy.log(1 + u),
    "tanh": lambda u: (sympy.exp(2 * u) - 1) / (sympy.exp(2 * u) + 1),
    "sech": lambda u: 2 / (sympy.exp(u) + sympy.exp(-u)),
    "erf": sympy.erf,
    "erfc": lambda u: 1 - sympy.erf(u),
    "sigmoid": lambda u: 1 / (1 + sympy.exp(-u)),
    "softplus": lambda u: sympy.log(1 + sympy.exp(u)),
    "log_sigmoid": lambda u: -sympy.log(1 + sympy.exp(-u)),
    "normal_pdf": lambda u: sympy.exp(-(u**2) / 2) / sympy.sqrt(2 * sympy.pi),
    "normal_cdf": lambda u: (1 + sympy.erf(u / sympy.sqrt(2))) / 2,
}


@lru_cache(maxsize=512)
def derivative(node: Node, variables: tuple[str, ...]) -> Node:
    """The derivative of a tree as a tree, case by case.

    Args:
        node: the tree; its conditions are kept as they are.
        variables: what to differentiate in, one after another: ``x`` or a parameter.

    Raises:
        UsageError: the derivative is too large to be of use.
    """
    cases = fold(node)
    try:
        alone = {variable: isolated(cases, variable) for variable in dict.fromkeys(variables)}
        formulas = [_related(to_sympy(case.value)) for case in cases]
        for variable in variables:
            symbol = _symbol(variable)
            # Off its point, which is a kink of an absolute value that SymPy made, a delta is nothing.
            slopes = [_tidied(part.diff(symbol).replace(sympy.DiracDelta, _nothing)) for part in formulas]
            formulas = _continued(alone[variable], formulas, slopes, symbol)
        cases = [Case(case.condition, from_sympy(part)) for case, part in zip(cases, formulas, strict=True)]
    except RecursionError:
        raise UsageError("the expression is nested too deeply to differentiate", "Simplify it.") from None
    return unfold(_merged(cases))


def equal(first: Node, second: Node) -> bool | None:
    """Whether two smooth trees are the same function; None where SymPy cannot settle it."""
    difference = to_sympy(first, proving=True) - to_sympy(second, proving=True)
    if difference == 0:
        return True
    if sympy.count_ops(difference) > _WORTH_SIMPLIFYING:
        return None
    return True if sympy.simplify(difference) == 0 else None


def differentiated(node: Node, variables: Sequence[str]) -> Node:
    """The derivative of one smooth tree, as SymPy gives it."""
    return from_sympy(to_sympy(node).diff(*map(_symbol, variables)))


def to_sympy(node: Node, proving: bool = False) -> Any:
    """A smooth tree as a SymPy expression.

    A decimal that float64 holds exactly becomes a fraction. Any other becomes a symbol named by its digits, so that
    it stands for one and the same float64 in a function and in its derivative.

    Args:
        node: a tree without conditionals.
        proving: use SymPy's elementary functions and the decimals as fractions, for proofs of equality.
    """
    match node:
        case Number(int() as value):
            return sympy.Integer(value)
        case Number(value):
            fraction = sympy.Rational(repr(value))
            exact = proving or fraction == sympy.Rational(value)
            return fraction if exact else sympy.Symbol(repr(value), positive=True)
        case Name("pi"):
            return sympy.pi
        case Name("e"):
            return sympy.E
        case Name(name):
            return _symbol(name)
        case Negation(operand):
            return -to_sympy(operand, proving)
        case Operation(sign, left, right):
            return _OPERATIONS[sign](to_sympy(left, proving), to_sympy(right, proving))
        case Call(function, arguments):
            form = (_ELEMENTARY if proving and function in _ELEMENTARY else FORMS)[function]
            return form(*(to_sympy(argument, proving) for argument in arguments))
        case _:
            raise AssertionError(f"not a smooth tree: {node}")


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda first, second: first + second,
    "-": lambda first, second: first - second,
    "*": lambda first, second: first * second,
    "/": lambda first, second: first / second,
    "**": lambda first, second: first**second,
}


def from_sympy(formula: Any) -> Node:
    """The tree for a SymPy expression made of what `to_sympy` makes."""
    if formula.is_Rational:
        return _rational(formula)
    if formula.is_Symbol:
        return _decimal(formula) or Name(formula.name)
    if formula == sympy.pi:
        return Name("pi")
    if formula == sympy.E:
        return Name("e")
    if formula.is_Add:
        return _whole_decimal(formula) or _sum(formula)
    if formula.is_Mul:
        return _product(formula)
    if formula.is_Pow:
        return _power(*formula.as_base_exp())
    name = {"Abs": "abs"}.get(formula.func.__name__, formula.func.__name__)
    if formula.is_Function and (name in FORMS or name in ("abs", "sign")):
        return Call(name, tuple(from_sympy(argument) for argument in formula.args))
    raise UsageError("the derivative has no real value", "The expression divides by zero or leaves the real numbers.")


def _nothing(*_: Any) -> Any:
    return sympy.Integer(0)


def _continued(alone: dict[int, list[Point]], values: list[Any], slopes: list[Any], variable: Any) -> list[Any]:
    """The derivatives of all cases, those of single points replaced by the limit from both sides where there is one."""
    if not alone:
        return slopes
    trees, derived = [from_sympy(value) for value in values], [from_sympy(slope) for slope in slopes]
    results = list(slopes)
    for index, points in alone.items():
        found = continued(index, points, trees, derived, variable, lambda tree: to_sympy(tree, proving=True))
        if isinstance(found, int):
            results[index] = slopes[found]
        elif found is not None:
            results[index] = found
    return results


def _symbol(name: str) -> Any:
    return sympy.Symbol(name, real=True)


def _related(formula: Any) -> Any:
    """The formula with decimals that are whole multiples of others written so, for their terms to come together."""
    decimals = sorted((s for s in formula.free_symbols if _decimal(s)), key=lambda symbol: float(symbol.name))
    for place, larger in enumerate(decimals):
        for smaller in decimals[:place]:
            ratio = sympy.Rational(larger.name) / sympy.Rational(smaller.name)
            if ratio.is_Integer:
                formula = formula.subs(larger, ratio * smaller)
                break
    return formula


def _tidied(formula: Any) -> Any:
    """The form that a person would write."""
    operations = sympy.count_ops(formula)
    if operations > _LARGEST:
        raise UsageError("the derivative is too long to be of use", f"It has over {_LARGEST:,} operations.")
    return simplest(formula, FORMS, _length, _WORTH_SIMPLIFYING)


def _length(formula: Any) -> float:
    """How long a formula is in print, with a surcharge for what is harder to read than its length."""
    try:
        text = Unicode().value(neat(from_sympy(formula)))
    except UsageError:  # a form that leaves the real numbers
        return math.inf
    surcharge = 2 * text.count("/")
    for total in formula.atoms(sympy.Add):
        surcharge += _LONG_SUM * (len(total.args) - 2)
        factors = [{factor.as_base_exp()[0] for factor in sympy.Mul.make_args(term)} for term in total.args]
        if any(not factor.is_Number for factor in set.intersection(*factors)):
            surcharge += _UNFACTORED
        constant, rest = total.as_coeff_Add()
        if total.primitive()[0] != 1:
            surcharge += _UNDIVIDED
        if constant < 0 and rest.atoms(_sigmoid, _normal_cdf):
            surcharge += _TURNED
    return len(text) + surcharge


def _merged(cases: list[Case]) -> list[Case]:
    """The cases without those at the end that say the same as what holds otherwise."""
    while len(cases) > 1 and cases[-2].value == cases[-1].value:
        cases = [*cases[:-2], Case(None, cases[-1].value)]
    return cases


def _rational(value: Any) -> Node:
    if value < 0:
        return Negation(_rational(-value))
    if value.is_Integer:
        return Number(int(value))
    if _is_float(value):
        return literal(float(value))
    return Operation("/", literal(float(value.p)), literal(float(value.q)))


def _sum(formula: Any) -> Node:
    terms = formula.as_ordered_terms()
    if formula.atoms(sympy.Function):  # Φ(x) + x φ(x): what is simple comes first; polynomials are in order already
        terms.sort(key=lambda term: (bool(term.atoms(sympy.Function)), not term.is_number, sympy.count_ops(term)))
    terms.sort(key=lambda term: term.could_extract_minus_sign())
    total = from_sympy(terms[0])
    for term in terms[1:]:
        if term.could_extract_minus_sign():
            total = Operation("-", total, from_sympy(-term))
        else:
            total = Operation("+", total, from_sympy(term))
    return total


def _decimal(symbol: Any) -> Node | None:
    """The literal that a symbol stands for, or None where it is a name."""
    return Number(float(symbol.name)) if symbol.name[0].isdigit() else None


def _whole_decimal(formula: Any) -> Node | None:
    """The literal that a sum of decimals is exactly: −0.5 for 0.5 − 1."""
    decimals = {symbol: sympy.Rational(symbol.name) for symbol in formula.free_symbols if _decimal(symbol)}
    value = formula.xreplace(decimals) if decimals else formula
    if not value.is_Rational or sympy.Rational(repr(float(value))) != value:
        return None
    return literal(float(value))


def _product(formula: Any) -> Node:
    if formula.could_extract_minus_sign():
        return Negation(from_sympy(-formula))
    coefficient, rest = formula.as_coeff_Mul()
    decimals: list[Node] = []
    above: list[Any] = []
    below: list[Node] = []
    root: Any = sympy.Integer(1)  # √2/√π as √(2/π)
    for factor in sympy.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        literal_factor = _decimal(factor) if factor.is_Symbol else None
        if literal_factor is not None:
            decimals.append(literal_factor)
        elif abs(exponent) == sympy.Rational(1, 2) and base.is_positive and (base.is_Rational or base == sympy.pi):
            root *= base ** (2 * exponent)
        elif factor.is_Pow and exponent.is_Rational and exponent < 0:
            below.append(_power(base, -exponent))
        elif factor != 1:
            above.append(factor)
    whole = coefficient.p if coefficient.q in (2, 4) or not _is_float(coefficient) else coefficient
    if whole != 1:
        decimals.insert(0, _rational(sympy.Rational(whole)))
    if whole != coefficient:
        below.insert(0, literal(float(coefficient.q)))
    if (root.is_Rational and root < 1) or sympy.numer(root) == 1 != root:
        below.insert(0, Call("sqrt", (from_sympy(1 / root),)))
    elif root != 1:
        decimals.append(Call("sqrt", (from_sympy(root),)))
    above.sort(key=_place)
    product = _times([*decimals, *map(from_sympy, above)])
    return Operation("/", product, _times(below)) if below else product


def _place(factor: Any) -> int:
    """Where a factor stands in a product: names, sums of names, functions and unknown powers, sums that hold them."""
    base, exponent = factor.as_base_exp()
    return 2 * bool(factor.atoms(sympy.Function) or not exponent.is_Rational) + bool(base.is_Add)


def _times(factors: list[Node]) -> Node:
    return reduce(lambda left, right: Operation("*", left, right), factors) if factors else Number(1)


def _is_float(value: Any) -> bool:
    """Whether float64 holds a fraction exactly."""
    return bool(sympy.Rational(float(value)) == value)


def _power(base: Any, exponent: Any) -> Node:
    if base == sympy.E:
        return Call("exp", (from_sympy(exponent),))
    if exponent.is_Rational and exponent < 0:
        return Operation("/", Number(1), _power(base, -exponent))
    if exponent == 1:
        return from_sympy(base)
    if exponent == sympy.Rational(1, 2):
        return Call("sqrt", (from_sympy(base),))
    if exponent.is_Rational and exponent.q == 2:
        return Operation("**", from_sympy(base), Operation("/", literal(float(exponent.p)), Number(2)))
    return Operation("**", from_sympy(base), from_sympy(exponent))
