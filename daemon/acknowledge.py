"""From the wish to acknowledge to a row in the outbox: whether it may leave, which text, its final bytes."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon import alerts
from daemon.desk import Desk
from mail.compose import Parts, Unsendable, compose, fold_references, sendable_address
from mail.model import Address, Mail, Proof
from mail.tokens import make
from store import facts, journal, outbox, persons
from store.engine import Session
from templates.contexts import AcknowledgementContext, Context, UnprovenAcknowledgementContext
from tickets import acknowledgement as rules
from tickets.directory import Account
from tickets.events import Acknowledged, NotAcknowledged
from tickets.model import Ticket

_NOBODY: tuple[Address | None, bool] = (None, False)


@dataclass(frozen=True, slots=True)
class Occasion:
    """The mail that a ticket is acknowledged for."""

    ticket: Ticket
    mail: Mail
    proof: Proof
    claimed: journal.Claimed
    silent: str | None
    now: datetime
    is_genuine: bool  # the filters judged it so, and know enough for that
    is_new: bool  # the ticket was opened in this very transaction, so nothing of it is in the outbox


def acknowledge(session: Session, desk: Desk, occasion: Occasion) -> Acknowledged | NotAcknowledged | None:
    """Put the acknowledgement into the outbox if it may leave; what the ticket remembers of it.

    None: it was put there before, by another copy of the mail.
    """
    now = occasion.now
    key = f"ack:ticket:{occasion.ticket.number}"
    if not occasion.is_new and outbox.is_known(session, key):
        return None
    requester = occasion.ticket.requester
    to, is_undeliverable = persons.reach(session, requester) or _NOBODY if requester is not None else _NOBODY
    known = _gather(session, desk, occasion, to, is_undeliverable=is_undeliverable)
    judged = rules.judge(known, desk.config.acknowledgements, now)
    if isinstance(judged, rules.Withhold) or to is None:
        return NotAcknowledged(judged.why if isinstance(judged, rules.Withhold) else "there is nobody to tell")
    try:
        item, fault = _write(desk, occasion, known, to, key)
    except Unsendable as refused:
        return NotAcknowledged(refused.why)
    held = judged.why if isinstance(judged, rules.Hold) else None
    outbox.put(session, replace(item, held=held), now)
    if fault is not None:
        alerts.put(session, desk, alerts.unrendered(fault, now), now)
    if held is not None:
        alerts.put(session, desk, alerts.braked(now, desk.config.acknowledgements.unproven_hour), now)
    return Acknowledged(to.address)


def _gather(
    session: Session, desk: Desk, occasion: Occasion, to: Address | None, *, is_undeliverable: bool
) -> rules.AckFacts:
    directory, mail, now = desk.directory, occasion.mail, occasion.now
    recipient = to.address if to else None
    sender = mail.sender.address if mail.sender else ""
    mailbox = directory.mailbox_of(occasion.ticket.mailbox)
    counts = facts.ack_counts(session, rules.normalised(recipient or ""), to.domain if to else "", now)
    first_start = counts.first_start or journal.first_start(session, now)
    return rules.AckFacts(
        mail=mail,
        level=occasion.proof.level,
        received_at=occasion.claimed.received_at,
        first_start=first_start.replace(microsecond=0),  # INTERNALDATE knows no fractions
        recipient=recipient,
        recipient_role=directory.role_of(recipient or ""),
        sender_role=directory.role_of(sender),
        mailbox=mailbox,
        is_genuine=occasion.is_genuine,
        released=occasion.claimed.released,
        silent=occasion.silent,
        is_source=occasion.ticket.source is not None,
        has_account=occasion.ticket.account is not None,
        is_undeliverable=is_undeliverable,
        to_address_today=counts.to_address_today,
        to_domain_last_hour=counts.to_domain_last_hour,
        to_unproven_last_hour=counts.to_unproven_last_hour,
    )


def _write(
    desk: Desk, occasion: Occasion, known: rules.AckFacts, to: Address, key: str
) -> tuple[outbox.OutgoingItem, str | None]:
    """The final bytes and all that the outbox must know of them, and what is wrong with the admin's own template.

    Raises Unsendable for an address that no mail reaches.
    """
    ticket, mail, now = occasion.ticket, occasion.mail, occasion.now
    recipient = sendable_address(to.address)
    text = desk.templates.render(_context(desk, occasion, known, to), language=ticket.language, mailbox=ticket.mailbox)
    token = make(desk.keys, purpose="a", ticket=ticket.number, recipient=recipient, nonce=key, now=now)
    message_id = token.message_id(desk.config.helpdesk.domain)
    payload = compose(
        Parts(
            sender=desk.sender(ticket.mailbox),
            to=to,
            subject=text.subject,
            text=text.text,
            html=text.html,
            in_reply_to=mail.message_id,
            references=fold_references((*mail.references, *filter(None, [mail.message_id])), message_id),
            message_id=message_id,
            date=now,
            automatic=True,
            headers=(("Content-Language", text.language), ("X-Helpdeskd-Ticket", str(ticket.number))),
        )
    )
    item = outbox.OutgoingItem(
        key=key,
        channel="mail",
        klass="acknowledgement",
        recipient=recipient,
        envelope_sender=desk.config.helpdesk.bounce_address,
        message_id=message_id,
        payload=payload,
        due=now,
        ticket=ticket.number,
        unproven=not known.requester_is_proven,
    )
    return item, text.fault


def _context(desk: Desk, occasion: Occasion, known: rules.AckFacts, to: Address) -> Context:
    ticket, name = occasion.ticket, desk.config.helpdesk.name
    if not known.requester_is_proven:
        return UnprovenAcknowledgementContext(name, ticket.mailbox, ticket.number)
    return AcknowledgementContext(name, ticket.mailbox, ticket.number, ticket.subject, to.name)


def language(desk: Desk, mail: Mail, mailbox: str, account: Account | None) -> str:
    """The language in which a new ticket's requester is written to."""
    own = desk.directory.mailbox_of(mailbox)
    available = desk.templates.languages(rules.PROVEN_TEXT)
    return rules.choose_language(account, own, mail.language, desk.config.helpdesk.language, available)
