"""The local Slack with everything that goes wrong there: rate limits, faults, outages, and events as requests."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from daemon.cli.demo.slack import LocalSlack

INSIDE, SHARED = "C000INSIDE", "C000SHARED"
ALICE, CAROL, GUEST = "U000ALICE0", "U000CAROL0", "U000GUEST0"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass(slots=True)
class SlackServer(LocalSlack):
    """`errors` holds, by method, what is answered in place of the usual: a word, a status, or (429, seconds)."""

    errors: dict[str, list[str | int | tuple[int, int]]] = field(default_factory=dict)
    always: dict[str, str | int] = field(default_factory=dict)  # as `errors`, until it is taken away
    is_out: bool = False  # nobody answers anything
    called_at: list[tuple[str, float]] = field(default_factory=list)

    async def refuse(self, method: str, given: dict[str, Any]) -> web.Response | None:  # noqa: ARG002 as it is called
        self.called_at.append((method, time.monotonic()))
        if self.is_out:
            return web.Response(status=503, text="upstream connect error")
        waiting = self.errors.get(method)
        fault = waiting.pop(0) if waiting else self.always.get(method)
        match fault:
            case (int(status), int(seconds)):
                headers = {"Retry-After": str(seconds)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=status, headers=headers)
            case int(status):
                return web.Response(status=status, text="<html>oops</html>", content_type="text/html")
            case str(word):
                return web.json_response({"ok": False, "error": word})
            case _:
                return None

    def called(self, method: str) -> list[dict[str, Any]]:
        """What a method was called with, each time."""
        return [given for name, given in self.calls if name == method]

    async def refresh(self) -> None:
        """Ask the client for another connection, as Slack does every few hours, and end the present one."""
        old = self.sockets[-1]
        await old.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})
        await until(lambda: any(socket is not old for socket in self.sockets), "another connection")
        await old.close()

    async def cut(self) -> None:
        """End every connection without a word."""
        for socket in list(self.sockets):
            await socket.close(code=aiohttp.WSCloseCode.GOING_AWAY)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as Slack signs it."""

    body: bytes
    timestamp: int
    secret: str = SIGNING_SECRET

    @property
    def headers(self) -> dict[str, str]:
        base = b"v0:%d:%b" % (self.timestamp, self.body)
        signature = hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": str(self.timestamp),
            "X-Slack-Signature": f"v0={signature}",
            "Content-Type": "application/json",
        }


async def push_event(url: str, payload: dict[str, Any], *, attempt: int = 0, now: float | None = None) -> int:
    """Send an event as Slack does by the Events API; the status of the answer."""
    signed = Signed(json.dumps(payload).encode(), int(time.time() if now is None else now))
    retried = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"} if attempt else {}
    headers = {**signed.headers, **retried}
    async with aiohttp.ClientSession() as session, session.post(url, data=signed.body, headers=headers) as answer:
        return answer.status


async def until(is_so: Any, what: str, seconds: float = 20.0) -> None:
    """Return once it is so; say what was waited for if it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never: {what}")


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """A workspace with an internal channel, one shared with a customer, an agent, a colleague and a guest."""
    server = SlackServer()
    server.add_channel(INSIDE, "acct-initech")
    server.add_channel(SHARED, "support-initech", is_shared=True, is_ext_shared=True)
    server.add_user(ALICE, "Alice", "alice@acme-team.example")
    server.add_user(CAROL, "Carol", "carol@acme-team.example")
    server.add_user(GUEST, "Gus", "gus@initech.example", is_restricted=True)
    async with server.serve():
        yield server
