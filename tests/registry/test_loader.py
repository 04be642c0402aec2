"""Registry files: what loads, and every refusal word for word."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import load

from actviz.errors import RegistryError
from actviz.language.parser import Template, parse
from actviz.registry.entries import FAMILIES, FRAMEWORKS, Entry, Parameter, Source, Spelling
from actviz.registry.loader import BUILT_IN

MINIMAL = """\
[f]
title = "F"
summary = "A function."
family = "other"
value = "a*x"
derivative = "a"
parameters.a = { default = 1.0 }
source = "folklore"
"""

ALLOWED = "Allowed: x, numbers, pi, e, parameters, + - * / **, functions, and 'a if x > 0 else b'."
NAMING = "is not a usable name: lower-case letters, digits and '_', beginning with a letter"


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RegistryError) as caught:
        load(path)
    assert caught.value.exit_code == 1
    return str(caught.value).replace(str(path), "FILE")


def test_the_built_in_file_loads() -> None:
    assert {"identity", "relu", "selu"} <= {entry.name for entry in load(BUILT_IN)}


def test_a_file_without_entries_is_empty(tmp_path: Path) -> None:
    assert load(written(tmp_path, "# nothing\n")) == []


def test_a_minimal_entry(tmp_path: Path) -> None:
    assert load(written(tmp_path, MINIMAL)) == [
        Entry(
            name="f",
            title="F",
            summary="A function.",
            family="other",
            value=parse("a*x"),
            derivative=parse("a"),
            parameters=(Parameter("a", 1.0),),
        )
    ]


def test_a_full_entry(tmp_path: Path) -> None:
    text = """\
    [f_2]
    title = "F₂"
    summary = "A function."
    family = "gated"
    where.u = "exp(b*x)"
    value = "a*x*u"
    derivative = "a*u + a*b*x*u"
    aliases = ["g", "h_2"]
    parameters.a = { default = 2, symbol = "α", about = "a factor", learned = true, above = 0, below = 3 }
    parameters.b = { default = -1.5 }
    source = { authors = "Nobody", year = 1999, title = "Nothing", doi = "10.1/2" }
    spellings.torch = [
        { names = ["torch.f", "torch.nn.F"], defaults = { a = 1 }, arguments = { b = "beta" }, note = "So." },
        { names = ["torch.g"], slopes = { "0" = "a", "1/2" = "-b" } },
    ]
    note = "A remark."
    """
    (entry,) = load(written(tmp_path, text))
    assert entry == Entry(
        name="f_2",
        title="F₂",
        summary="A function.",
        family="gated",
        value=parse("a*x*exp(b*x)"),
        derivative=parse("a*exp(b*x) + a*b*x*exp(b*x)"),
        aliases=("g", "h_2"),
        parameters=(
            Parameter("a", 2.0, symbol="α", about="a factor", learned=True, above=0.0, below=3.0),
            Parameter("b", -1.5),
        ),
        source=Source("Nobody", 1999, "Nothing", doi="10.1/2"),
        spellings=(
            Spelling("torch", ("torch.f", "torch.nn.F"), {"a": 1.0}, {"b": "beta"}, note="So."),
            Spelling("torch", ("torch.g",), slopes=((parse("0"), parse("a")), (parse("1/2"), parse("-b")))),
        ),
        note="A remark.",
    )


def test_expressions_may_call_the_functions_of_a_library(tmp_path: Path) -> None:
    text = MINIMAL.replace('value = "a*x"', 'value = "twice(a*x)"')
    (entry,) = load(written(tmp_path, text), {"twice": Template(parse("2*x"))})
    assert entry.value == parse("2*(a*x)")


def test_entries_keep_the_order_of_the_file(tmp_path: Path) -> None:
    text = "".join(MINIMAL.replace("[f]", f"[{name}]") for name in ("z", "b", "m"))
    assert [entry.name for entry in load(written(tmp_path, text))] == ["z", "b", "m"]


REFUSED = [
    # what is replaced in the minimal entry, what it is replaced by, the reason
    ("[f]", "[F]", f"FILE, [F]: 'F' {NAMING}"),
    ("[f]", "[x]", f"FILE, [x]: 'x' {NAMING}"),
    ("[f]", "[pi]", f"FILE, [pi]: 'pi' {NAMING}"),
    ("[f]", '["f-g"]', f"FILE, [f-g]: 'f-g' {NAMING}"),
    ("[f]", "[_f]", f"FILE, [_f]: '_f' {NAMING}"),
    ("[f]", "f = 1\n[g]", "FILE: 'f' stands outside an entry\nEvery entry is a table, as in [selu]."),
    ('title = "F"\n', "", "FILE, [f]: 'title' is missing"),
    ('title = "F"', "title = 3", "FILE, [f]: 'title' must be a text, not 3"),
    ('title = "F"', 'title = " "', "FILE, [f]: 'title' must be a text, not ' '"),
    ('summary = "A function."\n', "", "FILE, [f]: 'summary' is missing"),
    ('family = "other"\n', "", "FILE, [f]: 'family' is missing"),
    ('"other"', '"others"', f"FILE, [f]: family 'others' is not one of {', '.join(FAMILIES)}"),
    ('value = "a*x"\n', "", "FILE, [f]: 'value' is missing"),
    ('derivative = "a"\n', "", "FILE, [f]: 'derivative' is missing"),
    (
        '"a*x"',
        '"a*x^2"',
        "FILE, [f]: 'value': '^' is not an operator of the language\n"
        "  a*x^2\n      ^\nA power is written '**', as in x**2.",
    ),
    (
        'derivative = "a"',
        'derivative = "a if x else b"',
        "FILE, [f]: 'derivative': 'x' is not a condition\n"
        "  a if x else b\n       ^\nA condition compares, as in 'x > 0'.",
    ),
    ('value = "a*x"', 'value = "b*x"', "FILE, [f]: value names 'b', which is not a parameter"),
    ('derivative = "a"', 'derivative = "c"', "FILE, [f]: derivative names 'c', which is not a parameter"),
    ('value = "a*x"', 'value = "x"', "FILE, [f]: parameter 'a' does not occur in value"),
    # parameters
    ("{ default = 1.0 }", "1.0", "FILE, [f]: 'parameters.a' must be a table with a number as default"),
    ("default = 1.0", 'symbol = "α"', "FILE, [f]: 'parameters.a' must be a table with a number as default"),
    ("default = 1.0", 'default = "1"', "FILE, [f]: 'parameters.a' must be a table with a number as default"),
    (
        "default = 1.0",
        'default = 1.0, smybol = "α"',
        "FILE, [f]: 'parameters.a' has an unknown key 'smybol'\n"
        "It may have name, default, symbol, about, learned, above, below.",
    ),
    ("parameters.a = { default = 1.0 }", "parameters = [1]", "FILE, [f]: 'parameters' must be a table, not [1]"),
    ("parameters.a", "parameters.x", "FILE, [f]: 'parameters.x': 'x' cannot be the name of a parameter"),
    ("parameters.a", "parameters.e", "FILE, [f]: 'parameters.e': 'e' cannot be the name of a parameter"),
    ("parameters.a", 'parameters."a b"', "FILE, [f]: 'parameters.a b': 'a b' cannot be the name of a parameter"),
    # source
    (
        'source = "folklore"\n',
        "",
        "FILE, [f]: 'source' must be a table with authors, year and title, or \"folklore\"",
    ),
    (
        '"folklore"',
        '"nobody"',
        "FILE, [f]: 'source' must be a table with authors, year and title, or \"folklore\"",
    ),
    ('"folklore"', '{ authors = "A", title = "T" }', "FILE, [f]: 'source' lacks 'year'"),
    (
        '"folklore"',
        '{ authors = "A", year = 1, title = "T", url = "U" }',
        "FILE, [f]: 'source' has an unknown key 'url'\nIt may have authors, year, title, arxiv, doi, kind, venue.",
    ),
    # types
    ("default = 1.0", "default = true", "FILE, [f]: 'parameters.a' must be a table with a number as default"),
    (
        "default = 1.0",
        'default = 1, learned = "no"',
        "FILE, [f]: 'parameters.a.learned' must be true or false, not 'no'",
    ),
    ("default = 1.0", 'default = 1, above = "0"', "FILE, [f]: 'parameters.a.above' must be a number, not '0'"),
    ("default = 1.0", "default = 1, below = true", "FILE, [f]: 'parameters.a.below' must be a number, not True"),
    ("default = 1.0", "default = 1, symbol = 3", "FILE, [f]: 'parameters.a.symbol' must be a text, not 3"),
    (
        '"folklore"',
        '{ authors = "A", year = "x", title = "T" }',
        "FILE, [f]: 'source.year' must be a whole number, not 'x'",
    ),
    (
        '"folklore"',
        '{ authors = "A", year = true, title = "T" }',
        "FILE, [f]: 'source.year' must be a whole number, not True",
    ),
    (
        '"folklore"',
        '{ authors = ["A"], year = 1, title = "T" }',
        "FILE, [f]: 'source.authors' must be a text, not ['A']",
    ),
    (
        '"folklore"',
        '{ authors = "A", year = 1, title = "T", kind = "book", venue = "V" }',
        "FILE, [f]: 'source': kind 'book' is not one of misc, article, inproceedings, incollection, techreport",
    ),
    (
        '"folklore"',
        '{ authors = "A", year = 1, title = "T", kind = "article" }',
        "FILE, [f]: 'source': kind 'article' needs a venue",
    ),
    (
        '"folklore"',
        '{ authors = "A", year = 1, title = "T", venue = "V" }',
        "FILE, [f]: 'source': kind 'misc' takes no venue",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], slopes = "0" }]',
        "FILE, [f]: 'spellings.jax.slopes' must be a table, not '0'",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], slopes = { "0" = 1 } }]',
        "FILE, [f]: 'spellings.jax.slopes' must be an expression in quotes, not 1",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], slopes = { "0" = "b" } }]',
        "FILE, [f]: spellings.jax.slopes names 'b', which is not a parameter",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], slopes = { "x" = "1" } }]',
        "FILE, [f]: spellings.jax.slopes names 'x', which is not a parameter",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], defaults = { a = "2" } }]',
        "FILE, [f]: 'spellings.jax.defaults.a' must be a number, not '2'",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], defaults = [1] }]',
        "FILE, [f]: 'spellings.jax.defaults' must be a table, not [1]",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], arguments = { a = 1 } }]',
        "FILE, [f]: 'spellings.jax.arguments' must be a list of texts, not [1]",
    ),
    (
        'source = "folklore"',
        'source = "folklore"\nspellings.jax = [{ names = ["f"], note = 1 }]',
        "FILE, [f]: 'spellings.jax.note' must be a text, not 1",
    ),
]


@pytest.mark.parametrize(("old", "new", "reason"), REFUSED)
def test_a_wrong_field_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert MINIMAL.count(old) == 1
    assert refusal(written(tmp_path, MINIMAL.replace(old, new))) == reason


REFUSED_ADDITIONS = [
    ('aliases = "g"', "'aliases' must be a list of texts, not 'g'"),
    ("aliases = [1]", "'aliases' must be a list of texts, not [1]"),
    ('aliases = ["G"]', f"'G' {NAMING}"),
    ("where = 3", "'where' must be a table, not 3"),
    ("where.u = 3", "'where.u' must be an expression in quotes, not 3"),
    ('where.u = "x x"', f"'where.u': the expression cannot be read from here\n  x x\n    ^\n{ALLOWED}"),
    ("note = 1", "'note' must be a text, not 1"),
    ('sumary = "S"', "unknown field 'sumary'\nDid you mean 'summary'?"),
    ("qqq = 1", "unknown field 'qqq'"),
    ("spellings = 3", "'spellings' must be a table, not 3"),
    ('spellings.torch = { names = ["f"] }', "'spellings.torch' must be a list of tables"),
    ('spellings.torch = ["f"]', "'spellings.torch' must be a list of tables"),
    (
        'spellings.pytorch = [{ names = ["f"] }]',
        f"'spellings.pytorch': 'pytorch' is not one of {', '.join(FRAMEWORKS)}",
    ),
    ('spellings.jax = [{ note = "N" }]', "'spellings.jax.names' must be a list of texts, not None"),
    ('spellings.jax = [{ names = "f" }]', "'spellings.jax.names' must be a list of texts, not 'f'"),
    (
        'spellings.jax = [{ names = ["f"], nots = "N" }]',
        "'spellings.jax' has an unknown key 'nots'\nIt may have framework, names, defaults, arguments, slopes, note.",
    ),
    (
        'spellings.jax = [{ names = ["f"], defaults = { b = 1 } }]',
        "spellings.jax names 'b', which is not a parameter",
    ),
    (
        'spellings.jax = [{ names = ["f"], arguments = { b = "beta" } }]',
        "spellings.jax names 'b', which is not a parameter",
    ),
    (
        'spellings.jax = [{ names = ["f"], slopes = { "0" = 1 } }]',
        "'spellings.jax.slopes' must be an expression in quotes, not 1",
    ),
    (
        'spellings.jax = [{ names = ["f"], slopes = { "0" = "x x" } }]',
        f"'spellings.jax.slopes': the expression cannot be read from here\n  x x\n    ^\n{ALLOWED}",
    ),
]


@pytest.mark.parametrize(("line", "reason"), REFUSED_ADDITIONS)
def test_a_wrong_optional_field_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    assert refusal(written(tmp_path, f"{MINIMAL}{line}\n")) == f"FILE, [f]: {reason}"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("default = 1.0", "default = nan", "its default nan is not a finite number"),
        ("default = 1.0", "default = inf", "its default inf is not a finite number"),
        ("default = 1.0", "default = 1, above = 1", "its default 1.0 is not greater than 1"),
        ("default = 1.0", "default = 1, above = 0, below = 1", "its default 1.0 is not greater than 0 and less than 1"),
        ('"folklore"', '"folklore"\nspellings.jax = [{ names = [] }]', "a spelling needs at least one name"),
    ],
)
def test_what_a_record_refuses_names_the_entry(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = refusal(written(tmp_path, MINIMAL.replace(old, new)))
    assert text.startswith("FILE, [f]: ")
    assert text.endswith(reason)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.toml") == "cannot read the registry 'FILE': No such file or directory"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "cannot read the registry 'FILE': Is a directory"


def test_text_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "[f\n")) == (
        "'FILE' is not a TOML file: Expected ']' at the end of a table declaration (at line 1, column 3)"
    )


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe")
    assert refusal(path) == "'FILE' is not a text file\nA registry is a TOML file."


def test_a_name_given_twice_is_refused(tmp_path: Path) -> None:
    text = refusal(written(tmp_path, MINIMAL + MINIMAL))
    assert text == "FILE: there are two entries [f]\nGive one of them another name."
