"""A device without a signal understands codes as the server does."""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from toolshare.app import folder
from toolshare.assets import shelf_of
from toolshare.codes import alphabet
from toolshare.labels.scanning import (
    ForeignAddress,
    MisreadCode,
    NoItemAddress,
    NotACode,
    NothingScanned,
    read_scan,
)
from toolshare.refusals import Reason, Refusal

pytestmark = pytest.mark.browser
CODES = ("7K3M9QXB", *(alphabet.draw() for _ in range(40)))
SAID = {
    NothingScanned: "nothing",
    ForeignAddress: "foreign",
    NoItemAddress: "no_label",
    NotACode: "not_a_code",
    MisreadCode: "misread",
}


def ways_to_write(code: str) -> list[str]:
    """How a code is scanned and typed, right and wrong."""
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    return [
        code,
        f" {code[:4]} {code[4:]} ",
        f"{code[:4].lower()}\u2013{code[4:].lower()}",
        code.replace("0", "o").replace("1", "l"),
        f"HTTPS://127.0.0.1/I/{code}",
        f"https://OLD.example.org/i/{code.lower()}/",
        f"127.0.0.1/I/{code}",
        f"https://elsewhere.example.com/I/{code}",
        f"https://127.0.0.1/items/{code}",
        "https://127.0.0.1/I",
        f"//{code}",
        wrong,
        code[1:] + code[0],
        code[:-1],
        code + "7",
        code[:-1] + "U",
    ]


def told_by_the_server(text: str, hosts: list[str]) -> dict[str, Any]:
    try:
        return {"code": read_scan(text, hosts)}
    except Refusal as refusal:
        return {"wrong": SAID[type(reason_of(refusal))]}


def reason_of(refusal: Refusal) -> Reason:
    (reason,) = refusal.reasons
    return reason


def test_what_is_scanned_means_the_same_with_and_without_a_signal(app: Flask, page: Page) -> None:
    texts = ["", "  ", "/", "https://[/", *(text for code in CODES for text in ways_to_write(code))]
    hosts = ["127.0.0.1", "old.example.org"]
    module = f"/static/{shelf_of(folder('static')).by_name['offline/codes.js'].served_as}"
    page.goto("/sign-in")
    found = page.evaluate(
        "async ([module, texts, hosts]) => { const { read } = await import(module);"
        " return texts.map((text) => read(text, hosts)); }",
        [module, texts, hosts],
    )
    meant = [
        {name: one[name] for name in ("wrong",) if name in one} or {"code": one["code"]}
        for one in found
    ]
    assert dict(zip(texts, meant, strict=True)) == {
        text: told_by_the_server(text, hosts) for text in texts
    }
