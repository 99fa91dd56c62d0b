"""Calls that nobody answers go on, step by step: each moves the call on in its very transaction, so it comes once."""

from dataclasses import replace
from datetime import datetime

from daemon.calls import finding, opening
from daemon.calls.delivery import deliver
from daemon.desk import Desk
from store import calls, history, tickets
from store.engine import Session
from tickets import ladder as rules
from tickets.callees import Wanted
from tickets.calls import Asking
from tickets.events import Called
from tickets.ladder import OpenCall, Rung
from tickets.record import CLOCK

STEPS = 50  # in one tick; the others come with the next


def climb(session: Session, desk: Desk, now: datetime) -> int:
    """Take every step that is due; how many were taken."""
    return sum(_climb(session, desk, call, now) for call in calls.due(session, now, STEPS))


def _climb(session: Session, desk: Desk, call: OpenCall, now: datetime) -> bool:
    ladder = desk.config.calls.ladder.without(call.whom)
    happened = [(each.at, each.event) for each in history.history(session, call.ticket)]
    match rules.step(call, happened, ladder, now):
        case rules.Ended() as ended:
            calls.end(session, call.id, ended)
        case rules.Climb(number, due_at):
            calls.climb(session, call.id, number, due_at)
            rung = ladder.rung(number)
            if rung is not None or number == rules.REMINDER:
                return _ask(session, desk, replace(call, rung=number), rung, now)
        case None:
            pass
    return False


def _ask(session: Session, desk: Desk, call: OpenCall, rung: Rung | None, now: datetime) -> bool:
    """The reminder, or a step of the ladder; whoever called is not asked in it."""
    ticket = tickets.load(session, call.ticket)
    if ticket is None:
        return False
    whom = rung.who if rung is not None else (call.whom,)
    wanted = tuple(Wanted(each, call.area) for each in whom if each != "product" or call.area is not None)
    callees, channel = finding.choose(desk, wanted, ticket, now, opening.addresses_of(session, desk, call.author))
    asking = Asking(
        ticket=ticket.number,
        call=call.id,
        rung=call.rung,
        whom=rung.name if rung is not None else call.whom,
        area=call.area,
        callees=callees,
        channel=(rung.channel if rung is not None else None) or channel,
        reason=f"{call.reason}; no answer since {call.asked_at:%Y-%m-%d %H:%M} UTC",
        text=call.text,
    )
    tickets.add_event(session, ticket.number, Called(None, asking.whom, asking.area), now, CLOCK)
    deliver(session, desk, ticket, asking, now)
    return True
