"""Files within a part: those of a winmail.dat, and those that stand uuencoded in text."""

from collections.abc import Iterator
from dataclasses import dataclass

from mail.charsets import decode_raw
from mail.mime.parts import Part
from mail.mime.tnef import TYPES, Unpacked, flatten, guess_type, is_tnef, unpack
from mail.mime.uuencode import take_out
from mail.names import one_line

_LIMIT = 1000  # files of a part


@dataclass(frozen=True, slots=True)
class File:
    """A file within a part; its number goes on from that of the part."""

    number: str
    name: str
    type: str
    data: bytes
    cid: str | None = None
    from_tnef: bool = False


@dataclass(frozen=True, slots=True)
class Packing:
    """What a part holds besides itself: files, and the words of a winmail.dat; `rest` is the part without the files."""

    rest: bytes
    files: tuple[File, ...] = ()
    text: str = ""
    html: str = ""
    defects: tuple[str, ...] = ()


def read_packed(part: Part, data: bytes) -> Packing:
    """Find the files in the decoded bytes of a part. Never raises; linear."""
    if part.type in TYPES or is_tnef(data):
        found = unpack(data)
        faults = found.defects if is_tnef(data) else ("not a winmail.dat that can be read",)
        return Packing(data, tuple(_number(part, found))[:_LIMIT], found.text, found.html, faults)
    if part.type == "text/plain" and part.disposition != "attachment":
        rest, taken = take_out(data)
        named = [(decode_raw(one.name), one.data) for one in taken[:_LIMIT]]
        files = (File(f"{part.number}.{n}", name, guess_type(name), data) for n, (name, data) in enumerate(named, 1))
        return Packing(rest, tuple(files))
    return Packing(data)


def _number(part: Part, found: Unpacked) -> Iterator[File]:
    for number, one in flatten(found.files, part.number):
        yield File(number, one.name, one_line(one.type, 100), one.data, one.cid, from_tnef=True)
