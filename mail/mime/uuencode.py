"""Files that stand uuencoded in text, taken out of it (POSIX uuencode); what only looks like one stays text.

A block of a few lines stays to be seen, too: it harms nobody, and may be what the text is about.
"""

import binascii
import re
from dataclasses import dataclass

_BEGIN = re.compile(rb"(?m)^begin [0-7]{3,4}(?: ([^\r\n]{0,255}?))?[ \t]{0,20}\r?\n")


_SHORT = 1024  # bytes of a block


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was taken out of a text."""

    name: bytes
    data: bytes


def take_out(text: bytes) -> tuple[bytes, list[Taken]]:
    """The text without the files in it but for short ones, and all of them in their order."""
    found: list[Taken] = []
    kept: list[bytes] = []
    place = 0
    while begin := _BEGIN.search(text, place):
        data, end = _read_lines(text, begin.end())
        is_shown = data is None or end - begin.start() < _SHORT
        kept.append(text[place : end if is_shown else begin.start()])
        if data is not None:
            found.append(Taken(begin[1] or b"", data))
        place = end
    return b"".join([*kept, text[place:]]), found


def read_uuencode(text: bytes) -> bytes | None:
    """The bytes of the first file in a body that is uuencoded as a whole; None where there is none."""
    _, found = take_out(text)
    return found[0].data if found else None


def _read_lines(text: bytes, place: int) -> tuple[bytes | None, int]:
    """The decoded lines from a place on up to `end`, and where that ends; None where they are no such lines."""
    out: list[bytes] = []
    while place < len(text):
        stop = text.find(b"\n", place) + 1 or len(text)
        line = text[place:stop].rstrip(b"\r\n")
        if line == b"end" or line.startswith(b"end "):
            return (b"".join(out), stop) if out else (None, stop)
        decoded = _read_line(line)
        if decoded is None:
            return None, place
        out.append(decoded)
        place = stop
    return None, place


def _read_line(line: bytes) -> bytes | None:
    """The bytes of one line; None where its length and letters cannot be those of such a line."""
    if not line.strip():
        return b""
    count = (line[0] - 32) & 63
    need = (count + 2) // 3 * 4
    if not 32 <= line[0] <= 96 or len(line) > 1 + need + 4:  # some write a sum behind the letters
        return None
    # blanks at a line's end get lost on the way, and letters that only fill a group hold anything
    letters = line[1 : 1 + (count * 4 + 2) // 3].ljust(need)
    try:
        return binascii.a2b_uu(line[:1] + letters)
    except binascii.Error:
        return None
