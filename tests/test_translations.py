"""Every language that we speak is spoken wholly."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
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


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


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
