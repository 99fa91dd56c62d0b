"""What is due by the clock: steps of tickets, what the brake held and now lets go, what is too old to make sense."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from daemon import alerts, clock
from daemon.agents import asking, digest, held_digest
from daemon.calls import ladder
from daemon.desk import Desk
from daemon.due import rescheduling, stepping
from daemon.failpoints import reach
from daemon.sifting import retention
from store import facts, outbox, steps
from store.engine import Session, StoreFault
from tickets.acknowledgement import releasable

TICK_SECONDS = 20.0
STUMBLED_FOR = timedelta(hours=1)
DEAF_FOR = timedelta(minutes=10)

log = structlog.get_logger("timer")


@dataclass(slots=True)
class Timer:
    """Looks at what is due every few seconds."""

    desk: Desk
    beat: Callable[[str], None]
    due: Callable[[], None]  # called when something was let go
    _more: bool = False  # to be looked at without waiting
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Tick until stopped."""
        while not self._stopping.is_set():
            self.beat("ticking")
            self._more = False
            try:
                await self._look()
            except StoreFault as fault:
                log.warning("the store fails", why=str(fault))
            except stepping.Stumbled as stumbled:
                log.exception("a step failed by a bug of ours and is put off", ticket=stumbled.number)
                await self._put_off(stumbled.number)
                self._more = True
            except Exception:
                log.exception("a tick failed by a bug of ours")
            try:
                async with asyncio.timeout(0.0 if self._more else TICK_SECONDS):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        """One tick, after a change of the timetable only once all of it is worked out."""
        store = self.desk.store
        self._more = await asyncio.wrap_future(store.write(lambda session: rescheduling.go_on(session, self.desk)))
        if self._more:
            return
        left = await asyncio.wrap_future(store.write(lambda session: self.tick(session, clock.now())))
        if left:
            self.due()

    async def _put_off(self, number: int) -> None:
        """Let the others have their steps; this one is tried again later."""
        turns = [(number, clock.now() + STUMBLED_FOR)]
        try:
            await asyncio.wrap_future(self.desk.store.write(lambda session: steps.put_off(session, turns)))
        except StoreFault as fault:
            log.warning("the store fails", why=str(fault))

    def stop(self) -> None:
        """End after the present tick; to be called on the loop."""
        self._stopping.set()

    def tick(self, session: Session, now: datetime) -> int:
        """Do what is due; how many mails may leave because of it."""
        reach("timer.tick")
        self._drop(session, now)
        self._tell_of_deaf(session, now)
        self._more = stepping.step(session, self.desk, now)
        retention.let_go(session, self.desk, now)
        digests = held_digest.send_due(session, self.desk, now)
        digests += digest.send_due(session, self.desk, now) + asking.mail_codes(session, self.desk, now)
        digests += ladder.climb(session, self.desk, now)
        held = outbox.held(session)
        if not held:
            return digests
        room = releasable(held, facts.unproven_last_hour(session, now), self.desk.config.acknowledgements)
        released = outbox.release_held(session, room, now) if room else 0
        reach("timer.released")
        return digests + released

    def _tell_of_deaf(self, session: Session, now: datetime) -> None:
        """Silence is the worst failure: the admins hear of a mailbox that has not been readable for a while."""
        for poller in self.desk.life.pollers:
            since, fault = poller.fault_since, poller.fault
            if since is not None and fault is not None and now - since >= DEAF_FOR:
                alerts.put(session, self.desk, alerts.deaf(poller.polled.address, since, fault), now)
        for listener in self.desk.life.listeners:
            since, fault = listener.fault_since, listener.fault
            if since is not None and fault is not None and now - since >= DEAF_FOR:
                alerts.put(session, self.desk, alerts.unconnected(listener.name, since, fault), now)

    def _drop(self, session: Session, now: datetime) -> None:
        dropped = outbox.drop_stale(session, now - held_for(self.desk), now)
        if dropped:
            log.warning("dropped automatic mail that was held for a day", mails=dropped)
            alerts.put(session, self.desk, alerts.dropped(dropped, now), now)


def held_for(desk: Desk) -> timedelta:
    """How long automatic mail may be held before it makes no sense any more."""
    return timedelta(hours=desk.config.acknowledgements.hold_hours)
