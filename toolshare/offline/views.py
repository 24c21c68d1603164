"""What devices ask for and send: facts to work without a signal, and what was scanned then."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.circulation.availability import State
from toolshare.circulation.models import Loan, Taking
from toolshare.database import again_if_unlucky, reading, transaction
from toolshare.inventory import photos
from toolshare.inventory.models import Counting, Item
from toolshare.journal.recording import OperationUsed
from toolshare.laying import needed, photos_sent
from toolshare.offline import cards, facts, keeping, late, photographing, scans
from toolshare.offline.late import Taken
from toolshare.offline.models import ExceptionalScan
from toolshare.offline.reasons import Fault, MadeByAnother, NoScans, as_known
from toolshare.offline.scans import Scan
from toolshare.people.models import Membership
from toolshare.people.signin import person_signed_in
from toolshare.policies import NEVER_KEPT
from toolshare.refusals import Reason, Refusal, msgid
from toolshare.wording import instead, says, until

room = Blueprint("offline", __name__)

FORMAT = 1
MOST_BYTES = 300_000


def in_json(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Marks a view for devices: a refusal is JSON whatever they say that they accept."""

    @wraps(view)
    def answered(**others: Any) -> ResponseReturnValue:
        try:
            return view(**others)
        except Refusal as refusal:
            worded = [{"says": says(one), "instead": instead(one)} for one in refusal.reasons]
            return {"reasons": worded}, refusal.status

    return answered


STATES = {
    State.FREE: msgid("Free"),
    State.OUT: msgid("Out"),
    State.LATE: msgid("Late"),
    State.DROPPED: msgid("Left in the shed"),
    State.NEEDS_CHECK: msgid("Needs a check"),
    State.IN_REPAIR: msgid("In repair"),
    State.KEPT: msgid("Kept for somebody"),
    State.IN_KIT: msgid("In a kit"),
    State.MISSING: msgid("Missing"),
    State.USED_UP: msgid("Used up"),
    State.RETIRED: msgid("Retired"),
}


@room.get("/offline/facts")
@in_json
def give_facts() -> ResponseReturnValue:
    """What this person's device may keep; 304 when it keeps that already."""
    person, now = person_signed_in(), clock.now()
    with reading() as session:
        known = _facts(facts.facts_for(session, person, now=now))
    tag = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
    answer = jsonify({**known, "at": _moment(now)})
    answer.set_etag(tag[:32])
    answer.headers["Cache-Control"] = NEVER_KEPT  # as of a 304, which has no type
    answer.make_conditional(request)
    return answer


@room.post("/offline/scans")
@in_json
def take_scans() -> ResponseReturnValue:
    """Does what was scanned without a signal, one after another, each by itself."""
    person, now = person_signed_in(), clock.now()
    sent = scans.read_body(_body(), now=now)
    _refuse_those_of_another(sent.person)
    with reading() as session:
        keeping.home_of(session, person)
        known = cards.people_by_digest(session, person, salt(), now=now)
        told = scans.read_scans(sent, hosts=hosts(), cards=known, now=now)
    became = {id(scan): take_in(scan) for scan in scans.in_sequence(told)}
    return {"answers": [became[id(scan)] for scan in told]}


@room.post("/offline/scans/<uuid:operation>/photo")
@in_json
def join_photo(operation: UUID) -> ResponseReturnValue:
    """Joins a photo to what it is of; once, when it is sent twice."""
    person, now = person_signed_in(), clock.now()
    _refuse_those_of_another(request.form.get("person"))
    with photos_sent() as sent, transaction() as session:
        shown, group = photographing.shown_by(session, operation, by=person)
        if shown.photo_id is not None:
            return {"outcome": "already"}
        shown.photo = photos.keep(session, needed(sent)[0], group=group, by=person, now=now)
    return {"outcome": "done"}


def salt() -> str:
    """What is put before a card's code for its digest: this installation's own."""
    known = f"cards without a signal {current_app.config['CHOSEN'].secret_key}"
    return hashlib.sha256(known.encode()).hexdigest()[:32]


def hosts() -> tuple[str, ...]:
    """The hosts that stand on our labels."""
    found: tuple[str, ...] = current_app.config["CHOSEN"].hosts
    return found


