"""Pages of agreements, certificates and birthdays."""

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import type_of_client
from tests.world import World
from toolshare.database import transaction
from toolshare.people.models import Membership, Person
from toolshare.rules.models import Acceptance, Agreement, Certificate

AGREEMENTS = "/groups/borgo/agreements"
WAIVER = {"name": "Waiver", "text": "I look after what I borrow.\n\nWhat breaks, I report."}


@pytest.fixture
def cora(world: World, client_of: type_of_client) -> FlaskClient:
    """Cora's browser."""
    return client_of(world.cora)


@pytest.fixture
def sam(world: World, client_of: type_of_client) -> FlaskClient:
    """Sam's browser."""
    return client_of(world.sam)


@pytest.fixture
def anas(world: World) -> str:
    """The address of what Ana may use."""
    code_of = select(Membership.code).where(Membership.person_id == world.ana.id)
    return f"/groups/borgo/cards/{world.session.scalar(code_of)}"


def read(session: Session, table: Any) -> list[Any]:
    return list(session.scalars(select(table).order_by(table.id)))


def test_a_member_accepts_what_a_coordinator_publishes(
    world: World, session: Session, cora: FlaskClient, client_of: type_of_client
) -> None:
    with transaction():
        saw = world.make_item()
        world.make_rule("agreements", ("Waiver",), kind_id=saw.kind_id)
    assert cora.post(AGREEMENTS, data=WAIVER).location == AGREEMENTS
    (agreement,) = read(session, Agreement)
    address = f"/agreements/{agreement.id}"
    ana = client_of(world.ana)
    assert f'<a href="{address}">It has to be read' in ana.get(f"/I/{saw.code}").text
    page = ana.get(address).text
    assert '<p class="reading">What breaks, I report.</p>' in page
    unsigned = ana.post(f"{address}/acceptance", data={"signed_as": " "})
    assert unsigned.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert ana.post(f"{address}/acceptance", data={"signed_as": "Ana B."}).location == address
    assert "Accepted as Ana B. on Mon 1 Jun, 14:00." in ana.get(address).text
    assert [one.signed_as for one in read(session, Acceptance)] == ["Ana B."]
    assert "Borrow" in ana.get(f"/I/{saw.code}").text


def test_a_new_version_begins_with_the_old_text(
    session: Session, cora: FlaskClient, world: World, client_of: type_of_client
) -> None:
    cora.post(AGREEMENTS, data=WAIVER)
    assert "I look after" in cora.get(f"{AGREEMENTS}?name=Waiver").text
    cora.post(AGREEMENTS, data=WAIVER | {"text": "Be careful."})
    old, new = read(session, Agreement)
    page = client_of(world.ana).get(f"/agreements/{old.id}").text
    assert f'href="/agreements/{new.id}"' in page
    assert "Accept" not in page
    late = client_of(world.ana).post(f"/agreements/{old.id}/acceptance", data={"signed_as": "Ana"})
    assert late.status_code == HTTPStatus.CONFLICT


def test_an_agreement_without_a_text_is_none(session: Session, cora: FlaskClient) -> None:
    answer = cora.post(AGREEMENTS, data=WAIVER | {"text": " "})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert read(session, Agreement) == []


def test_members_read_the_agreements_and_publish_none(
    world: World, cora: FlaskClient, client_of: type_of_client
) -> None:
    assert "No agreements yet" in client_of(world.ana).get(AGREEMENTS).text
    cora.post(AGREEMENTS, data=WAIVER)
    page = client_of(world.ana).get(AGREEMENTS).text
    assert "Version 1 of Mon 1 Jun, Borgo" in page
    assert "Publish" not in page


def test_a_rule_can_ask_for_what_is_published(session: Session, cora: FlaskClient) -> None:
    cora.post(AGREEMENTS, data=WAIVER)
    answer = cora.post("/groups/borgo/rules/agreements", data={"value": "Waiver"})
    assert answer.status_code == HTTPStatus.SEE_OTHER


