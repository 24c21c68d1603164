"""`toolshare demo` as people run it."""

import hashlib
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import Run
from tests.world import World
from toolshare.demo import founding, making, sheds
from toolshare.demo.villages import SIGN_INS, VALLEY
from toolshare.inventory import photos
from toolshare.inventory.models import Photo
from toolshare.people.models import Person
from toolshare.records import AnySession
from toolshare.settings import Settings
from toolshare.shelves import Shelf


def everything_in(folder: Path) -> dict[str, str]:
    """Every file and what is in it."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_demo_is_made_once_and_then_left_alone(
    run: Run, chosen: Settings, session: Session
) -> None:
    status, said = run("demo")
    assert status == 0
    assert "4 groups, 29 people, 227 things." in said
    kept = session.scalars(select(Photo)).all()
    assert len(kept) > 150
    assert len(list(chosen.photos.iterdir())) == len(kept) * len(photos.WIDTHS)
    assert run("check") == (0, "All is well.\n")
    session.rollback()
    before = everything_in(chosen.instance.parent)
    status, said = run("demo", "--if-empty")
    assert (status, "groups" in said) == (0, False)
    assert all(email in said for _, email, _ in SIGN_INS)
    status, said = run("demo")
    assert status == 1
    assert said.startswith("toolshare: Somebody is in this database already")
    assert everything_in(chosen.instance.parent) == before


def test_a_group_of_real_people_is_left_alone(run: Run, world: World, session: Session) -> None:
    people = session.scalars(select(Person.email)).all()
    session.rollback()
    assert run("demo", "--if-empty") == (0, "")
    status, said = run("demo")
    assert (status, said.count("\n")) == (1, 1)
    assert session.scalars(select(Person.email)).all() == people


def test_a_demo_that_is_interrupted_leaves_nothing_behind(
    run: Run, chosen: Settings, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(session: AnySession, shelf: Shelf, *, now: datetime) -> None:
        valley = founding.found(session, now=now)
        sheds.fill(valley, VALLEY, now=now)
        photo = photos.lay(shelf, Image.new("RGB", (40, 30)), now=now)
        group = valley.groups[VALLEY.slug]
        photos.keep(session, photo, group=group, by=None, now=now)
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "make", interrupted)
    status, said = run("demo")
    assert (status, said.splitlines()[-1]) == (1, "Aborted!")
    assert session.scalars(select(Person)).all() == []
    assert list(chosen.photos.iterdir()) == []
