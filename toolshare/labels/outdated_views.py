"""The page of what to reprint when the address of this installation has changed."""

from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import db, reading, transaction
from toolshare.gate import needs
from toolshare.labels import queries, stocks
from toolshare.labels.outdated import Outdated, addresses_of
from toolshare.labels.outdated import outdated as outdated_of
from toolshare.labels.printing import MOST, Wishes
from toolshare.labels.views import FIRST_STOCK, GROUP, remember, room, to_batch
from toolshare.people.models import Group, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession

SHOWN = 200


@room.get(f"{GROUP}/outdated")
@needs(Role.COORDINATOR)
def outdated(group: Group) -> ResponseReturnValue:
    """Which hosts the group's labels lead to, and what has none with the present one."""
    with reading() as records:
        found, addresses = found_outdated(group), addresses_of(records, group)
        chosen = current_app.config["CHOSEN"]
        unlisted = [one.host for one in addresses if one.host not in ("", *chosen.hosts)]
        return render_template(
            "labels/outdated.html",
            group=group,
            addresses=addresses,
            chosen=chosen,
            unlisted=unlisted,
            setting=f"TOOLSHARE_FORMER_HOSTS={','.join([*chosen.former_hosts, *unlisted])}",
            found=found[:SHOWN],
            count=len(found),
            at_once=min(len(found), MOST[as_printed_last(records, group).format]),
        )


@room.post(f"{GROUP}/outdated")
@needs(Role.COORDINATOR)
def print_outdated(group: Group) -> ResponseReturnValue:
    """Prints all of that anew, as the group printed last; as much as one batch takes."""
    with transaction() as records:
        last = as_printed_last(records, group)
        codes = [one.code for one in found_outdated(group)][: MOST[last.format]]
        if codes:
            return to_batch(group, remember(group, codes, last))
    flash(_("There is nothing to reprint."))
    return redirect(url_for("labels.outdated", slug=group.slug), HTTPStatus.SEE_OTHER)


def as_printed_last(records: AnySession, group: Group) -> Wishes:
    """How the group printed last."""
    known = stocks.all_of(records, group)
    return queries.last_wishes(records, group, known) or Wishes(FIRST_STOCK)


def found_outdated(group: Group) -> list[Outdated]:
    """What of the group leads to another host than the present one."""
    present, today = current_app.config["CHOSEN"].public_host, today_in(group, clock.now())
    addresses = addresses_of(db.session, group)
    return outdated_of(db.session, group, addresses, present, today=today)