def test_a_steward_enters_and_revokes_a_certificate(
    session: Session, sam: FlaskClient, anas: str
) -> None:
    course = {"name": "Chainsaw course", "until": "2026-06-30"}
    assert sam.post(f"{anas}/certificates", data=course).location == anas
    (certificate,) = read(session, Certificate)
    assert certificate.until == date(2026, 6, 30)
    assert "until 30 Jun 2026" in sam.get(anas).text
    assert sam.post(f"{anas}/certificates/{certificate.id}/revocation").location == anas
    assert "Chainsaw course" not in sam.get(anas).text.replace("Like “Chainsaw course”", "")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Course", "until": "2026-05-31"}, "The last day is over already."),
    ],
)
def test_a_certificate_that_makes_no_sense_is_not_entered(
    session: Session, sam: FlaskClient, anas: str, sent: dict[str, str], said: str
) -> None:
    answer = sam.post(f"{anas}/certificates", data=sent)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.text
    assert read(session, Certificate) == []


def test_what_is_over_is_said(world: World, session: Session, sam: FlaskClient, anas: str) -> None:
    with transaction():
        person_id, group_id = world.ana.id, world.borgo.id
        told: dict[str, Any] = {"granted_at": world.borgo.founded_at, "until": date(2026, 5, 31)}
        session.add(Certificate(person_id=person_id, group_id=group_id, name="Course", **told))
    assert "over since 31 May 2026" in sam.get(anas).text


def test_a_steward_reaches_it_from_the_card_and_knows_who_has_accepted(
    world: World, session: Session, cora: FlaskClient, sam: FlaskClient, anas: str
) -> None:
    card = f"/I/{anas.rpartition('/')[2]}"
    assert f'href="{anas}"' in sam.get(card).text
    cora.post(AGREEMENTS, data=WAIVER)
    assert "not accepted as it reads today" in sam.get(anas).text
    with transaction():
        (agreement,) = read(session, Agreement)
        when = world.borgo.founded_at
        session.add(
            Acceptance(
                person_id=world.ana.id, agreement_id=agreement.id, signed_as="A", accepted_at=when
            )
        )
    assert "accepted on Mon 1 Jun" in sam.get(anas).text


def test_a_member_sees_no_way_to_it(world: World, client_of: type_of_client, anas: str) -> None:
    card = f"/I/{anas.rpartition('/')[2]}"
    assert anas not in client_of(world.ana).get(card).text


def test_there_is_nobody_to_certify_behind_other_codes(
    world: World, sam: FlaskClient, session: Session
) -> None:
    with transaction():
        item = world.make_item()
        code_of = select(Membership.code).where(Membership.person_id == world.vera.id)
        veras = session.scalar(code_of)
    for code in (item.code, veras):
        answer = sam.get(f"/groups/borgo/cards/{code}")
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_one_certificate_is_not_revoked_on_the_card_of_another(
    world: World, session: Session, sam: FlaskClient, anas: str
) -> None:
    code_of = select(Membership.code).where(Membership.person_id == world.pau.id)
    paus = f"/groups/borgo/cards/{session.scalar(code_of)}"
    sam.post(f"{paus}/certificates", data={"name": "Course"})
    (certificate,) = read(session, Certificate)
    answer = sam.post(f"{anas}/certificates/{certificate.id}/revocation")
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_birthday_is_told_once_and_corrected_by_a_steward(
    world: World, session: Session, sam: FlaskClient, client_of: type_of_client, anas: str
) -> None:
    def birthday() -> date | None:
        return session.scalar(select(Person.born_on).where(Person.name == "Ana"))

    ana, account = client_of(world.ana), {"name": "Ana", "language": ""}
    ana.post("/account", data=account | {"born_on": "2012-03-04"})
    assert birthday() == date(2012, 3, 4)
    assert 'readonly type="date"' in ana.get("/account").text
    again = ana.post("/account", data=account | {"born_on": "1990-03-04"})
    assert again.status_code == HTTPStatus.CONFLICT
    assert "a steward can correct it" in again.text
    assert ana.post("/account", data=account).status_code == HTTPStatus.SEE_OTHER
    assert birthday() == date(2012, 3, 4)
    assert sam.post(f"{anas}/birthday", data={"born_on": "x"}).status_code == 422
    assert sam.post(f"{anas}/birthday", data={"born_on": "2999-01-01"}).status_code == 422
    assert sam.post(f"{anas}/birthday", data={"born_on": "2002-03-04"}).location == anas
    assert birthday() == date(2002, 3, 4)
