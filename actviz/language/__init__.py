"""The expression language: text to tree, and the tree to values, cases and notation.

`syntax` has the tree and the ways to walk it, `functions` the functions of the language, `parser` reads text,
`conditions` settles comparisons, `cases` and `pieces` say where a formula changes. Beneath them `numerics` gives
numbers for trees and `notation` text. The room knows no registry, no parameters but by name, and no figures; it
imports NumPy and, where arbitrary precision is wanted, mpmath. Everything here is a pure function of a tree.
"""
