"""The world around the demo: one SMTP server on loopback.

Mail for our mailboxes goes to the IMAP server, all other mail into the sink.
"""

import asyncio
import email
import imaplib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon import clock

BORDER = "mx.acme.example"
_FORGED = re.compile(rb"^Authentication-Results:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sunk:
    """A mail that left the daemon."""

    recipient: str
    subject: str
    message_id: str
    path: Path
    acknowledges: bool
    asks: bool  # how it went


@dataclass(slots=True)
class World:
    """The border server and everybody beyond it. What it accepted is on disk before it says 250."""

    imap_port: int
    mailboxes: Sequence[str]
    password: str
    folder: Path
    seen: Callable[[Sunk], None]
    unproven: set[str] = field(default_factory=set)  # Message-IDs that fail to prove their sender

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 aiosmtpd's name and arguments
        """Take one mail; what cannot be put away is refused for now, so that its sender keeps it."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for recipient in envelope.rcpt_tos:
            address = recipient.lower()
            home = re.sub(r"\+[^@]*@", "@", address)
            try:
                if home in self.mailboxes:
                    await asyncio.to_thread(self.append, home, content, envelope.mail_from or "")
                else:
                    self.sink(address, content)
            except (OSError, imaplib.IMAP4.error) as fault:
                return f"451 not now: {fault}"
        return "250 taken"

    def append(self, mailbox: str, raw: bytes, sender: str) -> None:
        """Do what a border server does: strip forged verdicts, add ours, and deliver."""
        head, _, _ = raw.partition(b"\r\n\r\n")
        author = re.search(rb"^From:.*?@([\w.-]+)", head, re.IGNORECASE | re.MULTILINE)
        known = re.search(rb"^Message-ID:\s*(\S+)", head, re.IGNORECASE | re.MULTILINE)
        passed = known is None or known.group(1).decode("latin-1") not in self.unproven
        domain = author.group(1).decode("latin-1") if author else "unknown.invalid"
        stamp = clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
        trace = (
            f"Return-Path: <{sender}>\r\n"
            f"Authentication-Results: {BORDER}; dmarc={'pass' if passed else 'none'} header.from={domain}\r\n"
            f"Received: from the.world.example by {BORDER} with ESMTP; {stamp}\r\n"
        )
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as box:
            box.login(mailbox.partition("@")[0], self.password)
            status, said = box.append("INBOX", "", "", trace.encode() + _FORGED.sub(b"", raw))
            if status != "OK":
                raise OSError(f"the IMAP server refused a mail: {said!r}")

    def sink(self, recipient: str, raw: bytes) -> None:
        """Keep a mail that left us, as a file that any mail program opens."""
        number = len(list(self.folder.glob("*.eml"))) + 1
        path = self.folder / f"{number:04d}-{re.sub(r'[^a-z0-9.@+-]', '_', recipient)}.eml"
        path.write_bytes(raw)
        self.seen(self.read(path, recipient))

    def read(self, path: Path, recipient: str) -> Sunk:
        """What stands in a file of the sink."""
        head = email.message_from_bytes(path.read_bytes())
        subject = str(make_header(decode_header(head.get("Subject", ""))))
        acknowledges = head.get("Auto-Submitted", "") == "auto-replied"
        asks = subject.endswith("how did it go?")
        return Sunk(recipient, subject, head.get("Message-ID", ""), path, acknowledges, asks)

    async def listen(self, port: int) -> asyncio.Server:
        """Serve SMTP on loopback until the server is closed. Raises OSError where the port is taken."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: SMTP(self, hostname=BORDER, loop=loop), "127.0.0.1", port)
