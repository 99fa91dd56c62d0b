"""IMAP mailboxes: read by UID, left on the server as they were."""

import ipaddress
import random
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mailboxes import Batch, Cursor, SourceFault, source
from mailboxes.deadline import Lifeline
from mailboxes.imap_faults import BUSY_SECONDS, Refused, RefusedLogin
from mailboxes.imap_fetching import Fetching
from mailboxes.imap_headers import read_headers
from mailboxes.imap_listing import listed, windows
from mailboxes.imap_moving import move
from mailboxes.imap_session import Place, Session, longest

_random = random.SystemRandom()


class ImapSettings(BaseModel):
    """How one mailbox is read over IMAP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["imap"] = Field("imap", description="This kind of mailbox.")
    host: str = Field(min_length=1, description="The IMAP server, as its certificate names it.")
    port: int | None = Field(None, ge=1, le=65535, description="By default 993 with TLS, else 143.")
    tls: Literal["tls", "starttls", "none"] = Field(
        "tls", description='TLS from the start, or by STARTTLS; "none" is allowed on this machine itself only.'
    )
    ca_file: Path | None = Field(
        None, description="A file of certificates (PEM) that the server's must go back to, instead of the system's."
    )
    user: str = Field(min_length=1, description="The name to log in with.")
    folder: str = Field("INBOX", min_length=1, description="The folder that is read.")
    move_done_to: str | None = Field(
        None, min_length=1, description="Where done mails are moved to; by default they stay as they are."
    )
    poll_seconds: float = Field(
        60.0, ge=1, le=1500, description="Time between two looks where the server does not tell of new mail."
    )
    poll_jitter: float = Field(0.1, ge=0, le=0.5, description="The share of that time by which it varies at random.")
    idle: bool = Field(default=True, description="Let the server tell of new mail (IDLE) where it can.")
    idle_renew_minutes: float = Field(
        10.0, gt=0, lt=29, description="IDLE is renewed after so long; servers and routers forget quiet connections."
    )
    size_limit: int = Field(
        25_000_000, ge=100_000, description="Bytes of one mail; of a larger one only header and text are fetched."
    )
    batch_bytes: int = Field(8_000_000, ge=1, description="Bytes of mail that are fetched and committed together.")
    operation_seconds: float = Field(
        60.0, gt=0, le=600, description="How long one request may take, apart from 1 s for each 128 kB that it fetches."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.tls == "none" and not _is_loopback(self.host):
            raise ValueError('tls = "none" is for servers on this machine only (localhost, 127.0.0.1, ::1)')
        if self.move_done_to is not None and self.move_done_to == self.folder:
            raise ValueError("move_done_to names the folder that is read")
        return self

    @property
    def actual_port(self) -> int:
        """The port, the default filled in."""
        return self.port or (993 if self.tls == "tls" else 143)

    @property
    def longest_seconds(self) -> float:
        """How long one call may at most be silent for good reason: the deadline of the largest request."""
        return longest(self.operation_seconds, max(self.size_limit, self.batch_bytes))


@source
class ImapSource:
    """One folder of an IMAP account; the connection is made when it is needed and made anew after a fault."""

    kind: ClassVar[str] = "imap"
    Settings: ClassVar[type[BaseModel]] = ImapSettings

    def __init__(self, settings: ImapSettings, password: Callable[[], str] | None) -> None:
        self._settings = settings
        self._password = password
        self._lifeline = Lifeline()
        self._session: Session | None = None
        self._fetching = Fetching(settings.size_limit, settings.batch_bytes)
        self._refusals = 0  # logins in a row
        self._idles = settings.idle

    def __repr__(self) -> str:
        return f"ImapSource({self._settings.user} at {self._settings.host})"

    def read(self, cursor: Cursor | None, since: datetime, record: Callable[[Batch], None]) -> Cursor | None:
        """See `Source.read`."""
        session = self._ready()
        folder = session.examine(self._settings.folder)
        epoch = folder.uidvalidity
        at = cursor if cursor is not None and cursor.uidvalidity == epoch else Cursor(epoch, 0)
        committed = cursor
        for low, high in windows(session, folder, at.uid):
            for mails in listed(session, low, high, since):
                for group in self._fetching.groups(epoch, mails):
                    fetched = self._fetching.fetch(session, epoch, group, since)
                    committed = Cursor(epoch, group[-1].uid)
                    record(Batch(fetched, committed))
            at = Cursor(epoch, high)
        if at != committed:  # behind the last that was handed over lie only mails from before `since`
            record(Batch((), at))
        return at

    def wait(self, seconds: float) -> None:
        """See `Source.wait`."""
        if self._session is None or self._session.is_broken:
            self._ready()
            return  # mail may have come while there was no connection
        if self._session.has_news():
            return
        if self._idles and self._session.can("IDLE"):
            self._wait_idle(self._session, seconds)
        else:
            self._wait_quietly(seconds)

    def _wait_idle(self, session: Session, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                if session.idle(min(left, self._settings.idle_renew_minutes * 60.0)):
                    return
            except Refused:  # offered, yet refused: this server is polled from now on
                self._idles = False
                self._wait_quietly(left)
                return

    def _wait_quietly(self, seconds: float) -> None:
        spread = self._settings.poll_jitter * _random.uniform(-1.0, 1.0)
        self._lifeline.sleep(min(seconds, self._settings.poll_seconds * (1.0 + spread)))
        if self._lifeline.take_interruption():
            self._forget()
            raise SourceFault("waiting: interrupted")

    def latest_headers(self, many: int) -> list[bytes]:
        """See `Browsable.latest_headers`."""
        session = self._ready()
        return read_headers(session, session.examine(self._settings.folder), many)

    def settle(self, uidvalidity: int, uids: Sequence[int]) -> None:
        """See `Source.settle`."""
        if self._settings.move_done_to is not None and uids:
            move(self._ready(), self._settings.folder, self._settings.move_done_to, uidvalidity, uids)

    def interrupt(self) -> None:
        """See `Source.interrupt`."""
        self._lifeline.interrupt()

    def close(self) -> None:
        """See `Source.close`."""
        if self._session is not None:
            self._session.close()
        self._session = None

    def _ready(self) -> Session:
        if self._session is not None and not self._session.is_broken:
            return self._session
        self._forget()
        if self._password is None:
            raise SourceFault(f"no password for {self._settings.user}", BUSY_SECONDS, permanent=True)
        place = _place(self._settings)
        try:
            self._session = Session(place, self._password, self._lifeline, self._refusals)
        except RefusedLogin:
            self._refusals += 1
            raise
        self._refusals = 0
        return self._session

    def _forget(self) -> None:
        if self._session is not None:
            self._session.drop()
        self._session = None


def _place(settings: ImapSettings) -> Place:
    return Place(
        settings.host,
        settings.actual_port,
        settings.user,
        _context(settings.ca_file) if settings.tls != "none" else None,
        settings.tls == "starttls",
        settings.operation_seconds,
    )


def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise SourceFault(f"{ca_file} cannot be used: {error}", BUSY_SECONDS, permanent=True) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
