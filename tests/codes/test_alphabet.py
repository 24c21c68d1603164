"""A code is hard to get wrong, and easy to read back."""

import pytest

from toolshare.codes.alphabet import ALPHABET, check_character, draw, is_sound, read


def test_a_drawn_code_is_sound() -> None:
    assert all(is_sound(draw()) for _ in range(1000))


def test_every_single_wrong_character_is_caught() -> None:
    """The code is linear over GF(32): it is enough that no error alone gives a check of zero."""
    for place in range(8):
        for wrong in ALPHABET[1:]:
            code = "0" * place + wrong + "0" * (7 - place)
            assert not is_sound(code)


def test_every_swap_of_two_neighbours_is_caught() -> None:
    for place in range(7):
        for first in ALPHABET:
            for second in ALPHABET:
                if first == second:
                    continue
                stem = "0000000"
                if place < 6:
                    stem = stem[:place] + first + second + stem[place + 2 :]
                    swapped = stem[:place] + second + first + stem[place + 2 :]
                    assert not is_sound(swapped + check_character(stem))
                else:
                    stem = "000000" + first
                    check = check_character(stem)
                    assert check == first or not is_sound("000000" + check + first)


@pytest.mark.parametrize("typed", ["7k3m 9qxa", "7K3M-9QXA", " 7k3m9qxa\n", "7K3M\u20119QXA"])
def test_case_spaces_and_hyphens_do_not_matter(typed: str) -> None:
    assert read(typed) == "7K3M9QXA"


def test_look_alikes_are_read_as_they_were_meant() -> None:
    assert read("oOiIlL") == "001111"
