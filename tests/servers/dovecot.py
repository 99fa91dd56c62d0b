"""A real Dovecot 2.3 on loopback: its own folder, its own certificate, any user with one password."""

import grp
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.servers.ports import await_port, await_silence, free_port
from tests.servers.tls import TlsFiles

PASSWORD = "correct-horse"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
POOR = "IMAP4rev1 SASL-IR LITERAL+ LOGIN-REFERRALS ID ENABLE NAMESPACE"  # no IDLE, no MOVE, no UIDPLUS
_names = itertools.count(1)

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
mail_uid = {user}
mail_gid = {group}
mail_fsync = never
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 0
auth_failure_delay = 0
imap_capability = {capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """One server; `capability` replaces what it says it can do after login."""

    tls_files: TlsFiles
    capability: str = ""
    folder: Path = field(init=False)
    port: int = field(init=False)
    tls_port: int = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.folder.chmod(0o755)
        self.port, self.tls_port = free_port(), free_port()
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._owner = (user.pw_uid, user.pw_gid)
        for name in ("mail", "home"):
            (self.folder / name).mkdir()
            os.chown(self.folder / name, *self._owner)
        for source, name in ((self.tls_files.certificate, "cert.pem"), (self.tls_files.key, "key.pem")):
            shutil.copy(source, self.folder / name)
        (self.folder / "dovecot.conf").write_text(
            _CONFIG.format(
                folder=self.folder,
                certificate=self.folder / "cert.pem",
                key=self.folder / "key.pem",
                user=user.pw_name,
                group=grp.getgrgid(user.pw_gid).gr_name,
                password=PASSWORD,
                capability=self.capability,
                port=self.port,
                tls_port=self.tls_port,
            )
        )

    def start(self) -> None:
        program = shutil.which("dovecot", path=PATH)
        assert program is not None
        words = [program, "-F", "-c", str(self.folder / "dovecot.conf")]
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(words, stdout=output, stderr=output, start_new_session=True)
        await_port(self.port)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def restart(self) -> None:
        """Break all connections, as a crash does, and start again."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        await_silence(self.port, self.tls_port)  # its children die a moment later
        self.start()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def account(self, name: str = "support") -> "Account":
        """An account that nobody has used yet."""
        return Account(self, f"{name}-{next(_names)}@example.com")

    def maildir(self, user: str) -> Path:
        return self.folder / "mail" / user

    def own(self, path: Path) -> None:
        os.chown(path, *self._owner)


@dataclass
class Account:
    """One user, as somebody with another mail client sees it."""

    server: Dovecot
    user: str

    def client(self, folder: str = "INBOX", *, readonly: bool = False) -> IMAPClient:
        """Another client, logged in; the caller closes it (`with`)."""
        client = IMAPClient("127.0.0.1", port=self.server.port, ssl=False, timeout=30)
        client.login(self.user, PASSWORD)
        client.select_folder(folder, readonly=readonly)
        return client

    def deliver(self, *raws: bytes, received: datetime | None = None) -> None:
        with self.client() as client:
            for raw in raws:
                client.append("INBOX", raw, (), received)

    def drop(self, raws: Sequence[bytes], received: datetime) -> None:
        """Lay many mails into the Maildir, as a delivery agent does."""
        with self.client():
            pass  # Dovecot makes the folder
        stamp = received.timestamp()
        for number, raw in enumerate(raws):
            path = self.server.maildir(self.user) / "new" / f"{int(stamp)}.M{number:06}.tests"
            path.write_bytes(raw)
            os.utime(path, (stamp, stamp))
            self.server.own(path)

    def flags(self) -> dict[int, tuple[bytes, ...]]:
        with self.client(readonly=True) as client:
            return dict(client.get_flags(client.search("ALL")))

    def raws(self, folder: str = "INBOX") -> list[bytes]:
        with self.client(folder, readonly=True) as client:
            found = client.fetch(client.search("ALL"), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def expunge(self, *uids: int) -> None:
        with self.client() as client:
            client.delete_messages(uids)
            client.uid_expunge(uids)

    def recreate(self, *, empty: bool) -> None:
        """Another UIDVALIDITY: with the same mails on the same UIDs, or with none, so that UIDs begin anew."""
        maildir = self.server.maildir(self.user)
        uids = maildir / "dovecot-uidlist"
        head, *rest = uids.read_text().splitlines(keepends=True)
        head = re.sub(r"V(\d+)", lambda found: f"V{int(found[1]) + 1}", head)
        if empty:
            head, rest = re.sub(r"N\d+", "N1", head), []
            for path in [*(maildir / "cur").iterdir(), *(maildir / "new").iterdir()]:
                path.unlink()
        uids.write_text("".join([head, *rest]))
        for path in maildir.glob("dovecot.*index*"):
            path.unlink()


def a_mail(subject: str = "Hello", text: str = "I cannot log in.", sender: str = "ann@customer.example") -> bytes:
    """A plain mail with CRLF, as it travels."""
    lines = [
        f"From: {sender}",
        "To: support@example.com",
        f"Subject: {subject}",
        f"Message-ID: <{next(_names)}.{os.getpid()}@customer.example>",
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S +0000}",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.fixture(scope="session")
def dovecots(tls_files: TlsFiles) -> Iterator[Callable[[str], Dovecot]]:
    """Servers by what they say they can do ("" is all that they can), each started once."""
    started: dict[str, Dovecot] = {}

    def get(capability: str = "") -> Dovecot:
        if capability not in started:
            started[capability] = Dovecot(tls_files, capability)
            started[capability].start()
        return started[capability]

    yield get
    for server in started.values():
        server.remove()


@pytest.fixture
def dovecot(dovecots: Callable[[str], Dovecot]) -> Dovecot:
    """The server that other tests use, too; accounts are fresh. Tests with this fixture are marked `dovecot`."""
    return dovecots("")
