"""Slack over a connection of ours (Socket Mode), so that no port is open; an event is answered once it is kept.

https://api.slack.com/apis/socket-mode
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from mailboxes.backoff import delay

LOOK_SECONDS = 1.0
HELLO_SECONDS = 30.0
BEAT_SECONDS = 20.0

log = structlog.get_logger("slack")


@dataclass(slots=True)
class SlackSocket:
    """One task of the loop. `token` is the app-level one, asked at each connection; `hear` keeps one event."""

    base_url: str
    timeout: int
    token: Callable[[], str]
    hear: Callable[[bytes], Awaitable[None]]
    beat: Callable[[str], None]
    note: Callable[[str | None], None]  # told why there is no connection; None: there is one
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _faults: int = 0

    async def run(self) -> None:
        """Hold a connection until stopped; where there is none, try again ever more seldom."""
        while not self._stopping.is_set():
            self.beat("connecting to Slack")
            try:
                await self._hold()
            except Exception as fault:  # noqa: BLE001 the top of this worker: whatever the client raises
                self._failed(_spell(fault))
            await self._pause(delay(self._faults, random.random()))  # noqa: S311 spreads attempts, guards nothing

    def stop(self) -> None:
        """End the connection; to be called on the loop."""
        self._stopping.set()

    async def _hold(self) -> None:
        """Connect, and stay until the connection is lost. Raises what the client raises."""
        web = AsyncWebClient(None, self.base_url, self.timeout, retry_handlers=[])
        client = SocketModeClient(self.token(), _QUIET, web, auto_reconnect_enabled=False)
        client.socket_mode_request_listeners.append(self._listen)
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                client.wss_uri = await client.issue_new_wss_url()
                await client.connect()
            self._faults = 0
            self.note(None)
            log.info("connected to Slack")
            while await client.is_connected() and not self._stopping.is_set():
                self.beat("listening to Slack")
                await self._rest(LOOK_SECONDS)
        finally:
            await client.close()
        if not self._stopping.is_set():
            self._failed("the connection was lost")

    async def _listen(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Keep an event, then say so; one that could not be kept is not answered, so that Slack tells it again."""
        if request.type == "events_api":
            try:
                await self.hear(json.dumps(request.payload).encode())
            except Exception as fault:  # noqa: BLE001 the client would log it with all that it was given
                log.warning("an event could not be kept; Slack tells it again", why=type(fault).__name__)
                return
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    def _failed(self, why: str) -> None:
        self._faults += 1
        self.note(why)
        log.warning("no connection to Slack", why=why)

    async def _pause(self, seconds: float) -> None:
        """As `_rest`, with signs of life."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self._stopping.is_set() and (left := until - loop.time()) > 0:
            self.beat("resting before Slack is tried again")
            await self._rest(min(left, BEAT_SECONDS))

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


_QUIET = logging.getLogger("slack_sdk.quiet")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False  # what it would say we say ourselves, and it would show addresses that hold tickets to connect


def _spell(fault: Exception) -> str:
    """What is wrong, without anything of the request."""
    if isinstance(fault, SlackApiError):
        data = getattr(fault.response, "data", None)
        word = data.get("error") if isinstance(data, dict) else None
        return f"Slack says {word or getattr(fault.response, 'status_code', 'nothing that can be read')}"
    if isinstance(fault, TimeoutError):
        return "Slack does not answer in time"
    return f"{type(fault).__name__}" if not isinstance(fault, aiohttp.ClientError) else "Slack cannot be reached"
