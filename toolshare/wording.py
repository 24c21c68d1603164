"""Words for people: reasons and times as the reader's language and the group's clock say them."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.units import format_unit
from flask import Flask, request
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_timedelta,
    get_babel,
    get_locale,
    gettext,
    ngettext,
)

from toolshare import clock
from toolshare.circulation.fitting import Span
from toolshare.codes.alphabet import LENGTH, in_groups
from toolshare.database import db
from toolshare.people.languages import language_of_the_place
from toolshare.people.models import Device, Role
from toolshare.people.opening import LAST_MOMENT
from toolshare.people.signin import current_person, language_chosen
from toolshare.refusals import OneOrMany, Reason, msgid
from toolshare.rules.lengths import Length

CODES = {"code", "new"}  # facts that are shown as they stand on a label
WITHOUT_YEAR = timedelta(days=270)
ELIDES_BEFORE_NUMBERS = {"it"}  # "dal 7", but "dall'8" and "dall'11"
ROLES = {
    Role.MEMBER: msgid("member"),
    Role.STEWARD: msgid("steward"),
    Role.COORDINATOR: msgid("coordinator"),
}


def set_up(app: Flask) -> None:
    """Gives templates these filters."""
    app.jinja_env.filters |= {
        "date": date_in_words,
        "day": day,
        "weekday": weekday,
        "day_of_week": day_of_week,
        "month": month,
        "moment": moment,
        "until": until,
        "from_when": from_when,
        "span": span,
        "whole_day": whole_day,
        "says": says,
        "instead": instead,
        "in_groups": in_groups,
        "lasting": lasting,
        "role": role,
        "device": device,
    }
    app.context_processor(language_of_page)


def language_of_page() -> dict[str, Locale]:
    """In which language a page is, found out before it is written."""
    return {"locale": get_locale()}


@cache
def languages() -> list[tuple[str, str]]:
    """The languages that we speak: code, and name in the language itself."""
    locales = {str(locale): locale for locale in get_babel().instance.list_translations()}
    return [(code, locale.get_display_name() or code) for code, locale in sorted(locales.items())]


def language_of_reader() -> str | None:
    """The language that the person chose, else what the browser likes best, else the group's."""
    spoken, chosen = [code for code, _ in languages()], language_chosen()
    if chosen in spoken:
        return chosen
    return language_of_browser() or _language_of_the_place(spoken)


def language_of_browser() -> str | None:
    """The language that the browser likes best of ours."""
    return request.accept_languages.best_match([code for code, _ in languages()])


def _language_of_the_place(spoken: list[str]) -> str | None:
    slug = (request.view_args or {}).get("slug", "").partition("\0")[0]  # no database keeps one
    of_place = language_of_the_place(db.session, current_person(), slug)
    return of_place if of_place in spoken else None


def device(known: Device) -> str:
    """What a browser is called that somebody uses: "Firefox on Android"."""
    if known.browser and known.system:
        names = {"browser": known.browser, "system": known.system}
        return str(gettext("%(browser)s on %(system)s", **names))
    return known.browser or known.system or str(gettext("A browser"))


def local(at: datetime, time_zone: str) -> datetime:
    """A moment on the clock of a time zone."""
    return at.astimezone(ZoneInfo(time_zone))


def day(at: datetime, time_zone: str = "UTC") -> str:
    """The day of a moment: "Sat 28 Nov", and of one in another season "28 Nov 2020"."""
    return str(format_date(local(at, time_zone).date(), _form_of_day(at)))


def date_in_words(known: date) -> str:
    """A date of a calendar: "6 Jun 2026"."""
    return str(format_date(known, _form_with_year()))


def whole_day(known: date) -> str:
    """A date with its weekday: "Sat 6 Jun 2026"."""
    return str(format_date(known, "EEE d MMM y"))


def weekday(known: date) -> str:
    """A day of a week that is known: "Sat 6"."""
    return str(format_date(known, "EEE d"))


def day_of_week(known: date) -> str:
    """The day of the week alone: "Sat"."""
    return str(format_date(known, "EEE"))


