"""Who is told of what, and when: one table, and a few rules that bend it.

Whoever did a thing is never told of it. What a customer wrote never goes unheard: where nobody is left who wants to
know, those are told who want to know of their own tickets only, and where there are none of them, the admins.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from mail.tokens import Keys, Token, is_for
from tickets.directory import Agent, Preference, QuietHours
from tickets.events import (
    Assigned,
    Created,
    CustomerWrote,
    Event,
    Fixed,
    Noted,
    Opened,
    Rated,
    Replied,
    RepliedElsewhere,
    SplitFrom,
    StaysPending,
    StillPending,
    Undeliverable,
    Woke,
)
from tickets.model import MessageKind, Rung, Status, Ticket

PURPOSE = "n"  # of the tokens in notices
WINDOW = timedelta(minutes=10)  # in which a flood is counted, and for which it is then gathered


class NoticeSettings(BaseModel):
    """How agents are told of tickets by mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flood: int = Field(
        default=20,
        ge=1,
        le=1000,
        description="notices to one agent within ten minutes, from which on the next are gathered into one digest",
    )
    digest_hour: int = Field(
        default=8,
        ge=0,
        le=23,
        description='the hour at which agents with notices = "digest" get theirs, on their clock',
    )
    attach_bytes: int = Field(
        default=5_000_000,
        ge=0,
        le=20_000_000,
        description="bytes of a mail's attachments that a notice takes along; what is over it is named only",
    )


class Occasion(StrEnum):
    """What a notice is about."""

    NEW = "new"
    ANSWERED = "answered"
    REOPENED = "reopened"
    THANKED = "thanked"  # a closed ticket's customer says thank you: it stays closed
    NOTED = "noted"
    COPIED = "copied"  # one of ours wrote to the customer by themselves and copied us in
    UNDELIVERABLE = "undeliverable"
    ASSIGNED = "assigned"
    CALLED = "called"
    REPLIED = "replied"  # an agent answered through us
    FIXED = "fixed"  # the defect that the ticket bears
    WOKE = "woke"  # a snooze is over
    NUDGING = "nudging"  # the customer will be reminded
    CLOSING = "closing"  # it will close by itself
    UNCLOSED = "unclosed"  # it does not close by itself
    RATED = "rated"  # the customer was not content


DIRECTED = frozenset({Occasion.ASSIGNED, Occasion.CALLED})  # at somebody, and of interest to nobody else
WAITING = frozenset({Occasion.NUDGING, Occasion.CLOSING, Occasion.UNCLOSED})  # how it stands with a Pending ticket
# Of interest to the owner alone, if there is one.
OWNERS = frozenset({Occasion.THANKED, Occasion.FIXED, Occasion.WOKE, Occasion.RATED}) | WAITING
UNHEARD = frozenset(  # never to nobody
    {Occasion.NEW, Occasion.ANSWERED, Occasion.REOPENED, Occasion.UNDELIVERABLE, Occasion.RATED}
)


@dataclass(frozen=True, slots=True)
class Circle:
    """Everybody whom a notice may concern."""

    agents: tuple[Agent, ...]  # all that there are
    owner: Agent | None = None  # None as well where the owner is no agent any more
    cause: Agent | None = None  # who did what the others are told of
    targets: tuple[Agent, ...] = ()  # at whom it is directed


@dataclass(frozen=True, slots=True)
class Told:
    """Who gets a notice; `admins`: nobody would, so that the admins must know."""

    agents: tuple[Agent, ...]
    admins: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """What an agent was sent lately."""

    sent: int = 0  # notices within the last WINDOW, digests included
    waiting: datetime | None = None  # when the next digest is due that has something in it already


_ALWAYS: Mapping[type[Event], Occasion] = {
    Created: Occasion.NEW,
    SplitFrom: Occasion.NEW,
    RepliedElsewhere: Occasion.COPIED,
    Replied: Occasion.REPLIED,
    Noted: Occasion.NOTED,
    Woke: Occasion.WOKE,
}
_WAITED: Mapping[Rung, Occasion] = {Rung.FORETELL: Occasion.NUDGING, Rung.FOREWARN: Occasion.CLOSING}
_WHILE_OPEN: Mapping[type[Event], Occasion] = {Undeliverable: Occasion.UNDELIVERABLE, Fixed: Occasion.FIXED}


