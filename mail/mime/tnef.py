"""winmail.dat, in which Outlook packs what it attaches: the files, with their names, and the text ([MS-OXTNEF]).

Read by ourselves: tnefparse believes every count in the stream, and four wrong bytes (a property list or a table of
recipients of 2^32 rows) keep it for hours; it copies the rest of the stream for each attribute (quadratic time), raises
on code pages that it does not know and names that are no UTF-8, and cuts zeros from the end of files in properties.

What is not done: OLE objects are given as they are stored; of a linked file (attached by path) there is only the name;
recipients, dates, votes, categories and the fields of meetings and tasks are not shown; checksums are not verified; of
an embedded message the stream is given, and the files in it, but its text is not shown.
"""

import mimetypes
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mail.charset_names import FALLBACK, codec
from mail.charsets import decode
from mail.mime.rtf import decompress, read_rtf
from mail.mime.tnef_stream import OBJECT, SIGNATURE, UNICODE, Attribute, Property, read_attributes, read_properties
from mail.names import one_line

TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})

_DEPTH = 5  # of messages within messages
_FILES = 1000
_IID = 16  # bytes in front of an embedded object that tell of what sort it is
_IID_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")

_CODE_PAGE, _PROPERTIES, _BODY = 0x9007, 0x9003, 0x800C
_NEW_FILE, _TITLE, _DATA, _FILE_PROPERTIES, _TRANSPORT_NAME = 0x9002, 0x8010, 0x800F, 0x9005, 0x9001
# Properties of the message, then of an attachment ([MS-OXPROPS]).
_TEXT, _HTML, _RTF, _SUBJECT, _INTERNET_CODE_PAGE = 0x1000, 0x1013, 0x1009, 0x0037, 0x3FDE
_LONG_NAME, _NAME, _DISPLAY_NAME, _OBJECT_DATA, _TYPE, _CID = 0x3707, 0x3704, 0x3001, 0x3701, 0x370E, 0x3712
_KNOWN_TYPES = mimetypes.MimeTypes()  # without what this machine thinks


@dataclass(frozen=True, slots=True)
class Packed:
    """A file in the stream; `inside` are the files of an embedded message."""

    name: str
    type: str
    data: bytes
    cid: str | None = None
    inside: tuple["Packed", ...] = ()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a stream holds: its files, and the words of the message as far as it has any."""

    files: tuple[Packed, ...] = ()
    text: str = ""
    html: str = ""
    subject: str = ""
    defects: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    title: bytes = b""
    data: bytes | None = None
    properties: dict[int, Property] = field(default_factory=dict)


def is_tnef(data: bytes) -> bool:
    """The bytes are a TNEF stream."""
    return data.startswith(SIGNATURE)


def unpack(stream: bytes, depth: int = 0) -> Unpacked:
    """The content of a stream; linear, never raises."""
    page = FALLBACK
    entries: list[_Entry] = []
    message: dict[int, Property] = {}
    body, complete = b"", True
    for one in read_attributes(stream):
        complete &= one.complete
        if one.level == 2:
            _add(entries, one)
        elif one.id == _CODE_PAGE:
            page = _page(one.data) or page
        elif one.id == _PROPERTIES and not message:
            message = read_properties(one.data)
        elif one.id == _BODY:
            body = one.data
    held = [entry for entry in entries[:_FILES] if entry.title or entry.properties or entry.data is not None]
    files = tuple(_finish(entry, page, depth) for entry in held)
    defects = [] if complete else ["winmail.dat ends early"]
    if len(entries) > _FILES:
        defects.append(f"winmail.dat holds more than {_FILES} files")
    subject = one_line(_text(message.get(_SUBJECT), page), 200)
    text, html = _words(message, body, page)
    return Unpacked(files, text, html, subject, tuple(defects))


def _add(entries: list[_Entry], one: Attribute) -> None:
    """Give an attribute to its attachment; one of data begins another where the last has some (a mark was lost)."""
    if one.id == _NEW_FILE or not entries or (one.id == _DATA and entries[-1].data is not None):
        entries.append(_Entry())
    if len(entries) > _FILES:
        return
    entry = entries[-1]
    if one.id in {_TITLE, _TRANSPORT_NAME}:
        entry.title = entry.title or one.data
    elif one.id == _DATA:
        entry.data = one.data
    elif one.id == _FILE_PROPERTIES and not entry.properties:
        entry.properties = read_properties(one.data)


def _finish(entry: _Entry, page: str, depth: int) -> Packed:
    names = (
        _text(entry.properties.get(_LONG_NAME), page),
        _string(entry.title, page),
        _text(entry.properties.get(_NAME), page),
        _text(entry.properties.get(_DISPLAY_NAME), page),
    )
    name = next(filter(None, names), "")
    kind = one_line(_text(entry.properties.get(_TYPE), page), 100).lower()
    if kind.count("/") != 1:
        kind = guess_type(name)
    cid = one_line(_text(entry.properties.get(_CID), page).strip("<> "), 255) or None
    held = entry.properties.get(_OBJECT_DATA)
    if held is None or (entry.data is not None and not _is_message(held)):
        return Packed(name, kind, entry.data or b"", cid)
    return _open_object(Packed(name, kind, held.data, cid), held, depth)


def _is_message(held: Property) -> bool:
    """An embedded message, in whose place a sentence for other mail systems may stand as data."""
    return held.data.startswith(_IID_MESSAGE)


def _open_object(packed: Packed, held: Property, depth: int) -> Packed:
    """A file that stands in the properties: an embedded message is opened, too."""
    if held.type == OBJECT or _is_message(held):
        packed = replace(packed, data=held.data[_IID:])
    if not is_tnef(packed.data):
        return packed
    packed = replace(packed, type="application/ms-tnef")
    if depth == _DEPTH:
        return packed
    inner = unpack(packed.data, depth + 1)
    return replace(packed, name=packed.name or inner.subject, inside=inner.files)


def guess_type(name: str) -> str:
    """The media type that the ending of a name stands for."""
    _, dot, ending = name[-100:].rpartition(".")
    return _KNOWN_TYPES.types_map[True].get(dot + ending.lower(), "application/octet-stream")


# ---------------------------------------------------------------- words
def _words(message: dict[int, Property], body: bytes, page: str) -> tuple[str, str]:
    """The text of the message and its HTML; RTF stands in where there is neither."""
    internet = _page(message[_INTERNET_CODE_PAGE].data) if _INTERNET_CODE_PAGE in message else None
    plain = _text(message.get(_TEXT), page) or _string(body, page)
    html = _text(message.get(_HTML), internet or page)
    packed = message.get(_RTF)
    if packed and not plain.strip() and not html:
        plain = read_rtf(decompress(packed.data))
    return plain, html


def _text(value: Property | None, page: str) -> str:
    if value is None:
        return ""
    if value.type == UNICODE:
        return value.data.decode("utf-16-le", "replace").rstrip("\0").replace("\0", "")
    return _string(value.data, page)


def _string(data: bytes, page: str) -> str:
    return decode(data.rstrip(b"\0"), page)[0] if data else ""


def _page(data: bytes) -> str | None:
    """The codec of a Windows code page; None where nobody knows it."""
    try:
        return codec(f"cp{struct.unpack_from('<I', data)[0]}")
    except struct.error:
        return None


def flatten(files: tuple[Packed, ...], prefix: str) -> Iterator[tuple[str, Packed]]:
    """All files with their numbers in the mail, those of embedded messages behind these."""
    for number, one in enumerate(files, 1):
        place = f"{prefix}.{number}"
        yield place, one
        yield from flatten(one.inside, place)
