"""The steps of tickets whose time has come: each moves its ticket on in this very transaction, so it comes once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from daemon import alerts
from daemon.agents import heads_up, notice
from daemon.agents.notice_facts import News
from daemon.desk import Desk
from daemon.due import reminding
from daemon.failpoints import reach
from daemon.happen import happen
from daemon.surveys import asking
from store import outbox, steps, tickets
from store.engine import Session
from store.fault import fault_in
from tickets import backlog
from tickets.effects import (
    Acknowledge,
    AlertAdmins,
    AskSurvey,
    CallIn,
    Effect,
    Nudge,
    SendReply,
    TellAgents,
    TellClosed,
    TellSlack,
)
from tickets.events import Event, StillPending
from tickets.model import Rung, Ticket
from tickets.notices import Occasion
from tickets.record import CLOCK
from tickets.reminders import Later
from tickets.schedule import Step, due_step, end_of_waiting, rung_at, waits_for_opening

LOOKED_AT = 200  # tickets in one transaction: nobody else writes meanwhile
TAKEN = 20  # steps in one transaction
ANOTHER_DAY = timedelta(days=1)  # until a customer who had enough automatic mail gets the next
_FORETOLD = {Occasion.NUDGING: Rung.FIRST_NUDGE, Occasion.CLOSING: Rung.CLOSE}


class Stumbled(Exception):
    """A step failed by a bug of ours: all others wait until its ticket is put off."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the step of ticket #{number} failed")
        self.number = number


def step(session: Session, desk: Desk, now: datetime) -> bool:
    """Take some of what is due, and give a turn to what must wait; whether there may be more. Raises Stumbled."""
    return Stepping(session, desk, now, outbox.is_paused(session)).run()


@dataclass(frozen=True, slots=True)
class Stepping:
    """One look at what is due."""

    session: Session
    desk: Desk
    now: datetime
    is_paused: bool  # no automatic mail to customers

    def run(self) -> bool:
        """As many steps as one transaction takes; whether there may be more."""
        late: list[backlog.Late] = []
        paused: list[backlog.Late] = []
        taken = 0
        found = steps.due(self.session, self.now, LOOKED_AT)
        for due in found:
            coming = due_step(due.ticket, self.desk.config.timetable, self.now)
            if coming is None:
                tickets.save(self.session, due.ticket)  # the calendar has changed since: its next step is another one
                continue
            opens = waits_for_opening(due.ticket, coming, self.desk.config.timetable, self.now)
            waiting = backlog.Late(due.ticket.number, coming.at, coming.event, opens)
            if self.is_paused and coming.mails_customer:
                paused.append(waiting)
            elif backlog.is_late(coming.at, due.turn, self.now):
                late.append(waiting)
            elif opens is not None:
                paused.append(waiting)
            elif taken < TAKEN:
                taken += 1
                self._try(due.ticket, coming)
        if late:
            alerts.put(self.session, self.desk, self._tell_of_backlog(), self.now)
        self._give_turns([*late, *paused])
        return len(found) == LOOKED_AT or taken == TAKEN

    def _give_turns(self, waiting: list[backlog.Late]) -> None:
        an_hour = self.desk.config.timetable.settings.catch_up_hour
        turns = backlog.spread(waiting, steps.last_turn(self.session), self.now, an_hour)
        if turns:
            steps.put_off(self.session, turns)
            steps.remember_last_turn(self.session, turns[-1][1])
            reach("timer.spread")

    def _tell_of_backlog(self) -> AlertAdmins:
        counts = steps.overdue(self.session, self.now - backlog.OVERDUE)
        return alerts.overdue(counts, self.desk.config.timetable.settings.catch_up_hour, self.now)

    def _try(self, ticket: Ticket, coming: Step) -> None:
        try:
            self._take(ticket, coming)
        except Exception as error:
            if fault_in(error) is not None:
                raise
            raise Stumbled(ticket.number) from error

    def _take(self, ticket: Ticket, coming: Step) -> None:
        reader = reminding.read(self.session, self.desk, ticket, self.now) if coming.mails_customer else None
        if reader is not None and isinstance(reader.judged, Later):
            steps.put_off(self.session, [(ticket.number, self.now + ANOTHER_DAY)])
            return
        event: Event = coming.event
        if isinstance(event, StillPending) and event.rung is Rung.CLOSE and reader is not None:
            event = end_of_waiting(reminding.look_back(self.session, self.desk, ticket, reader))
        decision = happen(self.session, ticket, event, CLOCK, self.now)
        reach("timer.stepped")
        for effect in decision.effects:
            self._let_leave(decision.ticket, effect, reader)
        reach("timer.told")

    def _let_leave(self, ticket: Ticket, effect: Effect, reader: reminding.Reader | None) -> None:
        session, desk, now = self.session, self.desk, self.now
        match effect:
            case TellAgents():
                self._tell(ticket, effect)
            case Nudge() if reader is not None:
                told = reminding.nudge(session, desk, ticket, reader, effect.which, now)
                tickets.add_event(session, ticket.number, told, now, CLOCK)
            case TellClosed() if reader is not None:
                reminding.tell_closed(session, desk, ticket, reader, now)
            case CallIn():
                heads_up.call_in(session, desk, ticket, effect, now)
            case AlertAdmins():
                alerts.put(session, desk, effect, now)
            case AskSurvey():
                asking.ask(session, desk, ticket, now)
            case Nudge() | TellClosed() | TellSlack() | Acknowledge() | SendReply():
                pass  # no step of the clock asks for these, or not without a reader
            case _:
                assert_never(effect)

    def _tell(self, ticket: Ticket, effect: TellAgents) -> None:
        if effect.occasion in _FORETOLD and reminding.is_unreachable(self.session, ticket):
            return  # the owner knows that mail comes back, and nothing of what would be foretold will happen
        news = News(f"clock:{self.now.isoformat()}")
        notice.tell(self.session, self.desk, ticket, self._with_day(ticket, effect), news, now=self.now)

    def _with_day(self, ticket: Ticket, effect: TellAgents) -> TellAgents:
        """What will happen, with its day."""
        rung = _FORETOLD.get(effect.occasion)
        at = rung_at(ticket, rung, self.desk.config.timetable) if rung is not None else None
        return replace(effect, said=reminding.spell_day(self.desk, ticket, at)) if at is not None else effect
