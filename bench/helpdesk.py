"""The real daemon as a process of its own, with limits raised so far that every mail is acknowledged."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.mix import BORDER, MAILBOX
from bench.usage import cpu_seconds
from tests.servers.dovecot import PASSWORD, Account
from tests.servers.smtp import SmtpServer

PATIENCE = 60.0  # seconds that a start or an end may take
_CONFIG = """
[helpdesk]
domain = "acme.example"
state = "{folder}/state"
[store]
url = "{store}"
[control]
socket = "{folder}/control.sock"
[[mailboxes]]
address = "{mailbox}"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = {{ env = "BENCH_PASSWORD" }}
[outgoing]
host = "127.0.0.1"
port = {smtp}
tls = "none"
local_hostname = "helpdesk.acme.example"
[proof]
authserv_id = "{border}"
own_received = ["{border}"]
[acknowledgements]
per_address_day = 1000
per_domain_hour = 100000
unproven_hour = 1000000
"""


class NeverEnded(Exception):
    """Something that was waited for did not come; the text ends with the daemon's log."""


@dataclass
class Helpdesk:
    """One configuration, and the daemon on it."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return as soon as its start-up is finished."""
        environ = {**os.environ, "BENCH_PASSWORD": PASSWORD}
        command = [sys.executable, "-m", "daemon.cli", "--config", str(self.folder / "helpdeskd.toml"), "run"]
        with (self.folder / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environ)
        self._await((self.folder / "control.sock").exists, "the daemon is up")

    def stop(self) -> None:
        """End it as systemd does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it at once, if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def cpu_seconds(self) -> float:
        """What it and its parse children have used."""
        assert self.process is not None
        return cpu_seconds(self.process.pid)

    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        return self.process is None or self.process.poll() is not None

    def fault(self, why: str) -> NeverEnded:
        """What to raise: why, and what the daemon said last."""
        return NeverEnded(f"{why}\n{(self.folder / 'daemon.log').read_text('utf-8', 'replace')[-3000:]}")

    def _await(self, is_so: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not is_so():
            if self.has_ended() or time.monotonic() > until:
                raise self.fault(f"never: {what}")
            time.sleep(0.002)


@contextmanager
def open_helpdesk(folder: Path, account: Account, sink: SmtpServer, url: str | None) -> Iterator[Helpdesk]:
    """Configured, not started; it ends with the block. Without `url` its store is SQLite in the state folder."""
    folder.mkdir()
    text = _CONFIG.format(
        folder=folder,
        store=url or f"sqlite:///{folder}/state/helpdeskd.sqlite",
        mailbox=MAILBOX,
        border=BORDER,
        imap=account.server.port,
        user=account.user,
        smtp=sink.port,
    )
    (folder / "helpdeskd.toml").write_text(text, "utf-8")
    helpdesk = Helpdesk(folder)
    try:
        yield helpdesk
    finally:
        helpdesk.kill()
