"""The parts of a mail: which of them speak, which are attachments, and the bytes of each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256

from mail.charsets import decode, decode_field, decode_raw, read_base64
from mail.html_quotes import mark_quotes
from mail.html_text import LAYOUT_TAGS, read_html
from mail.model import Attachment
from mail.names import one_line, safe_name
from mail.page import drop_marks, without_marks
from mail.parameters import read_parameters

PART_LIMIT = 1000
DEPTH_LIMIT = 50
TEXT_LIMIT = 4 * 1024 * 1024  # characters of text that a mail can show

_SPEAKING = frozenset({"text/plain", "text/html"})
_WANTED = frozenset({"content-type", "content-disposition", "content-id", "content-transfer-encoding", "subject"})
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status", "message/feedback-report"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the tree that holds no others; a mail within the mail counts as one, whatever it holds."""

    number: str
    type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    cid: str | None
    encoding: str
    message: Message
    alternative: str | None  # number of the innermost multipart/alternative around it
    deep: bool

    @property
    def speaks(self) -> bool:
        """It is text that the sender shows, not a file that lies beside it."""
        return self.type in _SPEAKING and self.disposition != "attachment" and not self.deep

    def content(self) -> tuple[bytes, bool]:
        """The decoded bytes, and whether their transfer encoding was damaged."""
        if self.type.startswith("message/") and _children(self.message) is not None:
            data = write_inner(self.message)
        elif self.encoding == "base64":
            data = _stored(self.message)
        else:
            return _decode_payload(self.message), False
        return read_base64(data) if self.encoding == "base64" else (data, False)


@dataclass(slots=True)
class Tree:
    """All parts of a mail in their order, and what was wrong with them."""

    parts: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def _children(message: Message) -> list[Message] | None:
    payload = message.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else None


def _headers(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        lower = name.lower()
        if lower in _WANTED and lower not in found:
            text = str(value)
            raw = text if text.isascii() else decode_raw(text.encode("utf-8", "surrogateescape"))
            found[lower] = raw.replace("\r", "").replace("\n", "")
    return found


def read_tree(root: Message) -> Tree:
    """List the parts of a parsed mail, at most PART_LIMIT; those nested deeper than DEPTH_LIMIT speak no more."""
    tree = Tree()
    stack: list[tuple[Message, str, int, str | None]] = [(root, "1", 0, None)]
    while stack:
        message, number, depth, alternative = stack.pop()
        children = _children(message) if message.get_content_maintype() == "multipart" else None
        if children is not None:
            inside = number * (depth > 0) if message.get_content_subtype() == "alternative" else alternative
            prefix = "" if depth == 0 else f"{number}."
            numbered = [(child, f"{prefix}{n}", depth + 1, inside) for n, child in enumerate(children, 1)]
            stack += reversed(numbered)
            continue
        if len(tree.parts) == PART_LIMIT:
            tree.defects.append(f"more than {PART_LIMIT} parts: the rest is not listed")
            break
        tree.parts.append(_read_part(message, number, alternative, deep=depth > DEPTH_LIMIT))
    if any(part.deep for part in tree.parts):
        tree.defects.append(f"nested deeper than {DEPTH_LIMIT}: what lies there is attached")
    return tree


def _read_part(message: Message, number: str, alternative: str | None, *, deep: bool) -> Part:
    headers = _headers(message)
    written, parameters = read_parameters(headers.get("content-type", ""))
    kind = message.get_content_type() if written.count("/") != 1 or not all(written.split("/")) else written
    if kind.startswith("multipart/"):  # without a boundary that occurs: what it holds is text
        kind = "text/plain"
    disposition, more = read_parameters(headers.get("content-disposition", ""))
    name = decode_field(more.get("filename") or parameters.get("name") or "")
    if not name and kind.startswith("message/"):
        name = _subject_of(message)
    cid = one_line(headers.get("content-id", "").strip().strip("<>"), 255) or None
    encoding = headers.get("content-transfer-encoding", "").strip().lower()
    return Part(number, one_line(kind, 100), parameters, disposition, name, cid, encoding, message, alternative, deep)


def _subject_of(message: Message) -> str:
    inner = _children(message)
    if not inner or message.get_content_type() in _REPORTS:
        return ""
    subject = one_line(decode_field(_headers(inner[0]).get("subject", "")), 100).replace("/", "-")
    return f"{subject}.eml" if subject else ""


def _stored(message: Message) -> bytes:
    payload = message.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _decode_payload(message: Message) -> bytes:
    try:
        data = message.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):  # damaged uuencode and the like
        return _stored(message)
    return data if isinstance(data, bytes) else _stored(message)


