"""A real SMTP receiver on loopback (aiosmtpd in a thread of its own) that answers as a test tells it to.

`server.answer("RCPT", "450 4.2.1 later", times=1)` scripts a verb; CONNECT is the greeting, CONTENT the answer after
the final dot. Instead of a reply: "close" (the connection, at once), "hang" (no answer at all), and for CONTENT
"accept-close" (take the mail, then close without an answer). Everything else is answered as an ordinary server does.
"""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, Self

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from tests.servers.tls import TlsFiles


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that was taken: its envelope ("" is the null sender), and its bytes exactly as they were sent."""

    envelope_from: str
    rcpt: tuple[str, ...]
    data: bytes


@dataclass(slots=True)
class Script:
    """What is answered to a verb: for one recipient or all, so many times or always."""

    verb: str
    reply: str
    left: int | None
    recipient: str | None


class Session(SMTP):
    """One connection; each verb is looked up in the script first."""

    def __init__(self, server: "SmtpServer", **options: Any) -> None:
        super().__init__(server, **options)
        self._server = server
        for verb, method in list(self._smtp_methods.items()):
            self._smtp_methods[verb] = partial(self._scripted, verb, method)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:
            self._server.sessions.append(self)
            self._server.connections += 1
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        reply = self._server.scripted("CONNECT", "")
        if reply is not None:
            await self.obey(reply)
            self.close()
            return
        await super()._handle_client()

    async def _scripted(self, verb: str, method: Any, argument: str | None) -> None:
        self._server.said.append(f"{verb} {argument or ''}".strip())
        reply = self._server.scripted(verb, argument or "")
        if reply is None:
            await method(argument)
        else:
            await self.obey(reply)

    def close(self) -> None:
        """Close the connection once what was said is out."""
        if self.transport is not None:
            self.transport.close()

    async def end(self) -> None:
        """Cut the connection and wait until nothing works on it any more."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()
        task = self._handler_coroutine
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await task

    async def obey(self, reply: str) -> None:
        if reply == "close":
            self.close()
        elif reply == "hang":
            await asyncio.Event().wait()
        else:
            await self.push(reply)


@dataclass
class SmtpServer:
    """The receiver. `users` makes it offer AUTH; `tls` is "none", "starttls" or "tls" (from the first byte)."""

    tls: str = "none"
    files: TlsFiles | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    size_limit: int = 33_554_432
    port: int = 0
    mails: list[Received] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # all commands of all connections
    connections: int = 0
    sessions: list[Session] = field(default_factory=list)
    _scripts: list[Script] = field(default_factory=list)

    def answer(self, verb: str, reply: str, times: int | None = None, *, recipient: str | None = None) -> None:
        """Answer this to a verb, so many times or from now on; what was scripted first is used up first."""
        self._scripts.append(Script(verb, reply, times, recipient))

    def scripted(self, verb: str, argument: str) -> str | None:
        """The scripted answer that is due now, if any."""
        for script in self._scripts:
            if script.verb == verb and script.left != 0 and (script.recipient or "") in argument:
                script.left = None if script.left is None else script.left - 1
                return script.reply
        return None

    def start(self) -> Self:
        """Listen, on the same port as before if it was started before."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp server", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def stop(self) -> None:
        """Stop listening and cut all connections."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """Close all connections, as a server does with idle ones, and go on listening."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    async def _listen(self) -> None:
        context = self._context() if self.tls != "none" else None
        implicit = context if self.tls == "tls" else None
        self._listener = await self._loop.create_server(
            partial(self._session, context), "127.0.0.1", self.port, ssl=implicit
        )
        self.port = self._listener.sockets[0].getsockname()[1]

    def _context(self) -> ssl.SSLContext:
        assert self.files is not None, "a server with TLS needs the fixture tls_files"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.files.certificate, self.files.key)
        return context

    def _session(self, context: ssl.SSLContext | None) -> Session:
        return Session(
            self,
            hostname="sink.example",
            ident="ready",
            loop=self._loop,
            tls_context=context if self.tls == "starttls" else None,
            require_starttls=self.tls == "starttls",
            auth_require_tls=self.tls == "starttls",
            auth_exclude_mechanism=None if self.users else ["LOGIN", "PLAIN"],
            authenticator=self._authenticate,
            data_size_limit=self.size_limit,
        )

    def _authenticate(self, *asked: Any) -> AuthResult:
        login: LoginPassword = asked[-1]
        known = self.users.get(login.login.decode()) == login.password.decode()
        return AuthResult(success=known, handled=False)

    async def handle_DATA(self, session: Session, _: Any, envelope: Envelope) -> str:  # noqa: N802 the library's name
        reply = self.scripted("CONTENT", "") or "250 2.0.0 taken"
        if reply.startswith("2") or reply == "accept-close":
            sender = (envelope.mail_from or "").removeprefix("<>")
            self.mails.append(Received(sender, tuple(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        if reply in {"close", "accept-close"}:
            session.close()
            raise asyncio.CancelledError
        if reply == "hang":
            await asyncio.Event().wait()
        return reply

    async def _end(self) -> None:
        self._listener.close()
        await self._cut()

    async def _cut(self) -> None:
        while self.sessions:
            await self.sessions.pop().end()


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A receiver in clear text, without AUTH, that takes everything."""
    with SmtpServer() as server:
        yield server
