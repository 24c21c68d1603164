"""How a code is written: Crockford's 32 characters, the last of eight a check character.

The check character is the sum of the other seven over GF(32), each multiplied by its own power
of a generator: any single wrong character and any swap of two neighbours changes it.
"""

import re
import secrets

# Crockford's base 32: no I, L, O, U. https://www.crockford.com/base32.html
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
AS_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})
SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")  # with the dashes that phones put for a hyphen
# x^5 + x^2 + 1 is primitive over GF(2): its root 2 runs through all 31 non-zero elements.
POLYNOMIAL = 0b100101


def draw() -> str:
    """A random code with its check character: one of 32^7, from the system's randomness."""
    stem = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return stem + check_character(stem)


def check_character(stem: str) -> str:
    """The character that completes seven others (see the module for the formula)."""
    total = 0
    for character in stem:
        total = _double(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def read(typed: str) -> str:
    """What was meant by what was typed: capitals, no separators, O as 0, I and L as 1."""
    return SEPARATORS.sub("", typed).upper().translate(AS_MEANT)


def is_written_right(code: str) -> bool:
    """Eight characters of the alphabet."""
    return len(code) == LENGTH and all(character in ALPHABET for character in code)


def is_sound(code: str) -> bool:
    """Written right, and the check character agrees with the others."""
    return is_written_right(code) and check_character(code[:-1]) == code[-1]


def in_groups(code: str) -> str:
    """The code as it stands on a label, in two groups of four."""
    return f"{code[:4]} {code[4:]}"


def _double(element: int) -> int:
    """The element of GF(32) times 2."""
    element <<= 1
    return element ^ POLYNOMIAL if element & 0b100000 else element
