"""The only place where a mail of ours becomes bytes: sanitised, serialised, and read again before it may leave.

Nothing here trusts the standard library to keep a header field in one piece: on Python 3.11.7 an `EmailMessage` turns
an encoded line end in a subject into a real Bcc. Fields are written by `mail.outgoing_fields`, which lets no line end
through, and the final bytes are read by two parsers in `mail.outgoing_check`.
"""

import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mail.model import Address
from mail.outgoing_check import Intent, refuse_other_than
from mail.outgoing_fields import Unsendable, fold, is_id, sendable_address, write_address, write_text

__all__ = ["EXTRA_FIELDS", "MAX_REFERENCES", "Parts", "Unsendable", "compose", "fold_references", "sendable_address"]

MAX_REFERENCES = 20
EXTRA_FIELDS = frozenset({"Content-Language", "X-Helpdeskd-Ticket"})
_AUTOMATIC = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a mail of ours is made of. Any text may be hostile; the addresses must be such that mail can be sent to."""

    sender: Address
    to: Address
    subject: str
    text: str
    message_id: str  # with angle brackets, as are the next two
    date: datetime  # aware
    html: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()  # as `fold_references` returns them
    automatic: bool = False  # no person wrote it: it says so (RFC 3834 §5)
    reply_to: Address | None = None
    headers: tuple[tuple[str, str], ...] = ()  # names of EXTRA_FIELDS


def fold_references(ids: Iterable[str], own: str) -> tuple[str, ...]:
    """References for an answer: the first id and the newest, MAX_REFERENCES in all, ours last; no-ids are dropped.

    RFC 5322 §3.6.4 wants the parent's References and its Message-ID; long threads keep their root and their end.
    """
    sound = [each for each in dict.fromkeys(ids) if is_id(each) and each != own]
    kept = sound if len(sound) < MAX_REFERENCES else [sound[0], *sound[-(MAX_REFERENCES - 2) :]]
    return (*kept, own)


def compose(parts: Parts) -> bytes:
    """The final bytes of a mail, CRLF, 7 bit, each header field exactly once.

    Text is sanitised, never a reason to refuse: line ends and controls in a field become spaces, ids that are none are
    left out. Raises Unsendable where an address is none that mail can be sent to, our own Message-ID is none, an extra
    field is not on the list, or the bytes read again do not say what was meant.
    """
    if not is_id(parts.message_id):
        raise Unsendable("our own Message-ID is none")
    content_fields, body = _content(parts)
    fields = [
        *_envelope_fields(parts),
        *_thread_fields(parts),
        *_extra_fields(parts),
        "MIME-Version: 1.0",
        *content_fields,
    ]
    payload = "\r\n".join((*fields, "", body)).encode("ascii")
    intent = Intent(
        names=[field.partition(":")[0] for field in fields],
        sender=sendable_address(parts.sender.address),
        recipient=sendable_address(parts.to.address),
        reply_to=sendable_address(parts.reply_to.address) if parts.reply_to else None,
        message_id=parts.message_id,
    )
    refuse_other_than(intent, payload)
    return payload


def _envelope_fields(parts: Parts) -> list[str]:
    fields = [
        f"Date: {format_datetime(parts.date)}",
        write_address("From", parts.sender),
        write_address("To", parts.to),
    ]
    if parts.reply_to is not None:
        fields.append(write_address("Reply-To", parts.reply_to))
    return [*fields, write_text("Subject", parts.subject)]


def _thread_fields(parts: Parts) -> list[str]:
    fields = [f"Message-ID: {parts.message_id}"]
    if parts.in_reply_to is not None and is_id(parts.in_reply_to):
        fields.append(f"In-Reply-To: {parts.in_reply_to}")
    references = [each for each in parts.references if is_id(each)]
    if references:
        fields.append(fold("References", references))
    return fields


def _extra_fields(parts: Parts) -> list[str]:
    """What marks an automatic mail, and the caller's own. No Precedence: RFC 3834 §3.1.8 recommends no value for it."""
    names = [name for name, _ in parts.headers]
    if not EXTRA_FIELDS.issuperset(names) or len(set(names)) != len(names):
        raise Unsendable(f"a header field that we do not write, or write once: {', '.join(names)[:200]}")
    marks = [f"{name}: {value}" for name, value in _AUTOMATIC] if parts.automatic else []
    return [*marks, *(write_text(name, value) for name, value in parts.headers)]


def _content(parts: Parts) -> tuple[list[str], str]:
    plain = _leaf("plain", parts.text)
    if parts.html is None:
        return plain
    both = [plain, _leaf("html", parts.html)]
    said = "\0".join((parts.message_id, *(body for _, body in both)))
    boundary = "=_" + hashlib.sha256(said.encode("ascii")).hexdigest()[:40]
    leaves = "".join(f"--{boundary}\r\n" + "\r\n".join((*fields, "", body)) + "\r\n" for fields, body in both)
    return [f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"'], f"{leaves}--{boundary}--\r\n"


def _leaf(subtype: str, text: str) -> tuple[list[str], str]:
    """Header fields and body of one text part, in the encoding that leaves most of it readable."""
    clean = _UNPRINTED.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    clean = clean if clean.endswith("\n") else f"{clean}\n"
    data = clean.encode()
    if clean.isascii() and max(map(len, clean.split("\n"))) <= 900:  # well under the limit of a line
        charset, encoding, body = "us-ascii", "7bit", clean
    elif len(data) - len(clean) <= len(clean) // 4:
        charset, encoding, body = "utf-8", "quoted-printable", binascii.b2a_qp(data).decode("ascii")
    else:
        pieces = (binascii.b2a_base64(data[at : at + 57]).decode("ascii") for at in range(0, len(data), 57))
        charset, encoding, body = "utf-8", "base64", "".join(pieces)
    fields = [f'Content-Type: text/{subtype}; charset="{charset}"', f"Content-Transfer-Encoding: {encoding}"]
    return fields, body.replace("\n", "\r\n")
