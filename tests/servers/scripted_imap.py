"""An IMAP server that misbehaves as told: what no real server does when a test wants it."""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

DATE = b"24-Nov-2026 10:00:00 +0000"


@dataclass
class Talk:
    """One connection."""

    server: "ScriptedImap"
    socket: socket.socket
    tag: bytes = b""
    arguments: bytes = b""

    def __post_init__(self) -> None:
        self.file = self.socket.makefile("rb")

    def send(self, *lines: bytes) -> None:
        self.socket.sendall(b"".join(line + b"\r\n" for line in lines))

    def finish(self, words: bytes = b"OK done") -> None:
        self.send(self.tag + b" " + words)

    def drip(self, text: bytes, pause: float) -> None:
        """Byte by byte, until the other side or the test has had enough."""
        for byte in text:
            self.socket.sendall(bytes([byte]))
            if self.server.over.wait(pause):
                return

    def stay_silent(self) -> None:
        """Say nothing until the other side goes away or the test ends."""
        self.socket.settimeout(0.05)
        while not self.server.over.is_set():
            with contextlib.suppress(TimeoutError):
                if not self.socket.recv(1):
                    return

    def start_tls(self) -> None:
        assert self.server.tls is not None
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)
        self.file = self.socket.makefile("rb")


Step = Callable[[Talk], None]


@dataclass
class ScriptedImap:
    """A folder of mails with UIDs 1, 2, …; `steps` replace what is said to a verb ("GREETING" comes first)."""

    mails: Sequence[bytes] = ()
    capability: bytes = b"IMAP4rev1"
    steps: Mapping[str, Step] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    sizes: Mapping[int, int] = field(default_factory=dict)  # RFC822.SIZE where it lies
    heard: list[str] = field(default_factory=list)  # verbs in order, over all connections
    lines: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def stop(self) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while not self.over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=[connection])
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        talk = Talk(self, connection)
        with contextlib.suppress(OSError, ValueError):
            self._step("GREETING")(talk)
            while not self.over.is_set() and (line := talk.file.readline()):
                self.lines.append(line)
                verb = self._understand(talk, line)
                self.heard.append(verb)
                self._step(verb)(talk)
        talk.file.close()
        talk.socket.close()

    def _understand(self, talk: Talk, line: bytes) -> str:
        talk.tag, _, rest = line.rstrip().partition(b" ")
        verb, _, talk.arguments = rest.partition(b" ")
        if verb.upper() == b"UID":
            second, _, talk.arguments = talk.arguments.partition(b" ")
            verb += b" " + second
        return verb.decode().upper()

    def _step(self, verb: str) -> Step:
        own: Step = getattr(self, "_" + verb.lower().replace(" ", "_"), Talk.finish)
        return self.steps.get(verb, own)

    def _greeting(self, talk: Talk) -> None:
        talk.send(b"* OK ready")

    def _capability(self, talk: Talk) -> None:
        talk.send(b"* CAPABILITY " + self.capability)
        talk.finish()

    def _examine(self, talk: Talk) -> None:
        talk.send(b"* %d EXISTS" % len(self.mails), b"* OK [UIDVALIDITY 7] fine", b"* OK [UIDNEXT 99999] next")
        talk.finish(b"OK [READ-ONLY] open")

    def _uid_search(self, talk: Talk) -> None:
        found = re.search(rb"UID (\d+):(\d+)", talk.arguments)
        low, high = (int(found[1]), int(found[2])) if found else (len(self.mails), len(self.mails))
        uids = [n for n in range(1, len(self.mails) + 1) if low <= n <= high]
        talk.send(b"* SEARCH " + b" ".join(b"%d" % uid for uid in uids))
        talk.finish()

    def _uid_fetch(self, talk: Talk) -> None:
        for uid in (int(word) for word in talk.arguments.split(b" ")[0].split(b",")):
            raw = self.mails[uid - 1]
            if b"BODY.PEEK[]" in talk.arguments:
                talk.socket.sendall(b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (uid, uid, len(raw), raw))
            else:
                size = self.sizes.get(uid, len(raw))
                said = b'* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%b")' % (uid, uid, size, DATE)
                talk.send(said)
        talk.finish()

    def _idle(self, talk: Talk) -> None:
        talk.send(b"+ idling")
        if talk.file.readline():
            talk.finish()

    def _logout(self, talk: Talk) -> None:
        talk.send(b"* BYE")
        talk.finish()


@pytest.fixture
def scripted_imap() -> Iterator[Callable[..., ScriptedImap]]:
    """Makes servers; all are stopped at the end."""
    made: list[ScriptedImap] = []

    def make(**script: object) -> ScriptedImap:
        made.append(ScriptedImap(**script))  # type: ignore[arg-type]  # the fields of the class, by name
        return made[-1]

    yield make
    for server in made:
        server.over.set()
    for server in made:
        server.stop()


def wait_until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return as soon as something holds; fail if it never does."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "never happened"
        time.sleep(0.01)
