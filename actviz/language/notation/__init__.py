"""Trees as people read them: plain text that is read back, Unicode, LaTeX and MathML."""
