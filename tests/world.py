"""The cast of every test, and how to make the things they share."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from toolshare.circulation import promising
from toolshare.circulation.models import Loan
from toolshare.codes import register
from toolshare.codes.models import Wearer
from toolshare.inventory import search
from toolshare.inventory.locking import under_lock
from toolshare.inventory.models import Category, Counting, Item, Kind, KitPart, Place
from toolshare.people.models import Group, Membership, Person, Role
from toolshare.people.passwords import hasher
from toolshare.records import AnySession
from toolshare.rules.models import Rule
from toolshare.rules.parameters import PARAMETERS

MONDAY_NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)  # 14:00 in Rome, where the villages are
PASSWORD = "the barn is green"
# Made once, and cheaply: a test signs in often and guards nothing.
PASSWORD_HASH = type(hasher)(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class World:
    """Three groups and the people in them.

    Ana is a member, Sam a steward, Cora a coordinator and Pau a paused member of Borgo; Vera is a
    coordinator of Castello, the next village; both villages belong to the Valle. Zoe is a stranger:
    she has an account and belongs to nothing.
    """

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.valle = self.make_group("Valle", "valle")
        self.borgo = self.make_group("Borgo", "borgo", parent_id=self.valle.id)
        self.castello = self.make_group("Castello", "castello", parent_id=self.valle.id)
        self.ana = self.make_person("Ana", self.borgo)
        self.sam = self.make_person("Sam", self.borgo, Role.STEWARD)
        self.cora = self.make_person("Cora", self.borgo, Role.COORDINATOR)
        self.pau = self.make_person("Pau", self.borgo, paused_at=MONDAY_NOON - timedelta(days=1))
        self.vera = self.make_person("Vera", self.castello, Role.COORDINATOR)
        self.zoe = self.make_person("Zoe")
        session.flush()

    @classmethod
    def met_again(cls, session: AnySession) -> "World":
        """The cast of a database in which it was made before."""
        world = cls.__new__(cls)
        world.session = session
        named = [*session.scalars(select(Group)), *session.scalars(select(Person))]
        vars(world).update({one.name.lower(): one for one in named})
        return world

    def make_group(self, name: str, slug: str, **differences: Any) -> Group:
        """A group in Rome's time zone that is always open."""
        group = Group(
            **{
                "name": name,
                "slug": slug,
                "time_zone": "Europe/Rome",
                "founded_at": MONDAY_NOON,
                **differences,
            }
        )
        self.session.add(group)
        self.session.flush()
        return group

    def make_person(
        self, name: str, group: Group | None = None, role: Role = Role.MEMBER, **differences: Any
    ) -> Person:
        """A person who can sign in with PASSWORD; `differences` go to the membership."""
        person = Person(
            name=name,
            email=f"{name.lower()}@example.org",
            password_hash=PASSWORD_HASH,
            joined_at=MONDAY_NOON,
        )
        self.session.add(person)
        self.session.flush()
        if group is not None:
            self.make_membership(person, group, role, **differences)
        return person

    def make_membership(
        self, person: Person, group: Group, role: Role = Role.MEMBER, **differences: Any
    ) -> Membership:
        """A membership since the beginning of the year."""
        membership = Membership(
            **{
                "person": person,
                "group": group,
                "role": role,
                "since": date(2026, 1, 1),
                "code": register.draw(self.session, Wearer.CARD, now=MONDAY_NOON),
                **differences,
            }
        )
        self.session.add(membership)
        self.session.flush()
        return membership

    def make_kind(self, **differences: Any) -> Kind:
        """A kind of thing that Borgo owns: a hand drill, counted one by one."""
        kind = Kind(
            **{
                "group_id": self.borgo.id,
                "name": "Hand drill",
                "counting": Counting.COUNTED,
                "added_at": MONDAY_NOON,
                **differences,
            }
        )
        self.session.add(kind)
        self.session.flush()
        search.index(self.session, [kind.id])
        self.session.refresh(kind, ["group"])  # whose it is, is asked of every kind
        return kind

    def make_item(self, kind: Kind | None = None, **differences: Any) -> Item:
        """An item, of a kind of its own unless one is given."""
        item = Item(
            **{
                "kind": kind or self.make_kind(),
                "code": register.draw(self.session, Wearer.ITEM, now=MONDAY_NOON),
                "added_at": MONDAY_NOON,
                **differences,
            }
        )
        self.session.add(item)
        self.session.flush()
        return item

    def make_kit(self, *things: Item, bins: dict[Item, int] | None = None, **of_kind: Any) -> Item:
        """A fence kit that holds these things, and so many of each of these bins."""
        kind = self.make_kind(**{"name": "Fence kit", "is_kit": True, **of_kind})
        kit = self.make_item(kind)
        for item, quantity in {**dict.fromkeys(things, 1), **(bins or {})}.items():
            counting = under_lock(self.session, item.id).kind.counting
            part = KitPart(
                kit_id=kit.id,
                item_id=item.id,
                counted=counting is Counting.COUNTED,
                quantity=quantity,
                put_in_at=MONDAY_NOON,
            )
            self.session.add(part)
            self.session.flush()
            promising.keep_for_kit(self.session, part, since=MONDAY_NOON - timedelta(hours=1))
        return kit

    def make_loan(self, item: Item, borrower: Person, **differences: Any) -> Loan:
        """A loan that began an hour ago and is due in a week."""
        loan = Loan(
            **{
                "item": item,
                "borrower": borrower,
                "counted": True,
                "borrowed_at": MONDAY_NOON - timedelta(hours=1),
                "due_at": MONDAY_NOON + timedelta(days=7),
                **differences,
            }
        )
        self.session.add(loan)
        self.session.flush()
        if loan.is_out:
            promising.keep_for_loan(self.session, loan, since=loan.borrowed_at)
        return loan

    def make_place(self, name: str, **differences: Any) -> Place:
        """A place in Borgo."""
        place = Place(
            **{
                "group_id": self.borgo.id,
                "name": name,
                "path": name,
                "code": register.draw(self.session, Wearer.PLACE, now=MONDAY_NOON),
                **differences,
            }
        )
        self.session.add(place)
        self.session.flush()
        return place

    def make_category(self, path: str, parent_id: int | None = None) -> Category:
        """A category with this path; its parent is not looked for."""
        category = Category(name=path.rsplit(" > ", maxsplit=1)[-1], path=path, parent_id=parent_id)
        self.session.add(category)
        self.session.flush()
        return category

    def make_rule(self, parameter: str, value: Any, **about: Any) -> Rule:
        """A rule of Borgo, about all that it owns unless it is told about what; kept as JSON."""
        rule = Rule(
            **{
                "group_id": self.borgo.id,
                "parameter": parameter,
                "value": PARAMETERS[parameter].takes.write(value),
                "set_at": MONDAY_NOON,
                **about,
            }
        )
        self.session.add(rule)
        self.session.flush()
        return rule
