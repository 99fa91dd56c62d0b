"""Parts found where a mail breaks the rules of MIME: without its boundary, behind its end, under an encoding.

What is mended is parsed once more, so a mail gets a few such repairs and no more.
"""

import email
import re
from email.errors import MissingHeaderBodySeparatorDefect
from email.message import Message

from mail.mime.transfer import encoding_of, undo

_REPAIRS = 5  # of one mail
_OPENING = re.compile(
    rb"(?im)^--([^\r\n]{1,200}?)[ \t]{0,20}\r?\n(?:[!-9;-~]{1,60}:[^\n]*\n)?content-[a-z-]{1,40}[ \t]{0,9}:"
)
_CLOSING = re.compile(rb"(?m)^--(\S[^\r\n]{0,198})--[ \t]{0,20}\r?$")
_MIME_FIELD = re.compile(rb"(?im)^content-(?:type|transfer-encoding|disposition)[ \t]{0,9}:")
_VITAL = re.compile(rb"(?im)^(from|to|subject|date|message-id|content-type)[ \t]{0,9}:")
_FIELD = re.compile(rb"[!-9;-~]{1,100}:|[ \t]")
_BLANK = re.compile(rb"(?m)^\r?\n")
_HEADER_LIMIT = 16 * 1024  # bytes of a broken header behind the line that breaks it
_NO_FIELDS = 5  # lines that a header may hold and still be one


def mend_head(raw: bytes, body: int, known: frozenset[str]) -> tuple[bytes, bytes] | None:
    """The mail with one header where a line that is no field cuts it in two at `body`, and the lines that are left out.

    Only for the sake of a field that the upper half lacks: text often begins like a field, too. None where nothing
    cuts it in two.
    """
    head = raw[:body]
    if head.endswith((b"\n\n", b"\n\r\n")) or not (blank := _BLANK.search(raw, body, body + _HEADER_LIMIT)):
        return None
    lower = raw[body : blank.start()]
    rest = _leave_fields(lower)
    if rest is None or not {name.lower().decode() for name in _VITAL.findall(lower)} - known:
        return None
    fields, others = rest
    return b"".join([head, *fields, raw[blank.start() :]]), b"".join(others)


def _leave_fields(lines: bytes) -> tuple[list[bytes], list[bytes]] | None:
    """The lines that are fields, and the others; None where there are too many of these."""
    fields: list[bytes] = []
    others: list[bytes] = []
    for line in lines.splitlines(keepends=True):
        (fields if _FIELD.match(line) else others).append(line)
    return (fields, others) if len(others) <= _NO_FIELDS else None


class Mender:
    """Mends the parts of one mail; tells what it did in `defects`, and adds what it left out to `aside`."""

    def __init__(self, defects: list[str], aside: list[str]) -> None:
        self._defects, self._aside = defects, aside
        self._left = _REPAIRS

    def mend_header(self, message: Message) -> Message:
        """The part with the fields that stand behind a line that is none; as it is where there are no such."""
        if not self._is_cut(message):
            return message
        whole = body_of(message)
        body = whole[:_HEADER_LIMIT]
        blank = _BLANK.search(body)
        if blank is None or not _MIME_FIELD.search(body, 0, blank.start()):
            return message
        rest = _leave_fields(body[: blank.start()])
        if rest is None or not self._may():
            return message
        self._defects.append("a line in the header of a part is no field: left out")
        fields, others = rest
        self._aside += b"".join(others).decode("utf-8", "surrogateescape").splitlines()
        written = [_raw(f"{name}: {value}\n") for name, value in message.raw_items()]
        return email.message_from_bytes(b"".join([*written, *fields]) + whole[blank.start() :])

    def children(self, multipart: Message) -> list[Message] | None:
        """The parts of a multipart, also such as only a closer look finds; None where it has none at all."""
        payload = vars(multipart)["_payload"]  # see `body_of`
        if not isinstance(payload, list):
            return self._find_parts(multipart, body_of(multipart))
        found = [one for one in payload if isinstance(one, Message)]
        return found + self._find_more(multipart)

    def _find_parts(self, multipart: Message, body: bytes) -> list[Message] | None:
        encoding = encoding_of(str(multipart.get("content-transfer-encoding", "")))
        if encoding and not _OPENING.search(body):  # against RFC 2045 §6.4
            body = undo(body, encoding)[0]
        boundary = _find_boundary(body)
        if boundary is None or not self._may():
            return None
        self._defects.append("a multipart does not name its boundary: found in its body")
        return self._split(multipart.get_content_type(), boundary, body)

    def _find_more(self, multipart: Message) -> list[Message]:
        """Parts behind the line that says there are no more."""
        rest = _raw(multipart.epilogue or "")
        boundary = _raw(str(multipart.get_boundary() or ""))
        if not boundary or not (b"\n" + rest).count(b"\n--" + boundary) or not self._may():
            return []
        found = self._split(multipart.get_content_type(), boundary, rest)
        if found:
            self._defects.append("a multipart goes on behind its end")
            multipart.epilogue = None
        return found or []

    def _is_cut(self, message: Message) -> bool:
        return any(isinstance(fault, MissingHeaderBodySeparatorDefect) for fault in message.defects)

    def _split(self, kind: str, boundary: bytes, body: bytes) -> list[Message] | None:
        quoted = boundary.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        whole = email.message_from_bytes(
            b'Content-Type: %s; boundary="%s"\n\n' % (kind.encode("ascii", "replace"), quoted) + body
        )
        payload = whole.get_payload()
        if not isinstance(payload, list):
            return None
        self._aside += [text for text in (whole.preamble, whole.epilogue) if text]
        return [one for one in payload if isinstance(one, Message)]

    def _may(self) -> bool:
        self._left -= 1
        return self._left >= 0


def body_of(message: Message) -> bytes:
    """The body of a part as it came; empty where it has parts."""
    payload = message._payload  # type: ignore[attr-defined] # noqa: SLF001 - get_payload() reads it by its charset, and loses bytes
    return _raw(payload) if isinstance(payload, str) else b""


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _find_boundary(body: bytes) -> bytes | None:
    """What divides a body into parts: a line in front of MIME fields, or one that also stands closed."""
    if opening := _OPENING.search(body):
        return opening[1]
    for number, closing in enumerate(_CLOSING.finditer(body)):
        if number == _REPAIRS:
            break
        if b"\n--" + closing[1] + b"\n" in b"\n" + body.replace(b"\r\n", b"\n"):
            return closing[1]
    return None
