"""What an opaque S/MIME signature wraps (RFC 8551 §3.5.2, RFC 5652 §5.2), so that it can be read; nothing is verified.

Encrypted and compressed content is left as it is.
"""

import email
from email.message import Message

SIGNED_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _SET, _INTEGER, _OID, _EXPLICIT = 0x30, 0x31, 0x02, 0x06, 0xA0
_OCTETS, _OCTETS_IN_PIECES = 0x04, 0x24


def open_signed(data: bytes) -> Message | None:
    """The MIME entity that was signed; None where there is none that can be read."""
    try:
        content = _find_content(data)
    except (IndexError, ValueError):  # ends early, or is something else
        return None
    return email.message_from_bytes(content) if content.strip() else None


def _find_content(data: bytes) -> bytes:
    place = _enter(data, 0, _SEQUENCE)
    start, place = _value(data, place, _OID)
    if data[start:place] != _SIGNED_DATA:
        raise ValueError
    place = _enter(data, _enter(data, place, _EXPLICIT), _SEQUENCE)
    place = _value(data, place, _INTEGER)[1]
    place = _value(data, place, _SET)[1]
    place = _enter(data, place, _SEQUENCE)
    place = _enter(data, _value(data, place, _OID)[1], _EXPLICIT)
    if data[place] == _OCTETS_IN_PIECES:
        return _join_pieces(data, place)
    start, stop = _value(data, place, _OCTETS)
    return data[start:stop]


def _join_pieces(data: bytes, place: int) -> bytes:
    _, start, stop = _read(data, place)
    pieces = []
    place, end = start, stop if stop is not None else len(data)
    while place < end and data[place] == _OCTETS:
        begin, place = _value(data, place, _OCTETS)
        pieces.append(data[begin:place])
    return b"".join(pieces)


def _enter(data: bytes, place: int, tag: int) -> int:
    """Where the value begins of what must stand there."""
    found, start, _ = _read(data, place)
    if found != tag:
        raise ValueError
    return start


def _value(data: bytes, place: int, tag: int) -> tuple[int, int]:
    found, start, stop = _read(data, place)
    if found != tag or stop is None:
        raise ValueError
    return start, stop


def _read(data: bytes, place: int) -> tuple[int, int, int | None]:
    """The tag at a place, where its value begins and where it ends; None: its end is marked, not counted."""
    tag, length = data[place], data[place + 1]
    start = place + 2
    if length == 0x80:
        return tag, start, None
    if length > 0x80:
        count = length & 0x7F
        if count > 8:
            raise ValueError
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > len(data):
        raise IndexError
    return tag, start, start + length
