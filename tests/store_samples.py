"""Mails, arrivals and outgoing items for tests of the store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mail.model import Address, Level, Mail
from store import journal, outbox, persons, tickets
from store.engine import Session
from tickets.candidates import Questions
from tickets.model import MessageKind, Outcome, Status, Ticket

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
BOX = "support@us.example"


def at(**shift: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(**shift)


def new(
    uid: int | None, raw: bytes = b"Subject: x\r\n\r\n", *, epoch: int | None = 1, **shift: float
) -> journal.NewArrival:
    """A mail as a source hands it over."""
    return journal.NewArrival(uid, epoch, at(**shift), raw)


def letter(name: str, *, sender: str = "kim@one.example", parents: Sequence[str] = (), content: str = "") -> Mail:
    """A customer's mail; `name` is the local part of its Message-ID."""
    return Mail(
        sender=Address("Kim", sender),
        subject=f"about {name}",
        message_id=f"<{name}@one.example>",
        references=tuple(parents),
        text="Good morning\n\n> quoted",
        reply="Good morning",
        fingerprint=content or name,
    )


def journaled(session: Session, *uids: int) -> list[int]:
    """Record and claim these UIDs."""
    ids = journal.record(session, BOX, [new(uid) for uid in uids], (1, max(uids)), NOW)
    journal.claim(session, 1000, NOW, LEASE)
    return ids


def ticketed(session: Session, mail: Mail, arrival: int | None = None, level: Level = Level.PROVEN) -> Ticket:
    """A ticket of the mail's sender with that mail on it; its arrival is finished where one is named."""
    assert mail.sender is not None
    author = persons.person(session, mail.sender, NOW)
    ticket = tickets.open_ticket(session, Ticket(0, Status.NEW, mail.subject, BOX, NOW, NOW, requester=author))
    add(session, ticket.number, mail, level=level, arrival=arrival)
    if arrival is not None:
        end(session, arrival, mail, Outcome.TICKETED, ticket.number)
    return ticket


def add(session: Session, number: int, mail: Mail, *, level: Level = Level.PROVEN, arrival: int | None = None) -> int:
    """Put a mail on a ticket."""
    assert mail.sender is not None
    author = persons.person(session, mail.sender, NOW)
    return tickets.add_message(
        session, number, MessageKind.CUSTOMER, mail, author=author, level=level, arrival=arrival, now=NOW
    )


def end(session: Session, arrival: int, mail: Mail, outcome: Outcome, ticket: int | None = None) -> None:
    """Give an arrival its outcome with what a reader learned of the mail."""
    journal.finish(
        session,
        arrival,
        outcome,
        now=NOW,
        ticket=ticket,
        message_id=mail.message_id,
        fingerprint=mail.fingerprint,
        sender=mail.sender.address if mail.sender else None,
        subject=mail.subject,
    )


def questions(mail: Mail, *ids: str, tag: int | None = None) -> Questions:
    """What routing asks for a mail that names these Message-IDs."""
    return Questions((), ids, tag, mail.message_id, mail.fingerprint)


def item(key: str, klass: outbox.Class = "acknowledgement", **other: object) -> outbox.OutgoingItem:
    """Something that must leave, due now."""
    values: dict[str, object] = {
        "key": key,
        "channel": "mail",
        "klass": klass,
        "recipient": "kim@one.example",
        "envelope_sender": None,
        "message_id": f"<{key}@us.example>",
        "payload": b"Subject: " + key.encode() + b"\r\n\r\n",
        "due": NOW,
    }
    return outbox.OutgoingItem(**{**values, **other})  # type: ignore[arg-type]  # the values of a dict have one type
