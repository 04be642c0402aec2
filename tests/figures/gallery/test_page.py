"""index.html as a reader meets it: opened from disk in a real Chromium, searched, filtered, walked by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import CHROMEDRIVER, CHROMIUM, Browser, chromium

from actviz.api import gallery
from actviz.figures.gallery.pages import Html
from actviz.registry.lookup import built_in
from actviz.registry.search import select

COMMITTED = Path(__file__).parents[3] / "gallery"
COUNT = len(list(built_in()))
needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER), reason="needs Chromium: apt-get install chromium chromium-driver"
)

VISIBLE = "return [...document.querySelectorAll('.card')].filter(c => c.checkVisibility()).map(c => c.id)"
STATUS = "return document.querySelector('[role=status]').textContent"
FOCUSED = "return document.activeElement.closest('.card')?.id ?? document.activeElement.id"
PAGE_COLOR = "return getComputedStyle(document.body).backgroundColor"
TOO_WIDE = """
const wide = element => element.getBoundingClientRect().right > innerWidth + 0.5 && !element.closest('.formula');
return [document.documentElement.scrollWidth - innerWidth, [...document.body.querySelectorAll('*')].filter(wide).length]
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def page(session: Browser) -> Iterator[Browser]:
    """The committed page, freshly opened; it must leave nothing in the console."""
    session.emulate("light", 1280)
    session.open((COMMITTED / "index.html").as_uri())
    yield session
    assert session.log() == []


@needs_chromium
def test_the_page_opens_from_disk_with_every_card_and_picture(page: Browser) -> None:
    assert page.run(VISIBLE) == [entry.name for entry in select()]
    assert page.run(STATUS) == f"{COUNT} functions"
    images = "[...document.images].map(image => (image.loading = 'eager', image.decode()))"
    assert page.run(f"return Promise.all({images}).then(all => all.length)") == COUNT


@needs_chromium
@pytest.mark.parametrize(
    "text", ["leaky", "klambauer", "2017", "torch.nn.SELU", "Leaky ReLU", "hendrycks 2016", "positive_part"]
)
def test_typing_finds_names_spellings_aliases_authors_and_years(page: Browser, text: str) -> None:
    page.press("/", text)
    expected = [entry.name for entry in select() if all(word in _found(entry.name) for word in text.lower().split())]
    assert expected
    assert set(page.run(VISIBLE)) >= set(expected)
    assert len(page.run(VISIBLE)) < COUNT / 2
    assert page.run(STATUS) == f"{len(page.run(VISIBLE))} of {COUNT} functions"


def _found(name: str) -> str:
    from actviz.registry.search import words

    return words(next(entry for entry in built_in() if entry.name == name))


@needs_chromium
@pytest.mark.parametrize("text", ["leaky-relu", "LeakyReLU", "leaky_relu"])
def test_names_are_found_however_they_are_joined(page: Browser, text: str) -> None:
    page.press("/", text)
    assert "leaky_relu" in page.run(VISIBLE)


@needs_chromium
def test_what_fits_nothing_says_so_and_escape_clears(page: Browser) -> None:
    page.press("/", "no such function")
    assert page.run(VISIBLE) == []
    assert page.run("return document.getElementById('no-result').checkVisibility()")
    assert page.run(STATUS) == f"0 of {COUNT} functions"
    page.press("Escape")
    assert len(page.run(VISIBLE)) == COUNT
    assert not page.run("return document.getElementById('no-result').checkVisibility()")


@needs_chromium
def test_a_family_can_be_chosen_and_searched_in(page: Browser) -> None:
    page.run("document.querySelector('input[value=gated]').click()")
    assert page.run(VISIBLE) == [entry.name for entry in select("gated")]
    page.press("/", "gelu")
    names = page.run(VISIBLE)
    assert "gelu" in names
    assert set(names) < {entry.name for entry in select("gated")}
    headings = "return [...document.querySelectorAll('h2')].filter(h => h.checkVisibility()).map(h => h.textContent)"
    assert page.run(headings) == ["Gated"]


@needs_chromium
def test_arrows_walk_the_grid_and_enter_opens(page: Browser) -> None:
    page.press("/", "Down")
    assert page.run(FOCUSED) == "relu"
    page.press("Right")
    assert page.run(FOCUSED) == "leaky_relu"
    columns = page.run(
        "return getComputedStyle(document.querySelector('.cards')).gridTemplateColumns.split(' ').length"
    )
    page.press("Down")
    names = [entry.name for entry in select()]
    assert page.run(FOCUSED) == names[1 + columns]
    page.press("Up", "Left")
    assert page.run(FOCUSED) == "relu"
    assert page.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.press("Up")
    assert page.run(FOCUSED) == "search-field"
    page.press("Down", "Enter")
    assert str(page.run("return location.href")).endswith("/relu.png")


