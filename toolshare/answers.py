"""Saying what was done: JSON for programs, else a message on the page that comes next."""

from http import HTTPStatus
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString


def wants_json() -> bool:
    """Whether it is a program that asks."""
    return bool(request.accept_mimetypes.best == "application/json")


def done(url: str, *, says: str | LazyString, **facts: Any) -> ResponseReturnValue:
    """The answer to an act that was done; `facts` are for programs only."""
    if wants_json():
        return {"says": str(says), **facts}
    flash(str(says), "success")
    return redirect(url, HTTPStatus.SEE_OTHER)
