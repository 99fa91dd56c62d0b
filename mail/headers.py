"""The strict reading of the raw header block: field by field, and whether it can be trusted to mean one thing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime

from mail.addresses import is_closed, read_addresses
from mail.charsets import decode_raw
from mail.encoded_words import decode_field
from mail.model import Address, Mail
from mail.names import one_line

BLOCK_LIMIT = 128 * 1024  # bytes of the header block that are read
FIELD_LIMIT = 64 * 1024  # bytes of one field that are read
ADDRESS_LIMIT = 500  # addresses of one field that are read
SUBJECT_LIMIT = 255  # characters
CUT = f"header block over {BLOCK_LIMIT // 1024} kB or a field over {FIELD_LIMIT // 1024} kB: cut"

# What the library, too, takes for a line of the header block; anything else begins the body.
_LINE = re.compile(rb"From |[!-9;-~]+[ \t]*:|[ \t]|>From ")
_ODD = re.compile(
    rb"([!-9;-~]+)[ \t]+:"
)  # obsolete (RFC 5322 §4.5): the library would take the line for the body's first
_BARE = re.compile(rb"\r(?!\n)|\0")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_LINE_END = re.compile(rb"\r?\n")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_ONE_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]+@[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A header block: its fields top first (name as written, value unfolded), and where the body begins."""

    fields: tuple[tuple[str, str], ...]
    body: int
    bare_control: bool
    cut: bool
    clean: bytes | None  # the block to parse in its place, where it was cut or held bare controls; None: as it is

    def first(self, name: str) -> str | None:
        """The first value of a field, by its lower-cased name."""
        return next((value for field, value in self.fields if field.lower() == name), None)


def read_block(raw: bytes) -> Block:
    """Read the header block of a mail; never raises, linear, at most BLOCK_LIMIT bytes of it."""
    lines, end, body = _find_lines(raw)
    bare = _BARE.search(raw, 0, end) is not None or _mixes_line_ends(raw, end)
    kept, cut = _fit([raw[start:stop] for start, stop in lines])
    is_odd = bare or cut or any(line.startswith(b">") or _ODD.match(line) for line in kept)
    kept = [line for line in kept if not _is_envelope(line)]
    if is_odd:
        kept = [_straighten(line) for line in kept]
    fields = tuple(_read_field(line) for line in kept)
    return Block(fields, body, bare, cut, b"".join([*kept, b"\n"]) if is_odd else None)


def raw_fields(raw: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """Each field of the header block as it came, top first: name, value with CRLF line ends; where the body begins."""
    lines, _, body = _find_lines(raw)
    fields = [raw[start:stop] for start, stop in lines if not _is_envelope(raw[start:stop])]
    return [(name, _with_crlf(value)) for name, _, value in (field.partition(b":") for field in fields)], body


def _with_crlf(value: bytes) -> bytes:
    return _LINE_END.sub(b"\r\n", value if value.endswith(b"\n") else value + b"\n")


def _mixes_line_ends(raw: bytes, end: int) -> bool:
    """A bare LF where other lines end with CRLF: to one reader a line end, to the next a part of the field."""
    return raw.find(b"\r\n", 0, end) >= 0 and _BARE_LF.search(raw, 0, end) is not None


def _is_envelope(line: bytes) -> bool:
    """The line that mbox files put before a mail; `From : x` is a From field in obsolete spelling."""
    return line.startswith((b"From ", b">From ")) and not _ODD.match(line)


def _straighten(line: bytes) -> bytes:
    """The field without bare controls, and with nothing between its name and the colon."""
    line = _BARE.sub(b" ", line)
    odd = _ODD.match(line)
    return odd[1] + b":" + line[odd.end() :] if odd else line


def _fit(lines: list[bytes]) -> tuple[list[bytes], bool]:
    """The fields for which there is room, from the top; of a huge one the beginning, so that others find room."""
    kept, room, cut = [], BLOCK_LIMIT, False
    for line in lines:
        fitting = line if len(line) <= FIELD_LIMIT else _cut_field(line)
        cut |= fitting is not line or len(fitting) > room
        if len(fitting) <= room:
            room -= len(fitting)
            kept.append(fitting)
    return kept, cut


def _cut_field(line: bytes) -> bytes:
    """The beginning of a field, up to a comma or white space: half an address would be somebody else's."""
    head = line[:FIELD_LIMIT].replace(b"\n", b" ").replace(b"\r", b" ")
    end = max(head.rfind(b","), head.rfind(b" "))
    return (head[:end] if end > 0 else head) + b"\n"


def _find_lines(raw: bytes) -> tuple[list[tuple[int, int]], int, int]:
    """Where each field lies, with its continuation lines; where the block ends; where the body begins."""
    lines: list[tuple[int, int]] = []
    place, size = 0, len(raw)
    while place < size and _LINE.match(raw, place):
        stop = raw.find(b"\n", place) + 1 or size
        if raw[place] in b" \t" and lines:
            lines[-1] = (lines[-1][0], stop)
        else:
            lines.append((place, stop))
        place = stop
    if raw.startswith(b"\r\n", place):
        return lines, place, place + 2
    return lines, place, place + raw.startswith(b"\n", place)


def _read_field(line: bytes) -> tuple[str, str]:
    name, _, value = line.partition(b":")
    text = value.decode("ascii") if value.isascii() else decode_raw(value)
    return name.decode("ascii", "replace").strip(), _FOLD.sub("", text).strip()


def read_subject(fields: Iterable[str]) -> str:
    """The first Subject that says anything, decoded, on one line."""
    return next((shown for value in fields if (shown := one_line(decode_field(value[:16_384]), SUBJECT_LIMIT))), "")


def read_list(values: Iterable[str]) -> tuple[tuple[Address, ...], bool]:
    """The addresses of all fields of one name, at most ADDRESS_LIMIT; and whether there were more."""
    found: list[Address] = []
    for value in values:
        more, cut = read_addresses(value, ADDRESS_LIMIT - len(found))
        found += more
        if cut:
            return tuple(found), True
    return tuple(found), False


def read_date(value: str | None) -> datetime | None:
    """The Date in UTC; None where there is none that can be understood."""
    if not value:
        return None
    try:
        date = parsedate_to_datetime(value[:200])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # all of these are raised on real mail
        return None


def sole_author(mail: Mail) -> Address | None:
    """The one address in the one From on which two parsers agree; None where a reader could see somebody else."""
    fields = mail.header("from")
    if mail.bare_control or CUT in mail.defects or len(fields) != 1 or not is_closed(fields[0]):
        return None
    ours, more = read_addresses(fields[0], 2)
    if more or len(ours) != 1 or not _ONE_ADDRESS.fullmatch(ours[0].address):
        return None
    try:
        theirs = [address.lower() for _, address in getaddresses([fields[0]])]
    except (ValueError, IndexError, RecursionError):  # comments nested a thousand deep
        return None
    return ours[0] if theirs == [ours[0].address] else None
