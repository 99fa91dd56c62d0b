"""Mail out by SMTP: encrypted, over few connections that are kept for the next mail, an answer for each recipient."""

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from channels import Item, Kind, Receipt, Refused, Retry
from channels.smtp_line import Line, LineLost, Server

KEPT_SECONDS = 30.0  # an idle connection; many servers end theirs after a minute
MAILS_PER_LINE = 100
PAUSE_SECONDS = (60.0, 900.0)  # after what only a person can mend, doubled each time up to the second
MOST_ADDRESS = 320
ADDRESS = re.compile(
    r"""(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]++|"(?:[ !#-\[\]-~]|\\[ -~])*+")@[A-Za-z0-9.:\[\]-]++"""  # RFC 5321 §4.1.2
)
PORTS = {"tls": 465, "starttls": 587, "none": 25}


def _read_certificates(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("write the whole path, beginning with /")
    try:
        ssl.create_default_context(cafile=path)
    except OSError as fault:
        why = "there is no such file" if isinstance(fault, FileNotFoundError) else "holds no certificates in PEM"
        raise ValueError(why) from fault
    return path


CertificateFile = Annotated[Path, AfterValidator(_read_certificates)]


class SmtpSettings(BaseModel):
    """The server that takes what we send."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["smtp"] = Field("smtp", description="By SMTP.")
    host: str = Field(min_length=1, pattern=r"^[^\s/@]+$", description="The server's name, as in its certificate.")
    port: int = Field(0, ge=0, le=65535, description="Its port; by default 465 for tls, 587 for starttls, 25 for none.")
    tls: Literal["tls", "starttls", "none"] = Field(
        "starttls",
        description='"tls" from the first byte, "starttls" without ever falling back, "none" on loopback only.',
    )
    user: str | None = Field(None, min_length=1, description="The user to log in as; without one there is no login.")
    ca_file: CertificateFile | None = Field(
        None, description="Certificates to trust instead of the system's, in PEM; a whole path."
    )
    local_hostname: str | None = Field(
        None, pattern=r"^[A-Za-z0-9.:\[\]-]+$", description="Our name in EHLO; by default this machine's full name."
    )
    timeout: float = Field(60.0, gt=0, le=600, description="Seconds that the server may take for one answer.")
    deadline: float = Field(
        300.0,
        gt=0,
        le=540,
        description="Seconds that one mail may take in all; its last answer is waited for that long.",
    )
    connections: int = Field(4, ge=1, le=50, description="How many mails are under way at once, each on a connection.")

    @model_validator(mode="after")
    def _refuse_clear_text(self) -> Self:
        if self.tls == "none" and not is_loopback(self.host):
            raise ValueError('tls = "none" is for a server on this machine only (127.0.0.1, ::1, localhost)')
        return self


def is_loopback(host: str) -> bool:
    """What is sent to this host never leaves the machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(slots=True)
class Trouble:
    """What only a person can mend keeps all mails from knocking again and again (wrong passwords lock accounts)."""

    words: str = ""
    until: float = 0.0
    seconds: float = 0.0

    def note(self, words: str, now: float) -> float:
        """Remember it; says in how many seconds to try again."""
        shortest, longest = PAUSE_SECONDS
        self.seconds = min(max(self.seconds * 2, shortest), longest)
        self.words, self.until = words, now + self.seconds
        return self.seconds

    def clear(self) -> None:
        """It is mended."""
        self.words, self.until, self.seconds = "", 0.0, 0.0


@dataclass(slots=True)
class Kept:
    """An open connection that waits for the next mail, and what will end it."""

    line: Line
    end: asyncio.TimerHandle = field(repr=False)


class SmtpChannel:
    """The way out by SMTP. Belongs to one event loop; `password` is asked at each login."""

    def __init__(self, settings: SmtpSettings, password: Callable[[], str] | None) -> None:
        self.concurrency = settings.connections
        self.deadline = settings.deadline
        self._settings = settings
        self._password = password
        self._server: Server | None = None
        self._kept: list[Kept] = []
        self._room = asyncio.Semaphore(settings.connections)
        self._door = asyncio.Lock()
        self._trouble = Trouble()
        self._closed = False

    async def deliver(self, item: Item) -> Receipt:
        """Hand one mail to the server; always answers within `deadline` seconds."""
        why = unsendable(item)
        if why is not None:
            return Refused(why)
        loop = asyncio.get_running_loop()
        until = loop.time() + self.deadline
        try:
            async with asyncio.timeout_at(until):
                await self._room.acquire()
        except TimeoutError:
            return Retry("all connections were busy until the deadline")
        try:
            return await self._send(item, until)
        except LineLost as lost:
            after = self._trouble.note(str(lost), loop.time()) if lost.person else lost.after
            return Retry(str(lost), after, is_unknown=lost.is_unknown)
        finally:
            self._room.release()

    async def close(self) -> None:
        """Say good-bye on idle connections; those in use are left when their mail is through."""
        self._closed = True
        while self._kept:
            self._take().leave()

    async def _send(self, item: Item, until: float) -> Receipt:
        """Over a kept connection if it still lives, else over a new one; never again once the mail may be out."""
        while self._kept:
            line = self._take()
            if not line.is_open:
                continue
            try:
                return await self._speak(line, item, until)
            except LineLost as lost:  # the server had ended it in the meantime: nothing of this mail has left
                if lost.is_unknown or isinstance(lost.__cause__, TimeoutError):
                    raise
        return self._pause() or await self._speak(await self._open(until), item, until)

    async def _speak(self, line: Line, item: Item, until: float) -> Receipt:
        try:
            receipt = await line.send(item, until)
        except BaseException:
            line.drop()
            raise
        self._keep(line)
        return receipt

    async def _open(self, until: float) -> Line:
        """A new connection; one is opened at a time, so that a wrong password is told once, not once for each mail."""
        try:
            async with asyncio.timeout_at(until), self._door:
                if (pause := self._pause()) is not None:
                    raise LineLost(pause.detail, after=pause.after)
                line = Line(await self._find_server())
                try:
                    await line.open(until)
                except BaseException:
                    line.drop()
                    raise
        except TimeoutError as late:
            raise LineLost(f"{self._settings.host}: no connection until the deadline") from late
        self._trouble.clear()
        return line

    async def _find_server(self) -> Server:
        if self._server is None:
            try:
                context = await asyncio.to_thread(self._trust)
            except OSError as fault:
                raise LineLost(f"{self._settings.ca_file}: no certificates to trust: {fault}", person=True) from fault
            our_name = self._settings.local_hostname
            if our_name is None:
                our_name = await asyncio.to_thread(socket.getfqdn)
            self._server = Server(
                host=self._settings.host,
                port=self._settings.port or PORTS[self._settings.tls],
                our_name=our_name,
                context=context,
                starttls=self._settings.tls == "starttls",
                user=self._settings.user,
                secret=self._password,
                step_seconds=self._settings.timeout,
            )
        return self._server

    def _trust(self) -> ssl.SSLContext | None:
        if self._settings.tls == "none":
            return None
        context = ssl.create_default_context(cafile=self._settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _pause(self) -> Retry | None:
        left = self._trouble.until - asyncio.get_running_loop().time()
        return Retry(self._trouble.words, left) if left > 0 else None

    def _keep(self, line: Line) -> None:
        if self._closed or not line.is_open or line.mails >= MAILS_PER_LINE:
            line.leave()
            return
        end = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._retire, line)
        self._kept.append(Kept(line, end))

    def _take(self) -> Line:
        """The connection that was used last: it is the one most likely to live."""
        kept = self._kept.pop()
        kept.end.cancel()
        return kept.line

    def _retire(self, line: Line) -> None:
        self._kept = [kept for kept in self._kept if kept.line is not line]
        line.leave()


def unsendable(item: Item) -> str | None:
    """Why these bytes may not go over the wire, to nobody; None where they may.

    Whatever is composed here has none of this: it is the last door, so that no address can bring a command of its own
    and no lone CR or LF can end the mail early (RFC 5321 §2.3.8, §4.1.2).
    """
    for address in (item.recipient, item.envelope_sender):
        if address and (len(address) > MOST_ADDRESS or not ADDRESS.fullmatch(address)):
            return "an address that cannot stand in an SMTP command"
    if not item.recipient:
        return "there is no recipient"
    ends = item.payload.count(b"\r\n")
    if item.payload.count(b"\r") != ends or item.payload.count(b"\n") != ends:
        return "a lone CR or LF in the mail"
    return None


KIND = Kind("smtp", SmtpSettings, SmtpChannel)
