"""#call: whom it would reach, and the beginning of a call."""

from datetime import datetime

from commands.invocation import CommandError
from commands.plan import Plan
from commands.transcript import Change
from daemon.agents.notice_facts import News
from daemon.calls import finding, opening
from daemon.calls.opening import Caller
from daemon.desk import Desk
from store.engine import Session
from tickets.callees import Wanted
from tickets.directory import Agent
from tickets.effects import CallIn
from tickets.events import Called
from tickets.model import Ticket


def refusal(desk: Desk, plan: Plan, agent: Agent | None, now: datetime) -> CommandError | None:
    """What is wrong where a #call would reach nobody. Who is away is no reason: the team is asked then."""
    event = next((each for each in plan.happenings if isinstance(each, Called)), None)
    if event is None:
        return None
    wanted, ticket = Wanted(event.whom, event.area), plan.before.ticket
    but = agent.addresses if agent is not None else ()
    found = finding.find(desk, wanted, ticket, now, but)
    if not found.known:
        return CommandError(found.why)
    callees, channel = finding.choose(desk, (wanted,), ticket, now, but)
    return None if callees or channel is not None else CommandError(f"{found.why}; and there is no team to ask")


def call_in(  # noqa: PLR0917 the transaction, the house, and all that there is to say
    session: Session, desk: Desk, ticket: Ticket, effect: CallIn, caller: Caller, news: News, now: datetime
) -> Change:
    """Begin the call, and what the caller is told of it. Nobody is asked by one that `refusal` refuses."""
    asking = opening.begin(
        session,
        desk,
        ticket,
        Wanted(effect.whom, effect.area),
        caller=caller,
        reason=f"#call by {caller.name}" if caller.name else "#call",
        text=news.mail.text if news.mail is not None else "",
        now=now,
        news=news,
    )
    return Change(ticket.number, "called", "", "; ".join(f"{each.name} ({each.why})" for each in asking.callees))
