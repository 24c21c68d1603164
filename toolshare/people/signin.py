"""Who is signed in: the only file that knows Flask-Login."""

from flask import Flask, g, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import bindparam, select

from toolshare.database import db, reading
from toolshare.people.models import Person
from toolshare.people.roles import person_with_memberships
from toolshare.records import AnySession

manager = LoginManager()
manager.session_protection = None  # nobody asks whether a session is fresh, and phones roam


# Built once: every act begins with it.
_ALONE = select(Person).where(Person.id == bindparam("person_id"))


class SignedIn(UserMixin):  # type: ignore[misc]
    """A person as Flask-Login wants one; valid until the person signs out everywhere."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.language = person.language
        self.version = person.session_version

    def get_id(self) -> str:
        """Person and session version: raising the version ends every session."""
        return f"{self.person.id}.{self.version}"


@manager.user_loader  # type: ignore[untyped-decorator]
def load(key: str) -> SignedIn | None:
    """The person that a session cookie names, if its version is still good.

    Pages ask for the memberships, too; an act reads them again where it decides.
    """
    person_id, _, version = key.partition(".")
    read = _read_alone if request.method == "POST" else person_with_memberships
    person = read(db.session, int(person_id))
    if person is None or str(person.session_version) != version:
        return None
    return SignedIn(person)


def _read_alone(session: AnySession, person_id: int) -> Person | None:
    return session.scalar(_ALONE, {"person_id": person_id})


def set_up(app: Flask) -> None:
    """Joins Flask-Login to the app."""
    manager.init_app(app)


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
    """Begins a session on this device."""
    login_user(SignedIn(person))


def stay_signed_in() -> None:
    """Goes on on this device alone, when what one did has ended one's sessions on all of them."""
    with reading():
        if current_user.version != current_user.person.session_version:
            sign_in(current_user.person)


def sign_out() -> None:
    """Ends the session on this device."""
    logout_user()
