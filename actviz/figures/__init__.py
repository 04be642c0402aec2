"""Figures: what a figure says, as frozen data, and below that the ways to draw it.

`compose` makes a `spec` from curves; `framing`, `guides`, `definitions` and `ticks` decide what it shows. The data is
drawn by `mpl` (matplotlib), by `terminal` (dots), and in numbers by `gallery`. Whatever draws knows the spec and none
of the curves behind it. matplotlib is loaded in `mpl` alone, and pyplot only for a window.
"""
