"""How a token is written: a prefix that scanners of secrets find, and characters that check it.

After the prefix come 32 random characters of 62, and six that are their CRC-32: whoever finds one in
a public place can tell without asking us that it is no accident, and a mistyped one is told at once.
"""

import re
import string
from hashlib import sha256
from secrets import choice
from zlib import crc32

PREFIX = "toolshare_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM, CHECKING = 32, 6
FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + CHECKING}}}")


def draw() -> str:
    """A new token: 190 bits of the system's randomness."""
    stem = "".join(choice(ALPHABET) for _ in range(RANDOM))
    return f"{PREFIX}{stem}{check_characters(stem)}"


def check_characters(stem: str) -> str:
    """The six characters that end a token with these random ones."""
    left, written = crc32(stem.encode()), ""
    for _ in range(CHECKING):
        left, digit = divmod(left, len(ALPHABET))
        written = ALPHABET[digit] + written
    return written


def is_written_right(token: str) -> bool:
    """Whether it has the form of a token, and its last characters agree with the others."""
    stem = token.removeprefix(PREFIX)[:RANDOM]
    return bool(FORM.fullmatch(token)) and token.endswith(check_characters(stem))


def digest(token: str) -> str:
    """What is kept of a token; a slow hash is for what people think up, not for 190 random bits."""
    return sha256(token.encode()).hexdigest()
