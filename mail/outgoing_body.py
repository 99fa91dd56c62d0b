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


def enclose(name: str, kind: str, data: bytes) -> Enclosure:
    """A file of that name and type for `Parts.enclosures`; the type is kept only where no program acts on it."""
    shown = kind.lower() if _HARMLESS.fullmatch(kind.lower()) else _ANY_FILE
    fields = (
        f"Content-Type: {shown}",
        f"Content-Disposition: attachment;\r\n {_file_name(safe_name(' '.join(name.split()), '0', shown))}",
        "Content-Transfer-Encoding: base64",
    )
    return Enclosure(fields, encodebytes(data).decode("ascii").replace("\n", "\r\n"))


def write_body(text: str, html: str | None, enclosures: Sequence[Enclosure], message_id: str) -> tuple[list[str], str]:
    """Header fields and body; `message_id` makes the boundaries of two mails differ."""
    letter = _write_letter(text, html, message_id)
    if not enclosures:
        return letter
    parts = [letter, *((list(each.fields), each.body) for each in enclosures)]
    return _join("mixed", parts, message_id)


def _write_letter(text: str, html: str | None, message_id: str) -> tuple[list[str], str]:
    plain = _leaf("plain", text)
    return plain if html is None else _join("alternative", [plain, _leaf("html", html)], message_id)


def _join(subtype: str, parts: Sequence[tuple[list[str], str]], message_id: str) -> tuple[list[str], str]:
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
