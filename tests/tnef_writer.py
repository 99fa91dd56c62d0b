"""Writes TNEF streams for tests, as [MS-OXTNEF] tells; what it writes is checked against an independent reader."""

import struct
from collections.abc import Sequence

MESSAGE, ATTACHMENT = 1, 2
IID_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")
IID_STORAGE = bytes.fromhex("0b00000000000000c000000000000046")
LONG_NAME, SHORT_NAME, DISPLAY_NAME, DATA, MIME_TAG, CONTENT_ID = 0x3707, 0x3704, 0x3001, 0x3701, 0x370E, 0x3712
BODY, HTML, RTF, SUBJECT, CODE_PAGE = 0x1000, 0x1013, 0x1009, 0x0037, 0x3FDE


def attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def sized(name: int, kind: int, *values: bytes) -> bytes:
    """A property of counted length: its type, id, number of values, and each with its size."""
    body = b"".join(struct.pack("<I", len(value)) + _padded(value) for value in values)
    return struct.pack("<HHI", kind, name, len(values)) + body


def text(name: int, words: str) -> bytes:
    return sized(name, 0x1F, words.encode("utf-16-le") + b"\0\0")


def ansi(name: int, words: bytes) -> bytes:
    return sized(name, 0x1E, words + b"\0")


def binary(name: int, data: bytes) -> bytes:
    return sized(name, 0x102, data)


def embedded(data: bytes, iid: bytes = IID_MESSAGE) -> bytes:
    return sized(DATA, 0x0D, iid + data)


def number(name: int, value: int) -> bytes:
    return struct.pack("<HHI", 3, name, value)


def truth(name: int) -> bytes:
    return struct.pack("<HHHH", 0x0B, name, 1, 0)


def named(words: str) -> bytes:
    """A property that is called by a text, of two texts."""
    key = words.encode("utf-16-le") + b"\0\0"
    head = struct.pack("<HH", 0x101F, 0x8005) + bytes(16) + struct.pack("<II", 1, len(key)) + _padded(key)
    values = [value.encode("utf-16-le") + b"\0\0" for value in ("one", "two and more")]
    return head + struct.pack("<I", 2) + b"".join(struct.pack("<I", len(one)) + _padded(one) for one in values)


def properties(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


def attachment(
    title: bytes | None = None, data: bytes | None = None, each: Sequence[bytes] = (), *, mark: bool = True
) -> bytes:
    out = attribute(ATTACHMENT, 0x9002, 6, bytes(14)) if mark else b""
    if title is not None:
        out += attribute(ATTACHMENT, 0x8010, 1, title + b"\0")
    if data is not None:
        out += attribute(ATTACHMENT, 0x800F, 6, data)
    if each:
        out += attribute(ATTACHMENT, 0x9005, 6, properties(*each))
    return out


def stream(*attachments: bytes, message: Sequence[bytes] = (), page: int = 1252) -> bytes:
    head = b"\x78\x9f\x3e\x22\x01\x00" + attribute(MESSAGE, 0x9006, 8, struct.pack("<I", 0x10000))
    head += attribute(MESSAGE, 0x9007, 6, struct.pack("<II", page, 0))
    if message:
        head += attribute(MESSAGE, 0x9003, 6, properties(*message))
    return head + b"".join(attachments)
