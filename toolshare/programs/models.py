"""The tables of what is for programs."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from toolshare.records import Record


class OpenCatalogue(Record):
    """That a group lets anybody read what it has; closed again, there is no such row."""

    __tablename__ = "open_catalogues"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"), unique=True)
    opened_at: Mapped[datetime]
