"""Indexed PNGs: the same picture to the eye, in a third of the bytes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from actviz.figures.gallery.palette import indexed_png


def read(content: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.mode == "P"
        return np.asarray(picture.convert("RGB"))


def noise(colors: int, shape: tuple[int, int] = (60, 80)) -> NDArray[np.uint8]:
    random = np.random.default_rng(5)
    table = random.integers(0, 256, (colors, 4), dtype=np.uint8)
    return np.asarray(table[random.integers(0, colors, shape)], dtype=np.uint8)


@pytest.mark.parametrize("colors", [1, 2, 17, 256])
def test_up_to_256_colours_are_kept_exactly(colors: int) -> None:
    pixels = noise(colors)
    assert np.array_equal(read(indexed_png(pixels, {})), pixels[..., :3])


def test_a_blend_of_two_colours_is_kept_to_the_eye() -> None:
    share = np.linspace(0, 1, 4000)[:, None]
    blend = np.array([255.0, 255.0, 255.0, 255.0]) * (1 - share) + np.array([11.0, 107.0, 181.0, 255.0]) * share
    pixels = np.broadcast_to(blend.round().astype(np.uint8), (3, 4000, 4))
    difference = np.abs(read(indexed_png(pixels, {})).astype(int) - pixels[..., :3])
    assert difference.max() <= 2


def test_the_commonest_colours_are_exact_among_thousands() -> None:
    pixels = noise(5000)
    pixels[:40] = (1, 2, 3, 255)
    pixels[40:50] = (254, 253, 252, 255)
    found = read(indexed_png(pixels, {}))
    assert np.array_equal(found[:50], pixels[:50, :, :3])


def test_texts_are_kept_and_bytes_are_the_same_each_time() -> None:
    texts = {"Title": "f′", "Description": "from −1 to 1"}
    content = indexed_png(noise(900), texts)
    with Image.open(io.BytesIO(content)) as picture:
        assert {name: str(picture.info[name]) for name in texts} == texts
    same = content == indexed_png(noise(900), texts)
    assert same
