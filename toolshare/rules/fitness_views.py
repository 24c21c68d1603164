"""Pages of what rules ask of people: agreements to read and accept, certificates, birthdays."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import for_borrowers, needs
from toolshare.labels.scanning import read_scan, what_is_behind
from toolshare.people import birthdays, roles
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.signin import person_signed_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal
from toolshare.rules import agreements, certificates
from toolshare.rules.forms import AcceptanceForm, AgreementForm, BirthdayForm, CertificateForm
from toolshare.rules.models import Certificate
from toolshare.rules.views import has_role, room

AGREEMENTS = "/groups/<slug>/agreements"
CARD = "/groups/<slug>/cards/<card>"


@room.get(AGREEMENTS)
@for_borrowers
def agreements_of(group: Group) -> ResponseReturnValue:
    """The agreements that the group goes by; coordinators publish new versions here."""
    return agreements_page(group, None)


@room.post(AGREEMENTS)
@needs(Role.COORDINATOR)
def publish(group: Group) -> ResponseReturnValue:
    """Publishes a new agreement, or a new version of one."""
    form = AgreementForm(request.form)
    if not form.validate():
        return agreements_page(group, form), HTTPStatus.UNPROCESSABLE_ENTITY
    name, text = form.name.data or "", form.text.data or ""
    with transaction() as session:
        agreements.publish(session, group, name, text, by=person_signed_in(), now=clock.now())
    flash(_("Published. Everybody is asked to accept it who borrows what needs it."), "success")
    return redirect(url_for(".agreements_of", slug=group.slug), HTTPStatus.SEE_OTHER)


@room.get("/agreements/<int:agreement_id>")
def agreement(agreement_id: int) -> ResponseReturnValue:
    """The text of an agreement, and the form to accept it."""
    return agreement_page(agreement_id, AcceptanceForm())


@room.post("/agreements/<int:agreement_id>/acceptance")
def accept(agreement_id: int) -> ResponseReturnValue:
    """Accepts an agreement under the name that was typed."""
    form = AcceptanceForm(request.form)
    if not form.validate():
        return agreement_page(agreement_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    with transaction() as session:
        person, now = person_signed_in(), clock.now()
        found = agreements.agreement_for(session, agreement_id, person, now=now)
        signed = {"signed_as": form.signed_as.data or "", "signature": form.signature.data or ""}
        agreements.accept(session, found, by=person, now=now, **signed)
    flash(_("Thank you: it is accepted."), "success")
    return redirect(url_for(".agreement", agreement_id=agreement_id), HTTPStatus.SEE_OTHER)


@room.get(CARD)
@needs(Role.STEWARD)
def fitness_of(group: Group, card: str) -> ResponseReturnValue:
    """What a member may use: certificates, date of birth, what they have accepted."""
    return fitness_page(group, card)


@room.post(f"{CARD}/certificates")
@needs(Role.STEWARD)
def grant(group: Group, card: str) -> ResponseReturnValue:
    """Certifies that the member has learned something."""
    form = CertificateForm(request.form)
    if not form.validate():
        return fitness_page(group, card, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            certificates.grant(
                session,
                member_with_card(session, group, card),
                form.name.data or "",
                group,
                by=person_signed_in(),
                now=clock.now(),
                until=form.until.data,
            )
    except Refusal as refusal:
        return fitness_page(group, card, form, reasons=refusal.reasons), refusal.status
    flash(_("The certificate is entered."), "success")
    return to_card(group, card)


@room.post(f"{CARD}/certificates/<int:certificate_id>/revocation")
@needs(Role.STEWARD)
def revoke(group: Group, card: str, certificate_id: int) -> ResponseReturnValue:
    """Takes a certificate away."""
    with transaction() as session:
        member = member_with_card(session, group, card)
        found = session.get(Certificate, certificate_id)
        if found is None or (found.person_id, found.group_id) != (member.id, group.id):
            abort(HTTPStatus.NOT_FOUND)
        certificates.revoke(session, found, group, by=person_signed_in(), now=clock.now())
    flash(_("The certificate is revoked."), "success")
    return to_card(group, card)


@room.post(f"{CARD}/birthday")
@needs(Role.STEWARD)
def correct_birthday(group: Group, card: str) -> ResponseReturnValue:
    """Sets when the member was born."""
    form = BirthdayForm(request.form)
    if not form.validate():
        return fitness_page(group, card, birthday=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            member = member_with_card(session, group, card)
            birthdays.correct(
                session, member, form.born_on.data, group, by=person_signed_in(), now=clock.now()
            )
    except Refusal as refusal:
        return fitness_page(group, card, birthday=form, reasons=refusal.reasons), refusal.status
    flash(_("Saved."), "success")
    return to_card(group, card)


def member_with_card(session: AnySession, group: Group, card: str) -> Person:
    """Whose card it is, if they may borrow from the group; there is no way to others."""
    found = what_is_behind(session, read_scan(card, ()))
    today = today_in(group, clock.now())
    if not isinstance(found, Membership) or not roles.membership_for_borrowing_from(
        session, found.person, group, today=today
    ):
        abort(HTTPStatus.NOT_FOUND)
    return found.person


def to_card(group: Group, card: str) -> ResponseReturnValue:
    """Leads back to what the member may use."""
    return redirect(url_for(".fitness_of", slug=group.slug, card=card), HTTPStatus.SEE_OTHER)


def fitness_page(
    group: Group,
    card: str,
    form: CertificateForm | None = None,
    *,
    birthday: BirthdayForm | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    """The page of what a member may use."""
    with reading() as session:
        member = member_with_card(session, group, card)
        known = [*agreements.in_force(session, group.id).values()]
        return render_template(
            "rules/fitness.html",
            group=group,
            card=card,
            member=member,
            today=today_in(group, clock.now()),
            certificates=certificates.certificates_of(session, member, group),
            agreements=known,
            accepted=agreements.acceptances_of(session, member, [one.id for one in known]),
            form=form or CertificateForm(),
            birthday=birthday or BirthdayForm(born_on=member.born_on),
            reasons=reasons,
        )


def agreements_page(group: Group, form: AgreementForm | None) -> str:
    """The page of the group's agreements, with the text of the one that is to be changed."""
    with reading() as session:
        known = agreements.in_force(session, group.id)
        chosen = known.get(request.args.get("name", ""))
        return render_template(
            "rules/agreements.html",
            group=group,
            agreements=[*known.values()],
            form=form or AgreementForm(obj=chosen),
            may_publish=has_role(session, group, Role.COORDINATOR),
        )


def agreement_page(agreement_id: int, form: AcceptanceForm) -> str:
    """The page of one version of an agreement, and whether the reader has accepted it."""
    person, now = person_signed_in(), clock.now()
    with reading() as session:
        found = agreements.agreement_for(session, agreement_id, person, now=now)
        newest = agreements.in_force(session, found.group_id, [found.name])[found.name]
        return render_template(
            "rules/agreement.html",
            agreement=found,
            newest=newest,
            acceptance=agreements.acceptances_of(session, person, [found.id]).get(found.id),
            form=form,
        )
