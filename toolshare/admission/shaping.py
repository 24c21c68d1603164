"""Shaping the page on which people ask to join: whether it is open, its words, its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from toolshare.admission import reasons as why
from toolshare.admission.models import JoinPage, Question, QuestionKind
from toolshare.journal.models import Event
from toolshare.journal.recording import record
from toolshare.people import roles
from toolshare.people.models import Group, Person, Role
from toolshare.people.opening import today_in
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal, refuse_if
from toolshare.rules import agreements

MOST_QUESTIONS = 30
FEWEST_CHOICES, MOST_CHOICES = 2, 20


@dataclass(frozen=True)
class Asked:
    """A question as a coordinator words it."""

    text: str
    kind: QuestionKind
    choices: Sequence[str] = ()
    is_required: bool = False


def shape_page(
    session: AnySession,
    group: Group,
    *,
    is_open: bool,
    about: str,
    agreement: str,
    by: Person,
    now: datetime,
) -> JoinPage:
    """Opens or closes the page, and says what stands on it; by a coordinator.

    Refuses an agreement that nobody has published.
    """
    _begin(session, group, by=by, now=now)
    if agreement and agreement not in agreements.in_force(session, group.id, [agreement]):
        raise Refusal(why.NoSuchAgreementHere(name=agreement))
    page = session.scalar(select(JoinPage).where(JoinPage.group_id == group.id))
    if page is None:
        page = JoinPage(group=group)
        session.add(page)
    page.is_open, page.about, page.agreement = is_open, about, agreement
    session.flush()
    state = "open" if is_open else "closed"
    record(session, Event.GROUP_CHANGED, by=by, at=now, group=group, join_page=state)
    return page


def add_question(
    session: AnySession, group: Group, asked: Asked, *, by: Person, now: datetime
) -> Question:
    """Asks one more thing, after all others; by a coordinator."""
    _begin(session, group, by=by, now=now)
    there = questions_of(session, group)
    refuse_if(_against(asked) + _against_more(there))
    last = max((one.position for one in there), default=0)
    question = Question(group_id=group.id, position=last + 1)
    _word(question, asked)
    session.add(question)
    session.flush()
    return question


def reword(
    session: AnySession,
    question: Question,
    group: Group,
    asked: Asked,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Words a question otherwise; what was answered keeps the words that it had."""
    _begin(session, group, by=by, now=now)
    refuse_if(_against(asked))
    _word(question, asked)


def remove(
    session: AnySession, question: Question, group: Group, *, by: Person, now: datetime
) -> None:
    """Asks it no more."""
    _begin(session, group, by=by, now=now)
    session.delete(question)


def move_up(
    session: AnySession, question: Question, group: Group, *, by: Person, now: datetime
) -> None:
    """Asks it before the one that it came after; the first one stays."""
    _begin(session, group, by=by, now=now)
    before = [one for one in questions_of(session, group) if one.position < question.position]
    if before:
        other = before[-1]
        other.position, question.position = question.position, other.position


def questions_of(session: AnySession, group: Group) -> Sequence[Question]:
    """What the group asks, in its order."""
    return session.scalars(
        select(Question)
        .where(Question.group_id == group.id)
        .order_by(Question.position, Question.id)
    ).all()


def _begin(session: AnySession, group: Group, *, by: Person, now: datetime) -> None:
    """One coordinator after the other."""
    roles.require(session, by, Role.COORDINATOR, group, today=today_in(group, now))
    session.get_one(Group, group.id, with_for_update={"key_share": True})


def _word(question: Question, asked: Asked) -> None:
    question.text, question.kind = asked.text, asked.kind
    question.is_required = asked.is_required
    question.choices = [*asked.choices] if asked.kind is QuestionKind.CHOICE else []


def _against(asked: Asked) -> list[Reason]:
    number = len(set(asked.choices))
    is_right = FEWEST_CHOICES <= number <= MOST_CHOICES and number == len(asked.choices)
    return [why.NoChoice()] if asked.kind is QuestionKind.CHOICE and not is_right else []


def _against_more(there: Sequence[Question]) -> list[Reason]:
    return [why.QuestionsEnough(most=MOST_QUESTIONS)] if len(there) >= MOST_QUESTIONS else []
