"""Numbers for trees: float64 in bulk, and arbitrary precision where float64 loses digits.

What is promised of accuracy is promised here. The room knows the tree and the functions of the language.
"""