def write_inner(message: Message) -> bytes:
    """What a message/* part holds, as it was written but for line ends; its own header is not part of it."""
    return b"\n".join(b"".join(_write(one, 0)) for one in _children(message) or [])


def _write(message: Message, depth: int) -> Iterator[bytes]:
    for name, value in message.raw_items():
        yield f"{name}: {value}\n".encode("utf-8", "surrogateescape")
    yield b"\n"
    payload = _children(message)
    if payload is None or depth > 2 * DEPTH_LIMIT:
        yield _stored(message)
        return
    if message.get_content_maintype() != "multipart":
        for one in payload:
            yield from _write(one, depth + 1)
        return
    boundary = b"--" + _boundary(message)
    yield (message.preamble or "").encode("utf-8", "surrogateescape")
    for one in payload:
        yield b"\n" + boundary + b"\n"
        yield from _write(one, depth + 1)
    yield b"\n" + boundary + b"--\n" + (message.epilogue or "").encode("utf-8", "surrogateescape")


def _boundary(message: Message) -> bytes:
    return read_parameters(_headers(message).get("content-type", ""))[1].get("boundary", "").encode("utf-8", "replace")


# ---------------------------------------------------------------- what speaks and what is attached
@dataclass(frozen=True, slots=True)
class Content:
    """What a person sees of a mail: its text, its HTML as sent, and the files that lie beside it."""

    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]
    marked: str = ""  # the text with marks around what the HTML shows as quoted or signed (see `mail.page`)


@dataclass(slots=True)
class _Reading:
    plain: dict[str, str] = field(default_factory=dict)  # by the number of the part
    html: dict[str, str] = field(default_factory=dict)
    files: list[Attachment] = field(default_factory=list)
    defects: dict[str, None] = field(default_factory=dict)


def read_content(tree: Tree) -> Content:
    """Read all parts: each is text, or attached, or both; none is left out."""
    reading = _Reading(defects=dict.fromkeys(tree.defects))
    has_text = any(part.speaks and not part.name for part in tree.parts)
    for part in tree.parts:
        data, damaged = part.content()
        if damaged:
            reading.defects[f"part {part.number}: damaged base64"] = None
        is_text = part.speaks and (not part.name or part.disposition == "inline" or not has_text)
        is_text = is_text or (len(tree.parts) == 1 and part.type in _SPEAKING)
        if is_text:
            _read_text(reading, part, data)
        if not is_text or part.name or part.disposition == "attachment":
            reading.files.append(_describe(part, data))
    marked = _join(tree, reading)
    html = "\n".join(reading.html.values()) if reading.html else None
    return Content(without_marks(marked), html, tuple(reading.files), tuple(reading.defects), marked)


def _read_text(reading: _Reading, part: Part, data: bytes) -> None:
    text, fault = decode(data, part.parameters.get("charset"))
    if fault:
        reading.defects[fault] = None
    into = reading.html if part.type == "text/html" else reading.plain
    into[part.number] = text[:TEXT_LIMIT].replace("\r\n", "\n").replace("\r", "\n")


def _join(tree: Tree, reading: _Reading) -> str:
    """Of alternatives the plain one where it has words, else the HTML; everything else in its order."""
    said = {part.alternative for part in tree.parts if reading.plain.get(part.number, "").strip()} - {None}
    pieces: list[str] = []
    tags = 0
    for part in tree.parts:
        if part.number in reading.plain:
            pieces.append(drop_marks(reading.plain[part.number]))
        elif part.number in reading.html and part.alternative not in said:
            tags += reading.html[part.number].count("<")
            text, fault = read_html(mark_quotes(reading.html[part.number]), lay_out=tags <= LAYOUT_TAGS)
            pieces.append(text)
            if fault:
                reading.defects[fault] = None
    spoken = [piece.rstrip() for piece in pieces if piece.strip()]
    return "\n\n".join(spoken)[:TEXT_LIMIT] if len(spoken) != 1 else spoken[0]


def _describe(part: Part, data: bytes) -> Attachment:
    return Attachment(
        part=part.number,
        name=safe_name(part.name, part.number, part.type),
        type=part.type,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        inline=part.disposition == "inline" or (part.cid is not None and part.disposition != "attachment"),
        cid=part.cid,
    )
