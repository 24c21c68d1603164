"""Server and sender are killed while people press: nothing acknowledged is lost, nor what it calls for."""

import os
import random
from pathlib import Path

from tests import told_by_mail
from tests.busy_shed import furnish
from tests.killing import killed, what_is_wrong
from tests.machine import Machine
from tests.mail_server import Postbox, mail_server, of_mail
from tests.postgres import on_any_database
from tests.world import World
from toolshare.database import reading, transaction
from toolshare.settings import Settings

KILLS = int(os.environ.get("KILLS", "1"))
PEOPLE = 6


@on_any_database
def test_nothing_that_was_acknowledged_is_lost_by_a_kill(
    world: World, chosen: Settings, tmp_path: Path
) -> None:
    with transaction() as session:
        shed = furnish(world, PEOPLE)
        told_by_mail.let_nobody_sleep(session)
    box = Postbox()
    with mail_server(box) as server:
        machine = Machine(tmp_path, chosen.database_url, known=of_mail(server))
        try:
            told = killed(machine, shed, KILLS, random.Random(KILLS), lambda: bool(box.mails))
        finally:
            machine.pull_the_plug()
        told_by_mail.send_the_rest(server)
    assert told.accepted > 0
    with reading() as session:
        assert what_is_wrong(session, chosen, told) == []
        assert list(told_by_mail.wrong_with_mail(session, box.mails, KILLS)) == []
