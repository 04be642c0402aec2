"""The figure itself on terminals that show images, through textual-image: Kitty's protocol, and Sixel."""

from __future__ import annotations

import io
import os
import sys

from rich.console import Console

from actviz.errors import OutputError
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import image
from actviz.figures.spec import FigureSpec

_MOST_COLUMNS = 290  # Kitty's protocol numbers no more than 297 cells


def show_inline(spec: FigureSpec) -> None:
    """Show a figure on the terminal that standard input and output are, no wider and no taller than that.

    Raises:
        OutputError: textual-image is not installed, the terminal shows no images, or does not know its size.
    """
    if 0 in os.get_terminal_size(sys.stdout.fileno()):  # the library divides by it
        raise OutputError(
            "the terminal does not say how large it is",
            "Set it with 'stty columns 80 rows 24', or write a file with -o.",
        )
    try:
        # Importing it asks the terminal what it can show.
        from textual_image.renderable import Image, SixelImage, TGPImage
    except ImportError:
        raise OutputError(
            "to show images on a terminal takes the package textual-image, of the extra 'images'",
            "Install it with 'pip install textual-image', or draw with dots: '--terminal' alone.",
        ) from None
    if Image not in (SixelImage, TGPImage):
        raise OutputError(
            "this terminal shows no images, neither by Kitty's protocol nor as Sixel",
            "Draw with dots: '--terminal' alone.",
        )
    png = io.BytesIO(image(render(spec), spec, "png"))
    console = Console()
    console.print(
        Image(png, width="auto", height="auto"),
        width=min(console.width, _MOST_COLUMNS),
        height=max(console.height - 1, 1),  # the prompt takes a row
    )
