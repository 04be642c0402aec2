"""Results as text, LaTeX, MathML, Markdown, CSV and JSON.

Records go in, text comes out; nothing is computed here and nothing is printed. The room knows analysis and what is
below it, and no figures.
"""
