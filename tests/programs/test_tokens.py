"""Tokens: how they are written, made, found, noted and ended."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.postgres import on_any_database
from tests.programs.conftest import token_of
from tests.world import MONDAY_NOON, World
from toolshare.journal.models import Entry, Event
from toolshare.people.accounts import sign_out_everywhere
from toolshare.people.passwords import set_password
from toolshare.people.roles import membership_in
from toolshare.programs import tokens, writing
from toolshare.programs.models import ProgramToken
from toolshare.programs.reasons import NoScope, NoSuchToken, TooManyTokens
from toolshare.programs.scopes import MEANING, Scope
from toolshare.programs.tokens import TokenState
from toolshare.refusals import Refusal


def found(world: World, token: str, **later: Any) -> ProgramToken | None:
    world.session.flush()
    return tokens.token_behind(world.session, token, now=MONDAY_NOON + timedelta(**later))


def test_a_token_is_known_by_its_form() -> None:
    drawn = {writing.draw() for _ in range(100)}
    assert len(drawn) == 100
    assert all(writing.FORM.fullmatch(one) and writing.is_written_right(one) for one in drawn)
    assert all(one.startswith("toolshare_") and len(one) == 48 for one in drawn)


@given(place=st.integers(len(writing.PREFIX), 47), to=st.sampled_from(writing.ALPHABET))
def test_a_wrong_character_is_told_at_once(place: int, to: str) -> None:
    token = writing.draw()
    wrong = token[:place] + to + token[place + 1 :]
    assert writing.is_written_right(wrong) == (wrong == token)


@pytest.mark.parametrize("text", ["", "toolshare_", "x" * 48, "toolshare_" + "é" * 38, "\0"])
def test_what_is_no_token_is_not_looked_for(world: World, text: str) -> None:
    assert not writing.is_written_right(text)
    assert found(world, text) is None


@on_any_database
def test_a_token_is_kept_as_a_digest_and_finds_its_person(world: World) -> None:
    token = token_of(world, world.ana, Scope.LOANS_READ, Scope.CATALOGUE_READ)
    kept = found(world, token)
    assert kept is not None
    assert (kept.person.id, kept.scopes) == (world.ana.id, ["catalogue:read", "loans:read"])
    assert token not in str(vars(kept))
    entry = world.session.query(Entry).filter_by(what=Event.TOKEN_MADE).one()
    assert token not in str(entry.details)


def test_a_token_expires(world: World) -> None:
    token = token_of(world, world.ana, days=30)
    assert found(world, token, days=30, seconds=-1) is not None
    assert found(world, token, days=30) is None


def test_a_token_is_revoked_for_good_and_by_nobody_else(world: World) -> None:
    token = token_of(world, world.ana)
    kept = found(world, token)
    assert kept is not None
    for by, token_id in ((world.cora, kept.id), (world.ana, 999)):
        with pytest.raises(Refusal) as refused:
            tokens.revoke(world.session, token_id, by=by, now=MONDAY_NOON)
        assert list(refused.value.reasons) == [NoSuchToken()]
    for _ in range(2):
        tokens.revoke(world.session, kept.id, by=world.ana, now=MONDAY_NOON)
    assert found(world, token) is None
    assert tokens.tokens_of(world.session, world.ana) == []
    assert world.session.query(Entry).filter_by(what=Event.TOKEN_REVOKED).count() == 1


def test_signing_out_everywhere_and_a_new_password_end_every_token(world: World) -> None:
    first = token_of(world, world.ana)
    sign_out_everywhere(world.session, world.ana, now=MONDAY_NOON)
    second = token_of(world, world.ana)
    assert (found(world, first), found(world, second) is not None) == (None, True)
    set_password(world.ana, "a barn as green as any")
    assert found(world, second) is None
    own = tokens.tokens_of(world.session, world.ana)
    assert {tokens.state_of(one, MONDAY_NOON) for one in own} == {TokenState.SIGNED_OUT}


def test_who_has_left_takes_the_token_along(world: World) -> None:
    token = token_of(world, world.ana)
    membership = membership_in(world.session, world.ana, world.borgo)
    assert membership is not None
    membership.until = MONDAY_NOON.date() - timedelta(days=1)
    assert found(world, token) is None


def test_a_token_for_nothing_is_not_made(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        tokens.make(world.session, world.ana, "x", [], lasting=timedelta(days=1), now=MONDAY_NOON)
    assert list(refused.value.reasons) == [NoScope()]


def test_nobody_has_more_tokens_than_anybody_needs(world: World) -> None:
    for _ in range(tokens.MOST_TOKENS):
        token_of(world, world.ana)
    with pytest.raises(Refusal) as refused:
        token_of(world, world.ana)
    assert list(refused.value.reasons) == [TooManyTokens(most=tokens.MOST_TOKENS)]
    assert token_of(world, world.cora)


def test_its_use_is_noted_once_an_hour(world: World) -> None:
    kept = found(world, token_of(world, world.ana))
    assert kept is not None
    assert tokens.is_to_be_noted(kept, MONDAY_NOON)
    tokens.note_use(world.session, kept.id, now=MONDAY_NOON)
    tokens.note_use(world.session, 999, now=MONDAY_NOON)
    assert not tokens.is_to_be_noted(kept, MONDAY_NOON + timedelta(minutes=59))
    assert tokens.is_to_be_noted(kept, MONDAY_NOON + timedelta(minutes=60))


def test_every_scope_is_explained() -> None:
    assert MEANING.keys() == set(Scope)
