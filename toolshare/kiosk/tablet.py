"""Which kiosk this tablet is: the only file that knows a kiosk's cookie."""

from datetime import timedelta

from flask import Response, current_app, g, request
from flask import session as account
from itsdangerous import BadSignature, URLSafeSerializer

from toolshare import cookies
from toolshare.database import db
from toolshare.kiosk import pairing
from toolshare.kiosk import reasons as why
from toolshare.kiosk.models import Kiosk
from toolshare.records import AnySession
from toolshare.refusals import Refusal

COOKIE = "kiosk"
SIGNED_FOR = "kiosk-of-one-host"
KEPT = timedelta(days=400)  # the longest that browsers keep one; written anew by each sitting
EVERYTHING = '"cache", "storage"'  # what pages of whoever used the tablet before may have kept


def is_kiosk() -> bool:
    """Whether the request comes from a tablet that is paired, and not ended."""
    if "is_kiosk" not in g:
        token = _token()
        g.is_kiosk = token is not None and pairing.is_a_kiosk(db.session, token)
    return bool(g.is_kiosk)


def kiosk_here(session: AnySession) -> Kiosk:
    """The kiosk that this tablet is, as it is now; refuses any other device."""
    token = _token()
    kiosk = pairing.kiosk_with(session, token) if token else None
    if kiosk is None:
        raise Refusal(why.NotAKiosk())
    return kiosk


def become(response: Response, token: str) -> Response:
    """Makes this tablet the kiosk of the token: nobody is signed in on it any more."""
    account.clear()
    response.headers["Clear-Site-Data"] = EVERYTHING
    _keep(response, token)
    return response


def keep_being(response: Response) -> Response:
    """Lets a tablet that is used stay the kiosk for as long again."""
    token = _token()
    if token is not None:
        _keep(response, token)
    return response


def _keep(response: Response, token: str) -> None:
    kept = _serializer(SIGNED_FOR).dumps(token)
    cookies.keep(response, COOKIE, kept, seconds=int(KEPT.total_seconds()))


def _token() -> str | None:
    """The token that the tablet carries, in a cookie of our own host or in one of former times."""
    return _read(cookies.read(COOKIE), SIGNED_FOR) or _read(request.cookies.get(COOKIE), COOKIE)


def _read(sent: str | None, signed_for: str) -> str | None:
    try:
        return str(_serializer(signed_for).loads(sent)) if sent else None
    except BadSignature:
        return None


def _serializer(signed_for: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=signed_for)
