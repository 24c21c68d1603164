"""Every language that we speak is spoken wholly."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import gettext

from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction
from toolshare.wording import languages

HOUSE = Path(__file__).parent.parent
TRANSLATIONS = HOUSE / "toolshare" / "translations"
LANGUAGES = ["es", "fr", "it"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?\w+[^>]*>")


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


# "dal 7", but "dall'8": an article may stand before a day, whose form begins with its weekday
# (`tests/test_wording.py`), and before no number.
OF = "(?:[dn]e|d?a|su)"
ARTICLE = re.compile(
    rf"\b(?:(?:il|i|l[aeo]|{OF}(?:l|i|ll[aeo])|{OF}?gli)\s|(?:{OF}l)?l[’'])"
    r"(?:<\w+>)?(?:%\((\w+)\)s|\{(\w*)\})",
    re.IGNORECASE,
)
DAYS = {
    *("after", "at", "before", "day", "due", "due_at", "due_if_lent", "earliest", "first", "from"),
    *("from_at", "last", "latest", "moment", "own", "since", "their", "until", "when"),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """All that the program says."""
    out = tmp_path_factory.mktemp("words") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    options = ["-F", "babel.cfg", "-k", "msgid msgids:1,2", "-o", str(out), "."]
    subprocess.run([*command, *options], cwd=HOUSE, check=True)
    return read(out)


@pytest.fixture(params=LANGUAGES)
def spoken(request: pytest.FixtureRequest) -> Catalog:
    """What translators wrote for one language."""
    return read(TRANSLATIONS / request.param / "LC_MESSAGES" / "messages.po")


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    """A text that stands alone, or the forms for one and for many."""
    return [text] if isinstance(text, str) else list(text)


def is_whole(message: Message, plurals: int) -> bool:
    """Whether each form is there, in which every placeholder of the original has its place."""
    needed = plurals if message.pluralizable else 1
    translated = forms(message.string)
    original = forms(message.id)[-1]
    return len(translated) == needed and all(
        text.strip() and keeps_places(original, text, is_one_of_many=message.pluralizable)
        for text in translated
    )


def keeps_places(original: str, text: str, *, is_one_of_many: bool) -> bool:
    """Whether a translation has the same placeholders; "one" may be written out in a plural."""
    needed, found = (sorted(PLACEHOLDER.findall(one)) for one in (original, text))
    return found == needed or (is_one_of_many and set(found) <= set(needed))


def test_all_is_translated_and_nothing_is_left_of_what_was_once_said(
    said: Catalog, spoken: Catalog
) -> None:
    told, known = ({one.id for one in catalog if one.id} for catalog in (said, spoken))
    assert (told - known, known - told, list(spoken.obsolete)) == (set(), set(), [])


def test_no_article_stands_before_a_number_in_italian() -> None:
    italian = read(TRANSLATIONS / "it" / "LC_MESSAGES" / "messages.po")
    told = [text for one in italian if one.id for text in forms(one.string)]
    articled = {name: text for text in told for name in filled_after_an_article(text)}
    assert {name: text for name, text in articled.items() if name not in DAYS} == {}


def filled_after_an_article(text: str) -> list[str]:
    """The names of the places that follow an article, or a preposition with one in it."""
    return ["".join(found) for found in ARTICLE.findall(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tutti gli %(num)s", ["num"]),
        ("fino all’%(num)s", ["num"]),
        ("nello <b>{n}</b> e dalle %(at)s", ["n", "at"]),
        ("la scadenza %(at)s, in italia %(place)s, da %(number)s", []),
    ],
)
def test_an_article_is_found_in_any_form(text: str, found: list[str]) -> None:
    assert filled_after_an_article(text) == found


def test_no_translation_is_doubtful_or_lacks_a_form_or_a_placeholder(spoken: Catalog) -> None:
    broken = [one.id for one in spoken if one.id and not is_whole(one, spoken.num_plurals)]
    assert (broken, [one.id for one in spoken if one.id and one.fuzzy]) == ([], [])
    assert spoken.num_plurals == Catalog(locale=spoken.locale).num_plurals


def test_a_missing_form_or_placeholder_is_seen() -> None:
    assert is_whole(Message("%(n)s of %(all)s", "%(all)s: %(n)s"), 2)
    assert not is_whole(Message("%(n)s of %(all)s", "%(n)s"), 2)
    assert not is_whole(Message("Barn", ""), 2)
    assert is_whole(Message(("%(n)s barn", "%(n)s barns"), ("un", "%(n)s")), 2)
    assert not is_whole(Message(("%(n)s barn", "%(n)s barns"), ("%(n)s",)), 2)
    assert not is_whole(Message(("%(n)s barn", "%(n)s barns"), ("un", "%(m)s")), 2)


def test_the_languages_name_themselves(app: Flask) -> None:
    with app.test_request_context():
        named = [("en", "English"), ("es", "español"), ("fr", "français"), ("it", "italiano")]
        assert languages() == named


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_gettext_reads_is_what_was_translated(app: Flask, language: str) -> None:
    spoken = read(TRANSLATIONS / language / "LC_MESSAGES" / "messages.po")
    with app.test_request_context(headers={"Accept-Language": language}):
        assert gettext("Sign in") == spoken["Sign in"].string != "Sign in"


def test_a_person_reads_the_language_of_their_choice_before_that_of_the_browser(
    world: World, client_of: type_of_client
) -> None:
    with transaction():
        world.ana.language = "it"
    page = client_of(world.ana).get("/account", headers={"Accept-Language": "fr"})
    assert '<html lang="it"' in page.text


def test_the_browser_says_what_is_read_by_who_chose_nothing(
    world: World, client_of: type_of_client
) -> None:
    page = client_of(world.ana).get("/account", headers={"Accept-Language": "de, fr;q=0.8"})
    assert '<html lang="fr"' in page.text


@pytest.mark.parametrize("speaks", ["", "de"])
def test_whose_browser_speaks_no_language_of_ours_reads_that_of_the_group(
    world: World, client_of: type_of_client, speaks: str
) -> None:
    with transaction():
        world.valle.language, world.borgo.language, world.castello.language = "it", "es", "fr"
    headers = {"Accept-Language": speaks}
    for reader, address, language in [
        (None, "/sign-in", "it"),
        (world.ana, "/account", "es"),
        (world.vera, "/groups/castello/people", "fr"),
    ]:
        page = client_of(reader).get(address, headers=headers).text
        assert f'<html lang="{language}"' in page
