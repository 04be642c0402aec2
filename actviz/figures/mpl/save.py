"""Figures as bytes: PNG, SVG, PDF or PGF, the same bytes for the same figure, with a text alternative in each."""

from __future__ import annotations

import io
from contextlib import nullcontext
from html import escape  # xml.sax.saxutils would load urllib.request, and with it ssl and email
from pathlib import Path

from matplotlib.figure import Figure

from actviz.errors import UsageError
from actviz.figures.mpl.fast_axes import drawn_at_once
from actviz.figures.mpl.style import quiet_fonts, styled_for
from actviz.figures.spec import FigureSpec

IMAGES = ("png", "svg", "pdf")  # what a page can show
FORMATS = (*IMAGES, "pgf")


def image_format(path: Path, others: str = "") -> str:
    """The image format that a file name's suffix names.

    Args:
        path: the file.
        others: a sentence about what other suffixes are for, which ends the error.

    Raises:
        UsageError: it names none of `FORMATS`.
    """
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        given = f"'{path.name}' has no image suffix" if not suffix else f"'.{suffix}' images are not written"
        raise UsageError(given, f"Use .png, .svg, .pdf or .pgf.{others}")
    return suffix


def image(figure: Figure, spec: FigureSpec, image_format: str) -> bytes:
    """A rendered figure as the bytes of a file.

    Args:
        figure: what `render` made of `spec`.
        spec: gives the title, the text alternative and the theme.
        image_format: one of `FORMATS`.
    """
    if image_format == "pgf":
        from actviz.figures.mpl.pgf import pgf

        with styled_for(spec), quiet_fonts():
            for patch in [figure.patch, *(axes.patch for axes in figure.axes)]:
                patch.set_visible(not spec.transparent)
            return pgf(figure, spec.title, spec.description)
    out = io.BytesIO()
    metadata: dict[str, str | None] = {
        "png": {"Title": spec.title, "Description": spec.description, "Software": None},
        "svg": {"Title": spec.title, "Description": spec.description, "Date": None, "Creator": None},
        "pdf": {
            "Title": spec.title,
            "Subject": spec.description,
            "CreationDate": None,
            "Creator": None,
            "Producer": None,
        },
    }[image_format]
    scales = drawn_at_once(figure, spec) if image_format == "png" else nullcontext()  # elsewhere, ticks are text
    with styled_for(spec), quiet_fonts(), scales:
        figure.savefig(out, format=image_format, dpi=spec.dpi, metadata=metadata, transparent=spec.transparent)
    content = out.getvalue()
    if image_format == "svg":
        title = f"<title>{escape(spec.title, quote=False)}</title>"
        described = f"{title}\n <desc>{escape(spec.description, quote=False)}</desc>"
        content = content.decode().replace(title, described, 1).encode()
    return content
