"""What a person sees of a mail: its text and HTML, and the files that lie beside them. No part is left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html import unescape
from urllib.parse import unquote

from mail.charsets import decode
from mail.mime.calendars import LIMIT as CALENDAR_LIMIT
from mail.mime.calendars import read_calendar
from mail.mime.enriched import read_enriched
from mail.mime.flowed import unflow
from mail.mime.html_text import LAYOUT_TAGS, read_html
from mail.mime.kinds import find_lie
from mail.mime.packed import File, read_packed
from mail.mime.parts import PART_LIMIT, SPEAKING, Part, Tree
from mail.mime.rtf import read_rtf
from mail.model import Attachment
from mail.names import one_line, safe_name
from mail.replies.html_quotes import mark_quotes
from mail.replies.page import drop_marks, without_marks

TEXT_LIMIT = 4 * 1024 * 1024  # characters of text that a mail can show

_ENRICHED = frozenset({"text/enriched", "text/richtext"})
# Shown as text by mail programs, but only where nothing simpler says the same.
_RICH = _ENRICHED | {"text/rtf", "text/markdown", "text/x-markdown"}
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_META = re.compile(rb"(?i)<meta[^<>]{1,200}?charset\s{0,9}=\s{0,9}[\"']?([a-z0-9_:.-]{1,40})")
_META_PLACE = 2048  # bytes of a page that are searched for it
_CID = re.compile(r"(?i)\bcid:([^\s\"'<>)]{1,255})")
_ROUTINE_LINES = 4  # what is longer has more to say
_ROUTINE = re.compile(r"(?i)\bmime\b|multi-?part message")  # words for programs that cannot read MIME


@dataclass(frozen=True, slots=True)
class Content:
    """What a person sees of a mail: its text, its HTML as sent, and the files that lie beside it."""

    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]
    marked: str = ""  # the text with marks around what the HTML shows as quoted or signed (see `mail.replies.page`)
    calendars: str = ""  # invitations made text, to be shown below the text


@dataclass(slots=True)
class _Reading:
    plain: dict[str, str] = field(default_factory=dict)  # by the number of the part
    html: dict[str, str] = field(default_factory=dict)
    packed: list[tuple[str, str, str]] = field(default_factory=list)  # the words of each winmail.dat
    calendars: dict[bytes, str] = field(default_factory=dict)  # by what they were made of: many come twice
    files: list[Attachment] = field(default_factory=list)
    defects: dict[str, None] = field(default_factory=dict)


def read_content(tree: Tree) -> Content:
    """Read all parts: each is text, or attached, or both; none is left out."""
    reading = _Reading(defects=dict.fromkeys(tree.defects))
    spoken = _find_speakers(tree)
    for part in tree.parts:
        data, damaged = part.content()
        if damaged:
            reading.defects[f"part {part.number}: damaged {part.encoding}"] = None
        _remark(reading, part, data)
        packed = read_packed(part, data)
        is_text = part.number in spoken
        if is_text:
            _read_text(reading, part, packed.rest)
        is_read = is_text and (part.type not in _RICH or bool(reading.plain[part.number].strip()))
        if not is_read or part.name or part.disposition == "attachment":
            reading.files.append(_describe(part, data))
        _take(reading, part, packed.files, packed.defects)
        if packed.text.strip() or packed.html.strip():
            reading.packed.append((part.number, packed.text, packed.html))
    _read_instead(reading)
    marked = _join(tree, reading) or _read_aside(tree)
    html = "\n".join(reading.html.values()) if reading.html else None
    files = tuple(_mark_inline(reading.files, html or ""))
    calendars = "\n\n".join(reading.calendars.values())
    return Content(without_marks(marked), html, files, tuple(reading.defects), marked, calendars)


def find_bytes(tree: Tree, number: str) -> bytes:
    """The decoded bytes of a part, or of a file that a part holds; LookupError where there is none of that number."""
    for part in tree.parts:
        if part.number == number:
            return part.content()[0]
    for part in tree.parts:
        if number.startswith(f"{part.number}."):
            for file in read_packed(part, part.content()[0]).files:
                if file.number == number:
                    return file.data
    raise LookupError(f"no part {number} in this mail")


# ---------------------------------------------------------------- what speaks
def _find_speakers(tree: Tree) -> frozenset[str]:
    """The parts that are shown as text. A named one is a file, unless it is inline or there is nothing else."""
    if len(tree.parts) == 1 and tree.parts[0].type in SPEAKING | _RICH:
        return frozenset({tree.parts[0].number})
    simple = {part.alternative for part in tree.parts if part.speaks} - {None}
    speakers = [one for one in tree.parts if one.speaks or (_is_rich(one) and one.alternative not in simple)]
    has_text = any(not part.name for part in speakers)
    return frozenset(part.number for part in speakers if not part.name or part.disposition == "inline" or not has_text)


def _is_rich(part: Part) -> bool:
    return part.type in _RICH and part.disposition != "attachment" and not part.deep


def _read_text(reading: _Reading, part: Part, data: bytes) -> None:
    """Make a part text or HTML."""
    charset = part.parameters.get("charset") or (_find_charset(data) if part.type == "text/html" else None)
    text, fault = decode(data, charset)
    if fault:
        reading.defects[fault] = None
    text = text[:TEXT_LIMIT].replace("\r\n", "\n").replace("\r", "\n")
    if part.type == "text/html":
        reading.html[part.number] = text
    elif part.type == "text/rtf":
        reading.plain[part.number] = read_rtf(data)
    elif part.type in _ENRICHED:
        reading.plain[part.number] = read_enriched(text, is_richtext=part.type == "text/richtext")
    elif part.parameters.get("format", "").lower() == "flowed":
        reading.plain[part.number] = unflow(text, del_sp=part.parameters.get("delsp", "").lower() == "yes")
    else:
        reading.plain[part.number] = text


def _find_charset(page: bytes) -> str | None:
    """The charset that a page declares of itself; it counts where the part declares none."""
    found = _META.search(page, 0, _META_PLACE)
    return found[1].decode("ascii") if found and b"utf-16" not in found[1].lower() else None


def _read_instead(reading: _Reading) -> None:
    """The words of a winmail.dat, where the mail has none beside it."""
    if any(text.strip() for text in (*reading.plain.values(), *reading.html.values())):
        return
    for number, text, html in reading.packed:
        reading.plain[number] = text[:TEXT_LIMIT].replace("\r\n", "\n").replace("\r", "\n")
        if html.strip():
            reading.html[number] = html[:TEXT_LIMIT]


def _join(tree: Tree, reading: _Reading) -> str:
    """Of alternatives the plain one where it has words, else the HTML; everything else in its order."""
    said = {part.alternative for part in tree.parts if reading.plain.get(part.number, "").strip()} - {None}
    pieces: list[str] = []
    tags = 0
    for part in tree.parts:
        if part.number in reading.plain and (reading.plain[part.number].strip() or part.number not in reading.html):
            pieces.append(drop_marks(reading.plain[part.number]))
        elif part.number in reading.html and part.alternative not in said:
            tags += reading.html[part.number].count("<")
            text, fault = read_html(mark_quotes(reading.html[part.number]), lay_out=tags <= LAYOUT_TAGS)
            pieces.append(text)
            if fault:
                reading.defects[fault] = None
    spoken = [piece.rstrip() for piece in pieces if piece.strip()]
    return "\n\n".join(spoken)[:TEXT_LIMIT] if len(spoken) != 1 else spoken[0]


def _read_aside(tree: Tree) -> str:
    """What stands around the parts, which nobody would see, where the parts say nothing."""
    pieces = (decode(text.encode("utf-8", "surrogateescape"), None)[0].strip() for text in tree.aside)
    shown = (piece for piece in pieces if piece and (piece.count("\n") >= _ROUTINE_LINES or not _ROUTINE.search(piece)))
    return "\n\n".join(map(drop_marks, shown))[:TEXT_LIMIT]


# ---------------------------------------------------------------- what lies beside it
def _remark(reading: _Reading, part: Part, data: bytes) -> None:
    """Say what a person should know of a part, and make a calendar text."""
    if lie := find_lie(part.type, data):
        reading.defects[f"part {part.number} says {part.type}, but is {lie}"] = None
    if part.type == "message/partial":
        number, total = part.parameters.get("number", "?"), part.parameters.get("total", "?")
        reading.defects[
            f"piece {one_line(number, 9)} of {one_line(total, 9)} of a longer mail: the rest is not here"
        ] = None
    elif part.type == "message/external-body":
        where = (
            part.parameters.get("url") or part.parameters.get("name") or part.parameters.get("access-type", "elsewhere")
        )
        reading.defects[f"part {part.number} is not in the mail, but at: {one_line(where, 200)}"] = None
    elif part.type == "application/pgp-encrypted":
        reading.defects["encrypted with PGP: its content cannot be read here"] = None
    if part.type in _CALENDARS and part.disposition != "attachment" and data not in reading.calendars:
        _read_calendar(reading, part, data)


def _read_calendar(reading: _Reading, part: Part, data: bytes) -> None:
    room = CALENDAR_LIMIT - sum(map(len, reading.calendars))
    if room <= 0:
        reading.defects[f"part {part.number}: more calendars than are shown"] = None
        return
    reading.calendars[data], fault = read_calendar(data, part.parameters.get("charset"), room)
    if fault:
        reading.defects[f"part {part.number}: {fault}"] = None


def _take(reading: _Reading, part: Part, files: tuple[File, ...], defects: tuple[str, ...]) -> None:
    """Attach what a part holds besides itself."""
    reading.defects |= dict.fromkeys(f"part {part.number}: {defect}" for defect in defects)
    room = PART_LIMIT - len(reading.files)
    if len(files) > room:
        reading.defects[f"more than {PART_LIMIT} files: the rest is not listed"] = None
    for file in files[: max(room, 0)]:
        if lie := find_lie(file.type, file.data):
            reading.defects[f"part {file.number} says {file.type}, but is {lie}"] = None
        reading.files.append(
            Attachment(
                part=file.number,
                name=safe_name(file.name, file.number, file.type),
                type=file.type,
                size=len(file.data),
                sha256=sha256(file.data).hexdigest(),
                inline=False,
                cid=file.cid,
                from_tnef=file.from_tnef,
            )
        )


def _describe(part: Part, data: bytes) -> Attachment:
    return Attachment(
        part=part.number,
        name=safe_name(part.name, part.number, part.type),
        type=part.type,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        inline=False,
        cid=part.cid,
    )


def _mark_inline(files: list[Attachment], html: str) -> Iterator[Attachment]:
    """Those are shown within the HTML that it names; any other lies beside it, whatever the sender declares."""
    named = {unescape(unquote(cid)) for cid in _CID.findall(html)}
    for file in files:
        yield replace(file, inline=True) if file.cid in named else file
