"""The answer to commands: what they changed and what would turn it back, or what was wrong and what was written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from commands.grammar import Parsed, render_one
from commands.invocation import CommandError, Invocation
from commands.plan import Plan
from commands.scene import Aside, Listing, On, Scene, Standing, TakingBack
from tickets.events import FactSet, Merged, ParticipantsChanged, Replied, SplitOff, TookOver
from tickets.model import Resolution, Status, Ticket


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is not as it was; empty where there was, or is, nothing."""

    number: int
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one mail, or one line, came to. Where `errors` are, nothing happened.

    `back` holds the commands that together turn back all but what has left; `recallable` says that #undo may stop that.
    """

    number: int | None
    subject: str
    commands: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    back: tuple[str, ...] = ()
    recallable: bool = False
    errors: tuple[CommandError, ...] = ()
    text: str = ""  # as the agent wrote it, where nothing became of it

    @property
    def ran(self) -> bool:
        """Whether it happened."""
        return not self.errors


def tell_done(plan: Plan, number: int | None = None) -> Transcript:
    """What a plan changed, once it is carried out; `number` is that of a ticket that it made."""
    at = number or plan.before.ticket.number or None
    return Transcript(
        at,
        plan.after.ticket.subject,
        tuple(map(render_one, plan.invocations)),
        tuple(_changes(plan, at or 0)),
        () if number else tuple(_ways_back(plan)),
        recallable=any(isinstance(happening, Replied) for happening in plan.happenings),
    )


def tell_refused(parsed: Parsed, errors: Iterable[CommandError], ticket: Ticket | None) -> Transcript:
    """Why nothing happened, with the text that came with the commands."""
    return Transcript(
        ticket.number or None if ticket is not None else None,
        ticket.subject if ticket is not None else "",
        tuple(map(render_one, parsed.invocations)),
        errors=tuple(errors),
        text=parsed.text,
    )


def _changes(plan: Plan, number: int) -> Iterator[Change]:
    for what, show in _SHOWN.items():
        before, after = show(plan.before.ticket, plan.before), show(plan.after.ticket, plan.after)
        if before != after:
            yield Change(number, what, before, after)
    for happening in plan.happenings:
        if isinstance(happening, On):
            yield from _change_elsewhere(plan, happening)
        elif isinstance(happening, FactSet):
            yield Change(number, happening.name, happening.before, happening.value)
        elif isinstance(happening, ParticipantsChanged):
            yield Change(number, "participants", "", _signed(happening, plan.before))
    yield from (_change_beside(each, number) for each in plan.happenings if isinstance(each, Listing | TakingBack))


def _change_beside(aside: Aside, number: int) -> Change:
    if isinstance(aside, Listing):
        return Change(number, aside.who, aside.before, aside.after)
    return Change(number, "its first mail", "here", "in quarantine")


def _change_elsewhere(plan: Plan, on: On) -> Iterator[Change]:
    before, after = plan.before.others[on.number], plan.after.others[on.number]
    if before.status is not after.status:
        yield Change(on.number, "status", before.status.value, after.status.value)
    elif isinstance(on.event, TookOver):
        yield Change(on.number, "takes over", "", f"#{on.event.number}")
    elif isinstance(on.event, ParticipantsChanged):
        yield Change(on.number, "participants", "", _signed(on.event, plan.before))


def _ways_back(plan: Plan) -> Iterator[str]:
    if any(isinstance(each, Merged | SplitOff | On) for each in plan.happenings):
        return  # tickets that became one, or two, do not become what they were by a command
    before, after = plan.before, plan.after
    yield from dict.fromkeys(_step_back(before, after))
    yield from _describe_back(before, after)
    facts = [each for each in plan.happenings if isinstance(each, FactSet) and each.before != each.value]
    if facts:
        yield render_one(Invocation("set", tuple(f"{each.name}={each.before}" for each in facts)))
    for happening in plan.happenings:
        if isinstance(happening, ParticipantsChanged):
            yield "#cc " + _signed(ParticipantsChanged(None, happening.removed, happening.added), before)
        elif isinstance(happening, Listing):
            yield f"#{_OPPOSITE[happening.after, happening.before]} {happening.who}"


def _step_back(before: Scene, after: Scene) -> list[str]:
    """Status and owner. Only a ticket that is not Closed has its owner changed, so there the status comes first."""
    was, now = before.ticket, after.ticket
    status = list(_status_back(was, now))
    owner = [f"#assign {before.address(was.owner) or 'nobody'}"] if was.owner != now.owner else []
    return owner + status if was.status is Status.CLOSED else status + owner


def _status_back(was: Ticket, now: Ticket) -> Iterator[str]:
    if (was.status, was.resolution) == (now.status, now.resolution) and was.reference == now.reference:
        return
    match was.status:
        case Status.NEW:
            yield from ["#open"] if now.status is Status.CLOSED else []
            yield "#assign nobody"
        case Status.OPEN | Status.PENDING:
            yield f"#{was.status.value}"
        case Status.ON_HOLD:
            yield render_one(Invocation("hold", (was.reference or "",)))
        case Status.CLOSED if was.resolution not in {None, Resolution.NO_RESPONSE}:
            reference = [was.reference] if was.reference and was.resolution in _REFERRING else []
            yield render_one(Invocation("close", (*filter(None, [was.resolution]), *reference)))
        case Status.CLOSED:
            return  # only a Pending ticket is closed for want of an answer


def _describe_back(before: Scene, after: Scene) -> Iterator[str]:
    was, now = before.ticket, after.ticket
    if was.priority is not now.priority:
        yield f"#priority {was.priority.value}"
    if was.tags != now.tags:
        removed = [f"-{tag}" for tag in now.tags if tag not in was.tags]
        yield " ".join(["#tag", *(f"+{tag}" for tag in was.tags if tag not in now.tags), *removed])
    if was.snoozed_until != now.snoozed_until and was.status is not Status.CLOSED:  # closing ends a snooze
        yield f"#snooze {_hours(was.snoozed_until, before.now)}" if was.snoozed_until is not None else "#snooze off"
    if was.requester != now.requester and (address := before.address(was.requester)) is not None:
        yield f"#requester {address}"


def _hours(until: datetime, now: datetime) -> str:
    return f"{max(1, round((until - now) / timedelta(hours=1)))}h"


def _signed(event: ParticipantsChanged, scene: Scene) -> str:
    added = [f"+{scene.address(person) or 'somebody'}" for person in event.added]
    return " ".join([*added, *(f"-{scene.address(person) or 'somebody'}" for person in event.removed)])


def _show_status(ticket: Ticket, _: Scene) -> str:
    return f"{ticket.status.value}, {ticket.resolution.value}" if ticket.resolution else ticket.status.value


def _show_time(ticket: Ticket, _: Scene) -> str:
    return f"{ticket.snoozed_until:%Y-%m-%d %H:%M} UTC" if ticket.snoozed_until else ""


# What a transcript tells of a ticket, in this order.
_SHOWN: dict[str, Callable[[Ticket, Scene], str]] = {
    "status": _show_status,
    "owner": lambda ticket, scene: scene.address(ticket.owner) or ("" if ticket.owner is None else "somebody"),
    "reference": lambda ticket, _: ticket.reference or "",
    "merged into": lambda ticket, _: f"#{ticket.merged_into}" if ticket.merged_into else "",
    "priority": lambda ticket, _: ticket.priority.value,
    "tags": lambda ticket, _: " ".join(ticket.tags),
    "snoozed until": _show_time,
    "requester": lambda ticket, scene: scene.address(ticket.requester) or "",
}
_REFERRING = {Resolution.DEFECT_FIXED, Resolution.FEATURE_REQUEST}
_STEPS = ((Standing.ALLOWED, Standing.NEITHER), (Standing.NEITHER, Standing.BLOCKED))
_OPPOSITE = dict.fromkeys(_STEPS, "block") | {(after, before): "allow" for before, after in _STEPS}
