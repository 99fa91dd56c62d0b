"""Opening a store: what is refused, who may read its files, who may write at all."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import journal, ledger, sites
from store.address import assert_durable, make_engines, read_url
from store.engine import Store, StoreFault, open_store
from tests.servers.postgres import Postgres
from tests.store_samples import BOX, journaled

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense", "postgresql://me:secret@host:port/db"]
)
def test_what_is_no_store_is_refused_without_showing_a_password(url: str, state: Path) -> None:
    with pytest.raises(StoreFault) as caught:
        open_store(url, state)
    assert caught.value.permanent
    assert "secret" not in str(caught.value)


def test_urls_name_the_driver_that_we_bring() -> None:
    assert read_url("postgresql://a@b/c").drivername == "postgresql+psycopg"
    assert read_url("postgres://a@b/c").drivername == "postgresql+psycopg"
    assert read_url("sqlite:////x/y").drivername == "sqlite+pysqlite"


def test_the_files_of_a_store_are_its_owners_only(tmp_path: Path, state: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.touch(mode=0o644)
    store = open_store(f"sqlite:///{file}", state)
    assert store.try_lock()
    store.write(lambda s: sites.remember(s, "a", "x")).result()
    files = [*tmp_path.glob("store.sqlite*"), *state.iterdir()]
    assert len(files) >= 5
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert state.stat().st_mode & 0o777 == 0o700
    assert store.close(30.0)


def test_a_store_that_cannot_be_reached_is_a_fault(tmp_path: Path, state: Path) -> None:
    with pytest.raises(StoreFault) as caught:
        open_store(f"sqlite:///{tmp_path}/no/such/folder.sqlite", state)
    assert not caught.value.permanent
    (tmp_path / "state-is-a-file").touch()
    with pytest.raises(StoreFault):
        open_store(f"sqlite:///{tmp_path}/a.sqlite", tmp_path / "state-is-a-file" / "below")
    (tmp_path / "garbage.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreFault):
        open_store(f"sqlite:///{tmp_path}/garbage.sqlite", state)


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_a_fault(tmp_path: Path, state: Path) -> None:
    with pytest.raises(StoreFault) as caught:
        open_store(f"postgresql:///x?host={tmp_path}", state)
    assert not caught.value.permanent
    assert caught.value.retry_after > 0


def test_durability_is_asked_of_the_live_connection(store_url: str, store: Store) -> None:
    engines = make_engines(read_url(store_url))
    with engines.writing.connect() as connection:
        assert_durable(connection)
        connection.rollback()
        worse = "PRAGMA synchronous = NORMAL" if store.dialect == "sqlite" else "SET synchronous_commit = off"
        connection.connection.cursor().execute(worse)
        with pytest.raises(StoreFault, match="would not be safe") as caught:
            assert_durable(connection)
        assert caught.value.permanent
    engines.dispose()


@pytest.mark.postgres
def test_a_database_that_only_reads_is_refused(postgres: Postgres, postgres_url: str, state: Path) -> None:
    assert open_store(postgres_url, state).close(30.0)
    name = postgres_url.split("@/")[1].split("?", maxsplit=1)[0]
    postgres.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(StoreFault, match="transaction_read_only"):
        open_store(postgres_url, state)
    postgres.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


def gets_lock(store: Store) -> bool:
    """Whether the lock is to be had soon: PostgreSQL frees it a moment after whoever held it is gone."""
    until = time.monotonic() + 30
    while not (got := store.try_lock()) and time.monotonic() < until:
        time.sleep(0.05)
    return got


def test_one_process_holds_the_lock_and_the_next_one_gets_it(store_url: str, state: Path, store: Store) -> None:
    other = open_store(store_url, state)
    assert store.try_lock()
    assert store.try_lock()
    assert not other.try_lock()
    assert store.close(30.0)
    assert gets_lock(other)
    assert other.close(30.0)


@pytest.mark.postgres
def test_two_sites_on_one_database_exclude_each_other(postgres_url: str, tmp_path: Path) -> None:
    one, two = (open_store(postgres_url, tmp_path / name) for name in "ab")
    assert one.try_lock()
    assert not two.try_lock()
    assert one.close(30.0)
    assert gets_lock(two)
    assert two.close(30.0)


@pytest.mark.postgres
def test_a_writer_that_lost_its_lock_to_another_writes_nothing(
    postgres: Postgres, postgres_url: str, tmp_path: Path
) -> None:
    one, two = (open_store(postgres_url, tmp_path / name) for name in "ab")
    assert one.try_lock()
    postgres.restart()
    with pytest.raises(StoreFault):
        two.write(lambda s: sites.get(s, "a")).result()  # its connection went with the server
    assert two.try_lock()
    for _ in range(3):
        with pytest.raises(StoreFault):
            one.write(lambda s: sites.remember(s, "a", "x")).result()
    assert two.close(30.0)
    one.write(lambda s: sites.remember(s, "a", "x")).result()
    assert one.close(30.0)


WRITES = """
import sys
from pathlib import Path
from store import journal
from store.engine import open_store
from tests.store_samples import BOX, NOW, new
store = open_store(sys.argv[1], Path(sys.argv[2]))
assert store.try_lock()
futures, uid = [], int(sys.argv[3])
while True:
    while len(futures) < 40:
        uid += 1
        batch = [new(uid, b"x" * 20_000)]
        futures.append((uid, store.write(lambda s, b=batch, u=uid: journal.record(s, BOX, b, (1, u), NOW))))
    uid_done, future = futures.pop(0)
    future.result()
    print(uid_done, flush=True)
"""


def test_kill_9_in_the_middle_of_commits_loses_nothing_that_was_told(store_url: str, state: Path) -> None:
    told = 0
    for kill_after in (5, 150, 333):
        command = [sys.executable, "-c", WRITES, store_url, str(state), str(told)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ, text=True) as child:
            assert child.stdout is not None
            for _ in range(kill_after):
                told = int(child.stdout.readline())
            child.kill()
            told = max([told, *(int(line) for line in child.stdout.read().split("\n")[:-1])])
        store = open_store(store_url, state)
        with store.read() as session:
            found, at = journal.ledger(session), journal.cursor(session, BOX)
            raws = session.connection().exec_driver_sql("SELECT count(*) FROM raw").scalar_one()
        assert at is not None
        assert found.arrivals == raws == at[1]
        assert at[1] >= told
        told = at[1]
        assert found.adds_up
        while not store.try_lock():  # the server may still be ending the dead process's connection
            pass
        assert store.close(30.0)


def test_only_who_needs_a_database_pays_for_it() -> None:
    code = "import store, sys; print([m for m in ('sqlmodel', 'sqlalchemy', 'alembic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(store: Store) -> None:
    with store.read() as session:
        before = ledger.ledger(session)
        store.write(lambda writing: journaled(writing, 1, 2, 3)).result()
        assert ledger.ledger(session) == before
    with store.read() as session:
        assert ledger.ledger(session).arrivals == before.arrivals + 3
