"""What a formula does towards an end: infinity, or a point from one side.

With x = ±t, or x = c ± 1/t, every tree is a function of t → ∞. It is written as a few terms with known coefficients,
each a product of powers of t, of its logarithms and of exponentials (`monomials`), and one term more whose coefficient
is enclosed for all t from some start on (`germs`); `expansion` does this for trees. So limits, asymptotes, signs
towards an end and bounds of tails are proved, not seen on samples.
"""
