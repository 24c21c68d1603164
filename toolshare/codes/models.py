"""The register of codes: every code that was ever drawn."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from toolshare.records import Record


class Wearer(StrEnum):
    """What can wear a code."""

    ITEM = "item"
    PLACE = "place"
    CARD = "card"


class Code(Record):
    """A code that was drawn; it stays in the register for ever, so that it is never reused."""

    __tablename__ = "codes"

    code: Mapped[str] = mapped_column(String(8), unique=True)
    wearer: Mapped[Wearer | None]
    drawn_at: Mapped[datetime]
