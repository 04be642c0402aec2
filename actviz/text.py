"""Numbers and letters as people write them."""

from __future__ import annotations


def number(value: float, digits: int | None = None) -> str:
    """A float in as many significant digits, or in as many as it takes to read it back exactly."""
    if digits is None:
        return repr(value)
    text = f"{value:.{digits}g}"
    return "0" if text == "-0" else text


def short(value: float) -> str:
    """A number to five significant digits, without a trailing ``.0``."""
    return f"{value:.5g}".replace("-", "−")


def raised(number: int) -> str:
    """A whole number in superscript."""
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
