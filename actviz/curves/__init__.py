"""Activations made concrete: parameters fixed, a derivative order chosen, then values, limits and samples.

`specs` reads the texts that name activations, `curve` has `Activation` and `Curve`, `sampling` the points to draw,
`naming` what a curve is called, and `display` the slots by which results show themselves. The room knows the
registry, calculus and the language; it knows nothing of prose or figures.
"""
