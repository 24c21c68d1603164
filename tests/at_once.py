"""Several people doing something at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from toolshare.database import db, transaction
from toolshare.records import AnySession
from toolshare.refusals import Reason, Refusal

Press = Callable[[AnySession], object]


def press_all_at_once(app: Flask, presses: list[Press]) -> list[tuple[Reason, ...]]:
    """What each was refused for; nothing for who got through."""
    db.session.rollback()  # what was read until now is a snapshot of the time before
    start = Barrier(len(presses))

    def press(one: Press) -> tuple[Reason, ...]:
        with app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    one(session)
            except Refusal as refusal:
                return tuple(refusal.reasons)
            return ()

    with ThreadPoolExecutor(len(presses)) as threads:
        return list(threads.map(press, presses))
