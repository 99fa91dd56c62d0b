"""What somebody says to a ticket, from the words to the store: gathered, decided as a whole, carried out as a whole."""

from dataclasses import dataclass, replace
from datetime import datetime

from commands.arguments import read_number, read_reference
from commands.grammar import Parsed
from commands.invocation import CommandError
from commands.people import people_named, requester_of
from commands.plan import Plan, prepare
from commands.scene import Movable, Scene
from commands.senders import senders_named
from commands.transcript import Transcript, tell_done, tell_refused
from daemon.agents import sorting
from daemon.agents.carrying import Carrying
from daemon.desk import Desk
from mail.domains import ascii_address
from mail.model import Address, Mail
from store import accounts, messages, persons, tickets
from store.engine import Session
from templates.contexts import MACRO, MacroContext
from templates.render import TemplateFault
from tickets.directory import Agent
from tickets.effects import Effect
from tickets.model import MessageKind, Status, Ticket
from tickets.record import Doer


@dataclass(frozen=True, slots=True)
class Order:
    """What is said, by whom, to which ticket.

    `mail` goes on the tickets with `parsed.text` as its text: the mail itself, or what stands for it.
    """

    parsed: Parsed
    mail: Mail
    doer: Doer  # by whom and how far proven; the person of an agent need not stand in it
    ticket: Ticket | None  # None: it names none
    mailbox: str  # in which a new ticket lives
    agent: Agent | None = None
    answered: int | None = None  # the message that is answered


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What came of it. Where the plan is None nothing happened; the effects are the caller's to send."""

    transcript: Transcript
    plan: Plan | None = None
    effects: tuple[tuple[Ticket, Effect], ...] = ()


def obey(session: Session, desk: Desk, order: Order, now: datetime) -> Obeyed:
    """Do all of it or nothing, in the caller's transaction; what is wrong with it is told and never raised."""
    scene = gather(session, desk, order, now)
    plan = prepare(order.parsed, scene)
    if not isinstance(plan, Plan):
        return Obeyed(tell_refused(order.parsed, plan, order.ticket))
    prepared = prepared_text(desk, order, plan)
    if isinstance(prepared, CommandError):
        return Obeyed(tell_refused(order.parsed, [prepared], order.ticket))
    text = "\n\n".join(filter(None, [plan.text, prepared]))
    doer = replace(order.doer, person=scene.author or order.doer.person)
    carrying = Carrying(session, desk, replace(order.mail, text=text, reply=text), doer, now)
    made = carrying.carry_out(plan)
    return Obeyed(tell_done(plan, made), plan, tuple(carrying.effects))


def gather(session: Session, desk: Desk, order: Order, now: datetime) -> Scene:
    """All that the commands may look at; whoever they name is met."""
    ticket = order.ticket or _blank(session, desk, order, now)
    present = persons.addresses(session, tickets.participants(session, ticket.number)) if ticket.number else {}
    known = persons.addresses(session, [one for one in (ticket.requester, ticket.owner) if one is not None])
    named = people_named(order.parsed.invocations, desk.directory, order.agent)
    met = {ascii_address(each.address): persons.person(session, desk.known_as(each), now) for each in named}
    seen = {ascii_address(address.address): person for person, address in (present | known).items()}
    bearing = _bearing(session, order.parsed)
    return Scene(
        ticket=ticket,
        now=now,
        directory=desk.directory,
        persons=seen | met,
        agent=order.agent,
        participants=tuple(present.values()),
        requester=known.get(ticket.requester or 0),
        facts=accounts.facts(session, ticket.account) if ticket.account is not None else {},
        others=_named_tickets(session, order.parsed) | {each.number: each for each in bearing},
        bearing=tuple(each.number for each in bearing),
        macros=desk.templates.macros(),
        standings=sorting.standings(session, senders_named(order.parsed.invocations)),
        movable=_movable(session, order) if _says(order.parsed, "split") else None,
    )


def prepared_text(desk: Desk, order: Order, plan: Plan) -> str | CommandError:
    """The prepared answer that stands below the text, where one is said."""
    macro = plan.invocation("macro")
    if macro is None:
        return ""
    ticket, asks = plan.before.ticket, plan.before.requester
    context = MacroContext(
        name=f"{MACRO}{macro.args[0].lower()}",
        helpdesk=desk.config.helpdesk.name,
        number=ticket.number,
        requester=asks.name if asks is not None else "",
        agent=order.agent.name if order.agent is not None else "",
    )
    try:
        return desk.templates.render(context, language=ticket.language, mailbox=ticket.mailbox).text.strip("\n")
    except TemplateFault as fault:
        return CommandError(f"the prepared answer cannot be used: {fault}", macro.where)


def _says(parsed: Parsed, name: str) -> bool:
    return any(each.name == name for each in parsed.invocations)


def _blank(session: Session, desk: Desk, order: Order, now: datetime) -> Ticket:
    """The ticket that a #new would make, without a number; an empty one where there is no #new."""
    box = desk.directory.mailbox_of(order.mailbox)
    language = (box.language if box is not None else None) or desk.config.helpdesk.language
    empty = Ticket(0, Status.NEW, "", order.mailbox, now, now, language=language)
    new = next((each for each in order.parsed.invocations if each.name == "new"), None)
    if new is None:
        return empty
    asks = requester_of(new)
    account = desk.directory.account_of(asks.address) if isinstance(asks, Address) else None
    return replace(
        empty,
        subject=new.value("subject"),
        requester=persons.person(session, desk.known_as(asks), now) if isinstance(asks, Address) else None,
        account=account.name if account is not None else None,
        language=(account.language if account is not None else None) or language,
        source=new.value("source") or None,
    )


def _named_tickets(session: Session, parsed: Parsed) -> dict[int, Ticket]:
    words = (each.args[0] for each in parsed.invocations if each.name == "merge" and each.args)
    numbers = [number for word in words if isinstance(number := read_number(word), int)]
    return {number: found for number in numbers if (found := tickets.load(session, number)) is not None}


def _bearing(session: Session, parsed: Parsed) -> list[Ticket]:
    words = (each.args[0] for each in parsed.invocations if each.name == "fixed" and each.args)
    references = [reference for word in words if isinstance(reference := read_reference(word), str)]
    return [ticket for reference in references[:1] for ticket in tickets.bearing(session, reference)]


def _movable(session: Session, order: Order) -> Movable | None:
    """The customer's message that is answered, or the last one, if another one stays."""
    number = order.ticket.number if order.ticket is not None else 0
    theirs = [each for each in messages.messages(session, number) if each.kind is MessageKind.CUSTOMER]
    if len(theirs) < 2:
        return None
    chosen = next((each for each in theirs if each.id == order.answered), theirs[-1])
    return Movable(chosen.id, Address(chosen.author_name, chosen.author)) if chosen.author is not None else None


def agent_of_user(desk: Desk, user: str) -> Agent | None:
    """The agent whose address begins with the name of this user of the machine, where there is exactly one."""
    found = [agent for agent in desk.directory.agents if any(a.partition("@")[0] == user for a in agent.addresses)]
    return found[0] if len(found) == 1 else None
