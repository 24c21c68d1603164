"""Links to calendar feeds, and the feeds themselves."""

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from toolshare import clock
from toolshare.answers import done
from toolshare.calendar import feeds, linking
from toolshare.calendar.views import room
from toolshare.database import may_lag, reading, transaction
from toolshare.gate import open_to_all
from toolshare.people import roles
from toolshare.people.signin import person_signed_in
from toolshare.refusals import Refusal


@room.get("/calendar-links")
def calendar_links() -> ResponseReturnValue:
    """The links that one has, and a button to make one."""
    person = person_signed_in()
    with reading() as session:
        return render_template(
            "calendar/links.html",
            links=linking.links_of(session, person),
            groups=roles.groups_served(session, person, clock.now()),
        )


@room.post("/calendar-links")
def make_calendar_link() -> ResponseReturnValue:
    """Makes a link and shows it, once: only its digest is kept."""
    person, slug = person_signed_in(), request.form.get("group", "")
    with transaction() as session:
        groups = {group.slug: group for group in roles.groups_served(session, person, clock.now())}
        if slug and slug not in groups:
            raise Refusal(linking.NoSuchLink())
        token = linking.make_link(session, person, groups.get(slug), now=clock.now())
    link = current_app.config["PUBLIC_URL"] + url_for("calendar.feed", token=token)
    with reading():
        return render_template("calendar/link.html", link=link)


@room.post("/calendar-links/<int:link_id>/revocation")
def revoke_calendar_link(link_id: int) -> ResponseReturnValue:
    """Ends a link."""
    with transaction() as session:
        linking.revoke(session, link_id, by=person_signed_in(), now=clock.now())
    return done(url_for(".calendar_links"), says=_("Revoked: it shows nothing any more."))


@room.get("/feeds/<token>.ics")
@open_to_all
def feed(token: str) -> ResponseReturnValue:
    """What a calendar program reads; whoever has the link needs no sign-in."""
    host = current_app.config["CHOSEN"].public_host
    words = feeds.Words(
        _("Bring back: %(thing)s", thing="%(thing)s"),
        _("Fetch: %(thing)s", thing="%(thing)s"),
        _("%(thing)s (%(name)s)", thing="%(thing)s", name="%(name)s"),
    )
    with reading() as session:
        link = linking.link_behind(session, token, now=clock.now())
        with may_lag():
            if link.group is None:
                content = feeds.own_feed(session, link.person, words, host=host)
            else:
                content = feeds.feed_of_group(session, link.group, words, host=host)
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)