def month(known: date) -> str:
    """A month of a calendar: "June 2026"."""
    return str(format_date(known, "LLLL y"))


def first_weekday() -> int:
    """On which day the reader's weeks begin; Monday is 0."""
    return int(get_locale().first_week_day)


def moment(at: datetime, time_zone: str = "UTC") -> str:
    """The day and time of a moment: "Sat 28 Nov, 18:00"."""
    there = local(at, time_zone).replace(tzinfo=UTC)
    return str(format_datetime(there, f"{_form_of_day(at)}, HH:mm", rebase=False))


def until(at: datetime, time_zone: str = "UTC") -> str:
    """A due date: just the day when it is the end of the day, else with the time."""
    is_end_of_day = local(at, time_zone).time() == LAST_MOMENT
    return day(at, time_zone) if is_end_of_day else moment(at, time_zone)


def from_when(at: datetime, time_zone: str = "UTC") -> str:
    """When something begins: just the day when it is the beginning of the day, else with the time."""
    is_midnight = local(at, time_zone).time() == time.min
    return day(at, time_zone) if is_midnight else moment(at, time_zone)


def span(known: Span, time_zone: str = "UTC") -> str:
    """From when until when; the day stands once when there is but one, and alone when it is whole."""
    begins, ends = (local(at, time_zone) for at in (known.from_at, known.until_at))
    first, last = from_when(known.from_at, time_zone), until(known.until_at, time_zone)
    if begins.date() != ends.date():
        return f"{first} – {last}"
    if (begins.time(), ends.time()) == (time.min, LAST_MOMENT):
        return first
    return f"{moment(known.from_at, time_zone)} – {ends:%H:%M}"


def lasting(known: Length) -> str:
    """A length of time: "7 days", "1 day 4 hours", and of none "0 days"."""
    units = known.as_json() or {"days": 0}
    locale = get_locale()
    return " ".join(
        format_unit(number, f"duration-{name.removesuffix('s')}", locale=locale)
        for name, number in units.items()
    )


def says(reason: Reason) -> str:
    """What is the matter, in the reader's language."""
    facts, text = _worded(reason), reason.says
    if isinstance(text, OneOrMany):
        return str(ngettext(text.one, text.many, vars(reason)[text.by], **facts))
    return str(gettext(text, **facts))


def instead(reason: Reason) -> str:
    """What the person can do instead, in the reader's language."""
    return str(gettext(reason.instead, **_worded(reason))) if reason.instead else ""


def role(known: Role) -> str:
    """What a role is called, in the reader's language."""
    return str(gettext(ROLES[known]))


def _form_of_day(at: datetime) -> str:
    """With its weekday while nobody could mistake the year, else with the year."""
    return "EEE d MMM" if abs(clock.now() - at) < WITHOUT_YEAR else _form_with_year()


def _form_with_year() -> str:
    """Without its weekday, unless the article before it would be another one before an 8 or 11."""
    return "EEE d MMM y" if get_locale().language in ELIDES_BEFORE_NUMBERS else "d MMM y"


def _worded(reason: Reason) -> dict[str, Any]:
    facts = vars(reason)
    zone = facts.get("time_zone", "UTC")
    worded = {name: _fact(fact, zone) for name, fact in facts.items()}
    return worded | {name: _as_on_a_label(worded[name]) for name in CODES & worded.keys()}


def _as_on_a_label(code: str) -> str:
    """A whole code in two groups; what was mistyped stays as it was typed."""
    return in_groups(code) if len(code) == LENGTH else code


def _fact(fact: Any, zone: str) -> Any:
    worded = fact
    match fact:
        case datetime():
            worded = until(fact, zone)
        case date():
            worded = whole_day(fact)
        case timedelta():
            worded = format_timedelta(fact)
        case Length():
            worded = lasting(fact)
        case float():
            worded = format_decimal(fact, "0.00")
        case Span():
            worded = span(fact, zone)
        case tuple():
            worded = "; ".join(str(_fact(one, zone)) for one in fact)
        case Role():
            worded = role(fact)
        case Reason():
            worded = f"{says(fact)} {instead(fact)}".strip()
    return worded
