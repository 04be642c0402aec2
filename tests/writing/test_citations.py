"""Citations: BibTeX that a bibliography can use, each source once."""

from __future__ import annotations

import json
import re

import pytest

import actviz
from actviz.api import activations
from actviz.errors import ActvizError, UsageError
from actviz.registry.entries import KINDS, Source
from actviz.registry.lookup import built_in
from actviz.writing.citations import as_bibtex, as_sentences, keys, sources

CITED = [entry.name for entry in built_in() if entry.source is not None]


def test_a_preprint() -> None:
    assert actviz.cite("selu") == (
        "@misc{klambauer2017selfnormalizing,\n"
        "  author        = {Klambauer and Unterthiner and Mayr and Hochreiter},\n"
        "  title         = {{Self-Normalizing Neural Networks}},\n"
        "  year          = {2017},\n"
        "  eprint        = {1706.02515},\n"
        "  archiveprefix = {arXiv},\n"
        "  url           = {https://arxiv.org/abs/1706.02515}\n"
        "}\n"
    )


def test_an_article_a_conference_a_book_and_a_report() -> None:
    text = actviz.cite("smish", "relu", "lecun_tanh", "elliott")
    assert "@article{wang2022smish," in text
    assert "journal = {Electronics}" in text
    assert "doi     = {10.3390/electronics11040540}" in text
    assert "@inproceedings{nair2010rectified," in text
    assert "@incollection{lecun1998efficient," in text
    assert "booktitle = {Neural Networks: Tricks of the Trade}" in text
    assert "@techreport{elliott1993better," in text
    assert "institution = {" in text


def test_every_source_makes_an_entry_whose_braces_match() -> None:
    cited = sources(activations(CITED))
    text = as_bibtex(cited)
    entries = text.split("\n\n")
    assert len(entries) == len(cited) > 70
    found = [re.match(r"@(\w+)\{([a-z]+\d{4}[a-z0-9]+),\n", entry) for entry in entries]
    assert all(found)
    assert {match[1] for match in found if match} == set(KINDS)
    assert len({match[2] for match in found if match}) == len(entries)
    for entry in entries:
        depth = 0
        for character in entry:
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0
        assert depth == 0


def test_a_source_is_cited_once_however_often_it_is_named() -> None:
    text = actviz.cite("gelu", "gelu_tanh", "torch.nn.GELU", "prelu:alpha=0.1,0.2")
    assert text.count("@") == 2
    assert json.loads(actviz.cite("gelu", "gelu_tanh", style="json"))[0]["activations"] == ["gelu", "gelu_tanh"]


def test_keys_are_told_apart_by_a_letter() -> None:
    listed = [Source("A, B", 2000, title) for title in ("Deep one", "Deep two", "The deep")]
    assert keys(listed) == ["a2000deep", "a2000deepb", "a2000deepc"]


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (Source("Bélisle, X", 2001, "On the Éléphant: a talk"), "belisle2001elephant"),
        (Source("Khalil-Hani", 2016, "A new"), "khalilhani2016new"),
        (Source("van Gool", 1999, "The"), "vangool1999the"),
    ],
)
def test_a_key_is_plain(source: Source, key: str) -> None:
    assert keys([source]) == [key]


def test_what_latex_would_read_is_escaped_and_those_not_named_are_others() -> None:
    source = Source("van Gool, O_B, et al.", 2000, "50% of x^2 & more: {a}", doi="10.1/a_b")
    text = as_bibtex([(source, ["f"])])
    assert "author = {{van Gool} and O\\_B and others}" in text
    assert "title  = {{50\\% of x\\textasciicircum{}2 \\& more: \\{a\\}}}" in text
    assert "doi    = {10.1/a_b}" in text
    assert "url    = {https://doi.org/10.1/a_b}" in text


def test_a_sentence() -> None:
    assert actviz.cite("silu", style="text") == (
        "Elfwing, Uchibe, Doya (2017). Sigmoid-Weighted Linear Units for Neural Network Function Approximation in "
        "Reinforcement Learning. https://arxiv.org/abs/1702.03118\n"
    )
    source = Source("A", 2000, "T", kind="article", venue="J")
    assert as_sentences([(source, ["f"])]) == "A (2000). T. J.\n"


def test_data() -> None:
    (found,) = json.loads(actviz.cite("selu", style="json"))
    assert found == {
        "key": "klambauer2017selfnormalizing",
        "type": "misc",
        "activations": ["selu"],
        "authors": ["Klambauer", "Unterthiner", "Mayr", "Hochreiter"],
        "year": 2017,
        "title": "Self-Normalizing Neural Networks",
        "venue": None,
        "arxiv": "1706.02515",
        "doi": None,
        "url": "https://arxiv.org/abs/1706.02515",
    }


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            "sigmoid",
            "'sigmoid' has no source to cite: it is folklore, older than any paper on it\n"
            "'actviz info sigmoid' shows what is known. Leave it out to cite the others.",
        ),
        ("x*x", "'x*x' is a formula of your own, so there is no source to cite\nLeave it out to cite the others."),
    ],
)
def test_what_has_no_source_is_told(spec: str, message: str) -> None:
    with pytest.raises(ActvizError) as caught:
        actviz.cite("selu", spec)
    assert (str(caught.value), caught.value.exit_code) == (message, 1)


def test_an_unknown_style_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        actviz.cite("selu", style="apa")
    assert str(caught.value) == "there is no citation style 'apa'\nStyles: bibtex, text, json."
