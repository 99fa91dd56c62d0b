"""Old mail into the journal, batch by batch, and what became of it: the verb's side of an import.

Whoever decides, the daemon or an intake of this process, is asked through `Ask`. At most WINDOW mails wait for their
outcome, so that mail which comes in meanwhile does not wait for long, and memory does not grow with the archive.
"""

import base64
import contextlib
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from daemon import clock
from daemon.desk import Desk
from daemon.intake import Intake
from daemon.lookups.signature_lookup import SignatureLookup
from daemon.sandbox import Limits, Sandbox
from mail.headers import read_block
from mail.received import delivered_to, received_at
from mailboxes.archive_mail import Found, Odd
from store import journal
from tickets.directory import Directory
from tickets.routes import Route

BATCH = 100  # mails
BATCH_BYTES = 8_000_000  # and so many bytes, but always one mail
WINDOW = 2 * BATCH
_LOOK_SECONDS = 0.03

Ask = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """One mail with its outcome, in the words of the store."""

    path: str
    arrival: int
    is_new: bool
    outcome: str
    reason: str | None
    ticket: int | None


@dataclass(slots=True)
class Report:
    """What an import did; `already` are mails that had been imported before."""

    mails: int = 0
    already: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    tickets: int = 0
    odd: list[Odd] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Destination:
    """Where mails go and from when they are."""

    directory: Directory
    mailbox: str | None  # None: whom each mail was sent to
    now: datetime
    in_order: bool = False  # of a dry run: decided in the order of the archive, whatever their dates

    def of(self, found: Found, nth: int) -> tuple[str, datetime]:
        """The mailbox of a mail and when it came in."""
        block = read_block(found.raw)
        received = received_at(block, found.delivered_at, self.now)
        if self.in_order:
            received = datetime.fromtimestamp(nth, self.now.tzinfo)
        if self.mailbox is not None:
            return self.mailbox, received
        for addresses in delivered_to(block):
            boxes = [box for one in addresses if (box := self.directory.mailbox_of(one)) is not None]
            if boxes:
                return min(boxes, key=lambda box: box.rank).address, received
        return self.directory.mailboxes[0].address, received


@dataclass(slots=True)
class Import:
    """One run. `told` is called for each mail in the order of the archive, once it has its outcome."""

    ask: Ask
    destination: Destination
    told: Callable[[Imported], None]
    report: Report = field(default_factory=Report)
    _batch: list[dict[str, Any]] = field(default_factory=list)
    _paths: list[str] = field(default_factory=list)
    _bytes: int = 0
    _waiting: deque[list[tuple[str, int, bool]]] = field(default_factory=deque)  # path, arrival, whether it is new
    _first: int | None = None
    _last: int = 0

    def take(self, one: Found | Odd) -> None:
        """The next thing in the archive."""
        if isinstance(one, Odd):
            self.report.odd.append(one)
            return
        if self._bytes + len(one.raw) > BATCH_BYTES or len(self._batch) >= BATCH:
            self._send()
        mailbox, received = self.destination.of(one, self.report.mails)
        self._batch.append(
            {
                "mailbox": mailbox,
                "received_at": received.isoformat(),
                "left_out": one.left_out,
                "raw": base64.b64encode(one.raw).decode("ascii"),
            }
        )
        self._paths.append(one.path)
        self._bytes += len(one.raw)
        self.report.mails += 1

    def finish(self) -> Report:
        """Send what is left and wait for all of it."""
        self._send()
        while self._waiting:
            self._collect()
        if self._first is not None:
            self.report.tickets = self.ask({"what": "tickets", "first": self._first, "last": self._last})
        return self.report

    def _send(self) -> None:
        if not self._batch:
            return
        placed = self.ask({"what": "place", "mails": self._batch})
        sent = [(path, one["arrival"], one["is_new"]) for path, one in zip(self._paths, placed, strict=True)]
        new = [arrival for _, arrival, is_new in sent if is_new]
        if new:
            self._first, self._last = self._first or min(new), max(new)
        self._waiting.append(sent)
        self._batch, self._paths, self._bytes = [], [], 0
        while sum(map(len, self._waiting)) > WINDOW:
            self._collect()

    def _collect(self) -> None:
        """Wait until the oldest batch is decided."""
        sent = self._waiting.popleft()
        arrivals = list({arrival for _, arrival, _ in sent})
        while True:
            rows = {row["arrival"]: row for row in self.ask({"what": "decided", "arrivals": arrivals})}
            if all(row["outcome"] is not None for row in rows.values()):
                break
            clock.sleep(_LOOK_SECONDS)
        for path, arrival, is_new in sent:
            row = rows[arrival]
            self._count(Imported(path, arrival, is_new, row["outcome"], row["reason"], row["ticket"]))

    def _count(self, one: Imported) -> None:
        if one.is_new:
            self.report.outcomes[one.outcome] += 1
            self.report.unreadable += one.reason == "unreadable"
        else:
            self.report.already += 1
        self.told(one)


@contextlib.contextmanager
def deciding(desk: Desk, decided: Callable[[int, Route], None] | None = None) -> Iterator[None]:
    """An intake in this process, under the store's lock, for as long as no daemon does it. Raises ConfigFaults."""
    desk.rules()  # what is in work beside the old mail is judged by them; better no import than broken rules
    desk.store.write(journal.recover).result()
    sandbox = Sandbox(desk.config.helpdesk.workers, Limits())
    lookup = SignatureLookup(desk.config.proof, desk.directory.is_own)
    intake = Intake(desk, sandbox, lookup, beat=lambda _: None, left=lambda: None, decided=decided)
    thread = threading.Thread(target=intake.run, name="intake", daemon=True)
    desk.life.arrived = intake.arrived
    thread.start()
    try:
        yield
    finally:
        intake.stop()
        thread.join(10.0)
        lookup.close()
        sandbox.close()
