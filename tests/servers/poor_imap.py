"""pymap with its Maildir back-end: the demo's server, and the poorest that we promise to get on with."""

import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient
from pysasl.hashing import BuiltinHash

from tests.servers.ports import await_port, free_port

_names = itertools.count(1)


@dataclass
class PoorImap:
    """One server; each account is a user of its own, made when it is asked for."""

    folder: Path = field(init=False)
    port: int = field(init=False)
    password: str = "correct-horse"
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pymap-"))
        self.port = free_port()
        for name in ("passwd", "shadow", "group"):
            (self.folder / f"pymap-etc-{name}").touch()

    def start(self) -> None:
        program = Path(sys.executable).with_name("pymap")
        words = ("--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "maildir", str(self.folder))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([program, *words], stdout=log, stderr=log)
        await_port(self.port)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def user(self) -> str:
        name = f"support{next(_names)}"
        with (self.folder / "pymap-etc-passwd").open("a") as file:
            file.write(f"{name}:x:0:0::{name}:\n")
        with (self.folder / "pymap-etc-shadow").open("a") as file:
            file.write(f"{name}:{BuiltinHash().hash(self.password)}:::::::\n")
        return name

    def client(self, user: str) -> IMAPClient:
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=30)
        client.login(user, self.password)
        return client

    def deliver(self, user: str, *raws: bytes, received: datetime | None = None) -> None:
        with self.client(user) as client:
            for raw in raws:
                client.append("INBOX", raw, (), received)


@pytest.fixture(scope="session")
def poor_imap() -> Iterator[PoorImap]:
    """A running server; users are fresh."""
    server = PoorImap()
    server.start()
    yield server
    server.remove()
