"""The real daemon as a process of its own, on a configuration written for one test."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.dovecot import PASSWORD, Account
from tests.servers.smtp import SmtpServer

PATIENCE = 60.0
BORDER = "mx.example.com"


@dataclass
class House:
    """One configuration and the daemon on it."""

    folder: Path
    smtp: SmtpServer
    process: subprocess.Popen[bytes] | None = None

    @property
    def config(self) -> Path:
        return self.folder / "helpdeskd.toml"

    @property
    def database(self) -> Path:
        """The store's SQLite file."""
        return self.folder / "state" / "helpdeskd.sqlite"

    def configure(self, *mailboxes: str, more: str = "") -> None:
        """Write the configuration: state and socket are the test's own, what leaves goes to its SMTP receiver."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        self.config.write_text(
            "\n".join(
                [
                    f'[helpdesk]\nstate = "{self.folder}/state"\nadmins = ["admin@ops.example"]',
                    f'[control]\nsocket = "{self.folder}/control.sock"',
                    f'[proof]\nauthserv_id = "{BORDER}"\nposition = "above"',
                    f'[outgoing]\nhost = "127.0.0.1"\nport = {self.smtp.port}\ntls = "none"',
                    more,
                    *mailboxes,
                ]
            ),
            "utf-8",
        )

    def mailbox(self, account: Account, address: str = "support@example.com", more: str = "idle = false") -> str:
        """The table of a mailbox that is looked at each second."""
        return (
            f'[[mailboxes]]\naddress = "{address}"\nhost = "127.0.0.1"\nport = {account.server.port}\ntls = "none"\n'
            f'user = "{account.user}"\npassword = {{ file = "{self.folder}/password" }}\npoll_seconds = 1\n{more}\n'
        )

    def start(self, failpoints: str = "", *, wait: bool = True) -> None:
        """Start the daemon, and wait until it answers unless told not to."""
        environ = {**os.environ, "HELPDESKD_FAILPOINTS": failpoints}
        with (self.folder / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(self._command("run"), stdout=log, stderr=log, env=environ)
        if wait:
            self.until(lambda: self.is_up() or self.has_ended(), "the daemon answers")
            assert not self.has_ended(), self.log()

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "daemon.cli", "--config", str(self.config), *words]

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """One verb, as a person calls it."""
        return subprocess.run(self._command(*words), capture_output=True, timeout=PATIENCE, check=False, text=True)

    def ask(self, verb: str, **request: object) -> Any:
        """What the running daemon answers on its socket. Raises OSError where none does, or it cannot."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE)
            line.connect(str(self.folder / "control.sock"))
            line.sendall(json.dumps({"verb": verb, "request": request}).encode() + b"\n")
            with line.makefile("rb") as reader:
                said = reader.readline()
        if not said:
            raise ConnectionResetError("no answer")
        told = json.loads(said)
        if "trouble" in told:
            raise ConnectionError(told["trouble"])
        return told["answer"]

    def status(self) -> Any:
        return self.ask("status")

    def arrivals(self) -> list[dict[str, Any]]:
        """All, oldest first."""
        found: list[dict[str, Any]] = self.ask("arrivals", limit=100_000)
        return found[::-1]

    def tickets(self) -> list[dict[str, Any]]:
        """All, the first opened first."""
        return sorted(self.ask("tickets", limit=100_000), key=lambda row: int(row["number"]))

    def show(self, number: int) -> Any:
        return self.ask("show", number=number)

    def is_up(self) -> bool:
        """Whether the daemon answers."""
        with contextlib.suppress(OSError):
            return bool(self.status()["running"])
        return False

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process is None or self.process.poll() is not None

    def is_done(self, arrivals: int) -> bool:
        """Whether so many mails have come, all have their outcome, and nothing waits to be sent."""
        with contextlib.suppress(OSError):
            said = self.status()
            ledger = said["ledger"]
            waiting = sum(many for name, many in said["outbox"].items() if name.endswith(" pending"))
            return bool(ledger["arrivals"] >= arrivals and ledger["in_work"] == 0 and waiting == 0)
        return False

    def until_done(self, arrivals: int) -> None:
        """Return when so many mails are done; the ledger adds up then, and no bug of ours was met on the way."""
        self.until(lambda: self.is_done(arrivals), f"{arrivals} mails are done")
        assert "bug of ours" not in self.log(), self.log()
        assert self.status()["ledger"]["adds_up"]

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; say what was waited for, and what the daemon said, if it never is."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if is_so():
                return
            time.sleep(0.05)
        said = self.run("status").stdout
        raise AssertionError(f"never: {what}\n{said}\n{self.log()[-4000:]}")

    def log(self) -> str:
        """All that the daemon said."""
        return (self.folder / "daemon.log").read_text("utf-8", "replace")

    def wait_until_dead(self) -> int:
        """Return how the daemon ended."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def stop(self) -> int:
        """SIGTERM, as systemd does it, and the ten seconds that systemd is promised; returns the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)

    def kill(self) -> None:
        """End it without a word, if it still runs."""
        if self.process is not None and not self.has_ended():
            self.process.kill()
            self.process.wait()


def vouched(raw: bytes) -> bytes:
    """The mail as our border server hands it on: with its word that DMARC passed."""
    domain = raw.partition(b"From: ")[2].partition(b"\r\n")[0].rpartition(b"@")[2].rstrip(b">").decode()
    trace = (
        f"Authentication-Results: {BORDER}; dmarc=pass header.from={domain}\r\n"
        f"Received: from mail.{domain} by {BORDER} with ESMTP; Tue, 24 Nov 2026 02:00:00 +0000\r\n"
    )
    return trace.encode() + raw


@pytest.fixture
def house(tmp_path: Path, smtp_server: SmtpServer) -> Iterator[House]:
    """A daemon that ends with the test."""
    mine = House(tmp_path, smtp_server)
    yield mine
    mine.kill()
