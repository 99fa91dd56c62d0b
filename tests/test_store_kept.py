"""Stores as earlier versions wrote them: each is opened, migrated and read whole.

`tests/stores/N.sqlite` is what the story of `helpdeskd demo --once` leaves behind, as of the N-th version of the schema
that was given to anybody; none of them is ever written anew.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import journal, ledger, messages, outbox, sendings, tickets
from store.engine import Store, open_store
from tickets.model import Outcome, Status, Ticket

KEPT = sorted((Path(__file__).parent / "stores").glob("*.sqlite"))
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(params=KEPT, ids=lambda path: path.stem)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    copy = tmp_path / "kept.sqlite"
    shutil.copy(request.param, copy)
    store = open_store(f"sqlite:///{copy}", tmp_path / "state")
    yield store
    assert store.close(30.0)


def test_there_are_stores_of_earlier_versions() -> None:
    assert [path.stem for path in KEPT][:1] == ["1"]


def test_everything_in_it_can_still_be_read(kept: Store) -> None:
    with kept.read() as session:
        books = ledger.ledger(session)
        assert books.adds_up
        assert dict(books.by_outcome)[Outcome.TICKETED] == 7
        rows = tickets.tickets(session, limit=100)
        assert sorted(row.ticket.number for row in rows) == [1, 2, 3, 4, 5, 6]
        for row in rows:
            assert tickets.events(session, row.ticket.number)
            assert messages.messages(session, row.ticket.number)
            assert all(each.state == "sent" for each in sendings.of_ticket(session, row.ticket.number))
        for arrival in ledger.arrivals(session, 100):
            assert ledger.raw(session, arrival.id)


def test_work_goes_on_where_it_was(kept: Store) -> None:
    fresh = Ticket(0, Status.NEW, "new", "support@acme.example", NOW, NOW)
    assert kept.write(lambda session: tickets.open_ticket(session, fresh)).result().number == 7
    lease = timedelta(minutes=1)
    assert kept.write(lambda session: journal.claim(session, 10, NOW, lease)).result() == []
    assert kept.write(lambda session: outbox.claim(session, "mail", 10, NOW, lease)).result() == []
