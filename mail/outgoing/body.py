"""The body of a mail of ours: its text in two formats, and files beside it."""

import binascii
import hashlib
import re
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mail.names import safe_name

_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# What a reader may be told of a file. Programs act on some other types by themselves: they answer invitations, take
# apart what winmail.dat holds, show HTML, send receipts. Such files keep their names only.
_HARMLESS = re.compile(
    r"(?:image|audio|video)/[a-z0-9.+-]{1,60}|text/(?:plain|csv)"
    r"|application/(?:pdf|zip|gzip|json|xml|msword|rtf|vnd\.[a-z0-9.+-]{1,80})"
)
_ANY_FILE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file as it stands in a mail: its header fields and its content in base64, encoded once for many mails."""

    fields: tuple[str, ...]
    body: str
    in_html: bool = False


_Written = tuple[list[str], str]  # header fields and body of a part


def enclose(name: str, kind: str, data: bytes, cid: str | None = None) -> Enclosure:
    """A file of that name and type for `Parts.enclosures`; the type is kept only where no program acts on it.

    One with a `cid` (without angle brackets) is shown where the HTML says `cid:` and that name (RFC 2392).
    """
    shown = kind.lower() if _HARMLESS.fullmatch(kind.lower()) else _ANY_FILE
    place = "attachment" if cid is None else "inline"
    fields = (
        f"Content-Type: {shown}",
        f"Content-Disposition: {place};\r\n {_file_name(safe_name(' '.join(name.split()), '0', shown))}",
        "Content-Transfer-Encoding: base64",
        *([f"Content-ID: <{cid}>"] if cid is not None else []),
    )
    return Enclosure(fields, encodebytes(data).decode("ascii").replace("\n", "\r\n"), cid is not None)


def write_body(text: str, html: str | None, enclosures: Sequence[Enclosure], message_id: str) -> tuple[list[str], str]:
    """Header fields and body; `message_id` makes the boundaries of two mails differ."""
    pictures = [each for each in enclosures if each.in_html and html is not None]
    letter = _write_letter(text, html, pictures, message_id)
    files = [each for each in enclosures if each not in pictures]
    return _join("mixed", [letter, *map(_as_part, files)], message_id) if files else letter


def _as_part(enclosure: Enclosure) -> _Written:
    return list(enclosure.fields), enclosure.body


def _write_letter(text: str, html: str | None, pictures: Sequence[Enclosure], message_id: str) -> _Written:
    """Text, and HTML with its pictures (RFC 2387)."""
    plain = _leaf("plain", text)
    if html is None:
        return plain
    page = _leaf("html", html)
    if pictures:
        fields, body = _join("related", [page, *map(_as_part, pictures)], message_id)
        page = [f'{fields[0]};\r\n type="text/html"', *fields[1:]], body
    return _join("alternative", [plain, page], message_id)


def _join(subtype: str, parts: Sequence[_Written], message_id: str) -> _Written:
    """Parts in one multipart; nothing in them can hold the boundary, which is a hash over all of them."""
    said = hashlib.sha256(f"{subtype}\0{message_id}".encode())
    for _, body in parts:
        said.update(body.encode("ascii"))
    boundary = "=_" + said.hexdigest()[:40]
    leaves = "".join(f"--{boundary}\r\n" + "\r\n".join((*fields, "", body)) + "\r\n" for fields, body in parts)
    return [f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"'], f"{leaves}--{boundary}--\r\n"


def _leaf(subtype: str, text: str) -> tuple[list[str], str]:
    """Header fields and body of one text part, in the encoding that leaves most of it readable."""
    clean = _UNPRINTED.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    clean = clean if clean.endswith("\n") else f"{clean}\n"
    data = clean.encode()
    if clean.isascii() and max(map(len, clean.split("\n"))) <= 900:  # well under the limit of a line
        charset, encoding, body = "us-ascii", "7bit", clean
    elif len(data) - len(clean) <= len(clean) // 4:
        charset, encoding, body = "utf-8", "quoted-printable", binascii.b2a_qp(data).decode("ascii")
    else:
        pieces = (binascii.b2a_base64(data[at : at + 57]).decode("ascii") for at in range(0, len(data), 57))
        charset, encoding, body = "utf-8", "base64", "".join(pieces)
    fields = [f'Content-Type: text/{subtype}; charset="{charset}"', f"Content-Transfer-Encoding: {encoding}"]
    return fields, body.replace("\n", "\r\n")


def _file_name(name: str) -> str:
    """The parameter that names a file (RFC 2183 §2.3), in RFC 2231's form where the name is not plain ASCII."""
    if name.isascii():
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name, safe='')}"
