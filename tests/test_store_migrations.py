"""Migrations arrive at the schema on both databases; a newer database is refused; no two migrate at once."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect

import store.migrate
from store import revise
from store.address import Engines, make_engines, read_url
from store.engine import Store, StoreFault, open_store
from store.locks import FileLock
from store.schema import METADATA
from store.schema.search import is_compared
from tests.servers.postgres import Postgres


@pytest.fixture
def by_schema(store_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database made from the classes, not by migrations, of the same kind as the store's."""
    if store_url.startswith("sqlite"):
        engine = create_engine(f"sqlite:///{tmp_path}/schema.sqlite")
        METADATA.create_all(engine)
        yield engine
        engine.dispose()
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database() as url:
        engine = create_engine(read_url(url))
        METADATA.create_all(engine)
        yield engine
        engine.dispose()


def anatomy(connection: Connection) -> dict[str, Any]:
    """All that a database says of its tables, in an order of our own."""
    seen = inspect(connection)
    tables = sorted(set(seen.get_table_names()) - {"alembic_version"})
    ways: dict[str, Callable[[str], Iterable[Any]]] = {
        "columns": seen.get_columns,
        "checks": seen.get_check_constraints,
        "uniques": seen.get_unique_constraints,
        "keys": seen.get_foreign_keys,
    }
    parts: dict[str, Any] = {
        f"{table} {what}": sorted(map(repr, way(table))) for table in tables for what, way in ways.items()
    }
    parts |= {f"{table} primary": repr(seen.get_pk_constraint(table)) for table in tables}
    if connection.dialect.name == "postgresql":
        query = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    parts["index definitions"] = sorted(map(str, connection.exec_driver_sql(query).all()))
    return parts


@pytest.fixture
def migrated(store_url: str, store: Store) -> Iterator[Engines]:
    engines = make_engines(read_url(store_url))
    assert store.try_lock()
    yield engines
    engines.dispose()


def test_migrations_arrive_at_the_schema_check_lists_included(migrated: Engines, by_schema: Engine) -> None:
    with migrated.reading.connect() as ours, by_schema.connect() as wanted:
        assert anatomy(ours) == anatomy(wanted)
        assert len(anatomy(ours)) > 60


def test_alembic_finds_nothing_left_to_migrate(migrated: Engines) -> None:
    with migrated.reading.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "include_name": is_compared}
        )
        assert compare_metadata(context, METADATA) == []


def test_a_database_of_a_newer_version_is_refused(store_url: str, state: Path) -> None:
    assert open_store(store_url, state).close(30.0)
    engines = make_engines(read_url(store_url))
    with engines.writing.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '999'")
        connection.commit()
    engines.dispose()
    with pytest.raises(StoreFault, match="newer helpdeskd") as caught:
        open_store(store_url, state)
    assert caught.value.permanent


def test_a_migration_that_fails_leaves_nothing(store_url: str, state: Path) -> None:
    def fail() -> None:
        raise OSError("in the middle")

    with pytest.raises(OSError, match="in the middle"):
        open_store(store_url, state, migrating=fail)
    engines = make_engines(read_url(store_url))
    with engines.reading.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engines.dispose()
    assert open_store(store_url, state).close(30.0)


def test_many_may_open_a_new_database_at_once(store_url: str, state: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_store(store_url, state), range(4)))
    assert all(store.close(30.0) for store in stores)


def test_a_second_opening_migrates_nothing(store_url: str, state: Path) -> None:
    calls: list[str] = []
    for _ in range(2):
        assert open_store(store_url, state, migrating=lambda: calls.append("")).close(30.0)
    assert len(calls) == 1


def test_an_older_database_is_not_migrated_under_a_running_daemon(
    store_url: str, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = open_store(store_url, state)
    assert old.try_lock()
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in store.migrate._HERE.glob("0*.py"):
        (folder / path.name).write_text(path.read_text())
    (folder / "environment").symlink_to(store.migrate._HERE / "environment")
    newest = max(path.name[:3] for path in folder.glob("0*.py"))
    (folder / "900_more.py").write_text(
        f"from alembic import op\nrevision, down_revision = '900', '{newest}'\n"
        "def upgrade():\n    op.execute(\"INSERT INTO settings VALUES ('new', 'x')\")\n"
    )
    monkeypatch.setattr(store.migrate, "_HERE", folder)
    other = tmp_path / "other-state"  # a second site on one PostgreSQL; on SQLite the file is in the same folder
    with pytest.raises(StoreFault, match="older helpdeskd is running"):
        open_store(store_url, other if old.dialect == "postgresql" else state)
    assert old.close(30.0)
    assert open_store(store_url, state).close(30.0)


def test_a_migration_waits_for_another_one(store_url: str, state: Path) -> None:
    state.mkdir()
    lock = FileLock(state / "migration.lock")
    assert lock.try_lock()
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(open_store, store_url, state)
        with pytest.raises(TimeoutError):
            opening.result(0.3)
        lock.unlock()
        assert opening.result(30.0).close(30.0)


def test_the_next_migration_is_written_from_the_difference(tmp_path: Path) -> None:
    for path in store.migrate._HERE.glob("0*.py"):
        (tmp_path / path.name).write_text(path.read_text())
    revise.revise("What's new?", tmp_path)
    (new,) = (path for path in tmp_path.glob("0*_what_s_new.py"))
    assert f'revision = "{new.name[:3]}"' in new.read_text().replace("'", '"')
    assert "pass" in new.read_text()
    subprocess.run([sys.executable, "-c", new.read_text()], check=True)
