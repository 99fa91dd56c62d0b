"""The real parts around the daemon: a Dovecot that holds the mails, an SMTP server that takes what it sends."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.mix import BORDER, MAILBOX
from tests.servers.dovecot import PASSWORD, Account, Dovecot
from tests.servers.house import House
from tests.servers.smtp import SmtpServer
from tests.servers.tls import EC, TlsFiles, openssl

_CONFIG = """
[helpdesk]
domain = "acme.example"
[store]
url = "{store}"
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


@dataclass(frozen=True, slots=True)
class Stage:
    """What all runs share."""

    folder: Path
    dovecot: Dovecot

    def account(self) -> Account:
        """An empty mailbox."""
        return self.dovecot.account("bench")

    def fill(self, account: Account, raws: Sequence[bytes], received: datetime) -> Account:
        """Lay the mails into the mailbox."""
        account.drop(raws, received)
        return account


@contextlib.contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    """Start Dovecot; it ends with the block."""
    dovecot = Dovecot(_make_certificate(folder))
    try:
        dovecot.start()
        yield Stage(folder, dovecot)
    finally:
        dovecot.remove()


def configure(house: House, account: Account, sink: SmtpServer, url: str | None) -> None:
    """Limits raised so far that every mail is acknowledged; `url` of the store, SQLite in the state folder without."""
    store = url or f"sqlite:///{house.folder}/state/helpdeskd.sqlite"
    values = {"store": store, "imap": account.server.port, "user": account.user, "smtp": sink.port}
    house.environ = {"BENCH_PASSWORD": PASSWORD}
    house.configure(_CONFIG.format(mailbox=MAILBOX, border=BORDER, **values))


def _make_certificate(folder: Path) -> TlsFiles:
    key, certificate = folder / "dovecot.key", folder / "dovecot.pem"
    subject = ("-subj", "/CN=localhost", "-days", "1", "-keyout", key.name, "-out", certificate.name)
    openssl(folder, "req", "-x509", *EC, *subject)
    return TlsFiles(ca=certificate, certificate=certificate, key=key, elsewhere=certificate, other_ca=certificate)
