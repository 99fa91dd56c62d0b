"""All that Slack needs, built once and run beside the rest: who posts, who guards, who listens."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import channels
from channels.slack import SlackSettings
from channels.slack_lookups import SlackLookups
from daemon import clock
from daemon.desk import Desk, Listener
from daemon.dispatch import Dispatch
from daemon.slack.answers import Reader
from daemon.slack.delivery import SlackDispatch
from daemon.slack.guard import Guard
from daemon.slack.hearing import Hearing
from daemon.slack.members import Members
from daemon.watchdog import Watchdog
from mailboxes.slack import SlackSocket
from web.slack_events import Route, route

PATIENCE = 120.0  # seconds of silence before the watchdog starves systemd


@dataclass(slots=True)
class SlackHouse:
    """Belongs to the loop that builds it."""

    dispatch: Dispatch
    guard: Guard
    reader: Reader
    hearing: Hearing
    socket: SlackSocket | None  # None: Slack tells by requests
    routes: tuple[Route, ...] = ()  # to be served where it does
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Look at the channels and listen; the dispatch runs with the others."""
        self._tasks = [asyncio.create_task(self.guard.run())]
        if self.socket is not None:
            self._tasks.append(asyncio.create_task(self.socket.run()))

    async def stop(self) -> None:
        """Hear nothing more."""
        self.guard.stop()
        if self.socket is not None:
            self.socket.stop()
        _, late = await asyncio.wait(self._tasks, timeout=1.0)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def open_house(desk: Desk, watchdog: Watchdog, arrived: Callable[[], None]) -> SlackHouse | None:
    """Build it where Slack is configured."""
    slack = desk.config.slack
    if slack.bot_token is None:
        return None
    settings = SlackSettings(base_url=slack.base_url, timeout=slack.timeout)
    lookups = SlackLookups(settings, slack.bot_token)
    guard = Guard(desk, lookups, watchdog.watch("slack channels", PATIENCE))
    channel = channels.kinds()["slack"](settings, slack.bot_token)
    hearing = Hearing(desk, arrived, guard.wake)
    socket = None
    if slack.mode == "socket" and slack.app_token is not None:
        beat = watchdog.watch("slack", PATIENCE)
        listener = Listener("Slack")
        desk.life.listeners.append(listener)
        socket = SlackSocket(slack.base_url, slack.timeout, slack.app_token, hearing.hear, beat, listener.note)
    return SlackHouse(
        dispatch=SlackDispatch(desk, "slack", channel, watchdog.watch("dispatch slack", PATIENCE), guard=guard),
        guard=guard,
        reader=Reader(desk, Members(lookups, asyncio.get_running_loop()).ask),
        hearing=hearing,
        socket=socket,
        routes=_routes(desk, hearing),
    )


def _routes(desk: Desk, hearing: Hearing) -> tuple[Route, ...]:
    """Where Slack's requests go, if it tells by requests."""
    slack = desk.config.slack
    if slack.mode != "events" or slack.signing_secret is None:
        return ()
    return (route(slack.signing_secret, hearing.hear, lambda: clock.now().timestamp()),)
