"""The expression language: text to tree, and the tree to values, breakpoints and notation."""
