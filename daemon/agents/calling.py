"""Whom #call asks for help: agents by a notice, others of ours by a mail whose answer becomes a note."""

from commands.invocation import CommandError
from commands.plan import Plan
from daemon.agents import notice
from daemon.agents.answering import readers_of
from daemon.agents.notice_facts import News, spell, tell_account
from daemon.agents.said import Said
from mail.compose import Parts, Unsendable, compose, fold_references, sendable_address
from mail.model import Address
from mail.tokens import make
from store import messages, outbox, persons
from templates.contexts import CallContext
from tickets.directory import Role
from tickets.effects import CallIn, TellAgents
from tickets.events import Called
from tickets.model import MessageKind, Ticket
from tickets.notices import Occasion, root_id

PURPOSE = "c"  # of the tokens in such mails


def refusal(said: Said, plan: Plan) -> CommandError | None:
    """What is wrong where a #call would reach nobody."""
    event = next((each for each in plan.happenings if isinstance(each, Called)), None)
    if event is None:
        return None
    found = _addresses(said, plan.before.ticket, event.whom, event.area)
    if isinstance(found, CommandError):
        return found
    foreign = [each for each in found if said.desk.directory.role_of(each) is Role.CUSTOMER]
    if foreign:
        return CommandError(f"{foreign[0]} is no address of ours, so an answer from there would be a customer's")
    return None


def call_in(said: Said, ticket: Ticket, effect: CallIn, news: News, author: int | None) -> None:
    """Ask them. Nobody is asked by a call that `refusal` refuses."""
    found = _addresses(said, ticket, effect.whom, effect.area)
    people: list[int] = []
    for address in found if not isinstance(found, CommandError) else ():
        if said.desk.directory.agent_of(address) is not None:
            people.append(persons.person(said.session, said.desk.known_as(Address("", address)), said.now))
        else:
            _put(said, ticket, effect, address)
    if people:
        tell = TellAgents(ticket.number, Occasion.CALLED, author, tuple(people))
        notice.tell(said.session, said.desk, ticket, tell, news, now=said.now)


def _addresses(said: Said, ticket: Ticket, whom: str, area: str | None) -> tuple[str, ...] | CommandError:
    calls, account = said.desk.config.calls, said.desk.directory.account(ticket.account or "")
    if whom == "ce":
        ce = account.ce if account is not None else None
        return (ce,) if ce is not None else CommandError("the ticket's account has no customer engineer (ce)")
    if whom == "product":
        owner = calls.product.get(area or "")
        known = ", ".join(sorted(calls.product)) or "none is configured in [calls]"
        return (owner,) if owner is not None else CommandError(f"nobody owns the area {area}; areas: {known}")
    found = calls.team if whom == "team" else calls.oncall
    others = tuple(address for address in found if address not in said.agent.addresses)
    return others or CommandError(f"nobody but you would be asked by #call {whom}; see [calls] of the configuration")


def _put(said: Said, ticket: Ticket, effect: CallIn, address: str) -> None:
    desk, now = said.desk, said.now
    key = f"call:{said.arrival}:{ticket.number}:{address}"
    try:
        recipient = sendable_address(address)
    except Unsendable:  # the configuration lets none through that is none
        return
    token = make(desk.keys, purpose=PURPOSE, ticket=ticket.number, recipient=recipient, nonce=key, now=now)
    home = desk.directory.mailbox_of(ticket.mailbox) or desk.directory.mailboxes[0]
    text = desk.templates.render(
        _context(said, ticket, effect), language=desk.config.helpdesk.language, mailbox=home.address
    )
    root, own = root_id(ticket, desk.config.helpdesk.domain), token.message_id(desk.config.helpdesk.domain)
    payload = compose(
        Parts(
            sender=desk.sender(home.address),
            to=Address("", recipient),
            reply_to=desk.sender(home.address),
            subject=text.subject,
            text=text.text,
            html=text.html,
            in_reply_to=root,
            references=fold_references((root,), own),
            message_id=own,
            date=now,
            headers=(("Content-Language", text.language), ("X-Helpdeskd-Ticket", str(ticket.number))),
        )
    )
    item = outbox.OutgoingItem(
        key=key,
        channel="mail",
        klass="notice",
        recipient=recipient,
        envelope_sender=desk.config.helpdesk.bounce_address,
        message_id=own,
        payload=payload,
        due=now,
        ticket=ticket.number,
    )
    outbox.put(said.session, item, now)


def _context(said: Said, ticket: Ticket, effect: CallIn) -> CallContext:
    rows = messages.messages(said.session, ticket.number)
    theirs = [row for row in rows if row.kind is MessageKind.CUSTOMER]
    notes = [row for row in rows if row.kind is MessageKind.NOTE and row.arrival == said.arrival]
    account = said.desk.directory.account(ticket.account) if ticket.account else None
    asks = readers_of(said.session, ticket).get(ticket.requester or 0)
    return CallContext(
        helpdesk=said.desk.config.helpdesk.name,
        number=ticket.number,
        subject=ticket.subject,
        who=said.agent.name,
        area=effect.area or "",
        text=notes[-1].text if notes else "",
        said=theirs[-1].reply.strip() or theirs[-1].text if theirs else "",
        requester=spell(asks) if asks is not None else "",
        account=ticket.account or "",
        facts=tell_account(said.session, account) if account is not None else (),
    )
