"""One mail as it lies in a file, or something odd in its place."""

import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from mailboxes.oversize import readable_size

MAIL_LIMIT = 40_000_000  # bytes of one mail; of a larger one the rest is left out
_LIKE_A_MAIL = re.compile(rb"(?:From |[!-9;-~]{1,200}[ \t]*:)")


@dataclass(frozen=True, slots=True)
class Found:
    """A mail. `delivered_at` is what the archive says of it beside the mail itself."""

    path: str  # in the words of the archive: a file's name, or the mbox and a line of it
    raw: bytes
    delivered_at: datetime | None = None
    left_out: str | None = None  # what of a mail over the limit was not read, in words


@dataclass(frozen=True, slots=True)
class Odd:
    """Something that is no mail, or cannot be read, and why."""

    path: str
    why: str


def read_file(path: Path, shown: str, delivered_at: datetime | None = None, *, sure: bool = False) -> Found | Odd:
    """One file as a mail; `sure` where everything that lies there is one."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            return Odd(shown, "a folder; import it by itself")
        if not stat.S_ISREG(about.st_mode):
            return Odd(shown, "no file")
        with path.open("rb") as file:
            return take(file, shown, about.st_size, delivered_at or moment(about.st_mtime), sure=sure)
    except OSError as fault:
        return Odd(shown, fault.strerror or str(fault))


def take(file: IO[bytes], shown: str, size: int, delivered_at: datetime | None, *, sure: bool = False) -> Found | Odd:
    """A mail of so many bytes from an open file."""
    raw = file.read(MAIL_LIMIT)
    if not raw.strip():
        return Odd(shown, "empty")
    if not sure and not shown.lower().endswith(".eml") and not is_like_a_mail(raw):
        return Odd(shown, "no mail: it does not begin with a header field")
    return Found(shown, raw, delivered_at, tell_left_out(size))


def is_like_a_mail(start: bytes) -> bool:
    """Whether a file that begins so may be a mail: with a header field (RFC 5322 §2.2), or an mbox's line before it."""
    return _LIKE_A_MAIL.match(start) is not None


def tell_left_out(size: int) -> str | None:
    """What of a mail of so many bytes is not taken in."""
    if size <= MAIL_LIMIT:
        return None
    return f"{readable_size(size)} in all, of which {readable_size(MAIL_LIMIT)} were taken in"


def moment(seconds: float) -> datetime | None:
    """Seconds since 1970 as an aware moment; None for nothing and for what no calendar holds."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
