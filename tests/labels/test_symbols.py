"""Symbols are bit for bit those of `qrcode`, however fast they are made."""

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st

from toolshare.codes.alphabet import ALPHABET
from toolshare.labels.symbols import LEVELS, MASK, modules_for, symbol

PREFIXES = (
    "HTTPS://TOOLS.EXAMPLE.ORG/I/",
    "HTTPS://TOOL.EXAMPLE.ORG/I/",
    "HTTP://127.0.0.1:8000/I/",
)


def by_the_library(text: str, level: str) -> list[str]:
    """The rows of the symbol as `qrcode` makes it with our mask."""
    code = qrcode.QRCode(error_correction=LEVELS[level], mask_pattern=MASK, border=0)
    code.add_data(text)
    code.make()
    return ["".join("1" if module else "0" for module in row) for row in code.modules]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PREFIXES),
    st.text(ALPHABET, min_size=8, max_size=8),
    st.sampled_from(sorted(LEVELS)),
)
def test_every_symbol_is_the_one_that_the_library_makes(prefix: str, code: str, level: str) -> None:
    assert symbol(prefix, code, level).rows() == by_the_library(prefix + code, level)


def test_an_odd_number_of_characters_is_no_exception() -> None:
    for prefix in ("ODD", "EVEN"):
        for code in ("7", "7K3", "7K3M9QX"):
            assert symbol(prefix, code, "M").rows() == by_the_library(prefix + code, "M")


def test_a_text_in_lower_case_is_left_to_the_library() -> None:
    text = "https://tools.example.org/i/7k3m9qxa"
    assert symbol(text[:-8], text[-8:], "M").rows() == by_the_library(text, "M")


@pytest.mark.parametrize(
    ("level", "case", "modules"),
    [("M", str.upper, 25), ("M", str.lower, 29), ("H", str.upper, 33), ("H", str.lower, 37)],
)
def test_capitals_make_a_smaller_symbol(level: str, case: object, modules: int) -> None:
    assert callable(case)
    text = case("https://tools.example.org/t/7k3m9qxa")
    assert modules_for(text, level) == modules == len(by_the_library(text, level))


def test_a_character_beyond_the_alphanumeric_ones_makes_a_larger_symbol() -> None:
    text = "HTTPS://TOOLS.EXAMPLE.ORG/~OUR_SHED/I/7K3M9QXA"
    assert modules_for(text, "M") == symbol(text[:-8], text[-8:], "M").modules == 33
