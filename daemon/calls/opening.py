"""A call begins: by `#call`, a filter, nudges that ran out, a bad rating."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.agents.notice_facts import News
from daemon.calls import finding
from daemon.calls.delivery import deliver
from daemon.desk import Desk
from store import calls, history, persons, tickets
from store.engine import Session
from tickets.callees import Wanted
from tickets.calls import Asking
from tickets.events import Called
from tickets.ladder import CALL, Ended, OpenCall, ending
from tickets.model import Ticket
from tickets.record import Doer

BY_ITSELF = Doer(actor="helpdeskd")  # who calls where no person does


@dataclass(frozen=True, slots=True)
class Caller:
    """Who of ours calls; those with one of their addresses are not called."""

    author: int | None = None
    name: str = ""
    addresses: Collection[str] = ()


def open_call(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    *,
    whom: str,
    area: str | None,
    reason: str,
    text: str,
    author: int | None,
    now: datetime,
    doer: Doer = BY_ITSELF,
) -> bool:
    """Call somebody for a reason like "the nudges ran out", on record as of `doer`, in the caller's transaction.

    False, and nothing is done, where the same is asked already and nobody has reacted yet. Where nobody of them is
    there the team is called, and where there is none the admins are told.
    """
    wanted = Wanted(whom, area)
    if _waiting(session, ticket.number, wanted):
        return False
    tickets.add_event(session, ticket.number, Called(author, whom, area), now, replace(doer, person=author))
    caller = Caller(author, addresses=addresses_of(session, desk, author))
    begin(session, desk, ticket, wanted, caller=caller, reason=reason, text=text, now=now)
    return True


def begin(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    wanted: Wanted,
    *,
    caller: Caller,
    reason: str,
    text: str,
    now: datetime,
    news: News | None = None,
) -> Asking:
    """The first step of a call that is on record; it stands for an earlier one that asks for the same."""
    for earlier in _waiting(session, ticket.number, wanted):
        calls.end(session, earlier.id, Ended(now, reacted=False))
    call = OpenCall(
        id=0,
        ticket=ticket.number,
        whom=wanted.whom,
        area=wanted.area,
        author=caller.author,
        caller=caller.name,
        reason=reason,
        text=text,
        rung=CALL,
        asked_at=now,
        due_at=desk.config.calls.ladder.due_after(CALL, now),
    )
    number = calls.open_call(session, call)
    callees, channel = finding.choose(desk, (wanted,), ticket, now, caller.addresses)
    asking = Asking(ticket.number, number, CALL, wanted.whom, wanted.area, callees, channel, reason, text)
    deliver(session, desk, ticket, asking, now, news=news)
    return asking


def addresses_of(session: Session, desk: Desk, author: int | None) -> tuple[str, ...]:
    """All addresses of the agent whom this person is; nothing where it is none."""
    known = persons.addresses(session, [author]).values() if author is not None else ()
    agents = [desk.directory.agent_of(each.address) for each in known]
    return tuple(address for agent in agents if agent is not None for address in agent.addresses)


def _waiting(session: Session, number: int, wanted: Wanted) -> list[OpenCall]:
    """Calls on the ticket that ask for the same and wait for a reaction."""
    same = [
        each.call
        for each in calls.of_ticket(session, number)
        if each.closed_at is None and (each.call.whom, each.call.area) == (wanted.whom, wanted.area)
    ]
    happened = [(each.at, each.event) for each in history.history(session, number)] if same else []
    return [call for call in same if ending(call, happened) is None]
