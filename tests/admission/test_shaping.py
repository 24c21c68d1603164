"""Shaping the page on which people ask to join."""

from typing import Any

import pytest

from tests.admission.conftest import refused
from tests.browser.admission import ask_some_things, let_people_ask
from tests.world import MONDAY_NOON, World
from toolshare.admission import asking, shaping
from toolshare.admission import reasons as why
from toolshare.admission.models import QuestionKind
from toolshare.admission.shaping import Asked
from toolshare.people.models import Role
from toolshare.people.roles import RoleNeeded

NAME = Asked("What shall we call you?", QuestionKind.SHORT)


def texts(world: World) -> list[str]:
    return [one.text.split()[0] for one in shaping.questions_of(world.session, world.borgo)]


def test_a_page_is_closed_until_somebody_opens_it_and_can_be_closed_again(world: World) -> None:
    for slug in ("borgo", "nowhere"):
        assert refused(asking.page_open_at, world.session, slug) == [why.NobodyAsksHere()]
    opened = let_people_ask(world)
    assert asking.page_open_at(world.session, "borgo") is opened
    assert let_people_ask(world, is_open=False) is opened
    assert refused(asking.page_open_at, world.session, "borgo") == [why.NobodyAsksHere()]


def test_only_a_published_agreement_is_asked_for(world: World) -> None:
    assert refused(let_people_ask, world, agreement="Waiver") == [
        why.NoSuchAgreementHere(name="Waiver")
    ]


def test_questions_stand_in_an_order_that_can_be_changed(
    world: World, coras: dict[str, Any]
) -> None:
    first, second, *_ = ask_some_things(world)
    assert texts(world) == ["What", "In", "Do", "When"]
    for _ in range(2):
        shaping.move_up(world.session, second, world.borgo, **coras)
    assert texts(world) == ["In", "What", "Do", "When"]
    shaping.remove(world.session, first, world.borgo, **coras)
    shaping.reword(world.session, second, world.borgo, NAME, **coras)
    assert texts(world) == ["What", "Do", "When"]
    shaping.add_question(world.session, world.borgo, NAME, **coras)
    assert texts(world) == ["What", "Do", "When", "What"]


@pytest.mark.parametrize("choices", [(), ("One",), ("Same", "Same"), tuple(map(str, range(21)))])
def test_a_choice_has_several_answers_each_another(
    world: World, coras: dict[str, Any], choices: tuple[str, ...]
) -> None:
    asked = Asked("When?", QuestionKind.CHOICE, choices)
    assert refused(shaping.add_question, world.session, world.borgo, asked, **coras) == [
        why.NoChoice()
    ]
    there = shaping.add_question(world.session, world.borgo, NAME, **coras)
    assert refused(shaping.reword, world.session, there, world.borgo, asked, **coras) == [
        why.NoChoice()
    ]


def test_nobody_is_asked_more_than_anybody_answers(world: World, coras: dict[str, Any]) -> None:
    for _ in range(shaping.MOST_QUESTIONS):
        shaping.add_question(world.session, world.borgo, NAME, **coras)
    assert refused(shaping.add_question, world.session, world.borgo, NAME, **coras) == [
        why.QuestionsEnough(most=30)
    ]


def test_only_coordinators_shape(world: World) -> None:
    acts: dict[str, Any] = {"by": world.sam, "now": MONDAY_NOON}
    needed = [RoleNeeded(role=Role.COORDINATOR, group="Borgo")]
    question = ask_some_things(world)[0]
    page = {"is_open": True, "about": "", "agreement": ""}
    about = world.session, question, world.borgo
    assert refused(shaping.shape_page, world.session, world.borgo, **page, **acts) == needed
    assert refused(shaping.add_question, world.session, world.borgo, NAME, **acts) == needed
    assert refused(shaping.reword, *about, NAME, **acts) == needed
    assert refused(shaping.move_up, *about, **acts) == needed
    assert refused(shaping.remove, *about, **acts) == needed