@needs_chromium
def test_light_and_dark_follow_the_reader(page: Browser) -> None:
    light = page.run(PAGE_COLOR)
    page.emulate("dark", 1280)
    dark = page.run(PAGE_COLOR)
    assert sum(map(int, re.findall(r"\d+", light))) > 600
    assert sum(map(int, re.findall(r"\d+", dark))) < 100


@needs_chromium
@pytest.mark.parametrize("width", [320, 360, 768, 1280, 2200])
def test_nothing_is_wider_than_the_window(page: Browser, width: int) -> None:
    page.emulate("light", width)
    assert page.run(TOO_WIDE) == [0, 0]


@needs_chromium
def test_pictures_that_load_late_move_nothing(page: Browser) -> None:
    heights = "return [...document.querySelectorAll('.card')].map(card => card.offsetTop)"
    page.run("[...document.images].forEach(image => { image.src = ''; })")
    without = page.run(heights)
    page.open((COMMITTED / "index.html").as_uri())
    page.run("return Promise.all([...document.images].map(i => (i.loading = 'eager', i.decode()))).then(() => 0)")
    assert page.run(heights) == without


HOSTILE = """
[hostile]
title = "<b>&\\"'{{count}}</b>"
summary = "</p><script>document.title = 'taken'</script>"
family = "other"
value = "x if x < 1 and x > -1 else 0"
derivative = "1 if x < 1 and x > -1 else 0"
source = { authors = "<i>A</i>", year = 2020, title = "\\" onmouseover=\\"x", doi = "10.1/\\"<>" }
"""


@needs_chromium
def test_text_of_a_registry_stays_text(session: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.toml"
    own.write_text(HOSTILE, encoding="utf-8")
    monkeypatch.setenv("ACTVIZ_REGISTRY", str(own))
    gallery(tmp_path / "out", search="hostile")
    session.open((tmp_path / "out" / "index.html").as_uri())
    assert session.run("return document.title") == "Activation functions"
    assert session.run("return document.querySelector('h3').textContent") == "<b>&\"'{{count}}</b>"
    assert session.run("return document.querySelector('#hostile p').textContent").startswith("</p><script>")
    assert session.run("return document.querySelector('.source a').title") == '" onmouseover="x'
    assert session.log() == []


class _Outline(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def outline(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Outline()
    parser.feed(text)
    return parser.found


def test_the_page_needs_nothing_but_its_pictures() -> None:
    text = Html(tuple(select("polynomial")), "light", "png").draw().decode()
    found = outline(text)
    loaded = [
        attributes["src"] for tag, attributes in found if tag in ("img", "script", "iframe") and "src" in attributes
    ]
    assert loaded == [f"{entry.name}.png" for entry in select("polynomial")]
    assert all(str(attributes["href"]).startswith("data:") for tag, attributes in found if tag == "link")
    assert "@import" not in text
    assert re.findall(r"url\(\"(?!data:)", text) == []
    assert "{{" not in text


def test_every_picture_has_a_text_and_a_size() -> None:
    images = [
        attributes for tag, attributes in outline(Html(tuple(select()), "light", "png").draw().decode()) if tag == "img"
    ]
    assert len(images) == COUNT
    assert all(len(str(image["alt"])) > 40 for image in images)
    assert {(image["width"], image["height"]) for image in images} == {("1152", "720")}


def test_identifiers_are_unique_and_labels_lead_somewhere() -> None:
    found = outline(Html(tuple(select()), "light", "png").draw().decode())
    identifiers = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    for _, attributes in found:
        for key in ("aria-labelledby", "aria-controls"):
            assert attributes.get(key, identifiers[0]) in identifiers


def test_definitions_are_written_as_a_person_would() -> None:
    from actviz.figures.gallery.pages import _formula_html

    entries = {entry.name: entry for entry in built_in()}
    assert "a<sub>r</sub>(x − t<sub>r</sub>)" in _formula_html(entries["srelu"]).replace("·", "")
    assert "+ 0" not in _formula_html(entries["apl"])
    assert "if x &gt; t<sub>l</sub>" in _formula_html(entries["srelu"])
