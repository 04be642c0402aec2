"""Calculus on trees: derivatives by rule and through SymPy, their shortest form, removable points, asymptotes.

The room knows the language alone. Trees go in and come out; SymPy is loaded where it is used, and no SymPy object
leaves the room.
"""
