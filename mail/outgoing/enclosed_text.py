"""What can be read in a file that is about to leave: its text, the mails in it, what lies in an archive."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from mail.charsets import decode_raw
from mail.mime.html_text import read_bare
from mail.parse import parse, parts_bytes

LIMIT = 16 * 1024 * 1024  # bytes that are read of one file and all that lies in it
DEPTH = 4  # files within files
MEMBERS = 200  # of an archive
_TEXTS = re.compile(r"text/.*|application/(?:json|xml|rtf|javascript|x-sh|x-yaml)|.*\+(?:xml|json)")
_TEXT_NAMES = re.compile(r"(?i).*\.(?:txt|log|csv|md|rst|ini|conf|cfg|ya?ml|json|xml|x?html?|ics|vcf|rtf|diff|patch)")
_MARKUP = re.compile(r"(?i).*(?:html?|xml|\.rels)")
_MAIL_NAMES = re.compile(r"(?i).*\.(?:eml|mht|mhtml|mbox)")
_HEADER = re.compile(rb"\s{0,9}(?:From [^\r\n]*\r?\n)?(?:[!-9;-~]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n){0,50}){2}")
_ATTRIBUTE = re.compile(r"(?i)\b(?:href|src|title|alt)\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)')")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, ValueError, EOFError, LookupError)


@dataclass(frozen=True, slots=True)
class Readable:
    """Text found in a file; `is_text` is false where it is bytes that may hold some."""

    text: str
    is_text: bool = True


def read_file(name: str, kind: str, data: bytes) -> list[Readable]:
    """All that can be read in a file and in those within it, their names included; nothing is ever raised.

    What lies behind LIMIT, or deeper than DEPTH, is left unread.
    """
    reading = _Reading()
    reading.read(name, kind, data, 0)
    return reading.found


def read_targets(html: str) -> str:
    """Where the links and pictures of HTML lead, and what is told of them, line by line."""
    return "\n".join(first or second for first, second in _ATTRIBUTE.findall(html))


class _Reading:
    def __init__(self) -> None:
        self.found: list[Readable] = []
        self.room = LIMIT

    def read(self, name: str, kind: str, data: bytes, depth: int) -> None:
        data = data[: self.room]
        self.room -= len(data)
        self.found.append(Readable(name))
        if depth < DEPTH and _is_mail(name, kind, data):
            self._read_mail(data, depth)
        elif depth < DEPTH and data.startswith(b"PK\x03\x04"):
            self._read_archive(data, depth)
        elif _TEXTS.fullmatch(kind) or _TEXT_NAMES.fullmatch(name):
            self._read_text(f"{name} {kind}", decode_raw(data))
        else:
            self._read_bytes(data)

    def _read_text(self, described: str, text: str) -> None:
        self.found.append(Readable(text))
        if any(map(_MARKUP.fullmatch, described.split(" "))):
            self._read_markup(text)

    def _read_markup(self, html: str) -> None:
        self.found += [Readable(read_bare(html)), Readable(read_targets(html), is_text=False)]

    def _read_bytes(self, data: bytes) -> None:
        """Text in UTF-16 is found, too."""
        self.found.append(Readable(data.replace(b"\0", b"").decode("latin-1"), is_text=False))

    def _read_mail(self, data: bytes, depth: int) -> None:
        mail = parse(data)
        header = "\n".join(f"{name}: {value}" for name, value in mail.headers)
        self.found += map(Readable, (header, mail.subject, mail.text))
        self._read_markup(mail.html or "")
        inside = parts_bytes(data, {each.part for each in mail.attachments})
        for each in mail.attachments:
            self.read(each.name, each.type, inside.get(each.part, b""), depth + 1)
        self._read_bytes(data)

    def _read_archive(self, data: bytes, depth: int) -> None:
        """A zip archive, as office documents are, too; what cannot be unpacked is left as it is."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist()[:MEMBERS]:
                    with archive.open(member) as file:
                        self.read(member.filename, "", file.read(self.room), depth + 1)
        except _UNREADABLE:
            self._read_bytes(data)


def _is_mail(name: str, kind: str, data: bytes) -> bool:
    """Whether a file is a mail, by what it says of itself."""
    return kind.startswith("message/") or bool(_MAIL_NAMES.fullmatch(name)) or bool(_HEADER.match(data[:4096]))
