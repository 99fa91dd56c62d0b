"""Events that Slack tells by requests: signed, fresh, kept before they are answered.

What is not signed by Slack, or older than five minutes, does nothing and learns nothing
(https://api.slack.com/authentication/verifying-requests-from-slack). Told again (X-Slack-Retry-Num), an event is kept
once: the store knows its id.
"""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

Route = web.RouteDef
PATH = "/slack/events"
WINDOW_SECONDS = 300
MOST_BYTES = 512 * 1024
MOST_DIGITS = 12

log = structlog.get_logger("web")


def route(secret: Callable[[], str], hear: Callable[[bytes], Awaitable[None]], now: Callable[[], float]) -> Route:
    """Where Slack's requests go; `hear` keeps one event, `now` is the time in seconds since 1970."""

    async def answer(request: web.Request) -> web.Response:
        try:
            body = await request.clone(client_max_size=MOST_BYTES).read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        if not is_signed(secret(), body, _header(request, "timestamp"), _header(request, "signature"), now()):
            return web.Response(status=401)
        told = _read(body)
        if told.get("type") == "url_verification":
            return web.json_response({"challenge": str(told.get("challenge", ""))[:200]})
        if told.get("type") == "event_callback":
            await hear(body)
        return web.Response(status=200)

    handler: Handler = _surely(answer)
    return web.post(PATH, handler)


def is_signed(secret: str, body: bytes, timestamp: str, signature: str, now: float) -> bool:
    """Whether Slack has signed this body within the last minutes; the time of the comparison tells nothing."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= MOST_DIGITS):
        return False
    base = b"v0:%b:%b" % (timestamp.encode(), body)
    wanted = f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"
    is_fresh = abs(now - int(timestamp)) <= WINDOW_SECONDS
    return hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace")) and is_fresh


def _surely(answer: Handler) -> Handler:
    """An event that could not be kept is answered with 503, so that Slack tells it again."""

    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            return await answer(request)
        except web.HTTPException:
            raise
        except Exception as fault:  # noqa: BLE001 the top of this worker; what was asked is not shown
            log.warning("an event could not be kept; Slack tells it again", why=type(fault).__name__)
            return web.Response(status=503, headers={"Retry-After": "60"})

    return handler


def _header(request: web.Request, name: str) -> str:
    """The one header of that name; empty where there is none, or more than one."""
    full = {"timestamp": "X-Slack-Request-Timestamp", "signature": "X-Slack-Signature"}[name]
    found = request.headers.getall(full, [])
    return found[0] if len(found) == 1 else ""


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
