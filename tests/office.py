"""A desk on a store, the mails that come to it one after the other, and what leaves: by a clock of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from functools import partial
from pathlib import Path
from typing import TypeVar

from daemon import enact
from daemon.config import load
from daemon.desk import Desk, open_desk
from daemon.timer import Timer
from mail.parse import parse
from store import journal, ledger, outbox, verdicts
from store.engine import Session, Store
from tickets.model import Outcome, Reason

T = TypeVar("T")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SUPPORT, FEEDBACK, HI = "support@acme.example", "feedback@acme.example", "hi@acme.example"
CONFIG = """
[helpdesk]
name = "Acme"
admins = ["ops@elsewhere.example"]
state = "{state}"
[proof]
authserv_id = "mx.acme.example"
[acknowledgements]
unproven_hour = 2
[outgoing]
host = "127.0.0.1"
tls = "none"
[[agents]]
name = "Alice"
addresses = ["alice@acme-team.example"]
[staff]
domains = ["acme-team.example"]
[[accounts]]
name = "Initech"
domains = ["initech.example"]
language = "de"
"""
MAILBOX = """
[[mailboxes]]
address = "{0}"
host = "127.0.0.1"
user = "{0}"
tls = "none"
password = {{ env = "PASSWORD" }}
{1}
"""


def write(
    sender: str, name: str, *, proven: bool = True, to: str = SUPPORT, more: str = "", text: str = "Help!"
) -> bytes:
    verdict = "pass" if proven else "none"
    domain = sender.rpartition("@")[2]
    return (
        f"Authentication-Results: mx.acme.example; dmarc={verdict} header.from={domain}\r\n"
        f"Received: from x by mx.acme.example; Mon, 2 Mar 2026 10:00:00 +0000\r\n"
        f"From: Somebody <{sender}>\r\nTo: {to}\r\nSubject: About {name}\r\n"
        f"Message-ID: <{name}@{domain}>\r\n{more}\r\n{text}\r\n"
    ).encode()


@dataclass
class Office:
    """A desk and the mails that come to it, one after the other, by a clock of the test's own."""

    desk: Desk
    now: datetime = NOW
    uids: dict[str, int] = field(default_factory=dict)

    def write(self, work: Callable[[Session], T]) -> T:
        return self.desk.store.write(work).result()

    def receive(self, raw: bytes, mailbox: str = SUPPORT, *, age: timedelta = timedelta(0)) -> int:
        uid = self.uids[mailbox] = self.uids.get(mailbox, 0) + 1
        new = journal.NewArrival(uid, 1, self.now - age, raw)
        self.write(partial(journal.record, mailbox=mailbox, mails=[new], cursor=(1, uid), now=self.now))
        return self.decide()

    def decide(self) -> int:
        [claimed] = self.write(partial(journal.claim, limit=1, now=self.now, lease=timedelta(minutes=5)))
        mail = parse(claimed.raw)
        self.write(lambda session: enact.enact(session, self.desk, claimed, mail, self.now))
        return claimed.id

    def arrival(self, number: int) -> ledger.ArrivalRow:
        with self.desk.store.read() as session:
            row = ledger.arrival(session, number)
        assert row is not None
        return row

    def sent(self) -> list[Message]:
        """What leaves now, but for what agents are told."""
        return [message_from_bytes(each.item.payload) for each in self.leave() if each.klass != "notice"]

    def told(self) -> list[Message]:
        """What agents are told now; all else leaves unseen."""
        return [message_from_bytes(each.item.payload) for each in self.leave() if each.klass == "notice"]

    def leave(self) -> list[outbox.Claimed]:
        """Send all that is due."""
        claim = partial(outbox.claim, channel="mail", limit=100, now=self.now, lease=timedelta(minutes=5))
        claimed = self.write(claim)
        for each in claimed:
            self.write(partial(outbox.settle, row=each.id, kind="sent", detail="250", now=self.now))
        return claimed

    def tick(self) -> None:
        """Do what is due by the clock."""
        timer = Timer(self.desk, lambda _: None, lambda: None)
        self.write(partial(timer.tick, now=self.now))


def put_aside(office: Office, name: str, score: float, *, mailbox: str = HI, subject: str = "") -> int:
    """A mail that lies in quarantine as spam, with the verdict that put it there."""
    raw = write(f"{name}@stranger.example", name, proven=False, to=mailbox)
    raw = raw.replace(f"Subject: About {name}".encode(), f"Subject: {subject or name}".encode())
    uid = office.uids[mailbox] = office.uids.get(mailbox, 0) + 1
    new = journal.NewArrival(uid, 1, office.now, raw)
    office.write(partial(journal.record, mailbox=mailbox, mails=[new], cursor=(1, uid), now=office.now))
    [claimed] = office.write(partial(journal.claim, limit=1, now=office.now, lease=timedelta(minutes=5)))
    why = f"score {score}: http://evil.example"

    def finish(session: Session) -> None:
        verdicts.keep(session, verdicts.Judged(claimed.id, score, "spam", (), why, office.now))
        journal.finish(
            session,
            claimed.id,
            Outcome.QUARANTINED,
            now=office.now,
            reason=Reason.SPAM,
            why=why,
            sender=f"{name}@stranger.example",
            subject=subject or name,
        )

    office.write(finish)
    office.now += timedelta(seconds=1)
    return claimed.id


def open_office(store: Store, folder: Path, more: str = "", config: str = CONFIG) -> Office:
    """An office with three mailboxes that has been open for ten days; `more` stands at the end of its configuration."""
    path = folder / "helpdeskd.toml"
    boxes = MAILBOX.format(SUPPORT, "") + MAILBOX.format(FEEDBACK, "")
    boxes += MAILBOX.format(HI, 'acknowledge = "judged"\nnewsletters = "keep"')
    path.write_text(config.format(state=folder / "state") + boxes + more, "utf-8")
    office = Office(open_desk(load(path), store))
    office.write(partial(journal.first_start, now=NOW - timedelta(days=10)))
    return office
