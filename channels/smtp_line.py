"""One connection to an SMTP server, over which several mails may go, one after the other (RFC 5321 §3)."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPConnectResponseError, SMTPException, SMTPHeloError, SMTPResponseException

from channels import Item, Receipt
from channels.smtp_reply import CLOSING, Reply, Step, clean, judge

Secret = Callable[[], str]
# What a broken, hostile or absent server can make the library raise; TimeoutError and SSLError are OSErrors.
WORLD = (SMTPException, OSError, ValueError, RuntimeError)


class LineLost(Exception):
    """The connection is of no more use.

    `is_unknown`: the mail may have been taken. `person`: only a person can mend it, so nothing else needs to try now.
    `after`: seconds that are known to be in vain.
    """

    def __init__(
        self, words: str, *, is_unknown: bool = False, person: bool = False, after: float | None = None
    ) -> None:
        super().__init__(words)
        self.is_unknown = is_unknown
        self.person = person
        self.after = after


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect and how. `context` None: clear text, which the settings allow on loopback only."""

    host: str
    port: int
    our_name: str
    context: ssl.SSLContext | None
    starttls: bool
    user: str | None
    secret: Secret | None
    step_seconds: float

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Line:
    """A connection that has said hello and logged in. Used by one delivery at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client = SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=server.our_name,
            timeout=server.step_seconds,
            use_tls=server.context is not None and not server.starttls,
            start_tls=False,  # not by itself: _encrypt asks, and never goes on without
            tls_context=server.context,
        )
        self._needs_reset = False
        self.mails = 0

    @property
    def is_open(self) -> bool:
        """As far as can be known without asking."""
        return self._client.is_connected

    async def open(self, until: float) -> None:
        """Connect, encrypt and log in before `until` (the loop's time). Raises LineLost."""
        try:
            async with asyncio.timeout_at(until):
                await self._client.connect()
                await self._say_hello()
                if self._server.starttls:
                    await self._encrypt()
                await self._log_in()
        except LineLost:
            self.drop()
            raise
        except WORLD as fault:
            self.drop()
            raise self._explain(fault) from fault

    async def send(self, item: Item, until: float) -> Receipt:
        """Hand over one mail before `until`. Raises LineLost; the connection stays good after every Receipt."""
        step = Step.SENDER
        try:
            async with asyncio.timeout_at(until):
                if self._needs_reset:
                    await self._ask(b"RSET")
                self._needs_reset = True
                for step, command in self._commands(item):
                    reply = await self._ask(command)
                    if reply.kind != (3 if step is Step.DATA else 2):
                        return judge(step, reply)
                step = Step.CONTENT
                reply = await self._hand_over(item.payload)
        except WORLD as fault:
            self.drop()
            words = f"{self._server}: {step}: {_say(fault)}"
            raise LineLost(words, is_unknown=step is Step.CONTENT) from fault
        self._needs_reset = False
        self.mails += 1
        return judge(Step.CONTENT, reply)

    def leave(self) -> None:
        """Say good-bye without waiting for an answer, and close."""
        protocol = self._client.protocol
        if protocol is not None and protocol.is_connected:
            protocol.write(b"QUIT\r\n")
        self._client.close()

    def drop(self) -> None:
        """Cut the connection; whatever was not sent yet stays unsent."""
        transport = self._client.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        self._client.close()

    def _commands(self, item: Item) -> tuple[tuple[Step, bytes], ...]:
        size = f" SIZE={len(item.payload)}" if self._client.supports_extension("size") else ""
        return (
            (Step.SENDER, f"MAIL FROM:<{item.envelope_sender or ''}>{size}".encode("ascii")),
            (Step.RECIPIENT, f"RCPT TO:<{item.recipient}>".encode("ascii")),
            (Step.DATA, b"DATA"),
        )

    async def _ask(self, command: bytes) -> Reply:
        """One command and its reply. Raises LineLost where the server ends the session with it."""
        said = await self._client.execute_command(command)
        return self._still_there(clean(said.code, said.message))

    async def _hand_over(self, payload: bytes) -> Reply:
        """The mail itself. Its reply is waited for as long as the delivery may take: giving up early makes copies."""
        protocol = self._client.protocol
        if protocol is None:
            raise ConnectionResetError("the connection was lost")
        protocol.write(dotted(payload))
        said = await protocol.read_response()
        return self._still_there(clean(said.code, said.message))

    def _still_there(self, reply: Reply) -> Reply:
        if reply.code == CLOSING:
            self.drop()
            raise LineLost(f"{self._server}: {reply}")
        return reply

    async def _say_hello(self) -> None:
        """EHLO, or HELO where the server is too old for it (RFC 5321 §3.2)."""
        try:
            await self._client.ehlo()
        except SMTPHeloError as refused:
            if refused.code not in {500, 502, 504}:
                raise
            await self._client.helo()

    async def _encrypt(self) -> None:
        """STARTTLS (RFC 3207 §4); what the server said in clear text before counts no longer."""
        if not self._client.supports_extension("starttls"):
            raise LineLost(f"{self._server}: it offers no STARTTLS; nothing is sent in clear text", person=True)
        await self._client.starttls()
        await self._client.ehlo()

    async def _log_in(self) -> None:
        """One attempt with the first way that the server offers: several would count as several wrong passwords."""
        server, client = self._server, self._client
        if server.user is None:
            return
        if server.secret is None:
            raise LineLost(f"{server}: there is a user but no password in the configuration", person=True)
        ways = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        offered = [way for way in ways if way in client.server_auth_methods]
        if not offered:
            raise LineLost(f"{server}: it offers no way to log in that we know, yet a user is configured", person=True)
        password = await asyncio.to_thread(_read, server.secret)
        try:
            await ways[offered[0]](server.user, password)
        except SMTPResponseException as refused:
            reply = clean(refused.code, refused.message)
            raise LineLost(f"{server}: login as {server.user} refused: {reply}", person=reply.kind == 5) from refused

    def _explain(self, fault: Exception) -> LineLost:
        """Why no connection came about, and whether trying again can help."""
        cause = fault.__cause__ if isinstance(fault.__cause__, ssl.SSLError) else fault
        if isinstance(cause, ssl.SSLCertVerificationError):
            return LineLost(f"{self._server}: its certificate is refused ({cause.verify_message})", person=True)
        if isinstance(cause, ssl.SSLError):
            return LineLost(f"{self._server}: no TLS connection ({cause.reason or 'no TLS there'})", person=True)
        if isinstance(fault, SMTPResponseException):
            reply = clean(fault.code, fault.message)
            where = "greeting" if isinstance(fault, SMTPConnectResponseError) else "hello"
            return LineLost(f"{self._server}: {where}: {reply}", person=reply.kind == 5)
        return LineLost(f"{self._server}: {_say(fault)}")


def dotted(payload: bytes) -> bytes:
    """The bytes as they go over the wire: dots doubled at line starts, a lone dot at the end (RFC 5321 §4.5.2)."""
    stuffed = payload.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


def _read(secret: Secret) -> str:
    """The secret, read now. Raises LineLost with no word of it."""
    try:
        return secret()
    except Exception as fault:
        raise LineLost(f"the password cannot be read: {fault}", person=True) from fault


def _say(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError):
        return "no answer in time"
    if isinstance(fault, SMTPResponseException):
        return f"an answer that is no SMTP: {clean(fault.code, fault.message).text}"
    return clean(0, str(fault)).text or type(fault).__name__
