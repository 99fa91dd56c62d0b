"""One connection to an IMAP server, logged in: every operation under a deadline, every failure a SourceFault."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from imapclient.exceptions import LoginError

from mailboxes import SourceFault
from mailboxes.deadline import Lifeline
from mailboxes.imap_faults import BUSY_SECONDS, WORLD, Lost, Refused, fault_of, refused_login, words
from mailboxes.imap_wire import CHATTER, Client, dial

SLOWEST = 131_072  # bytes a second that a connection must manage; what is expected to be long gets more time by it
SLACK = 2  # times what is expected that may come: some servers only estimate RFC822.SIZE
FAREWELL = 3.0  # seconds for LOGOUT

# RFC 9051 §9: what may stand in a command without quotes; imaplib quotes passwords, but no user names.
_PLAIN_USER = re.compile(r"[!#$&'+,\-./0-9:;<=>?@A-Z^_`a-z|~]+")

Answer = Mapping[int, Mapping[bytes, object]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how to connect; `context` stands for TLS, `starttls` says when it begins."""

    host: str
    port: int
    user: str
    context: ssl.SSLContext | None
    starttls: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was when it was opened."""

    uidvalidity: int
    exists: int


class Session:
    """A connection of one owner; `refusals` logins were refused before, which makes the next pause longer."""

    def __init__(self, place: Place, password: Callable[[], str], lifeline: Lifeline, refusals: int) -> None:
        self._place = place
        self._lifeline = lifeline
        self._open: Client | None = None
        self.is_broken = False
        try:
            self.client = self._connect()
            self._login(password(), refusals)
            with self.operation("asking capabilities"):
                self.capabilities = self.client.ask_capabilities()
        except BaseException:
            self.drop()
            raise

    def can(self, capability: str) -> bool:
        """Whether the server, once logged in, said that it is able to do this."""
        return capability.encode() in self.capabilities

    @contextlib.contextmanager
    def operation(self, what: str, expected: int = 0, seconds: float | None = None) -> Iterator[None]:
        """Do something that shall answer with so many bytes in mails; any failure of the world ends the connection."""
        if self._lifeline.take_interruption():
            self.is_broken = True
            raise SourceFault(f"{what}: interrupted")
        if self._open is not None:
            self._open.wire.left = CHATTER + SLACK * expected
        seconds = longest(self._place.seconds, expected) if seconds is None else seconds
        try:
            with self._lifeline.within(seconds):
                yield
        except SourceFault:
            self.is_broken = True
            raise
        except WORLD as error:
            self.is_broken = True
            raise self._fault(what, seconds, error) from error

    def _fault(self, what: str, seconds: float, error: BaseException) -> SourceFault:
        if self._lifeline.take_interruption():
            return SourceFault(f"{what}: interrupted")
        if self._lifeline.is_overdue() or isinstance(error, TimeoutError):
            return Lost(f"{what}: no end after {seconds:.0f} s")
        return fault_of(what, error)

    def examine(self, name: str, *, writable: bool = False) -> Folder:
        """Open a folder; read-only unless asked otherwise, so that nothing in it can change by our reading."""
        with self.operation(f"opening {name}"):
            answer = self.client.select_folder(name, readonly=not writable)
            self.client.wire.response("EXISTS")  # so that `has_news` speaks of later mail only
            uidvalidity = int(answer.get(b"UIDVALIDITY", 0))
            if not uidvalidity:
                raise SourceFault(f"{name}: the server keeps no UIDs (no UIDVALIDITY)", BUSY_SECONDS, permanent=True)
            return Folder(uidvalidity, int(answer.get(b"EXISTS", 0)))

    def search(self, criteria: str) -> list[int]:
        """UIDs, ascending, each once."""
        with self.operation("searching"):
            return sorted({int(uid) for uid in self.client.search(criteria)})

    def fetch(self, uids: Sequence[int], items: Sequence[str], expected: int = 0) -> Answer:
        """What the server says of these mails; one that is not there any more is left out of the answer."""
        with self.operation(f"fetching {len(uids)} mails", expected):
            answer: Answer = self.client.fetch(uids, items)
            return answer

    def has_news(self) -> bool:
        """Whether the server told of new mail by the way since the folder was opened."""
        return self.client.wire.response("EXISTS")[1] != [None]

    def idle(self, seconds: float) -> bool:
        """Wait in IDLE (RFC 2177) until the server says something, so long at most; whether it was of new mail.

        Always ends with DONE and NOOP under a deadline: a dead connection looks like "no news". Raises Refused where
        the server offers IDLE but refuses it.
        """
        with self.operation("starting IDLE"):
            early = self.client.start_idle()
        if not early:
            self.client.wire.is_readable(seconds)
        with self.operation("ending IDLE"):
            _, told = self.client.idle_done()
            _, more = self.client.noop()
        return early or self.has_news() or any(b"EXISTS" in line for line in (*told, *more))

    def close(self) -> None:
        """Say good-bye where that works; never raises."""
        if not self.is_broken:
            with contextlib.suppress(SourceFault), self.operation("logging out", seconds=FAREWELL):
                self.client.logout()
        self.drop()

    def drop(self) -> None:
        """Forget the connection without a word; never raises."""
        self.is_broken = True
        if self._open is not None:
            with contextlib.suppress(*WORLD):
                self._open.shutdown()
        self._open = None
        self._lifeline.release()

    def _connect(self) -> Client:
        place = self._place
        early = None if place.starttls else place.context
        with self.operation(f"connecting to {place.host}:{place.port}"):
            client = Client(
                place.host,
                place.port,
                lambda: dial(place.host, place.port, place.seconds, self._lifeline, early),
                place.seconds,
            )
        self._open = client
        if place.starttls:
            self._start_tls(client)
        return client

    def _start_tls(self, client: Client) -> None:
        """STARTTLS or nothing: without it no name and no password leave (RFC 8314 §4.1, RFC 9051 §11.1)."""
        if client.wire.state != "NONAUTH":
            raise self._no_tls("the server logged us in before TLS began")
        if not client.has_capability("STARTTLS"):
            raise self._no_tls("the server does not offer STARTTLS")
        try:
            with self.operation("starting TLS"):
                client.starttls(self._place.context)
        except Refused as refused:
            raise self._no_tls(str(refused)) from refused
        client.wire.untagged_responses.clear()  # what was said in clear text does not count any more
        with self.operation("asking capabilities"):
            client.ask_capabilities()

    def _no_tls(self, why: str) -> SourceFault:
        return SourceFault(f"{why}; nothing is sent in clear text", BUSY_SECONDS, permanent=True)

    def _login(self, password: str, refusals: int) -> None:
        user = self._place.user
        if set(user + password) & set("\r\n\0"):
            raise SourceFault("user or password holds a line break", BUSY_SECONDS, permanent=True)
        plain = bool(_PLAIN_USER.fullmatch(user)) and password.isascii()
        can = self.client.has_capability
        try:
            with self.operation("logging in"):
                self._send_login(user, password, by_sasl=can("AUTH=PLAIN") and (not plain or can("LOGINDISABLED")))
        except _LoginRefused as refused:
            raise refused_login(_hide(password, str(refused)), refusals + 1) from None
        except SourceFault as fault:
            shown = _hide(password, str(fault))
            raise type(fault)(shown, fault.retry_after, permanent=fault.permanent) from None

    def _send_login(self, user: str, password: str, *, by_sasl: bool) -> None:
        try:
            if by_sasl:
                self.client.plain_login(user, password)
                return
            if self.client.has_capability("LOGINDISABLED"):
                raise _LoginRefused("the server allows no LOGIN here")
            if not password.isascii():
                raise _LoginRefused("the password is not ASCII, and the server does not offer AUTH=PLAIN")
            quoted = user if _PLAIN_USER.fullmatch(user) else '"' + user.replace("\\", r"\\").replace('"', r"\"") + '"'
            self.client.login(quoted, password)
        except LoginError as error:
            cause = error.__context__ or error
            if isinstance(cause, imaplib.IMAP4.abort):
                raise cause from None  # the connection broke, nobody refused anything
            raise _LoginRefused(words(cause)) from None


def longest(seconds: float, expected: int) -> float:
    """Seconds that an operation may take which has `seconds` for itself and fetches so many bytes."""
    return seconds + expected / SLOWEST


class _LoginRefused(SourceFault):
    """The server said no to this user and password."""


def _hide(password: str, text: str) -> str:
    return text.replace(password, "(password)") if password else text
