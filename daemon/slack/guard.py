"""Keeps internal words out of channels that others read: asks Slack at the start, each hour, and before a post.

What Slack said last stands in the store, so that whoever puts a post knows it without asking. Where nothing is known
nothing is posted: it goes by mail.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from channels.slack_lookups import LookupFault, SlackLookups
from daemon import alerts, clock
from daemon.desk import Desk
from daemon.slack.rooms import internal_channels
from store import slack_channels
from store.engine import Session, StoreFault
from tickets.effects import AlertAdmins

CHECK_SECONDS = 3600.0
REFUSED_SECONDS = 300.0  # somebody may be mending it just now
UNKNOWN_SECONDS = 60.0  # until Slack is asked again where it could not be
FRESH = timedelta(minutes=5)  # for which what Slack said is enough before a post

log = structlog.get_logger("slack")


@dataclass(slots=True)
class Guard:
    """One task of the loop; `refusal` may be asked from others on it."""

    desk: Desk
    lookups: SlackLookups
    beat: Callable[[str], None]
    _look: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    async def run(self) -> None:
        """Look at every internal channel, again and again, until stopped."""
        while not self._stopping:
            self._look.clear()
            seconds = CHECK_SECONDS
            for channel in sorted(internal_channels(self.desk.config)):
                self.beat(f"asking about {channel}")
                try:
                    if await self.check(channel) is not None:
                        seconds = min(seconds, REFUSED_SECONDS)
                except (LookupFault, StoreFault) as fault:
                    log.warning("a channel could not be looked at", channel=channel, why=str(fault))
                    seconds = UNKNOWN_SECONDS
                except Exception:
                    log.exception("looking at a channel failed by a bug of ours", channel=channel)
                    seconds = UNKNOWN_SECONDS
            await self._rest(seconds)

    def stop(self) -> None:
        """End soon; to be called on the loop."""
        self._stopping = True
        self._look.set()

    def wake(self) -> None:
        """Look now: Slack has told that a channel changed. To be called on the loop."""
        self._look.set()

    async def refusal(self, channel: str) -> str | None:
        """Why nothing internal may be posted there now. Raises LookupFault, StoreFault where that is not known."""
        known = await asyncio.to_thread(self._known, channel)
        if known is not None and clock.now() - known.checked_at < FRESH:
            return known.refused
        return await self.check(channel)

    async def check(self, channel: str) -> str | None:
        """Ask Slack, and keep what it says; why nothing internal may stand there. Raises LookupFault, StoreFault."""
        try:
            refused = (await self.lookups.channel(channel)).refused
        except LookupFault as fault:
            if not fault.permanent:
                raise
            refused = str(fault)
        await asyncio.wrap_future(self.desk.store.write(partial(self._note, channel=channel, refused=refused)))
        return refused

    def _known(self, channel: str) -> slack_channels.Known | None:
        with self.desk.store.read() as session:
            return slack_channels.find(session, channel)

    def _note(self, session: Session, channel: str, refused: str | None) -> None:
        now = clock.now()
        slack_channels.note(session, channel, refused, now)
        if refused is not None:
            log.warning("nothing internal is posted in this channel", channel=channel, why=refused)
            alerts.put(session, self.desk, refused_channel(channel, refused, f"{now:%Y%m%d}"), now)

    async def _rest(self, seconds: float) -> None:
        until = clock.monotonic() + seconds
        while not self._look.is_set() and (left := until - clock.monotonic()) > 0:
            self.beat("waiting until channels are looked at again")
            try:
                async with asyncio.timeout(min(left, 20.0)):
                    await self._look.wait()
            except TimeoutError:
                continue


def refused_channel(channel: str, why: str, day: str) -> AlertAdmins:
    """An internal channel cannot be used; told once a day for each reason."""
    return AlertAdmins(
        f"slack-channel:{channel}:{why}:{day}",
        f"Nothing is posted in the Slack channel {channel}",
        (
            f"It is configured as an internal channel, but {why}.",
            "Whoever would have been called there gets a mail instead; threads that are there stay as they are.",
            "See: helpdeskd doctor slack",
        ),
    )


def refused_posts(why: str, hour: str) -> AlertAdmins:
    """Slack does not take our posts; told once an hour for each reason."""
    return AlertAdmins(
        f"slack-refuses:{why}:{hour}",
        "Slack does not take our posts",
        (f"What was said: {why}.", "Whoever is called gets a mail instead.", "See: helpdeskd doctor slack"),
    )
