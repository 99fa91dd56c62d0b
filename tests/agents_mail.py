"""Mails of agents to an office, and what comes of them: on its tickets, and to whom."""

import email
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from store import messages, tickets
from store.engine import Store
from tests.notice_team import ANNA, BEN, again, one, open_team
from tests.office import SUPPORT, Office, write
from tickets.model import MessageKind, Ticket

CUSTOMER = "carl@initech.example"
CE, OWNER = "carol@acme-team.example", "sue@acme-team.example"
HEADER = "From: Carl <carl@initech.example>\nDate: Mon, 2 Mar 2026\nSubject: x\nTo: support@acme.example"
CALLS = f'[calls]\nproduct = {{ Search = "{OWNER}" }}\noncall = ["{BEN}"]\n'


def open_called(store: Store, folder: Path) -> Office:
    """The team's office, with people whom agents may call."""
    return open_team(store, folder, more=CALLS)


def first_notice(office: Office) -> EmailMessage:
    """What Anna is told of Carl's first mail."""
    office.receive(write(CUSTOMER, "a", text="I cannot log in."))
    return one(office.told(), ANNA)


def answer(
    mail: EmailMessage, sender: str, name: str, text: str, *, subject: str = "", more: str = "", proven: bool = True
) -> bytes:
    """An answer to a mail, as a program writes it."""
    known, roots, about = (mail[key] for key in ("Message-ID", "References", "Subject"))
    fields = f"In-Reply-To: {known}\r\nReferences: {roots} {known}\r\n{more}"
    raw = write(sender, name, text=text.replace("\n", "\r\n"), more=fields, proven=proven)
    return raw.replace(f"Subject: About {name}".encode(), f"Subject: Re: {about} {subject}".encode())


def bounce(message_id: str, address: str) -> bytes:
    """Mail to this address came back."""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {SUPPORT}\r\nSubject: Undelivered\r\nMessage-ID: <b-{address}>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    ).encode()


def ticket(office: Office, number: int = 1) -> Ticket:
    with office.desk.store.read() as session:
        found = tickets.load(session, number)
    assert found is not None
    return found


def entries(office: Office, number: int = 1) -> list[tuple[MessageKind, str]]:
    with office.desk.store.read() as session:
        return [(row.kind, row.reply.strip()) for row in messages.messages(session, number)]


def leave(office: Office, *, after: int = 0) -> list[EmailMessage]:
    """All that leaves after so many seconds."""
    office.now += timedelta(seconds=after)
    return [again(email.message_from_bytes(each.item.payload)) for each in office.leave()]


def reader(mail: EmailMessage) -> str:
    return str(mail["To"].addresses[0].addr_spec)


def readers(mails: list[EmailMessage]) -> list[str]:
    return sorted(map(reader, mails))


def to(mails: list[EmailMessage], who: str) -> EmailMessage:
    [found] = [mail for mail in mails if reader(mail) == who]
    return found
