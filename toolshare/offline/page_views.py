"""What makes the app open without a signal: its manifest, its service worker, and one page."""

import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response, abort, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from toolshare import assets, wording
from toolshare.certificates import authority_in
from toolshare.gate import open_to_all, reads_labels
from toolshare.offline.views import room

WORKER = "service-worker.js"
PAPER, CARD = "#f6efe0", "#fffcf4"
ICONS = {"icon-192": "any", "icon-512": "any", "maskable-512": "maskable"}


@room.get("/offline")
@open_to_all
@reads_labels
def no_signal() -> ResponseReturnValue:
    """Where one scans without a signal; a device keeps it, so it says nothing about anybody."""
    return render_template("offline/no_signal.html")


@room.get("/manifest.webmanifest")
@open_to_all
def manifest() -> ResponseReturnValue:
    """How the app stands among the others on a phone."""
    told = {
        "id": url_for("desk.home"),
        "name": "Toolshare",
        "short_name": "Toolshare",
        "description": _("Scan a label, borrow the thing, bring it back."),
        "lang": str(get_locale()),
        "start_url": url_for("desk.home"),
        "scope": url_for("desk.home"),
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": CARD,
        "icons": [_icon(name, purpose) for name, purpose in ICONS.items()],
        "shortcuts": [
            {"name": _("Scan"), "url": url_for("desk.scan")},
            {"name": _("Without a signal"), "url": url_for("offline.no_signal")},
        ],
    }
    return Response(json.dumps(told), mimetype="application/manifest+json")


@room.get(f"/{WORKER}")
@open_to_all
def service_worker() -> ResponseReturnValue:
    """The script that keeps the page and its files, and opens them when nothing else answers.

    Its text changes whenever the page or one of its files does: then browsers fetch all anew. They
    ask for it without cookies: the page that wants it says in which language.
    """
    asked = request.args.get("language", "").replace("-", "_")
    language = asked if asked in dict(wording.languages()) else str(get_locale())
    with force_locale(language):
        text = _worker(language, request.script_root)
    answer = Response(text, mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@cache
def _worker(language: str, _root: str) -> str:
    """The script, made once for each language and place: browsers ask for it after every page.

    What the next page has to tell who asks is left to that page.
    """
    page = render_template("offline/no_signal.html", get_flashed_messages=lambda **_kinds: ())
    provisions = {
        "version": hashlib.sha256(page.encode()).hexdigest()[:10],
        "page": url_for("offline.no_signal"),
        "language": language.replace("_", "-"),
        "files": sorted(_files_of(page)),
    }
    source = _from_the_root(assets.shelf().by_name[WORKER].content.decode())
    return f"const PROVISIONS = {json.dumps(provisions)};\n{source}"


@room.get("/authority.crt")
@open_to_all
def authority() -> ResponseReturnValue:
    """What a phone has to trust where `toolshare serve --https` made the certificate."""
    file = authority_in(current_app.config["CHOSEN"].instance)
    if not file.is_file():
        abort(HTTPStatus.NOT_FOUND)
    kind = "application/x-x509-ca-cert"
    return send_file(file, mimetype=kind, download_name="toolshare.crt", max_age=0)


def _files_of(page: str) -> Iterable[str]:
    """The addresses of all that the page and its modules load, and of what shows the app."""
    named = re.findall(rf'"{re.escape(_static())}([^"#]+)', page)
    return (_static() + name for name in assets.shelf().with_imports(named))


def _from_the_root(source: str) -> str:
    """The script with the paths of its modules as they are from the root, where it is served."""
    return source.replace('from "./', f'from "{_static()}')


def _icon(name: str, purpose: str) -> dict[str, Any]:
    side = name.rpartition("-")[2]
    served = assets.shelf().by_name[f"icons/{name}.png"].served_as
    return {
        "src": _static() + served,
        "sizes": f"{side}x{side}",
        "type": "image/png",
        "purpose": purpose,
    }


def _static() -> str:
    return request.script_root + assets.PREFIX
