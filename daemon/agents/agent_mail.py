"""Mail of ours to an agent: named by a token made for them alone, composed, and put into the outbox as a notice."""

from dataclasses import dataclass
from datetime import datetime

from daemon import alerts
from daemon.desk import Desk
from mail.compose import Parts, compose, fold_references, sendable_address
from mail.model import Address
from mail.outgoing.body import Enclosure
from mail.tokens import make
from store import outbox
from store.engine import Session
from templates.render import Rendered
from tickets.directory import Agent, Mailbox
from tickets.model import Ticket


@dataclass(frozen=True, slots=True)
class AgentMail:
    """One such mail; `root` is the id that it and all others of its thread answer."""

    agent: Agent
    key: str  # of the outbox
    message_id: str  # as `name_mail` gave it
    home: Mailbox  # in whose name it leaves, and where answers go
    text: Rendered
    ticket: int | None = None
    root: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


def name_mail(desk: Desk, agent: Agent, key: str, *, purpose: str, ticket: int, now: datetime) -> str:
    """The Message-ID of a mail to this agent: a token that was made for this address, purpose and key alone."""
    recipient = sendable_address(agent.addresses[0])
    token = make(desk.keys, purpose=purpose, ticket=ticket, recipient=recipient, nonce=key, now=now)
    return token.message_id(desk.config.helpdesk.domain)


def home_of(desk: Desk, ticket: Ticket) -> Mailbox:
    """The mailbox that a ticket is answered from: its own, or the first where that one is read no more."""
    return desk.directory.mailbox_of(ticket.mailbox) or desk.directory.mailboxes[0]


def put(session: Session, desk: Desk, letter: AgentMail, now: datetime) -> None:
    """Write it down with its final bytes; nothing where its key is there already."""
    recipient = sendable_address(letter.agent.addresses[0])
    item = outbox.OutgoingItem(
        key=letter.key,
        channel="mail",
        klass="notice",
        recipient=recipient,
        envelope_sender=desk.config.helpdesk.bounce_address,
        message_id=letter.message_id,
        payload=_compose(desk, letter, recipient, now),
        due=now,
        ticket=letter.ticket,
    )
    outbox.put(session, item, now)
    if letter.text.fault is not None:
        alerts.put(session, desk, alerts.unrendered(letter.text.fault, now), now)


def _compose(desk: Desk, letter: AgentMail, recipient: str, now: datetime) -> bytes:
    sender = desk.sender(letter.home.address)
    return compose(
        Parts(
            sender=sender,
            to=Address(letter.agent.name, recipient),
            reply_to=sender,
            subject=letter.text.subject,
            text=letter.text.text,
            html=letter.text.html,
            in_reply_to=letter.root,
            references=fold_references((letter.root,) if letter.root else (), letter.message_id),
            message_id=letter.message_id,
            date=now,
            automatic=True,
            submitted="auto-generated",
            headers=(
                ("Content-Language", letter.text.language),
                ("List-Id", f"<{letter.home.list_id}>"),
                ("X-Helpdeskd-Mailbox", letter.home.address),
                *letter.fields,
            ),
            enclosures=letter.enclosures,
        )
    )
