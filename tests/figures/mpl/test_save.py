"""Figures as files: the same bytes each time, a text alternative in each, written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from actviz.api import plot_spec
from actviz.errors import OutputError, UsageError
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import FORMATS, image, image_format
from actviz.files import write_whole

SVG = "{http://www.w3.org/2000/svg}"
SPECS = ("selu", "prelu:alpha=0.01,0.25")
SCRIPT = f"""
import hashlib
from actviz.api import plot_spec
from actviz.figures.mpl.render import render
from actviz.figures.mpl.save import FORMATS, image
for text in {SPECS!r}:
    spec = plot_spec([text], derivative=True)
    for kind in FORMATS:
        print(text, kind, hashlib.sha256(image(render(spec), spec, kind)).hexdigest())
"""


def made(text: str, kind: str, **options: object) -> bytes:
    spec = plot_spec([text], derivative=True, **options)  # type: ignore[arg-type]
    return image(render(spec), spec, kind)


def test_the_same_figure_is_the_same_bytes_in_every_format_and_process() -> None:
    here = [
        f"{text} {kind} {hashlib.sha256(made(text, kind)).hexdigest()}" for text in SPECS for kind in FORMATS
    ]  # after other figures, and in an environment of its own
    environment = os.environ | {"PYTHONHASHSEED": "99", "SOURCE_DATE_EPOCH": "12345", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines() == here


@pytest.mark.parametrize("kind", FORMATS)
def test_no_date_and_no_version_is_in_the_file(kind: str) -> None:
    content = made("selu", kind)
    assert not re.search(rb"CreationDate|<dc:date>|Matplotlib v|matplotlib version|Software", content)


def test_png_has_the_size_and_a_description() -> None:
    with Image.open(io.BytesIO(made("selu", "png", size=(4, 3), dpi=50))) as picture:
        assert picture.size == (200, 150)
        words = dict(picture.info)
    assert words["Title"] == "SELU"
    assert words["Description"] == plot_spec(["selu"], derivative=True).description
    assert "jumping from 1.7581 to 1.0507 at x = 0" in words["Description"]


def test_svg_has_title_and_description_first_and_keeps_text_as_text() -> None:
    content = made("x if x < 1 else 2*x", "svg")
    root = ElementTree.fromstring(content)
    title, description = list(root)[:2]
    spec = plot_spec(["x if x < 1 else 2*x"], derivative=True)
    assert (title.tag, title.text) == (f"{SVG}title", "x if x < 1, else 2x")
    assert (description.tag, description.text) == (f"{SVG}desc", spec.description)
    assert "".join(root.itertext()).count("typed formula") == 1


def test_pdf_has_its_subject_and_embedded_fonts() -> None:
    content = made("selu", "pdf")
    subject = plot_spec(["selu"], derivative=True).description
    assert content.startswith(b"%PDF-")
    found = re.search(rb"/Subject <([0-9a-fA-F]+)>|/Subject \((.*?)\)\s", content, re.DOTALL)
    assert found is not None
    written = bytes.fromhex(found[1].decode()) if found[1] else _unescaped(found[2])
    assert written.decode("utf-16").strip("\ufeff") == subject
    assert b"/Type3" not in content.replace(b" ", b"")


def _unescaped(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda match: {b"n": b"\n", b"r": b"\r"}.get(match[1], match[1]), text, flags=re.DOTALL)


def test_saving_keeps_the_themes_background() -> None:
    with Image.open(io.BytesIO(made("selu", "png", theme="dark"))) as picture:
        assert picture.convert("RGB").getpixel((2, 2)) == (0x14, 0x17, 0x1F)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "png"), ("a.SVG", "svg"), ("folder.d/b.c.Pdf", "pdf"), ("a.tar.png", "png")]
)
def test_the_suffix_decides_the_format(name: str, kind: str) -> None:
    assert image_format(Path(name)) == kind


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.jpg", "'.jpg' images are not written\nUse .png, .svg, .pdf or .pgf."),
        ("figure", "'figure' has no image suffix\nUse .png, .svg, .pdf or .pgf."),
        (".png", "'.png' has no image suffix\nUse .png, .svg, .pdf or .pgf."),
        ("a.png.", "'a.png.' has no image suffix\nUse .png, .svg, .pdf or .pgf."),
    ],
)
def test_other_suffixes_are_refused(name: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        image_format(Path(name))
    assert str(caught.value) == message


def test_a_file_is_written_with_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "new.txt", b"content")
    (tmp_path / "other.txt").write_bytes(b"")
    assert (tmp_path / "new.txt").read_bytes() == b"content"
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new.txt", "other.txt")}
    assert len(modes) == 1


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b" / "c.txt", b"content")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"content"


def test_a_failure_leaves_the_old_content_and_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OutputError) as caught:
        write_whole(path, b"new")
    assert str(caught.value) == f"cannot write '{path}': Operation not permitted\nChoose another place with -o."
    assert [found.name for found in tmp_path.iterdir()] == ["file.txt"]
    assert path.read_bytes() == b"old"


def test_an_interruption_leaves_the_old_content_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "file.txt", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_whole(tmp_path, b"content")
    assert str(caught.value) == f"cannot write '{tmp_path}': it is a folder\nName a file in it."


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OutputError) as caught:
        write_whole(tmp_path / "file" / "inside.png", b"content")
    assert str(caught.value).startswith(f"cannot write '{tmp_path / 'file' / 'inside.png'}': ")
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_link_keeps_pointing_where_it_did(tmp_path: Path) -> None:
    (tmp_path / "target.txt").write_bytes(b"old")
    (tmp_path / "link.txt").symlink_to("target.txt")
    write_whole(tmp_path / "link.txt", b"new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "target.txt").read_bytes() == b"new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """What holds for a named pipe holds for /dev/null and /dev/stdout, which a superuser could replace."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"content")
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert os.read(reader, 100) == b"content"
    finally:
        os.close(reader)


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    name = "n" * 250 + ".txt"
    write_whole(tmp_path / name, b"content")
    assert (tmp_path / name).read_bytes() == b"content"
