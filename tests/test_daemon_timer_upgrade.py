"""What an earlier version left Pending: nothing bursts when a newer one opens its store."""

import shutil
import sqlite3
from datetime import timedelta
from functools import partial
from pathlib import Path

from daemon.due import rescheduling
from store import tickets
from store.engine import Store, open_store
from tests.notice_team import open_team
from tests.office import Office
from tickets.model import Ticket

OLDEST = Path(__file__).parent / "stores" / "1.sqlite"


def ticket(office: Office, number: int) -> Ticket:
    with office.desk.store.read() as session:
        found = tickets.load(session, number)
    assert found is not None
    return found


def open_old(folder: Path) -> Store:
    """A store of the first version with two tickets Pending for long and one closed."""
    file = folder / "old.sqlite"
    shutil.copy(OLDEST, file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE tickets SET status = 'pending', changed_at = created_at WHERE number IN (1, 2)")
        connection.execute(
            "UPDATE tickets SET status = 'closed', resolution = 'confirmed', closed_at = created_at WHERE number = 3"
        )
    connection.close()
    return open_store(f"sqlite:///{file}", folder / "state")


def test_tickets_that_were_pending_before_the_upgrade_begin_then_and_those_closed_are_asked_nothing(
    tmp_path: Path,
) -> None:
    store = open_old(tmp_path)
    office = open_team(store, tmp_path)
    started = ticket(office, 1).pending_since
    assert started is not None
    office.now = started + timedelta(minutes=1)
    office.write(partial(rescheduling.go_on, desk=office.desk))
    office.tick()
    assert office.leave() == []
    assert ticket(office, 2).pending_since == started
    assert ticket(office, 3).surveyed
    office.now = started + timedelta(days=1)
    office.tick()
    assert [each for each in office.leave() if each.klass in {"acknowledgement", "survey"}] == []
    assert store.close(30.0)
