"""What can be found out about curves: derivations and their proof, smoothness, steps, comparisons.

Results are frozen records without prose (`results`, and beside what makes them); `actviz.writing` puts them into
words. The room knows curves and what is below them.
"""
