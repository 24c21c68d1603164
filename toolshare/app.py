"""create_app(): the rooms and how they are joined, nothing else."""

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_compress import Compress
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from toolshare import (
    assets,
    clock,
    cookies,
    database,
    gate,
    logs,
    navigation,
    settings,
    trouble,
    wording,
)
from toolshare.admission import ask_views, household_views, leave_views, shape_views
from toolshare.admission import views as admission
from toolshare.calendar import feed_views
from toolshare.calendar import views as calendar
from toolshare.care import views as care
from toolshare.circulation import (
    handover_views,
    hold_views,
    kit_views,
    loan_views,
    reservation_views,
    reserved_views,
    weather_views,
)
from toolshare.circulation import views as circulation
from toolshare.desk import collecting_views
from toolshare.desk import views as desk
from toolshare.inventory import import_views, place_views, portrait_views, stock_views, table_views
from toolshare.inventory import views as inventory
from toolshare.kiosk import setting_up_views
from toolshare.kiosk import views as kiosk
from toolshare.labels import claim_views, design_views, life_views, outdated_views
from toolshare.labels import stock_views as label_stock_views
from toolshare.labels import views as labels
from toolshare.messages import browser_views, wording_views
from toolshare.messages import views as messages
from toolshare.offline import exception_views, page_views, paper_views
from toolshare.offline import views as offline
from toolshare.people import (
    device_views,
    group_views,
    link_views,
    member_views,
    passkey_views,
    roles,
    signin,
)
from toolshare.people import views as people
from toolshare.privacy import views as privacy
from toolshare.programs import (
    api_views,
    booking_views,
    catalogue_views,
    problem_views,
    scan_views,
    token_views,
)
from toolshare.programs import loan_views as programs_loan_views
from toolshare.programs import views as programs
from toolshare.refusals import Refusal
from toolshare.rules import fitness_views
from toolshare.rules import views as rules
from toolshare.stocktake import closing_views as stocktake_closing_views
from toolshare.stocktake import views as stocktake
from toolshare.templating import Templates
from toolshare.vitals import views as vitals
from toolshare.webhooks import views as webhooks

PACKAGE = Path(__file__).parent
COME_BACK_SECONDS = 5
# A room's views may fill several modules.
VIEWS = (
    *(people, group_views, member_views, passkey_views, link_views, device_views),
    *(admission, ask_views, shape_views, household_views, leave_views),
    *(inventory, stock_views, table_views, place_views, import_views, portrait_views),
    *(circulation, loan_views, handover_views, hold_views, kit_views),
    *(reservation_views, reserved_views, weather_views),
    *(calendar, feed_views, care, desk, collecting_views),
    *(kiosk, setting_up_views),
    *(programs, token_views, api_views, catalogue_views),
    *(programs_loan_views, booking_views, scan_views),
    webhooks,
    privacy,
    *(offline, exception_views, page_views, paper_views),
    *(messages, wording_views, browser_views),
    *(labels, label_stock_views, design_views, life_views, claim_views, outdated_views),
    *(rules, fitness_views),
    *(stocktake, stocktake_closing_views),
    vitals,
)


class RowId(IntegerConverter):
    """A number in an address: one that no database can hold is one that nothing has."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **({"max": 2**31 - 1} | options))


class Toolshare(Flask):
    """Flask, with a second try for whoever lost a race inside the database."""

    jinja_environment = Templates

    def dispatch_request(self) -> ResponseReturnValue:
        """Answers the request."""
        return database.again_if_unlucky(super().dispatch_request)

    def log_exception(self, exc_info: Any) -> None:
        """Writes down where a fault was; the address and what was sent may name somebody."""
        self.logger.error("a request failed", exc_info=exc_info)


def create_app(chosen: settings.Settings | None = None) -> Flask:
    """The application, ready to serve.

    Raises settings.WrongSetting when an installation's settings can't be used.
    """
    chosen = chosen or settings.read()
    app = Toolshare(
        __name__,
        template_folder=str(folder("templates")),
        static_folder=None,
        instance_path=str(chosen.instance),
    )
    app.url_map.converters["int"] = RowId
    app.url_map.merge_slashes = False  # it would redirect to whatever host the request names
    configure(app, chosen)
    logs.begin(as_json=chosen.logs == "json")
    logs.set_up(app, trusts_proxies=chosen.trusted_proxies > 0)
    database.set_up(app, chosen)
    cookies.set_up(app)
    signin.set_up(app)
    gate.set_up(app)
    wording.set_up(app)
    assets.set_up(app, folder("static"))
    navigation.set_up(app)
    Babel(app, locale_selector=wording.language_of_reader)
    Compress(app)
    for room in {views.room.name: views.room for views in VIEWS}.values():
        app.register_blueprint(room)
    app.register_error_handler(Refusal, show_refusal)
    app.register_error_handler(HTTPException, show_error)
    trouble.set_up(app)
    app.context_processor(who_is_here)
    return app


def folder(name: str) -> Path:
    """The templates or static folder: inside an installed package, beside it in a checkout."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def configure(app: Flask, chosen: settings.Settings) -> None:
    """Flask's own configuration, from our settings."""
    app.secret_key = chosen.secret_key
    app.config.update(
        PUBLIC_URL=chosen.public_url,
        CHOSEN=chosen,
        MAX_CONTENT_LENGTH=chosen.photo_bytes + 1_000_000,
        MAX_FORM_MEMORY_SIZE=8_000_000,  # a spreadsheet from its preview to its import
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        SESSION_REFRESH_EACH_REQUEST=False,  # signed again when it changes, as by every message
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.public_url.startswith("https"),
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def who_is_here() -> dict[str, Any]:
    """What every page may show about the reader."""
    person = signin.current_person()
    now = clock.now()
    memberships = roles.current_memberships_of(database.db.session, person, now) if person else []
    return {"current_person": person, "my_memberships": memberships}


def show_refusal(refusal: Refusal) -> ResponseReturnValue:
    """A refusal as JSON for programs, else as a page that says what to do instead."""
    database.db.session.rollback()
    if gate.is_of_program():
        return problem_views.of_refusal(refusal)
    reasons = refusal.reasons
    if request.accept_mimetypes.best == "application/json":
        worded = [{"says": wording.says(one), "instead": wording.instead(one)} for one in reasons]
        return {"reasons": worded}, refusal.status, _when_to_come_back(refusal)
    page = render_template("errors/refusal.html", reasons=reasons)
    return page, refusal.status, _when_to_come_back(refusal)


def _when_to_come_back(refusal: Refusal) -> dict[str, str]:
    """A header, when there is no more to it than waiting."""
    is_busy = refusal.status == HTTPStatus.SERVICE_UNAVAILABLE
    return {"Retry-After": str(COME_BACK_SECONDS)} if is_busy else {}


def show_error(error: HTTPException) -> ResponseReturnValue:
    """An error page in plain words."""
    if error.response is not None:
        return error
    database.db.session.rollback()
    if gate.is_of_program():
        return problem_views.of_error(error)
    page = render_template("errors/error.html", error=error, number=logs.request_id())
    return page, error.code or 500
