"""The least that `actviz derive selu` could be: SymPy differentiates the same Piecewise."""

import sympy

x = sympy.Symbol("x", real=True)
scale, alpha = sympy.symbols("scale alpha", positive=True)
f = sympy.Piecewise((scale * x, x > 0), (scale * alpha * (sympy.exp(x) - 1), True))
sympy.pprint(f)
sympy.pprint(f.diff(x))
