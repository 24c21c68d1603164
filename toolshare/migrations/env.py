"""How Alembic finds the database and what it should look like."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine

from toolshare.admission import models as admission
from toolshare.calendar import models as calendar
from toolshare.care import models as care
from toolshare.circulation import models as circulation
from toolshare.circulation import promises, tallies
from toolshare.codes import models as codes
from toolshare.inventory import models as inventory
from toolshare.journal import models as journal
from toolshare.labels import models as labels
from toolshare.messages import models as messages
from toolshare.outbox import models as outbox
from toolshare.people import models as people
from toolshare.privacy import models as privacy
from toolshare.programs import models as programs
from toolshare.records import Moment, Record
from toolshare.rules import models as rules
from toolshare.stocktake import models as stocktake
from toolshare.webhooks import models as webhooks

ROOMS = (
    *(codes, people, inventory, care, circulation, promises, journal, labels, rules, calendar),
    *(stocktake, outbox, programs, webhooks, messages, tallies, privacy, admission),
)


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Writes our own types as what they are in the database, so that migrations stand alone."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Runs the migrations on the connection that was handed over, or on the URL's own."""
    connection = context.config.attributes.get("connection")
    if connection is None:
        connection = create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect()
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        include_name=lambda name, kind, _parents: (
            not (kind == "table" and str(name).startswith("found_by_"))
        ),
        transaction_per_migration=True,
        **context.config.attributes.get("options", {}),
    )
    with context.begin_transaction():
        context.run_migrations()


run()
