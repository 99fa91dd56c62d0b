"""One thread a mailbox: fetch, journal, go on. What hangs or fails here is no other mailbox's business."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from daemon import clock
from daemon.failpoints import reach
from mailboxes import Batch, Cursor, Source, SourceFault
from mailboxes.backoff import delay
from store import journal
from store.engine import Session, Store, StoreFault

WAIT_SECONDS = 25.0  # shorter than the watchdog's patience, so that a quiet mailbox still gives signs of life

log = structlog.get_logger("mailbox")


@dataclass(frozen=True, slots=True)
class Polled:
    """What one mailbox's thread needs to know of it."""

    address: str
    source: Source
    since: timedelta  # before the first start
    moves: bool


class Poller(threading.Thread):
    """Reads one source until told to stop; `arrived` is called after every batch that brought something."""

    def __init__(self, polled: Polled, store: Store, beat: Callable[[str], None], arrived: Callable[[], None]) -> None:
        super().__init__(name=f"mailbox {polled.address}", daemon=True)
        self.polled, self.store, self.beat, self.arrived = polled, store, beat, arrived
        self.stopping = threading.Event()
        self.fault: str | None = None
        self.fault_since: datetime | None = None
        self.read_at: datetime | None = None
        self._failures = 0
        self._log = log.bind(mailbox=polled.address)

    def run(self) -> None:
        """Read, wait, read again; every fault of the world ends in a pause, none in the end of the thread."""
        while not self.stopping.is_set():
            try:
                self._round()
            except (SourceFault, StoreFault) as fault:
                self._pause(str(fault), fault.retry_after)
            except Exception as bug:  # noqa: BLE001 a worker's top: a bug in reading must not end the mailbox
                self._log.exception("reading failed by a bug of ours")
                self._pause(f"{type(bug).__name__}: {bug}", 30.0)
        self.polled.source.close()

    def stop(self) -> None:
        """Make the thread end soon, whatever it waits for."""
        self.stopping.set()
        self.polled.source.interrupt()

    def _round(self) -> None:
        self.beat("reading")
        address = self.polled.address
        cursor, since = self.store.write(partial(_position, address=address, before=self.polled.since)).result()
        self.polled.source.read(cursor, since, self._record)
        self.read_at = clock.now()
        if self.polled.moves:
            self._settle(cursor)
        if self._failures:
            self._log.info("reads again", after_failures=self._failures)
        self.fault, self.fault_since, self._failures = None, None, 0
        self.beat("waiting for mail")
        if not self.stopping.is_set():
            self.polled.source.wait(WAIT_SECONDS)

    def _record(self, batch: Batch) -> None:
        reach("fetch.fetched")
        mails = [
            journal.NewArrival(m.uid, batch.cursor.uidvalidity, m.received_at, m.raw, m.left_out) for m in batch.mails
        ]
        self.store.write(partial(self._journal, mails=mails, cursor=batch.cursor)).result()
        reach("journal.committed")
        self.beat(f"journaled {len(mails)} mails")
        if mails:
            self.arrived()

    def _journal(self, session: Session, mails: list[journal.NewArrival], cursor: Cursor) -> None:
        journal.record(session, self.polled.address, mails, (cursor.uidvalidity, cursor.uid), clock.now())
        reach("journal.in_transaction")

    def _settle(self, cursor: Cursor | None) -> None:
        """Move what is done; the same mail may be named twice after a crash, and moving it again does nothing."""
        if cursor is None:
            return
        with self.store.read() as session:
            uids = journal.done_uids(session, self.polled.address, cursor.uidvalidity, 500)
        if not uids:
            return
        reach("source.before_settle")
        self.polled.source.settle(cursor.uidvalidity, uids)
        reach("source.settled")
        self.store.write(
            partial(journal.mark_settled, mailbox=self.polled.address, uidvalidity=cursor.uidvalidity, uids=uids)
        ).result()

    def _pause(self, why: str, retry_after: float) -> None:
        if self.stopping.is_set():
            return
        self._failures += 1
        if why != self.fault:  # once, not at every attempt
            self._log.warning("cannot be read", why=why, failures=self._failures)
        self.fault, self.fault_since = why, self.fault_since or clock.now()
        pause = max(retry_after, delay(self._failures, random.random()))  # noqa: S311 jitter, not a secret
        until = clock.monotonic() + pause
        while not self.stopping.is_set() and (left := until - clock.monotonic()) > 0:
            self.beat(f"pausing: {why}"[:200])
            self.stopping.wait(min(left, 10.0))


def _position(session: Session, address: str, before: timedelta) -> tuple[Cursor | None, datetime]:
    now = clock.now()
    since = journal.since(session, address, now - before)
    found = journal.cursor(session, address)
    return (Cursor(*found) if found else None), since
