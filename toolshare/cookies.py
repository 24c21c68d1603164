"""Cookies that no other host and no page without https can set for us, and the sessions in one."""

from flask import Flask, Request, Response, current_app, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

PREFIX = "__Host-"  # browsers keep such a cookie only from https, for one host and all its paths
SESSION = "session"


class Sessions(SecureCookieSessionInterface):
    """Sessions in a cookie of our own host.

    One that began before the cookie had its prefix goes on, under the new name. It was signed
    otherwise, and nothing is signed that way any more, so ninety days later none is left.
    """

    def __init__(self, app: Flask) -> None:
        self.former = SecureCookieSessionInterface().get_signing_serializer(app)
        if app.config["SESSION_COOKIE_NAME"] != SESSION:
            self.salt = "session-of-one-host"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the request, from its cookie or from the one of former times."""
        name = self.get_cookie_name(app)
        if name == SESSION or name in request.cookies or SESSION not in request.cookies:
            return super().open_session(app, request)
        session = SecureCookieSession(self._kept_formerly(app, request.cookies[SESSION]))
        session.modified = bool(session)
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Writes the session into its cookie, and takes the former one away."""
        super().save_session(app, session, response)
        if self.get_cookie_name(app) != SESSION and SESSION in request.cookies:
            response.delete_cookie(SESSION, secure=True, httponly=True, samesite="Lax")

    def _kept_formerly(self, app: Flask, cookie: str) -> dict[str, object]:
        lasts = int(app.permanent_session_lifetime.total_seconds())
        try:
            kept: dict[str, object] = self.former.loads(cookie, max_age=lasts)  # type: ignore[union-attr]
        except BadSignature:
            return {}
        return kept


def set_up(app: Flask) -> None:
    """Keeps sessions in a cookie of our own host."""
    app.config["SESSION_COOKIE_NAME"] = name_of(SESSION, is_secure=is_secure(app))
    app.session_interface = Sessions(app)


def is_secure(app: Flask) -> bool:
    """Whether cookies travel encrypted only."""
    return bool(app.config["SESSION_COOKIE_SECURE"])


def name_of(cookie: str, *, is_secure: bool) -> str:
    """What a cookie is called: with the prefix, where we are reached by https."""
    return f"{PREFIX}{cookie}" if is_secure else cookie


def keep(response: Response, cookie: str, value: str, *, seconds: int) -> None:
    """Writes a cookie that scripts can't read and other sites can't send."""
    is_encrypted = is_secure(current_app)
    response.set_cookie(
        name_of(cookie, is_secure=is_encrypted),
        value,
        max_age=seconds,
        secure=is_encrypted,
        httponly=True,
        samesite="Lax",
    )


def read(cookie: str) -> str | None:
    """What the request's cookie holds."""
    return request.cookies.get(name_of(cookie, is_secure=is_secure(current_app)))
