"""Automatic mail to a customer who owes an answer: the reminders, and the word that the ticket was closed."""

from dataclasses import dataclass
from datetime import datetime

from daemon import alerts, automatic_mail, conversation
from daemon.desk import Desk
from mail.compose import Unsendable
from mail.model import Address
from store import facts, messages, outbox, persons
from store.engine import Session
from templates.contexts import Context
from templates.waiting_contexts import ClosedContext, NudgeContext
from tickets import reminders
from tickets.acknowledgement import Hold, Send, Withhold, normalised
from tickets.directory import Role
from tickets.events import NotNudged, Nudged
from tickets.model import MessageKind, Rung, Ticket
from tickets.schedule import Waited, rung_at

PURPOSE = "q"  # of the tokens in such mails
Judgement = Send | Hold | Withhold | reminders.Later


@dataclass(frozen=True, slots=True)
class Reader:
    """The requester of a ticket as automatic mail of our own accord sees them."""

    to: Address | None
    judged: Judgement
    is_undeliverable: bool
    is_proven: bool


def read(session: Session, desk: Desk, ticket: Ticket, now: datetime) -> Reader:
    """Whether such mail may leave to the requester now, and how."""
    reach = persons.reach(session, ticket.requester) if ticket.requester is not None else None
    to, is_undeliverable = reach if reach is not None else (None, False)
    rows = messages.messages(session, ticket.number)
    theirs = (row for row in rows if row.kind is MessageKind.CUSTOMER and row.author_id == ticket.requester)
    counts = facts.ack_counts(session, normalised(to.address if to else ""), to.domain if to else "", now)
    known = reminders.ReminderFacts(
        recipient=to.address if to is not None else None,
        role=desk.directory.role_of(to.address) if to is not None else Role.CUSTOMER,
        levels=frozenset(row.level for row in theirs if row.level is not None),
        is_source=ticket.source is not None,
        is_undeliverable=is_undeliverable,
        to_address_today=counts.to_address_today,
        to_unproven_last_hour=counts.to_unproven_last_hour,
    )
    judged = reminders.judge(known, desk.config.acknowledgements)
    return Reader(to, judged, is_undeliverable, known.is_proven)


def is_unreachable(session: Session, ticket: Ticket) -> bool:
    """Whether mail to the requester comes back."""
    reach = persons.reach(session, ticket.requester) if ticket.requester is not None else None
    return reach is not None and reach[1]


def nudge(  # noqa: PLR0917 the transaction, the house, the ticket, whom, and which of the two
    session: Session, desk: Desk, ticket: Ticket, reader: Reader, which: int, now: datetime
) -> Nudged | NotNudged:
    """Put a reminder into the outbox if it may leave; what the ticket remembers of it."""
    closes = rung_at(ticket, Rung.CLOSE, desk.config.timetable)
    context = NudgeContext(
        helpdesk=desk.config.helpdesk.name,
        mailbox=ticket.mailbox,
        number=ticket.number,
        subject=ticket.subject if reader.is_proven else "",
        requester=reader.to.name if reader.to is not None and reader.is_proven else "",
        which=which,
        closes=spell_day(desk, ticket, closes),
    )
    why = _put(session, desk, ticket, reader, key_of(ticket, which), context, now)
    return NotNudged(which, why) if why or reader.to is None else Nudged(which, reader.to.address)


def tell_closed(session: Session, desk: Desk, ticket: Ticket, reader: Reader, now: datetime) -> None:
    """Tell the requester that the ticket is closed, and how it opens again, as far as such mail may leave."""
    context = ClosedContext(
        helpdesk=desk.config.helpdesk.name,
        mailbox=ticket.mailbox,
        number=ticket.number,
        subject=ticket.subject if reader.is_proven else "",
        requester=reader.to.name if reader.to is not None and reader.is_proven else "",
        days=desk.config.lifecycle.reopen_days,
    )
    _put(session, desk, ticket, reader, f"closed:{ticket.number}:{ticket.closed_at or now:%Y%m%d%H%M%S}", context, now)


def look_back(session: Session, desk: Desk, ticket: Ticket, reader: Reader) -> Waited:
    """What became of the reminders since the customer owes an answer."""
    wanted = desk.config.timetable.settings.nudges
    sent = outbox.sent_of(session, [key_of(ticket, which) for which in wanted])
    return Waited(len(wanted), len(sent), is_undeliverable=reader.is_undeliverable)


def key_of(ticket: Ticket, which: int) -> str:
    """The key of a reminder in the outbox: each time that the customer owes an answer has its own."""
    return f"nudge:{ticket.number}:{ticket.pending_since:%Y%m%d%H%M%S}:{which}"


def spell_day(desk: Desk, ticket: Ticket, moment: datetime | None) -> str:
    """The day of a moment as the ticket's calendar has it; nothing for none."""
    zone = desk.config.timetable.calendar_of(ticket).zone
    return f"{moment.astimezone(zone):%Y-%m-%d}" if moment is not None else ""


def _put(  # noqa: PLR0917 the transaction, the house, and all that is known of one mail
    session: Session, desk: Desk, ticket: Ticket, reader: Reader, key: str, context: Context, now: datetime
) -> str:
    """Put it into the outbox; why not, where it may not leave."""
    to, judged = reader.to, reader.judged
    if isinstance(judged, Withhold | reminders.Later) or to is None:
        return judged.why if isinstance(judged, Withhold | reminders.Later) else "there is nobody to tell"
    thread = conversation.thread_of(session, ticket, ticket.requester or 0, to.address)
    letter = automatic_mail.Letter(
        ticket=ticket,
        to=to,
        key=key,
        purpose=PURPOSE,
        context=context,
        language=ticket.language,
        parent=thread[-1] if thread else None,
        references=thread[:-1],
        held=judged.why if isinstance(judged, Hold) else None,
        unproven=not reader.is_proven,
    )
    try:
        item, fault = automatic_mail.write(desk, letter, now)
    except Unsendable as refused:
        return refused.why
    outbox.put(session, item, now)
    if fault is not None:
        alerts.put(session, desk, alerts.unrendered(fault, now), now)
    if isinstance(judged, Hold):
        alerts.put(session, desk, alerts.braked(now, desk.config.acknowledgements.unproven_hour), now)
    return ""
