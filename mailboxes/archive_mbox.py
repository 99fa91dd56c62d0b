"""An mbox, read line by line: a mail begins behind a line `From …` with a date (RFC 4155, and its older dialects)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from mailboxes.archive_mail import MAIL_LIMIT, Found, Odd, tell_left_out

_CHUNK = 65_536  # bytes of a line that are read at once
_SEPARATOR = re.compile(rb"From (?=[^\r\n]*\d:\d\d)[^\r\n]*(?:19|20)\d\d")
_QUOTED = re.compile(rb">+From ")


@dataclass(slots=True)
class _Mail:
    """One mail while its lines are read; of one over the limit the rest is only counted."""

    line: int  # of the separator, counted from 1
    separator: bytes
    pieces: list[bytes] = field(default_factory=list)
    size: int = 0
    in_body: bool = False

    def add(self, piece: bytes, *, begins_line: bool) -> None:
        if begins_line and self.in_body and _QUOTED.match(piece):
            piece = piece[1:]
        if self.size < MAIL_LIMIT:
            self.pieces.append(piece[: MAIL_LIMIT - self.size])
        self.size += len(piece)
        self.in_body = self.in_body or (begins_line and piece in {b"\n", b"\r\n"})

    def end(self, path: Path) -> Found | Odd:
        """The mail without the empty line that the format puts behind it."""
        shown, raw = f"{path}:{self.line}", b"".join(self.pieces)
        for end in (b"\r\n", b"\n"):
            if raw.endswith(end * 2):
                raw = raw[: -len(end)]
                break
        if not raw.strip():
            return Odd(shown, "nothing stands between this line and the next mail")
        return Found(shown, raw, _delivered_at(self.separator), tell_left_out(self.size))


def read_mbox(path: Path) -> Iterator[tuple[Found | Odd, int]]:
    """Each mail, with the bytes of the file read so far; in memory is one mail at a time. Raises OSError.

    Lines that were quoted with > lose one (mboxrd). What Content-Length says is not believed: it is wrong as soon as
    somebody has changed the file.
    """
    mail: _Mail | None = None
    number, place = 1, 0
    begins_line, after_empty = True, True
    with path.open("rb") as file:
        while piece := file.readline(_CHUNK):
            if begins_line and after_empty and (mail is None or _SEPARATOR.match(piece)):
                if mail is not None:
                    yield mail.end(path), place
                mail = _Mail(number, piece)
            elif mail is not None:
                mail.add(piece, begins_line=begins_line)
            after_empty = begins_line and piece in {b"\n", b"\r\n"}
            begins_line = piece.endswith(b"\n")
            number += begins_line
            place += len(piece)
    if mail is not None:
        yield mail.end(path), place


def _delivered_at(separator: bytes) -> datetime | None:
    """The date behind the sender, which may be missing."""
    words = separator.decode("latin-1").split()[1:]
    for written in (words[1:], words):
        try:
            date = parsedate_to_datetime(" ".join(written)[:100])
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    return None
