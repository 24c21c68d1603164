"""The description of all that is for programs, completed: problems, keys, pages, tokens.

The library describes what each view asks and gives; what holds for all of them is added here.
"""

from collections.abc import Mapping
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from toolshare.programs.writing import FORM
from toolshare.records import LAST_ID

PROBLEM = "application/problem+json"
SCHEMA = {"$ref": "#/components/schemas/Problem"}
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token that a person has made on their account page. It does what they may do "
    f"themselves, within its scopes. Its form: {FORM.pattern}",
}
OF_ALL = (400, 401, 403, 404, 429, 503)
OF_CODES = (409, 422)  # a lost card, and what is no code
OF_ACTS = (409, 410, 413, 415, 422)
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A UUID that stands for this act: sent again with the same, it is done once.",
    "schema": {"type": "string", "format": "uuid"},
}
KNOWN = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the last answer: while it is the same, the answer is 304.",
    "schema": {"type": "string"},
}
ETAG = {"description": "Changes when the answer does.", "schema": {"type": "string"}}
LINK = {"description": "The next page, if there is one (RFC 8288).", "schema": {"type": "string"}}


def described(known: Mapping[str, Any], public_url: str) -> dict[str, Any]:
    """The whole description, from what the library knows of the views."""
    whole = deepcopy(dict(known))
    whole["servers"] = [{"url": public_url}]
    whole["components"]["securitySchemes"] = {"token": TOKEN}
    whole["security"] = [{"token": []}]
    for path in whole["paths"].values():
        for method, operation in path.items():
            _complete(operation, is_act=method != "get")
    return whole


def _complete(operation: dict[str, Any], *, is_act: bool) -> None:
    more = OF_CODES if any(one["name"] == "code" for one in operation["parameters"]) else ()
    for parameter in operation["parameters"]:
        _narrow(parameter)
    operation["parameters"].append(KEY if is_act else KNOWN)
    answers = operation["responses"]
    for status in OF_ALL + (OF_ACTS if is_act else more):
        answers[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM: {"schema": SCHEMA}},
        }
    if not is_act:
        answers["200"]["headers"] = {"ETag": ETAG, "Link": LINK}
        answers["304"] = {"description": "Nothing has changed."}


def _narrow(parameter: dict[str, Any]) -> None:
    """Ids are those of rows; what is left out of an address is not null in it."""
    schema = parameter["schema"]
    if parameter["in"] == "path" and schema["type"] == "integer":
        schema |= {"minimum": 1, "maximum": LAST_ID}
    if parameter["in"] == "path" and schema["type"] == "string":
        schema |= {"minLength": 1, "maxLength": 60, "pattern": "^[^/\\x00]+$"}
    if "anyOf" in schema:
        given, _null = schema.pop("anyOf")
        schema.pop("default", None)
        schema |= given
