"""Who a user of Slack is, asked of Slack before anything is decided, and remembered for a while."""

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass, field

from channels.slack_lookups import LookupFault, Member, SlackLookups
from daemon import clock

FRESH_SECONDS = 600.0
DEADLINE = 5.0  # mail that came later waits for it, too
MOST = 5000  # remembered


@dataclass(slots=True)
class Members:
    """Asks on its loop; `ask` may be called from any thread."""

    lookups: SlackLookups
    loop: asyncio.AbstractEventLoop
    _known: dict[str, tuple[float, Member]] = field(default_factory=dict)
    _team: str = ""

    def ask(self, user: str) -> "Future[Member | LookupFault]":
        """Who this is, within the deadline; the fault is the answer where Slack could not be asked."""
        return asyncio.run_coroutine_threadsafe(self._ask(user), self.loop)

    async def _ask(self, user: str) -> Member | LookupFault:
        until, member = self._known.get(user, (0.0, None))
        if member is not None and clock.monotonic() < until:
            return member
        try:
            async with asyncio.timeout(DEADLINE):
                if not self._team:
                    self._team = (await self.lookups.ourselves()).team
                found = await self.lookups.member(user, self._team)
        except LookupFault as fault:
            return fault
        except TimeoutError:
            return LookupFault("Slack does not answer in time")
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[user] = (clock.monotonic() + FRESH_SECONDS, found)
        return found
