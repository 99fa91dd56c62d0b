"""The parts of a mail in their order: how each is called, how it was encoded, and its bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import StartBoundaryNotFoundDefect
from email.message import Message

from mail.charsets import decode_raw
from mail.encoded_words import decode_field
from mail.mime.mending import Mender, body_of
from mail.mime.signed import SIGNED_TYPES, open_signed
from mail.mime.transfer import encoding_of, undo
from mail.mime.uuencode import read_uuencode
from mail.names import one_line
from mail.parameters import read_parameters

PART_LIMIT = 1000
DEPTH_LIMIT = 50

SPEAKING = frozenset({"text/plain", "text/html"})
_WANTED = frozenset(
    {
        "content-type",
        "content-disposition",
        "content-id",
        "content-location",
        "content-transfer-encoding",
        "subject",
    }
)
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
    def is_unopened(self) -> bool:
        """It is a multipart whose first part never begins, at least not before its end."""
        return any(isinstance(defect, StartBoundaryNotFoundDefect) for defect in self.message.defects)

    @property
    def speaks(self) -> bool:
        """It is text that the sender shows, not a file that lies beside it."""
        return self.type in SPEAKING and self.disposition != "attachment" and not self.deep

    def content(self) -> tuple[bytes, bool]:
        """The decoded bytes, and whether their transfer encoding was damaged."""
        if self.type.startswith("message/") and _children(self.message) is not None:
            data = write_inner(self.message)
        else:
            data = body_of(self.message)
        if self.encoding == "uuencode":
            unpacked = read_uuencode(data)
            return (data, True) if unpacked is None else (unpacked, False)
        return undo(data, self.encoding)


@dataclass(slots=True)
class Tree:
    """All parts of a mail in their order, and what was wrong with them."""

    parts: list[Part] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    aside: list[str] = field(
        default_factory=list
    )  # what was written before, behind and between parts, and in unlisted ones


@dataclass(frozen=True, slots=True)
class _Place:
    number: str
    depth: int
    alternative: str | None


def read_tree(root: Message) -> Tree:
    """List the parts of a parsed mail, at most PART_LIMIT; those nested deeper than DEPTH_LIMIT speak no more."""
    tree = Tree()
    mender = Mender(tree.defects, tree.aside)
    stack = [(root, _Place("1", 0, None))]
    while stack:
        message, place = stack.pop()
        message = mender.mend_header(message) if place.depth else message
        children = mender.children(message) if message.get_content_maintype() == "multipart" else None
        if children is not None:
            tree.aside += [text for text in (message.preamble, message.epilogue) if text]
            stack += reversed(_number(message, children, place))
            continue
        if len(tree.parts) == PART_LIMIT:
            tree.defects.append(f"more than {PART_LIMIT} parts: the rest is not listed")
            unlisted = [message, *(one for one, _ in reversed(stack))]
            tree.aside += [body_of(one).decode("utf-8", "surrogateescape") for one in unlisted]
            break
        part = _read_part(message, place)
        tree.parts.append(part)
        if part.type in SIGNED_TYPES and not part.deep:
            stack += _look_inside(part, place, tree.defects)
    if any(part.deep for part in tree.parts):
        tree.defects.append(f"nested deeper than {DEPTH_LIMIT}: what lies there is attached")
    return tree


def _number(message: Message, children: list[Message], place: _Place) -> list[tuple[Message, _Place]]:
    """Each part with its place; one that bears its parent's boundary could not keep its own parts (RFC 2046 §5.1.2)."""
    inside = place.number * (place.depth > 0) if _is_alternative(message) else place.alternative
    prefix = "" if place.depth == 0 else f"{place.number}."
    numbered = []
    for n, child in enumerate(children, 1):
        if child.get_content_maintype() not in {"text", "multipart"}:
            inside = place.alternative if not _is_alternative(message) else inside
        numbered.append((child, _Place(f"{prefix}{n}", place.depth + 1, inside)))
        if _is_alternative(child) and not _children(child) and child.get_boundary() == message.get_boundary():
            inside = f"{prefix}{n}"
    return numbered


def _is_alternative(message: Message) -> bool:
    return message.get_content_type() == "multipart/alternative"


def _look_inside(part: Part, place: _Place, defects: list[str]) -> list[tuple[Message, _Place]]:
    inner = open_signed(part.content()[0])
    if inner is None:
        defects.append(f"part {part.number}: encrypted or signed with S/MIME, its content cannot be read here")
        return []
    return [(inner, _Place(f"{place.number}.1", place.depth + 1, place.alternative))]


def _children(message: Message) -> list[Message] | None:
    payload = vars(message)["_payload"]  # see `body_of`
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


def _read_part(message: Message, place: _Place) -> Part:
    headers = _headers(message)
    kind, parameters = _read_type(message, headers.get("content-type", ""))
    disposition, more = read_parameters(headers.get("content-disposition", ""))
    encoding = encoding_of(headers.get("content-transfer-encoding", ""))
    name = decode_field(more.get("filename") or more.get("name") or parameters.get("name") or "")
    if not name and kind.startswith("message/") and not encoding:
        name = _subject_of(message)
    return Part(
        number=place.number,
        type=one_line(kind, 100),
        parameters=parameters,
        disposition=disposition,
        name=name or _last_step(headers.get("content-location", "").strip()),
        cid=one_line(headers.get("content-id", "").strip().strip("<>"), 255) or None,
        encoding=encoding,
        message=message,
        alternative=place.alternative,
        deep=place.depth > DEPTH_LIMIT,
    )


def _read_type(message: Message, field: str) -> tuple[str, dict[str, str]]:
    written, parameters = read_parameters(field)
    kind = message.get_content_type() if written.count("/") != 1 or not all(written.split("/")) else written
    if kind.startswith("multipart/"):  # without a boundary that occurs: what it holds is text
        kind = "text/plain"
    return kind, parameters


def _last_step(location: str) -> str:
    """The file that a Content-Location names, if it names one with an ending (RFC 2557 §4.2)."""
    name = location.partition("?")[0].rpartition("/")[2]
    return name if "." in name[1:-1] and not location.lower().startswith("cid:") else ""


def _subject_of(message: Message) -> str:
    inner = _children(message)
    if not inner or message.get_content_type() in _REPORTS:
        return ""
    subject = one_line(decode_field(_headers(inner[0]).get("subject", "")), 100).replace("/", "-")
    return f"{subject}.eml" if subject else ""


def write_inner(message: Message) -> bytes:
    """What a message/* part holds, as it was written but for line ends; its own header is not part of it."""
    return b"\n".join(b"".join(_write(one, 0)) for one in _children(message) or [])


def _write(message: Message, depth: int) -> Iterator[bytes]:
    for name, value in message.raw_items():
        yield f"{name}: {value}\n".encode("utf-8", "surrogateescape")
    yield b"\n"
    payload = _children(message)
    if payload is None or depth > 2 * DEPTH_LIMIT:
        yield body_of(message)
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
