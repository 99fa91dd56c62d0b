"""Mail that no person writes, to one reader about one ticket: rendered, composed, and ready for the outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from daemon.desk import Desk
from mail.compose import Parts, compose, fold_references, sendable_address
from mail.model import Address
from mail.tokens import make
from store.outbox import Class, OutgoingItem
from templates.contexts import Context
from templates.render import Rendered
from tickets.model import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What it says, to whom, and in which conversation."""

    ticket: Ticket
    to: Address
    key: str  # in the outbox: the same key is never put twice
    purpose: str  # of its token, one letter
    context: Context
    language: str
    klass: Class = "acknowledgement"
    submitted: Literal["auto-replied", "auto-generated"] = "auto-generated"  # to a mail, or of our own accord
    parent: str | None = None  # the Message-ID that it answers
    references: tuple[str, ...] = ()  # the Message-IDs before that
    reply_to: Address | None = None
    held: str | None = None  # why the brake holds it back
    unproven: bool = False  # nobody vouches for the reader having written to us
    fields: tuple[tuple[str, str], ...] = ()  # further header fields


def write(desk: Desk, letter: Letter, now: datetime) -> tuple[OutgoingItem, str | None]:
    """The final bytes and all that the outbox must know of them, and what is wrong with the admin's own template.

    Raises Unsendable for an address that no mail reaches.
    """
    ticket, key = letter.ticket, letter.key
    recipient = sendable_address(letter.to.address)
    text = desk.templates.render(letter.context, language=letter.language, mailbox=ticket.mailbox)
    token = make(desk.keys, purpose=letter.purpose, ticket=ticket.number, recipient=recipient, nonce=key, now=now)
    message_id = token.message_id(desk.config.helpdesk.domain)
    item = OutgoingItem(
        key=key,
        channel="mail",
        klass=letter.klass,
        recipient=recipient,
        envelope_sender=desk.config.helpdesk.bounce_address,
        message_id=message_id,
        payload=compose(_parts(desk, letter, text, message_id, now)),
        due=now,
        ticket=ticket.number,
        held=letter.held,
        unproven=letter.unproven,
    )
    return item, text.fault


def _parts(desk: Desk, letter: Letter, text: Rendered, message_id: str, now: datetime) -> Parts:
    return Parts(
        sender=desk.sender(letter.ticket.mailbox),
        to=letter.to,
        reply_to=letter.reply_to,
        subject=text.subject,
        text=text.text,
        html=text.html,
        in_reply_to=letter.parent,
        references=fold_references((*letter.references, *filter(None, [letter.parent])), message_id),
        message_id=message_id,
        date=now,
        automatic=True,
        submitted=letter.submitted,
        headers=(
            ("Content-Language", text.language),
            ("X-Helpdeskd-Ticket", str(letter.ticket.number)),
            *letter.fields,
        ),
    )
