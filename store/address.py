"""What a store's URL means, and the two engines that reach it: one to write, one that cannot."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from store.fault import StoreFault, fault_in

_BUSY_MILLISECONDS = 10_000
_READERS = 8
# A peer that is gone without a word is given up after 20 s by either side; no statement runs for over a minute.
_PATIENCE = "-c statement_timeout=60s -c lock_timeout=10s -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
_POSTGRES: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
    "application_name": "helpdeskd",
}


def read_url(url: str) -> URL:
    """The URL with the driver that we bring: `sqlite:///path` or `postgresql://…`. Raises StoreFault (permanent)."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The text may hold a password, and so may the library's message.
        raise StoreFault(
            "the store's URL cannot be read; write sqlite:///path or postgresql://…", permanent=True
        ) from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
    raise StoreFault("a store is a file (sqlite:///path) or a PostgreSQL database (postgresql://…)", permanent=True)


@dataclass(frozen=True, slots=True)
class Engines:
    """`writing` has one connection and begins with the right to write; `reading` cannot write at all."""

    writing: Engine
    reading: Engine

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self.reading.dispose()
        self.writing.dispose()


def make_engines(url: URL) -> Engines:
    """Both engines of a database, not connected yet; a SQLite file exists from now on, readable by its owner only."""
    if url.get_backend_name() == "sqlite":
        _make_private(Path(str(url.database)))
        return Engines(_sqlite(url, writes=True), _sqlite(url, writes=False))
    return Engines(_postgres(url, writes=True), _postgres(url, writes=False))


def assert_durable(connection: Connection) -> None:
    """Ask the live connection whether a commit survives a power cut. Raises StoreFault (permanent) if not."""
    if connection.dialect.name == "sqlite":
        wanted = {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1"}
    else:
        wanted = {"SHOW synchronous_commit": "on", "SHOW fsync": "on", "SHOW transaction_read_only": "off"}
    for question, answer in wanted.items():
        found = str(connection.exec_driver_sql(question).scalar_one())
        if found != answer:
            raise StoreFault(f"the store would not be safe: {question} says {found}, not {answer}", permanent=True)


def _sqlite(url: URL, *, writes: bool) -> Engine:
    engine = create_engine(url, pool_size=1 if writes else _READERS, max_overflow=0)

    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # the library would begin by itself, and too late (DEFERRED)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        if not writes:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    def begun(connection: sqlite3.Connection) -> None:
        connection.execute(begin)

    event.listen(engine, "connect", connected)
    dialect: Any = engine.dialect
    dialect.do_begin = begun  # an event would do the same, but cost every statement a tenth of its time
    return engine


def _postgres(url: URL, *, writes: bool) -> Engine:
    own = "-c synchronous_commit=on" if writes else "-c default_transaction_read_only=on"
    arguments = _POSTGRES | {"options": f"{_PATIENCE} {own} {url.query.get('options', '')}".strip()}
    arguments = {name: value for name, value in arguments.items() if name == "options" or name not in url.query}
    return create_engine(
        url.difference_update_query(["options"]),
        connect_args=arguments,
        # A reader puts several answers together: they must be of one moment, or the ledger seems not to add up.
        isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        pool_size=1 if writes else _READERS,
        max_overflow=0,
    )


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            if file.exists():
                file.chmod(0o600)
    except OSError as error:
        raise StoreFault(f"{path}: {error.strerror}") from error


def connect(engine: Engine) -> Connection:
    """A connection of the engine. Raises StoreFault where the database cannot be reached."""
    try:
        return engine.connect()
    except SQLAlchemyError as error:
        raise fault_in(error) or error from error
