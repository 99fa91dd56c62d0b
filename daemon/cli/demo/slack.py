"""A small Slack on loopback: of its Web API and Socket Mode what helpdeskd uses, as Slack documents it."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from daemon import clock

TEAM, BOT_USER, BOT = "T0000LOCAL", "U0000LOCAL", "B0000LOCAL"
BOT_TOKEN, APP_TOKEN = "xoxb-local", "xapp-local"
ACK_SECONDS = 3.0
MOST_BLOCKS, MOST_SECTION, MOST_HEADER, MOST_TEXT = 50, 3000, 150, 40_000
_LINK = re.compile(r"https?://[^\s<>|]+")
Table = dict[str, Any]


class Refusal(Exception):
    """What Slack answers with `ok: false`: its one word for what is wrong."""


@dataclass(slots=True)
class LocalSlack:
    """Users, channels and messages, and whoever is connected. Everything happens on one loop."""

    users: dict[str, Table] = field(default_factory=dict)
    channels: dict[str, Table] = field(default_factory=dict)
    messages: dict[str, list[Table]] = field(default_factory=dict)
    calls: list[tuple[str, Table]] = field(default_factory=list)  # every method that was called, and with what
    base_url: str = ""
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    unanswered: dict[str, asyncio.Event] = field(default_factory=dict)  # envelopes that wait for their answer
    seen: Callable[[Table], None] = lambda _: None  # told of every message
    _last: int = 0
    _envelopes: int = 0

    def add_user(self, user: str, name: str, email: str = "", **more: object) -> None:
        """A full member, unless `more` says otherwise."""
        profile = {"real_name": name, "email": email}
        self.users[user] = {"id": user, "team_id": TEAM, "name": name.lower(), "profile": profile, **more}

    def add_channel(self, channel: str, name: str, **more: object) -> None:
        """A channel that we are in, unless `more` says otherwise."""
        self.channels[channel] = {"id": channel, "name": name, "is_channel": True, "is_member": True, **more}
        self.messages.setdefault(channel, [])

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[None]:
        """Answer on loopback until the block ends. Raises OSError where the port is taken."""
        app = web.Application(client_max_size=1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._link)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            self.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
            yield
        finally:
            await asyncio.gather(*(socket.close() for socket in self.sockets))
            await runner.cleanup()

    async def say(self, channel: str, user: str, text: str, thread: str | None = None, **more: object) -> Table:
        """A user writes something; it is told over a socket, as events are. The message as it stands there."""
        escaped = html.escape(text, quote=False)
        shown = _LINK.sub(lambda found: f"<{found[0]}>", escaped)
        message = {"type": "message", "user": user, "text": shown, "ts": self.next_ts(), **more}
        if thread is not None:
            message |= {"thread_ts": thread, "parent_user_id": BOT_USER}
        self.messages[channel].append(message)
        self.seen({"channel": channel, **message})
        await self.tell({**message, "channel": channel, "channel_type": "channel"})
        return message

    def event(self, event: Table, event_id: str = "") -> Table:
        """The envelope's payload for something that happened."""
        self._envelopes += 1
        name = event_id or f"Ev{self._envelopes:08d}"
        return {
            "token": "verification",
            "team_id": TEAM,
            "type": "event_callback",
            "event": event,
            "event_id": name,
            "event_time": int(clock.now().timestamp()),
        }

    async def tell(self, event: Table, event_id: str = "") -> None:
        """Tell it over the newest socket, up to three times if it is not answered."""
        payload = self.event(event, event_id)
        for attempt in range(3):
            if await self.push(payload, attempt):
                return

    async def push(self, payload: Table, attempt: int = 0) -> bool:
        """Tell it once over the newest socket; whether it was answered in time."""
        live = [socket for socket in self.sockets if not socket.closed]
        if not live:
            return False
        self._envelopes += 1
        envelope = f"envelope-{self._envelopes}"
        answered = self.unanswered[envelope] = asyncio.Event()
        told = {"envelope_id": envelope, "type": "events_api", "payload": payload, "accepts_response_payload": False}
        await live[-1].send_json({**told, "retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""})
        try:
            async with asyncio.timeout(ACK_SECONDS):
                await answered.wait()
        except TimeoutError:
            return False
        return True

    def next_ts(self) -> str:
        """The name of the next message: later than all others."""
        self._last = max(self._last + 1, int(clock.now().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def show(self, channel: str) -> Iterator[str]:
        """The channel as a person sees it: first messages, and what stands in their threads."""
        for message in self.messages[channel]:
            thread = message.get("thread_ts")
            name = self.users.get(message["user"], {}).get("profile", {}).get("real_name", "helpdeskd")
            for line in _lines(message):
                yield f"{'    ' if thread not in {None, message['ts']} else ''}{name}: {line}"

    async def refuse(self, method: str, given: Table) -> web.Response | None:  # noqa: ARG002 what a test looks at
        """An answer in place of the usual one; here there is none."""
        return None

    async def _api(self, request: web.Request) -> web.Response:
        method, given = request.match_info["method"], await _read(request)
        self.calls.append((method, given))
        if (refusal := await self.refuse(method, given)) is not None:
            return refusal
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        answers: dict[str, Callable[[Table], Table]] = {
            "auth.test": lambda _: {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT, "team": "Local"},
            "apps.connections.open": lambda _: {"url": f"ws{self.base_url.removeprefix('http')[:-4]}link"},
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.info": lambda given: {"channel": self._channel(given)},
            "conversations.list": self._list,
            "users.info": self._user,
            "users.lookupByEmail": self._by_email,
        }
        if token != wanted:
            return _fail("invalid_auth" if token else "not_authed")
        if method not in answers:
            return _fail("unknown_method")
        try:
            return web.json_response({"ok": True, **answers[method](given)})
        except Refusal as refused:
            return _fail(str(refused))

    def _post(self, given: Table) -> Table:
        channel = self._writable(given)
        check_message(given)
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": self.next_ts()}
        message |= {"text": given.get("text", ""), "blocks": given.get("blocks", [])}
        if given.get("thread_ts"):
            if given["thread_ts"] not in {each["ts"] for each in self.messages[channel]}:
                raise Refusal("thread_not_found")
            message["thread_ts"] = given["thread_ts"]
        self.messages[channel].append(message)
        self.seen({"channel": channel, **message})
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _update(self, given: Table) -> Table:
        channel = self._writable(given)
        check_message(given)
        found = next((each for each in self.messages[channel] if each["ts"] == given.get("ts")), None)
        if found is None:
            raise Refusal("message_not_found")
        if found["user"] != BOT_USER:
            raise Refusal("cant_update_message")
        found |= {"text": given.get("text", ""), "blocks": given.get("blocks", []), "edited": {"user": BOT_USER}}
        return {"channel": channel, "ts": found["ts"], "text": found["text"], "message": found}

    def _channel(self, given: Table) -> Table:
        if given.get("channel") not in self.channels:
            raise Refusal("channel_not_found")
        return self.channels[given["channel"]]

    def _writable(self, given: Table) -> str:
        channel = self._channel(given)
        if channel.get("is_archived"):
            raise Refusal("is_archived")
        if not channel["is_member"]:
            raise Refusal("not_in_channel")
        return str(channel["id"])

    def _list(self, given: Table) -> Table:
        many = min(int(given.get("limit") or 100), 1000)
        start = int(given.get("cursor") or 0)
        every = [self.channels[each] for each in sorted(self.channels)]
        following = str(start + many) if start + many < len(every) else ""
        return {"channels": every[start : start + many], "response_metadata": {"next_cursor": following}}

    def _user(self, given: Table) -> Table:
        if given.get("user") not in self.users:
            raise Refusal("user_not_found")
        return {"user": self.users[given["user"]]}

    def _by_email(self, given: Table) -> Table:
        found = (each for each in self.users.values() if each["profile"]["email"] == given.get("email"))
        user = next(found, None)
        if user is None:
            raise Refusal("users_not_found")
        return {"user": user}

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        self.sockets.append(socket)
        info = {"app_id": "A0000LOCAL"}
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": info})
        async for message in socket:
            answered = self.unanswered.get(json.loads(message.data).get("envelope_id", ""))
            if answered is not None:
                answered.set()
        self.sockets.remove(socket)
        return socket


async def _read(request: web.Request) -> Table:
    """What a method is called with: in the query, as a form or as JSON."""
    given: Table = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    else:
        given |= dict(await request.post())
    return given


def _fail(word: str) -> web.Response:
    return web.json_response({"ok": False, "error": word})


def check_message(given: Table) -> None:
    """Slack's limits for a message."""
    blocks = given.get("blocks") or []
    if len(str(given.get("text", ""))) > MOST_TEXT:
        raise Refusal("msg_too_long")
    if not given.get("text") and not blocks:
        raise Refusal("no_text")
    limits = {"section": MOST_SECTION, "header": MOST_HEADER}
    texts = [(block["type"], block["text"]["text"]) for block in blocks if "text" in block]
    elements = [element["text"] for block in blocks for element in block.get("elements", [])]
    sound = all(0 < len(text) <= limits[kind] for kind, text in texts) and all(elements)
    crowded = any(len(block.get("elements", [])) > 10 for block in blocks)
    if len(blocks) > MOST_BLOCKS or not sound or crowded:
        raise Refusal("invalid_blocks")


def _lines(message: Table) -> list[str]:
    blocks = message.get("blocks") or []
    texts = [block["text"]["text"] for block in blocks if "text" in block]
    texts += [element["text"] for block in blocks for element in block.get("elements", [])]
    return "\n".join(texts or [str(message["text"])]).splitlines()