def occasion_of(event: Event, before: Ticket) -> Occasion | None:
    """What agents are told of when this happens to a ticket that was so before; None: it wakes nobody."""
    match event:
        case Opened(kind=MessageKind.CUSTOMER | MessageKind.NOTE):
            return Occasion.NEW  # a public reply that opens a ticket is told of as one
        case CustomerWrote():
            return _heard(event, before)
        case StillPending() | StaysPending():
            return _waited(event) if before.status is Status.PENDING else None
        case Assigned():
            return Occasion.ASSIGNED if event.owner not in {None, before.owner} else None
        case Rated():
            return Occasion.RATED if event.bad else None
        case _:
            still = None if before.status is Status.CLOSED else _WHILE_OPEN.get(type(event))
            return still or _ALWAYS.get(type(event))


def _waited(event: StillPending | StaysPending) -> Occasion | None:
    return _WAITED.get(event.rung) if isinstance(event, StillPending) else Occasion.UNCLOSED


def _heard(event: CustomerWrote, before: Ticket) -> Occasion:
    if before.status is not Status.CLOSED:
        return Occasion.ANSWERED
    return Occasion.THANKED if event.thanks else Occasion.REOPENED


def tell(occasion: Occasion, circle: Circle) -> Told:
    """Who is told, in the order of the configuration; the time at which each is told is for `due` to say."""
    if occasion in DIRECTED:
        wanted = tuple(a for a in circle.targets if occasion is Occasion.CALLED or a.notices is not Preference.NONE)
        return Told(_others(wanted, circle.cause))
    wanted = _interested(occasion, circle)
    if not wanted and occasion in UNHEARD:
        wanted = tuple(agent for agent in circle.agents if agent.notices is Preference.MINE)
        if not wanted:
            return Told((), admins=bool(circle.agents))
    return Told(_others(wanted, circle.cause))


def due(agent: Agent, occasion: Occasion, flow: Flow, settings: NoticeSettings, now: datetime) -> datetime | None:
    """When an agent is told of it in a digest; None: now, in a notice of its own. A call never waits."""
    if occasion is Occasion.CALLED:
        return None
    if agent.notices is Preference.DIGEST:
        return _awake(agent, _next(agent, time(settings.digest_hour), now))
    awake = _awake(agent, now)
    if awake != now:
        return awake
    if flow.waiting is not None and now < flow.waiting <= now + WINDOW:
        return flow.waiting  # what is told later must not arrive earlier
    return _awake(agent, now + WINDOW) if flow.sent >= settings.flood else None


def is_quiet(quiet: QuietHours, clock: time) -> bool:
    """Whether a time of day lies in quiet hours; their end does not."""
    if quiet.start < quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def root_id(ticket: Ticket, domain: str) -> str:
    """The Message-ID that all notices of a ticket answer, though no mail bears it (RFC 5322 §3.6.4).

    It never changes, and nobody who knows only the ticket's number can write themselves into an agent's thread.
    """
    born = ticket.created_at.astimezone(UTC).isoformat()
    digest = hashlib.sha256(f"{ticket.number} {born}".encode()).hexdigest()[:20]
    return f"<ticket.{ticket.number}.{digest}@{domain}>"


def answered_notice(agent: Agent, tokens: Iterable[Token], keys: Keys, now: datetime) -> Token | None:
    """The first of the tokens that stands in a notice which we sent to this very agent."""
    notices = (token for token in tokens if token.purpose == PURPOSE)
    return next((t for t in notices if any(is_for(t, address, keys, now) for address in agent.addresses)), None)


def _interested(occasion: Occasion, circle: Circle) -> tuple[Agent, ...]:
    owner = circle.owner if circle.owner is not None and circle.owner.notices is not Preference.NONE else None
    if owner is not None and occasion in OWNERS:
        return (owner,)
    everything = {Preference.ALL, Preference.DIGEST}
    return tuple(agent for agent in circle.agents if agent == owner or agent.notices in everything)


def _others(agents: tuple[Agent, ...], cause: Agent | None) -> tuple[Agent, ...]:
    return tuple(agent for agent in dict.fromkeys(agents) if agent != cause)


def _awake(agent: Agent, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it lies in."""
    if agent.quiet is None or not is_quiet(agent.quiet, moment.astimezone(agent.zone).time()):
        return moment
    return _next(agent, agent.quiet.end, moment)


def _next(agent: Agent, clock: time, after: datetime) -> datetime:
    """When the agent's clock shows this time next, later than `after`; in the time zone of `after`."""
    today = after.astimezone(agent.zone).date()
    times = (datetime.combine(today + timedelta(days=days), clock, agent.zone) for days in (0, 1, 2))
    return next(found for moment in times if (found := moment.astimezone(after.tzinfo)) > after)
