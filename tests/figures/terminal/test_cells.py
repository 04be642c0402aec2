"""Words on a screen of character cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.api import activations, names
from actviz.figures.terminal.cells import folded, one_line, plain, width


@pytest.mark.parametrize(
    ("text", "ascii_text"),
    [
        ("f′(x)", "f'(x)"),
        ("f‴(x)", "f'''(x)"),
        ("f⁽⁴⁾(x)", "f^(4)(x)"),
        ("∂²f/∂α²(x)", "d^2f/dalpha^2(x)"),
        ("−λα ≈ −1.758", "-lambda*alpha ~ -1.758"),
        ("3·10⁻⁶", "3*10^-6"),
        ("typed formula   ·   b = 1", "typed formula   -   b = 1"),
        ("eˣ", "e^x"),
        ("Ω", "Omega"),
        ("naïve 図", "naive ?"),
        ("as it is", "as it is"),
    ],
)
def test_ascii_says_the_same(text: str, ascii_text: str) -> None:
    assert plain(text) == ascii_text


def test_everything_the_registry_says_of_its_entries_has_ascii() -> None:
    for name in names():
        (activation,) = activations([name])
        written = plain(f"{activation.label} {activation.entry.summary} {activation.settings}")
        assert written.isascii()
        assert written.count("?") == activation.entry.summary.count("?"), name


@given(st.text(max_size=60))
def test_ascii_is_ascii(text: str) -> None:
    assert plain(text).isascii()


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("図a", 3), ("é", 1), ("e\u0301", 1), ("⠤⠤", 2)])
def test_width_is_in_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_nothing_steers_the_terminal() -> None:
    assert one_line("a\x1b[31m\nb\tc\u202e") == "a [31m b c"


@given(st.text(alphabet="ab 図", max_size=60), st.integers(2, 30))
def test_folding_loses_no_letter_and_fits(text: str, columns: int) -> None:
    lines = folded(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
