"""The only place where a mail of ours becomes bytes: sanitised, serialised, and read again before it may leave.

Nothing here trusts the standard library to keep a header field in one piece: on Python 3.11.7 an `EmailMessage` turns
an encoded line end in a subject into a real Bcc. Fields are written by `mail.outgoing.fields`, which lets no line end
through, and the final bytes are read by two parsers in `mail.outgoing.check`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from mail.model import Address
from mail.outgoing.body import Enclosure, write_body
from mail.outgoing.check import Intent, refuse_other_than
from mail.outgoing.fields import Unsendable, fold, is_id, sendable_address, write_address, write_text

__all__ = ["EXTRA_FIELDS", "MAX_REFERENCES", "Parts", "Unsendable", "compose", "fold_references", "sendable_address"]

MAX_REFERENCES = 20
MAX_LINKS = 900  # characters of a field that bears links
_NOTICE_FIELDS = ("Ticket", "Mailbox", "Status", "Owner", "Account", "Occasion", "Priority")
_UNSUBSCRIBING = ("List-Unsubscribe", "List-Unsubscribe-Post")  # RFC 2369 §3.2, RFC 8058 §3
EXTRA_FIELDS = frozenset(
    {"Content-Language", "List-Id", *_UNSUBSCRIBING, *(f"X-Helpdeskd-{name}" for name in _NOTICE_FIELDS)}
)
# What marks mail that no person wrote: an answer to a mail, or what we send of our own accord (RFC 3834 §5). Exchange
# is asked for no answers; of a notice that does not arrive we want to hear (MS-OXCMAIL §2.1.3.2.14).
_MARKS = {
    "auto-replied": (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
    "auto-generated": (
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply"),
    ),
}


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
    submitted: Literal["auto-replied", "auto-generated"] = "auto-replied"  # which of both it is, where it is automatic
    reply_to: Address | None = None
    headers: tuple[tuple[str, str], ...] = ()  # names of EXTRA_FIELDS
    enclosures: tuple[Enclosure, ...] = ()  # files beside the text


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
    content_fields, body = write_body(parts.text, parts.html, parts.enclosures, parts.message_id)
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
    marks = [f"{name}: {value}" for name, value in _MARKS[parts.submitted]] if parts.automatic else []
    return [*marks, *(_extra_field(name, value) for name, value in parts.headers)]


def _extra_field(name: str, value: str) -> str:
    return write_text(name, value, MAX_LINKS) if name in _UNSUBSCRIBING else write_text(name, value)
