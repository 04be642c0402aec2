"""Approximations with a proved error: straight pieces, tables, polynomials, quotients, fits of another function.

`construct` says what there is and calls what builds it; `target` is the function in a range; `lines`, `tables`,
`remez`, `rational`, `fit` build; `chebyshev` and `squares` solve the small problems they come to; `formula` writes a
result as a tree and as a spec; `bound` proves its largest error with balls. The room knows curves and what is below.
"""
