"""What the parts cost alone, on the same mails: no helpdesk built of them can be faster than the slowest."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import mailparser

from tests.servers.dovecot import Account

BATCH = 50  # mails of one FETCH


@dataclass(frozen=True, slots=True)
class Cost:
    """What a way through all mails took."""

    name: str
    mails: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Mails per second."""
        return self.mails / self.seconds

    @property
    def cpu_per_thousand(self) -> float:
        """CPU seconds for 1,000 mails."""
        return self.cpu_seconds * 1000 / self.mails


def measure_floors(raws: Sequence[bytes], account: Account, folder: Path) -> list[Cost]:
    """The three floors; `account` holds the same mails, `folder` is on the disk that the store lies on."""
    return [
        _measure("mail-parser alone", len(raws), lambda: _parse(raws)),
        _measure("one durable commit each", len(raws), lambda: _commit(raws, folder / "floor.sqlite")),
        _measure("Dovecot fetch alone", len(raws), lambda: _fetch(len(raws), account)),
    ]


def _measure(name: str, mails: int, work: Callable[[], None]) -> Cost:
    start, start_cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(name, mails, time.perf_counter() - start, time.process_time() - start_cpu)


def _parse(raws: Sequence[bytes]) -> None:
    for raw in raws:
        assert mailparser.parse_from_bytes(raw).message_id


def _commit(raws: Sequence[bytes], file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE mail (id INTEGER PRIMARY KEY, raw BLOB NOT NULL)")
        for raw in raws:
            connection.execute("INSERT INTO mail (raw) VALUES (?)", (raw,))  # its own transaction


def _fetch(count: int, account: Account) -> None:
    with account.client(readonly=True) as client:
        uids = client.search("ALL")
        fetched = 0
        for start in range(0, len(uids), BATCH):
            found = client.fetch(uids[start : start + BATCH], ["BODY.PEEK[]"])
            fetched += sum(b"BODY[]" in parts for parts in found.values())
    assert fetched == count
