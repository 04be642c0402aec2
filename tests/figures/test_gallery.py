"""The gallery: complete, linked, whole or not at all; and the one in the repository is current."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import ft2font
from PIL import Image

from actviz.api import gallery, plot_spec
from actviz.curve import Activation
from actviz.errors import OutputError, UsageError
from actviz.figures import gallery as module
from actviz.figures.compose import plot_spec as composed
from actviz.figures.render import render
from actviz.figures.save import image
from actviz.figures.spec import FigureSpec
from actviz.registry.entries import FAMILIES, Entry
from actviz.registry.lookup import Registry, built_in

COMMITTED = Path(__file__).parents[2] / "gallery"
NAMES = [entry.name for entry in built_in()]

# What the committed pictures were drawn with. Another matplotlib or FreeType sets text a little differently: between
# matplotlib 3.9 and 3.11, 0.8 to 1.6 % of all pixels differ by over 60 levels, more than a changed label would bring
# about. So pictures are held to the stricter share where both are the same, and to the looser one elsewhere.
DRAWN_WITH = ("3.11", "2.14.3")
SAME = 1e-5
ALIKE = 0.05
LEVELS = 60


def _families() -> list[str]:
    return [family for family in FAMILIES if any(entry.family == family for entry in built_in())]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    gallery(folder)
    return folder


@cache
def pixels(content: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.int16)


def share_changed(first: bytes, second: bytes) -> float:
    """The share of pixels that differ by more than `LEVELS` in a colour; 1 where the sizes differ."""
    one, other = pixels(first), pixels(second)
    if one.shape != other.shape:
        return 1.0
    return float((np.abs(one - other).max(axis=2) > LEVELS).mean())


def picture_of(entry: Entry) -> bytes:
    spec = composed([Activation(entry)], (0, 1))
    return image(render(spec), spec, "png")


def links(text: str) -> list[str]:
    return re.findall(r"\]\((?!https?:)([^)]+)\)", text)


def test_there_is_a_picture_of_every_entry_an_overview_and_an_index(fresh: Path) -> None:
    assert sorted(path.name for path in fresh.iterdir()) == sorted(
        [*(f"{name}.png" for name in NAMES), "overview.png", "README.md"]
    )


def test_the_files_written_are_returned_the_index_last(tmp_path: Path) -> None:
    written = gallery(tmp_path / "new" / "folder", family="polynomial", image_format="svg")
    names = [entry.name for entry in built_in() if entry.family == "polynomial"]
    expected = [*(f"{name}.svg" for name in names), "overview.svg", "README.md"]
    assert sorted(path.name for path in written) == sorted(expected)
    assert written[-1].name == "README.md"
    assert all(path.read_bytes() for path in written)


def test_every_link_of_the_index_leads_somewhere(fresh: Path) -> None:
    text = (fresh / "README.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    found = links(text)
    assert len(found) == 2 * len(NAMES) + 1
    for link in found:
        assert link in anchors if link.startswith("#") else (fresh / link).is_file()


def test_the_index_shows_every_entry_with_picture_formula_and_source(fresh: Path) -> None:
    text = (fresh / "README.md").read_text(encoding="utf-8")
    for entry in built_in():
        _, _, section = text.partition(f"\n## {entry.title}\n\n{entry.summary}\n\n")
        section = section.partition("\n## ")[0]
        description = plot_spec([entry.name], derivative=True).description
        assert section.startswith(f"![{description}]({entry.name}.png)\n\n```text\n")
        assert "f′(x) = " in section
        assert section.rstrip().endswith(f"`actviz plot {entry.name} --derivative`")
        if entry.source is not None:
            assert f"{entry.source.authors} ({entry.source.year}). {entry.source.title}." in section
        for parameter in entry.parameters:
            assert f"(`{parameter.name}`) = {parameter.default!r}" in section


def test_a_picture_is_what_plot_draws(fresh: Path) -> None:
    with Image.open(fresh / "selu.png") as picture:
        dpi = round(picture.size[0] / plot_spec(["selu"]).size[0])
    spec = plot_spec(["selu"], derivative=True, dpi=dpi)
    assert (fresh / "selu.png").read_bytes() == image(render(spec), spec, "png")


def test_the_overview_shows_every_entry_with_its_derivative() -> None:
    spec = module.overview(list(built_in()), "light")
    assert [panel.heading for panel in spec.panels] == [entry.title for entry in built_in()]
    assert all(len(panel.lines) == 2 for panel in spec.panels)
    titles = [axes.get_title(loc="left") for axes in render(spec).axes]
    assert titles == [entry.title for entry in built_in()]


def test_a_theme_reaches_every_picture(tmp_path: Path) -> None:
    gallery(tmp_path, family="polynomial", theme="dark")
    for path in tmp_path.glob("*.png"):
        assert tuple(pixels(path.read_bytes())[2, 2]) == (0x14, 0x17, 0x1F)


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    gallery(tmp_path, family="polynomial")
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"family": "nope"},
            f"no entry is of the family 'nope'\nFamilies: {', '.join(_families())}.",
        ),
        ({"theme": "pink"}, "there is no theme 'pink'\nThemes: light, dark, print."),
        ({"image_format": "bmp"}, "there is no image format 'bmp'\nFormats: png, svg, pdf."),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_written(
    tmp_path: Path, options: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        gallery(tmp_path / "out", **options)
    assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OutputError) as caught:
        gallery(tmp_path / "file", family="polynomial")
    assert str(caught.value).startswith(f"cannot write '{tmp_path / 'file' / 'identity.png'}': ")
    assert (tmp_path / "file").read_bytes() == b"old"


def test_an_interruption_leaves_whole_files_only(tmp_path: Path) -> None:
    def interrupted(specs: Iterable[FigureSpec]) -> Iterable[FigureSpec]:
        for number, spec in enumerate(specs):
            if number == 2:
                raise KeyboardInterrupt
            yield spec

    with pytest.raises(KeyboardInterrupt):
        gallery(tmp_path, progress=interrupted)
    left = list(tmp_path.iterdir())
    assert len(left) == 2
    assert {path.name for path in left} <= {f"{name}.png" for name in NAMES}
    for path in left:
        height, width, _ = pixels(path.read_bytes()).shape
        assert 5 * width == 8 * height


def test_the_committed_gallery_has_the_files_of_a_fresh_one(fresh: Path) -> None:
    assert sorted(path.name for path in COMMITTED.iterdir()) == sorted(path.name for path in fresh.iterdir())


def test_the_committed_index_is_current(fresh: Path) -> None:
    committed = (COMMITTED / "README.md").read_text(encoding="utf-8")
    assert committed == (fresh / "README.md").read_text(encoding="utf-8"), "run 'actviz gallery' and commit the result"


@pytest.mark.parametrize("name", [*NAMES, "overview"])
def test_the_committed_pictures_are_current(fresh: Path, name: str) -> None:
    here = (matplotlib.__version__.rpartition(".")[0], ft2font.__freetype_version__)
    committed, drawn = ((folder / f"{name}.png").read_bytes() for folder in (COMMITTED, fresh))
    changed = share_changed(committed, drawn)
    assert changed <= (SAME if here == DRAWN_WITH else ALIKE), "run 'actviz gallery' and commit the result"
    assert _words(committed) == _words(drawn)


def _words(content: bytes) -> dict[str, str]:
    with Image.open(io.BytesIO(content)) as picture:
        return {name: str(picture.info[name]) for name in ("Title", "Description")}


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [("prelu", "alpha", 0.26), ("selu", "scale", 1.06), ("elu", "alpha", 1.01), ("thresholded_relu", "theta", 1.01)],
)
def test_a_changed_parameter_shows_in_the_picture(name: str, parameter: str, value: float) -> None:
    entry = next(entry for entry in built_in() if entry.name == name)
    parameters = tuple(
        replace(known, default=value) if known.name == parameter else known for known in entry.parameters
    )
    assert share_changed(picture_of(entry), picture_of(replace(entry, parameters=parameters))) > 10 * SAME


@pytest.mark.parametrize("change", [{"title": "SELu"}, {"summary": "Scaled exponential linear units."}])
def test_a_changed_word_shows_in_the_picture(change: dict[str, str]) -> None:
    entry = next(entry for entry in built_in() if entry.name == "selu")
    assert share_changed(picture_of(entry), picture_of(replace(entry, **change))) > 10 * SAME  # type: ignore[arg-type]


def test_a_changed_symbol_shows_in_the_formula() -> None:
    entry = next(entry for entry in built_in() if entry.name == "elu")
    (alpha,) = entry.parameters
    changed = replace(entry, parameters=(replace(alpha, symbol="β"),))
    assert share_changed(picture_of(entry), picture_of(changed)) > 10 * SAME


def test_a_changed_entry_shows_in_the_index(tmp_path: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(entry for entry in built_in() if entry.family == "polynomial")
    others = [entry for entry in built_in() if entry is not first]
    monkeypatch.setattr(module, "active", lambda: Registry([replace(first, summary="Something else."), *others]))
    gallery(tmp_path, family=first.family)
    index = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "Something else." in index
    assert "Something else." not in (fresh / "README.md").read_text(encoding="utf-8")
