"""What a scan or a press at the desk can come to."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What was done."""

    SERVING = "serving"
    PUTTING = "putting"
    HOW_MANY = "how_many"
    LENT = "lent"
    PASSED_ON = "passed_on"
    TAKEN = "taken"
    RETURNED = "returned"
    PUT = "put"
    LENDING_UNDONE = "lending_undone"
    PASSING_ON_UNDONE = "passing_on_undone"
    TAKING_UNDONE = "taking_undone"
    RETURN_UNDONE = "return_undone"
    PUTTING_UNDONE = "putting_undone"
    TO_BE_CHECKED = "to_be_checked"


UNDONE = {
    Outcome.LENT: Outcome.LENDING_UNDONE,
    Outcome.PASSED_ON: Outcome.PASSING_ON_UNDONE,
    Outcome.TAKEN: Outcome.TAKING_UNDONE,
    Outcome.RETURNED: Outcome.RETURN_UNDONE,
    Outcome.PUT: Outcome.PUTTING_UNDONE,
}
OF_WHAT = {undone: done for done, undone in UNDONE.items()}


@dataclass(frozen=True)
class Done:
    """What was done to whatever wears the code.

    `record_id` is of the loan, of the taking, or of the entry that says where it was put.
    """

    outcome: Outcome
    code: str
    record_id: int | None = None
    old_label: str = field(default="", compare=False)  # scanned, of what wears another by now

    @property
    def act(self) -> str:
        """The same for an act and its undoing: one line of a list."""
        done = OF_WHAT.get(self.outcome, self.outcome)
        return f"{done}-{self.record_id or self.code}"
