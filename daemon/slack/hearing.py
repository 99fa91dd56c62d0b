"""What Slack tells, into the journal before anything is made of it: an answer in a thread of ours is an arrival."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from daemon import clock
from daemon.desk import Desk
from daemon.slack.events import Answer, ChannelChanged, read
from store import journal, slack_channels, slack_threads
from store.engine import Session

MAILBOX = "slack"  # under which answers stand in the journal
KIND = "slack"


@dataclass(frozen=True, slots=True)
class Hearing:
    """Belongs to the loop; `hear` is what a source calls for each event."""

    desk: Desk
    arrived: Callable[[], None]
    changed: Callable[[], None]  # a channel is not what it was

    async def hear(self, raw: bytes) -> None:
        """Keep what is told; only once this has returned may Slack be told so. Raises StoreFault."""
        told = read(raw)
        if isinstance(told, ChannelChanged):
            self.changed()
        elif told is not None:
            work = partial(self._record, answer=told, raw=raw)
            if await asyncio.wrap_future(self.desk.store.write(work)):
                self.arrived()

    def _record(self, session: Session, answer: Answer, raw: bytes) -> bool:
        now = clock.now()
        is_ours = slack_threads.of_post(session, answer.channel, answer.thread) is not None
        if not is_ours and not slack_threads.has_unposted(session, answer.channel):
            return False  # a thread of other people
        if not slack_channels.is_first(session, answer.event, now):
            return False
        channel, message = answer.numbers
        new = journal.NewArrival(message, channel, min(answer.written_at, now), raw)
        return bool(journal.record(session, MAILBOX, [new], None, now, kind=KIND))
