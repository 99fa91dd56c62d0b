"""The real Dovecot that holds the mails of all runs."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.servers.dovecot import Account, Dovecot
from tests.servers.tls import EC, TlsFiles, openssl


@dataclass(frozen=True, slots=True)
class Stage:
    """What all runs share: a folder, and the server with an account for each."""

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


def _make_certificate(folder: Path) -> TlsFiles:
    key, certificate = folder / "dovecot.key", folder / "dovecot.pem"
    subject = ("-subj", "/CN=localhost", "-days", "1", "-keyout", key.name, "-out", certificate.name)
    openssl(folder, "req", "-x509", *EC, *subject)
    return TlsFiles(ca=certificate, certificate=certificate, key=key, elsewhere=certificate, other_ca=certificate)
