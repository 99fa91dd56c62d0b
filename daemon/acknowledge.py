"""From the wish to acknowledge to a row in the outbox: whether it may leave, which text, its final bytes."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon import alerts, automatic_mail
from daemon.desk import Desk
from mail.compose import Unsendable
from mail.model import Address, Mail, Proof
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
        mailbox_acknowledges=mailbox is not None and mailbox.acknowledge,
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
    """What the outbox is given, and what is wrong with the admin's own template. Raises Unsendable."""
    mail = occasion.mail
    letter = automatic_mail.Letter(
        ticket=occasion.ticket,
        to=to,
        key=key,
        purpose="a",
        context=_context(desk, occasion, known, to),
        language=occasion.ticket.language,
        submitted="auto-replied",
        parent=mail.message_id,
        references=mail.references,
        unproven=not known.requester_is_proven,
    )
    return automatic_mail.write(desk, letter, occasion.now)


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
