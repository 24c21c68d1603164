"""A lived-in world in which each name, e-mail address and phone number is like no other."""

import re
import shutil
import subprocess
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browser import kiosks
from tests.needs import need
from tests.programs.conftest import token_of
from tests.test_who_may_what import fill
from tests.world import MONDAY_NOON, World
from toolshare.admission.models import JoinRequest, Registration
from toolshare.calendar.linking import make_link
from toolshare.circulation.models import Handover, Loan
from toolshare.circulation.promises import Reservation
from toolshare.inventory.models import Item
from toolshare.people.models import Membership, Person
from toolshare.people.roles import membership_in
from toolshare.programs.opening_up import open_catalogue
from toolshare.rules.models import Acceptance

CAST = ("Ana", "Sam", "Cora", "Pau", "Vera", "Zoe", "Eva")
# Each is one word, that no page breaks, and says whose it is.
NAME, ADDRESS, PHONE = "Quetzal{}", "mailbird.{}@example.org", "+39 777 {:06}"
SIGN = re.compile(r"(quetzal|mailbird\.)([a-z]+)|(?:\+|%2b)39777(\d{6})")
KINDS = {"quetzal": "name", "mailbird.": "address", "": "phone"}
BETWEEN_DIGITS = re.compile(r"(?<=\d)[ .%-](?=\d)")
Told = set[tuple[str, str]]  # such as ("phone", "Ana")
PDF = "application/pdf"
TO_INSTALL = "pdftotext (Debian: poppler-utils)"


def live_in(world: World) -> dict[str, Any]:
    """Fills the shed and names everybody; gives an example for each part of an address."""
    world.eva = world.make_person("Eva", world.borgo)  # type: ignore[attr-defined]
    name_the_cast(world)
    shown = fill(world)
    loan = borrow_from_the_valle(world)
    open_catalogue(world.session, world.borgo, by=world.cora, now=MONDAY_NOON)
    cast = {name: getattr(world, name.lower()) for name in CAST}
    tokens = {name: token_of(world, one) for name, one in cast.items()}
    feeds = {
        name: make_link(world.session, one, None, now=MONDAY_NOON) for name, one in cast.items()
    }
    name_all(world)
    card = membership_in(world.session, cast["Eva"], world.borgo)
    ways = {"tablet": kiosks.set_up(world)[1], "card": card.code if card else ""}
    ways |= {"tokens": tokens, "feeds": feeds}
    return {"shown": shown, "others": other_examples(world, loan), **ways}


def borrow_from_the_valle(world: World) -> Loan:
    """Vera has a thing that belongs to both villages."""
    kind = world.make_kind(name="Stump grinder", group_id=world.valle.id)
    return world.make_loan(world.make_item(kind), world.vera)


def name_the_cast(world: World) -> None:
    """Gives everybody a name, an address and a phone number to be found by, before they do anything."""
    for number, name in enumerate(CAST, start=1):
        person: Person = getattr(world, name.lower())
        person.phone = PHONE.format(number)
        give_a_name(person)
    world.session.flush()


def name_all(world: World) -> None:
    """The same wherever else a name is kept, and in what people wrote."""
    session = world.session
    for asked in session.scalars(select(JoinRequest)):
        give_a_name(asked)
        asked.signed_as, asked.answers = asked.name, [[asked.name, asked.email]]
    for waits in session.scalars(select(Registration)):
        give_a_name(waits)
    for signed in session.scalars(select(Acceptance)):
        signed.signed_as = NAME.format("ana")
    for paused in session.scalars(select(Membership).where(Membership.paused_at.is_not(None))):
        paused.paused_why = NAME.format("pau")
    for reserved in session.scalars(select(Reservation)):
        reserved.note = NAME.format("ana")
    session.flush()


def give_a_name(one: Person | JoinRequest | Registration) -> None:
    """A name and an address."""
    who = one.name.lower()
    one.name, one.email = NAME.format(who), ADDRESS.format(who)


def other_examples(world: World, of_vera: Loan) -> list[dict[str, Any]]:
    """What else stands in addresses: what Ana has, her card, and what belongs to both villages."""
    card = membership_in(world.session, world.ana, world.borgo)
    passed_on = select(Item.code).join(Loan).join(Handover, Handover.loan_id == Loan.id)
    out = world.session.scalars(passed_on).one()
    valle = {"slug": "valle", "kind_id": of_vera.item.kind_id, "loan_id": of_vera.id}
    return [
        {"code": out},
        {"code": card.code if card else ""},
        {"code": of_vera.item.code, **valle},
    ]


def read(answer: TestResponse) -> str:
    """All that can be read in an answer: the headers, too, and of a PDF the words and what it is called."""
    body = answer.get_data()
    if answer.mimetype == PDF:
        need(shutil.which("pdftotext"), TO_INSTALL)
        told = ["pdftotext", "-htmlmeta", "-", "-"]
        body = subprocess.run(told, input=body, check=True, capture_output=True).stdout
    return f"{answer.headers}\n{body.decode(errors='replace')}"


def told_in(text: str) -> Told:
    """What is told, and of whom."""
    found = set()
    for sign, who, number in SIGN.findall(BETWEEN_DIGITS.sub("", text.lower())):
        found.add((KINDS[sign], who.capitalize() or CAST[int(number) - 1]))
    return found
