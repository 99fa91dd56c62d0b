"""From a closed ticket to a survey in the outbox: whether it may leave, its text, its links, its final bytes."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon import alerts, automatic_mail, conversation
from daemon.desk import Desk
from daemon.due import reminding
from daemon.surveys.links import write_links
from mail.automatic import classify, without_list
from mail.compose import Unsendable, sendable_address
from mail.model import Address, Mail
from mail.parse import read_headers_only
from store import ledger, outbox, surveys, tickets
from store.engine import Session
from templates.contexts import SurveyContext
from tickets import surveys as rules
from tickets.acknowledgement import Hold, Withhold
from tickets.events import SurveyAsked, SurveyNotAsked
from tickets.model import Ticket
from tickets.record import CLOCK
from tickets.reminders import Later


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a survey goes to, and how."""

    person: int
    to: Address
    held: str | None  # why the brake holds it back
    is_proven: bool  # that they wrote what the ticket is about


def ask(session: Session, desk: Desk, ticket: Ticket, now: datetime) -> bool:
    """Ask the requester of a closed ticket how it went; the ticket's events say whether, or why not.

    Once for each ticket, whatever became of the first time. True: there is something new in the outbox.
    """
    if surveys.load(session, ticket.number) is not None:
        return False
    asked = _choose(session, desk, ticket, now)
    event = _put(session, desk, ticket, asked, now) if isinstance(asked, Asked) else asked
    tickets.add_event(session, ticket.number, event, now, CLOCK)
    return isinstance(event, SurveyAsked)


def _choose(session: Session, desk: Desk, ticket: Ticket, now: datetime) -> Asked | SurveyNotAsked:
    reader = reminding.read(session, desk, ticket, now)
    if ticket.requester is None or reader.to is None:
        return SurveyNotAsked("there is nobody to ask")
    first = _first_header(session, desk, ticket.number, ticket.requester)
    known = rules.SurveyFacts(
        ticket,
        mail=first,
        opted_out=surveys.has_opted_out(session, ticket.requester),
        last_asked=surveys.last_asked(session, ticket.requester),
    )
    why = rules.why_not(known, desk.config.surveys, now)
    if why is None and isinstance(reader.judged, Withhold | Later):
        why = reader.judged.why
    if why is not None:
        return SurveyNotAsked(why)
    is_proven = reader.is_proven and not (first is not None and first.rewritten)
    held = reader.judged.why if isinstance(reader.judged, Hold) else None
    return Asked(ticket.requester, reader.to, held, is_proven)


def _first_header(session: Session, desk: Desk, ticket: int, person: int) -> Mail | None:
    """What the header of the requester's first mail says, above all whether a person wrote it."""
    arrival = surveys.first_arrival(session, ticket, person)
    if arrival is None:
        return None
    mail = read_headers_only(ledger.raw(session, arrival), "")
    return without_list(replace(mail, automatic=classify(mail)), desk.directory.own_lists)


def _put(session: Session, desk: Desk, ticket: Ticket, asked: Asked, now: datetime) -> SurveyAsked | SurveyNotAsked:
    try:
        links = write_links(desk, ticket.number, ticket.mailbox, sendable_address(asked.to.address), now)
        name, subject = desk.config.helpdesk.name, ticket.subject if asked.is_proven else ""
        context = SurveyContext(name, ticket.mailbox, ticket.number, subject, links.scores, links.opt_out)
        thread = conversation.thread_of(session, ticket, asked.person, asked.to.address)
        letter = automatic_mail.Letter(
            ticket=ticket,
            to=asked.to,
            key=f"survey:ticket:{ticket.number}",
            purpose=rules.ASKED,
            context=context,
            language=ticket.language,
            klass="survey",
            parent=thread[-1] if thread else None,
            references=thread[:-1],
            held=asked.held,
            unproven=not asked.is_proven,
            fields=links.fields,
        )
        item, fault = automatic_mail.write(desk, letter, now)
    except Unsendable as refused:
        return SurveyNotAsked(refused.why)
    outbox.put(session, item, now)
    at, owner = (ticket.number, asked.person, now, ticket.mailbox), ticket.owner
    surveys.ask(session, surveys.Survey(*at, owner=owner, account=ticket.account))
    if fault is not None:
        alerts.put(session, desk, alerts.unrendered(fault, now), now)
    if asked.held is not None:
        alerts.put(session, desk, alerts.braked(now, desk.config.acknowledgements.unproven_hour), now)
    return SurveyAsked(asked.to.address)
