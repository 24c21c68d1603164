"""Letters: a message in words, in the language of who gets it, as text and as HTML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, render_template, url_for
from flask_babel import force_locale, get_locale, gettext, ngettext
from itsdangerous import BadSignature, URLSafeSerializer

from toolshare import wording
from toolshare.calendar import feeds
from toolshare.care.models import Inspection
from toolshare.circulation.fitting import Span
from toolshare.circulation.forms import CONDITIONS
from toolshare.codes.alphabet import in_groups
from toolshare.messages import rewording
from toolshare.messages.choosing import Subject, subject_of
from toolshare.messages.delivering import Due
from toolshare.messages.gathering import Thing, Told
from toolshare.messages.rewording import fields_of
from toolshare.messages.wording import FIELDS, WORDINGS, Wording
from toolshare.outbox.models import Topic
from toolshare.people.models import Group, Person
from toolshare.post import Mail

MY_LOANS, RESERVATION = "circulation.my_loans", "circulation.reservation"
PAGES: Mapping[Topic, str] = {
    Topic.WELCOME: "inventory.catalogue",
    Topic.JOINING_APPROVED: "inventory.catalogue",
    Topic.ACCOUNT_CHANGED: "people.account",
    Topic.DUE_SOON: MY_LOANS,
    Topic.DUE_TODAY: MY_LOANS,
    Topic.LATE: MY_LOANS,
    Topic.CALLED_BACK: MY_LOANS,
    Topic.YOUR_TURN: "circulation.my_turns",
    Topic.RESERVATION_APPROVED: RESERVATION,
    Topic.RESERVATION_DECLINED: RESERVATION,
    Topic.RESERVATION_MISSED: RESERVATION,
    Topic.RESERVATION_EXPIRED: RESERVATION,
    Topic.RESERVATION_UNSERVED: RESERVATION,
    Topic.RESERVATION_CANCELLED: RESERVATION,
    Topic.DISPLACED: RESERVATION,
    Topic.RETURNED_WITH_DAMAGE: "circulation.scan",
    Topic.STOCKTAKE_DONE: "stocktake.stocktake",
    Topic.DIGEST: "circulation.overview",
}


@dataclass(frozen=True)
class Preview:
    """A message as it would be read."""

    language: str
    subject: str
    blocks: Sequence[tuple[str, list[str]]]


def mail_for(due: Due, *, now: datetime) -> Mail:
    """The mail that tells it, in the language of who gets it."""
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        language = language_of(due)
        with force_locale(language):
            return _mail(due, language, now)


def note_for(due: Due) -> dict[str, str]:
    """What a browser shows of it: no more than its person has let it, and where a tap leads."""
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        language, topic = language_of(due), Topic(due.message.topic)
        with force_locale(language):
            words = _words(due, topic, language)
            shown = _shown(due, words)
            path = _page(due, topic).removeprefix(current_app.config["PUBLIC_URL"])
    return {**shown, "path": path, "tag": str(due.message.id), "lang": language}


def _shown(due: Due, words: Wording) -> dict[str, str]:
    if due.subscription is None or not due.subscription.shows_what:
        return {"title": "Toolshare", "body": gettext("There is something for you to read.")}
    return {"title": words.subject, "body": due.group.name if due.group else ""}


def language_of(due: Due) -> str:
    """The person's language, else the one that the message names, else the group's, as we speak it."""
    chosen = (
        due.person.language if due.person else None,
        due.message.language,
        due.group.language if due.group else None,
    )
    return _spoken(*chosen)


def _spoken(*chosen: str | None) -> str:
    spoken = [code for code, _ in wording.languages()]
    return next((one for one in chosen if one in spoken), "en")


def unsubscribe_token(person: Person, subject: Subject) -> str:
    """What lets who holds it end a subject for a person, and nothing else; it does not grow old."""
    return str(_signer().dumps([person.id, subject.name]))


def unsubscribing(token: str) -> tuple[int, str] | None:
    """Whom a link wants to be told no more about which subject; None when we didn't write it."""
    try:
        person_id, subject = _signer().loads(token)
    except BadSignature:
        return None
    return person_id, subject


def filled_in(words: Wording, fields: Mapping[str, str]) -> Wording:
    """The wording in the reader's language, with everything in its place."""
    subject = gettext(words.subject, **fields)
    button = gettext(words.button) if words.button else ""
    return Wording(subject, gettext(words.text, **fields), button)


def with_braces(topic: Topic, group: Group) -> Wording:
    """The usual words in the group's language, with braces round what is filled in."""
    with force_locale(_spoken(group.language)):
        return filled_in(WORDINGS[topic], {name: f"{{{name}}}" for name in fields_of(topic)})


def preview(group: Group, subject: str, text: str, *, now: datetime) -> Preview:
    """What comes of a group's own words, which have been found good, with an example in its place."""
    language = _spoken(group.language)
    with force_locale(language):
        fields = _all_worded(_example(group, now), group.time_zone)
        said = [rewording.filled_in(words, fields) for words in (subject, text)]
    return Preview(language, said[0], in_blocks(said[1].replace("\r\n", "\n")))


