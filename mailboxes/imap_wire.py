"""The wire under IMAP: a connection that can be cut from outside, and a bound on what one answer may hold in memory."""

import contextlib
import imaplib
import select
import socket
import ssl
from collections.abc import Callable
from io import BufferedReader
from typing import Any

from imapclient import IMAPClient, SocketTimeout

from mailboxes.deadline import Lifeline

LONGEST_LINE = 4_000_000  # bytes; imaplib's own 1,000,000 is not enough for the structure of a mail with 10,000 parts
CHATTER = 8_000_000  # bytes of an answer besides the mails that were asked for


class TooMuch(imaplib.IMAP4.error):
    """The server sent, or announced, more than was asked for."""


class Wire(imaplib.IMAP4):
    """imaplib's side of the protocol over a socket that `dial` opens."""

    def __init__(self, host: str, port: int, dial: Callable[[], socket.socket]) -> None:
        self._dial = dial
        self.left = CHATTER  # bytes that may still be read for the present operation
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:  # noqa: ARG002 imaplib's signature
        return self._dial()

    def read(self, size: int) -> bytes:
        """A literal of this size; refused before any memory is taken for it where it is beyond the bound."""
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """One line."""
        line = self.file.readline(LONGEST_LINE + 1)
        assert isinstance(line, bytes)
        if len(line) > LONGEST_LINE:
            raise TooMuch(f"a line of more than {LONGEST_LINE} bytes")
        self._spend(len(line))
        return line

    def is_readable(self, seconds: float) -> bool:
        """Whether something can be read (the end of the connection too), waiting so long for it.

        What TLS or the file around the socket has already taken in counts; a poll of the socket alone would miss it.
        """
        return self._has_buffered() or bool(_poll(self.sock, seconds))

    def start_idle(self) -> tuple[bytes, bool]:
        """Begin IDLE (RFC 2177 §3): its tag, and whether news came before the agreement. Raises where refused."""
        tag: Any = self._command("IDLE")  # bytes
        early = False
        while self._get_response() is not None:  # None is the continuation
            if self.tagged_commands[tag]:
                raise self.error(f"IDLE refused: {self.tagged_commands.pop(tag)}")
            early = True
        return tag, early

    def _has_buffered(self) -> bool:
        before = self.sock.gettimeout()
        self.sock.settimeout(0.0)
        try:
            with contextlib.suppress(OSError):  # TLS wants more bytes than are there
                return isinstance(self.file, BufferedReader) and bool(self.file.peek(1))
            return False
        finally:
            self.sock.settimeout(before)

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooMuch("more bytes than were asked for")


class Client(IMAPClient):  # type: ignore[misc]  # imapclient brings no types
    """imapclient over our wire; times come aware."""

    def __init__(self, host: str, port: int, dial: Callable[[], socket.socket], seconds: float) -> None:
        self._dial = dial
        self._known: tuple[bytes, ...] = ()
        super().__init__(host, port, ssl=False, timeout=SocketTimeout(seconds, seconds))
        self.normalise_times = False
        self.wire.debug = 0  # imapclient asks for 5, which prints every answer into a string, bodies included

    @property
    def wire(self) -> Wire:
        """The connection below."""
        wire = self._imap
        assert isinstance(wire, Wire)
        return wire

    def ask_capabilities(self) -> frozenset[bytes]:
        """What the server can do now; remembered, and what it said before counts no more (RFC 9051 §6.2.1)."""
        _, said = self.wire.capability()
        self._known = tuple(bytes(said[-1] or b"").upper().split())
        return frozenset(self._known)

    def capabilities(self) -> tuple[bytes, ...]:
        """What the server said last that it can do."""
        return self._known or tuple(super().capabilities())

    def start_idle(self) -> bool:
        """Begin IDLE; whether the server told news before it agreed. `idle_done` ends it."""
        self._idle_tag, early = self.wire.start_idle()
        return early

    def _create_IMAP4(self) -> Wire:  # noqa: N802 imapclient's name
        return Wire(self.host, self.port, self._dial)


def dial(host: str, port: int, seconds: float, lifeline: Lifeline, context: ssl.SSLContext | None) -> socket.socket:
    """Connect, with TLS if a context is given; `lifeline` may cut at any moment of it. Raises OSError."""
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connection = socket.socket(family, kind, protocol)
        try:
            lifeline.hold(connection)
            connection.settimeout(seconds)
            connection.connect(address)
            if context is None:
                return connection
            return context.wrap_socket(connection, server_hostname=host)
        except OSError as error:
            connection.close()
            failure = error
        if lifeline.should_end():
            break
    raise failure


def _poll(connection: socket.socket, seconds: float) -> list[tuple[int, int]]:
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    return poller.poll(max(0, int(seconds * 1000)))
