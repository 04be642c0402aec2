"""The form of a derivative that a person would write: the shortest of many that are equal.

Everything here rearranges SymPy expressions made by `actviz.calculus.symbolic`. A form is a candidate because an
identity of the language's functions gives it (σ(−u) = 1 − σ(u), sech² = 1 − tanh², erf(u/√2) = 2Φ(u) − 1,
e^u = σ/(1 − σ)), and it is taken because it is short; nothing is rewritten numerically, and no assumption on x or a
parameter is made.
SymPy is loaded on first use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy

Length = Callable[[Any], float]

_HIGHEST_POWER = 12
_LARGEST_NUMBER = 10**9
_MOST_FUNCTIONS = 6  # more of them, multiplied out, make more terms than anybody reads


def simplest(formula: Any, functions: dict[str, Any], length: Length, most: int) -> Any:
    """The shortest of the forms that a few identities and rearrangements give.

    Args:
        formula: a SymPy expression.
        functions: the language's functions by name.
        length: how long a form is when it is written down.
        most: operations beyond which a form is not rearranged, for rearranging takes longer than reading it.
    """
    formula = formula.replace(lambda part: part.is_Mul, _one_power_of_each)
    forms = dict.fromkeys([formula, *_forms(formula, functions, most)])  # each once, in order
    return min(forms, key=length)


def _forms(formula: Any, functions: dict[str, Any], most: int) -> Iterator[Any]:
    yield sympy.factor_terms(formula)
    if sympy.count_ops(formula) > most or _is_wild(formula):
        return
    seen = set()
    for identity in _IDENTITIES:
        changed = identity(formula, functions)
        if changed is not None and changed not in seen:
            seen.add(changed)
            yield from _arrangements(changed)
            if identity is _hyperbolic:
                yield from _arrangements(_without_tanh(changed, functions))


def _one_power_of_each(product: Any) -> Any:
    """The product with xᵖ/x as xᵖ⁻¹, which has a value at 0, and (−x)ᵖ/x as −(−x)ᵖ⁻¹."""
    powers: dict[Any, Any] = {}
    rest = []
    for factor in product.args:
        base, exponent = factor.as_base_exp()
        if base.is_number:
            rest.append(factor)
        else:
            powers[base] = powers.get(base, 0) + exponent
    for base in list(powers):
        if -base in powers and not powers[base].is_Integer and powers[-base].is_Integer:
            whole = powers.pop(-base)
            rest.append((-1) ** whole)
            powers[base] += whole
    return sympy.Mul(*rest, *(base**exponent for base, exponent in powers.items()))


def _is_wild(formula: Any) -> bool:
    """Whether numbers or powers are so large that to multiply out would take for ever."""
    powers = [part.exp for part in formula.atoms(sympy.Pow) if part.exp.is_Rational]
    numbers = [part for number in formula.atoms(sympy.Rational) for part in (number.p, number.q)]
    return any(abs(power) > _HIGHEST_POWER for power in powers) or any(abs(n) > _LARGEST_NUMBER for n in numbers)


def _unchanged(formula: Any, functions: dict[str, Any]) -> Any:  # noqa: ARG001  one of several of this form
    return formula


def _one_sided(formula: Any, functions: dict[str, Any]) -> Any:
    """σ(−u) as 1 − σ(u) where both occur, and Φ likewise."""
    for name in ("sigmoid", "normal_cdf"):
        function = functions[name]
        arguments = {call.args[0] for call in formula.atoms(function)}
        for u in arguments:
            if -u in arguments and u.could_extract_minus_sign():
                formula = formula.subs(function(u), 1 - function(-u))
    return formula


def _without_sech(formula: Any, functions: dict[str, Any]) -> Any:
    """Even powers of sech as powers of 1 − tanh²."""
    sech, tanh = functions["sech"], functions["tanh"]
    return formula.replace(
        lambda part: part.is_Pow and part.base.func == sech and part.exp.is_Integer and part.exp % 2 == 0,
        lambda part: (1 - tanh(part.base.args[0]) ** 2) ** (part.exp // 2),
    )


def _without_tanh(formula: Any, functions: dict[str, Any]) -> Any:
    """Even powers of tanh as powers of 1 − sech²."""
    sech, tanh = functions["sech"], functions["tanh"]
    return formula.replace(
        lambda part: part.is_Pow and part.base.func == tanh and part.exp.is_Integer and part.exp % 2 == 0,
        lambda part: (1 - sech(part.base.args[0]) ** 2) ** (part.exp // 2),
    )


def _normal(formula: Any, functions: dict[str, Any]) -> Any:
    """The error function of u/√2 and the bell curve as Φ(u) and φ(u)."""
    cdf, pdf = functions["normal_cdf"], functions["normal_pdf"]
    root = sympy.sqrt(2)
    if not formula.has(functions["erf"], functions["erfc"], pdf):
        return None
    changed = formula.replace(functions["erf"], lambda u: 2 * cdf(_flat(root * u)) - 1)
    changed = changed.replace(functions["erfc"], lambda u: 2 * cdf(_flat(-root * u)))
    for u in {call.args[0] for call in changed.atoms(cdf, pdf)}:
        bell = sympy.exp(_flat(-(u**2) / 2))
        changed = changed.subs(bell, sympy.sqrt(2 * sympy.pi) * pdf(u))
    return changed


def _odds(formula: Any, functions: dict[str, Any]) -> Any:
    """The quotient e^u/(1 + e^u), wherever it is a factor, as σ(u)."""

    def change(product: Any) -> Any:
        for factor in product.args:
            base, power = factor.as_base_exp()
            (exponential, *others) = base.atoms(sympy.exp) or [None]
            if power == -1 and not others and base - 1 == exponential and exponential in product.args:
                return product / exponential * base * functions["sigmoid"](exponential.args[0])
        return product

    return formula.replace(lambda part: part.is_Mul, change)


def _double_angle(formula: Any, functions: dict[str, Any]) -> Any:
    """sin(u)·cos(u) as sin(2u)/2."""
    sin, cos = functions["sin"], functions["cos"]

    def change(product: Any) -> Any:
        for call in product.args:
            if call.func == sin and cos(*call.args) in product.args:
                angle = sympy.expand(2 * call.args[0])
                turned = angle - sympy.pi / 2
                double = sin(angle) if turned.has(sympy.pi) else cos(turned)
                return product / call / cos(*call.args) * double / 2
        return product

    return formula.replace(lambda part: part.is_Mul, change)


def _logistic(formula: Any, functions: dict[str, Any]) -> Any:
    """A rational function of e^u as one of σ(u), where that leaves no denominator."""
    return _in_place_of_exp(formula, functions["sigmoid"], 1, lambda s: s / (1 - s))


def _hyperbolic(formula: Any, functions: dict[str, Any]) -> Any:
    """A rational function of e^2u as one of tanh(u), likewise."""
    return _in_place_of_exp(formula, functions["tanh"], 2, lambda t: (1 + t) / (1 - t))


def _in_place_of_exp(formula: Any, function: Any, power: int, inverse: Callable[[Any], Any]) -> Any:
    """The formula with e^(power·u) written by `function` of u, if it is rational in it and ends without a fraction."""
    exponents = [call.args[0] for call in formula.atoms(sympy.exp)]
    if not exponents:
        return None
    u = min((-e if e.could_extract_minus_sign() else e for e in exponents), key=sympy.count_ops)
    unit, new = sympy.Dummy(positive=True), sympy.Dummy(positive=True)
    for exponent in exponents:
        ratio = sympy.cancel(exponent / u)
        if not ratio.is_Integer:
            return None
        formula = formula.subs(sympy.exp(exponent), unit**ratio)
    if any(call.has(unit) or call.func == sympy.exp for call in formula.atoms(sympy.Function)):
        return None
    if not formula.is_rational_function(unit):  # a power of it that is not known
        return None
    formula = sympy.cancel(sympy.together(formula))
    if power > 1:
        formula = _root(formula, unit, power)
        if formula is None:
            return None
    changed = sympy.cancel(sympy.together(formula.subs(unit, inverse(new))))
    return None if sympy.denom(changed).has(new) else changed.subs(new, function(u))


def _root(formula: Any, unit: Any, power: int) -> Any:
    """The formula in unit**power as a formula in unit, or None where it holds other powers."""
    numerator, denominator = sympy.fraction(formula)
    parts = []
    for part in (numerator, denominator):
        polynomial = sympy.Poly(part, unit)
        if any(degree % power for (degree,) in polynomial.monoms()):
            return None
        parts.append(sum(c * unit ** (degree // power) for (degree,), c in polynomial.terms()))
    return parts[0] / parts[1]


_IDENTITIES = (
    _unchanged,
    _one_sided,
    _without_sech,
    _without_tanh,
    _normal,
    _odds,
    _double_angle,
    _logistic,
    _hyperbolic,
)


def _flat(u: Any) -> Any:
    return sympy.powsimp(sympy.expand(u))


def _arrangements(formula: Any) -> Iterator[Any]:
    """The same algebra factored, expanded, and over a common denominator; functions are indeterminates."""
    hidden, shown = _indeterminates(formula)
    if len(shown) > _MOST_FUNCTIONS:
        return
    together = sympy.together(hidden)
    forms = [hidden, sympy.factor_terms(hidden)]
    try:
        factored = sympy.factor(together)
        numerator, denominator = sympy.fraction(sympy.cancel(together))
    except sympy.PolynomialError:
        factored = together
        numerator, denominator = sympy.fraction(together)
    forms += [factored, _expanded(hidden)]
    for symbol in sorted(shown, key=lambda symbol: symbol.dummy_index):
        forms.append(sympy.collect(_expanded(numerator), symbol) / sympy.factor(denominator))
    forms.append(sympy.collect(_expanded(numerator), list(shown)) / sympy.factor(denominator))
    for form in forms:
        yield from (signed.xreplace(shown) for signed in _signs(form))
        for rearranged in (_factored, _grouped):
            inner = form.replace(lambda part: part.is_Add, rearranged)
            yield from (signed.xreplace(shown) for signed in _signs(inner))


def _expanded(formula: Any) -> Any:
    return sympy.expand(formula, power_base=False, power_exp=False, log=False)


def _factored(total: Any) -> Any:
    return sympy.factor_terms(total, sign=False)


def _grouped(total: Any) -> Any:
    """A sum with the factor that most of its terms share taken out of those: 2 + x − 2xσ as 2 + x(1 − 2σ)."""
    terms = [{factor.as_base_exp()[0] for factor in sympy.Mul.make_args(term)} for term in total.args]
    shared = [factor for factor in set.union(*terms) if not factor.is_Number]
    if not shared:
        return total
    common = max(shared, key=lambda factor: (sum(factor in term for term in terms), str(factor)))
    inside = [term for term, factors in zip(total.args, terms, strict=True) if common in factors]
    if len(inside) < 2:
        return total
    outside = [term for term in total.args if term not in inside]
    return sympy.Add(*outside, _signed(_factored(sympy.Add(*inside))))


def _indeterminates(formula: Any) -> tuple[Any, dict[Any, Any]]:
    """The formula with symbols for its functions and unknown powers, and what they stand for."""
    replaced: dict[Any, Any] = {}
    walk = sympy.preorder_traversal(formula)
    for part in walk:
        if part.is_Function or (part.is_Pow and not part.exp.is_Rational):
            replaced.setdefault(part, sympy.Dummy(f"f{len(replaced)}", real=True))
            walk.skip()
    return formula.xreplace(replaced), {symbol: part for part, symbol in replaced.items()}


def _signs(formula: Any) -> Iterator[Any]:
    """The formula with the signs of its products arranged in each way that `_signed` has."""
    yield _signed(formula)
    for absorbing in (True, False):
        yield formula.replace(lambda part: part.is_Mul, lambda product: _signed(product, absorbing))  # noqa: B023  used at once


def _signed(formula: Any, absorbing: bool = True) -> Any:
    """A product whose sums start with what is positive.

    Args:
        formula: the product; anything else stays as it is.
        absorbing: whether a sum takes a minus sign that would stand in front: σ(σ − 1) for −σ(1 − σ).
    """
    if not formula.is_Mul:
        return formula
    sign = 1
    factors = []
    for factor in formula.args:
        base, exponent = factor.as_base_exp()
        as_written = exponent.is_Integer and exponent % 2 == 0 and _is_shifted(base)
        if base.is_Add and exponent.is_Integer and not as_written and _starts_negative(base):
            base = -base
            sign = -sign if exponent % 2 else sign
        factors.append(base**exponent)
    product = sign * sympy.Mul(*factors)
    if product.could_extract_minus_sign():
        for place, factor in enumerate(factors):
            if factor.is_Add and (absorbing or not _has_functions(factor)):
                flipped = [*factors[:place], -factor, *factors[place + 1 :]]
                return sympy.Mul(-sign, *flipped)
    return product


def _is_shifted(total: Any) -> bool:
    """Whether a sum is a polynomial with a number among its terms; (x − 1)² needs no turning."""
    return bool(total.is_Add and total.as_coeff_Add()[0] != 0 and not _has_functions(total))


def _has_functions(total: Any) -> bool:
    """Whether a sum holds more than names and numbers; functions may be dummies that stand for them."""
    return bool(total.atoms(sympy.Function) or total.atoms(sympy.Dummy))


def _starts_negative(total: Any) -> bool:
    constant = total.as_coeff_Add()[0]
    return bool(constant < 0) if constant != 0 else bool(total.could_extract_minus_sign())
