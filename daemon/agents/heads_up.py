"""Whom the clock calls in by itself: agents by a notice, others of ours by a mail whose answer becomes a note."""

from datetime import datetime

from daemon import alerts, automatic_mail
from daemon.agents import notice
from daemon.agents.answering import readers_of
from daemon.agents.notice_facts import News, spell, tell_account
from daemon.calls import finding
from daemon.calls.mailing import PURPOSE
from daemon.desk import Desk
from daemon.due import reminding
from daemon.slack import posting
from mail.compose import Unsendable
from mail.model import Address
from store import messages, outbox, persons
from store.engine import Session
from templates.waiting_contexts import HeadsUpContext
from tickets.callees import Found, Wanted
from tickets.calls import Asking
from tickets.effects import CallIn, TellAgents
from tickets.model import MessageKind, Rung, Ticket
from tickets.notices import Occasion, root_id
from tickets.schedule import rung_at


def call_in(session: Session, desk: Desk, ticket: Ticket, effect: CallIn, now: datetime) -> None:
    """Let the account's customer engineer know that the customer does not answer; nothing where there is none."""
    found = finding.find(desk, Wanted(effect.whom, effect.area), ticket, now)
    if not found.callees:
        return
    since = reminding.spell_day(desk, ticket, ticket.pending_since)
    said = f"the customer has not answered since {since}, reminders included"
    asking = _asking(ticket, effect, found, said)
    if not posting.put_call(session, desk, ticket, asking, now):
        mail(session, desk, ticket, asking, now)


def mail(session: Session, desk: Desk, ticket: Ticket, asking: Asking, now: datetime) -> None:
    """The same by mail; nothing where that was done before, or the customer has answered since."""
    if ticket.pending_since is None:
        return
    for address in (callee.address for callee in asking.callees if callee.address is not None):
        if desk.directory.agent_of(address) is None:
            _put(session, desk, ticket, address, now)
            continue
        person = persons.person(session, desk.known_as(Address("", address)), now)
        said = f"{asking.reason[0].upper()}{asking.reason[1:]}."
        tell = TellAgents(ticket.number, Occasion.CALLED, targets=(person,), said=said)
        notice.tell(session, desk, ticket, tell, News(f"call:{_key(ticket)}"), now=now)


def _asking(ticket: Ticket, effect: CallIn, found: Found, said: str) -> Asking:
    """No call that waits for a reaction, and so none on record: each time of waiting has one such word."""
    since = int(ticket.pending_since.timestamp()) if ticket.pending_since is not None else 0
    return Asking(ticket.number, 0, since, effect.whom, effect.area, found.callees, found.channel, said, "")


def _key(ticket: Ticket) -> str:
    return f"{ticket.number}:{ticket.pending_since:%Y%m%d%H%M%S}"


def _put(session: Session, desk: Desk, ticket: Ticket, ce: str, now: datetime) -> None:
    home = (desk.directory.mailbox_of(ticket.mailbox) or desk.directory.mailboxes[0]).address
    letter = automatic_mail.Letter(
        ticket=ticket,
        to=Address("", ce),
        reply_to=desk.sender(home),
        key=f"heads-up:{_key(ticket)}",
        purpose=PURPOSE,
        context=_context(session, desk, ticket),
        language=desk.config.helpdesk.language,
        klass="notice",
        parent=root_id(ticket, desk.config.helpdesk.domain),
    )
    try:
        item, fault = automatic_mail.write(desk, letter, now)
    except Unsendable:  # the configuration lets none through that is none
        return
    outbox.put(session, item, now)
    if fault is not None:
        alerts.put(session, desk, alerts.unrendered(fault, now), now)


def _context(session: Session, desk: Desk, ticket: Ticket) -> HeadsUpContext:
    account = desk.directory.account(ticket.account) if ticket.account else None
    said = [row for row in messages.messages(session, ticket.number) if row.kind is MessageKind.PUBLIC]
    asks = readers_of(session, ticket).get(ticket.requester or 0)
    owner = persons.names(session, [ticket.owner]) if ticket.owner is not None else {}
    closes = rung_at(ticket, Rung.CLOSE, desk.config.timetable)
    return HeadsUpContext(
        helpdesk=desk.config.helpdesk.name,
        number=ticket.number,
        subject=ticket.subject,
        since=reminding.spell_day(desk, ticket, ticket.pending_since),
        closes=reminding.spell_day(desk, ticket, closes),
        owner=next(iter(owner.values()), ""),
        said=said[-1].reply.strip() or said[-1].text if said else "",
        requester=spell(asks) if asks is not None else "",
        account=ticket.account or "",
        facts=tell_account(session, account) if account is not None else (),
    )
