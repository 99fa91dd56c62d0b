"""The second look at a mail of ours: its final bytes are read again, and whatever was not meant keeps them here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from functools import lru_cache

from mail.outgoing.fields import Unsendable

MAX_LINE = 998  # octets without the line end (RFC 5322 §2.1.1)
_FIELD = re.compile(rb"([!-9;-~]+):(?: (.*))?", re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PARSER = BytesHeaderParser(policy=compat32)


@dataclass(frozen=True, slots=True)
class Intent:
    """What the bytes must say: these fields in this order, each once, and who gets the mail from whom."""

    names: Sequence[str]
    sender: str
    recipient: str
    reply_to: str | None
    message_id: str


def refuse_other_than(intent: Intent, payload: bytes) -> None:
    """Read the bytes with two parsers; raise Unsendable unless both find exactly what was meant, and nothing else."""
    _check_lines(payload)
    header = payload.partition(b"\r\n\r\n")[0]  # there is no other line end: no reader can see it end elsewhere
    strict = _scan(header)
    lenient = [(name, str(value)) for name, value in _PARSER.parsebytes(header + b"\r\n\r\n").items()]
    for reader, fields in (("strict", strict), ("lenient", lenient)):
        if [name for name, _ in fields] != list(intent.names):
            raise Unsendable(f"the {reader} reader found other header fields than those that were written")
        _check_meaning(intent, dict(fields))


def _check_lines(payload: bytes) -> None:
    if not payload.isascii() or b"\0" in payload:
        raise Unsendable("the mail holds octets that not every server passes on")
    lines = payload.split(b"\r\n")
    if payload.count(b"\n") != len(lines) - 1 or payload.count(b"\r") != len(lines) - 1:
        raise Unsendable("the mail holds a bare CR or LF")
    if max(map(len, lines)) > MAX_LINE:
        raise Unsendable("the mail has a line longer than 998 octets")


def _scan(header: bytes) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in header.split(b"\r\n"):
        if line[:1] in {b" ", b"\t"} and line.strip() and fields:
            fields[-1] = (fields[-1][0], fields[-1][1] + line.decode("ascii"))
        elif (field := _FIELD.fullmatch(line)) is not None:
            fields.append((field[1].decode("ascii"), (field[2] or b"").decode("ascii")))
        else:
            raise Unsendable("the header holds a line that is no field")
    return fields


def _check_meaning(intent: Intent, fields: dict[str, str]) -> None:
    addresses = {"From": intent.sender, "To": intent.recipient, "Reply-To": intent.reply_to}
    for name, meant in addresses.items():
        found = _read_addresses(fields[name]) if name in fields else (None,)
        if found != (meant,):
            raise Unsendable(f"{name} is read as another address than the one that was meant")
    if fields.get("Message-ID", "").strip() != intent.message_id:
        raise Unsendable("the Message-ID is read as another one")
    for name, value in fields.items():
        if "=?" in value and _CONTROL.search(_decoded(value)):
            raise Unsendable(f"{name} holds a control character once it is decoded")


@lru_cache(maxsize=64)  # both readers find the same text, and in each mail the same From
def _read_addresses(value: str) -> tuple[str | None, ...]:
    return tuple(address for _, address in getaddresses([value]))


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(value.replace("\r\n", ""))
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "ascii") for piece, charset in pieces
        )
    except (HeaderParseError, LookupError, ValueError) as fault:
        raise Unsendable("a header field cannot be decoded again") from fault
