"""What the demo's people look after: damage that somebody reported, and machines that are serviced."""

from decimal import Decimal

from toolshare.circulation import damage, servicing
from toolshare.demo.stories import A_MINUTE, Stories
from toolshare.demo.villages import SAN_ROCCO, VALLEY

REPORTED, REPORTED_BY = "1827", "member"
WHAT_IS_WRONG = "The lid has a crack. It holds, but it won't for long."
MACHINE = "Walking tractor"
SERVICED_DAYS_AGO = 60
HOURS = Decimal("388.5")  # what its meter showed then
WHAT_WAS_DONE = "Oil, air filter, new tines on the left."


def tell(stories: Stories) -> None:
    """Notes it in the diary; the other machines of that kind are due soon."""
    session, valley = stories.session, stories.valley
    at = stories.almanac.on_or_before(SAN_ROCCO, 1)
    (cracked,) = valley.things[SAN_ROCCO.slug][REPORTED]
    by = valley.people[REPORTED_BY]
    stories.diary.note(at, damage.report, session, cracked, by=by, note=WHAT_IS_WRONG, usable=True)
    at = stories.almanac.on_or_before(VALLEY, SERVICED_DAYS_AGO)
    machine = stories.one_of(VALLEY, MACHINE, at, at + A_MINUTE)
    stories.hold(machine, at, at + A_MINUTE)
    said = {"by": stories.steward_of(VALLEY), "note": WHAT_WAS_DONE, "meter": HOURS}
    stories.diary.note(at, servicing.serviced, session, machine, **said)