def _example(group: Group, now: datetime) -> dict[str, Any]:
    """Something for all that any message can name."""
    then = now + timedelta(days=1)
    numbers = {name: str(number) for number, name in enumerate(FIELDS[Topic.DIGEST], start=1)}
    return {
        **numbers,
        **{"moved": "2", "recounted": "1", "name": "Ana", "by": "Sam", "who": "Zoe"},
        **{"group": group.name, "about": "", "why": "…", "found": "…"},
        **{"day": then.date(), "until": then, "span": Span(now, then)},
        "things": (Thing(gettext("Hand drill"), "7K3M9QXA"),),
    }


def in_blocks(text: str) -> list[tuple[str, list[str]]]:
    """A text as paragraphs and lists: ("p" or "ul", its lines)."""
    blocks: list[tuple[str, list[str]]] = []
    for paragraph in text.strip().split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        is_list = bool(lines) and all(line.startswith("- ") for line in lines)
        if lines:
            blocks.append(("ul", [line[2:] for line in lines]) if is_list else ("p", lines))
    return blocks


def _mail(due: Due, language: str, now: datetime) -> Mail:
    topic, address = Topic(due.message.topic), due.message.address or ""
    words = _words(due, topic, language)
    frame = {
        "name": due.person.name if due.person else "",
        "group": due.group,
        "words": words,
        "blocks": in_blocks(words.text),
        "button": _page(due, topic) if words.button else None,
        "choices": url_for("messages.choices", _external=True) if due.person else None,
        "unsubscribe": _unsubscribe(due, topic),
        "language": language,
        "direction": get_locale().text_direction,
    }
    return Mail(
        key=f"{due.message.id}.{due.message.created_at:%Y%m%d%H%M%S}",
        name=due.person.name if due.person else "",
        address=due.person.email if due.person else address,
        language=language,
        subject=words.subject,
        text=render_template("messages/_mail.txt", **frame),
        html=render_template("messages/_mail.html", **frame),
        unsubscribe=_unsubscribe(due, topic),
        calendar=_calendar(due.told, now),
    )


def _words(due: Due, topic: Topic, language: str) -> Wording:
    """The group's own words, where it has some in the reader's language, else the usual ones."""
    fields, usual = _fields(due), WORDINGS[topic]
    own = due.own_wording
    if own is None or own.language != language:
        return filled_in(usual, fields)
    subject, text = (rewording.filled_in(words, fields) for words in (own.subject, own.text))
    return Wording(subject, text, gettext(usual.button) if usual.button else "")


def _fields(due: Due) -> dict[str, str]:
    zone = due.group.time_zone if due.group else "UTC"
    return _all_worded({**_who(due), **due.told.fields}, zone)


def _who(due: Due) -> dict[str, str]:
    return {
        "name": due.person.name if due.person else "",
        "group": due.group.name if due.group else "Toolshare",
    }


def _all_worded(fields: dict[str, Any], zone: str) -> dict[str, str]:
    if things := fields.get("things"):
        fields["what"] = _what(things)
    if fields.get("about") == "":  # a stocktake of all that there is
        fields["about"] = gettext("Everything")
    return {name: _worded(value, zone) for name, value in fields.items()}


def _what(things: Sequence[Thing]) -> str:
    """The one thing by its name, several by their number."""
    number = sum(one.number for one in things)
    if len(things) == 1:
        return _thing(things[0])
    return str(ngettext("%(num)s thing", "%(num)s things", number))


def _thing(thing: Thing) -> str:
    return f"{thing.number} × {thing.name}" if thing.number > 1 else thing.name


def _worded(value: Any, zone: str) -> str:
    match value:
        case datetime():
            return wording.until(value, zone)
        case date():
            return wording.whole_day(value)
        case Span():
            return wording.span(value, zone)
        case Inspection():
            return "\n".join(_found(value))
        case tuple():
            return "\n".join(f"- {_listed(one)}" for one in value)
        case _:
            return str(value)


def _found(inspection: Inspection) -> Iterator[str]:
    yield str(CONDITIONS[inspection.condition])
    if inspection.missing_parts:
        yield gettext("Missing: %(parts)s", parts=", ".join(inspection.missing_parts))
    if inspection.note:
        yield f"“{inspection.note}”"


def _listed(thing: Thing) -> str:
    return f"{_thing(thing)} ({in_groups(thing.code)})" if thing.code else _thing(thing)


def _page(due: Due, topic: Topic) -> str:
    """Where the button leads: to a page of ours, whatever is written."""
    path = due.told.fields.get("path") or url_for(PAGES.get(topic, "desk.home"), **due.told.about)
    parts = urlsplit(str(path))
    return f"{current_app.config['PUBLIC_URL']}{parts._replace(scheme='', netloc='').geturl()}"


def _unsubscribe(due: Due, topic: Topic) -> str | None:
    subject = subject_of(topic)
    if subject is None or due.person is None:
        return None
    token = unsubscribe_token(due.person, subject)
    return url_for("messages.unsubscribe", unwanted=token, _external=True)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="unsubscribe")


def _calendar(told: Told, now: datetime) -> bytes | None:
    if not told.loans and told.reservation is None:
        return None
    words = feeds.Words(
        gettext("Bring back: %(thing)s", thing="%(thing)s"),
        gettext("Fetch: %(thing)s", thing="%(thing)s"),
        "",
    )
    host = current_app.config["CHOSEN"].public_host
    return feeds.for_one(told.loans, told.reservation, words, host=host, now=now)
