"""What is to be said of one mail that was read: whether it was lost, unreadable, slow, or described wrongly."""

import email
import pickle
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from hashlib import sha256

from mail.model import Mail
from mail.parse import attachment_bytes, parse

CPU_LIMIT = 2.0  # seconds that the reading of one mail may take
KINDS = ("exit", "lost", "broken", "unreadable")
_BARE_BLANK = b"\r\r"  # a blank line for whoever takes a bare CR for a line end: then it is text that a field swallowed
_ROUTINE = re.compile(rb"(?i)\bmime\b|multi-?part message")
_SAMPLE = 4  # of so many mails with attachments, one has one of them read again
_WORDS = re.compile(rb"(?m)^(?!--|[ \t>]|From |[!-9;-~]{1,200}[ \t]*:)[^\r\n]*[^\s\0][^\r\n]*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind` is one of KINDS, or empty where all is well; `why` in words; `cpu` in seconds."""

    kind: str
    why: str
    cpu: float


def examine(raw: bytes) -> Verdict:
    """Read a mail as a parse child does; the kernel ends this process where that takes more than CPU_LIMIT."""
    signal.setitimer(signal.ITIMER_PROF, CPU_LIMIT)
    began = time.process_time()
    try:
        mail = parse(raw)
        pickle.dumps(mail, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return Verdict("exit", "more memory than a child has", time.process_time() - began)
    except Exception as fault:  # noqa: BLE001 whatever it is, it is what is looked for
        return Verdict("exit", f"{type(fault).__name__}: {fault}"[:300], time.process_time() - began)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    cpu = time.process_time() - began
    kind, why = _judge(raw, mail)
    return Verdict(kind, why, cpu)


def _judge(raw: bytes, mail: Mail) -> tuple[str, str]:
    if mail.error is not None:
        return "unreadable", mail.error
    if not (mail.text.strip() or mail.html or mail.attachments):
        found = find_content(raw)
        is_field = _BARE_BLANK not in raw and any(_shown(found) in value for _, value in mail.headers)
        is_lost = bool(found) and not is_field
        return ("lost", f"nothing is shown; the standard library finds {found[:60]!r}") if is_lost else ("", "")
    if mail.attachments and len(raw) % _SAMPLE == 0:
        one = mail.attachments[len(raw) % len(mail.attachments)]
        try:
            data = attachment_bytes(raw, one.part)
        except Exception as fault:  # noqa: BLE001 as above
            return "broken", f"part {one.part} cannot be had again: {type(fault).__name__}: {fault}"[:300]
        if not one.from_tnef and (len(data), sha256(data).hexdigest()) != (one.size, one.sha256):
            return "broken", f"part {one.part} has other bytes when it is had again"
    return "", ""


def _shown(found: bytes) -> str:
    """Words as a field shows them, the first of them: it may be a bare CR that made them a line of their own."""
    return found.strip().decode("ascii", "replace")[:40]


def find_content(raw: bytes) -> bytes:
    """The first words that the standard library finds in any part, or beside the parts; empty where there are none.

    Lines that are fields, boundaries or envelopes do not count (a bare CR makes it take half a header for text), nor do
    those that only tell programs of MIME.
    """
    try:
        for part in email.message_from_bytes(raw).walk():
            for words in _WORDS.finditer(b"\n".join(_pieces(part))):
                if not _ROUTINE.search(words[0]):
                    return words[0]
    except Exception:  # noqa: BLE001 it raises on much of what is damaged; then it found nothing
        return b""
    return b""


def _pieces(part: Message) -> Iterator[bytes]:
    if not part.is_multipart():
        data = part.get_payload(decode=True)
        yield data if isinstance(data, bytes) else b""
    for beside in (part.preamble, part.epilogue):
        yield (beside or "").encode("utf-8", "surrogateescape")
