"""Who is signed in: the only file that knows Flask-Login."""

from contextlib import suppress
from datetime import date

from flask import Flask, Response, g, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import DBAPIError

from toolshare import clock
from toolshare.database import db, reading, transaction
from toolshare.people import devices
from toolshare.people.models import Device, Person
from toolshare.refusals import Refusal

manager = LoginManager()
manager.session_protection = None  # nobody asks whether a session is fresh, and phones roam


class SignedIn(UserMixin):  # type: ignore[misc]
    """A person on a device, as Flask-Login wants one; valid until the person signs out there."""

    def __init__(self, person: Person, device: Device) -> None:
        self.person = person
        self.language = person.language
        self.version = person.session_version
        self.device_id = device.id
        self.used_on: date = device.used_on

    def get_id(self) -> str:
        """Person, session version and device: raising the version ends every session."""
        return f"{self.person.id}.{self.version}.{self.device_id}"


@manager.user_loader  # type: ignore[untyped-decorator]
def load(key: str) -> SignedIn | None:
    """The person that a session cookie names, if its version is still good and its device known.

    Pages ask for the memberships, too; an act reads them again where it decides.
    """
    device_id = key.rpartition(".")[2]
    is_act = request.method == "POST"
    found = devices.person_on(db.session, int(device_id), with_memberships=not is_act)
    if found is None:
        return None
    device, person = found
    signed_in = SignedIn(person, device)
    is_good = signed_in.get_id() == key and device.session_version == person.session_version
    return signed_in if is_good else None


def set_up(app: Flask) -> None:
    """Joins Flask-Login to the app."""
    manager.init_app(app)
    app.after_request(note_use)


def act_for(person: Person | None) -> None:
    """Makes this request that of a program that acts for a person, or for nobody yet.

    Whose cookie came along does not matter; the reader is the program, with a language of its own.
    """
    g.acts_for = person


def current_person() -> Person | None:
    """Who is signed in, or for whom a program acts, or None."""
    if "acts_for" in g:
        person: Person | None = g.acts_for
        return person
    return current_user.person if current_user.is_authenticated else None


def ask_nobody() -> None:
    """Takes who sent this request for a stranger: the database that knows them can't be asked."""
    g._login_user = manager.anonymous_user()


def language_chosen() -> str | None:
    """The language that who is signed in had chosen by then, or None."""
    if "acts_for" in g:
        return None
    return current_user.language if current_user.is_authenticated else None


def person_signed_in() -> Person:
    """Who is signed in, on a page that only the signed in can reach."""
    person = current_person()
    if person is None:
        raise LookupError("the gate let a stranger in")
    return person


def sign_in(person: Person) -> None:
    """Begins a session on this device, or goes on with the one that the person has on it."""
    again = device_here() if current_person() == person else None
    said, now = request.user_agent.string, clock.now()
    with transaction() as session:
        device = devices.begin(session, person, said, again=again, now=now)
        signed_in = SignedIn(person, device)
    login_user(signed_in)


def device_here() -> int | None:
    """The id of the device on which somebody is signed in."""
    return current_user.device_id if current_user.is_authenticated else None


def stay_signed_in() -> None:
    """Goes on on this device alone, when what one did has ended one's sessions on all of them."""
    with reading():
        is_ended = current_user.version != current_user.person.session_version
    if is_ended:
        sign_in(current_user.person)


def sign_out() -> None:
    """Ends the session on this device."""
    here = device_here()
    if here is not None:
        with transaction() as session:
            devices.end(session, here)
    logout_user()


def note_use(response: Response) -> Response:
    """Writes down that a device was used, once a day; where nothing can be written, it is not."""
    user, today = g.get("_login_user"), clock.now().date()
    if isinstance(user, SignedIn) and user.used_on < today:
        with suppress(DBAPIError, Refusal), transaction() as session:
            devices.note_use(session, user.device_id, today)
    return response
