"""Whether a person is fit for a thing: certificates, age, agreements, as its rules ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from toolshare.people.birthdays import age_on
from toolshare.people.models import Group, Person
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, msgid
from toolshare.rules import agreements, certificates
from toolshare.rules.in_force import RulesInForce


@dataclass(frozen=True)
class CertificateMissing(Reason):
    """The person has not learned what is needed, or that was too long ago."""

    name: str
    certificate: str
    group: str
    says = msgid("%(name)s has no valid certificate “%(certificate)s”.")
    instead = msgid("Ask a steward of %(group)s how to get it.")


@dataclass(frozen=True)
class TooYoung(Reason):
    """The person is younger than the rules ask."""

    name: str
    least_age: int
    says = msgid("This is lent from the age of %(least_age)s; %(name)s is younger.")
    instead = msgid("Ask somebody of age to borrow it, and to be there.")


@dataclass(frozen=True)
class AgeUnknown(Reason):
    """Nobody has said when the person was born."""

    name: str
    least_age: int
    says = msgid(
        "This is lent from the age of %(least_age)s, and we don't know how old %(name)s is."
    )
    instead = msgid("Write the date of birth on the account page, or tell a steward.")


@dataclass(frozen=True)
class AgreementNotAccepted(Reason):
    """The person has not accepted the present version."""

    name: str
    agreement: str
    agreement_id: int
    says = msgid("%(name)s has not accepted “%(agreement)s” as it reads today.")
    instead = msgid("It has to be read and accepted first.")


@dataclass(frozen=True)
class AgreementUnpublished(Reason):
    """The rules ask for an agreement that nobody has written."""

    agreement: str
    group: str
    says = msgid("“%(agreement)s” has to be accepted, but nobody has published it yet.")
    instead = msgid("Tell a coordinator of %(group)s.")


@dataclass(frozen=True)
class Check:
    """One thing that the rules ask of a person, and what is lacking, if anything is."""

    asks: str  # a message id
    about: dict[str, Any]
    lacks: Reason | None


def reasons_against(
    session: AnySession, person: Person, rules: RulesInForce, *, group: Group, now: datetime
) -> list[Reason]:
    """What the person lacks for a thing of this group; no statement where nothing is asked."""
    checks = checks_of(session, person, rules, group=group, now=now)
    return [check.lacks for check in checks if check.lacks is not None]


def checks_of(
    session: AnySession, person: Person, rules: RulesInForce, *, group: Group, now: datetime
) -> list[Check]:
    """All that the rules ask of a person, met or not."""
    return [
        *_skills(session, person, rules, group, now),
        *_age(person, rules, today_in(group, now)),
        *_words(session, person, rules, group),
    ]


def _skills(
    session: AnySession, person: Person, rules: RulesInForce, group: Group, now: datetime
) -> Iterator[Check]:
    if not rules.certificates:
        return
    today = today_in(group, now)
    own = certificates.certificates_of(session, person, group)
    valid = {one.name for one in own if one.is_valid_on(today)}
    for name in rules.certificates:
        lacking = CertificateMissing(name=person.name, certificate=name, group=group.name)
        asks = msgid("Certificate “%(name)s”")
        yield Check(asks, {"name": name}, None if name in valid else lacking)


def _age(person: Person, rules: RulesInForce, today: date) -> Iterator[Check]:
    if not rules.least_age:
        return
    lacking: Reason | None = None
    if person.born_on is None:
        lacking = AgeUnknown(name=person.name, least_age=rules.least_age)
    elif age_on(today, person.born_on) < rules.least_age:
        lacking = TooYoung(name=person.name, least_age=rules.least_age)
    yield Check(msgid("%(least_age)s years old"), {"least_age": rules.least_age}, lacking)


def _words(
    session: AnySession, person: Person, rules: RulesInForce, group: Group
) -> Iterator[Check]:
    if not rules.agreements:
        return
    known = agreements.in_force(session, group.id, rules.agreements)
    accepted = agreements.acceptances_of(session, person, [one.id for one in known.values()])
    for name in rules.agreements:
        lacking: Reason | None = None
        if name not in known:
            lacking = AgreementUnpublished(agreement=name, group=group.name)
        elif known[name].id not in accepted:
            lacking = AgreementNotAccepted(
                name=person.name, agreement=name, agreement_id=known[name].id
            )
        yield Check(msgid("“%(name)s” accepted"), {"name": name}, lacking)
