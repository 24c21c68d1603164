"""What a group lets programs read: the open catalogue, and the page on which it is opened."""

from http import HTTPStatus

from flask import (
    Blueprint,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import may_lag, reading, transaction
from toolshare.gate import needs, open_to_all
from toolshare.inventory.models import Photo
from toolshare.people.models import Group, Role
from toolshare.people.signin import person_signed_in
from toolshare.programs import feeding, opening_up
from toolshare.records import LAST_ID

room = Blueprint("programs", __name__)
AN_HOUR = 3600  # seconds
WIDTH = 1280  # pixels


@room.get("/groups/<slug>/catalogue.json")
@open_to_all
def open_catalogue(slug: str) -> ResponseReturnValue:
    """What an open group has, for anybody and from any page of the web."""
    with reading() as session, may_lag():
        page = feeding.open_page(session, slug, after=_after())
        answer = jsonify(feeding.written(page, addresses(slug)))
    answer.mimetype = "application/feed+json"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = f"public, max-age={AN_HOUR}"
    answer.add_etag()
    return answer.make_conditional(request)


@room.get("/groups/<slug>/programs")
@needs(Role.COORDINATOR)
def programs(group: Group) -> ResponseReturnValue:
    """What programs may do with a group, for its coordinators."""
    with reading() as session:
        return render_template(
            "programs/programs.html",
            group=group,
            opened=opening_up.opened(session, group),
            address=_address(group.slug, None),
        )


@room.post("/groups/<slug>/catalogue/opening")
@needs(Role.COORDINATOR)
def open_to_everybody(group: Group) -> ResponseReturnValue:
    """Lets anybody read what the group has."""
    with transaction() as session:
        opening_up.open_catalogue(session, group, by=person_signed_in(), now=clock.now())
    return _back(group, _("Open: anybody may read what you have."))


@room.post("/groups/<slug>/catalogue/closing")
@needs(Role.COORDINATOR)
def close_to_strangers(group: Group) -> ResponseReturnValue:
    """Keeps the catalogue to the group's own people again."""
    with transaction() as session:
        opening_up.close_catalogue(session, group, by=person_signed_in(), now=clock.now())
    return _back(group, _("Closed: only your own people see what you have."))


def _after() -> int | None:
    """After which kind the page begins; what no row can have is after none."""
    after = request.args.get("after", 0, type=int)
    return after if 0 < after <= LAST_ID else None


def _back(group: Group, says: str) -> ResponseReturnValue:
    flash(says, "success")
    return redirect(url_for(".programs", slug=group.slug), HTTPStatus.SEE_OTHER)


def addresses(slug: str) -> feeding.Addresses:
    """How to write the addresses that programs are told."""
    public = current_app.config["PUBLIC_URL"]
    return feeding.Addresses(
        home=public + url_for("desk.home"),
        feed=lambda after: _address(slug, after),
        photo=_photo,
    )


def _address(slug: str, after: int | None) -> str:
    public: str = current_app.config["PUBLIC_URL"]
    return public + url_for("programs.open_catalogue", slug=slug, after=after)


def _photo(photo: Photo) -> str:
    public: str = current_app.config["PUBLIC_URL"]
    return public + url_for("inventory.photo", name=photo.name, width=WIDTH)
