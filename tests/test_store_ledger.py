"""Whatever happens in whatever order, crashes included: arrivals are the sum of outcomes and those still in work."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from store import journal, quarantine
from store.engine import Session, Store, open_store
from tests.store_samples import BOX, NOW, at, new
from tickets.model import Outcome, Reason


class Crash(Exception):
    """What a process leaves that dies within its transaction."""


class Books(RuleBasedStateMachine):
    """Records, claims, finishes, releases and dies at random, and keeps books of its own."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = self._open()
        self.seen: set[tuple[str, int]] = set()
        self.outcomes: dict[int, Outcome | None] = {}
        self.claimed: list[int] = []
        self.minutes = 0

    def _open(self) -> Store:
        state = Path(self.folder.name)
        return open_store(self.url or f"sqlite:///{state}/store.sqlite", state)

    @rule(
        box=st.sampled_from([BOX, "hi@us.example"]),
        uids=st.lists(st.integers(1, 30), max_size=5),
        crashes=st.booleans(),
    )
    def record(self, box: str, uids: list[int], *, crashes: bool) -> None:
        def work(session: Session) -> list[int]:
            ids = journal.record(session, box, [new(uid) for uid in uids], (1, max(uids, default=0)), NOW)
            if crashes:
                raise Crash
            return ids

        if crashes:
            with pytest.raises(Crash):
                self.store.write(work).result()
            return
        ids = self.store.write(work).result()
        fresh = {(box, uid) for uid in uids} - self.seen
        assert len(ids) == len(fresh)
        self.seen |= fresh
        self.outcomes |= dict.fromkeys(ids)

    @rule(many=st.integers(1, 5))
    def claim(self, many: int) -> None:
        self.minutes += 1
        lease = at(minutes=3) - NOW
        found = self.store.write(lambda s: journal.claim(s, many, at(minutes=self.minutes), lease)).result()
        assert all(self.outcomes[one.id] is None for one in found)
        self.claimed += [one.id for one in found]

    @rule(outcome=st.sampled_from(Outcome), newest=st.booleans(), crashes=st.booleans())
    def finish(self, outcome: Outcome, *, newest: bool, crashes: bool) -> None:
        if not self.claimed:
            return
        arrival = self.claimed.pop(-1 if newest else 0)
        reason = Reason.SPAM if outcome is Outcome.QUARANTINED else None

        def work(session: Session) -> None:
            journal.finish(session, arrival, outcome, now=NOW, reason=reason)
            if crashes:
                raise Crash

        now = self.outcomes[arrival]
        may = now is None or (now is Outcome.QUARANTINED and outcome is not Outcome.QUARANTINED)
        try:
            self.store.write(work).result()
        except journal.AlreadyFinished:
            assert not may
        except Crash:
            assert may
            assert crashes
        else:
            assert may
            self.outcomes[arrival] = outcome

    @rule(data=st.data())
    def let_out(self, data: st.DataObject) -> None:
        if not self.outcomes:
            return
        arrival = data.draw(st.sampled_from(sorted(self.outcomes)))
        done = self.store.write(lambda s: quarantine.release(s, arrival, "ann", NOW)).result()
        assert done == (self.outcomes[arrival] is Outcome.QUARANTINED)
        if done:
            self.outcomes[arrival] = None

    @rule(uncount=st.booleans())
    def give_back(self, *, uncount: bool) -> None:
        ids, self.claimed = self.claimed, []
        self.store.write(lambda s: journal.release_claims(s, ids, uncount=uncount)).result()

    @rule()
    def restart(self) -> None:
        assert self.store.close(30.0)
        self.claimed.clear()
        self.store = self._open()
        self.store.write(journal.recover).result()

    @invariant()
    def the_books_add_up(self) -> None:
        with self.store.read() as session:
            found = journal.ledger(session)
        assert found.adds_up
        assert found.arrivals == len(self.outcomes)
        assert found.in_work == sum(outcome is None for outcome in self.outcomes.values())
        assert dict(found.by_outcome) == {one: sum(o is one for o in self.outcomes.values()) for one in Outcome}

    def teardown(self) -> None:
        assert self.store.close(30.0)
        self.folder.cleanup()


TestBooksOnSqlite = Books.TestCase
TestBooksOnSqlite.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


class PostgresBooks(Books):
    """The same on one PostgreSQL database, emptied before each run."""

    def __init__(self) -> None:
        super().__init__()
        tables = "arrivals, raw, cursors, audit, tickets, persons"
        empty = f"TRUNCATE {tables} CASCADE"
        self.store.write(lambda s: s.connection().exec_driver_sql(empty).rowcount).result()


TestBooksOnPostgres = pytest.mark.postgres(PostgresBooks.TestCase)
TestBooksOnPostgres.settings = settings(max_examples=6, stateful_step_count=20, deadline=None)


@pytest.fixture(autouse=True)
def _place(request: pytest.FixtureRequest) -> None:
    if request.cls is TestBooksOnPostgres:
        PostgresBooks.url = request.getfixturevalue("postgres_url")
