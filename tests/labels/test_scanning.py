"""Whatever is scanned or typed becomes a thing, or a refusal that says what it was."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from tests.world import World
from toolshare.codes.alphabet import ALPHABET, check_character, draw
from toolshare.labels import scanning
from toolshare.labels.scanning import item_behind, read_scan, what_is_behind
from toolshare.people.roles import membership_in
from toolshare.refusals import Reason, Refusal

HOSTS = ("tools.example.org", "old.example.org")
CODE = "7K3M9QX" + check_character("7K3M9QX")


@pytest.mark.parametrize(
    "scanned",
    [
        CODE,
        CODE.lower(),
        f" {CODE[:4]}-{CODE[4:]}\n",
        f"HTTPS://TOOLS.EXAMPLE.ORG/I/{CODE}",
        f"https://tools.example.org/i/{CODE.lower()}",
        f"http://old.example.org/I/{CODE}/",
        f"https://tools.example.org:443/I/{CODE}",
        f"tools.example.org/I/{CODE}?from=poster#top",
        f"https://tools.example.org/I/{CODE[:4]}%20{CODE[4:]}",
    ],
)
def test_our_codes_are_read_however_they_come(scanned: str) -> None:
    assert read_scan(scanned, HOSTS) == CODE


@pytest.mark.parametrize(
    ("scanned", "reason"),
    [
        ("", scanning.NothingScanned()),
        ("  \n", scanning.NothingScanned()),
        (f"https://elsewhere.example/I/{CODE}", scanning.ForeignAddress(host="elsewhere.example")),
        ("https://tools.example.org/catalogue", scanning.NoItemAddress()),
        ("https://tools.example.org/I/", scanning.NoItemAddress()),
        ("wheelbarrow", scanning.NotACode()),
        ("4006381333931", scanning.NotACode()),
        ("http://[", scanning.NotACode()),
        ("\0", scanning.NotACode()),
        ("https://tools.example.org/I/%00%ff", scanning.NotACode()),
        (
            f"https://tools.example.org@evil.example/I/{CODE}",
            scanning.ForeignAddress(host="tools.example.org@evil.example"),
        ),
        ("https://xn--bcher-kva.example/", scanning.ForeignAddress(host="xn--bcher-kva.example")),
        ("x" * 10_000, scanning.NotACode()),
    ],
)
def test_anything_else_is_refused_for_what_it_is(scanned: str, reason: Reason) -> None:
    with pytest.raises(Refusal) as refusal:
        read_scan(scanned, HOSTS)
    assert refusal.value.reasons == (reason,)


def test_a_wrong_character_is_called_a_wrong_character() -> None:
    wrong = CODE[:3] + next(other for other in ALPHABET if other != CODE[3]) + CODE[4:]
    with pytest.raises(Refusal) as refusal:
        read_scan(wrong, HOSTS)
    assert refusal.value.reasons == (scanning.MisreadCode(code=wrong),)


def test_a_sound_code_that_nothing_wears_is_unknown(session: scoped_session[Session]) -> None:
    code = draw()
    with pytest.raises(Refusal) as refusal:
        what_is_behind(session, code)
    assert refusal.value.reasons == (scanning.UnknownCode(code=code),)


def test_a_code_leads_to_an_item_a_place_or_a_card(
    world: World, session: scoped_session[Session]
) -> None:
    item = world.make_item()
    place = world.make_place("Barn")
    card = membership_in(session, world.ana, world.borgo)
    assert card is not None
    for wearer in (item, place, card):
        assert what_is_behind(session, wearer.code) is wearer


def test_where_a_thing_is_needed_a_place_is_refused(
    world: World, session: scoped_session[Session]
) -> None:
    item, place = world.make_item(), world.make_place("Barn")
    assert item_behind(session, item.code) is item
    with pytest.raises(Refusal) as refusal:
        item_behind(session, place.code)
    assert refusal.value.reasons == (scanning.NotAnItem(code=place.code),)


anything = st.text(st.characters(exclude_categories=()))  # lone surrogates too
addresses = st.builds(
    lambda scheme, host, path: f"{scheme}{host}/{path}",
    st.sampled_from(["", "http://", "HTTPS://", "//", "javascript:", "ftp://"]),
    st.one_of(st.sampled_from(HOSTS), anything),
    st.one_of(st.builds(lambda rest: f"I/{rest}", anything), anything),
)


@given(st.one_of(anything, addresses, st.text(alphabet=ALPHABET, min_size=8, max_size=8)))
def test_nothing_that_is_scanned_makes_it_stumble(scanned: str) -> None:
    answer: Any
    try:
        answer = read_scan(scanned, HOSTS)
    except Refusal as refusal:
        answer = refusal.reasons
    assert answer
