"""What the clock does to a ticket by itself, and when: the next step is a pure function of the ticket."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from tickets.events import Event, NudgesUnanswered, StaysPending, StillPending, SurveyDue, Woke
from tickets.hours import SOURCE, Calendar, Calendars, add_days, count_days, is_open
from tickets.model import Resolution, Rung, Status, Ticket

NUDGES = (Rung.FIRST_NUDGE, Rung.SECOND_NUDGE)
_LADDER = tuple(Rung)
DAYS = ("foretell_day", "first_nudge_day", "second_nudge_day", "ce_day", "forewarn_day", "close_day")
PUNCTUAL = timedelta(hours=1)  # a step of a day's last minute is taken after it
_UNASKED = {Resolution.SPAM, Resolution.DUPLICATE}  # nobody is asked how that went


class ScheduleSettings(BaseModel):
    """What the clock does by itself, and when; days are business days after the last public reply."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    foretell_day: int = Field(
        default=2, ge=0, le=365, description="day on which the owner is told of the first reminder; 0: never"
    )
    first_nudge_day: int = Field(default=3, ge=0, le=365, description="day on which the customer is reminded; 0: never")
    second_nudge_day: int = Field(default=7, ge=0, le=365, description="day on which they are reminded again; 0: never")
    ce_day: int = Field(
        default=10,
        ge=0,
        le=365,
        description="day on which the account's customer engineer is told; 0: never",
    )
    forewarn_day: int = Field(
        default=12, ge=0, le=365, description="day on which the owner is told that it closes; 0: never"
    )
    close_day: int = Field(
        default=13,
        ge=0,
        le=365,
        description="day on which the ticket closes as no-response, if every reminder was sent; 0: never",
    )
    survey_hours: float = Field(
        default=24.0,
        ge=0,
        le=24 * 90,
        description="hours after closing until the requester is asked how it went; 0: never",
    )
    catch_up_hour: int = Field(
        default=60,
        ge=1,
        le=10_000,
        description="how many steps an hour are made up for that are overdue by more than a day",
    )

    @property
    def nudges(self) -> tuple[int, ...]:
        """Which reminders are sent: of 1 and 2."""
        return tuple(which for which, day in ((1, self.first_nudge_day), (2, self.second_nudge_day)) if day)

    def misplaced_day(self) -> str | None:
        """The first day that is no later than one before it, as far as they are not 0; None where all are in order."""
        last = 0
        for name in DAYS:
            day: int = getattr(self, name)
            if day and day <= last:
                return name
            last = day or last
        return None


@dataclass(frozen=True, slots=True)
class Timetable:
    """All that the times of steps depend on beside the ticket."""

    settings: ScheduleSettings = field(default_factory=ScheduleSettings)
    calendars: Calendars = field(default_factory=Calendars)

    def calendar_of(self, ticket: Ticket) -> Calendar:
        """The calendar that a ticket goes by."""
        return self.calendars.of(ticket.account, ticket.mailbox)

    def fingerprint(self) -> str:
        """The same for the same times, another one for others."""
        return hashlib.sha256(f"{SOURCE} {self!r}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at that moment unless something else happens before."""

    at: datetime
    event: Event

    @property
    def mails_customer(self) -> bool:
        """Whether automatic mail to a customer may leave because of it."""
        if isinstance(self.event, StillPending):
            return self.event.rung in {*NUDGES, Rung.CLOSE}
        return isinstance(self.event, SurveyDue)


@dataclass(frozen=True, slots=True)
class Waited:
    """What became of the nudges of a ticket that would close now."""

    wanted: int
    sent: int  # they have left
    is_undeliverable: bool = False  # mail to the requester comes back


def day_of(rung: Rung, settings: ScheduleSettings) -> int:
    """The business day of a rung; 0 where it is switched off."""
    closing = settings.close_day if settings.nudges else 0  # nobody's ticket is closed unawares
    return {
        Rung.FORETELL: settings.foretell_day if settings.first_nudge_day else 0,
        Rung.FIRST_NUDGE: settings.first_nudge_day,
        Rung.SECOND_NUDGE: settings.second_nudge_day,
        Rung.CALL_CE: settings.ce_day,
        Rung.FOREWARN: settings.forewarn_day if closing else 0,
        Rung.CLOSE: closing,
    }[rung]


def next_step(ticket: Ticket, timetable: Timetable) -> Step | None:
    """The step that is due first; None where the clock has nothing to do for this ticket."""
    if ticket.merged_into is not None:
        return None
    return min(_steps(ticket, timetable), key=lambda step: step.at, default=None)


def due_step(ticket: Ticket, timetable: Timetable, now: datetime) -> Step | None:
    """What happens to the ticket now, because its time has come. What comes late makes what follows later, too."""
    step = next_step(ticket, timetable)
    if step is None or step.at > now:
        return None
    if not isinstance(step.event, StillPending) or ticket.pending_since is None:
        return step
    passed = count_days(timetable.calendar_of(ticket), ticket.pending_since, now)
    late = max(ticket.slipped, passed - day_of(step.event.rung, timetable.settings))
    return replace(step, event=replace(step.event, slipped=late))


def waits_for_opening(ticket: Ticket, step: Step, timetable: Timetable, now: datetime) -> datetime | None:
    """When a step that comes late may be taken at last: reminders come within the hours only. None: now."""
    calendar = timetable.calendar_of(ticket)
    if not isinstance(step.event, StillPending) or now - step.at <= PUNCTUAL or is_open(calendar, now):
        return None
    return add_days(calendar, now, 0)


def rung_at(ticket: Ticket, rung: Rung, timetable: Timetable) -> datetime | None:
    """When a step of waiting comes, or came, as things stand; None where it does not."""
    day = day_of(rung, timetable.settings)
    if not day or ticket.pending_since is None or ticket.status is not Status.PENDING:
        return None
    return add_days(timetable.calendar_of(ticket), ticket.pending_since, day + ticket.slipped)


def end_of_waiting(waited: Waited) -> NudgesUnanswered | StaysPending:
    """Whether a ticket closes because nobody answered, or its owner is told why it does not."""
    if waited.is_undeliverable:
        return StaysPending("mail to the customer comes back, so nobody can know what they want")
    if waited.sent < waited.wanted:
        return StaysPending(f"{waited.sent} of {waited.wanted} reminders to the customer were sent")
    return NudgesUnanswered(waited.sent)


def _steps(ticket: Ticket, timetable: Timetable) -> Iterator[Step]:
    if ticket.snoozed_until is not None:
        yield Step(ticket.snoozed_until, Woke())
    rung = _next_rung(ticket, timetable.settings)
    at = rung_at(ticket, rung, timetable) if rung is not None else None
    if rung is not None and at is not None:
        yield Step(at, StillPending(rung, ticket.slipped))
    hours = timetable.settings.survey_hours
    is_closed = ticket.status is Status.CLOSED and ticket.resolution not in _UNASKED
    if is_closed and not ticket.surveyed and ticket.closed_at is not None and hours:
        yield Step(ticket.closed_at + timedelta(hours=hours), SurveyDue())


def _next_rung(ticket: Ticket, settings: ScheduleSettings) -> Rung | None:
    done = _LADDER.index(ticket.rung) + 1 if ticket.rung is not None else 0
    return next((rung for rung in _LADDER[done:] if day_of(rung, settings)), None)
