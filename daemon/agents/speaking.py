"""Commands from the command line: the same code as for agents' mail, and the user of the machine as who says them."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from commands.grammar import Parsed
from commands.plan import Plan
from commands.transcript import Change, Transcript
from daemon import clock, tables
from daemon.agents import calling, notice
from daemon.agents.notice_facts import News
from daemon.agents.orders import Obeyed, Order, agent_of_user, obey
from daemon.answers import plain
from daemon.calls.opening import Caller
from daemon.control import Trouble
from daemon.desk import Desk
from mail.model import Address, Mail
from store import persons, tickets
from store.engine import Session
from tickets.directory import Agent
from tickets.effects import CallIn, SendReply, TellAgents
from tickets.model import Ticket
from tickets.record import Doer

MOST_CHARACTERS = 1_000_000  # of a text


def read_text(given: str | None) -> str:
    """The text of `--text`: as it stands there, or all of the standard input for `-`."""
    text = sys.stdin.read(MOST_CHARACTERS) if given == "-" else given or ""
    return text.strip("\n").rstrip()


def speak(desk: Desk, actor: str, parsed: Parsed, *, number: int | None = None, mailbox: str | None = None) -> Any:
    """Have it done, and what came of it for JSON. Raises Trouble where it is refused: then nothing was done."""
    now = clock.now()

    def work(session: Session) -> Transcript:
        ticket = _ticket(session, number)
        agent = agent_of_user(desk, actor)
        sender = Address(agent.name, agent.addresses[0]) if agent is not None else None
        mail = Mail(sender=sender, subject=ticket.subject if ticket is not None else "")
        box = ticket.mailbox if ticket is not None else mailbox or desk.directory.mailboxes[0].address
        order = Order(parsed, mail, Doer(actor=f"cli:{actor}"), ticket, box, agent)
        obeyed = obey(session, desk, order, now)
        if obeyed.plan is None:
            raise Trouble("\n".join([*map(str, obeyed.transcript.errors), "nothing was done"]))
        _refuse_what_leaves(session, obeyed)
        uncallable = calling.refusal(desk, obeyed.plan, agent, now)
        if uncallable is not None:
            raise Trouble(f"{uncallable}\nnothing was done")
        news = News(f"cli:{now.isoformat()}", replace(mail, text=parsed.text, reply=parsed.text))
        called: list[Change] = []
        for told, effect in sorted(obeyed.effects, key=notice.is_for_all):
            current = tickets.load(session, told.number) or told
            if isinstance(effect, TellAgents):
                notice.tell(session, desk, current, effect, news, now=now)
            elif isinstance(effect, CallIn):
                caller = _caller(obeyed.plan, agent, actor)
                called.append(calling.call_in(session, desk, current, effect, caller, news, now))
        return replace(obeyed.transcript, changes=(*obeyed.transcript.changes, *called))

    return plain(desk.store.write(work).result())


def show(said: dict[str, Any], *, as_json: bool) -> None:
    """What was done, for a person or a program."""
    tables.say(said, "\n".join(_lines(said)), as_json=as_json)


def with_text(parsed: Parsed, text: str) -> Parsed:
    """The same commands with a text."""
    return replace(parsed, text=text)


def _lines(said: dict[str, Any]) -> Iterator[str]:
    about = f"#{said['number']} {said['subject']}: " if said["number"] is not None else ""
    yield about + " ".join(said["commands"])
    for change in said["changes"]:
        at = f"#{change['number']} " if change["number"] != said["number"] else ""
        yield f"  {at}{change['what']}: {change['before'] or 'nothing'} → {change['after'] or 'nothing'}"
    if not said["changes"]:
        yield "  nothing that was not so before"
    if said["back"]:
        yield f"turn it back with: helpdeskd do {said['number']} '{' '.join(said['back'])}'"


def _caller(plan: Plan, agent: Agent | None, actor: str) -> Caller:
    if agent is None:
        return Caller(plan.before.author, actor)
    return Caller(plan.before.author, agent.name, agent.addresses)


def _ticket(session: Session, number: int | None) -> Ticket | None:
    if number is None:
        return None
    ticket = tickets.load(session, number)
    if ticket is None:
        raise Trouble(f"there is no ticket #{number}; see: helpdeskd tickets")
    return ticket


def _refuse_what_leaves(session: Session, obeyed: Obeyed) -> None:
    """Answers leave by agents' mail only; one that reaches nobody by mail is kept and sends nothing."""
    for ticket, effect in obeyed.effects:
        readers = [one for one in (ticket.requester, *tickets.participants(session, ticket.number)) if one is not None]
        if isinstance(effect, SendReply) and persons.addresses(session, readers):
            raise Trouble(
                "a text that goes to a customer is sent by mail: answer a notice, or say #note; nothing was done"
            )
