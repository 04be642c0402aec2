"""PNGs of at most 256 colours: a third of the bytes of full colour, and no difference that an eye could find."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

_COLORS = 256
_EXACT = 128  # this many of the commonest colours are kept as they are


def indexed_png(pixels: NDArray[np.uint8], texts: Mapping[str, str]) -> bytes:
    """An opaque picture as an indexed PNG.

    Surfaces, curves and letters have few colours, and blends of these where they meet. The commonest half of the
    palette is exact; the other half goes one by one to the colour that is furthest from all taken so far, so that
    no blend is far from its stand-in.

    Args:
        pixels: (height, width, 4) bytes: red, green, blue, and a fourth that is ignored.
        texts: the text chunks, by keyword.

    Returns:
        The same bytes for the same arguments.
    """
    height, width = pixels.shape[:2]
    # A picture is long runs of one colour: everything below is done once for a run, not for each of its pixels.
    codes = np.ascontiguousarray(pixels).view("<u4").ravel() & 0xFFFFFF
    starts = np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])
    lengths = np.diff(starts, append=codes.size)
    found, places = np.unique(codes[starts], return_inverse=True)
    colors = np.stack([found & 255, found >> 8 & 255, found >> 16], axis=1).astype(np.float32)
    chosen = _palette(colors, np.bincount(places, weights=lengths))
    here, there = _to_measure(colors)
    nearest = (here @ there[chosen].T).argmin(axis=1).astype(np.uint8)
    indices = np.repeat(nearest[places], lengths)
    picture = Image.frombytes("P", (width, height), indices.tobytes())
    picture.putpalette(colors[chosen].astype(np.uint8).tobytes())
    chunks = PngInfo()
    for keyword, text in texts.items():
        chunks.add_itxt(keyword, text)
    out = io.BytesIO()
    # Runs are all that there is to compress; to look for more takes twice as long and saves a tenth.
    picture.save(out, "png", pnginfo=chunks, compress_type=zlib.Z_RLE)
    return out.getvalue()


def _palette(colors: NDArray[np.float32], counts: NDArray[Any]) -> NDArray[np.intp]:
    """The indices of at most 256 colours that stand for all."""
    if len(colors) <= _COLORS:
        return np.arange(len(colors))
    here, there = _to_measure(colors)
    chosen = list(np.argsort(-counts, kind="stable")[:_EXACT])
    gaps = (here @ there[chosen].T).min(axis=1)
    while len(chosen) < _COLORS:
        furthest = int(gaps.argmax())
        chosen.append(furthest)
        np.minimum(gaps, here @ there[furthest], out=gaps)
    return np.array(chosen)


def _to_measure(colors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two vectors for every colour; the product of one of each kind is the squared distance of their colours.

    It is a sum of whole numbers below 2²⁴, and so exact in float32, in whatever order it is added up.
    """
    squares, ones = (colors * colors).sum(axis=1, keepdims=True), np.ones((len(colors), 1), dtype=np.float32)
    return np.hstack([squares, ones, colors]), np.hstack([ones, squares, -2 * colors])