def _body() -> bytes:
    body = request.stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Refusal(NoScans(what=f"> {MOST_BYTES // 1000} kB"))
    return body


def _refuse_those_of_another(maker: Any) -> None:
    """Whoever signed in meanwhile on the same device has not made what waits there."""
    if maker is not None and str(maker) != str(person_signed_in().id):
        raise Refusal(MadeByAnother())


def take_in(scan: Scan) -> dict[str, Any]:
    """Takes in one scan; once more when another request sent the same in the same moment.

    A fault of ours is logged and makes it an exception: it holds up none of those behind it.
    """
    try:
        return again_if_unlucky(lambda: _once(scan))
    except Refusal as refusal:
        if OperationUsed() not in refusal.reasons:
            raise
        return again_if_unlucky(lambda: _once(scan))
    except Exception:
        current_app.logger.exception("scan %s", scan.operation)
        at_fault = replace(scan, against=(*scan.against, Fault()))
        return again_if_unlucky(lambda: _once(at_fault))


def _once(scan: Scan) -> dict[str, Any]:
    with transaction() as session:
        taken = late.take_in(session, scan, by=person_signed_in(), now=clock.now())
        return _answer(taken)


def _facts(known: facts.Facts) -> dict[str, Any]:
    own, role = known.own_card, "steward" if known.serves else "member"
    card = cards.digest_of(own.code, salt()) if own else None
    return {
        "format": FORMAT,
        "person": {
            "id": known.person.id,
            "name": known.person.name,
            "card": card,
            "role": role,
        },
        "groups": [
            {"slug": group.slug, "name": group.name, "time_zone": group.time_zone}
            for group in known.groups
        ],
        "things": [_thing(thing) for thing in known.things],
        "cards": [_card(*each) for each in cards.by_digest(known.cards, salt()).items()],
        "codes": {"hosts": hosts(), "salt": salt()},
    }


def _thing(thing: facts.Thing) -> dict[str, Any]:
    """One thing; what is null or false is left out, since there are thousands."""
    said = {
        "code": thing.code,
        "name": thing.name,
        "group": thing.group,
        "counted": "each" if thing.counting is Counting.COUNTED else "bulk",
        "state": _(STATES[thing.state]),
        "out": thing.due_at is not None,
        "mine": thing.is_mine,
        "due": _moment(thing.due_at),
        "due_if_lent_now": _moment(thing.due_if_lent_now),
        "lendable": not thing.against,
        "why_not": _sentence(thing.against) or None,
        "old": thing.former,
    }
    return {name: fact for name, fact in said.items() if fact}


def _card(digest: str, card: Membership) -> dict[str, Any]:
    known = {"digest": digest, "name": card.person.name}
    reasons = [*cards.against(card)]
    return known | ({"blocked": _sentence(reasons)} if reasons else {})


def _answer(taken: Taken) -> dict[str, Any]:
    outcome = "already" if taken.again else taken.became
    return {
        "operation": str(taken.operation),
        "outcome": outcome,
        "became": taken.became,
        "says": _says(taken.record),
    }


def _says(record: Loan | Taking | ExceptionalScan | None) -> str:
    match record:
        case ExceptionalScan():
            why = _sentence([as_known(kept) for kept in record.reasons])
            return str(_("A steward will look at this: %(why)s", why=why))
        case Taking():
            return str(_("%(quantity)s × %(thing)s taken.", **_about(record.item, record.quantity)))
        case Loan():
            return _about_loan(record)
    return str(_("This was sent before, and is done."))


def _about_loan(loan: Loan) -> str:
    thing = loan.item.kind.name
    if loan.returned_at is not None:
        return str(_("%(thing)s is back.", thing=thing))
    if loan.dropped_at is not None:
        return str(_("%(thing)s is in the shed; a steward has yet to take it back.", thing=thing))
    due_at = until(loan.due_at, loan.item.kind.group.time_zone)
    about = {"thing": thing, "name": loan.borrower.name if loan.borrower else "", "due_at": due_at}
    return str(_("%(thing)s is lent to %(name)s until %(due_at)s.", **about))


def _about(item: Item, quantity: int) -> dict[str, Any]:
    return {"thing": item.kind.name, "quantity": quantity}


def _sentence(reasons: Sequence[Reason]) -> str:
    return " ".join(says(reason) for reason in reasons)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
