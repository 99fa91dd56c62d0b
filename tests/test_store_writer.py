"""The writer: one commit for many, a bug spoils only itself, faults of the world are told and survived."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from store import journal, persons, sites
from store.engine import Session, Store, StoreFault, open_store
from tests.servers.postgres import Postgres
from tests.store_samples import BOX, NOW, new

Do = Callable[[Callable[[Session], Any]], Any]
SECONDS = 60.0


class Commits:
    """Counts commits, and can make the writer stand still so that a queue grows."""

    def __init__(self) -> None:
        self.before = self.after = 0
        self.failures: list[Exception | None] = []  # one for each commit to come
        self.late: list[Exception | None] = []
        self.go = threading.Event()
        self.go.set()
        self.entered = threading.Event()

    def committing(self) -> None:
        self.entered.set()
        self.go.wait(SECONDS)
        self.before += 1
        fault = self.failures.pop(0) if self.failures else None
        if fault is not None:
            raise fault

    def committed(self) -> None:
        self.after += 1
        fault = self.late.pop(0) if self.late else None
        if fault is not None:
            raise fault


@pytest.fixture
def commits() -> Commits:
    return Commits()


@pytest.fixture
def counted(store_url: str, state: Path, commits: Commits) -> Iterator[Store]:
    store = open_store(store_url, state, before_commit=commits.committing, after_commit=commits.committed)
    yield store
    commits.go.set()
    assert store.close(SECONDS)


def note(name: str) -> Callable[[Session], str]:
    """Something small to write."""

    def work(session: Session) -> str:
        sites.remember(session, name, "x")
        return name

    return work


def spoil(session: Session) -> None:
    """Write something and then fail by a bug."""
    note("spoiled")(session)
    raise ZeroDivisionError


def violate(session: Session) -> None:
    """Fail by a constraint of the database."""
    session.connection().exec_driver_sql("INSERT INTO settings VALUES ('twice', '')")
    session.connection().exec_driver_sql("INSERT INTO settings VALUES ('twice', '')")


def queued(store: Store, commits: Commits, *works: Callable[[Session], Any]) -> list["Future[Any]"]:
    """Hand all of these over while the writer stands in another commit, so that they share the next one."""
    first = stand(store, commits)
    futures = [store.write(work) for work in works]
    commits.go.set()
    first.result(SECONDS)
    return futures


def stand(store: Store, commits: Commits) -> "Future[str]":
    """Make the writer stand still just before a commit of one small thing."""
    commits.go.clear()
    commits.entered.clear()
    first = store.write(note("first"))
    assert commits.entered.wait(SECONDS)
    return first


def known(store: Store, name: str) -> bool:
    with store.read() as session:
        return sites.get(session, name) is not None


def test_what_waits_shares_one_commit(counted: Store, commits: Commits) -> None:
    futures = queued(counted, commits, *(note(str(n)) for n in range(30)))
    assert [future.result(SECONDS) for future in futures] == [str(n) for n in range(30)]
    assert commits.after <= 3


def test_at_most_64_share_a_commit(counted: Store, commits: Commits) -> None:
    for future in queued(counted, commits, *(note(str(n)) for n in range(130))):
        future.result(SECONDS)
    assert commits.after >= 3


def test_a_bug_spoils_only_itself(counted: Store, commits: Commits) -> None:
    good, bug, clash, other = queued(counted, commits, note("a"), spoil, violate, note("b"))
    assert (good.result(SECONDS), other.result(SECONDS)) == ("a", "b")
    with pytest.raises(ZeroDivisionError):
        bug.result(SECONDS)
    with pytest.raises(IntegrityError):
        clash.result(SECONDS)
    assert [known(counted, name) for name in ("a", "b", "spoiled", "twice")] == [True, True, False, False]


def test_a_bug_alone_leaves_nothing(counted: Store) -> None:
    for work, error in ((spoil, ZeroDivisionError), (violate, IntegrityError)):
        with pytest.raises(error):
            counted.write(work).result(SECONDS)
    assert not known(counted, "spoiled")
    assert counted.write(note("a")).result(SECONDS) == "a"


def test_a_commit_that_fails_for_all_is_tried_for_each(counted: Store, commits: Commits) -> None:
    first = stand(counted, commits)
    futures = [counted.write(note(name)) for name in "abc"]
    commits.failures = [None, OSError("for all"), None, OSError("for b"), None]
    commits.go.set()
    assert first.result(SECONDS) == "first"
    assert futures[0].result(SECONDS) == "a"
    with pytest.raises(OSError, match="for b"):
        futures[1].result(SECONDS)
    assert futures[2].result(SECONDS) == "c"
    assert [known(counted, name) for name in "abc"] == [True, False, True]


def test_what_fails_after_the_commit_is_a_fault_and_not_done_twice(counted: Store, commits: Commits) -> None:
    commits.late = [None, OSError("late")]
    for future in queued(counted, commits, note("a"), note("b")):
        with pytest.raises(StoreFault, match="committed"):
            future.result(SECONDS)
    assert commits.after == 2
    assert [known(counted, name) for name in "ab"] == [True, True]


def test_no_future_is_resolved_before_the_commit(counted: Store, commits: Commits) -> None:
    commits.go.clear()
    future = counted.write(note("a"))
    assert not future.done()
    assert not known(counted, "a")
    commits.go.set()
    future.result(SECONDS)
    assert known(counted, "a")


def test_a_cancelled_write_is_not_done(counted: Store, commits: Commits) -> None:
    stand(counted, commits)
    assert counted.write(note("a")).cancel()
    commits.go.set()
    assert counted.write(note("b")).result(SECONDS) == "b"
    assert not known(counted, "a")


def test_closing_writes_what_waits_and_takes_nothing_more(store_url: str, state: Path, commits: Commits) -> None:
    store = open_store(store_url, state, before_commit=commits.committing)
    futures = queued(store, commits, *(note(str(n)) for n in range(100)))
    assert store.close(SECONDS)
    assert [future.result() for future in futures] == [str(n) for n in range(100)]
    with pytest.raises(StoreFault, match="closed"):
        store.write(note("late")).result()


def test_closing_does_not_wait_for_ever(store_url: str, state: Path, commits: Commits) -> None:
    store = open_store(store_url, state, before_commit=commits.committing)
    future = stand(store, commits)
    assert not store.close(0.05)
    commits.go.set()
    future.result(SECONDS)
    assert store.close(SECONDS)


def test_readers_cannot_write(store: Store) -> None:
    store.write(note("a")).result(SECONDS)
    with pytest.raises((DBAPIError, StoreFault)), store.read() as session:
        sites.remember(session, "b", "x")
    assert not known(store, "b")


def test_readers_see_one_moment(store: Store) -> None:
    with store.read() as session:
        if store.dialect == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert sites.get(session, "a") is None
        store.write(note("a")).result(SECONDS)
        assert sites.get(session, "a") is None
    assert known(store, "a")


def test_a_full_disk_is_a_fault_and_small_things_still_fit(tmp_path: Path, state: Path, commits: Commits) -> None:
    store = open_store(f"sqlite:///{tmp_path}/full.sqlite", state, before_commit=commits.committing)
    pages = store.write(lambda s: s.connection().exec_driver_sql("PRAGMA page_count").scalar_one()).result(SECONDS)
    store.write(lambda s: s.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}").all()).result(SECONDS)
    big = [new(1, b"x" * 1_000_000)]
    small, full, other = queued(
        store, commits, note("a"), lambda s: journal.record(s, BOX, big, (1, 1), NOW), note("b")
    )
    with pytest.raises(StoreFault, match="full") as caught:
        full.result(SECONDS)
    assert caught.value.retry_after > 0
    assert (small.result(SECONDS), other.result(SECONDS)) == ("a", "b")
    assert store.write(lambda s: journal.cursor(s, BOX)).result(SECONDS) is None
    store.write(lambda s: s.connection().exec_driver_sql("PRAGMA max_page_count = 100000").all()).result(SECONDS)
    assert store.write(lambda s: journal.record(s, BOX, big, (1, 1), NOW)).result(SECONDS) == [1]
    assert store.close(SECONDS)


@pytest.mark.postgres
def test_a_server_that_goes_away_is_a_fault_until_it_is_back(
    postgres: Postgres, postgres_url: str, state: Path
) -> None:
    store = open_store(postgres_url, state)
    assert store.try_lock()
    store.write(note("a")).result(SECONDS)
    with store.read() as session:
        assert sites.get(session, "a") == "x"
    postgres.stop()
    for _ in range(2):
        with pytest.raises(StoreFault) as caught:
            store.write(note("b")).result(SECONDS)
        assert caught.value.retry_after > 0
        assert not caught.value.permanent
    with pytest.raises(StoreFault):
        known(store, "a")
    postgres.start()
    assert store.write(note("c")).result(SECONDS) == "c"
    assert known(store, "c")
    assert store.close(SECONDS)


@pytest.mark.postgres
def test_a_connection_that_dies_in_a_commit_is_a_fault_for_all_of_it(
    postgres: Postgres, postgres_url: str, state: Path, commits: Commits
) -> None:
    store = open_store(postgres_url, state, before_commit=commits.committing)

    def die(session: Session) -> None:
        backend = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        postgres.execute(f"SELECT pg_terminate_backend({backend}, 10000)")

    for future in queued(store, commits, note("a"), die, note("b")):
        with pytest.raises(StoreFault):
            future.result(SECONDS)
    assert store.write(note("c")).result(SECONDS) == "c"
    assert not known(store, "a")
    assert store.close(SECONDS)


def test_a_session_knows_objects_too(store: Store) -> None:
    from store.schema.people import Person

    def add(session: Session) -> None:
        session.add(Person(name="Kim", met_at=NOW))

    store.write(add).result(SECONDS)
    with store.read() as session:
        assert session.connection().exec_driver_sql("SELECT name FROM persons").scalar_one() == "Kim"
        assert persons.addresses(session, [1]) == {}
