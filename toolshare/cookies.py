"""Cookies that no other host and no page without https can set for us."""

from flask import Flask, Response, current_app, request

PREFIX = "__Host-"  # browsers keep such a cookie only from https, for one host and all its paths
SESSION = "session"


def set_up(app: Flask) -> None:
    """Keeps sessions in a cookie of our own host."""
    app.config["SESSION_COOKIE_NAME"] = name_of(SESSION, is_secure=is_secure(app))


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
