"""The structure of a TNEF stream in one pass: its attributes, and the MAPI properties within them ([MS-OXTNEF] §2.1.3).

No count in the stream is believed before there are bytes for it, and damage ends what it damages and nothing else.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = 6  # signature and key
_FRAME = 11  # bytes of an attribute beside its data
_ATTRIBUTES = 20_000  # of a stream
_PROPERTIES = 500  # of an attribute

UNICODE, OBJECT, BINARY = 0x1F, 0x0D, 0x102
_SIZES = {2: 2, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8, 0x48: 16}
_COUNTED = frozenset({0, 0x0D, 0x1E, 0x1F, 0x102})
_MULTIPLE = 0x1000
_NAMED = 0x8000


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; `level` 1 is of the message, 2 of an attachment."""

    level: int
    id: int
    data: bytes
    complete: bool  # all of its data is there


@dataclass(frozen=True, slots=True)
class Property:
    """The first value of a MAPI property, without padding."""

    type: int
    data: bytes


def read_attributes(stream: bytes) -> Iterator[Attribute]:
    """All attributes in their order; nothing of bytes that are no such stream."""
    place = _HEADER if stream.startswith(SIGNATURE) else len(stream)
    for _ in range(_ATTRIBUTES):
        if place + _FRAME - 2 > len(stream):  # the sum at the end may be missing
            return
        level, name, _, length = struct.unpack_from("<BHHI", stream, place)
        if level not in {1, 2}:  # behind the end
            return
        data = stream[place + 9 : place + 9 + length]
        yield Attribute(level, name, data, len(data) == length)
        place += _FRAME + length


def read_properties(data: bytes) -> dict[int, Property]:
    """The properties of a list by their id, as far as it can be read; the first of an id counts."""
    found: dict[int, Property] = {}
    place = 4
    try:
        (count,) = struct.unpack_from("<I", data)
        for _ in range(min(count, _PROPERTIES)):
            kind, name = struct.unpack_from("<HH", data, place)
            place = _skip_name(data, place + 4) if name >= _NAMED else place + 4
            value, place = _read_value(data, place, kind)
            found.setdefault(name, Property(kind & ~_MULTIPLE, value))
    except (
        struct.error,
        ValueError,
    ):  # ends early, or is of a type that nobody knows: no telling where the next begins
        pass
    return found


def _skip_name(data: bytes, place: int) -> int:
    """Behind the GUID, and the number or the text, by which a property is called."""
    (kind,) = struct.unpack_from("<I", data, place + 16)
    if kind == 0:
        return place + 24
    (length,) = struct.unpack_from("<I", data, place + 20)
    return place + 24 + _padded(length)


def _read_value(data: bytes, place: int, kind: int) -> tuple[bytes, int]:
    """The first value of a property, and where the next one begins."""
    count, simple = 1, kind & ~_MULTIPLE
    if kind & _MULTIPLE or simple in _COUNTED:
        (count,) = struct.unpack_from("<I", data, place)
        place += 4
    if simple not in _COUNTED:
        if simple not in _SIZES:
            raise ValueError
        size = _SIZES[simple]
        return data[place : place + size], place + _padded(size * count)
    if count * 4 > len(data) - place:
        raise ValueError
    first = b""
    for number in range(count):
        (length,) = struct.unpack_from("<I", data, place)
        if number == 0:
            first = data[place + 4 : place + 4 + length]
        place += 4 + _padded(length)
    return first, place


def _padded(length: int) -> int:
    return length + -length % 4
