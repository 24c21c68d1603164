"""Pages of rules: what is in force and where it comes from, and setting it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from toolshare import clock
from toolshare.database import reading, transaction
from toolshare.gate import for_borrowers, needs
from toolshare.labels.scanning import item_behind, read_scan, what_is_behind
from toolshare.people import roles
from toolshare.people.birthdays import require_steward_for
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.opening import today_in
from toolshare.people.signin import person_signed_in
from toolshare.records import LAST_ID, AnySession
from toolshare.refusals import Reason, Refusal
from toolshare.rules import agreements, fitness, queries, setting
from toolshare.rules.fitness import AgreementNotAccepted
from toolshare.rules.forms import WORDS, RuleForm, form_for
from toolshare.rules.in_force import Level, Source
from toolshare.rules.lengths import Length
from toolshare.rules.parameters import BY_SECTION, PARAMETERS, SECTIONS, Parameter
from toolshare.rules.queries import RulesPage
from toolshare.rules.resolving import rules_for
from toolshare.rules.subjects import About, NoSuchThing
from toolshare.wording import lasting

room = Blueprint("rules", __name__)
RULES = "/groups/<slug>/rules"


@room.get(RULES)
@for_borrowers
def rules(group: Group) -> ResponseReturnValue:
    """The rules of a group: for all that it owns, or for one category, kind or item."""
    with reading() as session:
        return render_template(
            "rules/rules.html",
            group=group,
            page=queries.rules_page(session, group, about_in_address()),
            sections=sections(),
            parameters=PARAMETERS,
            exceptions=queries.exceptions_of(session, group),
            categories=queries.categories(session),
            may_change=has_role(session, group, Role.COORDINATOR),
        )


@room.get(f"{RULES}/<parameter>")
@needs(Role.COORDINATOR)
def edit_rule(group: Group, parameter: str) -> ResponseReturnValue:
    """The form for one rule."""
    with reading() as session:
        return rule_page(session, group, parameter_or_404(parameter))


@room.post(f"{RULES}/<parameter>")
@needs(Role.COORDINATOR)
def set_rule(group: Group, parameter: str) -> ResponseReturnValue:
    """Sets a rule, for all or for the one thing that the address names."""
    chosen, about = parameter_or_404(parameter), about_in_address()
    with reading() as session:
        form = filled_in(session, group, chosen)
        if not form.validate():
            page = rule_page(session, group, chosen, form=form)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            setting.set_rule(
                session,
                group,
                parameter,
                chosen.takes.read(form.kept),
                by=person_signed_in(),
                now=clock.now(),
                why=form.why.data or "",
                **vars(about),
            )
    except Refusal as refusal:
        with reading() as session:
            page = rule_page(session, group, chosen, form=form, reasons=refusal.reasons)
            return page, refusal.status
    flash(_("Saved. What is out keeps the rules that it began with."), "success")
    return to_rules(group, about)


@room.post(f"{RULES}/<parameter>/removal")
@needs(Role.COORDINATOR)
def unset_rule(group: Group, parameter: str) -> ResponseReturnValue:
    """Takes a rule away, so that the next one holds."""
    about = about_in_address()
    with transaction() as session:
        setting.unset_rule(
            session,
            group,
            parameter_or_404(parameter).name,
            by=person_signed_in(),
            now=clock.now(),
            **vars(about),
        )
    flash(_("The rule is taken away."), "success")
    return to_rules(group, about)


@room.get("/I/<code>/rules")
def item_rules(code: str) -> ResponseReturnValue:
    """Every rule in force for a thing, where it comes from, and whether the member meets it."""
    person, now = person_signed_in(), clock.now()
    with reading() as session:
        item = item_behind(session, read_scan(code, ()))
        group = item.kind.group
        member = member_asked_for(session, group, person)
        found = rules_for(session, group_id=group.id, kind_id=item.kind_id, item_id=item.id)
        return render_template(
            "rules/item_rules.html",
            item=item,
            group=group,
            member=member,
            is_own=member.id == person.id,
            is_for_stewards=has_role(session, group, Role.STEWARD),
            may_change=has_role(session, group, Role.COORDINATOR),
            rules=found,
            sections=sections(),
            checks=fitness.checks_of(session, member, found, group=group, now=now),
        )


@room.app_template_filter()
def rule_value(value: Any) -> str:
    """The value of a rule in words."""
    match value:
        case Length():
            return lasting(value) if value else str(_("None"))
        case bool():
            return str(_("Yes") if value else _("No"))
        case tuple():
            return " · ".join(value) or str(_("None"))
        case int():
            return str(value)
    return str(WORDS[value])


@room.app_template_filter()
def comes_from(source: Source) -> str:
    """Where a rule comes from, in words."""
    facts = {"name": source.name, "group": source.group}
    if source.level is Level.DEFAULT:
        return str(_("As usual"))
    if source.level in {Level.GROUP, Level.PARENT}:
        return str(_("Set by %(group)s", **facts))
    return str(_("Set by %(group)s for %(name)s", **facts))


@room.app_template_filter()
def leads_to(reason: Reason) -> str | None:
    """Where the person can put right what speaks against them, if there is a page for it."""
    if isinstance(reason, AgreementNotAccepted):
        return url_for("rules.agreement", agreement_id=reason.agreement_id)
    return None


def has_role(session: AnySession, group: Group, role: Role) -> bool:
    """Whether the reader has this role in the group today."""
    today = today_in(group, clock.now())
    own = roles.role_in(session, person_signed_in(), group, today=today)
    return own is not None and own.covers(role)


def about_in_address() -> About:
    """What the address says that the rules are about; at most one of the three."""
    ids = {f"{name}_id": request.args.get(name, type=int) for name in ("category", "kind", "item")}
    known = {name: one for name, one in ids.items() if one is not None}
    if len(known) > 1 or any(not 0 <= one <= LAST_ID for one in known.values()):
        raise Refusal(NoSuchThing())
    return About(**known)


def parameter_or_404(name: str) -> Parameter:
    """The rule that is called so in addresses."""
    return PARAMETERS.get(name) or abort(HTTPStatus.NOT_FOUND)


def sections() -> list[tuple[str, list[Parameter]]]:
    """What each section is called, with its rules."""
    return [(SECTIONS[section], rules) for section, rules in BY_SECTION.items()]


def filled_in(session: AnySession, group: Group, parameter: Parameter) -> RuleForm:
    """The form as it was sent."""
    return form_for(
        parameter,
        request.form,
        value=parameter.default,
        names=known_names(session, group, parameter),
    )


def known_names(session: AnySession, group: Group, parameter: Parameter) -> list[str] | None:
    """What can be chosen for a rule that names agreements: those that there are."""
    return [*agreements.in_force(session, group.id)] if parameter.name == "agreements" else None


def rule_page(
    session: AnySession,
    group: Group,
    parameter: Parameter,
    *,
    form: RuleForm | None = None,
    reasons: Sequence[Reason] = (),
) -> str:
    """The page of one rule, filled with what is in force."""
    page: RulesPage = queries.rules_page(session, group, about_in_address())
    own = page.own.get(parameter.name)
    known = form or form_for(
        parameter,
        value=parameter.takes.read(own.value) if own else getattr(page.rules, parameter.name),
        why=own.why if own else "",
        names=known_names(session, group, parameter),
    )
    return render_template(
        "rules/edit_rule.html",
        group=group,
        parameter=parameter,
        page=page,
        own=own,
        form=known,
        reasons=reasons,
    )


def to_rules(group: Group, about: About) -> ResponseReturnValue:
    """Leads back to the rules of what the rule is about."""
    where: dict[str, Any] = {"slug": group.slug, **about.address}
    return redirect(url_for(".rules", **where), HTTPStatus.SEE_OTHER)


def member_asked_for(session: AnySession, group: Group, person: Person) -> Person:
    """Whose card the address names, for stewards; else the reader, if they may borrow here."""
    today = today_in(group, clock.now())
    if code := request.args.get("for"):
        card = what_is_behind(session, read_scan(code, ()))
        if isinstance(card, Membership) and card.person_id != person.id:
            require_steward_for(session, card.person, group, by=person, now=clock.now())
            return card.person
    if roles.membership_for_borrowing_from(session, person, group, today=today) is None:
        raise Refusal(queries.RulesAreForMembers())
    return person
