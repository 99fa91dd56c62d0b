"""From a closed ticket to a survey in the outbox: whether it may leave, its text, its links, its final bytes."""

from dataclasses import dataclass, replace
from datetime import datetime

from daemon import alerts
from daemon.desk import Desk
from daemon.happen import happen
from daemon.surveys.links import write_links
from mail.automatic import classify, without_list
from mail.compose import Parts, Unsendable, compose, fold_references, sendable_address
from mail.model import Address, Mail
from mail.parse import read_headers_only
from mail.tokens import make
from store import facts, ledger, outbox, persons, surveys
from store.engine import Session
from templates.contexts import SurveyContext
from tickets import surveys as rules
from tickets.acknowledgement import Hold, Withhold, normalised
from tickets.events import SurveyAsked, SurveyNotAsked
from tickets.model import Ticket
from tickets.record import CLOCK


@dataclass(frozen=True, slots=True)
class Requester:
    """Whom a ticket's survey goes to, and the mails that they wrote on it, oldest first."""

    person: int
    address: Address
    is_undeliverable: bool
    letters: list[surveys.Written]

    @property
    def parents(self) -> tuple[str, ...]:
        """The Message-IDs of these mails."""
        return tuple(each.message_id for each in self.letters if each.message_id is not None)


def ask(session: Session, desk: Desk, ticket: Ticket, now: datetime) -> bool:
    """Ask the requester of a closed ticket how it went; the ticket's events say whether, or why not.

    Once for each ticket, whatever became of the first time. True: there is something new in the outbox.
    """
    if outbox.is_known(session, _key(ticket)):
        return False
    event = _try(session, desk, ticket, now)
    happen(session, ticket, event, CLOCK, now)
    return isinstance(event, SurveyAsked)


def _key(ticket: Ticket) -> str:
    return f"survey:ticket:{ticket.number}"


def _try(session: Session, desk: Desk, ticket: Ticket, now: datetime) -> SurveyAsked | SurveyNotAsked:
    asked = _find_requester(session, ticket)
    if asked is None:
        return SurveyNotAsked("the requester has no address")
    known = _gather(session, desk, ticket, asked, now)
    judged = rules.judge(known, desk.config.surveys, desk.config.acknowledgements, now)
    if isinstance(judged, Withhold):
        return SurveyNotAsked(judged.why)
    try:
        item, fault = _write(desk, known, asked, now)
    except Unsendable as refused:
        return SurveyNotAsked(refused.why)
    outbox.put(session, replace(item, held=judged.why if isinstance(judged, Hold) else None), now)
    surveys.ask(
        session,
        surveys.Survey(*(ticket.number, asked.person, now, ticket.mailbox), owner=ticket.owner, account=ticket.account),
    )
    if fault is not None:
        alerts.put(session, desk, alerts.unrendered(fault, now), now)
    if isinstance(judged, Hold):
        alerts.put(session, desk, alerts.braked(now, desk.config.acknowledgements.unproven_hour), now)
    return SurveyAsked(asked.address.address)


def _find_requester(session: Session, ticket: Ticket) -> Requester | None:
    found = persons.reach(session, ticket.requester) if ticket.requester is not None else None
    if found is None or ticket.requester is None:
        return None
    return Requester(ticket.requester, *found, surveys.written(session, ticket.number, ticket.requester))


def _gather(session: Session, desk: Desk, ticket: Ticket, asked: Requester, now: datetime) -> rules.SurveyFacts:
    address, letters = asked.address, asked.letters
    counts = facts.ack_counts(session, normalised(address.address), address.domain, now)
    return rules.SurveyFacts(
        ticket=ticket,
        recipient=address.address,
        role=desk.directory.role_of(address.address),
        mail=_first_header(session, desk, letters),
        levels=frozenset(each.level for each in letters if each.level is not None),
        is_undeliverable=asked.is_undeliverable,
        opted_out=surveys.has_opted_out(session, asked.person),
        last_asked=surveys.last_asked(session, asked.person),
        to_address_today=counts.to_address_today,
        to_unproven_last_hour=counts.to_unproven_last_hour,
    )


def _first_header(session: Session, desk: Desk, letters: list[surveys.Written]) -> Mail | None:
    """What the header of the requester's first mail says, above all whether a person wrote it."""
    arrival = next((each.arrival for each in letters), None)
    if arrival is None:
        return None
    mail = read_headers_only(ledger.raw(session, arrival), "")
    return without_list(replace(mail, automatic=classify(mail)), desk.directory.own_lists)


def _write(
    desk: Desk, known: rules.SurveyFacts, asked: Requester, now: datetime
) -> tuple[outbox.OutgoingItem, str | None]:
    """What the outbox must know of it, and what is wrong with the admin's own template. Raises Unsendable."""
    ticket, key = known.ticket, _key(known.ticket)
    recipient = sendable_address(asked.address.address)
    token = make(desk.keys, purpose=rules.ASKED, ticket=ticket.number, recipient=recipient, nonce=key, now=now)
    message_id = token.message_id(desk.config.helpdesk.domain)
    payload, fault = _compose(desk, known, asked, message_id, now)
    item = outbox.OutgoingItem(
        key=key,
        channel="mail",
        klass="survey",
        recipient=recipient,
        envelope_sender=desk.config.helpdesk.bounce_address,
        message_id=message_id,
        payload=payload,
        due=now,
        ticket=ticket.number,
        unproven=not known.requester_is_proven,
    )
    return item, fault


def _compose(
    desk: Desk, known: rules.SurveyFacts, asked: Requester, message_id: str, now: datetime
) -> tuple[bytes, str | None]:
    ticket, recipient = known.ticket, sendable_address(asked.address.address)
    home = desk.directory.mailbox_of(ticket.mailbox) or desk.directory.mailboxes[0]
    links = write_links(desk, ticket.number, home.address, recipient, now)
    subject = ticket.subject if known.requester_is_proven else ""
    context = SurveyContext(
        *(desk.config.helpdesk.name, home.address, ticket.number, subject), scores=links.scores, opt_out=links.opt_out
    )
    text = desk.templates.render(context, language=ticket.language, mailbox=home.address)
    payload = compose(
        Parts(
            sender=desk.sender(home.address),
            to=asked.address,
            subject=text.subject,
            text=text.text,
            html=text.html,
            in_reply_to=asked.parents[-1] if asked.parents else None,
            references=fold_references(asked.parents, message_id),
            message_id=message_id,
            date=now,
            automatic=True,
            submitted="auto-generated",
            headers=(
                ("Content-Language", text.language),
                ("X-Helpdeskd-Ticket", str(ticket.number)),
                *links.fields,
            ),
        )
    )
    return payload, text.fault
